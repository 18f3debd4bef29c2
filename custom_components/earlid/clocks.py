"""Notices that the wall clock was set: what was waited for is then too early, too late, or never."""

from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

_LOGGER = logging.getLogger(__name__)

# Wall and monotonic clock are compared so often; a jump of the clock is answered within it.
_HEARTBEAT: Final = timedelta(seconds=5)
# A wall clock that moved this much more or less than the monotonic one was set, not corrected.
_JUMP: Final = 1.0


@callback
def watch_clocks(hass: HomeAssistant, jumped: Callable[[], None]) -> CALLBACK_TYPE:
    """Call `jumped` within 5 s after the wall clock was set; return what stops it."""
    clocks = dt_util.utcnow(), hass.loop.time()

    @callback
    def heartbeat(_now: datetime) -> None:
        nonlocal clocks
        wall, monotonic = dt_util.utcnow(), hass.loop.time()
        moved = (wall - clocks[0]).total_seconds() - (monotonic - clocks[1])
        clocks = wall, monotonic
        if abs(moved) > _JUMP:
            _LOGGER.info("The clock was set by %.0f s; everything is decided anew", moved)
            jumped()

    return async_track_time_interval(hass, heartbeat, _HEARTBEAT)
