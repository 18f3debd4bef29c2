"""What the story's steps are made of: people come and go, night ends, a speaker wakes."""

import asyncio
from contextlib import suppress
from datetime import timedelta
import time

from .checks import Delay, UnmetError
from .observer import Message
from .rivals import Rivals
from .stage import FAR, Stage, in_seconds, monotonic, sleep_until
from .waiting import until

REST = 1.2  # s off before on again, and a little
ON_AGAIN = 2.0  # s; the contract bounds no ON: rest (1 s here) and a second more
BREACH_SHOWS = 1.0  # s from a wake to the breach
MINUTE_PATIENCE = 84.0  # s into the story: later it no longer waits for the careful twin's minute


class Scenes:
    """Plays on a stage."""

    def __init__(self, stage: Stage) -> None:
        """Begin now."""
        self.stage = stage
        self.rivals = Rivals(stage)
        self.began = time.monotonic()

    async def next_minute(self) -> None:
        """Wait for the careful twin, which says OFF again at the full minute, and a little longer for the other."""
        end = min(self.began + MINUTE_PATIENCE, time.monotonic() + 62)
        with suppress(TimeoutError):
            await until(self.rivals.careful_is_off, within=max(0.0, end - time.monotonic()))

    async def end_well(self) -> None:
        """Leave a home in which everybody is in, and that is not muted for the next hours."""
        for person in self.stage.home.persons.values():
            person.arrive()
        await self.morning(lasts=FAR)

    async def last_one_leaves(self) -> Delay:
        """Return how long OFF took to five plugs, from the message that says that nobody is home."""
        stage, persons = self.stage, self.stage.home.persons
        if persons["ben"].home:
            persons["ben"].leave()
            await asyncio.sleep(0.4)
        waited, since = stage.waited, time.monotonic()
        persons["anna"].leave()
        stage.permissions.deny(stage.everywhere, since)
        delay = await stage.told("off", since, waited)
        await stage.all_live(stage.plugs, live=False, within=1)
        # Home Assistant is done with this before the yardstick is laid on.
        await asyncio.sleep(REST / 2)
        await stage.measure_yardstick()
        await asyncio.sleep(REST / 2)
        return delay

    async def anna_returns(self) -> float:
        """Return the seconds until the last plug was on; all hear when this returns."""
        stage = self.stage
        since = time.monotonic()
        self.rivals.end(since)
        stage.home.persons["anna"].arrive()
        stage.permissions.allow(stage.everywhere, since)
        on = await stage.all_on(ON_AGAIN, stage.everywhere)
        return on - since

    async def morning(self, *, lasts: timedelta) -> float:
        """Let the night end in a moment and begin again after `lasts`; returns the monotonic time of its end."""
        ends = in_seconds(1.5)
        await self.stage.set_night(ends + lasts, ends)
        at = monotonic(ends)
        await sleep_until(at)
        self.rivals.end(at)
        self.stage.permissions.allow(self.stage.everywhere, at)
        return at

    async def wake(self, room: str) -> Message:
        """Say the wake word, and return the activation that comes of the detector's report."""
        stage, since = self.stage, time.monotonic()
        if not stage.home.speakers[room].wake():
            raise UnmetError("it wakes", "it hears nothing")
        reported = stage.detectors[room].sent[-1]
        return await stage.seen.wait_for(
            f"/{room}/activation",
            lambda message: bool(message.body["id"] == reported),
            since=since,
            within=BREACH_SHOWS,
        )
