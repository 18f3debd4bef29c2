"""One step: what is sent, believed and recorded, and when to look again.

The speaker has long been on and is muted at 0, unless a test says otherwise.
"""

from itertools import pairwise
from typing import Any

import pytest

from custom_components.earlid.engine.commands import resting
from custom_components.earlid.engine.enforcement import Step, step
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.memory import Memory, Sent
from custom_components.earlid.engine.model import (
    Breach,
    Cause,
    Command,
    Proof,
    Readings,
    Report,
    Silences,
    Speaker,
)

from .factories import (
    ALLOWED,
    HOUR,
    MUTED,
    OUT_OF_SIGHT,
    Watch,
    a_report,
    a_speaker,
    a_witness,
    at,
    span,
    watts,
)

ON, OFF = a_report(True), a_report(False)
MINUTE = 60
DEADLINE = 10


def muted(speaker: Speaker | None = None, relay: Report = ON, **readings: Any) -> Watch:
    """Return a watch at 0: muted a moment ago, OFF sent, nothing reported yet."""
    watch = Watch(ALLOWED, relay, speaker, **readings)
    watch.look(-1)
    assert watch.look(0, decision=MUTED).command == "off" or not watch.speaker.enforce
    return watch


def off(**readings: Any) -> Watch:
    """Return a watch at 0.2: muted, and the relay has reported off."""
    watch = muted(**readings)
    assert watch.look(0.2, relay=a_report(False, 0.2)).command is None
    return watch


def kinds(outcome: Step) -> list[tuple[str, dict[str, object]]]:
    return [(record.kind, record.body) for record in outcome.records]


# --- OFF


@pytest.mark.parametrize("relay", [ON, OFF, a_report(None), OUT_OF_SIGHT, Report(missing=True)])
@pytest.mark.parametrize("started", [None, 0.0])
def test_at_a_start_off_is_sent_whatever_the_cached_state(relay: Report, started: float | None) -> None:
    readings = Readings(relay=relay, started_at=None if started is None else at(started))
    outcome = step(a_speaker(), MUTED, readings, Memory(), at(0), terms=Terms(wanted=False))
    assert outcome.command is Command.OFF
    assert ("command", {"command": "off"}) in kinds(outcome)


def test_off_is_sent_in_the_step_that_sees_the_decision() -> None:
    watch = Watch(ALLOWED, ON)
    assert watch.look(-1).command is None
    assert watch.look(0, decision=MUTED).command is Command.OFF


@pytest.mark.parametrize("relay", [ON, OUT_OF_SIGHT, a_report(None)])
def test_a_relay_that_does_not_answer_is_told_for_ever(relay: Report) -> None:
    watch = muted()
    watch.look(0.5, relay=relay)
    sent = [seconds for seconds, _ in watch.commands(0.5, 24 * HOUR)]
    assert sent[:7] == [1, 3, 7, 15, 31, 61, 91]
    assert {b - a for a, b in pairwise(sent[6:])} == {30.0}
    assert sent[-1] > 24 * HOUR - 31


def test_a_relay_that_says_off_alone_is_told_again_every_fifteen_minutes() -> None:
    watch = off()
    assert watch.commands(0.2, HOUR) == [(quarter * 15 * MINUTE, "off") for quarter in (1, 2, 3, 4)]


def test_a_relay_that_is_proven_off_is_told_no_more() -> None:
    watch = Watch(ALLOWED, a_report(True, -2), meter=watts(3.0, -1))
    watch.look(-1)
    watch.look(0, decision=MUTED)
    assert watch.look(0.2, relay=a_report(False, 0.2)).proof is Proof.OFF_UNPROVEN
    outcome = watch.look(1, meter=watts(0.0, 1))
    assert (outcome.proof, outcome.recheck_at) == (Proof.OFF_PROVEN, None)
    assert watch.commands(2, 24 * HOUR) == []
    assert watch.look(24 * HOUR).command is None


def test_what_a_witness_contradicts_is_told_again_at_once() -> None:
    watch = off()
    outcome = watch.look(300, witnesses=(a_witness(a_report(True, 300)),))
    assert (outcome.command, outcome.recheck_at) == (Command.OFF, at(301))


