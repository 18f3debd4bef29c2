"""What a step of the story must hold, how long it took, and what is said when it does not hold."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import time

import aiohttp

from .client import RefusedError
from .flows import FlowError
from .waiting import until

# What a home that does not do as expected raises on the way; a mistake in the demo itself is not among them.
WRONG = (TimeoutError, RefusedError, FlowError, aiohttp.ClientError, RuntimeError)

TOLD_FROM = 0.002  # s; two quiet cores make nobody wait so long


class UnmetError(Exception):
    """Something else happened than was expected."""

    def __init__(self, expected: str, seen: str) -> None:
        """Say both."""
        super().__init__(f"expected {expected}; seen {seen}")
        self.expected = expected
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what happens, the bar it is held to, and the act, which returns what was measured.

    `word` names its share of the time in the table of exposure.
    """

    title: str
    bar: str
    word: str
    act: Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step went; times are of the monotonic clock."""

    step: Step
    began: float
    ended: float
    measured: str = ""
    unmet: UnmetError | None = None

    @property
    def held(self) -> bool:
        """True when everything was as expected."""
        return self.unmet is None


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from a decision until its commands were at the first and at the last plug.

    `waited`: how long of it Home Assistant and the broker were ready to run and the machine ran something else.
    """

    first: float
    last: float
    waited: float = 0.0

    def hold(self, bar: float, what: str) -> None:
        """Raise UnmetError if the last command came later than `bar` seconds, the wait for a processor left out."""
        if self.last - self.waited > bar:
            raise UnmetError(f"{what} within {spell(bar)}", str(self))

    @property
    def whole(self) -> str:
        """Return the time until the last, for a person; a busy machine is told of only where it was one."""
        return spell(self.last) + (f" (busy {spell(self.waited)})" if self.waited >= TOLD_FROM else "")

    def __str__(self) -> str:
        """Return it for a person."""
        return f"first off after {spell(self.first)}, last {self.whole}"


async def perform(step: Step) -> Outcome:
    """Return how a step went; what a home can do wrong is an outcome and raises nothing."""
    began = time.monotonic()
    try:
        measured = await step.act()
    except UnmetError as unmet:
        return Outcome(step, began, time.monotonic(), unmet=unmet)
    except WRONG as wrong:
        failure = UnmetError("that all of it works", f"{type(wrong).__name__}: {wrong}")
        return Outcome(step, began, time.monotonic(), unmet=failure)
    return Outcome(step, began, time.monotonic(), measured)


async def expect(what: str, so: Callable[[], bool], *, within: float, seen: Callable[[], str]) -> None:
    """Return when `so()`; after `within` seconds raise UnmetError with what is `seen()` instead."""
    try:
        await until(so, within=within)
    except TimeoutError:
        raise UnmetError(f"{what} within {spell(within)}", seen()) from None


def hold(seconds: float, bar: float, what: str) -> None:
    """Raise UnmetError if it took longer than the bar."""
    if seconds > bar:
        raise UnmetError(f"{what} within {spell(bar)}", f"it took {spell(seconds)}")


def spell(seconds: float) -> str:
    """Return a time as a person reads it: milliseconds below one second."""
    if abs(seconds) < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.0f} s" if seconds >= 20 or seconds == round(seconds) else f"{seconds:.1f} s"
