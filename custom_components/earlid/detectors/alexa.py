"""Amazon Echo through Home Assistant's own integration Alexa Devices: the event entity of what was said.

It shows only what Amazon took for a command: wakes with nothing understood are left out before Home Assistant hears of
them (aioamazondevices, implementation/history.py: ASR_TIMEOUT, DEVICE_ARBITRATION, NO_EXPRESSED_INTENT,
WAKE_WORD_ONLY). So it never shows a misactivation, and everything it shows was answered.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.untrusted import time_in

from . import entity
from .ears import Ears, sentence

# What was said is looked up 2 s after the sentence, and its answer, are over (aioamazondevices, api.py:
# _handle_eq_event_as_history_proxy). With a short sentence and the look-up itself, the wake was about so long ago.
LATE: Final = timedelta(seconds=5)
# An event's state is the time at which it was shown; what differs by more was shown before the entity came.
_SAME_TIME: Final = timedelta(seconds=1)


def knows(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether this is the event entity of such a device."""
    registered = er.async_get(hass).async_get(entity_id)
    return registered is not None and (registered.domain, registered.platform) == ("event", "alexa_devices")


def watch(ears: Ears, entity_id: str) -> Callable[[], None]:
    """Watch the entity; return what ends the watch."""

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        new = entity.happened(event)
        if new is None or _told_again(event.data["old_state"], new):
            return
        note = sentence(new.attributes.get("voice_command"))
        ears.tell(Report(source=entity_id, outcome=Outcome.ANSWERED, at=dt_util.utcnow() - LATE, note=note))

    return async_track_state_change_event(ears.hass, entity_id, changed)


def _told_again(old: State | None, new: State) -> bool:
    """Return whether this is only the last thing said before a restart, once more.

    The integration forgets at a start what it has shown, so that the first look at Amazon's history shows its newest
    entry as an event of now (homeassistant/components/alexa_devices/event.py, _last_seen_timestamp).
    """
    if old is None or old.attributes != new.attributes:
        return False
    try:
        shown_at = time_in(old.state)
        return shown_at is not None and old.last_changed - dt_util.as_utc(shown_at) > _SAME_TIME
    except ValueError, OverflowError:
        # No event was shown then.
        return False
