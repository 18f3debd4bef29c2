"""Which speakers somebody means who calls them by a name: one answer, for what is said aloud and for language models.

Where a speaker and a place have one name, both are meant for silence and the speaker alone for listening.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import Enum, auto
import re
from typing import Final
import unicodedata

from homeassistant.const import ATTR_AREA_ID, ATTR_FLOOR_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

from .entity import speaker_identifier
from .runtime import EarlidConfigEntry
from .targets import ids_of
from .typed import wrong

# What a person talks to or listens to, and may have given another name for that.
_SPOKEN_TO: Final = ("assist_satellite", "media_player")

type Words = tuple[str, ...]


def plain(text: str) -> list[str]:
    """Return the words as they sound: speech recognition knows neither capitals nor apostrophes, nor always accents."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return re.findall(r"[^\W_]+", bare)


class Why(Enum):
    """Why a name means no speaker for sure."""

    AMBIGUOUS = auto()
    """Several bear it."""
    NEAR = auto()
    """It is part of another, or another is part of it: who is meant may not be guarded at all."""
    NOBODY_THERE = auto()
    """It is that of a place without a guarded speaker."""
    UNKNOWN = auto()


class UnclearError(Exception):
    """A name that means no speaker for sure."""

    def __init__(self, why: Why, slugs: Collection[str] = ()) -> None:
        """Take the speakers that could be meant, too."""
        super().__init__(why.name)
        self.why = why
        self.slugs = slugs


class Names:
    """Everything by which somebody could call a speaker, or where it is."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: EarlidConfigEntry,
        among: Collection[str],
        bare: Callable[[Sequence[str]], Sequence[str]] = tuple,
    ) -> None:
        """Learn the names of the speakers that whoever asks may know of. `bare`: what of some words names something."""
        self._hass = hass
        self._entry = entry
        self._bare = bare
        self._slugs = [slug for slug in entry.runtime_data.speakers if slug in among]
        self._speakers: defaultdict[Words, set[str]] = defaultdict(set)
        self._places: defaultdict[str, set[str]] = defaultdict(set)
        for slug in self._slugs:
            for name in self._called(slug):
                if words := self._words(name):
                    self._speakers[words].add(slug)
        ids = ids_of(hass, entry)
        for kind, place, names in _places(hass):
            there = {slug for slug in self._slugs if place in ids[slug][kind]}
            for name in names:
                if sound := "".join(self._words(name)):
                    self._places[sound] |= there

    def meant(self, name: str, *, narrow: bool, guess: bool = False) -> list[str]:
        """Return the slugs of the speakers that a name means: a speaker's, another that it was given, or a place's.

        `narrow`: rather too few than too many. `guess`: part of one name is enough, unless `narrow`.

        Raises:
            UnclearError: It means nothing, or nobody knows which.
        """
        words = self._words(name)
        sound = "".join(words)
        speakers = {slug for known, slugs in self._speakers.items() if sound == "".join(known) for slug in slugs}
        places = self._places.get(sound)
        if len(speakers) > 1 and (narrow or not speakers <= (places or set())):
            raise UnclearError(Why.AMBIGUOUS, speakers)
        if found := speakers if narrow and speakers else speakers | (places or set()):
            return self._in_order(found)
        if places is not None:
            raise UnclearError(Why.NOBODY_THERE)
        part, near = self._alike(set(words))
        if len(part) == 1 and guess and not narrow:
            return self._in_order(part)
        if part | near:
            raise UnclearError(Why.NEAR, self._in_order(part or near))
        raise UnclearError(Why.UNKNOWN)

    def there(self, name: str) -> list[str]:
        """Return the slugs of the speakers in the places of that name; empty: none is, or there is no such place."""
        return self._in_order(self._places.get("".join(self._words(name)), set()))

    def _alike(self, words: set[str]) -> tuple[set[str], set[str]]:
        """Return whose names these words are part of, and whose names are part of these words."""
        known = self._speakers.items() if words else ()
        part = {slug for name, slugs in known if words <= set(name) for slug in slugs}
        return part, {slug for name, slugs in known if words >= set(name) for slug in slugs}

    def _in_order(self, slugs: Collection[str]) -> list[str]:
        return [slug for slug in self._slugs if slug in slugs]

    def _words(self, name: str) -> Words:
        words = plain(name)
        # A speaker that is called by nothing but such words is called by these.
        return tuple(self._bare(words) or words)

    def _called(self, slug: str) -> Iterator[str]:
        """Yield what a speaker and the device that it guards are called."""
        hass, view = self._hass, self._entry.runtime_data.speakers[slug]
        yield slug
        yield view.speaker.name
        devices, entities = dr.async_get(hass), er.async_get(hass)
        own = devices.async_get_device_by_identifier(speaker_identifier(self._entry, slug), self._entry.entry_id)
        guarded = None if view.device_id is None else devices.async_get(view.device_id)
        for device in filter(None, (own, guarded)):
            yield from filter(None, (device.name_by_user, device.name))
        for entity in er.async_entries_for_config_entry(entities, self._entry.entry_id):
            if entity.config_subentry_id == view.subentry_id:
                # Only what a person has typed in: the computed name of each is that of its speaker and what it shows.
                yield from (alias for alias in entity.aliases if isinstance(alias, str))
        for entity in er.async_entries_for_device(entities, guarded.id) if guarded is not None else ():
            # A night light in it may have a name of its own, which is not that of what listens.
            if entity.domain in _SPOKEN_TO:
                yield from er.async_get_entity_aliases(hass, entity)


@callback
def speaker_called(
    hass: HomeAssistant, entry: EarlidConfigEntry, name: str, among: Collection[str], *, narrow: bool = True
) -> list[str]:
    """Return the slugs of the speakers that a language model means by a name; part of one is asked back.

    Raises:
        ServiceValidationError: It means nothing, or one of several and nobody knows which; the error names them.
    """
    try:
        return Names(hass, entry, among).meant(name, narrow=narrow)
    except UnclearError as unclear:
        keys = {Why.AMBIGUOUS: "name_ambiguous", Why.NEAR: "name_near"}
        key = keys.get(unclear.why, "name_unknown")
        slugs = unclear.slugs or among
        candidates = [view.speaker.name for slug, view in entry.runtime_data.speakers.items() if slug in slugs]
        raise wrong(key, name=name, candidates=_listed(candidates)) from unclear


@callback
def speakers_in(hass: HomeAssistant, entry: EarlidConfigEntry, name: str, among: Collection[str]) -> list[str]:
    """Return the slugs of the speakers in the room or on the floor of that name, of those that who asks may know of.

    Raises:
        ServiceValidationError: There is no such room or floor, or no such speaker in it.
    """
    if not (there := Names(hass, entry, among).there(name)):
        ids = ids_of(hass, entry)
        rooms = {area for slug in among for area in ids[slug][ATTR_AREA_ID]}
        names = sorted(area.name for area in ar.async_get(hass).async_list_areas() if area.id in rooms)
        raise wrong("area_without_speaker", area=name, candidates=_listed(names))
    return there


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"


def _places(hass: HomeAssistant) -> Iterator[tuple[str, str, list[str]]]:
    """Yield of each area and floor what it is, its id, and its names."""
    for area in ar.async_get(hass).async_list_areas():
        yield ATTR_AREA_ID, area.id, [area.name, *area.aliases]
    for floor in fr.async_get(hass).async_list_floors():
        yield ATTR_FLOOR_ID, floor.floor_id, [floor.name, *floor.aliases]
