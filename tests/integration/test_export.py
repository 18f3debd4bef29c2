"""The journal as a file for outside: whole, in order, a page at a time, for administrators."""

from collections.abc import Iterable
import csv
from datetime import timedelta
from http import HTTPStatus
import io
import json
from pathlib import Path
import re
import sqlite3
from typing import Any
from unittest.mock import patch

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.earlid import export
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome, Record
from custom_components.earlid.journal import Journal, Query, Row

from .homes import guard_home, plug_in, settled, speaker

URL = "/api/earlid/journal"
DOCS = Path(__file__).parents[2] / "docs" / "journal.md"


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return a home with two speakers."""
    plug_in(hass, "plug", "other")
    home = await guard_home(hass, speaker(relay="light.plug"), speaker("bath", "light.other"))
    for slug, note in (("kitchen", "=cmd|' /C calc'!A0"), ("bath", 'a "quote", and\na line ✓')):
        report = Report(source="led", outcome=Outcome.UNANSWERED, at=None, id=f"wake {slug}", note=note)
        home.runtime_data.report_activation(slug, report)
    await settled(hass, home)
    return home


@pytest.fixture
async def client(entry: MockConfigEntry, hass_client: ClientSessionGenerator) -> TestClient[Any, Any]:
    """Return the client of an administrator."""
    assert entry.runtime_data.speakers
    return await hass_client()


async def lines(client: TestClient[Any, Any], **parameters: str) -> list[dict[str, Any]]:
    answer = await client.get(URL, params=parameters)
    assert answer.status == HTTPStatus.OK, await answer.text()
    return [json.loads(line) for line in (await answer.text()).splitlines()]


def more(entry: MockConfigEntry, count: int, **body: Any) -> None:
    """Let much happen."""
    now = dt_util.utcnow()
    records = [Record(kind="hold", at=now, speaker="kitchen", body={"number": n} | body) for n in range(count)]
    entry.runtime_data.journal.append(records)


def verifies(text: Iterable[str]) -> tuple[int, str]:
    """Check an export with what the documentation gives people to check it with."""
    (program,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": "example"}
    exec(program, names)  # noqa: S102 (it is our own)
    found: tuple[int, str] = names["verify"](text)
    return found


async def test_all_records_go_out_as_they_are_kept(client: TestClient[Any, Any], entry: MockConfigEntry) -> None:
    answer = await client.get(URL)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    name = re.fullmatch(
        r'attachment; filename="earlid-journal-\d{4}-\d\d-\d\d\.jsonl"', answer.headers["Content-Disposition"]
    )
    assert name is not None
    got = [json.loads(line) for line in (await answer.text()).splitlines()]
    kept = await entry.runtime_data.journal.read(Query())
    assert [(line["seq"], line["id"], line["hash"], line["body"]) for line in got] == [
        (each.seq, each.id, each.hash, each.body) for each in kept
    ]


@pytest.mark.attack
async def test_an_export_can_be_checked_outside_by_the_documented_program(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    more(entry, 50, huge=2**70, small=1e-7, nul="\0\x1f\x7f", text='"\\ \u2028ü✓,"body":{}')
    await settled(hass, entry)
    text = (await (await client.get(URL)).read()).decode().split("\n")[:-1]
    head = entry.runtime_data.journal.head
    assert verifies(text) == (head.seq, head.hash)
    assert verifies(text[20:]) == (head.seq, head.hash)
    for place in range(len(text)):
        changed = [*text]
        changed[place] = changed[place].replace('"at":"2', '"at":"1', 1)
        with pytest.raises(ValueError, match="does not follow"):
            verifies(changed)
        if 0 < place < len(text) - 1:
            with pytest.raises(ValueError, match="does not follow"):
                verifies(text[:place] + text[place + 1 :])


async def test_an_export_after_a_removal_is_checked_from_where_it_says(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    old = dt_util.utcnow() - timedelta(days=5)
    journal: Journal = entry.runtime_data.journal
    more(entry, 5)
    journal.append([Record(kind="hold", at=old, speaker="kitchen", body={})])
    await settled(hass, entry)
    with sqlite3.connect(hass.config.path(".storage", "earlid_journal.db")) as file:
        # What was there first is old enough to go.
        (first,) = file.execute("SELECT count(*) FROM record").fetchone()
    assert await journal.cut(dt_util.utcnow() + timedelta(seconds=1)) >= first - 1
    more(entry, 3)
    await settled(hass, entry)
    text = (await (await client.get(URL)).read()).decode().split("\n")[:-1]
    assert json.loads(text[0])["seq"] > 1
    assert verifies(text)[0] == journal.head.seq
    text[0] = text[0].replace('"at":"2', '"at":"1', 1)
    with pytest.raises(ValueError, match="does not follow"):
        verifies(text)


@pytest.mark.attack
async def test_a_table_can_be_opened_in_a_spreadsheet_and_runs_nothing_there(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    for start in ("=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1"):  # noqa: RUF001 (it counts too)
        entry.runtime_data.report_activation(
            "kitchen", Report(source=start, outcome=Outcome.UNKNOWN, at=None, id=f"{start} id", note=None)
        )
    await settled(hass, entry)
    answer = await client.get(URL, params={"format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO((await answer.read()).decode(), newline="")))
    assert len(rows) == entry.runtime_data.journal.head.seq
    for row in rows:
        for column, cell in row.items():
            assert not cell or cell[0] not in "=+-@\t\r\n＝＋－＠", (column, cell)  # noqa: RUF001
    woke = [row for row in rows if row["kind"] == "activation"]
    assert {(row["outcome"], row["allowed"]) for row in woke} == {("unanswered", "true"), ("unknown", "true")}
    assert json.loads(woke[0]["body"])["source"] == "led"
    assert woke[-1]["source"] == "'＝1"  # noqa: RUF001


async def test_it_is_asked_for_by_time_kind_and_speaker(client: TestClient[Any, Any]) -> None:
    whole = await lines(client)
    assert {line["kind"] for line in await lines(client, kinds="activation,decision")} == {"activation", "decision"}
    assert {line["speaker"] for line in await lines(client, speakers="bath")} == {"bath"}
    assert {line["speaker"] for line in await lines(client, speakers="bath,")} == {"bath", ""}
    answer = await client.get(f"{URL}?kinds=activation&kinds=decision&speakers=kitchen&speakers=bath")
    assert len((await answer.text()).splitlines()) == sum(line["kind"] in ("activation", "decision") for line in whole)
    day = timedelta(days=1)
    now = dt_util.utcnow()
    assert await lines(client, start=(now - day).isoformat(), end=(now + day).isoformat()) == whole
    assert await lines(client, start=(now + day).isoformat()) == []
    assert await lines(client, end=(now - day).isoformat()) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("format=xml", "format_unknown"),
        ("format=secrets.yaml", "format_unknown"),
        ("format=csv&format=jsonl", "parameter_twice"),
        ("kinds=gossip", "kind_unknown"),
        ("kinds=", "kind_unknown"),
        ("start=yesterday", "time_unreadable"),
        ("start=", "time_unreadable"),
        ("end=2026-02-30", "time_unreadable"),
        ("start=2026-03-02&end=2026-03-01", "end_before_start"),
        ("start=2026-03-01&start=2026-03-01", "parameter_twice"),
        ("speakers=.%2Fkitchen", "speaker_unreadable"),
        ("speakers=%00", "speaker_unreadable"),
        ("speakers=" + "x" * 4000, "speaker_unreadable"),
        ("speaker=kitchen", "parameter_unknown"),
        ("filename=a.sh", "parameter_unknown"),
    ],
)
async def test_a_wrong_question_is_answered_in_words(client: TestClient[Any, Any], query: str, code: str) -> None:
    answer = await client.get(f"{URL}?{query}")
    assert answer.status == HTTPStatus.BAD_REQUEST
    said = await answer.json()
    assert said["code"] == code
    assert " " in said["message"]
    assert len(said["message"]) < 500


@pytest.mark.attack
async def test_only_administrators_get_it(
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    assert entry.runtime_data.speakers
    for client in (await hass_client(hass_read_only_access_token), await hass_client_no_auth()):
        answer = await client.get(URL)
        assert answer.status == HTTPStatus.UNAUTHORIZED
        assert "wake" not in await answer.text()


async def test_without_a_home_it_says_so(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    answer = await client.get(URL)
    assert (answer.status, (await answer.json())["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "not_loaded")


async def test_a_journal_that_cannot_be_read_is_an_error_and_no_empty_file(
    hass: HomeAssistant, client: TestClient[Any, Any]
) -> None:
    with patch("custom_components.earlid.journal.reads.rows", side_effect=sqlite3.OperationalError("disk I/O error")):
        answer = await client.get(URL)
    assert (answer.status, (await answer.json())["code"]) == (HTTPStatus.INTERNAL_SERVER_ERROR, "not_readable")
    assert hass.is_running


class Counted:
    """Counts the pages that are read, and can fail after some."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails_after: int = 10**9) -> None:
        """Read small pages from now on."""
        self.pages = 0
        self.longest = 0
        rows = Journal.rows

        async def counted(journal: Journal, query: Query) -> list[Row]:
            self.pages += 1
            if self.pages > fails_after:
                raise HomeAssistantError("the disk is gone")
            page = await rows(journal, query)
            self.longest = max(self.longest, len(page))
            return page

        monkeypatch.setattr(export, "_PAGE", 100)
        monkeypatch.setattr(Journal, "rows", counted)


