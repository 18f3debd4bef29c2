"""Which speakers somebody means who calls them by a name, as people and language models do.

Whatever a name does not mean for sure it does not mean: who is muted by mistake notices, who was to be muted does not.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from homeassistant.const import ATTR_AREA_ID, ATTR_FLOOR_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

from .entity import speaker_identifier
from .runtime import EarlidConfigEntry
from .targets import resolve
from .typed import wrong

# What a person talks to or listens to, and may have given another name for that.
_SPOKEN_TO: Final = ("assist_satellite", "media_player")


@callback
def speaker_called(
    hass: HomeAssistant, entry: EarlidConfigEntry, name: str, among: Iterable[str], *, narrow: bool = True
) -> list[str]:
    """Return the slugs of the speakers that a name means, of those that who asks may know of.

    A name is that of a speaker, another that it was given, or else that of a room or floor, which means all in it.
    `narrow`: where a speaker and a room have one name, the speaker is meant; else both are.

    Raises:
        ServiceValidationError: It means nothing, or one of several and nobody knows which; the error names them.
    """
    known = {slug: {_plain(each) for each in _names(hass, entry, slug)} for slug in among}
    said = _plain(name)
    found = [slug for slug, names in known.items() if said and said in names]
    if len(found) > 1:
        raise wrong("name_ambiguous", name=name, candidates=listed(entry, found))
    there = [] if not said or (found and narrow) else _there(hass, entry, said, known)
    if found or there:
        return [slug for slug in known if slug in found or slug in there]
    # Part of a name is a guess, even where only one has it: the one that is meant may not be guarded at all.
    near = [slug for slug, names in known.items() if said and any(said in each or each in said for each in names)]
    if near:
        raise wrong("name_near", name=name, candidates=listed(entry, near))
    raise wrong("name_unknown", name=name, candidates=listed(entry, known))


@callback
def speakers_in(hass: HomeAssistant, entry: EarlidConfigEntry, name: str, among: Iterable[str]) -> list[str]:
    """Return the slugs of the speakers in the room or on the floor of that name, of those that who asks may know of.

    Raises:
        ServiceValidationError: There is no such room or floor, or no such speaker in it.
    """
    if not (there := _there(hass, entry, _plain(name), among)):
        rooms = sorted({area.name for area, _ in _areas(hass) if _in(hass, entry, {ATTR_AREA_ID: [area.id]}, among)})
        raise wrong("area_without_speaker", area=name, candidates=_sentence(rooms))
    return there


def listed(entry: EarlidConfigEntry, slugs: Iterable[str]) -> str:
    """Return the names of the speakers, in one line."""
    return _sentence(entry.runtime_data.speakers[slug].speaker.name for slug in slugs)


def _sentence(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"


def _plain(name: str) -> str:
    """Return a name without what is not heard: capitals, spaces and signs."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _names(hass: HomeAssistant, entry: EarlidConfigEntry, slug: str) -> Iterator[str]:
    """Yield what a speaker and the device that it guards are called."""
    view = entry.runtime_data.speakers[slug]
    yield slug
    yield view.speaker.name
    devices, entities = dr.async_get(hass), er.async_get(hass)
    own = devices.async_get_device_by_identifier(speaker_identifier(entry, slug), entry.entry_id)
    guarded = None if view.device_id is None else devices.async_get(view.device_id)
    for device in (own, guarded):
        if device is not None:
            yield from (name for name in (device.name_by_user, device.name) if name)
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        if entity.config_subentry_id == view.subentry_id:
            # Only what a person has typed in: the computed name of each is that of its speaker and what it shows.
            yield from (alias for alias in entity.aliases if isinstance(alias, str))
    for entity in er.async_entries_for_device(entities, guarded.id) if guarded is not None else ():
        if entity.domain in _SPOKEN_TO:
            yield from er.async_get_entity_aliases(hass, entity)


def _there(hass: HomeAssistant, entry: EarlidConfigEntry, said: str, among: Iterable[str]) -> list[str]:
    """Return the speakers in all rooms and on all floors of a plain name; empty: there is none."""
    rooms = [area.id for area, names in _areas(hass) if said in names]
    floors = [
        floor.floor_id
        for floor in fr.async_get(hass).async_list_floors()
        if said in {_plain(each) for each in (floor.name, *floor.aliases)}
    ]
    found = {
        slug
        for kind, ids in ((ATTR_AREA_ID, rooms), (ATTR_FLOOR_ID, floors))
        for each in ids
        for slug in _in(hass, entry, {kind: [each]}, among)
    }
    return [slug for slug in among if slug in found]


def _in(
    hass: HomeAssistant, entry: EarlidConfigEntry, where: Mapping[str, list[str]], among: Iterable[str]
) -> set[str]:
    try:
        return {*resolve(hass, entry, where, whole_home=False)} & {*among}
    except ServiceValidationError:
        # A room without a speaker is as good as none.
        return set()


def _areas(hass: HomeAssistant) -> Iterator[tuple[ar.AreaEntry, set[str]]]:
    for area in ar.async_get(hass).async_list_areas():
        yield area, {_plain(each) for each in (area.name, *area.aliases)}
