"""What goes wrong with the simulated Shelly plugs, and the home that has them."""

import time

from aiohttp import ClientConnectorError, ClientSession, ClientTimeout, ConnectionTimeoutError, WSMsgType
import pytest

from tests.home.shelly_client import PASSWORD, PATIENCE, SOON, Make, call, frame, get, status, status_of
from virtual_home import VirtualHome
from virtual_home.door import WhenGone
from virtual_home.faults import Faults
from virtual_home.outlets import Defects
from virtual_home.shelly_gen2 import ShellyGen2
from virtual_home.waiting import AT_LAST, until


@pytest.mark.parametrize("lost", ["mains", "radio"])
@pytest.mark.parametrize(("how", "error"), [("refuse", ClientConnectorError), ("hang", ConnectionTimeoutError)])
async def test_a_plug_that_is_gone_refuses_or_leaves_the_caller_hanging(
    shelly_gen2: Make[ShellyGen2], http: ClientSession, how: WhenGone, error: type[Exception], lost: str
) -> None:
    plug = shelly_gen2(when_gone=how)
    async with http.ws_connect(f"http://{plug.host}/rpc") as socket:
        await frame(socket, "Switch.GetStatus", params={"id": 0})
        plug.cut() if lost == "mains" else plug.reach(reachable=False)
        async with ClientSession() as fresh:
            with pytest.raises(error):
                await fresh.get(
                    f"http://{plug.host}/shelly", timeout=ClientTimeout(sock_connect=SOON if how == "hang" else AT_LAST)
                )
        if how == "refuse":
            assert (await socket.receive()).type is WSMsgType.CLOSED
        else:
            await socket.send_json({"id": 2, "src": "me", "method": "Shelly.GetDeviceInfo"})
            with pytest.raises(TimeoutError):
                await socket.receive(timeout=0.2)
        plug.restore(rejoins_after=0) if lost == "mains" else plug.reach(reachable=True)
        await until(lambda: plug.door.is_open)
        still_there = how == "hang" and lost == "radio"
        if still_there:
            assert "result" in await frame(socket, "Switch.GetStatus", params={"id": 0})
        elif how == "hang":
            assert (await socket.receive()).type is WSMsgType.CLOSED
    assert "output" in await status(http, plug)


async def test_what_is_not_heard_or_told_is_not_answered(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    for defects, fate, moved in [
        (Defects(deaf_until=time.monotonic() + 60), "deaf", False),
        (Defects(lose_every=1), "lost", False),
        (Defects(silent_until=time.monotonic() + 60), "obeyed", True),
    ]:
        plug.defects = defects
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await http.get(f"http://{plug.host}/rpc/Switch.Set?id=0&on=true", timeout=PATIENCE)
        await until(lambda: [one.fate for one in plug.truth.commands_to(plug, since=began)] == [fate])  # noqa: B023
        assert plug.live == moved
    plug.defects = Defects()
    assert (await status(http, plug))["output"]


async def test_a_slow_plug_acts_and_answers_late(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    plug.defects.acts_after = 1
    began = time.monotonic()
    assert await call(http, plug, "Switch.Set", id=0, on=True) == {"was_on": False}
    assert time.monotonic() - began >= 1
    with pytest.raises(TimeoutError):
        await http.get(f"http://{plug.host}/rpc/Switch.Set?id=0&on=false", timeout=ClientTimeout(total=0.5))
    assert plug.live
    await until(lambda: not plug.live)


async def test_a_false_claim_lasts_until_the_next_report(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2(on=True)
    plug.claim("off")
    assert not (await status(http, plug))["output"]
    assert plug.live
    plug.report()
    assert (await status(http, plug))["output"]


async def test_a_web_server_can_misbehave(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2(on=True, password=PASSWORD)
    page = f"http://{plug.host}/shelly"
    plug.defects.manner = "html"
    async with http.get(page) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    plug.defects.manner = "json"
    assert "mac" not in await get(http, plug, "/shelly")
    plug.defects.manner = "hangs"
    with pytest.raises(TimeoutError):
        await http.get(page, timeout=PATIENCE)
    plug.defects.manner = "busy"
    assert await status_of(await http.get(page)) == 429
    plug.defects.manner = "stranger"
    who = await get(http, plug, "/shelly")
    assert (who["gen"], who["mac"] == "A8032A000007", who["auth_en"]) == (2, False, False)
    await call(http, plug, "Switch.Set", id=0, on=False)
    assert not (await status(http, plug))["output"]
    assert plug.live
    assert plug.truth.commands_to(plug) == []


async def test_healing_takes_everything_off_a_shelly(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2()
    faults = Faults({"office": plug}, None, None)  # type: ignore[arg-type]  # neither is broken here
    faults.weld("office")
    faults.unavailable("office")
    faults.answer_as("office", "html")
    faults.cut("office")
    faults.heal("office")
    await until(lambda: plug.door.is_open)
    assert not (await status(http, plug))["output"]
    assert not plug.live


async def test_a_home_has_shellys_until_it_ends(http: ClientSession) -> None:
    home = VirtualHome(plugs=0, power_on="off")
    first = home.add_plug("Office", family="shelly_gen1", password=PASSWORD)
    second = home.add_plug("Attic", family="shelly_gen2")
    assert first.answers("shelly") == {"host": first.host, "channel": 0, "password": PASSWORD}
    assert second.answers("shelly") == {"host": second.host, "channel": 0}
    assert second.settings["initial_state"] == "off"
    assert (await get(http, first, "/shelly"))["type"] == "SHPLG-S"
    assert (await get(http, second, "/shelly"))["gen"] == 2
    await home.__aexit__(None, None, None)
    for plug in (first, second):
        with pytest.raises(ClientConnectorError):
            await http.get(f"http://{plug.host}/shelly")
