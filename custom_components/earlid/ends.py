"""Ends several things at once. Each speaker has some of these, so they are small while what they end goes on."""

from collections.abc import Callable
from contextlib import ExitStack


class Ends:
    """Called, it ends all, the last first, also where one of them fails; called again, nothing."""

    __slots__ = ("_ends",)

    def __init__(self, *ends: Callable[[], None]) -> None:
        """Take what ends each."""
        self._ends = ends

    def __call__(self) -> None:
        """End all."""
        with ExitStack() as stack:
            for end in self._ends:
                stack.callback(end)
            self._ends = ()
