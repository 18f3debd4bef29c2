"""What Earlid costs everything else in the home: how many changes of other entities Home Assistant gets through."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from statistics import median
import sys
import tempfile
from time import perf_counter, thread_time
from types import FrameType
from typing import Any, Final

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import async_initialize_recorder, get_instance
from homeassistant.setup import async_setup_component

from .homes import PERSON, guard, running, settled, until
from .lived_in import furnish, let_all_homes_have
from .measured import Bar, Measured, Row

_OTHERS: Final = tuple(f"sensor.other_{number}" for number in range(500))
_SLICE: Final = 200  # changes: some ms, less than the machine lets anybody else run
_OURS: Final = "custom_components/earlid"

type Work = Callable[[HomeAssistant, int, int], None]


def measure(short: bool) -> Measured:
    """Return what was measured."""
    return asyncio.run(_measure(short=short))


async def _measure(*, short: bool) -> Measured:
    runs, pairs, idle = (1, 3, 0.1) if short else (12, 300, 61)
    many, most = (1, 2) if short else (100, 500)
    kinds: dict[str, dict[str, Any]] = {
        f"{many} speakers": {"count": many},
        f"{most} speakers": {"count": most, "runs": runs // 2 or 1},
        f"{many} speakers, with the recorder": {"count": many, "recorded": True},
        "control: neither has Earlid": {"count": many, "guarded": False},
        f"{many} speakers, states written again as they are": {"count": many, "runs": runs // 2 or 1, "work": _again},
        f"{many} speakers, in a home where nothing else listens to states": {
            "count": many,
            "runs": runs // 2 or 1,
            "usual": False,
        },
    }
    found = {label: await _compare(**{"runs": runs, "pairs": pairs} | kind) for label, kind in kinds.items()}
    usual = next(iter(found.values()))
    recorded = found[f"{many} speakers, with the recorder"]
    share, calls = await _alone(many, idle)
    return Measured(
        name="bystander",
        title="What the rest of the home pays",
        unit="1/s",
        proves=(
            "Changes of entities that Earlid does not look at, as fast as Home Assistant takes them, beside the same "
            "home without Earlid. Each speaker has a plug, a meter, a witness and signs of a wake; there are rules on "
            "presence, times, a calendar and conditions, with templates among them. Earlid listens by entity, through "
            "the one index that Home Assistant keeps for all who do: of another entity's change it never hears."
        ),
        fooled_by=(
            "**A home that is too bare.** Whoever is the first to listen by entity makes Home Assistant look up each "
            "change. Its own zones, which every home has, already do, so both homes have them; without them Earlid "
            "would be charged for it (last row). For states that are written again as they are, nothing else in the "
            "home listens, so Earlid pays for the look-up (the row above it). **Noise.** 1 % is less than a machine "
            "varies by: both homes are in one process and take turns every few ms, the first alternating; a run is "
            "the median over its turns. **Places in memory.** Two homes that are alike differ by a percent, by where "
            "their objects came to lie; so each run makes both anew, the other one first, a run counts as one sample, "
            "and the control shows what is left. **Timers.** Between turns nothing is measured, so what Earlid does by "
            "itself is taken from an idle minute of a guarded home, and off its throughput. **A guard that sleeps.** "
            "After each run the last person leaves, and all plugs are off. **The number itself.** Functions called are "
            "counted too, and they do not vary."
        ),
        rows=tuple(
            Row(
                label=label,
                size=kinds[label]["count"],
                runs={
                    "Earlid": [rate * each * (1 - share) for rate, each in zip(one.rates, one.ratios, strict=True)],
                    "without": one.rates,
                },
            )
            for label, one in found.items()
        ),
        bars=(
            Bar(
                says=f"throughput beside {many} speakers: at least 0.99 of that without",
                value=median(usual.ratios) * (1 - share),
                limit=0.99,
                at_most=False,
            ),
            Bar(
                says="the same, with the recorder: at least 0.99",
                value=median(recorded.ratios) * (1 - share),
                limit=0.99,
                at_most=False,
            ),
            Bar(says="functions of Earlid called at 1,000 such changes: none", value=calls[0], limit=0),
            Bar(says="further functions of anybody called at such a change: none", value=calls[1], limit=0),
        ),
        plot=False,
        notes="\n".join(
            [
                f"- By itself Earlid takes {share:.4%} of an idle minute beside {many} speakers.",
                *(
                    f"- {label}: {median(one.ratios):.4f}, 95 % of resampled medians of {len(one.ratios)} runs within "
                    f"{one.interval[0]:.4f} and {one.interval[1]:.4f}."
                    for label, one in found.items()
                ),
            ]
        ),
    )


class _Compared:
    """What came of the turns of two homes."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        """Changes a second without Earlid, the median of each run."""
        self.ratios: list[float] = []
        """Throughput with Earlid to that without, the median of each run."""

    @property
    def interval(self) -> tuple[float, float]:
        """Within which 95 % of the medians lie of runs drawn anew from these."""
        draw = Random(1)  # noqa: S311 - no secret
        medians = sorted(median(draw.choices(self.ratios, k=len(self.ratios))) for _ in range(400))
        return medians[9], medians[-10]


async def _compare(
    *,
    runs: int,
    pairs: int,
    count: int,
    guarded: bool = True,
    usual: bool = True,
    recorded: bool = False,
    work: Work | None = None,
) -> _Compared:
    """Let a guarded home and one without Earlid take turns."""
    work, compared = work or _change, _Compared()
    for run in range(runs):
        async with AsyncExitStack() as stack:
            order = [guarded, False] if run % 2 else [False, guarded]
            homes = [
                await stack.enter_async_context(_home(count, guarded=each, usual=usual, recorded=recorded))
                for each in order
            ]
            with_it, without = homes if run % 2 else reversed(homes)
            turns, rates = [], []
            for turn in range(pairs):
                took = {}
                for hass in (with_it, without) if turn % 2 else (without, with_it):
                    started = perf_counter()
                    work(hass, turn * _SLICE, _SLICE)
                    took[hass] = perf_counter() - started
                    if recorded:
                        # What it still writes would take turns with the other home.
                        await get_instance(hass).async_block_till_done()
                turns.append(took[without] / took[with_it])
                rates.append(_SLICE / took[without])
                await asyncio.sleep(0)
            _ensure_the_same(with_it, without)
        compared.ratios.append(median(turns))
        compared.rates.append(median(rates))
    return compared


@asynccontextmanager
async def _home(
    count: int, *, guarded: bool = True, usual: bool = True, recorded: bool = False
) -> AsyncIterator[HomeAssistant]:
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as hass:
            if usual:
                await let_all_homes_have(hass)
            if recorded:
                async_initialize_recorder(hass)
                config = {"recorder": {"db_url": f"sqlite:///{folder}/recorder.db", "commit_interval": 1}}
                if not await async_setup_component(hass, "recorder", config):
                    raise RuntimeError("no recorder")
            plugs, subentries = await furnish(hass, count)
            for entity_id in _OTHERS:
                hass.states.async_set(entity_id, "0")
            entry = await guard(hass, *subentries) if guarded else None
            await settled(hass, entry)
            yield hass
            if entry is not None:
                # It was awake all the time.
                hass.states.async_set(PERSON, "not_home")
                await until(lambda: not any(plug.is_on for plug in plugs.switches))
                await settled(hass, entry)


def _change(hass: HomeAssistant, first: int, count: int) -> None:
    """Let so many other entities change."""
    write, others = hass.states.async_set, _OTHERS
    for number in range(first, first + count):
        write(others[number % len(others)], str(number))


def _again(hass: HomeAssistant, first: int, count: int) -> None:
    """Let so many other entities say again what they said."""
    write, others = hass.states.async_set, _OTHERS
    for number in range(first, first + count):
        write(others[number % len(others)], "0")


def _ensure_the_same(one: HomeAssistant, other: HomeAssistant) -> None:
    for entity_id in _OTHERS:
        first, second = one.states.get(entity_id), other.states.get(entity_id)
        if first is None or second is None or first.state != second.state:
            raise RuntimeError(f"{entity_id} did not change in both homes")


async def _alone(count: int, idle: float) -> tuple[float, tuple[float, float]]:
    """Return what share of the loop's time Earlid takes while nothing happens, and its calls at other changes.

    These are: of functions of Earlid at 1,000 changes; of all functions at one, above those in a home without it.
    """
    async with _home(count) as guarded, _home(count, guarded=False) as other:
        started, worked = perf_counter(), thread_time()
        await asyncio.sleep(idle)
        share = (thread_time() - worked) / (perf_counter() - started)
        if len(guarded.bus.async_listeners()) <= 1:
            raise RuntimeError(f"nobody listens, not even to {EVENT_STATE_CHANGED}")
        ours, all_with = _called(guarded)
        _, all_without = _called(other)
        return share, (ours, (all_with - all_without) / 1000)


def _called(hass: HomeAssistant) -> tuple[int, int]:
    """Return how many functions are called while 1,000 others change: of Earlid, and of all, C's among them."""
    ours = all_ = 0

    def called(frame: FrameType, event: str, _: Any) -> None:
        nonlocal ours, all_
        if event in ("call", "c_call"):
            all_ += 1
            ours += event == "call" and _OURS in frame.f_code.co_filename

    sys.setprofile(called)
    try:
        _change(hass, 1_000_000, 1000)
    finally:
        sys.setprofile(None)
    return ours, all_
