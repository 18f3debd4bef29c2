"""Earlid: a lid for your smart speakers' ears."""

from typing import TYPE_CHECKING, cast

from homeassistant.helpers import config_validation as cv

from . import bus, export, renames, services, storage
from .const import DOMAIN, PLATFORMS
from .detectors import webhook
from .entity import register_hub
from .household import GuardedHome

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType

    from .runtime import EarlidConfigEntry

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:  # noqa: ARG001 - Home Assistant's signature
    """Offer the actions and the export, which say so when no home is set up."""
    services.async_register(hass)
    export.async_register(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: EarlidConfigEntry) -> bool:
    """Guard the home; what may not listen is sent off before anything else is set up."""
    webhook.keep_id(hass, entry)
    entry.runtime_data = home = GuardedHome(hass, entry)
    # Before anything waits: what changes from now on is followed.
    entry.async_on_unload(renames.follow(hass, entry))
    entry.async_on_unload(entry.add_update_listener(_entry_changed))
    entry.async_on_unload(bus.announce(hass, entry))
    await home.start()
    entry.async_on_unload(webhook.listen(hass, entry))
    register_hub(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EarlidConfigEntry) -> bool:
    """Guard no more; relays stay as they are unless the household wants them off."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await cast("GuardedHome", entry.runtime_data).stop()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: EarlidConfigEntry) -> None:  # noqa: ARG001
    """Leave nothing behind: a home that is set up anew must not begin with an old lockdown."""
    await storage.forget(hass)


async def _entry_changed(hass: HomeAssistant, entry: EarlidConfigEntry) -> None:  # noqa: ARG001
    await cast("GuardedHome", entry.runtime_data).entry_changed()
