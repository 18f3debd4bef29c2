"""Adding, changing and removing one speaker or rule touches that one alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import time

import pytest
import pytest_asyncio

from tests.home.guarding import HABITS, gone, hush, issues_become, make_heard, mute_switch, saved, starved, stay
from virtual_home import VirtualHome
from virtual_home.flows import add_speaker, change_subentry, remove_subentry, set_options, subentries
from virtual_home.waiting import until

NEIGHBOURS = ("kitchen", "bedroom", "living_room", "office", "nursery")


@pytest_asyncio.fixture(loop_scope="session")
async def busy_home(guarded_home: VirtualHome) -> VirtualHome:
    """Give the guarded home in the middle of much: holds of all kinds, a deaf plug with a retry on its way."""
    owner = guarded_home.owner
    await owner.call("earlid.listen", entity_id="select.kitchen_mode", duration=3600)
    await owner.call("earlid.mute", entity_id="select.bedroom_mode", duration=3600)
    guarded_home.plugs["office"].press()
    await owner.wait_for("select.office_mode", "mute")
    await owner.wait_for("switch.bedroom_plug", "off")
    # What they are told because of that, and told again until they have said so, is not to be taken for disturbance.
    await make_heard(guarded_home)
    return guarded_home


@asynccontextmanager
async def undisturbed(home: VirtualHome) -> AsyncIterator[None]:
    """Fail if a neighbour's entity goes, its plug is told anything or its hold is another afterwards."""
    ends = {room: await _until(home, room) for room in NEIGHBOURS}
    began = time.monotonic()
    live = {home.plugs[room]: home.plugs[room].live for room in NEIGHBOURS}
    async with home.owner.changes() as seen:
        yield
        await stay(home, live, for_seconds=1)
    gone = {one.entity_id for one in seen if one.after in (None, "unavailable") and one.before is not None}
    # A rule's switch is on the hub, and is no neighbour.
    gone.discard("switch.earlid_rule_extra")
    assert [one for one in gone if one.split(".")[1].startswith((*NEIGHBOURS, "earlid_"))] == []
    assert {room: home.truth.commands_to(home.plugs[room], since=began) for room in NEIGHBOURS} == {
        room: [] for room in NEIGHBOURS
    }
    assert {room: await _until(home, room) for room in NEIGHBOURS} == ends


async def _until(home: VirtualHome, room: str) -> tuple[str, str | None]:
    state = await home.owner.state(f"select.{room}_mode")
    assert state is not None
    return state["state"], state["attributes"]["until"]


async def test_a_speaker_comes_changes_and_goes_without_its_neighbours_noticing(busy_home: VirtualHome) -> None:
    owner, entry = busy_home.owner, busy_home.earlid_entry
    assert entry is not None
    plug = busy_home.add_plug("Hall")
    busy_home.add_speaker("Hall", plug)
    await owner.wait_for(plug.entity_id, "on")
    async with undisturbed(busy_home), busy_home.observe() as seen:
        hall = await busy_home.guard("hall", habits=HABITS)
        await owner.wait_for("select.hall_mode", "automatic")
        await seen.wait_for("/speaker/hall/state", lambda one: one.text != "")
        posture = {"habits": {"posture": "mute"}}
        await change_subentry(owner, entry, hall, posture)
        await until(lambda: not plug.live)
        await change_subentry(owner, entry, hall, {"reconfigure": {"name": "Corridor"}})
        await owner.wait_for("select.hall_mode", lambda state: "Corridor" in state["attributes"]["friendly_name"])
        began = time.monotonic()
        await remove_subentry(owner, entry, hall)
        await until(lambda: any(one.text == "" for one in seen.on("/speaker/hall/state")))
        await stay(busy_home, {plug: False}, for_seconds=1)
        assert busy_home.truth.commands_to(plug, since=began) == []
    await gone(busy_home, "select.hall_mode")
    await issues_become(busy_home, lambda issues: "relay_left_hall" in issues)
    async with busy_home.observe("earlid/home/speaker/hall/#") as late:
        await stay(busy_home, {plug: False}, for_seconds=0.3)
        assert late.messages == []


async def test_a_rule_comes_changes_and_goes_without_anyone_else_noticing(busy_home: VirtualHome) -> None:
    owner, entry = busy_home.owner, busy_home.earlid_entry
    assert entry is not None
    async with undisturbed(busy_home):
        # It would mute the living room, if its helper were on.
        entities = {"entities": [mute_switch("living_room")], "speakers": ["living_room"]}
        rule = await busy_home.rule("presence", "Extra", "mute", **entities)
        await owner.wait_for("switch.earlid_rule_extra", "on")
        await change_subentry(owner, entry, rule, {"presence": {"linger": {"seconds": 1}}})
        await owner.call("switch.turn_off", entity_id="switch.earlid_rule_extra")
        await owner.wait_for("switch.earlid_rule_extra", "off")
        await remove_subentry(owner, entry, rule)
        await gone(busy_home, "switch.earlid_rule_extra")
        assert await owner.value("switch.earlid_rule_kitchen_quiet") == "on"


