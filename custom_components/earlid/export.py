"""The journal for outside, over HTTP: as JSON Lines, by which the chain can be checked, or as CSV for a spreadsheet.

Administrators only. Records go out as they are stored, a page at a time, so that an export of any length takes no more
memory than a page, and one whose reader has left ends with it.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
import csv
from dataclasses import replace
from http import HTTPStatus
import io
import logging
import re
from typing import Any, Final

from aiohttp import hdrs
from aiohttp.web import Request, Response, StreamResponse
from homeassistant.components.http.decorators import require_admin
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util
import orjson

from . import typed
from .const import DOMAIN
from .journal import Query, Row
from .journal.reads import gently
from .runtime import EarlidConfigEntry
from .typed import wrong

_LOGGER = logging.getLogger(__name__)

_PAGE: Final = 2000
_PARAMETERS: Final = ("format", "start", "end", "kinds", "speakers")
_SLUG: Final = re.compile(r"[a-z0-9_]{0,255}")

# What most records tell, each in a column of its own; the body holds it all.
_TOLD: Final = (
    "outcome",
    "allowed",
    "because",
    "microphone",
    "source",
    "state",
    "cause",
    "exposed_s",
    "command",
    "hold",
    "until",
    "event",
    "amends",
)
_COLUMNS: Final = ("seq", "id", "at", "kind", "speaker", *_TOLD, "body", "hash")
# A spreadsheet takes a cell that begins so for a formula, and runs it. Ids, sources and notes come from outside.
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 (they count too)


@callback
def async_register(hass: HomeAssistant) -> None:
    """Offer the export; while no home is loaded it says so."""
    hass.http.register_view(JournalView)


class JournalView(HomeAssistantView):
    """Sends the journal to administrators."""

    url = f"/api/{DOMAIN}/journal"
    name = f"api:{DOMAIN}:journal"

    @require_admin
    async def get(self, request: Request) -> StreamResponse:
        """Send the records asked for, oldest first."""
        hass = request.app[KEY_HASS]
        try:
            name, query = _asked(request)
            entries: list[EarlidConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
            if not entries:
                raise wrong("not_loaded")
            household = entries[0].runtime_data
            with suppress(HomeAssistantError):
                # What the disk does not take yet is not in the export, but what it has is.
                await household.recorded()
            # Before anything is sent, so that a journal that cannot be read is an error and no empty file.
            page = await household.journal.rows(query)
        except ServiceValidationError as error:
            gone = error.translation_key == "not_loaded"
            return self._refuse(error, HTTPStatus.SERVICE_UNAVAILABLE if gone else HTTPStatus.BAD_REQUEST)
        except HomeAssistantError as error:
            return self._refuse(error, HTTPStatus.INTERNAL_SERVER_ERROR)
        response = _file(name)
        await response.prepare(request)
        _, head, body = _FORMATS[name]
        await response.write(head)
        while page:
            # Fails as soon as the reader has left, which ends it.
            await response.write(await hass.async_add_executor_job(body, page))
            if len(page) < _PAGE:
                break
            try:
                page = await household.journal.rows(replace(query, after_seq=page[-1][0]))
            except HomeAssistantError as error:
                _LOGGER.error("An export broke off: %s", error)  # noqa: TRY400 (it says where by itself)
                # A proper end would make the reader believe that this is all.
                if request.transport is not None:
                    request.transport.abort()
                break
        return response

    def _refuse(self, error: HomeAssistantError, status: HTTPStatus) -> Response:
        return self.json_message(str(error), status, error.translation_key)


def _asked(request: Request) -> tuple[str, Query]:
    """Return the format and the query. Raises ServiceValidationError where there is no sense in it."""
    asked = request.query
    for parameter in asked:
        # One that is spelled wrong would be an export of everything.
        if parameter not in _PARAMETERS:
            raise wrong("parameter_unknown", parameter=parameter, parameters=", ".join(_PARAMETERS))
    for parameter in ("format", "start", "end"):
        if len(asked.getall(parameter, [])) > 1:
            raise wrong("parameter_twice", parameter=parameter)
    name = asked.get("format", "jsonl")
    if name not in _FORMATS:
        raise wrong("format_unknown", format=name, formats=", ".join(_FORMATS))
    start, end = (typed.moment(asked[key]) if key in asked else None for key in ("start", "end"))
    if start is not None and end is not None and end <= start:
        raise wrong("end_before_start", start=start.isoformat(), end=end.isoformat())
    kinds = typed.kinds(",".join(asked.getall("kinds"))) if "kinds" in asked else None
    speakers = _speakers(asked.getall("speakers")) if "speakers" in asked else None
    return name, Query(start=start, end=end, kinds=kinds, speakers=speakers, limit=_PAGE)


def _speakers(texts: Iterable[str]) -> list[str]:
    """Return slugs; an empty one stands for the home's own records, and one that is gone may still have some."""
    slugs = list(dict.fromkeys(slug.strip() for text in texts for slug in text.split(",")))
    typed.several(slugs)
    for slug in slugs:
        if not _SLUG.fullmatch(slug):
            raise wrong("speaker_unreadable", speaker=slug)
    return slugs


