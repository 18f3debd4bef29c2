"""A wish or a question that somebody brought to Assist: who asks, what heard it, and which speakers it is about."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.intent import Intent

from custom_components.earlid.const import DOMAIN
from custom_components.earlid.permission import Ear, NotAllowed, heard_by, may_read
from custom_components.earlid.runtime import EarlidConfigEntry, Household, SpeakerView

from .naming import NAMES, Meant, Said
from .speech import NotUnderstoodError, Speech, speech


class Asked:
    """One intent, as Earlid sees it."""

    def __init__(self, hass: HomeAssistant, entry: EarlidConfigEntry, intent: Intent, visible: set[str]) -> None:
        """Take what `ask` found out."""
        self.hass = hass
        self.entry = entry
        self.household: Household = entry.runtime_data
        self.context: Context = intent.context
        self.slots: dict[str, Any] = {name: slot["value"] for name, slot in intent.slots.items()}
        self.speech: Speech = speech(hass, intent.language)
        self.ear = ear_of(hass, intent)
        self._visible = visible

    @cached_property
    def names(self) -> Said:
        """The names that may be used."""
        return Said(self.hass, self.entry, self.speech, self._visible)

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
    visible = set(entry.runtime_data.speakers)
    # What was said aloud is nobody's, whoever last used the satellite.
    if ear_of(hass, intent) is None and intent.context.user_id is not None:
        if (user := await hass.auth.async_get_user(intent.context.user_id)) is None:
            raise NotAllowed("unknown_user", intent.context)
        visible = {slug for slug in visible if may_read(hass, entry, user, slug)}
    return Asked(hass, entry, intent, visible)


def ear_of(hass: HomeAssistant, intent: Intent) -> Ear | None:
    """Return what heard an intent; None: it was typed, or came from a user's own telephone or browser."""
    if intent.satellite_id is not None or (intent.device_id is not None and intent.context.user_id is None):
        return Ear(intent.satellite_id, intent.device_id)
    return heard_by(hass, intent.context)
