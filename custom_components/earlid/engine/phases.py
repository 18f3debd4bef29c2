"""The phases of a trial of the relay's own clock, and what a trial can come to.

    Silence (OFF) -> Rest -> Grant (ON, short) -> Run -> Meter -> Close (OFF) -> its finding

and from each of them to Close, as soon as it is known what the trial comes to. A phase is a value that knows what is
told on entering it, and what follows from what is seen.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, override

from .evidence import Assessment, Seen
from .model import Command, Readings, Report, Speaker, passed

# Sooner than this before the end it was not the clock.
TOO_EARLY = timedelta(seconds=3)
# Later than this after it, neither.
TOO_LATE = timedelta(seconds=5)


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
    """Someone else switched it, the speaker was muted, or nobody looked while it mattered."""


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
class Scene:
    """All that a phase looks at."""

    length: timedelta
    """Of the lease that is tried."""
    speaker: Speaker
    readings: Readings
    seen: Seen
    assessment: Assessment
    now: datetime

    @property
    def relay(self) -> Report:
        """What the relay shows."""
        return self.readings.relay

    def over(self, since: datetime) -> bool:
        """Return whether the relay had its time to answer."""
        return passed(since, self.speaker.deadline, self.now)

    def waits(self, since: datetime) -> Next:
        """Wait for the relay to obey, and no longer than the deadline."""
        return self.closes(Verdict.UNREACHABLE) if self.over(since) else since + self.speaker.deadline

    def closes(
        self, verdict: Verdict, *, off_after: timedelta | None = None, meter: MeterSays = MeterSays.NONE
    ) -> Close:
        """Know what it came to, and leave the relay off, whatever it was."""
        finding = Finding(verdict=verdict, at=self.now, granted=self.length, off_after=off_after, meter=meter)
        return Close(self.now, finding)


@dataclass(frozen=True, slots=True)
class Phase(ABC):
    """One phase of a trial of the clock."""

    tells: ClassVar[Command | None] = None
    """What the relay is told on entering it."""
    since: datetime

    @abstractmethod
    def follows(self, scene: Scene) -> Next:
        """Return the next phase, the finding if the trial is over, or before when nothing follows by itself."""


type Next = Phase | Finding | datetime


class Silence(Phase):
    """The relay is to be off before it is tried."""

    tells = Command.OFF

    @override
    def follows(self, scene: Scene) -> Next:
        return Rest(scene.now) if scene.relay.value is False else scene.waits(self.since)


class Rest(Phase):
    """The speaker rests."""

    @override
    def follows(self, scene: Scene) -> Next:
        if scene.relay.value:
            return scene.closes(Verdict.INTERRUPTED)
        rests = not passed(self.since, scene.speaker.rest, scene.now)
        return self.since + scene.speaker.rest if rests else Grant(scene.now)


class Grant(Phase):
    """A short lease was sent, and nothing shows it yet."""

    tells = Command.ON

    @override
    def follows(self, scene: Scene) -> Next:
        return Run(self.since) if scene.relay.value else scene.waits(self.since)


class Run(Phase):
    """The relay is on, by its own clock since the grant, and is told nothing."""

    @override
    def follows(self, scene: Scene) -> Next:
        relay, late = scene.relay, scene.length + max(scene.speaker.deadline, TOO_EARLY)
        if relay.value:
            return scene.closes(Verdict.IGNORED) if passed(self.since, late, scene.now) else self.since + late
        off_after = (relay.changed_at or scene.now) - self.since
        if not -TOO_EARLY <= off_after - scene.length <= TOO_LATE:
            return scene.closes(Verdict.INTERRUPTED, off_after=off_after)
        return Metering(scene.now, off_after)


@dataclass(frozen=True, slots=True)
class Metering(Phase):
    """The relay turned itself off; does its meter agree?"""

    off_after: timedelta

    @override
    def follows(self, scene: Scene) -> Next:
        if scene.relay.value:
            return scene.closes(Verdict.INTERRUPTED, off_after=self.off_after)
        says = self._says(scene)
        if says is None:
            return self.since + scene.speaker.deadline
        verdict = Verdict.CONTRADICTED if says is MeterSays.CONTRADICTS else Verdict.PROVEN
        return scene.closes(verdict, off_after=self.off_after, meter=says)

    def _says(self, scene: Scene) -> MeterSays | None:
        """Return what the meter has said; None: it may still say more."""
        if scene.readings.meter is None:
            return MeterSays.NONE
        over = scene.over(self.since)
        if "meter" not in scene.assessment.witnesses:
            return MeterSays.SILENT if over or scene.seen.meter_high_at is None else None
        if not scene.assessment.contradicted:
            return MeterSays.AGREES
        return MeterSays.CONTRADICTS if over else None


@dataclass(frozen=True, slots=True)
class Close(Phase):
    """It is known what the trial came to; the relay is to be off, or is told so until the deadline."""

    tells = Command.OFF
    finding: Finding

    @override
    def follows(self, scene: Scene) -> Next:
        over = scene.relay.value is False or scene.over(self.since)
        return self.finding if over else self.since + scene.speaker.deadline
