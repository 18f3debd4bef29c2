"""The engine and its tests in a folder of their own, as mutmut needs them: without Home Assistant, and all in sight."""

import ast
from collections.abc import Iterator
from pathlib import Path
import shutil

REPOSITORY = Path(__file__).parent.parent
TREE = REPOSITORY / ".mutants"
PACKAGE = Path("custom_components/earlid/engine")
TESTS = Path("tests/engine")

# Only one in so many of the generated cases of each property is tried: nearly all that die, die of the first few.
_FEWER = 5
# s of CPU. A test that takes longer runs for ever; by the clock on the wall a busy machine would kill mutants.
_ENDLESS = 10
# mutmut's own guard goes by the wall, so it is made to wait for whatever the machine may be at.
_SETTINGS = f"""\
[tool.mutmut]
source_paths = ["custom_components"]
only_mutate = ["{PACKAGE}/*"]
pytest_add_cli_args_test_selection = ["{TESTS}"]
pytest_add_cli_args = ["-p", "no:cacheprovider"]
timeout_multiplier = 20.0
timeout_constant = 300.0
use_setproctitle = false
use_git_change_detection = false

[tool.pytest]
addopts = ["--import-mode=importlib"]
pythonpath = ["."]
"""
# To know that a mutant dies it takes no smallest example of how. 36 is how mutmut knows one that ran out of time.
# The quickest tests kill nearly all: with the slow ones before them the whole would take hours.
_CONFTEST = f"""\
import json
import os
from pathlib import Path
import signal

from hypothesis import Phase, settings
import pytest

settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
settings.load_profile("mutants")
signal.signal(signal.SIGPROF, lambda *_: os._exit(36))


def pytest_collection_modifyitems(items):
    if (known := Path("mutmut-stats.json")).exists():
        takes = json.loads(known.read_text())["duration_by_test"]
        items.sort(key=lambda item: takes.get(item.nodeid, 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    signal.setitimer(signal.ITIMER_PROF, {_ENDLESS})
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
"""


def grow() -> None:
    """Bring the folder up to date; what did not change stays untouched, and so does what is known of its mutants."""
    wanted = dict(_files())
    for path in (*(TREE / PACKAGE).rglob("*.py"), *(TREE / TESTS).rglob("*.py")):
        if path not in wanted:
            path.unlink()
            (TREE / "mutants" / path.relative_to(TREE)).unlink(missing_ok=True)
    for path, text in wanted.items():
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def clear() -> None:
    """Forget all that is known of mutants."""
    shutil.rmtree(TREE, ignore_errors=True)


def _files() -> Iterator[tuple[Path, str]]:
    yield TREE / "pyproject.toml", _SETTINGS
    yield TREE / "tests" / "conftest.py", _CONFTEST
    # Empty: Earlid's own would bring Home Assistant.
    for package in ("custom_components", "custom_components/earlid", "tests"):
        yield TREE / package / "__init__.py", ""
    for path in sorted((REPOSITORY / PACKAGE).glob("*.py")):
        yield TREE / PACKAGE / path.name, opened(path.read_text())
    for path in sorted((REPOSITORY / TESTS).glob("*.py")):
        yield TREE / TESTS / path.name, path.read_text().replace("=examples,", f"=examples // {_FEWER},")


def opened(source: str) -> str:
    """Return a module with its properties and overrides made without a decorator: mutmut passes over what has one."""
    lines = source.splitlines()
    methods = [
        method
        for cls in ast.parse(source).body
        if isinstance(cls, ast.ClassDef)
        for method in cls.body
        if isinstance(method, ast.FunctionDef)
    ]
    for method in reversed(methods):
        match [ast.unparse(decorator) for decorator in method.decorator_list]:
            case ["property"]:
                lines.insert(method.end_lineno or 0, f"    {method.name} = property({method.name})")
            case ["override"]:
                pass
            case _:
                continue
        del lines[method.decorator_list[0].lineno - 1]
    return "\n".join(lines) + "\n"
