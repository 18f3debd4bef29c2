"""A hand at the plug that turns a speaker off is a wish; what only looks like one is none."""

import asyncio
import time

from tests.home.guarding import hush, hush_until_off, mode, stay, unhush
from virtual_home import VirtualHome
from virtual_home.waiting import until


async def test_a_speaker_turned_off_by_hand_or_elsewhere_stays_off_until_it_is_turned_on_there(
    guarded_home: VirtualHome,
) -> None:
    kitchen, bedroom = guarded_home.plugs["kitchen"], guarded_home.plugs["bedroom"]
    began = time.monotonic()
    kitchen.press()
    await guarded_home.owner.call("switch.turn_off", entity_id=bedroom.entity_id)
    for room in ("kitchen", "bedroom"):
        held = await guarded_home.owner.wait_for(f"select.{room}_mode", "mute")
        assert held["attributes"]["until"] is not None
        await guarded_home.owner.wait_for(f"binary_sensor.{room}_listening_allowed", "off")
    await stay(guarded_home, {kitchen: False, bedroom: False})
    kitchen.press()
    await guarded_home.owner.call("switch.turn_on", entity_id=bedroom.entity_id)
    for room in ("kitchen", "bedroom"):
        await guarded_home.owner.wait_for(f"select.{room}_mode", "automatic")
    await stay(guarded_home, {kitchen: True, bedroom: True})
    assert [one.cause for one in guarded_home.truth.switches_of(kitchen, since=began)] == ["hand", "hand"]
    assert "on" not in [one.says for one in guarded_home.truth.commands_to(kitchen, since=began)]


async def test_off_and_on_again_by_hand_leaves_all_as_it_was(guarded_home: VirtualHome) -> None:
    began = time.monotonic()

    async def press_twice(room: str, between: float) -> None:
        guarded_home.plugs[room].press()
        await asyncio.sleep(between)
        guarded_home.plugs[room].press()

    rooms = {"kitchen": 0.1, "bedroom": 0.0, "office": 0.5}
    await asyncio.gather(*(press_twice(room, between) for room, between in rooms.items()))
    await stay(guarded_home, {guarded_home.plugs[room]: True for room in rooms})
    for room in rooms:
        assert await mode(guarded_home, room) == "automatic"
        commands = guarded_home.truth.commands_to(guarded_home.plugs[room], since=began)
        assert "on" not in [one.says for one in commands]


async def test_a_hand_that_ended_a_mute_of_its_own_does_not_open_what_a_rule_mutes(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["office"]
    plug.press()
    await guarded_home.owner.wait_for("select.office_mode", "mute")
    await hush(guarded_home, "office")
    # The rule is a change: the hold has ended, and the hand at the plug now meets the rule.
    await guarded_home.owner.wait_for("select.office_mode", "automatic")
    plug.press()
    await until(lambda: not plug.live)
    await stay(guarded_home, {plug: False}, for_seconds=1)


async def test_a_quick_mute_and_allow_with_a_slow_plug_is_no_hand(guarded_home: VirtualHome) -> None:
    rooms = {"kitchen": 0.3, "bedroom": 1.5, "office": 0.0}
    for room in rooms:
        guarded_home.faults.slow(room, 3)

    async def mute_and_allow(room: str, between: float) -> None:
        await hush(guarded_home, room)
        await asyncio.sleep(between)
        await unhush(guarded_home, room)

    await asyncio.gather(*(mute_and_allow(room, between) for room, between in rooms.items()))
    async with guarded_home.owner.changes() as seen:
        await asyncio.sleep(9)
        modes = [one for one in seen if one.entity_id.endswith("_mode")]
    assert modes == []
    for room in rooms:
        await until(lambda plug=guarded_home.plugs[room]: plug.live)  # type: ignore[misc]
        assert await mode(guarded_home, room) == "automatic"


async def test_a_plug_turned_off_while_out_of_sight_was_turned_off_by_no_hand(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["living_room"]
    guarded_home.faults.unavailable("living_room")
    await guarded_home.owner.wait_for(plug.entity_id, "unavailable")
    plug.press()
    guarded_home.faults.available("living_room")
    await until(lambda: plug.live)
    assert await mode(guarded_home, "living_room") == "automatic"


async def test_a_muted_speaker_that_is_pressed_stays_in_automatic(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["kitchen"]
    await hush_until_off(guarded_home, "kitchen")
    for _ in range(3):
        plug.press()
        await until(lambda: not plug.live)
    await unhush(guarded_home, "kitchen")
    await until(lambda: plug.live)
    assert await mode(guarded_home, "kitchen") == "automatic"
