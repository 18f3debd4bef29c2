"""From readings to proof, sentence by sentence of the contract.

The speaker was turned on at -1000, drew power from -990 and was turned off at 0, unless a test says otherwise.
"""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.earlid.engine.enforcement import Step
from custom_components.earlid.engine.evidence import Seen, assess, fresh_off
from custom_components.earlid.engine.model import Meter, Proof, Readings, Report, Silences, Speaker

from .factories import (
    ALLOWED,
    HOUR,
    LONG_AGO,
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

LIVE, PROVEN, UNPROVEN, UNKNOWN = Proof.LIVE, Proof.OFF_PROVEN, Proof.OFF_UNPROVEN, Proof.UNKNOWN
ON = a_report(True, -1000)
OFF = a_report(False, 0.2)
DEADLINE = 10


def turned_off(speaker: Speaker | None = None, *, high: float | None = 3.0, **readings: Any) -> Watch:
    """Return a watch at 0.2 s: on for a while, its meter at `high`, OFF sent at 0, and reported."""
    watch = Watch(ALLOWED, ON, speaker, **readings)
    watch.look(-1000)
    if high is not None:
        watch.look(-990, meter=watts(high, -990))
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=OFF)
    return watch


def said(step: Step) -> tuple[Proof, tuple[str, ...], bool]:
    return step.proof, step.assessment.witnesses, step.assessment.contradicted


# --- The relay's own report


@pytest.mark.parametrize(
    ("relay", "proof"),
    [
        (ON, LIVE),
        (a_report(False), UNPROVEN),
        (a_report(None), UNKNOWN),
        (OUT_OF_SIGHT, UNKNOWN),
        (Report(missing=True), UNKNOWN),
        (Report(value=False), UNKNOWN),  # since when, nobody says
    ],
)
@pytest.mark.parametrize("silences", Silences)
def test_what_the_relay_alone_says(relay: Report, proof: Proof, silences: Silences) -> None:
    assert assess(a_speaker(silences=silences), Readings(relay=relay), Seen(), at(0)).proof is proof


def test_off_is_not_believed_before_it_is_reported() -> None:
    watch = Watch(ALLOWED, ON)
    watch.look(-1)
    assert watch.look(0, decision=MUTED).proof is LIVE
    assert watch.look(0.2, relay=OFF).proof is UNPROVEN


def test_an_off_from_before_our_last_on_is_no_evidence() -> None:
    """The relay may have turned on and only be slow to say so."""
    watch = Watch(ALLOWED, a_report(False, -500))
    assert watch.look(0).command == "on"
    step = watch.look(1, decision=MUTED)
    assert (step.command, step.proof, step.recheck_at) == ("off", UNKNOWN, at(2))


def test_what_it_said_in_the_very_moment_of_our_last_on_is_none_either() -> None:
    watch = Watch(ALLOWED, a_report(False, -500, reported=0))
    assert watch.look(0).command == "on"
    assert watch.look(1, decision=MUTED).proof is UNKNOWN


@pytest.mark.parametrize("report", [a_report(False, 2), a_report(False, -500, reported=2)])
def test_an_off_said_since_our_last_on_is(report: Report) -> None:
    watch = Watch(ALLOWED, a_report(False, -500))
    watch.look(0)
    watch.look(1, decision=MUTED)
    assert watch.look(2, relay=report).proof is UNPROVEN


def test_after_our_on_nobody_knows_however_long_it_was_off_before() -> None:
    watch = turned_off(high=None)
    assert watch.look(3600, decision=ALLOWED).command == "on"
    assert watch.look(3601).proof is UNKNOWN


def test_an_on_that_never_showed_was_lost_after_half_the_deadline() -> None:
    watch = Watch(ALLOWED, a_report(False, -500))
    watch.look(0)
    watch.look(1, decision=MUTED)
    waiting = watch.look(5.9)
    assert (waiting.proof, waiting.assessment.recheck_at) == (UNKNOWN, at(6))
    assert watch.look(6).proof is UNPROVEN


def test_a_clock_set_back_does_not_make_a_lost_on_last_for_hours() -> None:
    watch = Watch(ALLOWED, a_report(False, 3000))
    watch.look(3600)
    watch.look(3601, decision=MUTED)
    watch.look(10)
    assert watch.look(16, relay=a_report(False, 3000, reported=11)).proof is UNPROVEN


