"""Earlid's actions. Everything about a call is checked before anything changes."""

from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from . import history, sentences, typed
from .const import DOMAIN, LONGEST_LISTEN
from .engine.activations import Report
from .engine.model import Outcome
from .explain import explain, explain_assurance
from .intents.speech import LANGUAGES
from .journal import Entry, Query
from .permission import (
    NotAllowed,
    ensure_admin,
    ensure_control,
    ensure_may_allow,
    ensure_may_mute,
    ensure_may_verify,
    is_admin,
)
from .runtime import EarlidConfigEntry
from .targets import TARGET_FIELDS, names_home, resolve
from .typed import wrong

SERVICE_MUTE: Final = "mute"
SERVICE_LISTEN: Final = "listen"
SERVICE_RESUME: Final = "resume"
SERVICE_REPORT_ACTIVATION: Final = "report_activation"
SERVICE_EXPLAIN: Final = "explain"
SERVICE_GET_JOURNAL: Final = "get_journal"
SERVICE_VERIFY_JOURNAL: Final = "verify_journal"
SERVICE_SELF_TEST: Final = "self_test"
SERVICE_INSTALL_SENTENCES: Final = "install_sentences"
SERVICE_REMOVE_SENTENCES: Final = "remove_sentences"

ATTR_DURATION: Final = "duration"
ATTR_OUTCOME: Final = "outcome"
ATTR_AT: Final = "at"
ATTR_SOURCE: Final = "source"
ATTR_NOTE: Final = "note"
ATTR_HOURS: Final = "hours"
ATTR_START: Final = "start"
ATTR_END: Final = "end"
ATTR_KINDS: Final = "kinds"
ATTR_LIMIT: Final = "limit"
ATTR_LANGUAGES: Final = "languages"

DEFAULT_SOURCE: Final = "action"
DEFAULT_HOURS: Final = 24
DEFAULT_LIMIT: Final = 1000
LONGEST_SOURCE: Final = 64
LONGEST_NOTE: Final = 2000

