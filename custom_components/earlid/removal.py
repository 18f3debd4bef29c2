"""What becomes of a home's record, topics and issues when Earlid is removed."""

import logging
from typing import Any, Final

from homeassistant.components import mqtt
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from . import kept, repairs
from .const import DOMAIN, SUBENTRY_SPEAKER
from .deafened import ISSUE as DEAFENED
from .setup_data import read_home

_LOGGER = logging.getLogger(__name__)

# These are about what is still there: files on the disk, and satellites that hear nobody.
_OUTLIVE: Final = frozenset(
    {kept.KEPT, "journal_set_aside", "journal_of_later_version", "document_of_later_version", DEAFENED}
)


async def keep_journal(hass: HomeAssistant) -> None:
    """Move the journal out of the way of a home that is set up anew; the household may have it deleted."""
    if (file := await kept.keep(hass)) is not None:
        repairs.journal_kept(hass, file)


async def forget_issues(hass: HomeAssistant) -> None:
    """Take away all issues about a home that is no more, the ignored ones too: nobody else would."""
    for domain, issue_id in list((registry := ir.async_get(hass)).issues):
        if domain == DOMAIN and registry.issues[domain, issue_id].translation_key not in _OUTLIVE:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


async def clear_topics(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Clear what a broker keeps of the home; one that is away now when it is back, while Home Assistant runs."""
    speakers = [subentry.data["slug"] for subentry in entry.get_subentries_of_type(SUBENTRY_SPEAKER)]
    home = read_home(entry).topic
    topics = [f"{home}/{each}" for each in ("journal/head", "status", *(f"speaker/{slug}/state" for slug in speakers))]
    try:
        there = mqtt.is_connected(hass)
    except KeyError:
        # There is no MQTT.
        return
    if there:
        await _clear(hass, topics)
        return
    stop: CALLBACK_TYPE

    @callback
    def connected(is_connected: bool) -> None:
        if is_connected:
            stop()
            # A home that was set up anew publishes there itself.
            if not hass.config_entries.async_entries(DOMAIN):
                hass.async_create_background_task(_clear(hass, topics), "earlid clears topics")

    stop = mqtt.async_subscribe_connection_status(hass, connected)


async def _clear(hass: HomeAssistant, topics: list[str]) -> None:
    try:
        for topic in topics:
            await mqtt.async_publish(hass, topic, "", 1, retain=True)
    except HomeAssistantError as error:
        _LOGGER.warning("What the broker keeps of the removed home could not be cleared: %s", error)
