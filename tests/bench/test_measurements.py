"""Each measurement in its short form: it runs, what it gives has its shape, its ways do the same work.

The times mean nothing here, and are not looked at. Run apart from the other tests, `pytest -p no:homeassistant
tests/bench`: they start brokers, browsers and Home Assistants of their own.
"""

import json
from math import isfinite
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from bench.__main__ import MEASUREMENTS
from bench.page import sections

# Some start five Home Assistants; beside much else, each of them takes half a minute.
pytestmark = pytest.mark.timeout(900)

ROOT = Path(__file__).parent.parent.parent


def taken(name: str, folder: Path) -> list[dict[str, Any]]:
    """Return what a measurement gives, taken as anyone would take it."""
    command = [sys.executable, "-m", "bench", name, "--short", "--json", str(folder / "taken.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads((folder / "taken.json").read_text(encoding="utf-8"))
    assert done.stdout == sections(found), "nothing else is printed than what was measured"
    return found


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_runs_and_its_ways_do_the_same_work(name: str, tmp_path: Path) -> None:
    for one in taken(name, tmp_path):
        assert one["from"] == name
        assert one["title"]
        assert one["unit"]
        assert one["proves"].endswith(".")
        assert one["fooled_by"].endswith(".")
        assert one["bars"]
        for bar in one["bars"]:
            assert isfinite(bar["value"]), bar["says"]
            assert bar["met"] is (bar["value"] <= bar["limit"] if bar["at_most"] else bar["value"] >= bar["limit"])
        assert one["rows"]
        for row in one["rows"]:
            values = [value for runs in row["runs"].values() for value in runs]
            assert values, row["label"]
            assert all(isfinite(value) and value >= 0 for value in values)
            assert len({len(runs) for runs in row["runs"].values()}) == 1
            assert len(set(row["work"].values())) <= 1
            assert set(row["work"]) <= set(row["runs"])
