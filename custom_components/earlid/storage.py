"""What must survive a stop, a kill or a power cut: holds and lockdown at once, facts and counts within two seconds.

Home Assistant's `async_delay_save` loses what it still waits with when the process is killed, and starts its wait
anew with every call; so the wait here is short and is not put off.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
import logging
from pathlib import Path
from shutil import copy2
from typing import Any, Final, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from . import repairs
from .const import DOMAIN
from .engine.draw import Draw
from .engine.exposure import Tally
from .engine.model import Breach, Cause, Effect, Hold, Holds, Proof
from .engine.rules import Fact, RuleMemory
from .engine.trials import Finding, MeterSays, Verdict

STORAGE_KEY: Final = DOMAIN
_VERSION: Final = 1
# Half of the two seconds that facts may take, so that a slow disk has the other half.
_SOON: Final = 1

_LOGGER = logging.getLogger(__name__)

type Json = dict[str, Any]


class _Store(Store[Json]):
    """Home Assistant's store, which only logs what it could not write."""

    failed = False

    @override
    async def _async_write_data(self, data: Json) -> None:
        self.failed = True
        await super()._async_write_data(data)
        self.failed = False


async def load[T: (Json, dict[str, str])](hass: HomeAssistant, store: Store[T]) -> T | None:
    """Return what was stored; None where nothing was.

    Raises HomeAssistantError for what a later version has written, or what is torn. What is stored next takes its
    place, so a later version's is kept beside it, and the household is told; of a torn one Home Assistant does both.
    """
    path = Path(store.path)
    there = await hass.async_add_executor_job(path.exists)
    try:
        stored = await store.async_load()
    except (UnsupportedStorageVersionError, NotImplementedError) as error:
        aside = path.with_name(f"{path.name}.later-{dt_util.utcnow():%Y%m%dT%H%M%S.%fZ}")
        try:
            await hass.async_add_executor_job(copy2, path, aside)
        except OSError:
            # A full disk must not keep the home from being guarded; what is not written over is still there.
            _LOGGER.exception("%s of a later version cannot be kept", path.name)
        else:
            repairs.document_set_aside(hass, aside.name)
        raise HomeAssistantError(f"{path.name} was written by a later version: {error!r}") from error
    if stored is None and there:
        raise HomeAssistantError(f"{path.name} is torn")
    return stored


class Storage:
    """One document in Home Assistant's storage folder, written whole and flushed to the disk."""

    def __init__(self, hass: HomeAssistant, document: Callable[[], Json]) -> None:
        """`document` returns what is to be written, as it is at that moment."""
        self._hass = hass
        self._document = document
        self._store = _Store(hass, _VERSION, STORAGE_KEY, private=True, atomic_writes=True)
        self._cancel: CALLBACK_TYPE | None = None

    async def load(self) -> Json:
        """Return what was written last; empty at the first start. Raises what `load` raises."""
        return await load(self._hass, self._store) or {}

    async def now(self) -> None:
        """Write; on disk when this returns. Raises HomeAssistantError when it could not be written."""
        self.cancel()
        await self._store.async_save(self._document())
        if self._store.failed:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="not_stored")

    async def try_now(self, _now: datetime | None = None) -> None:
        """Write; the store logs what it could not, and the next time tries again."""
        self.cancel()
        await self._store.async_save(self._document())

    @callback
    def soon(self) -> None:
        """Write within a second, together with what else changes until then."""
        if self._cancel is None:
            self._cancel = async_call_later(self._hass, _SOON, self._soon_is_now)

    @callback
    def cancel(self) -> None:
        """Forget what was to be written soon."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    async def _soon_is_now(self, now: datetime) -> None:
        self._cancel = None
        await self.try_now(now)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def to_moment(text: str) -> datetime:
    """Return a stored time. Raises ValueError for one without an offset, which no other can be compared with."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(UTC)


def to_truth(stored: Any) -> bool | None:
    """Return whether something was so; None: nobody knew. Raises TypeError for anything else."""
    if stored is not None and not isinstance(stored, bool):
        raise TypeError(f"{stored!r} is neither true nor false")
    return stored


