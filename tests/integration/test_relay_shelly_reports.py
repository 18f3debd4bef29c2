"""What a Shelly reports: when a hand at it shows, when it is out of sight, how often it is asked, and what is left."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
import gc
import json
import time

from aiohttp import web
from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.earlid.engine.model import Report
from custom_components.earlid.relays.shelly_rhythm import Rhythm

from .shellies import MAC, STRANGER, Gen1, Gen2, Shelly, plugged, stand_before, until, watched

pytestmark = pytest.mark.usefixtures("socket_enabled")

LEASE = timedelta(seconds=300)


@pytest.fixture(params=[Gen1, Gen2])
async def shelly(request: pytest.FixtureRequest) -> AsyncGenerator[Shelly]:
    """Plug one in, of either generation."""
    async with plugged(request.param()) as plug:
        yield plug


@pytest.fixture
async def gen1() -> AsyncGenerator[Gen1]:
    """Plug one of the first generation in."""
    async with plugged(Gen1()) as plug:
        yield plug


@pytest.fixture
async def gen2() -> AsyncGenerator[Gen2]:
    """Plug one of the second generation in."""
    async with plugged(Gen2()) as plug:
        yield plug


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what takes a second take a twentieth."""
    monkeypatch.setattr(Rhythm, "BACKOFF", (0.05, 0.1, 0.2))
    monkeypatch.setattr(Rhythm, "VIGIL_STEP", 0.05)


async def test_a_hand_shows_at_once_where_the_device_says_so(hass: HomeAssistant, gen2: Gen2) -> None:
    relay = stand_before(hass, gen2)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        gen2.switch(True)
        assert await until(lambda: told == [False, True]) < 2
        report = relay.read()
        assert report.changed_at is not None
        assert report.available_since is not None
        assert report.changed_at > report.available_since
        gen2.push({"ts": 1, "switch:0": {"id": 0, "output": False}, "sys": {}}, method="NotifyFullStatus")
        await until(lambda: told == [False, True, False])


async def test_a_hand_at_one_that_says_nothing_shows_with_the_next_question(
    hass: HomeAssistant, gen1: Gen1, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rhythm, "WHILE_OFF", 0.3)
    async with watched(stand_before(hass, gen1)) as told:
        await until(lambda: told == [False])
        gen1.switch(True)
        assert await until(lambda: told[-1] is True) < 2


async def test_the_end_of_a_lease_shows_when_it_is_due(hass: HomeAssistant, gen1: Gen1) -> None:
    relay = stand_before(hass, gen1)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        await relay.grant(timedelta(seconds=1), Context())
        granted = time.monotonic()
        gen1.asked.clear()
        await until(lambda: told[-1] is False, within=4)
        assert 1 <= time.monotonic() - granted < 2
        assert gen1.asked == ["/status"], "one look at its end is enough"


@pytest.mark.usefixtures("haste")
async def test_what_an_order_did_is_looked_for_until_it_shows(hass: HomeAssistant, gen1: Gen1) -> None:
    relay = stand_before(hass, gen1)
    gen1.switch(True)
    async with watched(relay) as told:
        await until(lambda: told == [True])

        async def obey_later(request: web.Request) -> web.StreamResponse:
            if "turn" in request.query:
                asyncio.get_running_loop().call_later(0.3, gen1.switch, False)
                return web.json_response({"ison": True})
            return await gen1.answer(request)

        gen1.instead = obey_later
        await relay.off(Context())
        assert relay.read().value is True, "an order that was answered is not one that was obeyed"
        assert await until(lambda: told[-1] is False) < 2
        asked = len(gen1.asked)
        await asyncio.sleep(0.3)
        assert len(gen1.asked) == asked, "it showed, so nobody asks any more"


@pytest.mark.usefixtures("haste")
async def test_an_on_that_arrives_after_the_off_that_overtook_it_is_seen(hass: HomeAssistant, gen1: Gen1) -> None:
    relay = stand_before(hass, gen1)
    async with watched(relay) as told:
        await until(lambda: told == [False])

        async def lose(asked: str) -> None:
            if "turn=on" in asked:
                await asyncio.sleep(5)

        gen1.before = lose
        grant = asyncio.create_task(relay.grant(LEASE, Context()))
        await until(lambda: "/relay/0?turn=on&timer=300" in gen1.asked)
        grant.cancel()
        await relay.off(Context())
        assert relay.read().value is False
        await asyncio.sleep(0.2)
        gen1.switch(True)
        assert await until(lambda: told[-1] is True) < 2