# --- The meter


def test_a_meter_that_falls_after_the_command_proves_off() -> None:
    assert said(turned_off().look(2, meter=watts(0.0, 2))) == (PROVEN, ("meter",), False)


@pytest.mark.parametrize(("ahead", "proof"), [(0, PROVEN), (2.9, PROVEN), (3, UNPROVEN), (60, UNPROVEN)])
def test_a_meter_may_show_the_load_a_moment_before_the_relay_shows_on(ahead: float, proof: Proof) -> None:
    watch = Watch(ALLOWED, a_report(False, -2000))
    watch.look(-1000 - ahead, meter=watts(3.0, -1000 - ahead))
    watch.look(-1000, relay=ON)
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=OFF)
    assert watch.look(2, meter=watts(0.0, 2)).proof is proof


@pytest.mark.parametrize(
    ("high", "low", "reported"),
    [
        (None, 0.0, 2),  # never read anything above
        (0.1, 0.0, 2),  # always read as good as nothing: some meters read 0 below 8 W
        (0.2, 0.0, 2),  # the limit itself is not above it
        (3.0, 0.2, 2),  # nor below it
        (3.0, 0.2, 20),
        (3.0, None, 2),  # went out of sight
        (3.0, float("nan"), 2),
    ],
)
def test_a_meter_that_did_not_fall_below_the_limit_proves_nothing(
    high: float | None, low: float | None, reported: float
) -> None:
    assert said(turned_off(high=high).look(reported, meter=watts(low, reported))) == (UNPROVEN, (), False)


def test_a_meter_that_fell_before_the_command_proves_nothing_however_often_it_says_zero() -> None:
    watch = Watch(ALLOWED, ON)
    watch.look(-1000)
    watch.look(-990, meter=watts(3.0, -990))
    watch.look(-500, meter=watts(0.0, -500))
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=OFF)
    for seconds in (1, 5, 60, 600):
        assert watch.look(seconds, meter=watts(0.0, seconds)).proof is UNPROVEN


def test_a_stale_reading_from_an_earlier_on_proves_nothing() -> None:
    """It hung at 3 W since yesterday and shows 0 W now: of this ON it has seen nothing."""
    watch = Watch(ALLOWED, a_report(True, -5000), meter=watts(3.0, -4900))
    watch.look(-4900)
    watch.look(-3000, decision=MUTED)
    watch.look(-2999, relay=a_report(False, -2999))
    watch.look(-1001, decision=ALLOWED)
    watch.look(-1000, relay=ON)
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=OFF)
    assert watch.look(2, meter=watts(0.0, 2)).proof is UNPROVEN


def test_a_load_seen_before_the_last_on_proves_nothing() -> None:
    """Turned on again, the meter never rose: what it read before says nothing about this silence."""
    watch = turned_off()
    watch.look(2, meter=watts(0.0, 2))
    watch.look(100, decision=ALLOWED)
    watch.look(101, relay=a_report(True, 101))
    watch.look(200, decision=MUTED)
    watch.look(201, relay=a_report(False, 201))
    assert watch.look(203, meter=watts(0.0, 203)).proof is UNPROVEN


def test_a_load_that_was_out_of_sight_again_as_the_relay_came_on_proves_nothing() -> None:
    """It may have been of the ON before."""
    watch = Watch(ALLOWED, a_report(False, -2000))
    watch.look(-1002, meter=watts(3.0, -1002))
    watch.look(-1001, meter=Meter())
    watch.look(-1000, relay=ON)
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=OFF)
    assert watch.look(2, meter=watts(0.0, 2)).proof is UNPROVEN


def test_a_meter_that_was_at_the_limit_before_the_command_falls_below_it_after() -> None:
    watch = Watch(ALLOWED, ON)
    watch.look(-1000)
    for seconds, reading in ((-990, 3.0), (-500, 0.2)):
        watch.look(seconds, meter=watts(reading, seconds))
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=OFF)
    assert watch.look(2, meter=watts(0.0, 2)).proof is PROVEN


