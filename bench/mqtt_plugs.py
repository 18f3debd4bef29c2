"""Plugs over MQTT in a process of their own, and plain paho as whoever turns them off.

`python -m bench.mqtt_plugs <port> <count>` is the plugs and the sensor that sees whether somebody is home;
`python -m bench.mqtt_plugs <port> <count> off` publishes OFF to all plugs as soon as nobody is. Both take one word
a line on standard input, and answer with a line of JSON.
"""

from collections.abc import Callable
import json
import sys
from threading import Event, Lock
import time
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

PRESENCE: Final = "presence/state"
SENSOR: Final = "binary_sensor.somebody_home"
LIVE: Final = 4.0  # watts
PATIENCE: Final = 60.0  # s until the last plug must have been told


def switch(number: int) -> str:
    """Return the plug's entity."""
    return f"switch.plug_{number}"


def meter(number: int) -> str:
    """Return its meter's."""
    return f"sensor.plug_{number}_power"


def discovery(count: int) -> list[tuple[str, dict[str, Any]]]:
    """Return topic and payload of what makes the plugs and the sensor known to Home Assistant."""
    presence = {"name": "Somebody home", "default_entity_id": SENSOR, "unique_id": "presence", "state_topic": PRESENCE}
    found: list[tuple[str, dict[str, Any]]] = [("homeassistant/binary_sensor/presence/config", presence)]
    for number in range(count):
        common = {"state_topic": f"plug/{number}", "device": {"identifiers": [f"plug_{number}"], "name": f"{number}"}}
        told = {
            "name": None,
            "default_entity_id": switch(number),
            "unique_id": f"plug_{number}",
            "command_topic": f"plug/{number}/set",
            "value_template": "{{ value_json.state }}",
        }
        power = {
            "default_entity_id": meter(number),
            "unique_id": f"plug_{number}_power",
            "device_class": "power",
            "state_class": "measurement",
            "unit_of_measurement": "W",
            "value_template": "{{ value_json.power }}",
        }
        found.append((f"homeassistant/switch/plug_{number}/config", common | told))
        found.append((f"homeassistant/sensor/plug_{number}/config", common | power))
    return found


def connected(port: int, topic: str, heard: Callable[[paho.MQTTMessage], None]) -> paho.Client:
    """Return a client that is subscribed."""
    ready = Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_connect = lambda *_: client.subscribe(topic) and None
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _client, _data, message: heard(message)
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", port)
    client.loop_start()
    if not ready.wait(10):
        raise TimeoutError("no broker")
    return client


class Plugs:
    """All plugs, and when each was told to be off first."""

    def __init__(self, port: int, count: int) -> None:
        """Connect."""
        self._count = count
        self._off: dict[str, float] = {}
        self._calls = 0
        self._all_off = Event()
        self._lock = Lock()
        self._client = connected(port, "plug/+/set", self._told)

    def _told(self, message: paho.MQTTMessage) -> None:
        at, plug = time.perf_counter(), message.topic.removesuffix("/set")
        if message.payload == b"OFF":
            with self._lock:
                self._calls += 1
                self._off.setdefault(plug, at)
                if len(self._off) == self._count:
                    self._all_off.set()
        self._says(plug, message.payload.decode())

    def _says(self, plug: str, state: str) -> None:
        power = LIVE if state == "ON" else 0.0
        self._client.publish(plug, json.dumps({"state": state, "power": power}), retain=True)

    def announce(self) -> dict[str, Any]:
        """Make all known."""
        for topic, payload in discovery(self._count):
            self._client.publish(topic, json.dumps(payload), retain=True)
        return self.on()

    def on(self) -> dict[str, Any]:
        """Bring somebody home and turn all plugs on by hand."""
        self._client.publish(PRESENCE, "ON", retain=True)
        for number in range(self._count):
            self._says(f"plug/{number}", "ON")
        return {}

    def leave(self) -> dict[str, Any]:
        """Let the last one leave; return the ms until the last plug was told off, and how many were."""
        with self._lock:
            self._off.clear()
            self._calls = 0
        self._all_off.clear()
        began = time.perf_counter()
        self._client.publish(PRESENCE, "OFF", retain=True)
        self._all_off.wait(PATIENCE)
        last = max(self._off.values(), default=began)
        return {"ms": (last - began) * 1000, "told": len(self._off)}

    def calls(self) -> dict[str, Any]:
        """Return how often plugs were told off since then."""
        return {"calls": self._calls}


def turn_off(port: int, count: int) -> None:
    """Publish what Home Assistant publishes, and nothing else, each time that nobody is home."""

    def heard(message: paho.MQTTMessage) -> None:
        if message.payload == b"OFF" and not message.retain:
            for number in range(count):
                client.publish(f"plug/{number}/set", "OFF")

    client = connected(port, PRESENCE, heard)


def answered(answer: object) -> None:
    """Answer whoever asks, at once."""
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def main() -> None:
    """Do what is asked, until nobody asks any more."""
    port, count = int(sys.argv[1]), int(sys.argv[2])
    plugs = None
    if len(sys.argv) > 3:  # noqa: PLR2004 (the word after these)
        turn_off(port, count)
    else:
        plugs = Plugs(port, count)
    answered({})
    for line in sys.stdin:
        answered(getattr(plugs, line.strip())())


if __name__ == "__main__":
    main()
