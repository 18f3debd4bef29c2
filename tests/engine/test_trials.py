"""Trials: does the relay's own clock turn it off, and is it off when power returns?

The speaker may listen and has long been on; its relay is put on trial at 0. A lease on trial is 10 s, a rest 10 s, a
deadline 10 s, so a relay that obeys at once is silent from 0.2, on from 10.4 and off again at 20.4.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from custom_components.earlid.engine.enforcement import AFTER_TRIAL, Step
from custom_components.earlid.engine.model import Clock, Command, Meter, Report, Speaker
from custom_components.earlid.engine.trials import PATIENCE, ClockTrial, Finding, MeterSays, PowerTrial, Verdict

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

CLOCK = Clock(longest=span(6500), confirms=True)
LENGTH = 10

type Event = tuple[float, dict[str, Any]]


def off(seconds: float) -> Event:
    return seconds, {"relay": a_report(False, seconds)}


def on(seconds: float) -> Event:
    return seconds, {"relay": a_report(True, seconds)}


def shows(seconds: float, relay: Report) -> Event:
    return seconds, {"relay": relay}


def metered(seconds: float, reading: float) -> Event:
    return seconds, {"meter": watts(reading, seconds)}


SILENCED, GRANTED, RAN_OUT = off(0.2), on(10.4), off(20.4)
OBEYS = (SILENCED, GRANTED, RAN_OUT)
# What stays of the trial once it is over is told apart by this long.
LATER = 5000.0


class Trial:
    """A trial, and what came of it."""

    def __init__(self, watch: Watch, events: Iterable[Event], until: float = LATER, start: float = 0.0) -> None:
        """Look whenever something is reported or the timer says so, until the trial is over."""
        self.sent: list[tuple[float, str, float | None]] = []
        self.finding: Finding | None = None
        self.ended_at = until
        self.watch = watch
        queue = sorted(events, key=lambda event: event[0])
        seconds = start
        reported: dict[str, Any] = {}
        while self.finding is None and seconds <= until:
            outcome = watch.look(round(seconds, 6), **reported)
            self._note(seconds, outcome)
            timer = LATER + 1 if outcome.recheck_at is None else (outcome.recheck_at - at(0)).total_seconds()
            if queue and queue[0][0] <= timer:
                seconds, reported = queue.pop(0)
            else:
                seconds, reported = timer, {}

    def _note(self, seconds: float, outcome: Step) -> None:
        if outcome.order is not None:
            lease = None if outcome.order.lease is None else outcome.order.lease.total_seconds()
            self.sent.append((round(seconds, 3), outcome.order.command.value, lease))
        if outcome.finding is not None:
            self.finding, self.ended_at = outcome.finding, seconds

    @property
    def verdict(self) -> Verdict | None:
        """What it came to."""
        return None if self.finding is None else self.finding.verdict


def a_home(speaker: Speaker | None = None, **readings: Any) -> Watch:
    """Return a watch in which the speaker listens on a lease that was renewed a moment ago."""
    watch = Watch(ALLOWED, a_report(True), speaker, **readings)
    watch.clock = CLOCK
    assert watch.look(-1).command is Command.RENEW
    return watch


def try_clock(*events: Event, length: float = LENGTH, speaker: Speaker | None = None, **readings: Any) -> Trial:
    """Return the trial of a clock."""
    watch = a_home(speaker, **readings)
    watch.begin(ClockTrial(length=span(length)))
    return Trial(watch, events)


# --- The clock


def test_a_relay_that_turns_itself_off_is_proven() -> None:
    trial = try_clock(*OBEYS)
    assert trial.finding == Finding(
        verdict=Verdict.PROVEN, at=at(20.401), granted=span(10), off_after=span(10.2), meter=MeterSays.NONE
    )


def test_it_is_silenced_rested_granted_and_then_told_nothing_until_it_is_over() -> None:
    trial = try_clock(*OBEYS)
    assert [(round(when, 1), *what) for when, *what in trial.sent] == [
        (0, "off", None),
        (10.2, "on", 10),
        (20.4, "off", None),
    ]
    assert trial.watch.memory.trial is None


def test_the_speaker_comes_back_a_while_after_its_trial() -> None:
    """Whoever asked for it may see that the relay is off."""
    trial = try_clock(*OBEYS)
    [(when, *what)] = trial.watch.orders(20.5, 31)
    assert when == pytest.approx(20.402 + AFTER_TRIAL.total_seconds(), abs=0.01)
    assert what == ["on", 300]
    assert trial.watch.holds.mute is None


@pytest.mark.parametrize("at_", [17.2, 17.3, 20.2, 25.1, 25.2])
def test_a_clock_may_be_a_little_inexact_and_its_report_late(at_: float) -> None:
    assert try_clock(SILENCED, GRANTED, off(at_)).verdict is Verdict.PROVEN


def test_one_that_was_off_before_its_time_was_turned_off_by_another() -> None:
    trial = try_clock(SILENCED, GRANTED, off(17.1))
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.finding is not None
    assert trial.finding.off_after == span(6.9)


def test_one_that_went_off_long_after_its_time_was_turned_off_by_another() -> None:
    assert try_clock(SILENCED, GRANTED, off(27)).verdict is Verdict.INTERRUPTED


def test_one_that_a_hand_turns_off_meanwhile_stays_off() -> None:
    trial = try_clock(SILENCED, GRANTED, off(12))
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.watch.holds.mute is not None
    assert "on" not in {command for _, command in trial.watch.commands(13, HOUR)}


def test_a_relay_that_ignores_its_clock_is_told_off() -> None:
    trial = try_clock(SILENCED, GRANTED, off(30.6))
    assert trial.verdict is Verdict.IGNORED
    assert [when for when, command, _ in trial.sent if command == "off"] == [0, 30.2]
    assert trial.ended_at == 30.6


def test_a_length_of_its_own_is_waited_for() -> None:
    trial = try_clock(SILENCED, GRANTED, off(1810.3), length=1800)
    assert trial.verdict is Verdict.PROVEN
    assert trial.sent[1] == (10.2, "on", 1800)


def test_a_standing_relay_may_be_off_when_the_trial_begins() -> None:
    watch = Watch(ALLOWED, a_report(False, -1))
    watch.clock = CLOCK
    watch.begin(ClockTrial(length=span(LENGTH)))
    trial = Trial(watch, [on(10.2), off(20.2)])
    assert trial.verdict is Verdict.PROVEN


def test_a_relay_that_does_not_say_when_it_went_off_went_off_as_that_was_seen() -> None:
    trial = try_clock(
        SILENCED, GRANTED, shows(20.4, Report(value=False, available_since=a_report(True).available_since))
    )
    assert trial.verdict is Verdict.PROVEN
    assert trial.finding is not None
    assert trial.finding.off_after is not None
    assert trial.finding.off_after.total_seconds() == pytest.approx(10.2, abs=0.01)


# --- Lost commands, a relay that is lost sight of


def test_an_off_that_gets_lost_is_told_again() -> None:
    trial = try_clock(off(4.5), on(14.7), off(24.7))
    assert trial.verdict is Verdict.PROVEN
    assert [when for when, command, _ in trial.sent if command == "off"][:3] == [0, 2, 4]


def test_it_is_told_again_no_more_often_however_often_it_is_looked_at() -> None:
    watch = a_home()
    watch.begin(ClockTrial(length=span(LENGTH)))
    looks = (0, 0.5, 1.9, 2, 2.5, 3, 3.9, 4, 4.1)
    assert [seconds for seconds in looks if watch.look(seconds).command is Command.OFF] == [0, 2, 4]


def test_one_that_never_obeys_off_is_unreachable() -> None:
    trial = try_clock()
    assert trial.verdict is Verdict.UNREACHABLE
    assert [when for when, _, _ in trial.sent] == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert trial.ended_at == 20
    assert {command for _, command, _ in trial.sent} == {"off"}


def test_one_that_never_obeys_the_grant_is_unreachable() -> None:
    trial = try_clock(SILENCED)
    assert trial.verdict is Verdict.UNREACHABLE
    assert [what for _, *what in trial.sent] == [["off", None], ["on", 10], ["off", None]]
    assert trial.ended_at == pytest.approx(20.2, abs=0.01)


def test_one_that_never_obeys_the_last_off_was_told_until_the_deadline() -> None:
    trial = try_clock(SILENCED, GRANTED)
    assert trial.verdict is Verdict.IGNORED
    assert [round(when, 1) for when, command, _ in trial.sent if command == "off"] == [0, 30.2, 32.2, 34.2, 36.2, 38.2]
    assert trial.ended_at == pytest.approx(40.2, abs=0.01)
    # And what may listen and is on is on a lease again.
    assert [what for _, *what in trial.watch.orders(trial.ended_at, 50)] == [["renew", 300]]


@pytest.mark.parametrize("events", [(), (SILENCED,), (SILENCED, GRANTED), OBEYS])
@pytest.mark.parametrize("lost", [OUT_OF_SIGHT, a_report(None, 0), a_report(False, 0, available=0)])
def test_one_that_is_lost_sight_of_is_unreachable_in_each_phase(events: tuple[Event, ...], lost: Report) -> None:
    """What it did meanwhile, nobody saw."""
    lost_at = events[-1][0] + 0.0005 if events else 0.1
    trial = try_clock(*events, shows(lost_at, lost), meter=watts(3.0, -1))
    assert trial.verdict is Verdict.UNREACHABLE
    assert trial.sent[-1][1] == "off"
    assert trial.ended_at <= lost_at + 10.1


def test_one_that_is_out_of_sight_when_the_trial_begins_is_unreachable() -> None:
    watch = Watch(ALLOWED, OUT_OF_SIGHT)
    watch.begin(ClockTrial(length=span(LENGTH)))
    assert Trial(watch, []).verdict is Verdict.UNREACHABLE


# --- Others


@pytest.mark.parametrize("muted_at", [0.1, 5, 10.3, 15, 20.4005])
def test_muted_meanwhile_it_is_turned_off_at_once(muted_at: float) -> None:
    trial = try_clock(*(event for event in OBEYS if event[0] < muted_at), (muted_at, {"decision": MUTED}))
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.ended_at == muted_at
    # Where the trial itself has just told it so, once is enough.
    assert trial.sent[-1][1] == "off"
    assert trial.watch.memory.trial is None


def test_muted_while_the_lease_on_trial_runs_off_is_told_in_that_look() -> None:
    trial = try_clock(SILENCED, GRANTED, (15, {"decision": MUTED}))
    assert trial.sent[-1] == (15, "off", None)


def test_one_that_is_turned_on_elsewhere_while_it_rests_is_not_granted() -> None:
    trial = try_clock(SILENCED, on(5), off(5.5))
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.sent == [(0, "off", None), (5, "off", None)]


def test_one_that_is_turned_on_elsewhere_while_its_meter_is_heard_is_told_off() -> None:
    trial = try_clock(metered(12, 3.0), *OBEYS, on(22), off(22.5))
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.finding is not None
    assert trial.finding.off_after == span(10.2)
    assert trial.sent[-1] == (22, "off", None)
    assert trial.ended_at == 22.5


def test_a_speaker_that_is_only_observed_is_not_tried() -> None:
    trial = try_clock_of_an_observer()
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.sent == []


def try_clock_of_an_observer() -> Trial:
    watch = Watch(ALLOWED, a_report(True), a_speaker(enforce=False))
    watch.begin(ClockTrial(length=span(LENGTH)))
    return Trial(watch, [])


# --- A hang, a set clock


@pytest.mark.parametrize("events", [(), (SILENCED,), (SILENCED, GRANTED), (*OBEYS, metered(20.41, 3.0))])
@pytest.mark.parametrize("jump", [600, -600])
def test_what_nobody_looked_at_is_no_verdict(events: tuple[Event, ...], jump: float) -> None:
    """The timers come before the reports that wait in the queue: what reads on went off long ago."""
    watch = a_home(meter=watts(3.0, -1))
    watch.begin(ClockTrial(length=span(LENGTH)))
    last = events[-1][0] + 0.5 if events else 0.5
    trial = Trial(watch, events, until=last)
    assert trial.finding is None
    hung = [watch.look(last + jump), watch.look(last + jump + 0.1, relay=a_report(False, last + jump + 0.1))]
    assert [outcome.command for outcome in hung] == [Command.OFF, None]
    assert hung[1].finding is not None
    assert hung[1].finding.verdict is Verdict.INTERRUPTED


def test_what_is_known_already_stands_after_a_hang() -> None:
    watch = a_home()
    watch.begin(ClockTrial(length=span(LENGTH)))
    trial = Trial(watch, (SILENCED, GRANTED), until=30.5)
    assert trial.sent[-1] == (30.2, "off", None)
    finding = watch.look(900).finding
    assert finding is not None
    assert finding.verdict is Verdict.IGNORED


@pytest.mark.parametrize("late", [34, 35.2])
def test_a_short_delay_of_the_whole_home_is_no_hang(late: float) -> None:
    watch = a_home()
    watch.begin(ClockTrial(length=span(LENGTH)))
    Trial(watch, (SILENCED, GRANTED), until=15)
    watch.look(late, relay=a_report(False, 20.4))
    finding = Trial(watch, [], start=late + 0.1).finding
    assert finding is not None
    assert finding.verdict is Verdict.PROVEN


def test_a_small_correction_of_the_clock_ends_no_trial() -> None:
    """It was granted at 10.2."""
    watch = a_home()
    watch.begin(ClockTrial(length=span(LENGTH)))
    Trial(watch, (SILENCED, GRANTED), until=15)
    assert watch.look(5.2).order is None
    assert watch.look(5.1).command is Command.OFF


# --- The meter

RUNS = (metered(11, 3.0),)


def test_a_meter_that_falls_with_the_relay_agrees() -> None:
    trial = try_clock(*OBEYS, *RUNS, metered(21, 0.0))
    assert trial.finding is not None
    assert (trial.finding.verdict, trial.finding.meter) == (Verdict.PROVEN, MeterSays.AGREES)
    assert trial.ended_at == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("told", [(metered(21, 3.0),), (metered(24, 3.0),), ()])
def test_a_meter_that_goes_on_contradicts_at_the_deadline(told: tuple[Event, ...]) -> None:
    """A welded relay, or a speaker at another outlet."""
    trial = try_clock(*OBEYS, *RUNS, *told)
    assert trial.finding is not None
    assert (trial.finding.verdict, trial.finding.meter) == (Verdict.CONTRADICTED, MeterSays.CONTRADICTS)
    assert trial.ended_at == pytest.approx(30.4, abs=0.1)


def test_a_meter_that_falls_late_agrees_all_the_same() -> None:
    trial = try_clock(*OBEYS, *RUNS, metered(24, 3.0), metered(29, 0.0))
    assert trial.finding is not None
    assert (trial.finding.verdict, trial.finding.meter) == (Verdict.PROVEN, MeterSays.AGREES)


def test_a_meter_that_never_showed_the_speaker_on_is_silent() -> None:
    trial = try_clock(*OBEYS, metered(0.3, 0.0))
    assert trial.finding is not None
    assert (trial.finding.verdict, trial.finding.meter) == (Verdict.PROVEN, MeterSays.SILENT)
    assert trial.ended_at < 20.5


@pytest.mark.parametrize("last", [Meter(), watts(None, 21), watts(0.2, 21)])
def test_a_meter_that_says_nothing_of_the_off_is_silent_after_the_deadline(last: Meter) -> None:
    trial = try_clock(*OBEYS, *RUNS, (21, {"meter": last}))
    assert trial.finding is not None
    assert (trial.finding.verdict, trial.finding.meter) == (Verdict.PROVEN, MeterSays.SILENT)
    assert trial.ended_at == pytest.approx(30.4, abs=0.1)


def test_what_another_witness_says_is_not_the_meters() -> None:
    """One that shows the speaker alive lags, and is judged elsewhere."""
    watch = a_home()
    watch.begin(ClockTrial(length=span(LENGTH)))
    alive = (20.6, {"witnesses": (a_witness(a_report(True, 20.6)),)})
    trial = Trial(watch, (*OBEYS, *RUNS, alive, metered(21, 0.0)))
    assert trial.finding is not None
    assert (trial.finding.verdict, trial.finding.meter) == (Verdict.PROVEN, MeterSays.SILENT)


# --- The other speakers behind the relay


def a_neighbour() -> Watch:
    """Return the watch over another speaker behind the relay that is on trial."""
    watch = a_home()
    watch.on_trial = True
    watch.look(0)
    return watch


def test_nobody_else_behind_the_relay_sends_anything_meanwhile() -> None:
    watch = a_neighbour()
    for seconds, readings in (SILENCED, GRANTED, (110, {}), RAN_OUT):
        assert watch.look(max(seconds, 0.2), **readings).order is None


def test_what_the_trial_switches_is_no_hand() -> None:
    watch = a_neighbour()
    for seconds, readings in OBEYS:
        watch.look(seconds, **readings)
    assert watch.holds.mute is None


def test_after_the_trial_of_another_it_comes_on_with_it() -> None:
    watch = a_neighbour()
    for seconds, readings in OBEYS:
        watch.look(seconds, **readings)
    watch.look(25)
    watch.on_trial = False
    assert watch.orders(25.1, 35.5) == [(35, "on", 300)]


def test_the_mute_of_another_goes_above_the_trial() -> None:
    watch = a_neighbour()
    assert watch.look(5, decision=MUTED).command is Command.OFF


def test_two_trials_of_one_relay_are_one_too_many() -> None:
    watch = a_home()
    watch.begin(ClockTrial(length=span(LENGTH)))
    watch.on_trial = True
    outcome = watch.look(0)
    assert outcome.order is None
    assert outcome.finding == Finding(verdict=Verdict.INTERRUPTED, at=at(0))


# --- Power


def try_power(*events: Event, relay: Report | None = None, until: float = LATER) -> Trial:
    """Return the trial of what the relay does when power returns."""
    watch = a_home()
    if relay is not None:
        watch.look(-0.5, relay=relay)
    watch.begin(PowerTrial())
    return Trial(watch, events, until)


PULLED = shows(30, OUT_OF_SIGHT)


def back(seconds: float, *, on: bool) -> Event:
    return shows(seconds, a_report(on, seconds, available=seconds))


def test_a_plug_that_is_off_when_power_returns_stayed_off() -> None:
    trial = try_power(PULLED, back(45, on=False))
    assert trial.finding == Finding(verdict=Verdict.STAYED_OFF, at=at(50))
    assert trial.sent == []


def test_a_plug_that_is_on_when_power_returns_came_on_and_is_leased_again() -> None:
    trial = try_power(PULLED, back(45, on=True))
    assert trial.finding == Finding(verdict=Verdict.CAME_ON, at=at(50))
    assert trial.sent == [(50, "renew", 300)]


def test_a_plug_that_comes_up_off_and_then_on_came_on() -> None:
    """It restores its state once it has started."""
    trial = try_power(PULLED, back(45, on=False), shows(47, a_report(True, 47, available=45)))
    assert trial.verdict is Verdict.CAME_ON


def test_a_plug_that_says_what_it_said_before_the_cut_is_given_time_to_say_how_it_is() -> None:
    trial = try_power(PULLED, back(45, on=True), shows(47, a_report(False, 47, available=45)))
    assert trial.verdict is Verdict.STAYED_OFF


def test_a_plug_that_goes_again_as_it_comes_up_is_waited_for() -> None:
    trial = try_power(PULLED, back(45, on=True), shows(47, OUT_OF_SIGHT), back(60, on=False))
    assert trial.finding == Finding(verdict=Verdict.STAYED_OFF, at=at(65))


def test_a_plug_that_was_away_between_two_looks_was_away() -> None:
    trial = try_power(back(45, on=True))
    assert trial.verdict is Verdict.CAME_ON


def test_a_plug_that_went_off_in_plain_sight_was_turned_off_by_a_hand() -> None:
    """Some networks give up a plug after minutes only: those cannot tell."""
    trial = try_power(off(45))
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.watch.holds.mute is not None


def test_until_the_plug_is_pulled_its_lease_goes_on() -> None:
    trial = try_power(shows(250, OUT_OF_SIGHT), back(260, on=False))
    assert trial.sent == [(99, "renew", 300), (199, "renew", 300)]
    assert trial.verdict is Verdict.STAYED_OFF


def test_nothing_is_sent_while_it_shows_what_it_does_by_itself() -> None:
    trial = try_power(PULLED, back(45, on=False), until=49)
    assert trial.sent == []


@pytest.mark.parametrize("back_at", [296, 500])
def test_an_off_that_its_own_clock_may_have_brought_proves_nothing(back_at: float) -> None:
    """Lost sight of, it was not renewed."""
    assert try_power(PULLED, back(back_at, on=False)).verdict is Verdict.INTERRUPTED


def test_an_off_soon_after_its_own_clock_may_have_brought_one_unseen_proves_nothing() -> None:
    """Nobody had looked for so long that its lease ran out; what it shows by then may still be from before."""
    watch = a_home()
    watch.begin(PowerTrial())
    watch.look(0)
    assert watch.look(400).command is Command.RENEW
    assert Trial(watch, [shows(405, OUT_OF_SIGHT), back(412, on=False)], start=401).verdict is Verdict.INTERRUPTED


def test_an_on_proves_what_it_is_though_its_lease_had_run_out() -> None:
    assert try_power(PULLED, back(500, on=True)).verdict is Verdict.CAME_ON


def test_an_off_at_the_end_of_a_lease_is_no_power_cut() -> None:
    watch = a_home()
    watch.begin(PowerTrial())
    trial = Trial(watch, [off(299)])
    assert trial.verdict is not Verdict.STAYED_OFF


@pytest.mark.parametrize("events", [(), (PULLED,)])
def test_whoever_does_not_come_in_time_is_waited_for_no_longer(events: tuple[Event, ...]) -> None:
    trial = try_power(*events)
    assert trial.finding == Finding(verdict=Verdict.UNREACHABLE, at=at(PATIENCE.total_seconds()))


def test_a_plug_that_is_back_at_the_last_moment_has_its_verdict() -> None:
    renewed = shows(500, a_report(True, reported=500))
    trial = try_power(renewed, shows(550, OUT_OF_SIGHT), back(598, on=False))
    assert trial.finding == Finding(verdict=Verdict.STAYED_OFF, at=at(603))


def test_a_plug_that_never_came_on_is_not_tried() -> None:
    watch = Watch(ALLOWED, a_report(False, -HOUR))
    watch.clock = CLOCK
    watch.begin(PowerTrial())
    trial = Trial(watch, [shows(45, OUT_OF_SIGHT), back(60, on=False)])
    assert trial.verdict is Verdict.UNREACHABLE
    assert trial.sent[0] == (0, "on", 300)


def test_muted_while_the_plug_is_pulled_it_is_turned_off_at_once() -> None:
    trial = try_power(PULLED, (40, {"decision": MUTED}))
    assert trial.verdict is Verdict.INTERRUPTED
    assert trial.sent == [(40, "off", None)]


def test_after_the_power_trial_an_off_is_a_hand_again() -> None:
    trial = try_power(PULLED, back(45, on=True))
    watch = trial.watch
    watch.look(150)
    watch.look(151, relay=a_report(False, 151, available=45))
    assert watch.holds.mute is not None
