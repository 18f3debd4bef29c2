"""The WebSocket on which a Shelly from the second generation on says by itself what changes.

https://shelly-api-docs.shelly.cloud/gen2/General/Notifications: it does to whoever sent one frame with a `src`. That
frame asks how the channel is, so the first answer is the first report; later ones prove that both sides still live.
"""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from aiohttp import ClientError, ClientWebSocketResponse, ClientWSTimeout, WSMsgType
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.json import json_dumps
from homeassistant.util.json import json_loads

from .protocol import RelayError
from .shelly_gen2 import SOURCE, Gen2, check_sender, output_of, result_of
from .shelly_http import LONGEST, TIMEOUT, Http

# s of silence, after which it is asked whether anybody is there. Longer than the relay's own question is away while
# the plug is off, so that they do not both ask.
_HEARTBEAT: Final = 65
# s. A device without power says no goodbye.
_GOODBYE: Final = 0.5


class Channel:
    """One open WebSocket."""

    def __init__(
        self,
        socket: ClientWebSocketResponse,
        device: Gen2,
        heard: Callable[[bool], None],
        closed: Callable[[Channel], None],
    ) -> None:
        """Take an open WebSocket: `heard` is told when the relay is on or off, `closed` when that is over."""
        self._socket = socket
        self._device = device
        self._heard = heard
        self._closed = closed
        self._ids = count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._told: bool | None = None
        """What was told after the last answer came, which is newer than it."""
        self._reader: asyncio.Task[None] | None = None

    @callback
    def begin(self, hass: HomeAssistant) -> None:
        """Begin to listen."""
        name = f"earlid channel of {self._device.about.mac}"
        # At once: a task that is cancelled before it began closes nothing.
        self._reader = hass.async_create_background_task(self._read(), name, eager_start=True)

    @callback
    def stop(self) -> None:
        """Listen no more; what was asked gets no answer. The socket closes by itself."""
        if self._reader is not None:
            self._reader.cancel()

    async def ask(self) -> bool:
        """Return whether the relay is on. Raises RelayError, after which the channel is closing."""
        try:
            async with asyncio.timeout(TIMEOUT):
                frame = await self._call()
                login = self._device.login
                if _refused(frame) and login is not None:
                    login.take(frame)
                    frame = await self._call()
            output = output_of(result_of(frame))
        except (TimeoutError, ClientError, OSError) as error:
            self.stop()
            raise RelayError("no_answer", f"channel: {error!r}") from error
        except RelayError:
            self.stop()
            raise
        return output if self._told is None else self._told

    async def _call(self) -> dict[str, Any]:
        number = next(self._ids)
        login = self._device.login
        proof = None if login is None else login.proof()
        frame: dict[str, Any] = {
            "id": number,
            "src": SOURCE,
            "method": "Switch.GetStatus",
            "params": {"id": self._device.channel},
        }
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            await self._socket.send_str(json_dumps(frame if proof is None else frame | {"auth": proof}))
            return await answer
        finally:
            del self._asked[number]

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(RelayError("no_answer", "the channel was closed"))
            try:
                self._closed(self)
            finally:
                await self._socket.close()

    def _take(self, text: str) -> None:
        """Take what came; what is no frame of this device's says nothing, and stops nobody from listening."""
        try:
            frame = json_loads(text)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        answer = self._asked.get(number) if isinstance(number := frame.get("id"), int) else None
        try:
            check_sender(frame, self._device.about)
        except RelayError as error:
            if answer is not None and not answer.done():
                answer.set_exception(error)
            return
        if answer is not None and not answer.done():
            self._told = None
            answer.set_result(frame)
        elif frame.get("method") in ("NotifyStatus", "NotifyFullStatus"):
            output = _output(frame.get("params"), f"switch:{self._device.channel}")
            if output is not None:
                self._told = output
                self._heard(output)


async def open_channel(
    http: Http, hass: HomeAssistant, device: Gen2, heard: Callable[[bool], None], closed: Callable[[Channel], None]
) -> Channel:
    """Return an open channel. Raises RelayError: no_answer."""
    url = http.url("rpc")
    try:
        async with asyncio.timeout(TIMEOUT):
            socket = await http.session.ws_connect(
                url, heartbeat=_HEARTBEAT, max_msg_size=LONGEST, timeout=ClientWSTimeout(ws_close=_GOODBYE)
            )
    except (TimeoutError, ClientError, OSError, ValueError) as error:
        raise RelayError("no_answer", f"{url}: {error!r}") from error
    channel = Channel(socket, device, heard, closed)
    channel.begin(hass)
    return channel


def _refused(frame: dict[str, Any]) -> bool:
    error = frame.get("error")
    return isinstance(error, dict) and error.get("code") == 401  # noqa: PLR2004 - unauthorized


def _output(params: object, component: str) -> bool | None:
    """Return whether a notification says that the relay is on; None: it is about something else."""
    status = params.get(component) if isinstance(params, dict) else None
    output = status.get("output") if isinstance(status, dict) else None
    return output if isinstance(output, bool) else None
