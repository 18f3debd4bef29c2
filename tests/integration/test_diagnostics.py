"""What a household attaches to a public issue says why each speaker is as it is, and nothing that names or opens."""

import asyncio
from datetime import timedelta
import json
import logging
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import ExtendedJSONEncoder
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.earlid import diagnostics, storage
from custom_components.earlid.diagnostics import async_get_config_entry_diagnostics
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome

from .homes import guard_home, nobody_home, plug_in, rule, settled, speaker

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}


async def told(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return what the file says; what could not be put into it fails."""
    return json.loads(json.dumps(await async_get_config_entry_diagnostics(hass, entry), cls=ExtendedJSONEncoder))


async def test_it_says_how_the_journal_does_and_nothing_that_was_said(hass: HomeAssistant) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug", posture="mute"), options={"store_transcripts": True})
    report = Report(source="led", outcome=Outcome.ANSWERED, at=None, id="wake-1", note="planted secret")
    entry.runtime_data.report_activation("kitchen", report)
    await settled(hass, entry)
    journal = entry.runtime_data.journal
    kept = await journal.known_activations()
    assert kept[0].body["note"] == "planted secret"
    said = await told(hass, entry)
    (start,) = said["journal"].pop("lifecycle")
    assert (start["seq"], start["event"]) == (1, "start")
    assert said["journal"] == {
        "head": {"seq": journal.head.seq, "hash": journal.head.hash, "at": journal.head.at.isoformat()},
        "waiting": 0,
        "lost": 0,
        "trouble": None,
        "set_aside": None,
        "delivered_seq": 0,
        "undelivered": 2,
        "rejected": {},
    }
    assert "secret" not in json.dumps(said)


async def test_it_says_what_won_and_what_lost_and_what_that_stood_on_with_its_age(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("person.ann", "home")
    hass.states.async_set("sensor.power", "2.5", {"unit_of_measurement": "W"})
    plug_in(hass, "plug")
    kitchen = speaker(relay="light.plug", power_entity="sensor.power")
    entry = await guard_home(hass, kitchen, nobody_home("person.ann", quantifier="any"))
    freezer.tick(timedelta(seconds=30))
    async_fire_time_changed(hass)
    await hass.services.async_call("earlid", "mute", {"duration": 600}, target=KITCHEN, blocking=True)
    await settled(hass, entry)
    said = await told(hass, entry)
    decided = said["speakers"]["kitchen"]
    assert decided["decision"]["because"]["kind"] == "hold"
    assert [(vote["kind"], vote["rule"]) for vote in decided["trace"]] == [("rule", "nobody_home"), ("posture", None)]
    inside = decided["inside"]
    assert inside["reported"]["value"] is False
    assert inside["readings"]["meter"]["watts"] == 2.5
    assert inside["readings"]["meter"]["reported_at"]["age_s"] >= 30
    assert inside["memory"]["sent"]["command"] == "off"
    assert inside["memory"]["sent"]["at"]["age_s"] < 30
    (fact,) = said["facts"].values()
    assert fact["fact"] == {"value": True, "lost_at": None}
    assert fact["reported"]["reported_at"]["age_s"] >= 30
    assert said["rules"]["nobody_home"]["memory"]["in_force"] is True
    assert said["stored"]["speakers"]["kitchen"]["holds"]["mute"]["effect"] == "mute"
    assert said["versions"]["earlid"]
    assert said["mqtt_connected"] is None


async def test_a_journal_and_a_memory_that_cannot_be_read_are_told_of_too(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    hass_storage["earlid"] = {"version": 99, "minor_version": 1, "key": "earlid", "data": {}}
    file = Path(hass.config.path(".storage", "earlid_journal.db"))
    await hass.async_add_executor_job(file.rename, file.with_name("elsewhere"))
    said = await told(hass, entry)
    assert "unreadable" in said["stored"]
    assert "unreadable" in said["journal"]["lifecycle"]


async def test_a_disk_that_hangs_does_not_keep_it_from_being_told(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)

    async def hang(*_: object) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(diagnostics, "_PATIENCE", 0)
    monkeypatch.setattr(entry.runtime_data.journal, "read", hang)
    monkeypatch.setattr(storage, "stored", hang)
    said = await told(hass, entry)
    assert said["journal"]["lifecycle"] == said["stored"] == {"unreadable": "TimeoutError()"}
    assert said["speakers"]["kitchen"]["decision"]["may_listen"] is True


async def test_of_a_home_that_is_not_set_up_it_tells_what_there_is(hass: HomeAssistant) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    said = await told(hass, entry)
    assert said["state"] == "not_loaded"
    assert said["stored"]["stopped_well"] is True
    assert said["subentries"][0]["data"]["entity_id"] == "light.plug"
    assert "speakers" not in said


async def test_nobody_is_named_and_one_who_stands_twice_can_still_be_followed(hass: HomeAssistant) -> None:
    plug_in(hass, "plug")
    for entity in ("person.ann", "person.bob", "device_tracker.ann"):
        hass.states.async_set(entity, "home")
    shown = "{{ is_state('person.bob', 'home') }}"
    entry = await guard_home(
        hass,
        speaker(relay="light.plug", witnesses=["device_tracker.ann"]),
        nobody_home("person.ann", "person.bob"),
        rule("by_template", kind="condition", conditions=[{"condition": "template", "value_template": shown}]),
    )
    await settled(hass, entry)
    said = json.dumps(await told(hass, entry))
    assert ".ann" not in said
    assert ".bob" not in said
    assert said.count("is_state('person.2', 'home')") == 1
    assert '"entities": ["person.1", "person.2"]' in said
    assert "device_tracker.1" in said


async def test_no_secret_that_was_planted_in_any_field_is_in_it(hass: HomeAssistant) -> None:
    """Whatever can be typed into a form, and is no entity, device or choice."""
    plug_in(hass, "plug")
    planted = "planted-secret"
    signs = {
        "topics": [{"topic": planted, "payload": planted, "value_template": ""}],
        "alexa_remote": planted,
    }
    steps = [{"action": "rest_command.x", "data": {"key": planted}}]
    relay: dict[str, Any] = dict.fromkeys(("host", "password", "device", "topic"), planted)
    relay |= dict.fromkeys(("off", "grant", "renew"), steps)
    kitchen = speaker(relay="light.plug", name=planted, signs=signs, **relay)
    entry = MockConfigEntry(
        domain="earlid",
        title=planted,
        data={"site": planted, "topic_prefix": planted, "webhook_id": planted},
        subentries_data=[{**kitchen, "title": planted}, {**nobody_home("light.plug", name=planted), "title": planted}],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    report = Report(source=f"mqtt:{planted}", outcome=Outcome.ANSWERED, at=None, id="wake-1", note=planted)
    entry.runtime_data.report_activation("kitchen", report)
    # On disk when it returns, and so in what is said to be stored.
    await hass.services.async_call("earlid", "mute", {}, target={"entity_id": "all"}, blocking=True)
    await settled(hass, entry)
    said = await told(hass, entry)
    assert "kitchen" in said["speakers"]
    assert planted not in json.dumps(said)
    # A hash over a password can be tried against a list of passwords.
    assert said["stored"]["speakers"]["kitchen"]["relay"]["print"] == "**REDACTED**"


async def test_the_log_tells_each_decision_once_with_its_reason_when_asked_to(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("person.ann", "home")
    plug_in(hass, "plug", "other")
    caplog.set_level(logging.DEBUG, "custom_components.earlid")
    bath = speaker("bath", "light.other")
    entry = await guard_home(hass, speaker(relay="light.plug"), bath, nobody_home("person.ann", speakers=["kitchen"]))
    caplog.clear()
    await hass.services.async_call("earlid", "mute", {"duration": 60}, target=KITCHEN, blocking=True)
    hass.states.async_set("person.ann", "not_home")
    await settled(hass, entry)
    # Looked at again and again, with nothing new to decide.
    for _ in range(8):
        freezer.tick(timedelta(seconds=10))
        async_fire_time_changed(hass)
        await settled(hass, entry)
    lines = [line for line in caplog.messages if ": decision" in line]
    because = [[f"'because': '{why}'" in line for why in ("hold", "rule")] for line in lines]
    assert [line.partition(" {")[0] for line in lines] == ["kitchen: decision"] * 2
    # What lost is there too: the rule that was to mute, below the hold, and what is left below the rule.
    assert because == [[True, False], [False, True]]
    assert all("'allowed': False" in line and "'lost': [{'because': 'posture'" in line for line in lines)
    assert sum(line.startswith("kitchen: command") for line in caplog.messages) == 1
