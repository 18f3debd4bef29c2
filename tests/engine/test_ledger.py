"""What the record adds up to."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.ledger import REFERENCE, fold, summary
from custom_components.earlid.engine.timeline import Span, spans

from .factories import DAY, HOUR, a_property, at
from .records import Kept, Pages

type Seen = list[tuple[float, float, str, bool]]


def seconds(span: Span) -> tuple[float, float, str, bool]:
    begun, ended = (round((moment - at(0)).total_seconds(), 3) for moment in (span.start, span.end))
    return begun, ended, span.proof.value, span.allowed


def seen(pages: Pages, start: float, end: float, speaker: str = "kitchen", *, all_before: bool = True) -> Seen:
    """Return the speaker's spans as seconds, when asked for that time only or told all that was before it."""
    inside = [one for one in pages.kept if one.at >= at(start)]
    before = [one for one in pages.kept if one.at < at(start)] if all_before else []
    return [seconds(span) for span in spans(inside, at(start), at(end), before).get(speaker, [])]


def a_day() -> Pages:
    """Return a speaker that was allowed and live from noon, and muted and off after an hour."""
    pages = Pages()
    pages.lifecycle(0, "start")
    pages.decision(0, allowed=True)
    pages.microphone(0, "live")
    pages.decision(HOUR, allowed=False)
    pages.microphone(HOUR + 2, "off_unproven")
    pages.microphone(HOUR + 9, "off_proven")
    return pages


DAY_SEEN = [
    (0, HOUR, "live", True),
    (HOUR, HOUR + 2, "live", False),
    (HOUR + 2, HOUR + 9, "off_unproven", False),
    (HOUR + 9, 2 * HOUR, "off_proven", False),
]


def test_the_record_shows_what_the_microphone_did_and_might() -> None:
    assert seen(a_day(), 0, 2 * HOUR) == DAY_SEEN


def test_what_was_before_holds_on_from_the_start() -> None:
    assert seen(a_day(), HOUR + 1, HOUR + 5) == [
        (HOUR + 1, HOUR + 2, "live", False),
        (HOUR + 2, HOUR + 5, "off_unproven", False),
    ]
    assert seen(a_day(), 2 * HOUR, 3 * HOUR) == [(2 * HOUR, 3 * HOUR, "off_proven", False)]


def test_before_its_first_record_a_speaker_was_not_there() -> None:
    """A home that was not watched yet was not exposed for all the years before."""
    assert seen(a_day(), -DAY, HOUR) == [(0, HOUR, "live", True)]
    assert seen(a_day(), -DAY, 0) == []
    assert seen(a_day(), HOUR + 1, HOUR + 9, all_before=False) == [(HOUR + 2, HOUR + 9, "off_unproven", False)]


def test_until_something_is_known_it_is_unknown_and_not_allowed() -> None:
    pages = Pages()
    pages.microphone(0, "unknown")
    pages.decision(5, allowed=True)
    assert seen(pages, 0, 9) == [(0, 5, "unknown", False), (5, 9, "unknown", True)]


def test_what_says_nothing_of_the_microphone_changes_nothing() -> None:
    pages = a_day()
    pages.write("microphone", HOUR + 10, turned_on="elsewhere")
    pages.write("breach", HOUR + 11, state="began", cause="relay_unreachable", exposed_s=0.0)
    pages.write("activation", HOUR + 12, outcome="answered")
    pages.lifecycle(HOUR + 13, "cut", through_seq=0)
    assert seen(pages, 0, 2 * HOUR) == DAY_SEEN


@pytest.mark.parametrize("odd", ["loud", None, 3, ["live"]])
def test_a_record_that_cannot_be_read_makes_it_unknown(odd: object) -> None:
    pages = a_day()
    pages.write("microphone", HOUR + 10, microphone=odd)
    pages.write("decision", HOUR + 20, allowed="yes")
    assert seen(pages, HOUR + 9, HOUR + 30)[1:] == [(HOUR + 10, HOUR + 30, "unknown", False)]


