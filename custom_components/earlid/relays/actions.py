"""Home Assistant's own action sequences as a relay, for whatever it can switch but has no entity with a duration for.

Each run is a script of its own: one that hangs holds up no other, OFF least of all. Where the actions make the device
itself end the permission (`keeps_time`), `grant` and `renew` get the variable `seconds`. A `renew` of its own is taken
at its word that it turns nothing on; without one a renewal is another grant.
"""

import asyncio
from collections.abc import Callable, Mapping
import contextvars
from copy import deepcopy
from datetime import timedelta
from hashlib import sha256
import logging
from typing import Any, Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.json import json_bytes_sorted
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.helpers.trace import script_execution_get, trace_clear, trace_get
import voluptuous as vol

from custom_components.earlid.const import (
    CONF_GRANT,
    CONF_KEEPS_TIME,
    CONF_OFF,
    CONF_RENEW,
    CONF_STATE_ENTITY,
    DOMAIN,
)
from custom_components.earlid.engine.model import Clock, Report, Settings
from custom_components.earlid.facts import Eyes

from .entity import firmware, subscribe

# No lease that a form takes is longer.
_LONGEST: Final = timedelta(hours=12)

# Scripts tell of each run, and there is one for each renewal of each speaker.
_RUNS: Final = logging.getLogger(f"{__name__}.runs")
_RUNS.setLevel(logging.WARNING)


class ActionsRelay:
    """A relay behind action sequences; an entity shows what became of them."""

    together = None

    def __init__(self, hass: HomeAssistant, eyes: Eyes, data: Mapping[str, Any]) -> None:
        """Take the sequences as they were typed in; the entity's on means that the speaker can hear."""
        self._hass = hass
        self._eyes = eyes
        self._entity_id = data[CONF_STATE_ENTITY]
        # Two that show in one entity and are switched in two ways are two relays: each is sent its own off.
        ways = json_bytes_sorted([data.get(name) for name in (CONF_OFF, CONF_GRANT, CONF_RENEW)])
        self.key = f"{self._entity_id} {sha256(ways).hexdigest()[:8]}"
        self._off = data[CONF_OFF]
        self._grant = data[CONF_GRANT]
        self._renew = data.get(CONF_RENEW)
        self.clock = (
            Clock(longest=_LONGEST, per_grant=True, renewed_by_on=not self._renew)
            if data.get(CONF_KEEPS_TIME)
            else None
        )
        self._letting: set[Script] = set()

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Begin to listen to the entity."""
        return subscribe(self._hass, self._entity_id, changed)

    def read(self) -> Report:
        """Return what the entity shows."""
        return self._eyes.relay(self._entity_id, inverted=False)

    async def off(self, context: Context) -> None:
        """Silence the speaker."""
        # A cancelled grant learns of it only in the next pass of the event loop, and could take one more step by then.
        while self._letting:
            self._hass.async_create_background_task(self._letting.pop().async_stop(), f"earlid stop {self.key}")
        await self._run(CONF_OFF, self._off, context)

    async def grant(self, lease: timedelta | None, context: Context) -> None:
        """Let the speaker hear."""
        await self._run(CONF_GRANT, self._grant, context, _variables(lease))

    async def renew(self, lease: timedelta, context: Context) -> None:
        """Let the lease begin anew, unless the entity shows off; by a grant only while it shows on."""
        shown = self.read().value
        if shown is False or (shown is None and not self._renew):
            return
        await self._run(CONF_RENEW, self._renew or self._grant, context, _variables(lease))

    async def ask(self) -> None:
        """Ask nothing: what the entity shows is all there is."""

    async def inspect(self) -> Settings:
        """Return the firmware; what the device is set to is known only to whoever wrote the actions."""
        return Settings(firmware=firmware(self._hass, self._entity_id))

    async def provision(self, _lease: timedelta) -> Settings:
        """Set nothing."""
        return await self.inspect()

    async def _run(self, name: str, typed: Any, context: Context, variables: Mapping[str, Any] | None = None) -> None:
        """Run a sequence to its end. Raises HomeAssistantError when it does not get there.

        Cancelled, it stops the run and does not wait for it: a device action or scene cannot be interrupted, and would
        keep a caller from its time limit.
        """
        # In a context without variables: those of an automation that woke the guard would bring its trace, and its
        # breakpoints would halt an OFF.
        run = contextvars.Context().run(
            self._hass.async_create_background_task,
            self._sequence(name, typed, context, variables),
            f"earlid {name} {self.key}",
        )
        try:
            await asyncio.wait([run])
        except asyncio.CancelledError:
            run.add_done_callback(_heed)
            run.cancel()
            raise
        if run.cancelled():
            raise HomeAssistantError(f"{name} was stopped")
        await run

    async def _sequence(self, name: str, typed: Any, context: Context, variables: Mapping[str, Any] | None) -> None:
        try:
            # Each time: a device action validates to the entity's id of now, and entities are renamed.
            actions = await async_validate_actions_config(self._hass, cv.SCRIPT_SCHEMA(deepcopy(typed)))
            script = Script(self._hass, actions, f"{self.key} {name}", DOMAIN, log_exceptions=False, logger=_RUNS)
            if name != CONF_OFF:
                self._letting.add(script)
            trace_clear()
            try:
                result = await script.async_run(variables, context)
            finally:
                self._letting.discard(script)
                await script.async_unload()
        except (vol.Invalid, ValueError) as err:
            raise HomeAssistantError(f"{name}: {err}") from err
        if result is None:
            raise HomeAssistantError(f"{name}: Home Assistant runs no more scripts, it is stopping")
        if _gave_up():
            raise HomeAssistantError(f"{name} stopped with an error")


def _variables(lease: timedelta | None) -> dict[str, int]:
    # Not zero: many devices take that for "without end".
    return {} if lease is None else {"seconds": max(1, int(lease.total_seconds()))}


def _gave_up() -> bool:
    """Return whether the script that ran in this context ended early, other than by a condition that does not hold.

    Home Assistant swallows the error of a `stop` step and of a delay that cannot be rendered.
    """
    reason = script_execution_get()
    traced = (trace_get(clear=False) or {}).values()
    failed = any("error" in element.as_dict() for elements in traced for element in elements)
    return reason == "cancelled" or (reason == "aborted" and failed)


def _heed(run: asyncio.Task[None]) -> None:
    """Look at how a run that nobody waits for ended; asyncio would log an error that nobody looked at."""
    if not run.cancelled():
        run.exception()
