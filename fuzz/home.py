"""A guarded home in process for inputs that could reach it, and how it stands: that is what no bad input may change."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, override

from homeassistant.auth.models import User
from homeassistant.const import STATE_HOME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, mock_component

from bench.homes import PERSON, nobody_home, plug_in, running, set_up, speakers
from custom_components.earlid.const import DOMAIN
from custom_components.earlid.engine.model import Holds
from custom_components.earlid.household import GuardedHome
from custom_components.earlid.journal import Entry, Query

SLUGS: Final = ("speaker_0", "speaker_1", "speaker_2")
WORDS: Final = (*SLUGS, "Speaker 0", "speaker 1", "Kitchen", "Cellar", "nobody_home", "night", "home", PERSON)

# Of the event loop, until what follows an OFF has begun.
_TURNS: Final = 4

type Standing = tuple[Any, ...]
"""How the home stands: each speaker's holds and decision, lockdown, which rules count."""


class Alarms(logging.Handler):
    """Keeps what is logged as an error: a fence that held is a part that fell."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))

    def ensure_calm(self) -> None:
        """Raise AssertionError where something was logged as an error."""
        if self.heard:
            said, self.heard = self.heard, []
            raise AssertionError(said[0])


@contextmanager
def alarmed() -> Iterator[Alarms]:
    """Hear what is logged as an error, and nothing else."""
    alarms, level = Alarms(), logging.root.level
    logging.root.setLevel(logging.ERROR)
    logging.root.addHandler(alarms)
    try:
        yield alarms
    finally:
        logging.root.setLevel(level)
        logging.root.removeHandler(alarms)


@dataclass(slots=True)
class Home:
    """Three speakers and two rules; nothing is written to a disk."""

    loop: asyncio.AbstractEventLoop
    hass: HomeAssistant
    entry: MockConfigEntry
    household: GuardedHome
    alarms: Alarms
    admin: User
    guest: User
    rows: list[Entry] = field(default_factory=list)
    """What the journal tells whoever asks."""

    def run[T](self, work: Awaitable[T]) -> T:
        """Return what comes of it."""

        async def done() -> T:
            return await work

        return self.loop.run_until_complete(done())

    async def settle(self) -> None:
        """Return when what was begun is done, and what follows from that."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        while tasks := self.hass._tasks:
            await asyncio.wait(tasks)

    @property
    def standing(self) -> Standing:
        """How the home stands now."""
        guard, rules = self.household._guard, self.household.rules
        posts = [
            (post.slug, post.holds, post.decision and (post.decision.may_listen, post.decision.because))
            for post in guard.posts.values()
        ]
        return guard.lockdown, tuple(posts), tuple((slug, view.enabled) for slug, view in rules.items())

    @property
    def listens(self) -> dict[str, Any]:
        """The listen hold of each speaker that has one."""
        posts = self.household._guard.posts.values()
        return {post.slug: post.holds.listen for post in posts if post.holds.listen is not None}

    @property
    def mutes(self) -> dict[str, Any]:
        """The mute hold of each speaker that has one."""
        posts = self.household._guard.posts.values()
        return {post.slug: post.holds.mute for post in posts if post.holds.mute is not None}

    def hold(self, holds: Holds | None = None, *, lockdown: bool = False) -> None:
        """Let every speaker be held so, and nothing else be wished."""
        guard = self.household._guard
        guard.lockdown = lockdown
        for post in guard.posts.values():
            post.holds = holds or Holds()

        async def look() -> None:
            guard.look()
            await self.settle()

        self.run(look())

    def let(self, **options: Any) -> None:
        """Let these be the home's options."""
        if self.entry.options != options:
            # Not through Home Assistant, which would have everything read anew.
            object.__setattr__(self.entry, "options", options)

    def ensure_calm(self) -> None:
        """Raise AssertionError where something was logged as an error."""
        self.alarms.ensure_calm()


