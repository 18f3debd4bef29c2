"""Weekly windows against a brute force that knows nothing of them but the clock on the wall, minute by minute."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, pairwise
import re
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.model import Effect
from custom_components.earlid.engine.windows import Window, instant

from .factories import a_machine_far_away, a_property

MINUTE = timedelta(minutes=1)
DAY = 24 * 60
WEEK = 7 * DAY
EPOCH = date(1970, 1, 1)
# How far `flips` promises to see: every weekly window, with one occurrence lost to a clock change.
SIGHT = timedelta(days=15)

YEARS = [
    ("Europe/Berlin", 2026),
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2026),  # goes forward by half an hour
    ("America/Santiago", 2026),  # skips the hour after midnight, in the southern spring
    ("Africa/Cairo", 2026),  # skips the hour after midnight, doubles the one before
    ("Asia/Kathmandu", 2026),  # never changes, 05:45 ahead
    ("Pacific/Apia", 2011),  # went without a 30 December
    ("Europe/Dublin", 2026),  # its winter is the odd one: tzdata has a negative DST
    ("America/St_Johns", 2010),  # changed at one minute past midnight, so that the date was doubled
    ("Antarctica/Troll", 2026),  # changes by two hours
]


@dataclass(frozen=True)
class Year:
    """A year of UTC minutes and what the clock on the wall shows in each, in minutes since 1970."""

    begins: datetime
    earliest: list[int] = field(repr=False)
    """The lowest time the wall will show from this minute on."""
    latest: list[int] = field(repr=False)
    """The highest time it has shown so far."""
    changes: list[int]
    """The minutes in which the wall clock was moved."""
    doubled: set[int] = field(repr=False)
    """The minutes that show what the wall has shown before or will show again."""

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield from where to where the wall clock just went on, with no minute of a doubled hour."""
        breaks = sorted({0, len(self.latest), *self.changes, *self.doubled, *(m + 1 for m in self.doubled)})
        yield from ((a, b) for a, b in pairwise(breaks) if a not in self.doubled)

    def moment(self, minute: int) -> datetime:
        """Return the moment at which the minute begins."""
        return self.begins + minute * MINUTE


@cache
def year_of(zone: str, year: int) -> Year:
    """Look at the wall in every minute from a week before the year to three weeks after it."""
    begins = datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=7)
    minutes = 60 * 24 * (365 + 28)
    wall: list[int] = []
    for first in range(0, minutes, 60):
        offsets = [_offset(zone, begins + m * MINUTE) for m in (first, first + 59)]
        hour = range(first, first + 60)
        each = [offsets[0]] * 60 if offsets[0] == offsets[1] else [_offset(zone, begins + m * MINUTE) for m in hour]
        start = int(begins.timestamp()) // 60
        wall.extend(start + minute + offset for minute, offset in zip(hour, each, strict=True))
    earliest = list(accumulate(reversed(wall), min))[::-1]
    latest = list(accumulate(wall, max))
    return Year(
        begins,
        earliest,
        latest,
        changes=[minute for minute, (a, b) in enumerate(pairwise(wall), 1) if b - a != 1],
        doubled={minute for minute, (a, b) in enumerate(zip(earliest, latest, strict=True)) if a != b},
    )


def _offset(zone: str, moment: datetime) -> int:
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset // MINUTE


