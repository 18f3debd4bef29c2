"""Every word that is shown is there, and the files are what Home Assistant's own check (hassfest) wants of them.

That check runs only in Home Assistant's repository, so its rules are written down here as far as a script can hold
them, with what it does not look for in custom integrations.
"""

import ast
from collections.abc import Iterator
import fnmatch
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.event import ATTR_EVENT_TYPES
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import validate_selector
from homeassistant.util.yaml import load_yaml_dict
import pytest
import voluptuous as vol

from custom_components.earlid.condition import CONDITIONS
from custom_components.earlid.engine.model import Cause
from custom_components.earlid.targets import TARGET_FIELDS
from custom_components.earlid.trigger import TRIGGERS
from tests.integration.fakes import Home, move_in
from tests.integration.views import a_rule, a_speaker

EARLID = Path(__file__).parents[2] / "custom_components" / "earlid"
FRONTEND = Path(__file__).parents[2] / "frontend"
WORDS: dict[str, Any] = json.loads((EARLID / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((EARLID / "icons.json").read_text())
SERVICES: dict[str, Any] = load_yaml_dict(str(EARLID / "services.yaml"))

SECTIONS = {
    "config",
    "options",
    "config_panel",
    "config_subentries",
    "selector",
    "entity",
    "services",
    "exceptions",
    "issues",
    "triggers",
    "conditions",
    "device",
    "system_health",
    "title",
}
SAID_IN_BROWSER = ("panel", "card", "line", "wakes", "journal", "unguarded")
KEY = re.compile(r"(?!.*__)[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
URL = re.compile(r"https?://|www\.")
PLACEHOLDER = re.compile(r"\{([^}]*)\}")
# These raise an error with the key as their first argument.
RAISERS = {"_wrong", "wrong", "NotAllowed"}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    else:
        yield path, value


def raised_keys() -> set[str]:
    """Return the translation keys of the errors that Earlid's code raises."""
    keys: set[str] = set()
    for path in EARLID.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(key)), *_]
                ) if name in RAISERS:
                    keys.add(key)
                case ast.Call(func=ast.Name(id=name), keywords=keywords) if name.endswith("Error"):
                    given = {keyword.arg: keyword.value for keyword in keywords}
                    if isinstance(constant := given.get("translation_key"), ast.Constant):
                        keys.add(str(constant.value))
    return keys


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in(hass, monkeypatch, a_speaker("kitchen"), a_rule("night"))


def shown(home: Home) -> dict[str, set[str]]:
    """Return the translation keys of the entities, by domain."""
    keys: dict[str, set[str]] = {}
    for registered in er.async_entries_for_config_entry(er.async_get(home.hass), home.entry.entry_id):
        assert registered.translation_key is not None
        keys.setdefault(registered.domain, set()).add(registered.translation_key)
    return keys


async def test_every_entity_has_words_and_an_icon_and_no_word_is_left_over(home: Home) -> None:
    for words in (WORDS["entity"], ICONS["entity"]):
        assert {domain: set(keys) for domain, keys in words.items()} == shown(home)


async def test_every_entity_has_a_name_and_a_rules_switch_says_that_it_is_one(home: Home) -> None:
    """A switch "Nobody home: on" would read as a fact."""
    assert all("name" in words for domain in WORDS["entity"].values() for words in domain.values())
    assert home.attributes("switch.earlid_rule_night")["friendly_name"] == "Earlid Rule: Night"


async def test_every_state_has_a_word(home: Home) -> None:
    words = WORDS["entity"]
    assert list(words["sensor"]["microphone"]["state"]) == home.attributes("sensor.kitchen_microphone")["options"]
    assert list(words["select"]["mode"]["state"]) == home.attributes("select.kitchen_mode")["options"]
    types = home.attributes("event.kitchen_activation")[ATTR_EVENT_TYPES]
    assert list(words["event"]["activation"]["state_attributes"]["event_type"]["state"]) == types
    causes = words["binary_sensor"]["breach"]["state_attributes"]["cause"]["state"]
    assert set(causes) == {cause.value for cause in Cause}
    decides = {"lockdown", "hold", "hand", "posture", "finishing_playback"}
    assert set(words["sensor"]["decided_by"]["state"]) == decides
    assert set(words["sensor"]["microphone"]["state_attributes"]["because"]["state"]) == decides
    assert list(words["sensor"]["assurance"]["state"]) == home.attributes("sensor.kitchen_assurance")["options"]


