"""Take measurements, show them, and write the page that shows them; `scripts/bench` runs this."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import asdict
import gc
from importlib import import_module
import inspect
import json
import logging
from pathlib import Path
import subprocess
import sys
import tempfile
from time import perf_counter
from typing import Any, Final

from .machine import conditions
from .measured import Measured
from .page import DATA, merged, page, rounded, sections, written

# Each a module of this package with `measure(short: bool)`, in the order of the page.
MEASUREMENTS: Final = (
    "mute_wave",
    "mute_wave_mqtt",
    "voice",
    "year",
    "defence",
    "soak",
    "bystander",
    "setup",
    "engine",
    "journal",
    "delivery",
    "panel",
)


def take(name: str, *, short: bool) -> list[dict[str, Any]]:
    """Return what one module measures, with the conditions that it was taken under."""
    # Home Assistant would warn, between the results, that Earlid is no part of it.
    logging.basicConfig(level=logging.ERROR)
    say(f"{name} …")
    under, started = conditions(), perf_counter()
    # What was imported is no garbage: looked through at each collection, it would cost all ways alike, but some more.
    gc.collect()
    gc.freeze()
    found: Any = import_module(f".{name}", __package__).measure(short)
    if inspect.iscoroutine(found):
        found = asyncio.run(found)
    all_found: tuple[Measured, ...] = (found,) if isinstance(found, Measured) else tuple(found)
    took = round(perf_counter() - started, 1)
    say(f"{name}: {took} s")
    return [
        {"from": name, "short": short, "seconds": took, "conditions": under}
        | {key: value.strip() if isinstance(value, str) else rounded(value) for key, value in asdict(one).items()}
        | {"bars": [rounded(asdict(bar)) | {"met": bar.met} for bar in one.bars]}
        for one in all_found
    ]


def take_apart(name: str, *, short: bool) -> list[dict[str, Any]]:
    """Return the same, measured in a process of its own: what another measurement left behind is not measured."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "taken.json"
        command = [sys.executable, "-m", __package__ or "bench", name, "--json", str(file), *["--short"] * short]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - ourselves
        if not file.exists():
            return []
        taken: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return taken


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; 1 when something failed or, unless in short form, missed a bar."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Take measurements; all, or those named.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--short", action="store_true", help="seconds instead of minutes; the numbers mean nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results into FILE")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md anew with these")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in MEASUREMENTS]:
        parser.error(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    if asked.short and asked.write:
        parser.error("the page shows no numbers of the short form")
    names, taken, failed = asked.names or list(MEASUREMENTS), [], []
    for name in names:
        found = take(name, short=asked.short) if len(names) == 1 else take_apart(name, short=asked.short)
        taken += found
        if not found:
            failed.append(name)
            continue
        if asked.write:
            # Each at once: all of them take hours, and one may end badly.
            write(found)
    if asked.json:
        asked.json.write_text(written(taken), encoding="utf-8")
    sys.stdout.write(sections(taken))
    bars = [] if asked.short else [(one, bar) for one in taken for bar in one["bars"]]
    missed = [f"missed: {one['name']}: {bar['says']}" for one, bar in bars if not bar["met"]]
    for line in [*(f"{name} FAILED" for name in failed), *missed]:
        say(line)
    return 1 if failed or missed else 0


def write(taken: Sequence[dict[str, Any]]) -> None:
    """Put these on the page, in the place of what the same modules gave before."""
    from .plot import draw  # noqa: PLC0415 - the one that needs matplotlib, which whoever measures need not have

    known = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else []
    shown = merged(known, taken, MEASUREMENTS)
    DATA.write_text(written(shown), encoding="utf-8")
    draw(shown, DATA.with_suffix(""))
    DATA.with_suffix(".md").write_text(page(shown), encoding="utf-8")


def say(line: str) -> None:
    """Tell whoever waits how far it is."""
    sys.stderr.write(f"bench  {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
