"""What really happened, seen from the plugs and the speakers: the yardstick that Earlid is measured against.

Nothing here comes from Home Assistant. Whether hearing was permitted is told from outside too, by the test or the
demo that set the schedule. Durations and intervals are seconds of `time.monotonic`, which no clock change bends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import time
from typing import Literal, Protocol

type Cause = Literal["command", "hand", "power", "timer", "welded"]
type Says = Literal["on", "off", "other"]
type Fate = Literal["obeyed", "deaf", "lost", "unreachable", "nonsense"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time on both clocks."""

    monotonic: float
    wall: datetime

    @classmethod
    def now(cls) -> Moment:
        """Return this moment."""
        return cls(time.monotonic(), datetime.now(UTC))

    def later(self, seconds: float) -> Moment:
        """Return the moment `seconds` after this one."""
        return Moment(self.monotonic + seconds, self.wall + timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class Command:
    """A message that arrived on a plug's command topic, stamped before anything else is done with it."""

    at: Moment
    plug: str
    payload: str
    fate: Fate
    says: Says  # what it asks of the relay


@dataclass(frozen=True, slots=True)
class Switched:
    """An outlet went live or dead, for real."""

    at: Moment
    plug: str
    live: bool
    cause: Cause


@dataclass(frozen=True, slots=True)
class Wake:
    """Someone said the wake word and the speaker woke."""

    at: Moment
    speaker: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds of the monotonic clock, from `start` up to `end`."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Return its length."""
        return max(0.0, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Exposure:
    """For how many seconds a speaker could hear, with and without permission."""

    permitted: float
    forbidden: float


class Named(Protocol):
    """Something with a name."""

    slug: str


class Listener(Protocol):
    """What the truth needs of a speaker."""

    def hearing(self, until: float) -> list[Interval]:
        """Return when it could hear, up to `until`."""


class Truth:
    """The log of everything physical."""

    def __init__(self) -> None:
        """Begin with nothing, now."""
        self.began = Moment.now()
        self.commands: list[Command] = []
        self.switches: list[Switched] = []
        self.wakes: list[Wake] = []

    def commands_to(self, plug: Named, *, since: float = 0.0) -> list[Command]:
        """Return the commands that arrived for a plug, oldest first, from monotonic `since` on."""
        return [one for one in self.commands if one.plug == plug.slug and one.at.monotonic >= since]

    def switches_of(self, plug: Named, *, since: float = 0.0) -> list[Switched]:
        """Return when a plug's outlet really went live or dead, from monotonic `since` on."""
        return [one for one in self.switches if one.plug == plug.slug and one.at.monotonic >= since]

    def hearing(self, speaker: Listener, *, until: float | None = None) -> list[Interval]:
        """Return when a speaker could really hear: powered, booted, its microphone on."""
        return speaker.hearing(time.monotonic() if until is None else until)

    def exposure(
        self,
        speaker: Listener,
        permitted: Sequence[Interval],
        *,
        since: float | None = None,
        until: float | None = None,
    ) -> Exposure:
        """Return the seconds a speaker could hear inside and outside of `permitted`, between `since` and `until`.

        Without bounds: from the truth's beginning until now.
        """
        start = self.began.monotonic if since is None else since
        end = time.monotonic() if until is None else until
        heard = clip(self.hearing(speaker, until=end), start, end)
        inside = sum(overlap(one, merged) for one in heard for merged in merge(permitted))
        return Exposure(inside, sum(one.seconds for one in heard) - inside)


def clip(intervals: Iterable[Interval], start: float, end: float) -> list[Interval]:
    """Return the parts of `intervals` between `start` and `end`, empty ones left out."""
    cut = (Interval(max(one.start, start), min(one.end, end)) for one in intervals)
    return [one for one in cut if one.seconds > 0]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same time without overlaps: two permissions at once are one permission."""
    merged: list[Interval] = []
    for one in sorted(intervals, key=lambda interval: interval.start):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def overlap(one: Interval, other: Interval) -> float:
    """Return for how many seconds both hold."""
    return max(0.0, min(one.end, other.end) - max(one.start, other.start))
