"""Somebody on the Wi-Fi who answers where a Shelly should be."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
import json
from typing import Any

from aiohttp import hdrs, web
from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.earlid.engine.model import Report
from custom_components.earlid.relays import RelayError
from custom_components.earlid.relays.shelly import ShellyRelay
from custom_components.earlid.relays.shelly_rhythm import Rhythm

from .shellies import MAC, STRANGER, Gen1, Gen2, Shelly, plugged, stand_before, watched

pytestmark = [pytest.mark.attack, pytest.mark.usefixtures("socket_enabled", "haste")]

LEASE = timedelta(seconds=300)
PASSWORD = "correct horse"  # noqa: S105 - a test's


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what takes seconds take a tenth of one."""
    monkeypatch.setattr(Rhythm, "BACKOFF", (0.02, 0.05))


class Impostor:
    """Answers at a Shelly's address, and keeps what it is given to prove that one knows the password."""

    def __init__(self, shelly: Shelly) -> None:
        """Take its place."""
        self.shelly = shelly
        self.given: list[str] = []
        self.challenge: str | None = None
        shelly.instead = self._answer

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if (proof := request.headers.get(hdrs.AUTHORIZATION)) is not None:
            self.given.append(proof)
        if request.path != "/shelly" and self.challenge is not None and proof is None:
            return web.Response(status=401, headers={hdrs.WWW_AUTHENTICATE: self.challenge})
        return await self.shelly.answer(request)


@pytest.fixture(params=[Gen1, Gen2])
async def impostor(request: pytest.FixtureRequest) -> AsyncGenerator[Impostor]:
    """Provide one, of either generation."""
    async with plugged(request.param()) as plug:
        yield Impostor(plug)


async def refused(relay: ShellyRelay, problem: str) -> None:
    """Fail unless each order and question ends in this."""
    calls = (relay.inspect(), relay.grant(LEASE, Context()), relay.renew(LEASE, Context()), relay.off(Context()))
    for call in calls:
        with pytest.raises(RelayError) as error:
            await call
        assert error.value.problem == problem


@pytest.mark.parametrize("mac", [STRANGER, "", "A8032AB1234", None, 5, [MAC], f"{MAC}0", "\u04108032AB12345"])
async def test_who_is_not_the_device_is_told_nothing_and_learns_no_password(
    hass: HomeAssistant, impostor: Impostor, mac: Any
) -> None:
    relay = stand_before(hass, impostor.shelly, device=MAC, password=PASSWORD)
    impostor.shelly.mac = mac
    if mac != STRANGER and isinstance(impostor.shelly, Gen2):
        impostor.shelly.__class__ = _Nameless
    async with watched(relay) as told:
        await refused(relay, "not_this_device" if mac == STRANGER else "unreadable_answer")
        await asyncio.sleep(0.1)
    assert (impostor.given, impostor.shelly.orders, told) == ([], [], [])
    assert relay.read() == Report()


class _Nameless(Gen2):
    """A device whose name does not follow from its address."""

    @property
    def id(self) -> str:
        """Its name."""
        return "shellyplusplugs"


async def test_who_has_its_address_and_another_name_is_told_nothing_more(hass: HomeAssistant) -> None:
    class Other(Gen2):
        @property
        def id(self) -> str:
            return f"shellyplusplugs-{STRANGER.lower()}"

    async with plugged(Other()) as plug:
        relay = stand_before(hass, plug, device=MAC)
        async with watched(relay) as told:
            await refused(relay, "not_this_device")
            await asyncio.sleep(0.1)
        assert told == []
        assert not plug.on


WEAK = {
    "MD5": 'Digest qop="auth", realm="x", nonce="1", algorithm=MD5',
    "MD5 by default": 'Digest qop="auth", realm="x", nonce="1"',
    "MD5 behind another word": 'Digest qop="auth", realm="algorithm=SHA-256", nonce="1", algorithm = MD5',
    "SHA-1": 'Digest qop="auth", realm="x", nonce="1", algorithm=SHA',
    "nothing of ours in it": 'Digest realm="x", nonce="1", algorithm=SHA-256',
    "over the body": 'Digest qop="auth-int", realm="x", nonce="1", algorithm=SHA-256',
    "either": 'Digest qop="auth,auth-int", realm="x", nonce="1", algorithm=SHA-256',
    "in clear": 'Basic realm="x"',
}


@pytest.mark.parametrize("challenge", WEAK.values(), ids=WEAK)
async def test_nobody_is_given_a_proof_that_is_easily_broken(hass: HomeAssistant, challenge: str) -> None:
    async with plugged(Gen2()) as plug:
        impostor = Impostor(plug)
        impostor.challenge = challenge
        relay = stand_before(hass, plug, device=MAC, password=PASSWORD)
        await refused(relay, "unreadable_answer")
        assert (impostor.given, plug.orders) == ([], [])


async def test_nobody_is_given_such_a_proof_on_the_channel(hass: HomeAssistant) -> None:
    async with plugged(Gen2()) as plug:
        plug.password = PASSWORD
        given: list[Any] = []

        def asks_for_another(frame: dict[str, Any]) -> dict[str, Any]:
            given.append(frame.get("auth"))
            challenge = {"realm": "x", "nonce": 1, "nc": 1, "algorithm": "MD5"}
            return {"id": frame["id"], "src": plug.id, "error": {"code": 401, "message": json.dumps(challenge)}}

        plug._refusal = asks_for_another  # type: ignore[method-assign]
        async with watched(stand_before(hass, plug, device=MAC, password=PASSWORD)):
            await asyncio.sleep(0.2)
        assert given
        assert set(given) == {None}


async def test_a_shellys_own_question_is_answered(hass: HomeAssistant) -> None:
    async with plugged(Gen2()) as plug:
        plug.password = PASSWORD
        impostor = Impostor(plug)
        relay = stand_before(hass, plug, device=MAC, password=PASSWORD)
        await relay.grant(LEASE, Context())
        assert plug.on
        assert impostor.given
        assert PASSWORD not in str(impostor.given)


async def test_a_count_without_end_ends_in_an_error(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    async with plugged(Gen2()) as plug:
        plug.password = PASSWORD
        challenge = {"realm": "x", "nonce": 1, "nc": "9" * 5000, "algorithm": "SHA-256"}
        answer = {"id": 1, "error": {"code": 401, "message": json.dumps(challenge)}}
        plug._refusal = lambda frame: answer | {"id": frame["id"]}  # type: ignore[method-assign]
        async with watched(stand_before(hass, plug, device=MAC, password=PASSWORD)):
            await asyncio.sleep(0.2)
    assert "could not be asked" not in caplog.text


ENDLESS: dict[str, tuple[type[Shelly], dict[str, Any]]] = {
    "an auto-off of the first generation": (Gen1, {"default_state": "off", "auto_off": 1e300}),
    "an auto-off of the second": (Gen2, {"initial_state": "off", "auto_off": True, "auto_off_delay": 1e300}),
    "a whole number": (Gen2, {"initial_state": "off", "auto_off": True, "auto_off_delay": 2**63}),
}


@pytest.mark.parametrize(("kind", "settings"), ENDLESS.values(), ids=ENDLESS)
async def test_a_time_that_is_none_ends_in_an_error(
    hass: HomeAssistant, kind: type[Shelly], settings: dict[str, Any]
) -> None:
    async with plugged(kind()) as plug:
        plug.settings = settings  # type: ignore[attr-defined]
        relay = stand_before(hass, plug, device=MAC)
        with pytest.raises(RelayError) as error:
            await relay.inspect()
        assert error.value.problem == "unreadable_answer"
