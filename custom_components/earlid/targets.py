"""Which speakers a call means.

Stricter than Home Assistant's own resolution, which silently matches nothing: a typo in an automation that is to mute
must not look as if it had muted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.const import (
    ATTR_AREA_ID,
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    ATTR_FLOOR_ID,
    ATTR_LABEL_ID,
    ENTITY_MATCH_ALL,
    ENTITY_MATCH_NONE,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
import voluptuous as vol

from .const import DOMAIN
from .entity import hub_identifier, speaker_identifier
from .runtime import EarlidConfigEntry, SpeakerView

_KINDS: Final = (ATTR_ENTITY_ID, ATTR_DEVICE_ID, ATTR_AREA_ID, ATTR_FLOOR_ID, ATTR_LABEL_ID)
# Ids are taken as they were typed: what is wrong with one is said below, in a translated sentence.
TARGET_FIELDS: Final = {
    vol.Optional(kind): vol.All(cv.ensure_list, [vol.All(cv.string, vol.Length(max=255))]) for kind in _KINDS
}

# For each kind of id, those by which something is named.
type _Names = Mapping[str, frozenset[str]]


def resolve(hass: HomeAssistant, entry: EarlidConfigEntry, data: Mapping[str, Any], *, whole_home: bool) -> list[str]:
    """Return the slugs of the speakers that a call means, in the household's order.

    `whole_home`: the hub, or `all`, means every speaker; else it is refused.

    Raises:
        ServiceValidationError: Nothing was named, something unknown was, or something without a speaker.
    """
    named = [(kind, target) for kind in _KINDS for target in _ids(kind, data.get(kind, ()))]
    if not named:
        raise _wrong("no_target")
    speakers = entry.runtime_data.speakers
    names = ids_of(hass, entry)
    hub = _hub_names(hass, entry, _entities(hass, entry)[None])
    found: set[str] = set()
    for kind, target in named:
        if target in hub[kind]:
            if not whole_home:
                raise _wrong("whole_home_refused", target)
            found |= set(speakers)
            continue
        here = {slug for slug, names_of_it in names.items() if target in names_of_it[kind]}
        if not here:
            raise _wrong(_problem(hass, kind, target), target)
        found |= here
    if not found:
        raise _wrong("no_speakers")
    return [slug for slug in speakers if slug in found]


def ids_of(hass: HomeAssistant, entry: EarlidConfigEntry) -> dict[str, Mapping[str, frozenset[str]]]:
    """Return by which ids of each kind each speaker is meant."""
    entities = _entities(hass, entry)
    speakers = entry.runtime_data.speakers
    return {slug: _names(hass, entry, view, entities[view.subentry_id]) for slug, view in speakers.items()}


def names_home(hass: HomeAssistant, entry: EarlidConfigEntry, data: Mapping[str, Any]) -> bool:
    """Return whether a call names the whole home, and not only all of its speakers one by one."""
    hub = _hub_names(hass, entry, _entities(hass, entry)[None])
    return any(target in hub[kind] for kind in _KINDS for target in _ids(kind, data.get(kind, ())))


def _ids(kind: str, typed: Iterable[str]) -> list[str]:
    """Return the single ids, as leniently as Home Assistant takes them: with commas, capitals, `none` for nothing."""
    single = (each.strip() for several in typed for each in several.split(","))
    spelled = (each.lower() if kind == ATTR_ENTITY_ID else each for each in single)
    return [each for each in spelled if each not in ("", ENTITY_MATCH_NONE)]


def _wrong(key: str, target: str | None = None) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=None if target is None else {"target": target},
    )


def _problem(hass: HomeAssistant, kind: str, target: str) -> str:
    """Return the key of what to say about an id that means no speaker."""
    known: object = True
    match kind:
        case "device_id":
            known = dr.async_get(hass).async_get(target)
        case "area_id":
            known = ar.async_get(hass).async_get_area(target)
        case "floor_id":
            known = fr.async_get(hass).async_get_floor(target)
        case "label_id":
            known = lr.async_get(hass).async_get_label(target)
    return "not_a_speaker" if known else f"unknown_{kind.removesuffix('_id')}"


def _entities(hass: HomeAssistant, entry: EarlidConfigEntry) -> defaultdict[str | None, list[er.RegistryEntry]]:
    """Return Earlid's entities by the subentry they belong to; None: to the hub."""
    entities: defaultdict[str | None, list[er.RegistryEntry]] = defaultdict(list)
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        entities[entity.config_subentry_id].append(entity)
    return entities


def _hub_names(hass: HomeAssistant, entry: EarlidConfigEntry, entities: list[er.RegistryEntry]) -> _Names:
    """Return what means the whole home: `all`, the hub, and its entities except the switches of rules."""
    hub = dr.async_get(hass).async_get_device_by_identifier(hub_identifier(entry), entry.entry_id)
    return {
        **dict.fromkeys(_KINDS, frozenset()),
        ATTR_ENTITY_ID: frozenset({ENTITY_MATCH_ALL}) | _entity_names(entities),
        ATTR_DEVICE_ID: frozenset() if hub is None else frozenset({hub.id}),
    }


def _names(
    hass: HomeAssistant, entry: EarlidConfigEntry, view: SpeakerView, entities: list[er.RegistryEntry]
) -> _Names:
    """Return what means a speaker. It is where its device is, else the guarded device, and where its entities are."""
    devices, areas = dr.async_get(hass), ar.async_get(hass)
    own = devices.async_get_device_by_identifier(speaker_identifier(entry, view.speaker.slug), entry.entry_id)
    guarded = None if view.device_id is None else devices.async_get(view.device_id)
    both = [device for device in (own, guarded) if device is not None]
    its_area = next((area_id for each in both if (area_id := dr.async_get_effective_area_id(hass, each))), None)
    area_ids = {its_area, *(entity.area_id for entity in entities)}
    there = [area for each in area_ids if each is not None and (area := areas.async_get_area(each)) is not None]
    return {
        ATTR_ENTITY_ID: _entity_names(entities),
        ATTR_DEVICE_ID: frozenset(device.id for device in both),
        ATTR_AREA_ID: frozenset(area.id for area in there),
        ATTR_FLOOR_ID: frozenset(area.floor_id for area in there if area.floor_id is not None),
        ATTR_LABEL_ID: frozenset(label for labelled in (*both, *entities, *there) for label in labelled.labels),
    }


def _entity_names(entities: Iterable[er.RegistryEntry]) -> frozenset[str]:
    """Return the entities' ids, and those that the registry gave them: device automations use these."""
    return frozenset(name for entity in entities for name in (entity.entity_id, entity.id))
