"""Whoever is to listen to a topic no more does not, though Home Assistant's MQTT was reloaded meanwhile."""

import json
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_mqtt_message

from custom_components.earlid.journal import Query

from .brokers import real_mqtt
from .homes import guard_home, plug_in, settled, shown, speaker

# The usual mock of the client knows nothing of reloads.
pytestmark = pytest.mark.usefixtures("mqtt_client_mock")


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.fixture
def expected_lingering_tasks() -> bool:
    """Let it also leave the task that waits until it may unsubscribe."""
    return True


async def home_whose_mqtt_was_reloaded(hass: HomeAssistant, **kitchen: Any) -> MockConfigEntry:
    mqtt = await real_mqtt(hass)
    plug_in(hass, "plug")
    entry = await guard_home(
        hass, speaker(relay="light.plug", **kitchen), options={"commands_over_mqtt": "all", "deadline": 10}
    )
    await settled(hass, entry)
    assert await hass.config_entries.async_reload(mqtt.entry_id)
    await settled(hass, entry)
    return entry


async def send(hass: HomeAssistant, entry: MockConfigEntry, topic: str, message: Any) -> None:
    async_fire_mqtt_message(hass, topic, json.dumps(message))
    await settled(hass, entry)


async def activations(entry: MockConfigEntry) -> list[str]:
    records = await entry.runtime_data.journal.read(Query(kinds=["activation"]))
    return [record.speaker for record in records]


async def test_a_home_that_was_unloaded_obeys_no_more(hass: HomeAssistant) -> None:
    entry = await home_whose_mqtt_was_reloaded(hass)
    before = entry.runtime_data
    delivery = before._books._delivery
    assert await hass.config_entries.async_reload(entry.entry_id)
    await send(hass, entry, "earlid/home/command", {"action": "mute", "speakers": ["kitchen"]})
    assert shown(hass, "select.kitchen_mode").state == "mute"
    assert before.speakers["kitchen"].holds.mute is None, "the home before has taken it, too"
    await send(hass, entry, "earlid/home/speaker/kitchen/activation/report", {"id": "wake"})
    assert before.journal.waiting == 0
    heard_at = delivery._heard_at
    await send(hass, entry, "earlid/home/status", {"status": "online"})
    assert delivery._heard_at == heard_at, "its delivery still hears what comes back"
    assert await activations(entry) == ["kitchen"]


async def test_a_home_that_has_moved_does_not_obey_where_it_was(hass: HomeAssistant) -> None:
    entry = await home_whose_mqtt_was_reloaded(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "site": "cabin"})
    await settled(hass, entry)
    await send(hass, entry, "earlid/home/command", {"action": "mute", "speakers": ["kitchen"]})
    assert shown(hass, "select.kitchen_mode").state == "automatic"
    await send(hass, entry, "earlid/cabin/command", {"action": "mute", "speakers": ["kitchen"]})
    assert shown(hass, "select.kitchen_mode").state == "mute"


@pytest.mark.parametrize(
    ("signs", "topic", "message"),
    [
        ({"topics": [{"topic": "led/kitchen"}]}, "led/kitchen", "woke"),
        (
            {"alexa_remote": ["alexa/status/Kitchen"]},
            "alexa/status/Kitchen/last_activity",
            {"val": {"text": "what time is it"}},
        ),
    ],
    ids=["topic", "alexa_remote"],
)
async def test_a_detector_on_a_topic_is_not_doubled_by_a_change(
    hass: HomeAssistant, signs: dict[str, Any], topic: str, message: Any
) -> None:
    entry = await home_whose_mqtt_was_reloaded(hass, signs=signs)
    hass.config_entries.async_update_entry(entry, options={**entry.options, "deadline": 11})
    await settled(hass, entry)
    await send(hass, entry, topic, message)
    assert await activations(entry) == ["kitchen"]
