"""Rules: from what entities say to whether each rule is in force.

A fact has an age. What an entity said last counts for `trust_for` after it falls silent; then it is unknown, and
unknown counts against listening: a mute rule is in force, an allow rule is not.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from .model import Because, Effect, Vote, passed
from .windows import Window

# Facts from before a stop may count after the start only while they are younger than this.
OLDEST_FACT = timedelta(hours=1)
# How far ahead a plan is known. A week: every weekly window has shown its boundaries by then.
OUTLOOK = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entity said last."""

    value: bool
    lost_at: datetime | None = None
    """Since when it says nothing any more; None: it still says so."""

    def at(self, now: datetime, trust_for: timedelta) -> bool | None:
        """Return the value as far as it still counts; None: unknown."""
        if self.lost_at is None or not passed(self.lost_at, trust_for, now):
            return self.value
        return None


def believe(fact: Fact | None, said: bool | None, now: datetime) -> Fact | None:
    """Return the fact after an entity said `said` (None: nothing)."""
    if said is not None:
        return Fact(said)
    if fact is None or fact.lost_at is not None:
        return fact
    return replace(fact, lost_at=now)


def after_start(fact: Fact, alive_at: datetime, now: datetime) -> Fact | None:
    """Return a stored fact as it counts at a start, or None if it is too old.

    One that was already lost before gets no new trust: else a loop of restarts would stretch it for ever.
    """
    if now - (fact.lost_at or alive_at) > OLDEST_FACT:
        return None
    return Fact(fact.value, fact.lost_at or now)


class Quantifier(StrEnum):
    """How many of a presence rule's entities must be there."""

    ANY = "any"
    ALL = "all"
    NONE = "none"

    def of(self, values: Iterable[bool | None]) -> bool | None:
        """Return the quantified truth; None where an unknown one could turn it."""
        seen = set(values)
        if self is Quantifier.ALL:
            return False if False in seen else None if None in seen else True
        anyone = True if True in seen else None if None in seen else False
        if self is Quantifier.NONE and anyone is not None:
            return not anyone
        return anyone


@dataclass(frozen=True, slots=True)
class Presence:
    """Holds while any, all or none of the entities are there."""

    entities: tuple[str, ...]
    quantifier: Quantifier
    hold_for: timedelta = timedelta(0)
    """How long it must hold before it counts."""
    linger: timedelta = timedelta(0)
    """How long it still counts after."""


