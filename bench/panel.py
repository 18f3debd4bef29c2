"""The panel of a large home after a month, in Chromium: scripting, frames, memory, size."""

import asyncio
import gzip
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.async_api import CDPSession

from .measured import Bar, Measured, Row
from .month import RECORDS
from .panel_frames import moved
from .panel_home import NOTHING, PANEL, Stage, staged
from .panel_memory import WARM, kept

SPEAKERS: Final = 20
RUNS: Final = 5
FILES: Final = Path(__file__).resolve().parent.parent / "custom_components/earlid/www"
OURS: Final = "the panel"
EMPTY: Final = "floor: an empty page"
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


async def measure(short: bool) -> tuple[Measured, ...]:
    """Return what opening, moving and keeping the panel open takes, and what it weighs."""
    speakers, records, runs, updates = (1, 500, 1, 2) if short else (SPEAKERS, RECORDS, RUNS, WARM)
    async with staged(speakers, records) as stage:
        return (await painted(stage, runs), await moved(stage, runs), await kept(stage, runs, updates), weighed())


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
    """Return how long the page's main thread ran scripts, in s, until what we wait for was painted.

    By the thread's own clock: while another process has the processor it stands still. What took a microsecond does
    not tell it, and counts for nothing.
    """
    [mark] = [one for one in events if one["name"] == "painted" and one["ph"] in "RIi"][:1]
    spans = sorted(
        (one["tts"], one["tts"] + one["tdur"])
        for one in events
        if one["name"] in SCRIPTING and "tdur" in one and (one["pid"], one["tid"]) == (mark["pid"], mark["tid"])
    )
    total, until = 0.0, 0.0
    for start, end in spans:
        # One lies within another where a script calls the next.
        total += max(0.0, min(end, mark["tts"]) - max(start, until)) if start < mark["tts"] else 0.0
        until = max(until, end)
    return total / 1e6


async def first_paint(stage: Stage, path: str) -> float:
    """Return the seconds of scripting that a page takes until it is painted, from typing in its address."""
    view = await stage.people.look(stage.home.owner)
    session = await view.page.context.new_cdp_session(view.page)
    await session.send(
        "Tracing.start",
        {"traceConfig": {"includedCategories": ["devtools.timeline", "v8", "blink.user_timing"]}},
    )
    await view.go(path)
    await stage.drawn(view, path)
    await view.page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.mark('painted')))))"
    )
    took = scripting(await traced(session))
    await view.page.close()
    return took


async def painted(stage: Stage, runs: int) -> Measured:
    """Return the scripting of the panel and of an empty page, in turn; the first of each only fills caches."""
    took: dict[str, list[float]] = {OURS: [], EMPTY: []}
    for _ in range(runs + 1):
        for way, path in ((OURS, PANEL), (EMPTY, NOTHING)):
            took[way].append(await first_paint(stage, path))
    took = {way: values[1:] for way, values in took.items()}
    own = median(ours - none for ours, none in zip(took[OURS], took[EMPTY], strict=True))
    return Measured(
        name="panel_paint",
        title="Opening the panel",
        unit="s of scripting",
        proves=(
            f"How long scripts run in the page until the panel is painted with all {len(stage.slugs)} speakers and "
            "their time lines, after a month of records, from typing in its address."
        ),
        fooled_by=(
            "A page may be painted before it shows anything: every tile and every lane with more than its ground in it "
            "is waited for. Most of the time is Home Assistant's own frontend, so an empty page of it is opened in "
            "turn; the bar is for what the panel takes beyond. The time is the processor's. The first "
            "time of each fills caches and does not count."
        ),
        rows=(Row(label=f"{len(stage.slugs)} speakers", size=len(stage.slugs), runs=took),),
        bars=(Bar(says="beyond the empty page, in s", value=own, limit=1),),
        plot=False,
    )


def weighed() -> Measured:
    """Return what the files weigh on their way to the browser."""
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) / 1000 for path in sorted(FILES.glob("*.js"))}
    rows = [Row(label=name, size=size, runs={"gzipped": [size]}) for name, size in sizes.items()]
    return Measured(
        name="panel_size",
        title="What the panel and the card weigh",
        unit="kB",
        proves="What a browser loads at most, once: all files together.",
        fooled_by="Files that are loaded later count too, whether anybody opens what they are for or not.",
        rows=tuple(rows),
        bars=(Bar(says="all files, gzipped, in kB", value=sum(sizes.values()), limit=80),),
        plot=False,
    )