def test_a_relay_that_bounced_between_two_looks_was_turned_on_anew() -> None:
    watch = Watch(ALLOWED, ON)
    watch.look(-1000)
    watch.look(-990, meter=watts(3.0, -990))
    watch.look(-100, relay=a_report(True, -200), meter=watts(0.1, -150))
    watch.look(-50, meter=Meter())
    watch.look(0, decision=MUTED)
    watch.look(0.2, relay=OFF)
    assert watch.look(2, meter=watts(0.0, 2)).proof is UNPROVEN


def test_a_relay_that_was_out_of_sight_needs_to_be_seen_on_again() -> None:
    """It may have lost power meanwhile, and its meter with it."""
    watch = Watch(ALLOWED, ON)
    watch.look(-1000)
    watch.look(-990, meter=watts(3.0, -990))
    watch.look(-100, relay=OUT_OF_SIGHT)
    watch.look(-50, relay=a_report(False, -50, available=-50))
    watch.look(0, decision=MUTED)
    assert watch.look(2, meter=watts(0.0, 2)).proof is UNPROVEN


def test_a_meter_that_rises_and_falls_again_while_muted_proves_off_again() -> None:
    watch = turned_off()
    watch.look(2, meter=watts(0.0, 2))
    assert said(watch.look(60, meter=watts(3.0, 60))) == (LIVE, ("meter",), True)
    assert said(watch.look(90, meter=watts(0.0, 90))) == (PROVEN, ("meter",), False)


@pytest.mark.parametrize("reading", [0.2, None, float("nan")])
def test_a_meter_that_fell_and_is_no_longer_below_the_limit_no_longer_proves(reading: float | None) -> None:
    watch = turned_off()
    assert watch.look(2, meter=watts(0.0, 2)).proof is PROVEN
    assert watch.look(60, meter=watts(reading, 60)).proof is UNPROVEN


@pytest.mark.parametrize(("reported", "proof"), [(1, UNPROVEN), (3.2, UNPROVEN), (3.3, LIVE), (8, LIVE)])
def test_a_meter_that_settles_is_no_contradiction_and_one_that_still_reads_a_load_is(
    reported: float, proof: Proof
) -> None:
    """What it measured in the first three seconds may still be from before the relay opened."""
    step = turned_off().look(reported, meter=watts(3.0, reported))
    assert (step.proof, step.assessment.contradicted) == (proof, proof is LIVE)


def test_a_meter_that_never_fell_contradicts_at_the_deadline() -> None:
    watch = turned_off()
    step = watch.look(1)
    assert (step.proof, step.assessment.recheck_at) == (UNPROVEN, at(0.2 + DEADLINE))
    assert watch.look(0.2 + DEADLINE - 0.1).proof is UNPROVEN
    assert said(watch.look(0.2 + DEADLINE)) == (LIVE, ("meter",), True)


# --- Witnesses on the network


@pytest.mark.parametrize(
    ("alive", "cloud", "proof"),
    [
        (a_report(False, 30), False, PROVEN),  # went away after the command
        (a_report(False, 30), True, UNPROVEN),  # what a cloud says may prove life, never silence
        (a_report(False, -1), False, UNPROVEN),  # was away before
        (a_report(False, 0), False, UNPROVEN),
        (a_report(False, 30, available=20), False, UNPROVEN),  # its own source came back: not seen to go
        (a_report(False, 30, available=0), False, UNPROVEN),
        (a_report(False, 30, available=None), False, UNPROVEN),
        (a_report(None, 30), False, UNPROVEN),
        (OUT_OF_SIGHT, False, UNPROVEN),
        (a_report(True, -500), False, UNPROVEN),  # a network notices an absence late
        (a_report(True, 20), False, LIVE),  # became alive after the command
        (a_report(True, 20), True, LIVE),
        (a_report(True, 20, available=20), False, UNPROVEN),  # came into sight as it is: not seen to come alive
        (Report(value=True, available_since=at(LONG_AGO)), False, UNPROVEN),
    ],
)
def test_a_witness_on_the_network(alive: Report, cloud: bool, proof: Proof) -> None:
    step = turned_off(high=None).look(40, witnesses=(a_witness(alive, cloud=cloud),))
    names = () if proof is UNPROVEN else ("device_tracker.kitchen",)
    assert said(step) == (proof, names, proof is LIVE)


