"""Whatever answers where a Shelly should be: the form hears clearly what is wrong, and nothing is let on."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
import gzip
import json
from typing import Any

from aiohttp import web
from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.earlid.engine.model import Report
from custom_components.earlid.relays import RelayError
from custom_components.earlid.relays.shelly_http import LONGEST
from custom_components.earlid.relays.shelly_rhythm import Rhythm

from .shellies import MAC, Answer, Gen1, Gen2, Shelly, plugged, stand_before, until, watched

pytestmark = [pytest.mark.attack, pytest.mark.usefixtures("socket_enabled", "haste")]

LEASE = timedelta(seconds=300)


@pytest.fixture(params=[Gen1, Gen2])
async def shelly(request: pytest.FixtureRequest) -> AsyncGenerator[Shelly]:
    """Plug one in, of either generation."""
    async with plugged(request.param()) as plug:
        yield plug


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what takes seconds take a tenth of one."""
    monkeypatch.setattr(Rhythm, "BACKOFF", (0.02, 0.05))
    for module in ("shelly_http", "shelly_channel"):
        monkeypatch.setattr(f"custom_components.earlid.relays.{module}.TIMEOUT", 0.5)


def says(body: bytes | str, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers=headers)

    return answer


def says_json(value: Any) -> Answer:
    return says(json.dumps(value), headers={"Content-Type": "application/json"})


