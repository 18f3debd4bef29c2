"""Looks for inputs that do harm: each that reaches a branch no other has reached is kept, and changed further."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
import json
import logging
from pathlib import Path
from random import Random
import signal
from time import perf_counter, thread_time
import traceback
from types import CodeType
from typing import Any, BinaryIO, Final

from .branches import Branch, Watch, branches_of, codes_of, shown, text_of, words_in
from .mutation import Mutation, copied, smaller
from .target import Feed, Target

# s of the processor's time for one input: a hundred times what the slowest takes. More is a way to hold up the loop.
SLOW: Final = 1.0
# s by the clock: whoever waits so long waits for ever.
HANGS: Final = 60
_RECENT: Final = 12
_MOST_SMALLER: Final = 300
_MOST_FAULTS: Final = 20


class Hang(BaseException):
    """One input took for ever. No part of what is fuzzed may take it for an error and go on."""


class TooSlowError(Exception):
    """One input took so long that nobody else came by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An input that did harm."""

    given: str
    """The input, made small, as JSON: `scripts/fuzz NAME --given` feeds it again."""
    error: str
    where: str
    trace: str


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a search."""

    name: str
    inputs: int = 0
    seconds: float = 0
    kept: int = 0
    reached: int = 0
    branches: int = 0
    spared: int = 0
    missed: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Which part of the branches that can be reached was reached."""
        return self.reached / self.branches if self.branches else 1.0


def search(
    target: Target, inputs: int, seed: int = 0, *, seconds: float | None = None, last: Path | None = None
) -> Outcome:
    """Feed a target that many inputs, or as many as `seconds` allow; the same seed gives the same inputs.

    `last`: where each input is written before it is fed. One may end the whole process.
    """
    random = Random(f"{target.name} {seed}")  # noqa: S311 - it is to be repeated, not to be kept secret
    outcome, started = Outcome(name=target.name), perf_counter()
    with _unheard(), target.begin() as feed, _watchdog(last) as guarded:
        codes = {code for place in target.parses for code in codes_of(place)}
        with Watch(codes) as watch:
            words = [*target.words, *target.words, *sorted(words_in(codes), key=repr)]
            mutation = Mutation(random, words)
            seeds = target.seeds
            pool = [*seeds]
            while outcome.inputs < inputs and (seconds is None or perf_counter() - started < seconds):
                number, before = outcome.inputs, len(watch.reached)
                given = seeds[number] if number < len(seeds) else _next(random, mutation, pool)
                outcome.inputs += 1
                if (fault := guarded(feed, given)) is not None:
                    _note(outcome.faults, fault, feed, given, guarded)
                    if len(outcome.faults) >= _MOST_FAULTS:
                        break
                elif len(watch.reached) > before and number >= len(seeds):
                    pool.append(given)
    outcome.kept, outcome.seconds = len(pool), perf_counter() - started
    _count(outcome, target, codes, watch.reached)
    return outcome


def feed_again(target: Target, given: Any) -> Fault | None:
    """Return what comes of one input; None: nothing bad."""
    with target.begin() as feed, _watchdog() as guarded:
        return guarded(feed, given)


def _next(random: Random, mutation: Mutation, pool: list[Any]) -> Any:
    """Return an input made from one that got somewhere; the newest are where most is left to find."""
    chosen = pool[-_RECENT:] if random.random() < 0.3 else pool  # noqa: PLR2004
    return mutation.changed(random.choice(chosen), random.choice(pool))


class _Guarded:
    """Feeds an input and tells what came of it."""

    def __init__(self, last: BinaryIO | None) -> None:
        self._last = last

    def __call__(self, feed: Feed, given: Any) -> Fault | None:
        if self._last is not None:
            self._last.seek(0)
            self._last.write(json.dumps(given).encode())
            self._last.truncate()
        signal.setitimer(signal.ITIMER_REAL, HANGS)
        began = thread_time()
        try:
            # Who takes it may change it.
            feed(copied(given))
            if (took := thread_time() - began) > SLOW:
                raise TooSlowError(f"{took:.1f} s")  # noqa: TRY301 - as any other fault
        except (Exception, Hang) as error:  # noqa: BLE001 - whatever it is, it is the fault that was looked for
            return Fault(given=json.dumps(given), error=repr(error)[:500], where=_where(error), trace=_trace(error))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return None


@contextmanager
def _watchdog(last: Path | None = None) -> Iterator[_Guarded]:
    def bark(_signal: int, _frame: object) -> None:
        raise Hang(f"{HANGS} s")

    before = signal.signal(signal.SIGALRM, bark)
    try:
        with nullcontext() if last is None else last.open("wb", buffering=0) as file:
            yield _Guarded(file)
    finally:
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _unheard() -> Iterator[None]:
    """Let nobody be told of what is refused a million times; errors are."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _note(faults: list[Fault], fault: Fault, feed: Feed, given: Any, guarded: _Guarded) -> None:
    """Note a fault unless it is known, with the smallest input that still does it."""
    if any(known.where == fault.where for known in faults):
        return
    tries = 0
    smallest = fault
    going = True
    while going and tries < _MOST_SMALLER:
        going = False
        for less in smaller(given):
            tries += 1
            again = guarded(feed, less)
            if again is not None and again.where == fault.where:
                given, smallest, going = less, again, True
                break
            if tries >= _MOST_SMALLER:
                break
    faults.append(smallest)


def _count(outcome: Outcome, target: Target, codes: set[CodeType], reached: set[Branch]) -> None:
    every = {branch for code in codes for branch in branches_of(code)}
    missed = every - reached
    spared = {branch for branch in missed if text_of(branch) in target.spared}
    outcome.spared = len(spared)
    outcome.branches = len(every) - len(spared)
    outcome.reached = len(every & reached)
    outcome.missed = sorted(map(shown, missed - spared))


def _where(error: BaseException) -> str:
    """Return what kind of error it was, and where it came from: two with the same are one."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame
        for frame in frames
        if "/custom_components/earlid/" in frame.filename or "/fuzz/targets/" in frame.filename
    ]
    last = (own or list(frames))[-1]
    return f"{type(error).__name__} in {last.filename.rpartition('/')[2]}:{last.lineno}"


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-6))[-3000:]
