"""The form of the signs of a wake that need more than the name of an entity."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_dumps
from homeassistant.util.json import json_loads
import pytest

from tests.integration.forms import (
    KITCHEN,
    WORDS,
    Form,
    change,
    field,
    fill,
    furnish,
    home,
    only,
    suggested,
    to_relay,
)

SIGNS: dict[str, list[Any]] = {
    "states": [{"entity_id": "light.red_led", "to": "on"}, {"entity_id": "sensor.mood"}],
    "levels": [{"entity_id": "sensor.kitchen_power", "above": 2.5, "for": 3}],
    "rises": [{"entity_id": "sensor.kitchen_power", "by": 0.3, "for": 1}],
    "topics": [{"topic": "tele/+/SENSOR", "value_template": "{{ value_json.lux > 3 }}", "payload": "True"}],
    "alexa_remote": ["alexa/status/Kitchen Echo"],
}


@pytest.fixture(autouse=True)
def household(hass: HomeAssistant) -> None:
    """Fill the home with things to choose from."""
    furnish(hass)


async def to_signs(hass: HomeAssistant, entry: ConfigEntry) -> Form:
    form = await fill(hass, await to_relay(hass, entry), {"entity_id": "switch.kitchen"})
    return await fill(hass, form, {"more_signs": True, "activations": ["assist_satellite.kitchen"]})


async def test_the_form_comes_only_when_it_is_wanted(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = await fill(hass, await to_relay(hass, entry), {"entity_id": "switch.kitchen"})
    form = await fill(hass, form, {"activations": ["assist_satellite.kitchen"]})
    assert form["step_id"] == "habits"
    await fill(hass, form, {})
    assert only(entry, "speaker").data == KITCHEN | {"activations": ["assist_satellite.kitchen"]}


async def test_what_is_typed_is_what_is_stored_and_survives_saving(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = await to_signs(hass, entry)
    assert form["step_id"] == "signs"
    form = await fill(hass, form, SIGNS)
    assert form["step_id"] == "habits"
    assert (await fill(hass, form, {}))["type"] is FlowResultType.CREATE_ENTRY
    data = only(entry, "speaker").data
    assert data == KITCHEN | {"activations": ["assist_satellite.kitchen"], "signs": SIGNS}
    assert json_loads(json_dumps(dict(data))) == data


async def test_every_list_may_stay_empty(hass: HomeAssistant) -> None:
    entry = home(hass)
    await fill(hass, await fill(hass, await to_signs(hass, entry), {}), {})
    assert "signs" not in only(entry, "speaker").data


async def test_no_number_is_filled_in_that_every_value_is_above(hass: HomeAssistant) -> None:
    """The frontend fills in a required number with the least that it may be."""
    form = await to_signs(hass, home(hass))
    for kind in ("levels", "rises"):
        for shown in field(form, kind)["selector"]["object"]["fields"].values():
            assert not (shown["required"] and "number" in shown["selector"])


async def test_every_field_of_a_list_has_words(hass: HomeAssistant) -> None:
    form = await to_signs(hass, home(hass))
    for kind in ("states", "levels", "rises", "topics"):
        shown = field(form, kind)["selector"]["object"]
        words = WORDS["selector"][shown["translation_key"]]["fields"]
        assert words.keys() == shown["fields"].keys()
        assert {shown["label_field"], shown["description_field"]} <= shown["fields"].keys()


async def test_signs_stay_when_other_things_change_and_go_when_they_are_cleared(hass: HomeAssistant) -> None:
    entry = home(hass, ("speaker", "Kitchen", KITCHEN | {"signs": SIGNS}))

    async def again(more: bool, typed: dict[str, Any] | None = None) -> Form:
        form = await fill(hass, await change(hass, entry, only(entry, "speaker")), {"name": "Kitchen"})
        form = await fill(hass, await fill(hass, form, {"entity_id": "switch.kitchen"}), {"more_signs": more})
        if typed is not None:
            assert suggested(form) == SIGNS
            form = await fill(hass, form, typed)
        return await fill(hass, form, {})

    await again(more=False)
    assert only(entry, "speaker").data["signs"] == SIGNS
    await again(more=True, typed=SIGNS)
    assert only(entry, "speaker").data["signs"] == SIGNS
    await again(more=True, typed={})
    assert "signs" not in only(entry, "speaker").data


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"states": [{"entity_id": "event.gone"}]}, {"states": "entity_not_found"}),
        ({"states": [{"entity_id": "event.attic_activation", "to": "x"}]}, {"states": "own_entity"}),
        (
            {"levels": [{"entity_id": "sensor.mood", "above": 1}, {"entity_id": "sensor.gone", "above": 1}]},
            {"levels": "entity_not_found"},
        ),
        ({"rises": [{"entity_id": "sensor.gone", "by": 1}]}, {"rises": "entity_not_found"}),
        ({"levels": [{"entity_id": "sensor.kitchen_power", "for": 3}]}, {"levels": "no_limit"}),
        ({"rises": [{"entity_id": "sensor.kitchen_power"}]}, {"rises": "no_rise"}),
        ({"topics": [{"topic": "a/#/b"}]}, {"topics": "invalid_topic_filter"}),
        ({"topics": [{"topic": ""}]}, {"topics": "invalid_topic_filter"}),
        ({"topics": [{"topic": "a\x00"}]}, {"topics": "invalid_topic_filter"}),
        ({"alexa_remote": ["alexa/status/+"]}, {"alexa_remote": "invalid_topic_echo"}),
        ({"alexa_remote": [""]}, {"alexa_remote": "invalid_topic_echo"}),
    ],
)
async def test_what_cannot_be_watched_is_refused_and_the_form_keeps_what_was_typed(
    hass: HomeAssistant, typed: dict[str, Any], error: dict[str, str]
) -> None:
    er.async_get(hass).async_get_or_create("event", "earlid", "2", object_id_base="attic_activation")
    entry = home(hass)
    form = await fill(hass, await to_signs(hass, entry), typed)
    assert form["errors"] == error
    assert suggested(form).items() >= typed.items()
    assert not entry.subentries


@pytest.mark.parametrize(
    "typed",
    [
        {"states": {"entity_id": "light.red_led"}},
        {"states": ["light.red_led"]},
        {"states": [{}]},
        {"states": [{"to": "on"}]},
        {"states": [{"entity_id": "device_tracker.kitchen"}]},
        {"states": [{"entity_id": ["light.red_led"]}]},
        {"states": [{"entity_id": "light.red_led", "to": "x" * 256}]},
        {"states": [{"entity_id": "light.red_led", "to": ["on"]}]},
        {"states": [{"entity_id": "light.red_led", "colour": "red"}]},
        {"states": [{"entity_id": "light.red_led", "to": str(number)} for number in range(21)]},
        {"levels": [{"entity_id": "sensor.kitchen_power", "above": "nan"}]},
        {"levels": [{"entity_id": "sensor.kitchen_power", "above": "much"}]},
        {"levels": [{"entity_id": "sensor.kitchen_power", "above": 1, "for": -1}]},
        {"levels": [{"entity_id": "sensor.kitchen_power", "above": 1, "for": 3601}]},
        {"rises": [{"entity_id": "sensor.kitchen_power", "by": 0}]},
        {"rises": [{"entity_id": "sensor.kitchen_power", "by": -1}]},
        {"rises": [{"entity_id": "sensor.kitchen_power", "by": 1, "for": 301}]},
        {"topics": [{"topic": "a", "value_template": "{{ value"}]},
        {"topics": [{"topic": "a", "value_template": "x" * 4097}]},
        {"topics": [{"topic": ["a"]}]},
        {"alexa_remote": "alexa/status/Kitchen"},
        {"alexa_remote": [7]},
        {"alexa_remote": ["x" * 256]},
        {"sounds": []},
        {"states": None},
    ],
    ids=str,
)
async def test_nonsense_saves_nothing(hass: HomeAssistant, typed: dict[str, Any]) -> None:
    entry = home(hass)
    form = await to_signs(hass, entry)
    with pytest.raises(InvalidData):
        await fill(hass, form, typed)
    assert not entry.subentries


async def test_blanks_and_repetitions_are_left_out(hass: HomeAssistant) -> None:
    entry = home(hass)
    led = {"entity_id": "light.red_led", "to": " on "}
    typed = {
        "states": [led, led, {"entity_id": "sensor.mood", "to": ""}],
        "topics": [{"topic": " a/b ", "value_template": "", "payload": ""}],
        "alexa_remote": [" alexa/status/Kitchen "],
    }
    await fill(hass, await fill(hass, await to_signs(hass, entry), typed), {})
    assert only(entry, "speaker").data["signs"] == {
        "states": [{"entity_id": "light.red_led", "to": "on"}, {"entity_id": "sensor.mood"}],
        "topics": [{"topic": "a/b"}],
        "alexa_remote": ["alexa/status/Kitchen"],
    }
