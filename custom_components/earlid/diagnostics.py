"""Diagnostics: the set-up and each speaker's decision with its trace, fit to be attached to a public issue."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PASSWORD, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .const import CONF_ALEXA_REMOTE, CONF_DEVICE, CONF_SITE, CONF_TOPIC_PREFIX
from .explain import explain
from .runtime import EarlidConfigEntry, Household

# Passwords and addresses; the home's name; names the household gave ("nobody home"); action sequences, which may
# hold another service's keys. Entity ids stay: without them nothing can be found.
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
        "topic",
        "off",
        "grant",
        "renew",
        "note",
    }
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: EarlidConfigEntry,
) -> dict[str, Any]:
    """Return what a report about this home needs."""
    household = entry.runtime_data
    until = dt_util.utcnow() + timedelta(days=1)
    return {
        "data": async_redact_data(dict(entry.data), TO_REDACT),
        "options": dict(entry.options),
        "subentries": [
            {"type": subentry.subentry_type, "data": async_redact_data(dict(subentry.data), TO_REDACT)}
            for subentry in entry.subentries.values()
        ],
        "lockdown": household.lockdown,
        "journal": _journal(household),
        "speakers": {
            slug: async_redact_data(explain(household, view, until), TO_REDACT)
            for slug, view in household.speakers.items()
        },
        "rules": {
            slug: {
                "effect": view.rule.effect.value,
                "speakers": sorted(view.rule.speakers),
                "enabled": view.enabled,
                "in_force": view.in_force,
                "known": view.known,
            }
            for slug, view in household.rules.items()
        },
    }


def _journal(household: Household) -> dict[str, Any]:
    """Return how the journal does, and nothing of what is in it."""
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
    }
