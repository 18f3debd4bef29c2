"""Changes an input a little, as the JSON value that it is: what is all random gets past no first check."""

from collections.abc import Callable, Iterator, Sequence
import json
import math
from random import Random
from typing import Any, Final

type Node = dict[Any, Any] | list[Any]
type Place = tuple[Node, Any]
"""A value within another, by what holds it and under which key or number."""

# Larger ones are only slow: what is too large to be taken is among the evil words.
_MOST_PLACES: Final = 400

EVIL: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    0.5,
    1e308,
    -1e308,
    math.inf,
    -math.inf,
    math.nan,
    2**31,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    10**30,
    "",
    " ",
    "\n",
    "\x00",
    "\ud800",
    "\u202e",
    "\ufeff",
    "ﬀ😀é",
    "\u0131",
    "0",
    "1",
    "-1",
    "01",
    "1e400",
    "٣",
    "nan",
    "inf",
    "true",
    "null",
    "none",
    "on",
    "off",
    "unknown",
    "unavailable",
    "all",
    "=1+1",
    "<img src=x>",
    "[a](http://b)",
    "{{ 1 }}",
    "../..",
    "a" * 300,
    "9" * 5000,
    "[" * 3000,
    "\ud800" * 40,
    "2026-11-22T12:00:00+00:00",
    "2026-11-22T12:00:00",
    "2026-11-22 12:00:00.5-23:59",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-29T02:30:00",
    "2026-11-22",
    "24:00:00",
    "00:00:01",
    "-0:1",
    "{",
    "[]",
    "{}",
    [],
    {},
    [[]],
    [None],
    {"": None},
)


class Mutation:
    """Changes inputs, with words that are likely to matter."""

    def __init__(self, random: Random, words: Sequence[Any]) -> None:
        """Take the words of the target and its code."""
        self._random = random
        self._words = words
        self._keys = [word for word in words if isinstance(word, str)] or ["id"]

    def changed(self, value: Any, other: Any) -> Any:
        """Return a changed copy; parts of another input may be taken over."""
        held: list[Any] = [copied(value)]
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3, 5))):
            places = list(_places(held))
            node, key = self._random.choice(places[:_MOST_PLACES])
            self._random.choice(self._WAYS)(self, node, key, other)
            if not held:
                held.append(None)
        return held[0]

    def _word(self) -> Any:
        return copied(self._random.choice(self._words if self._random.random() < 0.6 else EVIL))  # noqa: PLR2004

    def _replace(self, node: Node, key: Any, _other: Any) -> None:
        node[key] = self._word()

    def _graft(self, node: Node, key: Any, other: Any) -> None:
        """Take over a part of the other input, at best from the same key."""
        places = list(_places([other]))
        same = [place for place in places if place[1] == key]
        source, its_key = self._random.choice(same or places)
        node[key] = copied(source[its_key])

    def _tweak(self, node: Node, key: Any, _other: Any) -> None:
        """Change it by a little."""
        match node[key]:
            case bool(value):
                node[key] = not value
            case int(value) | float(value):
                node[key] = self._number(value)
            case str(value):
                node[key] = self._text(value)
            case list(value):
                self._list(value)
            case dict(value):
                self._dict(value)
            case _:
                node[key] = self._word()

    def _wrap(self, node: Node, key: Any, _other: Any) -> None:
        """Put it into a list, an object or a text of JSON, or take it out of one."""
        value = node[key]
        match self._random.randrange(4):
            case 0:
                node[key] = [value]
            case 1:
                node[key] = {self._key(): value}
            case 2:
                node[key] = json.dumps(value)
            case _ if isinstance(value, str):
                try:
                    node[key] = json.loads(value)
                except ValueError, RecursionError:
                    node[key] = [value]
            case _ if isinstance(value, dict | list) and value:
                node[key] = self._random.choice(list(value.values() if isinstance(value, dict) else value))

    def _drop(self, node: Node, key: Any, _other: Any) -> None:
        del node[key]

    def _number(self, value: float) -> Any:
        change: Callable[[Any], Any] = self._random.choice(
            (
                lambda one: one + 1,
                lambda one: one - 1,
                lambda one: -one,
                lambda one: one * 2,
                lambda one: one / 3,
                lambda one: one * 1000,
                float,
                str,
                lambda _one: self._random.randrange(-5, 70),
            )
        )
        try:
            return change(value)
        except OverflowError:
            return 0

    def _text(self, value: str) -> str:  # noqa: PLR0911 - each is a way
        at = self._random.randrange(len(value) + 1)
        to = min(len(value), at + self._random.choice((1, 1, 2, 5, 20)))
        match self._random.randrange(7):
            case 0:
                return value[:at] + value[to:]
            case 1:
                return value[:at] + str(self._word()) + value[at:]
            case 2:
                return (
                    value[:at] + chr(self._random.choice((9, 10, 32, 34, 44, 47, 58, 92, 48, 57, 65, 233))) + value[to:]
                )
            case 3:
                return value[:at] + chr(self._random.randrange(0x110000)) + value[to:]
            case 4:
                return value.swapcase()
            case 5:
                return value[:at] + value[at:to] * self._random.choice((2, 2, 3, 50)) + value[to:]
            case _:
                return value[:at]

    def _list(self, value: list[Any]) -> None:
        match self._random.randrange(4):
            case 0:
                value.insert(self._random.randrange(len(value) + 1), self._word())
            case 1 if value:
                value.append(copied(self._random.choice(value)))
            case 2:
                self._random.shuffle(value)
            case _:
                del value[self._random.randrange(len(value) + 1) :]

    def _dict(self, value: dict[str, Any]) -> None:
        if value and self._random.random() < 0.5:  # noqa: PLR2004
            value[self._key()] = value.pop(self._random.choice(list(value)))
        else:
            value[self._key()] = self._word()

    def _key(self) -> str:
        return self._random.choice(self._keys)

    _WAYS: Final = (_replace, _replace, _replace, _graft, _graft, _tweak, _tweak, _tweak, _wrap, _drop)


def copied(value: Any) -> Any:
    """Return a copy of a JSON value."""
    match value:
        case dict():
            return {key: copied(one) for key, one in value.items()}
        case list():
            return [copied(one) for one in value]
        case _:
            return value


def smaller(value: Any) -> Iterator[Any]:
    """Yield copies of an input that lack a part of it each, or have a simpler one."""
    for number, (node, key) in enumerate(list(_places([value]))):
        if number:
            yield _without(value, number, gone=True)
        simpler: tuple[Any, ...] = ()
        match node[key]:
            case str(text) if len(text) > 1:
                simpler = (text[: len(text) // 2], text[len(text) // 2 :], text[1:], text[:-1])
            case int(one) | float(one) if one not in (0, 1):
                simpler = (0, 1)
            case dict(one) | list(one) if one:
                simpler = (type(one)(),)
        for each in simpler:
            yield _without(value, number, instead=each)


def _without(value: Any, number: int, *, gone: bool = False, instead: Any = None) -> Any:
    held = [copied(value)]
    node, key = list(_places(held))[number]
    if gone:
        del node[key]
    else:
        node[key] = instead
    return held[0]


def _places(node: Node) -> Iterator[Place]:
    """Yield the place of each value within, the outer ones first."""
    waiting: list[Node] = [node]
    for held in waiting:
        pairs = held.items() if isinstance(held, dict) else enumerate(held)
        for key, value in pairs:
            yield held, key
            if isinstance(value, dict | list):
                waiting.append(value)
