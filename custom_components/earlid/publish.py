"""What is true now goes out over MQTT, with the time until which it is. Without a broker all else works.

On MQTT 5 the broker forgets it then; on 3.1.1 it cannot, so it is not retained there: a dead home must not go on
saying "off".
"""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
import json
from typing import Any, Final

from homeassistant.components import mqtt
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from . import messages
from .inbox import Inbox
from .journal import Head
from .journal.delivery import Delivery
from .messages import Json
from .other_home import OtherHome
from .runtime import SpeakerView
from .setup_data import Home

_VALID_FOR: Final = timedelta(seconds=180)
_STATUS: Final = "status"
_LISTENERS: Final = 2


class Publisher:
    """Publishes the home under its topic, and connects what listens there."""

    def __init__(
        self,
        hass: HomeAssistant,
        home: Home,
        views: Callable[[], list[SpeakerView]],
        delivery: Delivery,
        inbox: Inbox,
    ) -> None:
        """Publish nothing yet."""
        self._hass = hass
        self._home = home
        self._views = views
        self._delivery = delivery
        self._inbox = inbox
        self._other = OtherHome(hass, self._say_again)
        self._expires = True
        self._listening = False
        self._online = False
        self._listeners: set[object] = set()
        """Of inbox and other home, those of whom the broker knows that they listen."""
        self._last: dict[str, Json] = {}
        self._newest = self._last_head = Head()
        self._to_clear: set[str] = set()
        """Retained topics to clear, some of them when the broker is back."""
        self._stops: list[CALLBACK_TYPE] = []

    async def start(self) -> None:
        """Begin to publish, as soon as there is a broker."""
        self._stops.append(mqtt.async_subscribe_connection_status(self._hass, self._connection_changed))
        self._stops.append(async_track_time_interval(self._hass, self._renew, _VALID_FOR / 3))
        if self.connected:
            await self._came()

    async def stop(self) -> None:
        """Say goodbye and publish no more."""
        for stop in self._stops:
            stop()
        self._stops.clear()
        self._inbox.stop()
        self._delivery.stop()
        self._other.silence()
        if self.connected:
            await self._publish_status("offline")

    @property
    def connected(self) -> bool:
        """Whether Home Assistant has a broker now."""
        try:
            return mqtt.is_connected(self._hass)
        except KeyError:
            return False

    @callback
    def move(self, home: Home) -> None:
        """Publish for this home from now on; where that is elsewhere, clear up behind."""
        before, self._home = self._home, home
        if before.topic == home.topic:
            self._last.clear()
            for view in self._views():
                self.state(view)
            return
        states = [f"speaker/{view.speaker.slug}/state" for view in self._views()]
        self._to_clear |= {f"{before.topic}/{topic}" for topic in (*states, "journal/head", "status")}
        self._inbox.silence()
        self._delivery.silence()
        self._other.silence()
        # There is nobody at the new place until the broker knows that we listen there.
        self._listening = self._online = False
        self._listeners.clear()
        self._last_head = Head()
        if self.connected:
            self._beside(self._came())

    @callback
    def state(self, view: SpeakerView) -> None:
        """Publish a speaker's state if it is another than before."""
        slug = view.speaker.slug
        payload = messages.state(view, self._home)
        if self.connected and self._last.get(slug) != payload:
            self._last[slug] = payload
            self._beside(self._publish_while_true(f"speaker/{slug}/state", payload))

    @callback
    def head(self, head: Head) -> None:
        """Publish how far the journal goes: whoever keeps it can tell when its end was cut off."""
        self._newest = head
        if self.connected and head.at is not None and head != self._last_head:
            self._last_head = head
            self._beside(self._publish("journal/head", messages.head(head), retain=True))

    @callback
    def forget(self, slug: str) -> None:
        """Clear the retained topics of a speaker that is gone."""
        self._last.pop(slug, None)
        self._to_clear.add(f"{self._home.topic}/speaker/{slug}/state")
        self._beside(self._clear())

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        self._hass.async_create_background_task(work, "earlid publish", eager_start=True)

    @callback
    def _connection_changed(self, connected: bool) -> None:
        if connected:
            # The household may have changed the protocol meanwhile.
            self._expires = True
            # The broker may have lost its memory.
            self._last_head = Head()
            self._beside(self._came())
        else:
            self._online = False
            self._listeners.clear()
            self._delivery.disconnected()

    async def _came(self) -> None:
        if not self._listening:
            # Home Assistant subscribes anew by itself with each connection.
            self._listening = True
            await self._inbox.listen(self._home.topic, partial(self._listens, self._inbox))
            await self._other.listen(self._home.topic, partial(self._listens, self._other))
            await self._delivery.listen(self._home.topic)
        await self._clear()
        self._last.clear()
        self.head(self._newest)
        if self._online:
            await self._publish_status("online")
        for view in self._views():
            self.state(view)

    @callback
    def _listens(self, who: object) -> None:
        # Not before both do: whoever sees it may send a report at once, and another home answers at once.
        self._listeners.add(who)
        if len(self._listeners) == _LISTENERS and not self._online:
            self._online = True
            self._beside(self._publish_status("online"))

    @callback
    def _say_again(self) -> None:
        if self._online:
            self._beside(self._publish_status("online"))

    @callback
    def _renew(self, _now: datetime) -> None:
        if self.connected:
            self._beside(self._came())

    async def _publish_status(self, status: str) -> None:
        await self._publish_while_true(_STATUS, {"schema": messages.SCHEMA, "status": status})

    async def _publish_while_true(self, topic: str, payload: Json) -> None:
        now = dt_util.utcnow()
        payload = payload | {"at": now.isoformat(), "valid_until": (now + _VALID_FOR).isoformat()}
        if self._expires:
            try:
                await self._publish(topic, payload, retain=True, expiry=int(_VALID_FOR.total_seconds()))
            except ServiceValidationError:
                self._expires = False
            else:
                return
        await self._publish(topic, payload, retain=False)

    async def _publish(self, topic: str, payload: Json, *, retain: bool, expiry: int | None = None) -> None:
        full = f"{self._home.topic}/{topic}"
        # Whoever comes back to where they were is not to be cleared away there.
        self._to_clear.discard(full)
        text = json.dumps(payload)
        if topic == _STATUS:
            self._other.said(text)
        try:
            await mqtt.async_publish(self._hass, full, text, 1, retain=retain, message_expiry_interval=expiry)
        except ServiceValidationError:
            raise
        except HomeAssistantError:
            # The connection broke meanwhile; all is published anew when it comes back.
            return

    async def _clear(self) -> None:
        """Clear what is left behind; without a connection it is cleared when there is one again."""
        while self._to_clear and self.connected:
            topic = self._to_clear.pop()
            try:
                await mqtt.async_publish(self._hass, topic, "", 1, retain=True)
            except HomeAssistantError:
                self._to_clear.add(topic)
                return
