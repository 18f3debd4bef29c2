"""The demo, run as a user runs it, and the checks it stands on."""

from argparse import Namespace
import asyncio
from contextlib import AsyncExitStack
import os
from pathlib import Path
import re
import signal
import sys

import pytest

from virtual_home import demo
from virtual_home.checks import Delay, Outcome, Step, UnmetError, expect, hold, perform, spell
from virtual_home.permissions import Permissions
from virtual_home.report import conclude
from virtual_home.screen import Screen
from virtual_home.truth import Interval
from virtual_home.waits import Waits

ROOT = Path(__file__).resolve().parents[2]
STEPS = (
    "Everybody leaves",
    "A hand turns a plug on",
    "Anna comes home",
    "Lockdown",
    "Night begins",
    "One plug was deaf",
    "10 s of listening",
    "A muted speaker is moved and heard",
    "Home Assistant dies as night falls",
    "It dies while one may listen",
    "Home Assistant's log",
)


def heed_interrupts() -> None:
    """Let a process be interrupted: one begun by a shell's background job has inherited that it ignores that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def begin(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "virtual_home.demo",
        *arguments,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
        preexec_fn=heed_interrupts,
    )


# Two minutes at most, and what Home Assistant takes to start on a busy machine.
@pytest.mark.timeout(600)
async def test_the_demo_guards_its_home_through_every_step() -> None:
    # How fast is the demo's own question; a test machine has other work to do.
    process = await begin("--patience", "10")
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    held = re.findall(r"^✔ +(\d+)  (.+)$", printed, re.MULTILINE)
    assert [int(number) for number, _ in held] == list(range(1, len(STEPS) + 1)), printed
    assert all(line.startswith(title) for (_, line), title in zip(held, STEPS, strict=True)), printed
    assert "✘" not in printed
    # A careless automation is caught out by each fault, or there is nothing to compare with.
    assert len(re.findall(r"off after \S+ \S+ .+ stayed on for \S+ s$", printed, re.MULTILINE)) == 3, printed
    assert re.search(r"^  Kitchen +[\d.]+ s +[\d.]+ s", printed, re.MULTILINE), printed
    assert f"All {len(STEPS)} steps held" in printed


@pytest.mark.parametrize("which", [("--stay", "--no-story"), ("--try",)], ids=" ".join)
async def test_a_home_that_stays_says_where_it_is_obeys_and_ends(which: tuple[str, ...]) -> None:
    process = await begin(*which)
    assert process.stdin is not None
    process.stdin.write(b"status\nquit\n")
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    assert re.search(r"Home Assistant +http://127.0.0.1:\d+ +\(user owner, password", printed), printed
    assert re.search(r"^kitchen +plug live, 1.7 W +hears", printed, re.MULTILINE), printed
    assert "steps held" not in printed


async def test_an_interrupted_demo_leaves_nothing_and_says_nothing_more() -> None:
    process = await begin()
    assert process.stdout is not None
    await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 130
    assert "Traceback" not in printed, printed


async def fails() -> str:
    raise UnmetError("off", "on")


async def times_out() -> str:
    raise TimeoutError("nobody answered")


async def holds() -> str:
    return "off after 1 ms"


async def test_a_step_that_is_not_as_expected_is_an_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [await perform(Step("A step", "≤ 1 s", "word", act)) for act in (holds, fails, times_out)]
    assert [outcome.held for outcome in outcomes] == [True, False, False]
    for number, outcome in enumerate(outcomes, 1):
        Screen().outcome(number, outcome)
    assert not conclude(Screen(), outcomes, 3.0)
    printed = capsys.readouterr().out
    assert "✔  1  A step" in printed
    assert "✘  2  A step" in printed
    assert "expected: off\n      seen:     on" in printed
    assert "nobody answered" in printed
    assert "FAILED: steps 2, 3 of 3" in printed


async def test_what_the_demo_itself_does_wrong_is_no_outcome() -> None:
    async def mistaken() -> str:
        raise KeyError("kitchen")

    with pytest.raises(KeyError):
        await perform(Step("A step", "≤ 1 s", "word", mistaken))


def test_all_steps_held_is_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    step = Step("A step", "≤ 1 s", "word", holds)
    assert conclude(Screen(), [Outcome(step, 0.0, 1.0, "fine")], 1.0)
    assert "All 1 steps held" in capsys.readouterr().out


@pytest.mark.parametrize("held", [True, False])
async def test_a_step_that_fails_makes_the_demo_exit_with_1(monkeypatch: pytest.MonkeyPatch, *, held: bool) -> None:
    class Home(AsyncExitStack):
        start_seconds = 0.0

    class Stage:
        def __init__(self, _home: object) -> None: ...
        async def furnish(self) -> None: ...

    async def play(*_: object, stays: bool, patience: float) -> bool:
        assert (stays, patience) == (False, 1.0)
        return held

    for name, stand_in in (("VirtualHome", lambda **_: Home()), ("Stage", Stage), ("play", play)):
        monkeypatch.setattr(demo, name, stand_in)
    assert await demo.main(Namespace(stay=False, no_story=False, patience=1.0, untouched=False)) == (0 if held else 1)


def test_a_delay_is_held_to_its_bar_less_what_the_machine_took() -> None:
    Delay(0.004, 0.050).hold(0.050, "OFF")
    Delay(0.030, 0.080, waited=0.030).hold(0.050, "OFF")
    with pytest.raises(UnmetError) as unmet:
        Delay(0.004, 0.081, waited=0.030).hold(0.050, "OFF at the last plug")
    assert unmet.value.expected == "OFF at the last plug within 50 ms"
    assert unmet.value.seen == "first off after 4 ms, last 81 ms (busy 30 ms)"
    hold(1.0, 1.0, "off")
    with pytest.raises(UnmetError):
        hold(1.001, 1.0, "off")


async def test_what_does_not_come_in_time_is_told_with_what_there_is() -> None:
    await expect("it", lambda: True, within=0.0, seen=lambda: "")
    with pytest.raises(UnmetError) as unmet:
        await expect("5 plugs off", lambda: False, within=0.05, seen=lambda: "on: kitchen")
    assert (unmet.value.expected, unmet.value.seen) == ("5 plugs off within 50 ms", "on: kitchen")


def test_permissions_are_the_authors_own() -> None:
    permissions = Permissions()
    permissions.deny(["kitchen"], 1.0)
    permissions.allow(["kitchen", "office"], 2.0)
    permissions.allow(["kitchen"], 3.0)
    permissions.deny(["kitchen"], 5.0)
    permissions.allow(["kitchen"], 7.0)
    assert permissions.of("kitchen", 9.0) == [Interval(2.0, 5.0), Interval(7.0, 9.0)]
    assert permissions.of("office", 9.0) == [Interval(2.0, 9.0)]
    assert permissions.of("attic", 9.0) == []


async def test_waits_are_told_between_two_moments() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    with Waits(lambda: loop.time() - began) as waits:
        await asyncio.sleep(1.5)
    assert 0.5 < waits.between(began + 0.1, began + 1.4) <= 1.3
    assert waits.between(began + 0.4, began + 0.1) == 0.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0041, "4 ms"), (0.9, "900 ms"), (1.0, "1 s"), (1.25, "1.2 s"), (5.0, "5 s"), (33.4, "33 s")],
)
def test_times_are_spelled_for_people(seconds: float, text: str) -> None:
    assert spell(seconds) == text
