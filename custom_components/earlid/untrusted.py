"""What anyone may send: taken apart with care, refused with a reason that is counted."""

from datetime import datetime
import json
import re
from typing import Any, Final

from homeassistant.util import dt as dt_util
import voluptuous as vol

# What is meant for Earlid is a few hundred bytes; parsing a megabyte of hostile JSON would hold up the loop.
LARGEST: Final = 4096
# Of a name: who looks at a form reads no more, and a longer one would push the rest out of sight.
_LONGEST: Final = 80
# Line ends and other control characters; and what turns the order of the letters around.
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\s]+")
# Of these Markdown makes links (also of bare addresses), images, HTML, headings and lists.
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>!#|~&@:.+-])")


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


def time_in(text: str) -> datetime | None:
    """Return the time that an ISO 8601 text says; None: it says none. Raises ValueError for one that there is not."""
    # At half a surrogate pair, which JSON may hold, Home Assistant's parser ends the whole process (ciso8601 2.3.3).
    return dt_util.parse_datetime(text) if text.isascii() else None


def moment(value: Any) -> Any:
    """Return the moment that an ISO 8601 text says, in UTC; one without an offset is the home's local time."""
    parsed = time_in(value) if isinstance(value, str) else None
    if parsed is None:
        msg = "not a time"
        raise vol.Invalid(msg)
    return dt_util.as_utc(parsed)


def an_id() -> Any:
    """Return what an id given by others must be: it goes into files and topics."""
    return vol.All(str, vol.Match(r"^[A-Za-z0-9_-]{1,64}\Z"))


def name(text: object, longest: int = _LONGEST) -> str:
    """Return a name that anyone may have given, to be shown as a text: one line of bounded length."""
    one_line = _UNSEEN.sub(" ", str(text)).strip()
    return one_line if len(one_line) <= longest else f"{one_line[: longest - 1]}…"


def plain(text: object, longest: int = _LONGEST) -> str:
    """Return such a name as Markdown, in which it is itself and nothing else: no link, no image, no heading."""
    return _MARKUP.sub(r"\\\1", name(text, longest))
