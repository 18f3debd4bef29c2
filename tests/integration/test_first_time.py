"""From an empty Home Assistant to a speaker that is guarded and muted, sending the forms just as they are filled in."""

from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.integration.forms import Form, begin, change, fill, home, only, suggested
from tests.integration.test_suggestions import Rooms


async def sent_as_it_is(hass: HomeAssistant, form: Form) -> int:
    """Send each form with what it is filled in with, until the flow ends; return how many presses that took."""
    presses = 0
    while form["type"] is FlowResultType.FORM:
        form = await fill(hass, form, suggested(form))
        presses += 1
        assert not form.get("errors")
    assert form["type"] is FlowResultType.CREATE_ENTRY
    return presses + 1  # the dialog tells of the end, and is closed by a press


async def test_a_speaker_with_a_rule_takes_no_field_and_few_presses(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(datetime(2026, 11, 22, 23, 0, tzinfo=dt_util.get_default_time_zone()))
    rooms = Rooms(hass)
    rooms.echo()
    plug = rooms.plug("Counter", "Kitchen")
    hass.states.async_set(plug, "on")

    form = await hass.config_entries.flow.async_init("earlid", context={"source": "user"})
    created = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    presses = 1
    await hass.async_block_till_done()
    entry = created["result"]
    # Only now: Earlid's own switches brought the real action.
    turned_off = async_mock_service(hass, "switch", "turn_off")
    _, flow_id = created["next_flow"]
    first = dict(await hass.config_entries.subentries.async_configure(flow_id))
    presses += await sent_as_it_is(hass, first)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert turned_off == [], "nothing is switched by adding a speaker"

    menu = await begin(hass, entry, "rule")
    presses += 2  # the button, and the line of the menu
    presses += await sent_as_it_is(hass, await fill(hass, menu, {"next_step_id": "schedule"}))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [call.data["entity_id"] for call in turned_off] == [plug]
    assert hass.states.is_state("sensor.echo_dot_decided_by", "Night")
    assert presses <= 12
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_new_rule_by_time_is_filled_in_with_the_night(hass: HomeAssistant) -> None:
    entry = home(hass)
    for name in ("Night", "Night 2"):
        form = await fill(hass, await begin(hass, entry, "rule"), {"next_step_id": "schedule"})
        assert suggested(form) == {"name": name, "from": "22:00:00", "to": "07:00:00"}
        await fill(hass, form, suggested(form))
    first = entry.get_subentries_of_type("rule")[0]
    assert first.data["effect"] == "mute"
    assert first.data["speakers"] == []
    assert len(first.data["days"]) == 7


async def test_the_night_is_no_default_so_a_schedule_alone_is_enough(hass: HomeAssistant) -> None:
    hass.states.async_set("schedule.night", "off")
    entry = home(hass)
    form = await fill(hass, await begin(hass, entry, "rule"), {"next_step_id": "schedule"})
    await fill(hass, form, {"name": "Night", "entity_id": "schedule.night"})
    assert only(entry, "rule").data["entity_id"] == "schedule.night"


@pytest.mark.parametrize(
    ("kind", "typed", "name"),
    [
        ("schedule", {"from": "09:00:00", "to": "12:00:00"}, "Night"),
        ("presence", {"entities": ["person.ann"], "quantifier": "none"}, "Nobody home"),
        ("presence", {"entities": ["person.ann"], "effect": "allow"}, "Somebody home"),
        ("presence", {"entities": ["person.ann"], "effect": "allow", "quantifier": "all"}, "Everybody home"),
        ("condition", {"conditions": [{"condition": "sun", "after": "sunset"}]}, "Condition"),
    ],
)
async def test_a_rule_that_nobody_named_gets_a_name_and_keeps_it(
    hass: HomeAssistant, kind: str, typed: dict[str, object], name: str
) -> None:
    hass.states.async_set("person.ann", "home")
    entry = home(hass)
    form = await fill(hass, await begin(hass, entry, "rule"), {"next_step_id": kind})
    await fill(hass, form, typed)
    assert only(entry, "rule").title == name
    form = await change(hass, entry, only(entry, "rule"))
    await fill(hass, form, typed)
    assert only(entry, "rule").title == name
