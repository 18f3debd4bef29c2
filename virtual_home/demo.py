"""`python -m virtual_home.demo`: a guarded home, from nobody home to lockdown, each step measured at the plugs."""

import argparse
import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
import signal
import sys
import time
from typing import Any

from .__main__ import HELP, introduce, stay
from .checks import WRONG, Outcome, perform
from .home import ROOMS, VirtualHome
from .report import compare, conclude, expose
from .screen import Screen
from .stage import BOOT, Stage, yardstick_configuration
from .story import Story
from .untouched import INTRODUCTION as UNTOUCHED, arrange, untouched

INTRODUCTION = (
    "Earlid guards five speakers, each by the smart plug that powers it. Home Assistant and the MQTT broker are real, "
    "plugs and speakers are simulated. Two rules mute them: nobody home, and night. Two more speakers hang on "
    "automations of Home Assistant's own, for comparison."
)
LEGEND = (
    "Each line: what happens, what was measured at the plugs from that moment on, and the most it may take. (busy): so "
    "much of it this machine ran something else, which is not counted."
)


async def play(screen: Screen, stage: Stage, *, stays: bool, patience: float) -> bool:
    """Play the story and print what it adds up to; returns whether every step held.

    `stays`: somebody will look around in the home afterwards.
    """
    screen.paragraph(INTRODUCTION, first="\n")
    screen.paragraph(LEGEND)
    screen.say()
    began = time.monotonic()
    async with stage.open():
        story = Story(stage, patience)
        outcomes: list[Outcome] = []
        for number, step in enumerate(story.steps, 1):
            if step.act == story.killed_across_a_boundary:
                with screen.busy("waiting for the careful automation's next minute"):
                    await story.next_minute()
            with screen.playing(number, step):
                outcome = await perform(step)
            screen.outcome(number, outcome)
            outcomes.append(outcome)
        ended = time.monotonic()
        story.rivals.end(ended)
        if stays:
            with screen.busy("leaving the home with everybody in and nothing muted"):
                await story.end_well()
    compare(screen, story)
    expose(screen, stage, outcomes, ended)
    held = conclude(screen, outcomes, ended - began)
    if not held:
        screen.say("\n".join(stage.home.ha.complaints("earlid")[-20:]))
    return held


async def wait_for_a_first_time(screen: Screen) -> None:
    """Bring up a home in which Earlid is not set up, and leave it to whoever wants to."""
    home = untouched()
    async with AsyncExitStack() as open_until_the_end:
        with screen.busy("starting Mosquitto and Home Assistant"):
            await open_until_the_end.enter_async_context(home)
            await arrange(home)
        screen.say(f"\n{UNTOUCHED}\n\n{introduce(home)}\n\n{HELP}")
        await stay(home)


async def main(options: argparse.Namespace) -> int:
    """Bring up the home, tell the story, and stay if asked to; returns 1 if a step did not hold."""
    screen, held = Screen(), True
    if options.untouched:
        await wait_for_a_first_time(screen)
        return 0
    home = VirtualHome(plugs=len(ROOMS), boot=BOOT, twins=True, earlid=True, configuration=yardstick_configuration())
    async with AsyncExitStack() as open_until_the_end:
        with screen.busy("starting Mosquitto and Home Assistant"):
            await open_until_the_end.enter_async_context(home)
        stage = Stage(home)
        with screen.busy("guarding five speakers through Earlid's dialogs, adding the rules"):
            await stage.furnish()
        screen.say(f"The home is up after {home.start_seconds:.0f} s.")
        if not options.no_story:
            held = await play(screen, stage, stays=options.stay, patience=options.patience)
        if options.stay:
            screen.say(f"\n{introduce(home)}\n\n{HELP}")
            await stay(home)
    return 0 if held else 1


def run() -> int:
    """Return the exit status; an interrupted demo ends what it started and says no more."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--try", action="store_true", dest="untouched", help="only a home to set Earlid up in yourself")
    parser.add_argument("--stay", action="store_true", help="leave the home running afterwards and obey what is typed")
    parser.add_argument("--no-story", action="store_true", help="with --stay: only the home, at once")
    parser.add_argument("--patience", type=float, default=1.0, help="multiplies the tightest bars, on a busy machine")
    options = parser.parse_args()
    if options.no_story and not options.stay:
        parser.error("--no-story leaves nothing to do without --stay")
    try:
        return asyncio.run(_ended_by_sigterm(main(options)))
    except KeyboardInterrupt, asyncio.CancelledError:
        return 130
    except (*WRONG, FileNotFoundError) as wrong:
        print(f"\nThe demo cannot go on: {wrong}", file=sys.stderr)
        return 1


async def _ended_by_sigterm(work: Coroutine[Any, Any, int]) -> int:
    """Return what `work` does; SIGTERM would leave the home's temporary directory behind, so it cancels instead."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


if __name__ == "__main__":
    sys.exit(run())
