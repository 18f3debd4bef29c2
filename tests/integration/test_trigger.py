"""Triggers of automations: what they fire on, and what they do not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.helpers.trigger import async_get_all_descriptions, async_validate_trigger_config
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
import voluptuous as vol

from custom_components.earlid.engine.assurance import Grade
from custom_components.earlid.engine.evidence import Assessment
from custom_components.earlid.engine.model import Breach, Cause, Proof, Record
from custom_components.earlid.trigger import TRIGGERS
from tests.integration.automations import automate, on
from tests.integration.fakes import Home, move_in
from tests.integration.views import a_rule, a_speaker, utc

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}
BOTH = {"entity_id": ["sensor.kitchen_microphone", "sensor.bedroom_microphone"]}
SOUND = "sensor.kitchen_microphone"


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in(hass, monkeypatch, a_speaker("kitchen"), a_speaker("bedroom"), a_rule("night"))


async def become(home: Home, slug: str, *proofs: Proof, last_known: Proof | None = None) -> None:
    """Let a microphone become this, one after the other."""
    for proof in proofs:
        home.show(slug, assessment=Assessment(proof), last_known=last_known)
        await home.hass.async_block_till_done()


async def wake(home: Home, wake_id: str, outcome: str = "answered", *, allowed: bool = True) -> None:
    """Let the kitchen's assistant wake."""
    body: dict[str, object] = {"outcome": outcome, "allowed": allowed, "source": "test"}
    home.household.record(Record(kind="activation", at=utc(2026, 11, 21), speaker="kitchen", body=body, id=wake_id))
    await home.hass.async_block_till_done()


async def reload(home: Home) -> None:
    """Take Earlid out and in again; what its household says stays."""
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.hass.async_block_till_done()


def microphone(target: Any = None, **options: Any) -> dict[str, dict[str, Any]]:
    """Return an automation for each state of a microphone."""
    keys = ("went_live", "went_off", "went_unknown")
    return {key: on(key, KITCHEN if target is None else target, **options) for key in keys}


async def test_each_state_of_a_microphone_is_told_of_as_it_comes(home: Home) -> None:
    fired = await automate(home.hass, **microphone())
    assert fired == []
    await become(home, "kitchen", Proof.OFF_UNPROVEN, Proof.UNKNOWN, Proof.LIVE, Proof.OFF_PROVEN)
    assert fired == [("went_off", SOUND), ("went_unknown", SOUND), ("went_live", SOUND), ("went_off", SOUND)]


async def test_that_it_is_still_off_after_nobody_could_tell_is_no_news(home: Home) -> None:
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    fired = await automate(home.hass, **microphone())
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_PROVEN, Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    assert fired == [("went_unknown", SOUND)] * 2


async def test_that_it_is_live_after_nobody_could_tell_is_news_whatever_it_was(home: Home) -> None:
    fired = await automate(home.hass, **microphone())
    await become(home, "kitchen", Proof.UNKNOWN, Proof.LIVE)
    assert fired == [("went_unknown", SOUND), ("went_live", SOUND)]
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    fired.clear()
    await become(home, "kitchen", Proof.UNKNOWN, Proof.LIVE, Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    assert [name for name, _ in fired] == ["went_unknown", "went_live", "went_unknown", "went_off"]


async def test_a_proof_that_is_found_again_is_news_only_to_who_waits_for_it(home: Home) -> None:
    await become(home, "kitchen", Proof.OFF_PROVEN)
    fired = await automate(home.hass, off=on("went_off", KITCHEN), proven=on("went_off", KITCHEN, proven=True))
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_PROVEN)
    assert fired == []
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_UNPROVEN, Proof.OFF_PROVEN)
    assert fired == [("proven", SOUND)]


async def test_a_proof_that_comes_later_is_no_second_off_unless_it_was_waited_for(home: Home) -> None:
    proven = on("went_off", KITCHEN, proven=True)
    fired = await automate(home.hass, off=on("went_off", KITCHEN), proven=proven)
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    assert fired == [("off", SOUND)]
    await become(home, "kitchen", Proof.OFF_PROVEN, Proof.OFF_UNPROVEN)
    assert fired == [("off", SOUND), ("proven", SOUND)]


