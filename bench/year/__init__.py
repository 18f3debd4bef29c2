"""The exposure year: how long speakers can hear without permission, in a year in which everything goes wrong."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
import os
from statistics import median
from typing import Final

from bench.measured import Bar, Measured, Row, ratio

from .automations import Careful, Edges, Retrying
from .causes import HAND, NO_CAUSE, ON_ITS_WAY, TWO, WAY, Judge, Verdict
from .earlid import Earlid
from .household import PHONES, PLACES, Course, Place, allowed, presences, scheduled
from .line import FAMILIES
from .plan import DAY, KINDS, LOST, Fault, Interference, What, Where, draw
from .server import Guard
from .world import World

SEEDS: Final = (1, 2, 3, 4, 5)
DAYS: Final = 365
# Of a few days in which faults come so many times as often, so that each kind does.
HASTE: Final = 25.0
LEASED: Final = "Earlid, leases"
ALONE: Final = "Earlid, no leases"
CAREFUL: Final = "at start, each minute"
RETRY: Final = "retry"
EDGES: Final = "on edges"
type _Make = Callable[[World, Course], Guard]
WAYS: Final[dict[str, _Make]] = {
    LEASED: lambda world, _: Earlid(world, leases=True),
    ALONE: lambda world, _: Earlid(world, leases=False),
    CAREFUL: Careful,
    RETRY: Retrying,
    EDGES: Edges,
}
RIVALS: Final = (CAREFUL, RETRY, EDGES)
ALL: Final = "in all"
SILENT: Final = "silent though allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What came of one year of one speaker under one guard."""

    way: str
    seed: int
    verdicts: tuple[Verdict, ...]
    met: tuple[str, ...]
    silent: float
    noticed: tuple[float, ...]
    """s after which each welded contact that let the speaker hear was shown as a breach."""


def measure(short: bool) -> Measured:
    """Return how long three speakers could hear without permission in a year, by cause and guard."""
    seeds, days, haste = (SEEDS[:2], 4, HASTE) if short else (SEEDS, DAYS, 1.0)
    tasks = list(product(WAYS, seeds, range(len(PLACES)), (days,), (haste,)))
    if short:
        lived = [live(*task) for task in tasks]
    else:
        with ProcessPoolExecutor(os.cpu_count()) as workers:
            # Those with leases take longest: they are the first, so that none of them is the last one running.
            lived = list(workers.map(live, *zip(*tasks, strict=True)))
    return _measured(seeds, lived)


def home(
    seed: int, number: int, days: int, haste: float
) -> tuple[Place, Course, tuple[Course, ...], tuple[Fault, ...]]:
    """Return one speaker's place, its schedules, its people and what goes wrong around it: the same for everyone."""
    place, people = PLACES[number], presences(seed, days)
    faults = draw(seed, days, plugs=len(PLACES), phones=len(PHONES), haste=haste)
    near = tuple(fault for fault in faults if fault.kind.where is not Where.PLUG or fault.which == number)
    return place, scheduled(place, days), people, near


def live(way: str, seed: int, number: int, days: int = DAYS, haste: float = 1.0) -> Lived:
    """Return what came of so many days of one speaker under one guard."""
    place, schedule, people, faults = home(seed, number, days, haste)
    air = Interference(seed, number)
    world = World(place, FAMILIES[number], allowed(schedule, people), people, faults, air)
    world.run(WAYS[way](world, schedule), days * DAY)
    judge = Judge(world.family, schedule, faults, air)
    verdicts = tuple(judge.of(exposure) for exposure in world.exposures)
    return Lived(
        way=way,
        seed=seed,
        verdicts=verdicts,
        met=tuple(world.met),
        silent=world.silent_though_allowed,
        noticed=_noticed(faults, world) if place.metered else (),
    )


def _noticed(faults: Sequence[Fault], world: World) -> tuple[float, ...]:
    """Return how long each welded contact went unnoticed while it let the speaker hear without permission."""
    found = []
    for fault in faults:
        if What.CONTACT in fault.kind.what:
            heard = [one.begin for one in world.exposures if fault.begin <= one.end and one.begin <= fault.end]
            shown = [at for at in world.breaches if heard and heard[0] <= at <= fault.end]
            found += [shown[0] - heard[0]] if shown else []
    return tuple(found)