async def test_every_attribute_has_a_word(home: Home) -> None:
    usual = {"friendly_name", "device_class", "state_class", "options", "event_types", "unit_of_measurement", "icon"}
    usual |= {"last_reset"}
    for state in home.hass.states.async_all():
        registered = er.async_get(home.hass).async_get(state.entity_id)
        assert registered is not None
        words = WORDS["entity"][registered.domain][registered.translation_key]
        own = {str(attribute) for attribute in state.attributes} - usual
        if registered.domain == "event":
            own |= {"id", "source", "allowed"}
        assert set(words.get("state_attributes", {})) == own, state.entity_id


async def test_every_action_has_its_form_words_and_icon(home: Home) -> None:
    registered = home.hass.services.async_services_for_domain("earlid")
    assert set(registered) == set(SERVICES) == set(WORDS["services"]) == set(ICONS["services"])
    for name, service in registered.items():
        assert isinstance(service.schema, vol.Schema)
        taken = {str(field) for field in service.schema.schema} - {str(field) for field in TARGET_FIELDS}
        fields, words = SERVICES[name].get("fields", {}), WORDS["services"][name].get("fields", {})
        assert taken == set(fields) == set(words), name
        assert {"name", "description"} <= set(WORDS["services"][name])
        assert all(set(field) == {"name", "description"} for field in words.values())


@pytest.mark.parametrize(("kind", "keys"), [("trigger", set(TRIGGERS)), ("condition", set(CONDITIONS))])
def test_every_trigger_and_condition_has_its_form_words_and_icon(kind: str, keys: set[str]) -> None:
    forms: dict[str, Any] = load_yaml_dict(str(EARLID / f"{kind}s.yaml"))
    words, icons = WORDS[f"{kind}s"], ICONS[f"{kind}s"]
    assert keys == set(forms) == set(words) == set(icons), "anchors are for core only"
    assert all(set(icon) == {kind} for icon in icons.values())
    for key, form in forms.items():
        assert set(form) <= {"target", "fields"}
        assert form.get("target", {"entity": {"integration": "earlid"}}) == {"entity": {"integration": "earlid"}}
        fields = form.get("fields", {})
        assert set(words[key]) == {"name", "description"} | ({"fields"} if fields else set())
        assert set(fields) == set(words[key].get("fields", {})), key
        # These two Home Assistant draws with pictures.
        told = [field for name, field in words[key].get("fields", {}).items() if name not in ("behavior", "for")]
        assert all(set(field) == {"name", "description"} for field in told)
        for field in fields.values():
            assert set(field) <= {"example", "default", "required", "selector", "context"}
            assert None not in (field.get("default", 0), field.get("example", 0)), key
            validate_selector(field["selector"])
            if (select := (field["selector"] or {}).get("select")) is not None:
                assert set(select["options"]) == set(WORDS["selector"][select["translation_key"]]["options"])


def test_every_error_has_a_sentence_and_no_sentence_is_left_over() -> None:
    chosen = {"not_a_speaker", *(f"unknown_{kind}" for kind in ("device", "area", "floor", "label"))}
    chosen |= {"name_ambiguous", "name_near", "name_unknown", "not_by_the_silenced"}
    assert set(WORDS["exceptions"]) == raised_keys() | chosen
    assert all(set(sentence) == {"message"} for sentence in WORDS["exceptions"].values())


