"""What a speaker may do, and why: the highest voice in force decides, the others are kept as the trace.

`PRECEDENCE` is the contract's order, and the only place that knows it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import Because, Decision, Effect, Hold, Holds, Speaker, Vote
from .rules import Standing

# A hold until the next change ends after this if nobody knows when that is: a person's wish of the evening should
# not decide the day after tomorrow.
LONGEST_UNKNOWN = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that a decision is made of."""

    speaker: Speaker
    standings: tuple[Standing, ...] = ()
    """Of the rules that concern the speaker."""
    next_change: datetime | None = None
    """From `next_change`, which is dearer than the decision and the same for many speakers."""
    holds: Holds = Holds()
    lockdown: bool = False


@dataclass(frozen=True, slots=True)
class Flip:
    """An expected change of the decision."""

    at: datetime
    may_listen: bool
    because: Vote
    """What decides from then on."""


type _Level = Callable[[Facts, Holds], list[Vote]]


def _lockdown(facts: Facts, _holds: Holds) -> list[Vote]:
    return [Vote(Because.LOCKDOWN, Effect.MUTE)] if facts.lockdown else []


def _hold(hold: Hold | None) -> list[Vote]:
    return [] if hold is None else [Vote(Because.HOLD, hold.effect, until=hold.until)]


def _hold_mute(_facts: Facts, holds: Holds) -> list[Vote]:
    return _hold(holds.mute)


def _hold_listen(_facts: Facts, holds: Holds) -> list[Vote]:
    return _hold(holds.listen)


def _mute_rules(facts: Facts, _holds: Holds) -> list[Vote]:
    return [s.vote for s in facts.standings if s.in_force and s.rule.effect is Effect.MUTE]


def _allow_rules(facts: Facts, _holds: Holds) -> list[Vote]:
    return [s.vote for s in facts.standings if s.in_force and s.rule.effect is Effect.LISTEN]


def _posture(facts: Facts, _holds: Holds) -> list[Vote]:
    return [Vote(Because.POSTURE, facts.speaker.posture)]


PRECEDENCE: tuple[_Level, ...] = (_lockdown, _hold_mute, _hold_listen, _mute_rules, _allow_rules, _posture)
_WITHOUT_HOLDS = PRECEDENCE[3:]


def decide(facts: Facts, now: datetime) -> Decision:
    """Return whether the speaker may listen at `now`, with everything that spoke for and against it."""
    base = next(votes[0] for level in _WITHOUT_HOLDS if (votes := level(facts, facts.holds))).effect is Effect.LISTEN
    holds = surviving(facts.holds, base=base, lockdown=facts.lockdown, now=now)
    won, *lost = [vote for level in PRECEDENCE for vote in level(facts, holds)]
    held = won.because in (Because.HOLD, Because.LOCKDOWN)
    return Decision(
        may_listen=won.effect is Effect.LISTEN,
        because=won,
        until=won.until if held else facts.next_change,
        lost=tuple(lost),
        next_change=facts.next_change,
        base=base,
    )


def surviving(holds: Holds, *, base: bool, lockdown: bool, now: datetime) -> Holds:
    """Return the holds that have not ended; lockdown ends every listen hold."""
    mute, listen = holds.mute, holds.listen
    if mute is not None and _ended(mute, base, now):
        mute = None
    if listen is not None and (lockdown or _ended(listen, base, now)):
        listen = None
    return holds if mute is holds.mute and listen is holds.listen else Holds(mute=mute, listen=listen)


def _ended(hold: Hold, base: bool, now: datetime) -> bool:
    if hold.ends_when_base_leaves not in (None, base):
        return True
    if hold.until is None:
        return False
    # A listen hold taken in what is now the future would outlast its length by as much as the clock was set back.
    return now >= hold.until or (hold.effect is Effect.LISTEN and hold.at - now > timedelta(seconds=5))


def until_next_change(effect: Effect, decision: Decision, now: datetime, *, by_hand: bool = False) -> Hold:
    """Return a hold that ends when the decision without holds next flips, or after 12 h if nobody knows when."""
    return Hold(
        effect=effect,
        at=now,
        until=decision.next_change or now + LONGEST_UNKNOWN,
        ends_when_base_leaves=decision.base,
        by_hand=by_hand,
    )


def next_change(posture: Effect, standings: tuple[Standing, ...], now: datetime) -> datetime | None:
    """Return when the decision without holds flips if nothing unforeseen happens; None: unknown."""
    return next((flip.at for flip in plan(posture, standings, now)), None)


def plan(posture: Effect, standings: tuple[Standing, ...], now: datetime) -> Iterator[Flip]:
    """Yield each expected flip of the decision without holds.

    Sweeps over the known flips of all rules and counts which are in force, so it grows with flips, not with
    flips times rules.
    """
    if any(s.in_force and not s.flips for s in standings if s.rule.effect is Effect.MUTE):
        return
    listens = posture is Effect.LISTEN
    mute = allow = 0
    mutes: dict[datetime, int] = {}
    allows: dict[datetime, int] = {}
    for standing in standings:
        in_force = standing.in_force_at(now)
        if standing.rule.effect is Effect.MUTE:
            mute += in_force
            changes = mutes
        else:
            allow += in_force
            changes = allows
        change = -1 if in_force else 1
        for flip in standing.flips:
            if flip > now:
                changes[flip] = changes.get(flip, 0) + change
                change = -change
    may = not mute and bool(allow or listens)
    for moment in sorted({**mutes, **allows}):
        mute += mutes.get(moment, 0)
        allow += allows.get(moment, 0)
        if (not mute and bool(allow or listens)) is not may:
            may = not may
            yield Flip(moment, may, _first(posture, standings, moment))


def _first(posture: Effect, standings: tuple[Standing, ...], moment: datetime) -> Vote:
    """Return what decides among rules that will be in force then, and the posture; until when is another matter."""
    votes = [s.vote for s in standings if s.in_force_at(moment)]
    loudest = sorted(votes, key=lambda vote: vote.effect is not Effect.MUTE)
    return replace(loudest[0], until=None) if loudest else Vote(Because.POSTURE, posture)
