"""Diagnostics: the set-up, each speaker's decision and all that it stands on, fit to be attached to a public issue."""

from asyncio import timeout
from collections.abc import Awaitable
from datetime import timedelta
import re
import sqlite3
from typing import Any, Final

from homeassistant.components import mqtt
from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PASSWORD, CONF_PAYLOAD, CONF_WEBHOOK_ID, __version__
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.loader import async_get_loaded_integration
from homeassistant.util import dt as dt_util

from . import storage
from .const import CONF_ALEXA_REMOTE, CONF_DEVICE, CONF_SITE, CONF_TOPIC, CONF_TOPIC_PREFIX, DOMAIN
from .explain import explain
from .journal.reads import Query
from .runtime import EarlidConfigEntry, Household

# Passwords and addresses; the home's name; names the household gave ("nobody home"); action sequences, which may
# hold another service's keys; a hash over a password. Entity ids stay: without them nothing can be found.
TO_REDACT: Final = frozenset(
    {
        CONF_PASSWORD,
        CONF_HOST,
        CONF_NAME,
        CONF_SITE,
        CONF_TOPIC_PREFIX,
        CONF_DEVICE,
        CONF_WEBHOOK_ID,
        CONF_ALEXA_REMOTE,
        CONF_TOPIC,
        CONF_PAYLOAD,
        "off",
        "grant",
        "renew",
        "note",
        "print",
    }
)
# But these are called after people, and stand beside whether they are home.
_PEOPLE: Final = re.compile(r"\b(person|device_tracker)\.(\w+)")
# What showed a wake, where that was a message.
_TOPIC: Final = "mqtt:"
# Of the record only what happened to Earlid itself, and of that the newest.
_NEWEST: Final = 50
_PATIENCE: Final = 10  # s


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: EarlidConfigEntry) -> dict[str, Any]:
    """Return what a report about this home needs; of one that is not set up, what there is."""
    told = {
        "at": dt_util.utcnow().isoformat(),
        "versions": {
            "earlid": str(async_get_loaded_integration(hass, DOMAIN).version),
            "home_assistant": __version__,
            "sqlite": sqlite3.sqlite_version,
            "entry": f"{entry.version}.{entry.minor_version}",
        },
        "state": entry.state.value,
        "mqtt_connected": _mqtt_connected(hass),
        "data": dict(entry.data),
        "options": dict(entry.options),
        "subentries": [
            {"type": subentry.subentry_type, "data": dict(subentry.data)} for subentry in entry.subentries.values()
        ],
        "stored": await _within(storage.stored(hass)),
    }
    if entry.state is ConfigEntryState.LOADED:
        told |= await _now(entry.runtime_data)
    return dict(_without_people(async_redact_data(told, TO_REDACT), {}))


async def _now(household: Household) -> dict[str, Any]:
    """Return how the home is now, and what that stands on."""
    until = dt_util.utcnow() + timedelta(days=1)
    inside = household.inside
    return {
        "lockdown": household.lockdown,
        "journal": await _journal(household),
        "started_at": inside["started_at"],
        "speakers": {
            slug: explain(household, view, until) | {"inside": inside["speakers"].get(slug)}
            for slug, view in household.speakers.items()
        },
        "facts": inside["facts"],
        "rules": {
            slug: {
                "effect": view.rule.effect.value,
                "speakers": sorted(view.rule.speakers),
                "enabled": view.enabled,
                "in_force": view.in_force,
                "known": view.known,
                "memory": inside["rules"].get(slug),
            }
            for slug, view in household.rules.items()
        },
    }


def _mqtt_connected(hass: HomeAssistant) -> bool | None:
    """Return whether there is a broker; None: the household has none."""
    try:
        return mqtt.is_connected(hass)
    except KeyError:
        return None


async def _journal(household: Household) -> dict[str, Any]:
    """Return how the journal does, and nothing of what is in it but when Earlid came, went and was not there."""
    journal = household.journal
    seq, hash_, at = journal.head
    return {
        "head": {"seq": seq, "hash": hash_, "at": None if at is None else at.isoformat()},
        "waiting": journal.waiting,
        "lost": journal.lost,
        "trouble": None if journal.trouble is None else journal.trouble.value,
        "set_aside": None if journal.aside is None else journal.aside.name,
        "delivered_seq": journal.delivered_seq,
        "undelivered": household.undelivered,
        "rejected": dict(household.rejected),
        "lifecycle": await _within(_lifecycle(household)),
    }


async def _lifecycle(household: Household) -> list[dict[str, Any]]:
    newest = await household.journal.read(Query(kinds=["lifecycle"], limit=_NEWEST, descending=True))
    return [{"seq": each.seq, "at": each.at.isoformat(), **each.body} for each in newest]


async def _within[T](reading: Awaitable[T]) -> T | dict[str, str]:
    """Return what is read from the disk, or why it cannot be: a home with a disk that hangs is what reports are for."""
    try:
        async with timeout(_PATIENCE):
            return await reading
    except (HomeAssistantError, NotImplementedError, TimeoutError) as error:
        return {"unreadable": repr(error)}


def _without_people(value: Any, numbers: dict[str, int]) -> Any:
    """Return the same with a number in each place of a person: it can still be seen where one stands twice."""
    match value:
        case dict():
            return {_without_people(key, numbers): _without_people(each, numbers) for key, each in value.items()}
        case list():
            return [_without_people(each, numbers) for each in value]
        case str() if value.startswith(_TOPIC):
            return f"{_TOPIC}{REDACTED}"
        case str():
            return _PEOPLE.sub(lambda found: f"{found[1]}.{numbers.setdefault(found[2], len(numbers) + 1)}", value)
    return value
