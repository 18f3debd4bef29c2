"""Where on Earth it is which hour now: homes in which it is night, or evening, whenever one looks."""

from datetime import UTC, datetime


def zone_where_it_is(hour: int) -> str:
    """Return a time zone without summer time in which the clock shows this hour now."""
    east = (hour - datetime.now(UTC).hour + 11) % 24 - 11
    # In these names the sign is the other way round.
    return f"Etc/GMT{-east:+d}"
