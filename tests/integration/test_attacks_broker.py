"""Somebody on the broker who may publish anything: commands, reports, and what plugs say of themselves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
import json
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from tests.integration.homes import guard_home, plug_in, settled, shown, speaker, states
from tests.integration.test_relay_tasmota import Device
from tests.integration.test_remote import KITCHEN, Remote, remote

pytestmark = [pytest.mark.attack, pytest.mark.usefixtures("mqtt_mock")]

REPORTS = "earlid/home/speaker/kitchen/activation/report"
METER = "sensor.another_meter"


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


# --- Commands


async def started_anew(hass: HomeAssistant, home: Remote) -> None:
    assert await hass.config_entries.async_reload(home.entry.entry_id)
    await settled(hass, home.entry)


@pytest.mark.parametrize("known_by", ["id", "at"])
async def test_a_command_that_was_overheard_is_not_obeyed_again(hass: HomeAssistant, known_by: str) -> None:
    home = await remote(hass)
    overheard = {"action": "resume", **KITCHEN, "id": "one", "at": dt_util.utcnow().isoformat()}
    await home.send(overheard)
    await home.send({"action": "mute", **KITCHEN})
    if known_by == "at":
        # The ids of before are forgotten.
        await started_anew(hass, home)
    await home.send(overheard)
    assert (home.mode(), home.refused) == ("mute", {"replayed" if known_by == "id" else "stale": 1})


async def test_what_was_sent_just_after_a_start_is_obeyed(hass: HomeAssistant) -> None:
    home = await remote(hass)
    await home.send({"action": "mute", **KITCHEN})
    await started_anew(hass, home)
    await home.send({"action": "resume", **KITCHEN, "at": dt_util.utcnow().isoformat()})
    assert (home.mode(), home.refused) == ("automatic", {})


async def test_a_clock_that_was_set_back_does_not_shut_commands_out(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    home = await remote(hass)
    await home.send({"action": "mute", **KITCHEN})
    freezer.tick(timedelta(hours=-1))
    await home.send({"action": "resume", **KITCHEN, "at": dt_util.utcnow().isoformat()})
    assert (home.mode(), home.refused) == ("automatic", {})


@pytest.mark.parametrize("skew", [-61, 61, -3600, 86400 * 365])
async def test_a_clock_that_is_wrong_opens_nothing(hass: HomeAssistant, skew: int) -> None:
    home = await remote(hass)
    await home.send({"action": "mute", **KITCHEN})
    at = (dt_util.utcnow() + timedelta(seconds=skew)).isoformat()
    await home.send({"action": "resume", **KITCHEN, "at": at})
    assert (home.mode(), home.refused) == ("mute", {"stale": 1})


async def test_an_id_that_mutes_spends_that_of_a_command_to_come(hass: HomeAssistant) -> None:
    """Ids are not secret: whoever takes one first only keeps another command out, and that is silence."""
    home = await remote(hass)
    await home.send({"action": "mute", **KITCHEN, "id": "one"})
    await home.send({"action": "resume", **KITCHEN, "id": "one"})
    assert (home.mode(), home.refused) == ("mute", {"replayed": 1})


async def test_nobody_on_the_broker_opens_what_lockdown_has_shut(hass: HomeAssistant) -> None:
    home = await remote(hass)
    await home.entry.runtime_data.set_lockdown(True, None)
    for action in ("resume", "listen"):
        await home.send({"action": action, **KITCHEN, "seconds": 60})
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "off"
    assert shown(hass, "switch.earlid_lockdown").state == "on"


async def test_a_flood_of_mutes_is_obeyed_and_does_not_fill_the_disk(hass: HomeAssistant) -> None:
    home = await remote(hass, lets="mute_only")
    await home.send({"action": "mute", **KITCHEN})
    journal = home.entry.runtime_data.journal
    before = journal.head.seq
    for _ in range(200):
        await home.send({"action": "mute", **KITCHEN})
    assert journal.head.seq < before + 10
    for seconds in range(200):
        await home.send({"action": "mute", "speakers": ["bedroom"], "seconds": 100 + seconds})
    assert journal.head.seq < before + 200
    mute = home.entry.runtime_data.speakers["bedroom"].holds.mute
    assert (mute.until, home.refused) == (None, {}), "whoever floods may as well mute for ever"


# --- Reports


def report(hass: HomeAssistant, topic: str = REPORTS, *, retain: bool = False, **fields: Any) -> None:
    async_fire_mqtt_message(hass, topic, json.dumps(fields), retain=retain)


async def test_a_report_that_is_kept_repeated_or_of_another_day_is_no_second_wake(hass: HomeAssistant) -> None:
    home = await remote(hass)
    report(hass, id="wake-1", retain=True)
    for _ in range(3):
        report(hass, id="wake-1", outcome="unanswered")
    report(hass, id="wake-2", at="1999-12-31T23:59:59Z")
    await settled(hass, home.entry)
    assert shown(hass, "sensor.kitchen_activations_today").state == "2"
    assert home.refused == {"retained": 1}
    last = datetime.fromisoformat(shown(hass, "sensor.kitchen_last_activation").state)
    assert dt_util.utcnow() - last < timedelta(minutes=6), "no report reaches further back than five minutes"


async def test_a_repeated_report_is_known_also_after_a_restart(hass: HomeAssistant) -> None:
    home = await remote(hass)
    # The last one is remembered apart from the journal.
    for wake in ("wake-1", "wake-2"):
        report(hass, id=wake, outcome="unanswered")
    await settled(hass, home.entry)
    await started_anew(hass, home)
    for _ in range(3):
        report(hass, id="wake-1", outcome="unanswered")
    await settled(hass, home.entry)
    assert shown(hass, "sensor.kitchen_activations_today").state == "2"


@pytest.mark.parametrize("slug", ["attic", "kitchen/../bedroom", "+", "#", "", "k" * 60_000])
async def test_a_report_for_nobody_is_nobodys(hass: HomeAssistant, slug: str) -> None:
    home = await remote(hass)
    topic = f"earlid/home/speaker/{slug}/activation/report"
    message = patch("homeassistant.components.mqtt.util.valid_topic", lambda topic: topic)
    with message:
        await home.send({"action": "mute", "speakers": [slug]})
        report(hass, topic, id="wake")
    await settled(hass, home.entry)
    assert states(hass, ["sensor.kitchen_activations_today", "sensor.bedroom_activations_today"]) == {
        "sensor.kitchen_activations_today": "0",
        "sensor.bedroom_activations_today": "0",
    }
    assert (home.mode(), home.mode("bedroom")) == ("automatic", "automatic")


async def test_a_forged_report_lets_nobody_listen(hass: HomeAssistant) -> None:
    home = await remote(hass)
    await home.send({"action": "mute", **KITCHEN})
    report(hass, id="wake", outcome="answered", allowed=True, because="rule", microphone="off_proven")
    await settled(hass, home.entry)
    event = shown(hass, "event.kitchen_activation").attributes
    assert (event["allowed"], home.mode()) == (False, "mute")
    assert shown(hass, "binary_sensor.kitchen_breach").attributes["cause"] == "heard_while_muted"


async def test_a_flood_of_reports_does_not_fill_the_disk(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.earlid.inbox.MOST_SPARED", 30)
    home = await remote(hass)
    now = hass.loop.time()
    for number in range(50):
        report(hass, id=f"flood-{number}")
    await settled(hass, home.entry)
    assert home.refused == {"too_often": 20}
    assert shown(hass, "sensor.kitchen_activations_today").state == "30"
    with patch.object(hass.loop, "time", lambda: now + 5.9):
        for number in range(10):
            report(hass, id=f"later-{number}")
    await settled(hass, home.entry)
    assert shown(hass, "sensor.kitchen_activations_today").state == "35"


# --- What plugs say


async def settle(hass: HomeAssistant) -> None:
    """Let go through what is on its way; what waits for the clock is not waited for, which stands still."""
    for _ in range(5):
        await hass.async_block_till_done()


@asynccontextmanager
async def muted(
    hass: HomeAssistant, client: MqttMockHAClient, freezer: FrozenDateTimeFactory, **senses: Any
) -> AsyncGenerator[tuple[MockConfigEntry, Device]]:
    """Give a home whose plug was on, and was turned off by a mute."""
    plug = Device(hass, client)
    plug.powers["POWER"] = "ON"
    hass.states.async_set(METER, "3.1")
    guarded = speaker(topic="kitchen", silences="power", **senses)
    guarded["data"] = {**guarded["data"], "relay": "tasmota"}
    entry = await guard_home(hass, guarded)
    await plug.connect()
    await settle(hass)
    plug.say("stat", "RESULT", {"POWER": "ON"})
    await passes(hass, freezer, seconds=70)
    assert shown(hass, "sensor.kitchen_microphone").state == "live"
    hass.states.async_set(METER, "3.0")
    await entry.runtime_data.mute(["kitchen"], None, None)
    await settle(hass)
    assert plug.powers["POWER"] == "OFF"
    yield entry, plug
    await hass.config_entries.async_unload(entry.entry_id)


async def passes(hass: HomeAssistant, freezer: FrozenDateTimeFactory, *, seconds: float, step: float = 10) -> None:
    """Let time pass."""
    for _ in range(int(seconds / step)):
        freezer.tick(timedelta(seconds=step))
        async_fire_time_changed(hass)
        await settle(hass)


def turned_on_unseen(plug: Device) -> None:
    """Let it be on, and somebody else say in its name that it is off: its own word never comes."""
    plug.powers["POWER"] = "ON"
    for leaf, said in (("RESULT", {"POWER": "OFF"}), ("POWER", "OFF")):
        plug.say("stat", leaf, said)
    plug.say("tele", "STATE", {"Time": "2026-11-22T12:00:00", "POWER": "OFF"})


async def test_a_forged_off_is_contradicted_by_a_meter_of_another_device(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory
) -> None:
    async with muted(hass, mqtt_mock, freezer, power_entity=METER) as (_, plug):
        await passes(hass, freezer, seconds=1, step=1)
        hass.states.async_set(METER, "0")
        await settle(hass)
        assert shown(hass, "sensor.kitchen_microphone").state == "off_proven"
        turned_on_unseen(plug)
        hass.states.async_set(METER, "3.1")
        await passes(hass, freezer, seconds=20)
        assert shown(hass, "binary_sensor.kitchen_breach").attributes["cause"] == "evidence_contradicts"
        assert plug.powers["POWER"] == "OFF", "it was told again, and has obeyed"


async def test_a_forged_off_without_a_witness_is_never_proven_and_undone_within_a_quarter_of_an_hour(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory
) -> None:
    async with muted(hass, mqtt_mock, freezer) as (_, plug):
        # Whenever it is asked, somebody else answers.
        plug.silent.add("STATE")
        turned_on_unseen(plug)
        await settle(hass)
        assert shown(hass, "sensor.kitchen_microphone").state == "off_unproven"
        assert plug.powers["POWER"] == "ON", "a forged report is believed, as far as a report is"
        await passes(hass, freezer, seconds=15 * 60, step=30)
        assert plug.powers["POWER"] == "OFF"


async def test_a_plug_that_is_switched_past_earlid_is_off_with_its_first_honest_word(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory
) -> None:
    async with muted(hass, mqtt_mock, freezer) as (_, plug):
        for _ in range(20):
            turned_on_unseen(plug)
            plug.say("tele", "STATE", {"Time": "2026-11-22T12:00:00", "POWER": "ON"})
            await settle(hass)
            assert plug.powers["POWER"] == "OFF"


@pytest.mark.parametrize("will", ["Offline", "Online"])
async def test_a_forged_absence_is_shown_as_unknown_and_never_as_off(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory, will: str
) -> None:
    async with muted(hass, mqtt_mock, freezer) as (_, plug):
        # Its own word would undo it.
        plug.silent |= {"STATE", "Power1"}
        plug.say("tele", "LWT", will)
        await passes(hass, freezer, seconds=20)
        assert shown(hass, "sensor.kitchen_microphone").state == "unknown"
        assert shown(hass, "binary_sensor.kitchen_breach").state == "on"


async def test_what_the_broker_keeps_of_a_plug_says_nothing(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory
) -> None:
    async with muted(hass, mqtt_mock, freezer) as (_, plug):
        plug.silent |= {"STATE", "Power1"}
        plug.press("ON")
        for leaf, said in (("RESULT", {"POWER": "OFF"}), ("POWER", "OFF")):
            plug.say("stat", leaf, said, retain=True)
        await passes(hass, freezer, seconds=20)
        assert shown(hass, "sensor.kitchen_microphone").state == "live"
        assert shown(hass, "binary_sensor.kitchen_breach").attributes["cause"] == "turned_on_elsewhere"


HUGE = 10 * 1024 * 1024
NOT_FOR_LONG = {
    "ten megabytes": b"[" * HUGE,
    "ten megabytes of a state": b'{"POWER": "ON", "x": "' + b"x" * HUGE + b'"}',
    "deep": b'{"POWER":' * 5000 + b"1" + b"}" * 5000,
    "deep lists": b"[" * 60_000,
    "a number without end": b'{"POWER": ' + b"9" * 60_000 + b"}",
    "a number that is none": b'{"POWER": NaN, "PulseTime1": {"Set": -Infinity}}',
    "too large a time": b'{"PulseTime1": {"Set": 9000000000000000000, "Remaining": 1}, "POWER": {}}',
    "nothing": b"",
    "no text": b"\xff\xfe\x00\xd8",
}


@pytest.mark.parametrize("payload", NOT_FOR_LONG.values(), ids=NOT_FOR_LONG)
async def test_whatever_is_sent_to_any_topic_the_speaker_stays_muted_and_nothing_breaks(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    freezer: FrozenDateTimeFactory,
    payload: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    plug_in(hass, "other")
    async with muted(hass, mqtt_mock, freezer) as (entry, plug):
        hass.config_entries.async_update_entry(entry, options={"commands_over_mqtt": "all"})
        await settle(hass)
        topics = ("stat/kitchen/RESULT", "stat/kitchen/POWER", "tele/kitchen/STATE", "tele/kitchen/LWT")
        for topic in (*topics, "earlid/home/command", REPORTS):
            async_fire_mqtt_message(hass, topic, payload)
        await passes(hass, freezer, seconds=20)
        assert shown(hass, "select.kitchen_mode").state == "mute"
        assert plug.powers["POWER"] == "OFF"
        assert "Traceback" not in caplog.text
