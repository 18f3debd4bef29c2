"""Assist satellites: their states show each wake, and whether anything came of it."""

from collections.abc import Callable

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from custom_components.earlid.engine.activations import Turn

from .ears import Ears


def knows(_hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether this is one."""
    return entity_id.startswith("assist_satellite.")


def watch(ears: Ears, entity_id: str) -> Callable[[], None]:
    """Watch a satellite; return what ends the watch."""
    turn = Turn(ears.eyes.satellite(entity_id))

    @callback
    def changed(_event: Event[EventStateChangedData]) -> None:
        nonlocal turn
        state, before = ears.eyes.satellite(entity_id), turn.state
        turn, report = turn.on(state, dt_util.utcnow())
        if report is not None:
            ears.tell(report)
        if state == "listening" != before:
            # Asked something or woken: its microphone is open.
            ears.heard()

    return async_track_state_change_event(ears.hass, entity_id, changed)
