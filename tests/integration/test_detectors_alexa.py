"""An Amazon Echo, as seen by three integrations."""

from datetime import datetime, timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from hypothesis import given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message

from custom_components.earlid.detectors.alexa_media import moment

from .homes import guard_home, plug_in, shown, speaker

EVENT = "event.kitchen_voice_event"
PLAYER = "media_player.kitchen"
SERIAL = "G090LF1234567"
ACTIVITY = "alexa/status/Kitchen/last_activity"
# What homeassistant/components/alexa_devices/event.py gives its entity.
SAID = {
    "event_types": ["triggered"],
    "event_type": "triggered",
    "intent": "LightsOn",
    "voice_command": "light on",
    "voice_reply": "OK",
    "person_first_name": None,
    "person_type": None,
}


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


def last_at(hass: HomeAssistant) -> datetime:
    moment = dt_util.parse_datetime(shown(hass, "sensor.kitchen_last_activation").state)
    assert moment is not None
    return moment


# --- Home Assistant's own integration


@pytest.fixture
def echo(hass: HomeAssistant) -> None:
    """Register the event entity of a device."""
    er.async_get(hass).async_get_or_create(
        "event", "alexa_devices", f"{SERIAL}-voice_event", suggested_object_id="kitchen_voice_event"
    )


async def said(hass: HomeAssistant, at: datetime | None = None, **attributes: Any) -> None:
    """Let the entity show that something was said; `at` as its state says."""
    hass.states.async_set(EVENT, (at or dt_util.utcnow()).isoformat(timespec="milliseconds"), SAID | attributes)
    await hass.async_block_till_done()


@pytest.mark.usefixtures("echo")
async def test_what_was_said_was_answered_and_woke_it_some_seconds_before_it_shows(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set(EVENT, "unknown", {"event_types": ["triggered"]})
    await guard_home(hass, speaker(relay="light.plug", activations=[EVENT]))
    freezer.tick(60)
    await said(hass)
    event = shown(hass, "event.kitchen_activation")
    assert (event.attributes["event_type"], event.attributes["source"]) == ("answered", EVENT)
    # The sensor's state has whole seconds.
    assert timedelta(seconds=4) < dt_util.utcnow() - last_at(hass) < timedelta(seconds=6.1)
    freezer.tick(60)
    await said(hass)
    assert activations(hass) == "2", "the same words once more are another wake"


@pytest.mark.usefixtures("echo")
async def test_a_wake_that_an_led_showed_too_is_one(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    hass.states.async_set(EVENT, "unknown", {"event_types": ["triggered"]})
    hass.states.async_set("binary_sensor.led", "off")
    await guard_home(hass, speaker(relay="light.plug", activations=["binary_sensor.led", EVENT]))
    hass.states.async_set("binary_sensor.led", "on")
    await hass.async_block_till_done()
    freezer.tick(9)
    await said(hass)
    assert activations(hass) == "1"


@pytest.mark.usefixtures("echo")
async def test_the_last_thing_said_before_a_restart_is_not_said_again(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, speaker(relay="light.plug", activations=[EVENT]))
    await said(hass, dt_util.utcnow() - timedelta(hours=3))
    assert activations(hass) == "0", "restored from before the restart"
    freezer.tick(240)
    await said(hass)
    assert activations(hass) == "0", "the newest entry of the history, shown as of now"
    freezer.tick(60)
    await said(hass)
    assert activations(hass) == "1"


@pytest.mark.usefixtures("echo")
async def test_something_else_said_while_home_assistant_was_away_is_told_of(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, speaker(relay="light.plug", activations=[EVENT]))
    await said(hass, dt_util.utcnow() - timedelta(hours=3))
    freezer.tick(240)
    await said(hass, voice_command="light off")
    assert activations(hass) == "1"


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize("before", ["0001-01-01T00:00:00+14:00", "2026-13-01T00:00:00", "\ud800"])
async def test_what_follows_a_time_that_there_is_not_is_told_of(hass: HomeAssistant, before: str) -> None:
    await guard_home(hass, speaker(relay="light.plug", activations=[EVENT]))
    hass.states.async_set(EVENT, before, SAID)
    await said(hass)
    assert activations(hass) == "1"


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize(
    "attributes",
    [{"voice_command": 7}, {"voice_command": "x" * 100_000}, {"voice_command": None}, {"intent": [[]]}],
    ids=lambda attributes: str(attributes)[:30],
)
async def test_whatever_it_says_counts_and_stays_out_of_the_state(
    hass: HomeAssistant, attributes: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set(EVENT, "unknown", {"event_types": ["triggered"]})
    await guard_home(hass, speaker(relay="light.plug", activations=[EVENT]))
    freezer.tick(1)
    await said(hass, **attributes)
    assert activations(hass) == "1"
    assert "xxx" not in str(shown(hass, "event.kitchen_activation"))


# --- Alexa Media Player


@pytest.fixture
def player(hass: HomeAssistant) -> None:
    """Register the media player of a device, and one of a second account."""
    registry = er.async_get(hass)
    registry.async_get_or_create("media_player", "alexa_media", SERIAL, suggested_object_id="kitchen")
    registry.async_get_or_create(
        "media_player", "alexa_media", f"{SERIAL.lower()}_ann_example_com", suggested_object_id="second"
    )


async def last_called(hass: HomeAssistant, **data: Any) -> None:
    """Fire what alexa_media fires."""
    called = {"last_called": SERIAL, "name": "Kitchen", "summary": "light on", "response": "OK"}
    hass.bus.async_fire("alexa_media_last_called_event", called | data)
    await hass.async_block_till_done()


def stamp(ago: float = 0) -> int:
    return int((dt_util.utcnow().timestamp() - ago) * 1000)


@pytest.mark.usefixtures("player")
@pytest.mark.parametrize("entity_id", [PLAYER, "media_player.second"])
async def test_its_event_tells_when_it_woke_and_is_told_once(hass: HomeAssistant, entity_id: str) -> None:
    await guard_home(hass, speaker(relay="light.plug", activations=[entity_id]))
    called_at = stamp(8)
    await last_called(hass, timestamp=called_at)
    await last_called(hass, timestamp=called_at, response="")
    event = shown(hass, "event.kitchen_activation")
    assert (event.attributes["event_type"], event.attributes["source"]) == ("answered", entity_id)
    assert abs(last_at(hass).timestamp() - called_at / 1000) < 1.1
    assert activations(hass) == "1"
    await last_called(hass, timestamp=called_at + 7000)
    assert activations(hass) == "2"


@pytest.mark.usefixtures("player")
async def test_music_that_begins_on_that_player_is_no_wake(hass: HomeAssistant) -> None:
    hass.states.async_set(PLAYER, "idle")
    await guard_home(hass, speaker(relay="light.plug", activations=[PLAYER]))
    hass.states.async_set(PLAYER, "on")
    await hass.async_block_till_done()
    assert activations(hass) == "0"


@pytest.mark.usefixtures("player")
async def test_what_it_tells_once_more_as_it_connects_is_no_wake(hass: HomeAssistant) -> None:
    await guard_home(hass, speaker(relay="light.plug", activations=[PLAYER]))
    await last_called(hass, timestamp=stamp(3600))
    assert activations(hass) == "0"
    await last_called(hass, timestamp=stamp())
    assert activations(hass) == "1"


@pytest.mark.usefixtures("player")
@pytest.mark.parametrize("serial", ["G090LF7654321", "G090LF123456", "g090lf1234567_ann", "", None, 7, ["x"], {}])
async def test_another_devices_event_and_nonsense_are_nobodys(hass: HomeAssistant, serial: object) -> None:
    await guard_home(hass, speaker(relay="light.plug", activations=[PLAYER]))
    await last_called(hass, last_called=serial, timestamp=stamp())
    assert activations(hass) == "0"


@pytest.mark.usefixtures("player")
@pytest.mark.parametrize("timestamp", [None, "soon", True, float("nan"), float("inf"), 1e300, -1e300, [1], {}])
async def test_a_time_that_is_none_is_now(
    hass: HomeAssistant, timestamp: object, caplog: pytest.LogCaptureFixture
) -> None:
    await guard_home(hass, speaker(relay="light.plug", activations=[PLAYER]))
    await last_called(hass, timestamp=timestamp)
    assert activations(hass) == "1"
    assert abs((dt_util.utcnow() - last_at(hass)).total_seconds()) < 5
    assert "Traceback" not in caplog.text


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())))
def test_milliseconds_are_a_moment_or_nothing(said: object) -> None:
    at = moment(said)
    assert at is None or at.tzinfo is not None


