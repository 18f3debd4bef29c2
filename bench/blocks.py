"""How long the event loop is blocked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """Yield a list that fills with how late the event loop ran what was due each ms, in ms.

    What it waited for a processor is taken off, where the kernel tells: that is what else the machine does.
    """
    late: list[float] = []
    done = False

    async def watch() -> None:
        while not done:
            due, queued = perf_counter() + 0.001, waited_for_processor()
            await asyncio.sleep(0.001)
            late.append(max(0.0, (perf_counter() - due - waited_for_processor() + queued) * 1000))

    task = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    late.clear()
    try:
        yield late
    finally:
        done = True
        await task


async def idle(seconds: float = 1) -> float:
    """Return the longest block while nothing is done, in ms."""
    async with watched() as late:
        await asyncio.sleep(seconds)
    return longest(late)


def waited_for_processor() -> float:
    """Return how long this thread could have run while others did, ever, in s; 0 where the kernel does not tell."""
    try:
        # The second number: https://docs.kernel.org/scheduler/sched-stats.html
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


def longest(late: list[float]) -> float:
    """Return the longest block, in ms."""
    return round(max(late), 2)
