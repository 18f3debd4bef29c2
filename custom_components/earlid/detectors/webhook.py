"""Reports of detectors outside Home Assistant, over HTTP: a webhook under a secret address, for the home's network.

Whoever sends one is told when it is safe: 200 with its id comes only once it is on disk. Home Assistant itself answers
200 without a body for an address that does not exist, and for one who asks from elsewhere
(homeassistant/components/webhook/__init__.py); that is no receipt.
"""

import asyncio
from collections import deque
from http import HTTPStatus
import logging
from typing import Any, Final

from aiohttp import ClientError
from aiohttp.hdrs import METH_POST
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import Request, Response, json_response
from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import NoURLAvailableError
import voluptuous as vol

from custom_components.earlid.const import DOMAIN
from custom_components.earlid.engine.model import Record
from custom_components.earlid.runtime import EarlidConfigEntry, Household
from custom_components.earlid.untrusted import LARGEST, RejectedError, unpack

from .mqtt import report_of, to_report

_LOGGER = logging.getLogger(__name__)

_BODY: Final = report_of("webhook").extend({vol.Required("speaker"): str})
# So many in so long: a detector that sends more is broken, and each costs a write to the disk.
_MOST: Final = 60
_PER: Final = 60.0
# s. One that sends slower than this holds a connection open and nothing else.
_PATIENCE: Final = 10


@callback
def keep_id(hass: HomeAssistant, entry: EarlidConfigEntry) -> None:
    """Give the home its secret, once; one set up before there was a webhook gets it now."""
    if CONF_WEBHOOK_ID not in entry.data:
        data = {**entry.data, CONF_WEBHOOK_ID: webhook.async_generate_id()}
        hass.config_entries.async_update_entry(entry, data=data)


@callback
def address(hass: HomeAssistant, webhook_id: str) -> str:
    """Return where to send reports, as seen from the home's network; without the host where nobody told it."""
    try:
        return webhook.async_generate_url(hass, webhook_id, allow_external=False, prefer_external=False)
    except NoURLAvailableError:
        return webhook.async_generate_path(webhook_id)


@callback
def listen(hass: HomeAssistant, entry: EarlidConfigEntry) -> CALLBACK_TYPE:
    """Take reports; return what ends that."""
    webhook_id = entry.data[CONF_WEBHOOK_ID]
    times: deque[float] = deque(maxlen=_MOST)

    async def handle(_hass: HomeAssistant, _webhook_id: str, request: Request) -> Response:
        now = hass.loop.time()
        if len(times) == _MOST and now - times[0] < _PER:
            return _refuse(HTTPStatus.TOO_MANY_REQUESTS, "too_often")
        times.append(now)
        return await _take(entry.runtime_data, request)

    webhook.async_register(hass, DOMAIN, entry.title, webhook_id, handle, local_only=True, allowed_methods=(METH_POST,))
    return lambda: webhook.async_unregister(hass, webhook_id)


async def _take(household: Household, request: Request) -> Response:
    try:
        async with asyncio.timeout(_PATIENCE):
            fields = unpack(await _read(request), _BODY)
    except RejectedError as reason:
        too_large = str(reason) == "too_large"
        return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST, str(reason))
    except TimeoutError:
        return _refuse(HTTPStatus.REQUEST_TIMEOUT, "too_slow")
    except OSError, ClientError, HttpProcessingError:
        return _refuse(HTTPStatus.BAD_REQUEST, "malformed")
    slug = fields["speaker"]
    if slug not in household.speakers:
        return _refuse(HTTPStatus.NOT_FOUND, "unknown_speaker")
    records: list[Record] = []
    # What is new is recorded before the call returns, and nothing else of its kind can come between.
    stop = household.on_record(records.append)
    try:
        activation = household.report_activation(slug, to_report(fields))
    finally:
        stop()
    try:
        await household.recorded()
    except HomeAssistantError as error:
        _LOGGER.warning("A report of %s is not on disk yet: %s", slug, error)
        return _refuse(HTTPStatus.SERVICE_UNAVAILABLE, "not_recorded")
    return json_response({"id": activation.id, "new": any(record.kind == "activation" for record in records)})


async def _read(request: Request) -> bytes:
    """Return the body, or as much of it as shows that it is too large."""
    if (request.content_length or 0) > LARGEST:
        msg = "too_large"
        raise RejectedError(msg)
    body = b""
    while len(body) <= LARGEST and (chunk := await request.content.read(LARGEST + 1 - len(body))):
        body += chunk
    return body


def _refuse(status: HTTPStatus, error: str) -> Response:
    headers: dict[str, Any] = {"Retry-After": f"{_PER:.0f}"} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    return json_response({"error": error}, status=status, headers=headers)
