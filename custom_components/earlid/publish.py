"""What goes out and comes in over MQTT. Without a broker all else works, and what was recorded waits for one.

`state` and `status` say until when they are true. On MQTT 5 the broker forgets them then; on 3.1.1 it cannot, so
they are not retained there: a dead home must not go on saying "off".
"""

from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
import json
from typing import Any, Final

from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from .detectors.mqtt import parse
from .engine.activations import Activation, Report
from .engine.model import Record
from .runtime import SpeakerView
from .setup_data import Home
from .untrusted import RejectedError

_SCHEMA: Final = 1
_VALID_FOR: Final = timedelta(seconds=180)
# As many records wait for a broker: some days of a busy home.
_MOST_WAITING: Final = 2000

type Json = dict[str, Any]


class Publisher:
    """Publishes the home under its topic, and takes reports from there."""

    def __init__(
        self,
        hass: HomeAssistant,
        home: Home,
        views: Callable[[], list[SpeakerView]],
        take: Callable[[str, Report], Activation | None],
        told: Callable[[], None],
    ) -> None:
        """`take` receives the reports of detectors outside; it returns None for a speaker that is not there.

        `told` is called when what waits or what was rejected has changed.
        """
        self.waiting: deque[tuple[str, Json]] = deque(maxlen=_MOST_WAITING)
        """Records that no broker has taken yet: topic below the home's, payload."""
        self.rejected: dict[str, int] = {}
        """Messages that were no reports, by reason."""
        self._hass = hass
        self._home = home
        self._views = views
        self._take = take
        self._told = told
        self._expires = True
        self._sending = False
        self._last: dict[str, Json] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._stops: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Begin to publish, as soon as there is a broker."""
        self._stops.append(mqtt.async_subscribe_connection_status(self._hass, self._connection_changed))
        self._stops.append(async_track_time_interval(self._hass, self._renew, _VALID_FOR / 3))
        if self._connected:
            await self._came()

    async def stop(self) -> None:
        """Say goodbye and publish no more."""
        for stop in self._stops:
            stop()
        self._stops.clear()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._connected:
            await self._publish_status("offline")

    @callback
    def move(self, home: Home) -> None:
        """Publish for this home from now on; where that is elsewhere, clear up behind."""
        before, self._home = self._home, home
        if before.topic == home.topic:
            self._last.clear()
            for view in self._views():
                self.state(view)
            return
        topics = [f"speaker/{view.speaker.slug}/state" for view in self._views()]
        self._beside(self._clear(before, *topics, "status"))
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._connected:
            self._beside(self._came())

    @callback
    def state(self, view: SpeakerView) -> None:
        """Publish a speaker's state if it is another than before."""
        slug = view.speaker.slug
        payload = _state(view, self._home)
        if self._connected and self._last.get(slug) != payload:
            self._last[slug] = payload
            self._beside(self._publish_lasting(f"speaker/{slug}/state", payload))

    @callback
    def forget(self, slug: str) -> None:
        """Clear the retained topics of a speaker that is gone."""
        self._last.pop(slug, None)
        self._beside(self._clear(self._home, f"speaker/{slug}/state"))

    def recall(self, waiting: Any) -> None:
        """Take back what waited for a broker when it was last written down."""
        for record in waiting if isinstance(waiting, list) else []:
            match record:
                case [str(topic), dict(payload)]:
                    self.waiting.append((topic, payload))

    @callback
    def record(self, record: Record) -> None:
        """Publish a record that others wait for: an activation or a breach."""
        if record.kind not in ("activation", "breach"):
            return
        payload: Json = {"schema": _SCHEMA, "id": ulid_now(), "speaker": record.speaker, "at": record.at.isoformat()}
        self.waiting.append((f"speaker/{record.speaker}/{record.kind}", payload | record.body))
        self._beside(self._send_waiting())
        self._told()

    @property
    def _connected(self) -> bool:
        try:
            return mqtt.is_connected(self._hass)
        except KeyError:
            return False

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        self._hass.async_create_background_task(work, "earlid publish", eager_start=True)

    @callback
    def _connection_changed(self, connected: bool) -> None:
        if connected:
            # The household may have changed the protocol meanwhile.
            self._expires = True
            self._beside(self._came())

    async def _came(self) -> None:
        if self._unsubscribe is None:
            topic = f"{self._home.topic}/speaker/+/activation/report"
            self._unsubscribe = await mqtt.async_subscribe(self._hass, topic, self._received, qos=1, encoding=None)
        self._last.clear()
        await self._publish_status("online")
        for view in self._views():
            self.state(view)
        await self._send_waiting()

    @callback
    def _renew(self, _now: datetime) -> None:
        if self._connected:
            self._beside(self._came())

    async def _send_waiting(self) -> None:
        # One at a time, so that the order per speaker holds; a broker that does not take one gets it again later.
        if self._sending or not self._connected:
            return
        self._sending = True
        try:
            while self.waiting:
                topic, payload = self.waiting[0]
                await mqtt.async_publish(self._hass, f"{self._home.topic}/{topic}", json.dumps(payload), qos=1)
                self.waiting.popleft()
        except HomeAssistantError:
            return
        finally:
            self._sending = False
            self._told()

    async def _publish_status(self, status: str) -> None:
        await self._publish_lasting("status", {"schema": _SCHEMA, "status": status})

    async def _publish_lasting(self, topic: str, payload: Json) -> None:
        now = dt_util.utcnow()
        text = json.dumps(payload | {"at": now.isoformat(), "valid_until": (now + _VALID_FOR).isoformat()})
        full = f"{self._home.topic}/{topic}"
        try:
            if self._expires:
                try:
                    expiry = int(_VALID_FOR.total_seconds())
                    await mqtt.async_publish(self._hass, full, text, 1, retain=True, message_expiry_interval=expiry)
                except ServiceValidationError:
                    self._expires = False
                else:
                    return
            await mqtt.async_publish(self._hass, full, text, 1, retain=False)
        except HomeAssistantError:
            # The connection broke meanwhile; all is published anew when it comes back.
            return

    async def _clear(self, home: Home, *topics: str) -> None:
        try:
            for topic in topics if self._connected else ():
                await mqtt.async_publish(self._hass, f"{home.topic}/{topic}", "", 1, retain=True)
        except HomeAssistantError:
            # The broker forgets them by itself when they expire.
            return

    @callback
    def _received(self, message: ReceiveMessage) -> None:
        slug = message.topic.removeprefix(f"{self._home.topic}/speaker/").partition("/")[0]
        try:
            report = parse(message)
        except RejectedError as reason:
            self._reject(str(reason))
            return
        activation = self._take(slug, report)
        if activation is None:
            self._reject("unknown_speaker")

    @callback
    def _reject(self, reason: str) -> None:
        self.rejected[reason] = self.rejected.get(reason, 0) + 1
        self._told()


def _state(view: SpeakerView, home: Home) -> Json:
    decision = view.decision
    payload: Json = {
        "schema": _SCHEMA,
        "speaker": view.speaker.slug,
        "microphone": view.assessment.proof.value,
        "allowed": decision.may_listen,
        "because": decision.because.because.value,
        "until": None if decision.until is None else decision.until.isoformat(),
        "assurance": view.assurance.grade.value,
    }
    if home.publish_names:
        payload |= {"name": view.speaker.name, "because_name": decision.because.name}
    return payload
