"""The page of the measurements: the same numbers give the same page; one that is taken anew changes its own part."""

from dataclasses import asdict
import json
from pathlib import Path
import re
from typing import Any

import pytest

from bench.measured import Bar, Measured, Row, ratio
from bench.page import DATA, merged, page, rounded, shown, written
from bench.plot import draw

UNDER = {
    "machine": "some processor, 2 cores, 4 GB",
    "python": "3.14.2",
    "home_assistant": "2026.10.4",
    "broker": "Mosquitto 2.0.11",
    "date": "2026-01-02",
    "load": "0.1",
}


def a_row(size: int, ours: list[float], floor: list[float]) -> Row:
    return Row(label=f"{size:,} speakers", size=size, runs={"Earlid": ours, "floor": floor}, work={"Earlid": size})


def measured(name: str, *, ours: float = 3.0) -> dict[str, Any]:
    """Return a measurement as it is kept."""
    one = Measured(
        name=name,
        title=name.title(),
        unit="ms",
        proves="It proves something.",
        fooled_by="Nothing.",
        rows=(a_row(1, [ours, 4.0, 2.0], [1.0, 2.0, 2.0]), a_row(1000, [ours * 100, 40.0, 20.0], [10.0, 20.0, 20.0])),
        bars=(Bar(says="so much of the floor", value=ours, limit=3.5),),
    )
    bars = [asdict(bar) | {"met": bar.met} for bar in one.bars]
    kept: dict[str, Any] = (
        {"from": name, "short": False, "seconds": 1.0, "conditions": UNDER} | rounded(asdict(one)) | {"bars": bars}
    )
    return kept


def sections(text: str) -> dict[str, str]:
    return {part.splitlines()[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}


def test_a_ratio_is_that_of_the_same_run() -> None:
    assert ratio(a_row(1, [1.0, 20.0, 300.0], [1.0, 10.0, 100.0]), "Earlid", "floor") == 2.0


def test_a_way_that_did_less_work_is_refused() -> None:
    with pytest.raises(ValueError, match="not the same work"):
        Row(label="one", size=1, runs={"Earlid": [1.0], "floor": [1.0]}, work={"Earlid": 2, "floor": 1})
    with pytest.raises(ValueError, match="not equally many runs"):
        Row(label="one", size=1, runs={"Earlid": [1.0], "floor": [1.0, 2.0]})


def test_a_bar_without_a_number_is_missed() -> None:
    assert not Bar(says="", value=float("nan"), limit=1).met
    assert not Bar(says="", value=float("nan"), limit=1, at_most=False).met
    assert Bar(says="", value=1, limit=1).met
    assert not Bar(says="", value=0.98, limit=0.99, at_most=False).met


def test_one_that_is_taken_anew_changes_nothing_but_its_own_section() -> None:
    known = [measured("mute"), measured("soak")]
    anew = merged(known, [measured("soak", ours=4.0)], ("mute", "soak", "year"))
    before, after = sections(page(known)), sections(page(anew))
    assert before["Mute"] == after["Mute"]
    assert before["Soak"] != after["Soak"]
    assert list(after) == ["Mute", "Soak"]


def test_measurements_stand_in_their_order_however_they_were_taken() -> None:
    found = merged([measured("soak"), measured("gone")], [measured("mute")], ("mute", "soak"))
    assert [one["name"] for one in found] == ["mute", "soak"]


def test_the_page_shows_the_middle_run_its_spread_and_the_middle_ratio() -> None:
    text = page([measured("mute")])
    assert "| 1 speakers | 3 (2 to 4) | 2 (1 to 2) |" in text
    assert "✅ met: so much of the floor: **3** (at most 3.5)" in text
    assert "❌ **missed**" in page([measured("mute", ours=4.0)])


def test_a_limit_is_said_once() -> None:
    one = measured("mute")
    one["bars"][0]["says"] = "last OFF: at most 3.5 of the floor"
    assert "last OFF: at most 3.5 of the floor: **3**\n" in page([one])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234.5, "1,230"), (12.345, "12.3"), (0.012345, "0.0123"), (2.0, "2"), (100.0, "100"), (-0.5, "-0.5")],
)
def test_a_number_is_shown_with_three_digits(value: float, text: str) -> None:
    assert shown(value) == text


def test_the_plots_are_the_same_for_the_same_numbers(tmp_path: Path) -> None:
    logarithmic = measured("soak") | {"logarithmic": True}
    for folder in (tmp_path / "one", tmp_path / "other"):
        draw([measured("mute"), logarithmic], folder)
    drawn = {file.name: file.read_text() for file in (tmp_path / "one").iterdir()}
    assert drawn == {file.name: file.read_text() for file in (tmp_path / "other").iterdir()}
    assert set(drawn) == {"mute.svg", "soak.svg"}
    for text in drawn.values():
        assert len(text) < 60_000
        assert "dc:date" not in text
        assert str(tmp_path) not in text


def test_the_plot_of_what_is_no_more_goes(tmp_path: Path) -> None:
    draw([measured("mute"), measured("soak")], tmp_path)
    draw([measured("soak")], tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["soak.svg"]


def test_the_page_is_what_its_numbers_give() -> None:
    known = json.loads(DATA.read_text(encoding="utf-8"))
    assert DATA.with_suffix(".md").read_text(encoding="utf-8") == page(known)
    assert DATA.read_text(encoding="utf-8") == written(known)
