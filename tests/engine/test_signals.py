"""A sign of a wake that goes on for a while, and blinks, and is lost from sight."""

from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.signals import Signal
from custom_components.earlid.engine.wakes import SAME_WAKE

from .factories import a_property, at

type Looks = list[tuple[float, bool | None]]


def seconds(moment: datetime) -> float:
    return (moment - at(0)).total_seconds()


def wakes(looks: Looks, hold: float = 0) -> list[tuple[float, float]]:
    """Return when each wake was told of and when it began; timers fire when they are due."""
    signal, told = Signal(hold=timedelta(seconds=hold)), []
    for second, high in looks:
        while signal.look_at is not None and signal.look_at < at(second):
            due = signal.look_at
            signal, began = signal.after(signal.high, due)
            assert began is not None, "a timer that is due for nothing would be armed again for ever"
            told.append((seconds(due), seconds(began)))
        signal, began = signal.after(high, at(second))
        if began is not None:
            told.append((float(second), seconds(began)))
    return told


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([(0, False), (1, True), (3, False)], [(1, 1)]),
        ([(0, False), (1, True), (2, True), (3, True)], [(1, 1)]),
        # It blinks: one wake, for as long as it does.
        ([(0, False), *[(n, bool(n % 2)) for n in range(1, 60)]], [(1, 1)]),
        ([(0, False), (1, True), (20, False), (25, True), (26, False)], [(1, 1)]),
        ([(0, False), (1, True), (20, False), (25.1, True), (26, False)], [(1, 1), (25.1, 25.1)]),
        # What came into sight lit began nobody knows when.
        ([(0, True), (10, True), (20, False), (30, True)], [(30, 30)]),
        ([(0, None), (1, True), (2, None), (3, True)], []),
        ([(0, False), (1, True), (2, None), (600, True), (601, False), (603, True)], [(1, 1)]),
        ([(0, False), (1, None), (2, True)], []),
        ([], []),
    ],
)
def test_a_light_shows_one_wake_however_it_blinks(looks: Looks, told: list[tuple[float, float]]) -> None:
    assert wakes(looks) == told


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([(0, False), (1, True), (10, True)], [(4, 1)]),
        ([(0, False), (1, True), (3.9, False), (10, False)], []),
        ([(0, False), (1, True), (3.9, False), (4, True), (10, True)], [(7, 4)]),
        # Out of sight it may have fallen: it holds anew, and still began when it did.
        ([(0, False), (1, True), (3, None), (60, True), (70, True)], [(63, 1)]),
        ([(0, False), (1, True), (3, None), (60, False), (70, False)], []),
        # It fell before: what it is as it comes into sight again began nobody knows when.
        ([(0, False), (1, True), (2, False), (3, None), (4, True), (60, True)], []),
        ([(0, True), (10, True)], []),
        # Told of, it blinks and is the same; each blink need not be held again.
        ([(0, False), (1, True), (5, False), (6, True), (20, True), (21, False), (30, False)], [(4, 1)]),
    ],
)
def test_what_must_be_held_is_told_of_once_it_was_and_began_when_it_rose(
    looks: Looks, told: list[tuple[float, float]]
) -> None:
    assert wakes(looks, hold=3) == told


def test_messages_in_quick_succession_are_of_one_wake() -> None:
    signal, told = Signal(), []
    for second in (0.0, 1.0, 5.0, 9.0, 14.1, 30.0):
        signal, began = signal.flash(at(second))
        if began is not None:
            told.append(second)
    assert told == [0.0, 14.1, 30.0]
    assert signal.high is False


def test_a_clock_set_back_hides_no_wake() -> None:
    signal, _ = Signal(high=False).after(high=True, now=at(1000))
    signal, _ = signal.after(high=False, now=at(1001))
    assert signal.after(high=True, now=at(0))[1] == at(0)
    holding, _ = Signal(high=False, hold=timedelta(seconds=60)).after(high=True, now=at(1000))
    assert holding.after(high=True, now=at(0))[1] == at(1000)


STEPS = st.lists(
    st.tuples(st.sampled_from([0.25, 0.5, 1.0, 4.75, 5.0, 5.25, 30.0]), st.sampled_from([True, False, None])),
    max_size=40,
)


@a_property(300)
@given(STEPS, st.sampled_from([0.0, 1.0, 6.0]))
def test_each_wake_is_told_once_began_when_it_rose_and_was_held(
    steps: list[tuple[float, bool | None]], hold: float
) -> None:
    seconds_on = list(accumulate(apart for apart, _ in steps))
    looks = [(second, high) for second, (_, high) in zip(seconds_on, steps, strict=True)]
    told = wakes(looks, hold)
    rises = {after[0] for before, after in pairwise(looks) if before[1] is False and after[1] is True}
    began = [start for _, start in told]
    assert set(began) <= rises, "a wake began when nothing rose"
    assert began == sorted(set(began)), "one wake was told of twice"
    assert all(at_ - start >= hold for at_, start in told)
    for one, _start in told:
        while_held = [high for when, high in looks if one - hold <= when < one]
        assert False not in while_held, "it fell while it should have been held"
    if not hold:
        assert began == rises_after_a_dark(looks)


def rises_after_a_dark(looks: Looks) -> list[float]:
    """Return the rises that come more than a blink after the light before was last seen."""
    found, lit_until, before = [], None, None
    for second, high in looks:
        lit_until = second if before else lit_until
        dark = lit_until is None or second - lit_until > SAME_WAKE.total_seconds()
        if high and before is False and dark:
            found.append(second)
        before = high
    return found
