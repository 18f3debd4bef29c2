"""A Tasmota plug as a relay. What the device says is from https://tasmota.github.io/docs/Commands/ and /MQTT/."""

from collections.abc import Callable
from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE, MQTT_PROCESSED_SUBSCRIPTIONS
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import MqttMockHAClient, MqttMockHAClientGenerator

from custom_components.earlid.engine.model import Report, Settings
from custom_components.earlid.facts import Eyes
from custom_components.earlid.relays import RelayError, make_relay, mqtt as relays_mqtt
from custom_components.earlid.relays.tasmota import TasmotaRelay

LEASE = timedelta(seconds=300)


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


class Device:
    """Answers as a Tasmota device does; what it was told is in `told`."""

    def __init__(self, hass: HomeAssistant, client: MqttMockHAClient) -> None:
        """Be off, and set as it leaves the factory; `client` is Home Assistant's."""
        self.hass = hass
        self.client = client
        self.topic = "kitchen"
        self.powers = {"POWER": "OFF"}
        self.settings = {"PowerOnState": 3, "PulseTime": 0}
        self.retains = {"PowerRetain": "OFF", "SwitchRetain": "OFF", "ButtonRetain": "OFF"}
        self.told: list[tuple[str, str]] = []
        self.silent: set[str] = set()
        self.unknown: set[str] = set()

    async def connect(self) -> None:
        """Take commands, and leave the word of it at the broker."""
        await mqtt.async_subscribe(self.hass, f"cmnd/{self.topic}/+", self._told, encoding="utf-8")
        self.say("tele", "LWT", "Online", retain=True)

    def say(self, prefix: str, leaf: str, payload: Any, *, retain: bool = False) -> None:
        """Publish."""
        text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
        async_fire_mqtt_message(self.hass, f"{prefix}/{self.topic}/{leaf}", text, retain=retain)

    def press(self, value: str, name: str = "POWER") -> None:
        """Let a hand press the button."""
        self.powers[name] = value
        self.say("stat", "RESULT", {name: value})
        self.say("stat", name, value)

    @property
    def sent(self) -> list[tuple[Any, ...]]:
        """What Home Assistant published: topic, payload, QoS, retain."""
        return [call.args[:4] for call in self.client.async_publish.mock_calls]

    @property
    def written(self) -> list[tuple[str, str]]:
        """What it was told that changes something."""
        return [(command, value) for command, value in self.told if value and command not in ("STATUS", "Power1")]

    @callback
    def _told(self, message: ReceiveMessage) -> None:
        command, value = message.topic.rpartition("/")[2], str(message.payload)
        if message.retain:
            return
        self.told.append((command, value))
        if command in self.silent:
            return
        answer = {"Command": "Unknown"} if command in self.unknown else self._answer(command, value)
        leaf = f"STATUS{value}" if command == "STATUS" else "RESULT"
        self.say("stat", leaf, answer)

    def _answer(self, command: str, value: str) -> dict[str, Any]:
        match command.rstrip("0123456789"):
            case "STATE":
                return {"Time": "2026-08-19T11:30:18", "Uptime": "0T00:05:09", "UptimeSec": 309, **self.powers}
            case "STATUS":
                return {"StatusFWR": {"Version": "14.2.0(release-tasmota)", "Core": "2_7_7"}}
            case "PowerOnState":
                self.settings["PowerOnState"] = int(value or self.settings["PowerOnState"])
                return {"PowerOnState": self.settings["PowerOnState"]}
            case "PulseTime":
                remaining = int(value or 0)
                self.settings["PulseTime"] = int(value or self.settings["PulseTime"])
                return {command: {"Set": self.settings["PulseTime"], "Remaining": remaining}}
            case "Power":
                name = next(name for name in ("POWER", command.upper()) if name in self.powers)
                self.powers[name] = value or self.powers[name]
                return {name: self.powers[name]}
            case retain:
                self.retains[retain] = {"0": "OFF", "1": "ON"}.get(value, self.retains[retain])
                return {retain: self.retains[retain]}


