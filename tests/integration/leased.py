"""A relay that keeps its own clock, as the guard sees one; its timer runs on the test's clock."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.earlid import relays
from custom_components.earlid.engine.model import Clock, Report, Settings
from custom_components.earlid.engine.trials import Finding
from custom_components.earlid.facts import Eyes

from .homes import settled, speaker

LONG_AGO = timedelta(days=1)


@dataclass
class LeasedPlug:
    """A plug with a timer, pressed and broken by tests."""

    hass: HomeAssistant
    key: str = "leased"
    clock: Clock | None = field(default_factory=lambda: Clock(longest=timedelta(hours=1), confirms=True))
    on: bool = True
    deaf: bool = False
    ignores_timer: bool = False
    hangs: bool = False
    settings: Settings = field(default_factory=lambda: Settings(power_on_off=True, firmware="1.0"))
    told: list[tuple[str, float | None]] = field(default_factory=list)
    """Each command, and the seconds that came with it."""
    provisioned: list[float] = field(default_factory=list)
    inspections: int = 0
    """How often it was asked how it is set, and nothing else."""
    fails: Exception | None = None
    """What `inspect` and `provision` raise."""
    subscribers: int = 0
    _report: Report = field(default_factory=Report)
    _changed: Callable[[], None] = lambda: None
    _timer: CALLBACK_TYPE | None = None

    def __post_init__(self) -> None:
        """It has been in sight for long."""
        self._report = Report(available_since=dt_util.utcnow() - LONG_AGO)
        self.says()

    @property
    def commands(self) -> list[str]:
        """What it was told, without the seconds."""
        return [command for command, _ in self.told]

    def says(self, on: bool | None = None) -> None:
        """Report how it is, or pretend."""
        now, value = dt_util.utcnow(), self.on if on is None else on
        changed = self._report.changed_at if self._report.value is value else now
        self._report = replace(self._report, value=value, changed_at=changed, reported_at=now)
        self._changed()

    def switch(self, on: bool) -> None:
        """Switch it, by hand for instance; it says so."""
        self.on = on
        if not on:
            self._stop_timer()
        self.says()

    def lose_sight(self) -> None:
        """Fall silent."""
        self._report = Report()
        self._changed()

    def come_back(self, *, on: bool) -> None:
        """Be in sight again, in that state."""
        self.on = on
        now = dt_util.utcnow()
        self._report = Report(value=on, changed_at=now, reported_at=now, available_since=now)
        self._changed()

    # --- The protocol

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `Relay`."""
        self._changed = changed
        self.subscribers += 1

        def stop() -> None:
            self.subscribers -= 1
            self._stop_timer()

        return stop

    together = None

    def read(self) -> Report:
        """See `Relay`."""
        return self._report

    async def off(self, _context: Context) -> None:
        """See `Relay`."""
        self.told.append(("off", None))
        if not self.deaf:
            self.switch(False)

    async def grant(self, lease: timedelta | None, _context: Context) -> None:
        """See `Relay`."""
        await self._let("grant", lease)

    async def renew(self, lease: timedelta, _context: Context) -> None:
        """See `Relay`."""
        await self._let("renew", lease)

    async def ask(self) -> None:
        """See `Relay`."""
        self.says()

    async def inspect(self) -> Settings:
        """See `Relay`."""
        self.inspections += 1
        if self.fails is not None:
            raise self.fails
        return self.settings

    async def provision(self, lease: timedelta) -> Settings:
        """See `Relay`."""
        if self.fails is not None:
            raise self.fails
        self.provisioned.append(lease.total_seconds())
        self.settings = replace(self.settings, power_on_off=True, kept_command=False)
        return self.settings

    async def _let(self, command: str, lease: timedelta | None) -> None:
        self.told.append((command, None if lease is None else lease.total_seconds()))
        if self.hangs:
            await self.hass.loop.create_future()
        if self.deaf:
            raise HomeAssistantError("deaf")
        self._stop_timer()
        if lease is not None and not self.ignores_timer:
            self._timer = async_call_later(self.hass, lease, self._time_up)
        self.switch(True)

    @callback
    def _time_up(self, _now: datetime) -> None:
        self._timer = None
        self.switch(False)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None


def plug_in(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, **kind: Any) -> LeasedPlug:
    """Return a plug that speakers with `relay="leased"` are behind."""
    plug = LeasedPlug(hass, **kind)

    def make(_hass: HomeAssistant, _eyes: Eyes, _data: Mapping[str, Any]) -> LeasedPlug:
        return plug

    monkeypatch.setitem(relays._KINDS, "leased", make)
    return plug


async def later(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float, *, step: float = 1) -> None:
    """Let time pass, a step at a time, so that each timer fires when it is due."""
    while seconds > 0:
        freezer.tick(timedelta(seconds=min(step, seconds)))
        async_fire_time_changed(hass)
        # Not the background tasks: some wait for time to go on.
        await hass.async_block_till_done()
        seconds -= step


def behind(slug: str = "kitchen", **data: Any) -> ConfigSubentryDataWithId:
    """Return the set-up of a speaker behind that plug, with a lease of 30 s."""
    made = speaker(slug, lease=30)
    return {**made, "data": {**made["data"], "relay": "leased", **data}}


async def self_tested(hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: MockConfigEntry) -> Finding | None:
    """Return what came of the self-test of the kitchen's relay."""
    # A task of Home Assistant's own would be waited for before time goes on.
    test = asyncio.ensure_future(entry.runtime_data.self_test(["kitchen"]))
    await later(hass, freezer, 60)
    finding: Finding | None = (await test)["kitchen"]
    # A journal that took a moment to write was taken for stuck, as time went by so fast, until it has written.
    await settled(hass, entry)
    return finding
