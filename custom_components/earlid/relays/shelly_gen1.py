"""The requests of a Shelly of the first generation: plain HTTP, a password as Basic.

https://shelly-api-docs.shelly.cloud/gen1/ has them: `/status`, `/relay/{index}` with `turn` and `timer` ("a one-shot
flip-back timer in seconds"), `/settings/relay/{index}` with `default_state` (off, on, last, switch) and `auto_off`,
`auto_on` ("automatic flip back timer, seconds", 0: none).

Nothing is pushed over HTTP. CoIoT, which would be, is a socket for the whole house that Home Assistant's own
integration already holds, and its packets are lost without a trace; so such a relay is asked.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
import math
import time
from typing import Any, Final

from aiohttp import encode_basic_auth

from custom_components.earlid.engine.model import Settings

from .protocol import RelayError
from .shelly_http import LONGEST_TIMER, USER, About, Answer, Http, mac_of

# s. Uptime comes in whole seconds, and an answer can be this late.
_BOOT_SLACK: Final = 6


class Gen1:
    """One channel of a device of the first generation."""

    def __init__(self, http: Http, about: About, channel: int, password: str | None) -> None:
        """Stand before the channel."""
        self.about = about
        self._http = http
        self._channel = channel
        self._headers = None if password is None else {"Authorization": encode_basic_auth(USER, password)}
        self.boots = 0
        """How often it was seen to have started anew, which nothing else would show."""
        self._booted_at = math.inf

    async def is_on(self) -> bool:
        """Return whether the channel is on. Raises RelayError.

        `/status` says with it whose channel that is, which `/relay/{index}` does not: one request for both.
        """
        fields = (await self._get("status")).fields()
        mac, relays = mac_of(fields.get("mac")), fields.get("relays")
        if mac is None or not isinstance(relays, list):
            raise RelayError("unreadable_answer", "a status without address or relays")
        if mac != self.about.mac:
            raise RelayError("not_this_device", f"{mac} answers")
        if not 0 <= self._channel < len(relays):
            raise RelayError("no_such_channel", f"{len(relays)} channels")
        ison = _ison(relays[self._channel])
        self._note_uptime(fields.get("uptime"))
        return ison

    async def turn_off(self) -> bool:
        """Turn the channel off, without a timer: it would turn it on again. Return whether it is on now."""
        return _ison((await self._get(f"relay/{self._channel}", {"turn": "off"})).fields())

    async def turn_on(self, seconds: int) -> tuple[bool | None, bool]:
        """Turn the channel on for so long. Return whether it was on before (it does not say), and whether it is now."""
        query: dict[str, str | int] = {"turn": "on", "timer": seconds}
        return None, _ison((await self._get(f"relay/{self._channel}", query)).fields())

    async def settings(self) -> Settings:
        """Return what the channel is set to. Raises RelayError."""
        return _settings(await self._config(), self.about.firmware)

    async def set_up(self, seconds: int) -> Settings:
        """Set the channel up: off when power returns, off after so many seconds, and not on by itself.

        Writes only what differs, since each write wears the flash. Raises RelayError.
        """
        config = await self._config()
        wanted: dict[str, str | int] = {"default_state": "off", "auto_off": seconds, "auto_on": 0}
        differs = {key: value for key, value in wanted.items() if config.get(key) != value}
        if differs.get("auto_on") == 0 and "auto_on" not in config:
            del differs["auto_on"]
        if differs:
            await self._get(f"settings/relay/{self._channel}", differs)
            config = await self._config()
        return _settings(config, self.about.firmware)

    def _note_uptime(self, uptime: object) -> None:
        if isinstance(uptime, bool) or not isinstance(uptime, int | float):
            return
        booted_at = time.monotonic() - uptime
        self.boots += booted_at > self._booted_at + _BOOT_SLACK
        self._booted_at = booted_at

    async def _config(self) -> dict[str, Any]:
        return (await self._get(f"settings/relay/{self._channel}")).fields()

    async def _get(self, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        answer = await self._http.fetch(path, query=query, headers=self._headers)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise RelayError("no_such_channel", f"no /{path}")
        if not answer.ok:
            raise RelayError("unreadable_answer", f"/{path}: status {answer.status}")
        return answer


def _ison(fields: object) -> bool:
    ison = fields.get("ison") if isinstance(fields, dict) else None
    if not isinstance(ison, bool):
        raise RelayError("unreadable_answer", f"ison is {ison!r}")
    return ison


def _settings(config: Mapping[str, Any], firmware: str) -> Settings:
    state, auto_off = config.get("default_state"), config.get("auto_off")
    if not isinstance(state, str) or isinstance(auto_off, bool) or not isinstance(auto_off, int | float):
        raise RelayError("unreadable_answer", f"default_state is {state!r}, auto_off {auto_off!r}")
    if auto_off > LONGEST_TIMER:
        raise RelayError("unreadable_answer", f"auto_off is {auto_off!r}")
    return Settings(
        power_on_off=state == "off",
        auto_off=timedelta(seconds=auto_off) if auto_off > 0 else None,
        firmware=firmware,
    )
