"""What a broker has to be told anew, and what is to be cleared there, when it was gone or the home has moved."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from .brokers import Broker
from .homes import guard_home, plug_in, settled, speaker

HOME, CABIN = "earlid/home", "earlid/cabin"


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.fixture
async def entry(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> MockConfigEntry:
    """Provide a home whose journal has a head."""
    assert mqtt_mock.connected
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3))
    await settled(hass, entry)
    return entry


def cleared(mqtt: MqttMockHAClient) -> list[str]:
    """Return the retained topics that were cleared."""
    calls = [call.args for call in mqtt.async_publish.mock_calls]
    return sorted(topic for topic, payload, _, retain in calls if payload == "" and retain)


async def move(hass: HomeAssistant, entry: MockConfigEntry, site: str) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, "site": site})
    await settled(hass, entry)


async def test_the_journals_head_goes_out_again_when_a_broker_comes_or_the_home_has_moved(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry
) -> None:
    broker = Broker(hass, mqtt_mock)
    (head,) = broker.sent(f"{HOME}/journal/head")
    await broker.gone(entry)
    await broker.back(entry)
    assert head in broker.sent(f"{HOME}/journal/head")[1:]
    await move(hass, entry, "cabin")
    assert broker.sent(f"{CABIN}/journal/head")


async def test_a_head_that_was_known_before_the_broker_goes_out_when_it_comes(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    mqtt_mock.connected = False
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3))
    await settled(hass, entry)
    broker = Broker(hass, mqtt_mock)
    await broker.back(entry)
    assert broker.sent(f"{HOME}/journal/head")


async def test_a_home_that_has_moved_is_not_online_before_it_listens_there(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry
) -> None:
    broker = Broker(hass, mqtt_mock)
    await broker.subscribed(entry)
    await move(hass, entry, "cabin")
    assert not broker.sent(f"{CABIN}/status")
    await broker.subscribed(entry)
    assert [said["status"] for said in broker.sent(f"{CABIN}/status")] == ["online"]


async def test_what_is_left_behind_while_the_broker_is_gone_is_cleared_when_it_comes_back(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry
) -> None:
    broker = Broker(hass, mqtt_mock)
    await broker.gone(entry)
    await move(hass, entry, "cabin")
    hass.config_entries.async_remove_subentry(entry, "id_kitchen")
    await settled(hass, entry)
    assert not cleared(mqtt_mock)
    await broker.back(entry)
    kitchen = "speaker/kitchen/state"
    assert cleared(mqtt_mock) == [
        f"{CABIN}/{kitchen}",
        f"{HOME}/journal/head",
        f"{HOME}/{kitchen}",
        f"{HOME}/status",
    ]


async def test_a_home_that_comes_back_while_the_broker_is_gone_ends_up_there(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry
) -> None:
    broker = Broker(hass, mqtt_mock)
    await broker.gone(entry)
    await move(hass, entry, "cabin")
    await move(hass, entry, "home")
    await broker.back(entry)
    calls = [call.args for call in mqtt_mock.async_publish.mock_calls]
    last = {topic: payload for topic, payload, *_ in calls}
    assert all(last[f"{HOME}/{topic}"] for topic in ("speaker/kitchen/state", "journal/head", "status"))
