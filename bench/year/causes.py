"""Why a speaker could hear without permission, and for how long the contract lets it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .household import Course
from .line import REJOINS, REREADS, Family
from .plan import LOST, Fault, Interference, What
from .server import CONNECTS, STARTS
from .world import HEARTBEAT, Exposure

# Seconds. What an OFF takes to the plug, and the report of a hand before it, is no fault of anybody.
WAY: Final = 1.0
LEASE: Final = 300.0
TRUST: Final = 120.0
DEADLINE: Final = 10.0
# The plug's own clock, and the report that a grant was obeyed.
SLACK: Final = 1.0

ON_ITS_WAY: Final = "on its way"
HAND: Final = "hand"
TWO: Final = "two at once: a hand in an outage"
NO_CAUSE: Final = "no fault at all"
# What keeps an OFF from the plug, or Home Assistant from sending it: here a lease helps, and nothing else.
AWAY: Final = frozenset({What.SERVER, What.LOOP, What.BROKER, What.RADIO, What.EARS})
_TAILS: Final = {
    What.SERVER: STARTS + REJOINS,
    What.LOOP: CONNECTS,
    What.BROKER: REJOINS + CONNECTS,
    What.MAINS: REJOINS + CONNECTS,
    What.RADIO: REJOINS + CONNECTS,
    # An OFF that is not heard is said again every 30 s.
    What.EARS: 30.0,
    What.BROKER_SLOW: DEADLINE,
    What.CLOCK: HEARTBEAT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be said of one exposure."""

    exposure: Exposure
    cause: str
    bound: float | None
    """s; None: the contract has none, since no software could have helped."""
    physical: bool = False
    graded: bool = False
    """Whether it is what grade `c` says: Home Assistant was away, or the plug out of its reach."""

    @property
    def beyond(self) -> bool:
        """Whether it lasted longer than the contract lets it."""
        return self.bound is not None and self.exposure.seconds > self.bound


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells of each exposure why it was."""

    family: Family
    schedule: Course
    faults: Sequence[Fault]
    air: Interference

    def of(self, exposure: Exposure) -> Verdict:
        """Return the cause of an exposure, which is what was wrong as it began, and its bound."""
        during = [fault for fault in self.faults if self._matters(fault, exposure)]
        whats = {what for fault in during for what in fault.kind.what}
        physical = next((fault for fault in during if What.CONTACT in fault.kind.what), None)
        wrong = next((f for f in during if What.CLOCK in f.kind.what and exposure.begin <= f.end + HEARTBEAT), None)
        by_hand, unseen = exposure.began == HAND, self._unseen(exposure)
        if physical is not None:
            return Verdict(exposure=exposure, cause=physical.kind.name, bound=None, physical=True)
        if exposure.seconds <= WAY:
            return Verdict(exposure=exposure, cause=HAND if by_hand else ON_ITS_WAY, bound=WAY)
        if wrong is not None:
            return Verdict(exposure=exposure, cause=wrong.kind.name, bound=None, physical=True)
        lost = self.air.loses_within(exposure.begin - 1, min(exposure.end, exposure.begin + 2))
        graded = bool(whats & AWAY)
        cause = TWO if unseen is not None else self._named(exposure, during, by_hand=by_hand, lost=lost)
        bound = WAY + (DEADLINE if lost else 0.0) + (LEASE + SLACK if graded else 0.0)
        # The contract's second counts from the report of a hand, which is late itself.
        bound += DEADLINE * (1 + by_hand) if What.BROKER_SLOW in whats else 0.0
        bound += TRUST if What.PHONE in whats else 0.0
        if by_hand and lost:
            # Seen only as Earlid asks the plug next.
            bound += REREADS
        if unseen is not None and not self.family.kind.stands:
            # No lease begins, and nobody sees the hand: the contract's second counts from the report.
            bound = max(bound, max(unseen, *(fault.end + _tail(fault) for fault in during)) - exposure.begin + WAY)
        return Verdict(exposure=exposure, cause=cause, bound=bound, graded=graded)

    def _unseen(self, exposure: Exposure) -> float | None:
        """Return until when nobody could see that a hand turned it on; None: somebody could, before the exposure began.

        Of several outages each may begin before the one before is over.
        """
        hand = until = exposure.hand_at
        if hand is None or until is None:
            return None
        for fault in self.faults:
            if AWAY & set(fault.kind.what) and not self._is_beside(fault) and fault.begin <= until:
                until = max(until, fault.end + _tail(fault)) if fault.end + _tail(fault) >= hand else until
        return until if until > hand and until >= exposure.begin else None

    def _named(self, exposure: Exposure, during: list[Fault], *, by_hand: bool, lost: bool) -> str:
        at_first = [fault for fault in during if fault.begin <= exposure.begin]
        if by_hand:
            return HAND
        # Of several at once the one that keeps OFF away, and of those the one that began first.
        at_first.sort(key=lambda fault: (not AWAY & set(fault.kind.what), fault.begin))
        if at_first:
            return at_first[0].kind.name
        return LOST if lost else NO_CAUSE

    def _is_beside(self, fault: Fault) -> bool:
        """Return whether it is nothing to a plug that is asked directly."""
        return self.family.direct and set(fault.kind.what) <= {What.BROKER, What.BROKER_SLOW}

    def _matters(self, fault: Fault, exposure: Exposure) -> bool:
        whats = set(fault.kind.what)
        if What.HAND in whats:
            return False
        if What.PHONE in whats and (exposure.began != "rule" or not self.schedule.at(exposure.begin)):
            # What a schedule mutes, no phone has a say in.
            return False
        if self._is_beside(fault):
            return False
        return fault.begin <= exposure.end and fault.end + _tail(fault) >= exposure.begin


def _tail(fault: Fault) -> float:
    """Return for how long after its end a fault is still felt."""
    return max(_TAILS.get(what, 0.0) for what in fault.kind.what)
