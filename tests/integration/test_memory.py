"""What survives a stop, and what a start makes of it."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from .homes import Plug, guard_home, nobody_home, plug_in, rule, shown, speaker

ALWAYS: dict[str, Any] = {
    "kind": "schedule",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "from": "00:00",
    "to": "00:00",
}
KITCHEN = {"entity_id": "sensor.kitchen_microphone"}


@pytest.fixture
def plug(hass: HomeAssistant) -> Plug:
    """Return a plug that is on, in a home with a person in it."""
    hass.states.async_set("person.ann", "home")
    return plug_in(hass, "plug")["plug"]


async def start_again(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Stop Earlid as Home Assistant's stop does, and start it."""
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def test_holds_and_lockdown_are_on_disk_when_the_action_returns(
    hass: HomeAssistant, plug: Plug, hass_storage: dict[str, Any]
) -> None:
    await guard_home(hass, speaker(relay=plug.entity_id))
    await hass.services.async_call("earlid", "mute", {"duration": 600}, target=KITCHEN, blocking=True)
    assert hass_storage["earlid"]["data"]["speakers"]["kitchen"]["holds"]["mute"]["effect"] == "mute"
    lockdown = {"entity_id": "switch.earlid_lockdown"}
    await hass.services.async_call("switch", "turn_on", lockdown, blocking=True)
    assert hass_storage["earlid"]["data"]["lockdown"] is True


async def test_facts_and_counts_are_on_disk_within_two_seconds(
    hass: HomeAssistant, plug: Plug, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, speaker(relay=plug.entity_id), nobody_home("person.ann"))
    await hass.services.async_call("earlid", "report_activation", {}, target=KITCHEN, blocking=True)
    hass.states.async_set("person.ann", "not_home")
    freezer.tick(timedelta(seconds=1.1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    data = hass_storage["earlid"]["data"]
    assert data["facts"]["person.ann"] == {"value": False, "lost_at": None}
    assert data["speakers"]["kitchen"]["tally"]["activations"] == 1


async def test_all_that_people_said_is_still_so_after_a_start(hass: HomeAssistant, plug: Plug) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id), rule("always", **ALWAYS))
    off = {"entity_id": "switch.earlid_rule_always"}
    await hass.services.async_call("switch", "turn_off", off, blocking=True)
    await hass.services.async_call("earlid", "mute", {"duration": 600}, target=KITCHEN, blocking=True)
    await hass.services.async_call("earlid", "report_activation", {}, target=KITCHEN, blocking=True)
    until = shown(hass, "select.kitchen_mode").attributes["until"]

    await start_again(hass, entry)
    assert shown(hass, "switch.earlid_rule_always").state == "off"
    assert shown(hass, "select.kitchen_mode").state == "mute"
    assert shown(hass, "select.kitchen_mode").attributes["until"] == until
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"
    assert shown(hass, "sensor.kitchen_last_activation").state != "unknown"


async def test_lockdown_survives_a_start(hass: HomeAssistant, plug: Plug) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    await hass.services.async_call("switch", "turn_on", {"entity_id": "switch.earlid_lockdown"}, blocking=True)
    await start_again(hass, entry)
    assert shown(hass, "switch.earlid_lockdown").state == "on"
    assert shown(hass, plug.entity_id).state == "off"


async def test_a_start_in_which_nothing_changed_turns_nothing_on_or_off(hass: HomeAssistant, plug: Plug) -> None:
    bath = plug_in(hass, "bath")["bath"]
    entry = await guard_home(
        hass, speaker("bath", relay="light.bath"), speaker("attic", relay="light.attic"), nobody_home("person.ann")
    )
    bath.commands.clear()
    await start_again(hass, entry)
    assert bath.commands == []
    assert plug.commands == []


async def test_a_hold_that_ended_meanwhile_is_over(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    await hass.services.async_call("earlid", "mute", {"duration": 600}, target=KITCHEN, blocking=True)
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(seconds=601))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, "select.kitchen_mode").state == "automatic"
    assert shown(hass, plug.entity_id).state == "on"


async def test_the_time_nobody_looked_counts_as_unknown(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to("2026-11-21T12:00:00+00:00")
    entry = await guard_home(hass, speaker(relay=plug.entity_id, posture="mute"))
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(seconds=100))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert 99 <= float(shown(hass, "sensor.kitchen_exposed_today").state) <= 101


async def test_facts_of_more_than_an_hour_ago_do_not_count(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id), nobody_home("person.ann"))
    await hass.config_entries.async_unload(entry.entry_id)
    hass.states.async_set("person.ann", "unavailable")
    freezer.tick(timedelta(hours=1, seconds=1))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "off"


@pytest.mark.parametrize(("when_stopping", "after"), [("leave", "on"), ("off", "off")])
async def test_a_clean_stop_does_what_the_household_asked_for(
    hass: HomeAssistant, plug: Plug, when_stopping: str, after: str
) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id), options={"when_stopping": when_stopping})
    await hass.config_entries.async_unload(entry.entry_id)
    assert shown(hass, plug.entity_id).state == after
