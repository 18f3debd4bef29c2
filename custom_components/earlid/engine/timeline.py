"""When each microphone was live, off or unknown, and whether it might listen: read from what was recorded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol, Self

from .model import CLOCK_SLACK, Proof


class Entry(Protocol):
    """A record as the journal keeps it: records follow each other by `seq`, whatever their times say."""

    @property
    def seq(self) -> int:
        """Its place."""

    @property
    def id(self) -> str:
        """What it is known by outside."""

    @property
    def at(self) -> datetime:
        """When it happened, by the clock of then."""

    @property
    def kind(self) -> str:
        """See `Record`."""

    @property
    def speaker(self) -> str:
        """Empty where it is about no single one."""

    @property
    def body(self) -> Mapping[str, Any]:
        """What it says."""

    def __replace__(self, *args: Any, **changes: Any) -> Self:
        """Return it with these changes; a dataclass has this."""


@dataclass(frozen=True, slots=True)
class Span:
    """What held of one speaker for a while."""

    start: datetime
    end: datetime
    proof: Proof
    allowed: bool

    @property
    def length(self) -> timedelta:
        """How long it held."""
        return self.end - self.start

    @property
    def exposed(self) -> bool:
        """Whether it could hear, for all anyone knows, without permission."""
        return not self.allowed and not self.proof.off


def spans(
    records: Iterable[Entry],
    start: datetime,
    end: datetime,
    before: Iterable[Entry] = (),
    pace: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> dict[str, list[Span]]:
    """Return what held of each speaker from `start` to `end`, in the order in which it was lived.

    `records` are those of that time. To know what `start` began with, `before` are the last decision and microphone
    of each speaker before it, and of lifecycle as many as reach back to the last start, stop or gap. A gap that is
    only recorded after `end` may have begun before it: the first gap or start after `end` belongs to the records too.

    A speaker's time begins with its first record and ends when it is removed. Nobody looks between stop and start,
    and nobody knows what a microphone did until it is told of again; meanwhile what was allowed last counts. After
    records were lost nothing is known to be allowed. A clock set back brings times twice: each lived one counts.

    `pace` hands the records on, and may let others run in between.
    """
    timeline = _Timeline(start, end)
    for record in pace(sorted((*before, *records), key=attrgetter("seq"))):
        match record.kind:
            case "lifecycle":
                timeline.live(record)
            case "decision":
                timeline.line(record).allowed = record.body.get("allowed") is True
            case "microphone" if "microphone" in record.body:
                timeline.line(record).proof = _proof(record.body["microphone"])
    return timeline.finish()


@dataclass(slots=True)
class _Line:
    """What holds of one speaker, and since when."""

    since: datetime
    proof: Proof = Proof.UNKNOWN
    allowed: bool = False


@dataclass(slots=True)
class _Timeline:
    """Goes through the records and keeps what lies between them."""

    start: datetime
    end: datetime
    now: datetime | None = None
    """The latest time seen since the clock was last set back."""
    lines: dict[str, _Line] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def line(self, record: Entry) -> _Line:
        """Return the line of the record's speaker, which is about to change."""
        now = self._see(record.at)
        line = self.lines.setdefault(record.speaker, _Line(now))
        self._hold(record.speaker, line, now)
        return line

    def live(self, record: Entry) -> None:
        """Take in that Earlid started, stopped, or was not there; what else is told of the journal changes nothing."""
        match record.body.get("event"):
            case "stop":
                self._see(record.at)
                self._nobody_knows()
            case "start" | "gap":
                # Without a stop, nobody is known to have looked after the last record.
                self._see_alive(record.body.get("since"))
                self._nobody_knows()
                self._see(record.at)
            case "lost":
                self._see_alive(record.body.get("from"))
                self._nobody_knows()
                for line in self.lines.values():
                    line.allowed = False
            case "removed" if record.speaker in self.lines:
                self.line(record)
                del self.lines[record.speaker]

    def finish(self) -> dict[str, list[Span]]:
        """Return all spans; what holds last holds to the end."""
        for slug, line in self.lines.items():
            self._hold(slug, line, self.end)
        return self.spans

    def _see(self, moment: datetime) -> datetime:
        """Go on to this time; return it, or that of before where the clock was only corrected."""
        if self.now is not None and self.now - moment > CLOCK_SLACK:
            for slug, line in self.lines.items():
                self._hold(slug, line, self.now)
                line.since = moment
            self.now = moment
        self.now = moment if self.now is None else max(self.now, moment)
        return self.now

    def _see_alive(self, text: object) -> None:
        """Go on to when somebody still looked, unless more recent records tell of it."""
        since = read_moment(text)
        if since is not None and self.now is not None and since > self.now:
            self.now = since

    def _nobody_knows(self) -> None:
        for slug, line in self.lines.items():
            self._hold(slug, line, self.now or line.since)
            line.proof = Proof.UNKNOWN

    def _hold(self, slug: str, line: _Line, moment: datetime) -> None:
        """Let hold what holds of the speaker up to this time."""
        begun, line.since = line.since, moment
        span = Span(max(begun, self.start), min(moment, self.end), line.proof, line.allowed)
        if span.start >= span.end:
            return
        known = self.spans.setdefault(slug, [])
        if known and known[-1] == replace(span, start=known[-1].start, end=span.start):
            span = replace(span, start=known.pop().start)
        known.append(span)


def _proof(value: Any) -> Proof:
    return Proof(value) if value in Proof else Proof.UNKNOWN


def read_moment(text: object) -> datetime | None:
    """Return a time as it is recorded; None: it cannot be read."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment
