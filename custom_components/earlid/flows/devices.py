"""What a device offers for guarding it, as suggestions for the form."""

from typing import Any

from homeassistant.const import CONF_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.earlid.const import CONF_ACTIVATIONS, CONF_MICROPHONE_ENTITY, CONF_POWER_ENTITY, DOMAIN


def suggestions(hass: HomeAssistant, device_id: str) -> dict[str, Any]:
    """Return the fields of the speaker's forms that this device can fill; what is ambiguous stays empty."""
    found = [
        entry
        for entry in er.async_entries_for_device(er.async_get(hass), device_id)
        if entry.platform != DOMAIN and not entry.hidden
    ]
    mutes = [entry for entry in found if entry.domain == Platform.SWITCH and _is_mute(entry)]
    # A plug's child lock, LED and such are switches too, but with a category.
    relays = [
        entry
        for entry in found
        if entry.domain in (Platform.SWITCH, Platform.LIGHT) and entry.entity_category is None and entry not in mutes
    ]
    outlets = [entry for entry in relays if _device_class(entry) == "outlet"]
    meters = [entry for entry in found if entry.domain == Platform.SENSOR and _device_class(entry) == "power"]
    satellites = [entry.entity_id for entry in found if entry.domain == Platform.ASSIST_SATELLITE]
    only = {
        CONF_ENTITY_ID: _only(outlets) or _only(relays),
        CONF_POWER_ENTITY: _only(meters),
        CONF_MICROPHONE_ENTITY: _only(mutes),
        CONF_ACTIVATIONS: satellites,
    }
    return {field: value for field, value in only.items() if value}


def _only(entries: list[er.RegistryEntry]) -> str | None:
    return entries[0].entity_id if len(entries) == 1 else None


def _device_class(entry: er.RegistryEntry) -> str | None:
    return entry.device_class or entry.original_device_class


def _is_mute(entry: er.RegistryEntry) -> bool:
    """Whether it says mute in one of its names; the translation key is the same in every language."""
    names = (entry.translation_key, entry.original_name, entry.name, entry.unique_id)
    return any("mute" in name.casefold() for name in names if name)
