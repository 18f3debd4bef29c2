"""Events: the assistant of a speaker woke."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .engine.model import Outcome, Record
from .entity import SpeakerEntity
from .runtime import EarlidConfigEntry, SpeakerView

PARALLEL_UPDATES = 0

ACTIVATION = EventEntityDescription(
    key="activation",
    translation_key="activation",
    event_types=[outcome.value for outcome in Outcome],
)
SHOWN = ("source", "allowed")


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: EarlidConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event of each speaker there is and each that comes."""
    listening: dict[str, ActivationEvent] = {}

    @callback
    def meet(view: SpeakerView) -> None:
        async_add_entities([ActivationEvent(entry, view, listening)], config_subentry_id=view.subentry_id)

    @callback
    def hear(record: Record) -> None:
        if record.kind == "activation" and (event := listening.get(record.speaker)) is not None:
            event.fire(record)

    entry.async_on_unload(entry.runtime_data.on_speaker(meet))
    entry.async_on_unload(entry.runtime_data.on_record(hear))


class ActivationEvent(SpeakerEntity, EventEntity):
    """The assistant of a speaker woke."""

    _domain = Platform.EVENT
    entity_description = ACTIVATION

    def __init__(self, entry: EarlidConfigEntry, view: SpeakerView, listening: dict[str, ActivationEvent]) -> None:
        """Take the register of those that listen: one look-up a record, however many speakers there are."""
        super().__init__(entry, view, ACTIVATION.key)
        self._listening = listening

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._listening[self._slug] = self
        self.async_on_remove(self._stop_listening)

    @callback
    def fire(self, record: Record) -> None:
        """Show an activation."""
        body = record.body
        outcome = str(body.get("outcome"))
        known = outcome if outcome in self.event_types else Outcome.UNKNOWN.value
        self._trigger_event(known, {"id": record.id} | {key: body.get(key) for key in SHOWN})
        self._shown = self._shows()
        self.async_write_ha_state()

    @callback
    def _stop_listening(self) -> None:
        if self._listening.get(self._slug) is self:
            del self._listening[self._slug]
