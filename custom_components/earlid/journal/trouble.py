"""What can be wrong with the journal."""

from enum import StrEnum

from homeassistant.exceptions import HomeAssistantError

from custom_components.earlid.const import DOMAIN


class Trouble(StrEnum):
    """What is wrong with the journal."""

    NOT_WRITTEN = "not_written"
    SET_ASIDE = "set_aside"


def not_recorded() -> HomeAssistantError:
    """Return what whoever waits for the disk is told."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="not_recorded")
