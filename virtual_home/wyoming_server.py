"""What all Wyoming devices and services have in common: a TCP server that says what it is to whoever asks.

One JSON line a message, with more JSON and raw audio behind it: https://github.com/OHF-Voice/wyoming, README, Format.
The vendor's package of that name writes and reads them.
"""

import asyncio
from collections.abc import Coroutine
import contextlib
from dataclasses import dataclass
import socket
import time
from typing import Any

from wyoming.event import Event, Eventable, async_read_event, async_write_event
from wyoming.info import Attribution, Describe, Info

HOST = "127.0.0.1"
# The texts of info are free; these name no real maker.
MAKER = Attribution(name="Virtual home", url="https://www.example.com")
PROGRAM: dict[str, Any] = {"attribution": MAKER, "installed": True, "version": "1.0"}


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came, of any peer."""

    at: float  # s of the monotonic clock
    type: str


class Peer:
    """Whoever has connected."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take both ways of a connection."""
        self._reader = reader
        self._writer = writer

    async def send(self, message: Eventable) -> None:
        """Send a message; nothing happens when the peer is gone."""
        with contextlib.suppress(ConnectionError):
            await async_write_event(message.event(), self._writer)

    async def receive(self) -> Event | None:
        """Return the next message, or None when the peer hangs up or sends what is no message."""
        try:
            return await async_read_event(self._reader)
        except ConnectionError, asyncio.IncompleteReadError:
            return None

    def freeze(self) -> None:
        """Leave the connection open and what comes on it unread, as one does that has no power."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    def hang_up(self) -> None:
        """Close it once everything is sent."""
        self._writer.close()

    def reset(self) -> None:
        """Close it at once."""
        self._writer.transport.abort()


class WyomingServer:
    """A device or service on one port, the same for life; made in a running loop, closed at first.

    A kind of them says what it is (`info`) and does something with all other messages (`take`).
    """

    def __init__(self) -> None:
        """Take a free port."""
        # Bound, but never listening: while it is away nobody else may get the port.
        self._holder = _bound(0)
        self.port: int = self._holder.getsockname()[1]
        self.received: list[Received] = []
        self._server: asyncio.Server | None = None
        self._peers: dict[Peer, asyncio.Task[None]] = {}
        self._frozen: list[Peer] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def host(self) -> str:
        """Return the address, without the port."""
        return HOST

    @property
    def is_open(self) -> bool:
        """True while it takes connections."""
        return self._server is not None

    def info(self) -> Info:
        """Return what it says of itself: a kind knows."""
        raise NotImplementedError

    async def take(self, peer: Peer, message: Event) -> bool:
        """Do something with a message that is no `describe`; return whether the connection stays: a kind knows."""
        raise NotImplementedError

    def lost(self, peer: Peer) -> None:
        """Hear that a peer has hung up."""

    async def open(self) -> None:
        """Take connections, and reset what was left of those from before: whatever boots knows nothing of them."""
        for peer in self._frozen:
            peer.reset()
        self._frozen.clear()
        if self._server is None:
            self._server = await asyncio.start_server(self._met, sock=_bound(self.port))

    def vanish(self, *, silently: bool = False) -> None:
        """Be gone: connections end, as when a program crashes, or are just never answered again if `silently`.

        New ones are refused.
        """
        if self._server is not None:
            self._server.close()
            self._server = None
        self._cancel(self._tasks | set(self._peers.values()))
        for peer in list(self._peers):
            if silently:
                peer.freeze()
                self._frozen.append(peer)
            else:
                peer.hang_up()
        self._peers.clear()

    async def close(self) -> None:
        """Close for good, and give the port back."""
        tasks = self._tasks | set(self._peers.values())
        self.vanish()
        for peer in self._frozen:
            peer.reset()
        self._holder.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    def beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside, until it vanishes at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def has_received(self, kind: str, *, since: float = 0.0) -> bool:
        """Return whether a message of that type has come, from monotonic `since` on."""
        return any(one.type == kind and one.at >= since for one in self.received)

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        self._peers[peer] = asyncio.get_running_loop().create_task(self._serve(peer))

    async def _serve(self, peer: Peer) -> None:
        stays = True
        while stays and (message := await peer.receive()) is not None:
            self.received.append(Received(time.monotonic(), message.type))
            if Describe.is_type(message.type):
                await peer.send(self.info())
            else:
                stays = await self.take(peer, message)
        self._peers.pop(peer, None)
        peer.hang_up()
        self.lost(peer)

    @staticmethod
    def _cancel(tasks: set[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setblocking(False)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((HOST, port))
    return bound
