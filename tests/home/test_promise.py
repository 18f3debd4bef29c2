"""The promise, held at the plug: whatever goes wrong there, a speaker that may not listen is off in time.

Bounds are the contract's, CONTRACT.md, The promise.
"""

import asyncio
import random
import time

import pytest

from tests.home.guarding import (
    all_as_usual,
    hush,
    hush_until_off,
    is_off,
    issues_become,
    mode,
    offs,
    promptly,
    starved,
    stay,
    unhush,
)
from virtual_home import VirtualHome
from virtual_home.outlets import REJOIN_DELAY
from virtual_home.waiting import until

BY_HAND = 1.0  # s from the report of a press to OFF
DEADLINE = 3.0  # s, the nursery's
OTHERS_DEADLINE = 9.0  # s; a little sooner than the 10 of the others, which the nursery must not be given


@pytest.mark.attack
async def test_a_plug_turned_on_by_hand_is_off_again_within_a_second_each_of_twenty_times(
    guarded_home: VirtualHome,
) -> None:
    plug = guarded_home.plugs["kitchen"]
    await hush_until_off(guarded_home, "kitchen")
    async with guarded_home.observe() as seen:
        for _ in range(20):
            began, waited = time.monotonic(), starved(guarded_home)
            plug.press()
            await until(lambda: not plug.live)
            waited = starved(guarded_home) - waited
            on, off = guarded_home.truth.switches_of(plug, since=began)
            assert (on.cause, off.cause) == ("hand", "command")
            assert off.at.monotonic - (on.at.monotonic + plug.answer_after) - waited < BY_HAND
            # Right after the plug has said that it is off, or a while later.
            await asyncio.sleep(plug.answer_after + random.choice((0.01, 0.05, 0.2)))  # noqa: S311 - not a secret
        await stay(guarded_home, {plug: False}, for_seconds=1)
        assert seen.on("/kitchen/breach") == []
    assert await guarded_home.owner.value("binary_sensor.kitchen_breach") == "off"


