"""Sensors: what the microphones do, who decides, and what the day has added up to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.typing import StateType

from .days import TODAY_SENSORS, TodaySensorDescription, activations_today, begun, meaning, tallies, today
from .engine.assurance import Grade
from .engine.model import Proof
from .entity import HubEntity, SpeakerEntity, decider, grounds, next_change
from .runtime import EarlidConfigEntry, Household, SpeakerView

PARALLEL_UPDATES = 0

# A rate changes by the minute, and the reference never: their histories say nothing.
CHANGING = frozenset({"per_hour_live", "reference_per_hour"})


@dataclass(frozen=True, kw_only=True)
class SpeakerSensorDescription(SensorEntityDescription):
    """A sensor of a speaker."""

    value: Callable[[SpeakerView], StateType | datetime]
    attributes: Callable[[SpeakerView], Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class HubSensorDescription(SensorEntityDescription):
    """A sensor of the whole home."""

    value: Callable[[Household], StateType]
    attributes: Callable[[Household], Mapping[str, Any]] | None = None
    of_today: bool = False


def count(household: Household, proof: Proof) -> int:
    """Return how many microphones this is known about."""
    return sum(view.assessment.proof is proof for view in household.speakers.values())


SPEAKER_SENSORS: tuple[SpeakerSensorDescription, ...] = (
    SpeakerSensorDescription(
        key="microphone",
        translation_key="microphone",
        device_class=SensorDeviceClass.ENUM,
        options=[proof.value for proof in Proof],
        value=lambda view: view.assessment.proof.value,
        attributes=lambda view: {
            "because": decider(view),
            "until": view.decision.until,
            "rests_until": view.rests_until,
            "witnesses": list(view.assessment.witnesses),
            "last_known": None if view.last_known is None else view.last_known.value,
        },
    ),
    SpeakerSensorDescription(key="decided_by", translation_key="decided_by", value=decider),
    SpeakerSensorDescription(
        key="next_change",
        translation_key="next_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=next_change,
    ),
    SpeakerSensorDescription(
        key="assurance",
        translation_key="assurance",
        entity_category=EntityCategory.DIAGNOSTIC,
        device_class=SensorDeviceClass.ENUM,
        options=[grade.value for grade in Grade],
        value=lambda view: view.assurance.grade.value,
        attributes=lambda view: {
            "because": grounds(view),
            "testing": view.on_trial,
            "tested_at": view.assurance.tested_at,
        },
    ),
    SpeakerSensorDescription(
        key="last_activation",
        translation_key="last_activation",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=lambda view: None if view.last_activation is None else view.last_activation.at,
    ),
)

HUB_SENSORS: tuple[HubSensorDescription, ...] = (
    HubSensorDescription(
        key="live_microphones",
        translation_key="live_microphones",
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda household: count(household, Proof.LIVE),
        attributes=lambda household: {"unknown": count(household, Proof.UNKNOWN)},
    ),
    HubSensorDescription(
        key="activations_today",
        translation_key="activations_today",
        state_class=SensorStateClass.TOTAL,
        value=activations_today,
        attributes=lambda household: meaning(tallies(household)),
        of_today=True,
    ),
    HubSensorDescription(
        key="undelivered",
        translation_key="undelivered",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda household: household.undelivered,
        attributes=lambda household: {"rejected": dict(household.rejected)},
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: EarlidConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the hub's sensors, and those of each speaker there is and each that comes."""
    by_the_minute: set[TodaySensor | HubSensor] = set()
    async_add_entities([HubSensor(entry, description, by_the_minute) for description in HUB_SENSORS])

    @callback
    def meet(view: SpeakerView) -> None:
        async_add_entities(
            [
                *(SpeakerSensor(entry, view, description) for description in SPEAKER_SENSORS),
                *(TodaySensor(entry, view, description, by_the_minute) for description in TODAY_SENSORS),
            ],
            config_subentry_id=view.subentry_id,
        )

    @callback
    def each_minute(_now: datetime) -> None:
        for sensor in tuple(by_the_minute):
            sensor.refresh()

    entry.async_on_unload(entry.runtime_data.on_speaker(meet))
    # On the minute, so that a new day begins at midnight and not within the minute after.
    entry.async_on_unload(async_track_time_change(hass, each_minute, second=0))


class SpeakerSensor(SpeakerEntity, SensorEntity):
    """A sensor of a speaker."""

    _domain = Platform.SENSOR
    # These change with the clock and the network; what decided when is in the state and in `because`.
    _unrecorded_attributes = frozenset({"until", "rests_until", "witnesses"})
    entity_description: SpeakerSensorDescription

    def __init__(self, entry: EarlidConfigEntry, view: SpeakerView, description: SpeakerSensorDescription) -> None:
        """Take a line of the table."""
        super().__init__(entry, view, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value(self.view)

    @override
    def _says(self) -> object:
        # Home Assistant's state of a sensor looks at units and classes, and there are thousands of these.
        return self.native_value

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return None if attributes is None else attributes(self.view)


class TodaySensor(SpeakerEntity, SensorEntity):
    """What a speaker's day has added up to."""

    _domain = Platform.SENSOR
    _unrecorded_attributes = CHANGING
    entity_description: TodaySensorDescription

    def __init__(
        self,
        entry: EarlidConfigEntry,
        view: SpeakerView,
        description: TodaySensorDescription,
        by_the_minute: set[TodaySensor | HubSensor],
    ) -> None:
        """Take a line of the table, and the set of those that are refreshed each minute."""
        super().__init__(entry, view, description.key)
        self.entity_description = description
        self._by_the_minute = by_the_minute
        self._adds = self._adding()

    @property
    @override
    def native_value(self) -> StateType:
        return self.entity_description.value(today(self.view))

    @property
    @override
    def last_reset(self) -> datetime:
        return begun(today(self.view))

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return None if attributes is None else attributes(today(self.view))

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._by_the_minute.add(self)
        self.async_on_remove(lambda: self._by_the_minute.discard(self))

    @callback
    @override
    def _told(self) -> None:
        adds = self._adding()
        if adds != self._adds or not self.available:
            self._adds = adds
            super()._told()

    def _adding(self) -> tuple[object, ...]:
        """Return what makes it grow or rest, or what it counts."""
        tally = self.view.tally
        return (tally.proof, tally.allowed) if self.entity_description.grows else (tally.activations, tally.unanswered)

    @override
    def _shows(self) -> tuple[object, ...]:
        day, attributes = today(self.view), self.entity_description.attributes
        says = self.entity_description.value(day)
        return self.available, says, None if attributes is None else attributes(day), begun(day)


class HubSensor(HubEntity, SensorEntity):
    """A sensor of the whole home."""

    _domain = Platform.SENSOR
    _unrecorded_attributes = CHANGING
    entity_description: HubSensorDescription

    def __init__(
        self,
        entry: EarlidConfigEntry,
        description: HubSensorDescription,
        by_the_minute: set[TodaySensor | HubSensor],
    ) -> None:
        """Take a line of the table, and the set of those that are refreshed each minute."""
        super().__init__(entry, description.key)
        self.entity_description = description
        self._by_the_minute = by_the_minute

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._by_the_minute.add(self)
        self.async_on_remove(lambda: self._by_the_minute.discard(self))

    @property
    @override
    def native_value(self) -> StateType:
        return self.entity_description.value(self._household)

    @property
    @override
    def last_reset(self) -> datetime | None:
        return begun() if self.entity_description.of_today else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return None if attributes is None else attributes(self._household)

    @override
    def _shows(self) -> tuple[object, ...]:
        return *super()._shows(), self.last_reset
