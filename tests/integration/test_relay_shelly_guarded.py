"""A guarded speaker behind a Shelly: what a hand at the plug leads to, whoever was quicker."""

import asyncio
from collections.abc import AsyncGenerator
import logging
from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
import pytest

from .homes import guard_home, shown, speaker
from .shellies import MAC, Gen1, Gen2, Shelly, plugged, until

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture(params=[Gen1, Gen2])
async def shelly(request: pytest.FixtureRequest) -> AsyncGenerator[Shelly]:
    """Plug one in, of either generation."""
    async with plugged(request.param()) as plug:
        yield plug


def behind(shelly: Shelly, **data: Any) -> ConfigSubentryDataWithId:
    """Return a speaker behind that plug."""
    subentry = speaker(host=shelly.host, channel=0, silences="power", **data)
    subentry["data"] = {**subentry["data"], "relay": "shelly"}
    return subentry


async def gone() -> None:
    """Wait until nothing of Earlid runs any more."""
    await until(lambda: not [task for task in asyncio.all_tasks() if "earlid" in task.get_name()])


async def test_a_speaker_that_may_listen_is_on_with_a_lease_and_off_when_muted(
    hass: HomeAssistant, shelly: Shelly
) -> None:
    entry = await guard_home(hass, behind(shelly))
    await until(lambda: shelly.on)
    assert shelly.timers == [300]
    await until(lambda: shown(hass, "sensor.kitchen_microphone").state == "live")
    await hass.services.async_call("earlid", "mute", {"entity_id": "all"}, blocking=True)
    await until(lambda: shown(hass, "sensor.kitchen_microphone").state == "off_unproven")
    assert not shelly.on
    await hass.config_entries.async_unload(entry.entry_id)
    await gone()


async def test_a_press_that_a_renewal_overruled_is_off_again_and_held(hass: HomeAssistant) -> None:
    async with plugged(Gen2()) as plug:
        entry = await guard_home(hass, behind(plug, lease=18))
        await until(lambda: plug.on)
        gen2_says_nothing = plug.push
        plug.push = lambda *_: None  # type: ignore[method-assign]

        async def press(asked: str) -> None:
            if "toggle_after" in asked:
                plug.before = None
                plug.switch(False)

        plug.before = press
        await until(lambda: plug.before is None, within=9)
        plug.push = gen2_says_nothing  # type: ignore[method-assign]
        await until(lambda: not plug.on)
        await until(lambda: shown(hass, "select.kitchen_mode").state == "mute")
        await asyncio.sleep(0.3)
        assert not plug.on
        await hass.config_entries.async_unload(entry.entry_id)
        await gone()


async def test_a_plug_that_takes_nothing_is_logged_by_its_speaker_and_without_an_address(
    hass: HomeAssistant, shelly: Shelly, caplog: pytest.LogCaptureFixture
) -> None:
    shelly.mac = "A8032AFFFFFF"
    entry = await guard_home(hass, behind(shelly, device=MAC))
    await until(lambda: "is told nothing any more" in caplog.text)
    await hass.services.async_call("earlid", "mute", {"entity_id": "all"}, blocking=True)
    await until(lambda: "The relay of kitchen did not take off: RelayError('not_this_device')" in caplog.text)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert not [line for line in said if MAC in line or shelly.mac in line or shelly.host in line]
    await hass.config_entries.async_unload(entry.entry_id)
    await gone()