@contextmanager
def home(**options: Any) -> Iterator[Home]:
    """Live in a guarded home."""
    with alarmed() as alarms, TemporaryDirectory() as folder, asyncio.Runner() as runner:
        stack = AsyncExitStack()
        loop = runner.get_loop()
        try:
            yield runner.run(_move_in(stack, Path(folder), loop, alarms, options))
        finally:
            runner.run(stack.aclose())


async def _move_in(
    stack: AsyncExitStack, folder: Path, loop: asyncio.AbstractEventLoop, alarms: Alarms, options: dict[str, Any]
) -> Home:
    hass = await stack.enter_async_context(running(folder))
    for name in ("websocket_api", "conversation", "assist_pipeline"):
        mock_component(hass, name)
    plugs = await plug_in(hass, len(SLUGS))
    hass.states.async_set(PERSON, STATE_HOME)
    night = {"slug": "night", "name": "Night", "effect": "mute", "speakers": [], "kind": "schedule"} | {
        "days": ["mon", "sun"],
        "from": "22:00:00",
        "to": "06:00:00",
    }
    rule: Any = nobody_home() | {"subentry_id": "night", "title": "Night", "unique_id": "rule:night", "data": night}
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Earlid",
        data={"site": "home", "topic_prefix": "earlid"},
        options=options,
        subentries_data=[*speakers(plugs), nobody_home(), rule],
    )
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    areas, devices = ar.async_get(hass), dr.async_get(hass)
    for number, name in enumerate(("Kitchen", "Cellar", "Cellar")):
        device = devices.async_get_device_by_identifier((DOMAIN, f"{entry.entry_id}_{SLUGS[number]}"), entry.entry_id)
        if device is None:
            raise LookupError(SLUGS[number])
        devices.async_update_device(device.id, area_id=areas.async_get_or_create(name).id)
    # A place without a speaker, two speakers of one name, and one that is part of another.
    areas.async_create("Attic")
    entities = er.async_get(hass)
    called: tuple[tuple[str, list[Any]], ...] = (
        ("speaker_0", ["Twins", "Zero One"]),
        ("speaker_1", ["Twins", "Cellar"]),
        ("speaker_2", ["Cellar"]),
    )
    for slug, aliases in called:
        entities.async_update_entity(f"sensor.{slug}_microphone", aliases=aliases)
    admin = MockUser(id="a" * 32, is_owner=True).add_to_hass(hass)
    guest = MockUser(id="b" * 32).add_to_hass(hass)
    # May see and control the first speaker, and knows of no other.
    seen: Any = {"entity_ids": {f"{domain}.speaker_0_{name}": True for domain, name in _SEEN}}
    guest.mock_policy({"entities": seen})
    lives = Home(loop, hass, entry, entry.runtime_data, alarms, admin, guest)
    _without_a_disk(lives)
    alarms.heard.clear()
    return lives


_SEEN: Final = (("sensor", "microphone"), ("select", "mode"))


def _without_a_disk(lives: Home) -> None:
    """Let nothing be written, and the journal tell `rows`."""
    household: Any = lives.household

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    async def rows(query: Query) -> list[Entry]:
        told = lives.rows if query.after_seq is None else []
        return [
            one
            for one in told
            if (query.speakers is None or one.speaker in query.speakers)
            and (query.kinds is None or one.kind in query.kinds)
        ]

    async def at_once(target: Callable[..., Any], *args: Any) -> Any:
        return target(*args)

    storage, journal = household._storage, household._books.journal
    storage.now = storage.try_now = nothing
    storage.soon = lambda: None
    journal.append = lambda _records: None
    journal.settled = nothing
    journal.read = rows
    journal.time_of_later = nothing
    journal.latest_before = _empty
    # A thread would take longer than all the rest.
    lives.hass.async_add_executor_job = at_once  # type: ignore[method-assign, assignment]


async def _empty(*_: Any) -> dict[Any, Any]:
    return {}
