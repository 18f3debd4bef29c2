"""What a metering plug looks like on Zigbee2MQTT's topics.

Commands and availability: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html. Discovery:
https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery, and a published message of a metering plug in
https://github.com/domoticz/domoticz/issues/6025.
"""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plugs import Plug


def parse_command(payload: str) -> tuple[str | None, float | None]:
    """Return what a payload asks (ON, OFF, TOGGLE or None) and for how many seconds; bare words are allowed."""
    try:
        message = json.loads(payload)
    except ValueError:
        message = {"state": payload}
    if not isinstance(message, dict):
        return None, None
    asked = str(message.get("state", "")).upper()
    seconds = message.get("on_time")
    return (
        asked if asked in ("ON", "OFF", "TOGGLE") else None,
        float(seconds) if isinstance(seconds, int | float) and seconds > 0 else None,
    )


def discovery(plug: Plug, bridge_topic: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (component, object, payload) of the plug's switch, power sensor and power-on select."""
    common = {
        "availability": [
            {"topic": bridge_topic, "value_template": "{{ value_json.state }}"},
            {"topic": f"{plug.topic}/availability", "value_template": "{{ value_json.state }}"},
        ],
        "availability_mode": "all",
        "device": {
            "identifiers": [f"zigbee2mqtt_{plug.address}"],
            "manufacturer": "Virtual home",
            "model": "Smart plug (with power monitoring)",
            "name": plug.name,
        },
        "origin": {"name": "Zigbee2MQTT", "sw": "2.6.0", "url": "https://www.zigbee2mqtt.io"},
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
        "options": ["off", "on", "previous"],
        "value_template": "{{ value_json.power_on_behavior }}",
        "default_entity_id": f"select.{plug.slug}_power_on_behavior",
        "unique_id": f"{plug.address}_power_on_behavior_zigbee2mqtt",
    }
    return [
        ("switch", "switch", common | switch),
        ("sensor", "power", common | power),
        ("select", "power_on_behavior", common | power_on),
    ]
