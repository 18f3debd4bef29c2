"""The simulated Shelly plug of the second generation, held to the vendor's documents.

Under https://shelly-api-docs.shelly.cloud/gen2/: General/RPCChannels, General/RPCProtocol, General/CommonErrors,
General/Notifications, ComponentsAndServices/Switch, ComponentsAndServices/Sys.
"""

import asyncio
from itertools import batched
import time

from aiohttp import ClientSession
import pytest

from tests.home.shelly_client import PASSWORD, SOON, Make, call, frame, get, status
from virtual_home import Meter, Speaker
from virtual_home.shelly_gen2 import ShellyGen2
from virtual_home.waiting import AT_LAST, until


async def test_a_second_generation_plug_says_who_it_is_to_anybody(
    shelly_gen2: Make[ShellyGen2], http: ClientSession
) -> None:
    plug = shelly_gen2(password=PASSWORD)
    who = await get(http, plug, "/shelly")
    assert (who["id"], who["mac"], who["gen"]) == ("shellyplusplugs-a8032a000007", "A8032A000007", 2)
    assert (who["auth_en"], who["auth_domain"]) == (True, who["id"])
    assert {"model", "fw_id", "ver", "app"} < who.keys()
    assert await call(http, plug, "Shelly.GetDeviceInfo") == who


async def test_a_call_can_be_made_in_each_documented_way(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    assert await get(http, plug, "/rpc/Switch.Set?id=0&on=true") == {"was_on": False}
    assert plug.live
    assert await call(http, plug, "Switch.Set", id=0, on=False) == {"was_on": True}
    assert not plug.live
    request = {"id": "a", "src": "me", "method": "Switch.Set", "params": {"id": 0, "on": True}}
    async with http.post(f"http://{plug.host}/rpc", json=request) as answer:
        assert await answer.json() == {"id": "a", "src": plug.id, "dst": "me", "result": {"was_on": False}}
    async with http.ws_connect(f"http://{plug.host}/rpc") as socket:
        reply = await frame(socket, "Switch.Toggle", params={"id": 0})
    assert reply == {"id": 1, "src": plug.id, "dst": "me", "result": {"was_on": True}}
    assert not plug.live
    said = [(one.says, one.fate) for one in plug.truth.commands_to(plug)]
    assert said == [("on", "obeyed"), ("off", "obeyed"), ("on", "obeyed"), ("other", "obeyed")]
    assert [one.cause for one in plug.truth.switches_of(plug)] == ["command"] * 4


async def test_a_bad_call_gets_its_documented_code(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    for method, params, code in [
        ("Switch.Fly", {}, 404),
        ("Switch.Set", {"on": True}, -103),
        ("Switch.Set", {"id": 0, "on": "yes"}, -103),
        ("Switch.Set", {"id": 0, "on": True, "toggle_after": "soon"}, -103),
        ("Switch.GetStatus", {}, -103),
        ("Switch.GetStatus", {"id": 1}, -105),
        ("Switch.Toggle", {"id": 1}, -105),
        ("Switch.SetConfig", {"id": 0, "config": {"initial_state": "sometimes"}}, -103),
        ("Switch.SetConfig", {"id": 0, "config": {"auto_off": 5}}, -103),
        ("Switch.SetConfig", {"id": 0, "config": {"sound": "loud"}}, -103),
    ]:
        async with http.post(f"http://{plug.host}/rpc/{method}", json=params) as answer:
            assert answer.status == (404 if code == 404 else 500)
            assert (await answer.json())["code"] == code
        async with http.post(f"http://{plug.host}/rpc", json={"id": 1, "method": method, "params": params}) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (200, code)
    assert not plug.live
    assert plug.flash_writes == 0
    assert {one.fate for one in plug.truth.commands_to(plug)} == {"nonsense"}


async def test_a_timer_turns_it_off_by_itself(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    began = time.time()
    await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=60)
    armed = await status(http, plug)
    assert (armed["output"], armed["source"], armed["timer_duration"]) == (True, "HTTP_in", 60)
    # It tells hundredths, rounded.
    assert began - 0.1 <= armed["timer_started_at"] <= time.time() + 0.01
    began = time.time()
    await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=SOON)
    await until(lambda: not plug.live)
    assert time.time() - began >= SOON - 0.05
    after = await status(http, plug)
    assert (after["output"], after["source"]) == (False, "timer")
    assert not {"timer_started_at", "timer_duration"} & after.keys()
    assert plug.truth.switches_of(plug)[-1].cause == "timer"


async def test_a_timer_with_off_turns_it_on(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    await call(http, plug, "Switch.Set", id=0, on=False, toggle_after=SOON)
    assert not plug.live
    await until(lambda: plug.live)


async def test_a_new_timer_takes_the_place_of_the_one_that_runs(
    shelly_gen2: Make[ShellyGen2], http: ClientSession
) -> None:
    plug = shelly_gen2()
    await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=SOON)
    await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=60)
    await asyncio.sleep(SOON + 0.1)
    assert plug.live
    await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=SOON)
    await until(lambda: not plug.live)


