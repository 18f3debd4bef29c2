"""Mutate the engine and see whether its tests notice; `scripts/mutants` runs this."""

import argparse
from collections.abc import Sequence
import os
import subprocess
import sys
from time import perf_counter
from typing import Final

from .results import Module, change, equivalent, modules
from .tree import PACKAGE, REPOSITORY, TREE, clear, grow

# Of the mutants that somebody could tell from the engine as it is.
ENOUGH: Final = 0.95
NAMES: Final = tuple(sorted(path.stem for path in (REPOSITORY / PACKAGE).glob("[!_]*.py")))


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants asked for; 1 when too many live, or one that is listed as equivalent does not."""
    parser = argparse.ArgumentParser(prog="scripts/mutants", description="Try mutants of all modules, or those named.")
    parser.add_argument("names", nargs="*", metavar="MODULE", help=", ".join(NAMES))
    parser.add_argument("--alive", action="store_true", help="only those that were alive, or not tried, the last time")
    parser.add_argument("--show", action="store_true", help="try none: what is known of them from the last time")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in NAMES]:
        parser.error(f"no module called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    names = tuple(asked.names) or NAMES
    started = perf_counter()
    if not asked.show:
        if not (asked.names or asked.alive):
            clear()
        grow()
        _run(names, asked.workers, alive_only=asked.alive)
        say(f"{perf_counter() - started:,.0f} s")
    return _tell(list(modules(names)))


def _run(names: Sequence[str], workers: int, *, alive_only: bool) -> None:
    patterns = [f"{str(PACKAGE).replace('/', '.')}.{name}.*" for name in names]
    if alive_only:
        patterns = [mutant for module in modules(names) for mutant in (*module.alive, *module.untried)]
    if not patterns:
        return
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0"}
    command = ["nice", "-n", "15", "mutmut", "run", "--max-children", str(workers), *patterns]
    # It draws its progress over and over and tells nothing that is not read from its files after.
    done = subprocess.run(  # noqa: S603 - made of names of modules
        command, cwd=TREE, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout[-3000:]}\nmutmut failed")


def _tell(known: Sequence[Module]) -> int:
    excused = equivalent([module.name for module in known])
    tried = alive = same = untried = 0
    for module in known:
        changes = [change(module.name, mutant) for mutant in module.alive]
        living = [one for one in changes if one not in excused]
        untried += len(module.untried)
        tried += (mutants := len(module.exits) - len(module.untried))
        alive += len(living)
        same += (equal := len(changes) - len(living))
        if mutants:
            say(f"{module.name:12} {mutants:4} mutants, {equal:2} equivalent, {len(living):3} alive")
        for one in living:
            say(f"  {one.of}\n    - {one.was}\n    + {one.becomes}")
        for one in changes:
            excused.pop(one, None)
    for one in () if untried else excused:
        say(f"listed as equivalent, and is not alive: {one.of}\n    - {one.was}\n    + {one.becomes}")
    score = 1 - alive / max(tried - same, 1)
    say(f"{tried} mutants, {same} equivalent, {alive} alive: {score:.1%} of the others killed")
    if untried:
        say(f"{untried} were not tried")
    return int(score < ENOUGH or not tried or bool(excused or untried))


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - a command prints


if __name__ == "__main__":
    sys.exit(main())
