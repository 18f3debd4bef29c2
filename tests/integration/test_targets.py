"""Which speakers a call means: strictly, and before anything changes."""

from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.fakes import Home, move_in
from tests.integration.views import a_rule, a_speaker

BOTH = ["kitchen", "bedroom"]


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in(hass, monkeypatch, a_speaker("kitchen"), a_speaker("bedroom"), a_rule("night"))


async def meant(home: Home, **target: Any) -> list[str]:
    """Return the slugs that this target means."""
    home.household.wishes.clear()
    await home.call("mute", **target)
    [(_, slugs, _)] = home.household.wishes
    return list(slugs)


async def refused(home: Home, action: str = "mute", **data: Any) -> str:
    """Return the error's translation key; nothing may have been wished."""
    with pytest.raises(ServiceValidationError) as error:
        await home.call(action, **data)
    assert home.household.wishes == []
    assert error.value.translation_domain == "earlid"
    assert error.value.translation_key is not None
    assert error.value.translation_key not in str(error.value), "the sentence is there"
    return error.value.translation_key


def guarded_device(home: Home, area_id: str | None = None) -> dr.DeviceEntry:
    """Return the device of another integration that the kitchen's speaker is."""
    other = MockConfigEntry(domain="other")
    other.add_to_hass(home.hass)
    devices = dr.async_get(home.hass)
    device = devices.async_get_or_create(config_entry_id=other.entry_id, identifiers={("other", "echo")})
    devices.async_update_device(device.id, area_id=area_id)
    home.show("kitchen", device_id=device.id)
    return device


@pytest.mark.parametrize(
    "entity_id",
    ["sensor.kitchen_microphone", "select.kitchen_mode", "event.kitchen_activation", "SENSOR.Kitchen_Microphone"],
)
async def test_any_entity_of_a_speaker_means_it(home: Home, entity_id: str) -> None:
    assert await meant(home, entity_id=entity_id) == ["kitchen"]


async def test_an_entity_may_be_named_by_what_the_registry_calls_it(home: Home) -> None:
    registered = er.async_get(home.hass).async_get("select.kitchen_mode")
    assert registered is not None
    assert await meant(home, entity_id=registered.id) == ["kitchen"]


async def test_a_renamed_entity_goes_on_meaning_its_speaker(home: Home) -> None:
    er.async_get(home.hass).async_update_entity("select.kitchen_mode", new_entity_id="select.galley")
    await home.hass.async_block_till_done()
    assert await meant(home, entity_id="select.galley") == ["kitchen"]


@pytest.mark.parametrize(
    "entity_id",
    [
        ["sensor.bedroom_microphone", "sensor.kitchen_microphone", "select.kitchen_mode"],
        "sensor.kitchen_microphone, sensor.bedroom_microphone",
    ],
)
async def test_several_entities_mean_each_speaker_once(home: Home, entity_id: Any) -> None:
    assert await meant(home, entity_id=entity_id) == BOTH


async def test_the_speakers_device_means_it(home: Home) -> None:
    assert await meant(home, device_id=home.device("bedroom").id) == ["bedroom"]


async def test_the_device_that_is_guarded_means_its_speaker(home: Home) -> None:
    assert await meant(home, device_id=[guarded_device(home).id]) == ["kitchen"]


async def test_an_area_means_the_speakers_whose_device_is_there(home: Home) -> None:
    area = ar.async_get(home.hass).async_create("Upstairs")
    dr.async_get(home.hass).async_update_device(home.device("bedroom").id, area_id=area.id)
    assert await meant(home, area_id=area.id) == ["bedroom"]


async def test_a_speaker_without_an_area_is_where_the_guarded_device_is(home: Home) -> None:
    areas = ar.async_get(home.hass)
    upstairs, downstairs = areas.async_create("Upstairs"), areas.async_create("Downstairs")
    guarded_device(home, downstairs.id)
    assert await meant(home, area_id=downstairs.id) == ["kitchen"]
    dr.async_get(home.hass).async_update_device(home.device("kitchen").id, area_id=upstairs.id)
    assert await refused_later(home, area_id=downstairs.id) == "not_a_speaker"
    assert await meant(home, area_id=upstairs.id) == ["kitchen"]


async def refused_later(home: Home, **data: Any) -> str:
    """Return the error's key, after other calls went through."""
    home.household.wishes.clear()
    return await refused(home, **data)


async def test_a_speaker_is_also_where_one_of_its_entities_is(home: Home) -> None:
    area = ar.async_get(home.hass).async_create("Upstairs")
    er.async_get(home.hass).async_update_entity("select.bedroom_mode", area_id=area.id)
    assert await meant(home, area_id=area.id) == ["bedroom"]


async def test_a_floor_means_the_speakers_in_its_areas(home: Home) -> None:
    floor = fr.async_get(home.hass).async_create("First floor")
    area = ar.async_get(home.hass).async_create("Upstairs", floor_id=floor.floor_id)
    for slug in BOTH:
        dr.async_get(home.hass).async_update_device(home.device(slug).id, area_id=area.id)
    assert await meant(home, floor_id=floor.floor_id) == BOTH


