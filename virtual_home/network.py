"""The radio side of the home: one MQTT connection for Zigbee devices, phones and sensors, as Zigbee2MQTT has one."""

from collections.abc import Callable
import json
from typing import Any

from slugify import slugify as python_slugify

from .connection import CONNECT_TIMEOUT, Arrived, Connection
from .truth import Moment

type Received = Callable[[str, Moment], None]

DISCOVERY_PREFIX = "homeassistant"
OFFLINE = '{"state": "offline"}'
VERSION = "2.6.3"


def slugify(name: str) -> str:
    """Return the name as Home Assistant writes it in entity ids (homeassistant/util/__init__.py, slugify)."""
    return python_slugify(name, separator="_")


class Network:
    """The devices' connection to the broker; made again by itself whenever the broker is back.

    `bridge/state` with a will, `bridge/info` and `bridge/devices`: devices go unavailable with their bridge.
    https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html.
    """

    def __init__(self, base: str = "zigbee2mqtt") -> None:
        """Describe the network; `connect` opens it."""
        self.base = base
        self.availability_topic = f"{base}/bridge/state"
        self._listeners: dict[str, Received] = {}
        self._announcements: list[Callable[[], None]] = []
        self._devices: list[dict[str, Any]] = []
        self._connection = Connection(
            f"{base}-devices", (self.availability_topic, OFFLINE), met=self._announce, received=self._hear
        )

    @property
    def connected(self) -> bool:
        """True while the broker answers."""
        return self._connection.connected

    async def connect(self, host: str, port: int) -> None:
        """Connect and return when connected; TimeoutError after 10 s."""
        self._connection.open(host, port)
        await self.wait_connected()

    async def wait_connected(self, within: float = CONNECT_TIMEOUT) -> None:
        """Return when the broker answers; TimeoutError after `within` seconds."""
        await self._connection.wait_connected(within)

    async def close(self) -> None:
        """Say offline and leave."""
        await self._connection.close(OFFLINE)

    def listen(self, topic: str, received: Received) -> None:
        """Call `received(payload, moment of arrival)` in the event loop for each message on exactly `topic`."""
        self._listeners[topic] = received
        self._connection.subscribe(topic)

    def join(self, announce: Callable[[], None]) -> None:
        """Call `announce` now if connected, and after each connect: a killed broker has forgotten retained messages."""
        self._announcements.append(announce)
        if self.connected:
            announce()

    def enroll(self, device: dict[str, Any]) -> None:
        """Add a Zigbee device to `bridge/devices`; `device` is its entry there."""
        self._devices.append(device)
        self._publish_devices()

    def publish(self, topic: str, payload: dict[str, Any] | str, *, retain: bool = False, qos: int = 0) -> None:
        """Publish; nothing is kept while there is no connection (the devices announce themselves again)."""
        self._connection.publish(topic, payload, retain=retain, qos=qos)

    def discover(self, component: str, node: str, part: str, payload: dict[str, Any]) -> None:
        """Publish a retained discovery message, https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery."""
        self.publish(f"{DISCOVERY_PREFIX}/{component}/{node}/{part}/config", payload, retain=True)

    def complain(self, message: str) -> None:
        """Write an error to `bridge/logging`, where Zigbee2MQTT tells what it could not do."""
        self.publish(f"{self.base}/bridge/logging", {"level": "error", "message": message})

    def _announce(self) -> None:
        for topic in self._listeners:
            self._connection.subscribe(topic)
        self.publish(self.availability_topic, {"state": "online"}, retain=True)
        info = {
            "version": VERSION,
            "commit": "unknown",
            "coordinator": {"ieee_address": "0x00124b0000000000", "type": "zStack3x0", "meta": {"revision": 20221226}},
            "network": {"channel": 11, "pan_id": 6754, "extended_pan_id": "0xdddddddddddddddd"},
            "log_level": "info",
            "permit_join": False,
            "restart_required": False,
            "config": {"availability": {"enabled": True}, "mqtt": {"base_topic": self.base}},
            "config_schema": {},
        }
        self.publish(f"{self.base}/bridge/info", info, retain=True)
        self._publish_devices()
        for announce in self._announcements:
            announce()

    def _publish_devices(self) -> None:
        self._connection.publish(f"{self.base}/bridge/devices", json.dumps(self._devices), retain=True)

    def _hear(self, message: Arrived) -> None:
        # A retained message is an old one: a real device would be handed it too, but Zigbee2MQTT drops it.
        if (received := self._listeners.get(message.topic)) is not None and not message.retained:
            received(message.payload, message.at)
