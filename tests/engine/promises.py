"""What the engine promises, checked at each step against what the plug really does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from custom_components.earlid.engine.enforcement import Step
from custom_components.earlid.engine.leases import RENEWED_AT, TAIL
from custom_components.earlid.engine.model import Command, Proof, Report
from custom_components.earlid.engine.trials import ClockTrial, Trial

from .factories import at

if TYPE_CHECKING:
    from .world import World

# How long it may be quiet while a relay does not report off, or reports it alone.
BACKOFF = 30.0
REASSERT = 900.0
# A clock that jumps may cost the slack of small corrections, and what the heartbeat takes to see a larger one.
SLACK = 5.0
HEARTBEAT = 5.0
TICK = 0.001
# A call to a relay is given up after this.
CALL = 10.0


@dataclass
class Promises:
    """What must be remembered to see that promises are kept; forgotten when the guard dies."""

    quiet_since: float | None = None
    """Since when OFF is due and none was sent, in true time."""
    exposed_since: float | None = None
    """Since when the contact is closed without permission while the plug's own clock runs, in true time."""
    leased: tuple[datetime, timedelta] | None = None
    """The last lease that was sent, by the clock on the wall, as long as nothing says that it has ended."""
    leased_before: datetime | None = None
    """When the one before that ends."""
    shown: Report | None = None
    """The relay at the last look."""
    on_in_sight: datetime | None = None
    """Since when the relay had been in sight as the last ON was sent."""

    def of_quiet(self, world: World) -> None:
        """See that OFF is sent again while it is due."""
        if self.quiet_since is None or world.last is None or not world.running or world.frozen:
            return
        limit = REASSERT if world.last.proof is Proof.OFF_UNPROVEN else BACKOFF
        limit += TICK + (SLACK + HEARTBEAT if world.jumped else 0)
        assert world.true - self.quiet_since <= limit, "OFF is always on its way again"

    def of_exposure(self, world: World) -> None:
        """See that a plug whose own clock runs is not on without permission for longer than that and the deadline."""
        plug, clock = world.plug, world.plug.kind.clock
        if self.exposed_since is not None:
            lease = world.speaker.lease if clock is None or clock.fixed is None else clock.fixed
            limit = (lease + world.speaker.deadline).total_seconds()
            assert world.true - self.exposed_since <= limit, "exposed no longer than lease and deadline"
        exposed = plug.closed and plug.ends_at is not None and not plug.welded and not world.wanted
        if not exposed:
            self.exposed_since = None
        elif self.exposed_since is None:
            self.exposed_since = world.true

    def of_commands(self, world: World, outcome: Step) -> None:
        """See that nothing turns on what may not listen, and that news of it brings OFF at once."""
        relay, shown, last = world.readings.relay, self.shown, world.sent[-1:]
        if outcome.command in (Command.ON, Command.RENEW):
            assert world.decision_allows, "ON only on a decision"
            assert world.neighbour_allows, "a shared relay is on only while all may listen"
            assert world.holds.mute is None, "nothing turns on what a hand turned off"
        if outcome.command is Command.ON:
            # One that was gone meanwhile may have come back on, without a lease.
            self.on_in_sight = relay.available_since
        if outcome.command is Command.RENEW:
            self._of_renewal(world)
        if world.wanted:
            assert outcome.command is not Command.OFF or world.memory.trial is not None
            return
        turned_on = shown is not None and relay.value is True and shown.value is False
        came_back = shown is not None and relay.available_since not in (None, shown.available_since)
        first = not any(command is Command.OFF for _, command in last)
        if turned_on or came_back or first or shown is None:
            assert outcome.command is Command.OFF, "news brings OFF at once"

    def _of_renewal(self, world: World) -> None:
        """See that there are no more than three a lease, but for what is on without one, and none beside an OFF."""
        relay, shown = world.readings.relay, self.shown
        assert relay.value is True, "a relay that is not known to be on is not renewed"
        if shown is None or relay.available_since != shown.available_since or world.jumped:
            return
        for when, command in world.sent[-1:]:
            since = world.true - when
            if command is Command.OFF and shown.value is True and shown.changed_at == relay.changed_at:
                assert since >= CALL - TICK, "no renewal overlaps an OFF"
            if command is Command.ON and shown.value is False and relay.available_since == self.on_in_sight:
                assert since >= SLACK, "what an ON has just turned on is not renewed"
        if self.leased is not None and shown.value is True and shown.changed_at == relay.changed_at:
            leased_at, length = self.leased
            assert world.wall - leased_at >= self._soonest(world, leased_at, length), "renewed at a third"

    def _soonest(self, world: World, leased_at: datetime, length: timedelta) -> timedelta:
        """Return after what a lease may be renewed: sooner where the one before is near its end, or to end in time."""
        last = None if world.until is None else at(world.until) + TAIL - length
        if last is not None and leased_at < last <= world.wall:
            return timedelta(0)
        usual, before = length / RENEWED_AT, self.leased_before
        return usual if before is None or before <= leased_at else min(usual, (before - leased_at) / 2)

    def of_trials(self, world: World, outcome: Step, before: Trial | None) -> None:
        """See that a trial ends in time, and leaves the relay off or told so."""
        if before is None:
            return
        assert (outcome.finding is None) is (outcome.memory.trial is not None)
        assert world.true <= world.trial_ends_by, "a trial ends"
        if outcome.finding is not None and isinstance(before, ClockTrial):
            assert world.sent[-1][1] is Command.OFF, "a trial leaves the relay off, or told so"

    def remember(self, world: World, outcome: Step, *, jumped: bool) -> None:
        """Take this look for the one before the next."""
        due = not world.wanted and outcome.proof is not Proof.OFF_PROVEN
        if not due or outcome.command is Command.OFF or self.quiet_since is None:
            self.quiet_since = world.true if due else None
        relay, shown, last = world.readings.relay, self.shown, world.sent[-1:]
        came_back = shown is None or relay.available_since != shown.available_since
        moved = shown is None or relay.changed_at != shown.changed_at
        by_us = any(command is Command.ON for _, command in last)
        if outcome.command is Command.OFF or jumped or came_back or (moved and not by_us):
            self.leased = None
        if outcome.order is not None and outcome.order.lease is not None:
            self.leased_before = None if self.leased is None else self.leased[0] + self.leased[1]
            self.leased = world.wall, outcome.order.lease
        self.shown = world.readings.relay
