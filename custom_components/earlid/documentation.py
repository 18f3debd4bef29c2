"""Where Earlid's own pages are; texts that are translated hold no addresses."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_loaded_integration

from .const import DOMAIN


@callback
def address_of(hass: HomeAssistant, page: str) -> str:
    """Return where a page of the documentation is."""
    return f"{async_get_loaded_integration(hass, DOMAIN).documentation}/blob/main/{page}"
