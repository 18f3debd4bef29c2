"""A plug behind Zigbee2MQTT as a relay.

What the bridge says is from https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html and
https://www.zigbee2mqtt.io/guide/usage/exposes.html.
"""

from collections.abc import Callable
from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from custom_components.earlid.engine.model import Report, Settings
from custom_components.earlid.facts import Eyes
from custom_components.earlid.relays import (
    RelayError,
    make_relay,
    mqtt as relays_mqtt,
    zigbee2mqtt as relays_zigbee2mqtt,
)
from custom_components.earlid.relays.zigbee2mqtt import Zigbee2MqttRelay

LEASE = timedelta(seconds=300)
TOPIC = "zigbee2mqtt/Kitchen plug"
STATE = {"type": "binary", "name": "state", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"}
SWITCH = {"type": "switch", "features": [STATE]}
POWER_ON = {
    "type": "enum",
    "name": "power_on_behavior",
    "property": "power_on_behavior",
    "access": 7,
    "values": ["off", "previous", "on"],
}
COUNTDOWN = {"type": "numeric", "name": "countdown", "property": "countdown", "access": 3, "unit": "s"}
REPORTING = {"1": {"configured_reportings": [{"cluster": "genOnOff", "attribute": "onOff"}]}}


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


class Bridge:
    """A bridge with one plug, which does what it is told; what that was is in `told`."""

    def __init__(
        self, hass: HomeAssistant, client: MqttMockHAClient, base: str = "zigbee2mqtt", name: str = "Kitchen plug"
    ) -> None:
        """Have a plug of the standard's, which is off; `client` is Home Assistant's."""
        self.hass = hass
        self.client = client
        self.base = base
        self.topic = f"{base}/{name}"
        self.state: dict[str, Any] = {"state": "OFF", "power_on_behavior": "previous", "linkquality": 120}
        self.vendor = "Virtual home"
        self.exposes: list[dict[str, Any]] = [SWITCH, POWER_ON]
        self.device: dict[str, Any] = {"friendly_name": name, "software_build_id": "1.0.5", "endpoints": REPORTING}
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.reaches_plug = True
        self.takes_settings = True

    async def connect(self, *, availability: bool = True) -> None:
        """Come online, and say so."""
        await mqtt.async_subscribe(self.hass, f"{self.topic}/+", self._told)
        self.say(f"{self.base}/bridge/state", {"state": "online"}, retain=True)
        if availability:
            self.say(f"{self.topic}/availability", {"state": "online"}, retain=True)

    def say(self, topic: str, payload: Any, *, retain: bool = False) -> None:
        """Publish."""
        text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
        async_fire_mqtt_message(self.hass, topic, text, retain=retain)

    def show(self) -> None:
        """Show the devices, as to each new subscription."""
        definition = {"vendor": self.vendor, "model": "VH-1", "exposes": self.exposes}
        coordinator = {"friendly_name": "Coordinator", "type": "Coordinator", "definition": None}
        device = {"definition": definition} | self.device
        self.say(f"{self.base}/bridge/devices", [coordinator, device], retain=True)

    def press(self, state: str) -> None:
        """Let a hand press the button."""
        self.state["state"] = state
        self.say(self.topic, self.state)

    @property
    def sent(self) -> list[tuple[Any, ...]]:
        """What Home Assistant published: topic, payload, QoS, retain."""
        calls = (call.args[:4] for call in self.client.async_publish.mock_calls)
        return [(topic, json.loads(payload), *rest) for topic, payload, *rest in calls]

    @property
    def written(self) -> list[dict[str, Any]]:
        """What the plug was told that changes something."""
        return [message for verb, message in self.told if verb == "set"]

    @callback
    def _told(self, message: ReceiveMessage) -> None:
        verb = message.topic.rpartition("/")[2]
        if verb not in ("get", "set") or message.retain:
            return
        wish = json.loads(message.payload)
        self.told.append((verb, wish))
        if not self.reaches_plug:
            return
        if verb == "set" and self.takes_settings:
            self.state |= {name: value for name, value in wish.items() if name in self.state}
            if "on_time" in wish:
                # Of this the bridge publishes nothing by itself.
                return
        self.say(self.topic, self.state)


@pytest.fixture
def bridge(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> Bridge:
    """Provide a bridge that is not connected yet."""
    return Bridge(hass, mqtt_mock)


def relay_of(hass: HomeAssistant, topic: str = TOPIC) -> Zigbee2MqttRelay:
    """Return the relay that a speaker's form makes."""
    relay = make_relay(hass, Eyes(hass), {"relay": "zigbee2mqtt", "topic": topic})
    assert isinstance(relay, Zigbee2MqttRelay)
    return relay


async def settle(hass: HomeAssistant) -> None:
    """Let go through what is on its way."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def guarded(
    hass: HomeAssistant, bridge: Bridge, *, availability: bool = True
) -> tuple[Zigbee2MqttRelay, list[Report]]:
    """Return a relay that is listened to, and what it has reported."""
    relay = relay_of(hass, bridge.topic)
    reports: list[Report] = []
    relay.subscribe(lambda: reports.append(relay.read()))
    await bridge.connect(availability=availability)
    await settle(hass)
    bridge.told.clear()
    return relay, reports


async def inspected(hass: HomeAssistant, bridge: Bridge, relay: Zigbee2MqttRelay | None = None) -> Settings:
    """Return what a probe comes to; the bridge shows its devices as soon as it is listened to."""
    hass.loop.call_soon(bridge.show)
    return await (relay or relay_of(hass, bridge.topic)).inspect()


GET = (f"{TOPIC}/get", {"state": ""}, 0, False)


async def test_a_grant_brings_its_end_with_it_and_the_plug_is_asked_what_it_did(
    hass: HomeAssistant, bridge: Bridge
) -> None:
    """Of an ON with a time Zigbee2MQTT publishes nothing: a plug that does not report would look off, and hear."""
    await relay_of(hass).grant(LEASE, Context())
    assert bridge.sent == [(f"{TOPIC}/set", {"state": "ON", "on_time": 300, "off_wait_time": 0}, 0, False), GET]


async def test_off_is_absolute_without_a_timer_and_the_plug_is_asked_what_it_did(
    hass: HomeAssistant, bridge: Bridge
) -> None:
    await relay_of(hass).off(Context())
    assert bridge.sent == [(f"{TOPIC}/set", {"state": "OFF"}, 1, False), GET]


@pytest.mark.parametrize(
    ("lease", "seconds"),
    [
        (LEASE, 300),
        (timedelta(seconds=299.9), 299),
        (timedelta(0), 1),
        (timedelta(seconds=-5), 1),
        (timedelta(seconds=6500), 6500),
        (timedelta(seconds=6553.5), 6500),
        (timedelta(days=30), 6500),
    ],
    ids=str,
)
async def test_no_lease_is_longer_than_it_was_said_and_none_without_an_end(
    hass: HomeAssistant, bridge: Bridge, lease: timedelta, seconds: int
) -> None:
    await relay_of(hass).grant(lease, Context())
    assert bridge.sent[0][1] == {"state": "ON", "on_time": seconds, "off_wait_time": 0}


async def test_a_relay_without_a_lease_is_only_turned_on(hass: HomeAssistant, bridge: Bridge) -> None:
    await relay_of(hass).grant(None, Context())
    assert bridge.sent[0][1] == {"state": "ON"}


async def test_a_plug_that_reports_is_renewed_with_one_message(hass: HomeAssistant, bridge: Bridge) -> None:
    relay, _ = await guarded(hass, bridge)
    await inspected(hass, bridge, relay)
    bridge.press("ON")
    bridge.told.clear()
    await relay.renew(LEASE, Context())
    assert bridge.told == [("set", {"state": "ON", "on_time": 300, "off_wait_time": 0})]


@pytest.mark.parametrize("known", [True, False])
async def test_a_plug_that_may_not_report_is_read_before_an_on_could_undo_what_a_hand_did(
    hass: HomeAssistant, bridge: Bridge, *, known: bool
) -> None:
    bridge.device["endpoints"] = {"1": {"configured_reportings": []}}
    bridge.state["state"] = "ON"
    relay, _ = await guarded(hass, bridge)
    if known:
        await inspected(hass, bridge, relay)
    await relay.renew(LEASE, Context())
    assert len(bridge.written) == 1
    # A press that it says nothing of.
    bridge.state["state"] = "OFF"
    await relay.renew(LEASE, Context())
    assert len(bridge.written) == 1
    assert relay.read().value is False


async def test_a_plug_that_does_not_answer_is_not_renewed(
    hass: HomeAssistant, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays_zigbee2mqtt, "_READ_WITHIN", 0.05)
    relay, _ = await guarded(hass, bridge)
    bridge.reaches_plug = False
    with pytest.raises(HomeAssistantError):
        await relay.renew(LEASE, Context())
    assert not bridge.written


async def test_a_plug_that_is_there_is_asked_and_says_how_it_is(
    hass: HomeAssistant, bridge: Bridge, freezer: FrozenDateTimeFactory
) -> None:
    bridge.state["state"] = "ON"
    relay, reports = await guarded(hass, bridge)
    now = relay.read().available_since
    assert now is not None
    assert relay.read() == Report(value=True, changed_at=now, reported_at=now, available_since=now)
    freezer.tick(5)
    bridge.press("ON")
    freezer.tick(5)
    bridge.press("OFF")
    assert [(report.value, report.changed_at, report.reported_at) for report in reports[-2:]] == [
        (True, now, now + timedelta(seconds=5)),
        (False, now + timedelta(seconds=10), now + timedelta(seconds=10)),
    ]


async def minutes(hass: HomeAssistant, freezer: FrozenDateTimeFactory, count: int) -> None:
    """Let so many minutes go by."""
    for _ in range(count):
        freezer.tick(60)
        async_fire_time_changed(hass)
        await settle(hass)


async def test_a_plug_that_is_off_is_asked_each_minute_and_a_hand_whose_report_got_lost_is_seen(
    hass: HomeAssistant, bridge: Bridge, freezer: FrozenDateTimeFactory
) -> None:
    relay, _ = await guarded(hass, bridge)
    for _ in range(4):
        freezer.tick(15)
        bridge.say(bridge.topic, bridge.state)  # a bridge repeats what it believes
    await minutes(hass, freezer, 2)
    assert bridge.told == [("get", {"state": ""})] * 2
    bridge.state["state"] = "ON"
    await minutes(hass, freezer, 1)
    assert relay.read().value is True
    bridge.told.clear()
    await minutes(hass, freezer, 30)
    assert bridge.told == [], "one that is on is on a lease"


async def test_a_plug_that_does_not_answer_is_asked_ever_more_seldom(
    hass: HomeAssistant, bridge: Bridge, freezer: FrozenDateTimeFactory
) -> None:
    """Each question makes the radio network search for it."""
    await guarded(hass, bridge)
    bridge.reaches_plug = False
    await minutes(hass, freezer, 64)
    assert len(bridge.told) == 8  # after 1, 2, 4, 8, 16, 32, 48 and 64 minutes
    bridge.reaches_plug = True
    bridge.say(bridge.topic, bridge.state)
    await minutes(hass, freezer, 16)
    bridge.told.clear()
    await minutes(hass, freezer, 3)
    assert len(bridge.told) == 3


async def test_a_plug_that_is_known_to_be_away_or_is_guarded_no_more_is_not_asked(
    hass: HomeAssistant, bridge: Bridge, freezer: FrozenDateTimeFactory
) -> None:
    relay = relay_of(hass, bridge.topic)
    stop = relay.subscribe(lambda: None)
    await bridge.connect()
    await settle(hass)
    bridge.told.clear()
    bridge.say(f"{TOPIC}/availability", {"state": "offline"})
    await minutes(hass, freezer, 5)
    assert bridge.told == []
    bridge.say(f"{TOPIC}/availability", {"state": "online"})
    await settle(hass)
    assert relay.read().value is False
    stop()
    bridge.told.clear()
    await minutes(hass, freezer, 5)
    assert bridge.told == []


async def test_what_says_nothing_of_the_state_is_only_a_sign_of_life(hass: HomeAssistant, bridge: Bridge) -> None:
    bridge.reaches_plug = False
    relay, reports = await guarded(hass, bridge, availability=False)
    assert relay.read() == Report()
    bridge.say(bridge.topic, {"power": 2.1})
    report = relay.read()
    assert (report.value, report.reported_at) == (None, None)
    assert report.available_since is not None
    assert reports[-1] == report


async def test_what_the_broker_kept_is_no_report(hass: HomeAssistant, bridge: Bridge) -> None:
    """It may be from before the plug was turned on, and would show a speaker off that hears."""
    bridge.reaches_plug = False
    relay, _ = await guarded(hass, bridge)
    bridge.say(bridge.topic, {"state": "OFF"}, retain=True)
    assert relay.read().value is None
    assert relay.read().available_since is not None


@pytest.mark.parametrize("offline", [{"state": "offline"}, "offline"])
@pytest.mark.parametrize("what", ["availability", "bridge"])
async def test_a_plug_or_bridge_that_leaves_is_out_of_sight_and_is_asked_when_it_is_back(
    hass: HomeAssistant,
    bridge: Bridge,
    freezer: FrozenDateTimeFactory,
    what: str,
    offline: Any,
) -> None:
    topic = f"{TOPIC}/availability" if what == "availability" else "zigbee2mqtt/bridge/state"
    relay, reports = await guarded(hass, bridge)
    before = relay.read().available_since
    bridge.say(topic, offline)
    assert relay.read() == Report() == reports[-1]
    # Its last words may come late, and are none about how it is when it is back.
    bridge.press("ON")
    assert relay.read() == Report()
    freezer.tick(5)
    bridge.reaches_plug = False
    assert not bridge.told
    bridge.say(topic, "online" if offline == "offline" else {"state": "online"})
    await settle(hass)
    assert before is not None
    assert relay.read() == Report(available_since=before + timedelta(seconds=5))
    assert bridge.told[0] == ("get", {"state": ""})


async def test_what_a_broker_said_before_it_lost_its_memory_counts_no_more(hass: HomeAssistant, bridge: Bridge) -> None:
    relay, _ = await guarded(hass, bridge)
    bridge.say(f"{TOPIC}/availability", {"state": "offline"})
    bridge.say("zigbee2mqtt/bridge/state", {"state": "offline"})
    for connected in (False, True):
        bridge.client.connected = connected
        async_dispatcher_send(hass, MQTT_CONNECTION_STATE, connected)
    bridge.press("ON")
    assert relay.read().value is True


async def test_without_availability_a_plug_is_there_while_its_bridge_is_and_it_has_spoken(
    hass: HomeAssistant, bridge: Bridge
) -> None:
    relay, _ = await guarded(hass, bridge, availability=False)
    assert relay.read().value is False
    bridge.say("zigbee2mqtt/bridge/state", {"state": "offline"})
    assert relay.read() == Report()
    bridge.reaches_plug = False
    bridge.say("zigbee2mqtt/bridge/state", {"state": "online"})
    await settle(hass)
    assert relay.read() == Report()


async def test_without_a_broker_it_is_out_of_sight_and_nothing_is_left_to_be_sent_later(
    hass: HomeAssistant, bridge: Bridge
) -> None:
    relay, reports = await guarded(hass, bridge)
    bridge.client.connected = False
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)
    assert relay.read() == Report() == reports[-1]
    bridge.client.async_publish.reset_mock()
    for command in (
        relay.off,
        lambda context: relay.grant(LEASE, context),
        lambda context: relay.renew(LEASE, context),
    ):
        with pytest.raises(HomeAssistantError):
            await command(Context())
    await relay.ask()
    assert not bridge.sent
    bridge.client.connected = True
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, True)
    bridge.say(f"{TOPIC}/availability", {"state": "online"})
    await settle(hass)
    assert relay.read().value is False


async def test_a_home_without_mqtt_has_a_relay_out_of_sight(hass: HomeAssistant) -> None:
    relay = relay_of(hass)
    stop = relay.subscribe(lambda: None)
    assert relay.read() == Report()
    with pytest.raises(HomeAssistantError):
        await relay.off(Context())
    with pytest.raises(RelayError) as refused:
        await relay.inspect()
    assert refused.value.problem == "no_mqtt"
    stop()


async def test_home_assistants_own_entities_hear_the_plug_as_before(hass: HomeAssistant, bridge: Bridge) -> None:
    """One message goes to all who subscribed to the same topic: as bytes, if one of them wants bytes."""
    payloads: list[Any] = []
    heard = callback(lambda message: payloads.append(message.payload))
    relay, _ = await guarded(hass, bridge)
    await mqtt.async_subscribe(hass, TOPIC, heard)
    bridge.press("ON")
    assert payloads == [json.dumps(bridge.state)]
    assert relay.read().value is True


async def test_a_plug_says_how_it_is_set_and_nothing_is_written(hass: HomeAssistant, bridge: Bridge) -> None:
    await bridge.connect()
    relay = relay_of(hass)
    assert await inspected(hass, bridge, relay) == Settings(power_on_off=False, firmware="1.0.5")
    bridge.state["power_on_behavior"] = "off"
    assert await inspected(hass, bridge, relay) == Settings(power_on_off=True, firmware="1.0.5")
    assert not bridge.written
    assert relay.read() == Report()


@pytest.mark.parametrize(
    ("base", "name"),
    [("zigbee2mqtt", "Kitchen plug"), ("home/zigbee", "plug"), ("zigbee2mqtt", "kitchen/echo/plug"), ("a/b", "c/d")],
)
async def test_base_topics_and_names_may_have_slashes(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, base: str, name: str
) -> None:
    bridge = Bridge(hass, mqtt_mock, base, name)
    relay, _ = await guarded(hass, bridge)
    await inspected(hass, bridge, relay)
    # What another bridge above or below says does not concern this plug.
    other = base.rpartition("/")[0] or f"{base}/{name.partition('/')[0]}"
    for state in ("offline", "online"):
        bridge.say(f"{other}/bridge/state", {"state": state})
        assert relay.read().value is False
    bridge.say(f"{base}/bridge/state", {"state": "offline"})
    assert relay.read() == Report()


def of_two(bridge: Bridge) -> None:
    """Make it a strip of two outlets."""
    bridge.exposes = [
        {"type": "switch", "endpoint": one, "features": [STATE | {"property": f"state_{one}", "endpoint": one}]}
        for one in ("l1", "l2")
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda bridge: bridge.exposes.append(COUNTDOWN), "delayed_toggle"),
        (lambda bridge: bridge.exposes.append(COUNTDOWN | {"property": "countdown_l1"}), "delayed_toggle"),
        (of_two, "no_such_channel"),
        (lambda bridge: bridge.exposes.clear(), "not_switchable"),
        (lambda bridge: bridge.exposes.__setitem__(0, {"type": "lock", "features": [STATE]}), "not_switchable"),
        (lambda bridge: bridge.device.update(definition=None), "not_switchable"),
        (lambda bridge: bridge.device.update(definition={"exposes": "all"}), "not_switchable"),
        (lambda bridge: bridge.device.update(friendly_name="Hall plug"), "not_known"),
        (lambda bridge: bridge.device.update(disabled=True), "disabled"),
        (lambda bridge: setattr(bridge, "reaches_plug", False), "no_answer"),
        (lambda bridge: bridge.state.update(state="LOCKED"), "unreadable_answer"),
        (lambda bridge: setattr(bridge, "show", lambda: None), "no_answer"),
        (
            lambda bridge: setattr(bridge, "show", lambda: bridge.say("zigbee2mqtt/bridge/devices", "[{")),
            "unreadable_answer",
        ),
        (
            lambda bridge: setattr(bridge, "show", lambda: bridge.say("zigbee2mqtt/bridge/devices", "{}")),
            "unreadable_answer",
        ),
        (
            lambda bridge: setattr(bridge, "show", lambda: bridge.say("zigbee2mqtt/bridge/devices", "[1]")),
            "not_known",
        ),
    ],
)
async def test_what_is_no_such_relay_is_told_apart(
    hass: HomeAssistant,
    bridge: Bridge,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Bridge], None],
    problem: str,
) -> None:
    monkeypatch.setattr(relays_mqtt, "ANSWER_WITHIN", 0.5)
    monkeypatch.setattr(relays_zigbee2mqtt, "_OTHER_BRIDGE", 0.02)
    await bridge.connect()
    bridge.exposes = list(bridge.exposes)
    change(bridge)
    with pytest.raises(RelayError) as refused:
        await inspected(hass, bridge)
    assert refused.value.problem == problem
    assert not bridge.written


async def test_a_countdown_that_keeps_to_the_standard_is_no_toggle(hass: HomeAssistant, bridge: Bridge) -> None:
    bridge.vendor = "eWeLink"
    bridge.exposes = [SWITCH, COUNTDOWN]
    await bridge.connect()
    assert await inspected(hass, bridge) == Settings(firmware="1.0.5")


async def test_the_plug_is_set_up_once_and_only_where_it_differs(hass: HomeAssistant, bridge: Bridge) -> None:
    await bridge.connect()
    relay = relay_of(hass)
    for _ in range(2):
        hass.loop.call_soon(bridge.show)
        assert await relay.provision(LEASE) == Settings(power_on_off=True, firmware="1.0.5")
        assert bridge.written == [{"power_on_behavior": "off"}]


@pytest.mark.parametrize(
    ("exposed", "said", "written"),
    [
        (
            {"name": "power_outage_memory", "type": "binary", "value_off": False},
            False,
            [{"power_outage_memory": False}],
        ),
        ({"name": "power_outage_memory", "values": ["on", "off", "restore"]}, True, [{"power_outage_memory": "off"}]),
        ({"name": "power_on_behavior", "values": ["on", "previous"]}, False, []),
        ({"name": "power_on_behavior", "values": ["on", "off"], "access": 5}, False, []),
        ({"name": "power_on_behavior", "values": ["on", "off"], "access": 3}, True, [{"power_on_behavior": "off"}]),
        ({"name": "power_on_behavior", "property": "power_on_behavior_l1", "values": ["off"]}, None, []),
    ],
)
async def test_what_a_plug_does_when_power_returns_has_many_names(
    hass: HomeAssistant,
    bridge: Bridge,
    exposed: dict[str, Any],
    said: bool | None,
    written: list[dict[str, Any]],
) -> None:
    """Aqara's only says that the plug does not remember, and not what it does instead."""
    bridge.exposes = [SWITCH, {"type": "enum", "access": 7, "property": exposed["name"]} | exposed]
    remembers = exposed.get("type") == "binary"
    bridge.state = {"state": "OFF", exposed["name"]: True if remembers else "restore"}
    await bridge.connect()
    relay = relay_of(hass)
    hass.loop.call_soon(bridge.show)
    settings = await relay.provision(LEASE)
    assert settings.power_on_off is (None if remembers else said)
    assert bridge.written == written


async def test_a_setting_that_the_plug_does_not_take_is_no_success(
    hass: HomeAssistant, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays_mqtt, "ANSWER_WITHIN", 0.5)
    await bridge.connect()
    bridge.takes_settings = False
    hass.loop.call_soon(bridge.show)
    with pytest.raises(RelayError) as refused:
        await relay_of(hass).provision(LEASE)
    assert refused.value.problem == "no_answer"
    assert bridge.written == [{"power_on_behavior": "off"}]


@pytest.mark.attack
@pytest.mark.parametrize("place", [TOPIC, f"{TOPIC}/availability", "zigbee2mqtt/bridge/state"])
@pytest.mark.parametrize(
    "payload",
    [
        "no json",
        "[]",
        "null",
        '{"state": ["OFF"]}',
        '{"state": {}}',
        '{"state": null}',
        '{"state": 0}',
        '{"state": "LOCKED"}',
        '{"state_l1": "OFF"}',
        "[" * 100_000,
        '{"state": "OFF", "x": "' + "x" * 1_000_000 + '"}',
        b"\xff\xfe\x00",
        "",
    ],
    ids=lambda payload: repr(payload[:20]),
)
async def test_what_is_no_report_changes_nothing_and_is_logged_once(
    hass: HomeAssistant,
    bridge: Bridge,
    caplog: pytest.LogCaptureFixture,
    place: str,
    payload: str | bytes,
) -> None:
    bridge.state["state"] = "ON"
    relay, _ = await guarded(hass, bridge)
    before = relay.read()
    for _ in range(3):
        bridge.say(place, payload)
    await settle(hass)
    assert relay.read() == before
    complaints = [record for record in caplog.records if record.name == relays_mqtt.__name__]
    assert len(complaints) <= bool(payload)
    assert "Traceback" not in caplog.text


async def test_nothing_is_heard_on_other_topics(hass: HomeAssistant, bridge: Bridge) -> None:
    relay, reports = await guarded(hass, bridge)
    reports.clear()
    for topic in ("zigbee2mqtt/Kitchen plug 2", f"{TOPIC}/l1", f"{TOPIC}/set/x", "zigbee2mqtt", "other/Kitchen plug"):
        bridge.say(topic, {"state": "ON"})
    bridge.say("zigbee2mqtt/Kitchen plug 2/availability", {"state": "offline"})
    bridge.say("other/bridge/state", {"state": "offline"})
    assert not reports
    assert relay.read().value is False
    assert relay.key != relay_of(hass, "zigbee2mqtt/Kitchen plug 2").key
