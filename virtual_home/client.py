"""One user's view of Home Assistant: its REST and websocket interfaces, under one token.

https://developers.home-assistant.io/docs/api/rest/, https://developers.home-assistant.io/docs/api/websocket/.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import time
from typing import Any

import aiohttp

from .waiting import AT_LAST

POLL = 0.02  # s between looks at a state; a step of the demo is measured at the plug, not here
REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=60)

type State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One entity's state became another; None: it was not there before, or is not after."""

    entity_id: str
    before: str | None
    after: str | None


class RefusedError(Exception):
    """Home Assistant answered with an error. `status` is HTTP's or the websocket's code, `body` its answer."""

    def __init__(self, what: str, status: int | str, body: Any) -> None:
        """Say what was refused."""
        super().__init__(f"{what}: {status} {body}")
        self.status = status
        self.body = body


class Client:
    """A user: asks for states, calls actions, walks through flows (see `flows`)."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        """Speak as the owner of `token`."""
        self.url = url
        self.token = token
        self._session = session

    async def get(self, path: str) -> Any:
        """GET a path such as `/api/states`; returns its JSON, raises RefusedError."""
        return await self.request("GET", path)

    async def post(self, path: str, data: Any = None) -> Any:
        """POST JSON; returns its JSON, raises RefusedError."""
        return await self.request("POST", path, data)

    async def delete(self, path: str) -> Any:
        """DELETE; returns its JSON, raises RefusedError."""
        return await self.request("DELETE", path)

    async def request(self, method: str, path: str, data: Any = None) -> Any:
        """Return the JSON (or text) of one request; raises RefusedError above status 399."""
        async with self._session.request(
            method,
            self.url + path,
            json=data,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=REQUEST_TIMEOUT,
        ) as answer:
            is_json = answer.content_type == "application/json"
            body = await answer.json() if is_json else await answer.text()
            if answer.status >= 400:
                raise RefusedError(f"{method} {path}", answer.status, body)
            return body

    async def states(self) -> dict[str, State]:
        """Return all states by entity id."""
        return {one["entity_id"]: one for one in await self.get("/api/states")}

    async def state(self, entity_id: str) -> State | None:
        """Return one state object, or None where there is none."""
        try:
            found = await self.get(f"/api/states/{entity_id}")
        except RefusedError as refused:
            if refused.status == 404:
                return None
            raise
        assert isinstance(found, dict)
        return found

    async def value(self, entity_id: str) -> str | None:
        """Return one entity's state string, or None where there is none."""
        found = await self.state(entity_id)
        return None if found is None else str(found["state"])

    async def wait_for(
        self, entity_id: str, wanted: str | Callable[[State], bool], *, within: float = AT_LAST
    ) -> State:
        """Return the state once it is `wanted`; TimeoutError with the last one after `within` seconds."""
        end = time.monotonic() + within
        while True:
            found = await self.state(entity_id)
            if found is not None and (wanted(found) if callable(wanted) else found["state"] == wanted):
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"{entity_id} did not become {wanted}; it is {found}")
            await asyncio.sleep(POLL)

    async def call(
        self, action: str, data: dict[str, Any] | None = None, *, returns: bool = False, **fields: Any
    ) -> Any:
        """Call an action (`switch.turn_on`) and return when it is done.

        With `returns`, its response; else the states it changed. Raises RefusedError (400 for a validation error; the
        websocket's `act` gives the translated one).
        """
        domain, name = action.split(".")
        query = "?return_response" if returns else ""
        answer = await self.post(f"/api/services/{domain}/{name}{query}", (data or {}) | fields)
        return answer["service_response"] if returns else answer

    async def act(
        self,
        action: str,
        data: dict[str, Any] | None = None,
        *,
        target: dict[str, Any] | None = None,
        returns: bool = False,
    ) -> Any:
        """Call an action over the websocket, as the frontend does: RefusedError carries the error's translation key."""
        domain, name = action.split(".")
        result = await self.command(
            "call_service",
            domain=domain,
            service=name,
            service_data=data or {},
            return_response=returns,
            **({"target": target} if target else {}),
        )
        return result.get("response") if returns else result

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send one websocket command and return its result; raises RefusedError."""
        async with self.conversation() as say:
            return await say(kind, **fields)

    @asynccontextmanager
    async def conversation(self) -> AsyncIterator[Callable[..., Any]]:
        """Open a websocket for several commands: `async with client.conversation() as say: await say(kind, …)`."""
        async with self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self.token})
            hello = await socket.receive_json()
            if hello["type"] != "auth_ok":
                raise RefusedError("websocket", hello["type"], hello)
            number = 0

            async def say(kind: str, **fields: Any) -> Any:
                nonlocal number
                number += 1
                await socket.send_json({"id": number, "type": kind} | fields)
                while True:
                    answer = await socket.receive_json(timeout=60)
                    if answer.get("id") == number and answer["type"] == "result":
                        break
                if not answer["success"]:
                    raise RefusedError(kind, answer["error"]["code"], answer["error"])
                return answer["result"]

            yield say

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[list[Change]]:
        """Give a list that grows with every change of a state: `async with client.changes() as seen:`."""
        seen: list[Change] = []
        async with self._subscribed("state_changed", lambda data: seen.append(_change(data))):
            yield seen

    @asynccontextmanager
    async def events(self, kind: str) -> AsyncIterator[list[dict[str, Any]]]:
        """Give a list that grows with the data of every event of a kind on Home Assistant's bus."""
        seen: list[dict[str, Any]] = []
        async with self._subscribed(kind, seen.append):
            yield seen

    @asynccontextmanager
    async def _subscribed(self, kind: str, take: Callable[[dict[str, Any]], None]) -> AsyncIterator[None]:
        """Hand over the data of events, https://developers.home-assistant.io/docs/api/websocket/#subscribe-to-events."""
        async with self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self.token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": "subscribe_events", "event_type": kind})
            answer = await socket.receive_json()
            if not answer.get("success"):
                raise RefusedError("subscribe_events", answer["type"], answer)
            reading = asyncio.create_task(_read_events(socket, take))
            try:
                yield
            finally:
                reading.cancel()

    async def rename_entity(self, entity_id: str, new_entity_id: str) -> None:
        """Give an entity another id, as a person does in its settings."""
        await self.command("config/entity_registry/update", entity_id=entity_id, new_entity_id=new_entity_id)

    async def disable_entity(self, entity_id: str, *, disabled: bool = True) -> None:
        """Disable or enable an entity; Home Assistant applies enabling 30 s later."""
        await self.command(
            "config/entity_registry/update", entity_id=entity_id, disabled_by="user" if disabled else None
        )

    async def remove_entity(self, entity_id: str) -> None:
        """Take an entity out of the registry."""
        await self.command("config/entity_registry/remove", entity_id=entity_id)

    async def issues(self, domain: str | None = None) -> list[dict[str, Any]]:
        """Return the open repair issues, of one integration or all."""
        found = (await self.command("repairs/list_issues"))["issues"]
        return [one for one in found if domain is None or one["domain"] == domain]


async def _read_events(socket: aiohttp.ClientWebSocketResponse, take: Callable[[dict[str, Any]], None]) -> None:
    async for message in socket:
        take(message.json()["event"]["data"])


def _change(data: dict[str, Any]) -> Change:
    before, after = (None if data[key] is None else data[key]["state"] for key in ("old_state", "new_state"))
    return Change(data["entity_id"], before, after)