def test_speakers_come_and_go() -> None:
    pages = a_day()
    pages.decision(100, "bath", allowed=False)
    pages.microphone(100, "live", "bath")
    pages.lifecycle(200, "removed", "bath")
    pages.lifecycle(201, "removed", "nobody")
    pages.lifecycle(250, "start")
    pages.decision(300, "bath", allowed=True)
    assert seen(pages, 0, 400, "bath") == [(100, 200, "live", False), (300, 400, "unknown", True)]
    assert seen(pages, 150, 400, "bath") == [(150, 200, "live", False), (300, 400, "unknown", True)]
    assert seen(pages, 220, 280, "bath") == []


# --- Nobody looked


def iso(moment: float) -> str:
    return at(moment).isoformat()


def test_between_stop_and_start_nobody_knows_and_after_it_until_it_is_told() -> None:
    pages = a_day()
    pages.lifecycle(2 * HOUR, "stop")
    pages.lifecycle(3 * HOUR, "start")
    pages.microphone(3 * HOUR + 1, "off_unproven")
    assert seen(pages, HOUR + 9, 4 * HOUR) == [
        (HOUR + 9, 2 * HOUR, "off_proven", False),
        (2 * HOUR, 3 * HOUR + 1, "unknown", False),
        (3 * HOUR + 1, 4 * HOUR, "off_unproven", False),
    ]
    assert seen(pages, 2.5 * HOUR, 2.6 * HOUR) == [(2.5 * HOUR, 2.6 * HOUR, "unknown", False)]


def test_while_nobody_looks_what_was_allowed_last_counts() -> None:
    pages = Pages()
    pages.decision(0, allowed=True)
    pages.microphone(0, "live")
    pages.lifecycle(10, "stop")
    pages.lifecycle(20, "start")
    pages.decision(20, allowed=False)
    assert seen(pages, 0, 30)[1:] == [(10, 20, "unknown", True), (20, 30, "unknown", False)]


def test_a_gap_began_when_somebody_looked_last() -> None:
    pages = a_day()
    pages.lifecycle(3 * HOUR, "gap", since=iso(2 * HOUR))
    pages.lifecycle(3 * HOUR, "start")
    expected = [(HOUR + 9, 2 * HOUR, "off_proven", False), (2 * HOUR, 4 * HOUR, "unknown", False)]
    assert seen(pages, HOUR + 9, 4 * HOUR) == expected
    assert seen(pages, HOUR + 9, 2.5 * HOUR) == [*expected[:1], (2 * HOUR, 2.5 * HOUR, "unknown", False)]


@pytest.mark.parametrize("since", ["soon", None, "2026-07-01T14:00:00", iso(HOUR)])
def test_a_gap_that_does_not_say_since_when_began_after_the_last_record(since: str | None) -> None:
    pages = a_day()
    pages.write("command", HOUR + 20, command="off")
    pages.decision(HOUR + 30, "bath", allowed=True)
    pages.lifecycle(3 * HOUR, "gap", since=since)
    assert seen(pages, HOUR + 9, 4 * HOUR)[1:] == [(HOUR + 30, 4 * HOUR, "unknown", False)]


def test_a_start_without_a_stop_is_one_after_a_gap() -> None:
    pages = a_day()
    pages.lifecycle(3 * HOUR, "start")
    assert seen(pages, HOUR, 4 * HOUR)[-1] == (HOUR + 9, 4 * HOUR, "unknown", False)


def test_after_records_were_lost_nothing_is_known_nor_known_to_be_allowed() -> None:
    pages = Pages()
    pages.decision(0, allowed=True)
    pages.microphone(0, "live")
    lost: dict[str, Any] = {"records": 3, "from": iso(50), "to": iso(90)}
    pages.lifecycle(100, "lost", **lost)
    pages.microphone(120, "live")
    pages.decision(130, allowed=True)
    assert seen(pages, 0, 140) == [
        (0, 50, "live", True),
        (50, 120, "unknown", False),
        (120, 130, "live", False),
        (130, 140, "live", True),
    ]


# --- A clock that is set


