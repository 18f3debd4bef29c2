"""One wake that is told of more than once is one activation, which names all who told of it."""

from dataclasses import replace

import pytest

from custom_components.earlid.engine.activations import Activation, Chronicle, News, Report, fuller
from custom_components.earlid.engine.model import Outcome, Proof

from .factories import ALLOWED, HOUR, MUTED, at, span

ANSWERED, UNANSWERED, UNKNOWN = Outcome.ANSWERED, Outcome.UNANSWERED, Outcome.UNKNOWN


class Ears:
    """A chronicle, and all that was told to it. Each report without an id is offered the next of `1`, `2`, `3`."""

    def __init__(self) -> None:
        """Allow all there was."""
        self.chronicle = Chronicle("kitchen")
        self.chronicle.note(ALLOWED, Proof.LIVE, at(-HOUR))
        self.set_by, self.booted = 0.0, float(-HOUR)
        self._told = 0

    def tell(
        self,
        now: float,
        source: str = "satellite",
        *,
        when: float | None = None,
        given: str | None = None,
        outcome: Outcome = UNKNOWN,
    ) -> tuple[str, str]:
        """Tell of a wake at `when`, `now` seconds after noon by the clock that nobody sets; return its id and news."""
        self._told += 1
        report = Report(source=source, at=None if when is None else at(when), id=given, outcome=outcome)
        activation, news, before = self.chronicle.admit(
            report, str(self._told), at(now + self.set_by), span(now - self.booted)
        )
        assert (before is None) == (news is News.NEW)
        assert before is None or (before != activation) == (news is News.AMENDED)
        self.last = activation
        return activation.id, news.value

    def recall(self, activation: Activation, now: float) -> None:
        """Start again, and know that one."""
        self.chronicle, self.booted = Chronicle("kitchen"), now
        self.chronicle.recall([activation], at(now), span(0))


def test_a_second_source_is_named_and_changes_nothing_else() -> None:
    ears = Ears()
    ears.tell(0, "satellite", outcome=ANSWERED)
    first = ears.last
    ears.chronicle.note(MUTED, Proof.OFF_PROVEN, at(1))
    assert ears.tell(2, "alexa") == ("1", "amended")
    assert ears.last == replace(first, sources=("satellite", "alexa"))
    assert ears.last.source == "satellite"


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        (UNKNOWN, UNKNOWN, UNKNOWN),
        (UNKNOWN, UNANSWERED, UNANSWERED),
        (UNANSWERED, UNKNOWN, UNANSWERED),
        (UNKNOWN, ANSWERED, ANSWERED),
        (ANSWERED, UNKNOWN, ANSWERED),
        (UNANSWERED, ANSWERED, ANSWERED),
        (ANSWERED, UNANSWERED, ANSWERED),
    ],
)
def test_the_source_that_saw_more_of_what_came_of_it_is_right(first: Outcome, second: Outcome, best: Outcome) -> None:
    ears = Ears()
    ears.tell(0, "led", outcome=first)
    ears.tell(1, "satellite", outcome=second)
    assert ears.last.outcome is best


