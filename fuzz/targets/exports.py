"""What is asked of the journal over HTTP, and what is written of damaged records."""

from collections.abc import Iterator
from contextlib import contextmanager
import csv
import io
import json
from types import SimpleNamespace
from typing import Any, Final

from homeassistant.exceptions import ServiceValidationError
from multidict import MultiDict

from custom_components.earlid import export
from fuzz.target import Feed, Target, part, several, text_of

from .journal import cell

_COLUMNS: Final = ("seq", "id", "at", "kind", "speaker", "body", "hash")


@contextmanager
def _begin() -> Iterator[Feed]:
    def feed(given: Any) -> None:
        _ask(part(given, "asked"))
        rows: Any = [
            tuple(cell(part(row, name, "")) if number else number for number, name in enumerate(_COLUMNS))
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
            for shown in cells:
                assert not shown.startswith(("=", "+", "@", "\t", "\r")), "a spreadsheet would run it"
                assert not shown.startswith("-") or _is_number(shown)

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


TARGETS: Final = (
    Target(
        name="export",
        begin=_begin,
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
