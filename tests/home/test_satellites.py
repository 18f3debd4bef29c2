"""Assist satellites in a real Home Assistant, through a real pipeline: what counts as a wake, and what came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import time
from typing import Any

import pytest_asyncio

from tests.home.guarding import guard_rooms, hush, mute_switch, mute_switches
from virtual_home import Meter, VirtualHome
from virtual_home.talk import LATE_SOUND
from virtual_home.waiting import until
from virtual_home.wyoming_home import PACE
from virtual_home.wyoming_satellite import Satellite, Turn

ROOMS = ("Kitchen", "Bedroom", "Office")
ANSWERS = {"when is dinner": "At seven", "play something": "What should I play?", "jazz": "Jazz it is"}
# Home Assistant takes the same wake word within 2 s for one that was heard twice (assist_pipeline/const.py,
# WAKE_WORD_COOLDOWN), and shows a satellite idle 2 s after an answer that was played, whatever it does by then
# (wyoming/assist_satellite.py, _tts_timeout).
APART = 2.6  # s
TELLS_WITHIN = 0.5  # s in which Earlid would have told of a wake that is none


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def assist_home() -> AsyncIterator[VirtualHome]:
    """Give a home whose three speakers are satellites, each muted by a rule while a helper of its own is on.

    The office's is past its plug.
    """
    automations = [
        {
            "alias": question,
            "triggers": [{"trigger": "conversation", "command": [question]}],
            "actions": [{"set_conversation_response": answer}],
        }
        for question, answer in ANSWERS.items()
    ]
    configuration: dict[str, Any] = mute_switches(ROOMS) | {"automation": automations}
    async with VirtualHome(
        plugs=ROOMS,
        satellites=ROOMS,
        persons=(),
        earlid=True,
        boot=0.5,
        meter=Meter(delay=0.3),
        configuration=configuration,
    ) as home:
        home.speakers["office"].move(None)
        await guard_rooms(home, ROOMS)
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def kitchen(assist_home: VirtualHome) -> AsyncIterator[Satellite]:
    """Give the kitchen's satellite, connected, idle, no wake word in the air."""
    satellite = assist_home.satellites["kitchen"]
    await satellite.wait_until_running()
    await assist_home.owner.wait_for(satellite.entity_id, "idle")
    await asyncio.sleep(APART)
    yield satellite
    satellite.pace = PACE
    await satellite.open()


@asynccontextmanager
async def listening(home: VirtualHome, *rooms: str, tells: int = 1) -> AsyncIterator[list[dict[str, Any]]]:
    """Give the activations that the rooms' event entities, the kitchen's if none is named, show from now on.

    The attributes of each, once there are as many as are to be told and there was time for one more.
    """
    entities = [f"event.{room}_activation" for room in rooms or ("kitchen",)]
    shown: list[dict[str, Any]] = []
    async with home.owner.events("state_changed") as events:

        def told() -> list[dict[str, Any]]:
            new = [one["new_state"] for one in events if one["entity_id"] in entities]
            return [one["attributes"] for one in new if one is not None]

        yield shown
        with suppress(TimeoutError):
            await until(lambda: len(told()) >= tells)
        await asyncio.sleep(TELLS_WITHIN)
        shown += told()


def woken(turn: Turn | None) -> Turn:
    """Return the turn that a wake began."""
    assert turn is not None, "it did not wake"
    return turn


async def test_a_wake_with_a_command_is_one_answered_activation(assist_home: VirtualHome, kitchen: Satellite) -> None:
    async with listening(assist_home) as activations:
        turn = await woken(kitchen.wake("when is dinner")).wait()
    assert (turn.heard_as, turn.reply) == ("when is dinner", "At seven")
    assert turn.error in (None, LATE_SOUND)
    assert [(one["event_type"], one["source"], one["allowed"]) for one in activations] == [
        ("answered", "satellite", True)
    ]


