"""When nobody looked."""

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.gaps import Gap, gaps
from custom_components.earlid.engine.timeline import spans

from .factories import DAY, HOUR, a_property, at
from .records import Kept, Pages

type Seen = list[tuple[float, float]]


def seen(pages: Pages, start: float = -DAY, end: float = DAY, *, before: float | None = None) -> Seen:
    """Return the gaps as seconds; with `before`, told in two parts."""
    cut = start if before is None else before
    inside = [one for one in pages.kept if one.at >= at(cut)]
    earlier = [one for one in pages.kept if one.at < at(cut)]
    found = gaps(inside, at(start), at(end), earlier)
    return [((gap.start - at(0)).total_seconds(), (gap.end - at(0)).total_seconds()) for gap in found]


def iso(moment: float) -> str:
    return at(moment).isoformat()


def test_between_a_stop_and_the_next_start_nobody_looked() -> None:
    pages = Pages()
    pages.lifecycle(0, "start")
    pages.lifecycle(HOUR, "stop")
    pages.lifecycle(2 * HOUR, "start")
    assert seen(pages) == [(HOUR, 2 * HOUR)]
    assert seen(pages, start=1.5 * HOUR) == [(1.5 * HOUR, 2 * HOUR)]
    assert seen(pages, end=1.5 * HOUR) == [(HOUR, 1.5 * HOUR)]
    assert seen(pages, start=2 * HOUR) == []


def test_before_the_first_start_there_was_nothing_to_look_at() -> None:
    pages = Pages()
    pages.lifecycle(0, "start")
    assert seen(pages) == []


def test_without_a_stop_nobody_looked_since_it_was_last_alive() -> None:
    pages = Pages()
    pages.lifecycle(0, "start")
    pages.decision(10, allowed=True)
    pages.lifecycle(HOUR, "gap", since=iso(60))
    pages.lifecycle(HOUR, "start")
    assert seen(pages) == [(60, HOUR)]


def test_a_record_shows_that_somebody_looked_later_than_the_disk_was_told() -> None:
    pages = Pages()
    pages.lifecycle(0, "start")
    pages.decision(100, allowed=True)
    pages.lifecycle(HOUR, "gap", since=iso(60))
    pages.lifecycle(HOUR, "start")
    assert seen(pages) == [(100, HOUR)]


def test_a_start_without_a_stop_is_one_after_a_gap() -> None:
    pages = Pages()
    pages.decision(100, allowed=True)
    pages.lifecycle(HOUR, "start")
    assert seen(pages) == [(100, HOUR)]


@pytest.mark.parametrize(("corrected", "last"), [(98, 100), (95, 100), (94.9, 94.9)])
def test_a_clock_that_is_only_corrected_takes_back_nothing_that_was_seen(corrected: float, last: float) -> None:
    pages = Pages()
    pages.decision(100, allowed=True)
    pages.decision(corrected, allowed=False)
    pages.lifecycle(HOUR, "start")
    assert seen(pages) == [(last, HOUR)]


def test_where_it_is_not_told_since_when_the_last_record_tells() -> None:
    for since in ({}, {"since": "yesterday"}, {"since": 7}, {"since": "2026-01-01T00:00:00"}):
        pages = Pages()
        pages.decision(100, allowed=True)
        pages.lifecycle(HOUR, "gap", **since)
        assert seen(pages) == [(100, HOUR)]


def test_a_gap_alone_tells_of_itself() -> None:
    pages = Pages()
    pages.lifecycle(HOUR, "gap", since=iso(60))
    assert seen(pages) == [(60, HOUR)]
    pages = Pages()
    pages.lifecycle(HOUR, "gap")
    assert seen(pages) == []


def test_after_a_stop_that_nothing_follows_nobody_looks() -> None:
    pages = Pages()
    pages.lifecycle(0, "start")
    pages.lifecycle(HOUR, "stop")
    assert seen(pages, end=3 * HOUR) == [(HOUR, 3 * HOUR)]


