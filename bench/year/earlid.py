"""Earlid as one of those who guard: its own engine, woken as its guard and its rulebook are."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from custom_components.earlid.engine.enforcement import step
from custom_components.earlid.engine.hands import feel
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.memory import Memory
from custom_components.earlid.engine.model import Holds, Meter, Readings, Report
from custom_components.earlid.engine.policy import Facts, decide, next_change, surviving
from custom_components.earlid.engine.rules import Fact, RuleMemory, Said, Standing, after_start, believe, stand

from .household import PHONES, moment, seconds
from .world import World

TRUST_FOR: Final = timedelta(seconds=120)


class Earlid:
    """Guards one speaker as `guard.py` does, over the rules as `rulebook.py` does."""

    rereads = True

    def __init__(self, world: World, *, leases: bool) -> None:
        """With `leases`, the plug's own clock is used; an auto-off, where it has one, is set as for a consent."""
        self._world, self._speaker = world, world.place.speaker
        if leases and world.family.kind.stands:
            world.plug.stands = world.place.speaker.lease.total_seconds()
        self._clock = world.family.kind.clock if leases else None
        self._memory, self._holds = Memory(), Holds()
        self._facts: dict[str, Fact] = {}
        self._rule_memories: dict[str, RuleMemory] = {}
        self._standings: tuple[Standing, ...] = ()
        self._readings = Readings()
        self._alive_at = moment(0)
        self._next_change: datetime | None = None
        self._rules_due: datetime | None = None

    def start(self) -> None:
        """See `Guard`."""
        now = self._now
        breach, unsilenced_since = self._memory.breach, self._memory.unsilenced_since
        self._memory = Memory(breach=breach, unsilenced_since=unsilenced_since)
        counting = {key: after_start(fact, self._alive_at, now) for key, fact in self._facts.items()}
        self._facts = {key: fact for key, fact in counting.items() if fact is not None}
        self._standings, self._readings = (), Readings()
        self._refresh(now)
        self._look()

    def started(self) -> None:
        """See `Guard`."""
        self._readings = replace(self._readings, started_at=self._now)
        self._refresh(self._now)
        self._look()

    def stop(self) -> None:
        """See `Guard`."""
        self._alive_at = self._now
        self._rule_memories = {one.rule.slug: one.memory for one in self._standings if one.memory is not None}

    def relay(self, before: bool | None) -> None:  # noqa: ARG002 - the whole state counts, never the change
        """See `Guard`."""
        shown = self._world.shown
        if shown.available_since is None:
            relay = Report()
        else:
            relay = Report(
                value=shown.value,
                changed_at=moment(shown.changed_at),
                reported_at=moment(shown.reported_at),
                available_since=moment(shown.available_since),
            )
        meter = None
        if self._world.place.metered:
            meter = Meter() if shown.watts is None else Meter(watts=shown.watts, reported_at=moment(shown.watts_at))
        self._readings = replace(self._readings, relay=relay, meter=meter)
        self._look()

    def phone(self) -> None:
        """See `Guard`."""
        self._refresh(self._now)
        self._look()

    def fired(self) -> None:
        """See `Guard`."""
        now = self._now
        if self._rules_due is not None and now >= self._rules_due:
            self._refresh(now)
        self._look()

    def jumped(self) -> None:
        """See `Guard`."""
        self._refresh(self._now)
        self._look(jumped=True)

    @property
    def _now(self) -> datetime:
        return moment(round(self._world.wall, 6))

    def _refresh(self, now: datetime) -> None:
        """Look at every rule."""
        said = dict(zip(PHONES, self._world.shown.phones, strict=True))
        believed = {key: believe(self._facts.get(key), value, now) for key, value in said.items()}
        self._facts = {key: fact for key, fact in believed.items() if fact is not None}
        before = {standing.rule.slug: standing for standing in self._standings}
        known = Said(facts=self._facts, trust_for=TRUST_FOR)
        self._standings = tuple(
            stand(rule, known, now, previous=before.get(rule.slug), memory=self._rule_memories.get(rule.slug))
            for rule in self._world.place.rules
        )
        self._next_change = next_change(self._speaker.posture, self._standings, now)
        looks = [one.recheck_at for one in self._standings if one.recheck_at is not None]
        looks += [one.flips[0] for one in self._standings if one.flips]
        self._rules_due = min((at for at in looks if at > now), default=None)

    def _look(self, *, jumped: bool = False) -> None:
        now, speaker, readings, memory = self._now, self._speaker, self._readings, self._memory
        facts = Facts(speaker=speaker, standings=self._standings, next_change=self._next_change, holds=self._holds)
        decision = decide(facts, now)
        holds = surviving(self._holds, base=decision.base, lockdown=False, now=now)
        felt = feel(speaker, decision, readings, memory.sight, holds, now, leases=memory.leases)
        if felt is not holds:
            decision = decide(replace(facts, holds=felt), now)
        self._holds = felt
        terms = Terms(wanted=decision.may_listen, clock=self._clock, lease=speaker.lease, until=decision.until)
        outcome = step(speaker, decision, readings, memory, now, terms=terms, jumped=jumped)
        if outcome.breach is not None and memory.breach is None:
            self._world.breaches.append(self._world.true)
        self._memory = outcome.memory
        ends = [hold.until for hold in (felt.mute, felt.listen) if hold is not None and hold.until is not None]
        dues = (outcome.recheck_at, self._rules_due, *(end for end in ends if end > now))
        due = min((at for at in dues if at is not None), default=None)
        self._world.arm(None if due is None else seconds(due))
        if outcome.order is not None:
            lease = outcome.order.lease
            self._world.send(outcome.order.command, None if lease is None else lease.total_seconds())