async def test_off_forgets_the_timer(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    await call(http, plug, "Switch.Set", id=0, on=False, toggle_after=SOON)
    await call(http, plug, "Switch.Set", id=0, on=False)
    await asyncio.sleep(SOON + 0.1)
    assert not plug.live


async def test_a_plain_on_forgets_the_timer_or_keeps_it_as_chosen(
    shelly_gen2: Make[ShellyGen2], http: ClientSession
) -> None:
    for choice, seconds in (("renews", 30), ("keeps", 60)):
        plug = shelly_gen2(on_again=choice)
        await call(http, plug, "Switch.SetConfig", id=0, config={"auto_off": True, "auto_off_delay": 30})
        await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=60)
        await call(http, plug, "Switch.Set", id=0, on=True)
        assert (await status(http, plug))["timer_duration"] == seconds


async def test_the_standing_timer_begins_whatever_turned_it_on(
    shelly_gen2: Make[ShellyGen2], http: ClientSession
) -> None:
    plug = shelly_gen2()
    config = {"auto_off": True, "auto_off_delay": SOON, "initial_state": "on"}
    await call(http, plug, "Switch.SetConfig", id=0, config=config)

    async def by_timer() -> None:
        await call(http, plug, "Switch.Set", id=0, on=False, toggle_after=0.05)

    async def by_power() -> None:
        plug.cut()
        plug.restore(rejoins_after=0.05)

    async def by_hand() -> None:
        plug.press()

    async def by_command() -> None:
        await call(http, plug, "Switch.Set", id=0, on=True)

    for number, turn in enumerate((by_command, by_hand, by_timer, by_power), 1):
        await turn()
        await until(lambda: len(plug.truth.switches_of(plug)) == 2 * number)  # noqa: B023 - done with before the next
    switches = plug.truth.switches_of(plug)
    assert [one.cause for one in switches if one.live] == ["command", "hand", "timer", "power"]
    assert [one.cause for one in switches if not one.live] == ["timer"] * 4
    assert all(off.at.monotonic - on.at.monotonic > SOON - 0.05 for on, off in batched(switches, 2, strict=True))


async def test_only_settings_that_change_are_written_to_flash(
    shelly_gen2: Make[ShellyGen2], http: ClientSession
) -> None:
    plug = shelly_gen2(power_on="off")
    for config, writes in [
        ({"initial_state": "off"}, 0),
        ({"auto_off": True, "auto_off_delay": 300}, 1),
        ({"auto_off": True, "auto_off_delay": 300.0}, 1),
        ({"auto_off": False}, 2),
    ]:
        assert await call(http, plug, "Switch.SetConfig", id=0, config=config) == {"restart_required": False}
        assert plug.flash_writes == writes
    kept = await call(http, plug, "Switch.GetConfig", id=0)
    assert (kept["initial_state"], kept["auto_off"], kept["auto_off_delay"]) == ("off", False, 300)


