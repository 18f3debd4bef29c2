"""Any switch, light or input_boolean of Home Assistant as a relay.

No entity of Home Assistant carries a duration, so such a relay keeps no clock of its own: when Home Assistant dies it
stays as it is, unless the device has a standing auto-off.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from homeassistant.const import ATTR_ENTITY_ID, CONF_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_state_report_event

from custom_components.earlid.const import CONF_INVERTED
from custom_components.earlid.engine.model import Clock, Report, Settings

if TYPE_CHECKING:
    from homeassistant.core import Context, HomeAssistant

    from custom_components.earlid.facts import Eyes


class EntityRelay:
    """A relay behind an entity that can be turned on and off."""

    clock: Clock | None = None

    def __init__(self, hass: HomeAssistant, eyes: Eyes, data: Mapping[str, Any]) -> None:
        """Stand before the entity; with `inverted` its on silences."""
        self._hass = hass
        self._eyes = eyes
        self.key = self._entity_id = data[CONF_ENTITY_ID]
        self._inverted = data.get(CONF_INVERTED, False)

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Begin to listen to the entity."""
        return subscribe(self._hass, self._entity_id, changed)

    def read(self) -> Report:
        """Return what the entity shows."""
        return self._eyes.relay(self._entity_id, inverted=self._inverted)

    async def off(self, context: Context) -> None:
        """Silence the speaker."""
        await self._turn(on=self._inverted, context=context)

    async def grant(self, _lease: timedelta | None, context: Context) -> None:
        """Let the speaker hear."""
        await self._turn(on=not self._inverted, context=context)

    async def renew(self, lease: timedelta, context: Context) -> None:
        """Let the device's own auto-off begin anew."""
        await self.grant(lease, context)

    async def ask(self) -> None:
        """Ask nothing: what the entity shows is all there is."""

    async def inspect(self) -> Settings:
        """Return nothing: an entity does not tell what its device is set to."""
        return Settings()

    async def provision(self, _lease: timedelta) -> Settings:
        """Set nothing."""
        return Settings()

    async def _turn(self, *, on: bool, context: Context) -> None:
        # Home Assistant drops calls to unavailable entities without a word: only the report tells what arrived.
        await self._hass.services.async_call(
            self._entity_id.partition(".")[0],
            SERVICE_TURN_ON if on else SERVICE_TURN_OFF,
            {ATTR_ENTITY_ID: self._entity_id},
            blocking=True,
            context=context,
        )


def subscribe(hass: HomeAssistant, entity_id: str, changed: Callable[[], None]) -> Callable[[], None]:
    """Call `changed` whenever the entity's state is written, changed or not; return what stops it."""
    stack = ExitStack()
    told = callback(lambda _event: changed())
    stack.callback(async_track_state_change_event(hass, [entity_id], told))
    stack.callback(async_track_state_report_event(hass, [entity_id], told))
    return stack.close
