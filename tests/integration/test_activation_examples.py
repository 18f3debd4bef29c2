"""The examples in docs/activations.md: what they send is a report."""

from pathlib import Path
import re
from typing import Any

import pytest
import yaml

from custom_components.earlid.detectors.mqtt import report_of
from custom_components.earlid.detectors.webhook import _BODY
from custom_components.earlid.untrusted import unpack

from .test_relay_examples import Loader

TEXT = (Path(__file__).parents[2] / "docs" / "activations.md").read_text()
TOPIC = "earlid/home/speaker/kitchen/activation/report"


def example(name: str) -> dict[str, Any]:
    (block,) = re.findall(rf"^```yaml\n# {name}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    read: dict[str, Any] = yaml.load(block, Loader)  # noqa: S506 - it is a SafeLoader
    return read


def test_what_the_commands_send_is_a_report() -> None:
    (over_mqtt,) = re.findall(r"-m '(.*?)'", TEXT)
    (over_http,) = re.findall(r"-d '(.*?)'", TEXT)
    assert unpack(over_mqtt, report_of("mqtt"))["id"] == "led-0001"
    assert unpack(over_http, _BODY)["speaker"] == "kitchen"
    assert f"-t {TOPIC} " in TEXT


def test_the_light_sensor_sends_fields_that_a_report_has() -> None:
    (sign,) = example("mqtt")["binary_sensor"]
    (publish,) = (action["mqtt.publish_json"] for action in sign["on_press"])
    assert publish["topic"] == TOPIC
    sent = set(re.findall(r'root\["(\w+)"\]', publish["payload"]))
    assert sent == {"source", "at", "id"}
    report = {"source": "led", "at": "2026-11-22T05:00:00Z", "id": "led-20261122050000"}
    assert set(report_of("mqtt")(report)) >= sent


def test_the_light_sensor_over_http_sends_a_report() -> None:
    (sign,) = example("webhook")["binary_sensor"]
    (post,) = (action["http_request.post"] for action in sign["on_press"])
    assert _BODY(post["json"])["source"] == "led"


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#([\w-]+)\)", TEXT))
def test_every_place_that_is_pointed_to_is_there(anchor: str) -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
