"""Questions about the past, one after the other: each takes some ten MB, and a small computer has room for few."""

from asyncio import Lock, Semaphore, current_task
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .typed import wrong

# One that is long keeps no other waiting; more at once are no sooner done, since they share the processor.
AT_ONCE: Final = 2
# A page asks three at a time; one that asks without end is told so.
WAITING: Final = 8


@dataclass(slots=True)
class _Line:
    """Those who wait of one connection: it takes turns with the others, however much it asks."""

    asked: int = 0
    first: Lock = field(default_factory=Lock)


@dataclass(slots=True)
class _Turns:
    free: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))
    lines: dict[ActiveConnection, _Line] = field(default_factory=dict)


_TURNS: HassKey[_Turns] = HassKey(f"{DOMAIN}_turns")


@asynccontextmanager
async def turn(hass: HomeAssistant, connection: ActiveConnection, iden: int) -> AsyncIterator[None]:
    """Wait until this question may be looked into; `iden` is the message that asks it.

    Cancelled while it waits when the connection is closed. Raises ServiceValidationError where too many wait already.
    """
    turns = hass.data.setdefault(_TURNS, _Turns())
    line = turns.lines.setdefault(connection, _Line())
    if line.asked > WAITING:
        raise wrong("too_many_questions")
    line.asked += 1
    # Nobody is to wait for the answers that nobody will read.
    if (task := current_task()) is not None:
        connection.subscriptions[iden] = task.cancel
    try:
        async with line.first, turns.free:
            # What runs is let run: what it has read is let go of at its end.
            connection.subscriptions.pop(iden, None)
            yield
    finally:
        connection.subscriptions.pop(iden, None)
        line.asked -= 1
        if not line.asked:
            turns.lines.pop(connection, None)
