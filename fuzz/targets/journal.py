"""Records as damage, or somebody with an editor, left them; and what is asked of them over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
import csv
from datetime import UTC, datetime, timedelta
import io
import json
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from homeassistant.exceptions import ServiceValidationError
from multidict import MultiDict

from custom_components.earlid import export
from custom_components.earlid.engine.ledger import Ledger, fold
from custom_components.earlid.engine.model import Speaker
from custom_components.earlid.history import Passage
from custom_components.earlid.journal import reads
from custom_components.earlid.journal.chain import Head, chain, clean, to_entry, to_line
from custom_components.earlid.journal.verify import _Walk
from custom_components.earlid.lanes import Lanes
from custom_components.earlid.memory import _activations
from custom_components.earlid.weeks import Weeks
from fuzz.target import Feed, Target, part, several, text_of

_START: Final = datetime(2026, 11, 22, tzinfo=UTC)
_MOST: Final = 20


def _rows(given: Any) -> list[Any]:
    """Return rows that are as they were written."""
    lines = []
    for number, record in enumerate(several(given, _MOST)):
        body = part(record, "body")
        at = _START + timedelta(minutes=number)
        speaker, kind = text_of(part(record, "speaker", "kitchen")), clean(text_of(part(record, "kind", "activation")))
        if part(record, "whole") is True:
            at += timedelta(microseconds=1)
        lines.append(to_line(f"{number}", at, kind, speaker, body if isinstance(body, dict) else {}))
    return list(chain(Head(), lines))


def _cell(value: Any) -> Any:
    """Return what may stand in a column: SQLite has numbers, texts and bytes, and texts are read with care."""
    match value:
        case int() if abs(value) >= 2**63:
            return float("inf")
        case None | int() | float():
            return value
        case str():
            return clean(value)
        case _:
            return json.dumps(value).encode()


@contextmanager
def _chains() -> Iterator[Feed]:
    def feed(given: Any) -> None:
        rows = _rows(part(given, "records"))
        damaged = [list(row) for row in rows]
        for change in several(part(given, "changes", [])):
            place, column = part(change, "row"), part(change, "column")
            if rows and isinstance(place, int) and isinstance(column, int):
                damaged[place % len(rows)][1 + column % 6] = _cell(part(change, "to"))
        walk = _Walk(Head())
        for row in damaged:
            walk.step(tuple(row))
        walk.end()
        same = [tuple(row) for row in damaged] == rows
        assert (walk.bad is None) is same, "a change shows, and nothing else does"
        for row in damaged:
            entry: Any = to_entry(tuple(row))
            assert isinstance(entry.body, dict)
            assert entry.at.tzinfo is not None

    yield feed


@contextmanager
def _histories() -> Iterator[Feed]:
    end = _START + timedelta(hours=1)

    def feed(given: Any) -> None:
        entries = []
        for row, record in zip(_rows(part(given, "records")), several(part(given, "records"), _MOST), strict=True):
            changed = list(row)
            for number, name in enumerate(("seq", "id", "at", "kind", "speaker", "text", "hash")):
                # A place in the file is a number whatever happens, and a time is looked for as a text.
                if number and (to := part(record, name)) is not None:
                    changed[number] = _cell(to)
            entries.append(to_entry(tuple(changed)))
        assert all(isinstance(one.body, dict) and isinstance(one.speaker, str) for one in entries)
        entries = [one for one in entries if _START <= one.at < end]
        split = len(entries) // 3
        ledger = Ledger()
        ledger.add(entries[split:], _START, end, entries[:split])
        for sums in (*ledger.shown()["speakers"].values(), ledger.shown()["all"]):
            assert min(sums[name] for name in ("activations", "live_s", "exposed_s", "unknown_s", "not_allowed")) >= 0
        for sums in ledger.shown()["speakers"].values():
            assert max(sums["live_s"], sums["exposed_s"]) <= (end - _START).total_seconds()
        passage = [Passage(start=_START, end=end, records=entries[split:], before=entries[:split]) for _ in range(2)]
        lanes = Lanes([Speaker(slug="kitchen", name="Kitchen")], {"night": "Night"})
        lanes.add(passage[0])
        lane = json.loads(lanes.written(_START, end, end))["lanes"][0]
        assert all(band["start"] < band["end"] for band in lane["bands"])
        weeks = Weeks({"kitchen": "Kitchen"}, ZoneInfo("Europe/Berlin"))
        weeks.add(passage[1])
        json.loads(weeks.written(_START, end))
        assert len(fold(entries)) <= len(entries)
        for slug, woke in _activations([one for one in entries if one.kind == "activation"]).items():
            assert all(one.speaker == slug for one in woke)

    # It lets the event loop of a home come by; here nobody else waits.
    with patch.object(reads, "sleep", lambda _span: None):
        yield feed


@contextmanager
def _exports() -> Iterator[Feed]:
    def feed(given: Any) -> None:
        _ask(part(given, "asked"))
        rows: Any = [
            tuple(_cell(part(row, name, "")) if number else number for number, name in enumerate(_COLUMNS))
            for row in several(part(given, "rows"))
        ]
        lines = export.to_jsonl(rows).split(b"\n")
        assert len(lines) == len(rows) + 1
        for line, row in zip(lines, rows, strict=False):
            assert json.loads(line)["seq"] == row[0]
        read = list(csv.reader(io.StringIO(export.to_csv(rows).decode(), newline="")))
        assert len(read) == len(rows)
        for cells in read:
            assert len(cells) == len(_COLUMNS) + len(export._TOLD)
            for cell in cells:
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), "a spreadsheet would run it"
                assert not cell.startswith("-") or _is_number(cell)

    yield feed


def _ask(asked: Any) -> None:
    texts = [(text_of(part(one, "key")), text_of(part(one, "value"))) for one in several(asked)]
    request: Any = SimpleNamespace(query=MultiDict(texts))
    try:
        name, query = export._asked(request)
    except ServiceValidationError as error:
        assert error.translation_key
        return
    assert name in ("csv", "jsonl")
    assert query.limit > 0
    assert all(one.isascii() and "/" not in one for one in query.speakers or ())


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


_COLUMNS: Final = ("seq", "id", "at", "kind", "speaker", "body", "hash")
_WAKE: Final = {
    "source": "mqtt",
    "sources": ["mqtt"],
    "outcome": "answered",
    "allowed": True,
    "because": "rule",
    "microphone": "live",
}
_TOLD: Final = [
    {"kind": "lifecycle", "speaker": "", "body": {"event": "start"}},
    {
        "kind": "decision",
        "body": {"allowed": True, "because": "rule", "slug": "night", "lost": [{"because": "posture", "slug": ""}]},
    },
    {"kind": "microphone", "body": {"microphone": "live"}},
    {"kind": "activation", "body": _WAKE},
    {"kind": "activation", "body": _WAKE | {"amends": "3", "outcome": "unanswered"}},
    {"kind": "lifecycle", "speaker": "", "body": {"event": "gap", "since": "2026-11-22T00:03:00+00:00"}},
    {"kind": "lifecycle", "speaker": "", "body": {"event": "cut", "through_seq": 1, "through_hash": "0" * 64}},
    {"kind": "lifecycle", "speaker": "", "body": {"event": "stop"}},
    {"kind": "lifecycle", "speaker": "kitchen", "body": {"event": "removed"}},
]
_WORDS: Final = (
    "records",
    "body",
    "kind",
    "speaker",
    "kitchen",
    "night",
    "2026-11-22T00:10:00.000000+00:00",
    "text",
    "at",
    "id",
    "start",
    "stop",
    "gap",
    "lost",
    "cut",
    "removed",
    "set_aside",
    "amends",
    "3",
    "unanswered",
    "off_proven",
    "0" * 64,
    *_TOLD,
)

TARGETS: Final = (
    Target(
        name="journal_chain",
        begin=_chains,
        parses=(
            "journal/chain:to_line",
            "journal/chain:body_text",
            "journal/chain:clean",
            "journal/chain:moment",
            "journal/chain:to_entry",
            "journal/chain:_dict",
            "journal/chain:_plain",
            "journal/verify:_Walk.step",
            "journal/verify:_Walk._remember_cut",
            "journal/verify:_follows",
            "journal/verify:_event",
        ),
        words=(*_WORDS, "changes", "row", "column", "to", "whole"),
        share=0.3,
        spared={
            "if seq != self.head.seq + 1:": "no record is taken away here",
            "moved = good and self.checked <= 1": "the same",
            "self._is_bad(seq - 1 if moved else self.head.seq + 1, _MISSING)": "the same",
            "if good and seq == self.head.seq + 1:": "the same",
            "good = seq != 1 or _follows(row, NOTHING)": "the same",
            "if seq == self._known.seq and self._known.at is not None and hash_ != self._known.hash:": "the same",
            'if both[12] == "T":': "a subclass of datetime never comes from a record",
            "return [Line(*row[1:-1]) for row in rows]": "writes, and takes nothing apart",
            "case list() | tuple() | set() | frozenset():": "JSON has lists",
            "self._oldest_again = self._oldest_again or row == self._oldest": "only rows in disorder",
        },
    ),
    Target(
        name="history",
        begin=_histories,
        parses=(
            "journal/chain:to_entry",
            "journal/chain:moment",
            "engine/ledger:fold",
            "engine/ledger:_Sums.add_activation",
            "engine/ledger:Ledger.add",
            "lanes:Lanes.add",
            "lanes:Lanes._",
            "lanes:_because",
            "lanes:_wake",
            "engine/timeline",
            "engine/gaps",
            "memory:_activations",
            "memory:_to_activation",
            "weeks:Weeks.add",
        ),
        words=_WORDS,
        share=0.1,
    ),
    Target(
        name="export",
        begin=_exports,
        parses=(
            "export:_asked",
            "export:_speakers",
            "export:to_",
            "export:_line",
            "export:_cell",
            "export:_table",
            "export:_is_whole",
            "export:_text",
        ),
        words=(
            "asked",
            "rows",
            "key",
            "value",
            *export._PARAMETERS,
            "csv",
            "jsonl",
            "kitchen",
            "hold",
            "2026-11-22T12:00:00Z",
            *_COLUMNS,
            json.dumps({"cause": "+1", "state": None, "until": [1], "allowed": True}),
            "\uff1d1",
            "-1",
            "a\nb",
            "2026-11-22 12:00",
        ),
        share=0.3,
    ),
)
