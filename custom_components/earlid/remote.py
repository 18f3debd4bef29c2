"""Commands over MQTT, as far as the household lets.

Anyone who may write to the broker can send one, so each that could end in listening is doubted: too old, too many.
A mute is not: whatever its sender's clock says it is done, and it never ends sooner what is muted for longer.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import CONF_COMMANDS_OVER_MQTT, CONF_WHO_MAY_ALLOW, LONGEST_LISTEN, CommandsOverMqtt, WhoMayAllow
from .engine.model import Effect, Hold
from .permission import outlasting
from .runtime import Household
from .untrusted import RejectedError, an_id, moment, unpack

# One that says when it was sent is refused when it comes later, or sooner, than clocks and networks explain.
_FRESH: Final = timedelta(seconds=60)
# So many that allow in so long. More is a fault or a flood, and none of it is urgent.
_MOST: Final = 10
_PER: Final = timedelta(seconds=60)
# So many that mute for a time in so long. Each is done and written down; what floods mutes without an end, and once.
_MOST_TIMED: Final = 60
# So many ids are remembered to know a repeated command by; with `at`, older ones are stale anyway.
_REMEMBERED: Final = 1024
# A longer mute than ten years is one without an end.
_LONGEST_MUTE: Final = timedelta(days=3653)


def _seconds(value: Any) -> timedelta | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST_MUTE.total_seconds():
        msg = "not a span"
        raise vol.Invalid(msg)
    return timedelta(seconds=value)


_COMMAND: Final = vol.Schema(
    {
        vol.Required("action"): vol.Any("mute", "listen", "resume"),
        vol.Required("speakers"): vol.Any("all", vol.All([str], vol.Length(min=1))),
        vol.Optional("seconds", default=None): _seconds,
        vol.Optional("id", default=None): vol.Any(None, an_id()),
        vol.Optional("at", default=None): vol.Any(None, moment),
    },
    extra=vol.REMOVE_EXTRA,
)


class Remote:
    """Takes commands, one at a time."""

    def __init__(self, entry: ConfigEntry[Any], household: Household) -> None:
        """Take commands for this household, as far as its options let."""
        self._entry = entry
        self._household = household
        self._known: OrderedDict[str, None] = OrderedDict()
        self._allowed: deque[datetime] = deque()
        self._timed: deque[datetime] = deque(maxlen=_MOST_TIMED)
        # The ids of before are forgotten: what was sent before this may have been done before it.
        self._since = dt_util.utcnow()

    async def take(self, message: ReceiveMessage) -> None:
        """Do what a command says. Raises RejectedError, before anything changes."""
        lets = self._entry.options.get(CONF_COMMANDS_OVER_MQTT, CommandsOverMqtt.OFF)
        if lets == CommandsOverMqtt.OFF:
            _reject("commands_are_off")
        if message.retain:
            # The broker would send it again at each start, for ever.
            _reject("retained")
        command = unpack(message.payload, _COMMAND)
        now = dt_util.utcnow()
        slugs = self._slugs(command["speakers"])
        if command["id"] in self._known:
            _reject("replayed")
        # Before it is done: the same one may come again meanwhile.
        self._remember(command["id"])
        try:
            await self._do(command, slugs, lets, now)
        except RejectedError:
            self._known.pop(command["id"], None)
            raise

    async def _do(self, command: dict[str, Any], slugs: list[str], lets: str, now: datetime) -> None:
        if command["action"] == "mute":
            await self._mute(slugs, command["seconds"], now)
        else:
            self._refuse_allowing(lets, command["at"], now)
            await self._allow(command, slugs)

    async def _allow(self, command: dict[str, Any], slugs: list[str]) -> None:
        if command["action"] == "resume":
            await self._household.resume(slugs, Context())
            return
        span = command["seconds"]
        if command["speakers"] == "all" or span is None or span > LONGEST_LISTEN:
            _reject("malformed")
        try:
            await self._household.listen(slugs, span, Context())
        except ServiceValidationError as error:
            raise RejectedError(error.translation_key or "refused") from error

    async def _mute(self, slugs: list[str], span: timedelta | None, now: datetime) -> None:
        if span is not None and self._floods(now):
            span = None
        hold = Hold(effect=Effect.MUTE, at=now, until=None if span is None else now + span)
        longer = outlasting(self._household, slugs, hold)
        await self._household.mute([slug for slug in slugs if slug not in longer], span, Context())

    def _floods(self, now: datetime) -> bool:
        self._timed.append(now)
        return len(self._timed) == _MOST_TIMED and timedelta(0) <= now - self._timed[0] < _PER

    def _slugs(self, speakers: list[str] | str) -> list[str]:
        known = list(self._household.speakers)
        if speakers == "all":
            return known
        if not set(speakers) <= set(known):
            _reject("unknown_speaker")
        return [slug for slug in known if slug in speakers]

    def _remember(self, command_id: str | None) -> None:
        if command_id is not None:
            self._known[command_id] = None
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def _refuse_allowing(self, lets: str, at: datetime | None, now: datetime) -> None:
        only_admins = self._entry.options.get(CONF_WHO_MAY_ALLOW) == WhoMayAllow.ADMINS
        if lets != CommandsOverMqtt.ALL or only_admins:
            _reject("not_allowed")
        if at is not None and (abs(now - at) > _FRESH or at < self._since <= now):
            _reject("stale")
        # A time in the future is from before the clock was set back.
        while self._allowed and not timedelta(0) <= now - self._allowed[0] < _PER:
            self._allowed.popleft()
        if len(self._allowed) >= _MOST:
            _reject("too_often")
        self._allowed.append(now)


def _reject(reason: str) -> NoReturn:
    raise RejectedError(reason)
