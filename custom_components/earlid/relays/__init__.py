"""Ways to silence a speaker, one file each, behind one protocol."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant

from custom_components.earlid.const import CONF_RELAY
from custom_components.earlid.facts import Eyes

from .actions import ActionsRelay
from .entity import EntityRelay
from .protocol import Relay, RelayError
from .shelly import shelly_relay
from .tasmota import TasmotaRelay
from .together import turn_off
from .zigbee2mqtt import Zigbee2MqttRelay

__all__ = ["Relay", "RelayError", "make_relay", "turn_off"]

# How each kind is made from the fields of its form.
_KINDS: Final[dict[str, Callable[[HomeAssistant, Eyes, Mapping[str, Any]], Relay]]] = {
    "actions": ActionsRelay,
    "entity": EntityRelay,
    "tasmota": TasmotaRelay,
    "zigbee2mqtt": Zigbee2MqttRelay,
    "shelly": shelly_relay,
}


def make_relay(hass: HomeAssistant, eyes: Eyes, data: Mapping[str, Any]) -> Relay:
    """Return the relay that a speaker's set-up names. Raises KeyError for a kind that there is not."""
    return _KINDS[data.get(CONF_RELAY, "entity")](hass, eyes, data)
