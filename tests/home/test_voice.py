"""Spoken to a real Wyoming satellite, through a real pipeline, to a real plug: in every language, and what is refused.

The kitchen's speaker is a satellite itself; the office's is some other speaker; the hall's satellite is not guarded.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from statistics import median
import time
from typing import Any

import pytest
import pytest_asyncio

from tests.home.guarding import guard_rooms, hush_until_off, make_run, make_usual, mute_switches, offs, stay
from tests.home.said import INTENTS, SAID
from virtual_home import Meter, VirtualHome
from virtual_home.flows import set_options
from virtual_home.talk import Talk, talk_to
from virtual_home.waiting import until

ROOMS = ("Kitchen", "Office")
TIMES = 3


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_talk() -> AsyncIterator[Talk]:
    """Give a home that can be talked to."""
    async with VirtualHome(
        plugs=(*ROOMS, "Hall"),
        satellites=("Kitchen", "Hall"),
        persons=(),
        earlid=True,
        boot=0.5,
        meter=Meter(delay=60),
        configuration=mute_switches(ROOMS),
    ) as home:
        assert home.earlid_entry is not None
        # Else the form of the office fills it in: it is the only one that nobody guards.
        await set_options(home.owner, home.earlid_entry, leave_alone=[home.assist.devices["hall"]])
        await guard_rooms(home, ROOMS)
        yield await talk_to(home)


@pytest_asyncio.fixture(loop_scope="session")
async def talk(shared_talk: Talk) -> AsyncIterator[Talk]:
    """Give that home, as usual after each test."""
    yield shared_talk
    await make_run(shared_talk.home)
    await shared_talk.speak("en")
    entry = shared_talk.home.earlid_entry
    assert entry is not None
    await set_options(
        shared_talk.home.owner, entry, who_may_allow="anyone", voice_allow_from=[], voice_allow_others=False
    )
    await make_usual(shared_talk.home)


async def options(talk: Talk, **chosen: Any) -> None:
    assert talk.home.earlid_entry is not None
    await set_options(talk.home.owner, talk.home.earlid_entry, **chosen)


@pytest.mark.parametrize("language", SAID)
async def test_everything_can_be_said_in_every_language(talk: Talk, language: str) -> None:
    home, plugs = talk.home, [talk.home.plugs[room.lower()] for room in ROOMS]
    await talk.speak(language)
    live = {
        "mute": (True, False),
        "why": (True, False),
        "who": (True, False),
        "resume": (True, True),
        "lockdown": (False, False),
        "lift": (True, True),
        "listen": (True, True),
        "wakes": (True, True),
    }
    for intent in INTENTS:
        if intent == "listen":
            await hush_until_off(home, "office")
        said, answer = SAID[language][intent]
        assert answer in await talk.say(said), said
        await until(lambda: tuple(plug.live for plug in plugs) == live[intent])  # noqa: B023


async def test_lockdown_by_voice_turns_everything_off_until_it_is_lifted_elsewhere(talk: Talk) -> None:
    plugs = [talk.home.plugs[room] for room in ("kitchen", "office")]
    assert (await talk.say("lockdown")).startswith("Lockdown is on")
    await until(lambda: not any(plug.live for plug in plugs))
    assert "because lockdown is on" in await talk.say("why is the office off")
    assert (await talk.say("let the office listen for ten minutes")).startswith("Lockdown is on. It must be lifted")
    assert not plugs[1].live
    assert (await talk.say("lift the lockdown")).startswith("Lockdown is over.")
    await until(lambda: all(plug.live for plug in plugs))


async def test_what_is_asked_is_answered(talk: Talk) -> None:
    assert await talk.say("who is listening") == "Kitchen and Office can hear."
    assert await talk.say("how often did the office wake up today") == "Office did not wake today."
    assert await talk.say("is the cellar listening") == (
        "I know no speaker, area or floor called cellar. I know Kitchen and Office."
    )


async def test_a_speaker_that_may_not_is_let_listen_for_a_while(talk: Talk) -> None:
    plug = talk.home.plugs["office"]
    await talk.home.owner.call("input_boolean.turn_on", entity_id="input_boolean.office_quiet")
    await until(lambda: not plug.live)
    assert await talk.say("let the office listen for 0 seconds") == (
        "That is no time at all, so nothing has changed. Say for instance: for ten minutes."
    )
    assert (await talk.say("let the office listen for ten minutes")).startswith("Office may listen until")
    await until(lambda: plug.live)


async def test_under_administrators_a_voice_can_mute_and_nothing_else(talk: Talk) -> None:
    plug = talk.home.plugs["office"]
    await options(talk, who_may_allow="admins")
    await talk.say("mute the microphone in the office")
    await until(lambda: not plug.live)
    for said in ("resume listening in the office", "let the office listen for ten minutes"):
        assert (await talk.say(said)).startswith("I let no speaker listen by voice")
    await stay(talk.home, {plug: False}, for_seconds=0.5)
    await talk.home.owner.call("earlid.resume", entity_id="select.office_mode")
    await until(lambda: plug.live)


async def test_only_the_named_satellite_can_let_listen(talk: Talk) -> None:
    plug = talk.home.plugs["office"]
    await options(talk, voice_allow_from=[talk.home.satellites["kitchen"].entity_id], voice_allow_others=True)
    await talk.say("mute the microphone in the office")
    await until(lambda: not plug.live)
    assert (await talk.say("resume listening in the office")).startswith("I let no speaker listen when it is said here")
    assert not plug.live
    assert await talk.say("resume listening in the office", to="kitchen") == "Office may listen again."
    await until(lambda: plug.live)


@pytest.mark.attack
async def test_what_a_guarded_speaker_hears_lets_on_no_other(talk: Talk) -> None:
    plug = talk.home.plugs["office"]
    await talk.say("mute the microphone in the office", to="kitchen")
    await until(lambda: not plug.live)
    assert (await talk.say("resume listening in the office", to="kitchen")).startswith("What is said to this speaker")
    await stay(talk.home, {plug: False}, for_seconds=0.5)


async def test_all_at_once_are_never_let_listen(talk: Talk) -> None:
    plugs = {talk.home.plugs[room.lower()]: False for room in ROOMS}
    await talk.home.owner.call(
        "input_boolean.turn_on", entity_id=["input_boolean.kitchen_quiet", "input_boolean.office_quiet"]
    )
    await until(lambda: not any(plug.live for plug in plugs))
    for said in ("let all of them listen for ten minutes", "let the office and everyone listen for ten minutes"):
        assert (await talk.say(said)).startswith("I let single speakers listen, never all at once."), said
    await stay(talk.home, plugs, for_seconds=0.5)


async def test_what_someone_muted_is_resumed_first_and_not_muted_for_less_by_a_voice(talk: Talk) -> None:
    plug = talk.home.plugs["office"]
    await talk.home.owner.call("earlid.mute", entity_id="select.office_mode")
    await until(lambda: not plug.live)
    assert (await talk.say("let the office listen for ten minutes")).startswith("Someone muted Office.")
    await options(talk, who_may_allow="admins")
    assert (await talk.say("mute the microphone in the office for a minute")).startswith("I let no speaker listen by")
    assert (await talk.home.owner.state("select.office_mode") or {})["attributes"]["until"] is None
    assert not plug.live


async def test_home_assistants_own_words_lift_no_lockdown_either(talk: Talk) -> None:
    await options(talk, who_may_allow="admins")
    await talk.home.owner.call("switch.turn_on", entity_id="switch.earlid_lockdown")
    assert "Turned off" not in await talk.say("turn off earlid lockdown")
    assert (await talk.say("lift the lockdown")).startswith("I let no speaker listen by voice")
    assert await talk.home.owner.value("switch.earlid_lockdown") == "on"


async def test_what_lockdown_has_silenced_and_hears_all_the_same_lifts_it_not(talk: Talk) -> None:
    """The kitchen's plug is broken: it takes no command."""
    talk.home.faults.deaf("kitchen", 600)
    await talk.home.owner.call("switch.turn_on", entity_id="switch.earlid_lockdown")
    said = await talk.say("lift the lockdown", to="kitchen")
    assert said.startswith("Lockdown is meant for this speaker too, so it cannot be lifted from here.")
    assert await talk.home.owner.value("switch.earlid_lockdown") == "on"
    assert (await talk.say("lift the lockdown")).startswith("Lockdown is over.")


