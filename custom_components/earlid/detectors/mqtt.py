"""Reports of detectors outside Home Assistant, over MQTT."""

from typing import Any, Final

from homeassistant.components.mqtt import ReceiveMessage
import voluptuous as vol

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.untrusted import RejectedError, an_id, moment, unpack

REPORT: Final[dict[Any, Any]] = {
    vol.Optional("id"): an_id(),
    vol.Optional("at"): moment,
    vol.Optional("source", default="mqtt"): vol.All(str, vol.Length(min=1, max=64)),
    vol.Optional("outcome", default=Outcome.UNKNOWN.value): vol.All(str, vol.Coerce(Outcome)),
    vol.Optional("note"): vol.All(str, vol.Length(max=1024)),
}
"""The fields of a report, from wherever it comes."""
_SCHEMA: Final = vol.Schema(REPORT, extra=vol.REMOVE_EXTRA)


def parse(message: ReceiveMessage) -> Report:
    """Return the report a message holds. Raises RejectedError."""
    if message.retain:
        # The broker keeps it for every start to come: each would count the same wake again.
        msg = "retained"
        raise RejectedError(msg)
    return report_of(unpack(message.payload, _SCHEMA))


def report_of(fields: dict[str, Any]) -> Report:
    """Return the report that these fields make."""
    return Report(
        source=fields["source"],
        outcome=fields["outcome"],
        at=fields.get("at"),
        id=fields.get("id"),
        note=fields.get("note"),
    )
