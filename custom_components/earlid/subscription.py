"""One browser that follows the home: told the whole of it first, then what changes, as long as it is connected."""

from asyncio import TimerHandle
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.auth import EVENT_USER_UPDATED
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_change

from . import picture, wire
from .const import DOMAIN
from .runtime import EarlidConfigEntry
from .unguarded import follow, unguarded

_LOGGER = logging.getLogger(__name__)

# s. What changes within it is told at once: nobody sees the difference, and a busy home does not draw itself all day.
_GATHER: Final = 0.05
# What they tell is in the picture: ids, areas, names; and what the user may see.
_EVENTS: Final = (
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    ar.EVENT_AREA_REGISTRY_UPDATED,
    EVENT_USER_UPDATED,
)


class Subscription:
    """Follows the home over reloads of it, until `stop`."""

    def __init__(self, hass: HomeAssistant, connection: ActiveConnection, iden: int) -> None:
        """Follow nothing yet; `iden` is the message that asked."""
        self._hass = hass
        self._connection = connection
        self._iden = iden
        self._entry: EarlidConfigEntry | None = None
        self._household: object = None
        self._told: wire.Home | None = None
        self._unguarded: list[wire.Unguarded] | None = None
        self._stops: list[CALLBACK_TYPE] = []
        self._stops_of_home: list[CALLBACK_TYPE] = []
        self._timer: TimerHandle | None = None

    @callback
    def start(self) -> None:
        """Tell the home as it is, and follow it."""
        hass = self._hass
        self._stops = [
            async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed),
            async_track_time_change(hass, self._each_minute, second=0),
            *(hass.bus.async_listen(event, self._something_happened) for event in _EVENTS),
        ]
        self._find_home()
        self._tell_whole()

    @callback
    def stop(self) -> None:
        """Follow no more."""
        self._lose_home()
        for stop in self._stops:
            stop()
        self._stops.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            return
        if self._find_home():
            self._tell_whole()
        else:
            self._soon()

    def _find_home(self) -> bool:
        """Follow the home that is loaded now; return whether it is another than before, or there is none any more."""
        entries: list[EarlidConfigEntry] = self._hass.config_entries.async_loaded_entries(DOMAIN)
        household = entries[0].runtime_data if entries else None
        if household is self._household:
            return False
        self._lose_home()
        self._household = household
        if household is not None:
            self._entry = entries[0]
            self._stops_of_home = [
                household.on_change(None, self._soon),
                follow(self._hass, entries[0], self._others_came),
            ]
        return True

    def _lose_home(self) -> None:
        for stop in self._stops_of_home:
            stop()
        self._stops_of_home.clear()
        self._entry = self._household = self._told = self._unguarded = None

    @callback
    def _something_happened(self, _event: Event[Any]) -> None:
        self._soon()

    @callback
    def _others_came(self) -> None:
        self._unguarded = None
        self._soon()

    @callback
    def _soon(self) -> None:
        """Look after all that comes with this change."""
        if self._timer is None:
            self._timer = self._hass.loop.call_later(_GATHER, self._look)

    @callback
    def _each_minute(self, _now: datetime) -> None:
        self._look(slow=True)

    @callback
    def _look(self, *, slow: bool = False) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self._tell_change(slow=slow)
        except Exception:
            # The next change is another chance; a page that stands still without a word would not be noticed here.
            _LOGGER.exception("What has changed cannot be told to a browser")

    def _tell_change(self, *, slow: bool) -> None:
        if self._entry is None:
            return
        if self._told is None:
            # It could not be told when it was to be.
            self._tell_whole()
            return
        now = self._picture(self._entry)
        change = picture.change(self._told, now, slow=slow)
        if change is None:
            self._tell_whole()
        elif change:
            self._told = picture.as_told(self._told, change)
            self._send({"home": None, "change": change})

    def _tell_whole(self) -> None:
        """Tell the whole home, or that none is loaded."""
        if self._entry is not None:
            self._told = self._picture(self._entry)
        self._send({"home": self._told, "change": None})

    def _picture(self, entry: EarlidConfigEntry) -> wire.Home:
        user = self._connection.user
        if self._unguarded is None and user.is_admin:
            self._unguarded = unguarded(self._hass, entry)
        return picture.home(self._hass, entry, user, self._unguarded or ())

    def _send(self, event: wire.HomeEvent) -> None:
        self._connection.send_event(self._iden, event)
