"""Somebody on the broker of a real home, who may publish and hear everything there: what it does at the plugs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
import json
import time
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.home.guarding import guarded_plugs, hush_until_off, make_run, mode, reload, starved, stay
from tests.home.test_commands import COMMAND, all_muted, let, refused, refused_since, send
from virtual_home import VirtualHome
from virtual_home.waiting import until

pytestmark = pytest.mark.attack


def topic_of(home: VirtualHome, room: str) -> str:
    """Return the topic on which a room's plug speaks."""
    answers = home.plugs[room].answers("zigbee2mqtt")
    return str(answers["topic"])


@pytest_asyncio.fixture(loop_scope="session")
async def open_home(guarded_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give the guarded home with all commands let, and take that back."""
    await let(guarded_home, commands_over_mqtt="all")
    yield guarded_home
    await make_run(guarded_home)
    await let(guarded_home, commands_over_mqtt="off", who_may_allow="anyone")


async def test_a_plug_that_is_commanded_past_earlid_is_off_again_each_time(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["kitchen"]
    await hush_until_off(guarded_home, "kitchen")
    began, waited = time.monotonic(), starved(guarded_home)

    def heard_more_than(times: int) -> bool:
        return len(heard(guarded_home, "kitchen", began)) > times

    for number in range(5):
        guarded_home.network.publish(f"{topic_of(guarded_home, 'kitchen')}/set", '{"state": "ON"}')
        await until(partial(heard_more_than, number))
        # Who is quicker than its report makes it look as one that does not answer, which is told 1, 2, 4 … 30 s later.
        await guarded_home.owner.wait_for(plug.entity_id, "off")
    waited = starved(guarded_home) - waited
    assert all(span - waited < 1 for span in heard(guarded_home, "kitchen", began))


async def test_who_says_off_in_a_plugs_name_keeps_no_off_from_it(guarded_home: VirtualHome) -> None:
    plug, topic = guarded_home.plugs["kitchen"], topic_of(guarded_home, "kitchen")
    await hush_until_off(guarded_home, "kitchen")
    began, waited = time.monotonic(), starved(guarded_home)
    for _ in range(5):
        plug.press()
        for _ in range(20):
            guarded_home.network.publish(topic, '{"state": "OFF"}')
        await until(lambda: not plug.relay)
        await guarded_home.owner.wait_for(plug.entity_id, "off")
    waited = starved(guarded_home) - waited
    assert all(span - waited < 1 for span in heard(guarded_home, "kitchen", began))


async def test_what_was_overheard_on_the_broker_opens_nothing_when_it_is_said_again(open_home: VirtualHome) -> None:
    overheard = {"action": "resume", "speakers": "all", "id": uuid4().hex, "at": datetime.now(UTC).isoformat()}
    await all_muted(open_home)
    send(open_home, overheard)
    await until(lambda: all(plug.live for plug in guarded_plugs(open_home)))
    await all_muted(open_home)
    before = await refused(open_home)
    send(open_home, overheard)
    await refused_since(open_home, before, {"replayed": 1})
    await reload(open_home)
    await open_home.owner.wait_for("select.nursery_mode", "mute")
    send(open_home, overheard)
    await refused_since(open_home, {}, {"stale": 1})
    await stay(open_home, dict.fromkeys(guarded_plugs(open_home), False), for_seconds=0.5)


FLOOD: dict[str, Any] = {
    "a flood": json.dumps({"note": "x" * 1000}),
    "megabytes": "[" * 5_000_000,
    "what is none": "\x00\ud7ff{]",
}


async def test_a_broker_full_of_rubbish_holds_up_no_off(open_home: VirtualHome) -> None:
    plug, topic = open_home.plugs["kitchen"], topic_of(open_home, "kitchen")
    reports = "earlid/home/speaker/kitchen/activation/report"
    await hush_until_off(open_home, "kitchen")
    for _ in range(500):
        open_home.network.publish(reports, FLOOD["a flood"])
    for payload in FLOOD.values():
        for address in (reports, COMMAND, topic, f"{topic}/availability"):
            open_home.network.publish(address, payload)
    plug.press()
    await until(lambda: not plug.live)
    assert await mode(open_home, "kitchen") == "automatic"
    await stay(open_home, {plug: False}, for_seconds=1)
    assert [line for line in open_home.ha.complaints("custom_components.earlid") if " ERROR " in line] == []


def heard(home: VirtualHome, room: str, since: float) -> list[float]:
    """Return for how long the plug was on each time since then, monotonic; in s."""
    switches = home.truth.switches_of(home.plugs[room], since=since)
    return [after.at.monotonic - one.at.monotonic for one, after in pairwise(switches) if one.live]
