"""What it takes to set Earlid up: seconds and memory, beside an integration that only makes as many entities."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import subprocess
import sys
import tempfile
from time import perf_counter
import tracemalloc
from typing import Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_platform
from homeassistant.helpers.storage import STORAGE_DIR
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.const import DOMAIN, JOURNAL

from . import bare
from .homes import running, settled
from .lived_in import furnish
from .measured import Bar, Measured, Row, ratio
from .month import write_month

_WAYS: Final = {"Earlid": DOMAIN, "bare": bare.DOMAIN}
# The retention that a home begins with, and what 100 speakers record in it: 25 records a day of each.
_DAYS: Final = 400
_RECORDS: Final = 1_000_000

_SAME: Final = (
    "The bare integration makes the same devices and entities with the same names, classes, options and attributes, in "
    "the same subentries, and does nothing else; entities, devices and attributes are counted and must agree."
)
_LIMIT: Final = (
    "Home Assistant adds at most 10,000 enabled entities of one entry, which 769 speakers have. The limit is lifted "
    "here for both, to see how they grow."
)


def measure(short: bool) -> tuple[Measured, ...]:
    """Return what was measured."""
    sizes, runs = ((2,), 1) if short else ((10, 100, 1000), 5)
    return (
        asyncio.run(_seconds(sizes, runs)),
        _memory(sizes, 1 if short else 3),
        asyncio.run(_restart(2 if short else 100, 1000 if short else _RECORDS, runs)),
    )


async def _seconds(sizes: tuple[int, ...], runs: int) -> Measured:
    anew = {size: {way: list[float]() for way in _WAYS} for size in sizes}
    again = {size: {way: list[float]() for way in _WAYS} for size in sizes}
    work: dict[int, dict[str, int]] = {}
    for way in _WAYS:
        # What is imported and read once.
        await _set_up_once(way, 1)
    for size in sizes:
        for run in range(runs):
            made = {}
            for way in sorted(_WAYS, reverse=bool(run % 2)):
                first, second, made[way] = await _set_up_once(way, size)
                anew[size][way].append(first)
                again[size][way].append(second)
            if made["Earlid"] != made["bare"]:
                raise RuntimeError(f"not the same was made: {made}")
        work[size] = {way: each.total() for way, each in made.items()}
    rows = tuple(
        Row(label=f"{size:,} speakers, {when}", size=size, runs=found[size], work=work[size])
        for when, found in (("for the first time", anew), ("again", again))
        for size in sizes
    )
    return Measured(
        name="setup",
        title="Set-up",
        unit="s",
        proves="From the moment that Home Assistant sets the entry up until all its entities are there. " + _SAME,
        fooled_by=(
            "**Imports and caches**: both have been set up once before in the process. **A home that knows them**: for "
            "the first time every device and entity is new to the registries; again, they are known, as at every "
            f"start. **What goes on beside**: what reads the disk holds nobody up, and ends later. {_LIMIT}"
        ),
        rows=rows,
        bars=tuple(
            Bar(says=f"{row.label}: at most twice the bare integration", value=ratio(row, "Earlid", "bare"), limit=2)
            for row in rows
        ),
        logarithmic=True,
    )


def _memory(sizes: tuple[int, ...], runs: int) -> Measured:
    sizes = (1, *(size for size in sizes if size > 1))
    kinds = ("traced", "private") if runs > 1 else ("traced",)
    held = {(kind, size): {way: list[float]() for way in _WAYS} for kind in kinds for size in sizes}
    for _ in range(runs):
        for (kind, size), found in held.items():
            for way in _WAYS:
                found[way].append(_in_a_process_of_its_own(way, size, kind))

    def each(kind: str, size: int, way: str) -> list[float]:
        """Return what each speaker after the first takes, in kB."""
        return [
            (all_ - first) / (size - 1) / 1000
            for all_, first in zip(held[kind, size][way], held[kind, 1][way], strict=True)
        ]

    words = {"traced": "held by Python", "private": "taken from the machine"}
    rows = {
        (kind, size): Row(
            label=f"a speaker of {size:,}, {words[kind]}", size=size, runs={way: each(kind, size, way) for way in _WAYS}
        )
        for kind, size in held
        if size > 1
    }
    once = {way: found[0] / 1000 for way, found in held["traced", 1].items()}
    last = rows["traced", sizes[-1]]
    over = sorted(mine - none for mine, none in zip(last.runs["Earlid"], last.runs["bare"], strict=True))
    return Measured(
        name="setup_memory",
        title="Memory",
        unit="kB",
        proves=f"What each speaker after the first adds to a process that was begun for it alone. {_SAME}",
        fooled_by=(
            "**Whose memory it is**: most is Home Assistant's own, for any entity; what Earlid answers for is the "
            "difference. **Garbage**: collected before. **Pages**: what a process takes from the machine comes in "
            "blocks and is not given back, so it says little of few speakers; what Python says that it holds is exact "
            "and the same each time. Both are here, each from processes of its own, since to trace takes memory."
        ),
        rows=tuple(rows.values()),
        bars=(
            Bar(says=f"{last.label}: at most 60 kB above the bare integration", value=over[len(over) // 2], limit=60),
        ),
        plot=False,
        notes=(
            f"The first speaker, with all that there is once: {once['Earlid']:,.0f} kB; bare {once['bare']:,.0f} kB. "
            f"{_LIMIT}"
        ),
    )


async def _restart(count: int, records: int, runs: int) -> Measured:
    ways = {"full journal": records, "empty journal": 0}
    entities, all_ = ({way: list[float]() for way in ways} for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        for way, number in ways.items():
            path = Path(folder) / way / STORAGE_DIR / JOURNAL
            path.parent.mkdir(parents=True)
            if number:
                write_month(path, [f"speaker_{each}" for each in range(count)], days=_DAYS, records=number)
        # The first start makes the files that are not there yet.
        for run in range(-1, runs):
            for way in sorted(ways, reverse=bool(run % 2)):
                async with _ready("Earlid", count, Path(folder) / way) as (hass, entry):
                    started = perf_counter()
                    await _set_up(hass, entry)
                    there = perf_counter() - started
                    await hass.async_block_till_done(wait_background_tasks=True)
                    read = perf_counter() - started
                    if bool(await entry.runtime_data.journal.known_activations()) is not bool(ways[way]):
                        raise RuntimeError(f"{way}: this is another")
                    if run >= 0:
                        entities[way].append(there)
                        all_[way].append(read)
    rows = (
        Row(label=f"{count} speakers, until they are guarded and all entities are there", size=0, runs=entities),
        Row(label="until all is read from the journal that a start reads", size=1, runs=all_),
    )
    return Measured(
        name="restart",
        title="Start with a full journal",
        unit="s",
        proves=(
            f"A start with a journal of {_RECORDS:,} records over {_DAYS} days, which is as long as it is kept, beside "
            "one with a journal that was just begun. The household is guarded, and shown, before the file is opened."
        ),
        fooled_by=(
            "**Work that is put off**: the second row ends when nothing is left to do of the start. **A warm disk**: "
            "the file has just been written, and most of it is in memory; a start reads little of it."
        ),
        rows=rows,
        bars=tuple(
            Bar(
                says=f"{row.label}: at most 1.2 of a start with an empty one",
                value=ratio(row, "full journal", "empty journal"),
                limit=1.2,
            )
            for row in rows[:1]
        ),
        plot=False,
    )


async def _set_up_once(way: str, count: int) -> tuple[float, float, Counter[str]]:
    """Return how long it took for the first time, and again when all is known, in s; and what was made."""
    with tempfile.TemporaryDirectory() as folder:
        async with _ready(way, count, Path(folder)) as (hass, entry):
            started = perf_counter()
            await _set_up(hass, entry)
            first = perf_counter() - started
            made = _made(hass, entry)
            await settled(hass)
            await hass.config_entries.async_unload(entry.entry_id)
            await settled(hass)
            started = perf_counter()
            await _set_up(hass, entry)
            second = perf_counter() - started
            if _made(hass, entry) != made:
                raise RuntimeError("not all came back")
            return first, second, made


@asynccontextmanager
async def _ready(way: str, count: int, folder: Path) -> AsyncIterator[tuple[HomeAssistant, MockConfigEntry]]:
    """Give a home with its plugs, and an entry that is not set up yet."""
    async with running(folder) as hass:
        _, subentries = await furnish(hass, count)
        bare.put_up(hass)
        data = {"site": "home", "topic_prefix": "earlid"}
        entry = MockConfigEntry(domain=_WAYS[way], title=way, data=data, subentries_data=[*subentries])
        entry.add_to_hass(hass)
        await settled(hass)
        with patch.object(entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", sys.maxsize):
            yield hass, entry


async def _set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError(f"{entry.domain} was not set up: {entry.reason}")
    await hass.async_block_till_done()


def _made(hass: HomeAssistant, entry: MockConfigEntry) -> Counter[str]:
    """Return how many devices, entities by domain and attributes the entry has made."""
    made: Counter[str] = Counter()
    for platform in entity_platform.async_get_platforms(hass, entry.domain):
        for entity_id in platform.entities:
            state = hass.states.get(entity_id)
            made[platform.domain] += 1
            made["attributes"] += 0 if state is None else len(state.attributes)
    made["devices"] = len(dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id))
    return made


def _in_a_process_of_its_own(way: str, count: int, kind: str) -> float:
    """Return the bytes that a set-up adds."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.setup", way, str(count), kind]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - ourselves
    return float(json.loads(done.stdout.splitlines()[-1]))


async def _held(way: str, count: int, kind: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        async with _ready(way, count, Path(folder)) as (hass, entry):
            if kind == "traced":
                tracemalloc.start()
            before = _now(kind)
            await _set_up(hass, entry)
            await settled(hass, entry if way == "Earlid" else None)
            return _now(kind) - before


def _now(kind: str) -> float:
    """Return the bytes that Python holds (traced), or that nobody else has of the process's memory (private)."""
    if kind == "traced":
        return tracemalloc.get_traced_memory()[0]
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Private_"))


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(_held(sys.argv[1], int(sys.argv[2]), sys.argv[3]))}\n")
