"""The guard follows what changes around it: set-up, names, the clock, the time zone."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.earlid import clocks
from custom_components.earlid.bookkeeping import Books
from custom_components.earlid.const import DOMAIN
from custom_components.earlid.storage import Storage

from .homes import Plug, added, guard_home, nobody_home, plug_in, rule, shown, speaker

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}


@pytest.fixture
def plug(hass: HomeAssistant, entity_registry: er.EntityRegistry) -> Plug:
    """Return a registered plug that is on, in a home with a person in it."""
    hass.states.async_set("person.ann", "home")
    entity_registry.async_get_or_create("light", "test", "plug", object_id_base="plug")
    return plug_in(hass, "plug")["plug"]


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass."""
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_renamed_relay_is_followed(hass: HomeAssistant, plug: Plug, entity_registry: er.EntityRegistry) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id), nobody_home("person.ann"))
    hass.states.async_remove(plug.entity_id)
    entity_registry.async_update_entity(plug.entity_id, new_entity_id="light.lamp")
    await hass.async_block_till_done()
    assert entry.subentries["id_kitchen"].data["entity_id"] == "light.lamp"
    lamp = plug_in(hass, "lamp")["lamp"]
    hass.states.async_set("person.ann", "not_home")
    assert lamp.commands == ["off"]


async def test_a_removed_relay_is_unknown_a_repair_issue_and_while_muted_a_breach(
    hass: HomeAssistant, plug: Plug, issue_registry: ir.IssueRegistry, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, speaker(relay=plug.entity_id), nobody_home("person.ann"))
    hass.states.async_remove(plug.entity_id)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.kitchen_microphone").state == "unknown"
    assert issue_registry.async_get_issue(DOMAIN, "relay_missing_kitchen")
    hass.states.async_set("person.ann", "not_home")
    await pass_time(hass, freezer, 10)
    assert shown(hass, "binary_sensor.kitchen_breach").state == "on"
    plug.shows("on")
    await hass.async_block_till_done()
    assert not issue_registry.async_get_issue(DOMAIN, "relay_missing_kitchen")
    assert shown(hass, "binary_sensor.kitchen_breach").state == "off"
    assert shown(hass, plug.entity_id).state == "off"


async def test_removing_a_speaker_leaves_its_relay_as_it_is_and_says_so(
    hass: HomeAssistant, plug: Plug, issue_registry: ir.IssueRegistry
) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id, posture="mute"))
    sent = list(plug.commands)
    hass.config_entries.async_remove_subentry(entry, "id_kitchen")
    await hass.async_block_till_done()
    plug.shows("on")
    assert plug.commands == sent
    assert issue_registry.async_get_issue(DOMAIN, "relay_left_kitchen")


async def test_a_changed_speaker_keeps_its_hold(hass: HomeAssistant, plug: Plug) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    await hass.services.async_call(DOMAIN, "mute", {"duration": 600}, target=KITCHEN, blocking=True)
    subentry = entry.subentries["id_kitchen"]
    hass.config_entries.async_update_subentry(entry, subentry, data=dict(subentry.data) | {"posture": "mute"})
    await hass.async_block_till_done()
    assert shown(hass, "select.kitchen_mode").state == "mute"
    await hass.services.async_call(DOMAIN, "resume", {}, target=KITCHEN, blocking=True)
    assert shown(hass, plug.entity_id).state == "off"
    assert shown(hass, "sensor.kitchen_decided_by").state == "posture"


async def test_a_rule_that_comes_changes_and_goes_decides_anew(hass: HomeAssistant, plug: Plug) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    window: dict[str, Any] = {"days": days, "from": "00:00:00", "to": "00:00:00"}
    night = added(rule("night", kind="schedule", **window))
    hass.config_entries.async_add_subentry(entry, night)
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "off"
    hass.config_entries.async_update_subentry(entry, night, data=dict(night.data) | {"speakers": ["bath"]})
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "on"
    hass.config_entries.async_update_subentry(entry, night, data=dict(night.data) | {"speakers": []})
    await hass.async_block_till_done()
    hass.config_entries.async_remove_subentry(entry, night.subentry_id)
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "on"
    assert hass.states.get("switch.earlid_rule_night") is None


