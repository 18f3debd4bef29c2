"""The panel of a large home after a month, in Chromium; prints JSON.

Run it as `python -m bench.panel` after `source scripts/env`. It takes some three minutes. Each number stands
beside that of an empty page of the same Home Assistant in the same run: what the frontend and this machine take.
"""

import asyncio
from collections.abc import Iterable
import gzip
import json
from math import ceil
from pathlib import Path
from statistics import median
import sys
from typing import Any, Final

from playwright.async_api import CDPSession, Page

from virtual_home import VirtualHome
from virtual_home.browser import Looks, People, View
from virtual_home.home import room_names
from virtual_home.network import slugify

from .month import DAYS, FILE, RECORDS, write_month
from .panel_memory import DRAWN, SPEAKERS, UPDATES, memory

RUNS: Final = 5
FILES: Final = Path(__file__).resolve().parent.parent / "custom_components/earlid/www"

EMPTY: Final = "customElements.define('empty-panel', class extends HTMLElement { connectedCallback() { %s } });"
# What Chromium's own developer tools call scripting.
SCRIPTING: Final = {
    "EvaluateScript",
    "FunctionCall",
    "FireAnimationFrame",
    "TimerFire",
    "EventDispatch",
    "RunMicrotasks",
    "v8.compile",
    "v8.compileModule",
    "v8.evaluateModule",
    "v8.callFunction",
    "XHRReadyStateChange",
}
FRAMES: Final = """() => {
  const frames = window.frames_seen = [];
  let last;
  const each = (at) => { if (last) frames.push(at - last); last = at; window.watching && requestAnimationFrame(each); };
  window.watching = true;
  requestAnimationFrame(each);
}"""


async def furnish(home: VirtualHome, rooms: list[str]) -> None:
    """Guard all rooms, give the home its past and the empty page, and start it again."""
    for room in rooms:
        await home.guard(slugify(room), habits={"rest": 0, "boot": 1})
    people = [person.entity_id for person in home.persons.values()]
    await home.rule("presence", "Nobody home", "mute", entities=people, quantifier="none")
    await home.rule("schedule", "Night", "mute", **{"from": "22:00:00", "to": "07:00:00"})
    await home.ha.stop()
    for beside in (home.ha.directory / ".storage").glob(f"{FILE}-*"):
        beside.unlink()
    write_month(home.ha.directory / ".storage" / FILE, [slugify(room) for room in rooms])
    files = home.ha.directory / "www"
    files.mkdir()
    (files / "empty-panel.js").write_text(EMPTY % "requestAnimationFrame(() => { window.drawn = true; });")
    await home.ha.start()
    await home.wait_until_ready()


async def traced(session: CDPSession) -> list[dict[str, Any]]:
    """End a trace and return what it holds."""
    events: list[dict[str, Any]] = []
    done = asyncio.Event()
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: done.set())
    await session.send("Tracing.end")
    await done.wait()
    return events


def scripting(events: list[dict[str, Any]]) -> float:
    """Return how long the page's main thread ran scripts, in s, until what we wait for was painted."""
    [mark] = [one for one in events if one["name"] == "painted" and one["ph"] in "RIi"][:1]
    spans = sorted(
        (one["ts"], one["ts"] + one.get("dur", 0))
        for one in events
        if one["name"] in SCRIPTING and one["ph"] == "X" and (one["pid"], one["tid"]) == (mark["pid"], mark["tid"])
    )
    total, until = 0.0, 0.0
    for start, end in spans:
        # One lies within another where a script calls the next.
        total += max(0.0, min(end, mark["ts"]) - max(start, until)) if start < mark["ts"] else 0.0
        until = max(until, end)
    return total / 1e6


async def first_paint(people: People, home: VirtualHome, path: str) -> float:
    """Return the seconds of scripting that a page takes until it is painted, from typing in its address."""
    view = await people.look(home.owner)
    session = await view.page.context.new_cdp_session(view.page)
    await session.send(
        "Tracing.start",
        {"traceConfig": {"includedCategories": ["devtools.timeline", "v8", "blink.user_timing"]}},
    )
    await view.go(path)
    await view.page.wait_for_function(DRAWN[path], polling=50)
    await view.page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.mark('painted')))))"
    )
    took = scripting(await traced(session))
    await view.page.close()
    return took


