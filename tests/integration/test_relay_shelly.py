"""A Shelly as a relay: what it is told, whom it is told to, and what it is set to."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.earlid.engine.model import Clock, Report
from custom_components.earlid.relays import RelayError

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


async def test_a_grant_turns_it_on_for_so_long_and_is_reported(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.grant(LEASE, Context())
    assert shelly.on
    assert shelly.timers == [300]
    report = relay.read()
    assert report.value is True
    assert report.changed_at == report.reported_at == report.available_since is not None


async def test_what_was_sent_is_not_what_is(
    hass: HomeAssistant, shelly: Shelly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelly, "switch", lambda *_: None)
    relay = stand_before(hass, shelly)
    await relay.grant(LEASE, Context())
    assert relay.read().value is False
    shelly.on = True
    await relay.off(Context())
    assert relay.read().value is True


async def test_a_lease_is_in_whole_seconds_and_a_day_at_most(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    assert relay.clock == Clock(longest=timedelta(hours=24), per_grant=True, renewed_by_on=True, confirms=True)
    for lease in (timedelta(seconds=10.9), timedelta(milliseconds=3), timedelta(days=3), None):
        await relay.grant(lease, Context())
    assert shelly.timers == [10, 1, 86400, 86400]


async def test_off_has_no_timer_which_would_turn_it_on_again(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    shelly.switch(True)
    await relay.off(Context())
    assert not shelly.on
    assert relay.read().value is False
    assert [order for order in shelly.orders if "timer" in order or "toggle_after" in order] == []
    await relay.off(Context())
    assert len(shelly.orders) == 2, "an OFF is sent whatever the relay seems to be"


async def test_a_renewal_lets_the_lease_begin_anew(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.grant(LEASE, Context())
    before = relay.read()
    await relay.renew(timedelta(seconds=200), Context())
    assert shelly.timers == [300, 200]
    after = relay.read()
    assert after.changed_at == before.changed_at
    assert after.reported_at is not None
    assert before.reported_at is not None
    assert after.reported_at > before.reported_at


async def test_a_renewal_takes_two_requests(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.grant(LEASE, Context())
    shelly.asked.clear()
    await relay.renew(LEASE, Context())
    assert len(shelly.asked) == 2


async def test_a_renewal_does_not_turn_on_what_a_hand_turned_off(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.grant(LEASE, Context())
    shelly.switch(False)
    await relay.renew(LEASE, Context())
    assert not shelly.on
    assert relay.read().value is False
    assert len(shelly.orders) == 1


async def test_a_hand_that_a_renewal_overruled_is_reported(hass: HomeAssistant, gen2: Gen2) -> None:
    relay = stand_before(hass, gen2)
    await relay.grant(LEASE, Context())

    async def press(asked: str) -> None:
        if "Switch.Set " in asked:
            gen2.switch(False)

    gen2.before = press
    async with watched(relay) as told:
        await until(lambda: told == [True])
        gen2.push = lambda *_: None  # type: ignore[method-assign]
        await relay.renew(LEASE, Context())
    assert gen2.on
    assert told == [True, False, True]


async def test_an_off_overtakes_a_grant_that_was_still_asking_who_is_there(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.off(Context())
    asking = asyncio.Event()

    async def dawdle(asked: str) -> None:
        if asked == "/shelly":
            asking.set()
            await asyncio.sleep(0.1)

    shelly.before = dawdle
    grant = asyncio.create_task(relay.grant(LEASE, Context()))
    await asking.wait()
    await relay.off(Context())
    await grant
    assert not shelly.on
    assert shelly.timers == []


async def test_inspecting_reads_and_changes_nothing(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    assert relay.identity is None
    settings = await relay.inspect()
    assert (settings.power_on_off, settings.auto_off) == (False, None)
    assert settings.firmware in ("1.7.5", "20230913-113421/v1.14.0-gcb84623")
    assert relay.identity == MAC
    assert (shelly.writes, shelly.orders) == (0, [])


async def test_setting_up_writes_what_differs_and_that_once(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    shelly.switch(True)
    settings = await relay.provision(LEASE)
    assert (settings.power_on_off, settings.auto_off) == (True, LEASE)
    assert await relay.provision(LEASE) == await relay.inspect() == settings
    assert shelly.writes == 1
    assert shelly.orders == []
    assert shelly.on, "setting it up switches nothing"


async def test_setting_up_leaves_what_is_right_already(hass: HomeAssistant, shelly: Shelly) -> None:
    right = {"default_state": "off", "auto_off": 300.0, "auto_on": 0.0}
    shelly_settings = shelly.settings  # type: ignore[attr-defined]
    if isinstance(shelly, Gen2):
        right = {"initial_state": "off", "auto_off": True, "auto_off_delay": 300.0}
    shelly_settings |= right
    await stand_before(hass, shelly).provision(LEASE)
    assert shelly.writes == 0


async def test_setting_up_ends_an_auto_on_which_would_undo_each_off(
    hass: HomeAssistant, gen1: Gen1, gen2: Gen2
) -> None:
    gen1.settings |= {"auto_on": 60.0}
    gen2.settings |= {"auto_on": True}
    for shelly in (gen1, gen2):
        await stand_before(hass, shelly).provision(LEASE)
    assert gen1.settings["auto_on"] == 0
    assert gen2.settings["auto_on"] is False


@pytest.mark.parametrize("password", ["correct horse", "pässwörd\"'&"])
async def test_a_password_opens_everything(hass: HomeAssistant, shelly: Shelly, password: str) -> None:
    shelly.password = password
    relay = stand_before(hass, shelly, password=password)
    async with watched(relay) as told:
        await until(lambda: told == [False])
        await relay.grant(LEASE, Context())
        assert shelly.timers == [300]
        assert (await relay.inspect()).power_on_off is False
        if isinstance(shelly, Gen2):
            assert shelly.channels, "the channel is open too"


@pytest.mark.parametrize("password", [None, "", "guessed"])
async def test_a_wrong_password_opens_nothing(hass: HomeAssistant, shelly: Shelly, password: str | None) -> None:
    shelly.password = "correct horse"  # noqa: S105 - a simulated plug's
    relay = stand_before(hass, shelly, password=password)
    with pytest.raises(RelayError) as error:
        await relay.inspect()
    assert error.value.problem == "invalid_auth"
    with pytest.raises(RelayError):
        await relay.grant(LEASE, Context())
    assert shelly.timers == []
    async with watched(relay) as told:
        await asyncio.sleep(0.2)
    assert told == []
    assert relay.read() == Report()


async def test_a_channel_that_there_is_not_is_none(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly, channel=3)
    for call in (relay.inspect(), relay.renew(LEASE, Context())):
        with pytest.raises(RelayError) as error:
            await call
        assert error.value.problem == "no_such_channel"
    with pytest.raises(RelayError):
        await relay.grant(LEASE, Context())
    assert not shelly.on


async def test_another_device_than_the_one_that_was_set_up_is_told_nothing(
    hass: HomeAssistant, shelly: Shelly, caplog: pytest.LogCaptureFixture
) -> None:
    relay = stand_before(hass, shelly, device="a8:03:2a:bf:ff:ff")
    async with watched(relay) as told:
        for call in (
            relay.inspect(),
            relay.grant(LEASE, Context()),
            relay.off(Context()),
            relay.renew(LEASE, Context()),
        ):
            with pytest.raises(RelayError) as error:
                await call
            assert error.value.problem == "not_this_device"
        await asyncio.sleep(0.1)
    assert told == []
    assert relay.read() == Report()
    assert set(shelly.asked) == {"/shelly"}
    assert relay.identity == STRANGER
    assert caplog.text.count("is told nothing any more") == 1


async def test_a_device_that_takes_the_place_of_another_is_told_nothing(
    hass: HomeAssistant, shelly: Shelly, caplog: pytest.LogCaptureFixture
) -> None:
    relay = stand_before(hass, shelly)
    await relay.grant(LEASE, Context())
    shelly.mac = STRANGER
    shelly.asked.clear()
    for call in (relay.renew(LEASE, Context()), relay.off(Context()), relay.grant(LEASE, Context())):
        with pytest.raises(RelayError) as error:
            await call
        assert error.value.problem == "not_this_device"
    assert shelly.orders == []
    assert relay.read() == Report()
    assert caplog.text.count("is told nothing any more") == 1
    shelly.mac = MAC
    await relay.off(Context())
    assert not shelly.on
    assert relay.read().value is False


@pytest.mark.attack
async def test_an_on_goes_only_to_who_has_just_said_who_it_is(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.off(Context())
    shelly.mac = STRANGER
    with pytest.raises(RelayError) as error:
        await relay.grant(LEASE, Context())
    assert error.value.problem == "not_this_device"
    assert shelly.timers == []


async def test_who_answers_first_is_the_one(hass: HomeAssistant, shelly: Shelly) -> None:
    relay = stand_before(hass, shelly)
    await relay.inspect()
    shelly.mac = STRANGER
    with pytest.raises(RelayError) as error:
        await relay.inspect()
    assert error.value.problem == "not_this_device"
    with pytest.raises(RelayError):
        await relay.off(Context())
    assert shelly.orders == []


async def test_two_speakers_behind_one_plug_both_see_what_one_was_answered(hass: HomeAssistant, shelly: Shelly) -> None:
    one, other = stand_before(hass, shelly), stand_before(hass, shelly)
    assert one.key == other.key
    async with watched(one) as told_one, watched(other) as told_other:
        await until(lambda: told_one == told_other == [False])
        await one.grant(LEASE, Context())
        await until(lambda: told_other[-1] is True)
    assert other.read().value is True


async def test_the_same_plug_has_one_key_wherever_it_is(hass: HomeAssistant, shelly: Shelly) -> None:
    named = stand_before(hass, shelly, device=MAC)
    assert named.key == stand_before(hass, "kitchen.local", device="a8:03:2a:b1:23:45").key
    assert named.key != stand_before(hass, shelly, device=MAC, channel=1).key
    assert stand_before(hass, "Kitchen.local ").key == stand_before(hass, "kitchen.local").key
