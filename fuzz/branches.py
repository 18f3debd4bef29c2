"""Which branches of some code are reached: `sys.monitoring` tells of each once, so that watching costs nothing after.

A branch is one way out of a conditional jump. Left out are those that only the compiler made: the way past the last
`except` of a `try`, which would be an error that is documented nowhere, what it asks at the end of a `with`, and
whether `any` is still Python's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
import dis
from functools import cache
from importlib import import_module
from inspect import unwrap
from itertools import pairwise
from pathlib import Path
import sys
from types import CodeType, FunctionType
from typing import Any, Final, Self

type Branch = tuple[CodeType, int, int]
"""The code, and the places in it from which and to which."""

_PACKAGE: Final = "custom_components.earlid"
_EVENTS: Final = sys.monitoring.events.BRANCH_LEFT | sys.monitoring.events.BRANCH_RIGHT
# Between the end of an `async with` and the question whether that swallowed the error lies the waiting for it.
_NEAR: Final = 12


class Watch:
    """Sees the branches of some code that are reached while it is entered."""

    def __init__(self, codes: Iterable[CodeType]) -> None:
        """Watch this code."""
        self.codes = set(codes)
        self.reached: set[Branch] = set()

    def __enter__(self) -> Self:
        """Begin to watch."""
        monitoring = sys.monitoring
        self._tool = next(free for free in (5, 4, 3) if monitoring.get_tool(free) is None)
        monitoring.use_tool_id(self._tool, "fuzz")
        for event in (monitoring.events.BRANCH_LEFT, monitoring.events.BRANCH_RIGHT):
            monitoring.register_callback(self._tool, event, self._came_by)
        for code in self.codes:
            monitoring.set_local_events(self._tool, code, _EVENTS)
        # What an earlier watch of this code has seen would not be told of again.
        monitoring.restart_events()
        return self

    def __exit__(self, *_error: object) -> None:
        """Watch no more."""
        for code in self.codes:
            sys.monitoring.set_local_events(self._tool, code, 0)
        sys.monitoring.free_tool_id(self._tool)

    def _came_by(self, code: CodeType, source: int, to: int) -> object:
        self.reached.add((code, source, to))
        return sys.monitoring.DISABLE


def codes_of(place: str) -> set[CodeType]:
    """Return the code at a place: `remote`, a module, or `inbox:Inbox._obey`, what begins so in it."""
    name, _, start = place.partition(":")
    module = import_module(f"{_PACKAGE}.{name.replace('/', '.')}")
    top = {code for code in _codes_in(vars(module)) if code.co_filename == module.__file__}
    found = {code for each in top for code in _within(each) if code.co_qualname.startswith(start) and _runs(code)}
    if not found:
        raise LookupError(f"there is no {place}")
    return found


def branches_of(code: CodeType) -> set[Branch]:
    """Return all branches that the source has."""
    found: set[Branch] = set()
    steps = list(dis.get_instructions(code))
    place = {step.offset: number for number, step in enumerate(steps)}
    for source, left, right in code.co_branches():
        at = place[source]
        before = [step.opname for step in steps[max(at - _NEAR, 0) : at]]
        if "WITH_EXCEPT_START" in before and before[-1] == "TO_BOOL":
            continue
        if before[-2:] == ["LOAD_COMMON_CONSTANT", "IS_OP"]:
            continue
        found.add((code, source, left))
        if before[-1] != "CHECK_EXC_MATCH":
            found.add((code, source, right))
    return found


def line_of(branch: Branch) -> tuple[str, int]:
    """Return the file and the line of a branch."""
    code, source, _ = branch
    starts = [(start, line) for start, _end, line in code.co_lines() if line is not None]
    line = next(
        (one for (start, one), (after, _) in pairwise([*starts, (sys.maxsize, 0)]) if start <= source < after), 0
    )
    return code.co_filename, line


@cache
def _source(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()


def text_of(branch: Branch) -> str:
    """Return the line that a branch is in, stripped."""
    path, line = line_of(branch)
    return _source(path)[line - 1].strip()


def shown(branch: Branch) -> str:
    """Return where a branch is, and where it leads, for people."""
    code, _, to = branch
    path, line = line_of(branch)
    return f"{Path(path).stem}.py:{line} -> {line_of((code, to, to))[1]}  {text_of(branch)}"


def words_in(codes: Iterable[CodeType]) -> set[str | int | float]:
    """Return the texts and numbers that code compares with or looks up: few inputs would ever guess them."""
    return {word for code in codes for word in _words(code.co_consts)}


def _words(constants: Iterable[object]) -> Iterator[str | int | float]:
    for one in constants:
        match one:
            case bool():
                pass
            case str():
                # What is longer is said to people, or is documentation.
                if len(one) <= 40:  # noqa: PLR2004
                    yield one
            case int() | float():
                yield one
            case tuple() | AbstractSet():
                yield from _words(one)


def _codes_in(space: Mapping[str, Any]) -> Iterator[CodeType]:
    """Yield the code of the functions of a module or class, also of those that are wrapped."""
    for one in space.values():
        inner = getattr(one, "fget", None) or getattr(one, "func", None) or getattr(one, "__func__", one)
        function = unwrap(inner) if callable(inner) else inner
        if isinstance(function, FunctionType):
            yield function.__code__
        elif isinstance(function, type) and function.__module__ == space.get("__name__"):
            yield from _codes_in(vars(function))


def _runs(code: CodeType) -> bool:
    """Return whether code is run with an input; what tells of annotations and type parameters never is."""
    return code.co_name not in ("__annotate__", "<module>") and code.co_varnames[:1] != (".format",)


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _within(constant)
