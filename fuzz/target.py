"""What is fuzzed: one kind of input from outside, what takes it apart, and what must never come of it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any, Final

_SEEDS: Final = Path(__file__).parent / "seeds"

type Feed = Callable[[Any], None]
"""Takes one input, any JSON value. Whatever it raises is a fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One kind of input."""

    name: str
    begin: Callable[[], AbstractContextManager[Feed]]
    """Sets up what takes the input."""
    parses: tuple[str, ...]
    """What takes it apart: `remote`, a module of the integration, or `inbox:Inbox._obey`, what begins so in it."""
    begins_with: tuple[Any, ...] = ()
    """Inputs as they should be, where these are not in `seeds/`: what is about now."""
    words: tuple[Any, ...] = ()
    """Values that nobody would guess and that are in no source, such as the home's speakers."""
    share: float = 1
    """Of all inputs, compared with others: those that are slow to feed, or have little to find, get less."""
    spared: Mapping[str, str] = field(default_factory=dict)
    """Lines with branches that no input can reach, stripped, and why."""

    @property
    def seeds(self) -> list[Any]:
        """Inputs as they should be, and some that get far."""
        file = _SEEDS / f"{self.name}.json"
        return [*self.begins_with, *(json.loads(file.read_text(encoding="utf-8")) if file.exists() else ())]


def text_of(value: Any) -> str:
    """Return a value as it comes over a wire: JSON, unless it is a text already."""
    return value if isinstance(value, str) else json.dumps(value)


def one_of[T](choices: tuple[T, ...], said: Any) -> T:
    """Return the choice of this number, counted round and round; the first for what is no number."""
    return choices[said % len(choices)] if isinstance(said, int) else choices[0]


def part(given: Any, name: str, otherwise: Any = None) -> Any:
    """Return a part of the input; mutation may have left anything in its place, or nothing."""
    return given.get(name, otherwise) if isinstance(given, dict) else otherwise


def several(given: Any, most: int = 8) -> list[Any]:
    """Return an input, or a part of it, as a short list."""
    return given[:most] if isinstance(given, list) else [given]
