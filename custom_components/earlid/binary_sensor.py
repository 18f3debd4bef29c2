"""Binary sensors: what is allowed, what is breached, and whether the whole home is off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import HubEntity, SpeakerEntity
from .runtime import EarlidConfigEntry, Household, SpeakerView

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SpeakerBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor of a speaker."""

    is_on: Callable[[SpeakerView], bool]
    attributes: Callable[[SpeakerView], Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class HubBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor of the whole home."""

    is_on: Callable[[Household], bool | None]


def breach_attributes(view: SpeakerView) -> dict[str, Any]:
    """Return why there is a breach and since when; both None where there is none."""
    breach = view.breach
    if breach is None:
        return {"cause": None, "since": None}
    return {"cause": breach.cause.value, "since": breach.since}


def all_off(household: Household) -> bool | None:
    """Return whether every speaker's relay, at least, says off; None: there is no speaker to say anything."""
    if not household.speakers:
        return None
    return all(view.assessment.proof.off for view in household.speakers.values())


SPEAKER_BINARY_SENSORS: tuple[SpeakerBinarySensorDescription, ...] = (
    SpeakerBinarySensorDescription(
        key="listening_allowed",
        translation_key="listening_allowed",
        is_on=lambda view: view.decision.may_listen,
    ),
    SpeakerBinarySensorDescription(
        key="breach",
        translation_key="breach",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on=lambda view: view.breach is not None,
        attributes=breach_attributes,
    ),
)

HUB_BINARY_SENSORS: tuple[HubBinarySensorDescription, ...] = (
    HubBinarySensorDescription(
        key="all_off",
        translation_key="all_off",
        is_on=all_off,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: EarlidConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the hub's, and those of each speaker there is and each that comes."""
    async_add_entities([HubBinarySensor(entry, description) for description in HUB_BINARY_SENSORS])

    @callback
    def meet(view: SpeakerView) -> None:
        async_add_entities(
            [SpeakerBinarySensor(entry, view, description) for description in SPEAKER_BINARY_SENSORS],
            config_subentry_id=view.subentry_id,
        )

    entry.async_on_unload(entry.runtime_data.on_speaker(meet))


class SpeakerBinarySensor(SpeakerEntity, BinarySensorEntity):
    """A binary sensor of a speaker."""

    _domain = Platform.BINARY_SENSOR
    entity_description: SpeakerBinarySensorDescription

    def __init__(
        self, entry: EarlidConfigEntry, view: SpeakerView, description: SpeakerBinarySensorDescription
    ) -> None:
        """Take a line of the table."""
        super().__init__(entry, view, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.is_on(self.view)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return None if attributes is None else attributes(self.view)


class HubBinarySensor(HubEntity, BinarySensorEntity):
    """A binary sensor of the whole home."""

    _domain = Platform.BINARY_SENSOR
    entity_description: HubBinarySensorDescription

    def __init__(self, entry: EarlidConfigEntry, description: HubBinarySensorDescription) -> None:
        """Take a line of the table."""
        super().__init__(entry, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on(self._household)
