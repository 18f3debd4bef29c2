"""What must survive a stop, a kill or a power cut: holds and lockdown at once, facts and counts within two seconds.

Home Assistant's `async_delay_save` loses what it still waits with when the process is killed, and starts its wait
anew with every call; so the wait here is short and is not put off.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .engine.exposure import Tally
from .engine.model import Breach, Cause, Effect, Hold, Holds, Proof
from .engine.rules import Fact, RuleMemory

_VERSION: Final = 1
# Half of the two seconds that facts may take, so that a slow disk has the other half.
_SOON: Final = 1

type Json = dict[str, Any]


class Storage:
    """One document in Home Assistant's storage folder, written whole and flushed to the disk."""

    def __init__(self, hass: HomeAssistant, document: Callable[[], Json]) -> None:
        """`document` returns what is to be written, as it is at that moment."""
        self._hass = hass
        self._document = document
        self._store = Store[Json](hass, _VERSION, "earlid", private=True, atomic_writes=True)
        self._written: Json = {}
        self._cancel: CALLBACK_TYPE | None = None

    async def load(self) -> Json:
        """Return what was written last; empty at the first start."""
        return await self._store.async_load() or {}

    async def now(self) -> None:
        """Write; on disk when this returns."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        self._written = self._document()
        await self._store.async_save(self._written)

    @callback
    def soon(self) -> None:
        """Write within a second, together with what else changes until then."""
        if self._cancel is None:
            self._cancel = async_call_later(self._hass, _SOON, self._write_if_changed)

    async def close(self) -> None:
        """Write what still waits."""
        await self.now()

    async def _write_if_changed(self, _now: datetime) -> None:
        self._cancel = None
        if self._document() != self._written:
            await self.now()


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else dt_util.parse_datetime(text)


def from_fact(fact: Fact) -> Json:
    """Return a fact as JSON."""
    return {"value": fact.value, "lost_at": _time(fact.lost_at)}


def to_fact(stored: Mapping[str, Any]) -> Fact:
    """Return a stored fact."""
    return Fact(stored["value"], _moment(stored["lost_at"]))


def from_rule_memory(memory: RuleMemory) -> Json:
    """Return a rule's memory as JSON."""
    return {"raw": memory.raw, "since": _time(memory.since), "in_force": memory.in_force}


def to_rule_memory(stored: Mapping[str, Any]) -> RuleMemory:
    """Return a stored rule's memory."""
    return RuleMemory(stored["raw"], datetime.fromisoformat(stored["since"]), stored["in_force"])


def from_holds(holds: Holds) -> Json:
    """Return a speaker's holds as JSON."""
    return {"mute": _from_hold(holds.mute), "listen": _from_hold(holds.listen)}


def to_holds(stored: Mapping[str, Any]) -> Holds:
    """Return stored holds."""
    return Holds(mute=_to_hold(stored["mute"]), listen=_to_hold(stored["listen"]))


def _from_hold(hold: Hold | None) -> Json | None:
    if hold is None:
        return None
    return {
        "effect": hold.effect.value,
        "at": _time(hold.at),
        "until": _time(hold.until),
        "ends_when_base_leaves": hold.ends_when_base_leaves,
        "by_hand": hold.by_hand,
    }


def _to_hold(stored: Json | None) -> Hold | None:
    if stored is None:
        return None
    return Hold(
        effect=Effect(stored["effect"]),
        at=datetime.fromisoformat(stored["at"]),
        until=_moment(stored["until"]),
        ends_when_base_leaves=stored["ends_when_base_leaves"],
        by_hand=stored["by_hand"],
    )


def from_tally(tally: Tally) -> Json:
    """Return a day's tally as JSON."""
    return {
        "at": _time(tally.at),
        "day": tally.day.isoformat(),
        "proof": tally.proof.value,
        "allowed": tally.allowed,
        "live_s": tally.live.total_seconds(),
        "exposed_s": tally.exposed.total_seconds(),
        "activations": tally.activations,
    }


def to_tally(stored: Mapping[str, Any]) -> Tally:
    """Return a stored tally."""
    return Tally(
        at=datetime.fromisoformat(stored["at"]),
        day=date.fromisoformat(stored["day"]),
        proof=Proof(stored["proof"]),
        allowed=stored["allowed"],
        live=timedelta(seconds=stored["live_s"]),
        exposed=timedelta(seconds=stored["exposed_s"]),
        activations=stored["activations"],
    )


def from_breach(breach: Breach | None) -> Json | None:
    """Return a breach as JSON."""
    return None if breach is None else {"cause": breach.cause.value, "since": _time(breach.since)}


def to_breach(stored: Json | None) -> Breach | None:
    """Return a stored breach."""
    if stored is None:
        return None
    return Breach(cause=Cause(stored["cause"]), since=datetime.fromisoformat(stored["since"]).astimezone(UTC))
