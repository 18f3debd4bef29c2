"""What a Shelly answers, or whoever stands at its address."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
import json
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from aiohttp import ClientError, WSMsgType
from homeassistant.core import Context

from custom_components.earlid.relays import shelly_gen1, shelly_http, shelly_rhythm
from custom_components.earlid.relays.protocol import RelayError
from custom_components.earlid.relays.shelly import ShellyRelay
from custom_components.earlid.relays.shelly_gen2 import FrameLogin
from fuzz.clockwork import clockwork, stub
from fuzz.home import alarmed
from fuzz.target import Feed, Target, one_of, part, several, text_of

_HOST: Final = "192.0.2.7"
_MAC: Final = "A8032AB12345"
_LEASE: Final = timedelta(seconds=300)
_CHANNELS: Final = (0, 1)
_DOES: Final = ("inspect", "provision", "off", "grant", "renew", "ask", "watch")
# s, in which it is asked some times.
_WATCHES: Final = 100
_FAILS: Final = (None, TimeoutError(), ClientError(), OSError(), ValueError())


class _Body:
    """What comes over the wire, in chunks."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), size):
            yield self._body[start : start + size]


class _Socket:
    """A WebSocket on which the input's frames come, one after each that was sent."""

    def __init__(self, frames: list[Any]) -> None:
        self.frames = frames
        self.sent = 0
        self._more = asyncio.Event()

    async def send_str(self, text: str) -> None:
        self.sent = json.loads(text)["id"]
        self._more.set()

    async def close(self) -> None:
        self._more.set()

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._read()

    async def _read(self) -> AsyncIterator[Any]:
        while self.frames:
            await self._more.wait()
            frame = self.frames.pop(0)
            if isinstance(frame, dict) and frame.get("id") == "same":
                frame["id"] = self.sent
                self._more.clear()
            if frame == "end":
                return
            if frame == "wait":
                self._more.clear()
                continue
            yield SimpleNamespace(type=WSMsgType.BINARY if frame == "binary" else WSMsgType.TEXT, data=text_of(frame))


class _Device:
    """In place of a session: answers each request with the next of the input's answers."""

    def __init__(self, answers: list[Any], frames: list[Any]) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._answers, self._frames = answers, frames

    @asynccontextmanager
    async def request(self, method: str, url: Any, **how: Any) -> AsyncIterator[Any]:
        assert url.host == _HOST, "nobody else is asked"
        assert how["allow_redirects"] is False
        self.asked.append((f"{method} {url.path}", how["params"] or how["json"] or {}))
        said = self._answers.pop(0) if self._answers else None
        await asyncio.sleep(0)
        if (fails := one_of(_FAILS, part(said, "fails", 0))) is not None:
            raise fails
        if said is None:
            raise TimeoutError
        status = part(said, "status", 200)
        body = text_of(part(said, "body", "")).encode("utf-8", "surrogatepass")
        yield SimpleNamespace(
            status=status if isinstance(status, int) else 200, content=_Body(body), url=url, close=lambda: None
        )

    async def ws_connect(self, url: Any, **_how: Any) -> _Socket:
        assert url.host == _HOST, "nobody else is asked"
        if not self._frames:
            raise ClientError
        return _Socket(self._frames)

    @property
    def turned_on(self) -> list[Any]:
        """What was asked that turns it on."""
        return [
            asked
            for path, asked in self.asked
            if asked.get("turn") == "on" or (asked.get("method") == "Switch.Set" and asked["params"]["on"])
        ]


@contextmanager
def _begin() -> Iterator[Feed]:
    session = SimpleNamespace(of=None)

    async def live(given: Any) -> None:
        device = session.of = _Device(several(part(given, "answers", []), 20), several(part(given, "frames", []), 20))
        password = "secret" if part(given, "password") is True else None
        channel = part(given, "channel")
        known = _MAC if part(given, "known") is True else None
        relay = ShellyRelay(stub(loop), _HOST, one_of(_CHANNELS, channel), password, known)
        does = one_of(_DOES, part(given, "does"))
        stop = relay.subscribe(lambda: None) if does == "watch" else lambda: None
        with suppress(RelayError):
            match does:
                case "inspect":
                    await relay.inspect()
                case "provision":
                    await relay.provision(_LEASE)
                case "off":
                    await relay.off(Context())
                case "grant":
                    await relay.grant(_LEASE, Context())
                case "renew":
                    await relay.renew(_LEASE, Context())
                case "ask":
                    await relay.ask()
                case "watch":
                    await asyncio.sleep(_WATCHES)
        stop()
        _ensure_harmless(does, device, relay, known, given)

    def feed(given: Any) -> None:
        loop.finish(live(given))
        alarms.ensure_calm()

    with (
        alarmed() as alarms,
        clockwork() as loop,
        patch.object(shelly_http, "async_get_clientsession", lambda _hass: session.of),
        patch.object(shelly_rhythm, "time", SimpleNamespace(monotonic=loop.time)),
        patch.object(shelly_gen1, "time", SimpleNamespace(monotonic=loop.time)),
    ):
        yield feed


