"""The page of all measurements, out of the numbers that were kept: the same numbers give the same page."""

from collections.abc import Sequence
import json
from math import floor, log10
from pathlib import Path
import re
from statistics import median
from typing import Any, Final

# What docs/benchmarks.md is made of.
DATA: Final = Path(__file__).resolve().parent.parent / "docs/benchmarks.json"
# More ways than these have no room for their ratios beside them.
RATIOS: Final = 4

HEAD: Final = """# Measured

What Earlid costs and how fast it is, each beside a floor (what the machine and Home Assistant cannot beat) or a peer
(what a household would use instead) that was measured in the same run. Each cell is the median of the runs, with the
least and the most; a ratio is the median of the runs' own ratios, so that a machine that is busy for a while changes
both of what is compared. A bar is what a measurement is held to.

`scripts/bench` takes all of it anew, `scripts/bench NAME` one, and `--write` puts it here; `--help` tells the names.
All runs as they were are in [benchmarks.json](benchmarks.json).
"""


def merged(
    known: Sequence[dict[str, Any]], taken: Sequence[dict[str, Any]], order: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what is known with what was taken now in the place of what the same modules gave before."""
    anew = {one["from"] for one in taken}
    kept = [one for one in known if one["from"] not in anew and one["from"] in order]
    return sorted([*kept, *taken], key=lambda one: order.index(one["from"]))


def rounded(value: Any) -> Any:
    """Return the same with numbers of six digits: more would be noise, and a change in every line."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return value


def written(taken: Sequence[dict[str, Any]]) -> str:
    """Return the kept numbers as a file, the runs of one way on a line."""
    text = json.dumps(taken, indent=1, ensure_ascii=False)
    return re.sub(r"\[[\s\d.,e+-]+\]", lambda found: re.sub(r"\s+", " ", found[0]), text) + "\n"


def page(taken: Sequence[dict[str, Any]]) -> str:
    """Return the whole page."""
    lines = ["| | bars met |", "|---|---|"]
    for one in taken:
        met = sum(bar["met"] for bar in one["bars"])
        lines.append(f"| [{one['title']}](#{_anchor(one['title'])}) | {met} of {len(one['bars'])} |")
    return f"{HEAD}\n{'\n'.join(lines)}\n\n{sections(taken, plots=True)}"


def sections(taken: Sequence[dict[str, Any]], *, plots: bool = False) -> str:
    """Return what was measured, a section each."""
    return "\n".join(_section(one, plots=plots) for one in taken)


def _section(one: dict[str, Any], *, plots: bool) -> str:
    under = one["conditions"]
    parts = [f"## {one['title']}", one["proves"], f"**What would fool it.** {one['fooled_by']}", _table(one)]
    if one["bars"]:
        parts.append("\n".join(map(_bar, one["bars"])))
    if plots and plotted(one):
        parts.append(f"![{one['title']}, in {one['unit']}](benchmarks/{one['name']}.svg)")
    if one["notes"]:
        parts.append(one["notes"])
    parts.append(
        f"<sub>`scripts/bench {one['from']}`{' --short' if one['short'] else ''}, {under['date']}: {under['machine']}; "
        f"Python {under['python']}, Home Assistant {under['home_assistant']}, {under['broker']}; "
        f"load before {under['load']}.</sub>"
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def plotted(one: dict[str, Any]) -> bool:
    """Return whether it has a plot."""
    return bool(one["plot"] and len({row["size"] for row in one["rows"]}) > 1)


def _table(one: dict[str, Any]) -> str:
    ways = list(dict.fromkeys(way for row in one["rows"] for way in row["runs"]))
    # What did another work has no ratio to ours.
    same = {way for row in one["rows"] for way in row["work"]} or set(ways)
    peers = [way for way in ways[1:] if way in same] if len(ways) <= RATIOS else []
    runs = max((len(values) for row in one["rows"] for values in row["runs"].values()), default=0)
    head = [f"{one['unit']}, {runs} run{'s' * (runs != 1)}", *ways, *(f"{ways[0]} ÷ {peer}" for peer in peers)]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for row in one["rows"]:
        ratios = (_ratio(row["runs"], ways[0], peer) for peer in peers)
        lines.append([row["label"], *(_spread(row["runs"].get(way, [])) for way in ways), *ratios])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _spread(values: list[float]) -> str:
    if not values:
        return "—"
    if min(values) == max(values):
        return shown(values[0])
    return f"{shown(median(values))} ({shown(min(values))} to {shown(max(values))})"


def _ratio(runs: dict[str, list[float]], of: str, to: str) -> str:
    if of not in runs or to not in runs or not all(runs[to]):
        return "—"
    return shown(median(one / other for one, other in zip(runs[of], runs[to], strict=True)))


def _bar(bar: dict[str, Any]) -> str:
    limit = f" ({'at most' if bar['at_most'] else 'at least'} {shown(bar['limit'])})"
    # Some say it themselves, since of what it is a part needs words.
    asked = "" if re.search(r"\bat (most|least) \d", bar["says"]) else limit
    return f"- {'✅ met' if bar['met'] else '❌ **missed**'}: {bar['says']}: **{shown(bar['value'])}**{asked}"


def shown(value: float) -> str:
    """Return a number with three digits that count."""
    if value == 0:
        return "0"
    places = 2 - floor(log10(abs(value)))
    text = f"{round(value, places):,.{max(0, places)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _anchor(title: str) -> str:
    """Return where GitHub puts the heading."""
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")
