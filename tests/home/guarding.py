"""What the tests of the guarded home share: the home, ways to mute a room by a rule, and looks at what came of it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
import json
import time

from virtual_home import Command, Outlet, VirtualHome
from virtual_home.flows import ENTRIES, remove_subentry, subentries
from virtual_home.home_assistant import MQTT_CONNECTED
from virtual_home.network import slugify
from virtual_home.outlets import RADIO_DELAY
from virtual_home.process import waited_by
from virtual_home.waiting import LOOK_EVERY, until, until_told

ROOMS = ("Kitchen", "Bedroom", "Living room", "Office", "Nursery")
# The defaults, 10 and 60 s, are for real speakers.
HABITS = {"rest": 0, "boot": 1}
SAVED_AFTER = 2.0  # s; config_entries.py, SAVE_DELAY, is 1
DEADLINE = 10.0  # s, the longest of the homes here; the default
QUIET = 2.0  # s in which a command that should not come would have come: retries begin after 1
SLOW_METER = 2.0  # s; what reports the load as late as this is not waited for


def mute_switch(room: str) -> str:
    """Return the helper that a room's rule goes by."""
    return f"input_boolean.{slugify(room)}_quiet"


def mute_switches(rooms: Sequence[str]) -> dict[str, dict[str, dict[str, object]]]:
    """Return those helpers for configuration.yaml."""
    return {"input_boolean": {f"{slugify(room)}_quiet": {"name": f"{room} quiet"} for room in rooms}}


async def guard_rooms(home: VirtualHome, rooms: Sequence[str] = ROOMS) -> None:
    """Guard rooms, each with a rule that mutes it while its helper is on."""
    for room in rooms:
        slug = slugify(room)
        await home.guard(slug, habits=HABITS | ({"deadline": 3} if slug == "nursery" else {}))
        await home.rule("presence", f"{room} quiet", "mute", entities=[mute_switch(room)], speakers=[slug])
    for room in rooms:
        await home.owner.wait_for(f"select.{slugify(room)}_mode", "automatic")
    # Only a plug that has been in sight for so long can be turned off by a hand.
    await asyncio.sleep(HABITS["boot"])


async def hush(home: VirtualHome, *rooms: str) -> float:
    """Mute rooms by their rule; return when that began, monotonic."""
    began = time.monotonic()
    await home.owner.call("input_boolean.turn_on", entity_id=[mute_switch(room) for room in rooms])
    return began


async def unhush(home: VirtualHome, *rooms: str) -> float:
    """Take that back; return when that began, monotonic."""
    began = time.monotonic()
    await home.owner.call("input_boolean.turn_off", entity_id=[mute_switch(room) for room in rooms])
    return began


async def hush_until_off(home: VirtualHome, *rooms: str) -> None:
    """Mute rooms that listen, and return when their plugs are off and have said so."""
    for room in rooms:
        # Else the off that is waited for could be that of before, which Home Assistant still shows.
        await home.owner.wait_for(home.plugs[room].entity_id, "on")
    await hush(home, *rooms)
    for room in rooms:
        await home.owner.wait_for(home.plugs[room].entity_id, "off")
        await home.owner.wait_for(f"sensor.{room}_microphone", is_off)


def is_off(state: dict[str, object]) -> bool:
    """Return whether a microphone sensor shows off, proven or not."""
    return str(state["state"]).startswith("off")


async def mode(home: VirtualHome, room: str) -> str | None:
    """Return the mode of a room's speaker."""
    return await home.owner.value(f"select.{room}_mode")


async def all_as_usual(home: VirtualHome) -> None:
    """Return when every guarded room may listen, does, and is in no breach."""
    for room in guarded(await home.owner.states()):
        await home.owner.wait_for(f"select.{room}_mode", "automatic")
        await home.owner.wait_for(f"binary_sensor.{room}_listening_allowed", "on")
        await until(lambda plug=home.plugs[room]: plug.live)  # type: ignore[misc]
        if home.plugs[room].discovered:
            await home.owner.wait_for(home.plugs[room].entity_id, "on")
        await home.owner.wait_for(f"sensor.{room}_microphone", "live")
        await home.owner.wait_for(f"binary_sensor.{room}_breach", "off")


async def make_run(home: VirtualHome) -> None:
    """Let everything in a home run, whatever a test did to it."""
    home.ha.thaw()
    home.broker.thaw()
    if not home.broker.running:
        await home.broker.start()
    await home.network.wait_connected()
    if not home.ha.running:
        await home.ha.launch()
    await home.ha.wait_until_started()


async def reload(home: VirtualHome) -> None:
    """Reload Earlid, and return when it hears what is said on the broker again."""
    async with home.observe() as seen:
        await home.owner.post(f"{ENTRIES}/entry/{home.earlid_entry}/reload")
        gone = await seen.wait_for("/status", lambda one: one.body["status"] == "offline")
        await seen.wait_for("/status", lambda one: one.body["status"] == "online", since=gone.at.monotonic)