def test_turned_on_elsewhere_it_is_turned_off_at_once_each_time() -> None:
    watch = off()
    for press in range(1, 200):
        outcome = watch.look(press, relay=a_report(True, press))
        assert outcome.command is Command.OFF
        assert ("microphone", {"turned_on": "elsewhere"}) in kinds(outcome)
        assert outcome.recheck_at == at(press + 1)
        watch.look(press + 0.2, relay=a_report(False, press + 0.2))


def test_turned_on_and_the_off_lost_it_is_told_again_after_a_second() -> None:
    """Also when the relay has been deaf before: haste helps again."""
    watch = muted()
    watch.commands(0, 600)
    watch.look(601, relay=a_report(False, 601))
    watch.look(700, relay=a_report(True, 700))
    assert [seconds for seconds, _ in watch.commands(700, 720)] == [701, 703, 707, 715]


@pytest.mark.parametrize("pressed", [579, 585])
def test_a_relay_pressed_off_and_on_between_two_looks_is_turned_off_at_once(pressed: float) -> None:
    """Also where the clock was set back a little since."""
    watch = muted()
    watch.commands(0, 600)
    assert watch.look(580).command is None
    assert watch.look(580, relay=a_report(True, pressed)).command is Command.OFF


@pytest.mark.parametrize("back", [1, 4.9])
def test_turned_on_just_after_a_small_correction_of_the_clock_it_is_turned_off_at_once(back: float) -> None:
    watch = muted()
    watch.commands(0, 600)
    watch.look(601, relay=a_report(False, 601))
    sent = watch.memory.sent
    assert sent is not None
    outcome = watch.look(sent.at.timestamp() - at(0).timestamp() - back, relay=a_report(True, 590))
    assert outcome.command is Command.OFF


@pytest.mark.parametrize("value", [True, False, None])
def test_back_from_unavailable_it_is_turned_off_at_once(value: bool | None) -> None:
    watch = off()
    watch.look(100, relay=OUT_OF_SIGHT)
    watch.commands(100, 200)
    outcome = watch.look(205, relay=a_report(value, 205, available=205))
    assert outcome.command is Command.OFF


def test_proven_off_and_back_from_unavailable_it_is_turned_off_at_once() -> None:
    watch = Watch(ALLOWED, a_report(True, -2), meter=watts(3.0, -1))
    watch.look(-1)
    watch.look(0, decision=MUTED)
    watch.look(1, relay=a_report(False, 0.2), meter=watts(0.0, 1))
    assert watch.look(50, relay=a_report(False, 0.2, available=49)).command is Command.OFF


def test_heard_while_muted_it_is_turned_off_at_once() -> None:
    watch = off()
    assert watch.look(100, heard_at=at(100)).command is Command.OFF


@pytest.mark.parametrize("hours", [1, 5])
def test_a_clock_set_back_brings_off_at_once_and_then_goes_on_as_ever(hours: int) -> None:
    """What was news before it is not news in every look after."""
    watch = muted()
    watch.look(10, relay=OUT_OF_SIGHT)
    watch.look(20, relay=a_report(True, 20, available=20), heard_at=at(20))
    back = -hours * HOUR
    assert watch.look(back).command is Command.OFF
    sent = [seconds - back for seconds, _ in watch.commands(back + 0.1, back + 100)]
    assert sent == [2, 6, 14, 30, 60, 90]


def test_a_clock_set_back_within_the_quarter_of_an_hour_brings_off_at_once() -> None:
    """The wait had begun before, and would begin anew: only the heartbeat knows that the clock was set."""
    watch = off()
    now = at(200)
    arguments = watch.speaker, MUTED, watch.readings, watch.memory, now
    assert step(*arguments, terms=Terms(wanted=False)).command is None
    told = step(*arguments, terms=Terms(wanted=False), jumped=True)
    assert told.command is Command.OFF


def test_a_clock_set_forward_brings_off_at_once() -> None:
    watch = muted()
    watch.commands(0, 600)
    assert watch.look(5 * HOUR).command is Command.OFF


def test_a_clock_set_back_makes_no_noise_about_what_is_proven_off() -> None:
    watch = Watch(ALLOWED, OUT_OF_SIGHT, meter=watts(3.0, -1))
    watch.look(-3)
    watch.look(-2, relay=a_report(True, -2, available=-2))
    watch.look(-1)
    watch.look(0, decision=MUTED)
    watch.look(1, relay=a_report(False, 0.2, available=-2), meter=watts(0.0, 1))
    assert watch.commands(-HOUR, HOUR) == []