def brute(window: Window, year: Year) -> bytes:
    """Return for each minute of the year whether the window mutes or allows in it.

    What mutes lies between the first time the wall shows its start and the last time it shows its end, what allows
    between the last and the first. A time that is never shown is passed at the skip.
    """
    spans = list(_spans(window, year.latest[0] // DAY - 3, year.latest[-1] // DAY + 3))
    week = bytearray(WEEK)
    for start, end in spans[-10:]:
        for minute in range(start, end):
            week[minute % WEEK] = 1
    inside = bytearray(len(year.latest))
    for first, last in year.runs():
        begin = year.latest[first] % WEEK
        inside[first:last] = (week * (2 + (last - first) // WEEK))[begin : begin + last - first]
    for minute in year.doubled:
        reached, left = year.latest[minute], year.earliest[minute]
        if window.effect is Effect.LISTEN:
            reached, left = left, reached
        inside[minute] = any(s <= reached and left < e for s, e in spans if abs(s - left) < WEEK)
    return bytes(inside)


def _spans(window: Window, first: int, last: int) -> Iterator[tuple[int, int]]:
    start, to = (t.hour * 60 + t.minute for t in (window.start, window.to))
    length = (to - start) % DAY or DAY
    for day in range(first, last):
        if (EPOCH + timedelta(days=day)).weekday() in window.days:
            yield day * DAY + start, day * DAY + start + length


def flips_of(inside: bytes) -> list[int]:
    return [match.start() + 1 for match in re.finditer(rb"\x00(?=\x01)|\x01(?=\x00)", inside)]


EVERY_DAY = frozenset(range(7))
WINDOWS = [
    (EVERY_DAY, time(22), time(6)),
    (EVERY_DAY, time(2, 30), time(2, 45)),  # inside the hour that most zones skip or double
    (EVERY_DAY, time(1, 50), time(2, 10)),
    (frozenset({4, 5}), time(23, 30), time(0, 30)),
    (frozenset({4}), time(0), time(0)),  # the day that Apia went without
    (frozenset({6}), time(0, 0), time(0, 1)),
    (frozenset({5, 6}), time(0), time(0)),  # two whole days that touch
    (frozenset({0, 1, 2, 3, 4}), time(8), time(7, 59)),
]


@pytest.mark.parametrize(("zone", "year"), YEARS)
@pytest.mark.parametrize("effect", Effect)
def test_a_year_of_minutes_agrees_with_the_clock_on_the_wall(zone: str, year: int, effect: Effect) -> None:
    minutes = year_of(zone, year)
    first, last = 7 * DAY, len(minutes.latest) - 21 * DAY
    near_changes = {m for change in minutes.changes for m in range(change - DAY, change + DAY, 3)}
    looked_at = sorted(near_changes | set(range(first, last, 241)))
    for days, start, to in WINDOWS:
        window = Window(days, start, to, effect, ZoneInfo(zone))
        inside = brute(window, minutes)
        expected = [minutes.moment(m) for m in flips_of(inside) if first < m < last]
        assert walk(window, minutes.moment(first), minutes.moment(last)) == expected
        wrong = [minutes.moment(m) for m in looked_at if window.contains(minutes.moment(m)) != inside[m]]
        assert wrong == []
        for boundary in expected:
            assert window.contains(boundary) != window.contains(boundary - timedelta(microseconds=1))


def walk(window: Window, moment: datetime, last: datetime) -> list[datetime]:
    """Return the boundaries from `moment` to `last`, asking at each for the next."""
    found: list[datetime] = []
    while (boundary := window.next_boundary(moment)) is not None and boundary < last:
        assert boundary > moment
        found.append(boundary)
        moment = boundary
    return found


@st.composite
def windows_and_moments(draw: st.DrawFn) -> tuple[Window, str, int, datetime]:
    zone, in_year = draw(st.sampled_from(YEARS))
    year = year_of(zone, in_year)
    last = len(year.latest) - 18 * DAY
    changes = [change for change in year.changes if 16 * DAY < change < last]
    anywhere = st.integers(0, DAY - 1)
    minutes, moments = anywhere, st.integers(3 * DAY, last)
    near: bool = draw(st.booleans())
    if near and changes:
        # Boundaries in the hours that are skipped or doubled, seen from just before, or two weeks before.
        change = draw(st.sampled_from(changes))
        minutes |= st.integers(-150, 150).map(lambda m: (year.latest[change] + m) % DAY)
        moments = st.integers(change - 200, change + 200) | st.integers(change - 16 * DAY, change)
    start, to = (time(m // 60, m % 60) for m in (draw(minutes), draw(minutes)))
    days = draw(st.just(EVERY_DAY) | st.frozensets(st.integers(0, 6)))
    window = Window(days, start, to, draw(st.sampled_from(Effect)), ZoneInfo(zone))
    minute = draw(moments)
    return window, zone, in_year, year.moment(minute) + timedelta(seconds=draw(st.integers(0, 59)))


@a_property(200)
@given(windows_and_moments())
def test_any_window_at_any_moment_agrees_with_the_clock_on_the_wall(case: tuple[Window, str, int, datetime]) -> None:
    window, zone, in_year, moment = case
    year = year_of(zone, in_year)
    inside = brute(window, year)
    minute = (moment - year.begins) // MINUTE
    changes = flips_of(inside)
    coming = [year.moment(m) for m in changes[bisect_right(changes, minute) :]]
    in_sight = [flip for flip in coming if flip <= moment + SIGHT]
    assert window.contains(moment) is bool(inside[minute])
    assert list(window.flips(moment)) == in_sight
    assert window.next_boundary(moment) == next(iter(in_sight), None)
    # What is not in sight never comes, so far as the year shows; but for what allows the whole week, since the end of
    # one day and the beginning of the next are an hour apart where both lie in the doubled hour.
    whole_week = window.start == window.to and window.days == EVERY_DAY
    assert in_sight or not coming or (whole_week and window.effect is Effect.LISTEN)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("effect", "muted_from", "muted_to"),
    [(Effect.MUTE, "00:30", "01:45"), (Effect.LISTEN, None, None)],
)
def test_of_a_doubled_hour_the_muting_side_wins(effect: Effect, muted_from: str | None, muted_to: str | None) -> None:
    """On 25 October 2026 the clocks in Berlin show 02:30 at 00:30 and at 01:30 UTC."""
    window = Window(frozenset({6}), time(2, 30), time(2, 45), effect, BERLIN)
    midnight = datetime(2026, 10, 25, tzinfo=UTC)
    inside = [midnight + m * MINUTE for m in range(4 * 60) if window.contains(midnight + m * MINUTE)]
    if muted_from is None or muted_to is None:
        assert inside == []
    else:
        assert f"{inside[0]:%H:%M}" == muted_from
        assert f"{inside[-1] + MINUTE:%H:%M}" == muted_to
        assert len(inside) == 75


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("minute", [1, 10, 30, 59])
def test_a_boundary_in_a_skipped_hour_falls_at_the_skip(minute: int, effect: Effect) -> None:
    """On 29 March 2026 the clocks in Berlin go from 02:00 to 03:00 at 01:00 UTC."""
    skip = datetime(2026, 3, 29, 1, tzinfo=UTC)
    before = skip - timedelta(hours=1)
    assert Window(EVERY_DAY, time(2, minute), time(5), effect, BERLIN).next_boundary(before) == skip
    assert Window(EVERY_DAY, time(0), time(2, minute), effect, BERLIN).next_boundary(before) == skip


def test_every_second_of_a_skipped_hour_is_the_moment_of_the_skip() -> None:
    """Not a fraction of a second before or after it, wherever between the two the search for it begins."""
    skipped = (time(2, second // 60, second % 60) for second in range(3600))
    found = {instant(date(2026, 3, 29), each, BERLIN, later=False) for each in skipped}
    assert found == {datetime(2026, 3, 29, 1, tzinfo=UTC)}


@pytest.mark.parametrize("later", [True, False])
def test_a_time_in_a_skipped_day_is_the_moment_of_the_skip(later: bool) -> None:
    """Apia had no 30 December 2011: at 10:00 UTC the 29th ended and the 31st began."""
    noon = instant(date(2011, 12, 30), time(12), ZoneInfo("Pacific/Apia"), later=later)
    assert noon == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_a_window_without_days_never_begins() -> None:
    window = Window(frozenset(), time(8), time(9), Effect.MUTE, BERLIN)
    assert window.next_boundary(datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert not window.contains(datetime(2026, 1, 1, 8, 30, tzinfo=UTC))


def test_a_window_that_covers_the_week_never_ends() -> None:
    window = Window(EVERY_DAY, time(8), time(8), Effect.MUTE, BERLIN)
    for hours in range(0, 365 * 24, 7):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
        assert window.contains(moment)
        assert window.next_boundary(moment) is None


def test_a_window_that_a_clock_change_swallowed_still_shows_when_it_comes_next() -> None:
    """It allows on Sundays from 02:30 to 02:45, which is doubled on 25 October: nothing then, so a week longer."""
    window = Window(frozenset({6}), time(2, 30), time(2, 45), Effect.LISTEN, BERLIN)
    ended = datetime(2026, 10, 18, 0, 45, tzinfo=UTC)
    assert window.next_boundary(ended) == datetime(2026, 11, 1, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("hour", [8, 9])
def test_a_boundary_in_just_fifteen_days_is_in_sight_still(hour: int) -> None:
    """It lets on Fridays from 08:00 to 09:00, and it is a Thursday."""
    window = Window(frozenset({4}), time(8), time(9), Effect.LISTEN, UTC)
    boundary = datetime(2026, 7, 17, hour, tzinfo=UTC)
    assert list(window.flips(boundary - SIGHT))[-1] == boundary
    assert boundary not in window.flips(boundary - SIGHT - timedelta(microseconds=1))


def test_the_wall_is_the_households_wherever_the_machine_is() -> None:
    """From Tuesday to Wednesday, in Samoa: as it ends the machine is at Friday already."""
    window = Window(frozenset({1}), time(23, 50), time(23, 45), Effect.LISTEN, ZoneInfo("Pacific/Pago_Pago"))
    begins, ends = datetime(2026, 7, 1, 10, 50, tzinfo=UTC), datetime(2026, 7, 2, 10, 45, tzinfo=UTC)
    with a_machine_far_away():
        for moment in (begins, ends - timedelta(microseconds=1)):
            assert window.contains(moment)
        flips = list(window.flips(begins - timedelta(hours=20)))
    assert flips[:2] == [begins, ends]
    assert {flip.tzinfo for flip in flips} == {UTC}
