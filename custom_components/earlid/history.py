"""What the journal tells of a time: its records as readers see them, and what they add up to.

The journal keeps what was written, and a reader wants to know what was: each activation once, and what held when the
time began, which older records say.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from time import sleep
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .engine.ledger import Ledger, fold
from .journal import Entry, Journal, Query
from .runtime import Household

# What spans and sums are made of; the other kinds say why, and nothing more.
_TELLING: Final = ("activation", "decision", "microphone", "lifecycle")
# Of these the newest ends what is not known before it.
_WATCHES: Final = ("start", "stop", "gap")
# Held at once: a year of a busy home is more than a small computer has, and what a thread once took from the system the
# process keeps.
_MANY: Final = 10_000
_PAGE: Final = 1000
_FEW: Final = 50
# An amendment follows its activation within seconds: so many further back that is still found.
_MARGIN: Final = 100
# So many records are taken apart in less than a ms, and then the event loop gets its turn.
_HANDFUL: Final = 500
_BREATH: Final = 0.0001  # s


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A time as `engine/timeline.spans` and `engine/ledger.Ledger` take it."""

    start: datetime
    end: datetime
    records: list[Entry]
    """Of that time, and what tells after it how long it was watched."""
    before: list[Entry]
    """What says with what it began."""

    def parts(self, speakers: Iterable[str]) -> Iterator[tuple[str, list[Entry], list[Entry]]]:
        """Yield for each speaker the `records` and what was `before`, of it and of the home.

        For others than the event loop, and once: what is gone through is let go of, a few at a time, since taking
        apart a month of records at once would hold up the loop.
        """
        told, before = _by_speaker(self.records), _by_speaker(self.before)
        for slug in speakers:
            yield slug, [*told[slug], *told[""]], [*before[slug], *before[""]]
        told.clear()
        let_go(self.records)


async def records(hass: HomeAssistant, household: Household, query: Query) -> tuple[list[Entry], bool]:
    """Return the newest `query.limit` records of those asked for, oldest first, and whether there are more.

    Each activation is there once, as its last amendment has it, in the place and with the hash of its first record.
    """
    await on_disk(household)
    found: list[Entry] = []
    folded: list[Entry] = []
    async for page in _pages(household.journal, replace(query, descending=True), _PAGE):
        found += page
        folded = await hass.async_add_executor_job(fold, found[::-1])
        if len(folded) > query.limit + _MARGIN:
            break
    return folded[-query.limit :], len(folded) > query.limit


async def passage(
    journal: Journal, start: datetime, end: datetime, speakers: Collection[str] | None = None
) -> Passage | None:
    """Return what the journal tells of a time; None where it has not begun yet. None as speakers: all of them."""
    end = min(end, dt_util.utcnow())
    if start >= end:
        return None
    whose = None if speakers is None else [*speakers, ""]
    # The kinds whose last record holds on; lifecycle is among them since a speaker may have been removed.
    held = await journal.latest_before(start, {"decision": "allowed", "microphone": "microphone", "lifecycle": None})
    watched = Query(speakers=whose, kinds=["lifecycle"])
    before = {entry.seq: entry for (slug, _kind), entry in held.items() if whose is None or slug in whose}
    before |= {entry.seq: entry for entry in await _to_watch(journal, replace(watched, end=start, descending=True))}
    within = Query(start=start, end=end, speakers=whose, kinds=_TELLING)
    told = [entry async for page in _pages(journal, within, _PAGE * 10) for entry in page]
    # Of a time that ended without a stop, only what comes after tells.
    told += await _to_watch(journal, replace(watched, start=end))
    return Passage(start=start, end=end, records=told, before=list(before.values()))


async def summary(
    hass: HomeAssistant, household: Household, start: datetime, end: datetime, speakers: Collection[str] | None = None
) -> dict[str, Any]:
    """Return what a time adds up to, for each speaker and for all, as JSON."""
    await on_disk(household)
    ledger = Ledger()
    async for part in passages(household, start, end, speakers):
        await hass.async_add_executor_job(ledger.add, part.records, part.start, part.end, part.before)
    return ledger.shown()


async def passages(
    household: Household, start: datetime, end: datetime, speakers: Collection[str] | None = None
) -> AsyncIterator[Passage]:
    """Yield a time of any length in passages that a small computer can hold."""
    end = min(end, dt_util.utcnow())
    while start < end:
        # What holds on holds for any length: only what happens takes room.
        stop = await household.journal.time_of_later(start, _MANY)
        # A time that damage made unreadable lies before all others.
        stop = end if stop is None or stop <= start else min(end, stop)
        if (of_it := await passage(household.journal, start, stop, speakers)) is not None:
            yield of_it
        start = stop


async def page(
    hass: HomeAssistant, household: Household, query: Query, outcomes: Collection[str] | None = None
) -> tuple[list[Entry], bool]:
    """Return the newest `query.limit` records before `query.after_seq`, newest first, and whether there are more.

    As `records`; with `outcomes` only the activations of which one of these became known in the end.
    """
    await on_disk(household)
    before = query.after_seq
    ahead: list[Entry] = []
    if before is not None:
        # What became known later of the activations behind this place: it stands before it, where it was not shown.
        later = replace(query, kinds=["activation"], after_seq=before - 1, limit=_MARGIN, descending=False)
        ahead = [entry for entry in await household.journal.read(later) if "amends" in entry.body]
    found: list[Entry] = []
    shown: list[Entry] = []
    # A rare outcome is looked for far back, and each page is folded with all before it.
    size = _PAGE if outcomes is None else _PAGE * 10
    async for page_of_it in _pages(household.journal, replace(query, descending=True), size):
        found += page_of_it
        shown = await hass.async_add_executor_job(_fold_before, [*found[::-1], *ahead], before, outcomes)
        if len(shown) > query.limit + _MARGIN:
            break
    newest, more = shown[: -query.limit - 1 : -1], len(shown) > query.limit
    del shown
    await hass.async_add_executor_job(let_go, found)
    return newest, more


def _fold_before(records: list[Entry], before: int | None, outcomes: Collection[str] | None) -> list[Entry]:
    return [
        entry
        for entry in fold(records)
        if (before is None or entry.seq < before)
        and (outcomes is None or (entry.kind == "activation" and entry.body.get("outcome") in outcomes))
    ]


def body(entry: Entry, *, notes: bool) -> dict[str, Any]:
    """Return what a record says; what was said or noted is for administrators, as the export is."""
    return {key: value for key, value in entry.body.items() if notes or key != "note"}


def let_go(records: list[Any]) -> None:
    """Empty a long list, which only this holds, beside the event loop."""
    while records:
        del records[-_HANDFUL:]
        sleep(_BREATH)


def _by_speaker(records: Iterable[Entry]) -> defaultdict[str, list[Entry]]:
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for record in records:
        found[record.speaker].append(record)
    return found


async def _pages(journal: Journal, query: Query, size: int) -> AsyncIterator[list[Entry]]:
    while page := await journal.read(replace(query, limit=size)):
        yield page
        if len(page) < size:
            return
        query = replace(query, after_seq=page[-1].seq)


async def _to_watch(journal: Journal, query: Query) -> list[Entry]:
    """Return the records up to the first that says that somebody began or ceased to look."""
    found: list[Entry] = []
    async for page in _pages(journal, query, _FEW):
        for entry in page:
            found.append(entry)
            if entry.body.get("event") in _WATCHES:
                return found
    return found


async def on_disk(household: Household) -> None:
    """Let what was just recorded be found; where the disk takes nothing, what it has is told."""
    with suppress(HomeAssistantError):
        await household.recorded()