def _ensure_harmless(does: str, device: _Device, relay: ShellyRelay, known: str | None, given: Any) -> None:
    """Raise AssertionError where it was told, or believed, what it should not have been."""
    if does not in ("grant", "renew"):
        assert not device.turned_on, "it was not to be turned on"
    for asked in device.turned_on:
        seconds = asked.get("timer") or asked["params"]["toggle_after"]
        assert seconds == _LEASE.total_seconds(), "never without an end"
    said = json.dumps(given)
    if does == "renew" and device.turned_on:
        assert "true" in said, "a renewal turns on nothing that is off"
    if known is not None and device.turned_on:
        assert known in said.upper().replace(":", "").replace("-", ""), "it never said who it is"
    if relay.read().value is not None:
        assert ("true" if relay.read().value else "false") in said, "nobody said so"


@contextmanager
def _logins() -> Iterator[Feed]:
    def feed(given: Any) -> None:
        login = FrameLogin("secret")
        for frame in several(given):
            with suppress(RelayError):
                login.take(frame if isinstance(frame, dict) else {"error": frame})
            proof = login.proof()
            if proof is not None:
                assert proof["algorithm"] == "SHA-256"
                assert "secret" not in json.dumps(proof)

    yield feed


def _ok(**body: Any) -> dict[str, Any]:
    return {"body": body}


def _result(**result: Any) -> dict[str, Any]:
    return {"body": {"id": 1, "src": f"shellyplugsg3-{_MAC.lower()}", "result": result}}


_ONE: Final = _ok(type="SHPLG-S", mac=_MAC, fw="1.14.0")
_TWO: Final = _ok(id=f"shellyplugsg3-{_MAC.lower()}", mac=_MAC, gen=3, ver="1.7.0")
_STATUS: Final = _ok(mac=_MAC, relays=[{"ison": True}], uptime=9)
_CONFIG: Final = _result(initial_state="off", auto_off=True, auto_off_delay=300, auto_on=True)
_FRAME: Final = {"id": "same", "src": f"shellyplugsg3-{_MAC.lower()}", "result": {"output": True}}
_NEWS: Final = {"method": "NotifyStatus", "params": {"switch:0": {"output": False}}}
_CHALLENGE: Final = {"nonce": 7, "nc": 1, "realm": "shelly", "algorithm": "SHA-256"}
_REFUSED: Final = {"id": "same", "error": {"code": 401, "message": json.dumps(_CHALLENGE)}}

TARGETS: Final = (
    Target(
        name="shelly",
        begin=_begin,
        parses=(
            "relays/shelly_http:Http.fetch",
            "relays/shelly_http:Http.introduce",
            "relays/shelly_http:Answer",
            "relays/shelly_http:mac_of",
            "relays/shelly_http:_body",
            "relays/shelly_gen1",
            "relays/shelly_gen2:Gen2",
            "relays/shelly_gen2:check_sender",
            "relays/shelly_gen2:result_of",
            "relays/shelly_gen2:output_of",
            "relays/shelly_gen2:_settings",
            "relays/shelly_channel",
        ),
        words=(
            "answers",
            "frames",
            "does",
            "known",
            "password",
            "channel",
            "body",
            "status",
            "fails",
            "same",
            "wait",
            "end",
            "binary",
            "x" * 70000,
            401,
            404,
            429,
            503,
            302,
            500,
            _ONE,
            _TWO,
            _STATUS,
            _CONFIG,
            _FRAME,
            _NEWS,
            _REFUSED,
            {"code": 401},
            "ff:ff:ff:ff:ff:ff",
            {"switch:0": {"output": True}},
            _MAC,
        ),
        share=0.2,
        spared={"if self._reader is not None:": "it begins to read as soon as it is there"},
    ),
    Target(
        name="shelly_login",
        begin=_logins,
        parses=("relays/shelly_gen2:FrameLogin",),
        words=(
            "error",
            "message",
            "nonce",
            "nc",
            "realm",
            "algorithm",
            "SHA-256",
            "MD5",
            _CHALLENGE,
            json.dumps(_CHALLENGE),
            "²",
        ),
        share=2,
    ),
)