async def test_a_new_rule_mutes_though_the_disk_hangs_over_the_change_before_it(
    hass: HomeAssistant, plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    disk = asyncio.Event()

    async def hang(*_: object) -> None:
        await disk.wait()

    with monkeypatch.context() as hanging:
        hanging.setattr(Storage, "try_now", hang)
        hass.config_entries.async_update_entry(entry, options={"deadline": 20})
        hass.config_entries.async_add_subentry(entry, added(nobody_home("person.nobody", quantifier="none")))
        for _ in range(20):
            await asyncio.sleep(0)
        assert plug.commands[-1] == "off"
        disk.set()
        await hass.async_block_till_done()


async def test_a_window_begins_and_ends_on_the_second(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-11-21T21:59:30+01:00")
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    window: dict[str, Any] = {"days": days, "from": "22:00:00", "to": "22:01:00"}
    await guard_home(hass, speaker(relay=plug.entity_id), rule("night", kind="schedule", **window))
    begins = shown(hass, "sensor.kitchen_next_change").state
    assert datetime.fromisoformat(begins) == datetime.fromisoformat("2026-11-21T22:00:00+01:00")
    await pass_time(hass, freezer, 29)
    assert shown(hass, plug.entity_id).state == "on"
    await pass_time(hass, freezer, 1)
    assert shown(hass, plug.entity_id).state == "off"
    await pass_time(hass, freezer, 60)
    assert shown(hass, plug.entity_id).state == "on"


async def test_windows_follow_the_time_zone(hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to("2026-11-21T21:30:00+00:00")
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    window: dict[str, Any] = {"days": days, "from": "22:00:00", "to": "23:00:00"}
    await guard_home(hass, speaker(relay=plug.entity_id), rule("night", kind="schedule", **window))
    assert shown(hass, plug.entity_id).state == "on"
    await hass.config.async_update(time_zone="Europe/Berlin")
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "off"


async def test_a_jump_of_the_clock_is_answered_by_the_next_heartbeat(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to("2026-11-21T12:00:00+00:00")
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    window: dict[str, Any] = {"days": days, "from": "22:00:00", "to": "23:00:00"}
    monotonic = hass.loop.time()
    with (
        patch.object(clocks, "async_track_time_interval") as beats,
        patch.object(hass.loop, "time", return_value=monotonic),
    ):
        await guard_home(hass, speaker(relay=plug.entity_id), rule("night", kind="schedule", **window))
    heartbeat = beats.call_args.args[1]
    with patch.object(hass.loop, "time", return_value=monotonic + 5):
        freezer.move_to("2026-11-21T22:30:00+00:00")
        heartbeat(dt_util.utcnow())
    assert shown(hass, plug.entity_id).state == "off"
    with patch.object(hass.loop, "time", return_value=monotonic + 10):
        freezer.move_to("2026-11-21T12:00:00+00:00")
        heartbeat(dt_util.utcnow())
    await hass.async_block_till_done()
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "on"


async def test_schedule_entities_of_home_assistant_are_rules_too(hass: HomeAssistant, plug: Plug) -> None:
    hass.states.async_set("schedule.quiet", "off", {"next_event": "2099-01-01T00:00:00+00:00"})
    await guard_home(hass, speaker(relay=plug.entity_id), rule("quiet", kind="schedule", entity_id="schedule.quiet"))
    assert shown(hass, "sensor.kitchen_next_change").state == "2099-01-01T00:00:00+00:00"
    hass.states.async_set("schedule.quiet", "on")
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "off"


@pytest.mark.parametrize(
    ("condition", "before", "after"),
    [
        ({"condition": "state", "entity_id": "sensor.x", "state": "on"}, "off", "on"),
        ({"condition": "state", "entity_id": "sensor.x", "state": "unavailable"}, "off", "unavailable"),
        ({"condition": "numeric_state", "entity_id": "sensor.x", "above": 5}, "4", "6"),
        ("{{ is_state('sensor.x', 'on') }}", "off", "on"),
        ({"or": [{"condition": "state", "entity_id": "sensor.x", "state": "on"}]}, "off", "on"),
        ({"not": [{"condition": "state", "entity_id": "sensor.x", "state": "on"}]}, "on", "off"),
        (
            {"condition": "and", "conditions": ["{{ true }}", "{{ states('sensor.x') == 'on' }}"]},
            "off",
            "on",
        ),
    ],
)
async def test_every_kind_of_condition_is_followed_as_it_changes(
    hass: HomeAssistant, plug: Plug, condition: Any, before: str, after: str
) -> None:
    hass.states.async_set("sensor.x", before)
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    hass.config_entries.async_add_subentry(entry, added(rule("it", kind="condition", conditions=[condition])))
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "on"
    hass.states.async_set("sensor.x", after)
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "off"


async def test_a_condition_that_waits_is_asked_again_within_half_a_minute(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("sensor.x", "on")
    waits = {"condition": "state", "entity_id": "sensor.x", "state": "on", "for": {"minutes": 1}}
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    hass.config_entries.async_add_subentry(entry, added(rule("it", kind="condition", conditions=waits)))
    await hass.async_block_till_done()
    await pass_time(hass, freezer, 31)
    assert shown(hass, plug.entity_id).state == "on"
    await pass_time(hass, freezer, 30)
    await pass_time(hass, freezer, 30)
    assert shown(hass, plug.entity_id).state == "off"


async def test_conditions_that_home_assistant_no_longer_knows_count_against_listening(
    hass: HomeAssistant, plug: Plug
) -> None:
    entry = await guard_home(hass, speaker(relay=plug.entity_id))
    gone = added(rule("it", kind="condition", conditions=[{"condition": "gone.is_on"}]))
    hass.config_entries.async_add_subentry(entry, gone)
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "off"


async def test_a_home_that_is_closing_its_books_asks_no_condition_any_more(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    hass.states.async_set("binary_sensor.guests", "off")
    guests = [{"condition": "state", "entity_id": "binary_sensor.guests", "state": "on"}]
    entry = await guard_home(hass, speaker(relay=plug.entity_id), rule("guests", kind="condition", conditions=guests))
    reached, over, close = asyncio.Event(), asyncio.Event(), Books.close

    async def slowly(books: Books) -> None:
        reached.set()
        await over.wait()
        await close(books)

    with patch.object(Books, "close", slowly):
        unloading = asyncio.create_task(hass.config_entries.async_unload(entry.entry_id))
        await reached.wait()
        freezer.tick(timedelta(seconds=31))
        async_fire_time_changed(hass)
        over.set()
        assert await unloading
    assert "ValueError" not in caplog.text
