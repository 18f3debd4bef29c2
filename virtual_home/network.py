"""The radio side of the home: one MQTT connection for all simulated devices, as Zigbee2MQTT has one.

Messages are stamped in the thread that reads the socket, before the event loop gets them: a busy loop makes a device
slow, but never makes the truth late.
"""

import asyncio
from collections.abc import Callable
import json
import socket
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from slugify import slugify as python_slugify

from .truth import Moment

type Received = Callable[[str, Moment], None]

DISCOVERY_PREFIX = "homeassistant"
CONNECT_TIMEOUT = 10.0  # seconds


def slugify(name: str) -> str:
    """Return the name as Home Assistant writes it in entity ids (homeassistant/util/__init__.py, slugify)."""
    return python_slugify(name, separator="_")


class Network:
    """The devices' connection to the broker; made again by itself whenever the broker is back.

    `bridge/state` with a will, https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html#zigbee2mqtt-bridge-state:
    devices go unavailable with their bridge.
    """

    def __init__(self, base: str = "zigbee2mqtt") -> None:
        """Describe the network; `connect` opens it."""
        self.base = base
        self.availability_topic = f"{base}/bridge/state"
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connected = asyncio.Event()
        self._listeners: dict[str, Received] = {}
        self._announcements: list[Callable[[], None]] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{base}-devices")
        self._client.will_set(self.availability_topic, json.dumps({"state": "offline"}), retain=True)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.on_socket_open = _send_at_once

    @property
    def connected(self) -> bool:
        """True while the broker answers."""
        return self._connected.is_set()

    async def connect(self, host: str, port: int) -> None:
        """Connect and return when connected; TimeoutError after 10 s."""
        self._loop = asyncio.get_running_loop()
        self._client.connect_async(host, port, keepalive=30)
        self._client.loop_start()
        await self.wait_connected()

    async def wait_connected(self, within: float = CONNECT_TIMEOUT) -> None:
        """Return when the broker answers; TimeoutError after `within` seconds."""
        await asyncio.wait_for(self._connected.wait(), within)

    async def close(self) -> None:
        """Say offline and leave."""
        if self._loop is None:
            return
        self.publish(self.availability_topic, {"state": "offline"}, retain=True)
        self._client.disconnect()
        await self._loop.run_in_executor(None, self._client.loop_stop)

    def listen(self, topic: str, received: Received) -> None:
        """Call `received(payload, moment of arrival)` in the event loop for each message on exactly `topic`."""
        self._listeners[topic] = received
        if self.connected:
            self._client.subscribe(topic)

    def join(self, announce: Callable[[], None]) -> None:
        """Call `announce` now if connected, and after each connect: a killed broker has forgotten retained messages."""
        self._announcements.append(announce)
        if self.connected:
            announce()

    def publish(self, topic: str, payload: dict[str, Any] | str, *, retain: bool = False, qos: int = 0) -> None:
        """Publish; nothing is kept while there is no connection (the devices announce themselves again)."""
        if self.connected:
            text = payload if isinstance(payload, str) else json.dumps(payload)
            self._client.publish(topic, text, qos=qos, retain=retain)

    def discover(self, component: str, node: str, part: str, payload: dict[str, Any]) -> None:
        """Publish a retained discovery message, https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery."""
        self.publish(f"{DISCOVERY_PREFIX}/{component}/{node}/{part}/config", payload, retain=True)

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: mqtt.ConnectFlags, code: ReasonCode, _props: Properties | None
    ) -> None:
        if code.is_failure or self._loop is None:
            return
        for topic in list(self._listeners):
            client.subscribe(topic)
        self._loop.call_soon_threadsafe(self._announce)

    def _announce(self) -> None:
        self._connected.set()
        self.publish(self.availability_topic, {"state": "online"}, retain=True)
        for announce in self._announcements:
            announce()

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _data: Any,
        _flags: mqtt.DisconnectFlags,
        _code: ReasonCode,
        _props: Properties | None,
    ) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._connected.clear)

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        at = Moment.now()
        received = self._listeners.get(message.topic)
        # A retained message is an old one: a real device would be handed it too, but Zigbee2MQTT drops it.
        if received is None or message.retain or self._loop is None:
            return
        self._loop.call_soon_threadsafe(received, message.payload.decode(errors="replace"), at)


def _send_at_once(_client: mqtt.Client, _data: Any, connection: mqtt.SocketLike) -> None:
    """Switch Nagle's algorithm off: with delayed acknowledgements it adds up to 40 ms to every report."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
