"""Whose entities a trigger or a condition means by its target.

Home Assistant takes a target apart into entities. Here each of them stands for its speaker, as in the actions: any
entity of the speaker, its device, the device it guards, their areas, floors and labels; the hub stands for all.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import CONF_SLUG, DOMAIN, SUBENTRY_SPEAKER


@callback
def speakers_entities(
    hass: HomeAssistant, target: Mapping[str, Any], named: Iterable[str], platform: Platform, key: str
) -> set[str]:
    """Return the ids of one entity, `key`, of each speaker that is meant; `named`: what the target comes to.

    It goes by the registries alone, since an automation may be set up while Earlid is not loaded.
    """
    registry, found = er.async_get(hass), set[str]()
    # Its rooms do not stand for all: the hub may have been put into any.
    to_all = {*target.get(ATTR_ENTITY_ID, ()), *target.get(ATTR_DEVICE_ID, ())}
    entities = [entity for each in named if (entity := registry.async_get(each)) is not None]
    devices = {entity.device_id for entity in entities}
    subentries = {entity.config_subentry_id for entity in entities if entity.platform == DOMAIN}
    hub = [entity for entity in entities if entity.platform == DOMAIN and entity.config_subentry_id is None]
    whole = any(to_all & {entity.entity_id, entity.device_id} for entity in hub)
    for entry in hass.config_entries.async_entries(DOMAIN):
        for subentry in entry.get_subentries_of_type(SUBENTRY_SPEAKER):
            guarded = subentry.data.get(ATTR_DEVICE_ID)
            if whole or subentry.subentry_id in subentries or (guarded is not None and guarded in devices):
                unique_id = f"{entry.entry_id}_{subentry.data[CONF_SLUG]}_{key}"
                found.add(registry.async_get_entity_id(platform, DOMAIN, unique_id) or "")
    return found - {""}


@callback
def hubs_entity(hass: HomeAssistant, platform: Platform, key: str) -> set[str]:
    """Return the id of an entity of the hub; empty without a home that is guarded."""
    registry = er.async_get(hass)
    ids = (
        registry.async_get_entity_id(platform, DOMAIN, f"{entry.entry_id}_{key}")
        for entry in hass.config_entries.async_entries(DOMAIN)
    )
    return {entity_id for entity_id in ids if entity_id is not None}
