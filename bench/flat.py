"""What was seen of a home over hours: whether anything of it grew."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final

from .measured import Bar, Measured, Row

OURS, WITHOUT, IDLE = "Earlid", "without Earlid", "idle"
WAYS: Final = (OURS, WITHOUT, IDLE)
WARM: Final = 0.25  # of the time: reloads, and caches that fill
SLICES: Final = 6

PROVES: Final = (
    "Whether anything of a Home Assistant with Earlid grows: resident memory and Python's blocks after the garbage "
    "was collected, tasks, timers, open files, threads, listeners, and how late its loop is. Twenty speakers of "
    "five families of plugs, some with leases; rules flip twice a second, hands press plugs, plugs vanish, go deaf "
    "and weld, the broker goes away and forgets, panels come and go, activations are reported. The clock is real, "
    "the events come some thousand times as often as in a household."
)
FOOLED_BY: Final = (
    "Reloads, which begin anew what was growing: they come in the first tenth only, and the first quarter is not "
    "judged. What Home Assistant itself gathers: one without Earlid sees the same plugs over the same broker, and "
    "an idle one shows how late this machine makes any loop. A burst or a collection at the wrong moment: growth is "
    "the median of the slopes between all pairs of samples (Theil and Sen), which a third of outliers does not "
    "bend. A home that is quiet since it is broken: at the end all is mended, every speaker must listen again, and "
    "lockdown must turn each plug off. The journal, which is meant to grow: it begins with a month of records, and "
    "memory must not follow it, also while all of it is gone through for the hours of wakes. An answer that is itself "
    "longer each time would be: the time line is asked for ten minutes, of some ten thousand records. "
    "What looks: the loop is not timed while garbage is counted."
)

type Sample = dict[str, Any]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the median of the slopes between all points (Theil and Sen); 0 of fewer than two."""
    found = [
        (b - a) / (until - since)
        for number, (since, a) in enumerate(points)
        for until, b in points[number + 1 :]
        if until > since
    ]
    return float(median(found)) if found else 0.0


def rise(samples: Sequence[Sample], value: Callable[[Sample], float]) -> float:
    """Return by how much a value rises from the first of the samples to the last, but for chance."""
    points = [(float(one["at"]), value(one)) for one in samples]
    return slope(points) * (points[-1][0] - points[0][0])


def part(samples: Sequence[Sample], value: Callable[[Sample], float]) -> float:
    """Return the rise as a part of the value itself."""
    return rise(samples, value) / float(median(map(value, samples)))


def slices(samples: Sequence[Sample]) -> list[Sequence[Sample]]:
    """Return the samples in so many parts of about the same length."""
    count = min(SLICES, len(samples))
    return [samples[len(samples) * at // count : len(samples) * (at + 1) // count] for at in range(count)]


def steady(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples that count."""
    ends = samples[-1]["at"]
    return [one for one in samples if one["at"] >= WARM * ends]


def ends(samples: Sequence[Sample]) -> float:
    """Return the minute of the last."""
    return float(samples[-1]["at"]) / 60


def of(way: str, *keys: str, scale: float = 1) -> Callable[[Sample], float]:
    """Return what looks up a value of a way, scaled."""

    def value(sample: Sample) -> float:
        found: Any = sample[way]
        for key in keys:
            found = found[key]
        return float(found) * scale

    return value


def beside_idle(lag: str) -> Callable[[Sample], float]:
    """Return what tells how many times as late as the idle one ours was, since others may use the machine too."""
    ours, idle = of(OURS, "late_us", lag), of(IDLE, "late_us", lag)
    return lambda sample: ours(sample) / max(1.0, idle(sample))


def row(label: str, size: float, samples: Sequence[Sequence[Sample]], *keys: str, scale: float = 1) -> Row:
    """Return the median of a value of each way, in each of these parts of the time."""
    runs = {way: [median(map(of(way, *keys, scale=scale), one)) for one in samples] for way in WAYS}
    return Row(label=label, size=size, runs=runs)


def judged(samples: Sequence[Sample], *, ended: float, errors: int) -> tuple[Measured, ...]:
    """Return what these samples show; `ended`: s from lockdown to the last OFF, after all; `errors`: in the log."""
    seen = steady(samples)
    deep = [one for one in seen if one["deep"]]
    last = seen[-1]
    events = (
        f"{last['commands']:,} commands, {last['switched']:,} moves of a contact, {last['told']:,} messages to panels"
    )
    times = f"In {last['at'] / 60:.0f} min: {events}; the journal grew to {last['journal_bytes'] / 1e6:.0f} MB."
    memory = Measured(
        name="soak_memory",
        title="Soak: memory",
        unit="MB",
        rows=tuple(
            row(
                f"until minute {one[-1]['at'] / 60:.0f}",
                one[-1]["at"] / 60,
                [[each] for each in one][-1:],
                "rss_kb",
                scale=1e-3,
            )
            for one in slices(deep)
        ),
        bars=(
            Bar(says="resident memory rises by, of itself", value=part(deep, of(OURS, "rss_kb")), limit=0.02),
            Bar(says="Python's blocks rise by, of themselves", value=part(deep, of(OURS, "blocks")), limit=0.01),
            Bar(says="after all that, s from lockdown to the last OFF", value=ended, limit=1.0),
            Bar(says="errors in the log that name Earlid", value=errors, limit=0),
        ),
        notes=times,
        proves=PROVES,
        fooled_by=FOOLED_BY,
    )
    kinds = ("tasks", "timers", "files", "threads", "listeners")
    counts = Measured(
        name="soak_counts",
        title="Soak: what is open",
        unit="at once",
        rows=tuple(row(kind, number, slices(seen), kind) for number, kind in enumerate(kinds)),
        bars=tuple(Bar(says=f"{kind} rise by", value=rise(seen, of(OURS, kind)), limit=2) for kind in kinds),
        proves=PROVES,
        fooled_by=FOOLED_BY,
        plot=False,
    )
    lags = ("p50", "p99", "max")
    lag = Measured(
        name="soak_lag",
        title="Soak: how late the loop is",
        unit="ms",
        rows=tuple(row(lag, number, slices(seen), "late_us", lag, scale=1e-3) for number, lag in enumerate(lags)),
        bars=tuple(
            Bar(says=f"{lag}, of the idle one's: rises by, of itself", value=part(seen, beside_idle(lag)), limit=0.2)
            for lag in lags[:2]
        ),
        proves=PROVES,
        fooled_by=FOOLED_BY,
        plot=False,
    )
    return memory, counts, lag
