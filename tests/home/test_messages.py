"""What goes out over MQTT and comes in, as another client of the broker sees it."""

import asyncio
from datetime import UTC, datetime
import json
import time
from typing import Any
from uuid import uuid4

from tests.home.guarding import hush, hush_until_off, reload, unhush
from virtual_home import Message, Observer, VirtualHome
from virtual_home.flows import entries, set_options, walk
from virtual_home.home_assistant import MQTT_CONNECTED
from virtual_home.old_door import OldDoor
from virtual_home.waiting import until

VALID_FOR = 180  # s
REPORT = "earlid/home/speaker/kitchen/activation/report"


def send(home: VirtualHome, payload: object, topic: str = REPORT, *, retain: bool = False) -> None:
    """Publish what a detector outside would, or should not."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    home.network.publish(topic, text, retain=retain, qos=1)


def valid_seconds(message: Message) -> float:
    """Return for how long a message says that it is true."""
    at, until_ = (datetime.fromisoformat(message.body[key]) for key in ("at", "valid_until"))
    return (until_ - at).total_seconds()


async def taken(seen: Observer, identity: str) -> Message:
    """Return the activation that a report became."""
    return await seen.wait_for("/kitchen/activation", lambda one: one.body["id"] == identity)


async def marker(home: VirtualHome, seen: Observer) -> str:
    """Return when everything sent before has been worked off: a good report, of this id, was taken after it."""
    identity = uuid4().hex
    send(home, {"id": identity})
    await taken(seen, identity)
    return identity


async def test_a_state_is_kept_by_the_broker_until_it_may_be_untrue(guarded_home: VirtualHome) -> None:
    async with guarded_home.observe() as early:
        began = time.monotonic()
        await hush_until_off(guarded_home, "kitchen")
        await early.wait_for("/kitchen/state", lambda one: one.body["microphone"].startswith("off"), since=began)
    async with guarded_home.observe() as late:
        state = await late.wait_for("/speaker/kitchen/state")
        status = await late.wait_for("home/status")
        for message in (state, status):
            assert message.retained
            assert message.expires_in is not None
            assert 0 < message.expires_in <= VALID_FOR
            assert valid_seconds(message) == VALID_FOR
        assert state.body["schema"] == 1
        assert state.body["allowed"] is False
        assert state.body["because"] == "rule"
        assert state.body["microphone"] in ("off_unproven", "off_proven")
        assert status.body["status"] == "online"
        await unhush(guarded_home, "kitchen")
        live = await late.wait_for("/speaker/kitchen/state", lambda one: one.body["microphone"] == "live")
        assert (live.body["allowed"], live.body["because"]) == (True, "posture")


async def test_names_go_out_only_if_the_household_wants_that(guarded_home: VirtualHome) -> None:
    owner, entry = guarded_home.owner, guarded_home.earlid_entry
    assert entry is not None
    async with guarded_home.observe() as seen:
        await hush(guarded_home, "kitchen")
        await seen.wait_for("/kitchen/state", lambda one: one.body["because"] == "rule")
        assert not [one for one in seen.messages if "quiet" in one.text.lower() or "Kitchen" in one.text]
        await set_options(owner, entry, publish_names=True)
        await seen.wait_for("/kitchen/state", lambda one: "Kitchen quiet" in one.text)
        began = time.monotonic()
        await set_options(owner, entry, publish_names=False)
        await seen.wait_for("/kitchen/state", lambda one: "Kitchen" not in one.text, since=began)
    async with guarded_home.observe() as late:
        await late.wait_for("/kitchen/state")
        assert "Kitchen" not in "".join(one.text for one in late.messages)


async def test_a_breach_is_told_when_it_begins_and_when_it_ends(guarded_home: VirtualHome) -> None:
    async with guarded_home.observe() as seen:
        guarded_home.faults.deaf("nursery", 600)
        await hush(guarded_home, "nursery")
        began = await seen.wait_for("/nursery/breach")
        assert (began.body["state"], began.body["cause"]) == ("began", "relay_unreachable")
        assert (began.qos, began.retained) == (1, False)
        await unhush(guarded_home, "nursery")
        ended = await seen.wait_for("/nursery/breach", lambda one: one.body["state"] == "ended")
        assert ended.body["exposed_s"] > 2.5
        assert ended.body["id"] != began.body["id"]


async def test_a_report_from_outside_is_taken_once(guarded_home: VirtualHome) -> None:
    before = await guarded_home.owner.value("sensor.kitchen_activations_today")
    assert before is not None
    async with guarded_home.observe() as seen:
        for _ in range(3):
            send(guarded_home, {"id": "one_wake", "source": "light", "outcome": "unanswered"})
        activation = await taken(seen, "one_wake")
        assert activation.body["source"] == "light"
        assert activation.body["outcome"] == "unanswered"
        assert activation.body["allowed"] is True
        assert (activation.qos, activation.retained) == (1, False)
        await marker(guarded_home, seen)
    wanted = str(int(before) + 2)
    await guarded_home.owner.wait_for("sensor.kitchen_activations_today", wanted)


async def test_a_wake_of_a_muted_speaker_is_a_breach_that_lasts_a_minute(guarded_home: VirtualHome) -> None:
    await hush_until_off(guarded_home, "kitchen")
    async with guarded_home.observe() as seen:
        send(guarded_home, {"id": "muted_wake"})
        assert (await taken(seen, "muted_wake")).body["allowed"] is False
        breach = await guarded_home.owner.wait_for("binary_sensor.kitchen_breach", "on")
        assert breach["attributes"]["cause"] == "heard_while_muted"
        await asyncio.sleep(1)
        assert await guarded_home.owner.value("binary_sensor.kitchen_breach") == "on"


MALFORMED: tuple[tuple[Any, str], ...] = (
    ("", REPORT),
    ("{", REPORT),
    ("[" * 5000, REPORT),
    ([1, 2], REPORT),
    ("null", REPORT),
    ({"outcome": "maybe"}, REPORT),
    ({"outcome": ["answered"]}, REPORT),
    ({"at": "yesterday"}, REPORT),
    ({"at": 1e300}, REPORT),
    ({"id": "a b/c#+"}, REPORT),
    ({"id": 7}, REPORT),
    ('{"id": "\\ud800"}', REPORT),
    ({"id": "big", "note": "x" * 1_000_000}, REPORT),
    ({"id": "stranger"}, "earlid/home/speaker/nobody/activation/report"),
    ({"id": "root"}, "earlid/home/speaker//activation/report"),
)


async def test_what_is_no_report_changes_nothing(guarded_home: VirtualHome) -> None:
    complaints = len(guarded_home.ha.complaints())
    count = await guarded_home.owner.value("sensor.kitchen_activations_today")
    assert count is not None
    began = datetime.now(UTC).isoformat()
    async with guarded_home.observe() as seen:
        for payload, topic in MALFORMED:
            send(guarded_home, payload, topic)
        send(guarded_home, {"id": "kept"}, retain=True)
        first = await marker(guarded_home, seen)
        # The broker keeps it, and hands it to every start to come.
        await reload(guarded_home)
        second = await marker(guarded_home, seen)
        send(guarded_home, "", retain=True)
        # What went out in the last half minute before the start goes out once more: those are from other tests.
        before = {one.body["id"] for one in seen.on("/activation") if one.body["at"] < began}
        ours = [one for one in seen.on("/activation") if one.body["id"] not in before]
        assert {one.body["id"] for one in ours} == {"kept", first, second}
        assert {one.topic for one in ours} == {"earlid/home/speaker/kitchen/activation"}
    # The retained one was live when it came first.
    await guarded_home.owner.wait_for("sensor.kitchen_activations_today", str(int(count) + 3))
    assert await guarded_home.owner.value("binary_sensor.kitchen_breach") == "off"
    assert guarded_home.ha.complaints()[complaints:] == []


async def speak(home: VirtualHome, protocol: str, port: int) -> None:
    """Let Home Assistant speak another version of MQTT, and return when it does."""
    section = {"set_client_cert": False, "set_ca_cert": "off", "transport": "tcp"}
    broker = {"broker": home.broker.host, "port": port, "protocol": protocol, "other_settings": section}
    mqtt = (await entries(home.owner, "mqtt"))[0]["entry_id"]
    connections = len(home.ha.logged(MQTT_CONNECTED))
    await walk(home.owner, "flow", {"handler": "mqtt", "entry_id": mqtt}, {"broker": broker})
    await until(lambda: len(home.ha.logged(MQTT_CONNECTED)) > connections, within=60)
    await home.owner.wait_for(home.plugs["kitchen"].entity_id, "on", within=60)


async def test_nothing_is_kept_by_a_broker_that_would_never_forget_it(guarded_home: VirtualHome) -> None:
    broker = guarded_home.broker
    async with guarded_home.observe() as seen, OldDoor(broker.host, broker.port) as door:
        try:
            await speak(guarded_home, "3.1.1", door.port)
            began = time.monotonic()
            await hush_until_off(guarded_home, "kitchen")
            await unhush(guarded_home, "kitchen")
            state = await seen.wait_for("/kitchen/state", lambda one: one.body["microphone"] == "live", since=began)
            assert (state.retained, state.expires_in, valid_seconds(state)) == (False, None, VALID_FOR)
            assert not [one for one in seen.messages if one.at.monotonic > began and one.retained]
        finally:
            await speak(guarded_home, "5", broker.port)
        began = time.monotonic()
        await hush(guarded_home, "kitchen")
        again = await seen.wait_for("/kitchen/state", since=began)
        assert (again.retained, again.expires_in) == (True, VALID_FOR)
        # And reports are heard after all that as before.
        await marker(guarded_home, seen)
