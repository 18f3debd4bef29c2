"""What earlier versions stored is taken over with nothing lost; what a later one stored is refused, and kept.

The folders in tests/fixtures/stored were written by the commits they are named after (tests/home/storing.py).
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
import json
import logging
from pathlib import Path
import sqlite3
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.const import JOURNAL

from .homes import guard_home, plug_in, settled, shown, speaker

STORED = Path(__file__).parents[1] / "fixtures" / "stored"
SHAPES = sorted(STORED.iterdir())
NEWEST = max(SHAPES, key=lambda shape: json.loads((shape / "earlid.json").read_text())["data"]["alive_at"])
# What goes on while Earlid is away, or says when something was written.
MOVES_ON = {"alive_at", "stopped_well", "at", "live_s", "exposed_s", "proof", "allowed", "heard_at", "facts"}


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.fixture
def storage(hass: HomeAssistant) -> Path:
    """Return Home Assistant's storage folder."""
    folder = Path(hass.config.path(".storage"))
    folder.mkdir(exist_ok=True)
    return folder


def read(shape: Path, what: str) -> Any:
    return json.loads((shape / f"{what}.json").read_text())


def put_back(shape: Path, storage: Path) -> None:
    """Put the journal where Earlid looks for it."""
    if (shape / "journal.sql").exists():
        with sqlite3.connect(storage / JOURNAL) as connection:
            connection.executescript((shape / "journal.sql").read_text())
        connection.close()


def as_stored(entry: dict[str, Any]) -> MockConfigEntry:
    """Return the config entry as Home Assistant makes it of what it stored."""
    kept = ("data", "options", "title", "unique_id", "version", "minor_version", "entry_id", "source")
    subentries = [{**one, "subentry_id": one["subentry_id"]} for one in entry["subentries"]]
    return MockConfigEntry(domain="earlid", subentries_data=subentries, **{key: entry[key] for key in kept})


