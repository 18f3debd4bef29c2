"""Where Home Assistant finds the forms; their steps are in `flows`."""

from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigSubentryFlow, OptionsFlow
from homeassistant.core import callback

from .const import DOMAIN, SUBENTRY_RULE, SUBENTRY_SPEAKER
from .flows.hub import HomeOptions, HomeSteps
from .flows.rule import RuleSteps
from .flows.speaker import SpeakerSteps


class EarlidConfigFlow(HomeSteps, domain=DOMAIN):
    """The home; its speakers and rules are subentries."""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return HomeOptions()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        return {SUBENTRY_SPEAKER: SpeakerSteps, SUBENTRY_RULE: RuleSteps}
