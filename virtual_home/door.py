"""The way into a device that serves TCP: open, or shut as a device without power or radio shuts it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
import socket
from typing import Any, Literal

from aiohttp import web

type Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
type WhenGone = Literal["refuse", "hang"]

HOST = "127.0.0.1"
BACKLOG = 64
CLOSE_TIMEOUT = 0.1  # s; answers that hang on purpose would hold up the home's end for aiohttp's 60


async def never() -> Any:
    """Wait until cancelled, as when whoever asked hangs up."""
    await asyncio.Event().wait()


class Door:
    """A web server on one port, the same for life; made in a running loop, closed at first."""

    def __init__(self, answer: Answer) -> None:
        """Take a free port; `answer` answers each request while the door is open."""
        # Bound, but never listening: between two openings nobody else may get the port.
        self._holder = _bound(0)
        self.port: int = self._holder.getsockname()[1]
        self._server = web.Server(answer, handler_cancellation=True, access_log=None)
        self._listener: socket.socket | None = None
        self._filler: socket.socket | None = None
        self._connections: list[asyncio.Transport] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def host(self) -> str:
        """Return what a person types in to reach it."""
        return f"{HOST}:{self.port}"

    @property
    def is_open(self) -> bool:
        """True while it takes connections."""
        return self._listener is not None and self._filler is None

    def open(self) -> None:
        """Take connections."""
        if self.is_open:
            return
        self._stop_listening()
        self._listener = _bound(self.port)
        self._listener.listen(BACKLOG)
        asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def shut(self, how: WhenGone) -> None:
        """Take no more: `refuse` connections and reset the old ones, or let both `hang` until the caller gives up.

        What is sent on an old connection still arrives; whoever hangs leaves it unanswered.
        """
        self._stop_listening()
        if how == "refuse":
            self.drop()
            return
        # A full queue that nobody empties: the kernel then leaves a caller without any answer, as a dead host does.
        self._listener = _bound(self.port)
        self._listener.listen(0)
        self._filler = socket.create_connection((HOST, self.port))

    def drop(self) -> None:
        """Reset all connections."""
        for connection in self._connections:
            connection.abort()
        self._connections.clear()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside, until the door is closed for good at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Close for good, and give the port back."""
        self._stop_listening()
        self.drop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.shutdown(CLOSE_TIMEOUT)
        self._holder.close()

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # gone again before it was let in
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.spawn(self._serve(connection))

    async def _serve(self, connection: socket.socket) -> None:
        transport, _ = await asyncio.get_running_loop().connect_accepted_socket(self._server, connection)
        self._connections = [one for one in self._connections if not one.is_closing()]
        self._connections.append(transport)

    def _stop_listening(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
        if self._filler is not None:
            self._filler.close()
        self._listener = self._filler = None


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setblocking(False)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((HOST, port))
    return bound
