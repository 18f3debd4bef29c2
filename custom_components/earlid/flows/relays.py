"""The forms of what silences a speaker, one for each kind of relay: what each asks for, and what it takes.

A device is asked how it is set before its form is taken. Nothing is written to it here, whatever is consented to.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import CONF_ENTITY_ID, CONF_HOST, CONF_PASSWORD
from homeassistant.core import HomeAssistant
import voluptuous as vol

from custom_components.earlid.const import (
    CONF_AUTO_OFF,
    CONF_CHANNEL,
    CONF_DEVICE,
    CONF_GRANT,
    CONF_INVERTED,
    CONF_KEEPS_TIME,
    CONF_OFF,
    CONF_PROVISION,
    CONF_RELAY,
    CONF_RENEW,
    CONF_SILENCES,
    CONF_STATE_ENTITY,
    CONF_TOPIC,
    RELAY_FIELDS,
)
from custom_components.earlid.engine.model import Silences

from . import fields
from .actions import sequence_problem
from .checks import Checked, host_problem, probe, resolve_entities, tasmota_topic_problem, zigbee_topic_problem
from .devices import place_of_relay

# What is said of one kind of relay, and means nothing for another.
OF_ONE_KIND: Final = frozenset({*RELAY_FIELDS, CONF_PROVISION})

# Stands in the form for a password that there is: the password itself is sent to nobody. No device's is this.
KEPT: Final = "__**password_not_changed**__"

# The fields that say what is wrong with a device that was asked; where a form has no such field, with the device.
_BLAMES: Final = {"invalid_auth": CONF_PASSWORD, "no_such_channel": CONF_CHANNEL}
_BLAMES_NO_FIELD: Final = ("no_mqtt", "delayed_toggle")

# The problems that are mended another way in each family: `<problem>_<kind>` is the key of what is said of them.
_SAID_BY_KIND: Final = {
    "tasmota": ("no_answer", "not_this_device", "no_such_channel", "delayed_toggle"),
    "shelly": ("no_answer", "not_this_device", "no_such_channel", "unreadable_answer"),
    "zigbee2mqtt": ("no_answer", "not_this_device", "no_such_channel", "delayed_toggle"),
}

# Tasmota has 32 relays at most; what is added to a Shelly is counted from 100 on.
_TASMOTA_CHANNELS: Final = (1, 32)
_SHELLY_CHANNELS: Final = (0, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the form of a kind of relay asks for, and what it takes."""

    fields: Callable[[list[str]], dict[vol.Marker, Any]]
    check: Callable[[HomeAssistant, dict[str, Any]], Awaitable[Checked]]
    place: str
    """The field that says which relay it is."""
    is_device: bool = False
    """It is one that can be asked."""


def _silences() -> dict[vol.Marker, Any]:
    return {vol.Optional(CONF_SILENCES, default=Silences.POWER.value): fields.choice(CONF_SILENCES, Silences)}


def _consent() -> dict[vol.Marker, Any]:
    return {vol.Optional(CONF_PROVISION, default=True): fields.YES_NO}


def _entity_fields(own: list[str]) -> dict[vol.Marker, Any]:
    return {
        vol.Required(CONF_ENTITY_ID): fields.entities("switch", "light", "input_boolean", hide=own),
        **_silences(),
        vol.Optional(CONF_INVERTED, default=False): fields.YES_NO,
        # A self-test lasts that long, and so does the lease: the speaker may be on with nobody to ask.
        vol.Optional(CONF_AUTO_OFF): fields.seconds(5, 3600),
    }


