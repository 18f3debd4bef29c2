"""The Integration Quality Scale: what it calls done is held, and each exemption has its reason.

A rule is held by a look at the files below, by tests that are named, or by a page that says what it is to say.
"""

import ast
from collections.abc import Callable, Iterator
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant import exceptions
from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.config_flow import EarlidConfigFlow

ROOT: Final = Path(__file__).parents[2]
EARLID: Final = ROOT / "custom_components" / "earlid"
SCALE: Final[dict[str, Any]] = load_yaml_dict(str(EARLID / "quality_scale.yaml"))["rules"]
WORDS: Final[dict[str, Any]] = json.loads((EARLID / "translations" / "en.json").read_text())
MANIFEST: Final[dict[str, Any]] = json.loads((EARLID / "manifest.json").read_text())
PLATFORMS: Final = ("binary_sensor", "button", "event", "select", "sensor", "switch")

# https://developers.home-assistant.io/docs/core/integration-quality-scale/ as of Home Assistant 2026.10.
BRONZE: Final = [
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow-test-coverage",
    "config-flow",
    "dependency-transparency",
    "docs-actions",
    "docs-triggers",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
]
SILVER: Final = [
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
]
GOLD: Final = [
    "devices",
    "diagnostics",
    "discovery-update-info",
    "discovery",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
]
PLATINUM: Final = [
    "async-dependency",
    "inject-websession",
    "strict-typing",
]
ALL: Final = {*BRONZE, *SILVER, *GOLD, *PLATINUM}

