"""Disks fill, hang, vanish and lie; files get damaged. No record is lost to that unseen, and nothing else waits."""

import asyncio
from pathlib import Path
import resource
import sqlite3
import threading

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.earlid.journal import Query, Trouble, journal as journal_module, stall, store, writer
from custom_components.earlid.journal.chain import Head, Row

from .journals import NOON, SECOND, Opened, ask, numbers, record, until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal will be."""
    return tmp_path / "storage" / "journal.db"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after 50 ms, where a home waits for seconds."""
    monkeypatch.setattr(writer, "_RETRY_FIRST", 0.05)
    monkeypatch.setattr(writer, "_RETRY_LAST", 0.05)


def overwrite(path: Path, *, where: int, what: bytes) -> None:
    """Write bytes into a file."""
    with path.open("r+b") as file:
        file.seek(where)
        file.write(what)


def no_journal(path: Path) -> None:
    """Put something else where the journal belongs."""
    path.parent.mkdir()
    path.write_bytes(b"no journal at all" * 1000)


def spoil_pages(path: Path) -> None:
    """Overwrite all but the first page of the file with nonsense, in place."""
    overwrite(path, where=4096, what=b"\xa5" * (path.stat().st_size - 4096))


def in_the_way(path: Path) -> None:
    """Put a file where the journal's folder belongs."""
    path.parent.write_text("no folder")


def out_of_the_way(path: Path) -> None:
    """Take that file away."""
    path.parent.unlink()


async def refused(home: Opened) -> str | None:
    """Append one more and return why it is not on disk."""
    home.journal.append([record()])
    with pytest.raises(HomeAssistantError) as error:
        await home.journal.settled()
    return error.value.translation_key


async def test_a_file_that_is_no_journal_is_kept_and_a_new_one_begun(hass: HomeAssistant, path: Path) -> None:
    no_journal(path)
    async with Opened(hass, path) as home:
        await home.write(record(1))
        first = (await home.journal.read(Query()))[0]
        assert (first.seq, first.kind, first.body["event"]) == (1, "lifecycle", "set_aside")
        assert home.journal.aside is not None
        assert home.journal.aside.read_bytes() == b"no journal at all" * 1000
        assert first.body["file"] == home.journal.aside.name
        assert first.body["why"] == "file is not a database"
        assert "undelivered" not in first.body
        assert home.journal.trouble is Trouble.SET_ASIDE
        assert home.troubles == ["set_aside"]
        assert (await home.journal.verify()).ok
    async with Opened(hass, path) as home:
        assert home.journal.trouble is None


async def test_a_file_damaged_while_it_is_written_loses_nothing_that_comes(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(n) for n in range(2000)))
        home.journal.mark_delivered(7)
    home = Opened(hass, path)
    await hass.async_add_executor_job(spoil_pages, path)
    async with home:
        await home.write(*(record(n) for n in range(300)))
        assert numbers(await home.journal.read(Query())) == list(range(300))
        assert home.journal.trouble is Trouble.SET_ASIDE
        assert (await home.journal.verify()).ok


async def test_no_seq_stands_for_two_records_after_a_file_was_set_aside(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(n, "breach") for n in range(2000)))
        home.journal.mark_delivered(1990)
        ask(path, "PRAGMA wal_checkpoint(TRUNCATE)")
        await hass.async_add_executor_job(spoil_pages, path)
        # Another connection's change makes the writer forget the pages that it remembers.
        overwrite(path, where=24, what=b"\xff\xff\xff\xff")
        ask_quietly(path)
        for number in range(2000, 2600):
            home.journal.append([record(number, "breach")])
        await home.journal.settled()
        await until(lambda: len(home.entries) == 2601)
        assert [entry.seq for entry in home.entries] == list(range(1, 2602))
        assert home.entries[2000].body["after_seq"] == 2000
        entries, through = await home.journal.after(home.journal.delivered_seq, 1000)
        assert (numbers(entries), through) == (list(range(2000, 2600)), 2601)
        verified = await home.journal.verify()
        assert (verified.ok, verified.checked) == (True, 601)


def ask_quietly(path: Path) -> None:
    """Change the file as another process would, if it still can be."""
    with pytest.raises(sqlite3.DatabaseError):
        ask(path, "UPDATE record SET kind = kind")


