"""The simulated year: its plan is public, its guards meet the same, and what is promised holds in worse years too."""

from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from bench.year import ALONE, CAREFUL, EDGES, LEASED, RETRY, WAYS, Lived, live
from bench.year.causes import AWAY, HAND, ON_ITS_WAY, TWO
from bench.year.household import PLACES
from bench.year.line import FAMILIES, TASMOTA, ZIGBEE
from bench.year.plan import BY_NAME, HOUR, KINDS, draw
from bench.year.public import table

PAGE = Path(__file__).parent.parent.parent / "docs/exposure.md"
SEEDS = (11, 12, 13)
SPEAKERS = range(len(PLACES))
# Days in which a year's faults come many times as often: several at once are the rule.
DAYS, HASTE = 5, 25


@pytest.fixture(scope="module")
def worse() -> dict[tuple[str, int, int], Lived]:
    """Give what came of some days that were much worse than usual."""
    return {each: live(*each, DAYS, HASTE) for each in product(WAYS, SEEDS, SPEAKERS)}


def test_the_page_shows_the_plan_as_it_is() -> None:
    shown = PAGE.read_text(encoding="utf-8").partition("<!-- plan -->\n")[2].partition("\n<!-- /plan -->")[0]
    assert shown == table()


def test_the_same_seed_gives_the_same_faults_and_another_one_others() -> None:
    assert draw(1, 365, plugs=3, phones=2) == draw(1, 365, plugs=3, phones=2)
    assert draw(1, 365, plugs=3, phones=2) != draw(2, 365, plugs=3, phones=2)
    # Another plug changes nothing for those that are there.
    assert set(draw(1, 365, plugs=2, phones=2)) < set(draw(1, 365, plugs=3, phones=2))


def test_faults_come_as_often_as_the_plan_says() -> None:
    years = 200
    counted = Counter(fault.kind.name for seed in range(years) for fault in draw(seed, 365, plugs=1, phones=1))
    for kind in KINDS:
        expected = kind.a_year * years
        assert counted[kind.name] == pytest.approx(expected, abs=4 * expected**0.5 + expected * 0.05), kind.name


def test_every_guard_meets_the_same_faults_and_the_same_permissions(worse: dict[tuple[str, int, int], Lived]) -> None:
    for seed, number in product(SEEDS, SPEAKERS):
        assert len({worse[way, seed, number].met for way in WAYS}) == 1


def test_with_leases_no_exposure_outlasts_its_bound_however_much_goes_wrong(
    worse: dict[tuple[str, int, int], Lived],
) -> None:
    verdicts = [one for key, lived in worse.items() if key[0] == LEASED for one in lived.verdicts]
    assert [one for one in verdicts if one.beyond] == []
    assert {one.cause for one in verdicts} > {ON_ITS_WAY, HAND}


def test_where_any_turn_on_begins_its_clock_what_a_hand_turned_on_in_an_outage_ends_with_the_lease() -> None:
    """The Zigbee plug that it stands in for is on until somebody sees it."""
    longest = {}
    for make in (ZIGBEE, TASMOTA):
        lived = [live(LEASED, seed, FAMILIES.index(ZIGBEE), 4, HASTE, make) for seed in (1, 2)]
        verdicts = [one for each in lived for one in each.verdicts]
        assert [one for one in verdicts if one.beyond] == []
        longest[make] = max(one.exposure.seconds for one in verdicts if one.cause == TWO)
    assert longest[ZIGBEE] > HOUR
    assert longest[TASMOTA] == pytest.approx(300, abs=1)


def test_without_leases_only_what_its_grade_says_outlasts_its_bound(worse: dict[tuple[str, int, int], Lived]) -> None:
    beyond = [one for key, lived in worse.items() if key[0] == ALONE for one in lived.verdicts if one.beyond]
    assert beyond, "a plug that keeps no time stays on while nobody can reach it"
    assert all(one.graded for one in beyond)
    named = [BY_NAME[one.cause] for one in beyond if one.cause in BY_NAME]
    assert all(AWAY & set(kind.what) for kind in named)


def test_each_that_does_more_leaves_less(worse: dict[tuple[str, int, int], Lived]) -> None:
    seconds = Counter[str]()
    for (way, _, _), lived in worse.items():
        seconds[way] += round(sum(one.exposure.seconds for one in lived.verdicts if not one.physical))
    assert seconds[LEASED] < seconds[ALONE]
    assert seconds[LEASED] < seconds[CAREFUL] < seconds[EDGES]
    assert seconds[RETRY] <= seconds[EDGES]