def test_a_clock_set_back_brings_a_time_twice_and_each_lived_one_counts() -> None:
    pages = Pages()
    pages.decision(0, allowed=False)
    pages.microphone(1000, "live")
    pages.decision(2000, "bath", allowed=False)
    pages.microphone(1100, "off_proven")
    pages.microphone(1500, "live")
    assert seen(pages, 0, 1600) == [
        (0, 1000, "unknown", False),
        (1000, 1600, "live", False),
        (1100, 1500, "off_proven", False),
        (1500, 1600, "live", False),
    ]
    assert seen(pages, 1000, 3000)[0] == (1000, 2000, "live", False)


def test_what_came_later_counts_though_its_time_lies_before_the_start() -> None:
    pages = Pages()
    pages.decision(0, allowed=True)
    pages.microphone(1000, "live")
    pages.microphone(900, "off_proven")
    pages.microphone(1200, "live")
    expected = [(1000, 1200, "off_proven", True), (1200, 1300, "live", True)]
    assert seen(pages, 1000, 1300) == expected


def test_a_clock_that_is_only_corrected_brings_no_time_twice() -> None:
    pages = Pages()
    pages.decision(0, allowed=True)
    pages.microphone(100, "live")
    pages.microphone(95, "off_proven")
    pages.microphone(99, "off_unproven")
    assert seen(pages, 0, 200) == [(0, 100, "unknown", True), (100, 200, "off_unproven", True)]
    pages.microphone(94.9, "live")
    assert seen(pages, 0, 99) == [(0, 99, "unknown", True), (94.9, 99, "live", True)]


def test_a_clock_set_back_while_nobody_looked() -> None:
    pages = a_day()
    pages.lifecycle(2 * HOUR, "gap", since=iso(3 * HOUR))
    pages.lifecycle(2 * HOUR, "start")
    assert seen(pages, HOUR + 9, 4 * HOUR) == [
        (HOUR + 9, 3 * HOUR, "off_proven", False),
        (2 * HOUR, 4 * HOUR, "unknown", False),
    ]


WRITES = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.sampled_from(["kitchen", "bath"]),
        st.sampled_from(["live", "off_proven", "unknown", "may", "must not", "stop", "start"]),
    ),
    max_size=20,
)


def written(writes: list[tuple[int, str, str]]) -> Pages:
    pages, now = Pages(), 0
    for gap, speaker, what in writes:
        now += gap
        if what in ("may", "must not"):
            pages.decision(now, speaker, allowed=what == "may")
        elif what in ("stop", "start"):
            pages.lifecycle(now, what)
        else:
            pages.microphone(now, what, speaker)
    return pages


@a_property(200)
@given(WRITES, st.integers(0, 6000), st.integers(0, 6000))
def test_a_time_cut_in_two_adds_up(writes: list[tuple[int, str, str]], cut: int, end: int) -> None:
    pages, cut = written(writes), min(cut, end)
    for speaker in ("kitchen", "bath"):
        whole = seen(pages, 0, end, speaker)
        assert all(first[1] == second[0] for first, second in pairwise(whole))
        assert not whole or whole[-1][1] == end
        pieces = [*seen(pages, 0, cut, speaker), *seen(pages, cut, end, speaker)]
        assert [one for one in whole if one[1] <= cut or one[0] >= cut] == [
            one for one in pieces if (one[0], one[1]) in {(first, last) for first, last, *_ in whole}
        ]
        assert sum(one[1] - one[0] for one in pieces) == sum(one[1] - one[0] for one in whole)
        for begun, ended, proof, allowed in pieces:
            assert any((b, p, a) == (b, proof, allowed) and b <= begun and ended <= e for b, e, p, a in whole)


