"""What is said beside the numbers of the year."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from bench.measured import Row, ratio

from .causes import TWO, WAY, Verdict
from .lives import LEASED, Lived


def notes(lived: Sequence[Lived], total: Row, best: str, rivals: Sequence[str]) -> str:
    """Return how long single exposures with leases were, what the seconds are made of, and how few they could be."""
    leased = [verdict for one in lived if one.way == LEASED for verdict in one.verdicts]
    longest: dict[str, Verdict] = {}
    count: dict[str, int] = defaultdict(int)
    for verdict in leased:
        count[verdict.cause] += 1
        before = longest.get(verdict.cause)
        if before is None or verdict.exposure.seconds > before.exposure.seconds:
            longest[verdict.cause] = verdict
    lines = ["Each exposure of Earlid with leases is held to the bound of its case:", ""]
    lines += ["| cause | exposures | longest | its bound |", "|---|---:|---:|---:|"]
    for cause, one in sorted(longest.items(), key=lambda item: -count[item[0]]):
        bound = "none: no software helps" if one.bound is None else f"{one.bound:,.0f} s"
        lines.append(f"| {cause} | {count[cause]:,} | {one.exposure.seconds:,.1f} s | {bound} |")
    lines += ["", _shares(lived, leased, median(total.runs[best]), best)]
    against = ", ".join(f"{ratio(total, LEASED, way):.2g} of *{way}*" for way in rivals if all(total.runs[way]))
    lines += ["", f"In all, in the median home, that is {against}."]
    noticed = [after for one in lived if one.way == LEASED for after in one.noticed]
    if noticed:
        lines += ["", f"A welded contact behind a meter was a breach after {max(noticed):.0f} s at most."]
    return "\n".join(lines)


def _shares(lived: Sequence[Lived], leased: Sequence[Verdict], theirs: float, best: str) -> str:
    """Return what the seconds are made of, and how few they could be."""
    avoidable = [one for one in leased if not one.physical]
    total = sum(one.exposure.seconds for one in avoidable)
    under_way = sum(one.exposure.seconds for one in avoidable if one.exposure.seconds <= WAY)
    unseen = sum(one.exposure.seconds for one in avoidable if one.cause == TWO)
    years = len({one.seed for one in lived})
    ours, beyond = (sum(outlasting(one) for one in lived if one.way == way) for way in (LEASED, best))
    others = 1 - (under_way + unseen) / total
    return (
        f"Of Earlid's seconds with leases {under_way / total:.0%} are messages under way, {unseen / total:.0%} plugs "
        f"that a hand turned on in an outage, and {others:.0%} lost messages, leases that ran out and the "
        "like. Messages under way alone, which whoever guards these plugs has, are "
        f"{under_way / years / theirs if theirs else 0:.1%} of what the best automation leaves. "
        f"Of what outlasts these ({WAY:.0f} s), Earlid leaves {ours / beyond if beyond else 0:.2%} of what that does."
    )


def outlasting(one: Lived) -> float:
    """Return the seconds of what outlasts a message under way, and software can do something about."""
    seconds = (verdict.exposure.seconds for verdict in one.verdicts if not verdict.physical)
    return sum(each for each in seconds if each > WAY)
