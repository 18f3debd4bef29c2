"""When states are written: at what is new, by the minute where something grows, and never for nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.earlid.engine.exposure import Tally
from custom_components.earlid.engine.model import Because, Effect, Proof
from custom_components.earlid.entity import HubEntity
from tests.integration.fakes import Home, move_in, written
from tests.integration.views import a_rule, a_speaker, decided, utc


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in(hass, monkeypatch, a_speaker("kitchen"), a_speaker("bedroom"), a_rule("night"))


def _passes(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Callable[[float], None]:
    def passes(seconds: float) -> None:
        freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(hass)

    return passes


async def test_live_time_is_written_at_changes_of_the_microphone_and_once_a_minute(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(utc(2026, 11, 21, 12, 0, 10))
    home = await move_in(hass, monkeypatch, a_speaker("kitchen"))
    passes = _passes(hass, freezer)
    tally = home.household.speakers["kitchen"].tally

    passes(20)
    home.show("kitchen", last_activation=None)
    assert home.state("sensor.kitchen_live_today") == "0.0", "another change does not write it"
    passes(30.5)
    await hass.async_block_till_done()
    assert home.state("sensor.kitchen_live_today") == "50.5"
    passes(9.5)
    live = timedelta(seconds=60)
    home.show("kitchen", tally=replace(tally, at=dt_util.utcnow(), proof=Proof.UNKNOWN, allowed=False, live=live))
    assert home.state("sensor.kitchen_live_today") == "60.0"
    assert home.state("sensor.kitchen_exposed_today") == "0.0"
    passes(60)
    await hass.async_block_till_done()
    assert home.state("sensor.kitchen_live_today") == "60.0"
    assert home.state("sensor.kitchen_exposed_today") == "60.0"


async def test_what_does_not_grow_is_not_written_each_minute(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(utc(2026, 11, 21, 12, 0, 10))
    now = dt_util.utcnow()
    tally = Tally(at=now, day=dt_util.as_local(now).date(), proof=Proof.OFF_PROVEN, allowed=False)
    await move_in(hass, monkeypatch, a_speaker("kitchen", tally=tally))
    entity_ids = written(hass)
    for _ in range(3):
        _passes(hass, freezer)(60)
        await hass.async_block_till_done()
    assert entity_ids == []


async def test_a_new_day_begins_at_the_households_midnight(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Vienna")
    freezer.move_to(utc(2026, 11, 21, 22, 59, 30))
    now = dt_util.utcnow()
    tally = Tally(
        at=now,
        day=dt_util.as_local(now).date(),
        proof=Proof.OFF_PROVEN,
        allowed=False,
        live=timedelta(hours=3),
        activations=5,
    )
    home = await move_in(hass, monkeypatch, a_speaker("kitchen", tally=tally))
    assert home.state("sensor.earlid_activations_today") == "5"
    _passes(hass, freezer)(30.6)
    await hass.async_block_till_done()
    assert home.state("sensor.kitchen_live_today") == "0.0"
    assert home.state("sensor.kitchen_activations_today") == "0"
    assert home.state("sensor.earlid_activations_today") == "0"


async def test_only_what_shows_something_new_is_written(home: Home) -> None:
    entity_ids = written(home.hass)
    home.household.tell("kitchen")
    home.show("kitchen", decision=decided(Because.HOLD, Effect.LISTEN))
    await home.hass.async_block_till_done()
    assert sorted(entity_ids) == ["sensor.kitchen_decided_by", "sensor.kitchen_microphone"]


async def test_the_hub_counts_once_however_many_speakers_change_at_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    look = HubEntity.refresh

    def counted(entity: HubEntity) -> None:
        looks.append(entity.entity_id)
        look(entity)

    monkeypatch.setattr(HubEntity, "refresh", counted)
    for _ in range(50):
        home.household.tell("kitchen")
    await home.hass.async_block_till_done()
    assert looks.count("binary_sensor.earlid_all_off") == 1


async def test_unloading_leaves_no_listener(home: Home) -> None:
    home.household.tell("kitchen")
    assert home.household.listeners
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    assert home.household.listeners == 0