async def test_nobody_asks_while_nothing_happens(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        await asyncio.sleep(1.3)
        assert shelly.asked[0] == "/shelly"
        assert len(shelly.asked) == 2
        await relay.off(Context())
        shelly.asked.clear()
        await asyncio.sleep(1.3)
        assert shelly.asked == []
    # What fifty that are off, or on and renewed, cost a second.
    assert 50 / Rhythm.WHILE_OFF < 1
    assert LEASE.total_seconds() / 3 < Rhythm.WHILE_ON


async def test_every_answer_puts_the_next_question_off(
    hass: HomeAssistant, shelly: Shelly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rhythm, "WHILE_ON", 1.5)
    monkeypatch.setattr(Rhythm, "WHILE_OFF", 0.1)
    relay = stand_before(hass, shelly)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        await relay.grant(LEASE, Context())
        await asyncio.sleep(0.05)
        shelly.asked.clear()
        for _ in range(5):
            await asyncio.sleep(0.2)
            await relay.renew(LEASE, Context())
        assert len(shelly.asked) == 10, "two for each renewal, and none besides"


@pytest.mark.usefixtures("haste")
async def test_a_closed_channel_is_out_of_sight_until_the_next_answer(hass: HomeAssistant, gen2: Gen2) -> None:
    relay = stand_before(hass, gen2)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        before = relay.read().available_since
        gen2.switch(True)
        await until(lambda: told[-1] is True)
        for channel in list(gen2.channels):
            await channel.close()
        await until(lambda: None in told)
        await until(lambda: told[-1] is True)
        await until(lambda: bool(gen2.channels))
        report = relay.read()
        assert before is not None
        assert report.available_since is not None
        assert report.available_since > before
        assert report.changed_at == report.available_since


@pytest.mark.usefixtures("haste")
async def test_one_that_does_not_answer_twice_is_out_of_sight(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.off(Context())
    shelly.instead = shelly.silent
    with pytest.raises(Exception, match="no_answer"):
        await relay.off(Context())
    assert relay.read().value is False, "once may be the radio"
    with pytest.raises(Exception, match="no_answer"):
        await relay.off(Context())
    assert relay.read() == Report()
    async with watched(relay) as told:
        await asyncio.sleep(0.3)
        assert told == []
        shelly.instead = None
        await until(lambda: told == [False])
        assert relay.read().available_since is not None


@pytest.mark.usefixtures("haste")
async def test_one_that_hangs_is_out_of_sight(
    hass: HomeAssistant, shelly: Shelly, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("shelly_http", "shelly_channel"):
        monkeypatch.setattr(f"custom_components.earlid.relays.{module}.TIMEOUT", 0.2)
    relay = stand_before(hass, shelly)
    async with watched(relay) as told:
        await until(lambda: told == [False])

        async def hang(_asked: str) -> None:
            await asyncio.sleep(5)

        shelly.before = hang
        await relay.ask()
        await until(lambda: told == [False, None])
        shelly.before = None
        await until(lambda: told == [False, None, False])


async def test_a_start_that_nobody_saw_was_a_time_out_of_sight(hass: HomeAssistant, gen1: Gen1) -> None:
    relay = stand_before(hass, gen1)
    gen1.started -= 1000
    async with watched(relay) as told:
        await until(lambda: told == [False])
        await relay.ask()
        await until(lambda: told == [False, False])
        gen1.started = time.monotonic()
        gen1.switch(True)
        await relay.ask()
        await until(lambda: told == [False, False, None, True])
        await relay.ask()
        await until(lambda: told == [False, False, None, True, True])


@pytest.mark.usefixtures("haste")
async def test_one_without_a_free_channel_is_asked(hass: HomeAssistant, gen2: Gen2) -> None:
    gen2.channels_left = 0
    async with watched(stand_before(hass, gen2)) as told:
        await until(lambda: told == [False])
        gen2.switch(True)
        await until(lambda: told[-1] is True)
        gen2.channels_left = 6
        await until(lambda: bool(gen2.channels))
        assert None not in told


@pytest.mark.usefixtures("haste")
async def test_a_channel_that_closes_at_once_is_not_opened_again_and_again(hass: HomeAssistant, gen2: Gen2) -> None:
    async with watched(stand_before(hass, gen2)):
        begun = time.monotonic()
        while time.monotonic() - begun < 1.5:
            for channel in list(gen2.channels):
                await channel.close()
            await asyncio.sleep(0.01)
    # 0.05, 0.1, then every 0.2 s.
    assert 4 <= gen2.opened <= 10


async def test_what_was_asked_before_an_order_and_answered_after_it_says_nothing(
    hass: HomeAssistant, shelly: Shelly
) -> None:
    relay = stand_before(hass, shelly)
    shelly.switch(True)
    async with watched(relay) as told:
        await until(lambda: told == [True])
        read, told_off = asyncio.Event(), asyncio.Event()

        async def dawdle(asked: str) -> None:
            if "turn=" not in asked and "Switch.Set " not in asked and not read.is_set():
                read.set()
                await told_off.wait()

        shelly.after = dawdle
        await relay.ask()
        await read.wait()
        await relay.off(Context())
        told_off.set()
        await asyncio.sleep(0.2)
    assert told[0] is True
    assert True not in told[1:]
    assert relay.read().value is False


async def test_what_is_told_in_one_breath_with_an_answer_is_newer_than_it(hass: HomeAssistant, gen2: Gen2) -> None:
    relay = stand_before(hass, gen2)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        gen2.follow_up = json.dumps({"method": "NotifyStatus", "params": {"switch:0": {"output": True}}})
        await relay.ask()
        await until(lambda: len(told) == 3)
    assert told[-1] is True


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[]",
        "null",
        "5",
        '{"id": "x"}',
        '{"id": [1]}',
        '{"id": 77, "result": {}}',
        '{"method": "NotifyStatus"}',
        '{"method": "NotifyStatus", "params": []}',
        '{"method": "NotifyStatus", "params": {"switch:0": null}}',
        '{"method": "NotifyStatus", "params": {"switch:0": {"output": null}}}',
        '{"method": "NotifyStatus", "params": {"switch:0": {"output": "true"}}}',
        '{"method": "NotifyStatus", "params": {"switch:1": {"output": true}}}',
        '{"method": "NotifyStatus", "params": {"switch:0": {"apower": 3}}}',
        '{"method": ["NotifyStatus"], "params": {"switch:0": {"output": true}}}',
        json.dumps(
            {
                "src": f"shellyplusplugs-{STRANGER.lower()}",
                "method": "NotifyStatus",
                "params": {"switch:0": {"output": True}},
            }
        ),
        "[" * 10000,
    ],
    ids=lambda text: text[:60],
)
async def test_nonsense_on_the_channel_says_nothing_and_ends_nothing(
    hass: HomeAssistant, gen2: Gen2, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with watched(stand_before(hass, gen2)) as told:
        await until(lambda: told == [False])
        gen2.say(text)
        gen2.switch(True)
        await until(lambda: told == [False, True])
        assert gen2.opened == 1
    assert "ERROR" not in caplog.text


@pytest.mark.usefixtures("haste")
async def test_a_frame_without_end_closes_the_channel(hass: HomeAssistant, gen2: Gen2) -> None:
    async with watched(stand_before(hass, gen2)) as told:
        await until(lambda: told == [False])
        gen2.say("x" * 70_000)
        await until(lambda: told == [False, None, False])


async def test_what_fails_where_a_report_arrives_ends_no_listening(
    hass: HomeAssistant, shelly: Shelly, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError

    relay = stand_before(hass, shelly)
    stop = relay.subscribe(fail)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        shelly.switch(True)
        await relay.ask()
        await until(lambda: told[-1] is True)
        await relay.off(Context())
        assert told[-1] is False
        if isinstance(shelly, Gen2):
            assert shelly.opened == 1
        stop()
    assert "wakes failed" in caplog.text


async def test_nothing_is_left_once_nobody_listens(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    stops = [relay.subscribe(lambda: None), relay.subscribe(lambda: None)]
    await until(lambda: relay.read().value is False)
    if isinstance(shelly, Gen2):
        await until(lambda: bool(shelly.channels))
    stops[0]()
    stops[0]()
    assert [task for task in asyncio.all_tasks() if "earlid" in task.get_name()]
    stops[1]()
    await until(lambda: not [task for task in asyncio.all_tasks() if "earlid" in task.get_name()])
    if isinstance(shelly, Gen2):
        await until(lambda: not shelly.channels)
    shelly.asked.clear()
    await asyncio.sleep(0.1)
    assert shelly.asked == []


async def test_a_relay_that_nobody_has_is_forgotten(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.off(Context())
    assert stand_before(hass, shelly) is relay
    del relay
    gc.collect()
    assert stand_before(hass, shelly).read() == Report()


async def test_stopping_while_it_connects_leaves_nothing(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    for wait in (0, 0.001, 0.002, 0.004, 0.008, 0.016):
        stop = relay.subscribe(lambda: None)
        await asyncio.sleep(wait)
        stop()
    await until(lambda: not [task for task in asyncio.all_tasks() if "earlid" in task.get_name()])
    if isinstance(shelly, Gen2):
        await until(lambda: not shelly.channels)


async def test_a_changed_habit_does_not_lose_sight_of_it(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    stop = relay.subscribe(lambda: None)
    await until(lambda: relay.read().value is False)
    since = relay.read().available_since
    again = stand_before(hass, shelly)
    stop()
    async with watched(again) as told:
        assert again.read().available_since == since
        await until(lambda: told == [False])
        assert again.read().available_since == since


async def test_no_proxy_of_the_environment_is_asked(
    hass: HomeAssistant, shelly: Shelly, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ws_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with watched(stand_before(hass, shelly)) as told:
        await until(lambda: told == [False])


async def test_another_device_is_seen_by_the_next_question(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly, device=MAC)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        shelly.mac = STRANGER
        await relay.ask()
        await until(lambda: told == [False, None])
        shelly.asked.clear()
        await asyncio.sleep(0.1)
        assert shelly.orders == []


def test_the_times_are_what_the_promise_needs() -> None:
    assert Rhythm.BACKOFF == (1, 2, 4, 8, 16, 30)
    assert Rhythm.VIGIL == 10
    assert Rhythm.VIGIL_STEP == 1
