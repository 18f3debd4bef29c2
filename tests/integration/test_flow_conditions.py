"""Rules that go by Home Assistant's conditions: stored as typed, refused in its words."""

from copy import deepcopy
from http import HTTPStatus
from typing import Any

from homeassistant import config_entries
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import flush_store
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.integration.forms import Form, begin, change, fill, home, only, suggested


async def to_conditions(hass: HomeAssistant, entry: config_entries.ConfigEntry) -> Form:
    return await fill(hass, await begin(hass, entry, "rule"), {"next_step_id": "condition"})


CONDITIONS: dict[str, Any] = {
    "a state for a while": [
        {"condition": "state", "entity_id": "media_player.tv", "state": "off", "for": {"minutes": 5}}
    ],
    "a state for a while, in words": [
        {"condition": "state", "entity_id": "media_player.tv", "state": "off", "for": "00:05:00"}
    ],
    "a template": [{"condition": "template", "value_template": "{{ is_state('person.ann', 'home') }}"}],
    "a template alone": ["{{ now().hour > 12 }}"],
    "a template that is not in a list": "{{ now().hour > 12 }}",
    "a condition that is not in a list": {"condition": "state", "entity_id": "person.ann", "state": "home"},
    "and, or and not in short": [
        {
            "and": [
                {"or": ["{{ true }}", {"condition": "state", "entity_id": "person.ann", "state": "home"}]},
                {"not": {"condition": "state", "entity_id": "person.bob", "state": "home", "for": 30}},
            ]
        }
    ],
    "and at length": [
        {
            "condition": "and",
            "conditions": [
                {"condition": "numeric_state", "entity_id": "sensor.light", "below": 10},
                {"condition": "time", "after": "22:00:00", "weekday": ["mon"]},
            ],
        }
    ],
    "a list in place of a condition": [{"condition": [{"condition": "sun", "after": "sunset"}, "{{ true }}"]}],
    "one that is switched off": [
        {"condition": "state", "alias": "TV", "entity_id": "media_player.tv", "state": "off", "enabled": False}
    ],
    "one of an integration": [
        {"condition": "zone", "options": {"entity_id": ["person.ann"], "zone": ["zone.home"]}},
    ],
}


