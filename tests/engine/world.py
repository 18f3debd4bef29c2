"""A plug that fails in every way it can, a clock that jumps, a guard that dies, hangs, and does what the engine says.

True time goes on for ever; the wall clock is what the guard, Home Assistant and all reports read. Whatever the engine
promises is checked here at each step, in true time and against the plug's own contact.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import heapq
from itertools import count
import pickle

from custom_components.earlid.engine.commands import Order
from custom_components.earlid.engine.enforcement import Step, step
from custom_components.earlid.engine.hands import feel
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.memory import Memory
from custom_components.earlid.engine.model import Command, Holds, Meter, Readings, Report, Speaker
from custom_components.earlid.engine.policy import surviving
from custom_components.earlid.engine.trials import PATIENCE, ClockTrial, Finding, PowerTrial, Trial

from .factories import ALLOWED, LONG_AGO, MUTED, NOON, a_report, a_speaker, at, watts
from .plug import Plug
from .promises import CALL, HEARTBEAT, Promises

SET = 1.0
# What a trial of a clock takes beside its lease, its rest and its deadlines.
MARGIN = 15.0


@dataclass
class World:
    """One speaker behind a plug, guarded."""

    twice: bool = True
    """Each step is taken twice, and compared; that takes most of the time."""
    speaker: Speaker = field(default_factory=a_speaker)
    true: float = 0.0
    skew: float = 0.0
    plug: Plug = field(default_factory=Plug)
    decision_allows: bool = True
    neighbour_allows: bool = True
    until: float | None = None
    """When the permission ends, as far as that is known, in seconds after noon on the wall."""
    holds: Holds = field(default_factory=Holds)
    memory: Memory = field(default_factory=Memory)
    readings: Readings = field(default_factory=lambda: Readings(relay=a_report(True), started_at=at(LONG_AGO)))
    running: bool = True
    last: Step | None = None
    sent: list[tuple[float, Command]] = field(default_factory=list)
    jumped: bool = False
    promises: Promises = field(default_factory=Promises)
    ran_out: int = 0
    """How often the plug's own clock has turned it off."""
    moves: list[tuple[float, bool]] = field(default_factory=lambda: [(0.0, True)])
    """When the contact moved, and whether it has been closed since, in true time."""
    lease_ends: list[float] = field(default_factory=list)
    """When each lease that was sent would end, in true time."""
    started: float = 0.0
    """When Home Assistant had started, or went on after a hang, in true time."""
    findings: list[Finding] = field(default_factory=list)
    trial_ends_by: float = 0.0
    timer: datetime | None = None
    frozen: bool = False
    _queue: list[Callable[[], None]] = field(default_factory=list)
    """What comes while the guard hangs."""
    _letting: list[bool] = field(default_factory=list)
    """The grant or renewal under way, whether it still is."""
    _reported_at: float = 0.0
    _radio: int = 0
    _lives: int = 0
    _coming: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    @property
    def wall(self) -> datetime:
        """What the clock on the wall shows."""
        return NOON + timedelta(seconds=round(self.true + self.skew, 6))

    @property
    def wanted(self) -> bool:
        """Whether everyone behind the plug may listen."""
        return self.decision_allows and self.neighbour_allows and self.holds.mute is None

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
            self._note()
        self.true = end
        self.promises.of_quiet(self)
        self.promises.of_exposure(self)

    def _next(self) -> tuple[float, Callable[[], None]]:
        due: float = float("inf")
        what: Callable[[], None] = self.look
        if self._coming:
            due = self._coming[0][0]
            what = self._pop
        # A timer of Home Assistant fires when the clock on the wall has reached it.
        if self.timer is not None and self.running and not self.frozen:
            timer = max(round(self.true + (self.timer - self.wall).total_seconds(), 6), self.true)
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
        self._hear(lambda: self._look(jumped=jumped))

    def _hear(self, what: Callable[[], None]) -> None:
        """Let something reach the guard: what comes while it hangs waits."""
        if self.frozen:
            self._queue.append(what)
        else:
            what()

    def _look(self, *, jumped: bool = False) -> None:
        if not self.running:
            return
        self.promises.of_quiet(self)
        decision = ALLOWED if self.decision_allows else MUTED
        memory, readings, now = self.memory, self.readings, self.wall
        holds = surviving(self.holds, base=decision.base, lockdown=False, now=now)
        self.holds = feel(self.speaker, decision, readings, memory.sight, holds, now, leases=memory.leases)
        decision = replace(decision, may_listen=decision.may_listen and self.holds.mute is None)
        arguments = (self.speaker, decision, readings, memory, now)
        terms = Terms(
            wanted=self.wanted,
            clock=self.plug.kind.clock,
            lease=self.speaker.lease,
            until=None if self.until is None else at(self.until),
        )
        outcome = step(*arguments, terms=terms, jumped=jumped)
        if self.twice:
            again = step(*pickle.loads(pickle.dumps(arguments)), terms=terms, jumped=jumped)  # noqa: S301 - our own
            assert outcome == again, "the same facts and memory give the same step"
        assert outcome.recheck_at is None or outcome.recheck_at > now
        self.promises.of_commands(self, outcome)
        self.last, self.memory = outcome, outcome.memory
        self.timer = outcome.recheck_at
        if outcome.order is not None:
            self.sent.append((self.true, outcome.order.command))
            if outcome.order.lease is not None:
                self.lease_ends.append(self.true + outcome.order.lease.total_seconds())
            self._deliver(outcome.order)
        if outcome.finding is not None:
            self.findings.append(outcome.finding)
        self.promises.of_trials(self, outcome, memory.trial)
        self.promises.remember(self, outcome, jumped=jumped)
        self._note()

    @property
    def off_at(self) -> float:
        """When the contact opened last."""
        return max((when for when, closed in self.moves if not closed), default=float("inf"))

    def on_after(self, since: float) -> float:
        """Return for how long in all the contact was closed after that time."""
        ends = [when for when, _ in self.moves[1:]] + [self.true]
        return sum(
            max(0.0, end - max(begin, since)) for (begin, closed), end in zip(self.moves, ends, strict=True) if closed
        )

    def sees(self, seconds: float) -> bool:
        """Return whether the guard has been alive and awake and the plug in its sight so long."""
        since = self.readings.relay.available_since
        in_sight = self.plug.in_sight and since is not None and (self.wall - since).total_seconds() >= seconds
        return in_sight and self.running and not self.frozen and self.true - self.started >= seconds

    def _note(self) -> None:
        plug = self.plug
        if plug.closed is not self.moves[-1][1]:
            self.moves.append((self.true, plug.closed))
        self.promises.of_exposure(self)

    # --- The plug

    def _deliver(self, order: Order) -> None:
        # As calls.py does: whatever would still turn the relay on is overtaken.
        self._letting[:] = [False]
        plug = self.plug
        if not plug.take():
            return
        if order.command is Command.OFF:
            self.later(plug.delay, lambda: self._obey(lambda: self.plug.switch(False, self.true)))
        elif plug.delay < CALL:
            length = None if order.lease is None else order.lease.total_seconds()
            call = self._letting = [True]
            self.later(plug.delay, lambda: self._let(call, order.command, length))

    def _let(self, call: list[bool], command: Command, length: float | None) -> None:
        if not call[0]:
            return
        if command is Command.RENEW and length is not None:
            self._obey(lambda: self.plug.renew(length, self.true))
        else:
            self._obey(lambda: self.plug.grant(length, self.true))

    def _obey(self, what: Callable[[], None]) -> None:
        if self.plug.in_sight:
            was = self.plug.closed
            what()
            self._moved(tells=self.plug.tells(moved=self.plug.closed is not was))

    def _moved(self, *, tells: bool = True) -> None:
        """Let the plug report, and its clock run."""
        self._note()
        ends_at = self.plug.ends_at
        if ends_at is not None:
            self.later(max(ends_at - self.true, 0.0), self._run_out)
        if not tells:
            return
        value, radio = self.plug.closed, self._radio
        self._reported_at = max(self._reported_at, round(self.true + self.plug.reports_after, 6))
        self.later(self._reported_at - self.true, lambda: self._report(value, radio))

    def _run_out(self) -> None:
        if self.plug.runs_out(self.true):
            self.ran_out += 1
            self._moved()

    def _report(self, value: bool, radio: int) -> None:
        if self.plug.in_sight and radio == self._radio:
            self._hear(lambda: self._read(value))
            self.later(0.3, self._measure)

    def _read(self, value: bool) -> None:
        relay = self.readings.relay
        if relay.available_since is None:
            return
        changed = relay.changed_at if relay.value is value else self.wall
        self._take(relay=replace(relay, value=value, changed_at=changed, reported_at=self.wall))

    def _measure(self) -> None:
        if self.readings.meter is not None and self.plug.in_sight:
            reading = 3.0 if self.plug.closed else 0.0
            self._hear(lambda: self._take(meter=watts(reading, (self.wall - NOON).total_seconds())))

    def see(self, *, relay: Report | None = None, meter: Meter | None = None, heard_at: datetime | None = None) -> None:
        """Let the guard see a reading, or let it be there when the guard is back."""
        self._hear(lambda: self._take(relay=relay, meter=meter, heard_at=heard_at))

    def _take(
        self, *, relay: Report | None = None, meter: Meter | None = None, heard_at: datetime | None = None
    ) -> None:
        self.readings = replace(
            self.readings,
            relay=self.readings.relay if relay is None else relay,
            meter=self.readings.meter if meter is None else meter,
            heard_at=self.readings.heard_at if heard_at is None else heard_at,
        )
        self._look()

    # --- What can happen

    def decide(self, allows: bool) -> None:
        """Let the household's rules allow or forbid."""
        self.decision_allows = allows
        self.look()

    def foretell(self, seconds: float) -> None:
        """Let it be known that the permission ends in so many seconds; then it goes on all the same."""
        self.until = until = (self.wall - NOON).total_seconds() + seconds
        self.later(seconds, lambda: self._goes_on(until))
        self.look()

    def _goes_on(self, until: float) -> None:
        if self.until == until:
            self.until = None
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

    def slow(self, delay: float, reports_after: float | None = None) -> None:
        """Let commands and reports take so many seconds each."""
        self.plug.delay = delay
        self.plug.reports_after = delay if reports_after is None else reports_after

    def press(self) -> None:
        """Let a hand press the plug's own button."""
        self.plug.switch(not self.plug.closed, self.true)
        self._moved()

    def cut(self, away: float, *, on: bool) -> None:
        """Take the mains away for so long; the plug comes up `on` or off."""
        self.plug.switch(False, self.true)
        self.lose_sight()
        self._note()
        self.later(away, lambda: self.come_back(closed=on))

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
            self.plug.switch(closed, self.true)
            if self.plug.ends_at is not None:
                self.later(self.plug.ends_at - self.true, self._run_out)
        self._hear(lambda: self._appear(self.plug.closed))
        self.later(0.3, self._measure)
        self._note()

    def _appear(self, value: bool) -> None:
        now = self.wall
        self._take(relay=Report(value=value, changed_at=now, reported_at=now, available_since=now))

    def heard(self) -> None:
        """Let the speaker be heard, if it may not listen."""
        if not self.decision_allows:
            self.see(heard_at=self.wall)

    def jump(self, seconds: float) -> None:
        """Move the clock; the heartbeat sees it when it comes by."""
        self.skew += seconds
        self.jumped = True
        # Set back, the wait that goes on may begin anew; a longer one is noticed.
        self.trial_ends_by += min(-seconds, PATIENCE.total_seconds()) if seconds < 0 else 0.0
        self.later(HEARTBEAT, lambda: self.look(jumped=abs(seconds) > SET))

    def restart(self, away: float) -> None:
        """Kill Home Assistant; it comes back without what only memory held."""
        if not self.running:
            return
        self.running = self.frozen = False
        self.timer = None
        waits, self._queue = self._queue, []
        for what in waits:
            what()
        self._lives += 1
        self.later(away, self._start)

    def freeze(self, seconds: float, *, timers_first: bool) -> None:
        """Let Home Assistant hang; as it goes on, what came meanwhile comes in a heap, after the timers or before."""
        if self.frozen or not self.running:
            return
        self.frozen = True
        self.trial_ends_by += seconds
        life = self._lives
        self.later(seconds, lambda: self._thaw(life, timers_first=timers_first))

    def _thaw(self, life: int, *, timers_first: bool) -> None:
        if life != self._lives:
            return
        self.frozen, self.promises.quiet_since, self.started = False, None, self.true
        waits, self._queue = self._queue, []
        overdue = self.timer is not None and self.timer <= self.wall
        if overdue and timers_first:
            self._timer()
        for what in waits:
            what()
        if overdue and not timers_first:
            self._timer()

    def self_test(self) -> None:
        """Put the plug's clock on trial, as far as one may."""
        clock = self.plug.kind.clock
        if clock is not None:
            length = clock.fixed or clock.trial
            waits = length + self.speaker.rest + 5 * self.speaker.deadline
            self._begin(ClockTrial(length=length), waits.total_seconds() + MARGIN)

    def power_test(self) -> None:
        """Put the plug's power-on state on trial, as far as one may."""
        self._begin(PowerTrial(), PATIENCE.total_seconds() + MARGIN)

    def _begin(self, trial: Trial, takes: float) -> None:
        may = self.running and not self.frozen and self.last is not None and self.wanted
        if may and self.memory.trial is None:
            self.memory = replace(self.memory, trial=trial)
            self.trial_ends_by = self.true + takes
            self.look()

    def _start(self) -> None:
        self.running, self.started = True, self.true
        self.memory = Memory(breach=self.memory.breach, against=self.memory.against)
        self.last, self.promises = None, Promises()
        now, seen = self.wall, Report()
        if self.plug.in_sight:
            seen = Report(value=self.plug.closed, changed_at=now, reported_at=now, available_since=now)
        self.readings = replace(self.readings, relay=seen, started_at=now)
        self.look()

    def heal(self) -> None:
        """Let the plug obey again, though it may not have been told yet."""
        plug = self.plug
        plug.deaf = plug.welded = False
        plug.loses_every = 0
        self.slow(0.1)
        # What it still had to say is no longer so.
        self._radio += 1
        self._reported_at = self.true
        self.come_back()
