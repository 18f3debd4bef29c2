"""For how long, as it was said."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from homeassistant.util import dt as dt_util

from .speech import NotUnderstoodError

FOR_EVER: Final = "for_ever"
TOMORROW: Final = "tomorrow"
VAGUE: Final = "vague"
_UNITS: Final = ("hours", "minutes", "seconds")
HOW_LONG: Final = (*_UNITS, "span", "minus")


def span(slots: Mapping[str, Any]) -> timedelta | None:
    """Return for how long; None: nothing was said of it.

    Raises:
        NotUnderstoodError: It was for ever, for a while, no time at all or less, or no time.
    """
    said = {unit: slots[unit] for unit in _UNITS if slots.get(unit) is not None}
    while_ = slots.get("span")
    if while_ == FOR_EVER:
        raise NotUnderstoodError(FOR_EVER)
    if while_ == VAGUE:
        raise NotUnderstoodError("no_duration")
    if while_ == TOMORROW:
        return dt_util.start_of_local_day(dt_util.now() + timedelta(days=1)) - dt_util.utcnow()
    if while_ is not None:
        said["seconds"] = while_
    if not said:
        return None
    try:
        length = timedelta(**{unit: float(number) for unit, number in said.items()})
        # What lasts longer than a calendar is no time either.
        _ = dt_util.utcnow() + length
    except (TypeError, ValueError, OverflowError) as error:
        raise NotUnderstoodError("duration_unreadable") from error
    if slots.get("minus") or length <= timedelta(0):
        raise NotUnderstoodError("duration_not_positive")
    return length
