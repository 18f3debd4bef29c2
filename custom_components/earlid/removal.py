"""What becomes of a home's record and topics when Earlid is removed."""

from pathlib import Path
from typing import Any

from homeassistant.components import mqtt
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import STORAGE_DIR

from . import repairs
from .bookkeeping import FILE
from .const import SUBENTRY_SPEAKER
from .journal.store import move_aside
from .setup_data import read_home


async def keep_journal(hass: HomeAssistant) -> None:
    """Move the journal out of the way of a home that is set up anew, and tell the household where it is."""
    kept = await hass.async_add_executor_job(_keep, Path(hass.config.path(STORAGE_DIR, FILE)))
    if kept is not None:
        repairs.journal_kept(hass, kept)


def _keep(path: Path) -> str | None:
    return move_aside(path, "removed").name if path.exists() else None


async def clear_topics(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Clear what a broker keeps of the home: a new one under the same topic has another journal."""
    speakers = [subentry.data["slug"] for subentry in entry.get_subentries_of_type(SUBENTRY_SPEAKER)]
    topics = ["journal/head", "status", *(f"speaker/{slug}/state" for slug in speakers)]
    try:
        # KeyError: there is no MQTT.
        for topic in topics if mqtt.is_connected(hass) else ():
            await mqtt.async_publish(hass, f"{read_home(entry).topic}/{topic}", "", 1, retain=True)
    except KeyError, HomeAssistantError:
        return
