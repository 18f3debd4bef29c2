"""What the card and the panel ask over Home Assistant's websocket; the shapes are those of `wire.py`.

Everyone sees the speakers whose microphone they may read, and no others. Speakers are muted and let listen by actions;
nothing here does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, Final, cast

from homeassistant.auth.models import User
from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_HOME_ASSISTANT_ERROR, ERR_INVALID_FORMAT
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.components.websocket_api.messages import construct_result_message
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import orjson
import voluptuous as vol

from . import history, typed, unguarded, wire
from .const import DOMAIN
from .journal import Entry, Query
from .lanes import Lanes
from .permission import may_read
from .picture import at_ms
from .runtime import EarlidConfigEntry
from .subscription import MOST, Subscription
from .turns import turn
from .typed import wrong
from .weeks import Weeks

SUBSCRIBE: Final = f"{DOMAIN}/subscribe"
TIMELINE: Final = f"{DOMAIN}/timeline"
JOURNAL: Final = f"{DOMAIN}/journal"
WAKES: Final = f"{DOMAIN}/wakes"
LEAVE_ALONE: Final = f"{DOMAIN}/leave_alone"

# A page of the journal: what a browser shows at once, and what it may have at most.
DEFAULT_LIMIT: Final = 200
MOST_RECORDS: Final = 1000

type _Message = dict[str, Any]
type _Question = Callable[[HomeAssistant, ActiveConnection, _Message], Awaitable[bytes]]


@callback
def async_register(hass: HomeAssistant) -> None:
    """Offer the commands; while no home is loaded they say so, and a subscription waits for it."""
    for command in (subscribe, timeline, journal, wakes, leave_alone):
        async_register_command(hass, command)


def _answers(question: _Question) -> Callable[[HomeAssistant, ActiveConnection, _Message], Awaitable[None]]:
    """Send what a question returns, which is JSON already, or what is wrong with it."""

    @wraps(question)
    async def answer(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> None:
        try:
            connection.send_message(construct_result_message(msg["id"], await question(hass, connection, msg)))
        except HomeAssistantError as error:
            _refuse(connection, msg, error)

    return answer


def _refuse(connection: ActiveConnection, msg: _Message, error: HomeAssistantError) -> None:
    """Say what is wrong; Home Assistant would log what was asked wrongly as an error of its own."""
    asked_wrongly = isinstance(error, ServiceValidationError)
    connection.send_error(
        msg["id"],
        ERR_INVALID_FORMAT if asked_wrongly else ERR_HOME_ASSISTANT_ERROR,
        str(error),
        error.translation_key,
        error.translation_domain,
        error.translation_placeholders,
    )


# What may be anything here is looked at by `typed`, so that what is wrong with it is said in a translated sentence.


@websocket_command({vol.Required("type"): SUBSCRIBE})
@callback
def subscribe(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> None:
    """Tell of the home until the connection is closed: events of the shape `wire.HomeEvent`."""
    own = [
        stop for stop in connection.subscriptions.values() if isinstance(getattr(stop, "__self__", None), Subscription)
    ]
    if len(own) >= MOST:
        _refuse(connection, msg, wrong("too_many_subscriptions", most=MOST))
        return
    subscription = Subscription(hass, connection, msg["id"])
    try:
        first = subscription.start()
    except BaseException:
        # It would follow on, and tell somebody who was told that it does not.
        subscription.stop()
        raise
    connection.subscriptions[msg["id"]] = subscription.stop
    connection.send_result(msg["id"])
    connection.send_event(msg["id"], first)


@websocket_command(
    {
        vol.Required("type"): TIMELINE,
        vol.Optional("start"): object,
        vol.Optional("end"): object,
        vol.Optional("speakers"): object,
    }
)
@async_response
@_answers
async def timeline(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> bytes:
    """Return a `wire.Timeline`."""
    start, end = typed.stretch(msg.get("start"), msg.get("end"))
    async with turn(hass, connection, msg["id"]):
        entry = _loaded(hass)
        household, speakers = entry.runtime_data, _named(hass, entry, connection.user, msg)
        rules = {slug: view.rule.name for slug, view in household.rules.items()}
        lanes = Lanes([household.speakers[slug].speaker for slug in speakers], rules)
        await history.on_disk(household)
        async for passage in history.passages(household, start, end, speakers):
            await hass.async_add_executor_job(lanes.add, passage)
        now = dt_util.utcnow()
        for slug in speakers if end > now else ():
            # A speaker may have been removed meanwhile; and a home of many plans must not keep others waiting.
            if slug in household.speakers:
                lanes.plan(slug, (flip for flip in household.plan(slug, end) if flip.at >= start))
                await asyncio.sleep(0)
        return await hass.async_add_executor_job(lanes.written, start, end, now)


@websocket_command(
    {
        vol.Required("type"): JOURNAL,
        vol.Optional("start"): object,
        vol.Optional("end"): object,
        vol.Optional("kinds"): object,
        vol.Optional("speakers"): object,
        vol.Optional("outcomes"): object,
        vol.Optional("before_seq"): object,
        vol.Optional("limit"): object,
    }
)
@async_response
@_answers
async def journal(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> bytes:
    """Return a `wire.JournalPage`; what is about no single speaker, and what was said, is for administrators."""
    start, end = (None if msg.get(key) is None else typed.ms(msg[key]) for key in ("start", "end"))
    if start is not None and end is not None and end <= start:
        raise wrong("end_before_start", start=start.isoformat(), end=end.isoformat())
    kinds, outcomes = typed.kinds(msg.get("kinds")), typed.outcomes(msg.get("outcomes"))
    limit = typed.limit(DEFAULT_LIMIT if msg.get("limit") is None else msg["limit"], MOST_RECORDS)
    before = typed.seq(msg.get("before_seq"))
    async with turn(hass, connection, msg["id"]):
        entry, admin = _loaded(hass), connection.user.is_admin
        # All there is, also about speakers that are there no more, unless some are named.
        whole = admin and msg.get("speakers") is None
        speakers = None if whole else _named(hass, entry, connection.user, msg, home=admin)
        if outcomes is not None:
            kinds = [kind for kind in kinds or ("activation",) if kind == "activation"]
        query = Query(start=start, end=end, speakers=speakers, kinds=kinds, limit=limit, after_seq=before)
        records, more = await history.page(hass, entry.runtime_data, query, outcomes)
        rules = {slug: view.rule.name for slug, view in entry.runtime_data.rules.items()}

        def written() -> bytes:
            shown = [_shown(one, rules, notes=admin) for one in records]
            return orjson.dumps(wire.JournalPage(records=shown, more=more), default=str)

        return await hass.async_add_executor_job(written)


@websocket_command({vol.Required("type"): WAKES, vol.Optional("start"): object, vol.Optional("end"): object})
@async_response
@_answers
async def wakes(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> bytes:
    """Return `wire.WakeHours`."""
    start, end = typed.stretch(msg.get("start"), msg.get("end"))
    async with turn(hass, connection, msg["id"]):
        entry = _loaded(hass)
        household = entry.runtime_data
        names = {slug: household.speakers[slug].speaker.name for slug in _named(hass, entry, connection.user, msg)}
        weeks = Weeks(names, dt_util.get_default_time_zone())
        await history.on_disk(household)
        async for passage in history.passages(household, start, end, list(names)):
            await hass.async_add_executor_job(weeks.add, passage)
        return weeks.written(start, end)


@websocket_command({vol.Required("type"): LEAVE_ALONE, vol.Optional("device_id"): object})
@async_response
@_answers
async def leave_alone(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> bytes:
    """Tell of a device that nobody guards no more, for administrators; return null."""
    if not connection.user.is_admin:
        raise wrong("change_admins_only")
    entry, device_id = _loaded(hass), msg.get("device_id")
    if not isinstance(device_id, str) or dr.async_get(hass).async_get(device_id) is None:
        raise wrong("unknown_device", target=device_id)
    unguarded.leave_alone(hass, entry, device_id)
    return b"null"


def _shown(record: Entry, rules: Mapping[str, str], *, notes: bool) -> wire.Entry:
    return {
        "seq": record.seq,
        "id": record.id,
        "at": at_ms(record.at),
        "kind": cast("wire.Kind", record.kind),
        "speaker": record.speaker,
        "rule": rules.get(str(record.body.get("slug"))) if record.kind == "decision" else None,
        "body": history.body(record, notes=notes),
        "hash": record.hash,
    }


def _loaded(hass: HomeAssistant) -> EarlidConfigEntry:
    entries: list[EarlidConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise wrong("not_loaded")
    return entries[0]


def _named(
    hass: HomeAssistant, entry: EarlidConfigEntry, user: User, msg: _Message, *, home: bool = False
) -> list[str]:
    """Return the speakers that are named, or all; one that the user may not see is as unknown as one that is not there.

    `home`: the empty slug may be named, which stands for the home as a whole.
    """
    visible = [slug for slug in entry.runtime_data.speakers if may_read(hass, entry, user, slug)]
    return typed.among(msg.get("speakers"), [*visible, ""] if home else visible)
