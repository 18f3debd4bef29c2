"""Browsers for tests: users of every kind at a real websocket of Home Assistant."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import CLIENT_ID, MockGroup, MockUser
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.earlid.picture import at_ms

__all__ = ["Browser", "at_ms", "open_browser", "token_of"]

# s. A change comes within a twentieth of one; what does not come in so long does not come.
SOON = 5.0
NEVER = 0.3


class Browser:
    """A connection that asks, and keeps the home as it is told of it."""

    def __init__(self, client: MockHAClientWebSocket) -> None:
        """Have asked nothing yet."""
        self.client = client
        self.home: dict[str, Any] | None = None
        self.events: list[dict[str, Any]] = []

    async def ask(self, command: str, **data: Any) -> dict[str, Any]:
        """Return the whole answer."""
        await self.client.send_json_auto_id({"type": f"earlid/{command}", **data})
        while (answer := cast("dict[str, Any]", await self.client.receive_json()))["type"] != "result":
            self._take(answer["event"])
        return answer

    async def answer(self, command: str, **data: Any) -> dict[str, Any]:
        """Return the result, which must be one."""
        answer = await self.ask(command, **data)
        assert answer["success"], answer
        return cast("dict[str, Any]", answer["result"])

    async def refused(self, command: str, **data: Any) -> str:
        """Return the key of the error, which must be one, and translated."""
        answer = await self.ask(command, **data)
        assert not answer["success"], answer
        error = answer["error"]
        assert error["translation_domain"] == "earlid"
        assert error["message"]
        return str(error["translation_key"])

    async def follow(self) -> dict[str, Any]:
        """Subscribe and return the home."""
        assert (await self.ask("subscribe"))["success"]
        await self.next()
        assert self.home is not None
        return self.home

    async def next(self) -> dict[str, Any]:
        """Return the next event."""
        async with asyncio.timeout(SOON):
            message = await self.client.receive_json()
        assert message["type"] == "event", message
        self._take(message["event"])
        return cast("dict[str, Any]", message["event"])

    async def hears_nothing(self) -> bool:
        """Return whether no event comes for a while, but for the minute's, that all is as before."""
        try:
            async with asyncio.timeout(NEVER):
                while (event := (await self.client.receive_json())["event"]) == {"home": None, "change": {}}:
                    pass
                self._take(event)
        except TimeoutError:
            return True
        return False

    async def until(self, holds: Callable[[], bool]) -> None:
        """Take events until this holds."""
        while not holds():
            await self.next()

    def speaker(self, slug: str = "kitchen") -> dict[str, Any]:
        """Return a speaker as it was told of last."""
        assert self.home is not None
        return next(one for one in self.home["speakers"] if one["slug"] == slug)

    def slugs(self) -> list[str]:
        """Return the speakers that are told of."""
        assert self.home is not None
        return sorted(one["slug"] for one in self.home["speakers"])

    def _take(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        change = event["change"]
        if change is None:
            self.home = event["home"]
            return
        assert self.home is not None
        speakers = {one["slug"]: one for one in self.home["speakers"]}
        speakers |= {one["slug"]: one for one in change.pop("speakers", [])}
        for slug in change.pop("removed", []):
            del speakers[slug]
        self.home = {**self.home, **change, "speakers": list(speakers.values())}


async def token_of(hass: HomeAssistant, user: MockUser) -> str:
    """Return a token to log in with."""
    refresh = await hass.auth.async_create_refresh_token(user, CLIENT_ID)
    return hass.auth.async_create_access_token(refresh)


async def open_browser(
    hass: HomeAssistant, connect: WebSocketGenerator, policy: dict[str, Any] | None = None
) -> Browser:
    """Return the browser of an administrator, or of a user with this policy."""
    if policy is None:
        return Browser(await connect(hass))
    user = MockUser(groups=[MockGroup(id=GROUP_ID_USER)]).add_to_hass(hass)
    user.mock_policy(policy)
    return Browser(await connect(hass, await token_of(hass, user)))
