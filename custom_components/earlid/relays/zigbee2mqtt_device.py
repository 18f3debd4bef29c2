"""What Zigbee2MQTT shows of a device on `bridge/devices`, as far as a relay is concerned.

https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html#zigbee2mqtt-bridge-devices, and what a device can:
https://www.zigbee2mqtt.io/guide/usage/exposes.html.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.util.json import json_loads

from .mqtt import Fields
from .protocol import RelayError

# Bits of `access`.
_CAN_SET: Final = 2
_CAN_GET: Final = 4

# How the setting for the return of power is called.
_POWER_ON: Final = ("power_on_behavior", "power_outage_memory")

# Its `countdown` is the standard's own timer and no toggle, and `on_time` works:
# https://github.com/Koenkk/zigbee-herdsman-converters/pull/12690.
_COUNTS_BY_THE_STANDARD: Final = ("eWeLink",)


@dataclass(frozen=True, slots=True)
class PowerOn:
    """A device's setting for the return of power."""

    name: str
    off: Any
    """Its value for staying off, or at least not remembering; None: it has none that can be set."""
    readable: bool

    @property
    def off_is_off(self) -> bool:
        """Whether that value says off. Aqara's only says that it does not remember, and not what it does instead."""
        return bool(self.off == "off")


@dataclass(frozen=True, slots=True)
class Plug:
    """A plug as its bridge shows it."""

    firmware: str
    readable: bool
    """Whether it can be asked for its state."""
    reports: bool
    """Whether it was told to report when it is switched."""
    power_on: PowerOn | None


def find(payload: str, name: str) -> Fields | None:
    """Return the device of this friendly name; None: there is none. Raises ValueError: that is no list of devices."""
    devices = json_loads(payload)
    if not isinstance(devices, list):
        raise ValueError("no list")  # noqa: TRY004 - as json_loads does of what is no JSON
    return next((one for one in devices if isinstance(one, dict) and one.get("friendly_name") == name), None)


def plug_of(device: Fields) -> Plug:
    """Return the plug that a device is. Raises RelayError: it is none, or none that keeps time."""
    definition = device.get("definition")
    if device.get("disabled"):
        raise RelayError("disabled")
    if not isinstance(definition, dict):
        raise RelayError("not_switchable", "not supported by Zigbee2MQTT")
    exposed = list(_exposed(definition.get("exposes")))
    counts = any(one.get("name") == "countdown" for _, one in exposed)
    if counts and definition.get("vendor") not in _COUNTS_BY_THE_STANDARD:
        raise RelayError("delayed_toggle", f"{definition.get('vendor')} {definition.get('model')}")
    states = [one for kind, one in exposed if kind in ("switch", "light") and one.get("name") == "state"]
    state = next((one for one in states if one.get("property") == "state"), None)
    if state is None:
        raise RelayError("no_such_channel" if states else "not_switchable")
    firmware = device.get("software_build_id")
    return Plug(
        firmware=firmware if isinstance(firmware, str) else "",
        readable=bool(_access(state) & _CAN_GET),
        reports=_is_told_to_report(device),
        power_on=next((_power_on(one) for _, one in exposed if one.get("name") in _POWER_ON), None),
    )


def stays_off(power_on: PowerOn | None, said: Any) -> bool | None:
    """Return whether the plug stays off when power returns, when it says this of its setting; None: it does not say."""
    if power_on is None or said is None or (said == power_on.off and not power_on.off_is_off):
        return None
    return bool(said == "off")


def _exposed(exposes: Any) -> Iterator[tuple[Any, Fields]]:
    """Yield all that a device exposes, with the kind of what it is a part of."""
    for one in exposes if isinstance(exposes, list) else []:
        if isinstance(one, dict):
            features = one.get("features")
            parts = features if isinstance(features, list) else [one]
            yield from ((one.get("type"), part) for part in parts if isinstance(part, dict))


def _access(exposed: Fields) -> int:
    access = exposed.get("access")
    return access if isinstance(access, int) else 0


def _power_on(exposed: Fields) -> PowerOn | None:
    """Return the setting as it is exposed; None: it is that of one of several outlets."""
    if exposed.get("property") != exposed["name"]:
        return None
    values = exposed.get("values")
    value_off = "off" if isinstance(values, list) and "off" in values else None
    off = exposed.get("value_off") if exposed.get("type") == "binary" else value_off
    access = _access(exposed)
    return PowerOn(exposed["name"], off if access & _CAN_SET else None, readable=bool(access & _CAN_GET))


def _is_told_to_report(device: Fields) -> bool:
    endpoints = device.get("endpoints")
    for endpoint in endpoints.values() if isinstance(endpoints, dict) else []:
        reportings = endpoint.get("configured_reportings") if isinstance(endpoint, dict) else None
        for reporting in reportings if isinstance(reportings, list) else []:
            if isinstance(reporting, dict) and reporting.get("attribute") == "onOff":
                return True
    return False
