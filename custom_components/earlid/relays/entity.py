"""Any switch, light or input_boolean of Home Assistant as a relay.

No entity of Home Assistant carries a duration, so such a relay keeps no clock of its own: when Home Assistant dies it
stays as it is, unless the device has a standing auto-off (`auto_off`) that each ON begins anew. Shelly's Wave plugs
document that (parameter 19: each ON sets the timer to zero); for others a self-test shows it.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from homeassistant.const import ATTR_ENTITY_ID, CONF_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event, async_track_state_report_event

from custom_components.earlid.const import CONF_AUTO_OFF, CONF_INVERTED
from custom_components.earlid.ends import Ends
from custom_components.earlid.engine.model import Clock, Report, Settings

from .together import SHARED, Together

if TYPE_CHECKING:
    from homeassistant.core import Context, HomeAssistant

    from custom_components.earlid.facts import Eyes


class EntityRelay:
    """A relay behind an entity that can be turned on and off."""

    def __init__(self, hass: HomeAssistant, eyes: Eyes, data: Mapping[str, Any]) -> None:
        """Stand before the entity; with `inverted` its on silences, and its auto-off would open the microphone."""
        self._hass = hass
        self._eyes = eyes
        self.key = self._entity_id = data[CONF_ENTITY_ID]
        self._inverted = data.get(CONF_INVERTED, False)
        auto_off = data.get(CONF_AUTO_OFF)
        domain = self._entity_id.partition(".")[0]
        # Those that are silenced by on are few, and stay apart.
        self.together = Together(domain, self._entity_id) if domain in SHARED and not self._inverted else None
        self.clock = None if self._inverted or not auto_off else _standing(timedelta(seconds=auto_off))

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
        """Let the device's own auto-off begin anew, by an ON: only while the entity shows on."""
        if self.read().value:
            await self.grant(lease, context)

    async def ask(self) -> None:
        """Ask nothing: what the entity shows is all there is."""

    async def inspect(self) -> Settings:
        """Return the firmware: an entity does not tell what its device is set to."""
        return Settings(firmware=firmware(self._hass, self._entity_id))

    async def provision(self, _lease: timedelta) -> Settings:
        """Set nothing."""
        return await self.inspect()

    async def _turn(self, *, on: bool, context: Context) -> None:
        # Home Assistant drops calls to unavailable entities without a word: only the report tells what arrived.
        await self._hass.services.async_call(
            self._entity_id.partition(".")[0],
            SERVICE_TURN_ON if on else SERVICE_TURN_OFF,
            {ATTR_ENTITY_ID: self._entity_id},
            blocking=True,
            context=context,
        )


def _standing(auto_off: timedelta) -> Clock:
    return Clock(longest=auto_off, fixed=auto_off, per_grant=False, renewed_by_on=True, trial=auto_off)


def firmware(hass: HomeAssistant, entity_id: str) -> str:
    """Return the firmware's version of the entity's device, as its integration tells it; empty: it does not."""
    devices = dr.async_get(hass)
    entry = er.async_get(hass).async_get(entity_id)
    device = None if entry is None or entry.device_id is None else devices.async_get(entry.device_id)
    if isinstance(device, dr.ChildDeviceEntry):
        # An outlet of a power strip: the firmware is the strip's.
        device = devices.async_get(device.parent_device_id, include_child_devices=False)
    return "" if device is None else device.sw_version or ""


def subscribe(hass: HomeAssistant, entity_id: str, changed: Callable[[], None]) -> Callable[[], None]:
    """Call `changed` whenever the entity's state is written, changed or not; return what stops it."""
    told = callback(lambda _event: changed())
    return Ends(
        async_track_state_change_event(hass, [entity_id], told),
        async_track_state_report_event(hass, [entity_id], told),
    )
