"""Two small Shellies on the loopback, one of each way to talk, and what a test needs to stand before them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
import json
import re
import time
from typing import Any

from aiohttp import WSMsgType, encode_basic_auth, web
from aiohttp.test_utils import TestServer
from homeassistant.core import HomeAssistant

from custom_components.earlid.facts import Eyes
from custom_components.earlid.relays import make_relay
from custom_components.earlid.relays.shelly import ShellyRelay

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAC = "A8032AB12345"
STRANGER = "A8032ABFFFFF"


class Shelly:
    """What both have: a contact, a timer that flips it back, settings, and a memory of what they were asked."""

    def __init__(self) -> None:
        """Be off, and set as new ones are."""
        self.mac = MAC
        self.on = False
        self.password: str | None = None
        self.asked: list[str] = []
        self.timers: list[float] = []
        """The lengths that came with each ON."""
        self.writes = 0
        self.started = time.monotonic()
        self.instead: Answer | None = None
        """What answers every request instead."""
        self.before: Callable[[str], Awaitable[None]] | None = None
        """What happens before a request is obeyed."""
        self.after: Callable[[str], Awaitable[None]] | None = None
        """What happens between that and the answer."""
        self._timer: asyncio.TimerHandle | None = None
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answered)
        self.server = TestServer(app)

    @property
    def host(self) -> str:
        """What a person types in."""
        return f"127.0.0.1:{self.server.port}"

    @property
    def orders(self) -> list[str]:
        """What of the requests would switch it."""
        return [asked for asked in self.asked if "turn=" in asked or "Switch.Set " in asked]

    async def stop(self) -> None:
        """Be gone for good."""
        if self._timer is not None:
            self._timer.cancel()
        await self.server.close()

    async def silent(self, request: web.Request) -> web.StreamResponse:
        """Break off what is asked, as a device that restarts."""
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    def switch(self, on: bool, seconds: float = 0) -> None:
        """Move the contact, and back after so long."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.on = on
        if on:
            self.timers.append(seconds)
        if seconds:
            self._timer = asyncio.get_running_loop().call_later(seconds, self.switch, not on)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as the generation does."""
        raise NotImplementedError

    async def obeys(self, asked: str) -> None:
        """Take note of a request."""
        self.asked.append(asked)
        if self.before is not None:
            await self.before(asked)

    async def answers(self, asked: str) -> None:
        """Be as slow as the test wants."""
        if self.after is not None:
            await self.after(asked)

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        return await (self.instead or self.answer)(request)


class Gen1(Shelly):
    """https://shelly-api-docs.shelly.cloud/gen1/."""

    def __init__(self) -> None:
        """Be a Plug S."""
        super().__init__()
        self.settings: dict[str, Any] = {"default_state": "last", "auto_off": 0.0, "auto_on": 0.0}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer."""
        await self.obeys(request.path_qs)
        answer = self._page(request)
        await self.answers(request.path_qs)
        return answer

    def _page(self, request: web.Request) -> web.Response:
        if request.path == "/shelly":
            about = {"type": "SHPLG-S", "mac": self.mac, "auth": self.password is not None}
            return web.json_response(about | {"fw": "20230913-113421/v1.14.0-gcb84623", "num_outputs": 1})
        login = request.headers.get("Authorization", "")
        if self.password is not None and login != encode_basic_auth("admin", self.password):
            return web.Response(status=401, text="401 Unauthorized")
        relay = {"ison": self.on, "has_timer": self._timer is not None, "source": "http"}
        match request.path:
            case "/status":
                uptime = int(time.monotonic() - self.started)
                return web.json_response({"mac": self.mac, "relays": [relay], "uptime": uptime})
            case "/relay/0":
                if turn := request.query.get("turn"):
                    self.switch(turn == "on", float(request.query.get("timer", 0)))
                return web.json_response(relay | {"ison": self.on})
            case "/settings/relay/0":
                if request.query:
                    self.writes += 1
                    self.settings |= {k: v if k == "default_state" else float(v) for k, v in request.query.items()}
                return web.json_response({"name": None, "ison": self.on} | self.settings)
        return web.Response(status=404, text="Not Found")


class Gen2(Shelly):
    """https://shelly-api-docs.shelly.cloud/gen2/."""

    def __init__(self) -> None:
        """Be a Plus Plug S."""
        super().__init__()
        self.settings: dict[str, Any] = {
            "initial_state": "restore_last",
            "auto_off": False,
            "auto_off_delay": 60.0,
            "auto_on": False,
            "auto_on_delay": 60.0,
        }
        self.channels: list[web.WebSocketResponse] = []
        self.opened = 0
        self.channels_left = 6
        self.follow_up: str | None = None
        """What is told in one breath with the next answer."""
        self._nonces = 100
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def id(self) -> str:
        """Its name."""
        return f"shellyplusplugs-{self.mac.lower()}"

    def switch(self, on: bool, seconds: float = 0) -> None:
        """Move the contact, and say so."""
        moved = on is not self.on
        super().switch(on, seconds)
        if moved:
            self.push({"ts": time.time(), "switch:0": {"id": 0, "output": on, "source": "button"}})

    def push(self, params: Any, method: str = "NotifyStatus") -> None:
        """Tell all channels something."""
        self.say(json.dumps({"src": self.id, "dst": "earlid", "method": method, "params": params}))

    def say(self, text: str) -> None:
        """Send all channels a text."""

        async def send(channel: web.WebSocketResponse) -> None:
            with suppress(ConnectionError):
                await channel.send_str(text)

        for channel in self.channels:
            task = asyncio.get_running_loop().create_task(send(channel))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer."""
        if request.path == "/shelly":
            await self.obeys("/shelly")
            about = {"id": self.id, "mac": self.mac, "gen": 2, "ver": "1.7.5", "model": "SNPL-00112EU"}
            return web.json_response(about | {"auth_en": self.password is not None})
        if request.path != "/rpc":
            return web.Response(status=404, text="Not Found")
        if request.method == "GET":
            return await self._talk(request)
        if self.password is not None and not self._welcome(request):
            self._nonces += 1
            realm = f'realm="{self.id}", nonce="{self._nonces}"'
            return web.Response(
                status=401, headers={"WWW-Authenticate": f'Digest qop="auth", {realm}, algorithm=SHA-256'}
            )
        return web.json_response(await self._frame(await request.json(), "POST"))

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        if self.channels_left <= len(self.channels):
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.opened += 1
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    frame = json.loads(message.data)
                    await socket.send_json(self._refusal(frame) or await self._frame(frame, "channel"))
                    if self.follow_up is not None:
                        await socket.send_str(self.follow_up)
                    if socket not in self.channels:
                        self.channels.append(socket)
        finally:
            if socket in self.channels:
                self.channels.remove(socket)
        return socket

    async def _frame(self, frame: dict[str, Any], way: str) -> dict[str, Any]:
        assert frame["src"]
        params = dict(frame["params"])
        number = params.pop("id")
        asked = f"{way} {frame['method']} {json.dumps(params)}"
        await self.obeys(asked)
        head = {"id": frame["id"], "src": self.id, "dst": frame["src"]}
        if number != 0:
            return head | {"error": {"code": -105, "message": f"Argument 'id', value {number} not found!"}}
        result = self._result(frame["method"], params)
        await self.answers(asked)
        return head | {"result": result}

    def _result(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "Switch.GetStatus":
                return {"id": 0, "source": "http", "output": self.on, "apower": 0.0}
            case "Switch.Set":
                was_on = self.on
                self.switch(params["on"], params.get("toggle_after", 0))
                return {"was_on": was_on}
            case "Switch.SetConfig":
                self.writes += 1
                self.settings |= params["config"]
                return {"restart_required": False}
        return {"id": 0, "name": None} | self.settings

    def _refusal(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        if self.password is None:
            return None
        auth = frame.get("auth") or {}
        secret = _sha256(f"admin:{self.id}:{self.password}")
        proof = f"{secret}:{auth.get('nonce')}:{auth.get('nc')}:{auth.get('cnonce')}:auth:"
        if auth.get("response") == _sha256(proof + _sha256("dummy_method:dummy_uri")):
            return None
        challenge = {"auth_type": "digest", "nonce": 1725185413, "nc": 1, "realm": self.id, "algorithm": "SHA-256"}
        return {"id": frame["id"], "src": self.id, "error": {"code": 401, "message": json.dumps(challenge)}}

    def _welcome(self, request: web.Request) -> bool:
        fields = dict(re.findall(r'(\w+)="?([^",]+)', request.headers.get("Authorization", "")))
        secret = _sha256(f"admin:{self.id}:{self.password}")
        proof = ":".join((secret, *(fields.get(key, "") for key in ("nonce", "nc", "cnonce", "qop"))))
        # As before firmware 2: each request has to be challenged anew.
        fresh = fields.get("nonce") == str(self._nonces)
        self._nonces += 1
        return fresh and fields.get("response") == _sha256(f"{proof}:{_sha256('POST:/rpc')}")


def stand_before(hass: HomeAssistant, shelly: Shelly | str, **data: Any) -> ShellyRelay:
    """Return the relay as the form would set it up."""
    host = shelly if isinstance(shelly, str) else shelly.host
    relay = make_relay(hass, Eyes(hass), {"relay": "shelly", "host": host} | data)
    assert isinstance(relay, ShellyRelay)
    return relay


@asynccontextmanager
async def plugged[S: Shelly](shelly: S) -> AsyncGenerator[S]:
    """Let a Shelly answer for a while."""
    await shelly.server.start_server()
    try:
        yield shelly
    finally:
        await shelly.stop()


@asynccontextmanager
async def watched(relay: ShellyRelay) -> AsyncGenerator[list[bool | None]]:
    """Listen to a relay for a while, and yield what it reports, None for out of sight."""
    told: list[bool | None] = []
    stop = relay.subscribe(lambda: told.append(relay.read().value))
    try:
        yield told
    finally:
        stop()
        # A closing channel says goodbye.
        await asyncio.sleep(0.05)


async def until(condition: Callable[[], bool], within: float = 3) -> float:
    """Wait until it is so, and return how long that took; fail after `within` s."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < within, "it did not become so"
        await asyncio.sleep(0.005)
    return time.monotonic() - begun


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
