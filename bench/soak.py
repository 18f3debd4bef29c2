"""Two hours of a home in which everything happens all the time: does anything grow?

Run it as `python -m bench.soak [--seconds 7200] [--samples file]` after `source scripts/env`. Three Home Assistants run
side by side: one with Earlid over the home of `bench.unrest`; one without Earlid that sees the same plugs over the same
broker, so that what Home Assistant itself gathers is seen; and an idle one, whose loop is as late as this machine makes
it.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
import json
from math import ceil, log
from pathlib import Path
from random import Random
import sys
import tempfile
import time
from typing import Any, Final

import aiohttp

from virtual_home import HomeAssistant, Meter, VirtualHome, flows
from virtual_home.persons import persons_configuration

from . import eventful, unrest
from .flat import IDLE, OURS, WITHOUT, judged
from .measured import Measured
from .month import FILE, write_month

PULSE: Final = Path(__file__).resolve().parent / "pulse"
SPEAKERS: Final = 20
SEED: Final = 7
EVERY: Final = 15.0  # s between samples
DEEP: Final = 4  # each so many samples the garbage is collected and counted


@dataclass(slots=True)
class Watched:
    """The processes, and what was seen of them."""

    homes: dict[str, HomeAssistant]
    samples: list[dict[str, Any]] = field(default_factory=list)
    late: dict[str, list[int]] = field(default_factory=dict)  # µs

    async def sample(self, at: float, *, deep: bool) -> dict[str, Any]:
        """Look at each once."""
        taken: dict[str, Any] = {"at": round(at, 1), "deep": deep}
        for way, ha in self.homes.items():
            seen = from_outside(ha.process_id) | await ha.owner.get(f"/api/pulse{'?deep=1' if deep else ''}")
            late = seen.pop("late_us")
            self.late.setdefault(way, []).extend(late)
            seen["late_us"] = {
                "seen": len(late),
                "p50": share(late, 0.5),
                "p99": share(late, 0.99),
                "max": share(late, 1),
            }
            seen["late"] = Counter(step(one) for one in late)
            taken[way] = seen
        self.samples.append(taken)
        return taken


def from_outside(process_id: int) -> dict[str, int]:
    """Return what the system knows of a process."""
    place = Path(f"/proc/{process_id}")
    status = dict(line.split(":", 1) for line in (place / "status").read_text(encoding="ascii").splitlines())
    spent = (place / "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return {
        "files": len(list((place / "fd").iterdir())),
        "threads": int(status["Threads"]),
        "rss_now_kb": int(status["VmRSS"].split()[0]),
        "cpu_ticks": int(spent[11]) + int(spent[12]),
    }


def share(values: Sequence[float], part: float) -> float:
    """Return the value that this part of all stays below; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else 0


def step(late: int) -> int:
    """Return which step of a twentieth a time is on."""
    return round(log(max(1, late)) / log(1.05))


def journal_bytes(directory: Path) -> int:
    """Return what the record takes on disk."""
    return sum(one.stat().st_size for one in (directory / ".storage").glob("earlid*") if one.is_file())


async def soak(seconds: float, keep: Path | None = None) -> tuple[Measured, ...]:
    """Let the home live for so long and return what was seen; each sample is also written to `keep` at once."""
    with tempfile.TemporaryDirectory(prefix="earlid-soak-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        custom = place / "home-assistant" / "custom_components"
        custom.mkdir(parents=True)
        (custom / PULSE.name).symlink_to(PULSE)
        lasts = timedelta(seconds=seconds + 600)
        async with VirtualHome(
            plugs=eventful.rooms(SPEAKERS),
            earlid=True,
            boot=0.5,
            meter=Meter(delay=0.5),
            configuration=eventful.configuration(lasts),
            directory=place,
        ) as home:
            others = {
                way: HomeAssistant(place / way.replace(" ", "-"), configuration=what, integrations=[PULSE])
                for way, what in (
                    (WITHOUT, eventful.configuration(lasts) | persons_configuration(list(home.persons.values()))),
                    (IDLE, {"pulse": None}),
                )
            }
            try:
                for other in others.values():
                    await other.start()
                await flows.set_up_mqtt(others[WITHOUT].owner, home.broker.host, home.broker.port)
                life = unrest.Unrest(home, Random(SEED))  # noqa: S311 - what happens, not a secret
                await life.furnish()
                await home.ha.stop()
                for beside in (home.ha.directory / ".storage").glob(f"{FILE}-*"):
                    beside.unlink()
                write_month(home.ha.directory / ".storage" / FILE, life.slugs)
                await home.ha.start()
                await home.wait_until_ready()
                watched = Watched({OURS: home.ha, **others})
                await live(life, watched, seconds, keep)
                ended = await life.prove()
                errors = [line for line in home.ha.complaints("custom_components.earlid") if " WARNING " not in line]
                return judged(watched.samples, ended=ended, errors=len(errors))
            finally:
                if keep is not None:
                    keep.with_suffix(".log").write_text("\n".join(home.ha.log()), encoding="utf-8")
                for other in others.values():
                    await other.close()


async def live(life: unrest.Unrest, watched: Watched, seconds: float, keep: Path | None) -> None:
    """Let everything happen, and look every now and then."""
    began, home = time.monotonic(), life.home
    every = min(EVERY, seconds / 16)
    going = asyncio.create_task(life.go_on(seconds))
    try:
        for number in range(ceil(seconds / every)):
            await asyncio.wait((going,), timeout=began + number * every - time.monotonic())
            if going.done():
                break
            try:
                taken = await watched.sample(time.monotonic() - began, deep=number % DEEP == 0)
            except aiohttp.ClientError, TimeoutError:
                life.done["no sample"] += 1
                continue
            taken |= {
                "done": dict(life.done),
                "told": life.told,
                "commands": len(home.truth.commands),
                "switched": len(home.truth.switches),
                "journal_bytes": journal_bytes(home.ha.directory),
                "complaints": len(complaints := home.ha.complaints("earlid")),
                "last_complaint": complaints[-1][:300] if complaints else "",
                "refusals": life.refusals,
            }
            if keep is not None:
                with keep.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(taken) + "\n")
        await going
    finally:
        going.cancel()


def measure(short: bool) -> tuple[Measured, ...]:
    """Return what two hours show."""
    return asyncio.run(soak(24 if short else 7200))


def main() -> int:
    """Soak for as long as is asked; print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=7200)
    parser.add_argument("--samples", type=Path, help="where to write each sample as it is taken, a line of JSON each")
    given = parser.parse_args()
    found = asyncio.run(soak(given.seconds, given.samples))
    sys.stdout.write(f"{json.dumps([asdict(one) for one in found], indent=1)}\n")
    return 0 if all(bar.met for one in found for bar in one.bars) else 1


if __name__ == "__main__":
    sys.exit(main())
