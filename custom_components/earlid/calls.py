"""Calls to relays: they run beside the loop that decides, with a time limit, and an OFF overtakes all others."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
import logging
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback

from .engine.commands import Order
from .engine.model import Command
from .relays import Relay, turn_off

_LOGGER = logging.getLogger(__name__)

# A relay that has not taken a command by then is tried again anyway.
_COMMAND_TIMEOUT: Final = 10
# A call of its own costs each relay some 0.06 ms, one for several 0.2 ms: from so many on the last one waits less.
_TOGETHER_FROM: Final = 4


class Calls:
    """Carries orders to relays."""

    def __init__(self, hass: HomeAssistant, whose: Callable[[str], str]) -> None:
        """Carry nothing yet; `whose` tells for the log who is behind the relay of a key."""
        self._hass = hass
        self._whose = whose
        self._letting: dict[str, asyncio.Task[None]] = {}
        """What is on its way to let a relay be on, by its key."""
        self._failing: set[str] = set()
        self._apart: set[str] = set()
        """Those that failed in company, and are called by themselves until they take a command."""

    @callback
    def silence(self, relays: Iterable[Relay], context: Context | None) -> None:
        """Send OFFs.

        Those of many are with their relays only in the next turn of the event loop. What does not show off is sent
        for anew a second later by itself: so one that hangs or fails can neither hide the others nor keep them waiting.
        """
        alone, company = [], defaultdict[str, list[Relay]](list)
        for relay in relays:
            if relay.together is None or relay.key in self._apart or relay.key in self._failing:
                alone.append(relay)
            else:
                company[relay.together.domain].append(relay)
        for domain, members in company.items():
            if len(members) < _TOGETHER_FROM:
                alone += members
            else:
                self._send_together(domain, members, context)
        for relay in alone:
            self.send(relay, Order(Command.OFF), context)

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
            self._apart.discard(relay.key)
            if relay.key in self._failing:
                self._failing.discard(relay.key)
                _LOGGER.info("%s takes commands again", self._whose(relay.key))

    @callback
    def _send_together(self, domain: str, relays: list[Relay], context: Context | None) -> None:
        for relay in relays:
            if (before := self._letting.pop(relay.key, None)) is not None:
                before.cancel()
        own = Context(parent_id=None if context is None else context.id)
        call = self._call_together(domain, relays, own)
        task = self._hass.async_create_background_task(call, f"earlid off {domain}", eager_start=True)
        if task.done() and not task.result():
            # Nobody was called: one of them, whichever, stood in the way of all.
            for relay in relays:
                self.send(relay, Order(Command.OFF), context)

    async def _call_together(self, domain: str, relays: list[Relay], context: Context) -> bool:
        """Call the relays at once, and return whether all have answered."""
        members = [relay.together for relay in relays if relay.together is not None]
        try:
            async with asyncio.timeout(_COMMAND_TIMEOUT):
                await turn_off(self._hass, domain, members, context)
        except Exception as error:  # noqa: BLE001 - relays are any integration's code
            late = [relay for relay in relays if not _is_off(relay)]
            self._apart.update(relay.key for relay in late)
            _LOGGER.warning(
                "One of %d relays that were told together did not take off: %r; %d are told each by itself",
                len(relays),
                error,
                len(late),
            )
            return False
        return True

    @staticmethod
    async def _carry(relay: Relay, order: Order, context: Context) -> None:
        if order.command is Command.OFF:
            await relay.off(context)
        elif order.command is Command.RENEW and order.lease is not None:
            await relay.renew(order.lease, context)
        else:
            await relay.grant(order.lease, context)


def _is_off(relay: Relay) -> bool:
    try:
        return relay.read().value is False
    except Exception:  # noqa: BLE001 - what cannot be read is not known to be off
        return False
