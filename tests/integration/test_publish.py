"""What goes out and comes in over MQTT."""

from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from custom_components.earlid.engine.activations import Report
from tests.mqtt_schema import validate

from .brokers import Broker
from .homes import guard_home as set_up_home, nobody_home, plug_in, settled, shown, speaker

TOPIC = "earlid/home/speaker/kitchen"
REPORT = f"{TOPIC}/activation/report"


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.fixture(autouse=True)
def home(hass: HomeAssistant) -> None:
    """Provide the kitchen's plug and a person."""
    plug_in(hass, "plug")
    hass.states.async_set("person.ann", "home")


async def guard_home(hass: HomeAssistant, *subentries: Any, **more: Any) -> MockConfigEntry:
    """Set up Earlid, and wait until its journal is open: then it listens."""
    entry = await set_up_home(hass, *subentries, **more)
    await settled(hass, entry)
    return entry


def published(mqtt: MqttMockHAClient, topic: str) -> list[dict[str, Any]]:
    """Return what went out on a topic, all of it as docs/mqtt.yaml has it."""
    calls = [call.args for call in mqtt.async_publish.mock_calls if call.args[0] == topic]
    for _, payload, *_ in calls:
        validate(topic.split("/", 2)[2], payload)
    return [json.loads(payload) for _, payload, *_ in calls if payload]