async def test_options_change_without_anyone_noticing_and_are_saved_with_every_condition(
    busy_home: VirtualHome,
) -> None:
    owner, entry = busy_home.owner, busy_home.earlid_entry
    assert entry is not None
    # What a validated condition holds cannot be saved, and one of these would stop the saving of every entry.
    conditions = [
        {"condition": "state", "entity_id": "sun.sun", "state": "none", "for": {"minutes": 5}},
        "{{ is_state('sun.sun', 'none') }}",
        {"or": [{"condition": "template", "value_template": "{{ false }}"}, {"not": "{{ true }}"}]},
        {"condition": "time", "after": "23:00:00", "before": "23:00:01"},
    ]
    async with undisturbed(busy_home):
        rule = await busy_home.rule("condition", "Extra", "mute", conditions=conditions, speakers=["living_room"])
        await set_options(owner, entry, trust_for=77)
        text = await saved(busy_home, '"trust_for":77', "is_state('sun.sun', 'none')")
        assert '"minutes":5' in text
        await remove_subentry(owner, entry, rule)
        await set_options(owner, entry, trust_for=120)
    assert [one["subentry_id"] for one in await subentries(owner, entry) if one["title"] == "Extra"] == []


async def test_a_neighbours_retries_and_timers_go_on(guarded_home: VirtualHome) -> None:
    owner, entry = guarded_home.owner, guarded_home.earlid_entry
    assert entry is not None
    kitchen, bedroom = guarded_home.plugs["kitchen"], guarded_home.plugs["bedroom"]
    guarded_home.faults.deaf("kitchen", 2.5)
    waited = starved(guarded_home)
    began = await hush(guarded_home, "kitchen")
    await owner.call("earlid.mute", entity_id="select.bedroom_mode", duration=4)
    for linger in (1, 2, 3):
        rule = await guarded_home.rule("presence", "Extra", "mute", entities=["person.anna"], quantifier="none")
        await change_subentry(owner, entry, rule, {"presence": {"linger": {"seconds": linger}}})
        await remove_subentry(owner, entry, rule)
    await until(lambda: not kitchen.live)
    waited = starved(guarded_home) - waited
    told = [one.at.monotonic - began for one in guarded_home.truth.commands_to(kitchen, since=began)]
    assert told == pytest.approx([0, 1, 3], abs=0.5 + waited)
    await until(lambda: bedroom.live)
    assert time.monotonic() - began > 3.5


async def test_two_speakers_on_one_plug_listen_only_together(guarded_home: VirtualHome) -> None:
    owner, entry = guarded_home.owner, guarded_home.earlid_entry
    assert entry is not None
    strip = guarded_home.plugs["kitchen"]
    second = await add_speaker(
        owner,
        entry,
        "Second",
        "entity",
        relay_settings={"entity_id": strip.entity_id},
        habits=HABITS,
    )
    try:
        await owner.wait_for("select.second_mode", "automatic")
        began = time.monotonic()
        await owner.call("earlid.mute", entity_id="select.second_mode")
        await until(lambda: not strip.live)
        assert await owner.value("select.kitchen_mode") == "automatic"
        assert await owner.value("binary_sensor.kitchen_listening_allowed") == "on"
        await owner.call("earlid.mute", entity_id="select.kitchen_mode")
        await owner.call("earlid.resume", entity_id="select.second_mode")
        await stay(guarded_home, {strip: False}, for_seconds=1.5)
        strip.press()
        await until(lambda: not strip.live)
        await owner.call("earlid.resume", entity_id="select.kitchen_mode")
        await until(lambda: strip.live)
        await owner.call("earlid.mute", entity_id="select.second_mode")
        await until(lambda: not strip.live)
        # Whoever is left speaks for the plug alone.
        await remove_subentry(owner, entry, second)
        await until(lambda: strip.live)
        turns = [(one.live, one.cause) for one in guarded_home.truth.switches_of(strip, since=began)]
        off, on = (False, "command"), (True, "command")
        assert turns == [off, (True, "hand"), off, on, off, on]
    finally:
        left = [one["subentry_id"] for one in await subentries(owner, entry)]
        if second in left:
            await remove_subentry(owner, entry, second)