async def test_a_file_that_lost_its_tables_is_set_aside(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(record(1))
        ask(path, "DROP TABLE record")
        await home.write(record(2))
        assert numbers(await home.journal.read(Query())) == [2]
        assert home.journal.trouble is Trouble.SET_ASIDE


@pytest.mark.parametrize(("spoiled", "known"), [("record_at", 2), ("record_published", None), ("delivered", None)])
async def test_a_journal_begun_anew_says_how_many_were_not_delivered_where_the_damaged_one_tells(
    hass: HomeAssistant, path: Path, spoiled: str, known: int | None
) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(n, "breach") for n in range(5)), *(record(n, "decision") for n in range(5)))
        home.journal.mark_delivered(3)
    roots = dict(ask(path, "SELECT name, rootpage FROM sqlite_master"))
    overwrite(path, where=(roots[spoiled] - 1) * 4096, what=b"\xa5" * 4096)
    async with Opened(hass, path) as home:
        await home.write(record(6, "breach"))
        begun = (await home.journal.read(Query()))[0]
    assert begun.body["event"] == "set_aside"
    assert begun.body.get("undelivered") == known


async def test_a_file_of_a_later_version_is_never_changed(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(record(1))
    ask(path, "PRAGMA user_version = 99")
    before = await hass.async_add_executor_job(path.read_bytes)
    async with Opened(hass, path) as home:
        await home.write(record(2))
        assert numbers(await home.journal.read(Query())) == [2]
        assert home.journal.aside is not None
        assert home.journal.aside.read_bytes() == before
        assert home.journal.aside_is_later


async def test_damage_that_only_a_reader_meets_ends_in_a_new_file(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(n, "activation") for n in range(3000)))
    (root,) = ask(path, "SELECT rootpage FROM sqlite_master WHERE name = 'record_published'")[0]
    overwrite(path, where=(root - 1) * 4096, what=b"\xa5" * 4096)
    async with Opened(hass, path) as home:
        with pytest.raises(HomeAssistantError) as error:
            await home.journal.after(0, 10)
        assert error.value.translation_key == "not_readable"
        await until(lambda: home.journal.trouble is Trouble.SET_ASIDE)
        await home.write(record(7, "activation"))
        assert numbers((await home.journal.after(0, 10))[0]) == [7]