async def later(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the time pass after which counts are shown."""
    await settled(hass, entry)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3))
    await settled(hass, entry)


async def test_a_speakers_state_goes_out_with_the_time_until_which_it_is_true(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done(wait_background_tasks=True)
    state = published(mqtt_mock, f"{TOPIC}/state")[-1]
    assert (state["schema"], state["microphone"], state["allowed"], state["because"]) == (
        1,
        "off_unproven",
        False,
        "rule",
    )
    assert state["at"] < state["valid_until"]
    assert "Nobody home" not in json.dumps(state)
    retained = [call for call in mqtt_mock.async_publish.mock_calls if call.args[0] == f"{TOPIC}/state"][-1]
    assert retained.args[2:4] == (1, True)
    assert retained.kwargs["message_expiry_interval"] == 180


async def test_names_go_out_only_when_the_household_says_so(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann"), options={"publish_names": True})
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done(wait_background_tasks=True)
    state = published(mqtt_mock, f"{TOPIC}/state")[-1]
    assert (state["name"], state["because_name"]) == ("Kitchen", "Nobody home")


async def test_a_report_from_outside_comes_back_as_an_activation_of_the_same_id(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await Broker(hass, mqtt_mock).subscribed(entry)
    for _ in range(2):
        async_fire_mqtt_message(hass, REPORT, json.dumps({"id": "wake-1", "outcome": "unanswered", "source": "led"}))
        await settled(hass, entry)
    activations = published(mqtt_mock, f"{TOPIC}/activation")
    assert [(a["id"], a["outcome"], a["source"], a["allowed"]) for a in activations] == [
        ("wake-1", "unanswered", "led", True)
    ] * 2
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"


@pytest.mark.parametrize(("options", "named"), [({}, "input_select"), ({"publish_names": True}, "input_select.ann")])
async def test_the_names_of_what_saw_it_go_out_only_when_the_household_says_so(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, options: dict[str, Any], named: str
) -> None:
    hass.states.async_set("input_select.ann", "off")
    detected = speaker(relay="light.plug", activations=["input_select.ann"])
    entry = await guard_home(hass, detected, options=options)
    await Broker(hass, mqtt_mock).subscribed(entry)
    hass.states.async_set("input_select.ann", "on")
    await settled(hass, entry)
    (activation,) = published(mqtt_mock, f"{TOPIC}/activation")
    assert (activation["source"], activation["sources"]) == (named, [named])


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "no json",
        "[]",
        "null",
        "NaN",
        '{"outcome": "loud"}',
        '{"outcome": ["answered"]}',
        '{"at": "yesterday"}',
        '{"at": 12}',
        '{"id": "../../state"}',
        '{"id": ""}',
        '{"source": {}}',
        "[" * 100_000,
        '{"note": "' + "x" * 1_000_000 + '"}',
        b"\xff\xfe\x00",
    ],
    ids=lambda payload: repr(payload[:20]),
)
async def test_what_is_no_report_is_counted_and_changes_nothing(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, payload: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    async_fire_mqtt_message(hass, REPORT, payload)
    await later(hass, entry)
    assert sum(shown(hass, "sensor.earlid_undelivered").attributes["rejected"].values()) == 1
    assert not published(mqtt_mock, f"{TOPIC}/activation")
    assert shown(hass, "sensor.kitchen_activations_today").state == "0"
    assert "Traceback" not in caplog.text


async def test_reports_for_nobody_and_retained_reports_are_refused(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    async_fire_mqtt_message(hass, "earlid/home/speaker/attic/activation/report", "{}")
    async_fire_mqtt_message(hass, REPORT, "{}", retain=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.rejected == {"unknown_speaker": 1, "retained": 1}
    assert not published(mqtt_mock, f"{TOPIC}/activation")


async def test_a_breach_goes_out_when_it_begins_and_when_it_ends(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann"))
    await Broker(hass, mqtt_mock).subscribed(entry)
    hass.states.async_set("person.ann", "not_home")
    async_fire_mqtt_message(hass, REPORT, "{}")
    await settled(hass, entry)
    hass.states.async_set("person.ann", "home")
    await settled(hass, entry)
    breaches = published(mqtt_mock, f"{TOPIC}/breach")
    assert [(b["state"], b["cause"]) for b in breaches] == [
        ("began", "heard_while_muted"),
        ("ended", "heard_while_muted"),
    ]
    assert breaches[1]["exposed_s"] >= 0
    assert breaches[0]["id"] != breaches[1]["id"]


async def test_what_was_recorded_without_a_broker_goes_out_when_one_comes_also_over_a_restart(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    broker = Broker(hass, mqtt_mock)
    await broker.gone(entry)
    target = {"entity_id": "sensor.kitchen_microphone"}
    for _ in range(2):
        await hass.services.async_call("earlid", "report_activation", {}, target=target, blocking=True)
    await later(hass, entry)
    assert shown(hass, "sensor.earlid_undelivered").state == "2"
    await hass.config_entries.async_reload(entry.entry_id)
    assert not published(mqtt_mock, f"{TOPIC}/activation")
    await broker.back(entry)
    await later(hass, entry)
    assert len(published(mqtt_mock, f"{TOPIC}/activation")) == 2
    assert shown(hass, "sensor.earlid_undelivered").state == "0"


async def test_what_no_broker_has_taken_for_an_hour_is_an_issue_until_one_has(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory, issue_registry: ir.IssueRegistry
) -> None:
    async def minutes_pass(minutes: int) -> bool:
        freezer.tick(timedelta(minutes=minutes))
        await later(hass, entry)
        return issue_registry.async_get_issue("earlid", "undelivered") is not None

    entry = await guard_home(hass, speaker(relay="light.plug"))
    broker = Broker(hass, mqtt_mock)
    await broker.gone(entry)
    entry.runtime_data.report_activation("kitchen", Report(source="led"))
    await settled(hass, entry)
    assert not await minutes_pass(55)
    assert await minutes_pass(10)
    assert await minutes_pass(10)
    # Younger ones behind it hide no old one.
    entry.runtime_data.report_activation("kitchen", Report(source="led"))
    # Else the minutes may pass before the disk has it, and it would seem to hang.
    await settled(hass, entry)
    assert await minutes_pass(10)
    await broker.back(entry)
    assert not await minutes_pass(5)


async def test_where_there_is_no_broker_nothing_waits_for_one(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, issue_registry: ir.IssueRegistry
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    entry.runtime_data.report_activation("kitchen", Report(source="led"))
    await settled(hass, entry)
    freezer.tick(timedelta(hours=2))
    await later(hass, entry)
    assert entry.runtime_data.undelivered == 1
    assert issue_registry.async_get_issue("earlid", "undelivered") is None


async def test_a_removed_speakers_retained_topic_is_cleared(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    hass.config_entries.async_remove_subentry(entry, "id_kitchen")
    await hass.async_block_till_done(wait_background_tasks=True)
    cleared = [call.args for call in mqtt_mock.async_publish.mock_calls if call.args[1] == ""]
    assert [(args[0], args[3]) for args in cleared] == [(f"{TOPIC}/state", True)]


async def test_the_home_says_goodbye_when_it_is_unloaded(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    assert not published(mqtt_mock, "earlid/home/status"), "the broker does not know yet what it listens to"
    await Broker(hass, mqtt_mock).subscribed(entry)
    await hass.config_entries.async_unload(entry.entry_id)
    assert [status["status"] for status in published(mqtt_mock, "earlid/home/status")] == ["online", "offline"]


async def test_a_home_that_moves_clears_up_behind(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    hass.config_entries.async_update_entry(entry, data={"site": "cabin", "topic_prefix": "earlid"})
    await hass.async_block_till_done(wait_background_tasks=True)
    cleared = {call.args[0] for call in mqtt_mock.async_publish.mock_calls if call.args[1] == ""}
    assert cleared == {f"{TOPIC}/state", "earlid/home/journal/head", "earlid/home/status"}
    assert published(mqtt_mock, "earlid/cabin/speaker/kitchen/state")
    async_fire_mqtt_message(hass, "earlid/cabin/speaker/kitchen/activation/report", "{}")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"
