"""What the forms refuse beyond the shape of a field, each with the key of a translated error."""

import asyncio
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_CONDITION, CONF_CONDITIONS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import condition, config_validation as cv, entity_registry as er
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import slugify
from homeassistant.util.json import json_loads
import voluptuous as vol

from custom_components.earlid.const import CONF_SLUG, DOMAIN, SUBENTRY_SPEAKER
from custom_components.earlid.facts import Eyes
from custom_components.earlid.relays import RelayError, make_relay

# A name is shown as a state, and a state is at most 255 characters long, an entity id too.
LONGEST_NAME: Final = 100
LONGEST_SITE: Final = 64
LONGEST_TOPIC: Final = 200

# s. A relay that is there has answered by then; its own limit, 10 s where it has one, ends first and knows more.
PROBE_WITHIN: Final = 12

# No slug of a speaker: the hub's entities are called `earlid_…`, and `all` in a command over MQTT means every speaker.
RESERVED: Final = frozenset({DOMAIN, "all"})

_SITE: Final = re.compile(r"[a-z0-9_]+")
# MQTT 5.0 sections 1.5.4 and 4.7: what a topic name may not or should not hold. (Lone surrogates never get here: they
# are no JSON.)
_NOT_IN_TOPIC: Final = re.compile(r"[+#\u0000-\u001f\u007f-\u009f]")

# What stands before a Tasmota device's own topic, and behind that of a Zigbee device.
_TASMOTA_PREFIXES: Final = ("cmnd", "stat", "tele")
_ZIGBEE_SUFFIXES: Final = ("set", "get", "availability")

# A name or an address, in brackets one of IPv6, and perhaps a port. No scheme, user or path: a password goes there.
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+)(?::([0-9]{1,5}))?", re.IGNORECASE)
_LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be stored, or what is wrong with it by field."""

    data: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    error: str = ""
    """Home Assistant's own words."""


def slug_of(name: str) -> str:
    """Return the name as a slug; empty when nothing of it can be one (there Home Assistant says `unknown`)."""
    return slugify(f"x {name}").removeprefix("x").removeprefix("_")


def name_problem(entry: ConfigEntry, kind: str, name: str, itself: ConfigSubentry | None) -> str | None:
    """Return why `name` cannot name a subentry of this kind; `itself` is the one being changed."""
    if not (slug := slug_of(name)):
        return "name_empty"
    if len(name) > LONGEST_NAME:
        return "name_too_long"
    taken = set(RESERVED) if kind == SUBENTRY_SPEAKER else set()
    for other in entry.get_subentries_of_type(kind):
        if itself is None or other.subentry_id != itself.subentry_id:
            taken |= {other.data[CONF_SLUG], slug_of(other.title)}
    return "name_taken" if slug in taken else None


def site_problem(site: str) -> str | None:
    """Return why this cannot be the home's level in MQTT topics."""
    return None if _SITE.fullmatch(site) and len(site) <= LONGEST_SITE else "invalid_site"


def topic_prefix_problem(prefix: str) -> str | None:
    """Return why this cannot begin MQTT topics."""
    return None if _is_topic(prefix) else "invalid_topic_prefix"


def tasmota_topic_problem(topic: str) -> str | None:
    """Return why this cannot be the topic of a Tasmota device, as it stands between `cmnd/` and the command."""
    bare = topic.partition("/")[0].lower() not in _TASMOTA_PREFIXES
    return None if bare and _is_topic(topic) else "invalid_topic_tasmota"


def zigbee_topic_problem(topic: str) -> str | None:
    """Return why this cannot be the whole topic of a device behind Zigbee2MQTT: base topic, slash, name."""
    base, _, name = topic.rpartition("/")
    whole = bool(base) and name.lower() not in _ZIGBEE_SUFFIXES
    return None if whole and _is_topic(topic) else "invalid_topic_zigbee2mqtt"


def _is_topic(topic: str) -> bool:
    if len(topic) > LONGEST_TOPIC or _NOT_IN_TOPIC.search(topic) or topic.startswith("$"):
        return False
    return all(level.strip() for level in topic.split("/"))


def host_problem(host: str) -> str | None:
    """Return why this cannot be where a device is."""
    found = _HOST.fullmatch(host)
    return None if found and 0 < int(found[2] or 80) <= _LAST_PORT else "invalid_host"


async def probe(hass: HomeAssistant, relay: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Ask a relay how it is set, which changes nothing; return what is wrong, and its hardware address if any."""
    asked = make_relay(hass, Eyes(hass), relay)
    try:
        async with asyncio.timeout(PROBE_WITHIN):
            await asked.inspect()
    except TimeoutError:
        return "no_answer", None
    except RelayError as error:
        return error.problem, None
    identity: str | None = getattr(asked, "identity", None)
    return None, identity


def own_entities(hass: HomeAssistant) -> list[str]:
    """Return the ids of Earlid's own entities."""
    return [entry.entity_id for entry in er.async_get(hass).entities.values() if entry.platform == DOMAIN]


def entity_problem(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return why Earlid cannot go by this entity. One that is unavailable or disabled now is fine."""
    registered = er.async_get(hass).async_get(entity_id)
    if registered is None:
        return "entity_not_found" if Eyes(hass).microphone(entity_id).missing else None
    return "own_entity" if registered.platform == DOMAIN else None


def meter_problem(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return why this cannot be read as watts; a meter that says nothing now is fine."""
    if (shown := Eyes(hass).satellite(entity_id)) is None:
        return None
    try:
        float(shown)
    except ValueError:
        return "not_a_number"
    return None


def resolve_entities(
    hass: HomeAssistant, typed: dict[str, Any], fields: Iterable[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed with registry ids turned into entity ids, and the errors of `fields`, by field."""
    registry = er.async_get(hass)
    resolved, errors = dict(typed), {}
    for name in fields:
        if name not in typed:
            continue
        several = isinstance(typed[name], list)
        ids = [
            er.async_resolve_entity_id(registry, each) or each for each in (typed[name] if several else [typed[name]])
        ]
        resolved[name] = ids if several else ids[0]
        if problems := [problem for each in ids if (problem := entity_problem(hass, each))]:
            errors[name] = problems[0]
    return resolved, errors


async def condition_problem(hass: HomeAssistant, typed: Any) -> tuple[str, str] | None:
    """Return why these conditions cannot be a rule, with Home Assistant's own words; leave `typed` as it is.

    They must come back from JSON as they are, or Home Assistant could not save them, pass both of its
    validations (the second knows device conditions and those of integrations), and be buildable.
    """
    try:
        if json_loads(json_bytes(typed)) != typed:
            return "invalid_condition", "not JSON"
        conditions: list[ConfigType] = cv.CONDITIONS_SCHEMA(deepcopy(typed))
        if not conditions:
            return "no_conditions", ""
        for each in conditions:
            if _needs_trigger(each):
                return "condition_needs_trigger", ""
            validated = await condition.async_validate_condition_config(hass, each)
            (await condition.async_from_config(hass, validated)).async_unload()
    except (vol.Invalid, HomeAssistantError, TypeError, ValueError) as err:
        return "invalid_condition", str(err)
    return None


def _needs_trigger(config: ConfigType) -> bool:
    """Return whether a part of this condition asks which trigger fired; a rule has none, it would never hold."""
    if config[CONF_CONDITION] == "trigger":
        return True
    inner = config.get(CONF_CONDITIONS)
    return isinstance(inner, list) and any(_needs_trigger(each) for each in inner if isinstance(each, dict))
