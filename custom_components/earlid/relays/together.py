"""Many relays silenced by one call of an action."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF

if TYPE_CHECKING:
    from homeassistant.core import Context, HomeAssistant

# Known to take many entities, and to go through them side by side: homeassistant/helpers/service.py gathers them.
SHARED: Final = ("switch", "light", "input_boolean")


class Together(NamedTuple):
    """An entity that `turn_off` of its domain silences, as it does many others in the same call."""

    domain: str
    entity_id: str


async def turn_off(hass: HomeAssistant, domain: str, entities: Iterable[Together], context: Context) -> None:
    """Silence them all. Raises what one of them raises, once all have answered."""
    data = {ATTR_ENTITY_ID: [one.entity_id for one in entities]}
    await hass.services.async_call(domain, SERVICE_TURN_OFF, data, blocking=True, context=context)
