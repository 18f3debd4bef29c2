"""Activations as the household sees them: told of by several, over a stop, and of a speaker that goes."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.earlid.engine.model import Record

from .homes import added, guard_home, plug_in, settled, shown, speaker

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}


async def report(hass: HomeAssistant, source: str, outcome: str = "unknown") -> None:
    """Report an activation of the kitchen."""
    data = {"source": source, "outcome": outcome}
    await hass.services.async_call("earlid", "report_activation", data, target=KITCHEN, blocking=True)
    await hass.async_block_till_done()


@pytest.fixture(autouse=True)
def plug(hass: HomeAssistant) -> None:
    """Plug the kitchen in."""
    plug_in(hass, "plug")


async def test_a_second_source_is_no_second_activation(hass: HomeAssistant) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await report(hass, "led")
    event = shown(hass, "event.kitchen_activation").state
    await report(hass, "alexa", "unanswered")
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"
    assert shown(hass, "event.kitchen_activation").state == event
    post = entry.runtime_data._guard.posts["kitchen"]
    assert post.last_activation.sources == ("led", "alexa")
    assert (post.tally.activations, post.tally.unanswered) == (1, 1)
    await report(hass, "satellite", "answered")
    post = entry.runtime_data._guard.posts["kitchen"]
    assert (post.tally.activations, post.tally.unanswered) == (1, 0)


async def test_a_second_source_that_tells_while_the_journal_is_read_stays_named(hass: HomeAssistant) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await report(hass, "led")
    post = entry.runtime_data._guard.posts["kitchen"]
    read = post.last_activation
    await report(hass, "alexa", "unanswered")
    post.recall([read], dt_util.utcnow())
    assert post.last_activation.sources == ("led", "alexa")
    assert (post.tally.activations, post.tally.unanswered) == (1, 1)


async def test_what_was_stored_before_sources_were_named_still_loads(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await report(hass, "led", "unanswered")
    await hass.config_entries.async_unload(entry.entry_id)
    kitchen = hass_storage["earlid"]["data"]["speakers"]["kitchen"]
    assert kitchen["last_activation"].pop("sources") == ["led"]
    assert kitchen["tally"].pop("unanswered") == 1
    await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)
    view = entry.runtime_data.speakers["kitchen"]
    assert view.last_activation.sources == ("led",)
    # What was not stored is made good from the journal.
    assert (view.tally.activations, view.tally.unanswered) == (1, 1)


async def test_a_speaker_that_goes_is_recorded_as_gone(hass: HomeAssistant) -> None:
    """Else its last state would go on in the record for ever."""
    entry = await guard_home(hass, speaker(relay="light.plug"))
    plug_in(hass, "bath")
    other = added(speaker("bath", relay="light.bath"))
    hass.config_entries.async_add_subentry(entry, other)
    await hass.async_block_till_done()
    records: list[Record] = []
    entry.runtime_data.on_record(records.append)
    hass.config_entries.async_remove_subentry(entry, other.subentry_id)
    await hass.async_block_till_done()
    assert [(one.kind, one.speaker, one.body) for one in records] == [("lifecycle", "bath", {"event": "removed"})]
