"""The record of a guarded home: what is written, what is not, and what the household hears of trouble."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
import json
from pathlib import Path
import sqlite3
import threading
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from custom_components import earlid
from custom_components.earlid import again, memory
from custom_components.earlid.const import JOURNAL
from custom_components.earlid.engine.activations import Activation, Report
from custom_components.earlid.engine.model import Outcome
from custom_components.earlid.journal import Entry, Journal, Query, reads, store

from .brokers import Broker
from .homes import guard_home, nobody_home, plug_in, settled, speaker
from .journals import ask, until

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}


@pytest.fixture(autouse=True)
def home(hass: HomeAssistant) -> None:
    """Provide the kitchen's plug and a person."""
    plug_in(hass, "plug")
    hass.states.async_set("person.ann", "home")


@pytest.fixture
def file(hass: HomeAssistant) -> Path:
    """Return where the journal is."""
    return Path(hass.config.path(".storage", JOURNAL))


async def written(hass: HomeAssistant, entry: MockConfigEntry, *kinds: str) -> list[Entry]:
    """Return what is in the journal."""
    await settled(hass, entry)
    journal: Journal = entry.runtime_data.journal
    return await journal.read(Query(kinds=kinds or None))


def told(entries: list[Entry]) -> list[dict[str, Any]]:
    """Return what the entries say."""
    return [entry.body for entry in entries]


def block(file: Path) -> Callable[[], None]:
    """Put a folder where the journal was, so that nothing can be written; return what puts the journal back."""
    kept = file.rename(file.with_suffix(".away"))
    file.mkdir()

    def put_back() -> None:
        file.rmdir()
        kept.rename(file)

    return put_back


def overwrite(file: Path) -> None:
    """Make the journal what no database is."""
    file.write_bytes(b"This is no database. " * 500)


async def report(hass: HomeAssistant, **data: Any) -> None:
    """Report an activation by action."""
    await hass.services.async_call("earlid", "report_activation", data, target=KITCHEN, blocking=True)


async def test_a_day_is_written_as_it_went(hass: HomeAssistant) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done()
    hass.states.async_set("light.plug", "off")
    entries = await written(hass, entry)
    assert (entries[0].kind, entries[0].body) == ("lifecycle", {"event": "start"})
    assert told([one for one in entries if one.kind == "decision"])[-1]["allowed"] is False
    assert {"microphone": "off_unproven"} in told([one for one in entries if one.kind == "microphone"])
    assert [one.body["command"] for one in entries if one.kind == "command"] == ["off"]
    assert (await entry.runtime_data.journal.verify()).ok


async def test_an_activation_is_on_disk_when_the_action_returns(hass: HomeAssistant, file: Path) -> None:
    await guard_home(hass, speaker(relay="light.plug"))
    await report(hass, outcome="unanswered", source="led")
    ((speaker_of_it, body),) = ask(file, "SELECT speaker, body FROM record WHERE kind = 'activation'")
    assert speaker_of_it == "kitchen"
    assert '"outcome":"unanswered"' in body


