"""A plug that fails in every way it can, a clock that jumps, and a guard that does what the engine says.

True time goes on for ever; the wall clock is what the guard, Home Assistant and all reports read. Whatever the engine
promises is checked here at each step, in true time and against the plug's own contact.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import heapq
from itertools import count
import pickle

from custom_components.earlid.engine.enforcement import Step, step
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.memory import Memory
from custom_components.earlid.engine.model import Command, Meter, Proof, Readings, Report, Speaker

from .factories import ALLOWED, LONG_AGO, MUTED, NOON, a_report, a_speaker, at, watts

# How long it may be quiet while a relay does not report off, or reports it alone.
BACKOFF = 30.0
REASSERT = 900.0
# A clock that jumps may cost the slack of small corrections, and what the heartbeat takes to see a larger one.
SLACK = 5.0
HEARTBEAT = 5.0
SET = 1.0
TICK = 0.001


@dataclass
class Plug:
    """What really is, and what becomes of a command."""

    closed: bool = True
    deaf: bool = False
    welded: bool = False
    loses_every: int = 0
    delay: float = 0.1
    in_sight: bool = True
    taken: int = 0

    def take(self) -> bool:
        """Return whether the command arrives."""
        self.taken += 1
        return self.in_sight and not self.deaf and not (self.loses_every and self.taken % self.loses_every == 0)

    def switch(self, closed: bool) -> None:
        """Move the contact, as far as it moves."""
        self.closed = closed or self.welded


@dataclass
class World:
    """One speaker behind a plug, guarded."""

    speaker: Speaker = field(default_factory=a_speaker)
    true: float = 0.0
    skew: float = 0.0
    plug: Plug = field(default_factory=Plug)
    decision_allows: bool = True
    neighbour_allows: bool = True
    memory: Memory = field(default_factory=Memory)
    readings: Readings = field(default_factory=lambda: Readings(relay=a_report(True), started_at=at(LONG_AGO)))
    running: bool = True
    last: Step | None = None
    sent: list[tuple[float, Command]] = field(default_factory=list)
    jumped: bool = False
    quiet_since: float | None = None
    """Since when OFF is due and none was sent, in true time."""
    timer: datetime | None = None
    _coming: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    @property
    def wall(self) -> datetime:
        """What the clock on the wall shows."""
        return NOON + timedelta(seconds=round(self.true + self.skew, 6))

    @property
    def wanted(self) -> bool:
        """Whether everyone behind the plug may listen."""
        return self.decision_allows and self.neighbour_allows

    # --- Time

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        heapq.heappush(self._coming, (round(self.true + seconds, 6), next(self._numbers), what))

    def run(self, seconds: float) -> None:
        """Let time go by, with all that comes meanwhile."""
        end = round(self.true + seconds, 6)
        while True:
            due, what = self._next()
            if due > end:
                break
            self.true = max(self.true, due)
            what()
        self.true = end
        self._check_quiet()

    def _next(self) -> tuple[float, Callable[[], None]]:
        due: float = float("inf")
        what: Callable[[], None] = self.look
        if self._coming:
            due = self._coming[0][0]
            what = self._pop
        # A timer of Home Assistant fires when the clock on the wall has reached it.
        if self.timer is not None and self.running:
            timer = max(self.true + (self.timer - self.wall).total_seconds(), self.true)
            if timer < due:
                return timer, self._timer
        return due, what

    def _pop(self) -> None:
        heapq.heappop(self._coming)[2]()

    def _timer(self) -> None:
        self.timer = None
        self.look()

    # --- The guard

    def look(self, *, jumped: bool = False) -> None:
        """Do what the guard does, and check what the engine promises."""
        if not self.running:
            return
        self._check_quiet()
        before = self.last
        decision = ALLOWED if self.decision_allows else MUTED
        arguments = (self.speaker, decision, self.readings, self.memory, self.wall)
        terms = Terms(wanted=self.wanted)
        outcome = step(*arguments, terms=terms, jumped=jumped)
        again = step(*pickle.loads(pickle.dumps(arguments)), terms=terms, jumped=jumped)  # noqa: S301 - our own
        assert outcome == again, "the same facts and memory give the same step"
        assert outcome.recheck_at is None or outcome.recheck_at > self.wall
        self._check_command(outcome, before)
        self.last, self.memory = outcome, outcome.memory
        self.timer = outcome.recheck_at
        if outcome.command is not None:
            self.sent.append((self.true, outcome.command))
            self._deliver(outcome.command)
        due = not self.wanted and outcome.proof is not Proof.OFF_PROVEN
        if not due or outcome.command is Command.OFF or self.quiet_since is None:
            self.quiet_since = self.true if due else None

    def _check_command(self, outcome: Step, before: Step | None) -> None:
        if outcome.command is Command.ON:
            assert self.decision_allows, "ON only on a decision"
            assert self.neighbour_allows, "a shared relay is on only while all may listen"
        if self.wanted:
            assert outcome.command is not Command.OFF
            return
        seen = None if before is None else before.memory.sight
        relay = self.readings.relay
        turned_on = seen is not None and relay.value is True and seen.value is False
        came_back = seen is not None and relay.available_since not in (None, seen.available_since)
        first = not any(command is Command.OFF for _, command in self.sent[-1:])
        if turned_on or came_back or first or before is None:
            assert outcome.command is Command.OFF, "news brings OFF at once"

    def _check_quiet(self) -> None:
        if self.quiet_since is None or self.last is None or not self.running:
            return
        limit = REASSERT if self.last.proof is Proof.OFF_UNPROVEN else BACKOFF
        limit += TICK + (SLACK + HEARTBEAT if self.jumped else 0)
        assert self.true - self.quiet_since <= limit, "OFF is always on its way again"

    # --- The plug

    def _deliver(self, command: Command) -> None:
        if self.plug.take():
            self.later(self.plug.delay, lambda: self._switch(command is Command.ON))

    def _switch(self, closed: bool) -> None:
        if self.plug.in_sight:
            self.plug.switch(closed)
            self.later(self.plug.delay, self._report)

    def _report(self) -> None:
        if not self.plug.in_sight:
            return
        relay, value = self.readings.relay, self.plug.closed
        changed = relay.changed_at if relay.value is value else self.wall
        self.see(relay=replace(relay, value=value, changed_at=changed, reported_at=self.wall))
        self.later(0.3, self._measure)

    def _measure(self) -> None:
        if self.readings.meter is not None and self.plug.in_sight:
            self.see(meter=watts(3.0 if self.plug.closed else 0.0, (self.wall - NOON).total_seconds()))

    def see(self, *, relay: Report | None = None, meter: Meter | None = None, heard_at: datetime | None = None) -> None:
        """Let the guard see a reading, or let it be there when the guard is back."""
        self.readings = replace(
            self.readings,
            relay=self.readings.relay if relay is None else relay,
            meter=self.readings.meter if meter is None else meter,
            heard_at=self.readings.heard_at if heard_at is None else heard_at,
        )
        self.look()

    # --- What can happen

    def decide(self, allows: bool) -> None:
        """Let the household's rules allow or forbid."""
        self.decision_allows = allows
        self.look()

    def neighbour(self, allows: bool) -> None:
        """Let the rules of another speaker behind the plug allow or forbid."""
        self.neighbour_allows = allows
        self.look()

    def deaf(self, on: bool) -> None:
        """Let the plug hear no command."""
        self.plug.deaf = on

    def weld(self, on: bool) -> None:
        """Let the contact stick once it is closed."""
        self.plug.welded = on

    def lose(self, every: int) -> None:
        """Let every so-manieth command get lost; 0: none."""
        self.plug.loses_every = every

    def slow(self, delay: float) -> None:
        """Let commands and reports take so many seconds each."""
        self.plug.delay = delay

    def press(self) -> None:
        """Let a hand press the plug's own button."""
        self.plug.switch(not self.plug.closed)
        self.later(self.plug.delay, self._report)

    def lose_sight(self) -> None:
        """Let the plug fall silent."""
        self.plug.in_sight = False
        self.see(relay=Report())

    def come_back(self, *, closed: bool | None = None) -> None:
        """Let the plug be in sight again; after a power cut in its power-on state."""
        if self.plug.in_sight:
            return
        self.plug.in_sight = True
        if closed is not None:
            self.plug.switch(closed)
        now = self.wall
        self.see(relay=Report(value=self.plug.closed, changed_at=now, reported_at=now, available_since=now))
        self.later(0.3, self._measure)

    def heard(self) -> None:
        """Let the speaker be heard, if it may not listen."""
        if not self.decision_allows:
            self.see(heard_at=self.wall)

    def jump(self, seconds: float) -> None:
        """Move the clock; the heartbeat sees it when it comes by."""
        self.skew += seconds
        self.jumped = True
        self.later(HEARTBEAT, lambda: self.look(jumped=abs(seconds) > SET))

    def restart(self, away: float) -> None:
        """Kill Home Assistant; it comes back without what only memory held."""
        self.running = False
        self.timer = None
        self.later(away, self._start)

    def _start(self) -> None:
        self.running = True
        self.memory, self.last, self.quiet_since = Memory(breach=self.memory.breach), None, None
        self.readings = replace(self.readings, started_at=self.wall)
        self.look()

    def heal(self) -> None:
        """Let the plug obey again, though it may not have been told yet."""
        healthy = Plug(closed=self.plug.closed)
        healthy.in_sight = self.plug.in_sight
        self.plug = healthy
        self.come_back()