@a_property(200)
@given(WRITES, WRITES, st.integers(301, 5000))
def test_what_was_lived_counts_whatever_the_clock_shows(
    first: list[tuple[int, str, str]], then: list[tuple[int, str, str]], back: int
) -> None:
    """Set back after it all had been written once, only the moment of the setting itself may not be told."""
    pages = written([*first, (0, "kitchen", "may"), (0, "bath", "may"), *then])
    turn = len(first) + 2
    twice = [
        one if place < turn else replace(one, at=one.at - timedelta(seconds=back + 300))
        for place, one in enumerate(pages.kept)
    ]
    gap = pages.kept[turn].at - pages.kept[turn - 1].at if turn < len(pages.kept) else timedelta(0)
    last = pages.kept[-1].at
    ends = last if turn == len(pages.kept) else last - timedelta(seconds=back + 300)
    forward = summary(pages.kept, at(-DAY), last)["all"]
    backward = summary(twice, at(-DAY), max(last, ends))["all"]
    for key in ("live_s", "exposed_s", "unknown_s"):
        assert forward[key] >= 0
        assert backward[key] + 2 * gap.total_seconds() >= forward[key]


# --- Activations once


def an_activation(seq: int, woke: float, body: dict[str, object], known_as: str = "") -> Kept:
    return Kept(seq=seq, id=known_as or f"#{seq}", at=at(woke), kind="activation", body=body)


def test_an_amended_activation_is_shown_once_at_its_place() -> None:
    first = an_activation(1, 5, {"outcome": "unknown", "sources": ["led"], "note": "?"}, "a")
    other = Kept(seq=2, id="#2", at=at(6), kind="decision", body={"allowed": True})
    more = [
        an_activation(3, 5, {"amends": "a", "outcome": "unanswered", "sources": ["led", "alexa"]}),
        an_activation(4, 5, {"amends": "a", "outcome": "answered", "sources": ["led", "alexa", "satellite"]}),
    ]
    merged = {"outcome": "answered", "sources": ["led", "alexa", "satellite"], "note": "?"}
    assert fold([first, other, *more]) == [replace(first, body=merged), other]


def test_an_amendment_alone_stands_for_its_activation() -> None:
    """The first record may be cut, or on another page."""
    amendment = an_activation(9, 5, {"amends": "a", "outcome": "answered", "sources": ["led", "alexa"]})
    last = an_activation(11, 5, {"amends": "a", "outcome": "answered", "sources": ["led", "alexa", "mqtt"]})
    merged = {"outcome": "answered", "sources": ["led", "alexa", "mqtt"]}
    assert fold([amendment, last]) == [replace(amendment, id="a", body=merged)]


def test_an_activation_recorded_twice_is_one() -> None:
    first, again = (an_activation(seq, 5, {"outcome": "answered"}, "a") for seq in (1, 2))
    elsewhere = replace(first, seq=3, speaker="bath")
    assert fold([first, again, elsewhere]) == [first, elsewhere]
    amendment = an_activation(4, 5, {"amends": "a", "outcome": "answered", "sources": ["led"]})
    assert fold([amendment, again]) == [replace(amendment, id="a", body={"outcome": "answered", "sources": ["led"]})]


# --- Sums


def test_the_sums_of_each_speaker_and_of_all() -> None:
    pages = a_day()
    pages.decision(0, "bath", allowed=False)
    pages.microphone(0, "unknown", "bath")
    for woke, outcome, allowed in (
        (1, "answered", True),
        (2, "unanswered", True),
        (3, "odd", False),
        (4, "unknown", 1),
    ):
        pages.write("activation", woke, outcome=outcome, allowed=allowed)
    pages.write("activation", 2, amends="#11", outcome="answered", allowed=True)
    pages.write("activation", 60, "attic", outcome="unanswered", allowed=False)
    assert pages.kept[10].body["outcome"] == "odd"
    sums = summary(pages.kept, at(0), at(2 * HOUR))
    assert sums["speakers"]["kitchen"] == {
        "activations": 4,
        "answered": 2,
        "unanswered": 1,
        "unknown": 1,
        "unanswered_share": 1 / 4,
        "not_allowed": 1,
        "live_s": HOUR + 2,
        "exposed_s": 2,
        "unknown_s": 0,
        "per_hour_live": pytest.approx(4 / (1 + 2 / HOUR)),
        "unanswered_per_hour_live": pytest.approx(1 / (1 + 2 / HOUR)),
    }
    assert sums["speakers"]["bath"] | {"exposed_s": 0} == dict.fromkeys(sums["all"], 0) | {
        "unknown_s": 2 * HOUR,
        "unanswered_share": None,
        "per_hour_live": None,
        "unanswered_per_hour_live": None,
    }
    whole = sums["all"]
    assert (whole["activations"], whole["answered"], whole["unanswered"], whole["unknown"]) == (5, 2, 2, 1)
    assert (whole["not_allowed"], whole["unanswered_share"]) == (2, 0.4)
    assert (whole["live_s"], whole["exposed_s"], whole["unknown_s"]) == (HOUR + 2, 2 * HOUR + 2, 2 * HOUR)
    assert list(sums["speakers"]) == ["attic", "bath", "kitchen"]
    assert sums["reference"] is REFERENCE
    assert REFERENCE["per_hour"] == 0.95


