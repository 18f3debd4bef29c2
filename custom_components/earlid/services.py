"""Earlid's actions. Everything about a call is checked before anything changes."""

from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import DOMAIN, LONGEST_LISTEN
from .engine.activations import Report
from .engine.model import Outcome
from .engine.rules import OUTLOOK
from .explain import explain, explain_assurance
from .permission import ensure_admin, ensure_control, ensure_may_allow, ensure_may_mute
from .runtime import EarlidConfigEntry
from .targets import TARGET_FIELDS, resolve

SERVICE_MUTE: Final = "mute"
SERVICE_LISTEN: Final = "listen"
SERVICE_RESUME: Final = "resume"
SERVICE_REPORT_ACTIVATION: Final = "report_activation"
SERVICE_EXPLAIN: Final = "explain"
SERVICE_SELF_TEST: Final = "self_test"

ATTR_DURATION: Final = "duration"
ATTR_OUTCOME: Final = "outcome"
ATTR_AT: Final = "at"
ATTR_SOURCE: Final = "source"
ATTR_NOTE: Final = "note"
ATTR_HOURS: Final = "hours"

DEFAULT_SOURCE: Final = "action"
DEFAULT_HOURS: Final = 24
LONGEST_SOURCE: Final = 100
LONGEST_NOTE: Final = 2000
# Further ahead no rule's flips are known.
MOST_HOURS: Final = OUTLOOK // timedelta(hours=1)

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


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the actions; they stay registered while no home is loaded, and say so then."""
    add = hass.services.async_register
    add(DOMAIN, SERVICE_MUTE, _mute, SCHEMA_MUTE)
    add(DOMAIN, SERVICE_LISTEN, _listen, SCHEMA_LISTEN)
    add(DOMAIN, SERVICE_RESUME, _resume, SCHEMA_RESUME)
    add(DOMAIN, SERVICE_REPORT_ACTIVATION, _report_activation, SCHEMA_REPORT_ACTIVATION)
    add(DOMAIN, SERVICE_EXPLAIN, _explain, SCHEMA_EXPLAIN, SupportsResponse.ONLY)
    add(DOMAIN, SERVICE_SELF_TEST, _self_test, SCHEMA_RESUME, SupportsResponse.OPTIONAL)


async def _mute(call: ServiceCall) -> None:
    duration = _duration(call.data[ATTR_DURATION]) if call.data.get(ATTR_DURATION) is not None else None
    until = None if duration is None else _from_now(duration)
    entry, slugs = await _meant(call, whole_home=True)
    speakers = entry.runtime_data.speakers
    await ensure_may_mute(call.hass, entry, call.context, [speakers[slug] for slug in slugs], until)
    await entry.runtime_data.mute(slugs, duration, call.context)


async def _listen(call: ServiceCall) -> None:
    duration = _duration(call.data[ATTR_DURATION])
    if duration > LONGEST_LISTEN:
        raise _wrong("listen_too_long", hours=LONGEST_LISTEN // timedelta(hours=1))
    entry, slugs = await _meant(call, whole_home=False)
    await ensure_may_allow(call.hass, entry, call.context)
    await entry.runtime_data.listen(slugs, duration, call.context)


async def _resume(call: ServiceCall) -> None:
    entry, slugs = await _meant(call, whole_home=True)
    await ensure_may_allow(call.hass, entry, call.context)
    await entry.runtime_data.resume(slugs, call.context)


async def _report_activation(call: ServiceCall) -> None:
    outcome = _outcome(call.data[ATTR_OUTCOME])
    at = _moment(call.data[ATTR_AT]) if call.data.get(ATTR_AT) is not None else None
    entry, slugs = await _meant(call, whole_home=False)
    report = Report(source=call.data[ATTR_SOURCE], outcome=outcome, at=at, note=call.data.get(ATTR_NOTE))
    for slug in slugs:
        entry.runtime_data.report_activation(slug, report)
    await entry.runtime_data.recorded()


async def _explain(call: ServiceCall) -> ServiceResponse:
    hours = _hours(call.data[ATTR_HOURS])
    entry, slugs = await _meant(call, whole_home=True)
    household = entry.runtime_data
    until = dt_util.utcnow() + timedelta(hours=hours)
    return {"speakers": {slug: explain(household, household.speakers[slug], until) for slug in slugs}}


async def _self_test(call: ServiceCall) -> ServiceResponse:
    entry, slugs = await _meant(call, whole_home=False)
    await ensure_admin(call.hass, call.context)
    household = entry.runtime_data
    findings = await household.self_test(slugs)
    return {"speakers": {slug: explain_assurance(household.speakers[slug], findings[slug]) for slug in slugs}}


async def _meant(call: ServiceCall, *, whole_home: bool) -> tuple[EarlidConfigEntry, list[str]]:
    """Return the home and the speakers that a call means, all of which its user may control."""
    entries: list[EarlidConfigEntry] = call.hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise _wrong("not_loaded")
    entry = entries[0]
    slugs = resolve(call.hass, entry, call.data, whole_home=whole_home)
    await ensure_control(call.hass, entry, call.context, slugs)
    return entry, slugs


def _duration(typed: Any) -> timedelta:
    """Return the span that was typed as a duration selector gives it, as HH:MM:SS or in seconds."""
    try:
        span: timedelta = cv.time_period(typed)
    except (vol.Invalid, OverflowError, ValueError) as err:
        raise _wrong("duration_unreadable", duration=typed) from err
    if span <= timedelta(0):
        raise _wrong("duration_not_positive", duration=span)
    return span


def _from_now(span: timedelta) -> datetime:
    try:
        return dt_util.utcnow() + span
    except OverflowError as err:
        raise _wrong("duration_unreadable", duration=span) from err


def _moment(typed: Any) -> datetime:
    """Return the moment that was typed; without an offset it is the home's local time."""
    try:
        moment = typed if isinstance(typed, datetime) else dt_util.parse_datetime(str(typed))
        if moment is None:
            raise _wrong("time_unreadable", at=typed)
        return dt_util.as_utc(moment)
    except (ValueError, OverflowError) as err:
        raise _wrong("time_unreadable", at=typed) from err


def _outcome(typed: Any) -> Outcome:
    try:
        return Outcome(typed)
    except ValueError as err:
        raise _wrong("outcome_unknown", outcome=typed) from err


def _hours(typed: Any) -> float:
    try:
        hours = float(typed)
    except (TypeError, ValueError) as err:
        raise _wrong("hours_out_of_range", hours=typed, most=MOST_HOURS) from err
    if not 0 < hours <= MOST_HOURS:
        raise _wrong("hours_out_of_range", hours=typed, most=MOST_HOURS)
    return hours


def _wrong(key: str, **placeholders: object) -> ServiceValidationError:
    """Return the error; what was typed is shown shortened, since it may be anything."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={name: str(value)[:100] for name, value in placeholders.items()},
    )
