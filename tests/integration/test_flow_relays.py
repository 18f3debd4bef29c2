"""Setting up what silences a speaker: what each kind of relay asks for, and what is refused."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_dumps
from homeassistant.util.json import json_loads
import pytest

from custom_components.earlid.flows.relays import said_of
from tests.integration.forms import EARLID, WORDS, Form, field, fill, furnish, home, only, suggested
from tests.integration.relay_forms import DEFAULTS, DEVICES, LEAST, OFF, ON, Asked, speaker_by, to_kind, to_the_end
from virtual_home.flows import fill as fill_as_the_frontend

# The field that says where each is.
PLACES = {"tasmota": "topic", "zigbee2mqtt": "topic", "shelly": "host"}


@pytest.fixture(autouse=True)
def household(hass: HomeAssistant) -> None:
    """Fill the home with things to choose from."""
    furnish(hass)


@pytest.fixture(autouse=True)
def asked() -> Iterator[Asked]:
    """Let every relay be one that can only be asked."""
    asked = Asked()
    with patch("custom_components.earlid.flows.checks.make_relay", asked):
        yield asked


@pytest.mark.parametrize("kind", LEAST)
async def test_each_kind_needs_little_and_is_asked_only_where_it_is_a_device(
    hass: HomeAssistant, asked: Asked, kind: str
) -> None:
    entry = home(hass)
    form = await to_kind(hass, entry, kind)
    assert form["step_id"] == f"relay_{kind}"
    form = await fill(hass, form, LEAST[kind])
    assert asked.by == ([{"relay": kind} | _without(LEAST[kind] | DEFAULTS[kind])] if kind in DEVICES else [])
    assert (await to_the_end(hass, form))["type"] is FlowResultType.CREATE_ENTRY
    stored = only(entry, "speaker").data
    assert stored == speaker_by(kind)
    assert json_loads(json_dumps(dict(stored))) == stored


@pytest.mark.parametrize("kind", LEAST)
async def test_what_the_frontend_fills_in_by_itself_is_taken(hass: HomeAssistant, kind: str) -> None:
    entry = home(hass)
    form = await to_kind(hass, entry, kind)
    typed = fill_as_the_frontend(_fields(form), LEAST[kind])
    assert typed == LEAST[kind] | DEFAULTS[kind]
    await to_the_end(hass, await fill(hass, form, typed))
    assert only(entry, "speaker").data == speaker_by(kind)


async def test_every_field_of_a_relay_that_is_filled_in_is_stored(hass: HomeAssistant, asked: Asked) -> None:
    asked.identity = "A8032AB12345"
    for kind, typed, also in (
        ("entity", {"entity_id": "switch.kitchen", "silences": "microphone", "inverted": False, "auto_off": 300}, {}),
        ("tasmota", {"topic": "home/kitchen", "channel": 4, "silences": "microphone", "provision": False}, {}),
        ("zigbee2mqtt", {"topic": "zigbee/attic/plug", "silences": "microphone", "provision": False}, {}),
        (
            "shelly",
            {"host": "plug.local", "channel": 3, "password": " p ", "silences": "microphone", "provision": False},
            {"device": "A8032AB12345"},
        ),
        (
            "actions",
            {"off": OFF, "grant": ON, "renew": ON, "state_entity": "light.red_led", "keeps_time": True}
            | {"silences": "microphone"},
            {},
        ),
    ):
        asked.identity = also.get("device")
        entry = home(hass)
        await to_the_end(hass, await fill(hass, await to_kind(hass, entry, kind), typed))
        assert only(entry, "speaker").data == speaker_by(kind) | typed | also
        await hass.config_entries.async_remove(entry.entry_id)


@pytest.mark.parametrize(
    ("kind", "problem", "at", "said"),
    [
        *((kind, "no_answer", PLACES[kind], f"no_answer_{kind}") for kind in DEVICES),
        ("tasmota", "not_this_device", "topic", "not_this_device_tasmota"),
        ("tasmota", "unreadable_answer", "topic", "unreadable_answer"),
        ("tasmota", "no_such_channel", "channel", "no_such_channel_tasmota"),
        ("tasmota", "delayed_toggle", "base", "delayed_toggle_tasmota"),
        ("tasmota", "no_mqtt", "base", "no_mqtt"),
        ("zigbee2mqtt", "not_known", "topic", "not_known"),
        ("zigbee2mqtt", "not_switchable", "topic", "not_switchable"),
        ("zigbee2mqtt", "disabled", "topic", "disabled"),
        ("zigbee2mqtt", "unreadable_answer", "topic", "unreadable_answer"),
        ("zigbee2mqtt", "no_such_channel", "topic", "no_such_channel_zigbee2mqtt"),
        ("zigbee2mqtt", "delayed_toggle", "base", "delayed_toggle_zigbee2mqtt"),
        ("zigbee2mqtt", "no_mqtt", "base", "no_mqtt"),
        ("shelly", "not_this_device", "host", "no_shelly"),
        ("shelly", "unreadable_answer", "host", "unreadable_answer_shelly"),
        ("shelly", "no_such_channel", "channel", "no_such_channel_shelly"),
        ("shelly", "invalid_auth", "password", "invalid_auth"),
    ],
)
async def test_what_is_wrong_with_a_device_is_said_where_it_can_be_mended(  # noqa: PLR0917 - pytest's, by their names
    hass: HomeAssistant, asked: Asked, kind: str, problem: str, at: str, said: str
) -> None:
    entry = home(hass)
    asked.problem = problem
    typed = LEAST[kind] | DEFAULTS[kind]
    form = await fill(hass, await to_kind(hass, entry, kind), typed)
    assert form["errors"] == {at: said}
    assert suggested(form) == typed
    asked.problem = None
    assert (await fill(hass, form, typed))["step_id"] == "senses"
    assert not entry.subentries


@pytest.mark.parametrize("kind", DEVICES)
async def test_a_device_that_never_answers_is_waited_for_for_a_while_only(
    hass: HomeAssistant, asked: Asked, kind: str
) -> None:
    asked.hangs = True
    with patch("custom_components.earlid.flows.checks.PROBE_WITHIN", 0.01):
        form = await fill(hass, await to_kind(hass, home(hass), kind), LEAST[kind])
    assert list(form["errors"].values()) == [f"no_answer_{kind}"]


@pytest.mark.parametrize("kind", DEVICES)
def test_every_problem_that_a_relay_can_have_has_words(kind: str) -> None:
    files = [*Path(EARLID / "relays").glob(f"{kind}*.py"), *Path(EARLID / "relays").glob("mqtt.py")]
    source = "".join(path.read_text() for path in files)
    raised = r"""(?:RelayError\(|_take_for\(|_problem = (?:True, )?)\s*"(\w+)"(?: if .+? else "(\w+)")?"""
    problems = {problem for found in re.findall(raised, source) for problem in found if problem}
    assert {"no_answer", "no_such_channel"} <= problems
    assert {said_of(kind, problem) for problem in problems} <= WORDS["config_subentries"]["speaker"]["error"].keys()
    assert problems <= WORDS["issues"]["power_on_not_off"]["fix_flow"]["error"].keys()


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        *(
            (kind, topic)
            for kind in ("tasmota", "zigbee2mqtt")
            for topic in ("", " ", "/", "/a/b", "a/b/", "a//b", "a/+", "#", "a/b#", "$SYS/a", "a/\0", "a/" + "b" * 200)
        ),
        ("tasmota", "cmnd/kitchen"),
        ("tasmota", "Tele/kitchen/STATE"),
        ("tasmota", "stat"),
        ("zigbee2mqtt", "Kitchen plug"),
        ("zigbee2mqtt", "zigbee2mqtt/Kitchen plug/set"),
        ("zigbee2mqtt", "zigbee2mqtt/Kitchen plug/availability"),
    ],
)
async def test_what_is_not_the_topic_of_one_device_is_refused_unasked(
    hass: HomeAssistant, asked: Asked, kind: str, topic: str
) -> None:
    form = await fill(hass, await to_kind(hass, home(hass), kind), {"topic": topic})
    assert form["errors"] == {"topic": f"invalid_topic_{kind}"}
    assert not asked.by


@pytest.mark.parametrize("kind", ["tasmota", "zigbee2mqtt"])
async def test_blanks_around_a_topic_are_not_part_of_it(hass: HomeAssistant, asked: Asked, kind: str) -> None:
    await fill(hass, await to_kind(hass, home(hass), kind), {"topic": f" {LEAST[kind]['topic']} "})
    assert asked.by[0]["topic"] == LEAST[kind]["topic"]


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "http://192.168.1.20",
        "192.168.1.20/",
        "192.168.1.20/relay/0",
        "admin:secret@192.168.1.20",
        "192.168.1.20:0",
        "192.168.1.20:65536",
        "192.168.1.20:http",
        "two words",
        "fe80::1",
        "a?b",
        "a#b",
    ],
)
async def test_what_is_no_address_is_refused_unasked(hass: HomeAssistant, asked: Asked, host: str) -> None:
    form = await fill(hass, await to_kind(hass, home(hass), "shelly"), {"host": host})
    assert form["errors"] == {"host": "invalid_host"}
    assert not asked.by


@pytest.mark.parametrize(
    ("host", "stored"),
    [
        ("192.168.1.20", "192.168.1.20"),
        (" 192.168.1.20:8080 ", "192.168.1.20:8080"),
        ("ShellyPlus1-A8032AB12345.local", "shellyplus1-a8032ab12345.local"),
        ("[FE80::1]:80", "[fe80::1]:80"),
    ],
)
async def test_an_address_is_a_name_or_a_number_in_small_letters(
    hass: HomeAssistant, asked: Asked, host: str, stored: str
) -> None:
    form = await fill(hass, await to_kind(hass, home(hass), "shelly"), {"host": host})
    assert form["step_id"] == "senses"
    assert asked.by[0]["host"] == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("tasmota", {"channel": 0}),
        ("tasmota", {"channel": 33}),
        ("tasmota", {"channel": 1.5}),
        ("tasmota", {"channel": "nan"}),
        ("tasmota", {"topic": None}),
        ("tasmota", {"provision": "perhaps"}),
        ("zigbee2mqtt", {"silences": "light"}),
        ("zigbee2mqtt", {"channel": 1}),
        ("shelly", {"channel": -1}),
        ("shelly", {"host": 5}),
        ("shelly", {"device": "A8032AB12345"}),
        ("shelly", {"password": 5}),
        ("entity", {"auto_off": 4}),
        ("entity", {"auto_off": 3601}),
        ("actions", {"keeps_time": "perhaps"}),
        ("actions", {"state_entity": "sensor.kitchen_power"}),
    ],
)
async def test_a_field_that_is_out_of_range_is_refused_unasked(
    hass: HomeAssistant, asked: Asked, kind: str, typed: dict[str, Any]
) -> None:
    form = await to_kind(hass, home(hass), kind)
    with pytest.raises(InvalidData):
        await fill(hass, form, LEAST[kind] | typed)
    assert not asked.by


async def test_a_password_that_was_left_empty_is_none(hass: HomeAssistant, asked: Asked) -> None:
    await fill(hass, await to_kind(hass, home(hass), "shelly"), LEAST["shelly"] | {"password": ""})
    assert "password" not in asked.by[0]


async def test_an_auto_off_is_refused_where_it_would_open_the_microphone(hass: HomeAssistant) -> None:
    typed = {"entity_id": "switch.kitchen", "inverted": True, "auto_off": 300}
    form = await fill(hass, await to_kind(hass, home(hass), "entity"), typed)
    assert form["errors"] == {"auto_off": "auto_off_inverted"}
    assert (await fill(hass, form, {**typed, "inverted": False}))["step_id"] == "senses"


async def test_actions_that_home_assistant_does_not_take_are_refused_in_its_words(hass: HomeAssistant) -> None:
    typed = LEAST["actions"] | {"off": [{"delay": "a while"}], "grant": [], "renew": [{"action": "not an action"}]}
    form = await fill(hass, await to_kind(hass, home(hass), "actions"), typed)
    assert form["errors"] == {"off": "invalid_actions", "grant": "no_actions", "renew": "invalid_actions"}
    words = form["description_placeholders"]["error"]
    assert "a while" in words
    assert "not an action" in words
    assert suggested(form) == typed | DEFAULTS["actions"]
    assert (await fill(hass, form, LEAST["actions"]))["step_id"] == "senses"


@pytest.mark.parametrize("renew", [[], None])
async def test_a_renewal_that_was_left_empty_is_none(hass: HomeAssistant, renew: Any) -> None:
    entry = home(hass)
    form = await fill(hass, await to_kind(hass, entry, "actions"), LEAST["actions"] | {"renew": renew})
    await to_the_end(hass, form)
    assert "renew" not in only(entry, "speaker").data


async def test_the_entity_of_actions_must_be_there_and_not_earlids_own(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    own = entity_registry.async_get_or_create("switch", "earlid", "1", object_id_base="earlid_lockdown").entity_id
    form = await to_kind(hass, home(hass), "actions")
    assert own in field(form, "state_entity")["selector"]["entity"]["exclude_entities"]
    for entity_id, problem in ((own, "own_entity"), ("switch.gone", "entity_not_found")):
        form = await fill(hass, form, LEAST["actions"] | {"state_entity": entity_id})
        assert form["errors"] == {"state_entity": problem}


def _fields(form: Form) -> list[dict[str, Any]]:
    return [field(form, marker.schema) for marker in form["data_schema"].schema]


def _without(relay: dict[str, Any]) -> dict[str, Any]:
    """Return what a relay is made from."""
    return {name: value for name, value in relay.items() if name not in ("silences", "provision")}