async def test_a_wake_without_a_command_is_unanswered(assist_home: VirtualHome, kitchen: Satellite) -> None:
    async with listening(assist_home) as activations:
        turn = await woken(kitchen.wake()).wait()
    assert turn.error == "stt-no-text-recognized"
    assert [one["event_type"] for one in activations] == ["unanswered"]


async def test_what_home_assistant_does_not_understand_is_answered_all_the_same(
    assist_home: VirtualHome, kitchen: Satellite
) -> None:
    async with listening(assist_home) as activations:
        turn = await woken(kitchen.wake("order a doll's house")).wait()
    assert turn.reply
    assert [one["event_type"] for one in activations] == ["answered"]


async def test_an_answer_to_what_it_asks_back_is_no_wake(assist_home: VirtualHome, kitchen: Satellite) -> None:
    async with listening(assist_home) as activations:
        turn = await woken(kitchen.wake("play something", then=("jazz",))).wait()
    assert turn.follow_up is not None
    assert (turn.follow_up.heard_as, turn.follow_up.reply) == ("jazz", "Jazz it is")
    assert [one["event_type"] for one in activations] == ["answered"]


async def test_silence_after_what_it_asks_back_is_no_wake(assist_home: VirtualHome, kitchen: Satellite) -> None:
    async with listening(assist_home) as activations:
        turn = await woken(kitchen.wake("play something")).wait()
    assert turn.follow_up is not None
    assert turn.follow_up.error == "stt-no-text-recognized"
    assert [one["event_type"] for one in activations] == ["answered"]


async def test_two_wakes_are_two_activations(assist_home: VirtualHome, kitchen: Satellite) -> None:
    async with listening(assist_home, tells=2) as activations:
        await woken(kitchen.wake("when is dinner")).wait()
        await asyncio.sleep(APART)
        await woken(kitchen.wake("when is dinner")).wait()
    assert [one["event_type"] for one in activations] == ["answered", "answered"]
    assert len({one["id"] for one in activations}) == 2


async def test_an_announcement_is_no_wake(assist_home: VirtualHome, kitchen: Satellite) -> None:
    played = len(kitchen.announcements)
    async with listening(assist_home, tells=0) as activations:
        await assist_home.owner.call("assist_satellite.announce", entity_id=kitchen.entity_id, message="Dinner")
        await until(lambda: len(kitchen.announcements) > played)
    assert kitchen.announcements[-1] > 0
    assert activations == []


async def test_a_wake_word_that_two_satellites_hear_counts_for_the_one_that_is_answered(
    assist_home: VirtualHome, kitchen: Satellite
) -> None:
    bedroom = assist_home.satellites["bedroom"]
    async with listening(assist_home, "kitchen", "bedroom") as activations:
        both = [woken(one.wake("when is dinner")) for one in (kitchen, bedroom)]
        for turn in both:
            await turn.wait()
    assert sorted(turn.error or "" for turn in both) == ["", "duplicate_wake_up_detected"]
    assert [one["event_type"] for one in activations] == ["answered"]


async def test_a_wake_that_a_paused_satellite_ignores_is_none(assist_home: VirtualHome, kitchen: Satellite) -> None:
    mute = f"switch.{kitchen.slug}_mute"
    async with listening(assist_home, tells=0) as activations:
        muted = time.monotonic()
        await assist_home.owner.call("switch.turn_on", entity_id=mute)
        await until(lambda: not kitchen.running)
        assert kitchen.wake("when is dinner") is None
        # Unmuted before it has looked again, every 2 s, Home Assistant 2026.10 leaves the satellite paused for good.
        await until(lambda: kitchen.has_received("ping", since=muted))
        await asyncio.sleep(TELLS_WITHIN)
        await assist_home.owner.call("switch.turn_off", entity_id=mute)
    assert activations == []


