"""What notices from outside that a speaker woke: it knows the speaker's light or traffic, never the speaker's mind."""

import asyncio
from typing import Any, Literal
from uuid import uuid4

from .network import Network, slugify
from .speakers import Outcome, Speaker
from .truth import Moment

LIGHT_LENGTH = 2.0  # s a ring stays lit after a wake


class LightSensor:
    """A light sensor taped to a speaker's ring, found by Home Assistant as `binary_sensor` or `event`.

    https://www.home-assistant.io/integrations/binary_sensor.mqtt/, https://www.home-assistant.io/integrations/event.mqtt/
    """

    def __init__(
        self,
        network: Network,
        name: str,
        *,
        speaker: Speaker,
        kind: Literal["binary_sensor", "event"] = "binary_sensor",
    ) -> None:
        """Tape it on."""
        self.slug = slugify(name)
        self.entity_id = f"{kind}.{self.slug}"
        self.topic = f"light_sensors/{self.slug}"
        self._network = network
        self._name = name
        self._kind = kind
        network.join(self._announce)
        speaker.attach(self._lit)

    def _lit(self, _speaker: Speaker, _at: Moment, _outcome: Outcome) -> None:
        if self._kind == "event":
            self._network.publish(self.topic, {"event_type": "lit"})
            return
        self._network.publish(self.topic, "ON", retain=True)
        asyncio.get_running_loop().call_later(LIGHT_LENGTH, self._dark)

    def _dark(self) -> None:
        self._network.publish(self.topic, "OFF", retain=True)

    def _announce(self) -> None:
        payload: dict[str, Any] = {
            "name": self._name,
            "state_topic": self.topic,
            "default_entity_id": self.entity_id,
            "unique_id": f"light_sensor_{self.slug}",
        }
        payload |= {"event_types": ["lit"]} if self._kind == "event" else {"device_class": "light"}
        self._network.discover(self._kind, "light_sensors", self.slug, payload)
        if self._kind == "binary_sensor":
            self._dark()


class ReportingDetector:
    """An outside detector that tells each wake to `<prefix>/<site>/speaker/<s>/activation/report` (CONTRACT, MQTT)."""

    def __init__(
        self,
        network: Network,
        speaker: Speaker,
        *,
        prefix: str = "earlid",
        site: str = "home",
        source: str = "light",
        slug: str | None = None,
    ) -> None:
        """Watch a speaker; `slug` is how the guard calls it, when that differs from the speaker's own."""
        self.topic = f"{prefix}/{site}/speaker/{slug or speaker.slug}/activation/report"
        self.source = source
        self.sent: list[str] = []
        self._network = network
        speaker.attach(self.report)

    def report(self, _speaker: Speaker | None, at: Moment, outcome: Outcome) -> None:
        """Publish one report, QoS 1; its id goes to `sent`."""
        identity = uuid4().hex
        self.sent.append(identity)
        self._network.publish(
            self.topic,
            {"id": identity, "at": at.wall.isoformat(), "source": self.source, "outcome": outcome},
            qos=1,
        )
