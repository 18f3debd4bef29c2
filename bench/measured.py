"""What every measurement gives: its sizes, each way's value in each run, and the bars it is held to."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One size of one measurement."""

    label: str  # "1,000 speakers"
    size: float  # 1000, for the plot's axis
    runs: dict[str, list[float]]  # way -> its value in each run; all ways in each run, ours first
    work: dict[str, int] = field(default_factory=dict)  # way -> what it did, counted; a peer that did less is none

    def __post_init__(self) -> None:
        """Raise ValueError where the ways did not do the same work, or were not run equally often."""
        if len(set(self.work.values())) > 1 or not set(self.work) <= set(self.runs):
            raise ValueError(f"{self.label}: not the same work: {self.work}")
        if len({len(values) for values in self.runs.values()}) != 1:
            raise ValueError(f"{self.label}: not equally many runs of each way")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a measurement is held to."""

    says: str  # "last OFF at 1,000 speakers: at most 1.5 of the floor"
    value: float  # what was measured; of a ratio, the median over the runs
    limit: float
    at_most: bool = True  # else at least

    @property
    def met(self) -> bool:
        """Return whether it was met; what is no number was not."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One measurement, done."""

    name: str  # "mute_wave"
    title: str
    unit: str  # "ms", "s", "µs", "MB", "kB", "1/s"
    proves: str  # Markdown: what it proves
    fooled_by: str  # Markdown: what would fool it, and how that is kept out
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    plot: bool = True
    logarithmic: bool = False
    notes: str = ""


def ratio(row: Row, of: str, to: str) -> float:
    """Return the median over the runs of what one way took to what another took in the same run."""
    return median(one / other for one, other in zip(row.runs[of], row.runs[to], strict=True))
