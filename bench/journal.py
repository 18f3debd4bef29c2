"""The journal: appending, questions to a million records, and what it costs the event loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
import tempfile
from time import perf_counter, sleep
from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.util.ulid import ulid_now

from custom_components.earlid.export import to_jsonl
from custom_components.earlid.journal import Journal, Query
from custom_components.earlid.journal.chain import Row as Line, chain, to_line
from custom_components.earlid.journal.store import Store

from .appending import BEGAN, DAYS, RECORDS, appended, opened, record
from .blocks import idle, longest, watched
from .measured import Bar, Measured, Row, ratio

# The day that is asked for, and as many days around it as the small journal has.
DAY: Final = 200
AROUND: Final = 5
ALL: Final = "of 400 days"
FEW: Final = f"floor: of {2 * AROUND} days"
OURS: Final = "Earlid"
IDLE: Final = "floor: an idle loop"

type Block = Callable[[], Awaitable[Any]]


async def measure(short: bool) -> tuple[Measured, ...]:
    """Return what appending, asking and looking through cost."""
    with tempfile.TemporaryDirectory() as name:
        hass, folder = HomeAssistant(name), Path(name)
        try:
            return (
                await appended(hass, folder, short=short),
                await asked(hass, folder, short=short),
                await blocked(hass, folder, short=short),
            )
        finally:
            await hass.async_stop(force=True)


def fill(path: Path, records: int, first: int, last: int) -> None:
    """Write the records of these days, out of so many of all days, fast: in large groups."""
    store = Store(path)
    store.open()
    for start in range(records * first // DAYS, records * last // DAYS, 20_000):
        group = (record(number, records) for number in range(start, min(start + 20_000, records * last // DAYS)))
        lines = [to_line(ulid_now(), each.at, each.kind, each.speaker, each.body) for each in group]
        store.append(chain(store.head, lines), 0)
    store.close()


async def timed(ways: dict[str, Block], times: int) -> dict[str, tuple[float, int]]:
    """Return the median time that each takes, in ms, in turn, and how many records it gave."""
    took: dict[str, list[float]] = {way: [] for way in ways}
    found = dict.fromkeys(ways, 0)
    for _ in range(times):
        for way, work in ways.items():
            started = perf_counter()
            answer = await work()
            took[way].append((perf_counter() - started) * 1000)
            found[way] = len(answer) if isinstance(answer, list) else 0
    return {way: (median(took[way]), found[way]) for way in ways}


def questions(journal: Journal) -> dict[str, Block]:
    """Return what is asked of a journal: what the panel, the actions and the outbox ask."""
    day = Query(start=BEGAN + timedelta(days=DAY), end=BEGAN + timedelta(days=DAY + 1), limit=10_000)
    some = replace(day, speakers=["bath"], kinds=["activation", "breach"])
    return {
        "a day": lambda: journal.read(day),
        "a day's activations of one speaker": lambda: journal.read(some),
        "the newest 100": lambda: journal.read(Query(limit=100, descending=True)),
        "the newest 100 of one kind": lambda: journal.read(Query(kinds=["breach"], limit=100, descending=True)),
        "how things stood at a moment": lambda: journal.latest_before(BEGAN + timedelta(days=DAY), ["decision"]),
        "100 to be delivered": lambda: journal.after(100, 100),
    }


async def started(hass: HomeAssistant, path: Path) -> None:
    """Start with a journal, and stop."""
    async with opened(hass, path):
        pass


async def asked(hass: HomeAssistant, folder: Path, *, short: bool) -> Measured:
    """Return what questions and a start cost in a long journal, beside a short one with the same answers."""
    records, runs, times = (40_000, 2, 2) if short else (RECORDS, 5, 15)
    paths = {ALL: folder / "all.db", FEW: folder / "few.db"}
    await asyncio.to_thread(fill, paths[ALL], records, 0, DAYS)
    await asyncio.to_thread(fill, paths[FEW], records, DAY - AROUND, DAY + AROUND)
    took: dict[str, dict[str, list[float]]] = {}
    work: dict[str, dict[str, int]] = {}

    def note(what: str, answers: dict[str, tuple[float, int]]) -> None:
        for way, (ms, found) in answers.items():
            took.setdefault(what, {}).setdefault(way, []).append(ms)
            work.setdefault(what, {})[way] = found

    for _ in range(runs):
        note("a start", await timed({way: partial(started, hass, path) for way, path in paths.items()}, times))
        async with opened(hass, paths[ALL]) as whole, opened(hass, paths[FEW]) as part:
            for what, of_all in questions(whole).items():
                note(what, await timed({ALL: of_all, FEW: questions(part)[what]}, times))
    rows = {what: Row(label=what, size=0, runs=runs, work=work[what]) for what, runs in took.items()}
    return Measured(
        name="journal_questions",
        title=f"Questions to a journal of {records:,} records",
        unit="ms",
        proves=(
            "What a start and each question cost after more than a year of a busy home, beside a journal that holds "
            "only the days around what is asked for: a ratio of 1 is no growth at all."
        ),
        fooled_by=(
            "A short journal with other records would answer with more or with fewer; both hold the same ones for "
            "those days, and how many come back is compared. A file that was just written lies in the cache of the "
            "system, in both."
        ),
        rows=tuple(rows.values()),
        bars=(
            Bar(says="a day, in ms", value=median(rows["a day"].runs[ALL]), limit=50),
            Bar(says="a start, of one with few records", value=ratio(rows["a start"], ALL, FEW), limit=1.2),
        ),
        plot=False,
    )


async def blocked(hass: HomeAssistant, folder: Path, *, short: bool) -> Measured:
    """Return the longest that the event loop waits for the journal, beside how late it is when nothing is done."""
    bursts, pages, runs = (10, 2, 2) if short else (100, 50, 5)
    took: dict[str, dict[str, list[float]]] = {}

    @asynccontextmanager
    async def beside(what: str) -> AsyncIterator[None]:
        late = await idle(0.1 if short else 1)
        async with watched() as blocks:
            yield
        took.setdefault(what, {OURS: [], IDLE: []})[OURS].append(longest(blocks))
        took[what][IDLE].append(late)

    grown = Store._grown  # noqa: SLF001 (what a slow disk holds up)

    def slow(self: Store, written: list[Line], delivered: int) -> None:
        sleep(0.05)
        grown(self, written, delivered)

    path = folder / "all.db"
    for run in range(runs):
        async with opened(hass, folder / f"usual{run}.db") as journal, beside(f"{bursts * 100:,} records, written"):
            await burst(journal, bursts)
        with patch.object(Store, "_grown", slow):
            async with opened(hass, folder / f"slow{run}.db") as journal, beside("the same, the disk slow"):
                await burst(journal, bursts)
        async with opened(hass, path) as journal:
            async with beside("all verified"):
                verified = await journal.verify()
            if not verified.ok:
                raise ValueError(f"the journal is not whole: {verified}")
            async with beside(f"{pages} pages exported"):
                await export(journal, pages)
            async with beside("20 days removed"):
                await journal.cut(BEGAN + timedelta(days=20 * (run + 1)))
    return Measured(
        name="journal_blocks",
        title="What the journal keeps the event loop from",
        unit="ms",
        proves=(
            "The longest that anything else in Home Assistant had to wait while the journal was at work; what is due "
            "each millisecond tells."
        ),
        fooled_by=(
            "What the thread waited for a processor is taken off, where the kernel tells, since that is what else the "
            "machine does; the same loop with nothing to do, in the same run, shows what is left of it. A disk that is "
            "fast hides who waits for it, so each commit is also made to take 50 ms."
        ),
        rows=tuple(Row(label=what, size=0, runs=runs) for what, runs in took.items()),
        bars=tuple(
            Bar(
                says=f"{what}: beyond the idle loop, in ms",
                value=median(ours - none for ours, none in zip(each[OURS], each[IDLE], strict=True)),
                limit=5,
            )
            for what, each in took.items()
        ),
        plot=False,
    )


async def burst(journal: Journal, bursts: int) -> None:
    """Append so many times 100 records, and wait for the disk."""
    for start in range(0, bursts * 100, 100):
        journal.append([record(number) for number in range(start, start + 100)])
        await asyncio.sleep(0.005)
    await journal.settled()


async def export(journal: Journal, pages: int) -> None:
    """Make the first pages of an export, as a download does."""
    query = Query(limit=2000)
    for _ in range(pages):
        page = await journal.rows(query)
        await asyncio.to_thread(to_jsonl, page)
        query = replace(query, after_seq=page[-1][0])