def test_every_field_of_a_form_is_one_that_home_assistant_has() -> None:
    for name, service in SERVICES.items():
        whole_home = name in ("verify_journal", "install_sentences", "remove_sentences")
        target = None if whole_home else {"entity": {"integration": "earlid"}}
        assert service.get("target") == target, "a filter by device is refused"
        for field in service.get("fields", {}).values():
            validate_selector(field["selector"])
            assert None not in (field.get("default", 0), field.get("example", 0)), name
            select = (field["selector"] or {}).get("select")
            if select is not None:
                assert set(select["options"]) == set(WORDS["selector"][select["translation_key"]]["options"])
        assert not name.startswith("."), "anchors are for core only"


def test_the_words_are_what_hassfest_wants() -> None:
    assert set(WORDS) <= SECTIONS
    for path, text in leaves(WORDS):
        assert text, path
        assert text == text.strip(), path
        assert not URL.search(text), path
        assert "<" not in text, f"HTML in {path}"
        assert "'{" not in text, path
        assert all(name.isidentifier() for name in PLACEHOLDER.findall(text)), path


def test_the_keys_are_what_hassfest_wants() -> None:
    for section in ("entity", "selector", "exceptions", "services", "triggers", "conditions"):
        keys = WORDS[section]
        assert all(KEY.fullmatch(part) for path, _ in leaves(keys) for part in path.strip(".").split("."))
    for path, text in leaves(WORDS["entity"]):
        if ".state" in path:
            assert not PLACEHOLDER.search(text), path


def test_the_icons_are_what_hassfest_wants() -> None:
    assert set(ICONS) <= {"entity", "services", "triggers", "conditions", "config", "options", "issues"}
    for path, icon in leaves(ICONS):
        assert re.fullmatch(r"mdi:[a-z0-9-]+", icon), path
    for icons in (icons for domain in ICONS["entity"].values() for icons in domain.values()):
        assert "default" in icons
        assert icons["default"] not in icons.get("state", {}).values(), "a state's icon that is the default's"
    assert all(set(icons) == {"service"} for icons in ICONS["services"].values())


def test_the_files_stay_as_scripts_write_them() -> None:
    """Several hands edit them; the same layout keeps the differences small."""
    for path, content in ((EARLID / "translations" / "en.json", WORDS), (EARLID / "icons.json", ICONS)):
        assert path.read_text() == json.dumps(content, indent=2, ensure_ascii=False) + "\n", path.name


def test_every_word_of_the_card_and_the_page_is_there_and_none_is_left_over() -> None:
    """In the source they stand as `"panel.why"`, or with a gap that is filled in later: `panel.grade_${grade}`."""
    source = "\n".join(path.read_text() for path in sorted((FRONTEND / "src").rglob("*.ts")))
    source += "\n".join(path.read_text() for path in sorted(EARLID.rglob("*.py")))
    there = {f"{section}.{key}" for section in SAID_IN_BROWSER for key in WORDS["config_panel"][section]}
    section = "|".join(SAID_IN_BROWSER)
    said = set(re.findall(rf"[\"`]((?:{section})\.(?:[a-z0-9_]+|(?=\$))(?:\$\{{[^`]*)?)[\"`]", source))
    whole = {key for key in said if "$" not in key}
    assert whole <= there, "said and not there"
    gaps = {re.sub(r"\$\{[^}]*\}", "*", key).partition("${")[0] for key in said - whole}
    assert all(fnmatch.filter(there, gap if "*" in gap else f"{gap}*") for gap in gaps), "said and not there"
    # A gap for the whole word says nothing; then the word, or what it begins with, stands somewhere by itself.
    words = set(re.findall(r"\"([a-z0-9_]+)\"", source))
    starts = tuple(re.findall(r"`([a-z0-9_]+_)\$\{", source))
    for key in there - whole:
        section, _, word = key.partition(".")
        alone = f"{section}.*" in gaps | {f"{gap}*" for gap in gaps} and (word in words or word.startswith(starts))
        assert alone or any(fnmatch.fnmatch(key, gap) for gap in gaps - {f"{section}.*"}), f"{key} is never said"