@pytest.mark.parametrize("cloud", [True, False])
def test_a_witness_that_stays_alive_for_ten_minutes_contradicts(cloud: bool) -> None:
    watch = turned_off(high=None, witnesses=(a_witness(a_report(True, -500), cloud=cloud),))
    step = watch.look(599)
    assert (step.proof, step.assessment.recheck_at) == (UNPROVEN, at(600))
    assert said(watch.look(600)) == (LIVE, ("device_tracker.kitchen",), True)


def test_a_contradiction_wins_against_a_witness_that_agrees() -> None:
    watch = turned_off()
    assert watch.look(2, meter=watts(0.0, 2)).proof is PROVEN
    alive = a_witness(a_report(True, 20))
    assert said(watch.look(20, witnesses=(alive,))) == (LIVE, ("device_tracker.kitchen",), True)


def test_one_that_may_join_the_contradiction_is_looked_at_in_time() -> None:
    step = turned_off(witnesses=(a_witness(a_report(True, 0.1)),)).look(1)
    assert (step.proof, step.assessment.recheck_at) == (LIVE, at(0.2 + DEADLINE))


def test_the_first_that_may_change_its_mind_is_looked_at_first() -> None:
    """The meter at the deadline, the network after ten minutes."""
    step = turned_off(witnesses=(a_witness(a_report(True, -500)),)).look(1)
    assert step.assessment.recheck_at == at(0.2 + DEADLINE)


def test_every_witness_that_agrees_is_named() -> None:
    away = a_witness(a_report(False, 30))
    step = turned_off().look(40, meter=watts(0.0, 2), witnesses=(away, replace(away, entity_id="binary_sensor.ping")))
    assert said(step) == (PROVEN, ("meter", "device_tracker.kitchen", "binary_sensor.ping"), False)


# --- A relay that takes the microphone only


def microphone_speaker(*, hardware: bool = False) -> Speaker:
    return a_speaker(silences=Silences.MICROPHONE, microphone_hardware=hardware)


def test_with_a_microphone_relay_meters_and_the_network_say_nothing() -> None:
    watch = turned_off(microphone_speaker())
    alive = a_witness(a_report(True, 20))
    assert said(watch.look(700, meter=watts(3.0, 650), witnesses=(alive,))) == (UNPROVEN, (), False)
    gone = a_witness(a_report(False, 20))
    assert said(watch.look(800, meter=watts(0.0, 750), witnesses=(gone,))) == (UNPROVEN, (), False)


@pytest.mark.parametrize(("hardware", "proof"), [(True, PROVEN), (False, UNPROVEN)])
def test_a_microphone_that_says_muted_proves_off_only_as_hardware(hardware: bool, proof: Proof) -> None:
    watch = turned_off(microphone_speaker(hardware=hardware))
    assert said(watch.look(2, microphone=a_report(True, 1))) == (proof, ("microphone",), False)


@pytest.mark.parametrize("microphone", [a_report(None, 1), OUT_OF_SIGHT])
@pytest.mark.parametrize("hardware", [True, False])
def test_a_microphone_that_has_not_been_read_back_is_unknown(microphone: Report, hardware: bool) -> None:
    """After power returns some speakers come up listening."""
    watch = turned_off(microphone_speaker(hardware=hardware))
    assert said(watch.look(2, microphone=microphone)) == (UNKNOWN, (), False)


@pytest.mark.parametrize("hardware", [True, False])
def test_a_microphone_that_opens_after_off_contradicts_at_once(hardware: bool) -> None:
    watch = turned_off(microphone_speaker(hardware=hardware), microphone=a_report(True, 0.1))
    assert said(watch.look(2, microphone=a_report(False, 2))) == (LIVE, ("microphone",), True)


def test_a_microphone_that_never_closed_contradicts_at_the_deadline() -> None:
    watch = turned_off(microphone_speaker(), microphone=a_report(False, -900))
    step = watch.look(1)
    assert (step.proof, step.assessment.recheck_at) == (UNPROVEN, at(0.2 + DEADLINE))
    assert said(watch.look(0.2 + DEADLINE)) == (LIVE, ("microphone",), True)


# --- After power returned to it, nobody knows how it came up


def powered_again(speaker: Speaker | None = None, **readings: Any) -> Watch:
    """Return a watch just after a silenced microphone's relay came back, at 100 s, as it had been."""
    watch = turned_off(speaker or microphone_speaker(), **readings)
    watch.look(50, relay=OUT_OF_SIGHT)
    step = watch.look(100, relay=a_report(False, 100, available=100))
    assert (step.proof, step.command) == (UNKNOWN, "off")
    return watch


