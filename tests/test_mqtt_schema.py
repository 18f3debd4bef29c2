"""`docs/mqtt.yaml` itself: that it is sound AsyncAPI 3.0, and that it lets through what it should, and no more.

It was once held against the official schema of AsyncAPI 3.0.0, which comes only with an npm package. What can go wrong
in later changes is looked at here: references that lead nowhere, parameters, operations and examples.
"""

from collections.abc import Iterator
import json
import re
import tomllib
from typing import Any

from homeassistant.components.mqtt import ReceiveMessage
from hypothesis import given, strategies as st
from jsonschema import Draft7Validator
import pytest

from custom_components.earlid.detectors.mqtt import parse
from custom_components.earlid.engine.model import Because, Cause, Outcome, Proof
from custom_components.earlid.untrusted import RejectedError
from tests.mqtt_schema import DOCUMENT, channels, comes_from_others, document, faults, look_up, validate, validator

SENT = {
    "speaker/{speaker}/activation",
    "speaker/{speaker}/breach",
    "speaker/{speaker}/state",
    "journal/head",
    "status",
}
TAKEN = {"speaker/{speaker}/activation/report", "command"}
# https://github.com/asyncapi/bindings/blob/master/mqtt/README.md, operation binding 0.2.0
BINDING = {"qos", "retain", "messageExpiryInterval", "bindingVersion"}


