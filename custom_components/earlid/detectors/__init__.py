"""Places where an activation shows, one file each."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.facts import Eyes

from . import entity, satellite

type Tell = Callable[[Report], None]
type Heard = Callable[[], None]


def watch(hass: HomeAssistant, eyes: Eyes, entity_id: str, tell: Tell, heard: Heard) -> Callable[[], None]:
    """Watch one entity for activations; `heard` is called the moment one begins, `tell` when its outcome is known.

    Returns what ends the watch.
    """
    if entity_id.startswith("assist_satellite."):
        return satellite.watch(hass, eyes, entity_id, tell, heard)
    return entity.watch(hass, entity_id, tell)
