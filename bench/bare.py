"""An integration that does nothing but show what Earlid shows: as many devices and entities, with such states.

It is what the devices and entities alone take of Home Assistant. It keeps nothing, listens to nothing, decides nothing.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, override
from unittest.mock import Mock

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.button import ButtonEntity
from homeassistant.components.event import EventEntity
from homeassistant.components.select import SelectEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.config_entries import HANDLERS, ConfigEntry, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockModule, MockPlatform, mock_integration, mock_platform

from custom_components.earlid import binary_sensor, button, days, event, select, sensor, switch
from custom_components.earlid.const import PLATFORMS

DOMAIN: Final = "bare"
# Earlid's own tables: categories, classes, options and units are part of what an entity takes.
_OF_A_SPEAKER: Final[Mapping[Platform, tuple[EntityDescription, ...]]] = {
    Platform.BINARY_SENSOR: binary_sensor.SPEAKER_BINARY_SENSORS,
    Platform.BUTTON: (button.SELF_TEST,),
    Platform.EVENT: (event.ACTIVATION,),
    Platform.SELECT: (select.MODE,),
    Platform.SENSOR: (*sensor.SPEAKER_SENSORS, *days.TODAY_SENSORS),
}
_OF_THE_HUB: Final[Mapping[Platform, tuple[EntityDescription, ...]]] = {
    Platform.BINARY_SENSOR: binary_sensor.HUB_BINARY_SENSORS,
    Platform.SENSOR: sensor.HUB_SENSORS,
    Platform.SWITCH: switch.HUB_SWITCHES,
}
_MEANING: Final = dict.fromkeys(("unanswered", "unanswered_share", "per_hour_live", "reference_per_hour"), 0.1)
_SHOWN: Final[Mapping[str, tuple[Any, Mapping[str, Any]]]] = {
    "microphone": (
        "live",
        {"because": "posture", "until": None, "rests_until": None, "witnesses": [], "last_known": None},
    ),
    "decided_by": ("posture", {}),
    "assurance": ("c", {"because": "no_clock", "testing": False, "tested_at": None}),
    "activations_today": (0, _MEANING),
    "live_today": (0.5, {}),
    "exposed_today": (0.5, {}),
    "listening_allowed": (True, {}),
    "breach": (False, {"cause": None, "since": None}),
    "mode": ("automatic", {"until": None}),
    "live_microphones": (1, {"unknown": 0}),
    "undelivered": (0, {"rejected": {}}),
    "rule": (True, {"in_force": False}),
}


class _Flow(ConfigFlow):
    """Says that entries with speakers and rules are as they should be."""


class _Shown(Entity):
    """An entity that shows what it was given."""

    _attr_should_poll = False
    _attr_has_entity_name = True
    of: ClassVar[Platform]
    _value: ClassVar[str | None] = None
    """The attribute that holds what it shows; None: it shows nothing yet."""

    def __init__(self, description: EntityDescription, entry_id: str, slug: str, device: DeviceInfo | None) -> None:
        key = description.key
        value, attributes = _SHOWN.get(key, (None, None))
        self.entity_description = description
        self.entity_id = f"{self.of}.{slug}_{key}"
        self._attr_unique_id = f"{entry_id}_{slug}_{key}"
        self._attr_name = key.replace("_", " ").capitalize()
        self._attr_device_info = device
        if attributes:
            self._attr_extra_state_attributes = dict(attributes)
        if self._value is not None:
            setattr(self, self._value, value)


class _BinarySensor(_Shown, BinarySensorEntity):
    of, _value = Platform.BINARY_SENSOR, "_attr_is_on"


class _Button(_Shown, ButtonEntity):
    of = Platform.BUTTON


class _Event(_Shown, EventEntity):
    of = Platform.EVENT


class _Select(_Shown, SelectEntity):
    of, _value = Platform.SELECT, "_attr_current_option"


class _Sensor(_Shown, SensorEntity):
    of, _value = Platform.SENSOR, "_attr_native_value"

    @override
    async def async_added_to_hass(self) -> None:
        if self.state_class == "total":
            self._attr_last_reset = dt_util.start_of_local_day()


class _Switch(_Shown, SwitchEntity):
    of, _value = Platform.SWITCH, "_attr_is_on"


_CLASSES: Final[Mapping[Platform, type[_Shown]]] = {
    each.of: each for each in (_BinarySensor, _Button, _Event, _Select, _Sensor, _Switch)
}


def put_up(hass: HomeAssistant) -> None:
    """Let Home Assistant know the integration, as if it were among its files."""

    async def forward(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        _hub(hass, entry)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)

    mock_integration(hass, MockModule(DOMAIN, async_setup_entry=forward, async_unload_entry=unload))
    for platform in PLATFORMS:
        mock_platform(hass, f"{DOMAIN}.{platform}", MockPlatform(async_setup_entry=_adds(_CLASSES[platform])))
    # Else the loader looks for it among the files.
    mock_platform(hass, f"{DOMAIN}.config_flow", Mock())
    HANDLERS[DOMAIN] = _Flow


def _hub(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dr.DeviceEntry:
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, entry.entry_id)}, name="Bare"
    )


def _adds(kind: type[_Shown]) -> Any:
    async def set_up_entry(hass: HomeAssistant, entry: ConfigEntry[Any], add: AddConfigEntryEntitiesCallback) -> None:
        hub, platform, entry_id = _hub(hass, entry), kind.of, entry.entry_id
        of_the_hub = DeviceInfo(identifiers=hub.identifiers)
        add([kind(each, entry_id, "bare", of_the_hub) for each in _OF_THE_HUB.get(platform, ())])
        for subentry in entry.subentries.values():
            slug = subentry.data["slug"]
            if subentry.subentry_type == "rule":
                if platform is Platform.SWITCH:
                    # By its device info the hub's device would move into the subentry.
                    rule = kind(EntityDescription(key="rule"), entry_id, slug, None)
                    rule.device_entry = hub
                    add([rule], config_subentry_id=subentry.subentry_id)
                continue
            device = DeviceInfo(identifiers={(DOMAIN, f"{entry_id}_{slug}")}, name=subentry.title, via_device_id=hub.id)
            entities = [kind(each, entry_id, slug, device) for each in _OF_A_SPEAKER.get(platform, ())]
            add(entities, config_subentry_id=subentry.subentry_id)

    return set_up_entry
