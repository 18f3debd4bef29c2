"""A week in a home, lived in two minutes, for pictures. Earlid decides and records; only the clock is not real.

No test by its name: `scripts/pictures` runs it, with EARLID_DAY saying where the journal is to be left, and EARLID_ZONE
where on Earth the home is.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
import os
from pathlib import Path
import random
import shutil
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.earlid.const import JOURNAL
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome

from .homes import Plug, guard_home, plug_in, rule, settled, speaker

ROOMS = ("kitchen", "living_room", "bedroom", "office", "nursery")
LENGTH = timedelta(days=7)
SIGNS = ("led", "satellite", "traffic")
# Of a hundred wakes; a study counted far fewer that were meant than one would think.
OUTCOMES = (*[Outcome.ANSWERED] * 62, *[Outcome.UNANSWERED] * 30, *[Outcome.UNKNOWN] * 8)


class Day:
    """The home, its people, and the clock that goes by the minute."""

    def __init__(self, hass: HomeAssistant, clock: FrozenDateTimeFactory, entry: MockConfigEntry) -> None:
        """Begin with everybody home."""
        self.hass = hass
        self.clock = clock
        self.entry = entry
        self.chance = random.Random(20261122)  # noqa: S311 - wakes, not secrets

    async def act(self, action: str, room: str, **data: Any) -> None:
        """Do what somebody does with a speaker."""
        await self.hass.services.async_call(
            "earlid", action, {"entity_id": f"select.{room}_mode", **data}, blocking=True
        )

    def are(self, **people: str) -> None:
        """Let people be at home or not."""
        for name, where in people.items():
            self.hass.states.async_set(f"person.{name}", where)

    def wake(self, room: str, *, heard: bool = False) -> None:
        """Let a speaker wake, if it can."""
        view = self.entry.runtime_data.speakers[room]
        if heard or view.assessment.proof.value == "live":
            outcome = self.chance.choice(OUTCOMES)
            report = Report(source=self.chance.choice(SIGNS), outcome=outcome, at=None, id=None, note=None)
            self.entry.runtime_data.report_activation(room, report)

    async def minute(self) -> None:
        """Let a minute go by; the meters follow their plugs."""
        for seconds in (5, 55):
            self.clock.tick(timedelta(seconds=seconds))
            for room in ROOMS:
                on = self.hass.states.is_state(f"light.{room}", "on")
                watts = str(round(1.6 + self.chance.random(), 1)) if on else "0.0"
                self.hass.states.async_set(f"sensor.{room}_power", watts, {"unit_of_measurement": "W"})
            async_fire_time_changed(self.hass)
            await self.hass.async_block_till_done()


def busy(at: datetime, room: str) -> float:
    """Return how likely somebody, or the television, wakes a speaker within this minute."""
    evening, morning = 17 <= at.hour < 22, 6 <= at.hour < 9
    usual = {"kitchen": 0.012, "living_room": 0.014, "bedroom": 0.004, "office": 0.006, "nursery": 0.006}[room]
    return usual * (3 if evening else 2 if morning else 1)


def diary(day: Day, plugs: dict[str, Plug], number: int) -> dict[time, Callable[[], Any]]:
    """Return what happens at which time of a day; on the last one a plug is deaf and a muted speaker heard."""
    usual: dict[time, Callable[[], Any]] = {
        time(8, 15): lambda: day.are(anna="not_home", ben="not_home"),
        time(12, 35): lambda: day.are(ben="home"),
        time(13, 25): lambda: day.are(ben="not_home"),
        time(16, 50): lambda: day.are(anna="home"),
        time(18, 5): lambda: day.are(ben="home"),
    }
    if number in (2, 3):
        usual = {time(10, 30): lambda: day.are(anna="not_home"), time(15, 0): lambda: day.are(anna="home")}
    return usual | {
        time(19, 40): lambda: day.act("mute", "living_room", duration={"minutes": 75}),
        time(21, 50): lambda: day.act("listen", "bedroom", duration={"hours": 1}),
        time(11, 4): lambda: setattr(plugs["office"], "deaf", number == LENGTH.days - 1),
        time(11, 5): lambda: plugs["office"].shows("on") if number == LENGTH.days - 1 else None,
        time(11, 12): lambda: setattr(plugs["office"], "deaf", False),
        time(14, 20): lambda: day.wake("nursery", heard=number == LENGTH.days - 1),
    }


@pytest.mark.timeout(600)
async def test_a_home_is_lived_in(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    now = datetime.now(dt_util.UTC)
    zone = os.environ["EARLID_ZONE"]
    await hass.config.async_set_time_zone(zone)
    freezer.move_to(now - LENGTH)
    plugs = plug_in(hass, *ROOMS)
    for name in ("anna", "ben"):
        hass.states.async_set(f"person.{name}", "home")
    usual = {"posture": "listen"}
    postures = {"office": {"posture": "mute"}, "nursery": {"posture": "mute"}}
    entry = await guard_home(
        hass,
        *(
            speaker(room, f"light.{room}", power_entity=f"sensor.{room}_power", **postures.get(room, usual))
            for room in ROOMS
        ),
        *rules(),
    )
    day = Day(hass, freezer, entry)
    done: set[tuple[int, time]] = set()
    while dt_util.utcnow() < now:
        at = dt_util.now()
        number = (dt_util.utcnow() - now + LENGTH).days
        for when, what in diary(day, plugs, number).items():
            if at.time() >= when and (at.toordinal(), when) not in done:
                done.add((at.toordinal(), when))
                if (result := what()) is not None:
                    await result
        for room in ROOMS:
            if day.chance.random() < busy(at, room):
                day.wake(room)
        await day.minute()
    await settled(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    shutil.copyfile(Path(hass.config.path(".storage", JOURNAL)), os.environ["EARLID_DAY"])


def rules() -> list[Any]:
    """Return the household's rules."""
    every = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return [
        rule("nobody_home", kind="presence", entities=["person.anna", "person.ben"], quantifier="none"),
        rule("night", kind="schedule", days=every, **{"from": "22:30:00", "to": "06:30:00"}),
        rule(
            "working_hours",
            "allow",
            kind="schedule",
            days=every[:5],
            speakers=["office"],
            **{"from": "09:00:00", "to": "17:00:00"},
        ),
        rule(
            "bedtime_story",
            "allow",
            kind="schedule",
            days=every,
            speakers=["nursery"],
            **{"from": "18:30:00", "to": "20:15:00"},
        ),
    ]
