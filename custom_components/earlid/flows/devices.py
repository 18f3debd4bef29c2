"""What Home Assistant knows of the devices that can silence a speaker: which kind each is of, and where it is."""

from typing import Final

from homeassistant.const import CONF_HOST, CONF_PORT, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.earlid.const import CONF_DEVICE, CONF_TOPIC, DOMAIN
from custom_components.earlid.twins import parts

# How Zigbee2MQTT calls its devices in discovery; and its base topic, unless someone changed it.
_ZIGBEE: Final = "zigbee2mqtt_0x"
_ZIGBEE_BASE: Final = "zigbee2mqtt"
_HTTP: Final = 80


def place_of_relay(hass: HomeAssistant, entity_id: str) -> dict[str, str]:
    """Return where the device of this entity is, if the entity is its only relay; else it might be another one's."""
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None or entry.device_id is None:
        return {}
    single = only(relays(entities(hass, entry.device_id, disabled=True)))
    return place(hass, entry.device_id)[1] if single == entity_id else {}


def place(hass: HomeAssistant, device_id: str) -> tuple[str, dict[str, str]]:
    """Return which kind of relay a device is, and where: its topic, or its address and hardware address."""
    device = dr.async_get(hass).async_get(device_id)
    entry = None if device is None else hass.config_entries.async_get_entry(device.config_entry_id)
    if device is None or entry is None:
        return "", {}
    macs = device.connections if isinstance(device, dr.DeviceEntry) else set()
    mac = next((each[-1] for each in parts(macs) if each[0] == dr.CONNECTION_NETWORK_MAC), "").replace(":", "").upper()
    if entry.domain == "shelly" and (host := entry.data.get(CONF_HOST)):
        port = entry.data.get(CONF_PORT, _HTTP)
        address = host if port == _HTTP else f"{host}:{port}"
        return "shelly", {CONF_HOST: address, **({CONF_DEVICE: mac} if mac else {})}
    if entry.domain == "tasmota" and mac:
        # Its topic, unless someone changed it: `tasmota_%06X`, https://tasmota.github.io/docs/MQTT/.
        return "tasmota", {CONF_TOPIC: f"tasmota_{mac[-6:]}"}
    known = (each for each in parts(device.identifiers) if each[0] == "mqtt")
    if device.name and any(each[-1].startswith(_ZIGBEE) for each in known):
        return "zigbee2mqtt", {CONF_TOPIC: f"{_ZIGBEE_BASE}/{device.name}"}
    return "", {}


def entities(hass: HomeAssistant, device_id: str, *, disabled: bool = False) -> list[er.RegistryEntry]:
    """Return the entities of a device that people use, or all of them; never Earlid's own."""
    found = er.async_entries_for_device(er.async_get(hass), device_id, include_disabled_entities=disabled)
    return [entry for entry in found if entry.platform != DOMAIN and (disabled or not entry.hidden)]


def relays(found: list[er.RegistryEntry]) -> list[er.RegistryEntry]:
    """Return what could be the relays among a device's entities."""
    # A plug's child lock, LED and such are switches too, but with a category.
    return [
        entry
        for entry in found
        if entry.domain in (Platform.SWITCH, Platform.LIGHT)
        and entry.entity_category is None
        and not (entry.domain == Platform.SWITCH and is_mute(entry))
    ]


def only(entries: list[er.RegistryEntry]) -> str | None:
    """Return the id of the one entity there is; of several nobody knows which is meant."""
    return entries[0].entity_id if len(entries) == 1 else None


def device_class(entry: er.RegistryEntry) -> str | None:
    """Return what kind of its domain an entity is."""
    return entry.device_class or entry.original_device_class


def is_mute(entry: er.RegistryEntry) -> bool:
    """Whether it says mute in one of its names; the translation key is the same in every language."""
    names = (entry.translation_key, entry.original_name, entry.name, entry.unique_id)
    return any("mute" in name.casefold() for name in names if name)


def meters(found: list[er.RegistryEntry]) -> list[er.RegistryEntry]:
    """Return what measures power among a device's entities."""
    return [entry for entry in found if entry.domain == Platform.SENSOR and device_class(entry) == "power"]
