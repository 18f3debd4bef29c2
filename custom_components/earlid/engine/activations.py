"""What counts as one activation, what came of it, and whether it was allowed."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from .model import Because, Decision, Outcome, Proof, passed
from .wakes import LATEST_REPORT, SAME_WAKE, Told

# So many wakes of a speaker are remembered to know a repeated report by: a month of thirty a day, in less than a MB.
_REMEMBERED = 1024
# Among so many a second source looks for its wake. A speaker that wakes more often in five minutes is none.
_RECENT = 256
# So many sources are named; without a bound, one that makes up names would make each record longer than the last.
_MOST_SOURCES = 8
# What came of a wake, by how much it says: the source that saw more is right.
_SAYS_MORE = (Outcome.UNKNOWN, Outcome.UNANSWERED, Outcome.ANSWERED)
# A satellite that asks something is idle for a moment between its question and its listening: ESPHome's says that it
# has finished speaking, and only then asks for a pipeline (homeassistant/components/esphome/assist_satellite.py).
# Nobody hears the end of a sentence and says a wake word within this.
FOLLOWS_WITHIN = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a source says: the assistant of this speaker woke."""

    source: str
    outcome: Outcome = Outcome.UNKNOWN
    at: datetime | None = None
    id: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """The assistant woke."""

    id: str
    speaker: str
    at: datetime
    sources: tuple[str, ...]
    """All that told of it, in the order in which they did."""
    outcome: Outcome
    """The best that any of them knew."""
    allowed: bool
    because: Because
    microphone: Proof

    @property
    def source(self) -> str:
        """The first that told of it."""
        return self.sources[0]


class News(StrEnum):
    """What a report adds to what is known."""

    NEW = "new"
    AMENDED = "amended"
    """Another source, or a better outcome, of an activation that is known."""
    KNOWN = "known"


class Admitted(NamedTuple):
    """What came of a report."""

    activation: Activation
    news: News
    before: Activation | None
    """The activation as it was known before; None: a new one."""


@dataclass(slots=True)
class _Known:
    """An activation as it is known now, and when it was first told of."""

    activation: Activation
    told: Told


@dataclass(frozen=True, slots=True)
class Past:
    """What held from one moment on: the decision and the proof."""

    since: datetime
    allowed: bool
    because: Because
    microphone: Proof


@dataclass(slots=True)
class Chronicle:
    """One speaker's last minutes, to judge late reports by, and the activations known already."""

    speaker: str
    past: deque[Past] = field(default_factory=deque)
    _known: dict[str, _Known] = field(default_factory=dict)
    _recent: deque[_Known] = field(default_factory=lambda: deque(maxlen=_RECENT))

    def note(self, decision: Decision, microphone: Proof, now: datetime) -> None:
        """Remember what holds from `now` on; what a report can no longer reach is forgotten.

        So is what lies in the future: it was before the clock was set back, and would outlast what holds now.
        """
        while self.past and self.past[-1].since > now:
            self.past.pop()
        now_holds = Past(now, decision.may_listen, decision.because.because, microphone)
        if not self.past or replace(self.past[-1], since=now) != now_holds:
            self.past.append(now_holds)
        while len(self.past) > 1 and now - self.past[1].since > LATEST_REPORT:
            self.past.popleft()

    def recall(self, activations: Iterable[Activation], now: datetime, uptime: timedelta) -> None:
        """Know these again after a start; oldest first, all older than what came since.

        What lies after what came later was before the clock was set back. Nobody knows how long ago that is: it is
        known by its id only.
        """
        again = [_Known(one, Told(one.at, one.at, uptime - abs(now - one.at))) for one in activations]
        again = [one for one in again if one.activation.id not in self._known]
        self._known = {one.activation.id: one for one in again} | self._known
        recent, later = list[_Known](), now
        for one in reversed(again):
            if one.activation.at > later:
                break
            later = one.activation.at
            recent.insert(0, one)
        self._recent = deque([*recent, *self._recent], maxlen=_RECENT)
        self._forget()

    def between(self, start: datetime, end: datetime) -> list[Activation]:
        """Return the activations of a time that are known; `end` is not included."""
        return [one.activation for one in self._known.values() if start <= one.activation.at < end]

    def admit(self, report: Report, new_id: str, now: datetime, uptime: timedelta) -> Admitted:
        """Return the activation this report tells of, and what is new about it.

        A report with an id of its own tells of that one: whoever sent it waits to see the id. One without tells of
        the nearest within `SAME_WAKE` that its source has not told of yet. `uptime` is by a clock that nobody sets.
        """
        told = Told(report.at or now, now, uptime)
        known = self._nearest(report.source, told) if report.id is None else self._known.get(report.id)
        if known is not None:
            return _told_again(known, report, told)
        then = _at(self.past, told.at)
        activation = Activation(
            id=report.id or new_id,
            speaker=self.speaker,
            at=told.at,
            sources=(report.source,),
            outcome=report.outcome,
            allowed=then is not None and then.allowed,
            because=Because.POSTURE if then is None else then.because,
            microphone=Proof.UNKNOWN if then is None else then.microphone,
        )
        known = self._known[activation.id] = _Known(activation, told)
        self._recent.append(known)
        self._forget()
        return Admitted(activation, News.NEW, None)

    def _nearest(self, source: str, told: Told) -> _Known | None:
        """Return the known wake that a source without ids tells of; a source that told of one tells of another."""
        others = (one for one in self._recent if source not in one.activation.sources and not told.is_late(one.told))
        apart = ((told.apart(one.told), one) for one in others)
        near = [(distance, one) for distance, one in apart if distance <= SAME_WAKE]
        return min(near, key=itemgetter(0))[1] if near else None

    def _forget(self) -> None:
        for known_id in list(islice(self._known, max(len(self._known) - _REMEMBERED, 0))):
            del self._known[known_id]