def _moment(text: str | None) -> datetime | None:
    return None if text is None else to_moment(text)


def from_fact(fact: Fact) -> Json:
    """Return a fact as JSON."""
    return {"value": fact.value, "lost_at": _time(fact.lost_at)}


def to_fact(stored: Mapping[str, Any]) -> Fact:
    """Return a stored fact."""
    value = to_truth(stored["value"])
    if value is None:
        raise TypeError("a fact is known")
    return Fact(value, _moment(stored["lost_at"]))


def from_rule_memory(memory: RuleMemory) -> Json:
    """Return a rule's memory as JSON."""
    return {"raw": memory.raw, "since": _time(memory.since), "in_force": memory.in_force}


def to_rule_memory(stored: Mapping[str, Any]) -> RuleMemory:
    """Return a stored rule's memory."""
    return RuleMemory(to_truth(stored["raw"]), to_moment(stored["since"]), bool(stored["in_force"]))


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
        at=to_moment(stored["at"]),
        until=_moment(stored["until"]),
        ends_when_base_leaves=to_truth(stored["ends_when_base_leaves"]),
        by_hand=bool(stored["by_hand"]),
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
        "unanswered": tally.unanswered,
    }


def to_tally(stored: Mapping[str, Any]) -> Tally:
    """Return a stored tally."""
    return Tally(
        at=to_moment(stored["at"]),
        day=date.fromisoformat(stored["day"]),
        proof=Proof(stored["proof"]),
        allowed=bool(stored["allowed"]),
        live=timedelta(seconds=stored["live_s"]),
        exposed=timedelta(seconds=stored["exposed_s"]),
        activations=_count(stored["activations"]),
        unanswered=_count(stored.get("unanswered", 0)),
    )


def _count(stored: Any) -> int:
    # A number with a point may be beyond what can be stored again, and nothing would be stored from then on.
    if not isinstance(stored, int):
        raise TypeError(f"{stored!r} is no count")
    return stored


def from_draw(draw: Draw) -> Json:
    """Return what is known of a speaker's load as JSON."""
    return {"idle_w": draw.idle, "gone": draw.gone, "probation_s": draw.probation.total_seconds()}


def to_draw(stored: Mapping[str, Any]) -> Draw:
    """Return what was stored of a speaker's load."""
    idle, probation = stored["idle_w"], timedelta(seconds=stored["probation_s"])
    return Draw(idle=None if idle is None else float(idle), gone=bool(stored["gone"]), probation=probation)


def from_breach(breach: Breach | None) -> Json | None:
    """Return a breach as JSON."""
    return None if breach is None else {"cause": breach.cause.value, "since": _time(breach.since)}


def to_breach(stored: Json | None) -> Breach | None:
    """Return a stored breach."""
    if stored is None:
        return None
    return Breach(cause=Cause(stored["cause"]), since=to_moment(stored["since"]))


def from_finding(finding: Finding | None) -> Json | None:
    """Return what came of a trial as JSON; spans in seconds."""
    if finding is None:
        return None
    return {
        "verdict": finding.verdict.value,
        "at": _time(finding.at),
        "granted_s": None if finding.granted is None else finding.granted.total_seconds(),
        "off_after_s": None if finding.off_after is None else finding.off_after.total_seconds(),
        "meter": finding.meter.value,
    }


def to_finding(stored: Json | None) -> Finding | None:
    """Return a stored finding."""
    if stored is None:
        return None
    return Finding(
        verdict=Verdict(stored["verdict"]),
        at=to_moment(stored["at"]),
        granted=_span(stored["granted_s"]),
        off_after=_span(stored["off_after_s"]),
        meter=MeterSays(stored["meter"]),
    )


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


async def stored(hass: HomeAssistant) -> Json:
    """Return the document as it is on disk, for whoever is to find out why. Raises what keeps it from being read."""
    return await _Store(hass, _VERSION, STORAGE_KEY).async_load() or {}


async def forget(hass: HomeAssistant) -> None:
    """Remove the document from the disk."""
    await _Store(hass, _VERSION, STORAGE_KEY).async_remove()