# --- ON


def test_on_waits_for_its_rest() -> None:
    watch = off()
    outcome = watch.look(1, decision=ALLOWED)
    assert (outcome.command, outcome.recheck_at) == (None, at(10.2))
    assert watch.commands(1, 10.3) == [(10.2, "on")]


def test_when_a_resting_relay_comes_on_is_known_until_its_on_is_out() -> None:
    watch = off()

    def rests_until(seconds: float) -> object:
        return resting(watch.speaker, watch.readings.relay, watch.memory, at(seconds))

    watch.look(1, decision=ALLOWED)
    assert rests_until(1) == at(10.2)
    watch.look(10.2)
    assert rests_until(10.2) is None
    assert rests_until(5) is None, "its ON is out, however the clock is set"
    watch.look(11, relay=a_report(True, 10.9))
    assert rests_until(11) is None
    watch.look(12, relay=OUT_OF_SIGHT)
    watch.look(15, relay=a_report(False, 15, available=15))
    assert rests_until(15) == at(25), "it went off since its ON"


def test_on_rests_from_the_last_off_though_a_slow_relay_shows_an_older_one() -> None:
    watch = Watch(ALLOWED, a_report(False, -HOUR))
    assert watch.look(-1).command is Command.ON
    assert watch.look(0, decision=MUTED).command is Command.OFF
    watch.look(1, decision=ALLOWED)
    assert watch.commands(1, 10) == [(10, "on")]


def test_where_a_clock_set_back_a_little_shows_that_it_went_off_since_its_on_is_known() -> None:
    watch = Watch(ALLOWED, a_report(False, -HOUR))
    assert watch.look(0).command is Command.ON
    watch.look(1, relay=a_report(False, 6, available=6))
    assert resting(watch.speaker, watch.readings.relay, watch.memory, at(1)) == at(16)


def test_an_on_in_the_very_moment_in_which_it_went_off_is_sent_once() -> None:
    """Its rest is nothing; so that it went off then is no news after."""
    watch = Watch(ALLOWED, OUT_OF_SIGHT, a_speaker(rest=span(0)))
    watch.look(0)
    assert watch.look(5, relay=a_report(False, 5, available=5)).command is Command.ON
    assert [seconds for seconds, _ in watch.commands(5.5, 9)] == [6, 8]


def test_on_waits_for_nothing_when_it_was_off_for_long() -> None:
    watch = off()
    assert watch.look(HOUR, decision=ALLOWED).command is Command.ON


def test_the_only_one_that_may_listen_waits_for_nobody() -> None:
    outcome = step(a_speaker(), ALLOWED, Readings(relay=OFF), Memory(), at(0), terms=Terms(wanted=True))
    assert outcome.command is Command.ON


def test_on_needs_no_rest_from_an_off_of_unknown_age() -> None:
    watch = Watch(ALLOWED, Report(value=False, available_since=at(-HOUR)))
    assert watch.look(0).command is Command.ON


@pytest.mark.parametrize("relay", [ON, OUT_OF_SIGHT, a_report(None)])
def test_at_a_start_nothing_is_sent_to_what_may_listen_and_is_not_off(relay: Report) -> None:
    watch = Watch(ALLOWED, relay)
    assert watch.commands(0, HOUR) == []


def test_on_is_sent_to_a_relay_that_never_reported_our_off() -> None:
    """It may have obeyed before it went out of sight."""
    watch = muted()
    watch.look(1, relay=OUT_OF_SIGHT)
    watch.look(2, decision=ALLOWED)
    assert watch.commands(2, HOUR) == [(10, "on")]


def test_on_is_sent_again_with_the_same_patience_as_off() -> None:
    watch = off()
    watch.look(HOUR, decision=ALLOWED)
    sent = watch.commands(HOUR, HOUR + 200)
    assert [seconds - HOUR for seconds, command in sent if command == "on"] == [1, 3, 7, 15, 31, 61, 91, 121, 151, 181]


