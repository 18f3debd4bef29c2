"""Trials of a relay: does its own clock turn it off, and does it stay off when power returns?

A trial takes the place of ON and renewal while it goes on; OFF stays above it, since a trial is only held while the
speaker may listen. Each look takes it as far as the readings allow, so it needs nobody who waits.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .evidence import Assessment, Seen
from .model import Command, Readings, Speaker, passed

# Sooner than this before the end it was not the clock.
TOO_EARLY = timedelta(seconds=3)
# OFF is told again so often while a trial waits for it.
_AGAIN = timedelta(seconds=2)
# Whoever is asked to pull a plug needs time to walk there.
PATIENCE = timedelta(minutes=10)
# A device that has just got its power back may first repeat what it said before.
_SETTLES = timedelta(seconds=5)


class Verdict(StrEnum):
    """What a trial came to."""

    PROVEN = "proven"
    """The relay's own clock turned it off."""
    IGNORED = "ignored"
    """It stayed on."""
    CONTRADICTED = "contradicted"
    """It reported off, and its meter went on."""
    STAYED_OFF = "stayed_off"
    """It was off when power returned."""
    CAME_ON = "came_on"
    """It was on when power returned."""
    UNREACHABLE = "unreachable"
    """It did not obey, or was lost sight of."""
    INTERRUPTED = "interrupted"
    """Someone else switched it, or the speaker was muted meanwhile."""


