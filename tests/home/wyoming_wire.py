"""A peer of Wyoming devices that reads and writes the format by itself, without the vendor's package.

https://github.com/OHF-Voice/wyoming, README, Format.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from typing import Any

import pytest

from virtual_home.waiting import AT_LAST
from virtual_home.wyoming_server import HOST, WyomingServer


@dataclass
class Message:
    """What stands on the wire."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""


class Wire:
    """Both ways of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, kind: str, payload: bytes = b"", **data: Any) -> None:
        """Send a message."""
        header: dict[str, Any] = {"type": kind, "data": data}
        if payload:
            header["payload_length"] = len(payload)
        self.writer.write(json.dumps(header).encode() + b"\n" + payload)
        await self.writer.drain()

    async def hear(self, wanted: str | None = None, within: float = AT_LAST) -> Message:
        """Return the next message, or the next of a type; ConnectionError when the other side has hung up."""
        async with asyncio.timeout(within):
            while True:
                line = await self.reader.readline()
                if not line:
                    raise ConnectionResetError
                header = json.loads(line)
                data = header.get("data") or {}
                if length := header.get("data_length"):
                    data |= json.loads(await self.reader.readexactly(length))
                payload = await self.reader.readexactly(header.get("payload_length") or 0)
                if wanted in (None, header["type"]):
                    return Message(header["type"], data, payload)

    async def hear_nothing(self, seconds: float = 0.3) -> None:
        """Fail when a message comes."""
        with pytest.raises(TimeoutError):
            await self.hear(within=seconds)


@asynccontextmanager
async def wire(device: WyomingServer) -> AsyncIterator[Wire]:
    """Give a connection to a device that lasts as long as the block."""
    reader, writer = await asyncio.open_connection(HOST, device.port)
    yield Wire(reader, writer)
    writer.close()