def _file(name: str) -> StreamResponse:
    """Return the response that makes a browser save a file; nothing that was asked for becomes part of its name."""
    filename = f"{DOMAIN}-journal-{dt_util.now():%Y-%m-%d}.{name}"
    return StreamResponse(
        headers={
            hdrs.CONTENT_TYPE: _FORMATS[name][0],
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{filename}"',
            hdrs.CACHE_CONTROL: "no-store",
            "X-Content-Type-Options": "nosniff",
        }
    )


def to_jsonl(rows: Iterable[Row]) -> bytes:
    """Return records as lines. The body's text is the stored one, letter by letter: the hash is over it."""
    return b"".join(_line(row) for row in gently(rows))


def _line(row: Row) -> bytes:
    seq, id_, at, kind, speaker, body, hash_ = row
    head = orjson.dumps({"seq": seq, "id": id_, "at": at, "kind": kind, "speaker": speaker}, default=_text)
    # A body that damage has made no JSON goes out as a text, and does not verify.
    text = str(body).encode() if _is_whole(body) else orjson.dumps(_text(body))
    return head[:-1] + b',"body":' + text + b',"hash":' + orjson.dumps(hash_, default=_text) + b"}\n"


def to_csv(rows: Iterable[Row]) -> bytes:
    """Return records as lines of a table."""
    return _table(_cells(row) for row in gently(rows))


def _cells(row: Row) -> list[Any]:
    *head, body, hash_ = row
    told = orjson.loads(body) if _is_whole(body) else {}
    return [_cell(value) for value in (*head, *(told.get(name) for name in _TOLD), body, hash_)]


def _cell(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return "" if value is None else str(value).lower() if isinstance(value, bool) else value
        case dict() | list():
            return orjson.dumps(value).decode()
        case _:
            text = _text(value)
            return f"'{text}" if text.startswith(_FORMULAS) else text


def _table(rows: Iterable[Iterable[Any]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def _is_whole(body: object) -> bool:
    """Return whether a stored body is the JSON of a record's, on one line."""
    if not isinstance(body, str) or "\n" in body or "\r" in body:
        return False
    try:
        return isinstance(orjson.loads(body), dict)
    except orjson.JSONDecodeError:
        return False


def _text(value: object) -> str:
    """Return what damage may have left in a column as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


_FORMATS: Final[dict[str, tuple[str, bytes, Callable[[Iterable[Row]], bytes]]]] = {
    "jsonl": ("application/x-ndjson", b"", to_jsonl),
    "csv": ("text/csv; charset=utf-8", _table([_COLUMNS]), to_csv),
}
