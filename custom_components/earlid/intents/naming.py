"""Which speakers are meant by what was said.

A name that could mean several speakers means none: the household is asked which. Where a speaker and a place have one
name, the place is meant for silence and the speaker for listening: what is safe is more.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from homeassistant.const import ATTR_AREA_ID, ATTR_FLOOR_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

from custom_components.earlid.entity import speaker_identifier
from custom_components.earlid.permission import Ear, own_speakers
from custom_components.earlid.runtime import EarlidConfigEntry
from custom_components.earlid.targets import ids_of

from .speech import NotUnderstoodError, Speech, plain

# More are not read out.
_READ_OUT: Final = 8

type _Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """The speakers that are meant."""

    slugs: list[str]
    whole: bool = False
    """All were meant, not one by one."""


class Names:
    """Everything by which somebody could call a speaker, or where it is."""

    def __init__(self, hass: HomeAssistant, entry: EarlidConfigEntry, speech: Speech, visible: Collection[str]) -> None:
        """Learn the names of those speakers that whoever asks may know of."""
        self._hass = hass
        self._entry = entry
        self._speech = speech
        self._views = {slug: view for slug, view in entry.runtime_data.speakers.items() if slug in visible}
        self._ids = ids_of(hass, entry)
        self._speakers: defaultdict[_Words, set[str]] = defaultdict(set)
        self._places: defaultdict[_Words, set[str]] = defaultdict(set)
        for slug in self._views:
            for name in self._called(slug):
                self._speakers[self._words(name)].add(slug)
        for area in ar.async_get(hass).async_list_areas():
            self._place(ATTR_AREA_ID, area.id, (area.name, *area.aliases))
        for floor in fr.async_get(hass).async_list_floors():
            self._place(ATTR_FLOOR_ID, floor.floor_id, (floor.name, *floor.aliases))

    def meant(self, slots: Mapping[str, Any], *, narrow: bool) -> Meant | None:
        """Return what the slots name; None: nothing, or here. `narrow`: rather too few than too many.

        Raises:
            NotUnderstoodError: Something unknown, or what could be several.
        """
        said = [str(slots[name]) for name in ("speaker", "name", "area", "floor") if slots.get(name) is not None]
        if not said or self._speech.means("here", plain(said[0])):
            return None
        found: list[Meant] = [self._one(text, narrow=narrow) for text in said]
        common = set.intersection(*(set(each.slugs) for each in found))
        if not common:
            raise NotUnderstoodError("none_there", name=said[-1])
        return Meant([slug for slug in self._views if slug in common], all(each.whole for each in found))

    def here(self, ear: Ear | None, area_id: str | None) -> list[str]:
        """Return the speakers where it was said: the one that heard it, else those of the area."""
        own = set() if ear is None else own_speakers(self._hass, self._entry, ear)
        there = own or {slug for slug in self._views if area_id in self._ids[slug][ATTR_AREA_ID]}
        return [slug for slug in self._views if slug in there]

    @property
    def known(self) -> list[str]:
        """The names to choose from."""
        return [view.speaker.name for view in self._views.values()][:_READ_OUT]

    def _one(self, text: str, *, narrow: bool) -> Meant:
        words = plain(text)
        name = tuple(self._speech.told_apart(words))
        if self._speech.means("all", words) or (not name and words and self._speech.means("all", name)):
            return Meant(list(self._views), whole=True)
        if not name:
            raise NotUnderstoodError("which", known=self.known)
        if (exact := self._exact(name, text, narrow=narrow)) is not None:
            return Meant([slug for slug in self._views if slug in exact])
        parts = [" ".join(part) for joins, part in groupby(text.split(), self._joins) if not joins]
        if len(parts) > 1:
            named = [self._one(part, narrow=narrow) for part in parts]
            several = {slug for each in named for slug in each.slugs}
            return Meant([slug for slug in self._views if slug in several], any(each.whole for each in named))
        alike = {slug for known, slugs in self._speakers.items() if set(name) <= set(known) for slug in slugs}
        # Part of a name is enough to mute, and too little to open a microphone.
        if len(alike) == 1 and not narrow:
            return Meant(list(alike))
        if alike:
            raise NotUnderstoodError("ambiguous", speakers=self._names(alike))
        raise NotUnderstoodError("unknown_name", name=text.strip(), known=self.known)

    def _exact(self, name: _Words, text: str, *, narrow: bool) -> set[str] | None:
        speakers, places = self._speakers.get(name, set()), self._places.get(name)
        if len(speakers) > 1 and not (places and speakers <= places):
            raise NotUnderstoodError("ambiguous", speakers=self._names(speakers))
        if len(speakers) > 1 and narrow:
            raise NotUnderstoodError("ambiguous", speakers=self._names(speakers))
        if speakers and narrow:
            return speakers
        if places is None:
            return speakers or None
        if not speakers | places:
            raise NotUnderstoodError("none_there", name=text.strip())
        return speakers | places

    def _joins(self, word: str) -> bool:
        return self._speech.means("and", plain(word))

    def _names(self, slugs: Collection[str]) -> list[str]:
        return [view.speaker.name for slug, view in self._views.items() if slug in slugs]

    def _words(self, name: str) -> _Words:
        words = plain(name)
        return tuple(self._speech.told_apart(words) or words)

    def _place(self, kind: str, place: str, names: Sequence[str]) -> None:
        there = {slug for slug in self._views if place in self._ids[slug][kind]}
        for name in names:
            self._places[self._words(name)] |= there

    def _called(self, slug: str) -> set[str]:
        """Return the names of a speaker: its own, those of its devices, and the aliases of what belongs to these."""
        view = self._views[slug]
        devices, entities = dr.async_get(self._hass), er.async_get(self._hass)
        own = devices.async_get_device_by_identifier(speaker_identifier(self._entry, slug), self._entry.entry_id)
        guarded = None if view.device_id is None else devices.async_get(view.device_id)
        names: set[str] = {view.speaker.name, slug.replace("_", " ")}
        for device in filter(None, (own, guarded)):
            names |= {name for name in (device.name_by_user, device.name) if name}
            for entity in er.async_entries_for_device(entities, device.id):
                # Beside what a person typed in there may be a sign for the name that Home Assistant makes up.
                names |= {alias for alias in entity.aliases if isinstance(alias, str) and alias.strip()}
        return {name for name in names if plain(name)}
