"""Devices of the home that have a microphone and that no speaker of Earlid's stands for."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from . import wire


@callback
def unguarded(hass: HomeAssistant, entry: ConfigEntry) -> list[wire.Unguarded]:
    """Return the devices with a microphone that nobody guards, by name; without those to be left alone."""
    del hass, entry
    return []


@callback
def follow(hass: HomeAssistant, entry: ConfigEntry, told: Callable[[], None]) -> CALLBACK_TYPE:
    """Call `told` soon after what `unguarded` says may have changed; return what ends that."""
    del hass, entry, told
    return lambda: None