@pytest.mark.parametrize(("options", "kept"), [({}, None), ({"store_transcripts": True}, "what was said")])
async def test_notes_are_kept_only_where_the_household_says_so(
    hass: HomeAssistant, options: dict[str, Any], kept: str | None
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"), options=options)
    await report(hass, note="what was said")
    (activation,) = await written(hass, entry, "activation")
    assert activation.body.get("note") == kept


async def test_more_that_becomes_known_of_a_wake_is_a_record_of_its_own(hass: HomeAssistant) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    first = entry.runtime_data.report_activation("kitchen", Report(source="led"))
    entry.runtime_data.report_activation("kitchen", Report(source="satellite"))
    wake, more = await written(hass, entry, "activation")
    assert (wake.id, wake.body["sources"]) == (first.id, ["led"])
    assert (more.body["amends"], more.body["sources"]) == (first.id, ["led", "satellite"])
    state = hass.states.get("sensor.kitchen_activations_today")
    assert state is not None
    assert state.state == "1"


async def test_a_clean_stop_is_told_from_one_that_was_not(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await hass.config_entries.async_reload(entry.entry_id)
    assert [one["event"] for one in told(await written(hass, entry, "lifecycle"))] == ["start", "stop", "start"]
    await hass.config_entries.async_unload(entry.entry_id)
    alive_at = hass_storage["earlid"]["data"]["alive_at"]
    hass_storage["earlid"]["data"]["stopped_well"] = False
    await hass.config_entries.async_setup(entry.entry_id)
    *_, gap, start = told(await written(hass, entry, "lifecycle"))
    assert (gap, start) == ({"event": "gap", "since": alive_at}, {"event": "start"})


@pytest.mark.attack
async def test_what_cannot_be_written_is_an_issue_and_an_error_and_nothing_is_lost(
    hass: HomeAssistant, file: Path, issue_registry: ir.IssueRegistry
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann"))
    await settled(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    put_back = block(file)
    await hass.config_entries.async_setup(entry.entry_id)
    with pytest.raises(HomeAssistantError) as error:
        await report(hass, source="led")
    assert error.value.translation_key == "not_recorded"
    assert issue_registry.async_get_issue("earlid", "journal_not_written") is not None
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done()
    plug = hass.states.get("binary_sensor.kitchen_listening_allowed")
    assert plug is not None
    assert plug.state == "off", "enforcement goes on"
    put_back()
    await until(lambda: issue_registry.async_get_issue("earlid", "journal_not_written") is None, within=20)
    (activation,) = await written(hass, entry, "activation")
    assert activation.body["source"] == "led"


async def test_a_damaged_journal_is_kept_and_the_new_one_knows_how_things_stand(
    hass: HomeAssistant, file: Path, issue_registry: ir.IssueRegistry
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    overwrite(file)
    await hass.config_entries.async_setup(entry.entry_id)
    entries = await written(hass, entry)
    assert entries[0].body["event"] == "set_aside"
    (kept,) = file.parent.glob(f"{JOURNAL}.damaged-*")
    assert kept.read_bytes().startswith(b"This is no database.")
    assert [issue.translation_key for issue in issue_registry.issues.values()].count("journal_set_aside") == 1
    assert {one.kind for one in entries[1:]} >= {"decision", "microphone"}


async def test_a_journal_that_is_damaged_while_it_is_written_begins_anew_with_how_things_stand(
    hass: HomeAssistant, file: Path
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    ask(file, "DROP TABLE record")
    await report(hass, source="led")
    (activation,) = await written(hass, entry, "activation")
    assert activation.body["source"] == "led"
    kinds = [one.kind for one in await written(hass, entry)]
    assert kinds[0] == "lifecycle"
    assert {"decision", "microphone"} <= set(kinds)


async def test_what_is_older_than_the_household_keeps_goes_by_whole_days(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-03-01 22:30:00+00:00")
    entry = await guard_home(hass, speaker(relay="light.plug"), options={"retention_days": 2})
    await report(hass, source="late on the first")
    freezer.move_to("2026-03-01 23:30:00+00:00")
    await report(hass, source="early on the second")
    for day in (2, 3, 4):
        freezer.move_to(f"2026-03-0{day} 02:17:00+00:00")
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
        await settled(hass, entry)
    left = await written(hass, entry, "activation")
    assert [one.body["source"] for one in left] == ["early on the second"]
    (cut,) = [one for one in told(await written(hass, entry, "lifecycle")) if one["event"] == "cut"]
    assert cut["undelivered"] == 1
    assert (await entry.runtime_data.journal.verify()).ok


async def test_a_report_that_comes_again_after_a_start_is_no_new_wake(hass: HomeAssistant) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    for _ in range(3):
        entry.runtime_data.report_activation("kitchen", Report(source="led", id="one"))
        entry.runtime_data.report_activation("kitchen", Report(source="led", id="two"))
        await settled(hass, entry)
        await hass.config_entries.async_reload(entry.entry_id)
        await settled(hass, entry)
    assert [one.id for one in await written(hass, entry, "activation")] == ["one", "two"]


async def test_what_was_recorded_right_before_a_kill_counts_after_it(
    hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-03-01 22:30:00+00:00")
    entry = await guard_home(hass, speaker(relay="light.plug"), speaker("bath", "light.plug"))
    await report(hass, source="yesterday")
    freezer.move_to("2026-03-01 23:30:00+00:00")
    await report(hass, source="today", outcome="unanswered")
    await later(hass, entry, seconds=3)
    remembered = deepcopy(hass_storage["earlid"])
    freezer.tick(60)
    for source, outcome in (("led", Outcome.UNANSWERED), ("satellite", Outcome.ANSWERED)):
        entry.runtime_data.report_activation("kitchen", Report(source=source, outcome=outcome, id="one"))
    await settled(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage["earlid"] = remembered
    await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)
    today = hass.states.get("sensor.kitchen_activations_today")
    assert today is not None
    assert (today.state, today.attributes["unanswered"]) == ("2", 1)
    last = hass.states.get("sensor.kitchen_last_activation")
    assert last is not None
    assert last.state == "2026-03-01T23:31:00+00:00"
    # Nor is anything counted twice, at this start or at the next.
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass, entry)
    counts = [hass.states.get(f"sensor.{each}_activations_today") for each in ("kitchen", "bath", "earlid")]
    assert [one.state for one in counts if one is not None] == ["2", "0", "2"]


def fails(monkeypatch: pytest.MonkeyPatch, question: str) -> Callable[[], None]:
    """Let one question to the file fail, as while a backup locks it; return what ends that."""
    real = getattr(reads, question)

    def locked(*_: object) -> None:
        msg = "database is locked"
        raise sqlite3.OperationalError(msg)

    monkeypatch.setattr(reads, question, locked)
    return lambda: monkeypatch.setattr(reads, question, real)


async def later(hass: HomeAssistant, entry: MockConfigEntry, **span: int) -> None:
    """Let time pass."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**span))
    await settled(hass, entry)


@pytest.mark.usefixtures("mqtt_mock")
async def test_reports_wait_until_it_is_known_which_came_before(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    topic = "earlid/home/speaker/kitchen/activation/report"
    for known in ("one", "two"):
        async_fire_mqtt_message(hass, topic, f'{{"id": "{known}"}}')
    await settled(hass, entry)
    readable = fails(monkeypatch, "activations")
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass, entry)
    for again_or_new in ("one", "three"):
        async_fire_mqtt_message(hass, topic, f'{{"id": "{again_or_new}"}}')
    await settled(hass, entry)
    await later(hass, entry, seconds=2)
    readable()
    await later(hass, entry, seconds=5)
    assert [one.id for one in await written(hass, entry, "activation")] == ["one", "two", "three"]


@pytest.mark.parametrize("question", ["activations", "count_published"])
async def test_what_waits_for_a_broker_is_known_though_the_file_could_not_be_read_at_the_start(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    broker = Broker(hass, mqtt_mock)
    entry = await guard_home(hass, speaker(relay="light.plug"))
    for _ in range(3):
        entry.runtime_data.report_activation("kitchen", Report(source="led"))
    await settled(hass, entry)
    readable = fails(monkeypatch, question)
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass, entry)
    if question == "count_published":
        readable()
        await later(hass, entry, seconds=2)
    assert entry.runtime_data.undelivered == 3
    await broker.subscribed(entry)
    assert entry.runtime_data.undelivered == 0


@pytest.mark.usefixtures("mqtt_mock")
async def test_a_disk_that_hangs_when_it_is_asked_what_came_before_holds_up_nothing_else(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    entry.runtime_data.report_activation("kitchen", Report(source="led"))
    await settled(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    answers = threading.Event()
    real = reads.activations
    monkeypatch.setattr(reads, "activations", lambda *about: answers.wait(20) and real(*about))
    monkeypatch.setattr(again, "_WITHIN", 0.2)
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.undelivered == 1)
    await asyncio.sleep(0.3)
    answers.set()
    await settled(hass, entry)
    entry.runtime_data.report_activation("kitchen", Report(source="led"))
    async_fire_mqtt_message(hass, "earlid/home/speaker/kitchen/activation/report", '{"id": "two"}')
    await later(hass, entry, seconds=400)
    assert len(await written(hass, entry, "activation")) == 3


async def test_the_activations_of_a_grown_home_are_made_outside_the_event_loop(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of them would hold it up, and an OFF with it, for a tenth of a second at each start."""
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    for number in range(20):
        entry.runtime_data.report_activation("kitchen", Report(source="led", id=str(number)))
    await settled(hass, entry)
    makers: list[int] = []
    real = memory._to_activation

    def made(slug: str, stored: dict[str, Any]) -> Activation:
        makers.append(threading.get_ident())
        return real(slug, stored)

    monkeypatch.setattr(memory, "_to_activation", made)
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass, entry)
    # The last activation of the stored document is made in the loop.
    assert makers.count(threading.get_ident()) <= 1
    assert len(makers) >= 20
    assert entry.runtime_data.report_activation("kitchen", Report(source="led", id="0")).id == "0"


async def test_a_home_set_up_anew_begins_with_an_empty_journal_and_the_old_one_is_kept(
    hass: HomeAssistant, file: Path, mqtt_mock: MqttMockHAClient, issue_registry: ir.IssueRegistry
) -> None:
    broker = Broker(hass, mqtt_mock)
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await report(hass, source="led")
    await settled(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    (kept,) = file.parent.glob(f"{JOURNAL}*")
    assert kept.name.startswith(f"{JOURNAL}.removed-")
    assert [json.loads(body)["source"] for (body,) in ask(kept, "SELECT body FROM record WHERE kind = 'activation'")]
    (issue,) = [one for one in issue_registry.issues.values() if one.translation_key == "journal_kept"]
    assert (issue.is_persistent, issue.is_fixable) == (True, True)
    assert issue.translation_placeholders == {"file": kept.name}
    cleared = [call.args[0] for call in mqtt_mock.async_publish.mock_calls if not call.args[1]]
    assert {"earlid/home/journal/head", "earlid/home/status", "earlid/home/speaker/kitchen/state"} <= set(cleared)
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await broker.subscribed(entry)
    assert await written(hass, entry, "activation") == []
    assert broker.sent("earlid/home/speaker/kitchen/activation") == []


async def test_a_set_up_that_fails_leaves_nothing_running(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await hass.config_entries.async_unload(entry.entry_id)

    def fails_to(*_: object) -> None:
        msg = "no"
        raise HomeAssistantError(msg)

    monkeypatch.setattr(earlid, "register_hub", fails_to)
    await hass.config_entries.async_setup(entry.entry_id)
    assert "earlid journal" not in [thread.name for thread in threading.enumerate()]


async def test_a_home_that_was_stopped_takes_no_report_and_shows_no_issue(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, issue_registry: ir.IssueRegistry
) -> None:
    monkeypatch.setattr(store.Store, "append", lambda *_: fail())
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await until(lambda: issue_registry.async_get_issue("earlid", "journal_not_written") is not None)
    home = entry.runtime_data
    order: list[str] = []
    close = Journal.close

    async def closed(journal: Journal) -> None:
        order.extend(hass.data["webhook"])
        await close(journal)

    monkeypatch.setattr(Journal, "close", closed)
    await hass.config_entries.async_unload(entry.entry_id)
    assert order == [], "the webhook is gone before"
    assert issue_registry.async_get_issue("earlid", "journal_not_written") is None
    home.report_activation("kitchen", Report(source="led"))
    with pytest.raises(HomeAssistantError):
        await home.recorded()


async def test_a_journal_of_a_later_version_is_not_called_damaged(
    hass: HomeAssistant, file: Path, issue_registry: ir.IssueRegistry
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    ask(file, "PRAGMA user_version = 99")
    await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)
    keys = {issue.translation_key for issue in issue_registry.issues.values()}
    assert keys & {"journal_of_later_version", "journal_set_aside"} == {"journal_of_later_version"}


def fail() -> None:
    """Be a disk that is full."""
    msg = "database or disk is full"
    raise sqlite3.OperationalError(msg)
