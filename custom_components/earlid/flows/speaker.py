"""A speaker: which it is, what silences it, what shows whether it can hear, and its habits."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_DEVICE_ID, CONF_NAME
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import DeviceSelector
import voluptuous as vol

from custom_components.earlid.assistants import selects
from custom_components.earlid.const import (
    CONF_ACTIVATIONS,
    CONF_BOOT,
    CONF_DEADLINE,
    CONF_ENFORCE,
    CONF_FINISH_PLAYING,
    CONF_LEASE,
    CONF_MICROPHONE_ENTITY,
    CONF_MICROPHONE_HARDWARE,
    CONF_MORE_SIGNS,
    CONF_OFF_BELOW,
    CONF_POSTURE,
    CONF_POWER_ENTITY,
    CONF_REFUSE_PIPELINE,
    CONF_RELAY,
    CONF_REST,
    CONF_SIGNS,
    CONF_SLUG,
    CONF_WITNESSES,
    DEFAULT_BOOT,
    DEFAULT_DEADLINE,
    DEFAULT_LEASE,
    DEFAULT_OFF_BELOW,
    DEFAULT_REST,
    SUBENTRY_SPEAKER,
)
from custom_components.earlid.engine.model import Effect
from custom_components.earlid.unguarded import unguarded

from . import fields, relays, signs
from .checks import meter_problem, name_problem, own_entities, resolve_entities, slug_of
from .sentences import Sentence, said
from .suggestions import Suggested, name_for, suggest

IDENTITY: Final = vol.Schema(
    {
        vol.Optional(CONF_DEVICE_ID): DeviceSelector(),
        # Empty: as the device is called.
        vol.Optional(CONF_NAME, default=""): fields.TEXT,
        # Optional, or the frontend would choose the first by itself.
        vol.Optional(CONF_RELAY): fields.choice(CONF_RELAY, relays.KINDS),
    }
)

# What wakes it shows as a change of state in any of these.
ACTIVATION_DOMAINS: Final = (
    "assist_satellite",
    "binary_sensor",
    "event",
    "sensor",
    "media_player",
    "button",
    "input_boolean",
    "input_button",
    "switch",
)

HABITS: Final = vol.Schema(
    {
        vol.Optional(CONF_POSTURE, default=Effect.LISTEN.value): fields.choice(CONF_POSTURE, reversed(Effect)),
        vol.Optional(CONF_ENFORCE, default=True): fields.YES_NO,
        vol.Optional(CONF_FINISH_PLAYING, default=fields.NO_TIME): fields.span(),
        vol.Optional(CONF_REST, default=DEFAULT_REST): fields.seconds(0, 3600),
        vol.Optional(CONF_BOOT, default=DEFAULT_BOOT): fields.seconds(0, 3600),
        vol.Optional(CONF_LEASE): fields.lease(),
        vol.Optional(CONF_DEADLINE): fields.deadline(),
    }
)
# Others have no assistant that could be refused.
HABITS_OF_SATELLITE: Final = HABITS.extend({vol.Optional(CONF_REFUSE_PIPELINE, default=False): fields.YES_NO})


def _senses(own: list[str]) -> vol.Schema:
    return vol.Schema(
        {
            vol.Optional(CONF_POWER_ENTITY): fields.entities(
                "sensor", "number", "input_number", device_classes={"sensor": "power", "number": "power"}, hide=own
            ),
            vol.Optional(CONF_OFF_BELOW, default=DEFAULT_OFF_BELOW): fields.number(0.01, 100, "W", step=0.01),
            vol.Optional(CONF_WITNESSES, default=list): fields.entities(
                "device_tracker", "binary_sensor", "media_player", multiple=True, hide=own
            ),
            vol.Optional(CONF_MICROPHONE_ENTITY): fields.entities("binary_sensor", "switch", "input_boolean", hide=own),
            vol.Optional(CONF_MICROPHONE_HARDWARE, default=False): fields.YES_NO,
            vol.Optional(CONF_ACTIVATIONS, default=list): fields.entities(*ACTIVATION_DOMAINS, multiple=True, hide=own),
            vol.Optional(CONF_MORE_SIGNS, default=False): fields.YES_NO,
        }
    )


class SpeakerSteps(ConfigSubentryFlow):
    """Add a speaker, or change one; its slug stays what it was at first."""

    def __init__(self) -> None:
        """Begin with nothing entered and nothing to suggest."""
        self._speaker: dict[str, Any] = {}
        self._suggested: dict[str, Any] = {}
        self._why = Suggested()
        self._again: Callable[[], Awaitable[SubentryFlowResult]] | None = None

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the first form of a new speaker, or the one of its relay."""
        return await self._identity("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the first form of a speaker there is, or the one of its relay."""
        return await self._identity("reconfigure", user_input)

    async def _identity(self, step: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        itself = self._itself
        stored = {} if itself is None else {**itself.data, CONF_NAME: itself.title}
        if user_input is None:
            # Whoever goes on in a dialog of its own with what another began asks for the form anew.
            return await self._first_form(step, stored) if self._again is None else await self._again()
        device_id = user_input.get(CONF_DEVICE_ID)
        name = user_input[CONF_NAME].strip() or name_for(self.hass, self._get_entry(), device_id)
        errors = {}
        if problem := name_problem(self._get_entry(), SUBENTRY_SPEAKER, name, itself):
            errors[CONF_NAME] = problem
        wanted = user_input.get(CONF_RELAY)
        self._why = Suggested()
        if device_id is not None and device_id != stored.get(CONF_DEVICE_ID):
            kind = wanted or stored.get(CONF_RELAY)
            has_relay = itself is not None
            self._why = suggest(self.hass, device_id, kind, name=name, others=self._others, has_relay=has_relay)
        relay = wanted or stored.get(CONF_RELAY) or self._why.relay.kind
        if device_id is not None and dr.async_get(self.hass).async_get(device_id) is None:
            errors[CONF_DEVICE_ID] = "device_not_found"
        elif relay is None:
            errors[CONF_RELAY] = "several_relays" if self._why.relay.several else "no_relay"
        if errors or relay is None:
            self._again = partial(self._form, step, IDENTITY, user_input, errors, why=self._why.relay.why)
            return await self._again()
        slug = stored.get(CONF_SLUG, slug_of(name))
        self._speaker = {CONF_SLUG: slug, **user_input, CONF_NAME: name, CONF_RELAY: relay}
        if relay != stored.get(CONF_RELAY):
            stored = {field: value for field, value in stored.items() if field not in relays.OF_ONE_KIND}
        self._suggested = {**stored, **self._why.fields}
        return await self._relay(relay, None)

    async def _first_form(self, step: str, stored: dict[str, Any]) -> SubentryFlowResult:
        """Return the form of which speaker it is; the only microphone that nobody guards is filled in."""
        if stored or not (found := unguarded(self.hass, self._get_entry())):
            return await self._form(step, IDENTITY, stored)
        if len(found) == 1:
            why = Sentence("why.only_unguarded", {"device": found[0]["name"]})
            return await self._form(step, IDENTITY, {CONF_DEVICE_ID: found[0]["device_id"]}, why=(why,))
        why = Sentence("why.unguarded", {"devices": ", ".join(each["name"] for each in found)})
        return await self._form(step, IDENTITY, stored, why=(why,))

    async def async_step_relay_entity(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a relay that is an entity of Home Assistant, or what comes after it."""
        return await self._relay("entity", user_input)

    async def async_step_relay_tasmota(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a relay with Tasmota's firmware, or what comes after it."""
        return await self._relay("tasmota", user_input)

    async def async_step_relay_zigbee2mqtt(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a relay behind Zigbee2MQTT, or what comes after it."""
        return await self._relay("zigbee2mqtt", user_input)

    async def async_step_relay_shelly(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a Shelly, or what comes after it."""
        return await self._relay("shelly", user_input)

    async def async_step_relay_actions(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a relay behind action sequences, or what comes after it."""
        return await self._relay("actions", user_input)

    async def _relay(self, kind: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        step, schema = f"relay_{kind}", relays.schema(kind, own_entities(self.hass))
        if user_input is None:
            return await self._form(step, schema, relays.shown(self._suggested), why=self._why.relay.why)
        itself = self._itself
        stored = {} if itself is None else itself.data
        checked = await relays.check_relay(self.hass, kind, user_input, stored, self._others)
        if checked.errors:
            return await self._form(step, schema, user_input, checked.errors, checked.error)
        self._speaker |= checked.data
        return await self.async_step_senses()

    async def async_step_senses(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of what shows whether the speaker can hear and when it wakes, or the one of its habits."""
        schema = _senses(own_entities(self.hass))
        if user_input is None:
            return await self._form("senses", schema, self._suggested, why=self._why.why_senses)
        typed, errors = resolve_entities(
            self.hass, user_input, (CONF_POWER_ENTITY, CONF_WITNESSES, CONF_MICROPHONE_ENTITY, CONF_ACTIVATIONS)
        )
        meter = typed.get(CONF_POWER_ENTITY)
        if meter is not None and (problem := meter_problem(self.hass, meter)):
            errors.setdefault(CONF_POWER_ENTITY, problem)
        if errors:
            return await self._form("senses", schema, user_input, errors)
        more = typed.pop(CONF_MORE_SIGNS)
        self._speaker |= typed
        if more:
            return await self.async_step_signs()
        if CONF_SIGNS in self._suggested:
            self._speaker[CONF_SIGNS] = self._suggested[CONF_SIGNS]
        return await self.async_step_habits()

    async def async_step_signs(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of the signs of a wake that need more than a name, or the one of its habits."""
        schema = signs.schema(own_entities(self.hass))
        if user_input is None:
            return await self._form("signs", schema, self._suggested.get(CONF_SIGNS, {}))
        typed, errors = signs.read(self.hass, user_input)
        if errors:
            return await self._form("signs", schema, user_input, errors)
        if typed:
            self._speaker[CONF_SIGNS] = typed
        return await self.async_step_habits()

    async def async_step_habits(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the last form, or store the speaker."""
        if user_input is None:
            satellite = selects(self.hass, self._speaker.get(CONF_DEVICE_ID))
            return await self._form("habits", HABITS_OF_SATELLITE if satellite else HABITS, self._suggested, last=True)
        speaker = self._speaker | user_input
        if (itself := self._itself) is not None:
            return self.async_update_and_abort(self._get_entry(), itself, title=speaker[CONF_NAME], data=speaker)
        return self.async_create_entry(
            title=speaker[CONF_NAME], data=speaker, unique_id=f"{SUBENTRY_SPEAKER}:{speaker[CONF_SLUG]}"
        )

    @property
    def _itself(self) -> ConfigSubentry | None:
        """The speaker being changed; None: it is new."""
        return self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None

    @property
    def _others(self) -> list[Mapping[str, Any]]:
        """What is stored of the other speakers."""
        itself = self._itself
        speakers = self._get_entry().get_subentries_of_type(SUBENTRY_SPEAKER)
        return [each.data for each in speakers if itself is None or each.subentry_id != itself.subentry_id]

    @property
    def _of_the_home(self) -> dict[str, str]:
        """What holds for every speaker that has none of its own."""
        options = self._get_entry().options
        spans = {CONF_LEASE: DEFAULT_LEASE, CONF_DEADLINE: DEFAULT_DEADLINE}
        return {name: f"{options.get(name, default):g}" for name, default in spans.items()}

    async def _form(
        self,
        step: str,
        schema: vol.Schema,
        shown: dict[str, Any],
        errors: dict[str, str] | None = None,
        error: str = "",
        *,
        why: Iterable[Sentence] = (),
        last: bool = False,
    ) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors or {},
            description_placeholders={"error": error, "suggested": await said(self.hass, why), **self._of_the_home},
            last_step=last,
        )
