"""Plugs in a process of their own that are turned on by hand, and one that does nothing but turn them off again.

`python -m bench.by_hand plugs HOST PORT` presses what each line of its input says and answers how long each stayed on;
both times are taken here, by one clock. `… floor HOST PORT` answers each plug that reports on with OFF: less than that
nobody can do over a broker.
"""

from dataclasses import dataclass, field
import json
import socket
import sys
from threading import Condition
from time import monotonic
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

ROOT: Final = "by_hand"
FLOOR: Final = "floor"
PATIENCE: Final = 10.0  # s; a plug that is on for longer was not defended
# For so long after the last OFF, whatever else comes is counted too.
LINGERS: Final = 0.1  # s


@dataclass(slots=True)
class Plugs:
    """The plugs of this process, by way and number."""

    client: mqtt.Client
    pressed: dict[str, float] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    changed: Condition = field(default_factory=Condition)

    def heard(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        """Obey."""
        at, plug = monotonic(), message.topic.removeprefix(f"{ROOT}/").removesuffix("/set")
        if message.payload != b"OFF":
            return
        with self.changed:
            self.told[plug] = self.told.get(plug, 0) + 1
            if plug in self.pressed and plug not in self.took:
                self.took[plug] = at - self.pressed[plug]
                self.changed.notify()
        self.client.publish(f"{ROOT}/{plug}/state", "OFF", retain=True)

    def press(self, plugs: list[str]) -> dict[str, Any]:
        """Turn all these on at once; return how long each was on, in s, and how many OFFs came for each plug."""
        with self.changed:
            self.pressed.clear()
            self.took.clear()
            self.told.clear()
        for plug in plugs:
            self.pressed[plug] = monotonic()
            self.client.publish(f"{ROOT}/{plug}/state", "ON", retain=True)
        with self.changed:
            self.changed.wait_for(lambda: len(self.took) == len(plugs), PATIENCE)
            self.changed.wait(LINGERS)
            return {"took": list(self.took.values()), "told": dict(self.told)}


def connected(host: str, port: int) -> mqtt.Client:
    """Return a client that sends each message at once."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_socket_open = _send_at_once
    client.connect(host, port)
    return client


def _send_at_once(_client: mqtt.Client, _data: Any, connection: mqtt.SocketLike) -> None:
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def be_plugs(client: mqtt.Client) -> None:
    """Do what the lines of the input say: `{"own": [plugs]}` once, then `{"press": [plugs]}`."""
    plugs = Plugs(client)
    client.on_message = plugs.heard
    client.loop_start()
    for line in sys.stdin:
        asked = json.loads(line)
        for plug in asked.get("own", ()):
            client.subscribe(f"{ROOT}/{plug}/set")
            client.publish(f"{ROOT}/{plug}/state", "OFF", retain=True)
        answer = plugs.press(asked["press"]) if "press" in asked else {}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def be_the_floor(client: mqtt.Client) -> None:
    """Turn off what says that it is on."""

    def answer(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        if message.payload == b"ON":
            client.publish(message.topic.removesuffix("state") + "set", "OFF")

    client.on_message = answer
    client.subscribe(f"{ROOT}/{FLOOR}/+/state")
    client.loop_forever()


if __name__ == "__main__":
    {"plugs": be_plugs, "floor": be_the_floor}[sys.argv[1]](connected(sys.argv[2], int(sys.argv[3])))