async def test_a_speaker_mutes_itself_by_what_it_hears(talk: Talk) -> None:
    await talk.home.satellites["kitchen"].wait_until_running()
    await talk.wake("stop listening", to="kitchen")
    # Its answer is lost with its power.
    await until(lambda: not talk.home.plugs["kitchen"].live)


async def test_off_comes_as_fast_as_from_home_assistants_own_words(talk: Talk) -> None:
    """Printed, not bounded: `pytest -s` shows it. A busy machine is no fault of either."""
    plug = talk.home.plugs["office"]
    took: dict[str, list[float]] = {"earlid": [], "home assistant": []}
    for _ in range(TIMES):
        for whose, said in (
            ("earlid", "mute the microphone in the office"),
            ("home assistant", "turn off the office plug"),
        ):
            since = time.monotonic()
            assert (await talk.turn(said)).heard_as == said
            told = partial(offs, talk.home, plug, since)
            await until(lambda: bool(told()))  # noqa: B023 - done with before the next
            took[whose].append(told()[0].at.monotonic - talk.home.assist.stt.answered_at)
            # What Home Assistant turns off is a hand's: a hold, as soon as the report of it is there.
            await talk.home.owner.wait_for("binary_sensor.office_listening_allowed", "off")
            await talk.home.owner.wait_for(plug.entity_id, "off")
            await talk.home.owner.call("earlid.resume", entity_id="select.office_mode")
            await talk.home.owner.wait_for(plug.entity_id, "on")
            await asyncio.sleep(1)
    ours, theirs = (1000 * median(took[whose]) for whose in ("earlid", "home assistant"))
    said = f"off after the end of recognition: {ours:.1f} ms, HassTurnOff {theirs:.1f} ms, ratio {ours / theirs:.2f}"
    print(f"\n{said}")  # noqa: T201