# What may be anything here is looked at below, so that what is wrong with it is said in a translated sentence.
SCHEMA_MUTE: Final = vol.Schema({**TARGET_FIELDS, vol.Optional(ATTR_DURATION): object})
SCHEMA_LISTEN: Final = vol.Schema({**TARGET_FIELDS, vol.Required(ATTR_DURATION): object})
SCHEMA_RESUME: Final = vol.Schema(TARGET_FIELDS)
SCHEMA_REPORT_ACTIVATION: Final = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Optional(ATTR_OUTCOME, default=Outcome.UNKNOWN.value): object,
        vol.Optional(ATTR_AT): object,
        vol.Optional(ATTR_SOURCE, default=DEFAULT_SOURCE): vol.All(cv.string, vol.Length(min=1, max=LONGEST_SOURCE)),
        vol.Optional(ATTR_NOTE): vol.All(cv.string, vol.Length(max=LONGEST_NOTE)),
    }
)
SCHEMA_EXPLAIN: Final = vol.Schema({**TARGET_FIELDS, vol.Optional(ATTR_HOURS, default=DEFAULT_HOURS): object})
SCHEMA_GET_JOURNAL: Final = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Optional(ATTR_START): object,
        vol.Optional(ATTR_END): object,
        vol.Optional(ATTR_KINDS): object,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): object,
    }
)
SCHEMA_VERIFY_JOURNAL: Final = vol.Schema({})
SCHEMA_SENTENCES: Final = vol.Schema({vol.Optional(ATTR_LANGUAGES): object})


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the actions; they stay registered while no home is loaded, and say so then."""
    add = hass.services.async_register
    add(DOMAIN, SERVICE_MUTE, _mute, SCHEMA_MUTE)
    add(DOMAIN, SERVICE_LISTEN, _listen, SCHEMA_LISTEN)
    add(DOMAIN, SERVICE_RESUME, _resume, SCHEMA_RESUME)
    add(DOMAIN, SERVICE_REPORT_ACTIVATION, _report_activation, SCHEMA_REPORT_ACTIVATION)
    add(DOMAIN, SERVICE_EXPLAIN, _explain, SCHEMA_EXPLAIN, SupportsResponse.ONLY)
    add(DOMAIN, SERVICE_GET_JOURNAL, _get_journal, SCHEMA_GET_JOURNAL, SupportsResponse.ONLY)
    add(DOMAIN, SERVICE_VERIFY_JOURNAL, _verify_journal, SCHEMA_VERIFY_JOURNAL, SupportsResponse.ONLY)
    add(DOMAIN, SERVICE_SELF_TEST, _self_test, SCHEMA_RESUME, SupportsResponse.OPTIONAL)
    add(DOMAIN, SERVICE_INSTALL_SENTENCES, _install_sentences, SCHEMA_SENTENCES, SupportsResponse.OPTIONAL)
    add(DOMAIN, SERVICE_REMOVE_SENTENCES, _remove_sentences, SCHEMA_SENTENCES, SupportsResponse.OPTIONAL)


async def _mute(call: ServiceCall) -> None:
    duration = typed.duration(call.data[ATTR_DURATION]) if call.data.get(ATTR_DURATION) is not None else None
    until = None if duration is None else typed.from_now(duration)
    entry, slugs = await _meant(call, whole_home=True)
    speakers = entry.runtime_data.speakers
    await ensure_may_mute(call.hass, entry, call.context, [speakers[slug] for slug in slugs], until)
    await entry.runtime_data.mute(slugs, duration, call.context)


async def _listen(call: ServiceCall) -> None:
    duration = typed.duration(call.data[ATTR_DURATION])
    if duration > LONGEST_LISTEN:
        raise wrong("listen_too_long", hours=LONGEST_LISTEN // timedelta(hours=1))
    entry, slugs = await _meant(call, whole_home=False)
    await ensure_may_allow(call.hass, entry, call.context, slugs)
    await entry.runtime_data.listen(slugs, duration, call.context)


async def _resume(call: ServiceCall) -> None:
    entry, slugs = await _meant(call, whole_home=True)
    await ensure_may_allow(call.hass, entry, call.context, slugs)
    await entry.runtime_data.resume(slugs, call.context)


async def _report_activation(call: ServiceCall) -> None:
    outcome = typed.outcome(call.data[ATTR_OUTCOME])
    at = typed.moment(call.data[ATTR_AT]) if call.data.get(ATTR_AT) is not None else None
    entry, slugs = await _meant(call, whole_home=False)
    report = Report(source=call.data[ATTR_SOURCE], outcome=outcome, at=at, note=call.data.get(ATTR_NOTE))
    for slug in slugs:
        entry.runtime_data.report_activation(slug, report)
    await entry.runtime_data.recorded()


async def _explain(call: ServiceCall) -> ServiceResponse:
    hours = typed.hours(call.data[ATTR_HOURS])
    entry, slugs = await _meant(call, whole_home=True)
    household = entry.runtime_data
    until = dt_util.utcnow() + timedelta(hours=hours)
    return {"speakers": {slug: explain(household, household.speakers[slug], until) for slug in slugs}}


async def _get_journal(call: ServiceCall) -> ServiceResponse:
    start, end = typed.reach(call.data.get(ATTR_START), call.data.get(ATTR_END))
    kinds, limit = typed.kinds(call.data.get(ATTR_KINDS)), typed.limit(call.data[ATTR_LIMIT])
    entry, slugs = await _meant(call, whole_home=True)
    hass, household, admin = call.hass, entry.runtime_data, await is_admin(call.hass, call.context)
    # Of the whole home also what is about none of its speakers, and about those that are there no more.
    speakers = None if admin and names_home(hass, entry, call.data) else slugs
    query = Query(start=start, end=end, speakers=speakers, kinds=kinds, limit=limit)
    records, truncated = await history.records(hass, household, query)
    summary = await history.summary(hass, household, start, end or dt_util.utcnow(), speakers)
    shown: list[JsonValueType] = await hass.async_add_executor_job(
        lambda: [_shown(record, notes=admin) for record in records]
    )
    return {"records": shown, "truncated": truncated, "summary": summary}


def _shown(entry: Entry, *, notes: bool) -> JsonValueType:
    """Return a record as JSON."""
    return {
        "seq": entry.seq,
        "id": entry.id,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "speaker": entry.speaker,
        "body": history.body(entry, notes=notes),
        "hash": entry.hash,
    }


async def _verify_journal(call: ServiceCall) -> ServiceResponse:
    entry = _loaded(call.hass)
    await ensure_may_verify(call.hass, call.context)
    found = await entry.runtime_data.journal.verify()
    at = found.head.at
    return {
        "ok": found.ok,
        "checked": found.checked,
        "head": {"seq": found.head.seq, "hash": found.head.hash, "at": None if at is None else at.isoformat()},
        "first_bad": found.first_bad,
        "cuts": found.cuts,
    }


async def _self_test(call: ServiceCall) -> ServiceResponse:
    entry, slugs = await _meant(call, whole_home=False)
    await ensure_admin(call.hass, call.context)
    household = entry.runtime_data
    findings = await household.self_test(slugs)
    return {"speakers": {slug: explain_assurance(household.speakers[slug], findings[slug]) for slug in slugs}}


async def _install_sentences(call: ServiceCall) -> ServiceResponse:
    languages = await _languages(call)
    return {"files": [*await sentences.install(call.hass, languages)]}


async def _remove_sentences(call: ServiceCall) -> ServiceResponse:
    languages = await _languages(call)
    return {"files": [*await sentences.remove(call.hass, languages)]}


async def _languages(call: ServiceCall) -> list[str]:
    """Return the languages that a call of an administrator is about."""
    _loaded(call.hass)
    try:
        await ensure_admin(call.hass, call.context)
    except NotAllowed as refusal:
        raise NotAllowed("sentences_admins_only", call.context) from refusal
    return typed.languages(call.data.get(ATTR_LANGUAGES), LANGUAGES)


def _loaded(hass: HomeAssistant) -> EarlidConfigEntry:
    entries: list[EarlidConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise wrong("not_loaded")
    return entries[0]


async def _meant(call: ServiceCall, *, whole_home: bool) -> tuple[EarlidConfigEntry, list[str]]:
    """Return the home and the speakers that a call means, all of which its user may control."""
    entry = _loaded(call.hass)
    slugs = resolve(call.hass, entry, call.data, whole_home=whole_home)
    await ensure_control(call.hass, entry, call.context, slugs)
    return entry, slugs