def test_a_speaker_that_was_removed_is_no_gap() -> None:
    pages = Pages()
    pages.lifecycle(0, "start")
    pages.lifecycle(10, "removed", "bath")
    pages.lifecycle(20, "start", "bath")
    assert seen(pages) == []


def test_a_clock_that_was_set_back_meanwhile_leaves_no_gap() -> None:
    pages = Pages()
    pages.lifecycle(HOUR, "stop")
    pages.lifecycle(0, "start")
    pages.lifecycle(10, "stop")
    pages.lifecycle(20, "start")
    assert seen(pages) == [(10, 20)]


def test_times_that_came_twice_are_one_gap() -> None:
    pages = Pages()
    pages.lifecycle(HOUR, "stop")
    pages.lifecycle(2 * HOUR, "start")
    pages.lifecycle(1.5 * HOUR, "stop")
    pages.lifecycle(3 * HOUR, "start")
    assert seen(pages) == [(HOUR, 3 * HOUR)]


@st.composite
def lives(draw: st.DrawFn) -> Pages:
    """Return a home that starts and stops, is killed, and has its clock set."""
    pages, now = Pages(), 0.0
    for _ in range(draw(st.integers(0, 12))):
        now += draw(st.sampled_from((0, 1, 30, 600, 4000, -2000)))
        match draw(st.sampled_from(("start", "stop", "gap", "decision", "microphone"))):
            case "decision":
                pages.decision(now, allowed=draw(st.booleans()))
            case "microphone":
                pages.microphone(now, draw(st.sampled_from(("live", "off_proven"))))
            case "gap":
                pages.lifecycle(now, "gap", since=iso(now - draw(st.integers(0, 500))))
            case event:
                pages.lifecycle(now, event)
    return pages


@a_property(300)
@given(lives(), st.integers(-1000, 5000), st.integers(1, 9000))
def test_gaps_are_in_order_apart_and_within_what_was_asked(pages: Pages, start: int, length: int) -> None:
    found = gaps(pages.kept, at(start), at(start + length))
    edges = [edge for gap in found for edge in (gap.start, gap.end)]
    assert edges == sorted(set(edges))
    assert all(at(start) <= edge <= at(start + length) for edge in edges)


@a_property(300)
@given(lives(), st.integers(0, 5000))
def test_asking_in_two_halves_is_asking_once(pages: Pages, middle: int) -> None:
    """Where the clock was not set: then records before and after a time are not those of before and after."""
    ordered = Pages()
    ordered.kept = [
        Kept(seq=place, id=one.id, at=one.at, kind=one.kind, speaker=one.speaker, body=one.body)
        for place, one in enumerate(sorted(pages.kept, key=lambda one: one.at), 1)
    ]
    whole = gaps(ordered.kept, at(-9000), at(90_000))
    halves = [*gaps(ordered.kept, at(-9000), at(middle)), *gaps(ordered.kept, at(middle), at(90_000))]
    assert [_ for gap in halves for _ in (gap.start, gap.end) if _ != at(middle)] == [
        _ for gap in whole for _ in (gap.start, gap.end) if _ != at(middle)
    ]


@a_property(300)
@given(lives())
def test_nothing_is_known_of_a_microphone_while_nobody_looked(pages: Pages) -> None:
    begins = [one.at for one in pages.kept]
    if begins != sorted(begins):
        return  # times that came twice are known once
    line = spans(pages.kept, at(-9000), at(90_000)).get("kitchen", [])
    for gap in gaps(pages.kept, at(-9000), at(90_000)):
        within = [span.proof.value for span in line if span.start < gap.end and gap.start < span.end]
        assert set(within) <= {"unknown"}


def test_a_gap_is_a_value() -> None:
    assert Gap(at(0), at(1)) == Gap(at(0), at(1))