async def test_what_changes_beside_the_state_is_no_change(home: Home) -> None:
    fired = await automate(home.hass, **microphone())
    home.show("kitchen", assessment=Assessment(Proof.LIVE, ("meter",)))
    await home.hass.async_block_till_done()
    assert fired == []


async def test_a_breach_begins_and_ends(home: Home) -> None:
    fired = await automate(home.hass, began=on("breach_began", KITCHEN), ended=on("breach_ended", KITCHEN))
    breach = Breach(cause=Cause.RELAY_UNREACHABLE, since=utc(2026, 11, 21))
    home.show("kitchen", breach=breach)
    await home.hass.async_block_till_done()
    # Another cause is the same breach.
    home.show("kitchen", breach=replace(breach, cause=Cause.TURNED_ON_ELSEWHERE))
    await home.hass.async_block_till_done()
    assert fired == [("began", "binary_sensor.kitchen_breach")]
    home.show("kitchen", breach=None)
    await home.hass.async_block_till_done()
    assert fired[1:] == [("ended", "binary_sensor.kitchen_breach")]


async def test_a_wake_is_told_of_by_outcome_and_permission(home: Home) -> None:
    fired = await automate(
        home.hass,
        any=on("activation", KITCHEN),
        unanswered=on("activation", KITCHEN, outcome="unanswered"),
        forbidden=on("activation", KITCHEN, allowed=False),
        forbidden_answer=on("activation", KITCHEN, outcome=["answered", "unknown"], allowed=False),
    )
    await wake(home, "01", "answered")
    await wake(home, "02", "unanswered")
    await wake(home, "03", "unknown", allowed=False)
    assert [name for name, _ in fired] == ["any", "any", "unanswered", "any", "forbidden", "forbidden_answer"]