class MeterSays(StrEnum):
    """What the meter said to a relay that turned itself off."""

    NONE = "none"
    """There is no meter."""
    SILENT = "silent"
    """It did not show that the speaker was on, or that it went off."""
    AGREES = "agrees"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What came of a trial."""

    verdict: Verdict
    at: datetime
    granted: timedelta | None = None
    off_after: timedelta | None = None
    """How long after the grant it was off."""
    meter: MeterSays = MeterSays.NONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress[T]:
    """How far a trial has come."""

    trial: T
    command: Command | None = None
    length: timedelta | None = None
    """With ON: for how long."""
    recheck_at: datetime | None = None
    finding: Finding | None = None
    """It is over."""


class Phase(StrEnum):
    """Where a trial of the clock stands."""

    SILENCE = "silence"
    REST = "rest"
    GRANT = "grant"
    RUN = "run"
    METER = "meter"
    CLOSE = "close"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockTrial:
    """Off, rest, a short grant, nothing more: the relay must turn itself off, and the meter agree."""

    length: timedelta
    phase: Phase = Phase.SILENCE
    since: datetime | None = None
    """When the phase began; None: the trial has not."""
    told_at: datetime | None = None
    granted_at: datetime | None = None
    off_at: datetime | None = None
    available_since: datetime | None = None
    meter: MeterSays = MeterSays.NONE
    finding: Finding | None = None
    """What it will have been, once the relay is off again."""
    takes_over: bool = True
    """Nothing but the trial is sent."""

    def advance(
        self, speaker: Speaker, readings: Readings, seen: Seen, assessment: Assessment, now: datetime
    ) -> Progress[ClockTrial]:
        """Return how far the trial has come by `now`."""
        relay = readings.relay
        if self.since is None:
            begun = replace(self, since=now, told_at=now, available_since=relay.available_since)
            return Progress(trial=begun, command=Command.OFF, recheck_at=now + _AGAIN)
        if self.finding is not None:
            return self._close(speaker, readings, now)
        if relay.value is None or relay.available_since != self.available_since:
            return self._ends(Verdict.UNREACHABLE, now)
        match self.phase:
            case Phase.SILENCE:
                return self._silence(speaker, readings, now)
            case Phase.REST:
                if not passed(self.since, speaker.rest, now):
                    return Progress(trial=self, recheck_at=self.since + speaker.rest)
                granting = replace(self, phase=Phase.GRANT, since=now, granted_at=now)
                return Progress(
                    trial=granting, command=Command.ON, length=self.length, recheck_at=now + speaker.deadline
                )
            case Phase.GRANT:
                if relay.value:
                    return self._run(speaker, readings, now)
                return self._or_give_up(speaker, now)
            case Phase.RUN:
                return self._run(speaker, readings, now)
            case _:
                return self._meter(speaker, readings, seen, assessment, now)

    def _silence(self, speaker: Speaker, readings: Readings, now: datetime) -> Progress[ClockTrial]:
        if readings.relay.value is False:
            resting = replace(self, phase=Phase.REST, since=now)
            return Progress(trial=resting, recheck_at=now + speaker.rest)
        return self._or_give_up(speaker, now, tell=True)

    def _or_give_up(self, speaker: Speaker, now: datetime, *, tell: bool = False) -> Progress[ClockTrial]:
        """Go on waiting for the relay, and no longer than the deadline."""
        assert self.since is not None
        assert self.told_at is not None
        if passed(self.since, speaker.deadline, now):
            return self._ends(Verdict.UNREACHABLE, now)
        gives_up = self.since + speaker.deadline
        if tell and passed(self.told_at, _AGAIN, now):
            told = replace(self, told_at=now)
            return Progress(trial=told, command=Command.OFF, recheck_at=min(now + _AGAIN, gives_up))
        return Progress(trial=self, recheck_at=min(self.told_at + _AGAIN, gives_up) if tell else gives_up)

    def _run(self, speaker: Speaker, readings: Readings, now: datetime) -> Progress[ClockTrial]:
        assert self.granted_at is not None
        relay, running = readings.relay, replace(self, phase=Phase.RUN)
        if relay.value is False:
            off_at = now if relay.changed_at is None else relay.changed_at
            if off_at - self.granted_at < self.length - TOO_EARLY:
                return running._ends(Verdict.INTERRUPTED, now)
            measured = replace(running, phase=Phase.METER, since=now, off_at=off_at)
            return Progress(trial=measured, recheck_at=now + timedelta(milliseconds=1))
        late = self.length + max(speaker.deadline, TOO_EARLY)
        if passed(self.granted_at, late, now):
            return running._ends(Verdict.IGNORED, now)
        return Progress(trial=running, recheck_at=self.granted_at + late)

    def _meter(
        self, speaker: Speaker, readings: Readings, seen: Seen, assessment: Assessment, now: datetime
    ) -> Progress[ClockTrial]:
        assert self.since is not None
        if readings.relay.value:
            return self._ends(Verdict.INTERRUPTED, now)
        if readings.meter is None:
            return self._ends(Verdict.PROVEN, now)
        if "meter" in assessment.witnesses:
            if not assessment.contradicted:
                return replace(self, meter=MeterSays.AGREES)._ends(Verdict.PROVEN, now)
        elif passed(self.since, speaker.deadline, now) or seen.meter_high_at is None:
            return replace(self, meter=MeterSays.SILENT)._ends(Verdict.PROVEN, now)
        if passed(self.since, speaker.deadline, now):
            return replace(self, meter=MeterSays.CONTRADICTS)._ends(Verdict.CONTRADICTED, now)
        return Progress(trial=self, recheck_at=self.since + speaker.deadline)

    def _ends(self, verdict: Verdict, now: datetime) -> Progress[ClockTrial]:
        """Know what it came to, and leave the relay off, whatever it was."""
        after = None if self.off_at is None or self.granted_at is None else self.off_at - self.granted_at
        finding = Finding(verdict=verdict, at=now, granted=self.length, off_after=after, meter=self.meter)
        closing = replace(self, phase=Phase.CLOSE, since=now, told_at=now, finding=finding)
        return Progress(trial=closing, command=Command.OFF, recheck_at=now + timedelta(milliseconds=1))

    def _close(self, speaker: Speaker, readings: Readings, now: datetime) -> Progress[ClockTrial]:
        assert self.since is not None
        assert self.told_at is not None
        if readings.relay.value is False or passed(self.since, speaker.deadline, now):
            return Progress(trial=self, finding=self.finding)
        if passed(self.told_at, _AGAIN, now):
            return Progress(trial=replace(self, told_at=now), command=Command.OFF, recheck_at=now + _AGAIN)
        return Progress(trial=self, recheck_at=self.told_at + _AGAIN)


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerTrial:
    """Someone pulls the plug out while it is on, and puts it back: it must be off."""

    since: datetime | None = None
    was_on: bool = False
    """The relay was on when it was seen last."""
    available_since: datetime | None = None
    gone: bool = False
    """It went away while it was on."""
    back_at: datetime | None = None

    @property
    def takes_over(self) -> bool:
        """Until the plug is pulled its lease goes on; then nothing is sent, to see what it does by itself."""
        return self.gone

    def advance(self, readings: Readings, now: datetime) -> Progress[PowerTrial]:
        """Return how far the trial has come by `now`."""
        relay = readings.relay
        since = now if self.since is None else self.since
        trial = replace(self, since=since)
        if passed(since, PATIENCE, now):
            return Progress(trial=trial, finding=Finding(verdict=Verdict.UNREACHABLE, at=now))
        if not trial.gone:
            away = relay.available_since is None or relay.available_since != self.available_since
            # Some networks never notice that a plug was away so short; then it is off without having been told.
            if self.was_on and (away or relay.value is False):
                trial = replace(trial, gone=True)
            else:
                seen = replace(trial, was_on=relay.value is True, available_since=relay.available_since)
                return Progress(trial=seen, recheck_at=since + PATIENCE)
        if relay.value is None:
            return Progress(trial=replace(trial, back_at=None), recheck_at=since + PATIENCE)
        back_at = now if trial.back_at is None else trial.back_at
        trial = replace(trial, back_at=back_at)
        if not passed(back_at, _SETTLES, now):
            return Progress(trial=trial, recheck_at=back_at + _SETTLES)
        verdict = Verdict.CAME_ON if relay.value else Verdict.STAYED_OFF
        return Progress(trial=trial, finding=Finding(verdict=verdict, at=now))


type Trial = ClockTrial | PowerTrial
