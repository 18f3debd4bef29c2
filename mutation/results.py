"""What became of each mutant, and which of the living nobody could tell from the engine as it is."""

from collections.abc import Container, Iterable, Iterator
from contextlib import chdir
from dataclasses import dataclass
import json
from pathlib import Path
import tomllib

from mutmut.mutation.diff_apply import get_diff_for_mutant

from .tree import PACKAGE, TREE

_EQUIVALENT = Path(__file__).parent / "equivalent.toml"
# What mutmut notes of a mutant that no test noticed, or that no test reaches.
_ALIVE = (0, 5, 33)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a mutant changes, whatever its number and the line are."""

    of: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the engine, and what is known of its mutants."""

    name: str
    exits: dict[str, int | None]

    @property
    def untried(self) -> list[str]:
        """Mutants of which nothing is known yet."""
        return [mutant for mutant, code in self.exits.items() if code is None]

    @property
    def alive(self) -> list[str]:
        """Those that no test noticed."""
        return [mutant for mutant, code in self.exits.items() if code in _ALIVE]


def modules(names: Iterable[str]) -> Iterator[Module]:
    """Yield what is known of these modules; one without functions has no mutants."""
    for name in names:
        known = TREE / "mutants" / PACKAGE / f"{name}.py.meta"
        yield Module(name, json.loads(known.read_text())["exit_code_by_key"] if known.exists() else {})


def change(module: str, mutant: str) -> Change:
    """Return what a mutant changes."""
    with chdir(TREE):
        lines = get_diff_for_mutant(mutant, path=PACKAGE / f"{module}.py").splitlines()[2:]
    was, becomes = (" ".join(" ".join(each[1:] for each in lines if each[0] == sign).split()) for sign in "-+")
    function = mutant.rpartition(".")[2].partition("__mutmut_")[0]
    function = function.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return Change(of=f"{module}.{function}", was=was, becomes=becomes)


def equivalent(names: Container[str]) -> dict[Change, str]:
    """Return those that were looked at and found to change nothing, each with its reason, of these modules."""
    listed = tomllib.loads(_EQUIVALENT.read_text()).get("equivalent", [])
    return {
        Change(of=entry["of"], was=entry["was"], becomes=entry["becomes"]): entry["why"]
        for entry in listed
        if entry["of"].partition(".")[0] in names
    }
