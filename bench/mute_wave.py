"""One presence change, and how long until the last of N speakers was called off, in process."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
import logging
from pathlib import Path
import tempfile
from time import perf_counter
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .homes import PERSON, Plugs, guard, nobody_home, plug_in, running, settled, speakers, until
from .measured import Bar, Measured, Row, ratio

SIZES: Final = (1, 10, 100, 1_000)
OURS: Final = "Earlid"
FLOOR: Final = "one call"
PEER: Final = "automation"

PROVES: Final = """
From the moment Home Assistant learns that the last person left, to the moment the last plug's own code is told to turn
off. Earlid looks at every speaker, decides, keeps the proof by the plug's meter, writes its journal and its entities.
The floor is one `switch.turn_off` with all plugs, called by hand: what Home Assistant cannot beat. The peer is Home
Assistant's own automation with the same trigger and the same plugs.
"""
FOOLED_BY: Final = """
Plugs that do nothing: these are entities of a real platform in the registry, and write their state as they are told. A
floor in a home that also carries Earlid's listeners would be too high: floor and automation have a home of their own,
as large, in the same process. Fewer calls: each way must have told each plug exactly once. Caches and garbage: each way
runs once before it counts, then they run in turn, and all is settled and collected before each. The time until the
*last* call counts, so whoever begins early and then dawdles gains nothing; what Earlid does after it (proof, journal,
entities) is not counted.
"""


async def _automate(hass: HomeAssistant, plugs: Plugs) -> None:
    automation = {
        "id": "nobody_home",
        "alias": "Nobody home",
        "triggers": [{"trigger": "state", "entity_id": PERSON, "to": "not_home"}],
        "actions": [{"action": "switch.turn_off", "target": {"entity_id": plugs.entity_ids}}],
    }
    if not await async_setup_component(hass, "automation", {"automation": [automation]}):
        raise RuntimeError("the automation was not set up")


async def _all_on(hass: HomeAssistant, plugs: Plugs, entry: MockConfigEntry | None) -> None:
    """Bring somebody home and turn everything on, as by hand: Earlid would take 0.3 s for each."""
    plugs.measure()
    hass.states.async_set(PERSON, "home")
    await settled(hass, entry)
    for switch in plugs.switches:
        await switch.async_turn_on()
    plugs.measure()
    await settled(hass, entry)
    plugs.calls.clear()


async def _wave(hass: HomeAssistant, plugs: Plugs, entry: MockConfigEntry | None, *, called: bool) -> float:
    """Return the ms until the last plug was told; `called`: by hand, else by whoever minds that nobody is home."""
    await _all_on(hass, plugs, entry)
    wanted = len(plugs.switches)
    began = perf_counter()
    if called:
        data = {"entity_id": plugs.entity_ids}
        await hass.services.async_call("switch", "turn_off", data, blocking=True)
    else:
        hass.states.async_set(PERSON, "not_home")
    await until(lambda: len(plugs.calls) >= wanted)
    last = plugs.calls[wanted - 1][0]
    # Else the meters would contradict the plugs, and Earlid would tell them for ever.
    plugs.measure()
    # Whoever tells one twice, or another one instead, did not do the same.
    await settled(hass, entry)
    if sorted(told for _, told, on in plugs.calls if not on) != sorted(plugs.entity_ids) or len(plugs.calls) != wanted:
        raise RuntimeError(f"not each of {wanted} plugs was told once: {Counter(on for _, _, on in plugs.calls)}")
    return (last - began) * 1000


async def _row(folder: Path, size: int, runs: int) -> Row:
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(running(folder / "guarded"))
        other = await stack.enter_async_context(running(folder / "plain"))
        for hass in (ours, other):
            hass.states.async_set(PERSON, "home")
        plugs, others = await plug_in(ours, size), await plug_in(other, size)
        entry = await guard(ours, *speakers(plugs), nobody_home())
        await _automate(other, others)
        took: dict[str, list[float]] = {OURS: [], FLOOR: [], PEER: []}
        work: dict[str, int] = {}
        for run in range(runs + 1):
            ways = list(took)
            # None is always the one after the same other.
            for way in ways[run % len(ways) :] + ways[: run % len(ways)]:
                home = (ours, plugs, entry) if way == OURS else (other, others, None)
                value = await _wave(*home, called=way == FLOOR)
                work[way] = work.get(way, 0) + len(home[1].calls)
                if run:
                    took[way].append(value)
        return Row(label=f"{size:,} speaker{'s' if size > 1 else ''}", size=size, runs=took, work=work)


def measure(short: bool) -> Measured:
    """Return the time to the last call, of each way, for each size."""
    logging.getLogger("homeassistant").setLevel(logging.ERROR)
    rows = []
    for size in (1, 3, 40) if short else SIZES:
        with tempfile.TemporaryDirectory() as name:
            rows.append(asyncio.run(_row(Path(name), size, 1 if short else 7)))
    largest = rows[-1]
    return Measured(
        name="mute_wave",
        title="Mute wave, in process",
        unit="ms",
        proves=PROVES.strip(),
        fooled_by=FOOLED_BY.strip(),
        rows=tuple(rows),
        bars=(
            Bar(says=f"last OFF of {largest.label}, of one call", value=ratio(largest, OURS, FLOOR), limit=1.5),
            Bar(says=f"last OFF of {largest.label}, of the automation", value=ratio(largest, OURS, PEER), limit=1.0),
        ),
        logarithmic=True,
    )