async def test_a_turn_that_home_assistant_loses_sight_of_has_an_unknown_outcome(
    assist_home: VirtualHome, kitchen: Satellite
) -> None:
    kitchen.pace = 1.0
    entry = assist_home.assist.entries["kitchen"]
    async with listening(assist_home) as activations:
        woken(kitchen.wake("when is dinner"))
        await assist_home.owner.wait_for(kitchen.entity_id, "listening")
        await assist_home.owner.post(f"/api/config/config_entries/entry/{entry}/reload")
    assert [one["event_type"] for one in activations] == ["unknown"]


async def test_whoever_records_a_satellites_microphone_shows_on_the_bus(
    assist_home: VirtualHome, kitchen: Satellite
) -> None:
    device = assist_home.assist.devices["kitchen"]
    async with assist_home.owner.events("assist_pipeline_recording") as recordings:
        await assist_home.owner.command("assist_pipeline/device/capture", device_id=device, timeout=0.5)
        await until(lambda: bool(recordings))
    assert recordings == [{"device_id": device, "seconds": 0.5}]
    assert kitchen.running


# Home Assistant takes 13 s to come back to it: the last of the kitchen's.
async def test_a_satellite_that_crashes_while_it_listens_was_awake_once(
    assist_home: VirtualHome, kitchen: Satellite
) -> None:
    kitchen.pace = 1.0
    async with listening(assist_home) as activations:
        woken(kitchen.wake("when is dinner"))
        await assist_home.owner.wait_for(kitchen.entity_id, "listening")
        kitchen.vanish()
        await assist_home.owner.wait_for(kitchen.entity_id, "idle")
    # Home Assistant 2026.10 shows it idle, as after silence, not away.
    assert len(activations) == 1
    assert activations[0]["event_type"] != "answered"


async def test_a_wake_of_one_that_may_not_listen_is_a_breach(assist_home: VirtualHome) -> None:
    office = assist_home.satellites["office"]
    await office.wait_until_running()
    await hush(assist_home, "Office")
    await assist_home.owner.wait_for(assist_home.plugs["office"].entity_id, "off")
    await assist_home.owner.wait_for("binary_sensor.office_listening_allowed", "off")
    await asyncio.sleep(APART)
    async with listening(assist_home, "office") as activations:
        woken(office.wake("when is dinner"))
        breach = await assist_home.owner.wait_for("binary_sensor.office_breach", "on")
        await until(lambda: office.turns[-1].over)
    assert breach["attributes"]["cause"] == "heard_while_muted"
    assert [(one["event_type"], one["allowed"]) for one in activations] == [("answered", False)]
    await assist_home.owner.call("input_boolean.turn_off", entity_id=mute_switch("Office"))


async def test_what_cuts_its_power_ends_its_turn_and_takes_it_off_the_network(assist_home: VirtualHome) -> None:
    bedroom = assist_home.satellites["bedroom"]
    bedroom.pace = 1.0
    await asyncio.sleep(APART)
    async with listening(assist_home, "bedroom") as activations:
        turn = woken(bedroom.wake("when is dinner"))
        await assist_home.owner.wait_for(bedroom.entity_id, "listening")
        await hush(assist_home, "Bedroom")
        await until(lambda: not assist_home.plugs["bedroom"].live)
        heard = assist_home.assist.stt.seconds
        await turn.wait()
        assert bedroom.wake("when is dinner") is None
        # Home Assistant asks every 2 s whether it is still there, and waits 5 s for an answer.
        await assist_home.owner.wait_for(bedroom.entity_id, "idle")
    assert assist_home.assist.stt.seconds - heard < 1.5
    assert len(activations) == 1
    assert activations[0]["event_type"] != "answered"
    await assist_home.owner.call("input_boolean.turn_off", entity_id=mute_switch("Bedroom"))


async def test_nothing_in_this_home_complained(assist_home: VirtualHome) -> None:
    """Last: the log of Home Assistant over all of the above."""
    for about in ("custom_components.earlid", "tts", "stt", "assist_pipeline", "ffmpeg"):
        assert assist_home.ha.complaints(about) == [], about
