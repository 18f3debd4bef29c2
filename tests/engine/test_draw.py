"""What a speaker draws, and that it left the plug.

It may listen and its relay turned on at 0, with a boot time of 60 s, unless a test says otherwise.
"""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.draw import Draw
from custom_components.earlid.engine.model import Meter, Report, Silences

from .factories import ALLOWED, HOUR, MUTED, OUT_OF_SIGHT, Watch, a_property, a_report, a_speaker, at, span, watts

ON = a_report(True, 0)
GONE_AFTER = 60 + 300


def on(**speaker: Any) -> Watch:
    """Return a watch over a speaker that has just been turned on."""
    watch = Watch(ALLOWED, ON, a_speaker(**speaker))
    watch.look(0)
    return watch


def reads(watch: Watch, seconds: float, reading: float | None, **readings: Any) -> Draw:
    """Return what is known after the meter said so."""
    return watch.look(seconds, meter=watts(reading, seconds), **readings).memory.draw


def used_to_draw(reading: float = 2.0, **speaker: Any) -> Watch:
    """Return a watch over a speaker whose load is known, at 100 s."""
    watch = on(**speaker)
    reads(watch, 100, reading)
    return watch


# --- The idle level


def test_what_it_draws_while_it_starts_up_is_not_learned() -> None:
    watch = on()
    assert reads(watch, 59, 9.0).idle is None
    assert reads(watch, 60, 2.0).idle == 2.0


def test_the_idle_level_follows_lows_fast_and_highs_slowly() -> None:
    watch = used_to_draw(4.0)
    for minute in range(3, 8):
        low = reads(watch, minute * 60, 2.0).idle
    assert low == pytest.approx(2.0, abs=0.1)
    for minute in range(8, 68):
        high = reads(watch, minute * 60, 12.0).idle
    assert high == pytest.approx(2.4, abs=0.1)


def test_one_high_reading_after_a_day_without_any_moves_it_little() -> None:
    assert reads(used_to_draw(2.0), 30 * HOUR, 12.0).idle == pytest.approx(2.4, abs=0.1)


@a_property(100)
@given(st.lists(st.tuples(st.floats(0.01, 5000), st.floats(0.3, 30)), min_size=1, max_size=40))
def test_the_idle_level_lies_within_what_was_read(readings: list[tuple[float, float]]) -> None:
    watch, now = on(), 60.0
    for gap, reading in readings:
        now += gap
        idle = reads(watch, now, reading).idle
    read = [reading for _, reading in readings]
    assert idle is not None
    assert min(read) - 1e-9 <= idle <= max(read) + 1e-9


def test_the_time_for_which_it_was_off_moves_the_idle_level_not_at_all() -> None:
    watch = used_to_draw(2.0)
    watch.look(200, relay=a_report(False, 200))
    assert reads(watch, HOUR + 60, 12.0, relay=a_report(True, HOUR)).idle == 2.0


@pytest.mark.parametrize(
    "readings", [{"meter": watts(2.0, 270)}, {"meter": watts(0.2, 270)}, {"relay": a_report(False, 270)}]
)
def test_one_that_shows_a_load_or_need_not_is_waited_for_no_longer(readings: Any) -> None:
    """The limit itself is neither a load nor none."""
    watch = used_to_draw(2.0)
    reads(watch, 200, 0.0)
    assert reads(watch, 261, 0.0).look_at == at(200 + GONE_AFTER)
    draw = watch.look(270, **readings).memory.draw
    assert (draw.look_at, draw.idle) == (None, 2.0)


def test_a_reading_counts_once_however_often_it_is_looked_at() -> None:
    watch = used_to_draw(4.0)
    reads(watch, 200, 2.0)
    assert {watch.look(seconds).memory.draw.idle for seconds in range(201, 300)} == {3.0}


@pytest.mark.parametrize("relay", [a_report(False, 200), a_report(None, 200), OUT_OF_SIGHT, Report(value=True)])
def test_nothing_is_learned_while_the_relay_is_not_on(relay: Report) -> None:
    watch = used_to_draw(4.0)
    assert reads(watch, 300, 1.0, relay=relay).idle == 4.0


def test_without_a_meter_nothing_is_known_any_more() -> None:
    assert used_to_draw().look(200, meter=None).memory.draw == Draw()


# --- It left the plug


def test_one_that_draws_nothing_for_minutes_though_it_is_on_left_the_plug() -> None:
    watch = used_to_draw()
    assert not reads(watch, 1000, 0.0).gone
    step = watch.look(1060, meter=watts(0.0, 1060))
    assert (step.memory.draw.gone, step.recheck_at) == (False, at(1000 + GONE_AFTER))
    assert not watch.look(1000 + GONE_AFTER - 1).memory.draw.gone
    assert watch.look(1000 + GONE_AFTER).memory.draw.gone


