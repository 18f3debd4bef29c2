"""What goes wrong in a home within a year: each kind of fault, how often, for how long, and where that is from.

docs/exposure.md shows this table as it is. Whoever changes a rate changes the measurement.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from random import Random
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY
ASSUMED: Final = "assumed"


class What(StrEnum):
    """What is gone, or wrong, while a fault lasts."""

    SERVER = "server"
    """Home Assistant does not run."""
    LOOP = "loop"
    """Home Assistant hangs; what comes meanwhile comes in a heap when it goes on."""
    BROKER = "broker"
    BROKER_SLOW = "slow broker"
    CLOCK = "clock"
    """The server's clock is wrong; at the end it is set right."""
    MAINS = "mains"
    """The plug has no power."""
    RADIO = "radio"
    """The plug hears nothing and is not heard."""
    EARS = "ears"
    """The plug hears no command and says what it did before."""
    CONTACT = "contact"
    """The contact is welded: it opens no more, and the plug reports off when it is told to."""
    HAND = "hand"
    """Somebody turns the plug on: at its button, in an app, by a voice; a moment, no span."""
    PHONE = "phone"
    """The phone of a person says nothing."""


class Where(StrEnum):
    """What a kind of fault hits, each for itself."""

    HOME = "home"
    PLUG = "plug"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of fault."""

    name: str
    where: Where
    what: tuple[What, ...]
    a_year: float
    """How often in a year, at random times."""
    shortest: float = 0.0
    longest: float = 0.0
    """s. Each length between them is drawn with its logarithm evenly spread."""
    source: str = ASSUMED


PYPI: Final = (
    "65 releases in 2023 alone ([PyPI](https://pypi.org/project/homeassistant/#history)); every other one taken"
)
EIA: Final = (
    "1.4 a year, 2 h (without storms) to 8 h in all: [EIA](https://www.eia.gov/todayinenergy/detail.php?id=37652)"
)
CARDS: Final = (
    "two cards in a year and a half: [a forum](https://community.home-assistant.io/t/raspberry-pi-filesystem-stability"
    "/21302/16); one such day took 12 h: [a report](https://blog.slevel.xyz/2025/07/24/rpi-sd-card-incident)"
)
CUT: Final = "power cut"
LOST: Final = "lost message"

# Where there is no source, these are guesses of what a home with some care sees. They were written down before the
# first result, and are the same for everyone who is measured.
KINDS: Final = (
    Kind(
        name="update or restart",
        where=Where.HOME,
        what=(What.SERVER,),
        a_year=36,
        shortest=MINUTE,
        longest=6 * MINUTE,
        source=PYPI,
    ),
    Kind(
        name="host restarts",
        where=Where.HOME,
        what=(What.SERVER, What.BROKER),
        a_year=12,
        shortest=3 * MINUTE,
        longest=10 * MINUTE,
    ),
    Kind(name="killed", where=Where.HOME, what=(What.SERVER,), a_year=6, shortest=MINUTE, longest=5 * MINUTE),
    Kind(
        name="server dead",
        where=Where.HOME,
        what=(What.SERVER, What.BROKER),
        a_year=1,
        shortest=2 * HOUR,
        longest=36 * HOUR,
        source=CARDS,
    ),
    Kind(name="hangs", where=Where.HOME, what=(What.LOOP,), a_year=12, shortest=10, longest=10 * MINUTE),
    Kind(name="broker down", where=Where.HOME, what=(What.BROKER,), a_year=6, shortest=10, longest=30 * MINUTE),
    Kind(
        name="slow broker",
        where=Where.HOME,
        what=(What.BROKER_SLOW,),
        a_year=12,
        shortest=MINUTE,
        longest=30 * MINUTE,
    ),
    Kind(name="clock wrong", where=Where.HOME, what=(What.CLOCK,), a_year=2, shortest=MINUTE, longest=6 * HOUR),
    Kind(
        name=CUT,
        where=Where.HOME,
        what=(What.SERVER, What.BROKER, What.MAINS),
        a_year=1.4,
        shortest=5 * MINUTE,
        longest=24 * HOUR,
        source=EIA,
    ),
    Kind(name="unplugged", where=Where.PLUG, what=(What.MAINS,), a_year=4, shortest=MINUTE, longest=HOUR),
    Kind(
        name="plug out of reach, briefly",
        where=Where.PLUG,
        what=(What.RADIO,),
        a_year=24,
        shortest=MINUTE,
        longest=15 * MINUTE,
    ),
    Kind(
        name="plug out of reach, for hours",
        where=Where.PLUG,
        what=(What.RADIO,),
        a_year=3,
        shortest=HOUR,
        longest=24 * HOUR,
    ),
    Kind(name="deaf plug", where=Where.PLUG, what=(What.EARS,), a_year=1, shortest=10 * MINUTE, longest=6 * HOUR),
    Kind(
        name="welded contact", where=Where.PLUG, what=(What.CONTACT,), a_year=0.1, shortest=72 * HOUR, longest=72 * HOUR
    ),
    Kind(name="hand", where=Where.PLUG, what=(What.HAND,), a_year=52),
    Kind(name="phone silent", where=Where.PHONE, what=(What.PHONE,), a_year=24, shortest=10 * MINUTE, longest=8 * HOUR),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}
# Besides, in so many of all spans of 2 s nothing that is sent to a plug or by it arrives; the same spans for everyone.
LOST_SHARE: Final = 0.002
LOST_SPAN: Final = 2.0
# By how much a wrong clock is wrong, either way, and a slow broker late.
WRONG_BY: Final = (MINUTE, HOUR)
LATE_BY: Final = (2.0, 8.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, in true seconds after the year began."""

    kind: Kind
    begin: float
    end: float
    which: int = 0
    """Of the plugs, or phones, of the home; 0 for the home."""
    much: float = 0.0
    """s by which the clock is wrong, or the broker late."""


