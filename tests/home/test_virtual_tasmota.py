"""The commands of the simulated Tasmota plugs, held against Tasmota's documents; with a real broker alone."""

import asyncio
import time

import pytest

from tests.home.tasmota_wifi import QUIET, Wifi
from virtual_home.waiting import until


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
    assert off.at.monotonic - on.at.monotonic > 0.45
    since = wifi.send(plug, "POWER", "ON")
    await wifi.told(plug, "stat/POWER", since, "OFF")


@pytest.mark.parametrize(("value", "seconds"), [(50, 5), (111, 11.1), (112, 12), (400, 300), (64900, 64800)])
async def test_pulse_time_counts_tenths_and_then_seconds(wifi: Wifi, value: int, seconds: float) -> None:
    plug = await wifi.plug()
    wifi.send(plug, "PulseTime1", str(value))
    wifi.send(plug, "Power1", "ON")
    await until(lambda: plug.live and plug.time_left is not None)
    on = wifi.truth.switches_of(plug)[-1].at.monotonic
    assert plug.time_left is not None
    assert plug.time_left + time.monotonic() - on == pytest.approx(seconds, abs=0.3)


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
    await wifi.asked(plug, "PulseTime1", "20")
    wifi.send(plug, "POWER", "ON")
    await until(lambda: plug.live)
    written = list(plug.flash_writes)
    assert written == ["PulseTime1", "Power1"]
    for _ in range(2):
        await asyncio.sleep(1.2)
        await wifi.asked(plug, "PulseTime1", "20")
    assert plug.live
    assert plug.flash_writes == written
    await until(lambda: not plug.live)
    await wifi.asked(plug, "PulseTime1", "20")
    await asyncio.sleep(QUIET)
    assert not plug.live


async def test_every_power_command_begins_pulse_time_anew(wifi: Wifi) -> None:
    plug = await wifi.plug()
    await wifi.asked(plug, "PulseTime1", "20")
    for _ in range(3):
        since = wifi.send(plug, "POWER", "ON")
        await wifi.result(plug, since, "POWER")
        await asyncio.sleep(1.2)
    # Asking does not.
    await wifi.asked(plug, "POWER")
    assert plug.time_left is not None
    assert plug.time_left < 1
    assert plug.flash_writes == ["PulseTime1", "Power1"]
    wifi.send(plug, "POWER", "OFF")
    await until(lambda: not plug.live)
    assert plug.time_left is None


async def test_timed_power_is_one_message_and_can_be_renewed(wifi: Wifi) -> None:
    plug = await wifi.plug()
    since = wifi.send(plug, "TimedPower1", "2000")
    assert await wifi.result(plug, since) == {"POWER": "ON"}
    await asyncio.sleep(1)
    renewed = wifi.send(plug, "TimedPower1", "2000")
    (waiting,) = (await wifi.asked(plug, "TimedPower"))["TimedPower"]
    assert waiting["Command"] == "Power1 0"
    assert 1000 < waiting["Remaining"] <= 2000
    await until(lambda: not plug.live)
    assert time.monotonic() - renewed > 1.9
    assert await wifi.asked(plug, "TimedPower") == {"TimedPower": "Empty"}


async def test_a_timed_power_can_be_forgotten(wifi: Wifi) -> None:
    plug = await wifi.plug()
    wifi.send(plug, "TimedPower1", "60000")
    await until(lambda: plug.live)
    assert await wifi.asked(plug, "TimedPower1") == {"TimedPower": "Done"}
    assert await wifi.asked(plug, "TimedPower") == {"TimedPower": "Empty"}
    assert plug.live


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


async def test_a_backlog_does_its_commands_in_order(wifi: Wifi) -> None:
    plug = await wifi.plug()
    since = wifi.send(plug, "Backlog", "PulseTime1 400;Power1 ON; PowerOnState 0")
    await wifi.result(plug, since, "PowerOnState")
    seen = [next(iter(one.body)) for one in wifi.seen.on(f"stat/{plug.topic}/RESULT", since=since)]
    assert seen == ["PulseTime1", "POWER", "PowerOnState"]
    assert time.monotonic() - since > 0.35
    # With the 0.2 s between them that the other takes these would take 5.
    since = wifi.send(plug, "Backlog0", "State;" * 25 + "Power1 OFF")
    await until(lambda: not plug.live)
    assert time.monotonic() - since < 4
    assert [one.says for one in wifi.commands(plug)] == ["on", "off"]
    wifi.send(plug, "Backlog", "State;Power1 ON")
    assert await wifi.result(plug, wifi.send(plug, "Backlog"), "Backlog") == {"Backlog": "Aborted"}
    await asyncio.sleep(QUIET)
    assert not plug.live
    assert await wifi.asked(plug, "Backlog") == {"Backlog": "Empty"}