async def paints(people: People, home: VirtualHome) -> dict[str, Any]:
    """Return the scripting of the panel and of an empty page, in turn; the first of each only fills caches."""
    runs = [[await first_paint(people, home, path) for path in ("/empty", "/earlid")] for _ in range(RUNS + 1)]
    own = [ours - empty for empty, ours in runs[1:]]
    return {
        "panel_s": round(median(ours for _, ours in runs[1:]), 3),
        "empty_page_s": round(median(empty for empty, _ in runs[1:]), 3),
        "own_s": round(median(own), 3),
        "runs_own_s": [round(one, 3) for one in own],
        "bar": "own <= 1 s",
    }


async def opened(people: People, home: VirtualHome, path: str) -> View:
    """Return a page once it is painted."""
    view = await people.look(home.owner, path)
    await view.page.wait_for_function(DRAWN[path], polling=50)
    await asyncio.sleep(1)
    return view


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


async def frames(people: People, home: VirtualHome, path: str) -> list[float]:
    """Return how long each frame took while somebody zoomed and scrolled, in ms."""
    view = await opened(people, home, path)
    page, (x, y) = view.page, (700.0, 450.0)
    if path == "/earlid":
        lanes = page.locator("earlid-panel earlid-timeline .lane")
        # All thirty days at once: the most there is to draw.
        await page.locator("earlid-panel earlid-timeline .bar .group").first.locator("button").last.click()
        await lanes.nth(2).scroll_into_view_if_needed()
        await asyncio.sleep(2)
        if box := await lanes.nth(2).bounding_box():
            x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2
    await page.evaluate(FRAMES)
    await zoom_and_scroll(page, x, y)
    seen: list[float] = await page.evaluate("() => { window.watching = false; return window.frames_seen; }")
    await page.close()
    return seen


def share(values: Iterable[float], part: float) -> float:
    """Return the value that this part of all stays below."""
    ordered = sorted(values)
    return round(ordered[ceil(part * len(ordered)) - 1], 1)


async def moves(people: People, home: VirtualHome) -> dict[str, Any]:
    """Return how long frames take in the panel and in an empty page."""
    ours, empty = await frames(people, home, "/earlid"), await frames(people, home, "/empty")
    return {
        "frames": len(ours),
        "p50_ms": share(ours, 0.5),
        "p95_ms": share(ours, 0.95),
        "longest_ms": share(ours, 1),
        "empty_page_p95_ms": share(empty, 0.95),
        "bar": "p95 <= 50 ms",
    }


def bundle() -> dict[str, Any]:
    """Return what the files weigh on their way to the browser."""
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in sorted(FILES.glob("*.js"))}
    return {"gzipped_kb": round(sum(sizes.values()) / 1000, 1), "files": sizes, "bar": "<= 80 kB"}


def passed(result: dict[str, Any]) -> dict[str, bool]:
    """Return which bars were met."""
    kept = result["memory"]
    return {
        "first_paint": result["first_paint"]["own_s"] <= 1,
        "frames": result["frames"]["p95_ms"] <= 50,  # noqa: PLR2004 (the bar)
        "memory": kept["updates"] >= UPDATES and kept["old_page_mb"] <= 1.05 * kept["new_page_mb"],
        "bundle": result["bundle"]["gzipped_kb"] <= 80,  # noqa: PLR2004
    }


async def main() -> int:
    """Measure all, print it; 1 when a bar was missed."""
    rooms = room_names(SPEAKERS)
    page = {"name": "empty-panel", "url_path": "empty", "sidebar_title": "Empty", "module_url": "/local/empty-panel.js"}
    async with VirtualHome(plugs=rooms, earlid=True, boot=0.5, configuration={"panel_custom": [page]}) as home:
        await furnish(home, rooms)
        async with People(home.ha.url) as people:
            result: dict[str, Any] = {
                "speakers": SPEAKERS,
                "days": DAYS,
                "records": RECORDS,
                "chromium": people.chromium.version,
                "window": Looks().size,
                "first_paint": await paints(people, home),
                "frames": await moves(people, home),
                "memory": await memory(people, home, [slugify(room) for room in rooms]),
                "bundle": bundle(),
            }
    result["passed"] = passed(result)
    print(json.dumps(result, indent=2))  # noqa: T201
    return 0 if all(result["passed"].values()) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
