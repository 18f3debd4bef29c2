"""Waiting for something in this process to be so."""

import asyncio
from collections.abc import Callable
import time

LOOK_EVERY = 0.01  # s


async def until(so: Callable[[], bool], *, within: float = 20.0) -> float:
    """Return the seconds it took until `so()` was true; TimeoutError after `within` seconds."""
    began = time.monotonic()
    while not so():
        if time.monotonic() > began + within:
            raise TimeoutError(f"not within {within} s")
        # An event would have to be set by everything physical; this is looked at by tests only.
        await asyncio.sleep(LOOK_EVERY)
    return time.monotonic() - began
