"""Conditions of automations: of whom they hold, and that what nobody knows never counts as off."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, condition, device_registry as dr
import pytest
import voluptuous as vol

from custom_components.earlid.condition import CONDITIONS
from custom_components.earlid.engine.evidence import Assessment
from custom_components.earlid.engine.model import Because, Breach, Cause, Effect, Proof
from tests.integration.fakes import Home, move_in
from tests.integration.views import a_rule, a_speaker, decided, utc

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}
BOTH = {"entity_id": ["sensor.kitchen_microphone", "sensor.bedroom_microphone"]}


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in(hass, monkeypatch, a_speaker("kitchen"), a_speaker("bedroom"), a_rule("night"))


async def made(home: Home, key: str, target: dict[str, Any], **options: Any) -> condition.ConditionChecker:
    """Return the condition as an automation has it."""
    config: dict[str, Any] = {"condition": f"earlid.{key}", "target": target, "options": options}
    valid = await condition.async_validate_condition_config(home.hass, config)
    return await condition.async_from_config(home.hass, valid)


async def holds(home: Home, key: str, target: dict[str, Any], **options: Any) -> bool | None:
    """Return whether a condition holds now."""
    checker = await made(home, key, target, **options)
    try:
        return checker.async_check()
    finally:
        checker.async_unload()


@pytest.mark.parametrize(
    ("proof", "so"),
    [
        (Proof.LIVE, {"is_live"}),
        (Proof.OFF_PROVEN, {"is_off", "is_proven_off"}),
        (Proof.OFF_UNPROVEN, {"is_off"}),
        (Proof.UNKNOWN, set()),
    ],
)
async def test_a_microphone_is_what_it_shows(home: Home, proof: Proof, so: set[str]) -> None:
    home.show("kitchen", assessment=Assessment(proof))
    for key in ("is_live", "is_off", "is_proven_off"):
        assert await holds(home, key, KITCHEN) is (key in so)


async def test_a_breach_is_one_until_it_ends(home: Home) -> None:
    assert await holds(home, "is_in_breach", KITCHEN) is False
    home.show("kitchen", breach=Breach(cause=Cause.RELAY_UNREACHABLE, since=utc(2026, 11, 21)))
    assert await holds(home, "is_in_breach", BOTH) is True
    assert await holds(home, "is_in_breach", BOTH, behavior="all") is False


async def test_allowed_is_what_was_decided_whatever_it_does(home: Home) -> None:
    assert await holds(home, "is_allowed", KITCHEN) is True
    home.show("kitchen", decision=decided(Because.HOLD, Effect.MUTE))
    assert await holds(home, "is_allowed", KITCHEN) is False
    assert await holds(home, "is_live", KITCHEN) is True


async def test_any_and_all(home: Home) -> None:
    home.show("kitchen", assessment=Assessment(Proof.OFF_PROVEN))
    assert await holds(home, "is_live", BOTH) is True
    assert await holds(home, "is_live", BOTH, behavior="all") is False
    assert await holds(home, "is_proven_off", BOTH, behavior="all") is False
    home.show("bedroom", assessment=Assessment(Proof.OFF_PROVEN))
    assert await holds(home, "is_proven_off", BOTH, behavior="all") is True


async def test_one_of_which_nobody_can_tell_is_not_off(home: Home) -> None:
    """Home Assistant's own conditions leave it out."""
    home.show("kitchen", assessment=Assessment(Proof.OFF_PROVEN))
    home.show("bedroom", assessment=Assessment(Proof.UNKNOWN))
    assert await holds(home, "is_proven_off", BOTH, behavior="all") is False
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert home.state("sensor.bedroom_microphone") == "unavailable"
    for key in CONDITIONS:
        assert await holds(home, key, BOTH, behavior="all") is False


async def test_of_no_speaker_nothing_is_true(home: Home) -> None:
    area = ar.async_get(home.hass).async_create("Attic")
    for target in ({"area_id": area.id}, {"entity_id": "sensor.typo_microphone"}):
        for key in CONDITIONS:
            assert await holds(home, key, target, behavior="all") is False
            assert await holds(home, key, target, behavior="any") is False


async def test_a_speaker_is_meant_by_its_room_and_the_hub_stands_for_all(home: Home) -> None:
    area = ar.async_get(home.hass).async_create("Cellar")
    dr.async_get(home.hass).async_update_device(home.device("bedroom").id, area_id=area.id)
    home.show("bedroom", assessment=Assessment(Proof.OFF_PROVEN))
    assert await holds(home, "is_proven_off", {"area_id": area.id}, behavior="all") is True
    assert await holds(home, "is_proven_off", {"entity_id": "select.bedroom_mode"}, behavior="all") is True
    assert await holds(home, "is_proven_off", {"device_id": home.device().id}) is True
    assert await holds(home, "is_proven_off", {"device_id": home.device().id}, behavior="all") is False


async def test_it_must_have_been_so_for_as_long_as_was_said(home: Home, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(utc(2026, 11, 21, 20))
    home.show("kitchen", assessment=Assessment(Proof.OFF_PROVEN))
    checker = await made(home, "is_proven_off", KITCHEN, **{"for": "00:01:00"})
    freezer.tick(59)
    assert checker.async_check() is False
    freezer.tick(2)
    assert checker.async_check() is True
    checker.async_unload()


async def test_whoever_follows_a_condition_hears_of_the_speaker_that_is_meant(home: Home) -> None:
    checker = await made(home, "is_live", {"entity_id": "select.kitchen_mode"})
    told: list[bool | None] = []
    stop = await checker.async_track_changes(lambda: told.append(checker.async_check()))
    home.show("kitchen", assessment=Assessment(Proof.OFF_PROVEN))
    home.show("bedroom", assessment=Assessment(Proof.OFF_PROVEN))
    await home.hass.async_block_till_done()
    stop()
    checker.async_unload()
    assert told == [False]


async def test_home_assistant_knows_each_with_its_form(home: Home) -> None:
    descriptions = await condition.async_get_all_descriptions(home.hass)
    assert {key for key in descriptions if key.startswith("earlid.")} == {f"earlid.{key}" for key in CONDITIONS}
    assert all(descriptions[f"earlid.{key}"] for key in CONDITIONS)


@pytest.mark.parametrize("config", [{}, {"target": KITCHEN, "options": {"behavior": "some"}}])
async def test_what_is_not_meant_is_refused(home: Home, config: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await condition.async_validate_condition_config(home.hass, {"condition": "earlid.is_live"} | config)