@pytest.mark.parametrize(
    ("source", "apart", "news"),
    [
        ("alexa", 0, "amended"),
        ("alexa", 5, "amended"),
        ("alexa", 5.1, "new"),
        ("satellite", 0, "new"),
        ("satellite", 3, "new"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_two_sources_within_five_seconds_tell_of_one_wake(source: str, apart: float, news: str, sign: int) -> None:
    """One source that tells of two, told of two."""
    ears = Ears()
    ears.tell(20, "satellite", when=10)
    assert ears.tell(20, source, when=10 + sign * apart)[1] == news


def test_a_source_that_was_named_second_tells_of_another_wake_from_then_on() -> None:
    ears = Ears()
    assert ears.tell(0, "satellite") == ("1", "new")
    assert ears.tell(1, "alexa") == ("1", "amended")
    assert ears.tell(2, "alexa") == ("3", "new")
    assert ears.tell(3, "satellite") == ("3", "amended")
    assert ears.tell(4, "satellite") == ("5", "new")


def test_a_source_tells_of_the_nearest_wake() -> None:
    ears = Ears()
    ears.tell(10, "satellite", when=0)
    ears.tell(10, "satellite", when=3)
    assert ears.tell(10, "alexa", when=2) == ("2", "amended")
    assert ears.tell(10, "alexa", when=4) == ("1", "amended")
    assert ears.tell(10, "led", when=1) == ("1", "amended")


def test_a_late_source_finds_its_wake_among_later_ones() -> None:
    ears = Ears()
    for second in range(0, 280, 10):
        ears.tell(second, "satellite")
    assert ears.tell(285, "alexa", when=1) == ("1", "amended")


# --- Ids


def test_a_repeated_id_tells_of_the_same_wake() -> None:
    ears = Ears()
    assert ears.tell(0, "mqtt", given="a", outcome=UNANSWERED) == ("a", "new")
    assert ears.tell(100, "mqtt", given="a", outcome=UNANSWERED) == ("a", "known")
    assert ears.tell(101, "mqtt", given="a") == ("a", "known")
    assert ears.tell(102, "mqtt", given="a", outcome=ANSWERED) == ("a", "amended")
    assert ears.tell(103, "camera", given="a") == ("a", "amended")
    assert (ears.last.outcome, ears.last.sources) == (ANSWERED, ("mqtt", "camera"))


def test_an_id_that_we_gave_is_known_as_well() -> None:
    ears = Ears()
    ears.tell(0, "satellite")
    assert ears.tell(100, "mqtt", given="1") == ("1", "amended")
    assert ears.tell(101, "mqtt", given="1") == ("1", "known")


def test_what_is_repeated_long_after_changes_nothing_any_more() -> None:
    """Whoever reads what was recorded knows when no more is to come."""
    ears = Ears()
    ears.tell(0, "mqtt", given="a")
    assert ears.tell(306, "mqtt", given="a", outcome=ANSWERED) == ("a", "known")
    assert ears.last.outcome is UNKNOWN


def test_who_gives_ids_tells_of_each_wake_by_itself() -> None:
    """It waits to see its own id."""
    ears = Ears()
    assert ears.tell(0, "satellite") == ("1", "new")
    assert ears.tell(0, "mqtt", given="x") == ("x", "new")
    assert ears.tell(0, "camera", given="y") == ("y", "new")


def test_who_gives_none_tells_of_a_wake_with_an_id_too() -> None:
    ears = Ears()
    ears.tell(0, "mqtt", given="x")
    assert ears.tell(1, "satellite") == ("x", "amended")


def test_the_last_ids_are_remembered_and_no_more() -> None:
    ears = Ears()
    for number in range(1928):
        ears.tell(number / 1000, "mqtt", given=str(number))
    for number in range(904, 1928):
        assert ears.tell(6, "mqtt", given=str(number))[1] == "known"
    assert ears.tell(6, "mqtt", given="903")[1] == "new"
    assert ears.tell(6, "mqtt", given="904")[1] == "new"
    assert ears.tell(6, "mqtt", given="906")[1] == "known"


def test_no_more_sources_are_named_than_a_wake_can_have() -> None:
    ears = Ears()
    for number in range(8):
        ears.tell(0, f"made up {number}")
    assert ears.tell(1, "one more") == ("1", "known")
    assert ears.tell(1, "one more", outcome=ANSWERED) == ("1", "amended")
    assert ears.tell(1, "one more", given="1") == ("1", "known")
    assert ears.last.sources == tuple(f"made up {number}" for number in range(8))


# --- A clock that is set


def test_a_clock_set_back_hides_no_wake() -> None:
    """The wake of a minute ago was at the same time of day."""
    ears = Ears()
    ears.tell(0, "satellite", when=0)
    ears.set_by = -60
    assert ears.tell(60, "alexa", when=0) == ("2", "new")


@pytest.mark.parametrize("set_by", [-HOUR, -60, 60, HOUR])
def test_two_sources_tell_of_one_wake_while_the_clock_is_set(set_by: float) -> None:
    ears = Ears()
    ears.tell(1)
    ears.set_by = set_by
    assert ears.tell(3, "alexa") == ("1", "amended")


@pytest.mark.parametrize("set_by", [-HOUR, -60, 60, HOUR])
def test_two_sources_that_looked_at_the_clock_of_before_tell_of_one_wake(set_by: float) -> None:
    ears = Ears()
    ears.tell(1, when=0)
    ears.set_by = set_by
    assert ears.tell(20, "alexa", when=1) == ("1", "amended")


@pytest.mark.parametrize(("set_by", "news"), [(-1, "amended"), (-1.1, "new")])
def test_a_clock_that_went_back_by_a_second_was_not_set(set_by: float, news: str) -> None:
    """Clocks differ by so much: five and a half seconds by one are four and a half by the other."""
    ears = Ears()
    ears.tell(0, when=0)
    ears.set_by = set_by
    assert ears.tell(5.5, "alexa", when=4.5)[1] == news


@pytest.mark.parametrize(("when", "news"), [(10, "new"), (10.1, "amended")])
def test_only_what_is_well_to_come_was_told_by_the_clock_of_before(when: float, news: str) -> None:
    """After it was set back to 8 s: a detector's clock may be a little ahead, and tell of now."""
    ears = Ears()
    ears.tell(60, when=10)
    ears.set_by = -60
    assert ears.tell(68, "alexa", when=when)[1] == news


@pytest.mark.parametrize("when", [-HOUR, HOUR])
def test_two_sources_with_the_same_wrong_clock_tell_of_one_wake(when: float) -> None:
    ears = Ears()
    ears.tell(0, when=when)
    assert ears.tell(8, "alexa", when=when + 1) == ("1", "amended")
    assert ears.tell(9, "led") == ("3", "new")


@pytest.mark.parametrize("when", [-HOUR, HOUR])
def test_a_source_with_a_wrong_clock_told_of_now(when: float) -> None:
    ears = Ears()
    ears.tell(0, when=when)
    assert ears.tell(4, "alexa") == ("1", "amended")


def test_a_clock_that_stands_still_makes_no_two_wakes_one() -> None:
    """Five minutes later nothing is said of the wake of before, even if the time of day is the same."""
    ears = Ears()
    ears.tell(0, when=0)
    assert ears.tell(305, "alexa", when=0)[1] == "amended"
    assert ears.tell(305.1, "led", when=0)[1] == "new"


# --- A start


def test_what_was_told_of_a_wake_later_is_the_fuller() -> None:
    ears = Ears()
    ears.tell(0, "satellite")
    first = ears.last
    answered, named = replace(first, outcome=ANSWERED), replace(first, sources=("satellite", "alexa"))
    both = replace(named, outcome=ANSWERED)
    for earlier, later in ((first, answered), (first, named), (answered, both), (named, both)):
        assert fuller(earlier, later) == fuller(later, earlier) == later


def test_a_wake_of_before_a_start_is_known_after_it() -> None:
    ears = Ears()
    ears.tell(0, "mqtt", given="a", outcome=ANSWERED)
    ears.recall(ears.last, 60)
    assert ears.tell(61, "mqtt", given="a") == ("a", "known")
    assert ears.tell(61, "satellite", when=1) == ("a", "amended")
    assert (ears.last.outcome, ears.last.sources) == (ANSWERED, ("mqtt", "satellite"))


def test_a_wake_long_before_a_start_is_only_known_by_its_id() -> None:
    ears = Ears()
    ears.tell(0, "mqtt", given="a")
    ears.recall(ears.last, HOUR)
    assert ears.tell(HOUR, "satellite", when=0) == ("2", "new")
    assert ears.tell(HOUR, "mqtt", given="a", outcome=ANSWERED) == ("a", "known")


@pytest.mark.parametrize(
    ("ats", "known"),
    [((30, 1), "new"), ((30, 41), "new"), ((30, 38), "amended"), ((30, 40), "amended"), ((38, 30), "amended")],
)
def test_a_wake_from_before_the_clock_was_set_back_hides_none_after_a_start(ats: tuple[int, int], known: str) -> None:
    """The clock showed a later time after the first; nobody knows how long ago it was."""
    ears, before = Ears(), Ears()
    recalled = []
    for when in ats:
        before.tell(when, "mqtt", given=f"at {when}")
        recalled.append(before.last)
    ears.booted = 40
    ears.chronicle.recall(recalled, at(40), span(0))
    assert ears.tell(40, "satellite", when=31)[1] == known
    assert ears.tell(40, "mqtt", given="at 30") == ("at 30", "known")


def test_after_a_start_a_wake_is_looked_for_among_the_last_as_ever_and_no_others() -> None:
    ears, before = Ears(), Ears()
    recalled = []
    for number, when in enumerate((0, *[100] * 254, 200)):
        before.tell(when, "mqtt", given=str(number))
        recalled.append(before.last)
    ears.booted = 205
    ears.chronicle.recall(recalled, at(205), span(0))
    ears.tell(205, "mqtt", given="one more than these")
    assert ears.tell(205, "satellite", when=200) == ("255", "amended")
    assert ears.tell(205, "satellite", when=0)[1] == "new"


def test_what_came_since_the_start_is_not_forgotten_for_what_was_before_it() -> None:
    ears, before = Ears(), Ears()
    ears.tell(0, "mqtt", given="a", outcome=ANSWERED)
    recalled = []
    for number in range(1023):
        before.tell(-100, "mqtt", given=str(number))
        recalled.append(before.last)
    ears.chronicle.recall([replace(ears.last, outcome=UNKNOWN), *recalled], at(1), span(1))
    assert ears.tell(2, "satellite") == ("a", "amended")
    assert ears.last.outcome is ANSWERED
    assert ears.tell(2, "mqtt", given="0")[1] == "known"
    ears.tell(2, "mqtt", given="b")
    assert ears.tell(2, "mqtt", given="0")[1] == "new"
    assert ears.tell(2, "mqtt", given="a")[1] == "known"
