"""What Home Assistant's own check (hassfest), HACS and GitHub's machines want of the files that they read.

Their checks run where Earlid is published; these rules are the same as far as a script can hold them here.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any, Final

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT: Final = Path(__file__).parent.parent
EARLID: Final = ROOT / "custom_components" / "earlid"
MANIFEST: Final[dict[str, Any]] = json.loads((EARLID / "manifest.json").read_text())
HACS: Final[dict[str, Any]] = json.loads((ROOT / "hacs.json").read_text())
WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").iterdir())

# https://developers.home-assistant.io/docs/creating_integration_manifest; those that Earlid could come to need.
KEYS: Final = {
    *("domain", "name", "after_dependencies", "codeowners", "config_flow", "dependencies", "documentation"),
    *("integration_type", "iot_class", "issue_tracker", "loggers", "requirements", "single_config_entry", "version"),
    *("dhcp", "mqtt", "ssdp", "zeroconf"),
}
# Always there, or to be imported without being set up (hassfest's dependencies.py).
NEED_NOT_BE_NAMED: Final = {*(str(one) for one in Platform), "system_health", "websocket_api"}
# https://www.hacs.xyz/docs/publish/start/#hacsjson; any other key is refused.
HACS_KEYS: Final = {
    *("name", "content_in_root", "country", "filename", "hacs", "hide_default_branch", "homeassistant"),
    *("persistent_directory", "render_readme", "zip_release"),
}


def imported() -> Iterator[str]:
    """Yield the integrations of Home Assistant that Earlid's code imports from."""
    for path in EARLID.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.ImportFrom(module="homeassistant.components", names=names):
                    yield from (one.name for one in names)
                case ast.ImportFrom(module=str(module)) if module.startswith("homeassistant.components."):
                    yield module.split(".")[2]


def test_the_manifest_says_what_home_assistant_and_hacs_want_to_know() -> None:
    assert set(MANIFEST) <= KEYS
    assert {"codeowners", "documentation", "domain", "iot_class", "issue_tracker", "name", "version"} <= set(MANIFEST)
    assert list(MANIFEST) == ["domain", "name", *sorted(set(MANIFEST) - {"domain", "name"})]
    assert MANIFEST["domain"] == EARLID.name
    assert MANIFEST["integration_type"] == "hub"
    assert MANIFEST["iot_class"] == "local_push"
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    assert all(MANIFEST[page].startswith("https://github.com/") for page in ("documentation", "issue_tracker"))
    AwesomeVersion(MANIFEST["version"], ensure_strategy=AwesomeVersionStrategy.SEMVER)


def test_home_assistant_sets_up_first_what_earlid_imports() -> None:
    named = [*MANIFEST["dependencies"], *MANIFEST["after_dependencies"]]
    assert len(named) == len(set(named))
    of_its_own = {path.stem for path in EARLID.glob("*.py")}
    assert set(imported()) - NEED_NOT_BE_NAMED - of_its_own <= set(named)


def test_what_is_looked_for_in_the_network_is_written_as_it_is_compared() -> None:
    for matcher in MANIFEST["zeroconf"]:
        assert set(matcher) == {"type", "properties"}
        assert matcher["type"].endswith(".local.")
        assert all(value == value.lower() for value in matcher["properties"].values())


def test_hacs_unpacks_what_the_release_packs_on_the_home_assistant_that_is_tested() -> None:
    assert set(HACS) <= HACS_KEYS
    assert HACS["zip_release"] is True
    release = (ROOT / ".github/workflows/release.yml").read_text()
    assert f'"$GITHUB_WORKSPACE/{HACS["filename"]}"' in release
    assert f'gh release upload "$TAG" {HACS["filename"]}' in release
    pinned = re.search(r"^homeassistant==(\d+\.\d+)\.", (ROOT / "requirements_test.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    assert HACS["homeassistant"] == f"{pinned[1]}.0"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_githubs_machines_run_only_what_is_pinned_and_may_only_what_a_job_needs(workflow: Path) -> None:
    told = load_yaml_dict(str(workflow))
    assert told["permissions"] == {}
    for name, job in told["jobs"].items():
        may = job["permissions"]
        assert may == {"contents": "write"} if name == "zip" else set(may.items()) <= {("contents", "read")}, name
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in used), name


def test_githubs_machines_run_all_tests_the_next_home_assistant_and_the_checks_of_others() -> None:
    told = "\n".join(path.read_text() for path in WORKFLOWS)
    for run in ("run: .ci/run", "run: scripts/test next", "run: scripts/audit"):
        assert run in told
    for action in ("home-assistant/actions/hassfest@", "hacs/action@"):
        assert action in told
