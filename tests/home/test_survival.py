"""What a home survives: a kill right after a wish, a hang, a broker that stops or dies."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
import random
import time

import aiohttp
import pytest
import pytest_asyncio

from tests.home.guarding import SAVED_AFTER, hush_until_off, mode, offs, promptly, starved, stay
from virtual_home import VirtualHome
from virtual_home.client import RefusedError
from virtual_home.flows import remove_subentry
from virtual_home.home_assistant import MQTT_CONNECTED
from virtual_home.waiting import until

BACK = 2.0  # s until what may not listen is off, from the connection to the broker or the end of a hang
HANG = 15.0  # s

type Wish = tuple[str, dict[str, object], dict[str, str]]
"""An action, its data, and what is shown then: entity and state."""


def errors(home: VirtualHome) -> list[str]:
    return [line for line in home.ha.complaints("earlid") if " WARNING " not in line]


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def errors_before(shared_guarded_home: VirtualHome) -> list[str]:
    """Remember what others, in the same home, were refused before."""
    return errors(shared_guarded_home)


LOCKDOWN: dict[str, object] = {"entity_id": "switch.earlid_lockdown"}
# In this order: each leaves the next something that it must not undo.
WISHES: tuple[Wish, ...] = (
    ("earlid.mute", {"entity_id": "select.kitchen_mode"}, {"select.kitchen_mode": "mute"}),
    (
        "earlid.listen",
        {"entity_id": "select.bedroom_mode", "duration": 3600},
        {"select.bedroom_mode": "listen", "select.kitchen_mode": "mute"},
    ),
    (
        "switch.turn_on",
        LOCKDOWN,
        # It ends every listen hold.
        {"switch.earlid_lockdown": "on", "select.bedroom_mode": "automatic", "select.kitchen_mode": "mute"},
    ),
    ("switch.turn_off", LOCKDOWN, {"switch.earlid_lockdown": "off", "select.kitchen_mode": "mute"}),
    ("earlid.resume", {"entity_id": "all"}, {"select.kitchen_mode": "automatic"}),
)


async def shown(home: VirtualHome, entities: Iterable[str]) -> dict[str, str | None]:
    """Return states as soon as all of the entities have one again."""
    while True:
        with suppress(aiohttp.ClientError, RefusedError, ConnectionError):
            states = {one: await home.owner.value(one) for one in entities}
            if not {None, "unavailable", "unknown"} & set(states.values()):
                return states
        await asyncio.sleep(0.1)


@pytest.mark.attack
@pytest.mark.timeout(900)
async def test_what_was_wished_a_moment_before_a_kill_still_counts(guarded_home: VirtualHome) -> None:
    # Home Assistant's own saving of what the tests before this one set up and removed.
    await asyncio.sleep(SAVED_AFTER)
    for action, data, expected in WISHES:
        await guarded_home.owner.call(action, data)
        await asyncio.sleep(random.choice((0.0, 0.0, 0.01, 0.05)))  # noqa: S311 - not a secret
        await guarded_home.ha.kill()
        killed = time.monotonic()
        await guarded_home.ha.launch()
        async with asyncio.timeout(150):
            assert await shown(guarded_home, expected) == expected, action
        if expected["select.kitchen_mode"] == "mute":
            assert not [
                one for one in guarded_home.truth.switches_of(guarded_home.plugs["kitchen"], since=killed) if one.live
            ]
    await guarded_home.ha.wait_until_started()
    assert await mode(guarded_home, "kitchen") == "automatic"


async def test_a_hang_is_made_up_for_at_once(guarded_home: VirtualHome) -> None:
    kitchen, bedroom, office = (guarded_home.plugs[room] for room in ("kitchen", "bedroom", "office"))
    assert guarded_home.earlid_entry is not None
    await hush_until_off(guarded_home, "kitchen")
    begins = datetime.now(UTC) + timedelta(seconds=8)
    window = {"from": f"{begins:%H:%M:%S}", "to": f"{begins + timedelta(hours=1):%H:%M:%S}"}
    rule = await guarded_home.rule("schedule", "Begins in a hang", "mute", speakers=["bedroom"], **window)
    try:
        guarded_home.ha.freeze()
        kitchen.press()
        await asyncio.sleep(HANG)
        assert kitchen.live
        assert bedroom.live
        thawed = time.monotonic()
        guarded_home.ha.thaw()
        await promptly(guarded_home, BACK, lambda: not kitchen.live and not bedroom.live)
        await stay(guarded_home, {kitchen: False, bedroom: False, office: True}, for_seconds=2)
        assert guarded_home.truth.commands_to(office, since=thawed) == []
        assert await mode(guarded_home, "office") == "automatic"
    finally:
        guarded_home.ha.thaw()
        await remove_subentry(guarded_home.owner, guarded_home.earlid_entry, rule)


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_a_broker_that_comes_back_finds_the_same_speakers_muted(guarded_home: VirtualHome, end: str) -> None:
    kitchen, bedroom, office = (guarded_home.plugs[room] for room in ("kitchen", "bedroom", "office"))
    await hush_until_off(guarded_home, "kitchen")
    await guarded_home.owner.call("earlid.mute", entity_id="select.office_mode")
    await guarded_home.owner.wait_for(office.entity_id, "off")
    ends: dict[str, Callable[[], Awaitable[None]]] = {
        "stop": guarded_home.broker.stop,
        "kill": guarded_home.broker.kill,
    }
    await ends[end]()
    gone = time.monotonic()
    await guarded_home.owner.wait_for(kitchen.entity_id, "unavailable")
    await guarded_home.owner.wait_for("sensor.kitchen_microphone", "unknown")
    kitchen.press()
    connections = len(guarded_home.ha.logged(MQTT_CONNECTED))
    await guarded_home.broker.start()
    waited = starved(guarded_home)
    await guarded_home.network.wait_connected()
    in_sight = datetime.now(UTC)
    await until(lambda: not kitchen.live, within=60)
    waited = starved(guarded_home) - waited
    off = guarded_home.truth.switches_of(kitchen, since=gone)[-1]
    connected = guarded_home.ha.logged(MQTT_CONNECTED)[connections]
    # Whoever of the plug and Home Assistant comes to the broker last.
    assert (off.at.wall - max(connected, in_sight)).total_seconds() - waited < BACK
    await stay(guarded_home, {kitchen: False, office: False, bedroom: True}, for_seconds=2)
    assert guarded_home.truth.commands_to(bedroom, since=gone) == []
    assert offs(guarded_home, office, gone)
    assert await mode(guarded_home, "office") == "mute"
    assert await mode(guarded_home, "bedroom") == "automatic"


async def test_no_error_of_earlid_was_logged(guarded_home: VirtualHome, errors_before: list[str]) -> None:
    assert errors(guarded_home)[len(errors_before) :] == []
