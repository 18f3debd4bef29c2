"""Keeps the journal's file still while Home Assistant copies its folder, so that a backup holds one that is whole.

Records go on being written meanwhile, since nobody who waits for the disk may wait for a backup: they go into the log
beside the file. What would spoil the copy is SQLite moving them from there into the file between the copy of the one
and of the other. It moves nothing that somebody still reads past (https://sqlite.org/wal.html, Checkpointing), so an
open reading keeps it from that: over a reload of Earlid too, and over a writer that fails and opens the file anew.
"""

import logging
from pathlib import Path
import sqlite3

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, JOURNAL
from .journal.reads import opened

_LOGGER = logging.getLogger(__name__)
_READING: HassKey[sqlite3.Connection] = HassKey(f"{DOMAIN}.backup")


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Keep the file still from now on; a journal that cannot be read keeps nobody from a backup."""
    await async_post_backup(hass)
    path = Path(hass.config.path(STORAGE_DIR, JOURNAL))
    try:
        reading = await hass.async_add_executor_job(_read, path)
    except sqlite3.Error as error:
        _LOGGER.warning("The journal may not be whole in this backup: %s", error)
    else:
        if reading is not None:
            hass.data[_READING] = reading


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let go of the file."""
    if (reading := hass.data.pop(_READING, None)) is not None:
        await hass.async_add_executor_job(reading.close)


def _read(path: Path) -> sqlite3.Connection | None:
    """Begin to read and do not end; None: there is no journal."""
    if not path.exists():
        return None
    reading = opened(path, anywhere=True)
    try:
        reading.execute("BEGIN")
        # It reads from its first question on.
        reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error:
        reading.close()
        raise
    return reading
