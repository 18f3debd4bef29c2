"""Whether `scripts/fuzz` finds what there is to find, and each target for some seconds, as it would go on for hours."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import time
from typing import Any

import pytest

from fuzz import apart, search as searching
from fuzz.branches import branches_of, codes_of, text_of
from fuzz.mutation import smaller
from fuzz.search import Outcome, search
from fuzz.target import Feed, Target
from fuzz.targets import TARGETS

# Each lives in a home of its own, which takes as long to move into as all of its inputs here.
INPUTS = 150
# s, for each; beside other tests, some only get to their first inputs.
SECONDS = 2.0


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's own timers be: the home of a target is not this test's."""
    return True


@pytest.mark.attack
@pytest.mark.parametrize("name", list(TARGETS))
def test_no_hostile_input_does_harm_within_a_second_or_two(name: str) -> None:
    outcome = search(TARGETS[name], INPUTS, seconds=SECONDS)
    assert outcome.faults == []
    assert outcome.inputs
    assert outcome.reached > outcome.branches / 3


def planted(feed: Feed, parses: str = "untrusted:time_in", **more: Any) -> Target:
    """Return a target with a fault of its own."""

    @contextmanager
    def begin() -> Iterator[Feed]:
        yield feed

    return Target(name="planted", begin=begin, parses=(parses,), **({"begins_with": ({"a": [1]},)} | more))


def test_a_planted_fault_is_found_behind_branches_and_its_input_is_made_small() -> None:
    def feed(given: Any) -> None:
        if isinstance(given, dict) and isinstance(given.get("a"), list):
            for one in given["a"]:
                assert one != "planted", "found"

    outcome = search(planted(feed, words=("planted", "a")), 20_000)
    (fault,) = outcome.faults
    assert "found" in fault.error
    assert fault.given == '{"a": ["planted"]}'


def test_what_goes_on_for_ever_or_for_too_long_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SLOW", 0.05)

    def waits(_given: Any) -> None:
        try:
            time.sleep(30)
        except Exception:  # noqa: BLE001 - as a fence would
            pytest.fail("who is fuzzed must not take the watchdog for an error of its own")

    def computes(_given: Any) -> None:
        began = time.thread_time()
        while time.thread_time() - began < 0.1:
            pass

    monkeypatch.setattr(searching, "_MOST_SMALLER", 1)
    assert "TooSlow" in search(planted(computes), 1).faults[0].error
    monkeypatch.setattr(searching, "HANGS", 0.2)
    assert "Hang" in search(planted(waits), 1).faults[0].error


def test_an_input_that_gets_further_is_kept_and_the_same_seed_gives_the_same_inputs() -> None:
    runs: list[list[Any]] = []
    outcomes: list[Outcome] = []
    for _ in range(2):
        fed: list[Any] = []
        with TARGETS["typed"].begin() as feed:

            def both(given: Any, feed: Feed = feed, fed: list[Any] = fed) -> None:
                fed.append(given)
                feed(given)

            outcomes.append(search(planted(both, "typed", begins_with=TARGETS["typed"].begins_with[:5]), 1000))
        runs.append(fed)
    assert repr(runs[0]) == repr(runs[1])
    assert outcomes[0].kept == outcomes[1].kept > 5
    assert outcomes[0].reached == outcomes[1].reached < outcomes[0].branches


def test_an_input_that_ends_the_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_searched", _ends)
    (fault,) = apart.search_apart("planted", 1, 0).faults
    assert fault.given == '{"last": 1}'
    assert "7" in fault.error


def _ends(_name: str, _inputs: int, _seed: int, last: Path, _tell: object) -> None:
    last.write_text('{"last": 1}', encoding="utf-8")
    os._exit(7)


def test_a_smaller_input_lacks_something() -> None:
    assert {"a": []} in list(smaller({"a": [1], "b": 2})) or {"a": [1]} in list(smaller({"a": [1], "b": 2}))


def test_whatever_is_said_to_be_out_of_reach_is_there() -> None:
    for target in TARGETS.values():
        lines = {text_of(branch) for place in target.parses for code in codes_of(place) for branch in branches_of(code)}
        assert set(target.spared) <= lines, target.name
