"""Who may talk to the simulated Shelly plugs.

https://shelly-api-docs.shelly.cloud/gen2/General/Authentication, https://shelly-api-docs.shelly.cloud/gen1/#settings-login
"""

import json
from typing import Any

from aiohttp import ClientSession, DigestAuthMiddleware, encode_basic_auth

from tests.home.shelly_client import PASSWORD, Make, call, frame, get, status_of
from virtual_home.shelly_gen1 import ShellyGen1
from virtual_home.shelly_gen2 import ShellyGen2
from virtual_home.shelly_login import NONCES, digest


def basic(password: str) -> dict[str, str]:
    """Return the header of the old login."""
    return {"Authorization": encode_basic_auth("admin", password)}


async def test_who_knows_the_password_may(shelly_gen2: Make[ShellyGen2]) -> None:
    for firmware, challenges in (("1.7.5", 4), ("2.0.0", 1)):
        plug = shelly_gen2(password=PASSWORD, firmware=firmware)
        async with ClientSession(middlewares=[DigestAuthMiddleware("admin", PASSWORD)]) as known:
            for on in (True, False, True):
                assert await call(known, plug, "Switch.Set", id=0, on=on) == {"was_on": not on}
            assert (await get(known, plug, "/rpc/Switch.GetStatus?id=0"))["output"]
        assert plug.login.challenges == challenges


async def test_who_does_not_may_not(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2(password=PASSWORD)
    asked = f"http://{plug.host}/rpc/Switch.Set?id=0&on=true"
    async with http.get(asked) as answer:
        assert answer.status == 401
        challenge = answer.headers["WWW-Authenticate"]
        assert f'Digest qop="auth", realm="{plug.id}", nonce="' in challenge
        assert "algorithm=SHA-256" in challenge
    for user, password in (("admin", "guess"), ("root", PASSWORD)):
        async with ClientSession(middlewares=[DigestAuthMiddleware(user, password)]) as stranger:
            assert await status_of(await stranger.get(asked)) == 401
    async with ClientSession(headers=basic(PASSWORD)) as old:
        assert await status_of(await old.get(asked)) == 401
    assert not plug.live


def answered(challenge: dict[str, Any], password: str, count: int = 1) -> dict[str, Any]:
    """Return the `auth` object that answers a challenge."""
    realm, nonce = challenge["realm"], challenge["nonce"]
    secret = digest(f"admin:{realm}:{password}")
    right = digest(f"{secret}:{nonce}:{count}:mark:auth:{digest('dummy_method:dummy_uri')}")
    given = {"realm": realm, "username": "admin", "nonce": nonce, "nc": count, "cnonce": "mark", "response": right}
    return given | {"algorithm": "SHA-256"}


async def test_frames_bring_their_own_login(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    for firmware, replayed in (("1.7.5", True), ("2.0.0", False)):
        plug = shelly_gen2(password=PASSWORD, firmware=firmware)
        async with http.ws_connect(f"http://{plug.host}/rpc") as socket:
            refused = (await frame(socket, "Switch.GetStatus", params={"id": 0}))["error"]
            assert refused["code"] == 401
            challenge = json.loads(refused["message"])
            assert (challenge["auth_type"], challenge["nc"], challenge["realm"]) == ("digest", 1, plug.id)
            plug.press()
            wrong = await frame(socket, "Switch.GetStatus", params={"id": 0}, auth=answered(challenge, "guess"))
            assert wrong["error"]["code"] == 401, "who may not is told of no change either"
            auth = answered(challenge, PASSWORD)
            assert (await frame(socket, "Switch.GetStatus", params={"id": 0}, auth=auth))["result"]["output"]
            again = await frame(socket, "Switch.GetStatus", params={"id": 0}, auth=auth)
            assert ("result" in again) == replayed
            second = answered(challenge, PASSWORD, 2)
            assert "result" in await frame(socket, "Switch.GetStatus", params={"id": 0}, auth=second)


async def test_a_count_that_skips_one_is_stale(shelly_gen2: Make[ShellyGen2], http: ClientSession) -> None:
    plug = shelly_gen2(password=PASSWORD)
    async with http.ws_connect(f"http://{plug.host}/rpc") as socket:
        challenge = json.loads((await frame(socket, "Switch.GetStatus"))["error"]["message"])
        skipped = await frame(socket, "Switch.GetStatus", params={"id": 0}, auth=answered(challenge, PASSWORD, 2))
        assert skipped["error"]["code"] == 401


async def test_a_plug_without_free_nonces_is_busy_for_a_while(
    shelly_gen2: Make[ShellyGen2], http: ClientSession
) -> None:
    plug = shelly_gen2(password=PASSWORD)
    asked = f"http://{plug.host}/rpc/Sys.GetStatus"
    for _ in range(NONCES):
        assert await status_of(await http.get(asked)) == 401
    assert await status_of(await http.get(asked)) == 429
    assert plug.login._throttled_since is not None
    plug.login._throttled_since -= 2
    assert await status_of(await http.get(asked)) == 401


async def test_a_restricted_first_generation_plug_wants_its_password(
    shelly_gen1: Make[ShellyGen1], http: ClientSession
) -> None:
    plug = shelly_gen1(password=PASSWORD)
    asked = f"http://{plug.host}/relay/0?turn=on"
    async with http.get(asked) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert await status_of(await http.get(asked, headers=basic("guess"))) == 401
    assert not plug.live
    assert await status_of(await http.get(asked, headers=basic(PASSWORD))) == 200
    assert plug.live
