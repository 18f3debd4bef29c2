"""What a number usually is, and what is more than that."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate, cycle, islice

from hypothesis import assume, example, given, strategies as st
import pytest

from custom_components.earlid.engine.usual import Usual

from .factories import HOUR, a_property, at, span

ENOUGH = 600
# What a small speaker draws at rest, by a meter that shows tenths.
AT_REST = (1.8, 1.9, 1.8, 1.8, 1.7, 1.8)


@dataclass
class Gauge:
    """A number that is looked at as a detector does: when it changes, and when it has stood for long."""

    usual: Usual
    now: float = 0.0

    def reads(self, value: float | None, for_: float) -> bool | None:
        """Return whether it is high at the end of having been this for so many seconds."""
        self.usual = self.usual.after(value, at(self.now))
        end = self.now + for_
        while (due := self.usual.look_at) is not None and due <= at(end):
            assert due > at(self.now), "a look that changes nothing would be due for ever"
            self.now = (due - at(0)).total_seconds()
            self.usual = self.usual.after(value, due)
        self.now = end
        return self.usual.high

    def looks(self, values: Iterable[float | None], every: float = 10.0) -> set[bool | None]:
        """Return whether it was high, while it was each of these for so many seconds."""
        return {self.reads(value, every) for value in values}


def a_gauge(at_least: float = 0.3) -> Gauge:
    return Gauge(Usual(at_least=at_least))


def at_rest(seconds: float = 3 * ENOUGH, at_least: float = 0.3) -> Gauge:
    """Return a gauge that has shown for so long what a small speaker draws at rest."""
    gauge = a_gauge(at_least)
    gauge.looks(islice(cycle(AT_REST), int(seconds / 10)))
    return gauge


# --- What counts as high


def test_what_rises_far_enough_above_the_usual_is_high_until_it_falls() -> None:
    gauge = at_rest()
    assert gauge.reads(2.2, 0) is True
    assert gauge.reads(2.6, 5) is True
    assert gauge.reads(1.8, 5) is False


def test_a_rise_smaller_than_the_household_asks_for_is_none() -> None:
    gauge = at_rest(at_least=0.7)
    assert gauge.looks([2.2, 2.4]) == {False}
    assert gauge.reads(2.6, 0) is True


def test_one_step_of_the_meter_is_no_rise_however_small_the_household_sets_it() -> None:
    """Such a meter shows whole watts, and flickers between two of them at a load in the middle."""
    gauge = a_gauge(0.1)
    gauge.looks([2.0, *[1.0] * 90, 2.0, *[1.0] * 90])
    assert gauge.usual.level == 1.0
    assert gauge.reads(2.0, 10) is False
    assert gauge.reads(3.0, 10) is True


def test_a_rise_within_the_noise_is_none() -> None:
    gauge = a_gauge(0.1)
    gauge.looks(islice(cycle((10.0, 13.0, 8.0, 11.5, 9.5)), 180))
    assert gauge.usual.noise == pytest.approx(1.5 / 0.6745)
    assert gauge.looks([15.0, 18.0, 20.0]) == {False}
    assert gauge.reads(22.0, 10) is True


def test_a_number_that_has_never_moved_has_shown_no_step_so_its_first_rise_is_none() -> None:
    """A meter of five watts at a time may have gone up by anything."""
    gauge = a_gauge()
    assert gauge.reads(5.0, HOUR) is None
    assert gauge.usual.rise is None
    assert gauge.reads(10.0, 5) is False
    assert gauge.looks([5.0, 5.5]) == {False}
    assert gauge.reads(10.0, 5) is True


def test_what_it_became_while_it_was_out_of_sight_is_no_step_of_the_meter() -> None:
    gauge = a_gauge()
    gauge.looks([1.8, None, 9.9, 9.9])
    assert gauge.usual.step is None


# --- Learning


def test_until_enough_was_seen_nothing_is_high() -> None:
    gauge = a_gauge()
    assert gauge.looks(islice(cycle(AT_REST), 59)) == {None}
    assert gauge.usual.level is None
    assert gauge.reads(50.0, 0) is None
    assert gauge.reads(1.8, 10) is None
    # What it showed until now is counted with this look.
    assert gauge.reads(1.8, 0) is False
    assert gauge.reads(50.0, 0) is True


def test_a_number_that_stands_still_is_learned_by_its_time_as_far_as_is_remembered() -> None:
    gauge = a_gauge()
    gauge.looks([1.7, 1.8])
    gauge.reads(1.8, 9 * HOUR)
    gauge.reads(1.9, 0)
    assert gauge.usual.level == 1.8
    assert gauge.usual.samples == ((1.8, timedelta(minutes=30)),)


def test_of_two_values_that_stood_equally_long_the_lower_is_usual() -> None:
    """So that the higher may be a rise."""
    gauge = a_gauge()
    gauge.looks([1.8, 9.9], ENOUGH / 2)
    gauge.reads(9.9, 0)
    assert gauge.usual.level == 1.8


def test_wakes_do_not_teach() -> None:
    gauge = at_rest()
    for _ in range(500):
        assert gauge.reads(2.6, 8) is True
        assert gauge.reads(1.8, 12) is False
    assert gauge.usual.level == 1.8


def test_while_it_tells_nothing_of_the_speaker_nothing_is_learned_and_nothing_is_high() -> None:
    gauge = at_rest()
    gauge.reads(None, 0)
    before = gauge.usual
    assert gauge.looks([None, None], HOUR) == {None}
    assert gauge.reads(1.8, 0) is False
    assert gauge.usual == replace(before, value=1.8, stood_since=at(gauge.now), high=False)


def test_what_stays_up_for_long_is_no_wake_but_the_new_level() -> None:
    gauge = at_rest()
    assert gauge.reads(5.0, ENOUGH - 1) is True
    assert gauge.reads(5.0, 5) is False
    assert gauge.usual.level == 5.0
    # And from there it is no wake to fall back.
    assert gauge.reads(1.8, HOUR) is False
    assert gauge.reads(1.7, 0) is False
    assert gauge.usual.level == 1.8


def test_music_that_is_loud_and_quiet_becomes_usual_once_it_was_loud_for_longer() -> None:
    gauge = at_rest()
    minutes = 0
    while gauge.usual.level == 1.8:
        gauge.reads(5.0, 40)
        gauge.reads(2.0, 20)
        minutes += 1
    assert minutes == 29
    assert gauge.usual.level == 5.0


def test_what_is_higher_still_than_the_new_level_goes_on_being_high() -> None:
    gauge = at_rest()
    gauge.reads(5.0, 400)
    assert gauge.reads(50.0, 200) is True
    assert gauge.usual.level == 5.0
    assert gauge.reads(50.0, ENOUGH) is False


def test_the_usual_follows_the_dusk() -> None:
    gauge = a_gauge(5.0)
    assert gauge.looks(500.0 - 0.25 * step for step in range(2000)) <= {None, False}
    level = gauge.usual.level
    assert level is not None
    assert 0 < level < 60


def test_a_clock_that_is_set_teaches_nothing_that_was_not() -> None:
    gauge = at_rest()
    gauge.now -= 9 * HOUR
    assert gauge.reads(2.6, 0) is True
    assert gauge.usual.look_at == at(gauge.now + ENOUGH)
    # A correction is none.
    gauge.now -= 5
    assert gauge.reads(2.6, 0) is True
    assert gauge.usual.look_at == at(gauge.now + 5 + ENOUGH)


def test_numbers_too_large_to_tell_apart_are_not_high() -> None:
    gauge = a_gauge()
    gauge.looks(islice(cycle((-1.5e308, -1.4e308)), 180))
    assert gauge.reads(1.7e308, 10) is False


# --- Whatever is read

# Tenths, so that moving all of them changes no difference by rounding.
VALUES = st.integers(-50, 200)
READINGS = st.lists(
    st.tuples(st.one_of(st.none(), VALUES), st.sampled_from([0, 0.1, 1, 4, 5, 10, 60, 300, 3600])), max_size=60
)
type Readings = list[tuple[int | None, float]]


def seen(readings: Readings, *, at_least: float = 3, moved: int = 0, times: int = 1) -> list[bool | None]:
    gauge = a_gauge(at_least * times)
    return [gauge.reads(None if value is None else float(value * times + moved), span_) for value, span_ in readings]


@a_property(300)
@given(READINGS, st.integers(1, 40))
def test_nothing_is_high_that_is_not_far_enough_above_what_was_usual(readings: Readings, at_least: int) -> None:
    gauge = a_gauge(at_least)
    taught = list(accumulate((span_ for _, span_ in readings), initial=0.0))
    for (value, span_), before in zip(readings, taught, strict=False):
        high = gauge.reads(None if value is None else float(value), span_)
        usual = gauge.usual
        if value is None or before + span_ < ENOUGH:
            assert high is None
        if high:
            assert value is not None
            assert usual.level is not None
            assert usual.step is not None
            assert value - usual.level >= max(at_least, 5 * usual.noise, 2 * usual.step)


@a_property(300)
@given(READINGS)
def test_the_level_lies_within_what_was_read_and_little_is_remembered(readings: Readings) -> None:
    gauge = a_gauge()
    for value, span_ in readings:
        gauge.reads(None if value is None else float(value), span_)
        usual = gauge.usual
        kept = [*usual.samples, *usual.above]
        read = {float(each) for each, _ in readings if each is not None}
        assert {each for each, _ in kept} <= read
        assert usual.level is None or usual.level in read
        assert sum((stood for _, stood in usual.samples), timedelta(0)) <= timedelta(minutes=30)
        assert sum((stood for _, stood in usual.above), timedelta(0)) < span(ENOUGH)
        assert all(stood >= span(5) for _, stood in usual.samples[1:])


@a_property(200)
@given(READINGS, st.integers(-1000, 1000), st.sampled_from([1, 2, 1024]))
def test_neither_the_unit_nor_what_else_is_behind_the_meter_matters(readings: Readings, moved: int, times: int) -> None:
    assert seen(readings) == seen(readings, moved=moved, times=times)


@a_property(200)
@given(READINGS, st.integers(1, 5))
def test_what_stays_within_the_smallest_rise_is_never_high(readings: Readings, most: int) -> None:
    low = [(None if value is None else value % most, span_) for value, span_ in readings]
    assert True not in seen(low, at_least=most)


@a_property(200)
@given(READINGS, st.integers(-50, 200))
@example([(each, 300) for each in (142, 38, 159, 130, -19, -17, 153, -19, 49)], 142)
def test_nothing_stays_high_for_ever(readings: Readings, value: int) -> None:
    """Twice as long as what is high becomes usual, at most: by then it may lie as far above that again."""
    gauge = a_gauge(3)
    gauge.looks([None if each is None else float(each) for each, _ in readings], 300)
    assert not gauge.reads(float(value), 2 * ENOUGH)


@a_property(200)
@given(st.lists(st.integers(0, 4), min_size=60, max_size=200), st.integers(3, 40))
def test_each_clear_rise_from_rest_is_seen(rest: list[int], rise: int) -> None:
    gauge = a_gauge(3)
    gauge.looks(float(value) for value in rest)
    gauge.reads(float(rest[-1]), 10)
    needed = gauge.usual.rise
    assume(needed is not None)
    assert gauge.usual.level is not None
    assert needed is not None
    assert gauge.reads(gauge.usual.level + max(needed, rise), 0) is True