def test_one_that_starts_up_in_no_time_is_missed_as_soon_as_any() -> None:
    watch = used_to_draw(boot=span(0))
    assert not reads(watch, 1000, 0.0).gone
    assert not reads(watch, 1299, 0.0).gone
    assert reads(watch, 1300, 0.0).gone


def test_one_that_is_gone_is_waited_for_no_longer() -> None:
    watch = used_to_draw()
    reads(watch, 1000, 0.0)
    draw = reads(watch, 1000 + GONE_AFTER, 0.0)
    assert (draw.gone, draw.look_at) == (True, None)


def test_a_clock_set_back_leaves_nothing_to_wait_for_at_a_time_of_before() -> None:
    watch = used_to_draw()
    reads(watch, 1000, 0.0)
    assert reads(watch, 1060, 0.0).look_at == at(1000 + GONE_AFTER)
    assert reads(watch, 500, 0.0).look_at is None


def test_one_that_was_taken_away_while_its_plug_was_off_is_missed_once_that_is_on() -> None:
    watch = used_to_draw()
    watch.look(1000, decision=MUTED)
    reads(watch, 1001, 0.0, relay=a_report(False, 1001))
    watch.look(5000, decision=ALLOWED)
    watch.look(5001, relay=a_report(True, 5001))
    assert not reads(watch, 5001 + GONE_AFTER - 1, 0.0).gone
    assert reads(watch, 5001 + GONE_AFTER, 0.0).gone


def test_a_meter_that_has_said_nothing_since_the_speaker_was_settled_shows_nothing() -> None:
    """It may have stopped, or says only what changes: then no news is no sign."""
    watch = used_to_draw()
    reads(watch, 1000, 0.0)
    for seconds in (1100, 1000 + GONE_AFTER, 9 * HOUR):
        assert not watch.look(seconds).memory.draw.gone
    assert reads(watch, 9 * HOUR + 1, 0.0).gone


@pytest.mark.parametrize("between", [2.0, 0.2, None, float("nan")])
def test_a_break_in_the_silence_begins_it_anew(between: float | None) -> None:
    watch = used_to_draw()
    reads(watch, 1000, 0.0)
    reads(watch, 1200, between)
    assert not reads(watch, 1201, 0.0).gone
    assert not reads(watch, 1201 + GONE_AFTER - 1, 0.0).gone
    assert reads(watch, 1201 + GONE_AFTER, 0.0).gone


def test_a_relay_that_was_off_meanwhile_begins_it_anew() -> None:
    watch = used_to_draw()
    reads(watch, 1000, 0.0)
    watch.look(1100, relay=a_report(False, 1100))
    watch.look(1200, relay=a_report(True, 1200))
    assert not reads(watch, 1000 + GONE_AFTER, 0.0).gone
    assert reads(watch, 1200 + GONE_AFTER, 0.0).gone


def test_nothing_is_missed_that_was_never_there() -> None:
    """Some meters read 0 below 8 W, and a speaker may have been elsewhere from the first."""
    watch = on()
    for minute in range(60):
        assert not reads(watch, minute * 60, 0.0).gone


def test_a_speaker_whose_relay_takes_only_the_microphone_may_draw_nothing() -> None:
    watch = used_to_draw(silences=Silences.MICROPHONE)
    for minute in range(20, 60):
        draw = reads(watch, minute * 60, 0.0)
        assert (draw.gone, draw.idle) == (False, 2.0)


def left() -> Watch:
    """Return a watch over a speaker that left its plug, at 2000 s."""
    watch = used_to_draw()
    reads(watch, 1000, 0.0)
    assert reads(watch, 2000, 0.0).gone
    return watch


def test_it_is_gone_until_it_draws_again() -> None:
    watch = left()
    watch.look(3000, decision=MUTED)
    assert reads(watch, 3001, 0.0, relay=a_report(False, 3001)).gone
    assert watch.look(3500, meter=Meter()).memory.draw.gone
    watch.look(4000, decision=ALLOWED)
    assert reads(watch, 4001, 0.0, relay=a_report(True, 4001)).gone
    assert not reads(watch, 4100, 2.0).gone


def test_one_that_came_back_by_itself_is_not_missed_again_before_it_drew_for_a_day() -> None:
    """Its meter may read 0 at idle: then it would be missed after each piece of music."""
    watch = left()
    for seconds in range(2100, 20 * HOUR, 1800):
        reads(watch, seconds, 9.0)
    reads(watch, 20 * HOUR, 0.0)
    assert not reads(watch, 21 * HOUR, 0.0).gone
    for seconds in range(21 * HOUR + 1, 26 * HOUR, 1800):
        reads(watch, seconds, 9.0)
    reads(watch, 26 * HOUR, 0.0)
    assert reads(watch, 27 * HOUR, 0.0).gone
