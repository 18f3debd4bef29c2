"""One year of one speaker under one guard: who guards, what goes wrong, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .automations import Careful, Edges, Retrying
from .causes import Judge, Verdict
from .earlid import Earlid
from .household import PHONES, PLACES, Course, Place, allowed, presences, scheduled
from .line import FAMILIES, Family
from .plan import DAY, Fault, Interference, What, Where, draw
from .server import Guard
from .world import World

DAYS: Final = 365
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What came of one year of one speaker under one guard."""

    way: str
    seed: int
    plug: str
    """Which it was: the speaker and the make."""
    verdicts: tuple[Verdict, ...]
    met: tuple[str, ...]
    silent: float
    noticed: tuple[float, ...]
    """s after which each welded contact that let the speaker hear was shown as a breach."""


def home(
    seed: int, number: int, days: int, haste: float
) -> tuple[Place, Course, tuple[Course, ...], tuple[Fault, ...]]:
    """Return one speaker's place, its schedules, its people and what goes wrong around it: the same for everyone."""
    place, people = PLACES[number], presences(seed, days)
    faults = draw(seed, days, plugs=len(PLACES), phones=len(PHONES), haste=haste)
    near = tuple(fault for fault in faults if fault.kind.where is not Where.PLUG or fault.which == number)
    return place, scheduled(place, days), people, near


def plug_name(place: Place, make: Family) -> str:
    """Return how a plug is called in the rows: by the speaker behind it and its make."""
    return f"{place.name}, {make.name}"


def live(  # noqa: PLR0917 - a task of a pool of processes
    way: str, seed: int, number: int, days: int = DAYS, haste: float = 1.0, family: Family | None = None
) -> Lived:
    """Return what came of so many days of one speaker under one guard; `family`: of its plug, if not the usual."""
    family = FAMILIES[number] if family is None else family
    place, schedule, people, faults = home(seed, number, days, haste)
    air = Interference(seed, number)
    world = World(place, family, allowed(schedule, people), people, faults, air)
    world.run(WAYS[way](world, schedule), days * DAY)
    judge = Judge(family, schedule, faults, air)
    verdicts = tuple(judge.of(exposure) for exposure in world.exposures)
    return Lived(
        way=way,
        seed=seed,
        plug=plug_name(place, family),
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
