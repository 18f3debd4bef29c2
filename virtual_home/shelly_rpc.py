"""How a Shelly since the second generation is talked to: calls by HTTP or WebSocket, and what it tells by itself.

Frames: https://shelly-api-docs.shelly.cloud/gen2/General/RPCProtocol; ways in: …/gen2/General/RPCChannels; errors:
…/gen2/General/CommonErrors; pushed frames: …/gen2/General/Notifications: WebSockets get them that sent a frame with
`src`, and a key that left the status comes as null. The status of an HTTP answer to `/rpc/<Method>` that failed is not
documented: clients report 500, and 404 for an unknown method.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
import json
import time
from typing import Any, Literal, override

from aiohttp import WSMsgType, web

from .door import never
from .shelly import HTML, Request, Shelly
from .shelly_login import Firmware, Login
from .truth import Moment, Truth

type Source = Literal["HTTP_in", "WS_in"]
type Components = dict[str, dict[str, Any]]

INVALID_ARGUMENT = -103
NOT_FOUND = -105
NO_METHOD = 404
UNAUTHORIZED = 401
BUSY = 429
UNPROTECTED = ("Shelly.GetDeviceInfo",)


class RpcError(Exception):
    """A call that failed, with the vendor's code for it."""

    def __init__(self, code: int, message: str) -> None:
        """Say which code; a client may show the message."""
        super().__init__(message)
        self.error = {"code": code, "message": message}


@dataclass(slots=True)
class Channel:
    """One WebSocket: who is there, once it said so, and what it was told last."""

    socket: web.WebSocketResponse
    src: str | None = None
    told: Components = field(default_factory=dict)