# What only a test can hold: in which file, and how it is called.
HERE: Final = "tests/integration/test_quality_at_home.py"
HELD_BY: Final = {
    "action-setup": (f"{HERE}::test_actions_are_there_before_any_entry",),
    "appropriate-polling": (f"{HERE}::test_no_entity_polls",),
    "entity-unique-id": (f"{HERE}::test_unique_ids_stay_as_they_are",),
    "has-entity-name": (f"{HERE}::test_entities_are_named_beside_their_device",),
    "config-entry-unloading": (f"{HERE}::test_an_entry_is_unloaded_and_loaded_again",),
    "log-when-unavailable": (
        f"{HERE}::test_the_log_tells_once_that_a_relay_is_out_of_sight_and_once_that_it_is_back",
        f"{HERE}::test_the_log_tells_once_of_a_relay_that_fails_and_once_that_it_takes_commands_again",
    ),
    "devices": (f"{HERE}::test_each_speaker_is_a_device_behind_the_hub",),
    "entity-category": (f"{HERE}::test_what_is_no_daily_business_has_a_category_and_numbers_have_a_class",),
    "entity-device-class": (f"{HERE}::test_what_is_no_daily_business_has_a_category_and_numbers_have_a_class",),
    "entity-translations": (f"{HERE}::test_entities_are_named_beside_their_device",),
    "test-before-configure": (
        "tests/integration/test_flow_relays_asked.py::test_whatever_else_answers_is_no_shelly",
        "tests/integration/test_flow_relays_asked.py::test_without_mqtt_the_form_says_so",
    ),
    "action-exceptions": (
        "tests/integration/test_actions.py::test_a_duration_that_is_none_is_an_error_in_words",
        "tests/integration/test_actions.py::test_without_a_loaded_home_the_actions_say_so",
    ),
    "exception-translations": (
        "tests/integration/test_translations.py::test_every_error_has_a_sentence_and_no_sentence_is_left_over",
    ),
    "diagnostics": ("tests/integration/test_diagnostics.py::test_no_secret_that_was_planted_in_any_field_is_in_it",),
    "discovery": (
        "tests/integration/test_discovery.py::test_a_speaker_that_can_hear_offers_earlid_and_one_press_sets_it_up",
    ),
    "dynamic-devices": (
        "tests/integration/test_entities.py::test_a_speaker_that_comes_later_is_shown_without_touching_the_others",
    ),
    "stale-devices": (
        "tests/integration/test_entities.py::test_a_speaker_takes_its_device_along_when_it_goes_and_leaves_the_others",
    ),
    "repair-issues": (
        "tests/integration/test_repairs.py::test_a_power_on_state_is_set_with_the_household_s_consent",
        "tests/integration/test_repairs.py::test_a_lease_that_was_ignored_is_tried_again_from_the_issue",
    ),
    "entity-unavailable": (
        "tests/integration/test_entities.py::test_what_is_gone_from_the_household_is_unavailable_not_off",
    ),
}
# What must be told, where: a heading or a sentence of the page.
TOLD: Final = {
    "docs-high-level-description": ("README.md", "A lid for your smart speakers' ears."),
    "docs-installation-instructions": ("README.md", "## Install"),
    "docs-removal-instructions": ("README.md", "To remove it,"),
    "docs-data-update": ("docs/entities.md", "## When it looks"),
    "docs-examples": ("docs/automations.md", "## Examples"),
    "docs-known-limitations": ("README.md", "## What it cannot do"),
    "docs-supported-devices": ("docs/relays.md", "## The families"),
    "docs-troubleshooting": ("docs/troubleshooting.md", "# When something is not as it should be"),
    "docs-use-cases": ("README.md", "## What people do with it"),
}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Yield each file of Earlid, read."""
    for path in EARLID.rglob("*.py"):
        yield path, ast.parse(path.read_text())


def of_entities() -> Iterator[ast.Module]:
    """Yield the files that entities are in, read."""
    for path, tree in modules():
        if path.parent == EARLID and path.stem in (*PLATFORMS, "entity"):
            yield tree


def said_in_the_code(tree: ast.Module) -> Iterator[str]:
    """Yield the attributes that entities are given in the code, and the fields of their descriptions."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.Call(func=ast.Name(id=made), keywords=fields) if made.endswith("Description"):
                yield from (f"{field.arg} of a description" for field in fields)


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the words of each form."""
    forms = {"config": WORDS["config"], "options": WORDS["options"], **WORDS["config_subentries"]}
    for form, words in forms.items():
        for name, step in words["step"].items():
            yield f"{form}.{name}", step


def status(rule: str) -> str:
    """Return what the scale says of a rule."""
    said = SCALE[rule]
    return said if isinstance(said, str) else str(said["status"])


# --- The scale itself


def test_every_rule_of_every_tier_is_there_and_none_that_is_not_one() -> None:
    assert set(SCALE) == ALL
    assert (len(BRONZE), len(SILVER), len(GOLD), len(PLATINUM)) == (20, 10, 21, 3)


def test_every_rule_is_done_or_has_a_reason() -> None:
    for rule in ALL:
        assert status(rule) in ("done", "exempt"), rule
        if status(rule) == "exempt":
            assert len(SCALE[rule]["comment"]) > 60, rule


def test_every_rule_that_is_done_is_held_by_something() -> None:
    checks = {name.removeprefix("rule_").replace("_", "-") for name in RULES}
    done = {rule for rule in ALL if status(rule) == "done"}
    assert done == checks | set(HELD_BY) | set(TOLD)


@pytest.mark.parametrize("rule", sorted(HELD_BY))
def test_a_rule_is_held_by_tests_that_are_there(rule: str) -> None:
    for named in HELD_BY[rule]:
        path, _, test = named.partition("::")
        written = (ROOT / path).read_text()
        assert "def test_" in written
        if test:
            assert f"def {test}(" in written


@pytest.mark.parametrize("rule", sorted(TOLD))
def test_what_is_to_be_told_is_told(rule: str) -> None:
    path, told = TOLD[rule]
    assert told in (ROOT / path).read_text()


RULES: Final[dict[str, Callable[[], None]]] = {}


def looks(rule: Callable[[], None]) -> Callable[[], None]:
    """Have the rule looked at on paper, without Home Assistant."""
    RULES[rule.__name__] = rule
    return rule


# --- Rules that are seen in the files


@looks
def rule_brands() -> None:
    """Home Assistant takes pictures from the integration itself since 2026.3."""
    icon = (EARLID / "brand" / "icon.png").read_bytes()
    assert icon.startswith(b"\x89PNG")
    assert int.from_bytes(icon[16:20]) == int.from_bytes(icon[20:24]) == 256


@looks
def rule_common_modules() -> None:
    """All entities have one base, in entity.py."""
    for platform in PLATFORMS:
        assert "from .entity import" in (EARLID / f"{platform}.py").read_text(), platform


@looks
def rule_config_flow() -> None:
    """Set up in the interface alone, and each field says what it is for."""
    assert MANIFEST["config_flow"] is True
    # Home Assistant shows no description at lists of objects and at action and condition editors.
    silent = {"states", "levels", "rises", "topics", "off", "grant", "renew", "conditions"}
    for name, step in steps():
        missing = set(step.get("data", {})) - set(step.get("data_description", {})) - silent
        assert not missing, (name, missing)


@looks
def rule_dependency_transparency() -> None:
    """Nothing is downloaded."""
    assert MANIFEST["requirements"] == []


@looks
def rule_entity_event_setup() -> None:
    """Entities listen when they are added, and not when they are made."""
    for tree in of_entities():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
                assert not any("listen" in one or "async_track" in one or "dispatcher" in one for one in called)


@looks
def rule_runtime_data() -> None:
    """What belongs to an entry is with the entry."""
    assert "entry.runtime_data = " in (EARLID / "__init__.py").read_text()
    for path, _ in modules():
        assert not re.search(r"hass\.data(\[|\.\w+\()(DOMAIN|entry)\b", path.read_text()), path


@looks
def rule_unique_config_entry() -> None:
    """There is one home."""
    assert MANIFEST["single_config_entry"] is True


@looks
def rule_docs_actions() -> None:
    """Each action is on its page, with its fields."""
    page = (ROOT / "docs/actions.md").read_text()
    for name, words in WORDS["services"].items():
        assert f"`earlid.{name}`" in page, name
        for field in words.get("fields", {}):
            assert re.search(rf"\| `{field}` \|", page), (name, field)


@looks
def rule_docs_triggers() -> None:
    """Each trigger is on its page, with its options."""
    _automated("triggers", "## Triggers", "## Conditions")


@looks
def rule_docs_conditions() -> None:
    """Each condition is, too."""
    _automated("conditions", "## Conditions", "## Examples")


def _automated(kind: str, begins: str, ends: str) -> None:
    page = (ROOT / "docs/automations.md").read_text()
    part = page[page.index(begins) : page.index(ends)]
    for name, words in WORDS[kind].items():
        assert f"`earlid.{name}`" in part, name
        for field in words.get("fields", {}):
            assert f"`{field}`" in part, (name, field)


@looks
def rule_docs_supported_functions() -> None:
    """Each entity is on the page of what there is."""
    page = (ROOT / "docs/entities.md").read_text()
    for platform, keys in WORDS["entity"].items():
        for key in keys:
            assert re.search(rf"`{platform}\.(<s>|earlid)_{key}(_<r>)?`", page), (platform, key)


def _described(form: str) -> None:
    page = (ROOT / "docs/configuration.md").read_text()
    for name, step in steps():
        if name.startswith(form):
            for field, label in step.get("data", {}).items():
                assert field == "name" or f"(`{field}`)" in page or f"**{label}**" in page, (name, field)


@looks
def rule_docs_configuration_parameters() -> None:
    """Each field of the options, of speakers and rules is on its page."""
    for form in ("options", "speaker", "rule"):
        _described(form)


@looks
def rule_docs_installation_parameters() -> None:
    """So is each of the first form."""
    _described("config.")


@looks
def rule_integration_owner() -> None:
    """Someone answers for it."""
    assert MANIFEST["codeowners"]


@looks
def rule_parallel_updates() -> None:
    """Each platform says how many may be asked at once."""
    for platform in PLATFORMS:
        assert re.search(r"^PARALLEL_UPDATES = 0$", (EARLID / f"{platform}.py").read_text(), re.MULTILINE), platform


@looks
def rule_config_flow_test_coverage() -> None:
    """scripts/test fails below 100 % of the forms."""
    assert "earlid/flows/*,*/config_flow.py' --fail-under=100" in (ROOT / "scripts/test").read_text()


@looks
def rule_test_coverage() -> None:
    """scripts/test fails below 95 %, and below 100 % of the engine."""
    script = (ROOT / "scripts/test").read_text()
    assert "--fail-under=95" in script
    assert "--fail-under=100" in script


@looks
def rule_icon_translations() -> None:
    """Each entity, action, trigger and condition has an icon, and none is in the code."""
    icons = json.loads((EARLID / "icons.json").read_text())
    for platform, keys in WORDS["entity"].items():
        if platform in {str(one) for one in Platform}:
            # A device class brings its own icon.
            bare = {key for key in keys if key not in icons["entity"].get(platform, {})}
            assert bare <= BY_CLASS, (platform, bare)
    for kind in ("services", "triggers", "conditions"):
        assert set(icons[kind]) == set(WORDS[kind]), kind
    for tree in of_entities():
        assert not {"_attr_icon", "icon of a description"} & set(said_in_the_code(tree))


BY_CLASS: Final = {"breach", "next_change", "last_activation", "live_today", "exposed_today"}


@looks
def rule_entity_translations() -> None:
    """No entity is named in the code."""
    for tree in of_entities():
        assert not {"_attr_name", "name of a description"} & set(said_in_the_code(tree))


# These errors are caught before anybody reads them, but for the log.
UNSEEN: Final = {"storage.py", "relays/actions.py", "relays/mqtt.py"}


@looks
def rule_exception_translations() -> None:
    """Each of Home Assistant's errors says in translated words what is wrong."""
    base = exceptions.HomeAssistantError
    errors = {name for name, one in vars(exceptions).items() if isinstance(one, type) and issubclass(one, base)}
    for path, tree in modules():
        for node in ast.walk(tree):
            match node:
                case ast.Raise(exc=ast.Name(id=name)):
                    assert name not in errors, path
                case ast.Call(func=ast.Name(id=name), keywords=given) if name in errors:
                    translated = {"translation_domain", "translation_key"} <= {one.arg for one in given}
                    assert translated or path.relative_to(EARLID).as_posix() in UNSEEN, path


