"""What the simulated Tasmota plugs tell by themselves, and what becomes of them: starts, losses, telemetry."""

import asyncio
from pathlib import Path
import time

import pytest

from tests.home.tasmota_wifi import QUIET, Load, Wifi
from virtual_home import Broker, Observer, TasmotaPlug, Truth
from virtual_home.waiting import until


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
    wifi.send(plug, "TimedPower1", "60000")
    await until(lambda: bool(plug.board.timed_powers()))
    since = time.monotonic()
    assert await wifi.asked(plug, "Restart", "1") == {"Restart": "Restarting"}
    assert plug.time_left is None
    await wifi.told(plug, "tele/LWT", since, "Offline")
    info = await wifi.told(plug, "tele/INFO3", since)
    assert info.body["Info3"]["RestartReason"] == "Software/System restart"
    assert plug.live
    assert plug.time_left is not None
    assert 10 < plug.time_left <= 30
    assert await wifi.asked(plug, "TimedPower") == {"TimedPower": "Empty"}
    assert [one.live for one in wifi.truth.switches_of(plug)] == [True]
    assert await wifi.asked(plug, "Restart", "7") == {"Restart": "1 to restart"}


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
    assert await wifi.asked(first, "PulseTime2", "20") == {"PulseTime2": {"Set": 20, "Remaining": 20}}
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
