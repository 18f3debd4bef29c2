"""Commands over MQTT, from another client of the broker to the plug; and a detector's webhook."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import json
import re
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.home.guarding import guarded_plugs, make_run, mode, reload
from virtual_home import VirtualHome
from virtual_home.flows import entries, set_options
from virtual_home.waiting import until

pytestmark = pytest.mark.attack

COMMAND = "earlid/home/command"


def send(home: VirtualHome, payload: object, *, retain: bool = False) -> None:
    """Publish a command."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    home.network.publish(COMMAND, text, retain=retain, qos=1)


async def refused(home: VirtualHome) -> dict[str, int]:
    """Return what was refused, by reason."""
    state = await home.owner.state("sensor.earlid_undelivered")
    assert state is not None
    reasons: dict[str, int] = state["attributes"]["rejected"]
    return reasons


async def refused_since(home: VirtualHome, before: dict[str, int], wanted: dict[str, int]) -> None:
    """Return when so much more was refused, and nothing else."""
    wanted = before | {reason: before.get(reason, 0) + count for reason, count in wanted.items()}

    def shows(state: dict[str, Any]) -> bool:
        return bool(state["attributes"].get("rejected") == wanted)

    await home.owner.wait_for("sensor.earlid_undelivered", shows)


async def all_muted(home: VirtualHome) -> None:
    """Mute every speaker, and return when all are off."""
    await home.owner.call("earlid.mute", entity_id="all")
    await until(lambda: not any(plug.live for plug in guarded_plugs(home)))


async def let(home: VirtualHome, **options: Any) -> None:
    """Change the home's options."""
    await set_options(home.owner, (await entries(home.owner, "earlid"))[0]["entry_id"], **options)


@pytest_asyncio.fixture(loop_scope="session")
async def open_home(guarded_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give the guarded home with all commands let, and take that back."""
    await let(guarded_home, commands_over_mqtt="all")
    yield guarded_home
    await make_run(guarded_home)
    await let(guarded_home, commands_over_mqtt="off", who_may_allow="anyone")


async def test_a_mute_over_mqtt_turns_the_plug_off_and_a_resume_on_again(open_home: VirtualHome) -> None:
    send(open_home, {"action": "mute", "speakers": ["kitchen", "office"]})
    await until(lambda: not open_home.plugs["kitchen"].live and not open_home.plugs["office"].live)
    assert open_home.plugs["bedroom"].live
    assert await mode(open_home, "office") == "mute"
    send(open_home, {"action": "resume", "speakers": ["office"]})
    await until(lambda: open_home.plugs["office"].live)
    assert not open_home.plugs["kitchen"].live


async def test_a_late_a_repeated_and_a_forbidden_command_turn_nothing_on(open_home: VirtualHome) -> None:
    await all_muted(open_home)
    before = await refused(open_home)
    late = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    for _ in range(2):
        send(open_home, {"action": "mute", "speakers": ["kitchen"], "id": "again"})
    send(open_home, {"action": "resume", "speakers": "all", "at": late})
    # What is let next would else be what these are judged by.
    await refused_since(open_home, before, {"replayed": 1, "stale": 1})
    await let(open_home, who_may_allow="admins")
    send(open_home, {"action": "resume", "speakers": "all"})
    await refused_since(open_home, before, {"replayed": 1, "stale": 1, "not_allowed": 1})
    await let(open_home, who_may_allow="anyone", commands_over_mqtt="mute_only")
    send(open_home, {"action": "listen", "speakers": ["kitchen"], "seconds": 60})
    await refused_since(open_home, before, {"replayed": 1, "stale": 1, "not_allowed": 2})
    assert not any(plug.live for plug in guarded_plugs(open_home))


async def test_a_command_that_the_broker_kept_turns_nothing_on_at_a_start(open_home: VirtualHome) -> None:
    await all_muted(open_home)
    # It is live when it comes first, and done.
    send(open_home, {"action": "resume", "speakers": "all"}, retain=True)
    try:
        await open_home.owner.wait_for("select.nursery_mode", "automatic")
        await until(lambda: all(plug.live for plug in guarded_plugs(open_home)))
        await all_muted(open_home)
        await reload(open_home)
        await refused_since(open_home, {}, {"retained": 1})
    finally:
        send(open_home, "", retain=True)
    assert not any(plug.live for plug in guarded_plugs(open_home))
    assert await mode(open_home, "kitchen") == "mute"


async def test_a_detector_outside_reports_over_the_webhook_that_the_options_show(guarded_home: VirtualHome) -> None:
    owner = guarded_home.owner
    entry = (await entries(owner, "earlid"))[0]["entry_id"]
    form = await owner.post("/api/config/config_entries/options/flow", {"handler": entry})
    await owner.delete(f"/api/config/config_entries/options/flow/{form['flow_id']}")
    found = re.search(r"/api/webhook/\S+", str(form["description_placeholders"]))
    assert found is not None
    address = owner.url + found[0].rstrip("'}\",`")
    async with aiohttp.ClientSession() as outside, guarded_home.observe() as seen:
        async with outside.post(
            address, json={"speaker": "bedroom", "id": "hook-1", "outcome": "unanswered"}
        ) as answer:
            assert (answer.status, await answer.json()) == (200, {"id": "hook-1", "new": True})
        told = await seen.wait_for("/bedroom/activation", lambda one: one.body["id"] == "hook-1")
        assert (told.body["source"], told.body["outcome"]) == ("webhook", "unanswered")
        async with outside.post(address, json={"speaker": "attic"}) as answer:
            assert answer.status == 404
        async with outside.post(address[:-3] + "xyz", json={"speaker": "bedroom", "id": "hook-2"}) as answer:
            # Home Assistant does not tell whoever guesses that there is no such address.
            assert answer.status == 200
        await asyncio.sleep(1)
        assert not seen.on("/activation", since=told.at.monotonic + 0.001)
