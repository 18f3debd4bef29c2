"""Reports of detectors outside Home Assistant, over MQTT."""

from typing import Any, Final

from homeassistant.components.mqtt import ReceiveMessage
import voluptuous as vol

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.untrusted import RejectedError, an_id, moment, unpack


def _storable(text: str) -> str:
    # Half a surrogate pair is JSON, and no text that could be written down: ValueError, which refuses it.
    text.encode()
    return text


def report_of(source: str) -> vol.Schema:
    """Return what a report must be; `source` is what it comes from unless it says so itself."""
    return vol.Schema(
        {
            vol.Optional("id"): an_id(),
            vol.Optional("at"): moment,
            vol.Optional("source", default=source): vol.All(str, vol.Length(min=1, max=64), _storable),
            vol.Optional("outcome", default=Outcome.UNKNOWN.value): vol.All(str, vol.Coerce(Outcome)),
            vol.Optional("note"): vol.All(str, vol.Length(max=1024), _storable),
        },
        extra=vol.REMOVE_EXTRA,
    )


_REPORT: Final = report_of("mqtt")


def parse(message: ReceiveMessage) -> Report:
    """Return the report a message holds. Raises RejectedError."""
    if message.retain:
        # The broker keeps it for every start to come: each would count the same wake again.
        msg = "retained"
        raise RejectedError(msg)
    return to_report(unpack(message.payload, _REPORT))


def to_report(fields: dict[str, Any]) -> Report:
    """Return the report that the fields of `report_of` make."""
    return Report(
        source=fields["source"],
        outcome=fields["outcome"],
        at=fields.get("at"),
        id=fields.get("id"),
        note=fields.get("note"),
    )
