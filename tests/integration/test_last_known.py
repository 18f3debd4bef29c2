"""What was known of a microphone before a start, until somebody says something again."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from tests.integration.automations import automate, on
from tests.integration.homes import Plug, guard_home, plug_in, shown, speaker

SOUND = "sensor.kitchen_microphone"


@pytest.fixture
def plug(hass: HomeAssistant) -> Plug:
    return plug_in(hass, "plug")["plug"]


@pytest.fixture
async def entry(hass: HomeAssistant, plug: Plug) -> MockConfigEntry:
    return await guard_home(hass, speaker(relay=plug.entity_id))


async def come_up_without(hass: HomeAssistant, entry: MockConfigEntry, plug: Plug) -> None:
    """Start Earlid anew while the plug is not there yet."""
    await hass.config_entries.async_unload(entry.entry_id)
    plug.shows("unavailable")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


def last_known(hass: HomeAssistant) -> tuple[str, str | None]:
    state = shown(hass, SOUND)
    return state.state, state.attributes["last_known"]


async def test_it_is_shown_until_the_plug_reports(hass: HomeAssistant, plug: Plug, entry: MockConfigEntry) -> None:
    assert last_known(hass) == ("live", None)
    await come_up_without(hass, entry, plug)
    assert last_known(hass) == ("unknown", "live")
    plug.shows("on")
    await hass.async_block_till_done()
    assert last_known(hass) == ("live", None)
    plug.shows("unavailable")
    await hass.async_block_till_done()
    assert last_known(hass) == ("unknown", None), "it left before our eyes"


async def test_it_counts_no_more_after_the_deadline(
    hass: HomeAssistant, plug: Plug, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    await come_up_without(hass, entry, plug)
    fired = await automate(hass, unknown=on("went_unknown", {"entity_id": SOUND}))
    for seconds, expected in ((9, "live"), (2, None)):
        freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        assert last_known(hass) == ("unknown", expected)
    assert fired == [("unknown", SOUND)]


async def test_what_nobody_knew_before_is_not_remembered(
    hass: HomeAssistant, plug: Plug, entry: MockConfigEntry
) -> None:
    plug.shows("unavailable")
    await hass.async_block_till_done()
    await come_up_without(hass, entry, plug)
    assert last_known(hass) == ("unknown", None)


async def test_automations_hear_of_a_start_only_what_has_changed(
    hass: HomeAssistant, plug: Plug, entry: MockConfigEntry
) -> None:
    target = {"entity_id": SOUND}
    fired = await automate(hass, **{key: on(key, target) for key in ("went_live", "went_off", "went_unknown")})
    await come_up_without(hass, entry, plug)
    plug.shows("on")
    await hass.async_block_till_done()
    assert fired == []
    await come_up_without(hass, entry, plug)
    plug.shows("off")
    await hass.async_block_till_done()
    assert [name for name, _ in fired][:1] == ["went_off"]