async def test_a_label_means_the_speakers_whose_device_entity_or_area_has_it(home: Home) -> None:
    areas, devices, entities = ar.async_get(home.hass), dr.async_get(home.hass), er.async_get(home.hass)
    label = lr.async_get(home.hass).async_create("Private").label_id
    devices.async_update_device(home.device("kitchen").id, labels={label})
    assert await meant(home, label_id=label) == ["kitchen"]
    entities.async_update_entity("select.bedroom_mode", labels={label})
    assert await meant(home, label_id=label) == BOTH
    devices.async_update_device(home.device("kitchen").id, labels=set(), area_id=areas.async_create("Hall").id)
    entities.async_update_entity("select.bedroom_mode", labels=set())
    areas.async_update("hall", labels={label})
    assert await meant(home, label_id=label) == ["kitchen"]


@pytest.mark.parametrize("entity_id", ["all", "switch.earlid_lockdown", "binary_sensor.earlid_all_off"])
async def test_the_hub_and_all_mean_every_speaker_for_mute_and_resume(home: Home, entity_id: str) -> None:
    assert await meant(home, entity_id=entity_id) == BOTH
    await home.call("resume", entity_id=entity_id)
    assert home.household.wishes[-1] == ("resume", BOTH)
    assert await meant(home, device_id=home.device().id) == BOTH


@pytest.mark.parametrize(("action", "data"), [("listen", {"duration": 60}), ("report_activation", {})])
async def test_the_hub_and_all_are_refused_for_what_needs_a_speaker(
    home: Home, action: str, data: dict[str, Any]
) -> None:
    hub = home.device().id
    for target in ({"entity_id": "all"}, {"entity_id": "switch.earlid_lockdown"}, {"device_id": hub}):
        assert await refused(home, action, **target, **data) == "whole_home_refused"


NO_SPEAKERS: list[tuple[dict[str, Any], str]] = [
    ({}, "no_target"),
    ({"entity_id": []}, "no_target"),
    ({"entity_id": "none"}, "no_target"),
    ({"area_id": "none"}, "no_target"),
    ({"entity_id": ""}, "no_target"),
    ({"entity_id": "kitchen"}, "not_a_speaker"),
    ({"entity_id": "sensor.kitchen_microfone"}, "not_a_speaker"),
    ({"entity_id": "light.kitchen"}, "not_a_speaker"),
    ({"entity_id": "light.registered"}, "not_a_speaker"),
    ({"entity_id": "switch.earlid_rule_night"}, "not_a_speaker"),
    ({"entity_id": ["sensor.kitchen_microphone", "light.kitchen"]}, "not_a_speaker"),
    ({"device_id": "nowhere"}, "unknown_device"),
    ({"area_id": "nowhere"}, "unknown_area"),
    ({"floor_id": "nowhere"}, "unknown_floor"),
    ({"label_id": "nowhere"}, "unknown_label"),
    ({"entity_id": "sensor.kitchen_microphone", "area_id": "nowhere"}, "unknown_area"),
    ({"area_id": "empty"}, "not_a_speaker"),
    ({"floor_id": "empty"}, "not_a_speaker"),
    ({"label_id": "empty"}, "not_a_speaker"),
]


@pytest.mark.parametrize(("action", "data"), [("mute", {}), ("listen", {"duration": 60}), ("explain", {})])
async def test_what_means_no_speaker_is_an_error_before_anything_changes(
    home: Home, action: str, data: dict[str, Any]
) -> None:
    home.hass.states.async_set("light.kitchen", "on")
    er.async_get(home.hass).async_get_or_create("light", "other", "1", suggested_object_id="registered")
    ar.async_get(home.hass).async_create("Empty")
    fr.async_get(home.hass).async_create("Empty")
    lr.async_get(home.hass).async_create("Empty")
    for target, key in NO_SPEAKERS:
        assert await refused(home, action, **target, **data) == key, target


async def test_all_does_not_hide_something_unknown_beside_it(home: Home) -> None:
    assert await refused(home, entity_id="all", area_id="nowhere") == "unknown_area"


async def test_a_device_that_is_no_speaker_is_an_error(home: Home) -> None:
    device = guarded_device(home)
    home.show("kitchen", device_id=None)
    assert await refused(home, device_id=device.id) == "not_a_speaker"


async def test_the_hubs_area_means_only_what_is_in_it(home: Home) -> None:
    area = ar.async_get(home.hass).async_create("Office")
    dr.async_get(home.hass).async_update_device(home.device().id, area_id=area.id)
    assert await refused(home, area_id=area.id) == "not_a_speaker"


async def test_all_of_none_is_an_error(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    home = await move_in(hass, monkeypatch)
    assert await refused(home, entity_id="all") == "no_speakers"


async def test_a_speaker_that_is_gone_is_meant_by_nothing(home: Home) -> None:
    del home.household.speakers["kitchen"]
    assert await refused(home, entity_id="sensor.kitchen_microphone") == "not_a_speaker"
    assert await meant(home, entity_id="all") == ["bedroom"]


async def test_a_guarded_device_that_is_gone_is_no_harm(home: Home) -> None:
    home.household.speakers["kitchen"] = replace(home.household.speakers["kitchen"], device_id="gone")
    assert await meant(home, entity_id="all") == BOTH


async def test_templates_and_lists_come_through_a_script(home: Home) -> None:
    script = {
        "mute_all": {
            "sequence": [
                {
                    "action": "earlid.mute",
                    "target": {"entity_id": "{{ ['sensor.kitchen_microphone', 'select.bedroom_mode'] }}"},
                    "data": {"duration": {"minutes": 10}},
                }
            ]
        }
    }
    assert await async_setup_component(home.hass, "script", {"script": script})
    await home.hass.services.async_call("script", "mute_all", blocking=True)
    [(_, slugs, _)] = home.household.wishes
    assert slugs == BOTH