def lost(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Yield what was there before and is not, or is otherwise, after."""
    if isinstance(before, dict):
        for key, value in before.items():
            if key not in MOVES_ON and not (isinstance(after, dict) and key in after):
                yield f"{path}.{key} is gone"
            elif key not in MOVES_ON:
                yield from lost(value, after[key], f"{path}.{key}")
    elif before != after:
        yield f"{path} was {before} and is {after}"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
@pytest.mark.usefixtures("mqtt_mock")
async def test_what_an_earlier_version_stored_is_taken_over_with_nothing_lost(  # noqa: PLR0917 - fixtures
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    storage: Path,
    shape: Path,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    hass_storage["earlid"], entities = read(shape, "earlid"), read(shape, "entities")
    document = deepcopy(hass_storage["earlid"]["data"])
    freezer.move_to(datetime.fromisoformat(document["alive_at"]) + timedelta(seconds=20))
    await hass.async_add_executor_job(put_back, shape, storage)
    for room, state in (("kitchen", "off"), ("bedroom", "on"), ("office", "on")):
        hass.states.async_set(f"switch.{room}_plug", state)
        hass.states.async_set(f"sensor.{room}_plug_power", "2.5", {"unit_of_measurement": "W"})
    hass.states.async_set("person.anna", "home")
    entry = as_stored(await hass.async_add_executor_job(read, shape, "entry"))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)

    # Before there was a journal: in it now, from where it goes out.
    for topic, told in document.pop("waiting", ()):
        (record,) = await rows_of(hass, storage, told["id"])
        assert f"speaker/{record[4]}/{record[3]}" == topic
        assert datetime.fromisoformat(record[2]) == datetime.fromisoformat(told["at"])
    home = entry.runtime_data
    assert list(lost(document, home._document())) == []
    if shape == NEWEST:
        # Where this fails, more is stored now: keep the last commit before that (tests/home/storing.py).
        assert [more for more in lost(home._document(), document) if more.endswith("is gone")] == []
    assert "cannot be read" not in caplog.text
    assert [line for line in caplog.records if line.levelno >= logging.ERROR and "earlid" in line.name] == []
    known = {one.entity_id: one.unique_id for one in er.async_get(hass).entities.values() if one.platform == "earlid"}
    assert list(lost(entities, known)) == []
    # What people wished for counts.
    assert shown(hass, "select.kitchen_mode").state == "mute"
    assert shown(hass, "select.bedroom_mode").state == "listen"
    until = document["speakers"]["bedroom"]["holds"]["listen"]["until"]
    assert shown(hass, "select.bedroom_mode").attributes["until"] == dt_util.parse_datetime(until)
    assert shown(hass, "switch.earlid_rule_night").state == "off"
    assert shown(hass, "switch.earlid_rule_nobody_home").state == "on"
    assert shown(hass, "switch.earlid_lockdown").state == "off"
    assert shown(hass, "sensor.kitchen_activations_today").state == "2"
    last = document["speakers"]["kitchen"]["last_activation"]["at"]
    assert (
        shown(hass, "sensor.kitchen_last_activation").state == f"{dt_util.parse_datetime(last):%Y-%m-%dT%H:%M:%S+00:00}"
    )


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if (shape / "journal.sql").exists()], ids=lambda one: one.name
)
@pytest.mark.usefixtures("mqtt_mock")
async def test_a_journal_of_an_earlier_version_goes_on(hass: HomeAssistant, storage: Path, shape: Path) -> None:
    await hass.async_add_executor_job(put_back, shape, storage)
    before = await hass.async_add_executor_job(rows, storage / JOURNAL)
    entry = as_stored(await hass.async_add_executor_job(read, shape, "entry"))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)
    verified = await entry.runtime_data.journal.verify()
    assert (verified.ok, verified.first_bad) == (True, None)
    after = await hass.async_add_executor_job(rows, storage / JOURNAL)
    assert after[: len(before)] == before
    assert len(after) > len(before)
    told = {one.id for one in await entry.runtime_data.journal.known_activations()}
    assert {row[1] for row in before if row[3] == "activation"} <= told


async def rows_of(hass: HomeAssistant, storage: Path, record_id: str) -> list[Any]:
    found = await hass.async_add_executor_job(rows, storage / JOURNAL)
    return [row for row in found if row[1] == record_id]


def rows(file: Path) -> list[Any]:
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT * FROM record ORDER BY seq").fetchall()
    connection.close()
    return found


def issues(hass: HomeAssistant) -> dict[str | None, dict[str, str] | None]:
    return {
        one.translation_key: one.translation_placeholders
        for one in ir.async_get(hass).issues.values()
        if one.domain == "earlid" and one.translation_key != "no_lease"
    }


def set_aside(storage: Path, name: str) -> list[Path]:
    return list(storage.glob(f"{name}.later-*"))


@pytest.mark.parametrize("name", ["earlid", "earlid.pipelines"])
async def test_what_a_later_version_remembered_is_kept_and_the_home_is_guarded_all_the_same(
    hass: HomeAssistant, hass_storage: dict[str, Any], storage: Path, name: str
) -> None:
    later: dict[str, Any] = {"version": 2, "minor_version": 1, "key": name, "data": {"of": "tomorrow"}}
    # Tests read what is stored from memory; what is kept is copied on the disk.
    hass_storage[name] = later
    (storage / name).write_text(json.dumps(later))
    plugs = plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug", posture="mute"))
    await hass.services.async_call("earlid", "mute", {}, target={"entity_id": "all"}, blocking=True)
    await settled(hass, entry)
    assert plugs["plug"].commands == ["off"]
    (aside,) = set_aside(storage, name)
    assert json.loads(aside.read_text()) == later
    assert issues(hass) == {"document_of_later_version": {"file": aside.name}}
    # Which satellites had which assistant is no wish for silence.
    assert shown(hass, "switch.earlid_lockdown").state == ("on" if name == "earlid" else "off")
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass, entry)
    # One, however often it starts.
    assert set_aside(storage, name) == [aside]


async def test_a_disk_that_takes_no_copy_keeps_nobody_from_being_guarded(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    hass_storage["earlid"] = {"version": 2, "minor_version": 1, "key": "earlid", "data": {}}
    plugs = plug_in(hass, "plug")
    await guard_home(hass, speaker(relay="light.plug"))
    # There is no file to copy, which is as good as a disk that does not take one.
    assert "earlid of a later version cannot be kept" in caplog.text
    assert shown(hass, "switch.earlid_lockdown").state == "on"
    assert plugs["plug"].commands == ["off"]


async def test_what_is_torn_begins_in_lockdown(hass: HomeAssistant, storage: Path) -> None:
    """Home Assistant moves such a file aside, says so, and reads nothing: as at the first start."""
    (storage / "earlid").write_text('{"version": 1, "data": {"lockd')
    plug_in(hass, "plug")
    await guard_home(hass, speaker(relay="light.plug"))
    assert shown(hass, "switch.earlid_lockdown").state == "on"


@pytest.mark.parametrize("minor", [1, 2])
async def test_what_a_version_stored_that_only_knew_more_is_taken_over(
    hass: HomeAssistant, hass_storage: dict[str, Any], minor: int
) -> None:
    document = {"lockdown": True, "alive_at": dt_util.utcnow().isoformat(), "more": 1}
    hass_storage["earlid"] = {"version": 1, "minor_version": minor, "key": "earlid", "data": document}
    plug_in(hass, "plug")
    entry = MockConfigEntry(
        domain="earlid", data={"site": "home"}, minor_version=minor, subentries_data=[speaker(relay="light.plug")]
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)
    assert shown(hass, "switch.earlid_lockdown").state == "on"
    assert entry.minor_version == minor


async def test_a_set_up_of_a_later_version_is_refused_and_nothing_is_touched(
    hass: HomeAssistant, storage: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """That is Home Assistant's own rule: it asks Earlid nothing, and shows the entry with an error."""
    there = {"earlid": "what was remembered", JOURNAL: "what was recorded"}
    for name, text in there.items():
        (storage / name).write_text(text)
    entry = MockConfigEntry(domain="earlid", data={"of": "tomorrow"}, version=2)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert "higher than the current version" in caplog.text
    assert {name: (storage / name).read_text() for name in there} == there
    assert entry.data == {"of": "tomorrow"}