def _measured(seeds: Sequence[int], lived: Sequence[Lived]) -> Measured:
    met: dict[str, list[tuple[str, ...]]] = {way: [one.met for one in lived if one.way == way] for way in WAYS}
    if any(met[way] != met[LEASED] for way in WAYS):
        raise ValueError("not everyone met the same faults and the same permissions")
    work = {way: sum(map(len, met[way])) for way in WAYS}

    def runs(seconds: Callable[[Lived], float]) -> dict[str, list[float]]:
        return {
            way: [sum(map(seconds, [one for one in lived if one.way == way and one.seed == seed])) for seed in seeds]
            for way in WAYS
        }

    def of(cause: str) -> Callable[[Lived], float]:
        return lambda one: sum(verdict.exposure.seconds for verdict in one.verdicts if verdict.cause == cause)

    every = [verdict for one in lived for verdict in one.verdicts]
    helpless = {verdict.cause for verdict in every if verdict.physical}
    order = [ON_ITS_WAY, HAND, LOST, TWO, *(kind.name for kind in KINDS), NO_CAUSE]
    causes = sorted({verdict.cause for verdict in every}, key=lambda cause: (cause in helpless, order.index(cause)))
    total = Row(label=ALL, size=0, runs=runs(_avoidable), work=work)
    rows = [Row(label=cause, size=place, runs=runs(of(cause)), work=work) for place, cause in enumerate(causes, 1)]
    rows = [row if row.label not in helpless else _apart(row) for row in rows]
    silent = Row(label=f"_{SILENT}_", size=len(rows) + 1, runs=runs(lambda one: one.silent), work=work)
    best = min(RIVALS, key=lambda way: median(total.runs[way]))
    leased = [verdict for one in lived if one.way == LEASED for verdict in one.verdicts]
    alone = [verdict for one in lived if one.way == ALONE for verdict in one.verdicts]
    return Measured(
        name="year",
        title="Exposure in a year of faults",
        unit="s",
        proves=_PROVES,
        fooled_by=_FOOLED_BY,
        rows=(total, *rows, silent),
        bars=(
            Bar(
                says=f"with leases, of {len(leased)} exposures those that outlast their case's bound",
                value=sum(verdict.beyond for verdict in leased),
                limit=0,
            ),
            Bar(
                says=f"with leases, all exposure against that of the best automation ({best})",
                value=ratio(total, LEASED, best),
                limit=0.001,
            ),
            Bar(
                says="without leases, exposures beyond their bound by other causes than grade c names",
                value=sum(verdict.beyond and not verdict.graded for verdict in alone),
                limit=0,
            ),
        ),
        plot=False,
        notes=_notes(lived, leased, total, best),
    )


def _avoidable(one: Lived) -> float:
    return sum(verdict.exposure.seconds for verdict in one.verdicts if not verdict.physical)


def _apart(row: Row) -> Row:
    return Row(label=f"_{row.label} (not in all)_", size=row.size, runs=row.runs, work=row.work)


def _notes(lived: Sequence[Lived], leased: Sequence[Verdict], total: Row, best: str) -> str:
    longest: dict[str, Verdict] = {}
    count: dict[str, int] = defaultdict(int)
    for verdict in leased:
        count[verdict.cause] += 1
        before = longest.get(verdict.cause)
        if before is None or verdict.exposure.seconds > before.exposure.seconds:
            longest[verdict.cause] = verdict
    lines = ["Each exposure of Earlid with leases is held to the bound of its case:", ""]
    lines += ["| cause | exposures | longest | its bound |", "|---|---:|---:|---:|"]
    for cause, one in sorted(longest.items(), key=lambda item: -count[item[0]]):
        bound = "none: no software helps" if one.bound is None else f"{one.bound:,.0f} s"
        lines.append(f"| {cause} | {count[cause]:,} | {one.exposure.seconds:,.1f} s | {bound} |")
    lines += ["", _shares(lived, leased, median(total.runs[best]))]
    against = ", ".join(f"{ratio(total, LEASED, way):.2g} of *{way}*" for way in RIVALS if all(total.runs[way]))
    lines += ["", f"In all, in the median home, that is {against}."]
    noticed = [after for one in lived if one.way == LEASED for after in one.noticed]
    if noticed:
        lines += ["", f"A welded contact behind a meter was a breach after {max(noticed):.0f} s at most."]
    return "\n".join(lines)


def _shares(lived: Sequence[Lived], leased: Sequence[Verdict], best: float) -> str:
    """Return what the seconds are made of, and how few they could be."""
    avoidable = [one for one in leased if not one.physical]
    total = sum(one.exposure.seconds for one in avoidable)
    under_way = sum(one.exposure.seconds for one in avoidable if one.exposure.seconds <= WAY)
    unseen = sum(one.exposure.seconds for one in avoidable if one.cause == TWO)
    years = len({one.seed for one in lived})
    others = 1 - (under_way + unseen) / total
    return (
        f"Of Earlid's seconds with leases {under_way / total:.0%} are messages under way, {unseen / total:.0%} plugs "
        f"that a hand turned on in an outage, and {others:.0%} lost messages, leases that ran out and the "
        "like. Messages under way alone, which whoever guards these plugs has, are "
        f"{under_way / years / best if best else 0:.1%} of what the best automation leaves."
    )


_PROVES: Final = (
    "For how many seconds of a year three speakers of a home could hear though the household's rules said no, seen at "
    "the plug's own contact. Home Assistant is updated, killed and dead for a day, hangs, loses its broker; plugs drop "
    "out of the network, lose power and messages, go deaf; people press buttons; phones fall silent, clocks are set: "
    "[how often, how long and by what source](exposure.md), drawn anew for each of five homes. Earlid is its real "
    "engine. *At start, each minute* is the best automation that we could think of; *retry* is a custom integration "
    "that repeats what failed; *on edges* is what most people write."
)
_FOOLED_BY: Final = (
    "A plan made for the result: it was written down before the first one, and is public. Luck: all five meet the same "
    "faults, lost messages and permissions, to the millisecond, or the measurement fails. A simulation that flatters: "
    "a sample of it is held against a real Home Assistant in `tests/home/test_year.py`."
)
