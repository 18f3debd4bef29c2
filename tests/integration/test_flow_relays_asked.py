"""Setting up relays by the devices' own answers: what is wrong is said, and nothing is switched or written."""

from collections.abc import AsyncGenerator
import json

from aiohttp import web
from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from tests.integration.forms import fill, home, only
from tests.integration.relay_forms import LEAST, speaker_by, to_kind, to_kind_again, to_the_end
from tests.integration.shellies import MAC, STRANGER, Gen1, Gen2, plugged


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.fixture(params=[Gen1, Gen2])
async def shelly(request: pytest.FixtureRequest, socket_enabled: None) -> AsyncGenerator[Gen1 | Gen2]:  # noqa: ARG001
    """Plug one in, of either generation."""
    async with plugged(request.param()) as plug:
        yield plug


async def test_a_shelly_is_known_by_its_hardware_address_and_left_as_it_is(
    hass: HomeAssistant, shelly: Gen1 | Gen2
) -> None:
    shelly.password = "secret"  # noqa: S105 - the test's own
    shelly.on = True
    before = dict(shelly.settings)
    entry = home(hass)
    form = await fill(hass, await to_kind(hass, entry, "shelly"), {"host": shelly.host})
    assert form["errors"] == {"password": "invalid_auth"}
    form = await fill(hass, form, {"host": shelly.host, "password": "guessed"})
    assert form["errors"] == {"password": "invalid_auth"}
    form = await fill(hass, form, {"host": shelly.host, "password": "secret", "channel": 3})
    assert form["errors"] == {"channel": "no_such_channel_shelly"}
    await to_the_end(hass, await fill(hass, form, {"host": shelly.host, "password": "secret"}))
    expected = speaker_by("shelly", host=shelly.host, password="secret", device=MAC)  # noqa: S106 - the test's own
    assert only(entry, "speaker").data == expected
    assert not shelly.orders
    assert not shelly.writes
    assert shelly.on
    assert shelly.settings == before


async def test_another_shelly_that_was_given_the_address_is_not_taken_for_the_one_before(
    hass: HomeAssistant, shelly: Gen1 | Gen2
) -> None:
    entry = home(hass, ("speaker", "Kitchen", speaker_by("shelly", host=shelly.host, device=MAC)))
    shelly.mac = STRANGER
    form = await to_kind_again(hass, entry, only(entry, "speaker"), "shelly")
    form = await fill(hass, form, {"host": shelly.host, "password": "secret"})
    assert form["errors"] == {"host": "not_this_device_shelly"}
    assert [asked.lstrip("/") for asked in shelly.asked] == ["shelly"], "a password was sent to a stranger"


async def _something_else(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="It works!", content_type="text/html")


async def _nowhere(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=404)


async def _elsewhere(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/shelly"})


async def test_whatever_else_answers_is_no_shelly(hass: HomeAssistant, shelly: Gen1 | Gen2) -> None:
    form = await to_kind(hass, home(hass), "shelly")
    for answer, problem in (
        (_something_else, "unreadable_answer_shelly"),
        (_nowhere, "no_shelly"),
        (_elsewhere, "no_shelly"),
        (shelly.silent, "no_answer_shelly"),
    ):
        shelly.instead = answer
        form = await fill(hass, form, {"host": shelly.host})
        assert form["errors"] == {"host": problem}


@pytest.mark.parametrize("kind", ["tasmota", "zigbee2mqtt"])
async def test_without_mqtt_the_form_says_so(hass: HomeAssistant, kind: str) -> None:
    form = await fill(hass, await to_kind(hass, home(hass), kind), LEAST[kind])
    assert form["errors"] == {"base": "no_mqtt"}


async def test_a_tasmota_plug_is_asked_and_told_nothing(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    topic = LEAST["tasmota"]["topic"]
    answers = {
        "STATE": ("RESULT", {"Time": "2026-08-19T11:30:18", "Uptime": "0T00:05:09", "POWER": "ON"}),
        "STATUS": ("STATUS2", {"StatusFWR": {"Version": "14.2.0(release-tasmota)"}}),
        "PowerOnState": ("RESULT", {"PowerOnState": 3}),
        "PulseTime1": ("RESULT", {"PulseTime1": {"Set": 0, "Remaining": 0}}),
    }

    @callback
    def answer(message: ReceiveMessage) -> None:
        leaf, payload = answers[message.topic.rpartition("/")[2]]
        async_fire_mqtt_message(hass, f"stat/{topic}/{leaf}", json.dumps(payload))

    await mqtt.async_subscribe(hass, f"cmnd/{topic}/+", answer)
    form = await fill(hass, await to_kind(hass, home(hass), "tasmota"), LEAST["tasmota"])
    assert form["step_id"] == "senses"
    sent = {call.args[:2] for call in mqtt_mock.async_publish.mock_calls}
    asked = {"STATE": "", "STATUS": "2", "PowerOnState": "", "PulseTime1": ""}
    assert sent == {(f"cmnd/{topic}/{command}", payload) for command, payload in asked.items()}