def test_on_is_not_sent_again_once_it_shows() -> None:
    watch = off()
    watch.look(HOUR, decision=ALLOWED)
    watch.look(HOUR + 0.2, relay=a_report(True, HOUR + 0.2))
    assert watch.commands(HOUR + 1, 2 * HOUR) == []


def test_what_a_power_cut_turned_off_is_on_again_after_its_rest() -> None:
    watch = off()
    watch.look(HOUR, decision=ALLOWED)
    watch.look(HOUR + 1, relay=a_report(True, HOUR + 1))
    watch.look(HOUR + 100, relay=OUT_OF_SIGHT)
    watch.look(HOUR + 150, relay=a_report(False, HOUR + 150, available=HOUR + 150))
    assert watch.commands(HOUR + 151, HOUR + 160) == [(HOUR + 160, "on")]


def test_a_shared_relay_is_on_only_while_all_of_them_may_listen() -> None:
    watch = Watch(ALLOWED, OFF)
    assert watch.look(0, wanted=False).command is Command.OFF
    outcome = watch.look(1, wanted=False, relay=a_report(True, 1))
    assert outcome.command is Command.OFF
    assert outcome.breach is None
    watch.look(2, relay=a_report(False, 2), wanted=False)
    assert watch.look(HOUR, wanted=True).command is Command.ON


def test_on_is_never_sent_without_a_decision_whoever_wants_it() -> None:
    assert (
        step(a_speaker(), MUTED, Readings(relay=OFF), Memory(), at(0), terms=Terms(wanted=True)).command is Command.OFF
    )
    sent = Memory(sent=Sent(command=Command.OFF, at=at(-HOUR)))
    assert step(a_speaker(), MUTED, Readings(relay=OFF), sent, at(0), terms=Terms(wanted=True)).command is Command.OFF


# --- Observers


@pytest.mark.parametrize("relay", [ON, OFF, OUT_OF_SIGHT])
@pytest.mark.parametrize("decision", [ALLOWED, MUTED])
def test_an_observer_sends_nothing(relay: Report, decision: Any) -> None:
    watch = Watch(decision, relay, a_speaker(enforce=False))
    assert watch.commands(0, HOUR) == []
    assert watch.memory.sent is None


def test_an_observer_still_says_what_is_known() -> None:
    watch = muted(a_speaker(enforce=False))
    outcome = watch.look(1, relay=a_report(True, 1))
    assert outcome.proof is Proof.LIVE
    assert outcome.memory.unsilenced_since == at(0)


# --- Breaches


def test_no_answer_is_a_breach_after_the_deadline() -> None:
    watch = muted()
    assert watch.look(9.9).breach is None
    outcome = watch.look(10)
    assert outcome.breach == Breach(cause=Cause.RELAY_UNREACHABLE, since=at(0))
    assert ("breach", {"state": "began", "cause": "relay_unreachable", "exposed_s": 0.0}) in kinds(outcome)
    assert "breach" not in dict(kinds(watch.look(11)))


def test_a_breach_is_looked_for_in_time() -> None:
    watch = muted(a_speaker(deadline=span(0.5)))
    assert watch.look(0.1).recheck_at == at(0.5)


def test_a_breach_ends_by_itself_and_says_how_long_it_was() -> None:
    watch = muted()
    watch.look(20)
    outcome = watch.look(60, relay=a_report(False, 60))
    assert outcome.breach is None
    assert kinds(outcome) == [("breach", {"state": "ended", "cause": "relay_unreachable", "exposed_s": 60.0})]


def test_what_is_recorded_says_of_whom_and_when() -> None:
    watch = off()
    told: list[list[str]] = []
    for seconds, relay in ((100, a_report(True, 100)), (110.5, a_report(True, 100)), (120, a_report(False, 120))):
        records = watch.look(seconds, relay=relay).records
        told.append([record.kind for record in records])
        assert {(record.at, record.speaker) for record in records} == {(at(seconds), "kitchen")}
    assert told == [["microphone", "command"], ["breach", "command"], ["breach"]]


def test_a_breach_ends_when_it_may_listen_again() -> None:
    watch = muted()
    watch.look(20)
    assert watch.look(30, decision=ALLOWED).breach is None


def test_a_breach_that_a_clock_set_back_overtakes_lasted_no_less_than_nothing() -> None:
    watch = muted()
    watch.look(20)
    assert ("breach", {"state": "ended", "cause": "relay_unreachable", "exposed_s": 0.0}) in kinds(
        watch.look(-HOUR, decision=ALLOWED)
    )