async def test_a_long_journal_goes_out_a_page_at_a_time(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    more(entry, 3000)
    await settled(hass, entry)
    counted = Counted(monkeypatch)
    got = await lines(client)
    assert [line["seq"] for line in got] == list(range(1, entry.runtime_data.journal.head.seq + 1))
    assert counted.longest == 100
    assert counted.pages >= 31


async def test_nothing_more_is_read_once_the_reader_has_left(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    more(entry, 9000, filling="x" * 2000)
    await settled(hass, entry)
    counted = Counted(monkeypatch)
    answer = await client.get(URL)
    await answer.content.read(1000)
    answer.close()
    await hass.async_block_till_done(wait_background_tasks=True)
    before = counted.pages
    await hass.async_block_till_done(wait_background_tasks=True)
    assert counted.pages == before < 80


async def test_an_export_that_breaks_off_is_seen_to_do_so(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    more(entry, 3000)
    await settled(hass, entry)
    Counted(monkeypatch, fails_after=5)
    answer = await client.get(URL)
    assert answer.status == HTTPStatus.OK
    with pytest.raises(Exception, match=r"payload|disconnected|closed"):
        await answer.read()


async def test_a_damaged_record_goes_out_as_it_is_and_does_not_verify(
    hass: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
) -> None:
    with sqlite3.connect(hass.config.path(".storage", "earlid_journal.db")) as file:
        file.execute("UPDATE record SET body = CAST(x'7B22ff' AS TEXT) || char(10), at = 'soon' WHERE seq = 2")
    for name in ("jsonl", "csv"):
        answer = await client.get(URL, params={"format": name})
        text = (await answer.read()).decode()
        assert "soon" in text
    got = await lines(client)
    assert got[1]["body"].startswith('{"')
    assert len(got) == entry.runtime_data.journal.head.seq