@dataclass(frozen=True, slots=True)
class Told:
    """Holds while one outside truth does: a `schedule.` or `calendar.` entity, or Home Assistant's conditions."""

    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """`mute` or `listen`, for some speakers, while something holds."""

    slug: str
    name: str
    effect: Effect
    speakers: frozenset[str] = frozenset()
    """Slugs; empty: all speakers."""
    source: Window | Presence | Told

    def concerns(self, speaker: str) -> bool:
        """Return whether the rule is about this speaker."""
        return not self.speakers or speaker in self.speakers

    @property
    def scheduled(self) -> bool:
        """Whether it goes by time alone, so that what it asks for was foreseen."""
        return isinstance(self.source, Window) or (
            isinstance(self.source, Told) and self.source.key.startswith(("schedule.", "calendar."))
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The facts it stands on."""
        match self.source:
            case Presence(entities=entities):
                return entities
            case Told(key=key):
                return (key,)
        return ()


@dataclass(frozen=True, slots=True)
class RuleMemory:
    """What a rule must remember: since when its presence is as it is, and whether it was in force."""

    raw: bool | None
    since: datetime
    in_force: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule at one moment."""

    rule: Rule
    in_force: bool
    known: bool
    vote: Vote
    flips: tuple[datetime, ...] = ()
    """When it will change, as far as that is known; alternating."""
    recheck_at: datetime | None = None
    """When it must be looked at again though nothing was said; the first flip not included."""
    memory: RuleMemory | None = None
    seen_at: datetime | None = None
    """For a window: when it was computed, which is dear; it need not be again before its first flip."""

    def still_holds(self, now: datetime) -> bool:
        """Return whether a window that stood so still does, with its flips a day short of the outlook at most."""
        if self.seen_at is None or not self.seen_at <= now < self.seen_at + timedelta(days=1):
            return False
        return not self.flips or now < self.flips[0]

    def in_force_at(self, moment: datetime) -> bool:
        """Return whether it is expected to be in force at a later moment."""
        return self.in_force ^ bool(bisect_right(self.flips, moment) & 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """All that rules stand on at one moment."""

    facts: Mapping[str, Fact]
    trust_for: timedelta
    until: Mapping[str, datetime] = field(default_factory=dict)
    """For told facts that know it: when they will change."""


def stand(
    rule: Rule, said: Said, now: datetime, *, previous: Standing | None = None, memory: RuleMemory | None = None
) -> Standing:
    """Return where the rule stands; `previous` is what this returned before, and carries the memory."""
    if previous is not None:
        memory = previous.memory
        if previous.rule is rule and previous.still_holds(now):
            return previous
    source = rule.source
    if isinstance(source, Window):
        return _stand_in_window(rule, source, now)
    if isinstance(source, Presence):
        return _stand_in_presence(rule, source, memory, said, now)
    return _stand_as_told(rule, source.key, said, now)


def _vote(rule: Rule, until: datetime | None = None) -> Vote:
    return Vote(Because.RULE, rule.effect, rule.slug, rule.name, until)


def _stand_in_window(rule: Rule, window: Window, now: datetime) -> Standing:
    flips = tuple(takewhile(lambda flip: flip <= now + OUTLOOK, window.flips(now)))
    until = flips[0] if flips else None
    return Standing(rule, window.contains(now), known=True, vote=_vote(rule, until), flips=flips, seen_at=now)


def _stand_as_told(rule: Rule, key: str, said: Said, now: datetime) -> Standing:
    raw, expires_at = _look_up((key,), said, now)[0]
    until = said.until.get(key)
    flips = (until,) if raw is not None and until is not None and until > now else ()
    in_force = rule.effect is Effect.MUTE if raw is None else raw
    return Standing(
        rule, in_force, raw is not None, _vote(rule, flips[0] if flips else None), flips, recheck_at=expires_at
    )


def _stand_in_presence(
    rule: Rule, presence: Presence, memory: RuleMemory | None, said: Said, now: datetime
) -> Standing:
    looked_up = _look_up(presence.entities, said, now)
    raw = presence.quantifier.of(value for value, _ in looked_up)
    since = memory.since if memory is not None and memory.raw is raw else now
    # At first sight a mute rule counts as long settled; an allow rule waits, since nobody saw how long it held.
    was_in_force = memory.in_force if memory is not None else bool(raw) and rule.effect is Effect.MUTE
    flips: tuple[datetime, ...] = ()
    if raw is None:
        in_force = rule.effect is Effect.MUTE
    else:
        waits = presence.linger if was_in_force else presence.hold_for
        in_force = raw if raw is was_in_force or passed(since, waits, now) else was_in_force
        flips = () if in_force is raw else (since + waits,)
    expiries = [at for _, at in looked_up if at is not None]
    return Standing(
        rule,
        in_force,
        raw is not None,
        _vote(rule, flips[0] if flips else None),
        flips,
        recheck_at=min(expiries, default=None),
        memory=RuleMemory(raw, since, in_force),
    )


def _look_up(keys: Iterable[str], said: Said, now: datetime) -> list[tuple[bool | None, datetime | None]]:
    """Return the value of each fact, and when its trust runs out."""
    found: list[tuple[bool | None, datetime | None]] = []
    for key in keys:
        fact = said.facts.get(key)
        value = None if fact is None else fact.at(now, said.trust_for)
        lost_at = None if fact is None or value is None else fact.lost_at
        found.append((value, None if lost_at is None else lost_at + said.trust_for))
    return found
