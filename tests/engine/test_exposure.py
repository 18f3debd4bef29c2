"""Seconds live and exposed, counted by the day of the household."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.exposure import Tally, advance, after_gap, begin, bounds, count, recount
from custom_components.earlid.engine.model import Proof

from .factories import DAY, HOUR, NOON, a_machine_far_away, a_property, at, span

BERLIN = ZoneInfo("Europe/Berlin")  # two hours ahead of UTC at NOON
TODAY = date(2026, 7, 1)


def a_tally(proof: Proof, *, allowed: bool, seconds: float = 0) -> Tally:
    return Tally(at=at(seconds), day=TODAY, proof=proof, allowed=allowed)


def test_nothing_is_known_at_the_beginning() -> None:
    assert begin(NOON, BERLIN) == Tally(at=NOON, day=TODAY, proof=Proof.UNKNOWN, allowed=False)


def test_the_day_is_the_households_wherever_the_machine_is() -> None:
    with a_machine_far_away():
        assert begin(NOON, BERLIN).day == TODAY
        assert [moment.tzinfo for moment in bounds(TODAY, BERLIN)] == [UTC, UTC]


@pytest.mark.parametrize(
    ("proof", "allowed", "live", "exposed"),
    [
        (Proof.LIVE, True, 60, 0),
        (Proof.LIVE, False, 60, 60),
        (Proof.UNKNOWN, True, 0, 0),
        (Proof.UNKNOWN, False, 0, 60),  # what nobody can tell counts as exposure
        (Proof.OFF_UNPROVEN, True, 0, 0),
        (Proof.OFF_UNPROVEN, False, 0, 0),
        (Proof.OFF_PROVEN, True, 0, 0),
        (Proof.OFF_PROVEN, False, 0, 0),
    ],
)
def test_what_counts_as_live_and_what_as_exposure(proof: Proof, allowed: bool, live: float, exposed: float) -> None:
    after = advance(a_tally(proof, allowed=allowed), at(60), BERLIN, proof=Proof.OFF_PROVEN, allowed=True)
    assert (after.live, after.exposed) == (span(live), span(exposed))
    assert (after.at, after.proof, after.allowed) == (at(60), Proof.OFF_PROVEN, True)


def test_time_counts_for_what_held_before_not_for_what_holds_now() -> None:
    after = advance(a_tally(Proof.OFF_PROVEN, allowed=False), at(60), BERLIN, proof=Proof.LIVE, allowed=False)
    assert (after.live, after.exposed) == (span(0), span(0))


def test_a_new_day_begins_at_its_own_midnight() -> None:
    """22:00 UTC is midnight in Berlin."""
    tally = advance(a_tally(Proof.LIVE, allowed=False), at(HOUR), BERLIN, proof=Proof.LIVE, allowed=False)
    after = advance(tally, at(10 * HOUR + 30), BERLIN, proof=Proof.LIVE, allowed=False)
    assert (after.day, after.live, after.exposed) == (date(2026, 7, 2), span(30), span(30))


def test_who_may_listen_over_midnight_is_not_exposed_by_it() -> None:
    after = advance(a_tally(Proof.LIVE, allowed=True), at(10 * HOUR + 30), BERLIN, proof=Proof.LIVE, allowed=True)
    assert (after.day, after.live, after.exposed) == (date(2026, 7, 2), span(30), span(0))


def test_activations_of_yesterday_are_not_of_today() -> None:
    tally = Tally(at=NOON, day=TODAY, proof=Proof.LIVE, allowed=True, activations=7)
    assert advance(tally, at(HOUR), BERLIN, proof=Proof.LIVE, allowed=True).activations == 7
    assert advance(tally, at(DAY), BERLIN, proof=Proof.LIVE, allowed=True).activations == 0


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/Santiago", date(2026, 9, 6), 23),  # it has no midnight
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_whole_day_adds_up_to_its_own_length(zone: str, day: date, hours: int) -> None:
    tally = begin(datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=1), ZoneInfo(zone))
    lived = timedelta(0)
    for minute in range(0, 4 * 24 * 60, 7):
        now = begin_of(day) + timedelta(minutes=minute)
        before = tally
        tally = advance(tally, now, ZoneInfo(zone), proof=Proof.LIVE, allowed=False)
        if tally.day > day >= before.day:
            midnight = now - tally.live
            lived = before.live + (midnight - before.at)
    assert lived == timedelta(hours=hours)


def begin_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=1)


def test_a_clock_set_back_adds_nothing_and_takes_nothing_away() -> None:
    tally = advance(a_tally(Proof.LIVE, allowed=False), at(HOUR), BERLIN, proof=Proof.LIVE, allowed=False)
    back = advance(tally, at(600), BERLIN, proof=Proof.LIVE, allowed=False)
    assert (back.live, back.exposed) == (span(HOUR), span(HOUR))
    assert advance(back, at(660), BERLIN, proof=Proof.LIVE, allowed=False).live == span(HOUR + 60)


def test_a_clock_set_back_over_midnight_starts_the_older_day_empty() -> None:
    tally = advance(a_tally(Proof.LIVE, allowed=True), at(10 * HOUR + 60), BERLIN, proof=Proof.LIVE, allowed=True)
    back = advance(tally, at(9 * HOUR), BERLIN, proof=Proof.LIVE, allowed=True)
    assert (back.day, back.live, back.at) == (TODAY, span(0), at(9 * HOUR))


def test_the_time_in_which_nobody_looked_is_unknown_whatever_it_was_before() -> None:
    tally = advance(a_tally(Proof.LIVE, allowed=False), at(60), BERLIN, proof=Proof.OFF_PROVEN, allowed=False)
    after = after_gap(tally, at(100), at(400), BERLIN)
    assert (after.live, after.exposed) == (span(60), span(60 + 300))
    assert after.proof is Proof.UNKNOWN


def test_until_it_was_last_alive_it_is_known() -> None:
    after = after_gap(a_tally(Proof.LIVE, allowed=False), at(100), at(400), BERLIN)
    assert (after.live, after.exposed) == (span(100), span(400))


def test_a_gap_in_which_it_might_listen_is_no_exposure() -> None:
    after = after_gap(a_tally(Proof.LIVE, allowed=True), at(100), at(400), BERLIN)
    assert (after.live, after.exposed, after.allowed) == (span(100), span(0), True)


@pytest.mark.parametrize(("alive", "live", "exposed"), [(-30, 0, 60), (20, 20, 60)])
def test_a_gap_around_midnight_counts_to_the_day_that_began(alive: float, live: float, exposed: float) -> None:
    midnight = 10 * HOUR
    after = after_gap(a_tally(Proof.LIVE, allowed=False), at(midnight + alive), at(midnight + 60), BERLIN)
    assert (after.day, after.live, after.exposed) == (date(2026, 7, 2), span(live), span(exposed))


def test_a_gap_never_begins_before_what_was_counted_already() -> None:
    after = after_gap(a_tally(Proof.LIVE, allowed=False, seconds=200), at(100), at(400), BERLIN)
    assert (after.live, after.exposed) == (span(0), span(200))


def test_an_activation_counts_to_the_day_in_which_it_woke() -> None:
    tally = a_tally(Proof.LIVE, allowed=True)
    tally = count(tally, at(0), at(10), BERLIN, activations=1, unanswered=1)
    tally = count(tally, at(5), at(10), BERLIN, activations=1, unanswered=0)
    assert (tally.activations, tally.unanswered, tally.live) == (2, 1, span(10))
    midnight = 10 * HOUR
    late = count(tally, at(midnight - 1), at(midnight + 1), BERLIN, activations=1, unanswered=-1)
    assert (late.day, late.activations, late.unanswered) == (date(2026, 7, 2), 0, 0)
    new = count(late, at(midnight + 1), at(midnight + 1), BERLIN, activations=1, unanswered=0)
    assert (new.activations, new.unanswered) == (1, 0)


@pytest.mark.parametrize("allowed", [True, False])
def test_after_an_activation_what_held_goes_on_adding(allowed: bool) -> None:
    tally = count(a_tally(Proof.LIVE, allowed=allowed), at(10), at(20), BERLIN, activations=1, unanswered=0)
    after = advance(tally, at(60), BERLIN, proof=Proof.LIVE, allowed=allowed)
    assert (after.live, after.exposed) == (span(60), span(0 if allowed else 60))


def test_no_more_were_unanswered_than_there_were_and_no_fewer_than_none() -> None:
    """What was counted before the clock was set back over midnight is forgotten."""
    tally = a_tally(Proof.LIVE, allowed=True)
    assert count(tally, at(0), at(0), BERLIN, activations=0, unanswered=-1).unanswered == 0
    assert count(tally, at(0), at(0), BERLIN, activations=0, unanswered=1).unanswered == 0


def test_a_day_of_the_household_is_as_long_as_its_clocks_make_it() -> None:
    assert bounds(TODAY, BERLIN) == (at(-14 * HOUR), at(10 * HOUR))
    spring, autumn = (
        end - start for start, end in (bounds(date(2026, 3, 29), BERLIN), bounds(date(2026, 10, 25), BERLIN))
    )
    assert (spring, autumn) == (span(23 * HOUR), span(25 * HOUR))


@pytest.mark.parametrize(("counted", "unanswered", "kept"), [(2, 2, (3, 1)), (3, 2, (3, 2)), (5, 0, (5, 0))])
def test_a_count_that_was_forgotten_is_made_up_for_and_none_is_taken_back(
    counted: int, unanswered: int, kept: tuple[int, int]
) -> None:
    """The record may have been set aside since, or reach no further back than this morning."""
    tally = Tally(at=NOON, day=TODAY, proof=Proof.LIVE, allowed=True, activations=3, unanswered=1)
    after = recount(tally, activations=counted, unanswered=unanswered)
    assert (after.activations, after.unanswered) == kept


STATES = st.tuples(st.integers(0, 5 * HOUR), st.sampled_from(Proof), st.booleans())


@a_property(150)
@given(st.lists(STATES, min_size=1, max_size=12), st.lists(st.floats(0.01, 0.99), max_size=6))
def test_looking_more_often_changes_no_sum(states: list[tuple[int, Proof, bool]], cuts: list[float]) -> None:
    rare = often = begin(NOON, BERLIN)
    for gap, proof, allowed in states:
        now = rare.at + span(gap)
        for cut in sorted(cuts):
            often = advance(often, rare.at + gap * span(cut), BERLIN, proof=often.proof, allowed=often.allowed)
        rare = advance(rare, now, BERLIN, proof=proof, allowed=allowed)
        often = advance(often, now, BERLIN, proof=proof, allowed=allowed)
        assert often == rare
