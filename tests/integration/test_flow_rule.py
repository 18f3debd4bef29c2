"""Adding a rule, and changing one."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
import pytest

from tests.integration.forms import NO_TIME, Form, begin, change, field, fill, home, only, suggested

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
KITCHEN = ("speaker", "Kitchen", {"slug": "kitchen"})
ATTIC = ("speaker", "Attic", {"slug": "attic"})

NIGHT = {
    "slug": "night",
    "name": "Night",
    "kind": "schedule",
    "effect": "mute",
    "speakers": [],
    "days": WEEK,
    "from": "22:00:00",
    "to": "06:00:00",
}
AWAY = {
    "slug": "away",
    "name": "Away",
    "kind": "presence",
    "effect": "mute",
    "speakers": ["kitchen"],
    "entities": ["person.ann"],
    "quantifier": "none",
    "for": {"hours": 0, "minutes": 5, "seconds": 0},
    "linger": NO_TIME,
}


@pytest.fixture(autouse=True)
def household(hass: HomeAssistant) -> None:
    """Fill the home with things to choose from."""
    for entity_id, state in (
        ("person.ann", "home"),
        ("person.bob", "not_home"),
        ("schedule.night", "off"),
        ("calendar.guests", "off"),
        ("media_player.tv", "off"),
    ):
        hass.states.async_set(entity_id, state)


async def to(hass: HomeAssistant, entry: ConfigEntry, kind: str) -> Form:
    menu = await begin(hass, entry, "rule")
    assert menu["menu_options"] == ["schedule", "presence", "condition"]
    return await fill(hass, menu, {"next_step_id": kind})


async def test_the_time_of_the_week_makes_a_rule(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = await to(hass, entry, "schedule")
    assert form["step_id"] == "schedule"
    created = await fill(hass, form, {"name": "Night", "from": "22:00", "to": "06:00:00"})
    assert created["type"] is FlowResultType.CREATE_ENTRY
    rule = only(entry, "rule")
    assert rule.title == "Night"
    assert rule.unique_id == "rule:night"
    assert rule.data == NIGHT


async def test_days_are_kept_in_the_order_of_the_week(hass: HomeAssistant) -> None:
    entry = home(hass, KITCHEN, ATTIC)
    typed = {
        "name": "Party",
        "effect": "allow",
        "speakers": ["attic", "kitchen", "attic"],
        "days": ["sun", "fri", "sun"],
        "from": "20:00:00",
        "to": "20:00:00",
    }
    await fill(hass, await to(hass, entry, "schedule"), typed)
    assert only(entry, "rule").data == {
        **typed,
        "slug": "party",
        "kind": "schedule",
        "speakers": ["attic", "kitchen"],
        "days": ["fri", "sun"],
    }


@pytest.mark.parametrize("entity_id", ["schedule.night", "calendar.guests"])
async def test_a_schedule_or_a_calendar_makes_a_rule_without_a_window(hass: HomeAssistant, entity_id: str) -> None:
    entry = home(hass)
    await fill(hass, await to(hass, entry, "schedule"), {"name": "Night", "entity_id": entity_id})
    assert only(entry, "rule").data == {
        "slug": "night",
        "name": "Night",
        "kind": "schedule",
        "effect": "mute",
        "speakers": [],
        "entity_id": entity_id,
    }


@pytest.mark.parametrize(
    "times",
    [
        {},
        {"from": "22:00:00"},
        {"to": "06:00:00"},
        {"from": "22:00:00", "to": "06:00:00", "entity_id": "schedule.night"},
        {"to": "06:00:00", "entity_id": "schedule.night"},
    ],
)
async def test_half_a_window_and_two_kinds_of_time_are_refused(hass: HomeAssistant, times: dict[str, str]) -> None:
    entry = home(hass)
    form = await fill(hass, await to(hass, entry, "schedule"), {"name": "Night", **times})
    assert form["errors"] == {"base": "window_or_entity"}
    assert suggested(form).items() >= times.items()
    assert not entry.subentries


async def test_a_window_on_no_day_is_refused(hass: HomeAssistant) -> None:
    form = await to(hass, home(hass), "schedule")
    form = await fill(hass, form, {"name": "Night", "days": [], "from": "22:00:00", "to": "06:00:00"})
    assert form["errors"] == {"days": "no_days"}


@pytest.mark.parametrize(
    "typed", [{"from": "25:00:00"}, {"from": "ten"}, {"from": 22}, {"days": ["monday"]}, {"effect": "listen"}]
)
async def test_what_is_no_time_day_or_effect_is_refused(hass: HomeAssistant, typed: dict[str, Any]) -> None:
    form = await to(hass, home(hass), "schedule")
    with pytest.raises(InvalidData):
        await fill(hass, form, {"name": "Night", "from": "22:00:00", "to": "06:00:00", **typed})


async def test_who_is_there_makes_a_rule(hass: HomeAssistant) -> None:
    entry = home(hass, KITCHEN)
    form = await to(hass, entry, "presence")
    typed = {
        "name": "Away",
        "speakers": ["kitchen"],
        "entities": ["person.ann"],
        "quantifier": "none",
        "for": {"hours": 0, "minutes": "5", "seconds": 0},
    }
    await fill(hass, form, typed)
    assert only(entry, "rule").data == AWAY


async def test_a_rule_by_presence_is_filled_in_to_mute_an_empty_home_and_not_everybody_at_home(
    hass: HomeAssistant,
) -> None:
    entry = home(hass)
    form = await to(hass, entry, "presence")
    assert suggested(form) == {"quantifier": "none"}
    await fill(hass, form, {"entities": ["person.ann"], **suggested(form)})
    assert (only(entry, "rule").title, only(entry, "rule").data["effect"]) == ("Nobody home", "mute")


async def test_a_rule_about_nobody_in_particular_is_refused(hass: HomeAssistant) -> None:
    form = await fill(hass, await to(hass, home(hass), "presence"), {"name": "Away", "entities": []})
    assert form["errors"] == {"entities": "no_entities"}


@pytest.mark.parametrize(
    ("kind", "typed", "error"),
    [
        ("presence", {"entities": ["person.ann", "person.eve"]}, {"entities": "entity_not_found"}),
        ("presence", {"entities": ["binary_sensor.own"]}, {"entities": "own_entity"}),
        ("schedule", {"entity_id": "schedule.gone"}, {"entity_id": "entity_not_found"}),
    ],
)
async def test_a_rule_on_something_that_is_not_there_or_earlids_own_is_refused(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    kind: str,
    typed: dict[str, Any],
    error: dict[str, str],
) -> None:
    entity_registry.async_get_or_create("binary_sensor", "earlid", "1", object_id_base="own")
    entry = home(hass)
    form = await fill(hass, await to(hass, entry, kind), {"name": "Away", **typed})
    assert form["errors"] == error
    assert suggested(form).items() >= typed.items()
    assert not entry.subentries


async def test_a_speaker_that_is_none_is_refused(hass: HomeAssistant) -> None:
    entry = home(hass, KITCHEN)
    form = await to(hass, entry, "presence")
    assert field(form, "speakers")["selector"]["select"]["options"] == [{"value": "kitchen", "label": "Kitchen"}]
    typed = {"name": "Away", "entities": ["person.ann"], "speakers": ["kitchen", "cellar"]}
    form = await fill(hass, form, typed)
    assert form["errors"] == {"speakers": "unknown_speaker"}
    assert not entry.get_subentries_of_type("rule")


async def test_every_mistake_is_shown_at_once(hass: HomeAssistant) -> None:
    form = await to(hass, home(hass, ("rule", "Night", NIGHT)), "presence")
    form = await fill(hass, form, {"name": "night", "entities": [], "speakers": ["cellar"]})
    assert form["errors"] == {"name": "name_taken", "entities": "no_entities", "speakers": "unknown_speaker"}


@pytest.mark.parametrize(
    ("name", "error"), [("?", "name_empty"), ("n" * 101, "name_too_long"), ("NIGHT", "name_taken")]
)
async def test_a_rule_needs_a_name_of_its_own(hass: HomeAssistant, name: str, error: str) -> None:
    form = await to(hass, home(hass, ("rule", "Night", NIGHT)), "schedule")
    form = await fill(hass, form, {"name": name, "entity_id": "schedule.night"})
    assert form["errors"] == {"name": error}


@pytest.mark.parametrize("rule", [NIGHT, AWAY], ids=lambda rule: rule["name"])
async def test_a_rule_is_changed_in_the_form_of_its_kind_filled_in_and_keeps_its_slug(
    hass: HomeAssistant, rule: dict[str, Any]
) -> None:
    entry = home(hass, KITCHEN, ("rule", rule["name"], rule))
    form = await change(hass, entry, only(entry, "rule"))
    assert form["step_id"] == rule["kind"]
    shown = suggested(form)
    assert {**shown, "slug": rule["slug"], "kind": rule["kind"]} == rule
    done = await fill(hass, form, {**shown, "name": "Quiet"})
    assert done["reason"] == "reconfigure_successful"
    assert only(entry, "rule").title == "Quiet"
    assert only(entry, "rule").unique_id == f"rule:{rule['slug']}"
    assert only(entry, "rule").data == {**rule, "name": "Quiet"}


async def test_a_window_can_give_way_to_a_calendar(hass: HomeAssistant) -> None:
    entry = home(hass, ("rule", "Night", NIGHT))
    form = await change(hass, entry, only(entry, "rule"))
    await fill(hass, form, {"name": "Night", "entity_id": "calendar.guests"})
    data = only(entry, "rule").data
    assert data["entity_id"] == "calendar.guests"
    assert not data.keys() & {"days", "from", "to"}


async def test_a_rule_for_a_removed_speaker_stays_one_for_nobody_when_it_is_changed(hass: HomeAssistant) -> None:
    entry = home(hass, ATTIC, ("rule", "Away", AWAY))
    form = await change(hass, entry, only(entry, "rule"))
    assert field(form, "speakers")["selector"]["select"]["options"] == [
        {"value": "kitchen", "label": "(kitchen)"},
        {"value": "attic", "label": "Attic"},
    ]
    done = await fill(hass, form, suggested(form))
    assert done["reason"] == "reconfigure_successful"
    assert only(entry, "rule").data["speakers"] == ["kitchen"]
    form = await fill(hass, await change(hass, entry, only(entry, "rule")), {**suggested(form), "speakers": ["attic"]})
    assert only(entry, "rule").data["speakers"] == ["attic"]
