"""What a speaker draws, whether it left its plug, and whether its relay flaps, as the household is told."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from .homes import Plug, guard_home, plug_in, shown, speaker


@pytest.fixture
def plug(hass: HomeAssistant) -> Plug:
    """Return a plug that is on, with a meter."""
    measures(hass, "2.0")
    return plug_in(hass, "plug")["plug"]


def measures(hass: HomeAssistant, watts: str, meter: str = "sensor.watts") -> None:
    """Let the meter report, changed or not."""
    hass.states.async_set(meter, watts, {"unit_of_measurement": "W"})


def kitchen(**data: Any) -> Any:
    """Return the speaker behind the plug."""
    return speaker(relay="light.plug", power_entity="sensor.watts", boot=60, **data)


async def later(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float, watts: str | None = None) -> None:
    """Let time pass; then the meter reports."""
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    if watts is not None:
        measures(hass, watts)
        await hass.async_block_till_done()


async def explained(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is explained of the speaker."""
    target = {"entity_id": "sensor.kitchen_microphone"}
    response = await hass.services.async_call(
        "earlid", "explain", {}, target=target, blocking=True, return_response=True
    )
    assert response is not None
    answer: Any = response["speakers"]
    kitchen: dict[str, Any] = answer["kitchen"]
    return kitchen


async def taken_away(hass: HomeAssistant, freezer: FrozenDateTimeFactory, **data: Any) -> MockConfigEntry:
    """Guard a speaker that is carried off after a while."""
    entry = await guard_home(hass, kitchen(**data))
    await later(hass, freezer, 100, "2.0")
    assert (await explained(hass))["draw"] == {"idle_w": 2.0, "left_plug": False}
    await later(hass, freezer, 100, "0.0")
    await later(hass, freezer, 100, "0.0")
    return entry


@pytest.mark.attack
async def test_a_speaker_that_was_carried_off_is_missed_after_minutes_without_a_load(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await taken_away(hass, freezer)
    await later(hass, freezer, 259)
    assert not (await explained(hass))["draw"]["left_plug"]
    await later(hass, freezer, 2)
    assert (await explained(hass))["draw"] == {"idle_w": 2.0, "left_plug": True}
    assert plug.commands == [], "it may listen, wherever it is"
    await later(hass, freezer, 10, "2.0")
    assert not (await explained(hass))["draw"]["left_plug"]


@pytest.mark.usefixtures("plug")
async def test_what_was_learned_is_still_known_after_a_start(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await taken_away(hass, freezer)
    await later(hass, freezer, 300)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert (await explained(hass))["draw"] == {"idle_w": 2.0, "left_plug": True}


@pytest.mark.usefixtures("plug")
@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        {"meter": "sensor.watts", "idle_w": "much", "gone": False, "probation_s": 0.0},
        {"meter": "sensor.other_watts", "idle_w": 2.0, "gone": True, "probation_s": 0.0},
    ],
)
async def test_what_cannot_be_read_or_is_of_another_meter_is_learned_anew(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    stored: dict[str, Any] | None,
) -> None:
    entry = await taken_away(hass, freezer)
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage["earlid"]["data"]["speakers"]["kitchen"]["draw"] = stored
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert (await explained(hass))["draw"] == {"idle_w": None, "left_plug": False}
    await later(hass, freezer, 10, "3.0")
    assert (await explained(hass))["draw"]["idle_w"] == 3.0


@pytest.mark.usefixtures("plug")
async def test_what_another_meter_showed_is_forgotten(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await taken_away(hass, freezer)
    measures(hass, "0.0", "sensor.other_watts")
    subentry = next(iter(entry.subentries.values()))
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, "power_entity": "sensor.other_watts"}
    )
    await hass.async_block_till_done()
    assert (await explained(hass))["draw"] == {"idle_w": None, "left_plug": False}


async def test_a_relay_that_keeps_going_away_flaps(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen())
    for _ in range(5):
        assert not (await explained(hass))["flapping"]
        plug.shows("unavailable")
        await later(hass, freezer, 60)
        plug.shows("on")
        await hass.async_block_till_done()
    assert (await explained(hass))["flapping"]
    await later(hass, freezer, 1799)
    assert (await explained(hass))["flapping"]
    await later(hass, freezer, 2)
    assert not (await explained(hass))["flapping"]


async def test_a_microphone_relay_that_came_back_is_unknown_until_it_is_read_back(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(posture="mute", silences="microphone"))
    assert shown(hass, "sensor.kitchen_microphone").state == "off_unproven"
    plug.deaf = True
    plug.shows("unavailable")
    plug.shows("off")
    await hass.async_block_till_done()
    assert shown(hass, "sensor.kitchen_microphone").state == "unknown"
    assert shown(hass, "binary_sensor.earlid_all_off").state == "off"
    await later(hass, freezer, 1)
    assert shown(hass, "sensor.kitchen_microphone").state == "unknown"
    plug.deaf = False
    await later(hass, freezer, 2)
    assert shown(hass, "sensor.kitchen_microphone").state == "off_unproven"
