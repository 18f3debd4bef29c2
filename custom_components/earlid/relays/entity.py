"""Any switch, light or input_boolean of Home Assistant as a relay.

No entity of Home Assistant carries a duration, so such a relay keeps no clock of its own: when Home Assistant dies it
stays as it is, unless the device has a standing auto-off.
"""

from typing import TYPE_CHECKING

from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON

if TYPE_CHECKING:
    from homeassistant.core import Context, HomeAssistant


class EntityRelay:
    """A relay behind an entity that can be turned on and off."""

    def __init__(self, hass: HomeAssistant, entity_id: str, *, inverted: bool) -> None:
        """Stand before the entity; with `inverted` its on silences."""
        self._hass = hass
        self.key = self.state_entity = entity_id
        self.inverted = inverted

    async def off(self, context: Context) -> None:
        """Silence the speaker."""
        await self._turn(on=self.inverted, context=context)

    async def on(self, context: Context) -> None:
        """Let the speaker hear."""
        await self._turn(on=not self.inverted, context=context)

    async def _turn(self, *, on: bool, context: Context) -> None:
        # Home Assistant drops calls to unavailable entities without a word: only the report tells what arrived.
        await self._hass.services.async_call(
            self.state_entity.partition(".")[0],
            SERVICE_TURN_ON if on else SERVICE_TURN_OFF,
            {ATTR_ENTITY_ID: self.state_entity},
            blocking=True,
            context=context,
        )
