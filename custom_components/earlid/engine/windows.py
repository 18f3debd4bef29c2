"""Weekly windows: from a time of day to another, on some weekdays, over midnight if need be.

Everything is computed in UTC. A wall-clock boundary that falls into a skipped hour lies at the skip; one that falls
into a doubled hour lies where the window mutes longer, so a window knows its rule's effect. (Home Assistant's own
schedule compares wall-clock times and picks a next event in the past in the doubled hour.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from .model import Effect

_DAY = timedelta(days=1)
# A week with one occurrence lost to a clock change still shows its next boundary within two weeks and a few hours;
# what shows none by then covers the whole week, or nothing at all.
_IN_SIGHT = 15 * _DAY


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly window; `to` before `start` crosses midnight, equal to it is a whole day."""

    days: frozenset[int]
    """Weekdays on which it begins, Monday is 0."""
    start: time
    to: time
    effect: Effect
    zone: tzinfo

    def contains(self, moment: datetime) -> bool:
        """Return whether `moment` lies in the window; the start belongs to it, the end does not."""
        return any(start <= moment < end for start, end in self._occurrences(moment, 2))

    def next_boundary(self, moment: datetime) -> datetime | None:
        """Return when `contains` next changes after `moment`; None: not within 15 days, so as good as never."""
        return next(self.flips(moment), None)

    def flips(self, moment: datetime) -> Iterator[datetime]:
        """Yield, in order, the moments after `moment` at which `contains` changes, over the next 15 days."""
        end_of_sight = moment + _IN_SIGHT
        for start, end in self._spans(moment):
            if moment < start <= end_of_sight:
                yield start
            if moment < end <= end_of_sight:
                yield end

    def _spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the occurrences from before `moment` on, with those that touch made one."""
        current: tuple[datetime, datetime] | None = None
        for start, end in self._occurrences(moment, _IN_SIGHT.days + 2):
            if current is None:
                current = start, end
            elif start <= current[1]:
                current = current[0], max(current[1], end)
            else:
                yield current
                current = start, end
        if current is not None:
            yield current

    def _occurrences(self, moment: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Yield (start, end) of each occurrence that begins from two days before `moment` to `days` after.

        Two days, because an occurrence may cross midnight and a zone may skip a whole day.
        """
        today = moment.astimezone(self.zone).date()
        muting = self.effect is Effect.MUTE
        crosses = self.to <= self.start
        for offset in range(-2, days):
            day = today + offset * _DAY
            if day.weekday() in self.days:
                start = instant(day, self.start, self.zone, later=not muting)
                end = instant(day + _DAY if crosses else day, self.to, self.zone, later=muting)
                if start < end:
                    yield start, end


def instant(day: date, at: time, zone: tzinfo, *, later: bool) -> datetime:
    """Return the moment in UTC at which the clock on the wall shows `at` on `day`.

    Of a doubled time the `later` or the earlier one; for a skipped time the moment of the skip.
    """
    wall = datetime.combine(day, at, zone)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if first <= second:
        return second if later else first
    return _skip_between(second, first, zone)


def _skip_between(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return the first second in (`before`, `after`] that has the offset of `after`."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=1) // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
