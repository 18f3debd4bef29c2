"""Looks out for devices that nobody guards: once for all who follow a home, and soon after something may have come.

Nothing about such devices keeps Earlid from being set up, or anybody from being told of the home.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from . import wire
from .const import DOMAIN
from .unguarded import unguarded

_LOGGER = logging.getLogger(__name__)

# s. An integration that is set up registers its devices one by one; each look goes through both registries.
_PAUSE: Final = 1


@callback
def follow(hass: HomeAssistant, entry: ConfigEntry[Any], told: Callable[[], None]) -> CALLBACK_TYPE:
    """Call `told` soon after what `seen` returns has changed; return what ends that."""
    lookouts = hass.data.setdefault(_LOOKOUTS, {})
    if (lookout := lookouts.get(entry.entry_id)) is None:
        lookout = lookouts[entry.entry_id] = _Lookout(hass, entry)
        lookout.start()
    follower = object()
    lookout.followers[follower] = told

    @callback
    def stop() -> None:
        if lookout.followers.pop(follower, None) is not None and not lookout.followers:
            lookout.stop()
            lookouts.pop(entry.entry_id, None)

    return stop


@callback
def seen(hass: HomeAssistant, entry: ConfigEntry[Any]) -> Sequence[wire.Unguarded]:
    """Return what `unguarded` told last, as long as nothing has changed since; empty where it could not be looked."""
    lookout = hass.data.get(_LOOKOUTS, {}).get(entry.entry_id)
    if lookout is None:
        return _look(hass, entry) or ()
    if lookout.waiting is not None:
        lookout.look()
    return lookout.now or ()


def _look(hass: HomeAssistant, entry: ConfigEntry[Any]) -> list[wire.Unguarded] | None:
    """Return what nobody guards; None: that cannot be known."""
    try:
        return unguarded(hass, entry)
    except Exception:
        _LOGGER.exception("Devices that nobody guards cannot be looked for")
        return None


@dataclass(slots=True)
class _Lookout:
    hass: HomeAssistant
    entry: ConfigEntry[Any]
    now: list[wire.Unguarded] | None = None
    waiting: CALLBACK_TYPE | None = None
    followers: dict[object, Callable[[], None]] = field(default_factory=dict)
    stops: list[CALLBACK_TYPE] = field(default_factory=list)

    @callback
    def start(self) -> None:
        self.now = _look(self.hass, self.entry)
        self.stops = [
            self.hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._soon),
            self.hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._soon),
            self.entry.add_update_listener(self._changed),
        ]

    @callback
    def stop(self) -> None:
        for each in self.stops:
            each()
        if self.waiting is not None:
            self.waiting()
            self.waiting = None

    @callback
    def look(self, _now: datetime | None = None) -> None:
        if self.waiting is not None:
            self.waiting()
            self.waiting = None
        if (now := _look(self.hass, self.entry)) == self.now:
            return
        self.now = now
        for told in list(self.followers.values()):
            try:
                told()
            except Exception:
                # One that fails is not to keep the others from knowing.
                _LOGGER.exception("A change among devices that nobody guards cannot be told")

    @callback
    def _soon(self, _event: Event[Any] | None = None) -> None:
        if self.waiting is None:
            self.waiting = async_call_later(self.hass, _PAUSE, self.look)

    async def _changed(self, _hass: HomeAssistant, _entry: ConfigEntry[Any]) -> None:
        self._soon()


_LOOKOUTS: HassKey[dict[str, _Lookout]] = HassKey(f"{DOMAIN}_lookouts")
