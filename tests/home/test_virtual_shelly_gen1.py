"""The simulated Shelly plug of the first generation, held to the vendor's documents.

https://shelly-api-docs.shelly.cloud/gen1/#common-http-api, https://shelly-api-docs.shelly.cloud/gen1/#shelly-plug-plugs
"""

import time

from aiohttp import ClientSession
import pytest

from tests.home.shelly_client import PASSWORD, SOON, Make, get
from virtual_home.shelly_gen1 import ShellyGen1
from virtual_home.waiting import AT_LAST, until


async def test_a_first_generation_plug_says_who_it_is_to_anybody(
    shelly_gen1: Make[ShellyGen1], http: ClientSession
) -> None:
    plug = shelly_gen1(password=PASSWORD)
    who = await get(http, plug, "/shelly")
    assert (who["type"], who["mac"], who["auth"], who["num_outputs"]) == ("SHPLG-S", "A8032A000007", True, 1)
    assert "gen" not in who
    assert "fw" in who


async def test_a_first_generation_plug_turns_and_tells(shelly_gen1: Make[ShellyGen1], http: ClientSession) -> None:
    plug = shelly_gen1()
    turned = await get(http, plug, "/relay/0?turn=on")
    assert (turned["ison"], turned["has_timer"], turned["overpower"], turned["source"]) == (True, False, False, "http")
    async with http.post(f"http://{plug.host}/relay/0", data={"turn": "toggle"}) as answer:
        assert not (await answer.json())["ison"]
    plug.press()
    assert (await get(http, plug, "/relay/0"))["source"] == "input"
    whole = await get(http, plug, "/status")
    assert whole["relays"] == [await get(http, plug, "/relay/0")]
    assert whole["meters"][0]["power"] == (await get(http, plug, "/meter/0"))["power"]
    assert whole["uptime"] < 100
    assert [(one.says, one.payload) for one in plug.truth.commands_to(plug)] == [
        ("on", "/relay/0?turn=on"),
        ("other", "/relay/0"),
    ]


async def test_a_first_generation_timer_flips_back_also_to_on(
    shelly_gen1: Make[ShellyGen1], http: ClientSession
) -> None:
    plug = shelly_gen1()
    timed = await get(http, plug, "/relay/0?turn=on&timer=60")
    assert (timed["has_timer"], timed["timer_duration"]) == (True, 60)
    assert 30 < timed["timer_remaining"] < 60
    assert timed["timer_started"] == pytest.approx(time.time(), abs=AT_LAST)
    await get(http, plug, f"/relay/0?turn=on&timer={SOON}")
    await until(lambda: not plug.live)
    after = await get(http, plug, "/relay/0")
    assert (after["has_timer"], after["timer_remaining"], after["source"]) == (False, 0, "timer")
    await get(http, plug, f"/relay/0?turn=off&timer={SOON}")
    await until(lambda: plug.live)


async def test_first_generation_settings_are_kept_and_followed(
    shelly_gen1: Make[ShellyGen1], http: ClientSession
) -> None:
    plug = shelly_gen1(power_on="previous")
    assert (await get(http, plug, "/settings"))["relays"][0]["default_state"] == "last"
    kept = await get(http, plug, f"/settings/relay/0?auto_off={SOON}&default_state=on")
    assert (kept["auto_off"], kept["default_state"]) == (SOON, "on")
    await get(http, plug, f"/settings/relay/0?auto_off={SOON}&default_state=on")
    assert plug.flash_writes == 1
    await get(http, plug, "/relay/0?turn=on")
    await until(lambda: not plug.live)
    plug.cut()
    plug.restore(rejoins_after=0.05)
    assert plug.live
    await until(lambda: not plug.live)


async def test_a_bad_first_generation_request_is_refused_in_plain_text(
    shelly_gen1: Make[ShellyGen1], http: ClientSession
) -> None:
    plug = shelly_gen1()
    for path, wanted in [
        ("/relay/0?turn=up", 400),
        ("/relay/0?turn=on&timer=soon", 400),
        ("/settings/relay/0?default_state=maybe", 400),
        ("/settings/relay/0?auto_off=-1", 400),
        ("/relay/1?turn=on", 404),
        ("/rpc/Switch.Set?id=0&on=true", 404),
    ]:
        async with http.get(f"http://{plug.host}{path}") as answer:
            assert (answer.status, answer.content_type) == (wanted, "text/plain")
    assert not plug.live
    assert plug.flash_writes == 0
