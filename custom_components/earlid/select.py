"""Select: a person's wish for one speaker, until the next change."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .engine.model import Effect
from .engine.policy import until_next_change
from .entity import SpeakerEntity
from .permission import ensure_may_allow, ensure_may_mute
from .runtime import EarlidConfigEntry, SpeakerView

PARALLEL_UPDATES = 0


class Mode(StrEnum):
    """What a person wants of a speaker."""

    AUTOMATIC = "automatic"
    MUTE = "mute"
    LISTEN = "listen"


MODE = SelectEntityDescription(
    key="mode",
    translation_key="mode",
    options=[mode.value for mode in Mode],
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: EarlidConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the mode of each speaker there is and each that comes."""

    @callback
    def meet(view: SpeakerView) -> None:
        async_add_entities([SpeakerMode(entry, view)], config_subentry_id=view.subentry_id)

    entry.async_on_unload(entry.runtime_data.on_speaker(meet))


class SpeakerMode(SpeakerEntity, SelectEntity):
    """The mode of a speaker."""

    _domain = Platform.SELECT
    _unrecorded_attributes = frozenset({"until"})
    entity_description = MODE

    def __init__(self, entry: EarlidConfigEntry, view: SpeakerView) -> None:
        """Begin with the speaker as it is."""
        super().__init__(entry, view, MODE.key)

    @property
    @override
    def current_option(self) -> str:
        holds = self.view.holds
        if holds.mute is not None:
            return Mode.MUTE
        return Mode.AUTOMATIC if holds.listen is None else Mode.LISTEN

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        hold = self.view.holds.mute or self.view.holds.listen
        return {"until": None if hold is None else hold.until}

    @override
    async def async_select_option(self, option: str) -> None:
        """Hold the speaker until the next change, or end its holds.

        Raises:
            NotAllowed: The caller may not do what can end in listening.
        """
        # The next call sets another context, so it is taken before anything is awaited.
        context = self._context
        if option == Mode.MUTE:
            view = next(iter(self._household.seen([self._slug])), self.view)
            hold = until_next_change(Effect.MUTE, view.decision, dt_util.utcnow())
            base = hold.ends_when_base_leaves
            await ensure_may_mute(self.hass, self._entry, context, [view], hold.until, while_base=base)
            await self._household.hold_until_next_change(self._slug, Effect.MUTE, context)
            return
        await ensure_may_allow(self.hass, self._entry, context, [self._slug])
        if option == Mode.LISTEN:
            await self._household.hold_until_next_change(self._slug, Effect.LISTEN, context)
        else:
            await self._household.resume([self._slug], context)
