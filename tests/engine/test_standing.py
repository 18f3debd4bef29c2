"""A contradiction that was there before a restart, or before the relay was away for a moment, and has not changed.

The speaker was on and drew power, was muted at 0, the relay said off at 0.2, and something goes on showing life.
"""

from typing import Any

import pytest

from custom_components.earlid.engine.enforcement import Step
from custom_components.earlid.engine.model import Breach, Cause, Command, Meter, Proof, Silences

from .factories import ALLOWED, MUTED, OUT_OF_SIGHT, Watch, a_report, a_speaker, a_witness, at, watts

SILENT, GONE = Meter(watts=None, reported_at=None), a_report(None, 40, available=None)
WELDED = Breach(cause=Cause.EVIDENCE_CONTRADICTS, since=at(5))
FIRST: dict[str, dict[str, Any]] = {
    "meter": {"meter": watts(3.0, 5)},
    "router": {"witnesses": (a_witness(a_report(True, 5)),)},
    "led": {"microphone": a_report(False, 5)},
}
# How each shows the same after a restart: as new, since that is when it came into sight.
AGAIN: dict[str, dict[str, Any]] = {
    "meter": {"meter": watts(3.0, 40)},
    "router": {"witnesses": (a_witness(a_report(True, 40, available=40)),)},
    "led": {"microphone": a_report(False, 40)},
}
NOT_YET: dict[str, dict[str, Any]] = {
    "meter": {"meter": SILENT},
    "router": {"witnesses": (a_witness(GONE),)},
    "led": {"microphone": GONE},
}
NO_MORE: dict[str, dict[str, Any]] = {
    "meter": {"meter": watts(0.0, 50)},
    "router": {"witnesses": (a_witness(a_report(False, 50)),)},
    "led": {"microphone": a_report(True, 50)},
}
WHO = pytest.mark.parametrize("who", AGAIN)


def contradicted(who: str) -> Watch:
    """Return a watch at 20: the relay says off and something shows life, which is a breach."""
    silences = Silences.MICROPHONE if who == "led" else Silences.POWER
    watch = Watch(ALLOWED, a_report(True), a_speaker(silences=silences, microphone_hardware=True))
    watch.look(-1)
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=a_report(False, 0.2))
    outcome = watch.look(5, **FIRST[who])
    assert outcome.breach == WELDED
    watch.look(20)
    return watch


def restarted(who: str) -> Watch:
    """Return the same at 39, after a restart: nothing is in sight yet, and Home Assistant has not started."""
    watch = contradicted(who)
    watch.restart()
    outcome = watch.look(39, relay=OUT_OF_SIGHT, started_at=None, **NOT_YET[who])
    assert goes_on(outcome), outcome
    return watch


def goes_on(outcome: Step) -> bool:
    """Return whether it is the same breach, and no news."""
    return outcome.breach == WELDED and "breach" not in [record.kind for record in outcome.records]


@WHO
def test_it_goes_on_over_a_restart(who: str) -> None:
    watch = restarted(who)
    for seconds, started in ((40, None), (41, 41), (45, 41), (60, 41), (700, 41)):
        started_at = None if started is None else at(started)
        outcome = watch.look(seconds, relay=a_report(False, 40, available=40), started_at=started_at, **AGAIN[who])
        assert outcome.proof is Proof.LIVE
        assert goes_on(outcome), seconds


@WHO
def test_it_ends_as_soon_as_who_contradicted_says_otherwise(who: str) -> None:
    watch = restarted(who)
    watch.look(40, relay=a_report(False, 40, available=40))
    outcome = watch.look(50, started_at=at(41), **NO_MORE[who])
    assert outcome.proof.off
    assert outcome.breach is None


@WHO
def test_nobody_can_tell_until_who_contradicted_is_there_again(who: str) -> None:
    watch = restarted(who)
    relay = a_report(False, 40, available=40)
    outcome = watch.look(40, relay=relay)
    assert (outcome.proof, goes_on(outcome)) == (Proof.UNKNOWN, True)
    outcome = watch.look(41, started_at=at(41))
    assert (outcome.proof, goes_on(outcome)) == (Proof.UNKNOWN, True)
    outcome = watch.look(44, **AGAIN[who])
    assert (outcome.proof, goes_on(outcome)) == (Proof.LIVE, True)


