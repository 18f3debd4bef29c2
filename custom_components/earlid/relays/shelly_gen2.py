"""The requests of a Shelly from the second generation on: JSON-RPC as POST to /rpc, a password as Digest (SHA-256).

https://shelly-api-docs.shelly.cloud/gen2/General/RPCProtocol has the frames, …/gen2/ComponentsAndServices/Switch the
methods (`toggle_after`: "flip-back timer in seconds") and the settings (`initial_state` off, on, restore_last,
match_input; `auto_off`, `auto_off_delay`; `auto_on`), …/gen2/General/Authentication the password.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
import re
from secrets import token_hex
from typing import Any, Final

from aiohttp import ClientError, ClientHandlerType, ClientRequest, ClientResponse, DigestAuthMiddleware, hdrs
from aiohttp.client_middleware_digest_auth import parse_header_pairs
from homeassistant.util.json import json_loads

from custom_components.earlid.engine.model import Settings

from .protocol import RelayError
from .shelly_http import BUSY, LONGEST_TIMER, USER, About, Http

# Who asks: any name. Without one the device sends no notifications.
SOURCE: Final = "earlid"
# No such id; no such method, as where a channel is half of a shutter; both again in the words of firmware 2.
_NO_CHANNEL: Final = (-105, -114, HTTPStatus.NOT_FOUND, -32601, -32602)
_COUNT: Final = re.compile(r"[0-9]{1,10}")
_NAMES_ITSELF: Final = re.compile(r".*-([0-9a-f]{12})", re.IGNORECASE)


class Gen2:
    """One channel of a device from the second generation on."""

    def __init__(self, http: Http, about: About, channel: int, password: str | None) -> None:
        """Stand before the channel."""
        self.about = about
        self._http = http
        self.channel = channel
        # Kept as long as the device stays the same: from firmware 2 on it has few nonces, and each serves for an hour.
        self._login = () if password is None else (DigestAuthMiddleware(USER, password), _as_shellies_ask)
        self.login = None if password is None else FrameLogin(password)
        self.boots = 0
        """Always: that it started anew shows by its closed channel."""

    async def is_on(self) -> bool:
        """Return whether the channel is on. Raises RelayError."""
        return output_of(await self._call("Switch.GetStatus"))

    async def turn_off(self) -> bool:
        """Turn the channel off, never with `toggle_after`: it would turn it on again. Return whether it is on now.

        The answer only says what it was before, and what was sent is not what is: so it is asked.
        """
        await self._call("Switch.Set", on=False)
        return await self.is_on()

    async def turn_on(self, seconds: int) -> tuple[bool, bool]:
        """Turn the channel on for so long. Return whether it was on before, and whether it is now.

        If it was on, its own word of that is as good as another; if not, it is asked.
        """
        was_on = (await self._call("Switch.Set", on=True, toggle_after=seconds)).get("was_on")
        if not isinstance(was_on, bool):
            raise RelayError("unreadable_answer", f"was_on is {was_on!r}")
        return was_on, was_on or await self.is_on()

    async def settings(self) -> Settings:
        """Return what the channel is set to. Raises RelayError."""
        return _settings(await self._call("Switch.GetConfig"), self.about.firmware)

    async def set_up(self, seconds: int) -> Settings:
        """Set the channel up: off when power returns, off after so many seconds, and not on by itself.

        Writes only what differs, since each write wears the flash. Raises RelayError.
        """
        config = await self._call("Switch.GetConfig")
        wanted = {"initial_state": "off", "auto_off": True, "auto_off_delay": seconds}
        if config.get("auto_on"):
            wanted["auto_on"] = False
        differs = {key: value for key, value in wanted.items() if config.get(key) != value}
        if differs:
            await self._call("Switch.SetConfig", config=differs)
            config = await self._call("Switch.GetConfig")
        return _settings(config, self.about.firmware)

    async def _call(self, method: str, **params: object) -> dict[str, Any]:
        body = {"id": 1, "src": SOURCE, "method": method, "params": {"id": self.channel, **params}}
        answer = await self._http.fetch("rpc", body=body, middlewares=self._login)
        frame = answer.fields()
        check_sender(frame, self.about)
        return result_of(frame)


async def _as_shellies_ask(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Let through no challenge but a Shelly's: whoever asks for another digest may want one that is easily broken."""
    response = await handler(request)
    if response.status == HTTPStatus.UNAUTHORIZED:
        challenge = parse_header_pairs(response.headers.get(hdrs.WWW_AUTHENTICATE, ""))
        if (challenge.get("algorithm"), challenge.get("qop")) != ("SHA-256", "auth"):
            response.close()
            raise ClientError("a challenge of another kind")
    return response


