"""A backup is a copy of Home Assistant's folder, file after file, while everything goes on."""

from collections.abc import Iterator
from pathlib import Path
import shutil
import sqlite3

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid import backup
from custom_components.earlid.journal import store
from custom_components.earlid.journal.chain import Head
from custom_components.earlid.journal.verify import verify

from .homes import guard_home, plug_in, settled, speaker
from .journals import record


@pytest.fixture(autouse=True)
def moves_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have SQLite move what is in the log into the file at each chance: by default after 1000 pages."""
    monkeypatch.setattr(store, "PRAGMAS", (*store.PRAGMAS, "PRAGMA wal_autocheckpoint = 1"))


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Guard a speaker, with a journal that holds some hundred records."""
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await much_happens(hass, entry)
    return entry


async def much_happens(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Have records written, group after group."""
    for _ in range(5):
        entry.runtime_data.journal.append([record(number) for number in range(100)])
        await settled(hass, entry)


def copied(file: Path, to: Path) -> Iterator[str]:
    """Copy the journal as a backup does, and let others run between its files."""
    to.mkdir()
    for name in (file.name, f"{file.name}-wal"):
        if file.with_name(name).exists():
            shutil.copyfile(file.with_name(name), to / name)
        yield name


def records_in(copy: Path) -> int:
    """Return how many records a copy has; it must be whole."""
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (newest,) = connection.execute("SELECT max(seq) FROM record").fetchone()
    found = verify(copy, Head())
    assert found.first_bad is None, found
    return int(newest)


async def back_up(hass: HomeAssistant, entry: MockConfigEntry, to: Path) -> int:
    """Copy the journal while much happens; return how many records the copy has."""
    file = Path(hass.config.path(".storage", "earlid_journal.db"))
    await backup.async_pre_backup(hass)
    await much_happens(hass, entry)
    for _ in copied(file, to):
        await much_happens(hass, entry)
    await backup.async_post_backup(hass)
    return records_in(to / file.name)


async def test_a_backup_holds_a_whole_journal_while_records_are_written_and_nobody_waits(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    before = entry.runtime_data.journal.head.seq
    assert await back_up(hass, entry, tmp_path / "copy") >= before + 500
    # Afterwards all is as ever: what waits in the log is moved into the file.
    await much_happens(hass, entry)
    assert (await entry.runtime_data.journal.verify()).first_bad is None


async def test_a_reload_in_the_middle_of_a_backup_does_not_spoil_it(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    file = Path(hass.config.path(".storage", "earlid_journal.db"))
    await backup.async_pre_backup(hass)
    before = entry.runtime_data.journal.head.seq
    for _ in copied(file, tmp_path / "copy"):
        await much_happens(hass, entry)
        await hass.config_entries.async_reload(entry.entry_id)
        await much_happens(hass, entry)
    await backup.async_post_backup(hass)
    assert records_in(tmp_path / "copy" / file.name) >= before


async def test_a_backup_whose_end_nobody_told_holds_up_no_other(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    await backup.async_pre_backup(hass)
    assert await back_up(hass, entry, tmp_path / "copy") >= 1000
    await backup.async_post_backup(hass)


async def test_without_a_journal_or_with_one_that_cannot_be_read_a_backup_is_made_all_the_same(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)
    file = Path(hass.config.path(".storage", "earlid_journal.db"))
    await hass.async_add_executor_job(_damage, file)
    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)
    assert "The journal may not be whole in this backup" in caplog.text


def _damage(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"no journal" * 1000)
