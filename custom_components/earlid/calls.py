"""Calls to relays: they run beside the loop that decides, with a time limit, and an OFF overtakes all others."""

import asyncio
from collections.abc import Callable
import logging
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback

from .engine.commands import Order
from .engine.model import Command
from .relays import Relay

_LOGGER = logging.getLogger(__name__)

# A relay that has not taken a command by then is tried again anyway.
_COMMAND_TIMEOUT: Final = 10


class Calls:
    """Carries orders to relays."""

    def __init__(self, hass: HomeAssistant, whose: Callable[[str], str]) -> None:
        """Carry nothing yet; `whose` tells for the log who is behind the relay of a key."""
        self._hass = hass
        self._whose = whose
        self._letting: dict[str, asyncio.Task[None]] = {}
        """What is on its way to let a relay be on, by its key."""
        self._failing: set[str] = set()

    @callback
    def send(self, relay: Relay, order: Order, context: Context | None) -> None:
        """Send an order; `context` is that of whoever caused it."""
        own = Context(parent_id=None if context is None else context.id)
        # A grant that is still under way would turn the relay on after this OFF; after a newer one it is stale.
        if (before := self._letting.pop(relay.key, None)) is not None:
            before.cancel()
        task = self._hass.async_create_background_task(
            self.call(relay, order, own), f"earlid {order.command} {relay.key}", eager_start=True
        )
        if order.command is not Command.OFF and not task.done():
            self._letting[relay.key] = task

    @callback
    def overtake(self) -> None:
        """Call off all that is on its way to let a relay be on."""
        while self._letting:
            self._letting.popitem()[1].cancel()

    async def call(self, relay: Relay, order: Order, context: Context) -> None:
        """Call the relay, and return when it has answered, failed or taken too long."""
        try:
            async with asyncio.timeout(_COMMAND_TIMEOUT):
                await self._carry(relay, order, context)
        except Exception as error:  # noqa: BLE001 - a relay is any integration's code
            # The step sees that nothing was reported and tries again; the log says so once.
            level = logging.DEBUG if relay.key in self._failing else logging.WARNING
            self._failing.add(relay.key)
            _LOGGER.log(level, "%s did not take %s: %r; trying on", self._whose(relay.key), order.command, error)
        else:
            if relay.key in self._failing:
                self._failing.discard(relay.key)
                _LOGGER.info("%s takes commands again", self._whose(relay.key))

    @staticmethod
    async def _carry(relay: Relay, order: Order, context: Context) -> None:
        if order.command is Command.OFF:
            await relay.off(context)
        elif order.command is Command.RENEW and order.lease is not None:
            await relay.renew(order.lease, context)
        else:
            await relay.grant(order.lease, context)
