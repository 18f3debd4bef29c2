"""A home in which everything happens all the time: what `bench.soak` lets go on, each thing at its own pace.

The clock is not accelerated, the events are: rules flip each few seconds, hands and faults come as often. A household
has some hundred such events a day; here there are about as many in a minute.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from random import Random
import time
from typing import Any, Final

import aiohttp

from virtual_home import VirtualHome, flows
from virtual_home.client import RefusedError
from virtual_home.network import slugify
from virtual_home.sensors import ReportingDetector

from .eventful import GROUPS, KINDS, NO_WINDOW, soon

HABITS: Final[dict[str, Any]] = {"rest": 0, "boot": 1, "deadline": 5}
LEASE: Final = 30  # s, the shortest there is
RENEWED: Final = LEASE / 3  # s, at the latest
RELOADING: Final = 0.1  # of the time
RELOADS: Final = 36  # then, at most
MENDS: Final = 60.0  # s until every speaker listens again
DAY: Final = 86_400_000  # ms
SLOW: Final = 0.5  # s that such a plug's messages take
KILLED: Final = 0.25  # of the times that the broker goes away
# What may be refused or get no answer while the broker or Earlid is just being restarted.
EXPECTED: Final = (RefusedError, flows.FlowError, aiohttp.ClientError, TimeoutError, ConnectionError)


class Unrest:
    """All of it."""

    def __init__(self, home: VirtualHome, chance: Random) -> None:
        """Take a home that runs; `chance` decides who and when."""
        self.home = home
        self.done: Counter[str] = Counter()
        self.refusals: dict[str, str] = {}  # the first of each
        self.told = 0  # messages that the panels got
        self.slugs = [slugify(room) for room in home.rooms]
        self._chance = chance
        self._window = ""
        self._faulty: set[str] = set()

    async def furnish(self) -> None:
        """Guard the speakers, give them rules of every kind and detectors."""
        home = self.home
        for number, slug in enumerate(self.slugs):
            kind = KINDS[number % len(KINDS)][1]
            leased = kind in ("zigbee2mqtt", "tasmota", "shelly")
            await home.guard(slug, relay_kind=kind, habits=HABITS | ({"lease": LEASE} if leased else {}))
            ReportingDetector(home.network, home.speakers[slug])
        groups = [self.slugs[group::GROUPS] for group in range(GROUPS)]
        for group, slugs in enumerate(groups):
            helper = [f"input_boolean.quiet_{group}"]
            await home.rule("presence", f"Quiet {group}", "mute", entities=helper, speakers=slugs)
        people = [person.entity_id for person in home.persons.values()]
        await home.rule("presence", "Nobody home", "mute", entities=people, quantifier="none")
        await home.rule("presence", "Cooking", "allow", entities=["input_boolean.cooking"], speakers=groups[0])
        await home.rule("schedule", "Term", "mute", entity_id="schedule.term", speakers=groups[1], **NO_WINDOW)
        guests = {"condition": "state", "entity_id": "input_boolean.guests", "state": "on", "for": {"seconds": 2}}
        by_word = {"condition": "template", "value_template": "{{ is_state('input_boolean.guests', 'on') }}"}
        await home.rule("condition", "Guests", "allow", conditions=[guests], speakers=groups[2])
        await home.rule("condition", "Guests too", "mute", conditions=[by_word], speakers=groups[3])
        self._window = await home.rule("schedule", "Soon", "mute", speakers=groups[3], **soon())

    async def go_on(self, seconds: float) -> None:
        """Return after so long, with the home as it came to be.

        Reloads come first and then no more: each begins anew what might be growing.
        """
        activities: list[tuple[float, str, Callable[[], Awaitable[None]]]] = [
            (0.5, "helper flipped", self._flip),
            (20.0, "everybody left", self._leave),
            (6.0, "woke", self._wake),
            (1.5, "hand", self._press),
            (6.0, "listen", self._listen),
            (6.0, "mute or resume", self._mute),
            (60.0, "lockdown", self._lockdown),
            (3.0, "fault", self._fault),
            (40.0, "window moved", self._move_window),
            (45.0, "journal read", self._read),
            (60.0, "self-test", self._self_test),
            (150.0, "broker gone", self._lose_broker),
        ]
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
                for every, name, act in activities:
                    group.create_task(self._again(every, name, act))
                group.create_task(self._reload_often(seconds * RELOADING))
                for stays in (30.0, 170.0, 1e9):
                    group.create_task(self._again(0.5, "panel opened", partial(self._watch, stays)))
        except TimeoutError:
            pass

    async def _reload_often(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        # None is cut short: Home Assistant ends what was asked for when whoever asked is gone, and leaves it unloaded.
        while loop.time() < ends:
            await asyncio.sleep(seconds / RELOADS)
            await self._try("reload", self._reload)

    async def prove(self) -> float:
        """Mend everything, and return how many s lockdown then takes to the last plug; raises TimeoutError."""
        home, owner = self.home, self.home.owner
        if not home.broker.running:
            await home.broker.start()
        await home.network.wait_connected()
        for slug in self.slugs:
            home.faults.heal(slug)
            # As each does every few minutes: that a hand turned it off may have been said while nobody could hear it.
            home.plugs[slug].report()
        for person in home.persons.values():
            person.arrive()
        # A hand seen only after the mutes were taken back would mute again, and some plugs that are on tell of one only
        # when they are asked to stay on.
        await asyncio.sleep(RENEWED + 2 * SLOW)
        await home.caught_up()
        await owner.call("switch.turn_off", entity_id="switch.earlid_lockdown")
        helpers = [one for one in await owner.states() if one.startswith("input_boolean.")]
        await owner.call("input_boolean.turn_off", entity_id=helpers)
        await owner.call("earlid.resume", entity_id=[f"select.{slug}_mode" for slug in self.slugs])
        rule = next(
            one["subentry_id"]
            for one in await flows.subentries(owner, str(home.earlid_entry))
            if one["title"] == "Term"
        )
        await flows.remove_subentry(owner, str(home.earlid_entry), rule)
        await self._all_live(live=True)
        began = time.monotonic()
        await owner.call("switch.turn_on", entity_id="switch.earlid_lockdown")
        await self._all_live(live=False)
        return max(one.at.monotonic for one in home.truth.switches if not one.live) - began

    async def _all_live(self, *, live: bool) -> None:
        def others() -> list[str]:
            return [slug for slug in self.slugs if self.home.plugs[slug].live is not live]

        end = time.monotonic() + MENDS
        while others():
            if time.monotonic() > end:
                states = await self.home.owner.states()
                why = {slug: states.get(f"sensor.{slug}_microphone") for slug in others()}
                raise TimeoutError(f"{len(why)} plugs of {len(self.slugs)} do not follow: {why}")
            await asyncio.sleep(0.02)

    async def _again(self, every: float, name: str, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(every * self._chance.uniform(0.5, 1.5))
            await self._try(name, act)

    async def _try(self, name: str, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except EXPECTED as error:
            self.done[f"{name}: refused"] += 1
            self.refusals.setdefault(name, f"{type(error).__name__}: {error}"[:300])
        else:
            self.done[name] += 1

    def _one(self) -> str:
        return self._chance.choice(self.slugs)

    def _mode(self) -> str:
        return f"select.{self._one()}_mode"

    async def _flip(self) -> None:
        helper = self._chance.choice(["guests", "cooking", *(f"quiet_{group}" for group in range(GROUPS))])
        await self.home.owner.call("input_boolean.toggle", entity_id=f"input_boolean.{helper}")

    async def _leave(self) -> None:
        for person in self.home.persons.values():
            person.leave()
        await asyncio.sleep(self._chance.uniform(1, 5))
        for person in self.home.persons.values():
            person.arrive()

    async def _wake(self) -> None:
        slug = self._one()
        if not self.home.speakers[slug].wake(self._chance.choice(("answered", "unanswered", "unknown"))):
            await self.home.owner.call("earlid.report_activation", entity_id=f"select.{slug}_mode", source="ear")

    async def _press(self) -> None:
        self.home.plugs[self._one()].press()

    async def _listen(self) -> None:
        await self.home.owner.call("earlid.listen", entity_id=self._mode(), duration=self._chance.randint(2, 15))

    async def _mute(self) -> None:
        if self._chance.choice((True, False)):
            await self.home.owner.call("earlid.mute", entity_id=self._mode(), duration=self._chance.randint(2, 15))
        else:
            await self.home.owner.call("earlid.resume", entity_id=self._mode())

    async def _lockdown(self) -> None:
        await self.home.owner.call("switch.turn_on", entity_id="switch.earlid_lockdown")
        await asyncio.sleep(self._chance.uniform(1, 4))
        await self.home.owner.call("switch.turn_off", entity_id="switch.earlid_lockdown")

    async def _fault(self) -> None:
        """Break a plug; it is mended a while later, and meanwhile others break."""
        if not (whole := [slug for slug in self.slugs if slug not in self._faulty]):
            return
        slug, faults = self._chance.choice(whole), self.home.faults
        lasts = self._chance.uniform(1, 12)
        fault = self._chance.choice(("unreachable", "deaf", "silent", "slow", "lossy", "welded", "cut"))
        {
            "unreachable": lambda: faults.unavailable(slug),
            "deaf": lambda: faults.deaf(slug, lasts),
            "silent": lambda: faults.silent(slug, lasts),
            "slow": lambda: faults.slow(slug, SLOW),
            "lossy": lambda: faults.lose_every(slug, 2),
            "welded": lambda: faults.weld(slug),
            "cut": lambda: faults.cut(slug),
        }[fault]()
        self.done[f"plug {fault}"] += 1
        self._faulty.add(slug)
        asyncio.get_running_loop().call_later(lasts, self._mend, slug)

    def _mend(self, slug: str) -> None:
        self._faulty.discard(slug)
        self.home.faults.heal(slug)

    async def _move_window(self) -> None:
        await flows.change_subentry(self.home.owner, str(self.home.earlid_entry), self._window, {"schedule": soon()})

    async def _read(self) -> None:
        async with self.home.owner.conversation() as say:
            now = datetime.now(UTC).timestamp() * 1000
            await say("earlid/journal")
            # Ten minutes here hold more than a household's month; the hours of all wakes are of all there is.
            for question, days in (("timeline", 1 / 144), ("wakes", 30)):
                await say(f"earlid/{question}", start=int(now - days * DAY), end=now)
        entry = self.home.earlid_entry
        await self.home.owner.get(f"/api/diagnostics/config_entry/{entry}")
        await self.home.owner.call("earlid.explain", entity_id=self._mode(), returns=True)

    async def _self_test(self) -> None:
        await self.home.owner.call("earlid.self_test", entity_id=self._mode())

    async def _reload(self) -> None:
        await self.home.owner.post(f"{flows.ENTRIES}/entry/{self.home.earlid_entry}/reload")

    async def _lose_broker(self) -> None:
        """Stop it, or kill it so that it forgets; it is back some seconds later."""
        killed = self._chance.random() < KILLED
        await (self.home.broker.kill() if killed else self.home.broker.stop())
        if killed:
            self.home.broker.forget()
        await asyncio.sleep(self._chance.uniform(0, 8))
        await self.home.broker.start()

    async def _watch(self, stays: float) -> None:
        """Have the panel open for so long."""
        ha = self.home.ha
        async with ha.session.ws_connect(f"{ha.url}/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": ha.owner.token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": "earlid/subscribe"})
            try:
                async with asyncio.timeout(stays):
                    async for _ in socket:
                        self.told += 1
            except TimeoutError:
                pass
