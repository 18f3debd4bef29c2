"""How Tasmota writes what a relay is told and says: https://tasmota.github.io/docs/Commands/#control."""

from datetime import timedelta
import re
from typing import Any, Final, TypeIs

from .mqtt import Fields
from .protocol import RelayError

LONGEST: Final = timedelta(seconds=64_800)
"""PulseTime takes up to 64900."""

# PulseTime counts tenths of a second up to this, and from there on seconds, and a hundred.
_MOST_TENTHS: Final = 111
_SECONDS_FROM: Final = timedelta(seconds=12)

# A device has 32 relays at most. A topic may have thousands of digits, of which Python makes no number.
_POWER: Final = re.compile(r"power([0-9]{0,2})", re.IGNORECASE)
# s. Whoever speaks on the topic may say any number, and one much larger is too large for a time.
_MOST_SECONDS: Final = 10**9


def pulse_time(lease: timedelta) -> int:
    """Return the value of PulseTime for a lease, rounded down; never 0, which would be no end."""
    lease = min(lease, LONGEST)
    if lease >= _SECONDS_FROM:
        return lease // timedelta(seconds=1) + 100
    return max(min(lease // timedelta(milliseconds=100), _MOST_TENTHS), 1)


def length_of(value: int) -> timedelta | None:
    """Return how long a value of PulseTime is; None: without an end."""
    if value <= 0:
        return None
    if value > _MOST_TENTHS:
        return timedelta(seconds=min(value - 100, _MOST_SECONDS))
    return value * timedelta(milliseconds=100)


def switches(command: str, channel: int) -> bool:
    """Return whether a command is one that switches this relay: `Power` is the first, `Power0` all."""
    power = _POWER.fullmatch(command)
    return power is not None and int(power[1] or 1) in (0, channel)


def said(fields: Fields, command: str) -> Any:
    """Return what an answer says to a command; None: nothing. Raises RelayError: there is no such command."""
    if fields.get("Command") in ("Unknown", "Error"):
        raise RelayError("no_such_channel" if command.startswith("PulseTime") else "unreadable_answer", command)
    return fields.get(command)


def is_whole(value: Any) -> TypeIs[int]:
    """Return whether a value is a whole number; to Python true and false are numbers too."""
    return isinstance(value, int) and not isinstance(value, bool)
