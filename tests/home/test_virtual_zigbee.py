"""The simulated Zigbee plugs, held against what Zigbee2MQTT documents; with a real broker, without Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
import json
from pathlib import Path
import time
from typing import Any

import pytest
import pytest_asyncio

from virtual_home import Broker, Meter, Observer, Plug, Truth
from virtual_home.network import Network
from virtual_home.waiting import until

QUIET = 0.3  # s in which a report that should not come would have come: reports take 0.03


@dataclass
class Radio:
    """A Zigbee network with someone who listens to it and speaks to its plugs."""

    network: Network
    truth: Truth
    seen: Observer
    made: int = 0

    async def plug(self, **settings: Any) -> Plug:
        """Return a plug of its own that has reported, off unless said otherwise; its meter does not speak."""
        self.made += 1
        name = f"Plug {self.made}"
        given: dict[str, Any] = {"on": False, "meter": Meter(delay=60)} | settings
        plug = Plug(self.network, self.truth, name, number=self.made, **given)
        await self.seen.wait_for(plug.topic)
        return plug

    def send(self, plug: Plug, message: dict[str, Any] | str, end: str = "set") -> float:
        """Publish to a plug; return when, monotonic."""
        began = time.monotonic()
        self.seen.publish(f"{plug.topic}/{end}", message if isinstance(message, str) else json.dumps(message))
        return began

    async def report(self, plug: Plug, since: float, **wanted: Any) -> dict[str, Any]:
        """Return the first report since then that has all of `wanted`."""
        found = await self.seen.wait_for(plug.topic, lambda one: wanted.items() <= one.body.items(), since=since)
        body: dict[str, Any] = found.body
        return body

    async def quiet(self, plug: Plug, since: float) -> None:
        """Fail if a plug reported anything since then, or does soon."""
        await asyncio.sleep(QUIET)
        assert [one.text for one in self.seen.on(plug.topic, since=since)] == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def radio(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Radio]:
    broker = Broker(Path(tmp_path_factory.mktemp("broker")))
    await broker.start()
    network = Network()
    await network.connect(broker.host, broker.port)
    async with Observer(broker.host, broker.port, "zigbee2mqtt/#") as seen:
        yield Radio(network, Truth(), seen)
    await network.close()
    await broker.stop()


async def test_the_bridge_tells_of_itself_and_of_each_device(radio: Radio) -> None:
    plugs = [await radio.plug(), await radio.plug(family="tuya")]
    info = await radio.seen.wait_for("/bridge/info")
    assert info.retained
    assert info.body["version"].startswith("2.")
    assert (await radio.seen.wait_for("/bridge/state")).body == {"state": "online"}
    listed = await radio.seen.wait_for("/bridge/devices", lambda one: plugs[1].name in one.text)
    assert listed.retained
    standard, tuya = (next(one for one in listed.body if one["friendly_name"] == plug.name) for plug in plugs)
    assert standard["ieee_address"] == plugs[0].address
    assert standard["power_source"] == "Mains (single phase)"
    assert {"software_build_id", "date_code"} <= set(standard)
    names = [[one.get("name", one["type"]) for one in each["definition"]["exposes"]] for each in (standard, tuya)]
    assert names == [["switch", "power_on_behavior", "power"], ["switch", "power_on_behavior", "power", "countdown"]]


async def test_a_read_is_answered_with_the_state(radio: Radio) -> None:
    plug = await radio.plug(on=True)
    since = radio.send(plug, {"state": ""}, "get")
    assert (await radio.report(plug, since))["state"] == "ON"
    plug.defects.deaf_until = time.monotonic() + 10
    await radio.quiet(plug, radio.send(plug, {"state": ""}, "get"))
    plug.defects.deaf_until = 0
    await radio.quiet(plug, radio.send(plug, {"nothing": ""}, "get"))


async def test_on_and_off_are_published_as_soon_as_they_are_taken(radio: Radio) -> None:
    plug = await radio.plug(on=True)
    since = radio.send(plug, {"state": "ON"})
    await radio.report(plug, since, state="ON")
    since = radio.send(plug, "OFF", "set/state")
    await radio.report(plug, since, state="OFF")
    assert not plug.live


async def test_a_timed_on_is_only_reported_by_the_plug_itself(radio: Radio) -> None:
    plug = await radio.plug()
    since = radio.send(plug, {"state": "ON", "on_time": 2, "off_wait_time": 0})
    await radio.report(plug, since, state="ON")
    await asyncio.sleep(0.5)
    renewed = radio.send(plug, {"state": "ON", "on_time": 2, "off_wait_time": 0})
    await until(lambda: len(radio.truth.commands_to(plug)) == 2)
    await radio.quiet(plug, renewed)
    await radio.report(plug, renewed, state="OFF")
    _, off = radio.truth.switches_of(plug)
    assert off.cause == "timer"
    assert off.at.monotonic - renewed > 1.9


async def test_a_timed_on_can_be_made_longer_and_not_shorter(radio: Radio) -> None:
    plug = await radio.plug()
    for seconds in (30, 2):
        radio.send(plug, {"state": "ON", "on_time": seconds})
    await until(lambda: len(radio.truth.commands_to(plug)) == 2)
    assert plug.time_left == pytest.approx(30, abs=10)
    radio.send(plug, {"state": "ON", "on_time": 60})
    await until(lambda: len(radio.truth.commands_to(plug)) == 3)
    assert plug.time_left == pytest.approx(60, abs=10)
    radio.send(plug, {"state": "ON"})
    await until(lambda: len(radio.truth.commands_to(plug)) == 4)
    assert plug.time_left == pytest.approx(60, abs=10)
    radio.send(plug, {"state": "OFF"})
    await until(lambda: not plug.live)
    assert plug.time_left is None


async def test_after_an_off_timed_ons_are_refused_for_the_off_wait_time(radio: Radio) -> None:
    plug = await radio.plug()
    on = radio.send(plug, {"state": "ON", "on_time": 30, "off_wait_time": 2})
    await radio.report(plug, on, state="ON")
    off = radio.send(plug, {"state": "OFF"})
    await radio.report(plug, off, state="OFF")
    await radio.quiet(plug, radio.send(plug, {"state": "ON", "on_time": 30, "off_wait_time": 2}))
    assert not plug.live
    await asyncio.sleep(max(0.0, off + 2.5 - time.monotonic()))
    again = radio.send(plug, {"state": "ON", "on_time": 0.3, "off_wait_time": 30})
    await until(lambda: [one.live for one in radio.truth.switches_of(plug, since=again)] == [True, False])
    # Its own clock turned it off: nothing is guarded then.
    radio.send(plug, {"state": "ON", "on_time": 30})
    await until(lambda: plug.live)


async def test_a_plain_on_is_taken_whatever_the_off_wait_time(radio: Radio) -> None:
    plug = await radio.plug()
    radio.send(plug, {"state": "ON", "on_time": 30, "off_wait_time": 30})
    radio.send(plug, {"state": "OFF"})
    radio.send(plug, {"state": "ON"})
    await until(lambda: len(radio.truth.commands_to(plug)) == 3)
    assert plug.live
    assert plug.time_left is None
    # It also ended the guard.
    radio.send(plug, {"state": "OFF"})
    radio.send(plug, {"state": "ON", "on_time": 30})
    await until(lambda: plug.time_left is not None)


@pytest.mark.parametrize("message", [{"state": "ON", "on_time": 6553.6}, {"state": "ON", "on_time": "300"}])
async def test_a_time_that_does_not_fit_is_not_sent(radio: Radio, message: dict[str, Any]) -> None:
    plug = await radio.plug()
    since = radio.send(plug, message)
    await radio.seen.wait_for("/bridge/logging", lambda one: plug.name in one.text, since=since)
    assert not plug.live
    assert [one.fate for one in radio.truth.commands_to(plug)] == ["nonsense"]


async def test_the_longest_time_is_for_ever(radio: Radio) -> None:
    plug = await radio.plug()
    radio.send(plug, {"state": "ON", "on_time": 6553.5})
    await until(lambda: plug.live)
    assert plug.time_left is None


async def test_a_plug_that_ignores_on_time_stays_on(radio: Radio) -> None:
    plug = await radio.plug(family="ignores_on_time")
    since = radio.send(plug, {"state": "ON", "on_time": 0.2})
    await radio.report(plug, since, state="ON")
    await asyncio.sleep(0.5)
    assert plug.live


async def test_a_tuya_plug_takes_a_timed_on_for_a_plain_one(radio: Radio) -> None:
    plug = await radio.plug(family="tuya")
    since = radio.send(plug, {"state": "ON", "on_time": 0.2})
    await radio.report(plug, since, state="ON", countdown=0)
    await asyncio.sleep(0.5)
    assert plug.live
    since = radio.send(plug, {"state": "ON", "on_time": 0.2})
    await radio.report(plug, since, state="ON")


async def test_a_tuya_countdown_toggles_whatever_the_plug_is(radio: Radio) -> None:
    plug = await radio.plug(family="tuya")
    radio.send(plug, {"countdown": 0.2})
    await until(lambda: plug.live)
    radio.send(plug, {"state": "ON", "countdown": 0.2})
    await until(lambda: not plug.live)
    radio.send(plug, "0.2", "set/countdown")
    await until(lambda: plug.live)
    radio.send(plug, {"countdown": 0.2})
    radio.send(plug, {"state": "ON"})
    await asyncio.sleep(0.5)
    assert plug.live


async def test_power_on_behavior_is_in_the_state_and_can_be_set(radio: Radio) -> None:
    plug = await radio.plug(on=True, power_on="previous")
    since = radio.send(plug, {"power_on_behavior": "off"})
    await radio.report(plug, since, power_on_behavior="off")
    since = radio.send(plug, "on", "set/power_on_behavior")
    await radio.report(plug, since, power_on_behavior="on")
    assert [one.says for one in radio.truth.commands_to(plug)] == ["other", "other"]
    assert plug.live
    radio.send(plug, {"power_on_behavior": "never"})
    await until(lambda: [one.fate for one in radio.truth.commands_to(plug)][-1] == "nonsense")


async def test_each_plug_has_an_availability_of_its_own(radio: Radio) -> None:
    plug, other = await radio.plug(), await radio.plug()
    await radio.seen.wait_for(f"{plug.topic}/availability", lambda one: one.retained and one.body["state"] == "online")
    since = time.monotonic()
    plug.cut(noticed_after=0.1)
    await radio.seen.wait_for(f"{plug.topic}/availability", lambda one: one.body["state"] == "offline", since=since)
    plug.restore(rejoins_after=0.1)
    await radio.seen.wait_for(f"{plug.topic}/availability", lambda one: one.body["state"] == "online", since=since)
    assert radio.seen.on(f"{other.topic}/availability", since=since) == []


async def test_a_plug_with_power_again_hears_and_says_nothing_until_it_has_joined(radio: Radio) -> None:
    plug = await radio.plug(on=True, meter=Meter(delay=0.1))
    since = time.monotonic()
    plug.cut(noticed_after=0.1)
    await radio.seen.wait_for(f"{plug.topic}/availability", lambda one: one.body["state"] == "offline", since=since)
    back = time.monotonic()
    plug.restore(rejoins_after=2)
    assert plug.live
    radio.send(plug, {"state": "OFF"})
    await radio.quiet(plug, back)
    assert plug.live
    assert [one.fate for one in radio.truth.commands_to(plug)] == ["unreachable"]
    # A cut meanwhile puts it off.
    plug.cut(noticed_after=0)
    plug.restore(rejoins_after=2)
    await asyncio.sleep(QUIET)
    assert not plug.in_sight
    await radio.report(plug, back, state="ON")
