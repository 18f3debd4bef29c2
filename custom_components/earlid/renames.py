"""Follows the entities that speakers, rules and options name through their renames."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ENTITY_ID
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import CONF_SIGNS


@callback
def follow(hass: HomeAssistant, entry: ConfigEntry[Any]) -> CALLBACK_TYPE:
    """Write each renamed entity's new id into the set-up; return what stops it.

    Conditions are left as they were typed in, as Home Assistant leaves its automations: what they no longer find is
    unknown and counts against listening.
    """

    @callback
    def renamed(event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        data = event.data
        if data["action"] != "update" or (old := data.get("old_entity_id")) is None:
            return
        for subentry in list(entry.subentries.values()):
            changed = {key: _replaced(value, old, data["entity_id"]) for key, value in subentry.data.items()}
            if signs := changed.get(CONF_SIGNS):
                changed[CONF_SIGNS] = _replaced_within(signs, old, data["entity_id"])
            if changed != subentry.data:
                hass.config_entries.async_update_subentry(entry, subentry, data=changed)
        options = {key: _replaced(value, old, data["entity_id"]) for key, value in entry.options.items()}
        if options != entry.options:
            hass.config_entries.async_update_entry(entry, options=options)

    return hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, renamed)


def _replaced_within(signs: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return the signs of a wake, each of which may name an entity."""
    return {
        kind: [
            each | {CONF_ENTITY_ID: new} if isinstance(each, dict) and each.get(CONF_ENTITY_ID) == old else each
            for each in listed
        ]
        for kind, listed in signs.items()
    }


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, list):
        return [new if item == old else item for item in value]
    return new if value == old else value