async def hangs(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(5)
    return web.Response()


async def dribbles(request: web.Request) -> web.StreamResponse:
    """Send a byte now and then: each on its own is in time."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


async def never_ends(request: web.Request) -> web.StreamResponse:
    """Send as much as anybody takes."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"[" * 65536)


async def breaks_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"mac":')
    assert request.transport is not None
    request.transport.abort()
    return response


async def talks_no_http(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.write(b"220 mail.example ESMTP\r\n")
    request.transport.close()
    return web.Response()


ABOUT_1 = {"type": "SHPLG-S", "mac": MAC, "auth": False, "fw": "1"}
ABOUT_2 = {"id": f"shellyplusplugs-{MAC.lower()}", "mac": MAC, "gen": 2, "ver": "1"}

STRANGERS: dict[str, tuple[Answer, str]] = {
    "a router's page": (says("<html>Sign in</html>", headers={"Content-Type": "text/html"}), "unreadable_answer"),
    "nothing": (says(b""), "unreadable_answer"),
    "bytes": (says(b"\xff\xfe\x00"), "unreadable_answer"),
    "a list": (says_json([1, 2]), "unreadable_answer"),
    "null": (says_json(None), "unreadable_answer"),
    "deep nesting": (says("[" * 60_000), "unreadable_answer"),
    "other fields": (says_json({"status": "ok"}), "unreadable_answer"),
    "no mac": (says_json(ABOUT_2 | {"mac": None}), "unreadable_answer"),
    "a mac that is none": (says_json(ABOUT_2 | {"mac": "../../12"}), "unreadable_answer"),
    "a mac of another kind": (says_json(ABOUT_2 | {"mac": {"a": 1}}), "unreadable_answer"),
    "a generation that is none": (says_json(ABOUT_2 | {"gen": "2"}), "unreadable_answer"),
    "a generation that is true": (says_json(ABOUT_2 | {"gen": True}), "unreadable_answer"),
    "generation 0": (says_json(ABOUT_2 | {"gen": 0}), "unreadable_answer"),
    "a type that is none": (says_json(ABOUT_1 | {"type": 5}), "unreadable_answer"),
    "not found": (says("Not Found", 404), "not_this_device"),
    "forbidden": (says("", 403), "not_this_device"),
    "an error": (says("", 500), "not_this_device"),
    "busy": (says("", 429), "no_answer"),
    "wants a password for all": (says("", 401, {"WWW-Authenticate": 'Basic realm="router"'}), "not_this_device"),
    "a redirect": (says("", 302, {"Location": "http://127.0.0.1:9/shelly"}), "not_this_device"),
    "a redirect for good": (says("", 308, {"Location": "/login"}), "not_this_device"),
    "much": (says(b"{" + b" " * LONGEST), "unreadable_answer"),
    "much in a small parcel": (
        says(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"}),
        "unreadable_answer",
    ),
    "a parcel of nonsense": (says(b"nonsense", headers={"Content-Encoding": "gzip"}), "unreadable_answer"),
    "without end": (never_ends, "unreadable_answer"),
    "hangs": (hangs, "no_answer"),
    "dribbles": (dribbles, "no_answer"),
    "another protocol": (talks_no_http, "unreadable_answer"),
}


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_stranger_is_told_apart_and_nothing(
    hass: HomeAssistant, stranger: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer, problem = STRANGERS[stranger]
    async with plugged(Gen2()) as shelly:
        asked: list[str] = []

        async def note(request: web.Request) -> web.StreamResponse:
            asked.append(request.path)
            return await answer(request)

        shelly.instead = note
        relay = stand_before(hass, shelly, password="secret")  # noqa: S106 - a test's
        with pytest.raises(RelayError) as error:
            await relay.inspect()
        assert error.value.problem == problem
        with pytest.raises(RelayError):
            await relay.grant(LEASE, Context())
        async with watched(relay) as told:
            await asyncio.sleep(0.3)
            assert told == []
            assert relay.read() == Report()
            # The reading loop goes on: the device itself is heard when it is there again.
            shelly.instead = None
            await until(lambda: relay.read().value is not None)
    assert set(asked) == {"/shelly"}, "a password goes to nobody who did not introduce himself"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


AFTERWARDS: dict[str, tuple[Answer, str]] = {
    "a page": (says("<html>Sign in</html>"), "unreadable_answer"),
    "a list": (says_json([]), "unreadable_answer"),
    "other fields": (says_json({"status": "ok"}), "unreadable_answer"),
    "wrong kinds, first generation": (
        says_json({"mac": MAC, "relays": [{"ison": "true"}], "ison": 1, "default_state": 3, "auto_off": "x"}),
        "unreadable_answer",
    ),
    "wrong kinds, second generation": (
        says_json({"id": 1, "result": {"output": 1, "was_on": None, "initial_state": [], "auto_off": 0}}),
        "unreadable_answer",
    ),
    "a result that is none": (says_json({"id": 1, "result": [], "relays": {}}), "unreadable_answer"),
    "an error that is none": (says_json({"id": 1, "error": "no"}), "unreadable_answer"),
    "an error without a code": (says_json({"id": 1, "error": {}}), "unreadable_answer"),
    "an error of its own": (says_json({"id": 1, "error": {"code": -1, "message": "x"}}), "unreadable_answer"),
    "an error": (says("Internal", 500), "unreadable_answer"),
    "a redirect": (says("", 307, {"Location": "/rpc2"}), "not_this_device"),
    "a wrong password": (says("", 401), "invalid_auth"),
    "hangs": (hangs, "no_answer"),
    "breaks off": (breaks_off, "unreadable_answer"),
    "without end": (never_ends, "unreadable_answer"),
}


@pytest.mark.parametrize("answer", AFTERWARDS)
async def test_one_that_introduces_itself_and_then_talks_nonsense(
    hass: HomeAssistant, shelly: Shelly, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    then, problem = AFTERWARDS[answer]

    async def introduce(request: web.Request) -> web.StreamResponse:
        return await (shelly.answer if request.path == "/shelly" else then)(request)

    shelly.instead = introduce
    relay = stand_before(hass, shelly)
    for call in (relay.inspect(), relay.grant(LEASE, Context()), relay.renew(LEASE, Context()), relay.off(Context())):
        with pytest.raises(RelayError) as error:
            await call
        assert error.value.problem == problem
    async with watched(relay) as told:
        await asyncio.sleep(0.3)
        assert told == []
        shelly.instead = None
        await until(lambda: relay.read().value is not None)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest qop="auth", realm="x", nonce="", algorithm=SHA-256',
        'Digest qop="auth", algorithm=SHA-256',
        'Digest qop="other", realm="x", nonce="1", algorithm=SHA-256',
        'Digest qop="auth", realm="x", nonce="1", algorithm=ROT13',
        "Digest",
        'Basic realm="x"',
        "",
    ],
)
async def test_a_challenge_that_cannot_be_answered(hass: HomeAssistant, challenge: str) -> None:
    async with plugged(Gen2()) as shelly:

        async def answer(request: web.Request) -> web.StreamResponse:
            if request.path == "/shelly":
                return await shelly.answer(request)
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})

        shelly.instead = answer
        with pytest.raises(RelayError) as error:
            await stand_before(hass, shelly, password="secret").inspect()  # noqa: S106 - a test's
        assert error.value.problem in ("invalid_auth", "unreadable_answer")


@pytest.mark.parametrize(
    "message",
    [
        None,
        5,
        "",
        "nonsense",
        "[]",
        "{}",
        '{"realm": "x", "nonce": 1, "algorithm": "MD5"}',
        '{"realm": "x", "nonce": {}, "algorithm": "SHA-256"}',
        '{"realm": 5, "nonce": 1, "algorithm": "SHA-256"}',
        '{"realm": "x", "nonce": 1, "nc": "x", "algorithm": "SHA-256"}',
        '{"realm": "x", "nonce": 1, "algorithm": "SHA-256"}',
    ],
)
async def test_a_challenge_on_the_channel_that_cannot_be_answered(
    hass: HomeAssistant, message: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with plugged(Gen2()) as shelly:
        shelly.password = "secret"  # noqa: S105 - a test's

        def refuse(frame: dict[str, Any]) -> dict[str, Any]:
            return {"id": frame["id"], "error": {"code": 401, "message": message}}

        monkeypatch.setattr(shelly, "_refusal", refuse)
        relay = stand_before(hass, shelly, password="secret")  # noqa: S106 - a test's
        async with watched(relay):
            await asyncio.sleep(0.3)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "http://127.0.0.1",
        "127.0.0.1/relay",
        "127.0.0.1?x",
        "127.0.0.1#x",
        "admin@127.0.0.1",
        "admin:secret@127.0.0.1",
        "127.0.0.1:80:80",
        "127.0.0.1:",
        "127.0.0.1:99999",
        "127.0.0.1:http",
        "::1",
        "[::1",
        "[kitchen]",
        "a b",
        "a\\b",
        "a\nb",
        "a%2fb",
        "..",
        "192.168.1",
    ],
)
async def test_what_is_no_name_or_address_is_refused(hass: HomeAssistant, host: str) -> None:
    relay = stand_before(hass, host)
    for call in (relay.inspect(), relay.off(Context()), relay.grant(LEASE, Context())):
        with pytest.raises(RelayError) as error:
            await call
        assert error.value.problem == "no_answer"
    async with watched(relay) as told:
        await asyncio.sleep(0.05)
        assert told == []


@pytest.mark.parametrize("host", ["{host}", " {host} "])
async def test_a_name_or_an_address_may_have_a_port(hass: HomeAssistant, host: str) -> None:
    async with plugged(Gen1()) as shelly:
        relay = stand_before(hass, host.format(host=shelly.host))
        await relay.inspect()
        assert relay.identity == MAC


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("kitchen.local", "http://kitchen.local/shelly"),
        ("shelly_plug-1", "http://shelly_plug-1/shelly"),
        ("192.168.1.7:8080", "http://192.168.1.7:8080/shelly"),
        ("[fe80::1]", "http://[fe80::1]/shelly"),
        ("[::1]:81", "http://[::1]:81/shelly"),
    ],
)
async def test_where_a_host_is_asked(hass: HomeAssistant, host: str, url: str) -> None:
    assert str(stand_before(hass, host)._http.url("shelly")) == url


async def test_nobody_there_is_no_answer(hass: HomeAssistant) -> None:
    relay = stand_before(hass, "127.0.0.1:9")
    for call in (relay.inspect(), relay.off(Context()), relay.provision(LEASE)):
        with pytest.raises(RelayError) as error:
            await call
        assert error.value.problem == "no_answer"
