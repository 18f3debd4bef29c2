"""A door to the broker that knows nothing of MQTT 5, as brokers before 2018.

Home Assistant leaves MQTT 3.1.1 by itself wherever the broker takes version 5 (components/mqtt/__init__.py,
async_setup_entry), and the Mosquitto of Debian 12 has no setting to refuse that.
"""

import asyncio
from typing import Self

# CONNECT: type, remaining length (one byte up to 127), "MQTT" with its length, then the version.
# https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html#_Toc3901033
_NAME = b"\x00\x04MQTT"
_MQTT_5 = 5
_UNSUPPORTED = bytes((0x20, 3, 0, 0x84, 0))  # CONNACK, reason 0x84, no properties


class OldDoor:
    """`async with OldDoor(broker.host, broker.port) as door:` listens on `door.port`."""

    def __init__(self, host: str, port: int) -> None:
        """Stand before the broker."""
        self.port = 0
        self._broker = (host, port)
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Open."""
        self._server = await asyncio.start_server(self._come_in, self._broker[0], 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, with every connection through it."""
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()

    async def _come_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = await reader.read(1024)
        if _version(hello) == _MQTT_5:
            writer.write(_UNSUPPORTED)
            writer.close()
            return
        there, broker = await asyncio.open_connection(*self._broker)
        broker.write(hello)
        for source, target in ((reader, broker), (there, writer)):
            talk = asyncio.create_task(_carry(source, target))
            self._talks.add(talk)
            talk.add_done_callback(self._talks.discard)


def _version(hello: bytes) -> int | None:
    place = hello.find(_NAME)
    return hello[place + len(_NAME)] if 0 < place < len(hello) - len(_NAME) else None


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except ConnectionError:
        pass
    finally:
        target.close()
