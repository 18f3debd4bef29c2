"""The signs of a wake that need more than the name of an entity, each kind a list that may stay empty."""

from collections.abc import Callable, Mapping
from typing import Any, Final, override

from homeassistant.components.mqtt import valid_subscribe_topic
from homeassistant.const import CONF_ENTITY_ID, CONF_FOR, CONF_PAYLOAD, CONF_VALUE_TEMPLATE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    TemplateSelector,
    TextSelector,
    TextSelectorConfig,
)
import voluptuous as vol

from custom_components.earlid.const import (
    CONF_ABOVE,
    CONF_ALEXA_REMOTE,
    CONF_BY,
    CONF_LEVELS,
    CONF_RISES,
    CONF_STATES,
    CONF_TO,
    CONF_TOPIC,
    CONF_TOPICS,
)

from . import fields
from .checks import LONGEST_TOPIC, resolve_entities

# What wakes it shows as a state. Trackers are none: a speaker that wakes was there before.
STATE_DOMAINS: Final = (
    "assist_satellite",
    "binary_sensor",
    "button",
    "conversation",
    "event",
    "input_boolean",
    "input_button",
    "light",
    "media_player",
    "sensor",
    "stt",
    "switch",
    "wake_word",
)
LEVEL_DOMAINS: Final = ("sensor", "number", "input_number")

# Of one kind. More is a mistake, and each is watched.
_MOST: Final = 20
_LONGEST_TEXT: Final = 255
_LONGEST_TEMPLATE: Final = 4096


class _Listed(ObjectSelector):
    """Several of one kind, each with the same fields; Home Assistant's own keeps what was typed just as it was."""

    def __init__(self, config: ObjectSelectorConfig, of: Mapping[str, Callable[[Any], Any]]) -> None:
        """Offer `config`, and take what the fields `of` make of what was typed."""
        super().__init__(config)
        self._of = of

    @override
    def __call__(self, data: Any) -> list[dict[str, Any]]:
        if not isinstance(data, list) or len(data) > _MOST or not all(isinstance(each, dict) for each in data):
            msg = f"a list of at most {_MOST}"
            raise vol.Invalid(msg)
        super().__call__(data)
        taken = [{name: self._of[name](value) for name, value in each.items() if value is not None} for each in data]
        return [each for number, each in enumerate(taken) if each not in taken[:number]]


class _Text(TextSelector):
    """A text without blanks around it, of a length that can be a state."""

    @override
    def __call__(self, data: Any) -> Any:
        typed = super().__call__(data)
        return [_short(each) for each in typed][:_MOST] if isinstance(typed, list) else _short(typed)


class _Template(TemplateSelector):
    """A template as it was typed."""

    @override
    def __call__(self, data: Any) -> str:
        if len(str(data)) > _LONGEST_TEMPLATE:
            msg = f"longer than {_LONGEST_TEMPLATE}"
            raise vol.Invalid(msg)
        super().__call__(data)
        return str(data)


def _short(text: str) -> str:
    if len(text := text.strip()) > _LONGEST_TEXT:
        msg = f"longer than {_LONGEST_TEXT}"
        raise vol.Invalid(msg)
    return text


def _listed(kind: str, *, label: str, beside: str, of: Mapping[str, Any]) -> ObjectSelector:
    """Return a field for several of a kind; `label` and `beside` are shown of each in the list.

    A number is not required here: the frontend fills in one that is with its least value, and every value is above
    that. `read` asks for it.
    """
    required = (CONF_ENTITY_ID, CONF_TOPIC)
    return _Listed(
        ObjectSelectorConfig(
            fields={name: ObjectSelectorField(selector=of[name], required=name in required) for name in of},
            multiple=True,
            label_field=label,
            description_field=beside,
            translation_key=kind,
        ),
        of,
    )


def schema(own: list[str]) -> vol.Schema:
    """Return the form."""
    state = {CONF_ENTITY_ID: fields.entities(*STATE_DOMAINS, hide=own), CONF_TO: _Text()}
    level = {
        CONF_ENTITY_ID: fields.entities(*LEVEL_DOMAINS, hide=own),
        CONF_ABOVE: fields.number(-1e9, 1e9, "", step=0.001),
        CONF_FOR: fields.number(0, 3600, "s", step=0.1),
    }
    rise = {
        CONF_ENTITY_ID: fields.entities(*LEVEL_DOMAINS, hide=own),
        CONF_BY: fields.number(0.001, 1e9, "", step=0.001),
        # What is up for ten minutes is usual.
        CONF_FOR: fields.number(0, 300, "s", step=0.1),
    }
    topic = {CONF_TOPIC: _Text(), CONF_VALUE_TEMPLATE: _Template(), CONF_PAYLOAD: _Text()}
    return vol.Schema(
        {
            vol.Optional(CONF_STATES, default=list): _listed(
                CONF_STATES, label=CONF_ENTITY_ID, beside=CONF_TO, of=state
            ),
            vol.Optional(CONF_LEVELS, default=list): _listed(
                CONF_LEVELS, label=CONF_ENTITY_ID, beside=CONF_ABOVE, of=level
            ),
            vol.Optional(CONF_RISES, default=list): _listed(CONF_RISES, label=CONF_ENTITY_ID, beside=CONF_BY, of=rise),
            vol.Optional(CONF_TOPICS, default=list): _listed(
                CONF_TOPICS, label=CONF_TOPIC, beside=CONF_PAYLOAD, of=topic
            ),
            vol.Optional(CONF_ALEXA_REMOTE, default=list): _Text(TextSelectorConfig(multiple=True)),
        }
    )


def read(hass: HomeAssistant, typed: dict[str, Any]) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Return what is to be stored, by kind, without what is empty; and the errors, by field."""
    signs = {kind: [_without_blanks(each) for each in listed] for kind, listed in typed.items()}
    errors: dict[str, str] = {}
    for kind in (CONF_STATES, CONF_LEVELS, CONF_RISES):
        for number, sign in enumerate(signs[kind]):
            resolved, problems = resolve_entities(hass, sign, (CONF_ENTITY_ID,))
            signs[kind][number] = resolved
            errors |= dict.fromkeys([kind] if problems else (), next(iter(problems.values()), ""))
    for kind, amount, problem in ((CONF_LEVELS, CONF_ABOVE, "no_limit"), (CONF_RISES, CONF_BY, "no_rise")):
        if not all(amount in sign for sign in signs[kind]):
            errors.setdefault(kind, problem)
    if not all(_is_filter(sign.get(CONF_TOPIC, "")) for sign in signs[CONF_TOPICS]):
        errors[CONF_TOPICS] = "invalid_topic_filter"
    if not all(_is_filter(f"{topic}/x") and not {"+", "#"} & set(topic) for topic in signs[CONF_ALEXA_REMOTE]):
        errors[CONF_ALEXA_REMOTE] = "invalid_topic_echo"
    return {kind: listed for kind, listed in signs.items() if listed}, errors


def _without_blanks(sign: Any) -> Any:
    return {name: value for name, value in sign.items() if value not in ("", None)} if isinstance(sign, dict) else sign


def _is_filter(topic: str) -> bool:
    try:
        valid_subscribe_topic(topic)
    except vol.Invalid:
        return False
    return len(topic) <= LONGEST_TOPIC and not topic.startswith("/")
