"""What a page with the panel holds while the home changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from playwright.async_api import CDPSession

from virtual_home import VirtualHome
from virtual_home.browser import People

SPEAKERS: Final = 20
UPDATES: Final = 1000
WARM: Final = 200  # updates before the heap counts: caches of words and times fill

DRAWN: Final = {
    "/empty": "() => Boolean(window.drawn)",
    # Every tile, and every lane with more than its ground in it.
    "/earlid": """() => {
      const find = (root, what, into = []) => {
        for (const one of root.querySelectorAll('*')) {
          if (one.matches(what)) into.push(one);
          if (one.shadowRoot) find(one.shadowRoot, what, into);
        }
        return into;
      };
      const panel = find(document, 'earlid-panel')[0];
      if (!panel?.shadowRoot) return false;
      const lanes = find(panel.shadowRoot, '.lane canvas');
      if (find(panel.shadowRoot, 'article').length < SPEAKERS || lanes.length < SPEAKERS) return false;
      const last = lanes.at(-1);
      if (!last.width) return false;
      const {data} = last.getContext('2d').getImageData(0, 0, last.width, last.height);
      return new Set(new Uint32Array(data.buffer)).size > 3;
    }""".replace("SPEAKERS", str(SPEAKERS)),
}


async def heap(session: CDPSession) -> float:
    """Return what the page's scripts hold once nothing is left to be collected, in MB."""
    await session.send("HeapProfiler.collectGarbage")
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return round(float(next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize")) / 1e6, 2)


async def memory(people: People, home: VirtualHome, slugs: list[str]) -> dict[str, Any]:
    """Return what a page holds while a thousand updates are pushed, and one that is opened after them.

    The home's past grows by what is done, and is shown: only what the one holds beyond the other is not needed.
    """
    targets = [f"select.{slug}_mode" for slug in slugs]
    async with _followed(people, home) as (old, pushed):
        sizes = []
        for wanted in range(WARM, WARM + UPDATES + 1, UPDATES // 5):
            await _push(home, targets, pushed, wanted)
            sizes.append(await heap(old))
        updates = pushed() - WARM
        async with _followed(people, home) as (new, told):
            await _push(home, targets, told, WARM)
            pair = (await heap(old), await heap(new))
    return {
        "updates": updates,
        "heap_mb": sizes,
        "old_page_mb": pair[0],
        "new_page_mb": pair[1],
        "bar": "flat: at most 5 % more than a page that is opened after them",
    }


@asynccontextmanager
async def _followed(people: People, home: VirtualHome) -> AsyncIterator[tuple[CDPSession, Callable[[], int]]]:
    """Give a page of the panel, and how many updates it was told."""
    pushed = 0

    def came(payload: str | bytes) -> None:
        nonlocal pushed
        pushed += str(payload).count('"change":{')

    view = await people.look(home.owner)
    view.page.on("websocket", lambda socket: socket.on("framereceived", came))
    await view.go("/earlid")
    await view.page.wait_for_function(DRAWN["/earlid"], polling=50)
    session = await view.page.context.new_cdp_session(view.page)
    await session.send("Performance.enable")
    yield session, lambda: pushed
    await view.page.close()


async def _push(home: VirtualHome, targets: list[str], told: Callable[[], int], enough: int) -> None:
    end = asyncio.get_running_loop().time() + 120
    while told() < enough and asyncio.get_running_loop().time() < end:
        for action in ("earlid.mute", "earlid.resume"):
            for target in targets:
                await home.owner.call(action, entity_id=target)
    await asyncio.sleep(1)