def test_each_time_of_a_kind_and_each_wake_without_permission_counts() -> None:
    pages = Pages()
    for second, proof in enumerate(("unknown", "live", "unknown", "live", "off_proven")):
        pages.microphone(10 * second, proof)
    for woke in (1, 11, 12):
        pages.write("activation", woke, outcome="answered", allowed=False)
    sums = summary(pages.kept, at(0), at(HOUR))["all"]
    assert (sums["unknown_s"], sums["live_s"], sums["exposed_s"], sums["not_allowed"]) == (20, 20, 40, 3)


@pytest.mark.parametrize("odd", ["loud", None, 3, ["answered"]])
def test_what_came_of_a_wake_is_unknown_where_it_cannot_be_read(odd: object) -> None:
    sums = summary([an_activation(1, 5, {"outcome": odd})], at(0), at(10))["all"]
    assert (sums["activations"], sums["unknown"]) == (1, 1)


def test_what_was_before_holds_on_in_the_sums_too() -> None:
    inside, before = ([one for one in a_day().kept if (one.at > at(HOUR)) is later] for later in (True, False))
    sums = summary(inside, at(HOUR + 1), at(2 * HOUR), before)["speakers"]["kitchen"]
    assert (sums["live_s"], sums["exposed_s"], sums["unknown_s"]) == (1, 1, 0)


def test_an_activation_counts_where_it_woke_and_only_there() -> None:
    kept = [an_activation(seq, woke, {"outcome": "answered"}) for seq, woke in enumerate((-1, 0, 9, 10))]
    kept.append(an_activation(5, 10, {"amends": "#3", "outcome": "answered"}))
    kept.append(an_activation(6, -1, {"amends": "#0", "outcome": "answered"}))
    assert summary(kept, at(0), at(10))["all"]["activations"] == 2


def test_hardly_any_time_live_gives_no_rate_and_raises_no_other() -> None:
    pages = a_day()
    pages.decision(0, "bath", allowed=True)
    pages.microphone(0, "live", "bath")
    pages.microphone(599, "off_proven", "bath")
    pages.write("activation", 1, outcome="unanswered", allowed=True)
    for woke in (2, 3, 4):
        pages.write("activation", woke, "bath", outcome="unanswered", allowed=True)
    sums = summary(pages.kept, at(0), at(2 * HOUR))
    assert sums["speakers"]["bath"]["per_hour_live"] is None
    assert sums["all"]["activations"] == 4
    assert sums["all"]["unanswered_per_hour_live"] == pytest.approx(1 / (1 + 2 / HOUR))


def test_ten_minutes_live_are_enough_for_a_rate() -> None:
    pages = Pages()
    pages.microphone(0, "live")
    pages.microphone(600, "off_proven")
    pages.write("activation", 1, outcome="unanswered", allowed=True)
    sums = summary(pages.kept, at(0), at(HOUR))
    assert sums["speakers"]["kitchen"]["per_hour_live"] == pytest.approx(6)
    assert sums["all"]["per_hour_live"] == pytest.approx(6)


def test_a_record_of_nothing_adds_up_to_nothing() -> None:
    sums = summary([], at(0), at(10))
    assert sums["speakers"] == {}
    assert sums["all"]["per_hour_live"] is None
    assert sums["all"]["live_s"] == 0