async def test_it_comes_back_from_a_power_cut_as_its_setting_says(
    shelly_gen2: Make[ShellyGen2], http: ClientSession
) -> None:
    plug = shelly_gen2(on=True)
    for word, on in (("off", False), ("on", True), ("restore_last", True), ("match_input", False)):
        await call(http, plug, "Switch.SetConfig", id=0, config={"initial_state": word})
        await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=60)
        plug.cut()
        assert not plug.live
        plug.restore(rejoins_after=0.05)
        assert plug.live == on
        assert plug.armed is None, "its timer went with its power"
        await until(lambda: plug.door.is_open)
        assert (await status(http, plug))["source"] == "init"


async def test_its_uptime_begins_anew_at_each_boot(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    plug._booted -= 1000
    assert (await call(http, plug, "Sys.GetStatus"))["uptime"] >= 1000
    assert await call(http, plug, "Shelly.Reboot", delay_ms=200) is None
    await until(lambda: not plug.door.is_open)
    await until(lambda: plug.door.is_open)
    system = await call(http, plug, "Sys.GetStatus")
    assert system["uptime"] < 1000
    assert not system["restart_required"]


async def test_whoever_gave_a_name_is_told_of_each_change(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2(meter=Meter(delay=60))
    async with http.ws_connect(f"http://{plug.host}/rpc") as mute, http.ws_connect(f"http://{plug.host}/rpc") as named:
        await mute.send_json({"id": 1, "method": "Switch.GetStatus", "params": {"id": 0}})
        await mute.receive_json()
        await frame(named, "Switch.GetStatus", params={"id": 0})
        plug.press()
        pressed = await named.receive_json(timeout=AT_LAST)
        assert (pressed["src"], pressed["dst"], pressed["method"]) == (plug.id, "me", "NotifyStatus")
        assert pressed["params"]["switch:0"] == {"id": 0, "output": True, "source": "button"}
        assert pressed["params"]["ts"] == pytest.approx(time.time(), abs=AT_LAST)
        await call(http, plug, "Switch.Set", id=0, on=True, toggle_after=SOON)
        armed = (await named.receive_json(timeout=AT_LAST))["params"]["switch:0"]
        assert armed["timer_duration"] == SOON
        expired = (await named.receive_json(timeout=AT_LAST))["params"]["switch:0"]
        gone = {"timer_duration": None, "timer_started_at": None}
        assert expired == {"id": 0, "output": False, "source": "timer"} | gone
        await call(http, plug, "Switch.SetConfig", id=0, config={"auto_off": True})
        told = (await named.receive_json(timeout=AT_LAST))["params"]["events"][0]
        assert (told["component"], told["event"], told["restart_required"]) == ("switch:0", "config_changed", False)
        assert (await named.receive_json(timeout=AT_LAST))["params"]["sys"] == {"cfg_rev": 2}
        plug.tell_everything()
        whole = await named.receive_json(timeout=AT_LAST)
        assert (whole["method"], whole["params"]["switch:0"]["output"]) == ("NotifyFullStatus", False)
        with pytest.raises(TimeoutError):
            await mute.receive_json(timeout=0.1)


async def test_the_watts_follow_the_load(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2(meter=Meter(delay=0.05))
    Speaker(plug.truth, "Office", plug, boot=60)
    async with http.ws_connect(f"http://{plug.host}/rpc") as socket:
        await frame(socket, "Switch.Set", params={"id": 0, "on": True})
        await socket.receive_json(timeout=AT_LAST)
        assert (await socket.receive_json(timeout=AT_LAST))["params"]["switch:0"]["apower"] == 1.7
    assert (await status(http, plug))["apower"] == 1.7
