"""What anyone may send: taken apart with care, refused with a reason that is counted."""

import json
from typing import Any, Final

from homeassistant.util import dt as dt_util
import voluptuous as vol

# What is meant for Earlid is a few hundred bytes; parsing a megabyte of hostile JSON would hold up the loop.
LARGEST: Final = 4096


class RejectedError(Exception):
    """Something sent that is not taken; its text is the reason it is counted under."""


def unpack(payload: bytes | bytearray | str, schema: vol.Schema) -> dict[str, Any]:
    """Return what a JSON object says, as the schema has it. Raises RejectedError."""
    if len(payload) > LARGEST:
        msg = "too_large"
        raise RejectedError(msg)
    try:
        fields: dict[str, Any] = schema(json.loads(payload))
    except (ValueError, RecursionError, vol.Invalid, OverflowError) as error:
        msg = "malformed"
        raise RejectedError(msg) from error
    return fields


def moment(value: Any) -> Any:
    """Return the moment that an ISO 8601 text says, in UTC; one without an offset is the home's local time."""
    parsed = dt_util.parse_datetime(value) if isinstance(value, str) else None
    if parsed is None:
        msg = "not a time"
        raise vol.Invalid(msg)
    return dt_util.as_utc(parsed)


def an_id() -> Any:
    """Return what an id given by others must be: it goes into files and topics."""
    return vol.All(str, vol.Match(r"^[A-Za-z0-9_-]{1,64}\Z"))
