"""When two reports tell of the same wake, whatever the clock does between them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Reports arrive late; one from further back than this, or from the future, has a wrong clock.
LATEST_REPORT = timedelta(minutes=5)
# Two sources that tell of the same speaker within this tell of the same wake.
SAME_WAKE = timedelta(seconds=5)
# The clocks of detectors that ask a time server are less apart than this.
_ASKEW = timedelta(seconds=2)
# A clock that went back by less than this was not set; clocks differ by so much.
_DRIFT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Told:
    """When a report says that it woke, and when that was said."""

    claimed: datetime
    now: datetime
    uptime: timedelta
    """By a clock that nobody sets."""

    @property
    def at(self) -> datetime:
        """When it counts as woken."""
        return min(max(self.claimed, self.now - LATEST_REPORT), self.now)

    @property
    def woke(self) -> timedelta:
        """The same by the clock that nobody sets; a report with a wrong clock tells of now."""
        return self.uptime - (self.now - self.claimed) if self.at == self.claimed else self.uptime

    def is_late(self, first: Told) -> bool:
        """Whether what was told `first` is too long ago to be told of again."""
        return self.uptime - first.uptime > LATEST_REPORT + SAME_WAKE

    def apart(self, first: Told) -> timedelta:
        """Return how far this wake lies from the one that was told `first`.

        After the clock was set, what the two claim can be by the same clock still. But after it was set back, each
        time comes twice, and only one that is well to come is surely by the clock of before.
        """
        apart = abs(self.woke - first.woke)
        set_by = (self.now - first.now) - (self.uptime - first.uptime)
        if set_by < -_DRIFT and self.claimed <= self.now + _ASKEW:
            return apart
        return min(apart, abs(self.claimed - first.claimed))