@pytest.fixture
def device(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> Device:
    """Provide a device that is not connected yet."""
    return Device(hass, mqtt_mock)


def relay_of(hass: HomeAssistant, topic: str = "kitchen", channel: int = 1) -> TasmotaRelay:
    """Return the relay that a speaker's form makes."""
    relay = make_relay(hass, Eyes(hass), {"relay": "tasmota", "topic": topic, "channel": channel})
    assert isinstance(relay, TasmotaRelay)
    return relay


async def settle(hass: HomeAssistant) -> None:
    """Let go through what is on its way."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def guarded(hass: HomeAssistant, device: Device, **form: Any) -> tuple[TasmotaRelay, list[Report]]:
    """Return a relay that is listened to, and what it has reported."""
    relay = relay_of(hass, device.topic, **form)
    reports: list[Report] = []
    relay.subscribe(lambda: reports.append(relay.read()))
    await device.connect()
    await settle(hass)
    device.told.clear()
    return relay, reports


async def test_a_lease_is_set_before_the_plug_is_turned_on(hass: HomeAssistant, device: Device) -> None:
    await relay_of(hass).grant(LEASE, Context())
    assert device.sent == [
        ("cmnd/kitchen/PulseTime1", "400", 0, False),
        ("cmnd/kitchen/Power1", "ON", 0, False),
    ]


async def test_a_renewal_touches_no_power(hass: HomeAssistant, device: Device) -> None:
    await relay_of(hass, channel=2).renew(LEASE, Context())
    assert device.sent == [("cmnd/kitchen/PulseTime2", "400", 0, False)]


async def test_off_is_absolute_without_a_timer_and_sent_until_the_broker_has_it(
    hass: HomeAssistant, device: Device
) -> None:
    await relay_of(hass).off(Context())
    assert device.sent == [("cmnd/kitchen/Power1", "OFF", 1, False)]


@pytest.mark.parametrize(
    ("lease", "value"),
    [
        (timedelta(seconds=300), "400"),
        (timedelta(seconds=299.9), "399"),
        (timedelta(seconds=12), "112"),
        (timedelta(seconds=11.9), "111"),
        (timedelta(seconds=10), "100"),
        (timedelta(seconds=0.19), "1"),
        (timedelta(0), "1"),
        (timedelta(seconds=-5), "1"),
        (timedelta(hours=18), "64900"),
        (timedelta(days=30), "64900"),
    ],
    ids=str,
)
async def test_no_lease_is_longer_than_it_was_said_and_none_without_an_end(
    hass: HomeAssistant, device: Device, lease: timedelta, value: str
) -> None:
    await relay_of(hass).renew(lease, Context())
    assert device.sent == [("cmnd/kitchen/PulseTime1", value, 0, False)]


async def test_a_relay_without_a_lease_is_only_turned_on(hass: HomeAssistant, device: Device) -> None:
    await relay_of(hass).grant(None, Context())
    assert device.sent == [("cmnd/kitchen/Power1", "ON", 0, False)]


async def test_a_plug_that_is_there_is_asked_and_says_how_it_is(
    hass: HomeAssistant, device: Device, freezer: FrozenDateTimeFactory
) -> None:
    device.powers["POWER"] = "ON"
    relay, reports = await guarded(hass, device)
    now = reports[-1].changed_at
    assert relay.read() == Report(value=True, changed_at=now, reported_at=now, available_since=now)
    freezer.tick(5)
    device.press("ON")
    freezer.tick(5)
    device.press("OFF")
    assert now is not None
    assert [(report.value, report.changed_at, report.reported_at) for report in reports[-4::2]] == [
        (True, now, now + timedelta(seconds=5)),
        (False, now + timedelta(seconds=10), now + timedelta(seconds=10)),
    ]
    assert {report.available_since for report in reports[-4:]} == {now}


async def test_a_plug_that_does_not_hear_the_first_question_is_asked_again(
    hass: HomeAssistant, device: Device, freezer: FrozenDateTimeFactory
) -> None:
    device.silent.add("STATE")
    relay, _ = await guarded(hass, device)
    assert relay.read().value is None
    assert relay.read().available_since is not None
    device.silent.clear()
    for _ in range(3):
        freezer.tick(1)
        async_fire_time_changed(hass)
        await settle(hass)
    assert relay.read().value is False
    assert device.told == [("STATE", "")]


async def test_a_plug_that_leaves_is_out_of_sight_and_comes_back_unknown(
    hass: HomeAssistant, device: Device, freezer: FrozenDateTimeFactory
) -> None:
    relay, reports = await guarded(hass, device)
    before = relay.read().available_since
    device.say("tele", "LWT", "Offline")
    assert relay.read() == Report() == reports[-1]
    device.silent.add("STATE")
    freezer.tick(5)
    device.say("tele", "LWT", "Online")
    assert before is not None
    assert relay.read() == Report(available_since=before + timedelta(seconds=5))


async def test_a_plug_that_rejoins_before_it_was_missed_was_out_of_sight(
    hass: HomeAssistant, device: Device, freezer: FrozenDateTimeFactory
) -> None:
    device.powers["POWER"] = "ON"
    relay, _ = await guarded(hass, device)
    before = relay.read().available_since
    freezer.tick(5)
    device.powers["POWER"] = "OFF"
    device.say("tele", "LWT", "Online")
    assert before is not None
    assert relay.read().available_since == before + timedelta(seconds=5)
    await settle(hass)
    assert relay.read().value is False


async def test_a_timer_that_runs_says_that_a_relay_is_still_on_and_never_that_it_is(
    hass: HomeAssistant, device: Device, freezer: FrozenDateTimeFactory
) -> None:
    """Setting PulseTime lets it run on a relay that is off too, and it reads nonsense after 25 days."""
    relay, _ = await guarded(hass, device)
    device.say("stat", "RESULT", {"PulseTime1": {"Set": 400, "Remaining": 400}})
    assert relay.read().value is False
    device.press("ON")
    for remaining, reports in ((0, False), (2_147_583, False), (True, False), ("400", False), (400, True)):
        freezer.tick(5)
        before = relay.read()
        device.say("stat", "RESULT", {"PulseTime1": {"Set": 400, "Remaining": remaining}})
        assert relay.read().changed_at == before.changed_at
        assert (relay.read().reported_at != before.reported_at) is reports


async def test_what_the_broker_kept_is_no_report(hass: HomeAssistant, device: Device) -> None:
    device.silent.add("STATE")
    relay, _ = await guarded(hass, device)
    device.say("stat", "POWER", "OFF", retain=True)
    device.say("tele", "STATE", {"POWER": "OFF"}, retain=True)
    assert relay.read().value is None


async def test_each_relay_of_a_device_reports_for_itself(hass: HomeAssistant, device: Device) -> None:
    device.powers = {"POWER1": "OFF", "POWER2": "OFF"}
    first, _ = await guarded(hass, device)
    second = relay_of(hass, channel=2)
    second.subscribe(lambda: None)
    await settle(hass)
    device.press("ON", "POWER2")
    assert (first.read().value, second.read().value) == (False, True)
    assert first.key != second.key


async def test_without_a_broker_it_is_out_of_sight_and_nothing_is_left_to_be_sent_later(
    hass: HomeAssistant, device: Device
) -> None:
    """The MQTT client would send what it was given meanwhile when it is back: an ON of an hour ago."""
    relay, reports = await guarded(hass, device)
    device.client.connected = False
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)
    assert relay.read() == Report() == reports[-1]
    device.client.async_publish.reset_mock()
    for command in (
        relay.off,
        lambda context: relay.grant(LEASE, context),
        lambda context: relay.renew(LEASE, context),
    ):
        with pytest.raises(HomeAssistantError):
            await command(Context())
    await relay.ask()
    assert not device.sent
    device.client.connected = True
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, True)
    await settle(hass)
    assert relay.read().value is False


@pytest.mark.usefixtures("mock_hass_config")
async def test_a_home_whose_mqtt_comes_later_is_listened_to_from_then_on(
    hass: HomeAssistant, mqtt_mock_entry: MqttMockHAClientGenerator
) -> None:
    relay = relay_of(hass)
    relay.subscribe(lambda: None)
    assert relay.read() == Report()
    with pytest.raises(HomeAssistantError):
        await relay.off(Context())
    with pytest.raises(RelayError) as refused:
        await relay.inspect()
    assert refused.value.problem == "no_mqtt"
    client = await mqtt_mock_entry()
    await Device(hass, client).connect()
    await settle(hass)
    assert relay.read().value is False


async def test_a_relay_that_nobody_guards_any_more_hears_nothing(hass: HomeAssistant, device: Device) -> None:
    relay = relay_of(hass)
    reports: list[Report] = []
    stop = relay.subscribe(lambda: reports.append(relay.read()))
    await device.connect()
    await settle(hass)
    stop()
    reports.clear()
    device.press("ON")
    device.say("tele", "LWT", "Online")
    assert (reports, relay.read()) == ([], Report())


async def test_a_device_says_how_it_is_set_and_nothing_is_written(hass: HomeAssistant, device: Device) -> None:
    device.settings = {"PowerOnState": 0, "PulseTime": 400}
    await device.connect()
    relay = relay_of(hass)
    assert await relay.inspect() == Settings(power_on_off=True, auto_off=LEASE, firmware="14.2.0(release-tasmota)")
    assert not device.written
    assert relay.read() == Report()


@pytest.mark.parametrize(
    ("power_on", "pulse", "settings"),
    [(3, 0, (False, None)), (1, 100, (False, timedelta(seconds=10))), (4, 111, (False, timedelta(seconds=11.1)))],
)
async def test_only_one_power_on_state_is_off(
    hass: HomeAssistant, device: Device, power_on: int, pulse: int, settings: tuple[Any, ...]
) -> None:
    device.settings = {"PowerOnState": power_on, "PulseTime": pulse}
    await device.connect()
    said = await relay_of(hass).inspect()
    assert (said.power_on_off, said.auto_off) == settings


def answers_garbage(device: Device) -> None:
    """Let something that is no Tasmota speak where one would."""
    device.silent |= {"STATE"}
    device.hass.loop.call_soon(device.say, "stat", "RESULT", "hello")


def is_another(device: Device) -> None:
    """Let something else speak JSON there."""
    device.silent |= {"STATE"}
    device.hass.loop.call_soon(device.say, "stat", "RESULT", {"temperature": 21})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda device: device.silent.add("STATE"), "no_answer"),
        (lambda device: device.silent.add("PulseTime1"), "no_answer"),
        (answers_garbage, "unreadable_answer"),
        (is_another, "not_this_device"),
        (lambda device: device.powers.clear(), "no_such_channel"),
        (lambda device: device.powers.update(POWER="AN"), "unreadable_answer"),
        (lambda device: device.unknown.add("PulseTime1"), "no_such_channel"),
        (lambda device: device.unknown.add("PowerOnState"), "unreadable_answer"),
        (lambda device: device.settings.update(PowerOnState=5), "delayed_toggle"),
    ],
)
async def test_what_is_no_such_relay_is_told_apart(
    hass: HomeAssistant,
    device: Device,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Device], None],
    problem: str,
) -> None:
    await device.connect()
    change(device)
    # One that answers has all the time that a busy machine takes.
    monkeypatch.setattr(relays_mqtt, "ANSWER_WITHIN", 1 if device.silent else 60)
    with pytest.raises(RelayError) as refused:
        await relay_of(hass).inspect()
    assert refused.value.problem == problem


async def test_a_device_with_two_relays_has_no_third(hass: HomeAssistant, device: Device) -> None:
    device.powers = {"POWER1": "OFF", "POWER2": "OFF"}
    await device.connect()
    with pytest.raises(RelayError) as refused:
        await relay_of(hass, channel=3).inspect()
    assert refused.value.problem == "no_such_channel"


async def test_setting_up_writes_what_differs_once_and_turns_the_timer_round_last(
    hass: HomeAssistant, device: Device
) -> None:
    device.settings["PowerOnState"] = 5
    device.retains["ButtonRetain"] = "ON"
    await device.connect()
    relay = relay_of(hass)
    ready = Settings(power_on_off=True, auto_off=LEASE, firmware="14.2.0(release-tasmota)")
    assert await relay.provision(LEASE) == ready
    assert device.written == [("PowerOnState", "0"), ("PulseTime1", "400"), ("ButtonRetain", "0")]
    device.told.clear()
    assert await relay.provision(LEASE) == ready
    assert not device.written
    assert not [told for told in device.told if told[0].startswith("Power1")]


async def test_a_setting_that_the_device_does_not_take_is_no_success(
    hass: HomeAssistant, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays_mqtt, "ANSWER_WITHIN", 1)
    await device.connect()
    monkeypatch.setattr(device, "_answer", lambda command, _value: Device._answer(device, command, ""))
    with pytest.raises(RelayError) as refused:
        await relay_of(hass).provision(LEASE)
    assert refused.value.problem == "no_answer"
    assert [told for told in device.told if told[1] == "0"] == [("PowerOnState", "0")]


def keeps(device: Device, *commands: tuple[str, str]) -> None:
    """Let the broker hand over what it keeps once it has the subscription, as long as nobody clears it."""
    topic = f"cmnd/{device.topic}/+"

    @callback
    def subscribed(subscriptions: list[tuple[str, int]]) -> None:
        if topic in dict(subscriptions):
            cleared = {one[0] for one in device.sent if one[3] and not one[1]}
            for command, payload in commands:
                if (kept := f"cmnd/{device.topic}/{command}") not in cleared:
                    async_fire_mqtt_message(device.hass, kept, payload, retain=True)

    async_dispatcher_connect(device.hass, MQTT_PROCESSED_SUBSCRIPTIONS, subscribed)


async def test_commands_that_the_broker_kept_are_found_by_a_probe_and_cleared_by_the_set_up_alone(
    hass: HomeAssistant, device: Device
) -> None:
    ours = (("power", "ON"), ("POWER1", "TOGGLE"), ("Power0", "1"))
    keeps(device, *ours, ("Power2", "1"), ("PowerOnState", "1"), ("PowerDelta", "1"), ("Color", "1"))
    relay, _ = await guarded(hass, device)
    async_fire_mqtt_message(hass, "cmnd/kitchen/POWER", "ON")
    async_fire_mqtt_message(hass, "cmnd/other/POWER", "ON", retain=True)
    assert (await relay.inspect()).kept_command
    assert (await relay.inspect()).kept_command
    assert not [one for one in device.sent if one[3]]
    assert not (await relay.provision(LEASE)).kept_command
    assert sorted(one for one in device.sent if one[3]) == sorted(
        (f"cmnd/kitchen/{command}", "", 1, True) for command, _ in ours
    )
    assert not (await relay.inspect()).kept_command


@pytest.mark.attack
@pytest.mark.parametrize(
    "place", ["stat/kitchen/RESULT", "stat/kitchen/POWER", "tele/kitchen/STATE", "tele/kitchen/LWT"]
)
@pytest.mark.parametrize(
    "payload",
    [
        "no json",
        "[]",
        "null",
        '{"POWER": ["OFF"]}',
        '{"POWER": {"OFF": 1}}',
        '{"POWER": null}',
        '{"POWER": 0}',
        '{"POWER": "Blink ON"}',
        '{"PulseTime1": 400}',
        '{"PulseTime1": {"Set": null}}',
        "[" * 100_000,
        '{"POWER": "OFF", "x": "' + "x" * 1_000_000 + '"}',
        b"\xff\xfe\x00",
        "",
    ],
    ids=lambda payload: repr(payload[:20]),
)
async def test_what_is_no_report_changes_nothing_and_is_logged_once(
    hass: HomeAssistant,
    device: Device,
    caplog: pytest.LogCaptureFixture,
    place: str,
    payload: str | bytes,
) -> None:
    device.powers["POWER"] = "ON"
    relay, _ = await guarded(hass, device)
    before = relay.read()
    for _ in range(3):
        async_fire_mqtt_message(hass, place, payload)
    await settle(hass)
    assert relay.read() == before
    complaints = [record for record in caplog.records if record.name == relays_mqtt.__name__]
    assert len(complaints) <= bool(payload)
    assert "Traceback" not in caplog.text


async def test_nothing_is_heard_on_other_topics(hass: HomeAssistant, device: Device) -> None:
    relay, reports = await guarded(hass, device)
    reports.clear()
    for topic in ("stat/kitchen2/RESULT", "stat/kitchen/deeper/RESULT", "stat/other/kitchen/RESULT", "kitchen/RESULT"):
        async_fire_mqtt_message(hass, topic, '{"POWER": "ON"}')
    async_fire_mqtt_message(hass, "tele/kitchen2/LWT", "Offline")
    assert not reports
    assert relay.read().value is False


@pytest.mark.parametrize("topic", ["+", "#", "kitchen/+", ""])
async def test_a_topic_that_is_none_is_neither_listened_to_nor_told(
    hass: HomeAssistant, device: Device, topic: str
) -> None:
    relay, _ = await guarded(hass, device)
    reports: list[Report] = []
    wild = relay_of(hass, topic)
    wild.subscribe(lambda: reports.append(wild.read()))
    await settle(hass)
    async_fire_mqtt_message(hass, "stat/kitchen/RESULT", '{"POWER": "ON"}')
    assert (reports, wild.read()) == ([], Report())
    with pytest.raises(HomeAssistantError):
        await wild.off(Context())
    with pytest.raises(RelayError):
        await wild.inspect()
    assert relay.read().value
