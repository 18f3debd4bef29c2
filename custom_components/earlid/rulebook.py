"""Where every rule stands: keeps the facts, believes what entities say, asks Home Assistant's conditions."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
import logging

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_state_change_event
from homeassistant.util import dt as dt_util

from .engine.model import Effect
from .engine.policy import next_change
from .engine.rules import Fact, RuleMemory, Said, Standing, believe, stand
from .facts import Eyes
from .runtime import RuleView
from .setup_data import Home, SetUpRule
from .watch import ConditionWatch, as_conditions

_LOGGER = logging.getLogger(__name__)
_CONDITION_KEY = "rule:"


@dataclass(slots=True)
class _Entry:
    set_up: SetUpRule
    enabled: bool
    stop: Callable[[], None]
    watch: ConditionWatch | None = None
    standing: Standing | None = None
    memory: RuleMemory | None = None
    """From before the start, until the rule stands for the first time."""

    def as_it_counts(self, standing: Standing) -> Standing:
        """Return the standing as decisions see it: a rule that is switched off is never in force."""
        return standing if self.enabled else _switched_off(standing)


def _switched_off(standing: Standing) -> Standing:
    return Standing(standing.rule, in_force=False, known=standing.known, vote=standing.vote, memory=standing.memory)


def _means(standing: Standing) -> tuple[object, ...]:
    """Return what of a standing counts in decisions and plans."""
    return standing.in_force, standing.known, standing.flips


class Rulebook:
    """The rules of the home, one by one."""

    def __init__(
        self,
        hass: HomeAssistant,
        eyes: Eyes,
        home: Home,
        wake: Callable[[frozenset[str] | None], None],
        keep: Callable[[], None],
    ) -> None:
        """`wake` is called with the speakers (None: all) whose rules changed, `keep` when a fact did."""
        self.home = home
        self.facts: dict[str, Fact] = {}
        self._hass = hass
        self._eyes = eyes
        self._wake = wake
        self._keep = keep
        self._entries: dict[str, _Entry] = {}
        self._counting: tuple[Standing, ...] = ()
        self._concerning: dict[str, tuple[Standing, ...]] = {}
        self._outlooks: dict[tuple[Effect, tuple[int, ...]], datetime | None] = {}
        self._cancel_timer: Callable[[], None] | None = None
        self._soon: asyncio.Handle | None = None

    @property
    def views(self) -> dict[str, RuleView]:
        """The rules as they are now."""
        return {
            slug: RuleView(
                rule=entry.set_up.rule,
                subentry_id=entry.set_up.subentry_id,
                enabled=entry.enabled,
                in_force=entry.enabled and entry.standing is not None and entry.standing.in_force,
                known=entry.standing is not None and entry.standing.known,
            )
            for slug, entry in self._entries.items()
        }

    @property
    def memories(self) -> dict[str, RuleMemory]:
        """What must survive a stop, of each rule that has it."""
        found = {s: e.memory if e.standing is None else e.standing.memory for s, e in self._entries.items()}
        return {slug: memory for slug, memory in found.items() if memory is not None}

    @property
    def switched_off(self) -> list[str]:
        """The rules that a person switched off."""
        return [slug for slug, entry in self._entries.items() if not entry.enabled]

    async def watch(self, set_up: SetUpRule) -> ConditionWatch | None:
        """Return a running watch of a rule's conditions, to put with the rule; None if it has none."""
        if set_up.conditions is None:
            return None
        watch = ConditionWatch(self._hass, self._eyes, self.something_changed)
        await watch.start(as_conditions(set_up.conditions))
        return watch

    @callback
    def put(
        self,
        set_up: SetUpRule,
        *,
        enabled: bool,
        memory: RuleMemory | None = None,
        watch: ConditionWatch | None = None,
    ) -> None:
        """Add a rule or change it; a changed one keeps its memory while it stands on the same.

        What it means is seen at the next `refresh`. Without their watch, conditions say nothing.
        """
        slug = set_up.rule.slug
        before = self._entries.get(slug)
        if before is not None:
            before.stop()
            if before.set_up.rule.source == set_up.rule.source and before.standing is not None:
                memory = before.standing.memory
        keys = [key for key in set_up.rule.keys if not key.startswith(_CONDITION_KEY)]
        stack = ExitStack()
        stack.callback(async_track_state_change_event(self._hass, keys, self._entity_changed))
        if watch is not None:
            stack.callback(watch.stop)
        self._entries[slug] = _Entry(set_up, enabled, stack.close, watch, memory=memory)

    @callback
    def switch(self, slug: str, *, enabled: bool) -> None:
        """Switch a rule on or off."""
        self._entries[slug].enabled = enabled

    @callback
    def remove(self, slug: str) -> None:
        """Forget a rule."""
        self._entries.pop(slug).stop()

    @callback
    def stop(self) -> None:
        """Watch no more."""
        for entry in self._entries.values():
            entry.stop()
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None

    @callback
    def follow_targets(self) -> None:
        """Look again at what sends no event: time, some templates, the members of areas."""
        for entry in self._entries.values():
            if entry.watch is not None:
                entry.watch.follow()

    @property
    def asks_conditions(self) -> bool:
        """Whether any rule stands on Home Assistant's conditions."""
        return any(entry.watch is not None for entry in self._entries.values())

    @callback
    def refresh(self, now: datetime) -> frozenset[str] | None:
        """Look at every rule; return the speakers (None: all) for whom one stands differently now."""
        self._believe(now)
        said = Said(facts=self.facts, trust_for=self.home.trust_for, until=self._told_until())
        counting: list[Standing] = []
        concerned: set[str] = set()
        everyone = False
        for entry in self._entries.values():
            before = entry.standing
            entry.standing = stand(entry.set_up.rule, said, now, previous=before, memory=entry.memory)
            counting.append(entry.as_it_counts(entry.standing))
            if before is None or _means(before) != _means(entry.standing):
                concerned |= entry.set_up.rule.speakers
                everyone = everyone or not entry.set_up.rule.speakers
        self._counting = tuple(counting)
        self._concerning.clear()
        self._outlooks.clear()
        self._arm(now)
        return None if everyone else frozenset(concerned)

    @callback
    def for_speaker(self, slug: str) -> tuple[Standing, ...]:
        """Return where the rules stand that concern the speaker; where those are all, it is one answer for everyone."""
        if (known := self._concerning.get(slug)) is None:
            known = tuple(standing for standing in self._counting if standing.rule.concerns(slug))
            self._concerning[slug] = known = self._counting if len(known) == len(self._counting) else known
        return known

    @callback
    def next_change(self, posture: Effect, standings: tuple[Standing, ...], now: datetime) -> datetime | None:
        """Return `policy.next_change`; speakers with the same posture and rules share one answer per refresh."""
        key = posture, tuple(map(id, standings))
        if key not in self._outlooks:
            self._outlooks[key] = next_change(posture, standings, now)
        return self._outlooks[key]

    def _believe(self, now: datetime) -> None:
        said: Mapping[str, bool | None] = {
            key: self._ask(entry, key) for entry in self._entries.values() for key in entry.set_up.rule.keys
        }
        believed = {key: believe(self.facts.get(key), value, now) for key, value in said.items()}
        facts = {key: fact for key, fact in believed.items() if fact is not None}
        if facts != self.facts:
            self.facts = facts
            self._keep()

    def _ask(self, entry: _Entry, key: str) -> bool | None:
        try:
            if key.startswith(_CONDITION_KEY):
                return None if entry.watch is None else entry.watch.check()
            return self._eyes.says(key)
        except Exception:
            # One rule's entity is no reason to lose sight of all others.
            _LOGGER.exception("%s cannot be read, and counts as unknown", key)
            return None

    def _told_until(self) -> dict[str, datetime]:
        keys = {key for entry in self._entries.values() for key in entry.set_up.rule.keys}
        times = {key: self._eyes.changes_at(key) for key in keys if key.startswith(("schedule.", "calendar."))}
        return {key: at for key, at in times.items() if at is not None}

    def _arm(self, now: datetime) -> None:
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
        standings = [entry.standing for entry in self._entries.values() if entry.standing is not None]
        looks = [s.recheck_at for s in standings if s.recheck_at] + [s.flips[0] for s in standings if s.flips]
        due = [at for at in looks if at > now]
        if due:
            self._cancel_timer = async_track_point_in_utc_time(self._hass, self._timer_fired, min(due))

    @callback
    def _timer_fired(self, _now: datetime) -> None:
        self._cancel_timer = None
        self.something_changed()

    @callback
    def _entity_changed(self, _event: Event[EventStateChangedData]) -> None:
        self.something_changed()

    @callback
    def look_soon(self) -> None:
        """Do as `something_changed` when this pass of the event loop is over, once for all that came in it."""
        if self._soon is None:
            self._soon = self._hass.loop.call_soon(self.something_changed)

    @callback
    def look_now(self) -> None:
        """Do it at once, if it is to be done soon."""
        if self._soon is not None:
            self.something_changed()

    @callback
    def something_changed(self) -> None:
        """Look at the rules again, and wake the speakers for whom that changes something."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        concerned = self.refresh(dt_util.utcnow())
        if concerned is None or concerned:
            self._wake(concerned)
