"""Action sequences in a form: they pass as typed, or are refused in Home Assistant's words."""

from copy import deepcopy
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.setup import async_setup_component
from homeassistant.util.json import json_loads
import pytest
import voluptuous as vol

from custom_components.earlid.flows.actions import sequence_problem
from custom_components.earlid.flows.fields import RawActions

SEQUENCES: dict[str, Any] = {
    "an action": [{"action": "switch.turn_on", "target": {"entity_id": "switch.plug"}}],
    "an action that is not in a list": {"action": "switch.turn_on", "target": {"entity_id": "switch.plug"}},
    "an action that Home Assistant does not have now": [{"action": "esphome.plug_lease", "data": {"seconds": 5}}],
    "templates that hold objects once validated": [
        {"action": "mqtt.publish", "data": {"topic": "plug/lease", "payload": "{{ seconds }}"}},
        {"delay": {"seconds": 1}},
        {"delay": "{{ seconds }}"},
        {"variables": {"half": "{{ seconds // 2 }}"}},
    ],
    "a choice": [
        {
            "if": [{"condition": "state", "entity_id": "switch.plug", "state": "on", "for": {"minutes": 5}}],
            "then": [{"action": "button.press", "target": {"entity_id": "button.finger"}}],
            "else": {"stop": "nothing to do"},
        }
    ],
    "a step that is switched off": [
        {"action": "switch.turn_on", "enabled": False},
        {"scene": "scene.quiet"},
    ],
}


@pytest.mark.parametrize("typed", SEQUENCES.values(), ids=SEQUENCES)
async def test_a_sequence_that_home_assistant_takes_passes_as_it_was_typed(hass: HomeAssistant, typed: Any) -> None:
    expected = deepcopy(typed)
    passed = RawActions()(typed)
    assert await sequence_problem(hass, passed) is None
    assert passed == expected
    assert json_loads(json_bytes(passed)) == expected


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ([{"action": "not an action"}], "invalid_actions"),
        ([{"action": "switch.turn_on", "data": {"x": "{{ broken"}}], "invalid_actions"),
        ([{"action": "switch.turn_on", "data": {"x": float("nan")}}], "invalid_actions"),
        ([{"action": "switch.turn_on", "data": {"x": object()}}], "invalid_actions"),
        ([{"delay": "a while"}], "invalid_actions"),
        ([{"wait_for_trigger": [{"trigger": "moon"}]}], "invalid_actions"),
        ([{"if": [{"condition": "moon"}], "then": [{"stop": ""}]}], "invalid_actions"),
        ([{"device_id": "gone", "domain": "switch", "type": "turn_on", "entity_id": "switch.x"}], "invalid_actions"),
        ([{"device_id": "gone", "domain": "nothing", "type": "turn_on"}], "invalid_actions"),
        ([{"sequence": [{"if": [{"condition": "sun.spots"}], "then": []}]}], "invalid_actions"),
        ([{}], "invalid_actions"),
        ([None], "invalid_actions"),
        (["switch.turn_on"], "invalid_actions"),
        (5, "invalid_actions"),
        (True, "invalid_actions"),
        ([], "no_actions"),
        (None, "no_actions"),
        ([{"action": "switch.turn_on", "enabled": False}], "no_actions"),
    ],
)
async def test_a_sequence_that_home_assistant_does_not_take_is_refused_with_its_words(
    hass: HomeAssistant, typed: Any, problem: str
) -> None:
    assert await async_setup_component(hass, "device_automation", {})
    refused = await sequence_problem(hass, RawActions()(typed))
    assert refused is not None
    key, words = refused
    assert key == problem
    assert bool(words) is (problem == "invalid_actions")


def test_sequences_nested_without_end_are_refused_at_once() -> None:
    nested: Any = {"stop": ""}
    for _ in range(300):
        nested = {"sequence": [nested]}
    with pytest.raises(vol.Invalid):
        RawActions()([nested])
