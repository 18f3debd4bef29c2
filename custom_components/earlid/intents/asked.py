"""A wish or a question that somebody brought to Assist: who asks, what heard it, and which speakers it is about."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.intent import Intent

from custom_components.earlid.const import DOMAIN
from custom_components.earlid.permission import NotAllowed, may_read
from custom_components.earlid.runtime import EarlidConfigEntry, Household, SpeakerView
from custom_components.earlid.whose import UNKNOWN, Ear, Word, whose

from .naming import NAMES, Meant, Said
from .speech import NotUnderstoodError, Speech, speech


class Asked:
    """One intent, as Earlid sees it."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: EarlidConfigEntry,
        intent: Intent,
        visible: set[str],
        *,
        ear: Ear | None,
        typed: Context | None,
    ) -> None:
        """Take what `ask` found out. `typed`: in which user's name; None: it was said aloud, or is the household's."""
        self.hass = hass
        self.entry = entry
        self.household: Household = entry.runtime_data
        self.context: Context = intent.context
        self.slots: dict[str, Any] = {name: slot["value"] for name, slot in intent.slots.items()}
        self.speech: Speech = speech(hass, intent.language)
        self.ear = ear
        self.typed = typed
        self._visible = visible

    @cached_property
    def names(self) -> Said:
        """The names that may be used."""
        return Said(self.hass, self.entry, self.speech, self._visible)

    @property
    def sees_all(self) -> bool:
        """Whether there is no speaker that whoever asks may not know of."""
        return self._visible >= set(self.household.speakers)

    def meant(self, *, narrow: bool = False) -> Meant | None:
        """Return the speakers that were named; None: none was."""
        if not self.views(self._visible):
            raise NotUnderstoodError("no_speakers")
        return self.names.meant(self.slots, narrow=narrow)

    def meant_or_here(self, *, narrow: bool = False) -> Meant:
        """Return the speakers that were named, or those where it was said; ask which where there are none."""
        if (meant := self.meant(narrow=narrow)) is not None:
            return meant
        if not (here := self.here()):
            raise NotUnderstoodError("which", known=self.names.known)
        return Meant(here)

    def meant_or_all(self) -> Meant:
        """Return the speakers that were named, or all."""
        named_here = any(self.slots.get(name) is not None for name in NAMES)
        if (meant := self.meant()) is not None:
            return meant
        here = self.here() if named_here else []
        return Meant(here) if here else Meant(list(self.views(self._visible)), whole=True)

    def here(self) -> list[str]:
        """Return the speakers where it was said."""
        area_id = self.slots.get("preferred_area_id")
        if area_id is None and self.ear is not None and self.ear.device is not None:
            device = dr.async_get(self.hass).async_get(self.ear.device)
            area_id = None if device is None else dr.async_get_effective_area_id(self.hass, device)
        return self.names.here(self.ear, area_id)

    def views(self, slugs: Collection[str]) -> dict[str, SpeakerView]:
        """Return how these speakers are now; one may just have been removed."""
        return {slug: view for slug, view in self.household.speakers.items() if slug in slugs}

    def named(self, slugs: Collection[str]) -> list[str]:
        """Return what these speakers are called."""
        return [view.speaker.name for view in self.views(slugs).values()]


async def ask(intent: Intent) -> Asked:
    """Return what an intent asks. Raises NotUnderstoodError while Earlid is not loaded, NotAllowed for nobody's."""
    hass = intent.hass
    entries: list[EarlidConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise NotUnderstoodError("not_loaded")
    entry = entries[0]
    word = await whose(hass, intent.context)
    visible = set(entry.runtime_data.speakers)
    # What was said aloud is nobody's, whoever last used the satellite; that one heard it is not for a client to say.
    typed = word.context if word.ear is None and word.context.user_id is not None else None
    if typed is not None and typed.user_id is not None:
        if (user := await hass.auth.async_get_user(typed.user_id)) is None:
            raise NotAllowed("unknown_user", intent.context)
        visible = {slug for slug in visible if may_read(hass, entry, user, slug)}
    return Asked(hass, entry, intent, visible, ear=_ear(intent, word), typed=typed)


def _ear(intent: Intent, word: Word) -> Ear | None:
    """Return what heard an intent; None: it was typed, or came from a user's own telephone or browser."""
    if word.ear is not None and word.ear.satellite is not None:
        return word.ear
    if intent.satellite_id is not None or (intent.device_id is not None and word.context.user_id is None):
        return Ear(intent.satellite_id, intent.device_id)
    if word.ear is None and word.context.user_id is None and intent.platform != "conversation":
        # Assist is asked by automations too; other assistants are asked aloud.
        return UNKNOWN
    return word.ear