async def make_heard(home: VirtualHome) -> None:
    """Return when Home Assistant knows what its plugs were told or did up to now, and what they draw."""
    metered = [plug for plug in home.plugs.values() if plug.meter.delay < SLOW_METER]
    # What a meter has not shown yet it proves nothing of: neither that a load went, nor that it stayed.
    await until(lambda: all(plug.shown_watts == plug.meter.reading(plug.watts) for plug in metered))
    await asyncio.sleep(2 * RADIO_DELAY)
    await home.caught_up()


async def make_answered(home: VirtualHome) -> None:
    """Return when an off at a plug can be a hand's only.

    What went to a plug that was off already shows nowhere, and until the deadline the next off may be what came of it.
    """
    futile = [
        commands[-1].at.monotonic
        for plug in home.plugs.values()
        if (commands := [one for one in home.truth.commands_to(plug) if one.says == "off"])
        and commands[-1].at not in [one.at for one in home.truth.switches_of(plug) if not one.live]
    ]
    await asyncio.sleep(max([0.0, *(DEADLINE - (time.monotonic() - at) for at in futile)]))


async def forget_others(home: VirtualHome, kept: Iterable[str]) -> None:
    """Remove the speakers and rules that a test left behind."""
    assert home.earlid_entry is not None
    for one in await subentries(home.owner, home.earlid_entry):
        if one["subentry_id"] not in kept:
            await remove_subentry(home.owner, home.earlid_entry, one["subentry_id"])


async def make_usual(home: VirtualHome) -> None:
    """Undo what a test did in a guarded home: no faults, no holds, no lockdown, every speaker listens."""
    await make_run(home)
    for room in home.plugs:
        home.faults.heal(room)
    # What is on its way is of before; taken for what comes of the next lines, it would end the wait for that. And a
    # meter that has not shown that nothing is drawn has no news when something is.
    await make_heard(home)
    await home.owner.call("switch.turn_off", entity_id="switch.earlid_lockdown")
    helpers = [one for one in await home.owner.states() if one.startswith("input_boolean.")]
    if helpers:
        await home.owner.call("input_boolean.turn_off", entity_id=helpers)
    await home.owner.call("earlid.resume", entity_id="all")
    await all_as_usual(home)
    await make_heard(home)
    await make_answered(home)
    if datetime.now(UTC) - home.ha.logged(MQTT_CONNECTED)[-1] < timedelta(seconds=10):
        # The next test may begin with a hand, which counts only at a plug that has been in sight for a while.
        await asyncio.sleep(HABITS["boot"])


def starved(home: VirtualHome) -> float:
    """Return for how many seconds so far the machine ran something else, while those who make up the home could run."""
    return home.ha.waited + home.broker.waited + waited_by("self")


async def promptly(home: VirtualHome, seconds: float, so: Callable[[], bool]) -> None:
    """Return when `so()`; fail if that took longer than `seconds`, without what the machine ran meanwhile."""
    before = starved(home)
    took = await until(so)
    assert took - (starved(home) - before) < seconds, f"{took} s"


def guarded_plugs(home: VirtualHome) -> list[Outlet]:
    """Return the plugs of `ROOMS`: tests may have brought others, which nobody guards any more."""
    return [home.plugs[slugify(room)] for room in ROOMS]


def guarded(states: Iterable[str]) -> list[str]:
    """Return the slugs of the guarded speakers, by what Home Assistant shows."""
    ends = ("select.", "_mode")
    return [one[len(ends[0]) : -len(ends[1])] for one in states if one.startswith(ends[0]) and one.endswith(ends[1])]


def offs(home: VirtualHome, plug: Outlet, since: float) -> list[Command]:
    """Return the OFFs that reached a plug since then, monotonic."""
    return [one for one in home.truth.commands_to(plug, since=since) if one.says == "off"]


async def stay(home: VirtualHome, live: Mapping[Outlet, bool], *, for_seconds: float = QUIET) -> None:
    """Fail as soon as one of the outlets is not as it should be, within `for_seconds`."""
    end = time.monotonic() + for_seconds
    while time.monotonic() < end:
        for plug, wanted in live.items():
            assert plug.live is wanted, f"{plug.slug}: {home.truth.switches_of(plug)[-3:]}"
        await asyncio.sleep(LOOK_EVERY)


async def repair_issues(home: VirtualHome) -> set[str]:
    """Return the ids of Earlid's open repair issues."""
    return {one["issue_id"] for one in await home.owner.issues("earlid")}


async def issues_become(home: VirtualHome, so: Callable[[set[str]], bool]) -> None:
    """Return when Earlid's open repair issues are `so`: entities, which are told first, may be ahead of them."""

    async def are_so() -> bool:
        return so(await repair_issues(home))

    await until_told(are_so)


async def gone(home: VirtualHome, entity_id: str) -> None:
    """Return when there is no such entity any more: the end of a dialog does not wait for that."""

    async def is_gone() -> bool:
        return await home.owner.state(entity_id) is None

    await until_told(is_gone)


async def saved(home: VirtualHome, *wanted: str) -> str:
    """Return Home Assistant's stored config entries once they hold all of `wanted`; TimeoutError otherwise."""
    path = home.ha.directory / ".storage" / "core.config_entries"
    await until(lambda: all(one in path.read_text() for one in wanted), within=10 * SAVED_AFTER)
    text = path.read_text()
    json.loads(text)
    return text
