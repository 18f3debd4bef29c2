"""What a number usually is, learned from itself, so that a rise above it can be told: a load, a light, some traffic.

Not what `draw` learns of a meter: that is the lower end of a load, in watts and over days, and says that there is a
speaker at all. This is where any number mostly is at present, and how far it strays from there.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import math

from .model import CLOCK_SLACK

# A number is known by the time for which it stood, not by how often it was sent: many meters send only what changed.
_NOTHING = timedelta(0)
# One that reports ten times a second is looked at so often, which bounds what is remembered to 360 values.
_SAMPLE = timedelta(seconds=5)
# Long enough to hold what a refrigerator beside it, or a cloud before the sun, does to a number; short enough for dusk.
# One number that stands still counts for no more.
_REMEMBERED = timedelta(minutes=30)
# With less it is not known what is usual.
ENOUGH = timedelta(minutes=10)
# Up for so much longer than down it is no wake: no assistant talks for so long, and music does.
_NEW_LEVEL = timedelta(minutes=10)
# Of noise that is normally distributed, one reading in three million lies so far above.
_TIMES_THE_NOISE = 5
# The median of the distances from the median is this part of a normal distribution's standard deviation.
_MAD = 0.6745
# Between two neighbouring values a meter flickers; only a rise of two is surely one.
_STEPS = 2

type Samples = tuple[tuple[float, timedelta], ...]
"""Values and for how long each stood, oldest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """Where a number mostly is, and what is more than that.

    It learns only from what is not high, and not while nobody knows what the number tells about the speaker. What
    stays up becomes usual: a wake ends.
    """

    at_least: float
    """The smallest rise that may count, in the number's own unit."""
    level: float | None = None
    """The usual value; None: not learned."""
    noise: float = 0.0
    """How far it strays from there, as a standard deviation."""
    step: float | None = None
    """The smallest difference that was seen between two readings: the meter shows none that is smaller, as far as is
    known. None: it has not moved.
    """
    samples: Samples = ()
    above: Samples = ()
    """What was high, as far as no time that was not high has made up for it."""
    value: float | None = None
    """The number as last seen; None: out of sight."""
    stood_since: datetime | None = None
    """From when on the time for which it stands is not counted yet."""
    high: bool | None = None
    """Whether that is more than usual; None: out of sight or not learned."""

    def after(self, value: float | None, now: datetime) -> Usual:
        """Return what is known once the number is this; None: out of sight, or it tells nothing of the speaker now."""
        counted = self._stood(now)
        if value is None:
            return replace(counted, value=None, stood_since=None, high=None)
        step = counted.step
        if counted.value is not None and value != counted.value:
            apart = abs(value - counted.value)
            step = apart if step is None else min(step, apart)
        seen = replace(counted, value=value, step=step, stood_since=counted.stood_since or now)
        return replace(seen, high=seen.is_high(value))

    def is_high(self, value: float) -> bool | None:
        """Return whether this is more than usual; None: that is not learned."""
        if self.level is None or self.rise is None:
            return None
        return self.rise <= value - self.level < math.inf

    @property
    def rise(self) -> float | None:
        """How far above its usual value it must be to be high; None: the meter has not shown its step."""
        if self.step is None:
            return None
        return max(self.at_least, _TIMES_THE_NOISE * self.noise, _STEPS * self.step)

    @property
    def look_at(self) -> datetime | None:
        """When it will be usual if it stays as high as it is."""
        if not self.high or self.stood_since is None:
            return None
        return self.stood_since + max(_NEW_LEVEL - _total(self.above), _SAMPLE)

    def _stood(self, now: datetime) -> Usual:
        """Return the same with the time counted that went by since it was counted last."""
        if self.value is None or self.stood_since is None:
            return self
        stood = now - self.stood_since
        if stood < -CLOCK_SLACK:
            # The clock was set back; what went by nobody knows.
            return replace(self, stood_since=now)
        if stood < _SAMPLE:
            return self
        sample = self.value, min(stood, _REMEMBERED)
        samples, above = (*self.samples, sample), _without(self.above, sample[1])
        if self.high:
            samples, above = self.samples, (*self.above, sample)
            if _total(above) >= _NEW_LEVEL:
                samples, above = above, ()
        samples = _without(samples, _total(samples) - _REMEMBERED)
        level, noise = self.level, self.noise
        if _total(samples) >= ENOUGH:
            level = _median(samples)
            noise = _median(tuple((abs(value - level), span) for value, span in samples)) / _MAD
        return replace(self, samples=samples, above=above, level=level, noise=noise, stood_since=now)


def _without(samples: Samples, span: timedelta) -> Samples:
    """Return the samples without so much of the oldest time."""
    for place, (value, stood) in enumerate(samples):
        if span < stood:
            return ((value, stood - max(span, _NOTHING)), *samples[place + 1 :])
        span -= stood
    return ()


def _total(samples: Samples) -> timedelta:
    return sum((span for _, span in samples), _NOTHING)


def _median(samples: Samples) -> float:
    """Return the value below which the number was for half of the time."""
    half, so_far = _total(samples) / 2, _NOTHING
    ordered = iter(sorted(samples))
    while so_far < half:
        value, span = next(ordered)
        so_far += span
    return value
