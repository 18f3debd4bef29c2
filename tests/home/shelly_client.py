"""What a client of a Shelly needs to know: nothing but the vendor's documents."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import ClientResponse, ClientSession, ClientTimeout, ClientWebSocketResponse

from virtual_home.shelly import Shelly
from virtual_home.shelly_gen2 import ShellyGen2
from virtual_home.waiting import AT_LAST

SOON = 0.3  # s; the timers here are as short as a busy machine lets them be told from none
PATIENCE = ClientTimeout(total=1)  # with what never answers
PASSWORD = "secret"  # noqa: S105 - nobody's
type Make[T] = Callable[..., T]


async def get(http: ClientSession, plug: Shelly, path: str, **how: Any) -> Any:
    """Return what a page says."""
    async with http.get(f"http://{plug.host}{path}", **how) as answer:
        assert answer.content_type == "application/json"
        return await answer.json()


async def call(http: ClientSession, plug: ShellyGen2, method: str, **params: Any) -> Any:
    """Return the result of a call by `/rpc/<Method>`."""
    async with http.post(f"http://{plug.host}/rpc/{method}", json=params) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def status(http: ClientSession, plug: ShellyGen2) -> dict[str, Any]:
    """Return what its switch says."""
    found = await call(http, plug, "Switch.GetStatus", id=0)
    assert isinstance(found, dict)
    return found


async def frame(socket: ClientWebSocketResponse, method: str, **rest: Any) -> Any:
    """Send a request frame as `me` and return what comes next."""
    await socket.send_json({"id": 1, "src": "me", "method": method} | rest)
    return await asyncio.wait_for(socket.receive_json(), AT_LAST)


async def status_of(answer: ClientResponse) -> int:
    """Return the status of an answer that is read to its end."""
    await answer.read()
    return answer.status
