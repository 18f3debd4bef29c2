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
from .lookout import follow, seen
from .runtime import EarlidConfigEntry

_LOGGER = logging.getLogger(__name__)

# s. What changes within it is told at once: nobody sees the difference, and a busy home does not draw itself all day.
_GATHER: Final = 0.05
# s. What could not be told may be told after that.
_AGAIN: Final = 10
# A browser has one; a page that opens them without end is to slow nobody down.
MOST: Final = 4
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
        self._failed = False
        self._stops: list[CALLBACK_TYPE] = []
        self._stops_of_home: list[CALLBACK_TYPE] = []
        self._stop_lookout: CALLBACK_TYPE | None = None
        self._timer: TimerHandle | None = None

    @callback
    def start(self) -> wire.HomeEvent:
        """Follow the home; return what is to be told of it first. Where that raises, `stop` is to be called."""
        hass = self._hass
        self._stops += [
            async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed),
            async_track_time_change(hass, self._each_minute, second=0),
            *(hass.bus.async_listen(event, self._something_happened) for event in _EVENTS),
        ]
        self._find_home()
        return self._whole()

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
            self._look(slow=True)
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
            self._stops_of_home = [household.on_change(None, self._soon)]
        return True

    def _lose_home(self) -> None:
        for stop in self._stops_of_home:
            stop()
        self._stops_of_home.clear()
        if self._stop_lookout is not None:
            self._stop_lookout()
        self._entry = self._household = self._told = self._stop_lookout = None

    @callback
    def _something_happened(self, _event: Event[Any]) -> None:
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
            self._failed = False
        except Exception:
            if not self._failed:
                _LOGGER.exception("What has changed cannot be told to a browser")
                # What it shows holds no longer, and must not go on saying that all is off.
                self._send({"home": None, "change": None})
            self._failed, self._told = True, None
            self._timer = self._hass.loop.call_later(_AGAIN, self._look)

    def _tell_change(self, *, slow: bool) -> None:
        """Tell what has changed; with `slow` also what only grows, and where nothing has, that this is still so."""
        if self._entry is None or self._told is None:
            if slow or self._entry is not None:
                self._send(self._whole())
            return
        now = self._picture(self._entry)
        change = picture.change(self._told, now, slow=slow)
        if change is None:
            self._send(self._whole())
        elif change or slow:
            self._told = picture.as_told(self._told, change)
            self._send({"home": None, "change": change})

    def _whole(self) -> wire.HomeEvent:
        """Return the whole home, or that none is loaded."""
        if self._entry is not None:
            self._told = self._picture(self._entry)
        return {"home": self._told, "change": None}

    def _picture(self, entry: EarlidConfigEntry) -> wire.Home:
        user = self._connection.user
        # Only those who could change it are told of it, and a user may become one.
        if not user.is_admin:
            return picture.home(self._hass, entry, user)
        if self._stop_lookout is None:
            self._stop_lookout = follow(self._hass, entry, self._soon)
        return picture.home(self._hass, entry, user, seen(self._hass, entry))

    def _send(self, event: wire.HomeEvent) -> None:
        self._connection.send_event(self._iden, event)
