"""What a metering plug looks like on Zigbee2MQTT's topics.

Commands and `bridge/devices`: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html; what a device can:
https://www.zigbee2mqtt.io/guide/usage/exposes.html. Discovery:
https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery, and a published message of a metering plug in
https://github.com/domoticz/domoticz/issues/6025.
"""

from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Any, Final, Literal

from .network import VERSION
from .truth import Says

if TYPE_CHECKING:
    from .plugs import Plug

type ZigbeeFamily = Literal["standard", "ignores_on_time", "tuya"]

HOLD_FOREVER: Final = 0xFFFF  # tenths of a second; ZCL 3.8: a time that does not run

# What each family says it is. One that ignores on_time: https://github.com/Koenkk/zigbee2mqtt/issues/32478.
_MODELS: Final[dict[ZigbeeFamily, dict[str, str]]] = {
    "standard": {"vendor": "Virtual home", "model": "VH-1", "description": "Smart plug (with power monitoring)"},
    "ignores_on_time": {"vendor": "Virtual home", "model": "VH-2", "description": "Smart plug (with power monitoring)"},
    "tuya": {"vendor": "Tuya", "model": "TS011F_plug_1", "description": "Smart plug (with power monitoring)"},
}
_SWITCH: Final = {
    "type": "switch",
    "features": [
        {
            "access": 7,
            "label": "State",
            "name": "state",
            "property": "state",
            "type": "binary",
            "value_off": "OFF",
            "value_on": "ON",
            "value_toggle": "TOGGLE",
        }
    ],
}
POWER_ON_VALUES: Final = ("off", "on", "previous")
_POWER_ON: Final = {
    "access": 7,
    "label": "Power-on behavior",
    "name": "power_on_behavior",
    "property": "power_on_behavior",
    "type": "enum",
    "values": POWER_ON_VALUES,
}
_POWER: Final = {"access": 5, "label": "Power", "name": "power", "property": "power", "type": "numeric", "unit": "W"}
_COUNTDOWN: Final = {
    "access": 3,
    "label": "Countdown",
    "name": "countdown",
    "property": "countdown",
    "type": "numeric",
    "unit": "s",
    "value_max": 43200,
    "value_min": 0,
    "value_step": 1,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message on `/set` asks for; times are seconds. `problem`: Zigbee2MQTT sends nothing for it."""

    state: str | None = None
    on_time: float | None = None
    off_wait_time: float | None = None
    countdown: float | None = None
    power_on: str | None = None
    problem: str | None = None

    @property
    def says(self) -> Says:
        """Return what it asks of the relay."""
        return "on" if self.state == "ON" else "off" if self.state == "OFF" else "other"


def parse_wish(payload: str) -> Wish:
    """Return what a payload asks for; bare words are states, as Home Assistant's switch sends them."""
    try:
        message = json.loads(payload)
    except ValueError:
        message = {"state": payload}
    if not isinstance(message, dict):
        return Wish(problem="Invalid JSON")
    state, power_on = message.get("state"), message.get("power_on_behavior")
    wish = Wish(
        state=None if state is None else str(state).upper(),
        on_time=message.get("on_time"),
        off_wait_time=message.get("off_wait_time"),
        countdown=message.get("countdown"),
        power_on=power_on,
    )
    problem = None
    if wish.state not in ("ON", "OFF", "TOGGLE", None):
        problem = f"Value is not allowed: {state}"
    elif not all(_fits(one) for one in (wish.on_time, wish.off_wait_time)) or not _is_number(wish.countdown):
        problem = "A time must be a number, and on_time and off_wait_time at most 6553.5"
    elif power_on not in (*POWER_ON_VALUES, None):
        problem = f"power_on_behavior value must be one of {POWER_ON_VALUES}"
    elif wish == Wish(on_time=wish.on_time, off_wait_time=wish.off_wait_time):
        problem = "No converter available"
    return wish if problem is None else Wish(problem=problem)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _fits(seconds: Any) -> bool:
    """Return whether it is a number that fits a uint16 of tenths of a second."""
    return _is_number(seconds) and 0 <= round((seconds or 0) * 10) <= HOLD_FOREVER


def device(plug: Plug, number: int) -> dict[str, Any]:
    """Return a plug's entry on `bridge/devices`."""
    model = _MODELS[plug.family]
    exposes = [_SWITCH, _POWER_ON, _POWER, *([_COUNTDOWN] if plug.family == "tuya" else [])]
    return {
        "ieee_address": plug.address,
        "type": "Router",
        "network_address": 1000 + number,
        "supported": True,
        "disabled": False,
        "friendly_name": plug.name,
        "endpoints": {"1": {"bindings": [], "configured_reportings": [], "clusters": {"input": ["genOnOff"]}}},
        "definition": model | {"exposes": exposes, "options": [], "source": "native", "supports_ota": False},
        "power_source": "Mains (single phase)",
        "software_build_id": "1.0.5",
        "date_code": "20240612",
        "manufacturer": model["vendor"],
        "model_id": model["model"],
        "scenes": [],
        "interviewing": False,
        "interview_completed": True,
    }


def discovery(plug: Plug, bridge_topic: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (component, object, payload) of the plug's switch, power sensor and power-on select."""
    model = _MODELS[plug.family]
    common = {
        "availability": [
            {"topic": bridge_topic, "value_template": "{{ value_json.state }}"},
            {"topic": f"{plug.topic}/availability", "value_template": "{{ value_json.state }}"},
        ],
        "availability_mode": "all",
        "device": {
            "identifiers": [f"zigbee2mqtt_{plug.address}"],
            "manufacturer": model["vendor"],
            "model": model["description"],
            "model_id": model["model"],
            "name": plug.name,
        },
        "origin": {"name": "Zigbee2MQTT", "sw": VERSION, "url": "https://www.zigbee2mqtt.io"},
        "state_topic": plug.topic,
    }
    switch = {
        "name": None,
        "command_topic": f"{plug.topic}/set",
        "payload_off": "OFF",
        "payload_on": "ON",
        "value_template": "{{ value_json.state }}",
        "default_entity_id": plug.entity_id,
        "unique_id": f"{plug.address}_switch_zigbee2mqtt",
    }
    power = {
        "device_class": "power",
        "entity_category": "diagnostic",
        "state_class": "measurement",
        "unit_of_measurement": "W",
        "value_template": "{{ value_json.power }}",
        "default_entity_id": plug.power_entity_id,
        "unique_id": f"{plug.address}_power_zigbee2mqtt",
    }
    power_on = {
        "name": "Power-on behavior",
        "command_topic": f"{plug.topic}/set/power_on_behavior",
        "entity_category": "config",
        "options": POWER_ON_VALUES,
        "value_template": "{{ value_json.power_on_behavior }}",
        "default_entity_id": f"select.{plug.slug}_power_on_behavior",
        "unique_id": f"{plug.address}_power_on_behavior_zigbee2mqtt",
    }
    return [
        ("switch", "switch", common | switch),
        ("sensor", "power", common | power),
        ("select", "power_on_behavior", common | power_on),
    ]