# --- alexa-remote-mqtt


async def activity(hass: HomeAssistant, payload: Any, *, retain: bool = False) -> None:
    text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
    async_fire_mqtt_message(hass, ACTIVITY, text, retain=retain)
    await hass.async_block_till_done()


def spoken(ago: float = 0, **value: Any) -> dict[str, Any]:
    """Return what onDeviceActivity of alexa-remote-mqtt 2 publishes."""
    said = {"text": "light on", "response": "OK", "utterance_type": "GENERAL", "timestamp": stamp(ago)} | value
    return {"val": said, "ts": stamp(), "lc": stamp()}


@pytest.mark.usefixtures("mqtt_mock")
async def test_the_bridge_tells_of_each_activity_once(hass: HomeAssistant) -> None:
    await guard_home(hass, speaker(relay="light.plug", signs={"alexa_remote": ["alexa/status/Kitchen"]}))
    await activity(hass, spoken(100), retain=True)
    assert activations(hass) == "0", "the broker had kept it"
    await activity(hass, spoken(8))
    once_more = spoken(0)
    await activity(hass, once_more)
    await activity(hass, once_more)
    assert activations(hass) == "2"
    plain = spoken(-20)["val"]
    await activity(hass, plain)
    assert activations(hass) == "3", "without JSON around the value"
    event = shown(hass, "event.kitchen_activation")
    assert event.attributes["event_type"] == "answered"
    assert event.attributes["source"] == "mqtt:alexa/status/Kitchen"


@pytest.mark.usefixtures("mqtt_mock")
@pytest.mark.parametrize(
    "payload",
    [
        "",
        "no json",
        "[]",
        "null",
        "{}",
        '{"val": null}',
        '{"val": {}}',
        '{"val": "light on"}',
        '{"val": {"text": 7}}',
        '{"val": {"timestamp": "now"}}',
        "[" * 100_000,
        '{"val": ' * 500 + "1" + "}" * 500,
        '{"val": {"text": "' + "x" * 1_000_000 + '"}}',
        b"\xff\xfe",
    ],
    ids=lambda payload: repr(payload[:20]),
)
async def test_what_is_no_activity_changes_nothing(
    hass: HomeAssistant, payload: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    await guard_home(hass, speaker(relay="light.plug", signs={"alexa_remote": ["alexa/status/Kitchen"]}))
    await activity(hass, payload)
    assert activations(hass) == "0"
    assert "Traceback" not in caplog.text
