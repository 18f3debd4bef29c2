"""When nobody looked: between a stop and a start, and from when Earlid was last alive after no stop at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from .model import CLOCK_SLACK
from .timeline import Entry, read_moment


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody looked."""

    start: datetime
    end: datetime


def gaps(records: Iterable[Entry], start: datetime, end: datetime, before: Iterable[Entry] = ()) -> list[Gap]:
    """Return when nobody looked from `start` to `end`, in order and apart; `records` and `before` are those of `spans`.

    Before the first start there was nothing to look at, which is no gap. What a clock that was set back makes shorter
    than nothing is none either.
    """
    found: list[Gap] = []
    now: datetime | None = None
    stopped: datetime | None = None
    for record in sorted((*before, *records), key=attrgetter("seq")):
        event = record.body.get("event") if record.kind == "lifecycle" and not record.speaker else None
        if stopped is not None:
            # Whatever is recorded after a stop, somebody looked again.
            found.append(Gap(stopped, record.at))
            stopped = None
        elif event in ("start", "gap"):
            # Without a stop, the last that somebody saw is in a record, or is told by who came next.
            seen = [one for one in (read_moment(record.body.get("since")), now) if one is not None]
            found += [Gap(max(seen), record.at)] if seen else []
        now = record.at if now is None or now - record.at > CLOCK_SLACK else max(now, record.at)
        if event == "stop":
            stopped = now
    if stopped is not None:
        found.append(Gap(stopped, end))
    return joined(Gap(max(gap.start, start), min(gap.end, end)) for gap in found)


def joined(found: Iterable[Gap]) -> list[Gap]:
    """Return gaps in order, those that touch as one."""
    apart: list[Gap] = []
    for gap in sorted((gap for gap in found if gap.start < gap.end), key=attrgetter("start")):
        if apart and gap.start <= apart[-1].end:
            gap = Gap(apart[-1].start, max(apart.pop().end, gap.end))  # noqa: PLW2901 (it grows)
        apart.append(gap)
    return apart
