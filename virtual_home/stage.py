"""The home that the story plays in: five guarded speakers, two rules, the twins, and a yardstick.

The yardstick is Home Assistant's shortest way to silence five plugs: one automation, one `switch.turn_off` for all.
What it takes is the floor of this home: Home Assistant's connection to the broker waits for an acknowledgement before
it sends the second of several small messages (Nagle's algorithm, RFC 896).
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
import time
from typing import Any

from . import flows
from .checks import Delay, expect
from .client import Client
from .home import VirtualHome
from .network import slugify
from .observer import Observer
from .outlets import Outlet
from .permissions import Permissions
from .persons import Person
from .sensors import ReportingDetector
from .speakers import Speaker
from .truth import Moment
from .twins import CAREFUL, EDGES, set_twins_night

BOOT = 1.0  # s the story's speakers take to boot; a real one takes 20 to 60
HABITS = {"rest": 1, "boot": 1}  # s; the defaults, 10 and 60, are for real speakers
SPARES = tuple(f"Spare {number}" for number in range(1, 6))
ARRIVES_WITHIN = 5.0  # s; a command that is not there by then is missing, not late
FAR = timedelta(hours=12)  # a night that far away does not disturb
TWINS = (slugify(CAREFUL), slugify(EDGES))


class Stage:
    """The home, what is where in it, and what is permitted."""

    def __init__(self, home: VirtualHome) -> None:
        """Take a home that runs; `furnish` does the rest."""
        self.home = home
        self.rooms = [slugify(room) for room in home.rooms]
        self.everywhere = [*self.rooms, *TWINS]
        self.permissions = Permissions()
        self.seen: Observer
        self.detectors: dict[str, ReportingDetector] = {}
        self.yardstick: list[Delay] = []
        self._spares: list[Outlet] = []
        self._sitter: Person
        self._night = ""

    @property
    def owner(self) -> Client:
        """The administrator's view of Home Assistant."""
        return self.home.owner

    @property
    def plugs(self) -> list[Outlet]:
        """The guarded plugs."""
        return [self.home.plugs[room] for room in self.rooms]

    @property
    def waited(self) -> float:
        """Seconds that Home Assistant and the broker, each in turn, were ready and got no processor."""
        return self.home.ha.waited + self.home.broker.waited

    async def furnish(self) -> None:
        """Guard the speakers through the dialogs, give the two rules, set up the detectors and the yardstick."""
        home = self.home
        for room in self.rooms:
            await home.guard(room, habits=HABITS)
            self.detectors[room] = ReportingDetector(home.network, home.speakers[room])
        people = [person.entity_id for person in home.persons.values()]
        await home.rule("presence", "Nobody home", "mute", entities=people, quantifier="none")
        begins = datetime.now(UTC) + FAR
        night = {"from": _clock(begins), "to": _clock(begins + timedelta(hours=1))}
        self._night = await home.rule("schedule", "Night", "mute", **night)
        await set_twins_night(self.owner, begins.time(), (begins + timedelta(hours=1)).time())
        self._spares = [home.add_plug(name) for name in SPARES]
        self._sitter = Person(home.network, "Yardstick")
        await self.owner.wait_for(self._sitter.tracker_id, "home")
        await home.wait_until_ready()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Let the story begin: everything that is published is seen, everybody is home, all may listen."""
        async with self.home.observe() as self.seen:
            self.permissions.allow(self.everywhere, time.monotonic())
            yield

    async def set_night(self, begins: datetime, ends: datetime) -> None:
        """Move the night, for Earlid and for the twins; with `ends` before `begins` it is night until `ends` too."""
        assert self.home.earlid_entry is not None
        window = {"schedule": {"from": _clock(begins), "to": _clock(ends)}}
        await flows.change_subentry(self.owner, self.home.earlid_entry, self._night, window)
        await set_twins_night(self.owner, begins.time(), ends.time())

    async def told(self, state: str, since: float, waited: float, rooms: Iterable[str] | None = None) -> Delay:
        """Return how long after `since` the command arrived at the first and last plug; UnmetError if one is missing.

        `waited` is the stage's as it was then.
        """
        plugs = [self.home.plugs[room] for room in rooms or self.rooms]
        return await self._arrival(plugs, state, since, waited)

    async def measure_yardstick(self) -> None:
        """Let Home Assistant's own automation silence five spare plugs, once, and note what it took."""
        waited, since = self.waited, time.monotonic()
        self._sitter.leave()
        self.yardstick.append(await self._arrival(self._spares, "off", since, waited))
        since = time.monotonic()
        self._sitter.arrive()
        await self._arrival(self._spares, "on", since, waited)

    async def all_on(self, within: float, rooms: Iterable[str] | None = None) -> float:
        """Return the monotonic time when the last plug went on, once all do and their speakers hear."""
        plugs = {room: self.home.plugs[room] for room in rooms or self.rooms}
        await self.all_live(plugs.values(), live=True, within=within)
        last = max(
            (s.at.monotonic for plug in plugs.values() for s in self.home.truth.switches_of(plug) if s.live),
            default=0.0,
        )
        await expect(
            "every speaker hearing",
            lambda: all(self._settled(self.home.speakers[room]) for room in plugs),
            within=BOOT + 2,
            seen=self.picture,
        )
        return last

    async def all_live(self, plugs: Iterable[Outlet], *, live: bool, within: float) -> None:
        """Return when all of these plugs are really on, or off; UnmetError after `within` seconds."""
        chosen = list(plugs)
        named = f"{len(chosen)} plugs" if len(chosen) > 1 else chosen[0].name
        what = f"{named} {'on' if live else 'off'}"
        await expect(what, lambda: all(plug.live is live for plug in chosen), within=within, seen=self.picture)

    def picture(self) -> str:
        """Return which plugs are on, for a person."""
        lit = [room.replace("_", " ") for room in self.rooms if self.home.plugs[room].live]
        return f"on: {', '.join(lit)}" if lit else "all plugs off"

    def went_off(self, plug: Outlet, since: float, *, before: float = float("inf")) -> float | None:
        """Return when a plug next went off after `since`, monotonic; None: not before `before`."""
        times = [one.at.monotonic for one in self.home.truth.switches_of(plug, since=since) if not one.live]
        return next((at for at in times if at < before), None)

    async def say(self, action: str, **data: Any) -> tuple[float, float]:
        """Call an action; return when it was sent, monotonic, and `waited` then."""
        domain, name = action.split(".")
        # The connection is made before: the way in is no part of what is measured.
        async with self.owner.conversation() as say:
            waited, since = self.waited, time.monotonic()
            await say("call_service", domain=domain, service=name, service_data=data)
        return since, waited

    def _settled(self, speaker: Speaker) -> bool:
        return speaker.hears

    async def _arrival(self, plugs: list[Outlet], state: str, since: float, waited: float) -> Delay:
        def first(plug: Outlet) -> float | None:
            told = (one.at.monotonic for one in self.home.truth.commands_to(plug, since=since) if one.says == state)
            return next(told, None)

        def missing() -> str:
            names = [plug.name for plug in plugs if first(plug) is None]
            return f"none at {', '.join(names)}"

        what = f"{state.upper()} at every plug"
        await expect(what, lambda: all(first(plug) for plug in plugs), within=ARRIVES_WITHIN, seen=missing)
        times = [at - since for plug in plugs if (at := first(plug)) is not None]
        # Both may have waited at the same time.
        return Delay(min(times), max(times), min(max(times), max(0.0, self.waited - waited)))


def yardstick_configuration() -> dict[str, Any]:
    """Return the yardstick's automations, beside whatever others a configuration has."""
    spares = [f"switch.{slugify(name)}_plug" for name in SPARES]

    def when(place: str, state: str) -> dict[str, Any]:
        return {
            "id": f"yardstick_{state}",
            "alias": f"Yardstick {state}",
            "triggers": [{"trigger": "state", "entity_id": "device_tracker.yardstick_phone", "to": place}],
            "actions": [{"action": f"switch.turn_{state}", "target": {"entity_id": spares}}],
        }

    return {"automation yardstick": [when("not_home", "off"), when("home", "on")]}


def in_seconds(seconds: float) -> datetime:
    """Return the first whole second at least so far ahead: rules know no parts of one."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0) + timedelta(seconds=1)


def monotonic(wall: datetime) -> float:
    """Return a time of the wall clock on the monotonic one."""
    now = Moment.now()
    return now.monotonic + (wall - now.wall).total_seconds()


async def sleep_until(at: float) -> None:
    """Return at a monotonic time, or at once if it is past."""
    await asyncio.sleep(max(0.0, at - time.monotonic()))


def _clock(at: datetime) -> str:
    return at.strftime("%H:%M:%S")
