"""What a device fills in for a speaker, and changing one."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.forms import EVERYTHING, KITCHEN, change, fill, furnish, home, only, suggested, to_relay


@pytest.fixture(autouse=True)
def household(hass: HomeAssistant) -> None:
    """Fill the home with things to choose from."""
    furnish(hass)


class Device:
    """A device of another integration, with entities."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Register the device."""
        self.entry = MockConfigEntry(domain="esphome")
        self.entry.add_to_hass(hass)
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=self.entry.entry_id, identifiers={("esphome", "1")}
        )
        self.id = device.id
        self._registry = er.async_get(hass)

    def has(self, domain: str, name: str, **known: Any) -> str:
        """Give the device an entity and return its id."""
        return self._registry.async_get_or_create(
            domain, "esphome", f"1-{name}", device_id=self.id, config_entry=self.entry, object_id_base=name, **known
        ).entity_id


@pytest.fixture
def device(hass: HomeAssistant) -> Device:
    return Device(hass)


async def test_a_plug_fills_in_its_outlet_and_its_meter(hass: HomeAssistant, device: Device) -> None:
    outlet = device.has("switch", "plug", original_device_class="outlet")
    device.has("switch", "led")
    device.has("sensor", "voltage", original_device_class="voltage")
    meter = device.has("sensor", "power", original_device_class="power")
    form = await to_relay(hass, home(hass), {"device_id": device.id})
    assert suggested(form) == {"entity_id": outlet}
    form = await fill(hass, form, {"entity_id": outlet})
    assert suggested(form) == {"power_entity": meter}


async def test_a_voice_satellite_fills_in_its_own_mute_and_where_its_wakes_show(
    hass: HomeAssistant, device: Device
) -> None:
    mute = device.has("switch", "stumm", translation_key="mute")
    satellite = device.has("assist_satellite", "satellit")
    form = await to_relay(hass, home(hass), {"device_id": device.id})
    assert suggested(form) == {}
    form = await fill(hass, form, {"entity_id": "switch.kitchen"})
    assert suggested(form) == {"microphone_entity": mute, "activations": [satellite]}


async def test_a_strip_of_two_outlets_is_not_guessed_at(hass: HomeAssistant, device: Device) -> None:
    device.has("switch", "left", original_device_class="outlet")
    device.has("switch", "right", original_device_class="outlet")
    assert suggested(await to_relay(hass, home(hass), {"device_id": device.id})) == {}


async def test_a_speaker_is_changed_in_the_same_forms_filled_in_and_keeps_its_slug(hass: HomeAssistant) -> None:
    entry = home(hass, ("speaker", "Kitchen", EVERYTHING))
    form = await change(hass, entry, only(entry, "speaker"))
    assert form["step_id"] == "reconfigure"
    shown = suggested(form)
    form = await fill(hass, form, {**shown, "name": "Pantry"})
    for step in ("relay_entity", "senses", "habits"):
        assert form["step_id"] == step
        shown |= suggested(form)
        form = await fill(hass, form, suggested(form))
    assert form["reason"] == "reconfigure_successful"
    assert {**shown, "slug": "kitchen"} == EVERYTHING
    speaker = only(entry, "speaker")
    assert speaker.title == "Pantry"
    assert speaker.unique_id == "speaker:kitchen"
    assert speaker.data == {**EVERYTHING, "name": "Pantry"}


async def test_a_field_that_was_cleared_is_gone(hass: HomeAssistant, device: Device) -> None:
    entry = home(hass, ("speaker", "Kitchen", {**EVERYTHING, "device_id": device.id}))
    form = await fill(hass, await change(hass, entry, only(entry, "speaker")), {"name": "Kitchen"})
    for typed in ({"entity_id": "switch.kitchen"}, {}, {}):
        form = await fill(hass, form, typed)
    assert only(entry, "speaker").data == KITCHEN


async def test_another_device_fills_in_what_it_has_and_the_same_one_leaves_what_was_chosen(
    hass: HomeAssistant, device: Device
) -> None:
    outlet = device.has("switch", "plug", original_device_class="outlet")
    entry = home(hass, ("speaker", "Kitchen", EVERYTHING))
    form = await change(hass, entry, only(entry, "speaker"))
    form = await fill(hass, form, {"name": "Kitchen", "device_id": device.id})
    assert suggested(form)["entity_id"] == outlet
    for typed in ({"entity_id": "switch.kitchen"}, {}, {}):
        form = await fill(hass, form, typed)
    form = await change(hass, entry, only(entry, "speaker"))
    form = await fill(hass, form, {"name": "Kitchen", "device_id": device.id})
    assert suggested(form)["entity_id"] == "switch.kitchen"


async def test_a_speaker_may_keep_its_name_but_not_take_anothers(hass: HomeAssistant) -> None:
    entry = home(hass, ("speaker", "Pantry", KITCHEN), ("speaker", "Attic", {**KITCHEN, "slug": "attic"}))
    speaker = entry.get_subentries_of_type("speaker")
    pantry = next(each for each in speaker if each.title == "Pantry")
    for name in ("Pantry", "Kitchen"):
        form = await fill(hass, await change(hass, entry, pantry), {"name": name})
        assert form["step_id"] == "relay_entity"
    form = await fill(hass, await change(hass, entry, pantry), {"name": "attic"})
    assert form["errors"] == {"name": "name_taken"}
    assert form["step_id"] == "reconfigure"
    attic = next(each for each in speaker if each.title == "Attic")
    for name in ("Pantry", "Kitchen"):
        form = await fill(hass, await change(hass, entry, attic), {"name": name})
        assert form["errors"] == {"name": "name_taken"}