def test_a_press_undone_within_the_deadline_is_no_breach() -> None:
    watch = off()
    pressed = watch.look(100, relay=a_report(True, 100))
    undone = watch.look(109.9, relay=a_report(False, 109.9))
    assert kinds(pressed)[0] == ("microphone", {"turned_on": "elsewhere"})
    assert (pressed.breach, undone.breach) == (None, None)
    assert watch.commands(110, 130) == []


def test_a_press_that_stands_past_the_deadline_is_a_breach_of_its_own_kind() -> None:
    watch = off()
    watch.look(100, relay=a_report(True, 100))
    assert watch.look(110).breach == Breach(cause=Cause.TURNED_ON_ELSEWHERE, since=at(100))
    assert watch.look(120, relay=OUT_OF_SIGHT).breach == Breach(cause=Cause.RELAY_UNREACHABLE, since=at(100))


def test_our_own_on_that_shows_after_a_quick_allow_and_mute_is_no_hand() -> None:
    watch = Watch(ALLOWED, OFF)
    assert watch.look(-1).command is Command.ON
    watch.look(0, decision=MUTED)
    outcome = watch.look(1, relay=a_report(True, 1))
    assert outcome.command is Command.OFF
    assert ("microphone", {"turned_on": "elsewhere"}) not in kinds(outcome)
    watch.look(2, relay=a_report(False, 2))
    again = watch.look(3, relay=a_report(True, 3))
    assert ("microphone", {"turned_on": "elsewhere"}) in kinds(again)


def test_a_contradiction_is_a_breach_at_once() -> None:
    watch = off(witnesses=(a_witness(a_report(True, -HOUR)),))
    assert watch.look(100).breach is None
    outcome = watch.look(600)
    assert outcome.breach == Breach(cause=Cause.EVIDENCE_CONTRADICTS, since=at(600))
    assert watch.look(700, witnesses=(a_witness(a_report(False, 700)),)).breach is None


def test_deadlines_begin_when_home_assistant_has_started() -> None:
    watch = Watch(MUTED, OUT_OF_SIGHT)
    watch.readings = Readings(relay=OUT_OF_SIGHT)
    watch.look(0)
    assert watch.look(300).breach is None
    assert watch.look(301, started_at=at(301)).breach is None
    assert watch.look(310).breach is None
    assert watch.look(311).breach == Breach(cause=Cause.RELAY_UNREACHABLE, since=at(0))


def test_a_start_in_what_is_now_the_future_does_not_make_every_mute_a_breach() -> None:
    watch = muted()
    watch.readings = Readings(relay=ON, started_at=at(HOUR))
    assert watch.look(1).breach is None
    assert watch.look(10).breach is not None


def test_a_breach_goes_on_across_a_restart() -> None:
    watch = muted()
    watch.look(20)
    watch.restart()
    watch.readings = Readings(relay=OUT_OF_SIGHT)
    outcome = watch.look(40)
    assert outcome.breach == Breach(cause=Cause.RELAY_UNREACHABLE, since=at(0))
    assert "breach" not in dict(kinds(outcome))
    assert watch.look(50, relay=a_report(False, 50, available=50)).breach is None


# --- Heard


def heard(**readings: Any) -> Watch:
    """Return a watch at 100: off for long, and heard just now."""
    watch = off(**readings)
    outcome = watch.look(100, heard_at=at(100))
    assert outcome.proof is Proof.LIVE
    assert outcome.breach == Breach(cause=Cause.HEARD_WHILE_MUTED, since=at(100))
    return watch


def test_what_else_is_known_of_one_that_was_heard_is_kept() -> None:
    outcome = heard().look(100.5)
    assert (outcome.assessment.proof, outcome.assessment.unheard) == (Proof.LIVE, Proof.OFF_UNPROVEN)
    assert outcome.assessment.contradicted is True
    assert off().look(5).assessment.unheard is None


def test_heard_lasts_a_minute_at_least_though_off_is_reported_at_once() -> None:
    watch = heard()
    outcome = watch.look(101, relay=a_report(False, 0.2, reported=101))
    assert (outcome.proof, outcome.breach is None) == (Proof.LIVE, False)
    assert watch.look(159.9).breach is not None
    outcome = watch.look(160)
    assert (outcome.proof, outcome.breach) == (Proof.OFF_UNPROVEN, None)


