"""What the relays that speak MQTT share: to listen, to keep what the device said last, and to ask it and wait.

All of it through Home Assistant's own MQTT integration. While that is not there, or has no broker, such a relay is out
of sight.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JSON_DECODE_EXCEPTIONS, json_loads
import voluptuous as vol

from custom_components.earlid.engine.model import Report

from .protocol import RelayError
from .rereading import Rereading

_LOGGER = logging.getLogger(__name__)

ANSWER_WITHIN: Final = 10
"""Seconds after which a device that has not answered is taken not to be there."""

# Seconds between questions that nobody has answered. A first one may go out before the broker has taken our
# subscription (Home Assistant gathers those for up to 0.5 s), or before the device has its own: Tasmota says that it is
# online, and subscribes then.
_PATIENCE: Final = (0.5, 1, 2, 4, 8, 16, 30)

# What a plug says of itself is some hundred bytes; parsing a megabyte of hostile JSON would hold up the loop.
_LARGEST: Final = 65_536

type Fields = dict[str, Any]


class MqttRelay(ABC):
    """A relay that listens by itself and keeps its own report."""

    key: str
    together = None

    def __init__(self, hass: HomeAssistant, topic: str) -> None:
        """Listen to nothing yet. A topic that is none (a wildcard would hear other devices) is never listened to."""
        self._hass = hass
        self._topic = topic
        self._usable = _is_topic(topic)
        self._guarding = False
        self._changed: Callable[[], None] = lambda: None
        self._deafen: Callable[[], None] | None = None
        self._hush: Callable[[], None] = lambda: None
        """Stops the questions that nobody has answered yet."""
        self._rereading = Rereading(hass, lambda: self._beside(self.ask()) if self._may_answer else None)
        self._questions: list[tuple[Callable[[Fields], Any], asyncio.Future[Any]]] = []
        self._complained = False
        self._problem = "no_answer"
        """What a probe comes to that gets no answer."""
        self._value: bool | None = None
        self._changed_at: datetime | None = None
        self._reported_at: datetime | None = None
        self._available_since: datetime | None = None

    @abstractmethod
    async def ask(self) -> None:
        """See `Relay`."""

    @property
    @abstractmethod
    def _topics(self) -> tuple[str, ...]:
        """Where the device speaks."""

    @property
    @abstractmethod
    def _may_answer(self) -> bool:
        """Whether nothing says that the device is away."""

    @abstractmethod
    def _hear(self, topic: str, payload: str, *, retained: bool) -> None:
        """Take a message. It must not raise, whatever the payload."""

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `Relay`. Where Home Assistant has no MQTT yet, listening begins when it has."""
        self._changed = changed
        self._guarding = self._usable
        stop_status = mqtt.async_subscribe_connection_status(self._hass, self._broker_changed)
        if self._connected:
            self._meet_broker()

        def stop() -> None:
            stop_status()
            self._guarding = False
            self._changed = lambda: None
            self._lose()
            if self._deafen is not None:
                self._deafen()
                self._deafen = None

        return stop

    def read(self) -> Report:
        """See `Relay`."""
        if self._available_since is None:
            return Report()
        return Report(
            value=self._value,
            changed_at=self._changed_at,
            reported_at=self._reported_at,
            available_since=self._available_since,
        )

    @property
    def _connected(self) -> bool:
        try:
            return mqtt.is_connected(self._hass)
        except KeyError:
            return False

    @callback
    def _broker_changed(self, connected: bool) -> None:
        self._lose()
        if connected:
            self._meet_broker()
        self._changed()

    def _meet_broker(self) -> None:
        # Subscriptions once made Home Assistant makes again by itself.
        if self._guarding and self._deafen is None:
            self._beside(self._listen())
        self._inquire()

    async def _listen(self) -> None:
        deafen = await self._attend(self._topics)
        if self._guarding:
            self._deafen = deafen
        else:
            deafen()

    async def _attend(self, topics: Iterable[str]) -> Callable[[], None]:
        """Begin to hear these topics; return what stops it. Raises HomeAssistantError."""
        with ExitStack() as stack:
            for topic in topics:
                # Not as bytes: Home Assistant hands one message to all who subscribed to the same topic, and its own
                # entities would get bytes too.
                stack.callback(await mqtt.async_subscribe(self._hass, topic, self._received, qos=1))
            return stack.pop_all().close

    @callback
    def _received(self, message: ReceiveMessage) -> None:
        payload = message.payload
        if not isinstance(payload, str):
            # Whoever subscribed to the same topic first wanted bytes.
            payload = payload.decode(errors="replace")
        self._hear(message.topic, payload, retained=message.retain)

    def _see(self) -> None:
        """Take it that the device is in sight; what it was before it left our sight says nothing about now."""
        if self._available_since is None:
            self._available_since = dt_util.utcnow()
            self._inquire()

    def _lose(self) -> None:
        """Take it that the device is out of sight."""
        self._value = self._changed_at = self._reported_at = self._available_since = None
        self._hush()
        self._rereading.said(None)

    def _say(self, value: bool) -> None:
        """Take it that the device says this of itself."""
        now = dt_util.utcnow()
        if value is not self._value:
            self._value, self._changed_at = value, now
        self._reported_at = now
        self._rereading.said(value)

    def _complain(self) -> None:
        if not self._complained:
            self._complained = True
            _LOGGER.warning("What %s says is not what such a device says; it is ignored", self.key)

    def _inquire(self) -> None:
        """Ask the device how it is, until it says so."""
        self._hush()
        patience = iter(_PATIENCE)

        @callback
        def ask(_now: datetime | None = None) -> None:
            self._hush = lambda: None
            if self._guarding and self._value is None and self._may_answer:
                self._beside(self.ask())
                self._hush = async_call_later(self._hass, next(patience, _PATIENCE[-1]), ask)

        ask()

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        async def do() -> None:
            # Without a broker now, all is done again when it is back.
            with suppress(HomeAssistantError):
                await work

        self._hass.async_create_background_task(do(), f"earlid listens to {self.key}", eager_start=True)

    async def _publish(self, topic: str, payload: str, *, surely: bool = False, retain: bool = False) -> None:
        """Publish; `surely`: with QoS 1. Raises HomeAssistantError.

        The MQTT client sends each message of QoS 1 that was not acknowledged once more when it has reconnected, however
        much later, and keeps those it was given without a connection. So nothing that turns on is sent that way, and
        nothing at all without a connection.
        """
        if not (self._usable and self._connected):
            raise HomeAssistantError("MQTT is not connected")
        await mqtt.async_publish(self._hass, topic, payload, 1 if surely else 0, retain)

    async def _question[T](
        self, topic: str, payload: str, pick: Callable[[Fields], T | None], *, again: bool = True
    ) -> T:
        """Publish, and `again`, until something is said of which `pick` makes an answer; runs until cancelled.

        `pick` may raise RelayError.
        """
        answered: asyncio.Future[T] = self._hass.loop.create_future()
        question = (pick, answered)
        # Before it is asked: the answer may be there before the broker's word that it has the question.
        self._questions.append(question)
        patience = iter(_PATIENCE)
        try:
            while not answered.done():
                await self._publish(topic, payload, surely=not again)
                await asyncio.wait([answered], timeout=next(patience, _PATIENCE[-1]) if again else None)
            return answered.result()
        finally:
            self._questions.remove(question)

    def _answer(self, fields: Fields) -> None:
        for pick, answered in self._questions:
            if answered.done():
                continue
            try:
                found = pick(fields)
            except RelayError as error:
                answered.set_exception(error)
            else:
                if found is not None:
                    answered.set_result(found)

    @asynccontextmanager
    async def _probe(self, *topics: str) -> AsyncGenerator[None]:
        """Ask within this: the device and `topics` are heard, and what goes wrong is raised as RelayError."""
        if not self._usable:
            raise RelayError("not_this_device", self._topic)
        if not self._connected:
            raise RelayError("no_mqtt")
        self._problem = "no_answer"
        try:
            async with asyncio.timeout(ANSWER_WITHIN), self._attending(topics):
                yield
        except TimeoutError:
            raise RelayError(self._problem, self._topic) from None
        except RelayError:
            raise
        except HomeAssistantError as error:
            raise RelayError("no_mqtt") from error

    @asynccontextmanager
    async def _attending(self, topics: tuple[str, ...]) -> AsyncGenerator[None]:
        deafen = await self._attend(topics if self._deafen else (*topics, *self._topics))
        try:
            yield
        finally:
            deafen()
            if not self._guarding:
                # What is heard no more is out of sight.
                self._lose()


def fields_of(payload: str) -> Fields | None:
    """Return the JSON object that a message is; None: it is none, or too large for a plug's."""
    if len(payload) > _LARGEST:
        return None
    try:
        value = json_loads(payload)
    except JSON_DECODE_EXCEPTIONS:
        return None
    return value if isinstance(value, dict) else None


def _is_topic(topic: str) -> bool:
    try:
        mqtt.valid_publish_topic(topic)
    except vol.Invalid:
        return False
    return True
