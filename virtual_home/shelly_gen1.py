"""A Shelly Plug S of the first generation: plain HTTP.

https://shelly-api-docs.shelly.cloud/gen1/#common-http-api: any method will do, parameters come in the address or as a
form, errors are a 4xx with plain text, and all but `/shelly` needs Basic authentication once `/settings/login` says so.
https://shelly-api-docs.shelly.cloud/gen1/#shelly-plug-plugs: `/relay/0`, `/settings/relay/0`, `/meter/0`, `/status`.
Fields as a Plug S with firmware 1.14.0 shows them, https://github.com/home-assistant-libs/aioshelly, `fixtures/`.
It pushes nothing: CoIoT, its multicast of states, is left out, so whoever wants to know has to ask.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
import json
import time
from typing import Any, ClassVar, override

from aiohttp import BasicAuth, web

from .outlets import PowerOn
from .shelly import Shelly
from .truth import Says

TURNS: dict[str, Says] = {"on": "on", "off": "off", "toggle": "other"}
FIRMWARE = "20230913-113421/v1.14.0-gcb84623"
USER = "admin"


class BadRequestError(Exception):
    """A parameter that is not understood."""


class ShellyGen1(Shelly):
    """SHPLG-S."""

    power_on_words: ClassVar[dict[PowerOn, str]] = {"off": "off", "on": "on", "previous": "last"}
    by_input = "switch"
    power_on_key = "default_state"
    button = "input"

    @property
    def id(self) -> str:
        """Return the name on the network."""
        return f"shellyplug-s-{self.mac[-6:]}"

    @override
    def factory_settings(self) -> dict[str, Any]:
        return {"name": None, "auto_on": 0.0, "auto_off": 0.0}

    @override
    def standing(self, *, on: bool) -> float:
        return float(self.settings["auto_off" if on else "auto_on"])

    @override
    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        pages: dict[str, Callable[[], dict[str, Any]]] = {
            "/shelly": self._shelly,
            "/status": self._status,
            "/settings": self._settings,
            "/meter/0": self._meter,
        }
        if request.path != "/shelly" and not self._may(request):
            headers = {"WWW-Authenticate": f'Basic realm="{self.id}"'}
            return _said(HTTPStatus.UNAUTHORIZED, "401 Unauthorized", headers)
        try:
            given = dict(request.query) | {key: str(value) for key, value in (await request.post()).items()}
            match request.path:
                case "/relay/0":
                    await self._turn(given, request.path_qs)
                    page = self._relay()
                case "/settings/relay/0":
                    self.write(self._understood(given))
                    page = self._relay_settings()
                case "/reboot":
                    self.reboot(0.5)
                    page = {"ok": True}
                case path if path in pages:
                    page = pages[path]()
                case _:
                    return _said(HTTPStatus.NOT_FOUND, "Not Found")
        except BadRequestError as error:
            return _said(HTTPStatus.BAD_REQUEST, str(error))
        return web.json_response(page)

    def _may(self, request: web.BaseRequest) -> bool:
        if self.secret is None:
            return True
        try:
            login = BasicAuth.decode(request.headers.get("Authorization", ""))
        except ValueError:
            return False
        return (login.login, login.password) == (USER, self.secret)

    async def _turn(self, given: Mapping[str, str], asked: str) -> None:
        """Obey `turn`, with `timer`; without `turn` nothing moves."""
        if "turn" not in given:
            return
        try:
            turn, seconds = _turn(given), _number(given, "timer")
        except BadRequestError:
            await self.command(asked, "other", None)
            raise
        await self.command(
            asked,
            TURNS[turn],
            lambda at: self.move(not self.relay if turn == "toggle" else turn == "on", seconds, "http", at),
        )

    def _understood(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the settings among the parameters; others are ignored."""
        changes: dict[str, Any] = {key: _number(given, key) for key in ("auto_on", "auto_off") if key in given}
        if "name" in given:
            changes["name"] = given["name"] or None
        if (word := given.get(self.power_on_key)) is not None:
            if word not in (*self.power_on_words.values(), self.by_input):
                raise BadRequestError(f"Bad {self.power_on_key}!")
            changes[self.power_on_key] = word
        return changes

    def _shelly(self) -> dict[str, Any]:
        return {
            "type": "SHPLG-S",
            "mac": self.mac,
            "auth": self.secret is not None,
            "fw": FIRMWARE,
            "discoverable": True,
            "name": self.settings["name"],
            "num_outputs": 1,
            "num_meters": 1,
        }

    def _relay(self) -> dict[str, Any]:
        armed, left = self.armed, self.time_left
        return {
            "ison": self.shown,
            "has_timer": armed is not None,
            "timer_started": int(armed.since) if armed else 0,
            "timer_duration": int(armed.seconds) if armed else 0,
            "timer_remaining": int(left) if left is not None else 0,
            "overpower": False,
            "source": self.source,
        }

    def _meter(self) -> dict[str, Any]:
        return {
            "power": self.shown_watts,
            "overpower": 0.0,
            "is_valid": True,
            "timestamp": int(time.time()),
            "counters": [0.0, 0.0, 0.0],
            "total": 0,
        }

    def _relay_settings(self) -> dict[str, Any]:
        return {
            "name": self.settings["name"],
            "appliance_type": "General",
            "ison": self.shown,
            "has_timer": self.armed is not None,
            "default_state": self.settings[self.power_on_key],
            "auto_on": self.settings["auto_on"],
            "auto_off": self.settings["auto_off"],
            "schedule": False,
            "schedule_rules": [],
            "max_power": 2500,
        }

    def _settings(self) -> dict[str, Any]:
        return {
            "device": {"type": "SHPLG-S", "mac": self.mac, "hostname": self.id, "num_outputs": 1, "num_meters": 1},
            "login": {"enabled": self.secret is not None, "unprotected": False, "username": USER},
            "name": self.settings["name"],
            "fw": FIRMWARE,
            "max_power": 2500,
            "relays": [self._relay_settings()],
            "cloud": {"enabled": False, "connected": False},
            "unixtime": int(time.time()),
        }

    def _status(self) -> dict[str, Any]:
        return {
            "wifi_sta": {"connected": True, "ssid": "Virtual home", "ip": "127.0.0.1", "rssi": -55},
            "cloud": {"enabled": False, "connected": False},
            "mqtt": {"connected": False},
            "unixtime": int(time.time()),
            "has_update": False,
            "mac": self.mac,
            "cfg_changed_cnt": self.changes,
            "relays": [self._relay()],
            "meters": [self._meter()],
            "temperature": 24.1,
            "overtemperature": False,
            "uptime": self.uptime,
        }


def _turn(given: Mapping[str, str]) -> str:
    if given["turn"] not in TURNS:
        raise BadRequestError("Bad turn!")
    return given["turn"]


def _number(given: Mapping[str, str], key: str) -> float:
    """Return a number that is not negative, 0 when it is absent."""
    try:
        number = json.loads(given.get(key, "0"))
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int | float) or number < 0:
        raise BadRequestError(f"Bad {key}!")
    return float(number)


def _said(status: HTTPStatus, text: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(status=status, text=text, headers=headers)
