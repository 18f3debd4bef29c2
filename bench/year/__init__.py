"""The exposure year: how long speakers can hear without permission, in a year in which everything goes wrong."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from math import inf
import os
from statistics import median
from typing import Final

from bench.measured import Bar, Measured, Row, ratio

from .causes import HAND, NO_CAUSE, ON_ITS_WAY, TWO
from .household import PLACES
from .line import FAMILIES, OWN_CLOCKS, Family
from .lives import ALONE, CAREFUL, DAYS, EDGES, LEASED, RETRY, WAYS, Lived, live, plug_name
from .notes import notes, outlasting
from .plan import KINDS, LOST

__all__ = ["ALONE", "CAREFUL", "EDGES", "LEASED", "RETRY", "WAYS", "Lived", "live", "measure"]

SEEDS: Final = (1, 2, 3, 4, 5)
# Of a few days in which faults come so many times as often, so that each kind does.
HASTE: Final = 25.0
RIVALS: Final = (CAREFUL, RETRY, EDGES)
ALL: Final = "in all"
SILENT: Final = "silent though allowed"


def measure(short: bool) -> tuple[Measured, Measured]:
    """Return how long three speakers could hear without permission in a year, by cause and guard.

    Twice: in the home of the plan, and with another plug for its Zigbee one, whose clock begins with any turn-on.
    """
    seeds, days, haste = (SEEDS[:2], 4, HASTE) if short else (SEEDS, DAYS, 1.0)
    plugs = dict.fromkeys((*enumerate(FAMILIES), *enumerate(OWN_CLOCKS)))
    tasks = [(way, seed, number, days, haste, make) for way, seed, (number, make) in product(WAYS, seeds, plugs)]
    if short:
        lived = [live(*task) for task in tasks]
    else:
        with ProcessPoolExecutor(os.cpu_count()) as workers:
            # Those with leases take longest: they are the first, so that none of them is the last one running.
            lived = list(workers.map(live, *zip(*tasks, strict=True)))
    return _of_the_plan(_Home(seeds, lived, FAMILIES)), _with_own_clocks(_Home(seeds, lived, OWN_CLOCKS))


class _Home:
    """What came of one home, with these plugs, in each of its years."""

    def __init__(self, seeds: Sequence[int], lived: Sequence[Lived], makes: Sequence[Family]) -> None:
        """Take of all that was lived what was lived in this home. Raises ValueError: not everyone met the same."""
        self.plugs = [plug_name(place, make) for place, make in zip(PLACES, makes, strict=True)]
        self.lived = [one for one in lived if one.plug in self.plugs]
        self._seeds = seeds
        met: dict[str, list[tuple[str, ...]]] = {way: [one.met for one in self.lived if one.way == way] for way in WAYS}
        if any(met[way] != met[LEASED] for way in WAYS):
            raise ValueError("not everyone met the same faults and the same permissions")
        self._work = {way: sum(map(len, met[way])) for way in WAYS}
        self.leased, self.alone = (
            [verdict for one in self.lived if one.way == way for verdict in one.verdicts] for way in (LEASED, ALONE)
        )
        self.total = self.row(ALL, 0, _avoidable)
        self.best = min(RIVALS, key=lambda way: median(self.total.runs[way]))

    def row(self, label: str, size: float, seconds: Callable[[Lived], float]) -> Row:
        """Return so many seconds of each year, under each guard."""
        runs = {
            way: [sum(seconds(one) for one in self.lived if (one.way, one.seed) == (way, seed)) for seed in self._seeds]
            for way in WAYS
        }
        return Row(label=label, size=size, runs=runs, work=self._work)

    def rows(self) -> tuple[Row, ...]:
        """Return all seconds, those by plug, those by cause, and those in which a speaker was silent though allowed."""
        every = [verdict for one in self.lived for verdict in one.verdicts]
        helpless = {verdict.cause for verdict in every if verdict.physical}
        order = [ON_ITS_WAY, HAND, LOST, TWO, *(kind.name for kind in KINDS), NO_CAUSE]
        causes = sorted({verdict.cause for verdict in every}, key=lambda cause: (cause in helpless, order.index(cause)))
        wanted = [(f"of it: {plug}", _at(plug)) for plug in self.plugs]
        wanted += [(f"_{cause} (not in all)_" if cause in helpless else cause, _by(cause)) for cause in causes]
        wanted.append((f"_{SILENT}_", lambda one: one.silent))
        return self.total, *(self.row(label, size, seconds) for size, (label, seconds) in enumerate(wanted, 1))

    def bars(self) -> tuple[Bar, Bar]:
        """Return what the contract holds leases to."""
        return (
            Bar(
                says=f"with leases, of {len(self.leased)} exposures those that outlast their case's bound",
                value=sum(verdict.beyond for verdict in self.leased),
                limit=0,
            ),
            Bar(
                says=f"with leases, all exposure against that of the best automation ({self.best})",
                value=ratio(self.total, LEASED, self.best),
                limit=0.001,
            ),
        )


def _of_the_plan(home: _Home) -> Measured:
    return Measured(
        name="year",
        title="Exposure in a year of faults",
        unit="s",
        proves=_PROVES,
        fooled_by=_FOOLED_BY,
        rows=home.rows(),
        bars=(
            *home.bars(),
            Bar(
                says="without leases, exposures beyond their bound by other causes than grade c names",
                value=sum(verdict.beyond and not verdict.graded for verdict in home.alone),
                limit=0,
            ),
        ),
        plot=False,
        notes=notes(home.lived, home.total, home.best, RIVALS),
    )


def _with_own_clocks(home: _Home) -> Measured:
    outlast = home.row(ALL, 0, outlasting)
    return Measured(
        name="year_own_clocks",
        title="The same year with plugs whose clock begins with any turn-on",
        unit="s",
        proves=_PROVES_OWN_CLOCKS,
        fooled_by=_FOOLED_BY_OWN_CLOCKS,
        rows=home.rows(),
        bars=(
            *home.bars(),
            Bar(
                says=f"the same without messages under way, which no software can be quicker than ({home.best})",
                value=ratio(outlast, LEASED, home.best) if all(outlast.runs[home.best]) else inf,
                limit=0.001,
            ),
        ),
        plot=False,
        notes=notes(home.lived, home.total, home.best, RIVALS),
    )


def _avoidable(one: Lived) -> float:
    return sum(verdict.exposure.seconds for verdict in one.verdicts if not verdict.physical)


def _at(plug: str) -> Callable[[Lived], float]:
    return lambda one: _avoidable(one) if one.plug == plug else 0.0


def _by(cause: str) -> Callable[[Lived], float]:
    return lambda one: sum(verdict.exposure.seconds for verdict in one.verdicts if verdict.cause == cause)


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
_PROVES_OWN_CLOCKS: Final = (
    "The same people, rules, faults and lost messages, with another Tasmota plug in the place of the Zigbee one: so "
    "each plug's own clock begins with whatever turns it on, and what a hand turns on in an outage ends too. Such "
    "plugs are [those to buy](relays.md#which-to-choose)."
)
_FOOLED_BY_OWN_CLOCKS: Final = (
    "A home chosen for the result: it was. This one was added after the first had missed the second bar, to see what "
    "of that is the plug's, and the first stays as it is. The automations guard the same plugs and use no auto-off: it "
    "would turn off, after five minutes, what may listen."
)
