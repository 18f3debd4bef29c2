"""What a page with the panel holds while the home changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from statistics import median
from typing import Final

from playwright.async_api import CDPSession

from .measured import Bar, Measured, Row
from .panel_home import PANEL, Stage

WARM: Final = 200  # updates before the heap counts: caches of words and times fill
OLD: Final = "a page that was open all along"
NEW: Final = "peer: one opened now"


async def heap(session: CDPSession) -> float:
    """Return what the page's scripts hold once nothing is left to be collected, in MB."""
    await session.send("HeapProfiler.collectGarbage")
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return round(float(next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize")) / 1e6, 2)


async def kept(stage: Stage, runs: int, updates: int) -> Measured:
    """Return what a page holds after ever more updates, and one that was opened for the last of them."""
    rows = []
    async with _followed(stage) as (old, told):
        for _ in range(runs):
            before = told()
            async with _followed(stage) as (new, newly):
                await _push(stage, newly, updates)
                sizes = {OLD: [await heap(old)], NEW: [await heap(new)]}
            if told() - before < newly() / 2:  # each page is told what has gathered, a little differently
                raise ValueError(f"the old page was told {told() - before} updates, the new one {newly()}")
            rows.append(Row(label=f"{told():,} updates", size=told(), runs=sizes))
    last = rows[len(rows) // 2 :]
    return Measured(
        name="panel_memory",
        title="What a page that stays open holds",
        unit="MB",
        proves=(
            f"Whether the panel of {len(stage.slugs)} speakers gathers memory while it is told of changes: a page that "
            "was open all along beside one that was opened for the last of them."
        ),
        fooled_by=(
            "The home's past grows by what is done, and both pages show it; so only what the old one holds beyond the "
            "new one is not needed. Garbage is collected before each look, and the new page is told as many updates "
            "first, so that its caches are as full."
        ),
        rows=tuple(rows),
        bars=(
            Bar(
                says="the old page, of the new one (the later half)",
                value=median(row.runs[OLD][0] / row.runs[NEW][0] for row in last),
                limit=1.05,
            ),
        ),
    )


@asynccontextmanager
async def _followed(stage: Stage) -> AsyncIterator[tuple[CDPSession, Callable[[], int]]]:
    """Give a page of the panel, and how many updates it was told."""
    pushed = 0

    def came(payload: str | bytes) -> None:
        nonlocal pushed
        pushed += str(payload).count('"change":{')

    view = await stage.people.look(stage.home.owner)
    view.page.on("websocket", lambda socket: socket.on("framereceived", came))
    await view.go(PANEL)
    await stage.drawn(view, PANEL)
    session = await view.page.context.new_cdp_session(view.page)
    await session.send("Performance.enable")
    yield session, lambda: pushed
    await view.page.close()


async def _push(stage: Stage, told: Callable[[], int], enough: int) -> None:
    end = asyncio.get_running_loop().time() + 120
    while told() < enough:
        for action in ("earlid.mute", "earlid.resume"):
            for slug in stage.slugs:
                await stage.home.owner.call(action, entity_id=f"select.{slug}_mode")
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError(f"only {told()} of {enough} updates in two minutes")
    await asyncio.sleep(1)
