"""Assist satellites: their states show each wake, and whether anything came of it."""

from collections.abc import Callable

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from custom_components.earlid.engine.activations import Report, Turn
from custom_components.earlid.facts import Eyes


def watch(
    hass: HomeAssistant, eyes: Eyes, entity_id: str, tell: Callable[[Report], None], heard: Callable[[], None]
) -> Callable[[], None]:
    """Watch a satellite; return what ends the watch."""
    turn = Turn(eyes.satellite(entity_id))

    @callback
    def changed(_event: Event[EventStateChangedData]) -> None:
        nonlocal turn
        was_awake = turn.woke_at is not None
        turn, report = turn.on(eyes.satellite(entity_id), dt_util.utcnow())
        if report is not None:
            tell(report)
        if turn.woke_at is not None and not was_awake:
            heard()

    return async_track_state_change_event(hass, entity_id, changed)
