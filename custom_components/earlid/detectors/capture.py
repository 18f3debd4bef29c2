"""Raw audio that someone takes from an Assist satellite, past the assistant.

Home Assistant lets an administrator record what a satellite's microphone sends, to find faults: the command
`assist_pipeline/device/capture` over its WebSocket. It fires this event each time, before the first sound goes out
(homeassistant/components/assist_pipeline/websocket_api.py).
"""

from collections.abc import Callable
import math
from typing import Any, Final

from homeassistant.core import Event, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from custom_components.earlid import repairs
from custom_components.earlid.engine.model import Record
from custom_components.earlid.setup_data import Guarded

from . import satellite
from .ears import Ears

EVENT: Final = "assist_pipeline_recording"


def watch(ears: Ears, guarded: Guarded) -> Callable[[], None]:
    """Watch for captures from the speaker's device or from that of a satellite it shows its wakes by."""
    satellites = [entity_id for entity_id in guarded.detectors if satellite.knows(ears.hass, entity_id)]

    @callback
    def began(event: Event[dict[str, Any]]) -> None:
        device_id = event.data.get("device_id")
        if not isinstance(device_id, str) or device_id not in _devices():
            return
        body: dict[str, object] = {
            "event": "audio_captured",
            "severe": True,
            "seconds": _seconds(event.data.get("seconds")),
        }
        record = Record(kind="lifecycle", at=dt_util.utcnow(), speaker=guarded.speaker.slug, body=body)
        repairs.audio_captured(ears.hass, guarded.speaker, record)
        ears.note(record)
        ears.heard()

    def _devices() -> set[str | None]:
        # Looked up at each event: a satellite may get its device, or another one, at any time.
        registered = map(er.async_get(ears.hass).async_get, satellites)
        return {guarded.device_id, *(entry.device_id for entry in registered if entry is not None)}

    return ears.hass.bus.async_listen(EVENT, began)


def _seconds(said: object) -> float | None:
    """Return how long at most it goes on; None where that is no number."""
    if not isinstance(said, int | float) or isinstance(said, bool):
        return None
    return said if 0 <= said < math.inf else None
