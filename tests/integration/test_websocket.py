"""What a browser is told of the home: all of it at first, then what changes, and to nobody more than they may see."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.earlid import subscription
from custom_components.earlid.const import DOMAIN
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.unguarded import unguarded
from tests.integration.browsers import Browser, at_ms, open_browser, token_of
from tests.integration.homes import Plug, added, guard_home, nobody_home, plug_in, rule, speaker

type Open = Callable[..., Awaitable[Browser]]

READ_ALL = {"entities": {"all": {"read": True}}}
READ_KITCHEN = {"entities": {"entity_ids": {"sensor.kitchen_microphone": {"read": True}}}}
NOTHING: dict[str, Any] = {"entities": {}}
KITCHEN = {"entity_id": "sensor.kitchen_microphone"}


@pytest.fixture
def open_one(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Open:
    async def opened(policy: dict[str, Any] | None = None) -> Browser:
        return await open_browser(hass, hass_ws_client, policy)

    return opened


@pytest.fixture
async def plugs(hass: HomeAssistant) -> dict[str, Plug]:
    return plug_in(hass, "kitchen", "bath")


@pytest.fixture
async def entry(hass: HomeAssistant, plugs: dict[str, Plug]) -> MockConfigEntry:
    assert plugs
    hass.states.async_set("person.ann", "home")
    speakers = (speaker("kitchen", "light.kitchen"), speaker("bath", "light.bath"))
    return await guard_home(hass, *speakers, nobody_home("person.ann", speakers=["bath"]))


# --- The whole home


async def test_first_the_whole_home_is_told(entry: MockConfigEntry, open_one: Open) -> None:
    browser = await open_one()
    home = await browser.follow()
    assert browser.events[0]["change"] is None
    assert (home["title"], home["entry_id"], home["lockdown"], home["all_off"]) == (
        "Earlid",
        entry.entry_id,
        False,
        False,
    )
    assert (home["is_admin"], home["may_allow"], len(home["rules"])) == (True, True, 1)
    assert home["lockdown_entity"] == "switch.earlid_lockdown"
    kitchen = browser.speaker()
    assert (kitchen["name"], kitchen["microphone"], kitchen["allowed"]) == ("Kitchen", "live", True)
    assert kitchen["because"] == {
        "because": "posture",
        "effect": "listen",
        "rule": None,
        "name": None,
        "until": None,
        "waiting": False,
    }
    assert kitchen["entities"]["microphone"] == "sensor.kitchen_microphone"
    assert kitchen["entities"]["mode"] == "select.kitchen_mode"
    assert (kitchen["hold"], kitchen["breach"], kitchen["trace"], kitchen["may_control"]) == (None, None, [], True)


async def test_a_speaker_is_where_its_device_is(hass: HomeAssistant, entry: MockConfigEntry, open_one: Open) -> None:
    browser = await open_one()
    await browser.follow()
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{entry.entry_id}_kitchen"), entry.entry_id)
    assert device is not None
    assert (browser.speaker()["area"], browser.speaker()["device_id"]) == (None, device.id)
    dr.async_get(hass).async_update_device(device.id, area_id=ar.async_get(hass).async_create("Upstairs").id)
    await browser.until(lambda: browser.speaker()["area"] == "Upstairs")


async def test_an_entity_that_was_renamed_is_told_by_its_new_name(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    assert entry.entry_id
    browser = await open_one()
    await browser.follow()
    er.async_get(hass).async_update_entity("select.kitchen_mode", new_entity_id="select.the_mode")
    await browser.until(lambda: browser.speaker()["entities"]["mode"] == "select.the_mode")


# --- What changes


async def test_a_plug_that_was_turned_on_by_hand_shows(
    hass: HomeAssistant, entry: MockConfigEntry, plugs: dict[str, Plug], open_one: Open
) -> None:
    assert entry.entry_id
    browser = await open_one()
    await browser.follow()
    plugs["kitchen"].shows("off")
    await browser.until(lambda: browser.speaker()["microphone"] == "off_unproven")
    assert set(browser.events[-1]["change"]) <= {"all_off"}
    assert browser.speaker()["hold"]["by_hand"] is True
    assert browser.speaker()["hold"]["effect"] == "mute"
    await hass.async_block_till_done()


async def test_a_relay_that_rests_is_told_of_with_the_end_of_it(
    hass: HomeAssistant, plugs: dict[str, Plug], open_one: Open
) -> None:
    await guard_home(hass, speaker("kitchen", "light.kitchen", rest=10))
    browser = await open_one()
    await browser.follow()
    await hass.services.async_call("earlid", "mute", KITCHEN, blocking=True)
    plugs["kitchen"].shows("off")
    off_at = at_ms(dt_util.utcnow())
    await browser.until(lambda: browser.speaker()["microphone"] == "off_unproven")
    assert browser.speaker()["rests_until"] is None
    await hass.services.async_call("earlid", "resume", KITCHEN, blocking=True)
    await browser.until(lambda: browser.speaker()["allowed"])
    assert off_at < browser.speaker()["rests_until"] <= off_at + 10_000


async def test_only_what_differs_is_told_and_once(hass: HomeAssistant, entry: MockConfigEntry, open_one: Open) -> None:
    assert entry.entry_id
    browser = await open_one()
    await browser.follow()
    await hass.services.async_call("earlid", "mute", KITCHEN, blocking=True)
    await hass.services.async_call("earlid", "resume", KITCHEN, blocking=True)
    await hass.services.async_call("earlid", "mute", {**KITCHEN, "duration": 600}, blocking=True)
    received = await browser.client.receive_json()
    assert [one["slug"] for one in received["event"]["change"]["speakers"]] == ["kitchen"]
    assert received["event"]["home"] is None
    kitchen = received["event"]["change"]["speakers"][0]
    assert (kitchen["allowed"], kitchen["because"]["because"], kitchen["hold"]["by_hand"]) == (False, "hold", False)
    assert kitchen["until"] == kitchen["hold"]["until"] == kitchen["hold"]["at"] + 600_000


async def test_what_is_looked_at_anew_and_is_as_before_is_not_told(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    browser = await open_one()
    await browser.follow()
    home = entry.runtime_data
    home.tell(home.seen(["kitchen", "bath"]), [])
    hass.states.async_set("light.kitchen", "on", {"brightness": 3})
    assert await browser.hears_nothing()


async def test_lockdown_is_told_to_all_who_follow(hass: HomeAssistant, entry: MockConfigEntry, open_one: Open) -> None:
    assert entry.entry_id
    several = [await open_one(), await open_one(READ_ALL)]
    for browser in several:
        await browser.follow()
    await hass.services.async_call("switch", "turn_on", {"entity_id": "switch.earlid_lockdown"}, blocking=True)
    for browser in several:
        # Another change may have been on its way.
        while browser.speaker("bath")["because"]["because"] != "lockdown":
            await browser.next()
        assert browser.home is not None
        assert browser.home["lockdown"] is True


async def test_seconds_are_told_with_what_else_changes_and_once_a_minute(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    """Each browser would else be told of each speaker each time that anything is looked at."""
    browser = await open_one()
    await browser.follow()
    before = browser.speaker()["live_today"]
    home = entry.runtime_data
    home.tell(home.seen(["kitchen"]), [])
    assert await browser.hears_nothing(), "though it was live for longer meanwhile"
    async_fire_time_changed(hass, dt_util.utcnow().replace(second=0) + timedelta(minutes=1))
    await browser.until(lambda: browser.speaker()["live_today"] > before)
    before = browser.speaker()["live_today"]
    await asyncio.sleep(0.2)
    entry.runtime_data.report_activation("kitchen", Report(source="test"))
    await browser.until(lambda: browser.speaker()["activations_today"] == 1)
    assert browser.speaker()["live_today"] > before


async def test_a_wake_is_told_at_once(hass: HomeAssistant, entry: MockConfigEntry, open_one: Open) -> None:
    browser = await open_one()
    await browser.follow()
    woke = entry.runtime_data.report_activation("kitchen", Report(source="test", outcome=Outcome.UNANSWERED))
    # Another change may have been on its way, or the minute's.
    await browser.until(lambda: browser.speaker()["activations_today"] == 1)
    kitchen = browser.speaker()
    assert kitchen["unanswered_today"] == 1
    assert kitchen["last_activation"] == {
        "id": woke.id,
        "at": at_ms(woke.at),
        "outcome": "unanswered",
        "allowed": True,
        "source": "test",
        "because": "posture",
    }
    await hass.async_block_till_done()


async def test_speakers_come_and_go(hass: HomeAssistant, entry: MockConfigEntry, open_one: Open) -> None:
    browser = await open_one()
    await browser.follow()
    new = added(speaker("hall", "light.hall"))
    hass.states.async_set("light.hall", "on")
    hass.config_entries.async_add_subentry(entry, new)
    while browser.slugs() != ["bath", "hall", "kitchen"]:
        await browser.next()
    while "mode" not in browser.speaker("hall")["entities"]:
        await browser.next()
    for gone in (new.subentry_id, "id_kitchen", "id_bath"):
        hass.config_entries.async_remove_subentry(entry, gone)
    while browser.slugs():
        await browser.next()
    assert browser.home is not None
    assert browser.home["all_off"] is False, "nothing is off where there is nothing"


async def test_a_browser_that_has_gone_leaves_nobody_listening(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    audience = entry.runtime_data._on_change
    before = len(audience.get(None, []))
    browser = await open_one()
    await browser.follow()
    assert len(audience[None]) == before + 1
    await browser.client.close()
    await hass.async_block_till_done()
    for _ in range(100):
        if len(audience[None]) == before:
            break
        await asyncio.sleep(0.01)
    assert len(audience[None]) == before


async def test_a_microphone_that_nobody_guards_is_told_to_administrators(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    """It is looked for when something may have come, and not each time that a speaker changes."""
    cast = MockConfigEntry(domain="cast")
    cast.add_to_hass(hass)
    with patch("custom_components.earlid.lookout.unguarded", wraps=unguarded) as look:
        looks = look.call_count
        several = [await open_one() for _ in range(3)]
        users = [await open_one(READ_ALL) for _ in range(3)]
        for browser in (*several, *users):
            assert (await browser.follow())["unguarded"] == []
        entry.runtime_data.report_activation("kitchen", Report(source="test"))
        for browser in (*several, *users):
            await browser.until(lambda told=browser: told.speaker()["activations_today"] == 1)  # type: ignore[misc]
        assert look.call_count == looks, "it is looked once, when Earlid is set up"
        dr.async_get(hass).async_get_or_create(
            config_entry_id=cast.entry_id, identifiers={("cast", "1")}, name="Nest", model="Google Nest Mini"
        )
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
        for browser in several:
            while "unguarded" not in ((await browser.next())["change"] or {}):
                pass
        assert look.call_count == looks + 1
    for browser in users:
        while not await browser.hears_nothing():
            pass
        assert browser.home is not None
        assert browser.home["unguarded"] == []
    await hass.async_block_till_done()


async def test_a_page_follows_the_home_a_few_times_at_most(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    audience = entry.runtime_data._on_change
    before = len(audience.get(None, []))
    browser = await open_one(READ_ALL)
    for _ in range(4):
        await browser.follow()
    assert await browser.refused("subscribe") == "too_many_subscriptions"
    assert len(audience[None]) == before + 4
    await (await open_one(READ_ALL)).follow()
    assert len(audience[None]) == before + 5
    await hass.async_block_till_done()


# --- What cannot be told


async def test_each_minute_a_browser_is_told_that_all_is_as_before(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    """Else it could not tell a quiet home from a dead connection."""
    browser = await open_one(NOTHING)
    await browser.follow()
    async_fire_time_changed(hass, dt_util.utcnow().replace(second=0) + timedelta(minutes=1))
    assert await browser.next() == {"home": None, "change": {}}
    await hass.config_entries.async_unload(entry.entry_id)
    assert await browser.next() == {"home": None, "change": None}
    async_fire_time_changed(hass, dt_util.utcnow().replace(second=0) + timedelta(minutes=2))
    assert await browser.next() == {"home": None, "change": None}


async def test_what_cannot_be_told_is_told_to_be_unknown_until_it_can(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "_AGAIN", 0.05)
    browser = await open_one()
    await browser.follow()
    with patch("custom_components.earlid.picture.home", side_effect=RuntimeError("odd")) as broken:
        entry.runtime_data.report_activation("kitchen", Report(source="test"))
        assert await browser.next() == {"home": None, "change": None}
        assert await browser.hears_nothing(), "once is enough"
        assert broken.call_count > 1
    event = await browser.next()
    assert event["change"] is None
    assert browser.speaker()["activations_today"] == 1
    await hass.async_block_till_done()


async def test_who_cannot_be_told_the_home_follows_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    audience = entry.runtime_data._on_change
    before = len(audience.get(None, []))
    browser = await open_one()
    with patch("custom_components.earlid.picture.home", side_effect=RuntimeError("odd")):
        assert (await browser.ask("subscribe"))["success"] is False
    assert len(audience.get(None, [])) == before
    assert (await browser.follow())["title"] == "Earlid"
    await hass.async_block_till_done()


async def test_an_administrator_leaves_a_microphone_alone(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    cast = MockConfigEntry(domain="cast")
    cast.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=cast.entry_id, identifiers={("cast", "1")}, name="Nest", model="Google Nest Mini"
    )
    admin, user = await open_one(), await open_one(READ_ALL)
    assert [one["name"] for one in (await admin.follow())["unguarded"]] == ["Nest"]
    assert await user.refused("leave_alone", device_id=device.id) == "change_admins_only"
    odd: Any
    for odd in (None, "no_such", 5, ["x"], {}):
        assert await admin.refused("leave_alone", device_id=odd) == "unknown_device"
    assert await admin.refused("leave_alone") == "unknown_device"
    assert "leave_alone" not in entry.options
    assert await admin.answer("leave_alone", device_id=device.id) is None
    assert entry.options["leave_alone"] == [device.id]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
    assert (await admin.next())["change"] == {"unguarded": []}


# --- A reload


async def test_a_reload_of_earlid_leaves_no_dead_page(
    hass: HomeAssistant, entry: MockConfigEntry, plugs: dict[str, Plug], open_one: Open
) -> None:
    browser = await open_one()
    await browser.follow()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await browser.next() == {"home": None, "change": None}
    while browser.home is None:
        await browser.next()
    assert browser.slugs() == ["bath", "kitchen"]
    plugs["kitchen"].shows("off")
    while browser.speaker()["microphone"] != "off_unproven":
        await browser.next()


async def test_a_page_that_is_opened_before_earlid_is_loaded_sees_it_come(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    browser = await open_one()
    assert (await browser.ask("subscribe"))["success"]
    assert await browser.next() == {"home": None, "change": None}
    for command in ("timeline", "wakes"):
        assert await browser.refused(command, start=0, end=1000) == "not_loaded"
    assert await browser.refused("journal") == "not_loaded"
    assert await hass.config_entries.async_setup(entry.entry_id)
    await browser.next()
    assert browser.slugs() == ["bath", "kitchen"]


async def test_another_home_takes_the_place_of_one_that_was_removed(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    browser = await open_one()
    await browser.follow()
    await hass.config_entries.async_remove(entry.entry_id)
    while browser.home is not None:
        await browser.next()
    await guard_home(hass, speaker("hall", "light.kitchen"))
    while browser.home is None:
        await browser.next()
    assert browser.slugs() == ["hall"]


# --- Who may see


async def test_a_user_sees_the_speakers_whose_microphone_they_may_read(
    hass: HomeAssistant, entry: MockConfigEntry, plugs: dict[str, Plug], open_one: Open
) -> None:
    assert entry.entry_id
    browser = await open_one(READ_KITCHEN)
    home = await browser.follow()
    assert browser.slugs() == ["kitchen"]
    assert (home["is_admin"], home["may_allow"], home["unguarded"]) == (False, True, [])
    assert browser.speaker()["may_control"] is False
    plugs["bath"].shows("off")
    assert await browser.hears_nothing()
    plugs["kitchen"].shows("off")
    await browser.until(lambda: browser.home is not None and browser.home["all_off"])  # all that they may see
    await hass.async_block_till_done()


async def test_who_may_read_nothing_sees_an_empty_home(entry: MockConfigEntry, open_one: Open) -> None:
    assert entry.entry_id
    browser = await open_one(NOTHING)
    await browser.follow()
    assert browser.slugs() == []
    now = at_ms(dt_util.utcnow())
    assert (await browser.answer("timeline", start=now - 1000, end=now))["lanes"] == []
    assert await browser.answer("journal") == {"records": [], "more": False}
    assert (await browser.answer("wakes", start=now - 1000, end=now))["speakers"] == []


async def test_who_may_see_no_speaker_learns_nothing_of_how_the_home_is_guarded(
    entry: MockConfigEntry, open_one: Open
) -> None:
    seen = []
    for policy in (None, READ_KITCHEN, NOTHING):
        home = await (await open_one(policy)).follow()
        seen.append((home["entry_id"], len(home["rules"])))
    assert seen == [(entry.entry_id, 1), (entry.entry_id, 0), ("", 0)]


async def test_a_rule_is_told_as_it_is_to_those_who_see_whom_it_is_for(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    assert entry.entry_id
    both = {"entity_ids": {f"sensor.{slug}_microphone": {"read": True} for slug in ("kitchen", "bath")}}
    browser, guest = await open_one(), await open_one({"entities": both})
    assert (await browser.follow())["rules"] == [
        {
            "slug": "nobody_home",
            "name": "Nobody home",
            "effect": "mute",
            "speakers": ["Bath"],
            "days": [],
            "begins": 0,
            "ends": 0,
            "entities": ["person.ann"],
            "quantifier": "none",
            "enabled": True,
            "in_force": False,
            "subentry_id": "id_nobody_home",
            "entity_id": "switch.earlid_rule_nobody_home",
            "may_control": True,
            "may_control_speakers": True,
        }
    ]
    [seen] = (await guest.follow())["rules"]
    assert (seen["speakers"], seen["entities"], seen["may_control"]) == (["Bath"], [], False)
    hass.states.async_set("person.ann", "not_home")

    def now(key: str) -> Any:
        assert browser.home is not None
        return browser.home["rules"][0][key]

    await browser.until(lambda: now("in_force") is True)
    await hass.services.async_call("switch", "turn_off", {"entity_id": "switch.earlid_rule_nobody_home"}, blocking=True)
    await browser.until(lambda: now("enabled") is False)


async def test_a_week_is_told_by_its_days_and_minutes(
    hass: HomeAssistant, plugs: dict[str, Plug], open_one: Open
) -> None:
    assert plugs
    night: dict[str, Any] = {"kind": "schedule", "days": ["sat", "mon"], "from": "22:30:00", "to": "06:05:00"}
    away = {"kind": "schedule", "entity_id": "calendar.guests"}
    hass.states.async_set("calendar.guests", "off")
    await guard_home(hass, speaker("kitchen", "light.kitchen"), rule("night", **night), rule("guests", "allow", **away))
    told = {one["slug"]: one for one in (await (await open_one()).follow())["rules"]}
    assert [told["night"][key] for key in ("speakers", "days", "begins", "ends")] == [None, [0, 5], 1350, 365]
    assert (told["guests"]["effect"], told["guests"]["days"], told["guests"]["entities"]) == (
        "listen",
        [],
        ["calendar.guests"],
    )


async def test_a_witness_is_named_to_those_who_may_see_it(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    hass.states.async_set("device_tracker.anns_phone", "home")
    view = entry.runtime_data.speakers["kitchen"]
    seen = replace(view, assessment=replace(view.assessment, witnesses=("meter", "device_tracker.anns_phone")))
    told = []
    with patch.object(type(entry.runtime_data), "speakers", {"kitchen": seen}):
        for policy in (None, READ_ALL, READ_KITCHEN):
            browser = await open_one(policy)
            await browser.follow()
            told.append(browser.speaker()["witnesses"])
    both = ["meter", "device_tracker.anns_phone"]
    assert told == [both, both, ["meter"]]


async def test_control_shows_by_speaker(entry: MockConfigEntry, open_one: Open) -> None:
    assert entry.entry_id
    policy = {"entities": {"all": {"read": True}, "entity_ids": {"select.bath_mode": {"read": True, "control": True}}}}
    browser = await open_one(policy)
    home = await browser.follow()
    assert {one["slug"]: one["may_control"] for one in home["speakers"]} == {"kitchen": False, "bath": True}


async def test_under_admins_only_administrators_may_let_listen(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    admin, user = await open_one(), await open_one(READ_ALL)
    for browser in (admin, user):
        assert (await browser.follow())["may_allow"] is True
    hass.config_entries.async_update_entry(entry, options={"who_may_allow": "admins"})
    await user.until(lambda: user.home is not None and not user.home["may_allow"])
    assert user.events[-1]["change"] == {"may_allow": False}
    assert await admin.hears_nothing()


async def test_a_right_that_was_given_shows_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, hass_read_only_user: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    browser = Browser(await hass_ws_client(hass, await token_of(hass, hass_read_only_user)))
    assert (await browser.follow())["is_admin"] is False
    # Nothing that happens in the home brings it.
    entry.runtime_data._on_change.clear()
    await hass.auth.async_update_user(hass_read_only_user, group_ids=["system-admin"])
    event = await browser.next()
    assert event["home"]["is_admin"] is True


async def test_without_its_sensor_a_speaker_is_seen_by_who_sees_all(
    hass: HomeAssistant, entry: MockConfigEntry, open_one: Open
) -> None:
    assert entry.entry_id
    er.async_get(hass).async_remove("sensor.kitchen_microphone")
    everyone, limited = await open_one(READ_ALL), await open_one(READ_KITCHEN)
    await everyone.follow()
    await limited.follow()
    assert everyone.slugs() == ["bath", "kitchen"]
    assert limited.slugs() == []


async def test_what_one_may_not_see_is_as_unknown_as_what_is_not_there(entry: MockConfigEntry, open_one: Open) -> None:
    assert entry.entry_id
    browser = await open_one(READ_KITCHEN)
    now = at_ms(dt_util.utcnow())
    answers = []
    for slug in ("bath", "moon"):
        answer = await browser.ask("timeline", start=now - 1000, end=now, speakers=[slug])
        answers.append(str(answer["error"]).replace(slug, "…"))
        assert await browser.refused("journal", speakers=[slug]) == "speaker_unknown"
    assert answers[0] == answers[1]


async def test_reading_changes_nothing(hass: HomeAssistant, entry: MockConfigEntry, open_one: Open) -> None:
    await entry.runtime_data.recorded()
    head = entry.runtime_data.journal.head
    states = {state.entity_id: (state.state, state.last_updated) for state in hass.states.async_all()}
    browser = await open_one()
    await browser.follow()
    now = dt_util.utcnow()
    span = {"start": at_ms(now - timedelta(days=1)), "end": at_ms(now + timedelta(days=1))}
    await browser.answer("timeline", **span)
    await browser.answer("journal")
    await browser.answer("wakes", **span)
    await entry.runtime_data.recorded()
    assert entry.runtime_data.journal.head == head
    assert {state.entity_id: (state.state, state.last_updated) for state in hass.states.async_all()} == states
