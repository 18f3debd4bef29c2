"""A broker in process: it routes back what it is sent, unless it is told to lose it."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE, MQTT_PROCESSED_SUBSCRIPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from custom_components.earlid.journal.delivery import OTHERS_COME_BACK

from .homes import settled


class Broker:
    """Stands behind Home Assistant's mocked MQTT client."""

    def __init__(self, hass: HomeAssistant, mqtt: MqttMockHAClient) -> None:
        """Route everything back from now on."""
        self.routes: Callable[[dict[str, Any]], bool] = lambda _payload: True
        """Which activations and breaches it routes back."""
        self._hass = hass
        self._mqtt = mqtt
        mqtt.async_publish.side_effect = self._published

    async def _published(self, topic: str, payload: str | bytes, *_: Any, **__: Any) -> None:
        if not self._mqtt.connected:
            raise HomeAssistantError("There is no connection")
        if topic.endswith(("/activation", "/breach")) and payload and self.routes(json.loads(payload)):
            async_fire_mqtt_message(self._hass, topic, payload)

    def sent(self, topic: str) -> list[dict[str, Any]]:
        """Return what went out on a topic."""
        calls = [call.args for call in self._mqtt.async_publish.mock_calls if call.args[0] == topic]
        return [json.loads(payload) for _, payload, *_ in calls if payload]

    async def subscribed(self, entry: MockConfigEntry, qos: int = 1) -> None:
        """Tell Earlid that the broker knows what it listens to, as after each connection; `qos` is the highest."""
        await settled(self._hass, entry)
        topic = "{topic_prefix}/{site}".format(**entry.data)
        listened = ("speaker/+/activation", "speaker/+/breach", "status", "speaker/+/activation/report")
        echoes = [(f"{topic}/{echo}", qos) for echo in listened]
        async_dispatcher_send(self._hass, MQTT_PROCESSED_SUBSCRIPTIONS, echoes)
        await self._hass.async_block_till_done()
        # Whoever else listens is given time to come back.
        async_fire_time_changed(self._hass, dt_util.utcnow() + 2 * OTHERS_COME_BACK)
        await settled(self._hass, entry)

    async def gone(self, entry: MockConfigEntry) -> None:
        """Break the connection."""
        self._mqtt.connected = False
        async_dispatcher_send(self._hass, MQTT_CONNECTION_STATE, False)
        await settled(self._hass, entry)

    async def back(self, entry: MockConfigEntry) -> None:
        """Be connected again."""
        self._mqtt.connected = True
        async_dispatcher_send(self._hass, MQTT_CONNECTION_STATE, True)
        await self.subscribed(entry)


async def real_mqtt(hass: HomeAssistant) -> MockConfigEntry:
    """Set up Home Assistant's own MQTT client over the fixture `mqtt_client_mock`; it can be reloaded."""
    await hass.async_add_executor_job(Path(hass.config.path("configuration.yaml")).touch)
    entry = MockConfigEntry(domain="mqtt", data={"broker": "mock", "protocol": "5"}, version=2, minor_version=1)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
