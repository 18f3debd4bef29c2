"""Who lives there and what their rules say: when each speaker may listen, in truth."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.earlid.engine.model import Effect, Speaker
from custom_components.earlid.engine.rules import Presence, Quantifier, Rule
from custom_components.earlid.engine.windows import Window

from .plan import DAY, HOUR, MINUTE

# The year begins on a Thursday; both changes to and from summer time are in it.
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
ZONE: Final = ZoneInfo("Europe/Berlin")
PHONES: Final = ("device_tracker.anna", "device_tracker.ben")
_WORK: Final = frozenset(range(5))
_ALL: Final = frozenset(range(7))


def moment(seconds: float) -> datetime:
    """Return the moment so many seconds after the year began."""
    return START + timedelta(seconds=seconds)


def seconds(at: datetime) -> float:
    """Return the seconds from the beginning of the year to that moment."""
    return (at - START).total_seconds()


def _window(name: str, days: Iterable[int], begins: time, ends: time, effect: Effect = Effect.MUTE) -> Rule:
    return Rule(slug=name, name=name, effect=effect, source=Window(frozenset(days), begins, ends, effect, ZONE))


NOBODY_HOME: Final = Rule(
    slug="nobody-home", name="nobody-home", effect=Effect.MUTE, source=Presence(PHONES, Quantifier.NONE)
)
# Sunday to Thursday, and the two nights that are longer.
NIGHTS: Final = (
    _window("night", (6, 0, 1, 2, 3), time(22, 30), time(6, 30)),
    _window("long-night", (4, 5), time(23, 30), time(8, 0)),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One speaker and the rules about it."""

    name: str
    speaker: Speaker
    schedules: tuple[Rule, ...]
    metered: bool

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All its rules: its schedules, and that somebody must be home."""
        return (*self.schedules, NOBODY_HOME)


PLACES: Final = (
    Place(
        "kitchen",
        Speaker(slug="kitchen", name="Kitchen"),
        (*NIGHTS, _window("dinner", _ALL, time(18, 30), time(19, 30))),
        metered=True,
    ),
    Place(
        "bedroom",
        Speaker(slug="bedroom", name="Bedroom", posture=Effect.MUTE),
        (
            _window("morning", _ALL, time(7, 0), time(9, 0), Effect.LISTEN),
            _window("evening", _ALL, time(19, 0), time(22, 0), Effect.LISTEN),
        ),
        metered=False,
    ),
    Place(
        "study",
        Speaker(slug="study", name="Study"),
        (*NIGHTS, _window("work", _WORK, time(9, 0), time(17, 0))),
        metered=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Course:
    """A truth over time: what it was at first, and when it changed."""

    first: bool
    flips: tuple[float, ...]

    def at(self, when: float) -> bool:
        """Return what it is at that time."""
        return self.first ^ bool(bisect_right(self.flips, when) & 1)

    def after(self, when: float) -> float | None:
        """Return when it changes next."""
        index = bisect_right(self.flips, when)
        return self.flips[index] if index < len(self.flips) else None


def course(values: Iterable[tuple[float, bool]]) -> Course:
    """Return the course through these values, the first of which counts from the beginning."""
    (_, first), *rest = values
    flips, last = [], first
    for when, value in rest:
        if value is not last:
            flips.append(when)
            last = value
    return Course(first, tuple(flips))


def scheduled(place: Place, days: float) -> Course:
    """Return when the schedules of a speaker let it listen."""
    windows = [rule.source for rule in place.schedules if isinstance(rule.source, Window)]
    ends = {0.0}
    for window in windows:
        at: datetime | None = START
        # A wrong clock may be an hour ahead of the last day.
        while at is not None and (at := window.next_boundary(at)) is not None and seconds(at) < days * DAY + 2 * HOUR:
            ends.add(seconds(at))
    return course((end, _lets(place, windows, moment(end))) for end in sorted(ends))


def _lets(place: Place, windows: list[Window], at: datetime) -> bool:
    within = [window.effect for window in windows if window.contains(at)]
    if Effect.MUTE in within:
        return False
    return place.speaker.posture is Effect.LISTEN or Effect.LISTEN in within


def presences(seed: int, days: int) -> tuple[Course, ...]:
    """Return when each of the two is home: away for work on most weekdays, and for some hours on others."""
    found = []
    for number, leaves in enumerate((8.0, 8.75)):
        chance = Random(f"{seed} presence {number}")  # noqa: S311 - no secret
        values = [(0.0, True)]
        for day in range(days):
            local = datetime.combine((START + timedelta(days=day)).date(), time(), ZONE)
            midnight = seconds(local.astimezone(UTC))
            works = local.weekday() in _WORK and chance.random() < 0.7  # noqa: PLR2004 - a share
            out = leaves + chance.gauss(0, 0.25) if works else chance.uniform(10, 15)
            back = out + (chance.gauss(9, 0.75) if works else chance.uniform(0.5, 5))
            # On some evenings out again.
            trips = [(out, back)]
            if chance.random() < 0.3:  # noqa: PLR2004 - a share
                begins = max(back + 0.5, chance.uniform(19, 20.5))
                trips.append((begins, min(begins + chance.uniform(1, 3), 23.75)))
            for begins, ends in trips:
                if ends - begins > MINUTE / HOUR:
                    values += [(midnight + begins * HOUR, False), (midnight + ends * HOUR, True)]
        found.append(course(value for value in values if value[0] >= 0))
    return tuple(found)


def allowed(schedule: Course, people: tuple[Course, ...]) -> Course:
    """Return when a speaker may listen in truth: its schedules let it and somebody is home."""
    times = sorted({0.0, *schedule.flips, *(flip for person in people for flip in person.flips)})
    return course((at, schedule.at(at) and any(person.at(at) for person in people)) for at in times)
