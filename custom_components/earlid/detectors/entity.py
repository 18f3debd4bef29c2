"""Any entity that shows an activation: one that reaches a state, stays above a value, or changes."""

from collections.abc import Callable
from datetime import datetime, timedelta
import math
from typing import Final

from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, State, callback
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_state_change_event
from homeassistant.util import dt as dt_util

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.signals import NO_TIME, Signal

from .ears import Ears

_SILENT: Final = (None, STATE_UNAVAILABLE, STATE_UNKNOWN)
# What these domains' states say is when something happened; of all others, that it goes on.
_FIRSTS: Final = ("event", "button", "input_button")
_MOMENTS: Final = ("event", "button", "input_button", "sensor", "wake_word", "conversation", "stt")


def watch(ears: Ears, entity_id: str) -> Callable[[], None]:
    """Watch an entity for what usually shows that something happened to it; return what ends the watch."""
    if entity_id.partition(".")[0] in _MOMENTS:
        return watch_changes(ears, entity_id)
    return watch_state(ears, entity_id, STATE_ON)


def watch_changes(ears: Ears, entity_id: str) -> Callable[[], None]:
    """Watch an entity each change of which is an activation; return what ends the watch."""

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if happened(event) is not None:
            ears.tell(Report(source=entity_id))

    return async_track_state_change_event(ears.hass, entity_id, changed)


def watch_state(ears: Ears, entity_id: str, wanted: str) -> Callable[[], None]:
    """Watch an entity that shows an activation by going to a state; return what ends the watch."""
    return _watch_signal(ears, entity_id, NO_TIME, lambda said: said == wanted)


def watch_level(ears: Ears, entity_id: str, above: float, hold: timedelta) -> Callable[[], None]:
    """Watch a number that shows an activation by staying above a value for a time; return what ends the watch."""

    def is_high(said: str) -> bool | None:
        try:
            value = float(said)
        except ValueError:
            return None
        return value > above if math.isfinite(value) else None

    return _watch_signal(ears, entity_id, hold, is_high)


def happened(event: Event[EventStateChangedData]) -> State | None:
    """Return what the entity shows after something has happened to it; None: nothing has.

    Coming into sight tells nothing: what it shows then may be from long ago. Only what has never happened yet is
    rightly unknown until it does.
    """
    old, new = event.data["old_state"], event.data["new_state"]
    before, after = (None if state is None else state.state for state in (old, new))
    if before == after or after in _SILENT or before in (None, STATE_UNAVAILABLE):
        return None
    return None if before == STATE_UNKNOWN and event.data["entity_id"].partition(".")[0] not in _FIRSTS else new


def _watch_signal(
    ears: Ears, entity_id: str, hold: timedelta, is_high: Callable[[str], bool | None]
) -> Callable[[], None]:
    signal = Signal(hold=hold)
    cancel: CALLBACK_TYPE | None = None

    @callback
    def look(_because: Event[EventStateChangedData] | datetime | None = None) -> None:
        nonlocal signal, cancel
        said = ears.eyes.satellite(entity_id)
        signal, woke_at = signal.after(None if said is None else is_high(said), dt_util.utcnow())
        if cancel is not None:
            cancel()
        cancel = None
        if signal.look_at is not None:
            cancel = async_track_point_in_utc_time(ears.hass, look, signal.look_at)
        if woke_at is not None:
            ears.tell(Report(source=entity_id, at=woke_at))

    stop_following = async_track_state_change_event(ears.hass, entity_id, look)
    look()

    def stop() -> None:
        stop_following()
        if cancel is not None:
            cancel()

    return stop
