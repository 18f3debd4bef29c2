"""What a speaker draws from its plug, learned from its meter: a load that is missing shows that it left the plug.

Then the plug silences nobody, and all that is known about this microphone is about an empty outlet.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import Readings, Silences, Speaker

# Without a load for so long, a settled speaker is not there: none sleeps so deep and so long by itself.
GONE_AFTER = timedelta(minutes=5)
# Music is louder than silence for hours: what is above the idle level moves it little, what is below moves it at once.
_RISES_OVER = timedelta(hours=24)
_FALLS_BY = 0.5
# A meter that is quiet for longer has not seen what was between.
_LONGEST_GAP = timedelta(hours=1)
# Some meters read 0 below 8 W: at idle such a speaker seems gone, and back as it plays. One that came back by itself
# must show a load for so long, without a break, before none means anything again.
_PROBATION = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """What is known of a speaker's load."""

    idle: float | None = None
    """W, when it does nothing; None: its meter has not shown a load while it was on and settled."""
    gone: bool = False
    """It left the plug: on and settled, it drew nothing for minutes. Until it draws again."""
    probation: timedelta = timedelta(0)
    """How much longer it must show a load before none means that it is gone."""
    read_at: datetime | None = None
    """When the last reading was made that was learned from, since the relay turned on."""
    quiet_since: datetime | None = None
    """Since when it has drawn nothing though it is on; None: it draws, or nobody knows."""
    look_at: datetime | None = None
    """When it will be gone if it goes on like this."""

    def after(self, speaker: Speaker, readings: Readings, now: datetime) -> Draw:
        """Return what is known after these readings."""
        meter, relay = readings.meter, readings.relay
        if meter is None:
            return Draw()
        if relay.value is not True or relay.changed_at is None:
            return replace(self, read_at=None, quiet_since=None, look_at=None)
        if meter.watts is not None and meter.reported_at is not None:
            if meter.watts > speaker.off_below:
                return self._drew(meter.watts, meter.reported_at, settled_at=relay.changed_at + speaker.boot)
            if meter.watts < speaker.off_below:
                return self._drew_nothing(speaker, meter.reported_at, relay.changed_at, now)
        return replace(self, quiet_since=None, look_at=None)

    def _drew(self, watts: float, at: datetime, *, settled_at: datetime) -> Draw:
        back = replace(
            self, gone=False, probation=_PROBATION if self.gone else self.probation, quiet_since=None, look_at=None
        )
        if at < settled_at or at == self.read_at:
            return back
        since = timedelta(0) if self.read_at is None else min(max(at - self.read_at, timedelta(0)), _LONGEST_GAP)
        idle = watts if self.idle is None else self.idle
        share = _FALLS_BY if watts < idle else since / _RISES_OVER
        return replace(
            back,
            idle=idle + (watts - idle) * share,
            probation=max(back.probation - since, timedelta(0)),
            read_at=at,
        )

    def _drew_nothing(self, speaker: Speaker, at: datetime, on_at: datetime, now: datetime) -> Draw:
        since = max(at, on_at) if self.quiet_since is None else self.quiet_since
        # A meter that has said nothing since the speaker was settled may have stopped.
        fresh = at - since >= speaker.boot
        if self.gone or speaker.silences is Silences.MICROPHONE or self.idle is None or self.probation or not fresh:
            return replace(self, quiet_since=since, look_at=None)
        gone_at = since + speaker.boot + GONE_AFTER
        gone = now >= gone_at
        return replace(self, quiet_since=since, gone=gone, look_at=None if gone else gone_at)
