"""Trials of a relay: does its own clock turn it off, and does it stay off when power returns?

A trial takes the place of ON and renewal while it goes on; OFF stays above it, since a trial is only held while the
speaker may listen. Each look takes it as far as the readings allow, so it needs nobody who waits.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from .evidence import Assessment, Seen
from .leases import Leases
from .model import CLOCK_SLACK, Command, Readings, Report, Speaker, passed
from .phases import Close, Finding, MeterSays, Next, Phase, Scene, Silence, Verdict

__all__ = ["ClockTrial", "Finding", "MeterSays", "PowerTrial", "Progress", "Trial", "Verdict"]

# OFF is told again so often while a trial waits for it.
_AGAIN = timedelta(seconds=2)
# Whoever is asked to pull a plug needs time to walk there.
PATIENCE = timedelta(minutes=10)
# A device that has just got its power back may first repeat what it said before.
_SETTLES = timedelta(seconds=5)
_AT_ONCE = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress[T]:
    """How far a trial has come."""

    trial: T | None = None
    """As it goes on; None: it is over."""
    command: Command | None = None
    length: timedelta | None = None
    """With ON: for how long."""
    as_ever: bool = False
    """What would be due without a trial is sent all the same."""
    recheck_at: datetime | None = None
    finding: Finding | None = None
    """What it came to, once it is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """A trial of the clock under way."""

    phase: Phase
    available_since: datetime | None
    told_at: datetime
    """When the relay was told last, in this phase."""
    look_at: datetime
    """When it is to be looked at again."""

    def follows(self, scene: Scene) -> Next:
        """Return what follows; no verdict stands on a time in which nobody saw the relay."""
        if not isinstance(self.phase, Close):
            if scene.relay.value is None or scene.relay.available_since != self.available_since:
                return scene.closes(Verdict.UNREACHABLE)
            # Home Assistant hung, or the clock was set: what is read now is from before, or was timed by another clock.
            if scene.now - self.look_at > CLOCK_SLACK or self.phase.since - scene.now > CLOCK_SLACK:
                return scene.closes(Verdict.INTERRUPTED)
        return self.phase.follows(scene)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockTrial:
    """Off, rest, a short grant, nothing more: the relay must turn itself off, and the meter agree."""

    takes_over: ClassVar[bool] = True
    """Nobody else behind the relay lets it be on meanwhile."""
    length: timedelta
    course: Course | None = None
    """None: it has not begun."""

    def advance(
        self, speaker: Speaker, readings: Readings, seen: Seen, assessment: Assessment, now: datetime
    ) -> Progress[ClockTrial]:
        """Return how far the trial has come by `now`."""
        course = self.course
        if course is None:
            return self._enters(Silence(now), readings.relay.available_since, now)
        following = course.follows(
            Scene(length=self.length, speaker=speaker, readings=readings, seen=seen, assessment=assessment, now=now)
        )
        if isinstance(following, Finding):
            return Progress(finding=following)
        if isinstance(following, Phase):
            return self._enters(following, course.available_since, now)
        return self._waits(course, following, now)

    def _enters(self, phase: Phase, available_since: datetime | None, now: datetime) -> Progress[ClockTrial]:
        course = Course(phase=phase, available_since=available_since, told_at=now, look_at=now + _AT_ONCE)
        length = self.length if phase.tells is Command.ON else None
        trial = replace(self, course=course)
        return Progress(trial=trial, command=phase.tells, length=length, recheck_at=course.look_at)

    def _waits(self, course: Course, until: datetime, now: datetime) -> Progress[ClockTrial]:
        told_at, command = course.told_at, None
        if course.phase.tells is Command.OFF:
            if passed(told_at, _AGAIN, now):
                told_at, command = now, Command.OFF
            until = min(until, told_at + _AGAIN)
        trial = replace(self, course=replace(course, told_at=told_at, look_at=until))
        return Progress(trial=trial, command=command, recheck_at=until)


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerTrial:
    """Someone pulls the plug out while it is on, and puts it back: it must be off."""

    takes_over: ClassVar[bool] = True
    """Nobody else behind the relay lets it be on meanwhile."""
    since: datetime | None = None
    was_on: bool = False
    """The relay was on when it was seen last."""
    available_since: datetime | None = None
    leases: Leases = Leases()
    """Those it was on by then."""
    back_at: datetime | None = None

    def advance(self, speaker: Speaker, readings: Readings, leases: Leases, now: datetime) -> Progress[PowerTrial]:
        """Return how far the trial has come by `now`; until the plug is pulled its lease goes on."""
        relay = readings.relay
        since = now if self.since is None else self.since
        trial = replace(self, since=since)
        gone = self._goes(relay)
        if passed(since, PATIENCE, now) and (not gone or relay.value is None):
            return Progress(finding=Finding(verdict=Verdict.UNREACHABLE, at=now))
        if not gone:
            seen = replace(trial, was_on=relay.value is True, available_since=relay.available_since, leases=leases)
            return Progress(trial=seen, as_ever=True, recheck_at=since + PATIENCE)
        if relay.value is None:
            return Progress(trial=replace(trial, back_at=None), recheck_at=since + PATIENCE)
        back_at = now if self.back_at is None else self.back_at
        if not passed(back_at, _SETTLES, now):
            return Progress(trial=replace(trial, back_at=back_at), recheck_at=back_at + _SETTLES)
        return Progress(finding=Finding(verdict=self._verdict(speaker, relay, back_at), at=now))

    def _goes(self, relay: Report) -> bool:
        """Return whether the plug was pulled since it was last seen on.

        An off in plain sight was a hand's. A network that does not notice that a plug was away so short cannot tell.
        """
        return self.was_on and relay.available_since != self.available_since

    def _verdict(self, speaker: Speaker, relay: Report, back_at: datetime) -> Verdict:
        if relay.value:
            return Verdict.CAME_ON
        # Out of sight it was not renewed: its own clock may have turned it off, and power that returns turn it on.
        return Verdict.INTERRUPTED if self.leases.due(back_at, speaker.deadline) else Verdict.STAYED_OFF


type Trial = ClockTrial | PowerTrial
