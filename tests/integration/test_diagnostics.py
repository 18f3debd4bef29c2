"""What a household attaches to a public issue says how the journal does, and nothing of what is in it."""

import json
import logging

from homeassistant.core import HomeAssistant
import pytest

from custom_components.earlid.diagnostics import async_get_config_entry_diagnostics
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome

from .homes import guard_home, plug_in, settled, speaker


async def test_it_says_how_the_journal_does_and_nothing_that_was_said(hass: HomeAssistant) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug", posture="mute"), options={"store_transcripts": True})
    report = Report(source="led", outcome=Outcome.ANSWERED, at=None, id="wake-1", note="planted secret")
    entry.runtime_data.report_activation("kitchen", report)
    await settled(hass, entry)
    journal = entry.runtime_data.journal
    kept = await journal.known_activations()
    assert kept[0].body["note"] == "planted secret"
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["journal"] == {
        "head": {"seq": journal.head.seq, "hash": journal.head.hash, "at": journal.head.at.isoformat()},
        "waiting": 0,
        "lost": 0,
        "trouble": None,
        "set_aside": None,
        "delivered_seq": 0,
        "undelivered": 2,
        "rejected": {},
    }
    assert "secret" not in json.dumps(told)


async def test_the_log_tells_each_decision_once_with_its_reason_when_asked_to(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    plug_in(hass, "plug")
    caplog.set_level(logging.DEBUG, "custom_components.earlid")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    caplog.clear()
    await hass.services.async_call("earlid", "mute", {"entity_id": "select.kitchen_mode"}, blocking=True)
    await settled(hass, entry)
    told = [line for line in caplog.messages if line.startswith("kitchen: decision")]
    assert len(told) == 1
    assert "'allowed': False" in told[0]
    assert "'because': 'hold'" in told[0]
    assert any(line.startswith("kitchen: command") for line in caplog.messages)
