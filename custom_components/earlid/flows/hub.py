"""The home: where it publishes, and what holds for every speaker."""

from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigFlow, ConfigFlowResult, FlowType, OptionsFlow
from homeassistant.const import CONF_WEBHOOK_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    DeviceSelector,
    DeviceSelectorConfig,
    EntitySelector,
    EntitySelectorConfig,
)
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.util import slugify
import voluptuous as vol

from custom_components.earlid.const import (
    CONF_AGENTS_MAY_LISTEN,
    CONF_COMMANDS_OVER_MQTT,
    CONF_DEADLINE,
    CONF_LEASE,
    CONF_PUBLISH_NAMES,
    CONF_RETENTION_DAYS,
    CONF_SITE,
    CONF_STORE_TRANSCRIPTS,
    CONF_TOPIC_PREFIX,
    CONF_TRUST_FOR,
    CONF_VOICE_ALLOW_FROM,
    CONF_VOICE_ALLOW_OTHERS,
    CONF_WHEN_STOPPING,
    CONF_WHO_MAY_ALLOW,
    DEFAULT_DEADLINE,
    DEFAULT_LEASE,
    DEFAULT_RETENTION_DAYS,
    DEFAULT_TOPIC_PREFIX,
    DEFAULT_TRUST_FOR,
    DOMAIN,
    SUBENTRY_SPEAKER,
    CommandsOverMqtt,
    WhenStopping,
    WhoMayAllow,
)
from custom_components.earlid.detectors.webhook import address
from custom_components.earlid.documentation import address_of
from custom_components.earlid.microphones import heard_of
from custom_components.earlid.unguarded import CONF_LEAVE_ALONE
from custom_components.earlid.untrusted import name, plain

from . import fields
from .checks import site_problem, topic_prefix_problem

TITLE: Final = "Earlid"

# Who may and what leaves the house come first; the times, which few touch, last.
OPTIONS: Final = vol.Schema(
    {
        vol.Optional(CONF_WHO_MAY_ALLOW, default=WhoMayAllow.ANYONE.value): fields.choice(
            CONF_WHO_MAY_ALLOW, WhoMayAllow
        ),
        vol.Optional(CONF_AGENTS_MAY_LISTEN, default=False): fields.YES_NO,
        vol.Optional(CONF_VOICE_ALLOW_FROM): EntitySelector(
            EntitySelectorConfig(domain=Platform.ASSIST_SATELLITE, multiple=True)
        ),
        vol.Optional(CONF_VOICE_ALLOW_OTHERS, default=False): fields.YES_NO,
        vol.Optional(CONF_STORE_TRANSCRIPTS, default=False): fields.YES_NO,
        vol.Optional(CONF_PUBLISH_NAMES, default=False): fields.YES_NO,
        vol.Optional(CONF_COMMANDS_OVER_MQTT, default=CommandsOverMqtt.OFF.value): fields.choice(
            CONF_COMMANDS_OVER_MQTT, CommandsOverMqtt
        ),
        vol.Optional(CONF_LEAVE_ALONE): DeviceSelector(DeviceSelectorConfig(multiple=True)),
        vol.Optional(CONF_WHEN_STOPPING, default=WhenStopping.LEAVE.value): fields.choice(
            CONF_WHEN_STOPPING, WhenStopping
        ),
        vol.Optional(CONF_RETENTION_DAYS, default=DEFAULT_RETENTION_DAYS): fields.number(1, 3650, "d"),
        vol.Optional(CONF_TRUST_FOR, default=DEFAULT_TRUST_FOR): fields.seconds(0, 3600),
        vol.Optional(CONF_LEASE, default=DEFAULT_LEASE): fields.lease(),
        vol.Optional(CONF_DEADLINE, default=DEFAULT_DEADLINE): fields.deadline(),
    }
)


