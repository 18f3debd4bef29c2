"""Any order of sources, repeats, restarts and set clocks gives each real activation once."""

from dataclasses import dataclass, field
from datetime import UTC

from hypothesis import example, given, strategies as st

from custom_components.earlid.engine.activations import Chronicle, News, Report
from custom_components.earlid.engine.exposure import begin, count
from custom_components.earlid.engine.ledger import fold
from custom_components.earlid.engine.model import Outcome

from .factories import HOUR, a_property, at, span
from .records import Pages

SOURCES = ("satellite", "led", "alexa", "upload")
DETECTORS = ("mqtt", "camera")
RANK = {Outcome.UNKNOWN: 0, Outcome.UNANSWERED: 1, Outcome.ANSWERED: 2}


@dataclass(frozen=True)
class Telling:
    """How one source tells of one wake: so late, with a clock so wrong; a detector with an id, and again so late."""

    source: str
    late: float
    wrong: float | None
    """None: it does not say when it woke, and is not late."""
    outcome: Outcome
    again: tuple[float, ...] = ()


@dataclass(frozen=True)
class Wake:
    """A real one, so long after the one before; the clock is set just before it."""

    gap: float
    set_by: float
    tellings: tuple[Telling, ...]
    restart: bool = False


def quarters(least: int, most: int) -> st.SearchStrategy[float]:
    """Return times that add up exactly."""
    return st.integers(4 * least, 4 * most).map(lambda number: number / 4)


def tellings(latest: int) -> st.SearchStrategy[tuple[Telling, ...]]:
    outcomes = st.sampled_from(Outcome)
    late, wrong = quarters(0, latest), quarters(-2, 2)
    source = st.sampled_from(SOURCES)
    by_itself = st.builds(Telling, source, late, wrong, outcomes)
    at_once = st.builds(Telling, source, quarters(0, 2), st.none(), outcomes)
    again = st.lists(quarters(0, 280), max_size=2).map(tuple)
    with_id = st.builds(Telling, st.sampled_from(DETECTORS), late, wrong, outcomes, again)
    told = st.lists(st.one_of(by_itself, at_once, with_id), min_size=1, max_size=5, unique_by=lambda one: one.source)
    return told.map(tuple)


SET_BY = st.sampled_from([0.0, 0.0, -3.0, 3.0, -17.0, -60.0, 60.0, -HOUR, HOUR])
SET = st.lists(st.builds(Wake, quarters(15, 400), SET_BY, tellings(8), st.booleans()), min_size=1, max_size=6)
STEADY = st.lists(st.builds(Wake, quarters(12, 60), st.just(0.0), tellings(280), st.just(value=False)), max_size=8)