async def _check_entity(hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    resolved, errors = resolve_entities(hass, typed, (CONF_ENTITY_ID,))
    if typed[CONF_INVERTED] and CONF_AUTO_OFF in typed:
        errors[CONF_AUTO_OFF] = "auto_off_inverted"
    return Checked(resolved, errors)


def _tasmota_fields(_own: list[str]) -> dict[vol.Marker, Any]:
    return {
        vol.Required(CONF_TOPIC): fields.TEXT,
        vol.Optional(CONF_CHANNEL, default=_TASMOTA_CHANNELS[0]): fields.count(*_TASMOTA_CHANNELS),
        **_silences(),
        **_consent(),
    }


async def _check_tasmota(_hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    topic = typed[CONF_TOPIC].strip()
    problem = tasmota_topic_problem(topic)
    return Checked({**typed, CONF_TOPIC: topic}, {CONF_TOPIC: problem} if problem else {})


def _zigbee_fields(_own: list[str]) -> dict[vol.Marker, Any]:
    return {vol.Required(CONF_TOPIC): fields.TEXT, **_silences(), **_consent()}


async def _check_zigbee(_hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    topic = typed[CONF_TOPIC].strip()
    problem = zigbee_topic_problem(topic)
    return Checked({**typed, CONF_TOPIC: topic}, {CONF_TOPIC: problem} if problem else {})


def _shelly_fields(_own: list[str]) -> dict[vol.Marker, Any]:
    return {
        vol.Required(CONF_HOST): fields.TEXT,
        vol.Optional(CONF_CHANNEL, default=_SHELLY_CHANNELS[0]): fields.count(*_SHELLY_CHANNELS),
        vol.Optional(CONF_PASSWORD): fields.PASSWORD,
        **_silences(),
        **_consent(),
    }


async def _check_shelly(_hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    # In small letters, or one device would be two relays.
    host = typed[CONF_HOST].strip().lower()
    shelly = {**typed, CONF_HOST: host}
    if not shelly.get(CONF_PASSWORD):
        shelly.pop(CONF_PASSWORD, None)
    problem = host_problem(host)
    return Checked(shelly, {CONF_HOST: problem} if problem else {})


def _actions_fields(own: list[str]) -> dict[vol.Marker, Any]:
    return {
        vol.Required(CONF_OFF): fields.RawActions(),
        vol.Required(CONF_GRANT): fields.RawActions(),
        vol.Optional(CONF_RENEW): fields.RawActions(),
        vol.Required(CONF_STATE_ENTITY): fields.entities("switch", "light", "input_boolean", "binary_sensor", hide=own),
        vol.Optional(CONF_KEEPS_TIME, default=False): fields.YES_NO,
        **_silences(),
    }


async def _check_actions(hass: HomeAssistant, typed: dict[str, Any]) -> Checked:
    resolved, errors = resolve_entities(hass, typed, (CONF_STATE_ENTITY,))
    if not resolved.get(CONF_RENEW):
        resolved.pop(CONF_RENEW, None)
    said = []
    for name in (CONF_OFF, CONF_GRANT, CONF_RENEW):
        if name in resolved and (problem := await sequence_problem(hass, resolved[name])):
            errors[name], words = problem
            said.append(words)
    return Checked(resolved, errors, "; ".join(words for words in said if words))


# The kinds of relay by name, the safest first. Each has a step `relay_<kind>`.
KINDS: Final = {
    "tasmota": Kind(fields=_tasmota_fields, check=_check_tasmota, place=CONF_TOPIC, is_device=True),
    "shelly": Kind(fields=_shelly_fields, check=_check_shelly, place=CONF_HOST, is_device=True),
    "zigbee2mqtt": Kind(fields=_zigbee_fields, check=_check_zigbee, place=CONF_TOPIC, is_device=True),
    "actions": Kind(fields=_actions_fields, check=_check_actions, place=CONF_STATE_ENTITY),
    "entity": Kind(fields=_entity_fields, check=_check_entity, place=CONF_ENTITY_ID),
}


def schema(kind: str, own: list[str]) -> vol.Schema:
    """Return the form of this kind of relay; it offers none of Earlid's `own` entities."""
    return vol.Schema(KINDS[kind].fields(own))


def shown(suggested: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form is filled in with: all but the password."""
    return {**suggested, CONF_PASSWORD: KEPT} if CONF_PASSWORD in suggested else dict(suggested)


async def check_relay(
    hass: HomeAssistant,
    kind: str,
    typed: dict[str, Any],
    stored: Mapping[str, Any],
    others: Iterable[Mapping[str, Any]],
) -> Checked:
    """Return the relay to store. `stored` is the speaker as it was, empty for a new one; `others` are the others."""
    if typed.get(CONF_PASSWORD) == KEPT:
        typed = {**typed, CONF_PASSWORD: stored.get(CONF_PASSWORD)}
    checked = await KINDS[kind].check(hass, typed)
    if not checked.errors and KINDS[kind].is_device:
        checked = await _ask(hass, kind, checked.data, stored)
    if not checked.errors:
        relay = {CONF_RELAY: kind, **checked.data}
        for other in others:
            checked.errors.update(_problem_with(hass, relay, other))
    return checked


async def _ask(hass: HomeAssistant, kind: str, typed: dict[str, Any], stored: Mapping[str, Any]) -> Checked:
    """Ask the device, unless its form says what it said before: who cannot reach it now can still change the rest."""
    relay = {CONF_RELAY: kind, **_of_relay(typed)}
    known = {CONF_DEVICE: stored[CONF_DEVICE]} if CONF_DEVICE in stored else {}
    if relay | known == _of_relay(stored):
        return Checked(typed | known)
    if relay.get(CONF_HOST) != stored.get(CONF_HOST):
        known = {}
    problem, device = await probe(hass, relay | known)
    if problem is not None:
        return Checked(typed, {_blamed(kind, problem): said_of(kind, problem, known=bool(known))})
    return Checked(typed if device is None else {**typed, CONF_DEVICE: device})


def _of_relay(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in RELAY_FIELDS if name in data}


def said_of(kind: str, problem: str, *, known: bool = True) -> str:
    """Return the key of what is said of a problem with a device of this kind. `known`: which device it is to be."""
    if kind == "shelly" and problem == "not_this_device" and not known:
        # There is no other one yet that it could be taken for.
        return "no_shelly"
    return f"{problem}_{kind}" if problem in _SAID_BY_KIND[kind] else problem


def _blamed(kind: str, problem: str) -> str:
    """Return the field that a problem is shown at."""
    if problem in _BLAMES_NO_FIELD:
        return "base"
    blamed = _BLAMES.get(problem, KINDS[kind].place)
    return blamed if blamed in KINDS[kind].fields([]) else KINDS[kind].place


def _problem_with(hass: HomeAssistant, relay: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong between two speakers, by field: one relay set up in two ways, which undo each other.

    In the same way they share it, as on a power strip.
    """
    if relay[CONF_RELAY] != other[CONF_RELAY]:
        place = KINDS[relay[CONF_RELAY]].place
        return {place: "shared_otherwise"} if places(hass, relay) & places(hass, other) else {}
    if relay.get(CONF_ENTITY_ID) is None or relay[CONF_ENTITY_ID] != other.get(CONF_ENTITY_ID):
        return {}
    if relay.get(CONF_INVERTED, False) is not other.get(CONF_INVERTED, False):
        return {CONF_INVERTED: "inverted_elsewhere"}
    # A speaker that says none goes by the other's, so that one of them can be changed first.
    lengths = {each[CONF_AUTO_OFF] for each in (relay, other) if each.get(CONF_AUTO_OFF)}
    return {CONF_AUTO_OFF: "auto_off_elsewhere"} if len(lengths) > 1 else {}


def places(hass: HomeAssistant, relay: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return what is known of which relay this is, in words that another kind may have for it too."""
    entity_id = relay.get(CONF_ENTITY_ID) or relay.get(CONF_STATE_ENTITY)
    if entity_id is not None:
        return {(CONF_ENTITY_ID, entity_id), *place_of_relay(hass, entity_id).items()}
    return {(name, relay[name]) for name in (CONF_TOPIC, CONF_DEVICE) if name in relay}
