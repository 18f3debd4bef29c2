"""Amazon Echo through alexa-remote-mqtt: its topic `<name>/status/<device>/last_activity`.

From version 2 on: `{"val": {"text", "response", "utterance_type", "timestamp"}, "ts", "lc"}`, or the value alone with
`--no-json-payloads`; retained; `timestamp` in milliseconds; wakes without words are left out (README.md and
src/bridge.js, onDeviceActivity, of github.com/hobbyquaker/alexa-remote-mqtt). Its topic `microphone` is left alone:
what Amazon sends there is written down nowhere, and a guess at the word for *muted* would be taken for evidence.
"""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import callback
import voluptuous as vol

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.untrusted import RejectedError, unpack

from . import topics
from .alexa_media import moment
from .ears import Ears, sentence

_ITEM: Final = "last_activity"
_MESSAGE: Final = vol.Schema(
    {
        vol.Optional("val"): dict,
        vol.Optional("text"): str,
        vol.Optional("timestamp"): vol.Any(int, float),
    },
    extra=vol.REMOVE_EXTRA,
)


def watch(ears: Ears, topic: str) -> Callable[[], None]:
    """Watch a device by its topic, such as `alexa/status/Kitchen`; return what ends the watch."""
    last: object = None

    @callback
    def received(message: ReceiveMessage) -> None:
        nonlocal last
        try:
            said = _read(message)
        except RejectedError:
            return
        stamp, before = said.get("timestamp"), last
        last = stamp
        # What the broker kept is from before we listened; and it is sent once more when the bridge connects again.
        if message.retain or (stamp is not None and stamp == before):
            return
        note = sentence(said.get("text"))
        ears.tell(Report(source=f"mqtt:{topic}", outcome=Outcome.ANSWERED, at=moment(stamp), note=note))

    return topics.subscribe(ears.hass, f"{topic}/{_ITEM}", received)


def _read(message: ReceiveMessage) -> dict[str, Any]:
    outer = unpack(message.payload, _MESSAGE)
    said = outer.get("val", outer)
    try:
        checked: dict[str, Any] = _MESSAGE(said)
    except vol.Invalid as error:
        msg = "malformed"
        raise RejectedError(msg) from error
    if not checked:
        # It clears the topic of a device that is gone.
        msg = "empty"
        raise RejectedError(msg)
    return checked