@pytest.mark.attack
async def test_a_hand_that_is_quicker_than_the_plugs_own_reports_does_not_win(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["kitchen"]
    await hush_until_off(guarded_home, "kitchen")
    for _ in range(2):
        # The plug reports only that it is on, which is what Home Assistant thinks already: it sees no press at all.
        plug.press()
        await until(lambda: not plug.live)
    await stay(guarded_home, {plug: False}, for_seconds=1)


@pytest.mark.attack
async def test_a_speaker_turned_on_through_home_assistant_is_off_again_within_a_second(
    guarded_home: VirtualHome,
) -> None:
    plug = guarded_home.plugs["bedroom"]
    await hush_until_off(guarded_home, "bedroom")
    began, waited = time.monotonic(), starved(guarded_home)
    await guarded_home.owner.call("switch.turn_on", entity_id=plug.entity_id)
    await until(lambda: len(guarded_home.truth.switches_of(plug, since=began)) == 2)
    waited = starved(guarded_home) - waited
    on, off = guarded_home.truth.switches_of(plug, since=began)
    assert off.at.monotonic - (on.at.monotonic + plug.answer_after) - waited < BY_HAND


async def test_a_deaf_plug_is_off_soon_after_it_hears_again(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["office"]
    guarded_home.faults.deaf("office", 3)
    began = await hush(guarded_home, "office")
    await until(lambda: not plug.live)
    fates = [one.fate for one in offs(guarded_home, plug, began)]
    assert fates[-1] == "obeyed"
    assert set(fates[:-1]) == {"deaf"}
    await guarded_home.owner.wait_for("sensor.office_microphone", is_off)
    assert await guarded_home.owner.value("binary_sensor.office_breach") == "off"


async def test_plugs_that_lose_commands_are_off_and_on_all_the_same(guarded_home: VirtualHome) -> None:
    rooms = {"kitchen": 2, "bedroom": 3, "living_room": 2}
    plugs = [guarded_home.plugs[room] for room in rooms]
    for room, kth in rooms.items():
        guarded_home.faults.lose_every(room, kth)
    guarded_home.plugs["living_room"].defects.heard = 1  # the very first is lost
    for _ in range(2):
        began = await hush(guarded_home, *rooms)
        await until(lambda: not any(plug.live for plug in plugs))
        await unhush(guarded_home, *rooms)
        await until(lambda: all(plug.live for plug in plugs))
    assert any(one.fate == "lost" for plug in plugs for one in guarded_home.truth.commands_to(plug, since=began))


async def test_a_slow_plug_is_waited_for_and_no_breach(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["office"]
    guarded_home.faults.slow("office", 3)
    async with guarded_home.observe() as seen:
        await hush(guarded_home, "office")
        await until(lambda: not plug.live)
        await guarded_home.owner.wait_for("sensor.office_microphone", is_off)
        # The repeated OFFs are still on their way: none of them may be taken for a hand, nor for a breach.
        await stay(guarded_home, {plug: False})
        assert seen.on("/office/breach") == []
    assert await mode(guarded_home, "office") == "automatic"


async def test_a_welded_relay_is_a_breach_by_its_meter_until_it_is_mended(guarded_home: VirtualHome) -> None:
    speaker = guarded_home.speakers["nursery"]
    guarded_home.faults.weld("nursery")
    await hush(guarded_home, "nursery")
    async with guarded_home.observe() as seen:
        breach = await guarded_home.owner.wait_for("binary_sensor.nursery_breach", "on", within=OTHERS_DEADLINE)
        assert breach["attributes"]["cause"] == "evidence_contradicts"
        assert speaker.hears
        await guarded_home.owner.wait_for("sensor.nursery_microphone", "live")
        await issues_become(guarded_home, lambda issues: "breach_nursery" in issues)
        guarded_home.faults.weld("nursery", welded=False)
        await guarded_home.owner.wait_for("binary_sensor.nursery_breach", "off")
        ended = await seen.wait_for("/nursery/breach", lambda one: one.body["state"] == "ended")
        assert ended.body["cause"] == "evidence_contradicts"
    assert not speaker.hears
    await issues_become(guarded_home, lambda issues: "breach_nursery" not in issues)


async def test_a_plug_that_never_answers_is_a_breach_after_the_deadline_and_is_told_for_ever(
    guarded_home: VirtualHome,
) -> None:
    plug = guarded_home.plugs["nursery"]
    guarded_home.faults.deaf("nursery", 600)
    waited = starved(guarded_home)
    began = await hush(guarded_home, "nursery")
    breach = await guarded_home.owner.wait_for("binary_sensor.nursery_breach", "on", within=OTHERS_DEADLINE)
    assert time.monotonic() - began > DEADLINE - 0.5
    assert breach["attributes"]["cause"] == "relay_unreachable"
    await issues_become(guarded_home, lambda issues: "breach_nursery" in issues)
    await until(lambda: len(offs(guarded_home, plug, began)) >= 3)
    guarded_home.faults.heal("nursery")
    await until(lambda: not plug.live)
    waited = starved(guarded_home) - waited
    first, *again = [one.at.monotonic for one in offs(guarded_home, plug, began)]
    assert [at - first for at in again[:3]] == pytest.approx([1, 3, 7], abs=0.5 + waited)
    await guarded_home.owner.wait_for("binary_sensor.nursery_breach", "off")
    await issues_become(guarded_home, lambda issues: "breach_nursery" not in issues)


async def test_a_plug_that_comes_back_turned_on_is_off_at_once(guarded_home: VirtualHome) -> None:
    kitchen, bedroom = guarded_home.plugs["kitchen"], guarded_home.plugs["bedroom"]
    await hush_until_off(guarded_home, "kitchen")
    for room in ("kitchen", "bedroom"):
        guarded_home.faults.unavailable(room)
        await guarded_home.owner.wait_for(guarded_home.plugs[room].entity_id, "unavailable")
    kitchen.press()
    await hush(guarded_home, "bedroom")
    await asyncio.sleep(1)
    assert kitchen.live
    assert bedroom.live
    await guarded_home.owner.wait_for("sensor.kitchen_microphone", "unknown")
    began = time.monotonic()
    for room in ("kitchen", "bedroom"):
        guarded_home.faults.available(room)
    await promptly(guarded_home, BY_HAND, lambda: not kitchen.live and not bedroom.live)
    assert offs(guarded_home, kitchen, began)
    assert offs(guarded_home, bedroom, began)


async def test_a_muted_plug_that_comes_back_off_is_told_off_once_more(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["kitchen"]
    await hush_until_off(guarded_home, "kitchen")
    guarded_home.faults.unavailable("kitchen")
    await guarded_home.owner.wait_for(plug.entity_id, "unavailable")
    began = time.monotonic()
    guarded_home.faults.available("kitchen")
    await promptly(guarded_home, BY_HAND, lambda: bool(offs(guarded_home, plug, began)))


async def test_power_that_returns_to_a_muted_speaker_is_cut_again_at_once(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["living_room"]
    plug.power_on = "on"
    try:
        await hush_until_off(guarded_home, "living_room")
        guarded_home.faults.cut("living_room")
        await guarded_home.owner.wait_for(plug.entity_id, "unavailable")
        guarded_home.faults.restore("living_room")
        assert plug.live
        await promptly(guarded_home, REJOIN_DELAY + BY_HAND, lambda: not plug.live)
    finally:
        plug.power_on = "off"


async def test_a_power_cut_is_no_hand_and_the_speaker_comes_back_by_itself(guarded_home: VirtualHome) -> None:
    kitchen, bedroom = guarded_home.plugs["kitchen"], guarded_home.plugs["bedroom"]
    for room in ("kitchen", "bedroom"):
        guarded_home.faults.cut(room)
        await guarded_home.owner.wait_for(guarded_home.plugs[room].entity_id, "unavailable")
    await hush(guarded_home, "bedroom")
    for room in ("kitchen", "bedroom"):
        guarded_home.faults.restore(room)
        assert not guarded_home.plugs[room].live
    await until(lambda: kitchen.live)
    await stay(guarded_home, {bedroom: False})
    for room in ("kitchen", "bedroom"):
        assert await mode(guarded_home, room) == "automatic"
    await unhush(guarded_home, "bedroom")
    await all_as_usual(guarded_home)