@looks
def rule_reconfiguration_flow() -> None:
    """The home, each speaker and each rule can be changed later."""
    flows = EarlidConfigFlow.async_get_supported_subentry_types(MockConfigEntry(domain="earlid"))
    assert set(flows) == {"speaker", "rule"} == set(WORDS["config_subentries"])
    assert "reconfigure" in WORDS["config"]["step"]
    assert all("reconfigure" in words["initiate_flow"] for words in WORDS["config_subentries"].values())
    assert all(hasattr(flow, "async_step_reconfigure") for flow in (EarlidConfigFlow, *flows.values()))


@looks
def rule_async_dependency() -> None:
    """No requirement, and nothing in the files that waits in the event loop."""
    for path, tree in modules():
        imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
        assert not imported & {"requests", "urllib.request", "socket", "http.client"}, path
        called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert "time.sleep" not in called, path


@looks
def rule_inject_websession() -> None:
    """Requests go through Home Assistant's own session."""
    for path, tree in modules():
        called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not called & {"ClientSession", "aiohttp.ClientSession", "async_create_clientsession"}, path


@looks
def rule_strict_typing() -> None:
    """The linter runs mypy --strict, and no ignore is without its kind."""
    written = (ROOT / "pyproject.toml").read_text()
    assert re.search(r"^strict = true$", written, re.MULTILINE)
    assert "ignore-without-code" in written


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_rule_holds(rule: str) -> None:
    RULES[rule]()
