"""The simulated speakers: when they hear, and what is written down of it; and how dialogs are filled in."""

import time
from typing import Any

import pytest

from virtual_home import Outlet, Speaker, Truth
from virtual_home.flows import fill
from virtual_home.truth import Interval
from virtual_home.waiting import until

BOOT = 0.5  # s


def plugged_in(**settings: Any) -> tuple[Outlet, Speaker]:
    """Return a plug that is on, and a speaker in it that was booted long ago."""
    truth = Truth()
    plug = Outlet(truth, "Kitchen plug")
    return plug, Speaker(truth, "Kitchen", plug, **({"boot": BOOT} | settings))


async def test_a_speaker_hears_only_when_powered_and_booted() -> None:
    plug, speaker = plugged_in()
    began = time.monotonic()
    assert speaker.wake("unanswered")
    plug.press()
    assert not speaker.wake()
    plug.press()
    assert not speaker.wake()
    await until(lambda: speaker.hears)
    assert speaker.wake("unanswered")
    end = time.monotonic()
    off, on = plug.truth.switches_of(plug, since=began)
    before, after = plug.truth.hearing(speaker, until=end)
    assert before.end == off.at.monotonic
    assert after == Interval(on.at.monotonic + BOOT, end)
    exposure = plug.truth.exposure(speaker, [Interval(0, off.at.monotonic)], since=began, until=end)
    assert exposure.permitted == pytest.approx(off.at.monotonic - began)
    assert exposure.forbidden == pytest.approx(end - on.at.monotonic - BOOT)


async def test_a_speaker_moved_to_the_wall_hears_past_its_plug() -> None:
    plug, speaker = plugged_in()
    speaker.move(None)
    plug.press()
    await until(lambda: speaker.hears)
    assert not plug.live
    assert plug.watts == 0


async def test_a_speaker_with_its_button_pressed_hears_nothing() -> None:
    _, speaker = plugged_in()
    speaker.press_microphone_button()
    assert not speaker.wake()
    speaker.press_microphone_button()
    assert speaker.wake("unanswered")


async def test_a_plug_in_the_microphone_line_silences_without_cutting_power() -> None:
    line = Outlet(Truth(), "Line")
    _, speaker = plugged_in(microphone=line)
    assert speaker.hears
    line.press()
    assert speaker.powered
    assert not speaker.hears


def test_a_dialog_is_filled_as_the_frontend_fills_it() -> None:
    schema: list[dict[str, Any]] = [
        {"name": "kept", "description": {"suggested_value": 5}, "default": 1},
        {"name": "usual", "default": 3, "required": True},
        {"name": "flag", "required": True, "selector": {"boolean": {}}},
        {"name": "absent", "optional": True},
        {"name": "more", "type": "expandable", "schema": [{"name": "inner", "default": "x"}]},
    ]
    assert fill(schema, {"usual": 4, "kept": None}) == {"usual": 4, "flag": False, "more": {"inner": "x"}}
    assert fill(schema, {})["kept"] == 5
