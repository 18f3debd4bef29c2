"""Filling in forms as the frontend does, and holding each to the words it needs."""

import json
from pathlib import Path
import re
from typing import Any, cast

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.json import json_dumps
import probatio
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.const import DOMAIN

EARLID = Path(__file__).parents[2] / "custom_components" / "earlid"
WORDS: dict[str, Any] = json.loads((EARLID / "translations" / "en.json").read_text())

type Form = dict[str, Any]

# Only forms of some speakers have these: a satellite has an assistant that can be refused.
SOMETIMES = {"refuse_pipeline"}

NO_TIME = {"hours": 0, "minutes": 0, "seconds": 0}

KITCHEN = {
    "slug": "kitchen",
    "name": "Kitchen",
    "relay": "entity",
    "entity_id": "switch.kitchen",
    "silences": "power",
    "inverted": False,
    "off_below": 0.2,
    "witnesses": [],
    "microphone_hardware": False,
    "activations": [],
    "posture": "listen",
    "enforce": True,
    "finish_playing": NO_TIME,
    "rest": 10,
    "boot": 60,
}

EVERYTHING = {
    **KITCHEN,
    "power_entity": "sensor.kitchen_power",
    "off_below": 1.5,
    "witnesses": ["device_tracker.kitchen"],
    "microphone_entity": "switch.kitchen_mute",
    "microphone_hardware": True,
    "activations": ["assist_satellite.kitchen"],
    "posture": "mute",
    "enforce": False,
    "finish_playing": {"hours": 0, "minutes": 5, "seconds": 30},
    "rest": 0,
    "boot": 25,
    "lease": 90,
    "deadline": 4,
}


def home(hass: HomeAssistant, *subentries: tuple[str, str, dict[str, Any]]) -> MockConfigEntry:
    """Return Earlid's entry, which has these subentries: kind, title, data."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Earlid",
        data={"site": "home", "topic_prefix": "earlid"},
        subentries_data=[
            {
                "subentry_type": kind,
                "title": title,
                "unique_id": f"{kind}:{data['slug']}",
                "data": {"name": title, **data},
            }
            for kind, title, data in subentries
        ],
    )
    entry.add_to_hass(hass)
    return entry


def furnish(hass: HomeAssistant) -> None:
    """Fill the home with things to choose from."""
    for entity_id, state in (
        ("switch.kitchen", "on"),
        ("light.red_led", "off"),
        ("input_boolean.mute", "off"),
        ("sensor.kitchen_power", "3.1"),
        ("sensor.washing_power", "unavailable"),
        ("sensor.mood", "cheerful"),
        ("device_tracker.kitchen", "home"),
        ("switch.kitchen_mute", "off"),
        ("assist_satellite.kitchen", "idle"),
    ):
        hass.states.async_set(entity_id, state)


async def begin(hass: HomeAssistant, entry: ConfigEntry, kind: str) -> Form:
    """Return the first form of a new speaker or rule."""
    flow = await hass.config_entries.subentries.async_init((entry.entry_id, kind), context={"source": SOURCE_USER})
    return _held_to_its_words(dict(flow))


async def change(hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry) -> Form:
    """Return the first form of a speaker or rule that there is."""
    flow = await hass.config_entries.subentries.async_init(
        (entry.entry_id, subentry.subentry_type),
        context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
    )
    return _held_to_its_words(dict(flow))


async def fill(hass: HomeAssistant, form: Form, typed: dict[str, Any]) -> Form:
    """Return what follows on a form of a speaker or rule."""
    return _held_to_its_words(dict(await hass.config_entries.subentries.async_configure(form["flow_id"], typed)))


async def to_relay(hass: HomeAssistant, entry: ConfigEntry, typed: dict[str, Any] | None = None) -> Form:
    """Return the form of the relay of a new speaker."""
    return await fill(hass, await begin(hass, entry, "speaker"), {"name": "Kitchen", "relay": "entity"} | (typed or {}))


def field(form: Form, name: str) -> dict[str, Any]:
    """Return a field as the frontend gets it."""
    return next(each for each in _fields(form) if each["name"] == name)


def _fields(form: Form) -> list[dict[str, Any]]:
    return cast(
        "list[dict[str, Any]]", probatio.to_field_list(form["data_schema"], custom_serializer=cv.custom_serializer)
    )


def suggested(form: Form) -> dict[str, Any]:
    """Return what the form is filled in with, by field."""
    return {
        marker.schema: marker.description["suggested_value"]
        for marker in form["data_schema"].schema
        if marker.description and "suggested_value" in marker.description
    }


def only(entry: ConfigEntry, kind: str) -> ConfigSubentry:
    """Return the one speaker or rule that there is."""
    (subentry,) = entry.get_subentries_of_type(kind)
    return subentry


def _held_to_its_words(form: Form) -> Form:
    """Return the form; it can be sent, and each of its fields, choices, errors and menu lines has words."""
    handler = form["handler"]
    words = WORDS["config_subentries"][handler[1]] if isinstance(handler, tuple) else WORDS["config"]
    check_words(form, words)
    return form


def check_words(form: Form, words: dict[str, Any]) -> None:
    """Hold a form to these words."""
    if form["type"] is FlowResultType.ABORT and form.get("translation_domain") is None:
        assert words["abort"][form["reason"]]
    if form["type"] is FlowResultType.MENU:
        step = words["step"][form["step_id"]]
        assert step["menu_options"].keys() == step["menu_option_descriptions"].keys() == set(form["menu_options"])
    if form["type"] is not FlowResultType.FORM:
        return
    step = words["step"][form["step_id"]]
    fields = _fields(form)
    assert json_dumps(fields)
    names = {each["name"] for each in fields}
    assert step.get("data", {}).keys() - SOMETIMES == names - SOMETIMES
    # The frontend shows no description of these; that of a list stands above the form.
    bare = {each["name"] for each in fields if each["selector"].keys() & {"action", "condition", "object"}}
    assert step.get("data_description", {}).keys() - SOMETIMES == names - bare - SOMETIMES
    assert names & SOMETIMES <= step.get("data", {}).keys() & step.get("data_description", {}).keys()
    text = json.dumps(step)
    assert set(re.findall(r"\{(\w+)\}", text)) <= (form["description_placeholders"] or {}).keys()
    assert set((form["errors"] or {}).values()) <= words["error"].keys()
    for each in fields:
        select = each["selector"].get("select", {})
        if key := select.get("translation_key"):
            assert WORDS["selector"][key]["options"].keys() == set(select["options"])
