"""The simulated Tasmota plugs, held against Tasmota's documents; with a real broker, without Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
import time
from typing import Any

import pytest
import pytest_asyncio

from virtual_home import Broker, Meter, Observer, Truth
from virtual_home.observer import Message
from virtual_home.tasmota import TasmotaPlug
from virtual_home.truth import Command
from virtual_home.waiting import until

QUIET = 0.3  # s in which something that should not happen would have: an answer takes 0.03


class Load:
    """Something that draws 40 W."""

    def watts(self) -> float:
        """Return that."""
        return 40.0

    def power_changed(self, **_: Any) -> None:
        """Take no notice."""


@dataclass
class Wifi:
    """A broker with Tasmota devices, and someone who listens to them and speaks to them."""

    broker: Broker
    truth: Truth
    seen: Observer
    made: AsyncExitStack
    count: int = 0

    async def plug(self, **settings: Any) -> TasmotaPlug:
        """Return a device of its own that is connected, off unless said otherwise, without telemetry."""
        self.count += 1
        given: dict[str, Any] = {"on": False, "meter": Meter(delay=0.05), "tele_period": 0} | settings
        began = time.monotonic()
        plug = TasmotaPlug(
            (self.broker.host, self.broker.port), self.truth, f"Plug {self.count}", number=self.count, **given
        )
        self.made.push_async_callback(plug.close)
        await self.seen.wait_for(f"stat/{plug.topic}/{plug.channels[-1].power_name}", since=began)
        return plug

    def send(self, plug: TasmotaPlug, command: str, payload: str = "", *, retain: bool = False) -> float:
        """Send a command; return when, monotonic."""
        self.seen.publish(f"cmnd/{plug.topic}/{command}", payload, retain=retain)
        return time.monotonic()

    async def result(self, plug: TasmotaPlug, since: float, *keys: str) -> dict[str, Any]:
        """Return the first RESULT since then that has one of these keys, or any."""
        found = await self.seen.wait_for(
            f"stat/{plug.topic}/RESULT", lambda one: not keys or bool(set(keys) & set(one.body)), since=since, within=3
        )
        body: dict[str, Any] = found.body
        return body

    async def asked(self, plug: TasmotaPlug, command: str, payload: str = "") -> dict[str, Any]:
        """Send a command and return the RESULT that is its own, or an error."""
        since, name = self.send(plug, command, payload), command.rstrip("0123456789").lower()
        found = await self.seen.wait_for(
            f"stat/{plug.topic}/RESULT",
            lambda one: any(key == "Command" or key.lower().startswith(name) for key in one.body),
            since=since,
            within=3,
        )
        body: dict[str, Any] = found.body
        return body

    async def told(self, plug: TasmotaPlug, end: str, since: float, text: str | None = None) -> Message:
        """Return the first message on `end` since then, or the first that reads `text`."""
        topic = f"{end.replace('/', f'/{plug.topic}/', 1)}"
        return await self.seen.wait_for(topic, lambda one: text in (None, one.text), since=since, within=5)

    def commands(self, plug: TasmotaPlug) -> list[Command]:
        """Return what reached a plug."""
        return self.truth.commands_to(plug)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wifi(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wifi]:
    broker = Broker(Path(tmp_path_factory.mktemp("broker")))
    await broker.start()
    async with Observer(broker.host, broker.port, "#") as seen, AsyncExitStack() as made:
        yield Wifi(broker, Truth(), seen, made)
    await broker.stop()


async def test_a_power_command_is_answered_in_json_and_as_a_word(wifi: Wifi) -> None:
    plug = await wifi.plug()
    since = wifi.send(plug, "Power", "on")
    assert await wifi.result(plug, since) == {"POWER": "ON"}
    await wifi.told(plug, "stat/POWER", since, "ON")
    assert plug.live
    since = wifi.send(plug, "POWER1", "toggle")
    assert await wifi.result(plug, since) == {"POWER": "OFF"}
    assert [one.says for one in wifi.commands(plug)] == ["on", "other"]


async def test_an_empty_power_command_asks_and_changes_nothing(wifi: Wifi) -> None:
    plug = await wifi.plug(on=True)
    since = wifi.send(plug, "POWER")
    assert await wifi.result(plug, since) == {"POWER": "ON"}
    await wifi.told(plug, "stat/POWER", since, "ON")
    assert wifi.commands(plug) == []


async def test_pulse_time_turns_the_plug_off_whatever_turned_it_on(wifi: Wifi) -> None:
    plug = await wifi.plug()
    assert await wifi.asked(plug, "PulseTime1", "5") == {"PulseTime1": {"Set": 5, "Remaining": 5}}
    plug.press()
    assert plug.live
    await until(lambda: not plug.live)
    on, off = wifi.truth.switches_of(plug)
    assert (on.cause, off.cause) == ("hand", "timer")
    assert off.at.monotonic - on.at.monotonic == pytest.approx(0.5, abs=0.15)
    since = wifi.send(plug, "POWER", "ON")
    await wifi.told(plug, "stat/POWER", since, "OFF")


@pytest.mark.parametrize(("value", "seconds"), [(1, 0.1), (111, 11.1), (112, 12), (400, 300), (64900, 64800)])
async def test_pulse_time_counts_tenths_and_then_seconds(wifi: Wifi, value: int, seconds: float) -> None:
    plug = await wifi.plug()
    wifi.send(plug, "PulseTime1", str(value))
    wifi.send(plug, "Power1", "ON")
    await until(lambda: plug.live)
    assert plug.time_left == pytest.approx(seconds, abs=0.3)


async def test_pulse_time_can_be_asked_for(wifi: Wifi) -> None:
    plug = await wifi.plug(on=True)
    assert await wifi.asked(plug, "PulseTime1") == {"PulseTime1": {"Set": 0, "Remaining": 0}}
    assert await wifi.asked(plug, "PulseTime1", "400") == {"PulseTime1": {"Set": 400, "Remaining": 400}}
    assert (await wifi.asked(plug, "pulsetime"))["PulseTime"]["Set"] == [400]
    assert await wifi.asked(plug, "PulseTime1", "0") == {"PulseTime1": {"Set": 0, "Remaining": 0}}
    assert plug.time_left is None
    assert await wifi.asked(plug, "PulseTime2", "400") == {"Command": "Error"}


async def test_the_same_pulse_time_again_prolongs_and_neither_switches_nor_wears_the_flash(wifi: Wifi) -> None:
    plug = await wifi.plug()
    await wifi.asked(plug, "PulseTime1", "8")
    wifi.send(plug, "POWER", "ON")
    await until(lambda: plug.live)
    written = list(plug.flash_writes)
    assert written == ["PulseTime1", "Power1"]
    for _ in range(3):
        await asyncio.sleep(0.5)
        await wifi.asked(plug, "PulseTime1", "8")
    assert plug.live
    assert plug.flash_writes == written
    await until(lambda: not plug.live)
    await wifi.asked(plug, "PulseTime1", "8")
    await asyncio.sleep(QUIET)
    assert not plug.live


async def test_every_power_command_begins_pulse_time_anew(wifi: Wifi) -> None:
    plug = await wifi.plug()
    await wifi.asked(plug, "PulseTime1", "8")
    for _ in range(3):
        since = wifi.send(plug, "POWER", "ON")
        await wifi.result(plug, since, "POWER")
        await asyncio.sleep(0.5)
    # Asking does not.
    wifi.send(plug, "POWER")
    assert plug.time_left is not None
    assert plug.time_left < 0.4
    assert plug.flash_writes == ["PulseTime1", "Power1"]
    wifi.send(plug, "POWER", "OFF")
    await until(lambda: not plug.live)
    assert plug.time_left is None


async def test_timed_power_is_one_message_and_can_be_renewed(wifi: Wifi) -> None:
    plug = await wifi.plug()
    since = wifi.send(plug, "TimedPower1", "700")
    assert await wifi.result(plug, since) == {"POWER": "ON"}
    await asyncio.sleep(0.4)
    renewed = wifi.send(plug, "TimedPower1", "700")
    (waiting,) = (await wifi.asked(plug, "TimedPower"))["TimedPower"]
    assert waiting["Command"] == "Power1 0"
    assert waiting["Remaining"] == pytest.approx(680, abs=60)
    await until(lambda: not plug.live)
    assert time.monotonic() - renewed == pytest.approx(0.7, abs=0.15)
    assert await wifi.asked(plug, "TimedPower") == {"TimedPower": "Empty"}


async def test_a_timed_power_can_be_forgotten(wifi: Wifi) -> None:
    plug = await wifi.plug()
    wifi.send(plug, "TimedPower1", "300")
    await until(lambda: plug.live)
    assert await wifi.asked(plug, "TimedPower1") == {"TimedPower": "Done"}
    await asyncio.sleep(0.5)
    assert plug.live


@pytest.mark.parametrize(
    ("state", "was", "becomes"),
    [(0, True, False), (1, False, True), (2, True, False), (3, True, True), (3, False, False), (4, False, True)],
)
async def test_power_on_state_says_what_becomes_of_the_relay_after_a_power_cut(
    wifi: Wifi, state: int, was: bool, becomes: bool
) -> None:
    plug = await wifi.plug()
    assert await wifi.asked(plug, "PowerOnState", str(state)) == {"PowerOnState": state}
    wifi.send(plug, "POWER", "ON" if was else "OFF")
    await until(lambda: len(wifi.commands(plug)) == 2)
    plug.cut(noticed_after=0)
    assert not plug.live
    plug.restore(rejoins_after=0.05)
    assert plug.live is becomes


async def test_power_on_state_5_goes_on_after_pulse_time_and_turns_it_round(wifi: Wifi) -> None:
    plug = await wifi.plug()
    await wifi.asked(plug, "PowerOnState", "5")
    await wifi.asked(plug, "PulseTime1", "4")
    plug.cut(noticed_after=0)
    plug.restore(rejoins_after=0.05)
    assert not plug.live
    await until(lambda: plug.live)
    since = wifi.send(plug, "POWER", "OFF")
    await wifi.told(plug, "stat/POWER", since, "ON")


async def test_a_power_cut_shows_as_offline_and_a_start_tells_why_it_was(wifi: Wifi) -> None:
    plug = await wifi.plug(on=True, power_on="off")
    assert (await wifi.told(plug, "tele/INFO3", 0)).body["Info3"]["RestartReason"] == "Power On"
    assert "Version" in (await wifi.told(plug, "tele/INFO1", 0)).body["Info1"]
    since = time.monotonic()
    plug.cut(noticed_after=0.2)
    # Nobody knows yet, and nobody hears.
    wifi.send(plug, "POWER", "ON")
    assert (await wifi.told(plug, "tele/LWT", since, "Offline")).retained
    assert time.monotonic() - since >= 0.2
    assert [one.fate for one in wifi.commands(plug)] == ["unreachable"]
    plug.restore(rejoins_after=0.1)
    assert (await wifi.told(plug, "tele/LWT", since, "Online")).retained
    await wifi.told(plug, "tele/INFO3", since)
    await wifi.told(plug, "stat/POWER", since, "OFF")


async def test_a_warm_restart_keeps_the_relay_and_begins_pulse_time_anew(wifi: Wifi) -> None:
    plug = await wifi.plug(power_on="off")
    await wifi.asked(plug, "PulseTime1", "130")
    wifi.send(plug, "POWER", "ON")
    await until(lambda: plug.live)
    wifi.send(plug, "TimedPower1", "1000")
    await until(lambda: bool(plug.board.timed_powers()))
    since = time.monotonic()
    assert await wifi.asked(plug, "Restart", "1") == {"Restart": "Restarting"}
    assert plug.time_left is None
    await wifi.told(plug, "tele/LWT", since, "Offline")
    info = await wifi.told(plug, "tele/INFO3", since)
    assert info.body["Info3"]["RestartReason"] == "Software/System restart"
    assert plug.live
    assert plug.time_left == pytest.approx(30, abs=1)
    assert await wifi.asked(plug, "TimedPower") == {"TimedPower": "Empty"}
    await asyncio.sleep(0.7)
    assert [one.live for one in wifi.truth.switches_of(plug)] == [True]
    assert await wifi.asked(plug, "Restart", "7") == {"Restart": "1 to restart"}


async def test_state_and_status_are_answered(wifi: Wifi) -> None:
    plug = await wifi.plug(on=True, power_on="off")
    state = await wifi.result(plug, wifi.send(plug, "STATE"))
    assert {"Time", "Uptime", "UptimeSec", "MqttCount", "Wifi"} <= set(state)
    assert state["POWER"] == "ON"
    since = wifi.send(plug, "STATUS")
    status = (await wifi.told(plug, "stat/STATUS", since)).body["Status"]
    assert (status["Topic"], status["Power"], status["PowerOnState"]) == (plug.topic, "1", 0)
    assert status["PowerRetain"] == 0
    since = wifi.send(plug, "Status", "2")
    assert (await wifi.told(plug, "stat/STATUS2", since)).body["StatusFWR"]["Version"].endswith("(release-tasmota)")
    since = wifi.send(plug, "status", "11")
    assert (await wifi.told(plug, "stat/STATUS11", since)).body["StatusSTS"]["POWER"] == "ON"
    since = wifi.send(plug, "STATUS", "0")
    await wifi.told(plug, "stat/STATUS11", since)
    ends = [one.topic.rpartition("/")[2] for one in wifi.seen.on("", since=since) if f"stat/{plug.topic}/" in one.topic]
    assert ends == ["STATUS", *(f"STATUS{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11))]
    since = wifi.send(plug, "STATUS0")
    merged = (await wifi.told(plug, "stat/STATUS0", since)).body
    assert {"Status", "StatusPRM", "StatusFWR", "StatusSNS", "StatusSTS"} <= set(merged)
    assert await wifi.asked(plug, "STATUS", "99") == {"Command": "Error"}
    assert wifi.commands(plug) == []


async def test_an_unknown_command_is_called_so(wifi: Wifi) -> None:
    plug = await wifi.plug()
    assert await wifi.asked(plug, "Nonsense", "1") == {"Command": "Unknown"}
    assert [one.fate for one in wifi.commands(plug)] == ["nonsense"]


async def test_telemetry_comes_every_tele_period(wifi: Wifi) -> None:
    plug = await wifi.plug(on=True, tele_period=0.3)
    plug.plug_in(Load())
    await until(lambda: plug.shown_watts == 40)
    since = time.monotonic()
    await until(lambda: len(wifi.seen.on(f"tele/{plug.topic}/STATE", since=since)) == 2)
    assert (await wifi.told(plug, "tele/STATE", since)).body["POWER"] == "ON"
    assert (await wifi.told(plug, "tele/SENSOR", since)).body["ENERGY"]["Power"] == 40
    since = wifi.send(plug, "TelePeriod", "0")
    assert await wifi.result(plug, since) == {"TelePeriod": 0}
    await wifi.told(plug, "tele/SENSOR", since)
    since = time.monotonic() + QUIET / 2
    await asyncio.sleep(2 * QUIET)
    assert wifi.seen.on(f"tele/{plug.topic}/STATE", since=since) == []


async def test_watts_are_only_told_between_periods_with_a_power_delta(wifi: Wifi) -> None:
    plug = await wifi.plug(on=True)
    load, since = Load(), time.monotonic()
    plug.plug_in(load)
    await until(lambda: plug.shown_watts == 40)
    await asyncio.sleep(QUIET)
    assert wifi.seen.on(f"tele/{plug.topic}/SENSOR", since=since) == []
    plug.pull_out(load)
    await wifi.asked(plug, "PowerDelta1", "101")
    plug.plug_in(load)
    assert (await wifi.told(plug, "tele/SENSOR", since)).body["ENERGY"]["Power"] == 40
    # Not when the power turns off.
    since = wifi.send(plug, "POWER", "OFF")
    await until(lambda: plug.shown_watts == 0)
    await asyncio.sleep(QUIET)
    assert wifi.seen.on(f"tele/{plug.topic}/SENSOR", since=since) == []


async def test_a_backlog_does_its_commands_in_order(wifi: Wifi) -> None:
    plug = await wifi.plug()
    since = wifi.send(plug, "Backlog", "PulseTime1 400;Power1 ON; PowerOnState 0")
    await wifi.result(plug, since, "PowerOnState")
    seen = [next(iter(one.body)) for one in wifi.seen.on(f"stat/{plug.topic}/RESULT", since=since)]
    assert seen == ["PulseTime1", "POWER", "PowerOnState"]
    assert time.monotonic() - since > 0.35
    since = wifi.send(plug, "Backlog0", "PulseTime1 500;Power1 OFF")
    await until(lambda: not plug.live)
    assert time.monotonic() - since < 0.2
    assert [one.says for one in wifi.commands(plug)] == ["on", "off"]
    wifi.send(plug, "Backlog", "State;Power1 ON")
    assert await wifi.result(plug, wifi.send(plug, "Backlog"), "Backlog") == {"Backlog": "Aborted"}
    await asyncio.sleep(QUIET)
    assert not plug.live
    assert await wifi.asked(plug, "Backlog") == {"Backlog": "Empty"}


async def test_a_retained_command_is_obeyed_at_each_connect(wifi: Wifi) -> None:
    plug = await wifi.plug(power_on="off")
    wifi.send(plug, "POWER", "ON", retain=True)
    await until(lambda: plug.live)
    plug.cut(noticed_after=0)
    plug.restore(rejoins_after=0.1)
    assert not plug.live
    await until(lambda: plug.live)
    wifi.send(plug, "POWER", "", retain=True)


async def test_power_retain_keeps_the_state_at_the_broker_until_it_is_turned_off(wifi: Wifi) -> None:
    plug = await wifi.plug()
    assert await wifi.asked(plug, "PowerRetain", "1") == {"PowerRetain": "ON"}
    since = wifi.send(plug, "POWER", "ON")
    assert (await wifi.told(plug, "stat/POWER", since, "ON")).retained
    since = wifi.send(plug, "PowerRetain", "0")
    assert (await wifi.told(plug, "stat/POWER", since, "")).retained
    since = wifi.send(plug, "POWER", "OFF")
    assert not (await wifi.told(plug, "stat/POWER", since, "OFF")).retained


async def test_two_channels_keep_their_own_time_on_one_connection(wifi: Wifi) -> None:
    first = await wifi.plug(channels=2)
    second = first.channels[1]
    assert (first.power_name, second.power_name) == ("POWER1", "POWER2")
    assert await wifi.asked(first, "PulseTime2", "4") == {"PulseTime2": {"Set": 4, "Remaining": 4}}
    since = wifi.send(first, "POWER0", "ON")
    await wifi.result(first, since, "POWER1")
    await wifi.result(first, since, "POWER2")
    state = await wifi.result(first, wifi.send(first, "STATE"), "Uptime")
    assert (state["POWER1"], state["POWER2"]) == ("ON", "ON")
    await wifi.told(first, "stat/POWER2", since, "OFF")
    assert (first.live, second.live) == (True, False)
    since = wifi.send(first, "POWER", "OFF")
    assert await wifi.result(first, since) == {"POWER1": "OFF"}
    await wifi.result(first, wifi.send(first, "POWER2", "ON"), "POWER2")
    assert second.live
    assert [one.says for one in wifi.commands(second)] == ["other", "on"]
    assert await wifi.asked(first, "POWER3", "ON") == {"Command": "Error"}
    second.cut(noticed_after=0)
    assert not second.live
    assert not first.mains


async def test_defects_are_those_of_any_plug(wifi: Wifi) -> None:
    plug = await wifi.plug()
    plug.defects.deaf_until = time.monotonic() + 10
    since = wifi.send(plug, "POWER", "ON")
    wifi.send(plug, "STATE")
    await asyncio.sleep(QUIET)
    assert not plug.live
    assert wifi.seen.on(f"stat/{plug.topic}/RESULT", since=since) == []
    plug.defects.deaf_until = 0
    plug.defects.silent_until = time.monotonic() + 10
    since = wifi.send(plug, "POWER", "ON")
    await until(lambda: plug.live)
    await asyncio.sleep(QUIET)
    assert wifi.seen.on(f"stat/{plug.topic}/RESULT", since=since) == []
    plug.defects.silent_until = 0
    plug.claim("off")
    await wifi.told(plug, "stat/POWER", since, "OFF")
    assert plug.live
    plug.reach(reachable=False)
    await wifi.told(plug, "tele/LWT", since, "Offline")
    assert plug.live


async def test_a_plug_that_was_out_of_reach_says_only_that_it_is_online(wifi: Wifi) -> None:
    plug = await wifi.plug(on=True)
    since = time.monotonic()
    plug.reach(reachable=False)
    plug.press()
    await wifi.told(plug, "tele/LWT", since, "Offline")
    # Its report of the press goes nowhere.
    await asyncio.sleep(QUIET)
    plug.reach(reachable=True)
    await wifi.told(plug, "tele/LWT", since, "Online")
    await asyncio.sleep(QUIET)
    told = [one.topic.partition(f"/{plug.topic}/")[2] for one in wifi.seen.on("", since=since)]
    assert [one for one in told if one] == ["LWT", "LWT", "POWER"]
    assert await wifi.result(plug, wifi.send(plug, "POWER")) == {"POWER": "OFF"}


async def test_a_plug_comes_back_with_its_broker(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    await broker.start()
    plug = TasmotaPlug((broker.host, broker.port), Truth(), "Kitchen plug", number=1)
    await plug.board.wait_connected()
    await broker.stop()
    plug.press()
    assert not plug.live
    await broker.start()
    async with Observer(broker.host, broker.port, "+/kitchen_plug/#") as seen:
        assert (await seen.wait_for("/LWT", lambda one: one.text == "Online")).retained
        seen.publish("cmnd/kitchen_plug/POWER", "ON")
        await until(lambda: plug.live)
    await plug.close()
    await broker.stop()
