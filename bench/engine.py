"""What one look at a speaker takes the engine, by how many rules there are."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from math import log
from statistics import fmean, median
from time import thread_time
from typing import Any, Final
from zoneinfo import ZoneInfo

from custom_components.earlid.engine.enforcement import Step, step
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.memory import Memory
from custom_components.earlid.engine.model import (
    Because,
    Command,
    Decision,
    Effect,
    Hold,
    Holds,
    Meter,
    Readings,
    Report,
    Speaker,
    Vote,
    Witness,
)
from custom_components.earlid.engine.policy import Facts, decide, next_change
from custom_components.earlid.engine.rules import Rule, Said, Standing, Told, stand
from custom_components.earlid.engine.windows import Window, instant

from .measured import Bar, Measured, Row

RULES: Final = (1, 2, 5, 10, 20, 50, 100, 200)
WINDOWS: Final = (1, 5, 20, 50, 100, 200, 500)
RUNS: Final = 9
# What one call takes is far below what a clock tells: as many are timed at once as take about this long.
AT_ONCE: Final = 0.02
# Below so many, what a call takes at all hides how it grows.
GROWS_FROM: Final = 20
NOW: Final = datetime(2026, 11, 20, 20, tzinfo=UTC)
LOOKED: Final = "floor: one look at each rule"
STOOD: Final = "as they stood"
ANEW: Final = "anew"
CONVERTED: Final = "floor: one time of day of each, as a moment"
HOUR: Final = timedelta(hours=1)
ZONE: Final = ZoneInfo("Europe/Berlin")
SPEAKER: Final = Speaker(slug="kitchen", name="Kitchen")
HOLDS: Final = Holds(
    mute=Hold(effect=Effect.MUTE, at=NOW, until=NOW + HOUR), listen=Hold(effect=Effect.LISTEN, at=NOW, until=NOW + HOUR)
)


def measure(short: bool) -> tuple[Measured, Measured]:
    """Return what deciding and stepping take by rules, and finding the next boundary by windows."""
    runs = 2 if short else RUNS
    at_once = AT_ONCE / 20 if short else AT_ONCE
    return (
        _deciding(RULES[-3:-1] if short else RULES, runs, at_once),
        _boundaries(WINDOWS[2:4] if short else WINDOWS, runs, at_once),
    )


type _Ways = dict[str, Callable[[], Any]]


def timed(sizes: dict[int, _Ways], runs: int, at_once: float) -> dict[int, dict[str, list[float]]]:
    """Return how long one call of each way took in each run, by size, in µs; sizes and ways take turns.

    It is the processor's time: what else the machine does meanwhile is not in it.
    """
    times = {
        (size, way): max(1, round(at_once / (_timed(call, 1) or at_once)))
        for size, ways in sizes.items()
        for way, call in ways.items()
    }
    took: dict[int, dict[str, list[float]]] = {size: {way: [] for way in ways} for size, ways in sizes.items()}
    for _ in range(runs):
        for size, ways in sizes.items():
            for way, call in ways.items():
                count = times[size, way]
                took[size][way].append(_timed(call, count) / count * 1e6)
    return took


def _timed(call: Callable[[], Any], times: int) -> float:
    started = thread_time()
    for _ in range(times):
        call()
    return thread_time() - started


def growth(rows: tuple[Row, ...], way: str) -> float:
    """Return the power of the size that the times grow with: 1 is linear; the median over the runs."""
    large = [row for row in rows if row.size >= GROWS_FROM]
    return median(
        _slope([log(row.size) for row in large], [log(row.runs[way][run]) for row in large])
        for run in range(len(rows[0].runs[way]))
    )


def _slope(x: list[float], y: list[float]) -> float:
    middle_x, middle_y = fmean(x), fmean(y)
    up = sum((one - middle_x) * (other - middle_y) for one, other in zip(x, y, strict=True))
    return up / sum((one - middle_x) ** 2 for one in x)


def _rows(took: dict[int, dict[str, list[float]]], work: dict[int, dict[str, int]], what: str) -> tuple[Row, ...]:
    return tuple(
        Row(label=f"{size} {what}{'s' * (size != 1)}", size=size, runs=runs, work=work[size])
        for size, runs in took.items()
    )


def _effect(number: int) -> Effect:
    return Effect.MUTE if number % 2 else Effect.LISTEN


def _in_force(number: int) -> Standing:
    rule = Rule(slug=f"rule-{number}", name=f"Rule {number}", effect=_effect(number), source=Told("schedule.one"))
    return Standing(rule, in_force=True, known=True, vote=Vote(Because.RULE, rule.effect, rule.slug, rule.name))


def _bare(standings: tuple[Standing, ...]) -> int:
    """Look at each rule once, with one comparison: whoever weighs rules does at least this."""
    count = 0
    for standing in standings:
        if standing.in_force:
            count += 1
    return count


def _decided(standings: tuple[Standing, ...]) -> Decision:
    """Decide with everything that can have a voice: all rules in force, and two holds that have not ended."""
    return decide(Facts(speaker=SPEAKER, standings=standings, holds=HOLDS), NOW)


def _seen(*, on: bool) -> Readings:
    """Return readings of everything that can tell of a speaker."""
    before = NOW - HOUR
    shown = Report(value=on, changed_at=before, reported_at=NOW, available_since=before)
    return Readings(
        relay=shown,
        meter=Meter(watts=3.0 if on else 0.0, reported_at=NOW),
        witnesses=(Witness(entity_id="device_tracker.kitchen", alive=shown),),
        started_at=before,
    )


def _stepped(decision: Decision, readings: Readings, memory: Memory) -> Step:
    return step(SPEAKER, decision, readings, memory, NOW, terms=Terms(wanted=decision.may_listen))


def _deciding(sizes: tuple[int, ...], runs: int, at_once: float) -> Measured:
    ways: dict[int, _Ways] = {}
    work: dict[int, dict[str, int]] = {}
    for size in sizes:
        standings = tuple(_in_force(number) for number in range(size))
        muted = _decided(standings)
        off, on = _seen(on=False), _seen(on=True)
        settled = _stepped(muted, off, _stepped(muted, off, Memory()).memory).memory
        if _stepped(muted, off, settled).order is not None or _stepped(muted, on, settled).command is not Command.OFF:
            raise ValueError("a speaker that is off is sent something, or one that is on is not sent off")
        ways[size] = {
            "decide": partial(_decided, standings),
            LOOKED: partial(_bare, standings),
            "step, all as it was": partial(_stepped, muted, off, settled),
            "step that sends OFF": partial(_stepped, muted, on, settled),
        }
        # The winner and all who lost, but for the two holds and the posture.
        work[size] = {"decide": 1 + len(muted.lost) - 3, LOOKED: _bare(standings)}
    rows = _rows(timed(ways, runs, at_once), work, "rule")
    near = min(rows, key=lambda row: abs(row.size - 50))
    return Measured(
        name="engine_decide",
        title="Deciding for one speaker",
        unit="µs",
        proves=(
            "What one look at one speaker takes before anything is sent: `decide` weighs holds, rules and posture, and "
            "keeps every voice that lost; `step` turns decision and readings into what is sent, believed and recorded."
        ),
        fooled_by=(
            "Rules that are not in force cost least, so all are, half of them on either side, with two holds above "
            "them. A step that has nothing to do would be too fast: the other one finds a relay that came on, and "
            "sends OFF. The floor looks at each rule once and does nothing with it; it tells this machine from others. "
            "Times are the processor's, so that what else runs is not in them. "
            "Reading states and finding where each rule stands are no part of it: the mute wave has all."
        ),
        rows=rows,
        bars=(
            Bar(says=f"`decide` with {near.label}, in µs", value=median(near.runs["decide"]), limit=20),
            Bar(says="growth of `decide` with rules, as a power: 1 is linear", value=growth(rows, "decide"), limit=1.1),
        ),
        logarithmic=True,
    )


def _weekly(number: int) -> Rule:
    """Return a rule that mutes each day, from and to times that no other has."""
    start, end = number * 37 % (24 * 60), (number * 37 + 180) % (24 * 60)
    begins, ends = time(start // 60, start % 60), time(end // 60, end % 60, 30)
    window = Window(frozenset(range(7)), begins, ends, Effect.MUTE, ZONE)
    return Rule(slug=f"rule-{number}", name=f"Rule {number}", effect=Effect.MUTE, source=window)


def _anew(rules: list[Rule], said: Said) -> tuple[Standing, ...]:
    return tuple(stand(rule, said, NOW) for rule in rules)


def _found(rules: list[Rule], said: Said) -> datetime | None:
    return next_change(Effect.MUTE, _anew(rules, said), NOW)


def _kept(rules: list[Rule], said: Said, before: tuple[Standing, ...]) -> datetime | None:
    """Find the next boundary as at every look but the first of a day: the windows stand as they stood."""
    standings = tuple(stand(rule, said, NOW, previous=standing) for rule, standing in zip(rules, before, strict=True))
    return next_change(Effect.MUTE, standings, NOW)


def _converted(rules: list[Rule]) -> datetime:
    """Turn one time of day of each into a moment, and take the first: whoever knows a next boundary does this."""
    windows = (rule.source for rule in rules if isinstance(rule.source, Window))
    return min(instant(NOW.date(), window.start, ZONE, later=False) for window in windows)


def _boundaries(sizes: tuple[int, ...], runs: int, at_once: float) -> Measured:
    said = Said(facts={}, trust_for=HOUR)
    ways: dict[int, _Ways] = {}
    work: dict[int, dict[str, int]] = {}
    for size in sizes:
        rules = [_weekly(number) for number in range(size)]
        standings = _anew(rules, said)
        ways[size] = {
            STOOD: partial(_kept, rules, said, standings),
            ANEW: partial(_found, rules, said),
            CONVERTED: partial(_converted, rules),
        }
        work[size] = {STOOD: len(standings), ANEW: len(_anew(rules, said)), CONVERTED: len(rules)}
        if not all(standing.flips for standing in standings):
            raise ValueError("a window that has no boundary costs nothing")
    rows = _rows(timed(ways, runs, at_once), work, "window")
    return Measured(
        name="engine_boundary",
        title="The next boundary of many windows",
        unit="µs",
        proves=(
            "What it takes to know when a decision will next change by time alone. Windows are computed *anew* once a "
            "day and after each of their own boundaries, for the eight days ahead; all other looks find them as they "
            "stood, and go over the boundaries of all."
        ),
        fooled_by=(
            "Windows that share their times have few boundaries, and a decision that soon flips ends the search: "
            "here each begins and ends on every day at times that no other has, and all of them mute a speaker that "
            "may not listen without them either, so that nothing ever flips and the search goes over all there is."
        ),
        rows=rows,
        bars=tuple(
            Bar(says=f"growth with windows {way}, as a power: 1 is linear", value=growth(rows, way), limit=1.1)
            for way in (STOOD, ANEW)
        ),
        logarithmic=True,
    )
