"""Earlid in Assist: what can be asked of it, in six languages. Home Assistant looks for it here."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .intents import speech
from .intents.understood import INTENTS


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Take what Assist understands of `sentences/`, once a household has installed them."""
    await speech.load(hass)
    for one in INTENTS:
        intent.async_register(hass, one())
