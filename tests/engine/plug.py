"""A plug that fails in every way it can, with a clock of its own of each kind that there is."""

from dataclasses import dataclass, field

from custom_components.earlid.engine.model import Clock

from .factories import span

LONGEST = span(6500)


@dataclass(frozen=True)
class Kind:
    """What a plug's clock does with what it is told."""

    clock: Clock | None = None
    never_shorter: bool = False
    """A length that would end sooner than the one that runs changes nothing."""
    stands: bool = False
    """A length stands: an ON from wherever begins it. It is that of each grant too, unless those bring their own."""
    renewable: bool = True
    """It takes a length while one runs."""


WITHOUT_CLOCK = Kind()
# A length with each ON, the last one counts; and with each ON, the longer one counts, and no word of it.
LAST_COUNTS = Kind(Clock(longest=LONGEST, confirms=True))
LONGER_COUNTS = Kind(Clock(longest=LONGEST), never_shorter=True)
# A length that is taken only while it is on.
ONLY_WHEN_ON = Kind(Clock(longest=LONGEST, confirms=True, renewed_by_on=False), never_shorter=True)
# A length that was set once and is begun anew without an ON; and one that each ON begins anew.
STANDING = Kind(Clock(longest=LONGEST, confirms=True, per_grant=False, renewed_by_on=False), stands=True)
FIXED = Kind(Clock(longest=LONGEST, confirms=True, per_grant=False, fixed=span(240), trial=span(240)), stands=True)
# A length with each ON, and deaf to more of them.
ONCE = Kind(Clock(longest=LONGEST, confirms=True), renewable=False)

CONFIRMING = (LAST_COUNTS, ONLY_WHEN_ON, STANDING, FIXED)
SOUND = (LAST_COUNTS, LONGER_COUNTS, ONLY_WHEN_ON, STANDING, FIXED)


@dataclass
class Plug:
    """What really is. Times are true ones."""

    kind: Kind = field(default_factory=Kind)
    closed: bool = True
    ends_at: float | None = None
    """When its own clock turns it off; None: it does not run."""
    stands: float | None = None
    """The length that was set last, in seconds, where one stands."""
    ignores: bool = False
    """It takes every ON without its length."""
    deaf: bool = False
    welded: bool = False
    loses_every: int = 0
    delay: float = 0.1
    """What a command takes."""
    reports_after: float = 0.1
    in_sight: bool = True
    taken: int = 0

    @property
    def _one_length(self) -> bool:
        return self.kind.stands and not (self.kind.clock is not None and self.kind.clock.per_grant)

    def tells(self, *, moved: bool) -> bool:
        """Return whether it reports what it has taken."""
        return moved or self.kind.clock is None or self.kind.clock.confirms

    def take(self) -> bool:
        """Return whether the command arrives."""
        self.taken += 1
        return self.in_sight and not self.deaf and not (self.loses_every and self.taken % self.loses_every == 0)

    def switch(self, closed: bool, now: float) -> None:
        """Move the contact, as far as it moves: by OFF, by hand, by its own clock, by power that returns."""
        if not closed or not self.closed:
            self.ends_at = None
        self.closed = closed or self.welded
        if closed and self.kind.stands and self.stands is not None and not self.ignores:
            self.ends_at = round(now + self.stands, 6)

    def grant(self, length: float | None, now: float) -> None:
        """Take an ON with a length."""
        fixed = self.kind.clock and self.kind.clock.fixed
        if self._one_length:
            self.stands = fixed.total_seconds() if fixed else length
        self.switch(True, now)
        if length is not None:
            self._begin(length, now)

    def renew(self, length: float, now: float) -> None:
        """Take a renewal."""
        if self.kind.clock is not None and self.kind.clock.renewed_by_on:
            self.grant(length, now)
        elif self.closed:
            self.stands = length if self._one_length else self.stands
            self._begin(length, now)

    def runs_out(self, now: float) -> bool:
        """Let its own clock turn it off, if it is time."""
        if self.ends_at is None or self.ends_at > now:
            return False
        self.switch(False, now)
        return True

    def _begin(self, length: float, now: float) -> None:
        runs = self.ends_at is not None
        if self.ignores or (runs and not self.kind.renewable):
            return
        end = round(now + (self.stands if self._one_length and self.stands is not None else length), 6)
        self.ends_at = max(end, self.ends_at) if self.ends_at is not None and self.kind.never_shorter else end
