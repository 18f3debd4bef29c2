"""A Shelly Plus Plug S, which stands for the second generation and later.

Methods: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch, …/ComponentsAndServices/Sys,
…/ComponentsAndServices/Shelly; `config_changed`: …/ComponentsAndServices/Introduction. Fields as a Plus Plug S with
firmware 1.1.0 shows them, https://github.com/home-assistant-libs/aioshelly, `fixtures/`; without `aenergy`, which only
is shown where it applies.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
import time
from typing import Any, ClassVar, override

from .outlets import PowerOn
from .shelly_rpc import INVALID_ARGUMENT, NO_METHOD, NOT_FOUND, Components, RpcError, ShellyRpc, Source, argument
from .truth import Says

VOLTAGE = 230.0
REBOOT_AFTER = 1000  # ms, where the call does not say
FLAGS = ("auto_on", "auto_off")
DELAYS = ("auto_on_delay", "auto_off_delay")


class ShellyGen2(ShellyRpc):
    """SNPL-00112EU."""

    power_on_words: ClassVar[dict[PowerOn, str]] = {"off": "off", "on": "on", "previous": "restore_last"}
    by_input = "match_input"
    power_on_key = "initial_state"
    button = "button"

    @property
    @override
    def id(self) -> str:
        return f"shellyplusplugs-{self.mac.lower()}"

    @override
    def factory_settings(self) -> dict[str, Any]:
        return {
            "id": 0,
            "name": None,
            "auto_on": False,
            "auto_on_delay": 60.0,
            "auto_off": False,
            "auto_off_delay": 60.0,
            "power_limit": 2500,
            "voltage_limit": 280,
            "current_limit": 12.0,
        }

    @override
    def standing(self, *, on: bool) -> float:
        kind = "auto_off" if on else "auto_on"
        return float(self.settings[f"{kind}_delay"]) if self.settings[kind] else 0.0

    @override
    def device_info(self) -> dict[str, Any]:
        return {
            "name": self.settings["name"],
            "id": self.id,
            "mac": self.mac,
            "slot": 0,
            "model": "SNPL-00112EU",
            "gen": 2,
            "fw_id": f"20260710-101108/{self.firmware}-g87fbfa4",
            "ver": self.firmware,
            "app": "PlusPlugS",
            "auth_en": self.secret is not None,
            "auth_domain": None if self.secret is None else self.id,
        }

    @override
    def reported(self) -> Components:
        return {"switch:0": self._switch_status(), "sys": {"cfg_rev": self._revision, "restart_required": False}}

    @override
    async def call(self, method: str, params: dict[str, Any], source: Source) -> Any:
        moving: dict[str, Callable[[dict[str, Any], Source], Awaitable[Any]]] = {
            "Switch.Set": self._set,
            "Switch.Toggle": self._toggle,
        }
        others: dict[str, Callable[[dict[str, Any]], Any]] = {
            "Shelly.GetDeviceInfo": lambda _: self.device_info(),
            "Shelly.GetStatus": lambda _: self._status(),
            "Shelly.GetConfig": lambda _: {"switch:0": dict(self.settings), "sys": self._system_settings()},
            "Shelly.ListMethods": lambda _: {"methods": [*moving, *others]},
            "Shelly.Reboot": self._reboot,
            "Switch.GetStatus": self._get_status,
            "Switch.GetConfig": self._get_config,
            "Switch.SetConfig": self._configure,
            "Sys.GetStatus": lambda _: self._system_status(),
            "Sys.GetConfig": lambda _: self._system_settings(),
        }
        if method in moving:
            return await moving[method](params, source)
        if method in others:
            return others[method](params)
        raise RpcError(NO_METHOD, f"No handler for {method}")

    def _get_status(self, params: dict[str, Any]) -> dict[str, Any]:
        _first(params)
        return self._switch_status()

    def _get_config(self, params: dict[str, Any]) -> dict[str, Any]:
        _first(params)
        return dict(self.settings)

    async def _set(self, params: dict[str, Any], source: Source) -> dict[str, Any]:
        asked = f"Switch.Set {params}"
        try:
            _first(params)
            on = argument(params, "on", bool)
            seconds = argument(params, "toggle_after", float) if "toggle_after" in params else 0.0
        except RpcError:
            await self.command(asked, "other", None)
            raise
        return await self._moved(asked, "on" if on else "off", lambda: on, seconds, source)

    async def _toggle(self, params: dict[str, Any], source: Source) -> dict[str, Any]:
        _first(params)
        return await self._moved(f"Switch.Toggle {params}", "other", lambda: not self.relay, 0.0, source)

    async def _moved(
        self, asked: str, says: Says, wanted: Callable[[], bool], seconds: float, source: Source
    ) -> dict[str, Any]:
        return {"was_on": await self.command(asked, says, lambda at: self.move(wanted(), seconds, source, at))}

    def _configure(self, params: dict[str, Any]) -> dict[str, Any]:
        """Take new settings; one that is unknown or makes no sense changes nothing."""
        _first(params)
        changes: dict[str, Any] = argument(params, "config", dict)
        for key in changes:
            if key not in self.settings:
                raise RpcError(INVALID_ARGUMENT, f"Bad argument '{key}'")
            if key in (*FLAGS, *DELAYS):
                argument(changes, key, bool if key in FLAGS else float)
        words = (*self.power_on_words.values(), self.by_input)
        if changes.get(self.power_on_key, self.by_input) not in words:
            raise RpcError(INVALID_ARGUMENT, f"Bad argument '{self.power_on_key}'")
        if self.write(changes):
            about = {"component": "switch:0", "id": 0, "event": "config_changed"}
            self.tell_event(about | {"restart_required": False, "cfg_rev": self._revision})
            self.later(self.answer_after, self.report)
        return {"restart_required": False}

    def _reboot(self, params: dict[str, Any]) -> None:
        after = argument({"delay_ms": REBOOT_AFTER} | params, "delay_ms", float)
        self.tell_event({"component": "sys", "event": "scheduled_restart", "time_ms": after})
        self.reboot(after / 1000)

    @property
    def _revision(self) -> int:
        return self.changes + 1

    def _switch_status(self) -> dict[str, Any]:
        armed = self.armed
        timer = {"timer_started_at": round(armed.since, 2), "timer_duration": armed.seconds} if armed else {}
        return {
            "id": 0,
            "source": self.source,
            "output": self.shown,
            **timer,
            "apower": self.shown_watts,
            "voltage": VOLTAGE,
            "current": round(self.shown_watts / VOLTAGE, 3),
            "temperature": {"tC": 32.1, "tF": 89.7},
        }

    def _system_status(self) -> dict[str, Any]:
        return {
            "mac": self.mac,
            "restart_required": False,
            "time": f"{datetime.now().astimezone():%H:%M}",
            "unixtime": int(time.time()),
            "uptime": self.uptime,
            "ram_size": 246084,
            "ram_free": 141748,
            "fs_size": 458752,
            "fs_free": 139264,
            "cfg_rev": self._revision,
            "kvs_rev": 0,
            "schedule_rev": 0,
            "webhook_rev": 0,
            "available_updates": {},
        }

    def _system_settings(self) -> dict[str, Any]:
        info = self.device_info()
        return {"device": {key: info[key] for key in ("name", "mac", "fw_id")}, "cfg_rev": self._revision}

    def _status(self) -> dict[str, Any]:
        return {
            "ble": {},
            "cloud": {"connected": False},
            "mqtt": {"connected": False},
            "plugs_ui": {},
            "switch:0": self._switch_status(),
            "sys": self._system_status(),
            "wifi": {"sta_ip": "127.0.0.1", "status": "got ip", "ssid": "Virtual home", "rssi": -55},
            "ws": {"connected": False},
        }


def _first(params: dict[str, Any]) -> None:
    """Check that the only switch there is is meant."""
    number = argument(params, "id", float)
    if number != 0:
        raise RpcError(NOT_FOUND, f"Argument 'id', value {number:g} not found!")
