"""Fuzz what takes in what others send; `scripts/fuzz` runs this."""

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
import json
import os
import sys
from time import perf_counter
from typing import Final

from .apart import search_apart
from .search import Outcome, feed_again
from .target import Target
from .targets import TARGETS

INPUTS: Final = 10_000_000
# Of each parser's branches.
ENOUGH: Final = 0.95


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz what is asked for; 1 when a fault was found, or too little was reached."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description="Feed hostile inputs; to all, or those named.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TARGETS))
    parser.add_argument("--inputs", type=int, default=INPUTS, help=f"in all; {INPUTS:,} if not said")
    parser.add_argument("--seed", type=int, default=0, help="the same one gives the same inputs again")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--given", metavar="JSON", help="feed this one input to the one named")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in TARGETS]:
        parser.error(f"nothing called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    chosen = [TARGETS[name] for name in asked.names or TARGETS]
    if asked.given is not None:
        if len(chosen) != 1:
            parser.error("--given needs one NAME")
        fault = feed_again(chosen[0], json.loads(asked.given))
        say("nothing bad came of it" if fault is None else fault.trace)
        return int(fault is not None)
    started = perf_counter()
    outcomes = _all(chosen, asked.inputs, asked.seed, asked.processes)
    inputs = sum(one.inputs for one in outcomes)
    took = perf_counter() - started
    faults = sum(len(one.faults) for one in outcomes)
    say(f"{inputs:,} inputs in {took:,.0f} s, {inputs / took:,.0f} a second; {faults} faults")
    too_little = [one.name for one in outcomes if one.share < ENOUGH]
    if too_little:
        say(f"too few branches reached: {', '.join(too_little)}")
    return int(bool(faults or too_little))


def _all(targets: Sequence[Target], inputs: int, seed: int, processes: int) -> list[Outcome]:
    """Return what came of each, told as soon as it is known; each has a process of its own."""
    whole = sum(target.share for target in targets)
    outcomes = []
    with ThreadPoolExecutor(processes) as pool:
        # The longest first, or one core would end alone.
        waiting = [
            pool.submit(search_apart, target.name, round(inputs * target.share / whole), seed)
            for target in sorted(targets, key=lambda one: -one.share)
        ]
        for done in as_completed(waiting):
            outcomes.append(done.result())
            _tell(outcomes[-1])
    return outcomes


def _tell(one: Outcome) -> None:
    spared = f", {one.spared} more that none can reach" if one.spared else ""
    rate = one.inputs / max(one.seconds, 0.001)
    say(
        f"{one.name:16} {one.inputs:>9,} inputs  {one.seconds:6.0f} s  {rate:>6,.0f}/s  "
        f"{one.reached} of {one.branches} branches ({one.share:.1%}){spared}"
    )
    for missed in one.missed:
        say(f"  not reached: {missed}")
    for fault in one.faults:
        again = f"scripts/fuzz {one.name} --given '{fault.given}'"
        say(f"  FAULT {fault.error}\n  {fault.where}\n  {again}\n{fault.trace}")


def say(line: str) -> None:
    """Tell whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
