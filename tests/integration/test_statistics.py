"""Long-term statistics: what a year's activations and seconds add up to, across midnights and restarts."""

from collections.abc import Callable
from datetime import datetime, timedelta
import sqlite3
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import recorder
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
    statistics_during_period,
)

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.journal import reads
from custom_components.earlid.storage import Storage

from .homes import guard_home, plug_in, settled, shown, speaker

NOON = datetime(2026, 11, 21, 12, 0, 1, tzinfo=dt_util.UTC)
FIVE = timedelta(minutes=5)
OF_ONE = ("sensor.kitchen_activations_today", "sensor.kitchen_live_today", "sensor.kitchen_exposed_today")
OF_ALL = "sensor.earlid_activations_today"


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """Have the recorder's database made before Home Assistant is, as its fixtures want."""
    assert async_test_recorder


@pytest.fixture
def noon(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Begin at noon, so that midnight comes when a test wants it."""
    freezer.move_to(NOON)
    return freezer


@pytest.fixture
async def entry(noon: FrozenDateTimeFactory, hass: HomeAssistant, recorder_mock: Any) -> MockConfigEntry:
    """Return a recorded home with a speaker that may listen, and does."""
    assert (recorder_mock, noon()) == (recorder.get_instance(hass), NOON.replace(tzinfo=None))
    await hass.config.async_set_time_zone("UTC")
    plug_in(hass, "plug")
    return await guard_home(hass, speaker(relay="light.plug"))


class Life:
    """Lets time pass and what happens be counted."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory) -> None:
        """Begin now."""
        self.hass = hass
        self.entry = entry
        self.freezer = freezer

    async def woke(self, times: int) -> None:
        """Let the kitchen wake for nothing so many times."""
        for _ in range(times):
            self.freezer.tick(timedelta(seconds=10))
            self.entry.runtime_data.report_activation(
                "kitchen", Report(source="led", outcome=Outcome.UNANSWERED, at=None, id=None, note=None)
            )
        await self.hass.async_block_till_done()

    async def passes(self, span: timedelta) -> None:
        """Let time pass by the minute, and the recorder compile each five minutes that are over."""
        end = dt_util.utcnow() + span
        while dt_util.utcnow() < end:
            now = dt_util.utcnow()
            self.freezer.move_to(now.replace(second=1) + timedelta(minutes=1))
            async_fire_time_changed(self.hass)
            await self.hass.async_block_till_done()
            if now.minute // 5 != dt_util.utcnow().minute // 5:
                await async_wait_recording_done(self.hass)
                do_adhoc_statistics(self.hass, start=now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0))
                await async_wait_recording_done(self.hass)

    async def sums(self) -> dict[str, float]:
        """Return what each has added up to since the beginning."""
        rows = await recorder.get_instance(self.hass).async_add_executor_job(
            lambda: statistics_during_period(
                self.hass, NOON - timedelta(hours=1), period="5minute", statistic_ids={*OF_ONE, OF_ALL}
            )
        )
        return {entity_id: row[-1]["sum"] for entity_id, row in rows.items()}


@pytest.fixture
def life(hass: HomeAssistant, entry: MockConfigEntry, noon: FrozenDateTimeFactory) -> Life:
    """Return a life in this home."""
    return Life(hass, entry, noon)


async def test_activations_and_seconds_are_added_up_over_midnight(life: Life) -> None:
    await life.passes(FIVE)
    await life.woke(3)
    await life.passes(FIVE)
    life.freezer.move_to(NOON.replace(hour=23, minute=50))
    async_fire_time_changed(life.hass)
    await life.passes(FIVE * 4)
    await life.woke(2)
    await life.passes(FIVE)
    assert shown(life.hass, OF_ONE[0]).state == shown(life.hass, OF_ALL).state == "2"
    sums = await life.sums()
    assert (sums[OF_ONE[0]], sums[OF_ALL]) == (5, 5)
    assert sums[OF_ONE[1]] == pytest.approx(12.25 * 3600, abs=600)
    assert sums[OF_ONE[2]] == 0


async def test_a_restart_in_between_counts_nothing_twice(life: Life) -> None:
    await life.passes(FIVE)
    await life.woke(3)
    await life.passes(FIVE)
    await life.hass.config_entries.async_reload(life.entry.entry_id)
    await settled(life.hass, life.entry)
    await life.woke(1)
    await life.passes(FIVE * 2)
    sums = await life.sums()
    assert (sums[OF_ONE[0]], sums[OF_ALL]) == (4, 4)
    assert sums[OF_ONE[1]] <= 30 * 60


def locked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Keep from being read which activations the journal holds, as while a backup locks it; return what ends that."""
    real = reads.activations

    def fails(*_: object) -> None:
        msg = "database is locked"
        raise sqlite3.OperationalError(msg)

    monkeypatch.setattr(reads, "activations", fails)
    return lambda: monkeypatch.setattr(reads, "activations", real)


async def test_a_kill_before_the_last_was_stored_counts_nothing_twice_and_forgets_nothing(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await life.passes(FIVE)
    await life.woke(2)
    storage = life.entry.runtime_data._storage
    await storage.now()
    stored = await storage.load()

    async def load(_self: Storage) -> Any:
        """Remember what was stored before the kill."""
        return stored

    monkeypatch.setattr(Storage, "load", load)
    await life.woke(3)
    assert shown(life.hass, OF_ONE[0]).state == "5"
    await life.passes(FIVE)
    readable = locked(monkeypatch)
    await life.hass.config_entries.async_reload(life.entry.entry_id)
    await settled(life.hass, life.entry)
    assert shown(life.hass, OF_ONE[0]).state == "2", "only the journal knows of the others"
    await life.passes(FIVE * 2)
    # Who asks just now would be told no after the time that is to come, and ask again only later.
    await settled(life.hass, life.entry)
    readable()
    life.freezer.tick(FIVE)
    async_fire_time_changed(life.hass)
    await settled(life.hass, life.entry)
    assert shown(life.hass, OF_ONE[0]).state == "5"
    await life.passes(FIVE * 2)
    sums = await life.sums()
    # As a counter that only rises, the two would have been counted once more.
    assert (sums[OF_ONE[0]], sums[OF_ALL]) == (5, 5)
    assert sums[OF_ONE[1]] <= 45 * 60


@pytest.mark.attack
async def test_time_in_which_nobody_looked_is_exposed_where_it_was_not_allowed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("UTC")
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug", posture="mute"))
    await hass.async_block_till_done()
    before = float(shown(hass, "sensor.kitchen_exposed_today").state)
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(minutes=10))
    await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)
    assert float(shown(hass, "sensor.kitchen_exposed_today").state) - before == pytest.approx(600, abs=5)
    assert shown(hass, "sensor.kitchen_live_today").state == "0.0"
