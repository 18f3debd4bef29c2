"""Reports of detectors outside Home Assistant, over HTTP."""

import asyncio
from http import HTTPStatus
import json
from typing import Any
from unittest.mock import patch

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.earlid.diagnostics import async_get_config_entry_diagnostics
from tests.integration.forms import WORDS

from .homes import guard_home, plug_in, shown, speaker

pytestmark = [pytest.mark.attack, pytest.mark.usefixtures("plugs")]


@pytest.fixture
def plugs(hass: HomeAssistant) -> None:
    """Provide the plugs."""
    plug_in(hass, "plug", "other")


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return a home with two speakers, one of which may not listen."""
    return await guard_home(hass, speaker(relay="light.plug"), speaker("bath", "light.other", posture="mute"))


@pytest.fixture
async def client(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """Return a client in the home's network that has no login."""
    assert entry.data["webhook_id"]
    await hass.async_block_till_done()
    return await hass_client_no_auth()


async def post(client: TestClient[Any, Any], entry: MockConfigEntry, body: Any) -> ClientResponse:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return await client.post(f"/api/webhook/{entry.data['webhook_id']}", data=data)


def activations(hass: HomeAssistant, slug: str = "kitchen") -> str:
    return shown(hass, f"sensor.{slug}_activations_today").state


