"""The pages lead where they say."""

from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parent.parent
EARLID = ROOT / "custom_components" / "earlid"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def prose(page: Path) -> str:
    """Return a page without its examples."""
    return re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the places of a page, as GitHub calls them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def test_the_map_names_each_file_of_earlid_and_none_that_is_not_there() -> None:
    page = prose(ROOT / "ARCHITECTURE.md")
    engine, others = page[page.index("**It decides") : page.index("## The face")].split("**It reads and acts.**")
    within, around = others.split("**Around it**")
    stems = {path.stem for path in (EARLID / "engine").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", engine)) - {"now", "step", "PRECEDENCE"} == stems
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", within)) - {"frontend/src/", "docs/"}
    files = {path.name for path in EARLID.glob("*.py")} | {f"{path.parent.name}/" for path in EARLID.glob("*/*")}
    assert files - named <= {"__pycache__/", "brand/", "engine/"}
    for name in named:
        assert (EARLID / name).exists(), name
    for name in re.findall(r"`([\w/]+/)`", around):
        assert (ROOT / name).is_dir(), name


def test_every_page_of_the_documentation_is_listed() -> None:
    listed = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = listed[listed.index("## Pages") :]
    for page in [*(ROOT / "docs").glob("*.md"), ROOT / "docs" / "mqtt.yaml"]:
        assert f"(docs/{page.name})" in listed, page.name
