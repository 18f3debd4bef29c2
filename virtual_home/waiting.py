"""Waiting for something to be so, in this process or in another that is asked."""

import asyncio
from collections.abc import Awaitable, Callable
import time

LOOK_EVERY = 0.01  # s
AT_LAST = 30.0  # s; what is waited for comes in a hundredth of that, or a machine is very busy, or it never comes


async def until(so: Callable[[], bool], *, within: float = AT_LAST) -> float:
    """Return the seconds it took until `so()` was true; TimeoutError after `within` seconds."""
    began = time.monotonic()
    while not so():
        if time.monotonic() > began + within:
            raise TimeoutError(f"not within {within} s")
        # An event would have to be set by everything physical; this is looked at by tests only.
        await asyncio.sleep(LOOK_EVERY)
    return time.monotonic() - began


async def until_told(so: Callable[[], Awaitable[bool]], *, within: float = AT_LAST) -> None:
    """Return when `so()` answers true; TimeoutError after `within` seconds."""
    end = time.monotonic() + within
    while not await so():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {within} s")
        await asyncio.sleep(LOOK_EVERY)
