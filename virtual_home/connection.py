"""One MQTT connection of a device or a bridge, with its last will; made again by itself whenever the broker is back.

Messages are stamped in the thread that reads the socket, before the event loop gets them: a busy loop makes a device
slow, but never makes the truth late.
"""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass
import json
import socket
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from .truth import Moment

CONNECT_TIMEOUT = 30.0  # seconds
RECONNECT_AFTER = 1  # s; Zigbee2MQTT takes 1, Tasmota 10 (MqttRetry)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came; `retained`: it is an old one, handed over at the subscription."""

    topic: str
    payload: str
    at: Moment
    retained: bool


class Connection:
    """A client of the broker. `met` is called in the event loop after each connect, `received` for each message."""

    def __init__(
        self,
        client_id: str,
        will: tuple[str, str],
        *,
        met: Callable[[], None],
        received: Callable[[Arrived], None],
    ) -> None:
        """Describe it; `open` connects. `will` is a topic and its payload, retained."""
        self._client_id = client_id
        self._will = will
        self._met = met
        self._received = received
        self._connected = asyncio.Event()
        self._client: mqtt.Client | None = None
        self._leaving: set[asyncio.Future[Any]] = set()

    @property
    def connected(self) -> bool:
        """True while the broker answers."""
        return self._connected.is_set()

    @property
    def is_open(self) -> bool:
        """True from `open` on, until `drop` or `leave`, whether the broker answers or not."""
        return self._client is not None

    def open(self, host: str, port: int) -> None:
        """Connect, and again whenever the connection is lost, until `drop` or `leave`."""
        loop = asyncio.get_running_loop()

        def here(act: Callable[..., None], *args: Any) -> None:
            # Of a client that was dropped meanwhile, the rest would be a dead device hearing and speaking.
            if client is self._client:
                act(*args)

        def tell(act: Callable[..., None], *args: Any) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(here, act, *args)

        def on_connect(
            _client: mqtt.Client, _data: Any, _flags: mqtt.ConnectFlags, code: ReasonCode, _props: Properties | None
        ) -> None:
            if not code.is_failure:
                tell(self._meet)

        def on_message(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
            at = Moment.now()
            tell(self._received, Arrived(message.topic, message.payload.decode(errors="replace"), at, message.retain))

        client = self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=self._client_id)
        client.will_set(*self._will, retain=True)
        client.reconnect_delay_set(min_delay=RECONNECT_AFTER, max_delay=RECONNECT_AFTER)
        client.on_connect = on_connect
        client.on_disconnect = lambda *_: tell(self._connected.clear)
        client.on_message = on_message
        client.on_socket_open = _send_at_once
        client.connect_async(host, port, keepalive=30)
        client.loop_start()

    async def wait_connected(self, within: float = CONNECT_TIMEOUT) -> None:
        """Return when the broker answers; TimeoutError after `within` seconds."""
        await asyncio.wait_for(self._connected.wait(), within)

    def subscribe(self, topic: str) -> None:
        """Subscribe; has to be done again after each connect."""
        if self._client is not None and self.connected:
            self._client.subscribe(topic)

    def publish(self, topic: str, payload: dict[str, Any] | str, *, retain: bool = False, qos: int = 0) -> None:
        """Publish; nothing is kept while there is no connection."""
        if self._client is not None and self.connected:
            text = payload if isinstance(payload, str) else json.dumps(payload)
            self._client.publish(topic, text, qos=qos, retain=retain)

    def drop(self) -> None:
        """Vanish without a word: the broker notices the dead socket and tells the will."""
        if self._client is not None and isinstance(connection := self._client.socket(), socket.socket):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._end()

    def leave(self, farewell: str | None = None) -> None:
        """Disconnect in good order, with `farewell` on the will's topic; then the broker keeps the will to itself."""
        if farewell is not None:
            self.publish(self._will[0], farewell, retain=True)
        self._end()

    async def close(self, farewell: str | None = None) -> None:
        """Leave, and return when nothing of it runs any more."""
        self.leave(farewell)
        await asyncio.gather(*self._leaving)

    def _end(self) -> None:
        client, self._client = self._client, None
        self._connected.clear()
        if client is not None:
            client.disconnect()
            # It joins a thread that looks up once a second.
            ending = asyncio.get_running_loop().run_in_executor(None, client.loop_stop)
            self._leaving.add(ending)
            ending.add_done_callback(self._leaving.discard)

    def _meet(self) -> None:
        self._connected.set()
        self._met()


def _send_at_once(_client: mqtt.Client, _data: Any, connection: mqtt.SocketLike) -> None:
    """Switch Nagle's algorithm off: with delayed acknowledgements it adds up to 40 ms to every report."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