def test_who_agrees_meanwhile_proves_nothing_while_who_contradicted_is_not_there() -> None:
    watch = restarted("meter")
    watch.look(40, relay=a_report(False, 40, available=40))
    outcome = watch.look(43, witnesses=(a_witness(a_report(False, 42)),))
    assert (outcome.proof, outcome.assessment.witnesses) == (Proof.UNKNOWN, ())


def test_who_joins_in_is_named_too_and_looked_for_in_time() -> None:
    watch = restarted("meter")
    outcome = watch.look(40, relay=a_report(False, 40, available=40), **AGAIN["meter"])
    assert (outcome.assessment.witnesses, outcome.assessment.recheck_at) == (("meter",), at(50))
    outcome = watch.look(55, witnesses=(a_witness(a_report(True, 55)),))
    assert outcome.assessment.witnesses == ("meter", "device_tracker.kitchen")


def test_a_meter_that_reads_the_limit_itself_contradicts_no_longer() -> None:
    watch = restarted("meter")
    watch.look(40, relay=a_report(False, 40, available=40), **AGAIN["meter"])
    assert watch.look(45, started_at=at(41), meter=watts(0.2, 45)).breach is None


@WHO
def test_one_that_stays_away_after_a_start_is_waited_for_no_longer_than_a_deadline(who: str) -> None:
    watch = restarted(who)
    outcome = watch.look(41, relay=a_report(False, 40, available=40), started_at=at(41))
    assert goes_on(outcome)
    moments = [(seconds, step) for seconds, step in watch.steps(41, 60) if step.breach is None]
    # An LED says how the microphone is; without it nobody can tell, and that is a breach of its own.
    assert [seconds for seconds, _ in moments[:1]] == ([] if who == "led" else [51])


@WHO
def test_what_is_no_sense_of_the_speaker_any_more_contradicts_nothing(who: str) -> None:
    watch = restarted(who)
    relay = a_report(False, 40, reported=45, available=40)
    watch.look(40, relay=a_report(False, 40, available=40), meter=None, witnesses=(), microphone=None)
    assert watch.look(45, relay=relay).breach is None


def test_it_goes_on_when_the_relay_was_away_for_a_moment() -> None:
    watch = contradicted("meter")
    assert goes_on(watch.look(30, relay=OUT_OF_SIGHT)) is False, "nobody can tell, which has another cause"
    outcome = watch.look(32, relay=a_report(False, 32, available=32))
    assert (outcome.proof, outcome.breach) == (Proof.LIVE, WELDED)


def test_what_contradicted_before_the_relay_was_on_is_over() -> None:
    watch = contradicted("meter")
    watch.look(30, relay=a_report(True, 30))
    outcome = watch.look(31, relay=a_report(False, 31))
    assert outcome.proof is Proof.OFF_UNPROVEN, "the meter may only be late"


def test_a_witness_that_agreed_before_a_restart_contradicts_nothing_after() -> None:
    watch = Watch(ALLOWED, a_report(True), meter=watts(3.0, -1))
    watch.look(-1)
    watch.look(0, decision=MUTED)
    assert watch.look(2, relay=a_report(False, 0.2), meter=watts(0.0, 2)).proof is Proof.OFF_PROVEN
    watch.restart()
    outcome = watch.look(40, relay=a_report(False, 40, available=40), meter=watts(3.0, 40), started_at=None)
    assert (outcome.proof, outcome.breach) == (Proof.OFF_UNPROVEN, None)


def test_a_welded_relay_is_told_off_again_after_a_restart() -> None:
    watch = contradicted("meter")
    watch.restart()
    outcome = watch.look(40, relay=a_report(False, 40, available=40), **AGAIN["meter"])
    assert outcome.command is Command.OFF
