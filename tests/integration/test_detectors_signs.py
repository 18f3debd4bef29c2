"""Signs of a wake that need more than the name of an entity: states, levels, MQTT messages."""

from datetime import timedelta
import json
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from hypothesis import given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message, async_fire_time_changed

from custom_components.earlid.detectors.topics import _matcher, subscribe

from .homes import guard_home, plug_in, shown, speaker

LUX = "sensor.led_lux"
TOPIC = "tele/led/SENSOR"


@pytest.fixture(autouse=True)
def plug(hass: HomeAssistant) -> None:
    """Provide the kitchen's plug."""
    plug_in(hass, "plug")


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


def activations(hass: HomeAssistant) -> str:
    return shown(hass, "sensor.kitchen_activations_today").state


async def go(hass: HomeAssistant, entity_id: str, *said: str) -> None:
    for state in said:
        hass.states.async_set(entity_id, state)
        await hass.async_block_till_done()


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def watch(hass: HomeAssistant, kind: str, **sign: Any) -> None:
    await guard_home(hass, speaker(relay="light.plug", signs={kind: [sign]}))


# --- States


async def test_going_to_a_state_is_a_wake_and_leaving_it_is_none(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await go(hass, "media_player.sonos", "idle")
    await watch(hass, "states", entity_id="media_player.sonos", to="playing")
    await go(hass, "media_player.sonos", "paused", "playing", "idle")
    freezer.tick(60)
    await go(hass, "media_player.sonos", "unavailable", "playing")
    assert activations(hass) == "1"


async def test_without_a_state_each_change_is_a_wake(hass: HomeAssistant) -> None:
    await go(hass, "input_boolean.toggles", "off")
    await watch(hass, "states", entity_id="input_boolean.toggles")
    await go(hass, "input_boolean.toggles", "on", "off", "unavailable", "on")
    assert activations(hass) == "2"


# --- Levels


async def test_a_light_that_stays_bright_is_a_wake_from_when_it_became_bright(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await go(hass, LUX, "2")
    await watch(hass, "levels", entity_id=LUX, above=10, **{"for": 2})
    bright_at = dt_util.utcnow()
    await go(hass, LUX, "40")
    await pass_time(hass, freezer, 1)
    assert activations(hass) == "0"
    await pass_time(hass, freezer, 1.1)
    assert activations(hass) == "1"
    last = dt_util.parse_datetime(shown(hass, "sensor.kitchen_last_activation").state)
    assert last is not None
    assert abs(last - bright_at) < timedelta(seconds=1.1)
    await go(hass, LUX, "60", "30", "2")
    await pass_time(hass, freezer, 60)
    assert activations(hass) == "1"


async def test_a_flash_that_is_too_short_is_none(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await go(hass, LUX, "2")
    await watch(hass, "levels", entity_id=LUX, above=10, **{"for": 2})
    await go(hass, LUX, "40")
    await pass_time(hass, freezer, 1)
    await go(hass, LUX, "10")
    await pass_time(hass, freezer, 60)
    assert activations(hass) == "0"


async def test_a_level_seen_while_muted_is_a_breach(hass: HomeAssistant) -> None:
    await go(hass, LUX, "2")
    sign = {"entity_id": LUX, "above": 10}
    await guard_home(hass, speaker(relay="light.plug", posture="mute", signs={"levels": [sign]}))
    await go(hass, LUX, "40")
    assert shown(hass, "binary_sensor.kitchen_breach").attributes["cause"] == "heard_while_muted"


@pytest.mark.parametrize("said", ["nan", "inf", "-inf", "bright", "", "1e999", "0x40", "1_0_0_"])
async def test_what_is_no_number_is_no_level(hass: HomeAssistant, said: str, caplog: pytest.LogCaptureFixture) -> None:
    await go(hass, LUX, "2")
    await watch(hass, "levels", entity_id=LUX, above=10)
    await go(hass, LUX, said)
    assert activations(hass) == "0"
    assert "Traceback" not in caplog.text


async def test_a_level_that_waits_is_forgotten_with_its_speaker(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await go(hass, LUX, "2")
    entry = await guard_home(
        hass, speaker(relay="light.plug", signs={"levels": [{"entity_id": LUX, "above": 10, "for": 30}]})
    )
    await go(hass, LUX, "40")
    hass.config_entries.async_remove_subentry(entry, "id_kitchen")
    await hass.async_block_till_done()
    await pass_time(hass, freezer, 60)
    assert entry.runtime_data.speakers == {}


async def test_a_renamed_sensor_is_followed(hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    registry.async_get_or_create("sensor", "esphome", "lux", suggested_object_id="led_lux")
    await go(hass, LUX, "2")
    await go(hass, "sensor.dark_lux", "2")
    entry = await guard_home(
        hass,
        speaker(
            relay="light.plug",
            signs={
                "levels": [{"entity_id": LUX, "above": 10}],
                "states": [{"entity_id": "binary_sensor.x", "to": "on"}],
                "alexa_remote": ["alexa/status/Kitchen"],
            },
        ),
    )
    hass.states.async_remove("sensor.dark_lux")
    registry.async_update_entity(LUX, new_entity_id="sensor.dark_lux")
    await hass.async_block_till_done()
    (kept,) = (subentry.data["signs"] for subentry in entry.subentries.values())
    assert kept["levels"] == [{"entity_id": "sensor.dark_lux", "above": 10}]
    assert kept["states"] == [{"entity_id": "binary_sensor.x", "to": "on"}]
    await go(hass, "sensor.dark_lux", "3", "40")
    assert activations(hass) == "1"


# --- Rises above what is usual

WATTS = "sensor.kitchen_watts"
# As a plug shows the load of a small speaker at rest.
AT_REST = ("1.8", "1.9", "1.8", "1.8", "1.7", "1.8")


async def rest(hass: HomeAssistant, freezer: FrozenDateTimeFactory, minutes: int) -> None:
    for _ in range(minutes):
        for watts in AT_REST:
            await pass_time(hass, freezer, 10)
            await go(hass, WATTS, watts)


async def watch_load(hass: HomeAssistant, freezer: FrozenDateTimeFactory, minutes: int = 13, **sign: Any) -> None:
    """Watch a speaker's load at rest for so long, of which it takes a minute to start up."""
    await go(hass, WATTS, "1.8")
    sign = {"entity_id": WATTS, "by": 0.3} | sign
    await guard_home(hass, speaker(relay="light.plug", boot=60, signs={"rises": [sign]}))
    await rest(hass, freezer, minutes)


async def test_a_load_that_rises_above_what_was_learned_is_a_wake_from_when_it_rose(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await watch_load(hass, freezer, **{"for": 2})
    rose_at = dt_util.utcnow()
    await go(hass, WATTS, "2.3")
    await pass_time(hass, freezer, 1)
    assert activations(hass) == "0"
    await pass_time(hass, freezer, 1.1)
    assert activations(hass) == "1"
    last = dt_util.parse_datetime(shown(hass, "sensor.kitchen_last_activation").state)
    assert last is not None
    assert abs(last - rose_at) < timedelta(seconds=1.1)
    assert shown(hass, "event.kitchen_activation").attributes["source"] == WATTS
    await rest(hass, freezer, 1)
    await go(hass, WATTS, "2.3")
    await pass_time(hass, freezer, 2.1)
    assert activations(hass) == "2"


async def test_before_enough_of_a_load_was_seen_no_rise_is_a_wake(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await watch_load(hass, freezer, minutes=10)
    await go(hass, WATTS, "9")
    await pass_time(hass, freezer, 30)
    assert activations(hass) == "0"


@pytest.mark.parametrize("said", ["2.0", "nan", "unavailable", "much"])
async def test_what_is_no_clear_rise_is_no_wake(hass: HomeAssistant, freezer: FrozenDateTimeFactory, said: str) -> None:
    await watch_load(hass, freezer)
    await go(hass, WATTS, said)
    await pass_time(hass, freezer, 30)
    assert activations(hass) == "0"


async def test_the_load_of_a_speaker_that_starts_up_is_no_wake_and_teaches_nothing(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await watch_load(hass, freezer)
    await go(hass, "light.plug", "off")
    await go(hass, WATTS, "0.0")
    await pass_time(hass, freezer, 3600)
    await go(hass, "light.plug", "on")
    await go(hass, WATTS, "4.5")
    await pass_time(hass, freezer, 50)
    await go(hass, WATTS, "1.8")
    # The meter says nothing as the speaker is settled, and what it shows then is what it rises from.
    await pass_time(hass, freezer, 11)
    assert activations(hass) == "0"
    await go(hass, WATTS, "2.3")
    assert activations(hass) == "1"


async def test_a_load_that_stays_up_becomes_usual_though_the_meter_says_nothing_more(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await watch_load(hass, freezer)
    await go(hass, WATTS, "5")
    assert activations(hass) == "1"
    await pass_time(hass, freezer, 601)
    await pass_time(hass, freezer, 6)
    await go(hass, WATTS, "5.1", "8")
    assert activations(hass) == "2"


async def test_a_load_that_rises_while_muted_and_on_is_a_breach(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await go(hass, WATTS, "1.8")
    sign = {"entity_id": WATTS, "by": 0.3}
    await guard_home(hass, speaker(relay="light.plug", posture="mute", enforce=False, signs={"rises": [sign]}))
    await rest(hass, freezer, 13)
    await go(hass, WATTS, "2.3")
    assert shown(hass, "binary_sensor.kitchen_breach").state == "on"
    assert activations(hass) == "1"


# --- MQTT messages


async def send(hass: HomeAssistant, payload: str | bytes, *, retain: bool = False, topic: str = TOPIC) -> None:
    async_fire_mqtt_message(hass, topic, payload, retain=retain)
    await hass.async_block_till_done()


@pytest.mark.usefixtures("mqtt_mock")
@pytest.mark.parametrize(
    ("sign", "payload", "shows"),
    [
        ({}, "anything", True),
        ({}, "", False),
        ({"payload": "ON"}, "ON", True),
        ({"payload": "ON"}, " ON\n", True),
        ({"payload": "ON"}, "OFF", False),
        ({"payload": "ON"}, b"\xff", False),
        ({"value_template": "{{ value_json.led }}", "payload": "red"}, '{"led": "red"}', True),
        ({"value_template": "{{ value_json.led }}", "payload": "red"}, '{"led": "blue"}', False),
        ({"value_template": "{{ value_json.led }}", "payload": "red"}, "red", False),
        ({"value_template": "{{ value_json.lux > 10 }}"}, '{"lux": 40}', True),
        ({"value_template": "{{ value_json.lux > 10 }}"}, '{"lux": 2}', False),
        ({"value_template": "{{ value_json.lux > 10 }}"}, '{"lux": "x"}', False),
        ({"value_template": "{{ 1 / 0 }}"}, "1", False),
        ({"value_template": "{{ value | tojson | from_json }}", "payload": "1"}, "[" * 60_000, False),
        ({"value_template": "{{ value }}", "payload": "1"}, "1" * 1_000_000, False),
        ({}, "1" * 1_000_000, False),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_message_shows_a_wake_as_the_household_says(
    hass: HomeAssistant, sign: dict[str, Any], payload: str | bytes, shows: bool, caplog: pytest.LogCaptureFixture
) -> None:
    await watch(hass, "topics", topic=TOPIC, **sign)
    await send(hass, payload)
    assert activations(hass) == str(int(shows))
    assert "Traceback" not in caplog.text


@pytest.mark.usefixtures("mqtt_mock")
async def test_messages_that_repeat_are_of_one_wake_and_kept_ones_of_none(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await watch(hass, "topics", topic="tele/+/SENSOR")
    await send(hass, "ON", retain=True)
    assert activations(hass) == "0"
    for _ in range(5):
        await send(hass, "ON")
        freezer.tick(2)
    assert activations(hass) == "1"
    freezer.tick(10)
    await send(hass, "ON", topic="tele/other/SENSOR")
    assert activations(hass) == "2"
    assert shown(hass, "event.kitchen_activation").attributes["source"] == "mqtt:tele/+/SENSOR"


@pytest.mark.usefixtures("mqtt_mock")
async def test_a_topic_that_is_watched_no_more_is_heard_no_more(hass: HomeAssistant) -> None:
    heard: list[ReceiveMessage] = []
    stop = subscribe(hass, TOPIC, heard.append)
    await send(hass, "ON")
    stop()
    await send(hass, "ON")
    assert len(heard) == 1


@pytest.mark.usefixtures("mqtt_mock")
async def test_a_broker_that_comes_later_is_listened_to_once(hass: HomeAssistant) -> None:
    with patch("custom_components.earlid.detectors.topics._is_connected", return_value=False):
        await watch(hass, "topics", topic=TOPIC)
    await send(hass, "ON")
    assert activations(hass) == "0"
    for _ in range(2):
        async_dispatcher_send(hass, MQTT_CONNECTION_STATE, True)
        await hass.async_block_till_done()
    await send(hass, "ON")
    assert activations(hass) == "1"


async def test_without_a_broker_a_topic_is_waited_for(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    await watch(hass, "topics", topic=TOPIC)
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "on"
    assert "Traceback" not in caplog.text


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)), st.one_of(st.none(), st.text(max_size=5)))
def test_no_payload_upsets_a_matcher(payload: str | bytes, wanted: str | None) -> None:
    no_home: Any = None
    assert isinstance(_matcher(no_home, None, wanted)(payload), bool)


@pytest.mark.parametrize("template", ["{{ value_json.a.b > 3 }}", "{{ value | int }}", "{{ value_json }}"])
async def test_no_payload_upsets_a_template(hass: HomeAssistant, template: str) -> None:
    nested: Any = 1
    for _ in range(100):
        nested = {"a": [nested]}
    shows = _matcher(hass, template, None)
    for payload in ("NaN", "Infinity", "-1e999", "9" * 5000, json.dumps(nested), '"\\ud800"', "\x00", "{", "null"):
        assert isinstance(shows(payload), bool)