def fuller(one: Activation, other: Activation) -> Activation:
    """Return that of two tellings of an activation which came later: each only adds to the one before."""
    return max(one, other, key=lambda told: (len(told.sources), _SAYS_MORE.index(told.outcome)))


def _told_again(known: _Known, report: Report, told: Told) -> Admitted:
    """Return the activation with what this report adds to it."""
    before = known.activation
    named = report.source in before.sources or len(before.sources) == _MOST_SOURCES
    sources = before.sources if named else (*before.sources, report.source)
    outcome = max(before.outcome, report.outcome, key=_SAYS_MORE.index)
    amended = replace(before, sources=sources, outcome=outcome)
    if amended == before or told.is_late(known.told):
        return Admitted(before, News.KNOWN, before)
    known.activation = amended
    return Admitted(amended, News.AMENDED, before)


def _at(past: Iterable[Past], moment: datetime) -> Past | None:
    """Return what held at `moment`; before the first memory, the first."""
    first = found = None
    for entry in past:
        first = first or entry
        if entry.since <= moment:
            found = entry
    return found or first


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of talk with an Assist satellite, from its states (`assist_satellite`'s AssistSatelliteState).

    Listening after idle is a wake. Listening after responding is a follow-up question, responding without listening
    an announcement: neither is. Listening that ends without processing woke for nothing.
    """

    state: str | None = None
    woke_at: datetime | None = None
    spoke_until: datetime | None = None
    """When it fell idle after it had spoken, as long as it is."""

    def on(self, state: str | None, now: datetime) -> tuple[Turn, Report | None]:
        """Return the turn after the satellite went to `state`, and the activation if its outcome is known now.

        `state` None: unavailable or unknown.
        """
        if state == self.state:
            return self, None
        if state == "listening":
            spoke_just_now = self.spoke_until is not None and not passed(self.spoke_until, FOLLOWS_WITHIN, now)
            follows_up = self.state in ("responding", "processing") or spoke_just_now
            return Turn(state, None if follows_up else now), None
        if self.woke_at is None:
            return Turn(state, spoke_until=now if (self.state, state) == ("responding", "idle") else None), None
        outcome = {"idle": Outcome.UNANSWERED, None: Outcome.UNKNOWN}.get(state, Outcome.ANSWERED)
        return Turn(state), Report(source="satellite", outcome=outcome, at=self.woke_at)