def draw(seed: int, days: float, *, plugs: int, phones: int, haste: float = 1.0) -> tuple[Fault, ...]:
    """Return all faults of one home; those of each kind and place are drawn apart, so that none moves another's.

    `haste`: how many times as often they come.
    """
    count = {Where.HOME: 1, Where.PLUG: plugs, Where.PHONE: phones}
    faults = [
        fault
        for kind in KINDS
        for which in range(count[kind.where])
        for fault in _drawn(kind, which, Random(f"{seed} {kind.name} {which}"), haste, days * DAY)  # noqa: S311 - no secret
    ]
    return tuple(sorted(faults, key=lambda fault: (fault.begin, fault.kind.name, fault.which)))


def _drawn(kind: Kind, which: int, chance: Random, haste: float, end: float) -> list[Fault]:
    faults: list[Fault] = []
    often = haste * kind.a_year / YEAR
    at = chance.expovariate(often)
    while at < end:
        lasts = _between(chance, kind.shortest, kind.longest) if kind.longest else 0.0
        much = 0.0
        if What.CLOCK in kind.what:
            much = _between(chance, *WRONG_BY) * chance.choice((-1, 1))
        elif What.BROKER_SLOW in kind.what:
            much = _between(chance, *LATE_BY)
        faults.append(Fault(kind, at, at + lasts, which, much))
        at += lasts + chance.expovariate(often)
    return faults


def _between(chance: Random, low: float, high: float) -> float:
    return exp(chance.uniform(log(low), log(high)))


class Interference:
    """Which messages arrive, and after how long; the same whoever sends them."""

    def __init__(self, seed: int, place: int) -> None:
        """Be the air of one home around one plug."""
        self._seed = seed * 1_000_003 + place

    def loses(self, at: float) -> bool:
        """Return whether what is sent at that time is lost."""
        return self._share(int(at // LOST_SPAN), 1) < LOST_SHARE

    def loses_within(self, begin: float, end: float) -> bool:
        """Return whether anything that is sent in between may be lost."""
        return any(
            self._share(span, 1) < LOST_SHARE for span in range(int(begin // LOST_SPAN), int(end // LOST_SPAN) + 1)
        )

    def takes(self, at: float) -> float:
        """Return how long what is sent at that time is on its way: 30 to 230 ms."""
        return 0.03 + 0.2 * self._share(int(at // LOST_SPAN), 2)

    def _share(self, span: int, salt: int) -> float:
        """Return an even number in [0, 1) that depends on nothing but these (the finalizer of SplitMix64)."""
        mixed = (self._seed + 0x9E3779B97F4A7C15 * (2 * span + salt)) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)
