"""Any entity that shows an activation: it reaches a state, stays above a value or rises above its usual, or changes."""

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
from custom_components.earlid.engine.usual import Usual

from .ears import Ears

_SILENT: Final = (None, STATE_UNAVAILABLE, STATE_UNKNOWN)
# What these domains' states say is when something happened; of all others, that it goes on.
_FIRSTS: Final = ("event", "button", "input_button")
_MOMENTS: Final = ("event", "button", "input_button", "sensor", "wake_word", "conversation", "stt")

type Judged = tuple[bool | None, datetime | None]
"""Whether it shows a wake, None: nobody knows; and when to judge anew though nothing changes."""


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
    return _watch_signal(ears, entity_id, NO_TIME, lambda said, _now: (None if said is None else said == wanted, None))


def watch_level(ears: Ears, entity_id: str, above: float, hold: timedelta) -> Callable[[], None]:
    """Watch a number that shows an activation by staying above a value for a time; return what ends the watch."""

    def judge(said: str | None, _now: datetime) -> Judged:
        value = _number(said)
        return None if value is None else value > above, None

    return _watch_signal(ears, entity_id, hold, judge)


def watch_rise(ears: Ears, entity_id: str, by: float, hold: timedelta) -> Callable[[], None]:
    """Watch a number that shows an activation by rising above what it usually is; return what ends the watch.

    Only while the speaker is on and settled: without power the number is far below, and its start would be a rise.
    """
    usual = Usual(at_least=by)

    def judge(said: str | None, now: datetime) -> Judged:
        nonlocal usual
        settled_at = ears.settled_at()
        settled = settled_at is not None and settled_at <= now
        usual = usual.after(_number(said) if settled else None, now)
        # A meter that reports what changes has nothing to say when the speaker is settled.
        return usual.high, usual.look_at if settled else settled_at

    return _watch_signal(ears, entity_id, hold, judge)


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


def _number(said: str | None) -> float | None:
    try:
        value = math.nan if said is None else float(said)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _watch_signal(
    ears: Ears, entity_id: str, hold: timedelta, judge: Callable[[str | None, datetime], Judged]
) -> Callable[[], None]:
    """Watch an entity for what `judge` makes of what it says; None: it is out of sight."""
    signal = Signal(hold=hold)
    cancel: CALLBACK_TYPE | None = None

    @callback
    def look(_because: Event[EventStateChangedData] | datetime | None = None) -> None:
        nonlocal signal, cancel
        now = dt_util.utcnow()
        high, again_at = judge(ears.eyes.satellite(entity_id), now)
        signal, woke_at = signal.after(high, now)
        if cancel is not None:
            cancel()
        cancel = None
        due = min((each for each in (signal.look_at, again_at) if each is not None), default=None)
        if due is not None:
            cancel = async_track_point_in_utc_time(ears.hass, look, due)
        if woke_at is not None:
            ears.tell(Report(source=entity_id, at=woke_at))

    stop_following = async_track_state_change_event(ears.hass, entity_id, look)
    look()

    def stop() -> None:
        stop_following()
        if cancel is not None:
            cancel()

    return stop
