"""Amazon Echo through the custom integration Alexa Media Player: its event on Home Assistant's bus.

`alexa_media_last_called_event` {last_called, name, timestamp, summary, response}: `last_called` is the serial number,
`timestamp` milliseconds (github.com/alandtse/alexa_media_player, custom_components/alexa_media/media_player.py). Like
Home Assistant's own integration it leaves out most wakes without a command.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util, slugify

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.engine.wakes import LATEST_REPORT

from .ears import Ears, sentence

EVENT: Final = "alexa_media_last_called_event"


def knows(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether this is the media player of such a device."""
    registered = er.async_get(hass).async_get(entity_id)
    return registered is not None and (registered.domain, registered.platform) == ("media_player", "alexa_media")


def watch(ears: Ears, entity_id: str) -> Callable[[], None]:
    """Watch the bus for what was said to the device of this media player; return what ends the watch."""
    last: object = None

    @callback
    def called(event: Event[dict[str, Any]]) -> None:
        nonlocal last
        if not _is_of(ears.hass, entity_id, event.data.get("last_called")):
            return
        stamp, before = event.data.get("timestamp"), last
        last = stamp
        at = moment(stamp)
        # It tells of the last command once more when it connects, and when something else of it changes.
        stale = before is None and at is not None and dt_util.utcnow() - at > LATEST_REPORT
        if stale or (at is not None and stamp == before):
            return
        note = sentence(event.data.get("summary"))
        ears.tell(Report(source=entity_id, outcome=Outcome.ANSWERED, at=at, note=note))

    return ears.hass.bus.async_listen(EVENT, called)


def moment(stamp: object) -> datetime | None:
    """Return the time that milliseconds since 1970 say; None where they say none."""
    if not isinstance(stamp, int | float) or isinstance(stamp, bool):
        return None
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC)
    except ValueError, OverflowError, OSError:
        return None


def _is_of(hass: HomeAssistant, entity_id: str, serial: object) -> bool:
    registered = er.async_get(hass).async_get(entity_id)
    if registered is None or not isinstance(serial, str) or not serial:
        return False
    # Of a second account the serial number alone would not be unique: it is a slug of it and the account.
    unique_id = str(registered.unique_id)
    return unique_id == serial or unique_id.startswith(f"{slugify(serial)}_")
