"""Any entity that shows an activation: one that turns on, or an event or time stamp that changes."""

from collections.abc import Callable
from typing import Final

from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from custom_components.earlid.engine.activations import Report

_SILENT: Final = (None, STATE_UNAVAILABLE, STATE_UNKNOWN)
# What these domains' states say is when something happened; of all others, that it goes on.
_FIRSTS: Final = ("event", "button", "input_button")
_MOMENTS: Final = ("event", "button", "input_button", "sensor", "wake_word", "conversation", "stt")


def watch(hass: HomeAssistant, entity_id: str, tell: Callable[[Report], None]) -> Callable[[], None]:
    """Watch an entity; return what ends the watch."""
    tells_firsts = entity_id.partition(".")[0] in _FIRSTS
    tells_moments = entity_id.partition(".")[0] in _MOMENTS

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        before, after = (None if state is None else state.state for state in (old, new))
        # Coming into sight tells nothing: what it shows then may be from long ago. Only what has never happened yet
        # is rightly unknown until it does.
        if before == after or after in _SILENT or before in (None, STATE_UNAVAILABLE):
            return
        if before == STATE_UNKNOWN and not tells_firsts:
            return
        if after == STATE_ON if not tells_moments else True:
            tell(Report(source=entity_id))

    return async_track_state_change_event(hass, entity_id, changed)
