"""A mute that begins: its OFFs go out before anything else is done for anyone.

What a look comes to is dear, an OFF is not. So each look first asks for whom it is certain that an OFF is due whatever
the relay reports, sends those, and only then reads, remembers, records and tells, as of the moment of the OFF. For many
at once that follows a few at a time. So what is on its way to the relays is not held up by it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
import logging
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback

from .engine.model import Decision, Report
from .post import Post

_LOGGER = logging.getLogger(__name__)

# So many are gone through before the event loop has a turn: some 5 ms.
_AT_ONCE: Final = 50
# A call for many is with its entities in the next turn of the event loop, and Home Assistant's MQTT client writes to
# its socket in the turn after that.
_TURNS: Final = 2


@dataclass(slots=True)
class Pass:
    """One pass over speakers, at one moment."""

    now: datetime
    context: Context | None = None
    jumped: bool = False
    decided: dict[str, Decision] = field(default_factory=dict)
    """By slug, of whom may listen no more and was sent off for it: what changes meanwhile is for the next look."""
    gone: dict[str, Report] = field(default_factory=dict)
    """By key, the relays whose OFF is out: what they had reported before it."""
    posts: list[Post] = field(default_factory=list)
    left: deque[list[Post]] | None = None
    """Who of them is still to be looked at, those behind one relay together; None: all."""
    turns: Iterator[int] = field(default_factory=count)
    urgent: bool = False
    """Whether an OFF may be due that only the look itself shows."""


class Wave:
    """What follows the OFFs of a mute that begins."""

    def __init__(
        self,
        hass: HomeAssistant,
        go_through: Callable[[list[Post], Pass], None],
        look: Callable[[Iterable[str]], None],
    ) -> None:
        """`go_through` does what the pass is for, `look` begins another."""
        self._hass = hass
        self._go_through = go_through
        self._look = look
        self._pass: Pass | None = None
        self._woken: dict[str, None] = {}
        self._following: asyncio.Task[None] | None = None

    @callback
    def wake(self, slugs: Collection[str]) -> None:
        """Look at these speakers; at those whose OFF is out, after what follows it.

        A relay that obeys at once reports in between; all others wait for nobody.
        """
        if self._pass is not None:
            for slug in slugs:
                if slug in self._pass.decided:
                    self._woken.update(dict.fromkeys(slugs))
                    return
        self._look(slugs)

    @callback
    def mute_first(self, begun: Pass, posts: list[Post], foresee: Callable[[Post], Decision]) -> list[Post]:
        """Return, one for each relay, whose OFF is due whatever is reported; all that follows is held back until then.

        One that cannot be judged is left to the look itself, which says so.
        """
        due = []
        for post in posts:
            if not post.goes_off_when_muted:
                continue
            try:
                decision = foresee(post)
                if decision.may_listen:
                    continue
                said = post.relay.read() if post.slug in self._woken else post.said
            except Exception:  # noqa: BLE001 - of one speaker, by whatever it was set up with
                begun.urgent = True
                continue
            begun.decided[post.slug] = decision
            if (key := post.relay.key) not in begun.gone:
                begun.gone[key] = said
                due.append(post)
        if due:
            self._pass, begun.posts = begun, posts
        return due

    @callback
    def follow(self) -> None:
        """Do what follows, and look at those who were woken, as soon as the OFFs have left Home Assistant."""
        if self._pass is not None and (self._pass.urgent or self._pass.jumped):
            self.catch_up()
        if self._following is None or self._following.done():
            # One that is waited for by whoever waits until Home Assistant has nothing left to do.
            self._following = self._hass.async_create_task(self._go_on(), "earlid wave", eager_start=False)

    async def followed(self) -> None:
        """Return when that is done."""
        if self._following is not None:
            await asyncio.wait([self._following])

    @callback
    def catch_up(self) -> None:
        """Do what follows at once: something else is about to be done, or asked."""
        while self._pass is not None:
            self._some(self._pass)

    async def _go_on(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        while self._pass is not None or self._woken:
            try:
                self._some_more()
            except Exception:
                # Else nobody would look at those that are left.
                _LOGGER.exception("Some speakers could not be looked at")
            await asyncio.sleep(0)

    def _some_more(self) -> None:
        if self._pass is not None:
            self._some(self._pass)
            return
        some = [*islice(self._woken, _AT_ONCE)]
        for slug in some:
            del self._woken[slug]
        self._look(some)

    def _some(self, begun: Pass) -> None:
        if begun.left is None:
            begun.left = _by_relay(begun.posts)
        lines = [begun.left.popleft() for _ in range(min(_AT_ONCE, len(begun.left)))]
        if not begun.left and self._pass is begun:
            self._pass = None
        try:
            self._go_through([post for line in lines for post in line], begun)
        except Exception:
            # The others follow all the same, and so does whatever is about to be done.
            _LOGGER.exception("What follows an OFF failed for some speakers")


def with_neighbours(posts: Mapping[str, Post], slugs: Iterable[str] | None) -> list[Post]:
    """Return these speakers (None: all), and those behind the same relays."""
    if slugs is None:
        return list(posts.values())
    lines = {id(line): line for slug in slugs if slug in posts and (line := posts[slug].line)}
    return [posts[slug] for line in lines.values() for slug in line.behind]


def _by_relay(posts: Iterable[Post]) -> deque[list[Post]]:
    """Return the speakers, those behind one relay together: what one may decides for the other."""
    lines: dict[int, list[Post]] = {}
    for post in posts:
        lines.setdefault(id(post.line), []).append(post)
    return deque(lines.values())
