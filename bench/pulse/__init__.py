"""How a Home Assistant process is, seen from inside: shown to the home that `bench.soak` watches, and to its peers.

It stands in the folder of custom components beside Earlid and knows nothing of it.
"""

import asyncio
from collections import Counter
import gc
from pathlib import Path
import sys
from typing import Any, Final

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.http import HomeAssistantView
from homeassistant.helpers.typing import ConfigType

DOMAIN: Final = "pulse"
CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)

TICK: Final = 0.02  # s between looks at how late the loop is
# What waits while the garbage is counted comes all at once afterwards, and is no lag that a home has.
SETTLES: Final = 1.0  # s
TYPES: Final = 60


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:  # noqa: ARG001 - Home Assistant's signature
    """Begin to feel it, and offer it."""
    hass.http.register_view(PulseView(hass, Lag(hass.loop)))
    return True


class Lag:
    """How late the loop calls what is due, in µs, since it was last asked."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin."""
        self._loop = loop
        self._late: list[int] = []
        self._due = 0.0
        self._next = self._again(TICK)

    def take(self) -> list[int]:
        """Return what was seen since the last time."""
        late, self._late = self._late, []
        return late

    def pause(self) -> None:
        """Look away for a while."""
        self._next.cancel()
        self._next = self._again(SETTLES)

    def _again(self, after: float) -> asyncio.TimerHandle:
        self._due = self._loop.time() + after
        return self._loop.call_at(self._due, self._tick)

    def _tick(self) -> None:
        self._late.append(round((self._loop.time() - self._due) * 1e6))
        self._next = self._again(TICK)


class PulseView(HomeAssistantView):
    """`/api/pulse`; with `?deep` the garbage is collected first and what is left is counted."""

    url = "/api/pulse"
    name = "api:pulse"
    requires_auth = False  # on the loopback of a home that ends with its measurement

    def __init__(self, hass: HomeAssistant, lag: Lag) -> None:
        """Look at this home."""
        self._hass = hass
        self._lag = lag

    async def get(self, request: web.Request) -> web.Response:
        """Tell."""
        timers = [one for one in self._hass.loop._scheduled if not one.cancelled()]  # type: ignore[attr-defined]  # noqa: SLF001
        told: dict[str, Any] = {
            "late_us": self._lag.take(),
            "tasks": len(asyncio.all_tasks()),
            "timers": len(timers),
            "cancelled_timers": len(self._hass.loop._scheduled) - len(timers),  # type: ignore[attr-defined]  # noqa: SLF001
            "listeners": sum(self._hass.bus.async_listeners().values()),
            "states": len(self._hass.states.async_all()),
        }
        if "deep" in request.query:
            told |= left()
            self._lag.pause()
        return self.json(told)


def left() -> dict[str, Any]:
    """Return what is there once nothing is left to be collected."""
    gc.collect()
    kinds = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup}
    return {
        "blocks": sys.getallocatedblocks(),
        "rss_kb": sizes["Rss"],
        "anonymous_kb": sizes["Anonymous"],
        "objects": kinds.total(),
        "own_objects": sum(count for kind, count in kinds.items() if kind.startswith("custom_components.earlid")),
        "kinds": dict(kinds.most_common(TYPES))
        | {kind: count for kind, count in kinds.items() if kind.startswith("custom_components.earlid")},
    }
