"""What a hand at the relay means.

An OFF made elsewhere while the speaker was allowed is a wish: a mute hold is taken from it. An ON made elsewhere ends
that hold. Both only from a live report, seen from one value to the other without losing sight of the relay between.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from .leases import Leases
from .model import CLOCK_SLACK, Command, Decision, Effect, Holds, Readings, Report, Speaker, passed
from .policy import until_next_change


@dataclass(frozen=True, slots=True)
class Sight:
    """The relay as it was seen last."""

    value: bool | None = None
    available_since: datetime | None = None
    off_unreported_at: datetime | None = None
    """When an OFF of ours was sent that has not shown yet; the report of it may come after we allowed again."""
    on_unreported_at: datetime | None = None
    """The same of an ON; the report of it may come after we muted again."""
    on_trial: bool = False
    """Another speaker tries the relay: what it does is no hand's."""

    def after(self, readings: Readings, *, on_trial: bool) -> Sight:
        """Return the memory after these readings."""
        relay = readings.relay
        off_unreported = None if self.saw_off(readings) or self._still_off(relay) else self.off_unreported_at
        on_unreported = None if self.saw_on(readings) else self.on_unreported_at
        return Sight(relay.value, relay.available_since, off_unreported, on_unreported, on_trial)

    def _still_off(self, relay: Report) -> bool:
        """Return whether it says off anew since our OFF to it: it was off already, and will not go off again."""
        off, said = self.off_unreported_at, relay.reported_at
        return relay.value is False and off is not None and said is not None and said > off

    def sent(self, command: Command, now: datetime) -> Sight:
        """Return the memory after a command was sent that will show as a report."""
        return replace(self, off_unreported_at=now) if command is Command.OFF else replace(self, on_unreported_at=now)

    def saw_off(self, readings: Readings) -> bool:
        """Return whether the relay went off before our eyes."""
        return self._saw(readings, was=True, now=False)

    def saw_on(self, readings: Readings) -> bool:
        """Return whether the relay went on before our eyes."""
        return self._saw(readings, was=False, now=True)

    def came_back(self, readings: Readings) -> bool:
        """Return whether the relay was out of sight since the last look, and is in sight now."""
        available_since = readings.relay.available_since
        return available_since is not None and available_since != self.available_since

    def shows_ours(self, sent_at: datetime | None, speaker: Speaker, now: datetime) -> bool:
        """Return whether what is seen now may be our own command of `sent_at`, which has not shown yet.

        After the deadline a report that never came is lost, and does not make the next hand ours.
        """
        return sent_at is not None and not passed(sent_at, max(speaker.deadline, CLOCK_SLACK), now)

    def _saw(self, readings: Readings, *, was: bool, now: bool) -> bool:
        relay = readings.relay
        in_sight = relay.available_since is not None and relay.available_since == self.available_since
        return in_sight and self.value is was and relay.value is now


def feel(  # noqa: PLR0917 - told apart by their types, and every caller names them the same
    speaker: Speaker,
    decision: Decision,
    readings: Readings,
    sight: Sight,
    holds: Holds,
    now: datetime,
    *,
    leases: Leases = Leases(),  # noqa: B008 - it cannot be changed
) -> Holds:
    """Return the holds after what a hand may have done at the relay."""
    hold = holds.mute
    if hold is not None and hold.by_hand:
        # The hand that turned it off, or another, turned it on again: the rules decide, as before. A renewal that was
        # on its way when the hand turned it off was none.
        turned_on = sight.saw_on(readings) and not sight.shows_ours(sight.on_unreported_at, speaker, now)
        return replace(holds, mute=None) if decision.base and turned_on else holds
    if not (decision.may_listen and speaker.enforce and sight.saw_off(readings)) or sight.on_trial:
        return holds
    relay = readings.relay
    if relay.changed_at is None or relay.available_since is None:
        return holds
    settled = relay.changed_at - relay.available_since >= speaker.boot
    if not settled or sight.shows_ours(sight.off_unreported_at, speaker, now):
        return holds
    if leases.due(relay.changed_at, speaker.deadline):
        return holds
    return replace(holds, mute=until_next_change(Effect.MUTE, decision, now, by_hand=True), listen=None)
