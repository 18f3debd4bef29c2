"""A rule: it mutes or allows some speakers while something holds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_CONDITIONS, CONF_ENTITIES, CONF_ENTITY_ID, CONF_FOR, CONF_NAME
from homeassistant.core import HomeAssistant
import voluptuous as vol

from custom_components.earlid.const import (
    CONF_DAYS,
    CONF_EFFECT,
    CONF_FROM,
    CONF_KIND,
    CONF_LINGER,
    CONF_QUANTIFIER,
    CONF_SLUG,
    CONF_SPEAKERS,
    CONF_TO,
    DAYS,
    SUBENTRY_RULE,
    SUBENTRY_SPEAKER,
)

from . import fields
from .checks import Checked, condition_problem, name_problem, own_entities, resolve_entities, slug_of
from .sentences import word

EFFECTS: Final = ("mute", "allow")
QUANTIFIERS: Final = ("any", "all", "none")

# What a rule is filled in with at first: the night; an empty home, since a rule mutes at first, and one that mutes
# while someone is there would silence everybody at home.
NIGHT: Final = {CONF_FROM: "22:00:00", CONF_TO: "07:00:00"}
EMPTY_HOME: Final = {CONF_QUANTIFIER: "none"}

# Whatever can tell that someone is there.
PRESENCE_DOMAINS: Final = (
    "person",
    "device_tracker",
    "group",
    "zone",
    "binary_sensor",
    "input_boolean",
    "switch",
    "light",
)


def _schedule_fields(own: list[str]) -> dict[vol.Marker, Any]:
    return {
        vol.Optional(CONF_DAYS, default=lambda: list(DAYS)): fields.days(DAYS),
        vol.Optional(CONF_FROM): fields.time_of_day(),
        vol.Optional(CONF_TO): fields.time_of_day(),
        vol.Optional(CONF_ENTITY_ID): fields.entities("schedule", "calendar", hide=own),
    }


async def _check_schedule(hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    """A window of the week or an entity that knows one, never both: nobody could say which counts."""
    times = [each for each in (CONF_FROM, CONF_TO) if each in typed]
    if CONF_ENTITY_ID in typed:
        if times:
            return Checked({}, {"base": "window_or_entity"})
        resolved, errors = resolve_entities(hass, typed, (CONF_ENTITY_ID,))
        return Checked({CONF_ENTITY_ID: resolved[CONF_ENTITY_ID]}, errors)
    if len(times) < 2:  # noqa: PLR2004
        return Checked({}, {"base": "window_or_entity"})
    if not typed[CONF_DAYS]:
        return Checked({}, {CONF_DAYS: "no_days"})
    days = [day for day in DAYS if day in typed[CONF_DAYS]]
    return Checked({CONF_DAYS: days, CONF_FROM: typed[CONF_FROM], CONF_TO: typed[CONF_TO]})


def _presence_fields(own: list[str]) -> dict[vol.Marker, Any]:
    return {
        vol.Required(CONF_ENTITIES): fields.entities(*PRESENCE_DOMAINS, multiple=True, hide=own),
        vol.Optional(CONF_QUANTIFIER, default=QUANTIFIERS[0]): fields.choice(CONF_QUANTIFIER, QUANTIFIERS),
        vol.Optional(CONF_FOR, default=fields.NO_TIME): fields.span(),
        vol.Optional(CONF_LINGER, default=fields.NO_TIME): fields.span(),
    }


async def _check_presence(hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    if not typed[CONF_ENTITIES]:
        return Checked({}, {CONF_ENTITIES: "no_entities"})
    resolved, errors = resolve_entities(hass, typed, (CONF_ENTITIES,))
    return Checked({each: resolved[each] for each in (CONF_ENTITIES, CONF_QUANTIFIER, CONF_FOR, CONF_LINGER)}, errors)


def _condition_fields(_own: list[str]) -> dict[vol.Marker, Any]:
    return {vol.Required(CONF_CONDITIONS): fields.RawConditions()}


async def _check_condition(hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    conditions = typed[CONF_CONDITIONS]
    if problem := await condition_problem(hass, conditions):
        key, error = problem
        return Checked({}, {CONF_CONDITIONS: key}, error)
    return Checked({CONF_CONDITIONS: conditions})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of rule asks for, and what it takes."""

    fields: Callable[[list[str]], dict[vol.Marker, Any]]
    check: Callable[[HomeAssistant, dict[str, Any]], Awaitable[Checked]]


# The kinds of rule, in the order of the menu. Each is a step by its name.
KINDS: Final = {
    "schedule": Kind(_schedule_fields, _check_schedule),
    "presence": Kind(_presence_fields, _check_presence),
    "condition": Kind(_condition_fields, _check_condition),
}


