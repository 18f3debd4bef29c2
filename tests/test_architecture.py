"""The rules of ARCHITECTURE.md that ruff and import-linter cannot see."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re
import subprocess
import sys

import pytest

ROOT = Path(__file__).parent.parent
EARLID = ROOT / "custom_components" / "earlid"
VIRTUAL_HOME = ROOT / "virtual_home"

# A longer file is two ideas.
CEILINGS = {EARLID / "engine": 250}
CEILING = 300

SOURCES = sorted([*EARLID.rglob("*.py"), *VIRTUAL_HOME.rglob("*.py")])
OURS = [path for path in SOURCES if path.is_relative_to(EARLID)]


def name(path: Path) -> str:
    """Return the file's name below the repository, for a readable test id."""
    return str(path.relative_to(ROOT))


def attributes(path: Path) -> Iterator[tuple[str, str, int]]:
    """Yield each `….owner.name` in a file as owner, name and line."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(value=ast.Attribute(attr=owner), attr=attribute):
                yield owner, attribute, node.lineno


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module


def test_the_engine_runs_without_home_assistant() -> None:
    """By its full name the package above would load Home Assistant first; so its parent folder goes on the path."""
    modules = [
        "engine" if path.stem == "__init__" else f"engine.{path.stem}" for path in (EARLID / "engine").glob("*.py")
    ]
    probe = (
        f"import sys; sys.path.insert(0, {str(EARLID)!r}); "
        "sys.modules.update(dict.fromkeys(('homeassistant', 'probatio', 'voluptuous', 'asyncio', 'logging'))); "
        f"import {', '.join(modules)}"
    )
    assert len(modules) > 1
    # -S: no installed package is in reach, so what loads is Python's own.
    result = subprocess.run([sys.executable, "-I", "-S", "-c", probe], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("path", OURS, ids=name)
def test_only_facts_reads_states(path: Path) -> None:
    """One reader: elsewhere unknown and off would be mixed up again."""
    readers = {"get", "async_all", "async_entity_ids", "is_state"}
    lines = [line for owner, read, line in attributes(path) if owner == "states" and read in readers]
    assert not lines or path == EARLID / "facts.py"


@pytest.mark.parametrize("path", OURS, ids=name)
def test_only_relays_call_actions(path: Path) -> None:
    """One hand: what another file switched, the guard would not know it sent.

    The assistant of a satellite is nothing that the guard sends, and silences nothing.
    """
    lines = [line for owner, call, line in attributes(path) if owner == "services" and call == "async_call"]
    assert not lines or path.is_relative_to(EARLID / "relays") or path == EARLID / "assistants.py"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_holds_one_idea(path: Path) -> None:
    ceiling = next((limit for folder, limit in CEILINGS.items() if path.is_relative_to(folder)), CEILING)
    lines = len(path.read_text().splitlines())
    assert lines <= ceiling


@pytest.mark.parametrize("path", [path for path in SOURCES if path not in OURS], ids=name)
def test_the_virtual_home_sees_earlid_from_outside(path: Path) -> None:
    """import-linter holds this too, but not for an import spelled as a string."""
    assert not [module for module in imports(path) if module.split(".")[0] == "custom_components"]
    assert "import_module" not in path.read_text()


def test_the_guarantee_names_tests_that_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "guarantee.md").read_text(encoding="utf-8")))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert named <= there
