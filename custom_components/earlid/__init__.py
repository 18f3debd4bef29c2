"""Earlid: a lid for your smart speakers' ears."""

import logging
from typing import TYPE_CHECKING, cast

from homeassistant.components.webhook import async_unregister
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.helpers import config_validation as cv

from . import (
    bus,
    deafened,
    export,
    newcomers,
    panel,
    pipeline,
    removal,
    renames,
    sentences,
    services,
    storage,
    websocket_api,
)
from .const import DOMAIN, PLATFORMS
from .detectors import webhook
from .entity import register_hub
from .household import GuardedHome

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType

    from .runtime import EarlidConfigEntry

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:  # noqa: ARG001 - Home Assistant's signature
    """Offer the actions, the export and what the browser asks, which say so when no home is set up."""
    services.async_register(hass)
    export.async_register(hass)
    websocket_api.async_register(hass)
    await panel.async_serve(hass)
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
    try:
        entry.async_on_unload(webhook.listen(hass, entry))
        register_hub(hass, entry)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        entry.async_on_unload(panel.show(hass, entry))
        entry.async_on_unload(newcomers.announce(hass, entry))
        entry.async_on_unload(await pipeline.refuse(hass, entry))
        entry.async_create_background_task(hass, sentences.tell_of_outdated(hass), "earlid sentences")
    except BaseException:
        # Home Assistant does not unload what failed to be set up: it would guard on, beside the next one.
        await home.stop()
        raise
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EarlidConfigEntry) -> bool:
    """Guard no more; relays stay as they are unless the household wants them off."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    # First: a report taken after the journal is closed would be lost.
    async_unregister(hass, entry.data[CONF_WEBHOOK_ID])
    sentences.withdraw(hass)
    await cast("GuardedHome", entry.runtime_data).stop()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: EarlidConfigEntry) -> None:
    """Leave nothing behind that a home set up anew would begin with: no lockdown, no backlog.

    What was recorded is kept aside, and the household is told where.
    """
    # What would harm comes first, and what only remains behind last.
    parts = (
        storage.forget(hass),
        removal.forget_issues(hass),
        removal.keep_journal(hass),
        removal.clear_topics(hass, entry),
        deafened.hear_again(hass),
        sentences.forget(hass),
        panel.remove(hass),
    )
    for part in parts:
        try:
            await part
        except Exception:
            # One that fails must not keep back the others: nobody comes back to them.
            _LOGGER.exception("Something of the removed home was left behind")


async def _entry_changed(hass: HomeAssistant, entry: EarlidConfigEntry) -> None:  # noqa: ARG001
    await cast("GuardedHome", entry.runtime_data).entry_changed()
