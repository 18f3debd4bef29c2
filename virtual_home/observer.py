"""Someone else on the broker: sees what is published as any consumer would, with retain flag and expiry."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import json
import time
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from .truth import Moment
from .waiting import AT_LAST, LOOK_EVERY


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came; `retained`: it was published with the retain flag."""

    at: Moment
    topic: str
    text: str
    qos: int
    retained: bool
    expires_in: int | None  # s, MQTT 5 message expiry

    @property
    def body(self) -> Any:
        """Return its JSON; raises ValueError if it is none."""
        return json.loads(self.text)


class Observer:
    """An MQTT 5 subscriber: `async with Observer(broker.host, broker.port, "earlid/#") as observer:`."""

    def __init__(self, host: str, port: int, *filters: str) -> None:
        """Describe what to listen to; entering connects."""
        self.messages: list[Message] = []
        self._address = (host, port)
        self._filters = filters
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscribed = asyncio.Event()
        # Retain as published: without it a live message never shows that it was retained (MQTT 5.0, 3.8.3.1).
        self._options = SubscribeOptions(qos=1, retainAsPublished=True)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._tell(self._subscribed.set)
        self._client.on_message = self._on_message

    async def __aenter__(self) -> Self:
        """Return when subscribed."""
        self._loop = asyncio.get_running_loop()
        self._client.connect_async(*self._address)
        self._client.loop_start()
        await asyncio.wait_for(self._subscribed.wait(), AT_LAST)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave."""
        self._client.disconnect()
        await asyncio.get_running_loop().run_in_executor(None, self._client.loop_stop)

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Say something, as anyone on the broker can."""
        self._client.publish(topic, payload, qos=1, retain=retain)

    def on(self, topic_end: str, *, since: float = 0.0) -> list[Message]:
        """Return the messages on topics that end so, from monotonic `since` on."""
        return [one for one in self.messages if one.topic.endswith(topic_end) and one.at.monotonic >= since]

    async def wait_for(
        self,
        topic_end: str,
        wanted: Callable[[Message], bool] = lambda _message: True,
        *,
        since: float = 0.0,
        within: float = AT_LAST,
    ) -> Message:
        """Return the first wanted message from monotonic `since` on; TimeoutError with what came instead."""
        end = time.monotonic() + within
        while True:
            for message in self.on(topic_end, since=since):
                if wanted(message):
                    return message
            if time.monotonic() > end:
                raise TimeoutError(f"nothing wanted on …{topic_end}; came: {self.on(topic_end, since=since)}")
            await asyncio.sleep(LOOK_EVERY)

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: mqtt.ConnectFlags, code: ReasonCode, _props: Properties | None
    ) -> None:
        if not code.is_failure:
            client.subscribe([(one, self._options) for one in self._filters])

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        at = Moment.now()
        expiry = getattr(message.properties, "MessageExpiryInterval", None)
        seen = Message(
            at=at,
            topic=message.topic,
            text=message.payload.decode(errors="replace"),
            qos=message.qos,
            retained=message.retain,
            expires_in=expiry,
        )
        self._tell(lambda: self.messages.append(seen))

    def _tell(self, act: Callable[[], Any]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)