def references(part: Any) -> Iterator[str]:
    """Return every reference in a part of the document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def schemas() -> dict[str, Any]:
    """Return the schemas by name."""
    found: dict[str, Any] = document()["components"]["schemas"]
    return found


def test_every_reason_for_which_something_is_refused_is_written_down() -> None:
    earlid = DOCUMENT.parent.parent / "custom_components" / "earlid"
    code = "".join(
        (earlid / name).read_text() for name in ("inbox.py", "remote.py", "untrusted.py", "detectors/mqtt.py")
    )
    rejected = set(re.findall(r"""_reject\("(\w+)"\)|msg = "(\w+)"\n\s+raise RejectedError""", code))
    # These have failed in other words: in a translation's key, or in none.
    others = {"lockdown", "not_stored", "refused", "failed"}
    rows = re.findall(r"^\| (`.+?) \| (?:both|reports|commands) \|", document()["info"]["description"], re.MULTILINE)
    assert set(re.findall(r"\w+", " ".join(rows))) == {one or other for one, other in rejected} | others


def examples() -> list[Any]:
    """Return each example with the topic that its message goes over."""
    return [
        pytest.param(address.replace("{speaker}", example["payload"].get("speaker", "kitchen")), example["payload"])
        for action in ("send", "receive")
        for address, operation in channels(action).items()
        for example in look_up(look_up(operation["messages"][0]["$ref"])["$ref"])["examples"]
    ]


def test_the_document_has_every_topic_of_the_contract() -> None:
    assert set(channels("send")) == SENT
    assert set(channels("receive")) == TAKEN


def test_every_reference_leads_somewhere() -> None:
    found = set(references(document()))
    assert len(found) > 30
    for reference in found:
        look_up(reference)


def test_every_part_is_used() -> None:
    # A schema that nobody refers to describes nothing, however right it reads.
    used = set(references(document()))
    for kind, parts in document()["components"].items():
        for name in parts:
            assert f"#/components/{kind}/{name}" in used


def test_a_channel_has_the_parameters_of_its_address() -> None:
    for channel in document()["channels"].values():
        assert set(re.findall(r"\{(\w+)\}", channel["address"])) == set(channel["parameters"])


def test_an_operation_is_about_a_message_of_its_channel_and_says_how_it_is_sent() -> None:
    for operation in document()["operations"].values():
        channel = operation["channel"]["$ref"]
        for message in operation["messages"]:
            assert message["$ref"].startswith(f"{channel}/messages/")
        binding = look_up(operation["bindings"]["$ref"])["mqtt"]
        assert set(binding) <= BINDING
        assert binding["qos"] == 1


def test_only_what_ends_or_stays_true_is_retained() -> None:
    kept = {
        address: look_up(one["bindings"]["$ref"])["mqtt"].get("messageExpiryInterval")
        for address, one in channels("send").items()
        if look_up(one["bindings"]["$ref"])["mqtt"]["retain"]
    }
    assert kept == {"speaker/{speaker}/state": 180, "status": 180, "journal/head": None}


@pytest.mark.parametrize("name", schemas())
def test_a_schema_is_one(name: str) -> None:
    Draft7Validator.check_schema(schemas()[name])


@pytest.mark.parametrize(("topic", "payload"), examples())
def test_an_example_is_valid(topic: str, payload: dict[str, Any]) -> None:
    validate(topic, payload)


@pytest.mark.parametrize(
    ("schema", "words"), [("because", Because), ("microphone", Proof), ("outcome", Outcome)], ids=str
)
def test_the_words_are_those_of_the_engine(schema: str, words: type[Because | Proof | Outcome]) -> None:
    assert schemas()[schema]["enum"] == [word.value for word in words]


def test_the_causes_are_those_of_the_engine() -> None:
    assert schemas()["breach"]["properties"]["cause"]["enum"] == [cause.value for cause in Cause]


@pytest.mark.parametrize(("topic", "payload"), [one for one in examples() if not comes_from_others(one.values[0])])
def test_what_nobody_wrote_down_and_what_is_missing_is_noticed(topic: str, payload: dict[str, Any]) -> None:
    assert faults(topic, payload | {"heard": "what was said"})
    for field in payload:
        assert faults(topic, {key: value for key, value in payload.items() if key != field}), field


def test_a_topic_nobody_wrote_down_is_noticed() -> None:
    assert faults("speaker/kitchen/transcript", {})
    assert faults("speaker//state", {})


def test_a_cleared_topic_is_empty_and_a_record_never_is() -> None:
    assert not faults("speaker/kitchen/state", "")
    assert faults("speaker/kitchen/activation", b"")


STATE: dict[str, Any] = document()["components"]["messages"]["state"]["examples"][0]["payload"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-11-22 22:00:03+00:00"},
        {"at": "2026-11-22T22:00:03+01:00"},
        {"at": "2026-11-22T22:00:03"},
        {"at": "2026-13-22T22:00:03Z"},
        {"at": 1795384803},
        {"until": "never"},
        {"microphone": "off"},
        {"because": "nobody home"},
        {"schema": 2},
        {"schema": "1"},
        {"because_name": "Nobody home"},
        {"speaker": "Kitchen plug"},
    ],
    ids=repr,
)
def test_a_state_that_a_consumer_could_misread_is_noticed(wrong: dict[str, Any]) -> None:
    assert not faults("speaker/bedroom/state", STATE)
    assert faults("speaker/bedroom/state", STATE | wrong)


@pytest.mark.parametrize(
    ("command", "right"),
    [
        ({"action": "mute", "speakers": "all"}, True),
        ({"action": "mute", "speakers": ["kitchen"], "seconds": 0.5}, True),
        ({"action": "resume", "speakers": "all", "why": "others may say more"}, True),
        ({"action": "listen", "speakers": ["kitchen"], "seconds": 43200}, True),
        ({"action": "listen", "speakers": ["kitchen"], "seconds": 43201}, False),
        ({"action": "listen", "speakers": ["kitchen"], "seconds": None}, False),
        ({"action": "listen", "speakers": ["kitchen"]}, False),
        ({"action": "listen", "speakers": "all", "seconds": 60}, False),
        ({"action": "mute", "speakers": []}, False),
        ({"action": "mute", "speakers": "kitchen"}, False),
        ({"action": "mute"}, False),
        ({"action": "mute", "speakers": "all", "seconds": 0}, False),
        ({"action": "mute", "speakers": "all", "seconds": True}, False),
        ({"action": "mute", "speakers": "all", "at": "2026-11-22T22:00:00"}, False),
        ({"action": "mute", "speakers": "all", "id": "a b"}, False),
        ({"action": "off", "speakers": "all"}, False),
    ],
)
def test_what_a_command_may_be(*, command: dict[str, Any], right: bool) -> None:
    assert (not faults("command", command)) is right


WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=70),
    st.sampled_from(["answered", "unknown", "2026-11-22T22:00:00Z", "2026-11-22T22:00:00.5+01:00", "ring-1", "x" * 65]),
)


@given(
    st.dictionaries(st.sampled_from(["id", "at", "source", "outcome", "note", "schema", "speaker"]), WORDS, max_size=5)
)
def test_every_report_that_the_document_allows_is_taken(report: dict[str, Any]) -> None:
    message = ReceiveMessage("", json.dumps(report), 1, False, "", 0.0)
    if validator("report").is_valid(report):
        parse(message)
    elif "at" not in report:
        # Of times Earlid takes more than it asks for: those without an offset.
        with pytest.raises(RejectedError):
            parse(message)


def test_the_database_is_filled_with_fields_that_there_are() -> None:
    taken = tomllib.loads((DOCUMENT.parent / "fleet" / "telegraf.conf").read_text(encoding="utf-8"))
    (consumer,) = taken["inputs"]["mqtt_consumer"]
    (parser,) = consumer["json_v2"]
    paths = {one["path"] for kind in ("field", "tag") for one in parser[kind]} | {parser["timestamp_path"]}
    known = {name for schema in ("activation", "breach") for name in schemas()[schema]["properties"]}
    assert {path.removesuffix(".#") for path in paths} == known - {"schema", "speaker", "name"}
    # What only one of the two has must be optional, or the other would be refused as a whole.
    both = set(schemas()["activation"]["required"]) & set(schemas()["breach"]["required"])
    for one in (*parser["field"], *parser["tag"]):
        assert one.get("optional", False) is (one["path"].removesuffix(".#") not in both)
    below = [topic.replace("{speaker}", "+") for topic in channels("send")]
    assert {topic.removeprefix("earlid/+/") for topic in consumer["topics"]} <= set(below)