class RuleSteps(ConfigSubentryFlow):
    """Add a rule, or change one; its kind and slug stay what they were at first."""

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the menu of the kinds."""
        return self.async_show_menu(step_id="user", menu_options=list(KINDS))

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of the rule's kind."""
        return await self._step(self._get_reconfigure_subentry().data[CONF_KIND], user_input)

    async def async_step_schedule(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a rule that goes by the time, or store it."""
        return await self._step("schedule", user_input)

    async def async_step_presence(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a rule that goes by who is there, or store it."""
        return await self._step("presence", user_input)

    async def async_step_condition(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Return the form of a rule that goes by conditions, or store it."""
        return await self._step("condition", user_input)

    async def _step(self, kind: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        itself = self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None
        stored = {} if itself is None else {**itself.data, CONF_NAME: itself.title}
        if user_input is None:
            return self._form(kind, stored, stored or await self._first(kind))
        name = stored.get(CONF_NAME) or await self._usual_name(kind, user_input.get(CONF_QUANTIFIER))
        user_input = {CONF_NAME: name, **user_input}
        checked = await KINDS[kind].check(self.hass, user_input)
        errors = checked.errors | self._common_problems(user_input, stored, itself)
        if errors:
            return self._form(kind, stored, user_input, errors, checked.error)
        name = user_input[CONF_NAME].strip()
        rule = {
            CONF_SLUG: stored.get(CONF_SLUG, slug_of(name)),
            CONF_NAME: name,
            CONF_KIND: kind,
            CONF_EFFECT: user_input[CONF_EFFECT],
            CONF_SPEAKERS: user_input[CONF_SPEAKERS],
            **checked.data,
        }
        if itself is not None:
            return self.async_update_and_abort(self._get_entry(), itself, title=name, data=rule)
        return self.async_create_entry(title=name, data=rule, unique_id=f"{SUBENTRY_RULE}:{rule[CONF_SLUG]}")

    async def _first(self, kind: str) -> dict[str, Any]:
        """Return what the form of a new rule is filled in with: the night or an empty home, which most begin with.

        They are no defaults: who gives a schedule instead and no times must not be told that there are both. Who is
        there makes the name of a rule by presence, so it gets that at the end.
        """
        if kind == "schedule":
            return {CONF_NAME: await self._usual_name(kind), **NIGHT}
        return dict(EMPTY_HOME) if kind == "presence" else {}

    async def _usual_name(self, kind: str, quantifier: str | None = None) -> str:
        """Return a name for a rule that nobody named, with a number if it is taken."""
        name = await word(self.hass, f"rules.{kind if quantifier is None else quantifier}") or kind
        tries = (name, *(f"{name} {number}" for number in range(2, 1000)))
        entry = self._get_entry()
        return next((each for each in tries if name_problem(entry, SUBENTRY_RULE, each, None) is None), name)

    def _common_problems(
        self, typed: dict[str, Any], stored: dict[str, Any], itself: ConfigSubentry | None
    ) -> dict[str, str]:
        errors = {}
        if problem := name_problem(self._get_entry(), SUBENTRY_RULE, typed[CONF_NAME].strip(), itself):
            errors[CONF_NAME] = problem
        if not set(typed[CONF_SPEAKERS]) <= self._speakers(stored).keys():
            errors[CONF_SPEAKERS] = "unknown_speaker"
        return errors

    def _speakers(self, stored: dict[str, Any]) -> dict[str, str]:
        """Return the names by slug of the speakers that the rule can be for.

        One that was removed stays in a rule that names it, in brackets, until someone takes it out: without it an
        empty list would be left, which means every speaker.
        """
        speakers = self._get_entry().get_subentries_of_type(SUBENTRY_SPEAKER)
        names = {each.data[CONF_SLUG]: each.title for each in speakers}
        return {slug: f"({slug})" for slug in stored.get(CONF_SPEAKERS, []) if slug not in names} | names

    def _form(
        self,
        kind: str,
        stored: dict[str, Any],
        shown: dict[str, Any],
        errors: dict[str, str] | None = None,
        error: str = "",
    ) -> SubentryFlowResult:
        schema = vol.Schema(
            {
                vol.Optional(CONF_NAME): fields.TEXT,
                vol.Required(CONF_EFFECT, default=EFFECTS[0]): fields.choice(CONF_EFFECT, EFFECTS),
                vol.Optional(CONF_SPEAKERS, default=list): fields.named(self._speakers(stored).items()),
                **KINDS[kind].fields(own_entities(self.hass)),
            }
        )
        return self.async_show_form(
            step_id=kind,
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors or {},
            description_placeholders={"error": error},
            last_step=True,
        )