def _schema(hass: HomeAssistant) -> vol.Schema:
    """Return the form of the home; its site is the home's name until someone says otherwise."""
    return vol.Schema(
        {
            vol.Optional(CONF_SITE, default=slugify(hass.config.location_name) or "home"): fields.TEXT,
            vol.Optional(CONF_TOPIC_PREFIX, default=DEFAULT_TOPIC_PREFIX): fields.TEXT,
        }
    )


def _problems(home: dict[str, Any]) -> dict[str, str]:
    """Return the errors by field."""
    found = {
        CONF_SITE: site_problem(home[CONF_SITE]),
        CONF_TOPIC_PREFIX: topic_prefix_problem(home[CONF_TOPIC_PREFIX]),
    }
    return {field: problem for field, problem in found.items() if problem}


def _called(found: ZeroconfServiceInfo) -> str:
    """Return what a device that showed itself is called: by people, where its maker says so."""
    told = (found.properties.get(each) for each in ("fn", "friendly_name"))
    return next((str(each) for each in told if each), found.name.removesuffix(f".{found.type}"))


class HomeSteps(ConfigFlow):
    """Set Earlid up for this home, or change where it publishes. The manifest sees to it that there is one."""

    VERSION = 1
    MINOR_VERSION = 1

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Return the first form, or the entry."""
        home, errors = self._read(user_input)
        if home is not None and not errors:
            return self.async_create_entry(title=TITLE, data=home, options=OPTIONS({}))
        return self._home_form("user", home, errors)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Offer Earlid to a home where a speaker that can hear shows itself; once, however many there are."""
        if not heard_of(discovery_info.type, discovery_info.properties):
            return self.async_abort(reason="no_microphone")
        # One for all of them: the second speaker is no second offer, and who ignores it ignores it for good.
        await self.async_set_unique_id(DOMAIN)
        self._abort_if_unique_id_configured()
        self.context["title_placeholders"] = {"name": name(_called(discovery_info))}
        return await self.async_step_found()

    async def async_step_found(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Return what was found, or the entry; where it publishes can be changed later."""
        if user_input is None:
            return self.async_show_form(
                step_id="found",
                data_schema=vol.Schema({}),
                description_placeholders={"name": plain(self.context["title_placeholders"]["name"])},
            )
        return self.async_create_entry(title=TITLE, data=_schema(self.hass)({}), options=OPTIONS({}))

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go straight on to the first speaker: a home without one has nothing of Earlid."""
        flows = self.hass.config_entries.subentries
        entry = result["result"]
        flow = await flows.async_init((entry.entry_id, SUBENTRY_SPEAKER), context={"source": SOURCE_USER})
        result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, flow["flow_id"])
        return result

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Return the same form with what is stored, or store the change; the update listener sees to the rest."""
        entry = self._get_reconfigure_entry()
        home, errors = self._read(user_input)
        if home is not None and not errors:
            return self.async_update_and_abort(entry, data={**entry.data, **home})
        return self._home_form("reconfigure", dict(entry.data) if home is None else home, errors)

    @staticmethod
    def _read(user_input: dict[str, Any] | None) -> tuple[dict[str, Any] | None, dict[str, str]]:
        if user_input is None:
            return None, {}
        home = {field: value.strip() for field, value in user_input.items()}
        return home, _problems(home)

    def _home_form(self, step: str, shown: dict[str, Any] | None, errors: dict[str, str]) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step, data_schema=self.add_suggested_values_to_schema(_schema(self.hass), shown), errors=errors
        )


class HomeOptions(OptionsFlow):
    """What holds for every speaker of the home."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Return the form, or store what was chosen."""
        if user_input is not None:
            return self.async_create_entry(data={name: value for name, value in user_input.items() if value != []})
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options),
            description_placeholders={
                "documentation": address_of(self.hass, "docs/activations.md"),
                # A secret: only administrators see this form.
                "address": address(self.hass, self.config_entry.data.get(CONF_WEBHOOK_ID, "")),
            },
        )