@dataclass
class Home:
    """The chronicle, what was written of it, and what really was."""

    chronicle: Chronicle = field(default_factory=lambda: Chronicle("kitchen"))
    pages: Pages = field(default_factory=Pages)
    booted: float = 0
    ids: dict[int, list[str]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count from noon on."""
        self.tally = begin(at(0), UTC)

    def tell(self, wake: int, when: float, clock: float, report: Report) -> None:
        """Tell of a wake at `when` by the clock that nobody sets, while the other shows `clock`."""
        new_id = f"new {len(self.pages.kept)}"
        activation, news, before = self.chronicle.admit(report, new_id, at(clock), span(when - self.booted))
        if news is News.NEW:
            assert activation.id not in self.outcomes
            self.ids.setdefault(wake, []).append(activation.id)
        assert activation.id in self.ids[wake], "it was taken for another wake"
        if news is not News.KNOWN:
            self.pages.activation(clock, activation, amends=news is News.AMENDED)
        best = max(self.outcomes.get(activation.id, Outcome.UNKNOWN), report.outcome, key=RANK.__getitem__)
        self.outcomes[activation.id] = best
        assert activation.outcome is best
        assert report.source in activation.sources
        now = at(clock)
        shift = (activation.outcome is Outcome.UNANSWERED) - (
            before is not None and before.outcome is Outcome.UNANSWERED
        )
        self.tally = count(self.tally, self.tally.at, now, UTC, activations=before is None, unanswered=shift)

    def restart(self, when: float, clock: float) -> None:
        """Know after a start what was known before."""
        known = [one.activation for one in self.chronicle._known.values()]
        self.chronicle, self.booted = Chronicle("kitchen"), when
        self.chronicle.recall(known, at(clock), span(0))


def live(wakes: list[Wake]) -> Home:
    """Return the home after these wakes."""
    home, when, clock = Home(), 0.0, 0.0
    events: list[tuple[float, int, int, Wake | Report]] = []
    for number, wake in enumerate(wakes):
        when += wake.gap
        events.append((when - 1, -1, number, wake))
        clock += wake.set_by
        for telling in wake.tellings:
            given_id = f"{telling.source} {number}" if telling.source in DETECTORS else None
            woke = None if telling.wrong is None else at(when + clock + telling.wrong)
            report = Report(source=telling.source, outcome=telling.outcome, at=woke, id=given_id)
            events += [(when + telling.late + late, len(events), number, report) for late in (0.0, *telling.again)]
    clock = 0.0
    for moment, _, number, event in sorted(events, key=lambda one: one[:2]):
        if isinstance(event, Report):
            home.tell(number, moment, moment + clock, event)
            continue
        clock += event.set_by
        # What was before a start and seems still to come cannot be told from what is now.
        if event.restart and event.set_by >= 0:
            home.restart(moment, moment + clock)
    return home


def check(home: Home, wakes: list[Wake]) -> None:
    for number, wake in enumerate(wakes):
        with_id = [one for one in wake.tellings if one.source in DETECTORS]
        without = [one for one in wake.tellings if one.source not in DETECTORS]
        ids = home.ids[number]
        assert set(ids) >= {f"{one.source} {number}" for one in with_id}
        first = min(wake.tellings, key=lambda one: one.late)
        assert len(ids) == len(with_id) + (first in without)
    kept = fold(home.pages.kept)
    assert {one.id: one.body["outcome"] for one in kept} == {one: best.value for one, best in home.outcomes.items()}
    known = {one.activation.id: list(one.activation.sources) for one in home.chronicle._known.values()}
    assert {one.id: one.body["sources"] for one in kept} == known


@a_property(300)
@given(STEADY)
def test_whoever_tells_of_it_however_late_each_wake_is_told_of_once(wakes: list[Wake]) -> None:
    home = live(wakes)
    check(home, wakes)
    assert home.tally.activations == len(home.outcomes)
    assert home.tally.unanswered == list(home.outcomes.values()).count(Outcome.UNANSWERED)


SATELLITE = (Telling("satellite", 0, 0, Outcome.ANSWERED),)
# A detector whose clock is a second ahead, after the home's clock was set back to where a wake had been.
AHEAD = [
    Wake(15, 0, SATELLITE, restart=False),
    Wake(15, 0, SATELLITE, restart=False),
    Wake(15, -17, (Telling("led", 0, 0.75, Outcome.ANSWERED),), restart=False),
]


@a_property(300)
@given(SET)
@example(AHEAD)
def test_however_the_clock_is_set_between_wakes_each_is_told_of_once(wakes: list[Wake]) -> None:
    check(live(wakes), wakes)


STEPS = st.lists(
    st.tuples(st.sampled_from(SOURCES), quarters(0, 2), SET_BY), min_size=1, max_size=4, unique_by=lambda one: one[0]
)


@a_property(200)
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_sources_that_tell_at_once_tell_of_one_wake_however_the_clock_is_set_meanwhile(
    wakes: list[list[tuple[str, float, float]]],
) -> None:
    home, set_by = Home(), 0.0
    for number, told in enumerate(wakes):
        for source, late, step in sorted(told, key=lambda one: one[1]):
            set_by += step
            moment = 20 * number + late
            home.tell(number, moment, moment + set_by, Report(source=source))
    assert [len(ids) for ids in home.ids.values()] == [1] * len(wakes)