def test_an_off_that_came_back_with_the_relay_is_believed_once_it_is_said_again() -> None:
    watch = powered_again()
    assert watch.look(101).proof is UNKNOWN
    assert watch.look(102, relay=a_report(False, 100, reported=101.5, available=100)).proof is UNPROVEN


def test_an_off_that_is_never_said_again_is_believed_after_half_the_deadline() -> None:
    watch = powered_again()
    step = watch.look(104.9)
    assert (step.proof, step.recheck_at) == (UNKNOWN, at(105))
    assert watch.look(105).proof is UNPROVEN


def test_each_return_is_doubted_anew() -> None:
    watch = powered_again()
    watch.look(105)
    watch.look(150, relay=OUT_OF_SIGHT)
    assert watch.look(200, relay=a_report(False, 200, available=200)).proof is UNKNOWN
    assert watch.look(204).proof is UNKNOWN
    assert watch.look(205).proof is UNPROVEN


@pytest.mark.parametrize(
    ("microphone", "hardware", "proof"),
    [
        (a_report(True, 101), True, PROVEN),
        (a_report(True, 101), False, UNPROVEN),
        (a_report(True, -500, reported=101), True, PROVEN),
        (a_report(True, -500), True, UNKNOWN),
        (a_report(False, 101), False, LIVE),
        (a_report(None, 101), True, UNKNOWN),
    ],
)
def test_a_microphone_that_has_said_how_it_is_since_answers(microphone: Report, hardware: bool, proof: Proof) -> None:
    watch = powered_again(microphone_speaker(hardware=hardware), microphone=a_report(True, -500))
    assert watch.look(102, microphone=microphone).proof is proof


def test_one_that_came_back_on_and_is_turned_off_has_said_how_it_is() -> None:
    """In the very moment, for a clock that is coarse."""
    watch = powered_again()
    watch.look(150, relay=OUT_OF_SIGHT)
    watch.look(200, relay=a_report(True, 200, available=200))
    assert watch.look(200, relay=a_report(False, 200, available=200)).proof is UNPROVEN


def test_at_a_start_an_off_of_before_is_doubted_too() -> None:
    watch = turned_off(microphone_speaker())
    watch.restart()
    assert watch.look(3600).proof is UNKNOWN
    assert watch.look(3605).proof is UNPROVEN


def test_one_that_is_only_observed_is_unknown_until_it_says_more() -> None:
    """Nobody asks it, so that it says nothing new is no answer."""
    watch = turned_off(a_speaker(silences=Silences.MICROPHONE, enforce=False))
    watch.restart()
    watch.look(100)
    assert watch.look(4000).proof is UNKNOWN
    assert watch.look(5000, relay=a_report(False, 0.2, reported=5000)).proof is UNPROVEN


def test_one_that_was_told_off_before_it_came_back_and_not_since_is_unknown() -> None:
    """It may listen again, and only rests: nobody asks it."""
    watch = turned_off(a_speaker(silences=Silences.MICROPHONE, rest=span(HOUR)))
    watch.look(20, decision=ALLOWED)
    watch.look(50, relay=OUT_OF_SIGHT)
    watch.look(100, relay=a_report(False, 100, available=100))
    assert watch.look(200).proof is UNKNOWN


def test_a_small_correction_of_the_clock_begins_no_doubt_anew() -> None:
    assert powered_again().look(95).assessment.recheck_at == at(105)


@pytest.mark.parametrize(("reported", "proof"), [(106, UNPROVEN), (106.1, UNKNOWN)])
def test_a_report_from_the_future_is_one_of_before_the_clock_was_set_back(reported: float, proof: Proof) -> None:
    assert powered_again().look(101, relay=a_report(False, 100, reported=reported, available=100)).proof is proof


def test_a_clock_set_back_does_not_bring_back_a_doubt_that_was_answered() -> None:
    watch = powered_again()
    watch.look(150, relay=a_report(True, 150, available=100))
    assert watch.look(-3600, relay=a_report(False, -3600, available=100)).proof is UNPROVEN


def test_a_clock_set_back_does_not_make_the_doubt_last_for_hours() -> None:
    watch = powered_again()
    assert watch.look(-3600).proof is UNKNOWN
    told = watch.commands(-3599, -3590)
    assert (told[0][1], watch.look(-3590).proof) == ("off", UNPROVEN)


