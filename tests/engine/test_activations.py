"""What counts as one activation, what came of it, and whether it was allowed."""

from dataclasses import replace

import pytest

from custom_components.earlid.engine.activations import Activation, Chronicle, News, Report, Turn
from custom_components.earlid.engine.model import Because, Effect, Outcome, Proof, Vote

from .factories import ALLOWED, HOUR, MUTED, at, span


def a_chronicle(*past: tuple[float, bool]) -> Chronicle:
    """Return what held since when: seconds, and whether the speaker might listen."""
    chronicle = Chronicle("kitchen")
    for seconds, may_listen in past:
        chronicle.note(ALLOWED if may_listen else MUTED, Proof.LIVE if may_listen else Proof.OFF_PROVEN, at(seconds))
    return chronicle


def admitted(chronicle: Chronicle, report: Report, new_id: str, now: float) -> tuple[Activation, News]:
    """Return what comes of a report that arrives so many seconds after noon, when nobody sets the clock."""
    activation, news, before = chronicle.admit(report, new_id, at(now), span(now))
    assert (before is None) == (news is News.NEW)
    assert (before == activation) == (news is News.KNOWN)
    return activation, news


def heard_at(chronicle: Chronicle, seconds: float, now: float) -> tuple[float, bool, Proof]:
    """Return when, whether allowed and with what proof a report of `seconds` that arrives at `now` is admitted."""
    activation, news = admitted(chronicle, Report(source="entity", at=at(seconds)), "new", now)
    assert news is News.NEW
    return (activation.at - at(0)).total_seconds(), activation.allowed, activation.microphone


def test_an_activation_says_what_held_when_it_woke() -> None:
    chronicle = a_chronicle((-100, False))
    report = Report(source="satellite", outcome=Outcome.ANSWERED, at=at(-10))
    activation, news = admitted(chronicle, report, "01", 0)
    assert news is News.NEW
    assert (activation.id, activation.speaker, activation.source) == ("01", "kitchen", "satellite")
    assert (activation.at, activation.outcome) == (at(-10), Outcome.ANSWERED)
    assert (activation.allowed, activation.because) == (False, Because.POSTURE)
    assert activation.microphone is Proof.OFF_PROVEN


@pytest.mark.parametrize("because", Because)
def test_an_activation_says_what_decided_when_it_woke(because: Because) -> None:
    chronicle = Chronicle("kitchen")
    chronicle.note(replace(MUTED, because=Vote(because, Effect.MUTE)), Proof.LIVE, at(-10))
    assert admitted(chronicle, Report(source="mqtt"), "01", 0)[0].because is because


def test_the_activations_of_a_time_are_those_that_woke_in_it() -> None:
    chronicle = a_chronicle((-1000, True))
    for seconds in (-60, 0, 59, 60):
        admitted(chronicle, Report(source="led", id=str(seconds), at=at(seconds)), "new", 100)
    assert [one.id for one in chronicle.between(at(0), at(60))] == ["0", "59"]


def test_a_report_without_a_time_tells_of_now() -> None:
    activation, _ = admitted(a_chronicle((-100, True)), Report(source="mqtt"), "01", 0)
    assert activation.at == at(0)


def test_an_activation_is_judged_by_when_it_woke_not_by_when_it_arrived() -> None:
    past = ((-1000, True), (-60, False), (-10, True))
    assert heard_at(a_chronicle(*past), -61, 0) == (-61, True, Proof.LIVE)
    assert heard_at(a_chronicle(*past), -60, 0) == (-60, False, Proof.OFF_PROVEN)
    assert heard_at(a_chronicle(*past), -5, 0) == (-5, True, Proof.LIVE)


@pytest.mark.parametrize(("seconds", "clamped"), [(-300, -300), (-301, -300), (-HOUR, -300), (1, 0), (HOUR, 0)])
def test_a_report_counts_for_the_five_minutes_before_it_arrived(seconds: float, clamped: float) -> None:
    assert heard_at(a_chronicle((-1000, True)), seconds, 0)[0] == clamped


def test_what_a_late_report_can_reach_is_remembered_however_much_happened_since() -> None:
    chronicle = a_chronicle((-1000, False), *((second, second % 2 == 0) for second in range(-310, 1)))
    assert heard_at(chronicle, -300, 0) == (-300, True, Proof.LIVE)
    assert heard_at(a_chronicle((-1000, False), (-299, True)), -300, 0) == (-300, False, Proof.OFF_PROVEN)


def test_what_no_report_can_reach_is_forgotten() -> None:
    chronicle = a_chronicle(*((second, second % 2 == 0) for second in range(10_000)))
    assert len(chronicle.past) <= 302
    assert len(a_chronicle((-1000, True), (-301, False), (0, False)).past) == 1


def test_what_goes_on_as_it_was_is_remembered_once() -> None:
    assert len(a_chronicle(*((second, True) for second in range(100))).past) == 1


def test_before_anything_is_known_nothing_is_allowed() -> None:
    activation, _ = admitted(Chronicle("kitchen"), Report(source="mqtt"), "01", 0)
    assert (activation.allowed, activation.microphone) == (False, Proof.UNKNOWN)


def test_a_report_from_before_the_first_look_is_judged_by_the_first() -> None:
    assert heard_at(a_chronicle((-5, True)), -60, 0) == (-60, True, Proof.LIVE)
    assert heard_at(a_chronicle((-5, True), (-5, False)), -60, 0) == (-60, True, Proof.LIVE)


def test_after_a_clock_set_back_what_holds_now_counts() -> None:
    """Not what held at that time by the clock of before."""
    chronicle = a_chronicle((HOUR - 60, True), (HOUR, False), (0, False))
    assert heard_at(chronicle, 1, 1) == (1, False, Proof.OFF_PROVEN)
    again = a_chronicle((-HOUR, True), (HOUR, False), (0, False))
    assert heard_at(again, 1, 1) == (1, False, Proof.OFF_PROVEN)


# --- An Assist satellite


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (["idle", "listening", "processing", "responding", "idle"], [(1, Outcome.ANSWERED)]),
        (["idle", "listening", "responding", "idle"], [(1, Outcome.ANSWERED)]),
        (["idle", "listening", "idle"], [(1, Outcome.UNANSWERED)]),
        (["idle", "listening", None, "idle"], [(1, Outcome.UNKNOWN)]),
        (["idle", "listening", "listening", "idle"], [(1, Outcome.UNANSWERED)]),
        (["idle", "responding", "idle"], []),  # an announcement
        (["idle", "listening", "processing", "responding", "listening", "idle"], [(1, Outcome.ANSWERED)]),  # it asked
        (["idle", "listening", "processing", "listening", "processing", "idle"], [(1, Outcome.ANSWERED)]),
        (["idle", "responding", "listening", "processing", "idle"], []),  # it asked by itself
        ([None, "listening", "idle"], [(1, Outcome.UNANSWERED)]),
        (["listening", "idle"], [(0, Outcome.UNANSWERED)]),
        (
            ["idle", "listening", "processing", "idle", "listening", "idle"],
            [(1, Outcome.ANSWERED), (4, Outcome.UNANSWERED)],
        ),
        ([None, "idle", None], []),
    ],
)
def test_a_turn_of_talk_with_a_satellite(states: list[str | None], told: list[tuple[float, Outcome]]) -> None:
    turn = Turn()
    reports = []
    for second, state in enumerate(states):
        turn, report = turn.on(state, at(second))
        if report is not None:
            assert report.source == "satellite"
            assert report.at is not None
            reports.append(((report.at - at(0)).total_seconds(), report.outcome))
    assert reports == told
