"""Whether a relay keeps going away and coming back: then its radio or its power needs a hand."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import passed

# So many returns within this are no coincidence of an update or a router that restarts.
RETURNS = 5
WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaps:
    """What is remembered of a relay's returns."""

    known: bool = False
    """It was in sight once: coming into sight for the first time is no return."""
    returns: tuple[datetime, ...] = ()
    """When it came back, the last few times within the half hour."""
    flapping: bool = False
    """It came back too often, and has not been quiet for half an hour since."""

    @property
    def look_at(self) -> datetime | None:
        """When it is over if it does not come back again."""
        return self.returns[-1] + WITHIN if self.flapping and self.returns else None

    def after(self, now: datetime, *, came_back: bool) -> Flaps:
        """Return the memory after a look; `came_back`: it was out of sight at the last one and is not any more."""
        flaps = self
        if came_back:
            returns = (*self.returns, now)[-RETURNS:] if self.known else ()
            flaps = replace(self, known=True, returns=returns)
        lately = tuple(at for at in flaps.returns if not passed(at, WITHIN, now))
        return replace(flaps, returns=lately, flapping=len(lately) >= RETURNS or (flaps.flapping and bool(lately)))
