"""Users and their tokens: onboarding the owner, creating others, logging in.

https://developers.home-assistant.io/docs/auth_api/.
"""

from typing import Any

import aiohttp

from .client import Client, RefusedError

OWNER = ("owner", "earlid-demo")  # login of a home that listens on 127.0.0.1 and lives for minutes
USER_GROUP = "system-users"
ADMIN_GROUP = "system-admin"


async def onboard(session: aiohttp.ClientSession, url: str) -> str:
    """Create the owner over REST and return an access token (30 min).

    The other steps are marked done beforehand (`home_assistant.write_configuration`): over REST `core_config` sets up
    integrations that need the internet.
    """
    username, password = OWNER
    body = {
        "client_id": f"{url}/",
        "name": "Owner",
        "username": username,
        "password": password,
        "language": "en",
    }
    async with session.post(f"{url}/api/onboarding/users", json=body) as answer:
        if answer.status != 200:
            raise RefusedError("onboarding", answer.status, await answer.text())
        code = (await answer.json())["auth_code"]
    return await exchange(session, url, code)


async def exchange(session: aiohttp.ClientSession, url: str, code: str) -> str:
    """Return an access token for an authorization code."""
    form = {"grant_type": "authorization_code", "code": code, "client_id": f"{url}/"}
    async with session.post(f"{url}/auth/token", data=form) as answer:
        if answer.status != 200:
            raise RefusedError("token", answer.status, await answer.text())
        return str((await answer.json())["access_token"])


async def log_in(session: aiohttp.ClientSession, url: str, username: str, password: str) -> str:
    """Return an access token for a name and a password, through the login flow; raises RefusedError."""
    start = {
        "client_id": f"{url}/",
        "handler": ["homeassistant", None],
        "redirect_uri": f"{url}/",
        "type": "authorize",
    }
    async with session.post(f"{url}/auth/login_flow", json=start) as answer:
        flow = (await answer.json())["flow_id"]
    login = {"client_id": f"{url}/", "username": username, "password": password}
    async with session.post(f"{url}/auth/login_flow/{flow}", json=login) as answer:
        step: dict[str, Any] = await answer.json()
    if step.get("type") != "create_entry":
        raise RefusedError("login", answer.status, step)
    return await exchange(session, url, str(step["result"]))


async def lasting_token(client: Client) -> str:
    """Return a token for ten years: a demo left running outlives the 30 minutes of an ordinary one."""
    return str(await client.command("auth/long_lived_access_token", client_name="virtual home", lifespan=3650))


async def create_user(
    owner: Client, session: aiohttp.ClientSession, name: str, *, admin: bool = False, password: str = "earlid-demo"
) -> Client:
    """Create a user, an administrator or not, and return its client."""
    groups = [ADMIN_GROUP if admin else USER_GROUP]
    user = (await owner.command("config/auth/create", name=name, group_ids=groups))["user"]
    username = name.lower()
    await owner.command(
        "config/auth_provider/homeassistant/create", user_id=user["id"], username=username, password=password
    )
    return Client(session, owner.url, await log_in(session, owner.url, username, password))