@pytest.mark.parametrize("typed", CONDITIONS.values(), ids=CONDITIONS)
async def test_conditions_are_stored_as_typed_and_outlive_a_restart(
    hass: HomeAssistant, hass_storage: dict[str, Any], typed: Any
) -> None:
    entry = home(hass)
    form = await to_conditions(hass, entry)
    created = await fill(hass, form, {"name": "Quiet", "conditions": deepcopy(typed)})
    assert created["type"] is FlowResultType.CREATE_ENTRY
    expected = {
        "slug": "quiet",
        "name": "Quiet",
        "kind": "condition",
        "effect": "mute",
        "speakers": [],
        "conditions": typed,
    }
    assert only(entry, "rule").data == expected
    # Twice: whoever reads the rule may not change what is stored either.
    for _ in range(2):
        validated = [
            await condition.async_validate_condition_config(hass, each)
            for each in cv.CONDITIONS_SCHEMA(deepcopy(only(entry, "rule").data["conditions"]))
        ]
        assert validated
    await flush_store(hass.config_entries._store)
    assert "core.config_entries" in hass_storage
    restarted = config_entries.ConfigEntries(hass, {})
    await restarted.async_initialize()
    assert only(restarted.async_get_known_entry(entry.entry_id), "rule").data == expected


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ([{"condition": "state", "entity_id": "person.ann"}], "invalid_condition"),
        ([{"condition": "state", "entity_id": "person.ann", "state": "home", "for": "a while"}], "invalid_condition"),
        ([{"condition": "template", "value_template": "{{ broken"}], "invalid_condition"),
        (["no template"], "invalid_condition"),
        ([{"condition": "moon"}], "invalid_condition"),
        ([{"condition": "sun.spots"}], "invalid_condition"),
        ([{"condition": "light.full_moon"}], "invalid_condition"),
        ([{"condition": ""}], "invalid_condition"),
        ([{"condition": "../sun"}], "invalid_condition"),
        ([{"condition": None}], "invalid_condition"),
        ([{}], "invalid_condition"),
        ([None], "invalid_condition"),
        ([5], "invalid_condition"),
        (True, "invalid_condition"),
        ([{"condition": "device", "device_id": "gone", "domain": "light", "type": "is_on"}], "invalid_condition"),
        ([{"condition": "device", "device_id": "gone", "domain": "nothing"}], "invalid_condition"),
        ([{"condition": "state", "entity_id": "0123456789abcdef0123456789abcdef", "state": "on"}], "invalid_condition"),
        ([{"or": [{"not": [{"condition": "moon"}]}]}], "invalid_condition"),
        ([{"condition": "and", "conditions": "x"}], "invalid_condition"),
        ([{"condition": "template", "value_template": "{{ 1 }}", "enabled": "{{ 1 / 0 }}"}], "invalid_condition"),
        (
            [{"condition": "state", "entity_id": "person.ann", "state": "home", "for": float("nan")}],
            "invalid_condition",
        ),
        (
            [{"condition": "state", "entity_id": "person.ann", "attribute": "x", "state": float("nan")}],
            "invalid_condition",
        ),
        ([], "no_conditions"),
        (None, "no_conditions"),
        ([{"condition": "trigger", "id": "night"}], "condition_needs_trigger"),
        ([{"not": [{"or": [{"condition": "trigger", "id": "night"}]}]}], "condition_needs_trigger"),
    ],
)
async def test_a_condition_that_home_assistant_does_not_take_is_refused_with_its_words(
    hass: HomeAssistant, typed: Any, error: str
) -> None:
    entry = home(hass)
    form = await fill(hass, await to_conditions(hass, entry), {"name": "Quiet", "conditions": deepcopy(typed)})
    assert form["errors"] == {"conditions": error}
    assert bool(form["description_placeholders"]["error"]) is (error == "invalid_condition")
    assert "conditions" in suggested(form)
    assert not entry.subentries
    right = [{"condition": "state", "entity_id": "person.ann", "state": "home"}]
    assert (await fill(hass, form, {"name": "Quiet", "conditions": right}))["type"] is FlowResultType.CREATE_ENTRY


async def test_conditions_nested_without_end_are_refused_at_once(hass: HomeAssistant) -> None:
    nested: Any = "{{ true }}"
    for _ in range(300):
        nested = {"and": [nested]}
    form = await to_conditions(hass, home(hass))
    with pytest.raises(InvalidData):
        await fill(hass, form, {"name": "Quiet", "conditions": [nested]})


async def test_a_rule_can_be_added_over_the_same_interface_as_the_frontend_uses(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    entry = home(hass)
    # What listens to HTTP must be there first: a client ends that.
    for domain in ("config", "earlid"):
        assert await async_setup_component(hass, domain, {})
    client = await hass_client()
    url = "/api/config/config_entries/subentries/flow"
    answer = await client.post(url, json={"handler": [entry.entry_id, "rule"]})
    flow_id = (await answer.json())["flow_id"]
    conditions = CONDITIONS["a state for a while"]
    for typed, kind in (
        ({"next_step_id": "condition"}, "form"),
        ({"name": "Quiet", "conditions": [{"condition": "moon"}]}, "form"),
        ({"name": "Quiet", "conditions": conditions}, "create_entry"),
    ):
        answer = await client.post(f"{url}/{flow_id}", json=typed)
        assert answer.status == HTTPStatus.OK
        assert (await answer.json())["type"] == kind
    assert only(entry, "rule").data["conditions"] == conditions


async def test_conditions_are_shown_again_as_they_were_typed(hass: HomeAssistant) -> None:
    typed = CONDITIONS["a state for a while"]
    stored = {"slug": "quiet", "kind": "condition", "effect": "allow", "speakers": [], "conditions": typed}
    entry = home(hass, ("rule", "Quiet", stored))
    form = await change(hass, entry, only(entry, "rule"))
    assert suggested(form)["conditions"] == typed
    await fill(hass, form, {"name": "Quiet", "conditions": ["{{ true }}"]})
    assert only(entry, "rule").data["conditions"] == ["{{ true }}"]
