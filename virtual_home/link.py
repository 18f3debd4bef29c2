"""A network link that can fail: between two brokers, or a client and its broker."""

import asyncio
from contextlib import suppress
from typing import Self

_HOST = "127.0.0.1"
_CHUNK = 65536


class Link:
    """`async with Link(broker.host, broker.port) as link:` carries what comes to `link.port` to there and back."""

    def __init__(self, host: str, port: int) -> None:
        """Describe where it leads."""
        self.port = 0
        self._far = (host, port)
        self._up = True
        self._one_way = False
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        """Begin to carry."""
        self._server = await asyncio.start_server(self._carry, _HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """End, and everything on it."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def lose_answers(self) -> None:
        """Go on carrying to the far end, and carry nothing back from now on."""
        self._one_way = True

    def cut(self) -> None:
        """Reset every connection, and each new one."""
        self._up = False
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def mend(self) -> None:
        """Carry again, both ways; connections that were cut stay so."""
        self._up, self._one_way = True, False

    async def _carry(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        if not self._up:
            near.transport.abort()
            return
        try:
            far_reader, far = await asyncio.open_connection(*self._far)
        except OSError:
            near.transport.abort()
            return
        ends = {near, far}
        self._writers |= ends
        await asyncio.gather(self._pump(near_reader, far, back=False), self._pump(far_reader, near, back=True))
        self._writers -= ends

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                if back and self._one_way:
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()
