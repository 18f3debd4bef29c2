"""One speaker through a year: what is true of it, what goes wrong around it, and how long it could hear and might not.

What is true here (is the contact closed, has it power, may the speaker listen) nobody in the home is told; they know
what Home Assistant shows.
"""

from dataclasses import dataclass
from typing import Final, override

from .household import Course, Place
from .line import Family, Line
from .plan import CUT, Fault, Interference, What
from .server import Guard

# After a power cut the broker is back after this, and Home Assistant after that, in s.
BROKER_BOOTS: Final = 60.0
SERVER_BOOTS: Final = 120.0
HEARTBEAT: Final = 5.0


@dataclass(frozen=True, slots=True)
class Exposure:
    """A span in which the speaker could hear and might not."""

    begin: float
    end: float
    began: str
    """By a `rule` that muted it, a `hand`, or somebody `let` it."""
    hand_at: float | None = None
    """When a hand turned it on; None: who guards it did, or has since let it be on."""

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end - self.begin


class World(Line):
    """One speaker on one plug, and its home."""

    def __init__(  # noqa: PLR0917 - all that a home is made of, and every caller names them the same
        self,
        place: Place,
        family: Family,
        truth: Course,
        people: tuple[Course, ...],
        faults: tuple[Fault, ...],
        air: Interference,
    ) -> None:
        """Begin with everything whole and as it should be."""
        super().__init__(family, air, people, closed=truth.first, metered=place.metered)
        self.place, self.may = place, truth.first
        self.exposures: list[Exposure] = []
        self.silent_though_allowed = 0.0
        """s in which it might listen and could not."""
        self.met: list[str] = []
        """The faults that came, and the changes of what may be heard: the same whoever guards."""
        self.breaches: list[float] = []
        """When a breach was shown."""
        self._exposed: tuple[float, str] | None = None
        self._missing: float | None = None if truth.first else 0.0
        for flip in truth.flips:
            self.at(flip, self._rules_change)
        for fault in faults:
            self.at(fault.begin, lambda fault=fault: self._begins(fault))  # type: ignore[misc]

    def run(self, guard: Guard, end: float) -> None:
        """Let a year go by, guarded so."""
        self.guard = guard
        self.boot()
        self.run_until(end)
        if self._exposed is not None:
            self.exposures.append(Exposure(self._exposed[0], end, self._exposed[1], self.hand_at))
        if self._missing is not None:
            self.silent_though_allowed += end - self._missing

    @override
    def note(self, began: str) -> None:
        if self.out[What.CONTACT] and self.plug.closed:
            self.stuck = True
        live = self.live
        if live and not self.may:
            if self._exposed is None:
                self._exposed = self.true, began
        elif self._exposed is not None:
            self.exposures.append(Exposure(self._exposed[0], self.true, self._exposed[1], self.hand_at))
            self._exposed = None
        if self.may and not live:
            if self._missing is None:
                self._missing = self.true
        elif self._missing is not None:
            self.silent_though_allowed += self.true - self._missing
            self._missing = None

    def _rules_change(self) -> None:
        self.may = not self.may
        self.met.append(f"{self.true:.3f} {self.may}")
        self.note("rule")

    def _begins(self, fault: Fault) -> None:
        self.met.append(f"{fault.begin:.3f} {fault.kind.name}")
        for what in fault.kind.what:
            if what is What.HAND:
                self.turn_on_by_hand()
                continue
            boots = {What.SERVER: SERVER_BOOTS, What.BROKER: BROKER_BOOTS}.get(what, 0.0)
            ends = fault.end + (boots if fault.kind.name == CUT else 0.0)
            self.at(ends, lambda what=what: self._changes(what, fault, -1))  # type: ignore[misc]
            self._changes(what, fault, 1)

    def _changes(self, what: What, fault: Fault, by: int) -> None:
        """Let something fail once more, or once less."""
        before = self.out[what]
        self.out[what] = now = before + by
        match what:
            case What.CLOCK:
                self.skew += by * fault.much
                self.later(HEARTBEAT, self.guard.jumped)
            case What.PHONE:
                self.silent_phones[fault.which] += by
                self.phone_moves(fault.which)
            case What.BROKER_SLOW:
                self.late = fault.much if now else 0.0
            case _ if bool(before) is not bool(now):
                self._fails_or_works(what, fails=bool(now))
        self.note("let")
        self.look_at_sight()

    def _fails_or_works(self, what: What, *, fails: bool) -> None:
        if what is What.SERVER:
            self.die() if fails else self.boot()
        elif what is What.LOOP and not fails:
            self.thaw()
        elif what is What.CONTACT:
            self.stuck = fails and self.plug.closed
        elif what is What.MAINS and fails:
            self.plug.switch(False, self.true)
