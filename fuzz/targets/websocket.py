"""What a browser asks over the websocket, also one of somebody who may see little."""

import json
import logging
from types import SimpleNamespace
from typing import Any, Final

from homeassistant.auth.models import RefreshToken, User
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import Context
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import orjson

from fuzz.home import WORDS, Home
from fuzz.target import Target, part

from .wishes import ensure_unknown, fuzzed

# What was asked wrongly Home Assistant logs as an error of its own.
_SILENT: Final[Any] = logging.getLogger("fuzz.silent")
_SILENT.setLevel(logging.CRITICAL + 1)


async def _send(lives: Home, given: Any, user: User | None, context: Context) -> None:
    asked = part(given, "message")
    message = {"id": 1, "type": "earlid/" + str(part(given, "type"))} | (
        {key: value for key, value in asked.items() if key not in ("id", "type")} if isinstance(asked, dict) else {}
    )
    sent: list[Any] = []
    token: Any = SimpleNamespace(id="token", access_token_expiration=None)
    connection = ActiveConnection(_SILENT, lives.hass, sent.append, user or lives.guest, _token(token), None)
    try:
        # What Home Assistant's own parser does not take never gets here.
        message = orjson.loads(json.dumps(message).replace("DEVICE", _device(lives)))
    except orjson.JSONDecodeError:
        return
    times = part(given, "times")
    for number in range(max(1, min(times, 60)) if isinstance(times, int) else 1):
        connection.async_handle(message | {"id": number + 1})
    await lives.settle()
    for stop in connection.subscriptions.values():
        stop()
    texts = [one.decode() if isinstance(one, bytes) else json.dumps(one, default=str) for one in sent]
    assert any('"id":1' in text.replace(" ", "") for text in texts), "it is answered"
    assert not any("unknown_error" in text for text in texts), "it broke"
    if (user or lives.guest) is lives.guest:
        ensure_unknown(lives, Context(user_id=lives.guest.id) if user is None else context, given, "".join(texts))


def _device(lives: Home) -> str:
    return next(iter(dr.async_get(lives.hass).devices)).id


def _token(stub: Any) -> RefreshToken:
    return stub  # type: ignore[no-any-return]


_NOW: Final = int(dt_util.utcnow().timestamp() * 1000)

TARGETS: Final = (
    Target(
        name="websocket",
        begin=fuzzed(_send),
        parses=(
            "websocket_api:timeline",
            "websocket_api:journal",
            "websocket_api:wakes",
            "websocket_api:leave_alone",
            "websocket_api:subscribe",
            "websocket_api:_named",
            "websocket_api:_shown",
            "websocket_api:_loaded",
        ),
        begins_with=(
            {"type": "subscribe", "caller": 1},
            {"type": "timeline", "caller": 2, "message": {"start": _NOW - 3_600_000, "end": _NOW + 3_600_000}},
            {
                "type": "timeline",
                "caller": 1,
                "message": {"start": _NOW - 3_600_000, "end": _NOW, "speakers": ["speaker_0"]},
            },
            {
                "type": "journal",
                "caller": 2,
                "message": {"limit": 5, "kinds": ["activation"], "outcomes": ["answered"]},
            },
            {"type": "journal", "caller": 1, "message": {"start": _NOW - 1000, "end": _NOW, "before_seq": 9}},
            {"type": "wakes", "caller": 1, "message": {"start": _NOW - 3_600_000, "end": _NOW}},
            {"type": "leave_alone", "caller": 2, "message": {"device_id": "x"}},
            {"type": "leave_alone", "caller": 1},
            {"type": "subscribe", "caller": 2, "times": 40},
            {"type": "leave_alone", "caller": 2, "message": {"device_id": "DEVICE"}},
            {"type": "journal", "caller": 2, "message": {"kinds": ["breach"], "outcomes": ["answered"]}},
        ),
        words=(
            *WORDS,
            "type",
            "message",
            "caller",
            "times",
            "subscribe",
            "timeline",
            "journal",
            "wakes",
            "leave_alone",
            "start",
            "end",
            "speakers",
            "kinds",
            "outcomes",
            "before_seq",
            "limit",
            "device_id",
            "DEVICE",
            _NOW,
            _NOW - 1,
            _NOW + 31 * 86_400_000,
            "activation",
            "decision",
        ),
        share=0.05,
        spared={
            "if not entries:": "Earlid is loaded here",
            "except BaseException:": "what tells of the home does not break",
            "if slug in household.speakers:": "no speaker is removed in the middle of a question",
        },
    ),
)