async def test_a_full_disk_keeps_records_waiting_and_they_are_written_when_there_is_room(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pragmas = store.PRAGMAS
    monkeypatch.setattr(store, "PRAGMAS", (*pragmas, "PRAGMA max_page_count = 30"))
    async with Opened(hass, path) as home:
        home.journal.append(record(n) for n in range(2000))
        with pytest.raises(HomeAssistantError) as error:
            await home.journal.settled()
        assert error.value.translation_key == "not_recorded"
        assert home.journal.trouble is Trouble.NOT_WRITTEN
        assert 0 < home.journal.waiting < 2001
        assert await refused(home) == "not_recorded"
        monkeypatch.setattr(store, "PRAGMAS", (*pragmas, "PRAGMA max_page_count = 100000"))
        await until(lambda: home.journal.trouble is None)
        await home.write(record(2001))
        assert numbers(await home.journal.read(Query(limit=3000))) == [*range(2000), 0, 2001]
        assert home.troubles == ["not_written", None]
        assert (await home.journal.verify()).ok


async def test_a_disk_that_takes_no_more_bytes_keeps_records_waiting(hass: HomeAssistant, path: Path) -> None:
    """The limit is the process's own: writing beyond it fails in the kernel, as on a disk with errors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with Opened(hass, path) as home:
        await home.write(record(0))
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
            home.journal.append(record(n) for n in range(1, 2000))
            await until(lambda: home.journal.trouble is Trouble.NOT_WRITTEN)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await until(lambda: home.journal.trouble is None)
        await home.journal.settled()
        assert numbers(await home.journal.read(Query(limit=3000))) == list(range(2000))
        assert (await home.journal.verify()).ok


async def test_a_folder_that_is_not_there_yet_is_waited_for(hass: HomeAssistant, path: Path) -> None:
    in_the_way(path)
    async with Opened(hass, path) as home:
        assert home.journal.trouble is Trouble.NOT_WRITTEN
        assert await refused(home) == "not_recorded"
        with pytest.raises(HomeAssistantError) as error:
            await home.journal.read(Query())
        assert error.value.translation_key == "not_readable"
        out_of_the_way(path)
        await until(lambda: home.journal.trouble is None)
        assert numbers(await home.journal.read(Query())) == [0]


async def test_a_journal_that_cannot_be_written_can_be_closed_and_keeps_what_waits(
    hass: HomeAssistant, path: Path
) -> None:
    in_the_way(path)
    home = Opened(hass, path)
    async with home:
        assert await refused(home) == "not_recorded"
    assert home.journal.waiting == 1
    out_of_the_way(path)
    async with home:
        await home.journal.settled()
        assert numbers(await home.journal.read(Query())) == [0]


async def test_more_than_can_wait_is_lost_and_counted_and_the_journal_says_so(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MOST_WAITING", 10)
    in_the_way(path)
    async with Opened(hass, path) as home:
        home.journal.append(record(n) for n in range(15))
        assert (home.journal.waiting, home.journal.lost) == (10, 5)
        with pytest.raises(HomeAssistantError):
            await home.journal.settled()
        out_of_the_way(path)
        await until(lambda: home.journal.trouble is None)
        await home.write(record(20))
        *first, lost, last = await home.journal.read(Query())
        assert numbers(first) == list(range(10))
        assert lost.kind == "lifecycle"
        assert lost.body == {
            "event": "lost",
            "records": 5,
            "from": record(10).at.isoformat(),
            "to": record(14).at.isoformat(),
        }
        assert numbers([last]) == [20]


async def test_what_was_lost_is_told_again_when_there_is_room(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MOST_WAITING", 10)
    async with Opened(hass, path) as home:
        told: list[int] = []
        home.journal.on_trouble = lambda: told.append(home.journal.waiting)
        home.journal.append(record(n) for n in range(15))
        await until(lambda: not home.journal.waiting)
        assert told[1:] == [1], "when there is room, behind what tells of the loss"


async def test_a_disk_that_breaks_each_new_file_is_not_filled_with_them(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[Row]:
        msg = "broken"
        raise store.UnusableError(msg)

    working = store.Store.append
    monkeypatch.setattr(store.Store, "append", broken)
    async with Opened(hass, path) as home:
        assert await refused(home) == "not_recorded"
        await asyncio.sleep(0.5)
        assert len(list(path.parent.glob("*.damaged-*.*Z"))) == 3
        assert home.journal.trouble is Trouble.NOT_WRITTEN
        monkeypatch.setattr(store.Store, "append", working)
        await until(lambda: home.journal.trouble is not Trouble.NOT_WRITTEN)
        assert numbers(await home.journal.read(Query())) == [0]


async def test_what_comes_after_a_journal_was_closed_is_refused(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stall, "STALLED", 0.1)
    async with Opened(hass, path) as home:
        await home.write(record(1))
    assert await refused(home) == "not_recorded"
    await asyncio.sleep(0.3)
    assert (home.journal.waiting, home.troubles) == (0, [])


async def test_whoever_waits_for_a_disk_that_hangs_is_told_when_the_journal_is_closed(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_WITHIN", 0.2)
    goes_on = threading.Event()
    append = store.Store.append
    monkeypatch.setattr(store.Store, "append", lambda *about: goes_on.wait(5) and append(*about))
    async with Opened(hass, path) as home:
        home.journal.append([record(1)])
        waiting = hass.async_create_task(home.journal.settled())
        await asyncio.sleep(0.05)
    try:
        async with asyncio.timeout(1):
            with pytest.raises(HomeAssistantError):
                await waiting
    finally:
        goes_on.set()
        await until(lambda: not home.journal._writer._running)
        home.journal._writer.join()


async def test_what_reached_the_disk_in_spite_of_an_error_is_not_written_twice(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = store.Store._grown
    failures: list[list[Row]] = []

    def fail_once(self: store.Store, rows: list[Row], delivered: int) -> None:
        if len(rows) == 3 and not failures:
            failures.append(rows)
            raise sqlite3.OperationalError("disk I/O error after the commit")
        grown(self, rows, delivered)

    monkeypatch.setattr(store.Store, "_grown", fail_once)
    async with Opened(hass, path) as home:
        home.journal.append(record(n, "breach") for n in range(3))
        await until(lambda: not home.journal.waiting)
        await home.write(record(3, "breach"))
        assert failures
        assert numbers(await home.journal.read(Query())) == [0, 1, 2, 3]
        assert numbers(home.told) == [0, 1, 2, 3]
        assert (await home.journal.verify()).ok


async def test_a_writer_that_a_hanging_disk_left_behind_spoils_nothing(hass: HomeAssistant, path: Path) -> None:
    """It comes back when another writes the same file: one of them goes on behind the other, none overwrites."""
    async with Opened(hass, path) as left, Opened(hass, path) as home:
        await left.write(record(0))
        await home.write(record(1))
        left.journal.append(record(n) for n in range(2, 1000))
        await left.journal.settled()
        assert numbers(await home.journal.read(Query())) == list(range(1000))
        assert (await left.journal.verify()).ok


async def test_what_is_written_in_between_breaks_no_chain(hass: HomeAssistant, path: Path) -> None:
    """The record of a removal comes between what waits and what it was expected to follow."""
    async with Opened(hass, path) as home:
        await home.write(*(record(n) for n in range(10)))
        removal = asyncio.create_task(home.journal.cut(NOON + 5 * SECOND))
        await asyncio.sleep(0)
        home.journal.append(record(n) for n in range(10, 1000))
        assert await removal == 5
        home.journal.append(record(n) for n in range(1000, 1500))
        await home.journal.settled()
        assert numbers(await home.journal.read(Query(limit=5000))) == list(range(5, 1500))
        verified = await home.journal.verify()
        assert (verified.ok, verified.cuts, verified.head) == (True, 1, home.journal.head)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the writer hang for as long as the file is locked, and the journal lose patience soon."""
    monkeypatch.setattr(store, "_LOCKED_FOR", 60)
    monkeypatch.setattr(stall, "STALLED", 0.2)
    monkeypatch.setattr(journal_module, "_WITHIN", 0.2)


@pytest.mark.usefixtures("hanging")
async def test_a_disk_that_hangs_holds_up_neither_the_home_nor_its_stop(hass: HomeAssistant, path: Path) -> None:
    home = Opened(hass, path)
    await home.journal.open()
    await home.write(record(0))
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    home.journal.append([record(1)])
    with pytest.raises(HomeAssistantError):
        await home.journal.settled()
    assert home.journal.trouble is Trouble.NOT_WRITTEN
    assert numbers(await home.journal.read(Query())) == [0]
    await home.journal.close()
    assert home.journal.waiting == 1
    lock.close()
    await until(lambda: not home.journal.waiting)
    await home.journal.close()
    assert ask(path, "SELECT count(*) FROM record") == [(2,)]


async def test_a_clock_that_jumps_while_something_is_written_is_no_disk_that_hangs(
    hass: HomeAssistant, path: Path, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    append = store.Store.append
    monkeypatch.setattr(store.Store, "append", lambda *about: goes_on.wait(5) and append(*about))
    async with Opened(hass, path) as home:
        home.journal.append([record(1)])
        freezer.tick(3600)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        goes_on.set()
        await home.journal.settled()
        assert home.troubles == []


@pytest.mark.usefixtures("hanging")
async def test_a_disk_that_hung_over_a_stop_is_written_on_after_it(hass: HomeAssistant, path: Path) -> None:
    home = Opened(hass, path)
    await home.journal.open()
    await home.write(record(0))
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    home.journal.append([record(1)])
    await home.journal.close()
    opening = asyncio.create_task(home.journal.open())
    await asyncio.sleep(0)
    lock.close()
    await opening
    await home.write(record(2))
    assert numbers(await home.journal.read(Query())) == [0, 1, 2]
    await home.journal.close()


async def test_a_removal_that_the_stop_overtakes_is_refused(hass: HomeAssistant, path: Path) -> None:
    in_the_way(path)
    async with Opened(hass, path) as home:
        removal = asyncio.create_task(home.journal.cut(NOON))
        await asyncio.sleep(0)
    with pytest.raises(HomeAssistantError):
        await removal
    with pytest.raises(HomeAssistantError):
        await home.journal.cut(NOON)


async def test_a_bug_in_the_writer_is_told_and_not_fatal(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:

    def stumble(_head: Head, _rows: list[Row]) -> list[Row]:
        raise ZeroDivisionError("odd")

    async with Opened(hass, path) as home:
        monkeypatch.setattr(store, "follow", stumble)
        home.journal.append([record(1)])
        await until(lambda: home.journal.trouble is Trouble.NOT_WRITTEN)
        monkeypatch.undo()
        await until(lambda: home.journal.trouble is None)
        assert numbers(await home.journal.read(Query())) == [1]
    assert "ZeroDivisionError" in caplog.text