def test_a_relay_that_takes_the_power_is_not_doubted() -> None:
    watch = turned_off()
    watch.look(50, relay=OUT_OF_SIGHT)
    assert watch.look(100, relay=a_report(False, 100, available=100)).proof is UNPROVEN


AWAY = a_witness(a_report(False, 50))
BACK = a_witness(a_report(True, 100))


@pytest.mark.parametrize("high", [3.0, None])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"meter": watts(0.0, 50)}, {"meter": watts(3.0, 100)}),
        ({"witnesses": (AWAY,)}, {"witnesses": (BACK,)}),
        ({"witnesses": (a_witness(OUT_OF_SIGHT, cloud=True),)}, {"witnesses": (a_witness(BACK.alive, cloud=True),)}),
    ],
)
def test_a_speaker_that_gets_power_while_its_microphone_relay_is_another_device_is_doubted(
    before: dict[str, Any], after: dict[str, Any], high: float | None
) -> None:
    watch = turned_off(microphone_speaker(), high=high)
    assert watch.look(60, **before).proof is UNPROVEN
    step = watch.look(100, **after)
    assert (step.proof, step.command) == (UNKNOWN, "off")
    assert watch.look(101, relay=a_report(False, 0.2, reported=100.5)).proof is UNPROVEN


@pytest.mark.parametrize(
    "readings",
    [
        [{"meter": watts(1.0, 60)}, {"meter": watts(3.0, 100)}],
        [{"meter": watts(0.2, 60)}, {"meter": watts(3.0, 100)}],
        [{"meter": watts(0.0, 60)}, {"meter": watts(None, 80)}, {"meter": watts(0.2, 90)}, {"meter": Meter()}],
        [{"meter": watts(0.0, 60)}, {"meter": watts(float("nan"), 80)}],
        [{"witnesses": (BACK,)}, {"witnesses": (AWAY,)}],
    ],
)
def test_what_shows_no_return_of_power_raises_no_doubt(readings: list[dict[str, Any]]) -> None:
    watch = turned_off(microphone_speaker())
    for seconds, reading in enumerate(readings):
        assert watch.look(100 + seconds, **reading).proof is UNPROVEN


def test_a_meter_that_was_away_meanwhile_shows_the_return_too() -> None:
    watch = turned_off(microphone_speaker())
    for seconds, reading in ((60, 0.0), (70, None)):
        watch.look(seconds, meter=watts(reading, seconds))
    assert watch.look(100, meter=watts(3.0, 100)).proof is UNKNOWN


# --- Fresh evidence of off, after it was heard


HEARD = 5.0


@pytest.mark.parametrize(
    ("readings", "fresh"),
    [
        (Readings(relay=OFF), False),
        (Readings(relay=a_report(False, 0.2, reported=HEARD)), False),
        (Readings(relay=a_report(False, 0.2, reported=6)), True),
        (Readings(relay=a_report(True, 6)), False),
        (Readings(relay=a_report(True, 6), meter=watts(0.0, 7)), False),
        (Readings(relay=OFF, meter=watts(0.0, 6)), True),
        (Readings(relay=OFF, meter=watts(0.0, 2)), False),
        (Readings(relay=OFF, meter=watts(0.2, 6)), False),
        (Readings(relay=OFF, meter=watts(None, 6)), False),
        (Readings(relay=OFF, microphone=a_report(True, 6)), False),
    ],
)
def test_what_is_fresh_evidence_that_the_power_is_off(readings: Readings, fresh: bool) -> None:
    assert fresh_off(a_speaker(), readings, at(HEARD)) is fresh


@pytest.mark.parametrize(
    ("microphone", "fresh"),
    [
        (None, False),
        (a_report(True, 6), True),
        (a_report(True, 1, reported=6), True),
        (a_report(True, 1), False),
        (a_report(False, 6), False),
        (a_report(None, 6), False),
    ],
)
def test_what_is_fresh_evidence_that_the_microphone_is_off(microphone: Report | None, fresh: bool) -> None:
    readings = Readings(relay=OFF, meter=watts(0.0, 6), microphone=microphone)
    assert fresh_off(microphone_speaker(), readings, at(HEARD)) is fresh
