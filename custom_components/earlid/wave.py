"""A mute that begins: its OFFs go out before anything else is done for anyone.

What a look comes to is dear, an OFF is not. So each look first asks for whom it is certain that an OFF is due whatever
the relay reports, sends those, and only then reads, remembers, records and tells, as of the moment of the OFF. For many
at once that follows a few at a time, so that what is on its way to the relays is not held up by it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback

from .engine.model import Decision, Report
from .post import Post

# So many are gone through before the event loop has a turn: some 5 ms.
_AT_ONCE: Final = 50


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

    @callback
    def wake(self, slugs: Iterable[str]) -> None:
        """Look at these speakers; while OFFs go out, after those: a relay that obeys at once reports in between."""
        if self._pass is None:
            self._look(slugs)
        else:
            self._woken.update(dict.fromkeys(slugs))

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
            except Exception:  # noqa: BLE001, S112 - of one speaker, by whatever it was set up with
                continue
            if decision.may_listen:
                continue
            begun.decided[post.slug] = decision
            if (key := post.relay.key) not in begun.gone:
                begun.gone[key] = post.relay.read() if post.slug in self._woken else post.said
                due.append(post)
        if due:
            self._pass, begun.posts = begun, posts
        return due

    @callback
    def follow_now(self) -> None:
        """Do what follows, and look at those who were woken."""
        self.catch_up()
        while self._woken:
            woken, self._woken = self._woken, {}
            self._look(woken)

    @callback
    def follow_soon(self) -> None:
        """Do the same, a few at a time, from the next turn of the event loop on."""
        self._hass.loop.call_soon(self._go_on)

    @callback
    def catch_up(self) -> None:
        """Do what follows at once: something else is about to be done, or asked."""
        while self._pass is not None:
            self._some(self._pass)

    @callback
    def _go_on(self) -> None:
        if self._pass is not None:
            self._some(self._pass)
        else:
            some = [*islice(self._woken, _AT_ONCE)]
            for slug in some:
                del self._woken[slug]
            self._look(some)
        if self._pass is not None or self._woken:
            self.follow_soon()

    def _some(self, begun: Pass) -> None:
        if begun.left is None:
            begun.left = _by_relay(begun.posts)
        lines = [begun.left.popleft() for _ in range(min(_AT_ONCE, len(begun.left)))]
        if not begun.left and self._pass is begun:
            self._pass = None
        self._go_through([post for line in lines for post in line], begun)


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
