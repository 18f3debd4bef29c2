"""Relays that keep their own clock, under the guard."""

import asyncio
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.earlid.engine.model import Clock

from .homes import guard_home, nobody_home, shown
from .leased import LeasedPlug, behind, later, plug_in, self_tested


@pytest.fixture
def plug(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> LeasedPlug:
    """Return a plug that is on, in a home with a person in it."""
    hass.states.async_set("person.ann", "home")
    return plug_in(hass, monkeypatch)


async def test_a_speaker_that_may_listen_is_renewed_at_a_third_of_its_lease(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, behind())
    assert plug.told == [("renew", 30)]
    await later(hass, freezer, 25)
    assert plug.told == [("renew", 30)] * 3
    assert shown(hass, "sensor.kitchen_microphone").state == "live"


async def test_off_is_never_sent_with_a_lease_and_ends_it(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, behind(), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "not_home")
    await later(hass, freezer, 100)
    assert plug.told == [("renew", 30), ("off", None)]
    hass.states.async_set("person.ann", "home")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.told[2:] == [("grant", 30)]


async def test_the_home_s_lease_counts_where_the_speaker_has_none_and_never_more_than_the_device_can(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    hass.states.async_set("person.ann", "home")
    plug = plug_in(hass, monkeypatch, clock=Clock(longest=timedelta(seconds=200)))
    await guard_home(hass, behind(lease=None), options={"lease": 250})
    assert plug.told == [("renew", 200)]


async def test_a_lease_that_runs_out_is_no_hand_and_the_speaker_comes_back(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, behind())
    plug.deaf = True
    await later(hass, freezer, 29)
    plug.switch(False)
    plug.deaf = False
    await later(hass, freezer, 2)
    assert plug.on
    assert shown(hass, "select.kitchen_mode").state == "automatic"


async def test_a_hand_that_turns_it_off_is_obeyed_and_nothing_is_renewed(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, behind())
    await later(hass, freezer, 5)
    plug.switch(False)
    await later(hass, freezer, 100)
    assert not plug.on
    assert plug.commands == ["renew", "off"]
    assert shown(hass, "select.kitchen_mode").state == "mute"


async def test_a_grant_under_way_is_called_off_by_an_off(hass: HomeAssistant, plug: LeasedPlug) -> None:
    await guard_home(hass, behind(), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done(wait_background_tasks=True)
    plug.hangs = True
    hass.states.async_set("person.ann", "home")
    (grant,) = [task for task in asyncio.all_tasks() if "earlid on" in task.get_name()]
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done()
    assert plug.commands == ["renew", "off", "grant", "off"]
    assert grant.cancelled()


async def test_two_speakers_behind_one_relay_share_it_and_its_shortest_lease(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, behind(), behind(slug="bedroom", lease=60))
    await later(hass, freezer, 25)
    assert plug.told == [("renew", 30)] * 3
    assert plug.subscribers == 1


async def test_changing_a_speaker_s_habits_touches_its_relay_not_at_all(hass: HomeAssistant, plug: LeasedPlug) -> None:
    entry = await guard_home(hass, behind())
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "boot": 5})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.told == [("renew", 30)]
    assert plug.subscribers == 1
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.told == [("renew", 30)]
    assert plug.subscribers == 0


@pytest.mark.parametrize(("ignores", "offs"), [(True, 1), (False, 0)])
async def test_a_clean_stop_turns_off_what_would_not_end_by_itself(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory, ignores: bool, offs: int
) -> None:
    plug.ignores_timer = ignores
    entry = await guard_home(hass, behind(rest=0), options={"when_stopping": "off"})
    await self_tested(hass, freezer, entry)
    plug.told.clear()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert plug.commands.count("off") == offs