class FrameLogin:
    """What proves in a frame of a WebSocket that one knows the password.

    The challenge is JSON in the message of error 401. The digest is that of HTTP, with fixed words for method and
    address. https://shelly-api-docs.shelly.cloud/gen2/General/Authentication; the words, and that each frame counts
    `nc` up, as https://github.com/home-assistant-libs/aioshelly has it.
    """

    def __init__(self, password: str) -> None:
        """Know the password, and no challenge yet."""
        self._password = password
        self._realm = ""
        self._nonce: int | str | None = None
        self._count = 0

    def take(self, frame: Mapping[str, Any]) -> None:
        """Take the challenge in a refusal. Raises RelayError: there is none that can be answered."""
        error = frame.get("error")
        try:
            challenge = json_loads(error["message"] if isinstance(error, dict) else "")
        except (ValueError, KeyError, TypeError) as problem:
            raise RelayError("unreadable_answer", "a refusal without a challenge") from problem
        fields = challenge if isinstance(challenge, dict) else {}
        realm, nonce, count = fields.get("realm"), fields.get("nonce"), str(fields.get("nc", 1))
        if not isinstance(realm, str) or not isinstance(nonce, int | str) or not _COUNT.fullmatch(count):
            raise RelayError("unreadable_answer", "a challenge that is none")
        if fields.get("algorithm") != "SHA-256":
            # Whoever asks for another may want one that is easily broken.
            raise RelayError("unreadable_answer", "a challenge of another kind")
        self._realm, self._nonce, self._count = realm, nonce, int(count)

    def proof(self) -> dict[str, Any] | None:
        """Return the `auth` object of the next frame; None: nothing was asked yet."""
        if self._nonce is None:
            return None
        mark, count = token_hex(8), self._count
        self._count += 1
        secret = _sha256(f"{USER}:{self._realm}:{self._password}")
        return {
            "realm": self._realm,
            "username": USER,
            "nonce": self._nonce,
            "nc": count,
            "cnonce": mark,
            "response": _sha256(f"{secret}:{self._nonce}:{count}:{mark}:auth:{_sha256('dummy_method:dummy_uri')}"),
            "algorithm": "SHA-256",
        }


def check_sender(frame: Mapping[str, Any], about: About) -> None:
    """Raise RelayError when a frame is another device's: their names end in their hardware address."""
    sender = frame.get("src")
    named = _NAMES_ITSELF.fullmatch(sender) if isinstance(sender, str) else None
    if named and named[1].upper() != about.mac:
        raise RelayError("not_this_device", f"{sender} answers")


def result_of(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result in a frame. Raises RelayError: it has an error instead, or nothing."""
    result = frame.get("result")
    if isinstance(result, dict):
        return result
    error = frame.get("error", frame)
    code = error.get("code") if isinstance(error, dict) else None
    if code == HTTPStatus.UNAUTHORIZED:
        raise RelayError("invalid_auth")
    if code in BUSY:
        raise RelayError("no_answer", f"busy: error {code}")
    if code in _NO_CHANNEL:
        raise RelayError("no_such_channel", f"error {code}")
    raise RelayError("unreadable_answer", f"error {code!r}")


def output_of(status: Mapping[str, Any]) -> bool:
    """Return whether a channel of that status is on. Raises RelayError: it does not say."""
    output = status.get("output")
    if not isinstance(output, bool):
        raise RelayError("unreadable_answer", f"output is {output!r}")
    return output


def _settings(config: Mapping[str, Any], firmware: str) -> Settings:
    state, auto_off, delay = config.get("initial_state"), config.get("auto_off"), config.get("auto_off_delay")
    if not isinstance(state, str) or not isinstance(auto_off, bool):
        raise RelayError("unreadable_answer", f"initial_state is {state!r}, auto_off {auto_off!r}")
    if auto_off and (isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= LONGEST_TIMER):
        raise RelayError("unreadable_answer", f"auto_off_delay is {delay!r}")
    return Settings(
        power_on_off=state == "off",
        auto_off=timedelta(seconds=delay) if auto_off and isinstance(delay, int | float) else None,
        firmware=firmware,
    )


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
