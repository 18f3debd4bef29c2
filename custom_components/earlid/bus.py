"""Activations and breaches as events on Home Assistant's bus: the logbook describes nothing else.

What was said is in none of them: the recorder keeps events, and every automation and integration can hear them.
"""

from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, ATTR_NAME, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import DOMAIN
from .engine.model import Record
from .entity import speaker_identifier
from .runtime import EarlidConfigEntry

EVENT_ACTIVATION: Final = f"{DOMAIN}_activation"
EVENT_BREACH: Final = f"{DOMAIN}_breach"

# The entity that an event is about, and what of its record it carries.
_TOLD: Final = {
    "activation": (EVENT_ACTIVATION, Platform.EVENT, ("outcome", "allowed", "because", "microphone", "source")),
    "breach": (EVENT_BREACH, Platform.BINARY_SENSOR, ("state", "cause", "exposed_s")),
}


@callback
def announce(hass: HomeAssistant, entry: EarlidConfigEntry) -> CALLBACK_TYPE:
    """Fire an event for each activation and each breach; return what ends that."""

    @callback
    def heard(record: Record) -> None:
        if record.kind in _TOLD:
            event, _, _ = _TOLD[record.kind]
            hass.bus.async_fire(event, _payload(hass, entry, record))

    return entry.runtime_data.on_record(heard)


def _payload(hass: HomeAssistant, entry: EarlidConfigEntry, record: Record) -> dict[str, Any]:
    _, platform, told = _TOLD[record.kind]
    slug, view = record.speaker, entry.runtime_data.speakers.get(record.speaker)
    unique_id = f"{entry.entry_id}_{slug}_{record.kind}"
    device = dr.async_get(hass).async_get_device_by_identifier(speaker_identifier(entry, slug), entry.entry_id)
    payload = {
        ATTR_ENTITY_ID: er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id),
        ATTR_DEVICE_ID: None if device is None else device.id,
        "speaker": slug,
        ATTR_NAME: slug if view is None else view.speaker.name,
        "at": record.at.isoformat(),
    }
    if record.id:
        payload["id"] = record.id
    return payload | {key: record.body.get(key) for key in told}
