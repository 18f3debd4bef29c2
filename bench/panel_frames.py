"""How smoothly the panel moves."""

import asyncio
from collections.abc import Iterable
from math import ceil
from statistics import median
from typing import Final

from playwright.async_api import Page

from .measured import Bar, Measured, Row
from .panel_home import NOTHING, PANEL, Stage

OURS: Final = "the panel"
EMPTY: Final = "floor: an empty page"
FRAMES: Final = """() => {
  const frames = window.frames_seen = [];
  let last;
  const each = (at) => { if (last) frames.push(at - last); last = at; window.watching && requestAnimationFrame(each); };
  window.watching = true;
  requestAnimationFrame(each);
}"""


async def zoom_and_scroll(page: Page, x: float, y: float) -> None:
    """Do what a person does who looks for something: nearer, further, sideways, down and up."""
    await page.mouse.move(x, y)
    await page.keyboard.down("Control")
    for wheel in [-120] * 25 + [120] * 25:
        await page.mouse.wheel(0, wheel)
        await asyncio.sleep(0.016)
    await page.keyboard.up("Control")
    await page.mouse.down()
    for step in range(60):
        await page.mouse.move(x + 5 * (step if step < 30 else 60 - step), y)  # noqa: PLR2004 (half way)
        await asyncio.sleep(0.016)
    await page.mouse.up()
    for wheel in [60] * 25 + [-60] * 25:
        await page.mouse.wheel(0, wheel)
        await asyncio.sleep(0.016)


async def frames(stage: Stage, path: str) -> list[float]:
    """Return how long each frame took while somebody zoomed and scrolled, in ms."""
    view = await stage.opened(path)
    page, (x, y) = view.page, (700.0, 450.0)
    if path == PANEL:
        lanes = page.locator("earlid-panel earlid-timeline .lane")
        # All thirty days at once: the most there is to draw.
        await page.locator("earlid-panel earlid-timeline .bar .group").first.locator("button").last.click()
        await lanes.first.scroll_into_view_if_needed()
        await asyncio.sleep(2)
        if box := await lanes.first.bounding_box():
            x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2
    await page.evaluate(FRAMES)
    await zoom_and_scroll(page, x, y)
    seen: list[float] = await page.evaluate("() => { window.watching = false; return window.frames_seen; }")
    await page.close()
    return seen


def share(values: Iterable[float], part: float) -> float:
    """Return the value that this part of all stays below."""
    ordered = sorted(values)
    return ordered[ceil(part * len(ordered)) - 1]


async def moved(stage: Stage, runs: int) -> Measured:
    """Return how long frames take in the panel and in an empty page, in turn."""
    rows = {part: {OURS: list[float](), EMPTY: list[float]()} for part in (0.5, 0.95, 1.0)}
    for _ in range(runs):
        for way, path in ((OURS, PANEL), (EMPTY, NOTHING)):
            seen = await frames(stage, path)
            for part, values in rows.items():
                values[way].append(share(seen, part))
    labels = {0.5: "half of all frames, at most", 0.95: "95 of 100, at most", 1.0: "the longest"}
    return Measured(
        name="panel_frames",
        title="Zooming and scrolling the panel",
        unit="ms",
        proves=(
            f"How long each frame takes while somebody zooms into the time lines of {len(stage.slugs)} speakers over "
            "thirty days, moves them sideways and scrolls: 16.7 ms is what a screen asks for."
        ),
        fooled_by=(
            "A page that draws nothing has short frames: the lanes are waited for and hold more than their ground. "
            "The same moves in an empty page of the same Home Assistant show what frontend and machine take; Chromium "
            "draws without a graphics card here."
        ),
        rows=tuple(Row(label=labels[part], size=part, runs=values) for part, values in rows.items()),
        bars=(Bar(says="95 of 100 frames, in ms", value=median(rows[0.95][OURS]), limit=50),),
        plot=False,
    )
