"""Which speakers are meant by what was said: names in the words of a language, several of them, all, or here.

A name that could mean several speakers means none: the household is asked which.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from homeassistant.const import ATTR_AREA_ID
from homeassistant.core import HomeAssistant

from custom_components.earlid.called import Names, UnclearError, Why, plain
from custom_components.earlid.permission import own_speakers
from custom_components.earlid.runtime import EarlidConfigEntry
from custom_components.earlid.targets import ids_of
from custom_components.earlid.untrusted import name as shortened
from custom_components.earlid.whose import Ear

from .durations import HOW_LONG
from .speech import NotUnderstoodError, Speech

# Nobody says more in one breath; and each word of it may be looked for at each other one.
_LONGEST: Final = 1024
# More are not read out.
_READ_OUT: Final = 8
NAMES: Final = ("speaker", "name", "area", "floor")


@dataclass(frozen=True, slots=True)
class Meant:
    """The speakers that are meant."""

    slugs: list[str]
    whole: bool = False
    """All were meant, not one by one."""


class Said:
    """The speakers that whoever asks may know of, and what they can be called in the language they are asked in."""

    def __init__(self, hass: HomeAssistant, entry: EarlidConfigEntry, speech: Speech, visible: Collection[str]) -> None:
        """Learn the names of those speakers."""
        self._hass = hass
        self._entry = entry
        self._speech = speech
        self._views = {slug: view for slug, view in entry.runtime_data.speakers.items() if slug in visible}
        self._names = Names(hass, entry, visible, speech.told_apart)

    def meant(self, slots: Mapping[str, Any], *, narrow: bool) -> Meant | None:
        """Return what the slots name; None: nothing, or here. `narrow`: rather too few than too many.

        Raises:
            NotUnderstoodError: Something unknown, or what could be several.
        """
        said = [str(slots[name]) for name in NAMES if slots.get(name) is not None]
        if sum(map(len, said)) > _LONGEST:
            raise NotUnderstoodError("unknown_name", name=shortened(" ".join(said)), known=self.known)
        if any(slots.get(name) is not None for name in HOW_LONG):
            self._ensure_now(said)
        if not said or self._speech.means("here", plain(said[0])):
            return None
        found = [self._one(text, narrow=narrow) for text in said]
        common = set.intersection(*(set(each.slugs) for each in found))
        if not common:
            raise NotUnderstoodError("none_there", name=said[-1])
        return Meant([slug for slug in self._views if slug in common], all(each.whole for each in found))

    def here(self, ear: Ear | None, area_id: str | None) -> list[str]:
        """Return the speakers where it was said: the one that heard it, else those of the area."""
        own = set() if ear is None else own_speakers(self._hass, self._entry, ear)
        ids = ids_of(self._hass, self._entry)
        there = own or {slug for slug in self._views if any(area_id == its for its in ids[slug][ATTR_AREA_ID])}
        return [slug for slug in self._views if slug in there]

    @property
    def known(self) -> list[str]:
        """The names to choose from."""
        return [view.speaker.name for view in self._views.values()][:_READ_OUT]

    def _one(self, text: str, *, narrow: bool) -> Meant:
        words = plain(text)
        name = self._speech.told_apart(words)
        if self._speech.means("all", words) or (words and self._speech.means("all", name)):
            return Meant(list(self._views), whole=True)
        try:
            return Meant(self._names.meant(text, narrow=narrow, guess=bool(name)))
        except UnclearError as unclear:
            if not name:
                raise NotUnderstoodError("which", known=self.known) from unclear
            if unclear.why in (Why.NEAR, Why.UNKNOWN) and len(parts := self._parts(text)) > 1:
                named = [self._one(part, narrow=narrow) for part in parts]
                several = {slug for each in named for slug in each.slugs}
                # Who says *the kitchen and all* means all, which is never let listen.
                return Meant([slug for slug in self._views if slug in several], any(each.whole for each in named))
            self._ensure_no_time(words)
            raise self._asked_back(unclear, text.strip()) from unclear

    def _parts(self, text: str) -> list[str]:
        """Return what stands between each *and*."""
        words = groupby(text.split(), lambda word: self._speech.means("and", plain(word)))
        return [" ".join(part) for joins, part in words if not joins]

    def _ensure_now(self, said: Sequence[str]) -> None:
        """Say so where *in* was left over before a time: *the kitchen in ten minutes* is not for ten minutes."""
        for words in map(plain, said):
            if any(self._speech.means("later", words[-several:]) for several in (1, 2)):
                raise NotUnderstoodError("not_later")

    def _ensure_no_time(self, words: Sequence[str]) -> None:
        """Say so where a time stands behind a name: to Home Assistant, both together could as well be one name."""
        for place, word in enumerate(words):
            if self._speech.means("later", [word]) and self._speech.means("unit", words[-1:]):
                raise NotUnderstoodError("not_later")
            if self._speech.means("time", [word]):
                with suppress(UnclearError):
                    self._names.meant(" ".join(words[:place]), narrow=False, guess=True)
                    raise NotUnderstoodError("duration_unreadable")

    def _asked_back(self, unclear: UnclearError, text: str) -> NotUnderstoodError:
        named = [view.speaker.name for slug, view in self._views.items() if slug in unclear.slugs]
        match unclear.why:
            case Why.AMBIGUOUS | Why.NEAR:
                return NotUnderstoodError("ambiguous", speakers=named)
            case Why.NOBODY_THERE:
                return NotUnderstoodError("none_there", name=text)
            case _:
                return NotUnderstoodError("unknown_name", name=text, known=self.known)
