"""What the household's day has added up to, as its sensors show it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription, SensorStateClass
from homeassistant.const import UnitOfTime
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .engine.exposure import Tally, advance
from .engine.ledger import REFERENCE
from .runtime import Household, SpeakerView

# Live for less, one activation would be a rate that says nothing.
_ENOUGH: Final = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class TodaySensorDescription(SensorEntityDescription):
    """A sensor of what a speaker's day has added up to."""

    value: Callable[[Tally], StateType]
    attributes: Callable[[Tally], Mapping[str, Any]] | None = None
    grows: bool
    """Whether it goes on growing while nothing happens: written at changes of the microphone and once a minute."""


def today(view: SpeakerView) -> Tally:
    """Return what the speaker's day has added up to now, which is after midnight nothing."""
    tally = view.tally
    zone = dt_util.get_default_time_zone()
    return advance(tally, dt_util.utcnow(), zone, proof=tally.proof, allowed=tally.allowed)


def tallies(household: Household) -> list[Tally]:
    """Return what the day has added up to now, of each speaker."""
    return [today(view) for view in household.speakers.values()]


def activations_today(household: Household) -> int:
    """Return how often any assistant woke today. A tally that has not seen today yet is of another day."""
    day = dt_util.now().date()
    return sum(view.tally.activations for view in household.speakers.values() if view.tally.day == day)


def meaning(days: Iterable[Tally]) -> dict[str, Any]:
    """Return what activations of today mean; None where there is too little to divide by.

    Beside the rate stands that of a published study; see `engine/ledger.REFERENCE`.
    """
    days = list(days)
    woke, unanswered = sum(day.activations for day in days), sum(day.unanswered for day in days)
    live = sum((day.live for day in days), timedelta(0))
    return {
        "unanswered": unanswered,
        "unanswered_share": round(unanswered / woke, 3) if woke else None,
        "per_hour_live": round(woke / (live / timedelta(hours=1)), 2) if live >= _ENOUGH else None,
        "reference_per_hour": REFERENCE["per_hour"],
    }


def begun(day: Tally | None = None) -> datetime:
    """Return when the day began: where statistics begin to count anew.

    Without it, a count that was forgotten in a crash would be taken for a new one, and added once more.
    """
    return dt_util.start_of_local_day(None if day is None else day.day)


TODAY_SENSORS: tuple[TodaySensorDescription, ...] = (
    TodaySensorDescription(
        key="activations_today",
        translation_key="activations_today",
        state_class=SensorStateClass.TOTAL,
        value=lambda tally: tally.activations,
        attributes=lambda tally: meaning([tally]),
        grows=False,
    ),
    TodaySensorDescription(
        key="live_today",
        translation_key="live_today",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value=lambda tally: round(tally.live.total_seconds(), 1),
        grows=True,
    ),
    TodaySensorDescription(
        key="exposed_today",
        translation_key="exposed_today",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value=lambda tally: round(tally.exposed.total_seconds(), 1),
        grows=True,
    ),
)
