"""Holds messages against `docs/mqtt.yaml`, the source of truth of what goes over MQTT."""

from datetime import datetime
from functools import cache
import json
from pathlib import Path
import re
from typing import Any

from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT7
import yaml

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "mqtt.yaml"
HOME = "{topic_prefix}/{site}/"
_URI = "urn:earlid:mqtt"

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    # Without an offset it is no moment.
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def document() -> dict[str, Any]:
    """Return the AsyncAPI document."""
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return loaded


def look_up(reference: str) -> Any:
    """Return what a `#/…` of the document refers to; KeyError if there is nothing."""
    found: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def channels(action: str) -> dict[str, dict[str, Any]]:
    """Return by topic below the home's (`speaker/{speaker}/state`) the operations of `send` or `receive`."""
    operations = (one for one in document()["operations"].values() if one["action"] == action)
    return {look_up(one["channel"]["$ref"])["address"].removeprefix(HOME): one for one in operations}


@cache
def validator(schema: str) -> Draft7Validator:
    """Return what validates payloads against one of the document's schemas, by its name."""
    everything: Registry[Any] = Registry().with_resource(_URI, DRAFT7.create_resource(document()))
    reference = {"$ref": f"{_URI}#/components/schemas/{schema}"}
    return Draft7Validator(reference, registry=everything, format_checker=_FORMATS)


def operation_of(topic: str) -> dict[str, Any] | None:
    """Return the operation of a topic below the home's, or None where the document has none."""
    for action in ("send", "receive"):
        for address, operation in channels(action).items():
            if re.fullmatch(re.escape(address).replace(r"\{speaker\}", "[^/]+"), topic):
                return operation
    return None


def comes_from_others(topic: str) -> bool:
    """Return whether a topic below the home's is one that others write to."""
    operation = operation_of(topic)
    return operation is not None and operation["action"] == "receive"


def faults(topic: str, payload: Any) -> list[str]:
    """Return what is wrong with a message; `topic` is below the home's, `payload` text or what its JSON says."""
    operation = operation_of(topic)
    if operation is None:
        return [f"docs/mqtt.yaml has no topic …/{topic}"]
    if isinstance(payload, str | bytes | bytearray):
        if not payload:
            # How a retained topic is cleared.
            return [] if operation["bindings"]["$ref"] != "#/components/operationBindings/record" else ["empty"]
        payload = json.loads(payload)
    message = look_up(look_up(operation["messages"][0]["$ref"])["$ref"])
    errors = validator(message["payload"]["$ref"].rpartition("/")[2]).iter_errors(payload)
    return [f"{error.json_path}: {error.message}" for error in errors]


def validate(topic: str, payload: Any) -> None:
    """Fail if a message is not as `docs/mqtt.yaml` says; `topic` is below the home's, as `speaker/kitchen/state`."""
    found = faults(topic, payload)
    assert not found, f"…/{topic}: {'; '.join(found)}; it was {payload!r}"
