"""What a person sees while it runs: colour and a running clock on a terminal, plain lines elsewhere."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import os
import shutil
import sys
import textwrap
import time

from .checks import Outcome, Step

WIDE = 116  # columns a step needs in one line; text is not set wider
TICK = 0.5  # s
TITLE, MEASURED = 34, 62  # columns


class Screen:
    """Standard output."""

    def __init__(self) -> None:
        """Find out what it is."""
        self._terminal = sys.stdout.isatty()
        self._coloured = self._terminal and "NO_COLOR" not in os.environ
        self._columns = min(WIDE, shutil.get_terminal_size((WIDE, 24)).columns)

    def say(self, text: str = "") -> None:
        """Print a line."""
        print(text, flush=True)

    def paragraph(self, text: str, *, first: str = "", indent: str = "") -> None:
        """Print text in lines as long as the terminal takes; `first` begins the first line, `indent` the others."""
        self.say(textwrap.fill(text, max(40, self._columns), initial_indent=first, subsequent_indent=indent))

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Show what is going on, with a clock, until it is over; without a terminal once, as a line."""
        if not self._terminal:
            self.say(f"… {text}")
            yield
            return
        with self._clock(text):
            yield

    @contextmanager
    def playing(self, number: int, step: Step) -> Iterator[None]:
        """Show a step that runs; without a terminal nothing, its line comes when it is over."""
        if not self._terminal:
            yield
            return
        with self._clock(f"{number:2}  {step.title}"):
            yield

    def outcome(self, number: int, outcome: Outcome) -> None:
        """Print a step's line; where it is not as expected, what was expected and what was seen."""
        mark = self._colour("✔", 32) if outcome.held else self._colour("✘", 31)
        step = outcome.step
        measured = outcome.measured if outcome.held else "not as expected"
        bar = self._colour(step.bar, 2)
        if self._columns >= WIDE:
            self.say(f"{mark} {number:2}  {step.title:<{TITLE}}  {measured:<{MEASURED}}  {bar}")
        else:
            self.say(f"{mark} {number:2}  {step.title:<{TITLE}}  {bar}\n      {measured}")
        if outcome.unmet is not None:
            self.say(f"      expected: {outcome.unmet.expected}\n      seen:     {outcome.unmet.seen}")

    def heading(self, text: str) -> None:
        """Print a heading."""
        self.say(f"\n{self._colour(text, 1)}")

    def verdict(self, text: str, *, good: bool) -> None:
        """Print how it ended."""
        self.say("\n" + self._colour(text, 32 if good else 31))

    @contextmanager
    def _clock(self, text: str) -> Iterator[None]:
        ticking = asyncio.get_running_loop().create_task(self._tick(text))
        try:
            yield
        finally:
            ticking.cancel()
            print("\r\033[K", end="", flush=True)

    async def _tick(self, text: str) -> None:
        began = time.monotonic()
        while True:
            print(f"\r\033[K{self._colour('…', 33)} {text}  {time.monotonic() - began:.0f} s", end="", flush=True)
            await asyncio.sleep(TICK)

    def _colour(self, text: str, code: int) -> str:
        return f"\033[{code}m{text}\033[0m" if self._coloured else text
