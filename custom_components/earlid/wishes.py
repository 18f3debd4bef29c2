"""What people ask for: holds, lockdown, rules switched on and off.

A wish takes effect at once; that it is on disk is waited for after. OFF never waits for a disk. What the guard is in
the middle of is done first: it is about the time before the wish, and must not be taken for what came of it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .engine import policy
from .engine.finishing import waits
from .engine.model import Because, Effect, Hold, Holds
from .engine.policy import Flip
from .guard import Guard
from .rulebook import Rulebook
from .storage import Storage


class Wishes:
    """Takes wishes to the guard, and has them remembered."""

    def __init__(self, guard: Guard, rulebook: Rulebook, storage: Storage, shown: Callable[[], None]) -> None:
        """Take wishes to this guard; `shown` is called when what came of one must show."""
        self._guard = guard
        self._rulebook = rulebook
        self._storage = storage
        self._shown = shown

    async def mute(self, slugs: Collection[str], duration: timedelta | None, context: Context | None) -> None:
        """Hold the speakers mute, until resumed if `duration` is None; on disk when this returns."""
        self._guard.catch_up()
        now = dt_util.utcnow()
        hold = Hold(effect=Effect.MUTE, at=now, until=None if duration is None else now + duration)
        held = {slug: self._guard.posts[slug].holds for slug in slugs}
        # What is muted without an end already stays as it is: an automation gone wild would write it down for ever.
        await self._hold(
            {
                slug: holds if duration is None and _has_no_end(holds.mute) else replace(holds, mute=hold)
                for slug, holds in held.items()
            },
            context,
        )

    async def listen(self, slugs: Collection[str], duration: timedelta, context: Context | None) -> None:
        """Let the speakers listen for `duration`; a mute hold outranks it. On disk when this returns.

        Raises ServiceValidationError during lockdown, which ends every listen hold.
        """
        self._guard.catch_up()
        self._refuse_in_lockdown()
        now = dt_util.utcnow()
        hold = Hold(effect=Effect.LISTEN, at=now, until=now + duration)
        await self._hold({slug: replace(self._guard.posts[slug].holds, listen=hold) for slug in slugs}, context)

    async def resume(self, slugs: Collection[str], context: Context | None) -> None:
        """End the holds of the speakers; on disk when this returns."""
        self._guard.catch_up()
        await self._hold(dict.fromkeys(slugs, Holds()), context)

    async def hold_until_next_change(self, slug: str, effect: Effect, context: Context | None) -> None:
        """Replace the speaker's holds by one that ends at the next change; on disk when this returns.

        Raises ServiceValidationError for listening during lockdown.
        """
        self._guard.catch_up()
        if effect is Effect.LISTEN:
            self._refuse_in_lockdown()
        decision = self._guard.posts[slug].decision
        if decision is not None:
            hold = policy.until_next_change(effect, decision, dt_util.utcnow())
            await self._hold({slug: Holds(mute=hold) if effect is Effect.MUTE else Holds(listen=hold)}, context)

    async def set_lockdown(self, on: bool, context: Context | None) -> None:
        """Begin or lift lockdown; beginning it ends every listen hold. On disk when this returns."""
        self._guard.catch_up()
        self._guard.lockdown = on
        self._guard.look(context=context)
        await self._guard.followed()
        await self._remembered()

    async def set_rule(self, slug: str, enabled: bool, context: Context | None) -> None:
        """Switch a rule on or off; on disk when this returns."""
        self._guard.catch_up()
        self._rulebook.switch(slug, enabled=enabled)
        self._rulebook.refresh(dt_util.utcnow())
        self._guard.look(context=context)
        await self._guard.followed()
        await self._remembered()

    def plan(self, slug: str, until: datetime) -> list[Flip]:
        """Return the expected flips of the decision up to `until`."""
        now, post = dt_util.utcnow(), self._guard.posts[slug]
        if post.decision is None or self._guard.lockdown:
            return []
        standings = self._rulebook.for_speaker(slug)
        flips = list(policy.plan(post.guarded.speaker.posture, standings, now))
        ends_at = post.decision.until
        if waits(post.decision) and ends_at is not None:
            # Rules that let it listen again sooner than it has finished leave nothing to end.
            due = replace(post.decision.lost[0], waiting=False)
            end = Flip(ends_at, may_listen=False, because=due)
            flips = flips[1:] if flips and flips[0].at <= ends_at else [end, *flips]
        flips = [flip for flip in flips if flip.at <= until]
        hold = post.holds.mute or post.holds.listen
        if hold is None:
            return flips
        if hold.until is None or hold.until > until:
            return []
        before = [flip for flip in flips if flip.at <= hold.until]
        votes = (post.decision.because, *post.decision.lost)
        beneath = next(vote for vote in votes if vote.because is not Because.HOLD)
        base = before[-1] if before else Flip(hold.until, may_listen=post.decision.base, because=beneath)
        ends = [replace(base, at=hold.until)] if base.may_listen is not post.decision.may_listen else []
        return ends + [flip for flip in flips if flip.at > hold.until]

    def _refuse_in_lockdown(self) -> None:
        if self._guard.lockdown:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="lockdown")

    async def _hold(self, holds: Mapping[str, Holds], context: Context | None) -> None:
        for slug, held in holds.items():
            self._guard.posts[slug].holds = held
        self._guard.look(holds, context)
        await self._guard.followed()
        await self._remembered()

    async def _remembered(self) -> None:
        """Return when it is on disk, and shows: who asked may look at once."""
        try:
            await self._storage.now()
        finally:
            self._shown()


def _has_no_end(hold: Hold | None) -> bool:
    return hold is not None and hold.until is None and hold.ends_when_base_leaves is None
