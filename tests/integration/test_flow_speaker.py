"""Adding a speaker, and changing one."""

from http import HTTPStatus
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_dumps
from homeassistant.setup import async_setup_component
from homeassistant.util.json import json_loads
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.integration.forms import (
    EVERYTHING,
    KITCHEN,
    Form,
    begin,
    field,
    fill,
    furnish,
    home,
    only,
    suggested,
    to_relay,
)


@pytest.fixture(autouse=True)
def household(hass: HomeAssistant) -> None:
    """Fill the home with things to choose from."""
    furnish(hass)


async def to_senses(hass: HomeAssistant, entry: ConfigEntry) -> Form:
    return await fill(hass, await to_relay(hass, entry), {"entity_id": "switch.kitchen"})


async def test_a_name_and_a_plug_are_enough(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = await begin(hass, entry, "speaker")
    assert form["step_id"] == "user"
    form = await fill(hass, form, {"name": " Kitchen ", "relay": "entity"})
    assert form["step_id"] == "relay_entity"
    form = await fill(hass, form, {"entity_id": "switch.kitchen"})
    assert form["step_id"] == "senses"
    form = await fill(hass, form, {})
    assert form["step_id"] == "habits"
    assert form["last_step"]
    assert (await fill(hass, form, {}))["type"] is FlowResultType.CREATE_ENTRY
    speaker = only(entry, "speaker")
    assert speaker.title == "Kitchen"
    assert speaker.unique_id == "speaker:kitchen"
    assert speaker.data == KITCHEN
    assert json_loads(json_dumps(dict(speaker.data))) == speaker.data


async def test_what_is_typed_is_what_is_stored(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = await to_senses(hass, entry)
    senses = ("power_entity", "off_below", "witnesses", "microphone_entity", "microphone_hardware", "activations")
    form = await fill(hass, form, {each: EVERYTHING[each] for each in senses})
    habits = ("posture", "enforce", "finish_playing", "rest", "boot", "lease", "deadline")
    await fill(hass, form, {each: EVERYTHING[each] for each in habits})
    assert only(entry, "speaker").data == EVERYTHING


async def test_a_speaker_can_be_added_over_the_same_interface_as_the_frontend_uses(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    entry = home(hass)
    assert await async_setup_component(hass, "config", {})
    assert await async_setup_component(hass, "webhook", {})
    client = await hass_client()
    url = "/api/config/config_entries/subentries/flow"
    answer = await client.post(url, json={"handler": [entry.entry_id, "speaker"]})
    flow_id = (await answer.json())["flow_id"]
    for typed in ({"name": "Kitchen", "relay": "entity"}, {"entity_id": "switch.kitchen"}, {}, {}):
        answer = await client.post(f"{url}/{flow_id}", json=typed)
        assert answer.status == HTTPStatus.OK
    assert (await answer.json())["type"] == "create_entry"
    assert only(entry, "speaker").data == KITCHEN


@pytest.mark.parametrize("name", ["", "   ", "!!!", "🎤"])
async def test_a_name_of_which_no_id_can_be_made_is_refused(hass: HomeAssistant, name: str) -> None:
    form = await to_relay(hass, home(hass), {"name": name})
    assert form["errors"] == {"name": "name_empty"}


@pytest.mark.parametrize(
    ("name", "slug"), [("Unknown", "unknown"), ("Küche", "kuche"), ("厨房", "chu_fang"), ("X", "x")]
)
async def test_a_name_in_any_script_makes_a_slug(hass: HomeAssistant, name: str, slug: str) -> None:
    entry = home(hass)
    form = await fill(hass, await to_relay(hass, entry, {"name": name}), {"entity_id": "switch.kitchen"})
    await fill(hass, await fill(hass, form, {}), {})
    assert only(entry, "speaker").data["slug"] == slug


async def test_a_name_too_long_for_a_state_is_refused(hass: HomeAssistant) -> None:
    form = await to_relay(hass, home(hass), {"name": "k" * 101})
    assert form["errors"] == {"name": "name_too_long"}


@pytest.mark.parametrize("name", ["Kitchen", "kitchen!", " KITCHEN ", "Earlid", "all"])
async def test_a_name_that_another_speaker_or_earlid_itself_has_is_refused(hass: HomeAssistant, name: str) -> None:
    form = await to_relay(hass, home(hass, ("speaker", "Kitchen", KITCHEN)), {"name": name})
    assert form["errors"] == {"name": "name_taken"}
    assert suggested(form)["name"] == name


async def test_a_speaker_may_be_called_like_a_rule(hass: HomeAssistant) -> None:
    entry = home(hass, ("rule", "Kitchen", {"slug": "kitchen"}))
    assert (await to_relay(hass, entry))["step_id"] == "relay_entity"


async def test_of_two_forms_with_one_name_the_second_to_end_saves_nothing(hass: HomeAssistant) -> None:
    entry = home(hass)
    forms = [await fill(hass, await to_senses(hass, entry), {}) for _ in range(2)]
    await fill(hass, forms[0], {})
    assert (await fill(hass, forms[1], {}))["reason"] == "already_configured"
    assert only(entry, "speaker").data == KITCHEN


async def test_a_device_that_is_gone_is_refused(hass: HomeAssistant) -> None:
    form = await to_relay(hass, home(hass), {"device_id": "0123456789abcdef0123456789abcdef"})
    assert form["errors"] == {"device_id": "device_not_found"}


async def test_how_it_is_silenced_is_chosen_by_the_household_and_never_by_the_form(hass: HomeAssistant) -> None:
    form = await begin(hass, home(hass), "speaker")
    relay = field(form, "relay")
    assert relay["selector"]["select"]["options"] == ["tasmota", "shelly", "zigbee2mqtt", "actions", "entity"]
    assert not relay.get("required")
    assert "default" not in relay
    form = await fill(hass, form, {"name": "Kitchen"})
    assert form["errors"] == {"relay": "no_relay"}


async def test_what_holds_for_the_home_is_said_where_a_speaker_can_differ(hass: HomeAssistant) -> None:
    entry = home(hass)
    hass.config_entries.async_update_entry(entry, options={"lease": 90.0, "deadline": 4})
    form = await fill(hass, await to_senses(hass, entry), {})
    assert form["description_placeholders"] == {"error": "", "suggested": "", "lease": "90", "deadline": "4"}
    form = await begin(hass, home(hass), "speaker")
    assert form["description_placeholders"] == {"error": "", "suggested": "", "lease": "300", "deadline": "10"}


async def test_a_relay_that_does_not_exist_is_refused_and_the_form_keeps_what_was_typed(hass: HomeAssistant) -> None:
    entry = home(hass)
    typed = {"entity_id": "switch.garage", "silences": "microphone", "inverted": True}
    form = await fill(hass, await to_relay(hass, entry), typed)
    assert form["errors"] == {"entity_id": "entity_not_found"}
    assert suggested(form) == typed
    assert not entry.subentries


async def test_a_relay_that_is_only_registered_is_taken_and_named_by_its_entity_id(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    entry = home(hass)
    registered = entity_registry.async_get_or_create("switch", "mqtt", "1", object_id_base="strip")
    form = await fill(hass, await to_relay(hass, entry), {"entity_id": registered.id})
    assert form["step_id"] == "senses"
    await fill(hass, await fill(hass, form, {}), {})
    assert only(entry, "speaker").data["entity_id"] == registered.entity_id


async def test_earlids_own_entities_are_neither_offered_nor_taken(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    entry = home(hass)
    own = entity_registry.async_get_or_create("switch", "earlid", "1", object_id_base="earlid_lockdown").entity_id
    event = entity_registry.async_get_or_create("event", "earlid", "2", object_id_base="attic_activation").entity_id
    form = await to_relay(hass, entry)
    assert own in field(form, "entity_id")["selector"]["entity"]["exclude_entities"]
    form = await fill(hass, form, {"entity_id": own})
    assert form["errors"] == {"entity_id": "own_entity"}
    form = await fill(hass, form, {"entity_id": "switch.kitchen"})
    form = await fill(hass, form, {"activations": ["assist_satellite.kitchen", event]})
    assert form["errors"] == {"activations": "own_entity"}


async def test_two_speakers_cannot_be_behind_one_relay_in_opposite_ways(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = await fill(hass, await to_relay(hass, entry), {"entity_id": "switch.kitchen", "inverted": True})
    await fill(hass, await fill(hass, form, {}), {})
    form = await to_relay(hass, entry, {"name": "Bath"})
    refused = await fill(hass, form, {"entity_id": "switch.kitchen"})
    assert refused["errors"] == {"inverted": "inverted_elsewhere"}
    form = await fill(hass, refused, {"entity_id": "switch.kitchen", "inverted": True})
    assert form["step_id"] == "senses"


@pytest.mark.parametrize("entity_id", ["sensor.kitchen_power", "assist_satellite.kitchen", "nonsense", "", None])
async def test_what_cannot_be_switched_is_no_relay(hass: HomeAssistant, entity_id: str | None) -> None:
    form = await to_relay(hass, home(hass))
    with pytest.raises(InvalidData):
        await fill(hass, form, {"entity_id": entity_id})


@pytest.mark.parametrize("entity_id", ["switch.kitchen", "light.red_led", "input_boolean.mute"])
async def test_a_switch_a_light_and_a_helper_can_be_relays(hass: HomeAssistant, entity_id: str) -> None:
    form = await fill(hass, await to_relay(hass, home(hass)), {"entity_id": entity_id})
    assert form["step_id"] == "senses"


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("power_entity", "sensor.gone"),
        ("witnesses", ["device_tracker.kitchen", "device_tracker.gone"]),
        ("microphone_entity", "switch.gone"),
        ("activations", ["event.gone"]),
    ],
)
async def test_a_sense_that_does_not_exist_is_refused(hass: HomeAssistant, name: str, gone: object) -> None:
    form = await fill(hass, await to_senses(hass, home(hass)), {name: gone})
    assert form["errors"] == {name: "entity_not_found"}
    assert suggested(form)[name] == gone


async def test_a_meter_that_says_nothing_now_is_fine_but_one_that_is_none_is_refused(hass: HomeAssistant) -> None:
    form = await fill(hass, await to_senses(hass, home(hass)), {"power_entity": "sensor.mood"})
    assert form["errors"] == {"power_entity": "not_a_number"}
    assert (await fill(hass, form, {"power_entity": "sensor.washing_power"}))["step_id"] == "habits"


async def test_an_entity_named_twice_counts_once(hass: HomeAssistant) -> None:
    entry = home(hass)
    twice = ["assist_satellite.kitchen", "assist_satellite.kitchen"]
    await fill(hass, await fill(hass, await to_senses(hass, entry), {"activations": twice}), {})
    assert only(entry, "speaker").data["activations"] == ["assist_satellite.kitchen"]


@pytest.mark.parametrize(
    "typed",
    [
        {"rest": -1},
        {"rest": 3601},
        {"boot": 3601},
        {"boot": "nan"},
        {"lease": 29},
        {"deadline": 301},
        {"posture": "allow"},
        {"enforce": "perhaps"},
        {"finish_playing": {"minutes": -5}},
        {"finish_playing": {"seconds": "nan"}},
        {"finish_playing": {"days": 8}},
        {"finish_playing": {"days": 1e300}},
        {"finish_playing": {"hours": "inf"}},
        {"finish_playing": {}},
        {"finish_playing": 5},
    ],
)
async def test_a_habit_out_of_range_saves_nothing(hass: HomeAssistant, typed: dict[str, Any]) -> None:
    entry = home(hass)
    form = await fill(hass, await to_senses(hass, entry), {})
    with pytest.raises(InvalidData):
        await fill(hass, form, typed)
    assert not entry.subentries


@pytest.mark.parametrize("off_below", [0, 0.001, 101])
async def test_a_threshold_out_of_range_is_refused(hass: HomeAssistant, off_below: float) -> None:
    form = await to_senses(hass, home(hass))
    with pytest.raises(InvalidData):
        await fill(hass, form, {"off_below": off_below})
