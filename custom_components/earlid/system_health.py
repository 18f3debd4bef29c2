"""What Home Assistant's system information says of Earlid: how many speakers, how sure, how the record does."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .engine.assurance import Grade
from .runtime import EarlidConfigEntry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:  # noqa: ARG001 - Home Assistant's signature
    """Have it asked."""
    register.async_register_info(_info, "/config/integrations/integration/earlid")


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    loaded: list[EarlidConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not loaded:
        return {"speakers": 0}
    household = loaded[0].runtime_data
    views = household.speakers.values()
    journal = household.journal
    return {
        "speakers": len(views),
        "off": sum(view.assessment.proof.off for view in views),
        "breaches": sum(view.breach is not None for view in views),
        "assured": sum(view.assurance.grade is Grade.A for view in views),
        "rules": len(household.rules),
        "journal": journal.head.seq if journal.trouble is None else journal.trouble.value,
        "undelivered": household.undelivered,
    }
