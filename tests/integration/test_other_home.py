"""Two homes at the same place of one broker: the old machine that still runs, or a copy of this one."""

from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.mqtt.const import MQTT_PROCESSED_SUBSCRIPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from .brokers import Broker
from .homes import guard_home, plug_in, settled, speaker

STATUS = "earlid/home/status"


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.fixture
async def entry(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> MockConfigEntry:
    """Guard a home that is online."""
    plug_in(hass, "plug")
    broker = Broker(hass, mqtt_mock)
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await broker.subscribed(entry)
    assert said(mqtt_mock)[-1]["status"] == "online"
    return entry


def said(mqtt: MqttMockHAClient) -> list[dict[str, Any]]:
    """Return what this home said of its status."""
    return [json.loads(call.args[1]) for call in mqtt.async_publish.mock_calls if call.args[0] == STATUS]


async def other_says(hass: HomeAssistant, *, retain: bool = False, ago: float = -1, **more: Any) -> None:
    """Have another home say that it is online."""
    payload = {"schema": 1, "status": "online", "at": (dt_util.utcnow() - timedelta(seconds=ago)).isoformat()} | more
    async_fire_mqtt_message(hass, STATUS, json.dumps(payload), retain=retain)
    await hass.async_block_till_done()


def told(hass: HomeAssistant) -> bool:
    return ir.async_get(hass).async_get_issue("earlid", "another_home") is not None


async def test_another_home_is_told_of_and_hears_of_this_one_at_once(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    await settled(hass, entry)
    mqtt_mock.async_publish.reset_mock()
    for _ in range(3):
        await other_says(hass)
    assert told(hass)
    # Once: two homes that answered each other's every word would not stop.
    assert [one["status"] for one in said(mqtt_mock)] == ["online"]
    assert caplog.text.count("Another home publishes at") == 1


async def test_what_this_home_said_itself_is_no_other(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    for _ in range(4):
        freezer.tick(timedelta(seconds=61))
        async_fire_time_changed(hass)
        await settled(hass, entry)
        for call in list(mqtt_mock.async_publish.mock_calls):
            if call.args[0] == STATUS:
                async_fire_mqtt_message(hass, STATUS, call.args[1])
    await settled(hass, entry)
    assert not told(hass)


async def test_what_comes_from_before_the_start_or_is_no_home_is_none(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert entry
    await other_says(hass, retain=True)
    await other_says(hass, ago=60)
    await other_says(hass, status="offline")
    await other_says(hass, at="soon")
    for payload in ("", "[]", "online", "{}", '{"status": ["online"]}', "[" * 100_000, b"\xff"):
        async_fire_mqtt_message(hass, STATUS, payload)
    await hass.async_block_till_done()
    assert not told(hass)


async def test_it_is_told_of_until_it_was_silent_for_some_minutes(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    for _ in range(5):
        await other_says(hass)
        freezer.tick(timedelta(seconds=60))
        async_fire_time_changed(hass)
        await settled(hass, entry)
        assert told(hass)
    freezer.tick(timedelta(seconds=150))
    async_fire_time_changed(hass)
    await settled(hass, entry)
    assert not told(hass)


async def test_it_is_online_only_once_it_would_hear_what_another_home_answers(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    for topic, online in (("speaker/+/activation/report", 0), ("status", 1)):
        async_dispatcher_send(hass, MQTT_PROCESSED_SUBSCRIPTIONS, [(f"earlid/home/{topic}", 1)])
        await settled(hass, entry)
        assert len(said(mqtt_mock)) == online


async def test_when_the_other_says_goodbye_this_one_says_that_it_is_still_there(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    await settled(hass, entry)
    await other_says(hass)
    mqtt_mock.async_publish.reset_mock()
    # What it said last stays with the broker, for whoever comes.
    for _ in range(3):
        await other_says(hass, status="offline")
    freezer.tick(timedelta(seconds=3))
    async_fire_time_changed(hass)
    await settled(hass, entry)
    assert [one["status"] for one in said(mqtt_mock)] == ["online"]
    assert not told(hass)


@pytest.mark.attack
async def test_who_says_hello_and_goodbye_without_end_is_told_of_once(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    await settled(hass, entry)
    mqtt_mock.async_publish.reset_mock()
    for _ in range(50):
        await other_says(hass)
        await other_says(hass, status="offline")
    assert told(hass)
    assert len(said(mqtt_mock)) == caplog.text.count("Another home publishes at") == 1


async def test_a_home_that_was_unloaded_or_publishes_elsewhere_tells_of_no_other(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await other_says(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "site": "cabin"})
    await settled(hass, entry)
    assert not told(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "site": "home"})
    await settled(hass, entry)
    await other_says(hass)
    assert told(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not told(hass)
    await other_says(hass)
    assert not told(hass)