def test_the_guard_looks_again_when_the_minute_is_over() -> None:
    assert heard().look(158, relay=a_report(False, 0.2, reported=158)).recheck_at in {at(159), at(160)}
    observer = muted(a_speaker(enforce=False))
    observer.look(1, relay=a_report(False, 1))
    assert observer.look(100, heard_at=at(100)).recheck_at == at(160)


def test_heard_lasts_until_fresh_evidence_of_off() -> None:
    watch = heard()
    assert watch.look(5000).breach is not None
    assert watch.look(5001, relay=a_report(False, 0.2, reported=5001)).breach is None


@pytest.mark.parametrize("evidence", [{"meter": watts(0.0, 120)}, {"relay": a_report(False, 0.2, reported=120)}])
def test_heard_is_answered_by_anything_fresh(evidence: Any) -> None:
    assert heard().look(161, **evidence).breach is None


def test_heard_is_told_again_with_the_backoff() -> None:
    assert [seconds - 100 for seconds, _ in heard().commands(100.5, 150)] == [1, 3, 7, 15, 31]


def test_heard_once_more_it_is_told_at_once() -> None:
    watch = heard()
    watch.commands(100.5, 116)
    assert watch.look(120).command is None
    assert watch.look(120.5, heard_at=at(120.5)).command is Command.OFF


def test_heard_and_answered_it_is_not_heard_again() -> None:
    watch = heard()
    watch.look(161, relay=a_report(False, 0.2, reported=161))
    watch.look(170, relay=a_report(True, 170))
    outcome = watch.look(171, relay=a_report(False, 171))
    assert (outcome.proof, outcome.breach) == (Proof.OFF_UNPROVEN, None)


def test_heard_again_is_a_breach_again() -> None:
    watch = heard()
    watch.look(161, relay=a_report(False, 0.2, reported=161))
    assert watch.look(300, heard_at=at(300)).breach == Breach(cause=Cause.HEARD_WHILE_MUTED, since=at(300))


def test_heard_is_over_when_it_may_listen_and_does_not_come_back_with_the_next_mute() -> None:
    watch = heard()
    assert watch.look(110, decision=ALLOWED).breach is None
    watch.look(111, relay=a_report(True, 111))
    watch.look(120, decision=MUTED)
    assert watch.look(121, relay=a_report(False, 121)).breach is None


def test_heard_before_the_deadline_of_a_mute_counts_from_the_earlier() -> None:
    watch = muted()
    assert watch.look(5, heard_at=at(3)).breach == Breach(cause=Cause.HEARD_WHILE_MUTED, since=at(0))


def test_heard_a_moment_before_it_was_seen_counts_from_when_it_was_heard() -> None:
    watch = off()
    assert watch.look(100, heard_at=at(90)).breach == Breach(cause=Cause.HEARD_WHILE_MUTED, since=at(90))


def test_with_a_microphone_relay_its_own_mute_answers() -> None:
    speaker = a_speaker(silences=Silences.MICROPHONE)
    watch = muted(speaker)
    watch.look(0.2, relay=a_report(False, 0.2), microphone=a_report(True, 0.2))
    watch.look(100, heard_at=at(100))
    assert watch.look(170).breach is not None
    assert watch.look(171, microphone=a_report(True, 0.2, reported=171)).breach is None


# --- Muted again


def test_a_deaf_relay_that_might_listen_for_a_moment_is_told_at_once_when_it_may_no_longer() -> None:
    """Though the last command was an OFF, and the next but half a minute away."""
    watch = muted()
    watch.commands(0, 300)
    watch.look(302, decision=ALLOWED)
    assert watch.look(303, decision=MUTED).command is Command.OFF
    assert [seconds for seconds, _ in watch.commands(303, 311)] == [304, 306, 310]


def test_a_relay_that_still_rests_is_told_again_when_it_may_no_longer_listen() -> None:
    """An ON may be on its way from elsewhere; an OFF costs nothing."""
    watch = off()
    watch.look(2, decision=ALLOWED)
    assert watch.look(3, decision=MUTED).command is Command.OFF
