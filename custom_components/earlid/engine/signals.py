"""A sign of a wake that goes on for a while: a light on the speaker, its load, its traffic in the network."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import passed
from .wakes import SAME_WAKE

NO_TIME = timedelta(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """Where such a sign stands.

    A light that blinks shows one wake, however often it goes on: only once it has been dark for longer than
    `SAME_WAKE`, the next light is another. What came into sight lit shows a wake of which nobody knows when it began,
    so it shows none.
    """

    hold: timedelta = NO_TIME
    """How long it must stay high before it counts as a wake."""
    high: bool | None = None
    """As last seen; None: out of sight, or never seen."""
    began_at: datetime | None = None
    """When it went high, as long as that has not been held long enough; None: nothing is pending."""
    held_since: datetime | None = None
    """Since when it has been high without a break, while something is pending and in sight."""
    shown_until: datetime | None = None
    """When the wake that was told of, or was none, was last seen to go on."""

    def after(self, high: bool | None, now: datetime) -> tuple[Signal, datetime | None]:
        """Return where it stands after this look, and when the wake began that is to be told of now, if one is."""
        signal = self
        if self.high and self.began_at is None:
            signal = replace(signal, shown_until=now)
        if high is None:
            # What is pending had its beginning seen: it waits until it is in sight again, and holds anew.
            return replace(signal, high=None, held_since=None), None
        if not high:
            return replace(signal, high=False, began_at=None, held_since=None), None
        if self.high is False and (signal.shown_until is None or passed(signal.shown_until, _BLINK, now)):
            signal = replace(signal, began_at=now)
        if signal.began_at is None:
            return replace(signal, high=True), None
        held_since = now if signal.held_since is None else signal.held_since
        if not passed(held_since, self.hold, now):
            return replace(signal, high=True, held_since=held_since), None
        told = replace(signal, high=True, began_at=None, held_since=None)
        return told, signal.began_at

    def flash(self, now: datetime) -> tuple[Signal, datetime | None]:
        """Return the same for a sign that says only that something was, such as a message."""
        lit, woke_at = replace(self, high=False).after(high=True, now=now)
        return lit.after(high=False, now=now)[0], woke_at

    @property
    def look_at(self) -> datetime | None:
        """When it will have been held long enough, if it goes on like this."""
        return None if self.held_since is None else self.held_since + self.hold


# A dark of just this long is still a blink.
_BLINK = SAME_WAKE + timedelta(microseconds=1)