async def test_a_report_is_answered_with_its_id_and_whether_it_is_new(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    report = {"speaker": "kitchen", "id": "wake-1", "outcome": "unanswered", "source": "led"}
    for new in (True, False):
        answer = await post(client, entry, report)
        assert answer.status == HTTPStatus.OK
        assert await answer.json() == {"id": "wake-1", "new": new}
    assert activations(hass) == "1"
    event = shown(hass, "event.kitchen_activation").attributes
    assert (event["event_type"], event["source"], event["allowed"]) == ("unanswered", "led", True)


async def test_the_least_that_is_a_report_gets_an_id_of_ours(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    answer = await post(client, entry, {"speaker": "kitchen"})
    told = await answer.json()
    assert (len(told["id"]), told["new"]) == (26, True)
    assert shown(hass, "event.kitchen_activation").attributes["source"] == "webhook"


async def test_one_that_may_not_listen_was_heard(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    await post(client, entry, {"speaker": "bath"})
    assert shown(hass, "binary_sensor.bath_breach").attributes["cause"] == "heard_while_muted"


async def test_the_answer_waits_for_the_disk(client: TestClient[Any, Any], entry: MockConfigEntry) -> None:
    written = asyncio.Event()
    with patch.object(type(entry.runtime_data), "recorded", lambda _home: written.wait()):
        answer = asyncio.create_task(post(client, entry, {"speaker": "kitchen"}))
        _, pending = await asyncio.wait([answer], timeout=0.2)
        assert pending
        written.set()
        assert (await answer).status == HTTPStatus.OK


async def test_what_the_disk_does_not_take_is_not_acknowledged(
    client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    async def full(_home: object) -> None:
        raise HomeAssistantError

    with patch.object(type(entry.runtime_data), "recorded", full):
        answer = await post(client, entry, {"speaker": "kitchen", "id": "x"})
    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert await answer.json() == {"error": "not_recorded"}


@pytest.mark.parametrize("slug", ["attic", "", "Kitchen", "../kitchen", "\x00", "k" * 3000])
async def test_a_speaker_that_is_not_there_is_not_found(
    client: TestClient[Any, Any], entry: MockConfigEntry, slug: str
) -> None:
    answer = await post(client, entry, {"speaker": slug})
    assert answer.status == HTTPStatus.NOT_FOUND
    assert await answer.json() == {"error": "unknown_speaker"}


NOT_REPORTS = [
    "",
    "no json",
    "[]",
    "null",
    "NaN",
    "{}",
    '{"speaker": null}',
    '{"speaker": ["kitchen"]}',
    '{"speaker": {"kitchen": 1}}',
    '{"speaker": "kitchen", "outcome": "loud"}',
    '{"speaker": "kitchen", "outcome": NaN}',
    '{"speaker": "kitchen", "at": 12}',
    '{"speaker": "kitchen", "at": "0001-01-01T00:00:00+14:00"}',
    '{"speaker": "kitchen", "at": "2026-02-30T00:00:00Z"}',
    '{"speaker": "kitchen", "id": "../x"}',
    '{"speaker": "kitchen", "id": 7}',
    '{"speaker": "kitchen", "id": ' + "9" * 4000 + "}",
    '{"speaker": "kitchen", "source": ""}',
    '{"speaker": "kitchen", "source": "\\ud800"}',
    '{"speaker": "kitchen", "note": "\\udfff"}',
    '{"speaker": "kitchen", "note": [1]}',
    "[" * 4000,
    '{"speaker":' * 300 + "1" + "}" * 300,
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("body", NOT_REPORTS, ids=lambda body: repr(body[-40:]))
async def test_what_is_no_report_is_refused_and_changes_nothing(
    hass: HomeAssistant,
    client: TestClient[Any, Any],
    entry: MockConfigEntry,
    body: str | bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await post(client, entry, body)
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert await answer.json() == {"error": "malformed"}
    assert activations(hass) == "0"
    assert shown(hass, "binary_sensor.bath_listening_allowed").state == "off"
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("size", [4097, 1_000_000])
@pytest.mark.parametrize("says_its_length", [True, False])
async def test_what_is_too_large_is_refused_before_it_is_read(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry, size: int, says_its_length: bool
) -> None:
    body = b'{"speaker": "kitchen", "note": "' + b"x" * size

    async def in_pieces() -> Any:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    url = f"/api/webhook/{entry.data['webhook_id']}"
    answer = await client.post(url, data=body if says_its_length else in_pieces())
    assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert activations(hass) == "0"


async def test_more_than_sixty_in_a_minute_are_refused(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    answers = [(await post(client, entry, {"speaker": "attic"})).status for _ in range(62)]
    assert answers == [HTTPStatus.NOT_FOUND] * 60 + [HTTPStatus.TOO_MANY_REQUESTS] * 2
    assert (await post(client, entry, {"speaker": "kitchen"})).headers["Retry-After"] == "60"
    later = hass.loop.time() + 61
    with patch.object(hass.loop, "time", lambda: later):
        assert (await post(client, entry, {"speaker": "kitchen"})).status == HTTPStatus.OK


async def test_only_posts_are_taken(hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry) -> None:
    for method in ("GET", "PUT"):
        answer = await client.request(method, f"/api/webhook/{entry.data['webhook_id']}", data='{"speaker": "kitchen"}')
        assert answer.status == HTTPStatus.METHOD_NOT_ALLOWED
    assert activations(hass) == "0"


async def test_one_who_asks_from_elsewhere_gets_no_receipt(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    with patch("homeassistant.util.network.is_local", return_value=False):
        answer = await post(client, entry, {"speaker": "kitchen"})
    assert await answer.read() == b""
    assert activations(hass) == "0"


async def test_the_secret_is_long_stays_and_is_in_no_diagnostics(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    secret = entry.data["webhook_id"]
    assert len(secret) == 64
    await hass.config_entries.async_reload(entry.entry_id)
    form = await entry.start_reconfigure_flow(hass)
    await hass.config_entries.flow.async_configure(form["flow_id"], {"site": "flat", "topic_prefix": "ears"})
    await hass.async_block_till_done()
    assert entry.data == {"site": "flat", "topic_prefix": "ears", "webhook_id": secret}
    assert secret not in str(await async_get_config_entry_diagnostics(hass, entry))


async def test_the_options_show_an_administrator_where_to_send(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["address"].endswith(f"/api/webhook/{entry.data['webhook_id']}")
    assert "{address}" in WORDS["options"]["step"]["init"]["description"]


async def test_an_unloaded_home_takes_nothing(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    assert await (await post(client, entry, {"speaker": "kitchen"})).read() == b""


async def test_two_homes_have_two_secrets(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await async_setup_component(hass, "webhook", {})
    secret = entry.data["webhook_id"]
    await hass.config_entries.async_remove(entry.entry_id)
    other = await guard_home(hass, speaker(relay="light.plug"))
    assert other.data["webhook_id"] != secret