class ShellyRpc(Shelly):
    """Takes calls. A device adds the methods that say "a device …"."""

    def __init__(self, truth: Truth, name: str, *, firmware: Firmware = "2.0.0", **shelly: Any) -> None:
        """Put it on the Wi-Fi; `firmware` decides how its login counts, `shelly` is what any `Shelly` takes."""
        super().__init__(truth, name, **shelly)
        self.firmware = firmware
        self.login = Login(self.id, firmware)
        self.channels: list[Channel] = []

    @property
    def id(self) -> str:
        """Return its name on the network."""
        raise NotImplementedError

    def device_info(self) -> dict[str, Any]:
        """Return who it is: a device knows."""
        raise NotImplementedError

    def reported(self) -> Components:
        """Return the part of its status whose changes it pushes: a device knows."""
        raise NotImplementedError

    async def call(self, method: str, params: dict[str, Any], source: Source) -> Any:
        """Do what is asked and return the result; RpcError if it fails: a device does."""
        raise NotImplementedError

    @override
    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/shelly":
            return web.json_response(self.device_info())
        if request.path == "/rpc" and request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._talk(request)
        if request.path == "/rpc":
            return await self._answer_frame(request)
        if request.path.startswith("/rpc/"):
            return await self._answer_call(request, request.path.removeprefix("/rpc/"))
        return web.Response(status=HTTPStatus.NOT_FOUND, text="Not Found")

    @override
    def booted(self) -> None:
        self.login.forget()

    @override
    def report(self) -> None:
        super().report()
        self._tell_changes()

    @override
    def claim(self, state: Literal["on", "off"]) -> None:
        super().claim(state)
        self._tell_changes()

    def tell_event(self, event: dict[str, Any]) -> None:
        """Push something that happened."""
        now = round(time.time(), 2)
        self._tell_all("NotifyEvent", {"ts": now, "events": [event | {"ts": now}]})

    def tell_everything(self) -> None:
        """Push the whole status, as devices do that open the WebSocket themselves."""
        self._tell_all("NotifyFullStatus", {"ts": round(time.time(), 2)} | self.reported())

    async def _answer_call(self, request: web.BaseRequest, method: str) -> web.Response:
        """Answer `/rpc/<Method>`, the parameters in the address or as JSON."""
        if refusal := self._refusal(request, method, None):
            return refusal
        try:
            params = _parameters(request) | _object(await request.text())
            return web.json_response(await self.call(method, params, "HTTP_in"))
        except RpcError as error:
            unknown = error.error["code"] == NO_METHOD
            status = HTTPStatus.NOT_FOUND if unknown else HTTPStatus.INTERNAL_SERVER_ERROR
            return web.json_response(error.error, status=status)

    async def _answer_frame(self, request: web.BaseRequest) -> web.Response:
        """Answer a whole frame by POST; who may call is told by a header or by the frame."""
        try:
            frame = _object(await request.text())
        except RpcError as error:
            return web.json_response({"id": None, "src": self.id, "error": error.error})
        if refusal := self._refusal(request, frame.get("method"), frame.get("auth")):
            return refusal
        return web.json_response(await self._reply(frame, "HTTP_in"))

    def _refusal(self, request: web.BaseRequest, method: object, auth: object) -> web.Response | None:
        """Return the challenge for a request that may not, or None."""
        if self.secret is None or method in UNPROTECTED:
            return None
        if auth is not None:
            verdict = self.login.judge_frame(auth, self.secret, "http")
        else:
            header = request.headers.get("Authorization")
            verdict = self.login.judge_header(header, self.secret, request.method, request.raw_path)
        if verdict == "welcome":
            return None
        if (challenge := self.login.header(stale=verdict == "stale")) is None:
            return web.Response(status=BUSY)
        return web.Response(status=UNAUTHORIZED, headers={"WWW-Authenticate": challenge})

    async def _reply(self, frame: dict[str, Any], source: Source) -> dict[str, Any]:
        """Return the answer to a frame of someone who may."""
        head = {"id": frame.get("id"), "src": self.id} | ({"dst": frame["src"]} if "src" in frame else {})
        try:
            argument(frame, "id", object)
            params = argument({"params": {}} | frame, "params", dict)
            return head | {"result": await self.call(argument(frame, "method", str), params, source)}
        except RpcError as error:
            return head | {"error": error.error}

    async def _talk(self, request: web.BaseRequest) -> web.StreamResponse:
        # Neither a ping nor a goodbye is answered by a device without power: both are answered here, if at all.
        socket = web.WebSocketResponse(autoping=False, autoclose=False)
        await socket.prepare(request)
        channel = Channel(socket)
        self.channels.append(channel)
        hearing: list[asyncio.Task[Any]] = []
        try:
            async for message in socket:
                if message.type is WSMsgType.PING and self.can_hear:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    hearing.append(self.door.spawn(self._hear(channel, message.data)))
        finally:
            self.channels.remove(channel)
            for task in hearing:
                task.cancel()
        if not self.can_hear:
            await never()
        await socket.close()
        return socket

    async def _hear(self, channel: Channel, text: str) -> None:
        """Take one frame; what is no request gets no answer."""
        heeded = self.can_hear
        if not self.in_sight or self.defects.manner == "hangs":
            return
        self.requests.append(Request(Moment.now(), text))
        if self.defects.manner in ("html", "json"):
            await channel.socket.send_str(HTML if self.defects.manner == "html" else '{"status": "ok"}')
            return
        try:
            frame = _object(text)
        except RpcError:
            return
        reply = self._frame_refusal(frame) or await self._welcome(channel, frame)
        if heeded and self.can_speak:
            with suppress(ConnectionError):
                await channel.socket.send_json(reply)

    async def _welcome(self, channel: Channel, frame: dict[str, Any]) -> dict[str, Any]:
        if self.can_hear and channel.src is None and isinstance(frame.get("src"), str):
            channel.src, channel.told = frame["src"], self.reported()
        return await self._reply(frame, "WS_in")

    def _frame_refusal(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        """Return the challenge for a frame that may not, or None."""
        head = {"id": frame.get("id"), "src": self.id, "dst": frame.get("src")}
        busy = head | {"error": {"code": BUSY, "message": "Too many requests"}}
        if self.defects.manner == "busy":
            return busy
        if self.secret is None or frame.get("method") in UNPROTECTED:
            return None
        if self.login.judge_frame(frame.get("auth"), self.secret, "websocket") == "welcome":
            return None
        if (challenge := self.login.message()) is None:
            return busy
        return head | {"error": {"code": UNAUTHORIZED, "message": challenge}}

    def _tell_changes(self) -> None:
        if not self.can_speak:
            return
        now = self.reported()
        for channel in self.channels:
            if channel.src is None:
                continue
            if changes := _difference(channel.told, now):
                self._push(channel, "NotifyStatus", {"ts": round(time.time(), 2)} | changes)
            channel.told = now

    def _tell_all(self, method: str, params: dict[str, Any]) -> None:
        for channel in self.channels:
            if channel.src is not None and self.can_speak:
                self._push(channel, method, params)

    def _push(self, channel: Channel, method: str, params: dict[str, Any]) -> None:
        async def push() -> None:
            with suppress(ConnectionError):
                await channel.socket.send_json({"src": self.id, "dst": channel.src, "method": method, "params": params})

        self.door.spawn(push())


def argument(params: dict[str, Any], key: str, kind: type[Any]) -> Any:
    """Return an argument of a kind, RpcError if there is none; `float` stands for a number that is not negative."""
    if key not in params:
        raise RpcError(INVALID_ARGUMENT, f"Missing required '{key}'")
    value = params[key]
    if kind is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    else:
        fits = isinstance(value, kind)
    if not fits:
        raise RpcError(INVALID_ARGUMENT, f"Bad argument '{key}'")
    return value


def _parameters(request: web.BaseRequest) -> dict[str, Any]:
    """Return the parameters of an address: each is JSON, or else a text."""
    parameters: dict[str, Any] = {}
    for key, text in request.query.items():
        try:
            parameters[key] = json.loads(text)
        except ValueError:
            parameters[key] = text
    return parameters


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RpcError(INVALID_ARGUMENT, "Invalid JSON")
    return found


def _difference(before: Components, now: Components) -> Components:
    """Return what changed from `before` to `now`; None stands for what is gone."""
    changes: Components = {}
    for key, status in now.items():
        old = before.get(key, {})
        new = {name: value for name, value in status.items() if old.get(name, ...) != value}
        gone = dict.fromkeys(old.keys() - status.keys())
        if new or gone:
            changes[key] = ({"id": status["id"]} if "id" in status else {}) | new | gone
    return changes
