"""At which hours of the week assistants wake."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from custom_components.earlid.engine.rhythm import HOURS, Rhythm

from .factories import a_property
from .records import Kept

VIENNA = ZoneInfo("Europe/Vienna")
MONDAY = datetime(2026, 11, 23, tzinfo=VIENNA)


def woke(at: datetime, outcome: str = "answered") -> Kept:
    return Kept(seq=1, id="1", at=at.astimezone(UTC), kind="activation", body={"outcome": outcome})


def counted(*moments: datetime) -> dict[int, int]:
    rhythm = Rhythm()
    rhythm.add([woke(moment) for moment in moments], VIENNA)
    return {hour: count for hour, count in enumerate(rhythm.wakes) if count}


def test_the_week_begins_at_mondays_midnight_by_the_clock_on_the_wall() -> None:
    assert counted(MONDAY, MONDAY + timedelta(minutes=59)) == {0: 2}
    assert counted(MONDAY - timedelta(seconds=1)) == {HOURS - 1: 1}
    assert counted(MONDAY + timedelta(days=2, hours=18)) == {2 * 24 + 18: 1}


def test_in_summer_and_winter_seven_in_the_evening_is_seven_in_the_evening() -> None:
    assert counted(datetime(2026, 7, 6, 19, tzinfo=VIENNA), datetime(2026, 12, 7, 19, tzinfo=VIENNA)) == {19: 2}


def test_the_hour_that_comes_twice_in_autumn_is_one_hour() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert counted(first, first + timedelta(hours=1)) == {6 * 24 + 2: 2}


def test_the_hour_that_spring_skips_has_nothing() -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert counted(before, before + timedelta(minutes=2)) == {6 * 24 + 1: 1, 6 * 24 + 3: 1}


def test_the_unanswered_are_counted_beside() -> None:
    rhythm = Rhythm()
    rhythm.add([woke(MONDAY, outcome) for outcome in ("answered", "unanswered", "unknown", "odd")], VIENNA)
    assert (rhythm.wakes[0], rhythm.unanswered[0]) == (4, 1)


@a_property(100)
@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), max_size=20))  # noqa: DTZ001
def test_every_wake_is_counted_once(moments: list[datetime]) -> None:
    assert sum(counted(*(moment.replace(tzinfo=UTC) for moment in moments)).values()) == len(moments)
