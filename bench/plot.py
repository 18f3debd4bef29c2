"""The plots of the page: SVG that reads on light and on dark ground, the same for the same numbers."""

from itertools import cycle
from pathlib import Path
import re
from statistics import median
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from .page import plotted, shown

# Far enough from black and from white alike, and from one another for most who see colours otherwise.
GREY: Final = "#808080"
COLOURS: Final = ("#2f86d6", "#d97c0e", "#1a9e77", "#c0629b", "#8a7fd6", "#9a8a1c")
STYLE: Final[dict[str, Any]] = {
    "svg.fonttype": "none",  # letters stay letters: small, and they can be read aloud
    "svg.hashsalt": "earlid",  # else each run would name its parts anew
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": GREY,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(taken: list[dict[str, Any]], folder: Path) -> None:
    """Draw what has a plot into the folder, and take away the plots of what is no more."""
    folder.mkdir(exist_ok=True)
    wanted = [one for one in taken if plotted(one)]
    for file in folder.glob("*.svg"):
        if file.stem not in {one["name"] for one in wanted}:
            file.unlink()
    with mpl.rc_context(STYLE):
        for one in wanted:
            _draw(one, folder / f"{one['name']}.svg")


def _draw(one: dict[str, Any], file: Path) -> None:
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.add_subplot()
    ways = list(dict.fromkeys(way for row in one["rows"] for way in row["runs"]))
    for way, colour in zip(ways, cycle(COLOURS), strict=False):
        rows = [row for row in one["rows"] if way in row["runs"]]
        sizes = [row["size"] for row in rows]
        runs = [row["runs"][way] for row in rows]
        axes.fill_between(
            sizes, [min(each) for each in runs], [max(each) for each in runs], color=colour, alpha=0.2, lw=0
        )
        axes.plot(sizes, [median(each) for each in runs], "o-", color=colour, markersize=4, label=way)
    if one["logarithmic"]:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: shown(value)))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xticks([row["size"] for row in one["rows"]])
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: shown(value)))
    axes.set_xlabel(re.sub(r"[\d,.]+", "", one["rows"][-1]["label"]).strip())
    axes.set_ylabel(one["unit"])
    axes.grid(color=GREY, alpha=0.25, linewidth=0.6)
    axes.legend(frameon=False)
    figure.savefig(file, transparent=True, metadata={"Date": None, "Creator": None, "Title": one["title"]})
