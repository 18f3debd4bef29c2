"""Reports of detectors outside Home Assistant, over MQTT."""

import json
from typing import Any, Final

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome

# A report is a few hundred bytes; parsing a megabyte of hostile JSON would hold up the loop.
_LARGEST: Final = 4096


class RejectedError(Exception):
    """A message that is no report; its text is the reason it is counted under."""


def _moment(value: Any) -> Any:
    moment = dt_util.parse_datetime(value) if isinstance(value, str) else None
    if moment is None:
        msg = "not a time"
        raise vol.Invalid(msg)
    return dt_util.as_utc(moment)


_REPORT: Final = vol.Schema(
    {
        vol.Optional("id"): vol.All(str, vol.Match(r"^[A-Za-z0-9_-]{1,64}\Z")),
        vol.Optional("at"): _moment,
        vol.Optional("source", default="mqtt"): vol.All(str, vol.Length(min=1, max=64)),
        vol.Optional("outcome", default=Outcome.UNKNOWN.value): vol.All(str, vol.Coerce(Outcome)),
        vol.Optional("note"): vol.All(str, vol.Length(max=1024)),
    },
    extra=vol.REMOVE_EXTRA,
)


def parse(message: ReceiveMessage) -> Report:
    """Return the report a message holds. Raises RejectedError."""
    if message.retain:
        # The broker keeps it for every start to come: each would count the same wake again.
        msg = "retained"
        raise RejectedError(msg)
    payload = message.payload
    if len(payload) > _LARGEST:
        msg = "too_large"
        raise RejectedError(msg)
    try:
        fields = _REPORT(json.loads(payload))
    except (ValueError, RecursionError, vol.Invalid, OverflowError) as error:
        msg = "malformed"
        raise RejectedError(msg) from error
    return Report(
        source=fields["source"],
        outcome=fields["outcome"],
        at=fields.get("at"),
        id=fields.get("id"),
        note=fields.get("note"),
    )