async def test_two_wakes_within_a_millisecond_are_two(home: Home, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(utc(2026, 11, 21))
    fired = await automate(home.hass, any=on("activation", KITCHEN))
    await wake(home, "01")
    await wake(home, "02")
    assert len(fired) == 2


@pytest.mark.parametrize(
    ("before", "after", "fell"),
    [
        (Grade.A, Grade.B, True),
        (Grade.B, Grade.C, True),
        (Grade.A, Grade.UNTESTED, True),
        (Grade.UNTESTED, Grade.C, True),
        (Grade.C, Grade.UNTESTED, False),
        (Grade.UNTESTED, Grade.B, False),
        (Grade.C, Grade.A, False),
    ],
)
async def test_assurance_falls_and_does_not_rise(home: Home, before: Grade, after: Grade, fell: bool) -> None:
    assurance = home.household.speakers["kitchen"].assurance
    home.show("kitchen", assurance=replace(assurance, grade=before))
    await home.hass.async_block_till_done()
    fired = await automate(home.hass, fell=on("assurance_fell", {"device_id": home.device("kitchen").id}))
    home.show("kitchen", assurance=replace(assurance, grade=after))
    await home.hass.async_block_till_done()
    assert fired == ([("fell", "sensor.kitchen_assurance")] if fell else [])


async def test_lockdown_begins_and_is_lifted_whatever_its_switch_is_called(home: Home) -> None:
    er.async_get(home.hass).async_update_entity("switch.earlid_lockdown", new_entity_id="switch.panic")
    await home.hass.async_block_till_done()
    fired = await automate(home.hass, began=on("lockdown_began"), lifted=on("lockdown_lifted"))
    await home.call("switch.turn_on", entity_id="switch.panic")
    await home.hass.async_block_till_done()
    assert fired == [("began", "switch.panic")]
    er.async_get(home.hass).async_update_entity("switch.panic", new_entity_id="switch.red_button")
    await home.hass.async_block_till_done()
    await home.call("switch.turn_off", entity_id="switch.red_button")
    await home.hass.async_block_till_done()
    assert fired[1:] == [("lifted", "switch.red_button")]


# Targets


async def test_a_speaker_is_meant_by_whatever_an_action_takes(home: Home) -> None:
    floor = fr.async_get(home.hass).async_create("Below")
    area = ar.async_get(home.hass).async_create("Cellar", floor_id=floor.floor_id)
    label = lr.async_get(home.hass).async_create("Loud")
    device = home.device("kitchen")
    dr.async_get(home.hass).async_update_device(device.id, area_id=area.id, labels={label.label_id})
    targets: dict[str, dict[str, Any]] = {
        "own": KITCHEN,
        "mode": {"entity_id": "select.kitchen_mode"},
        "grade": {"entity_id": "sensor.kitchen_assurance"},
        "device": {"device_id": device.id},
        "area": {"area_id": area.id},
        "floor": {"floor_id": floor.floor_id},
        "label": {"label_id": label.label_id},
        "hub": {"device_id": home.device().id},
        "lockdown": {"entity_id": "switch.earlid_lockdown"},
    }
    fired = await automate(home.hass, **{name: on("went_off", target) for name, target in targets.items()})
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    assert {name for name, _ in fired} == set(targets)
    assert {entity for _, entity in fired} == {SOUND}
    fired.clear()
    await become(home, "bedroom", Proof.OFF_UNPROVEN)
    assert {name for name, _ in fired} == {"hub", "lockdown"}


async def test_the_device_that_is_guarded_means_its_speaker(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await move_in(hass, monkeypatch, a_speaker("kitchen"))
    area = ar.async_get(hass).async_create("Kitchen")
    echo = dr.async_get(hass).async_get_or_create(config_entry_id=home.entry.entry_id, identifiers={("alexa", "1")})
    dr.async_get(hass).async_update_device(echo.id, area_id=area.id)
    player = er.async_get(hass).async_get_or_create("media_player", "alexa", "1", device_id=echo.id)
    subentry = home.entry.subentries["speaker-kitchen"]
    hass.config_entries.async_update_subentry(home.entry, subentry, data={**subentry.data, "device_id": echo.id})
    fired = await automate(
        hass,
        device=on("went_off", {"device_id": echo.id}),
        area=on("went_off", {"area_id": area.id}),
        player=on("went_off", {"entity_id": player.entity_id}),
    )
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    assert {name for name, _ in fired} == {"device", "area", "player"}


async def test_the_room_of_the_hub_does_not_stand_for_all(home: Home) -> None:
    area = ar.async_get(home.hass).async_create("Hall")
    dr.async_get(home.hass).async_update_device(home.device().id, area_id=area.id)
    fired = await automate(home.hass, hall=on("went_off", {"area_id": area.id}))
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    assert fired == []


async def test_what_is_no_speaker_is_none(home: Home) -> None:
    fired = await automate(
        home.hass,
        rule=on("went_off", {"entity_id": "switch.earlid_rule_night"}),
        nothing=on("went_off", {"entity_id": "light.nowhere"}),
    )
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    assert fired == []


async def test_a_speaker_that_comes_later_is_told_of_too(home: Home) -> None:
    fired = await automate(home.hass, off=on("went_off", {"device_id": home.device().id}))
    home.add(a_speaker("office"))
    await home.hass.async_block_till_done()
    assert fired == [], "it came live"
    await become(home, "office", Proof.OFF_PROVEN)
    assert fired == [("off", "sensor.office_microphone")]


async def test_an_entity_that_is_renamed_is_followed_and_its_renaming_no_news(home: Home) -> None:
    fired = await automate(home.hass, **microphone({"device_id": home.device("kitchen").id}))
    er.async_get(home.hass).async_update_entity(SOUND, new_entity_id="sensor.echo")
    await home.hass.async_block_till_done()
    assert fired == []
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    assert fired == [("went_off", "sensor.echo")]


# Several speakers, and for how long


async def test_each_the_first_and_all(home: Home) -> None:
    fired = await automate(
        home.hass, **{behavior: on("went_off", BOTH, behavior=behavior) for behavior in ("each", "first", "all")}
    )
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    assert {name for name, _ in fired} == {"each", "first"}
    fired.clear()
    await become(home, "bedroom", Proof.OFF_PROVEN)
    assert {name for name, _ in fired} == {"each", "all"}


async def test_all_are_off_once_until_one_is_live(home: Home) -> None:
    fired = await automate(home.hass, all=on("went_off", BOTH, behavior="all"))
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    await become(home, "bedroom", Proof.OFF_UNPROVEN)
    assert fired == [("all", "sensor.bedroom_microphone")]
    fired.clear()
    await become(home, "bedroom", Proof.UNKNOWN)
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    await become(home, "bedroom", Proof.OFF_UNPROVEN)
    assert fired == [], "one and then both were out of sight, and both are off still"
    await become(home, "bedroom", Proof.UNKNOWN)
    await become(home, "kitchen", Proof.LIVE, Proof.OFF_UNPROVEN)
    assert fired == [], "nobody can tell of the bedroom"
    await become(home, "bedroom", Proof.OFF_UNPROVEN)
    assert fired == [("all", "sensor.bedroom_microphone")]
    await become(home, "kitchen", Proof.LIVE)
    await become(home, "bedroom", Proof.UNKNOWN)
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    await become(home, "bedroom", Proof.OFF_UNPROVEN)
    assert fired == [("all", "sensor.bedroom_microphone")] * 2, "they were not all off before"


async def test_the_first_is_off_once_until_none_is(home: Home) -> None:
    fired = await automate(home.hass, first=on("went_off", BOTH, behavior="first"))
    await become(home, "kitchen", Proof.OFF_UNPROVEN, Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    await become(home, "bedroom", Proof.OFF_UNPROVEN, Proof.LIVE)
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    assert fired == [("first", SOUND)]
    await become(home, "kitchen", Proof.LIVE, Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    assert fired == [("first", SOUND)] * 2


@pytest.mark.parametrize("away", ["unknown", "unavailable"])
async def test_all_are_not_off_while_nobody_can_tell_about_one(home: Home, away: str) -> None:
    """Home Assistant's own triggers leave such an entity out."""
    if away == "unknown":
        await become(home, "bedroom", Proof.UNKNOWN)
    else:
        home.hass.states.async_set("sensor.bedroom_microphone", away)
    fired = await automate(home.hass, all=on("went_off", BOTH, behavior="all"))
    await become(home, "kitchen", Proof.OFF_PROVEN)
    assert fired == []


async def test_it_must_stay_so_for_as_long_as_was_said(home: Home, freezer: FrozenDateTimeFactory) -> None:
    fired = await automate(home.hass, **microphone(KITCHEN, **{"for": "00:01:00"}))
    await become(home, "kitchen", Proof.UNKNOWN)
    await pass_time(home, freezer, 40)
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    await pass_time(home, freezer, 40)
    assert fired == [], "unknown for 40 s, then off for 40 s"
    await become(home, "kitchen", Proof.OFF_PROVEN)
    await pass_time(home, freezer, 21)
    assert fired == [("went_off", SOUND)], "the proof is no interruption"


async def test_what_nobody_could_tell_of_for_a_moment_is_told_when_it_has_been_so_for_long_enough(
    home: Home, freezer: FrozenDateTimeFactory
) -> None:
    fired = await automate(home.hass, off=on("went_off", KITCHEN, **{"for": "00:01:00"}))
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    await pass_time(home, freezer, 40)
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    await pass_time(home, freezer, 40)
    assert fired == [], "nobody can tell that it was off in between"
    await pass_time(home, freezer, 21)
    assert fired == [("off", SOUND)]
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    await pass_time(home, freezer, 61)
    assert fired == [("off", SOUND)], "that was told"


async def pass_time(home: Home, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()


# Reloads and starts


def everything(home: Home) -> dict[str, dict[str, Any]]:
    """Return an automation for each trigger, over the whole home."""
    hub = {"device_id": home.device().id}
    return {key: on(key, None if key.startswith("lockdown") else hub) for key in TRIGGERS}


async def test_a_reload_is_no_news(home: Home) -> None:
    await wake(home, "01")
    home.show("kitchen", breach=Breach(cause=Cause.RELAY_UNREACHABLE, since=utc(2026, 11, 21)))
    await become(home, "bedroom", Proof.UNKNOWN)
    await home.call("switch.turn_on", entity_id="switch.earlid_lockdown")
    fired = await automate(home.hass, **everything(home))
    await reload(home)
    assert home.state("switch.earlid_lockdown") == "on"
    assert fired == []


async def test_what_a_reload_brings_is_told_of(home: Home) -> None:
    home.show("kitchen", breach=Breach(cause=Cause.RELAY_UNREACHABLE, since=utc(2026, 11, 21)))
    await home.call("switch.turn_on", entity_id="switch.earlid_lockdown")
    assurance = home.household.speakers["kitchen"].assurance
    home.show("kitchen", assurance=replace(assurance, grade=Grade.A))
    await home.hass.async_block_till_done()
    fired = await automate(home.hass, **everything(home))
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.household.lockdown = False
    changes: dict[str, Any] = {"breach": None, "assessment": Assessment(Proof.OFF_PROVEN)}
    home.household.speakers["kitchen"] = replace(home.household.speakers["kitchen"], **changes, assurance=assurance)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.hass.async_block_till_done()
    assert sorted(name for name, _ in fired) == ["assurance_fell", "breach_ended", "lockdown_lifted", "went_off"]


async def test_that_nobody_has_said_anything_since_a_start_is_not_told_of(home: Home) -> None:
    fired = await automate(home.hass, **microphone())
    await become(home, "kitchen", Proof.UNKNOWN, last_known=Proof.LIVE)
    await become(home, "kitchen", Proof.LIVE)
    assert fired == []


async def test_what_differs_from_before_the_start_is(home: Home) -> None:
    await become(home, "kitchen", Proof.UNKNOWN, last_known=Proof.OFF_PROVEN)
    fired = await automate(home.hass, **microphone())
    await become(home, "kitchen", Proof.LIVE)
    assert fired == [("went_live", SOUND)]


async def test_what_was_off_before_a_reload_and_is_when_somebody_tells_is_no_news(home: Home) -> None:
    await become(home, "kitchen", Proof.OFF_UNPROVEN)
    fired = await automate(home.hass, off=on("went_off", KITCHEN))
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    kitchen = home.household.speakers["kitchen"]
    unknown = Assessment(Proof.UNKNOWN)
    home.household.speakers["kitchen"] = replace(kitchen, assessment=unknown, last_known=Proof.OFF_UNPROVEN)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await become(home, "kitchen", Proof.UNKNOWN, Proof.OFF_UNPROVEN)
    assert fired == []


async def test_that_nobody_says_anything_for_long_after_a_start_is(home: Home) -> None:
    await become(home, "kitchen", Proof.UNKNOWN, last_known=Proof.LIVE)
    fired = await automate(home.hass, **microphone())
    await become(home, "kitchen", Proof.UNKNOWN)
    assert fired == [("went_unknown", SOUND)]


# What Home Assistant makes of them


async def test_home_assistant_knows_each_with_its_form(home: Home) -> None:
    descriptions = await async_get_all_descriptions(home.hass)
    assert {key for key in descriptions if key.startswith("earlid.")} == {f"earlid.{key}" for key in TRIGGERS}
    for key in TRIGGERS:
        description = descriptions[f"earlid.{key}"]
        assert description is not None
        assert ("target" in description) is not key.startswith("lockdown")


@pytest.mark.parametrize(
    "trigger",
    [
        {"trigger": "earlid.went_off"},
        {"trigger": "earlid.went_off", "target": KITCHEN, "options": {"behavior": "some"}},
        {"trigger": "earlid.went_live", "target": KITCHEN, "options": {"proven": True}},
        {"trigger": "earlid.activation", "target": KITCHEN, "options": {"outcome": "laughed"}},
        {"trigger": "earlid.activation", "target": KITCHEN, "options": {"outcome": []}},
        {"trigger": "earlid.assurance_fell", "target": KITCHEN, "options": {"for": 3}},
        {"trigger": "earlid.lockdown_began", "target": KITCHEN},
    ],
)
async def test_what_is_not_meant_is_refused(home: Home, trigger: dict[str, Any]) -> None:
    good = {"trigger": "earlid.went_off", "target": KITCHEN, "options": {"behavior": "each", "for": 3}}
    assert await async_validate_trigger_config(home.hass, cv.TRIGGER_SCHEMA([good]))
    with pytest.raises(vol.Invalid):
        await async_validate_trigger_config(home.hass, cv.TRIGGER_SCHEMA([trigger]))
