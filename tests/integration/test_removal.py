"""Removing Earlid leaves nothing behind, but the journal until somebody says that it is to go too."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, MqttMockHAClient

from custom_components.earlid.assistants import ENGINE, NAME
from custom_components.earlid.const import JOURNAL

from .homes import guard_home, nobody_home, plug_in, settled, speaker

type Submit = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.fixture
def storage(hass: HomeAssistant) -> Path:
    """Provide a plug; return the folder that Home Assistant stores things in."""
    plug_in(hass, "plug", "other")
    return Path(hass.config.path(".storage"))


@pytest.fixture
async def entry(hass: HomeAssistant, storage: Path) -> MockConfigEntry:
    """Guard two speakers."""
    assert storage
    entry = await guard_home(
        hass, speaker(relay="light.plug"), speaker("bath", "light.other", posture="mute"), nobody_home("light.plug")
    )
    await hass.services.async_call("earlid", "mute", {}, target={"entity_id": "all"}, blocking=True)
    await settled(hass, entry)
    return entry


def journals(storage: Path) -> list[Path]:
    """Return all files of journals."""
    return sorted(storage.glob(f"{JOURNAL}*"))


def ours(storage: Path) -> list[str]:
    """Return the names of all files that are Earlid's."""
    return [path.name for path in storage.iterdir() if "earlid" in path.name]


async def remove(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    return [issue for issue in ir.async_get(hass).issues.values() if issue.domain == "earlid"]


async def test_no_entity_device_file_or_issue_is_left_but_the_journal_and_where_it_is(
    hass: HomeAssistant, storage: Path, entry: MockConfigEntry
) -> None:
    # One that the household does not want to see again is remembered, for as long as there is a home.
    ir.async_ignore_issue(hass, "earlid", "no_lease_kitchen", ignore=True)
    hass.config_entries.async_remove_subentry(entry, "id_bath")
    await settled(hass, entry)
    assert {"no_lease_kitchen", "relay_left_bath"} <= {issue.issue_id for issue in issues(hass)}
    await remove(hass, entry)
    assert not [one for one in er.async_get(hass).entities.values() if one.platform == "earlid"]
    assert not dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert not hass.states.async_entity_ids("select")
    (file,) = ours(storage)
    assert file.startswith(f"{JOURNAL}.removed-")
    (issue,) = issues(hass)
    assert (issue.translation_key, issue.translation_placeholders) == ("journal_kept", {"file": file})


@pytest.fixture
async def submit(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Submit:
    """Return what submits the dialog of the one issue."""
    for domain in ("repairs", "earlid"):
        assert await async_setup_component(hass, domain, {})
    client = await hass_client()

    async def submitted(answer: dict[str, Any]) -> dict[str, Any]:
        (issue,) = issues(hass)
        opened = await client.post("/api/repairs/issues/fix", json={"handler": "earlid", "issue_id": issue.issue_id})
        form = await opened.json()
        assert form["description_placeholders"] == issue.translation_placeholders
        assert [(field["name"], field["default"]) for field in form["data_schema"]] == [("delete", False)]
        done = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json=answer)
        assert done.status == HTTPStatus.OK
        result: dict[str, Any] = await done.json()
        return result

    return submitted


@pytest.mark.parametrize("delete", [False, True])
async def test_the_journal_goes_when_somebody_says_so_and_stays_otherwise(
    hass: HomeAssistant, storage: Path, submit: Submit, delete: bool
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    await remove(hass, entry)
    (file,) = journals(storage)
    (wal := file.with_name(f"{file.name}-wal")).touch()
    another = storage / f"{JOURNAL}.removed-before"
    another.touch()
    assert (await submit({"delete": delete}))["type"] == "create_entry"
    assert set(journals(storage)) == ({another} if delete else {another, file, wal})
    assert issues(hass) == []


@pytest.mark.parametrize("name", ["../configuration.yaml", "core.config_entries", f"../{JOURNAL}.removed-1", ""])
async def test_nothing_but_a_journal_of_a_removed_home_is_deleted_whatever_the_issue_says(
    hass: HomeAssistant, storage: Path, submit: Submit, name: str
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await settled(hass, entry)
    await remove(hass, entry)
    (issue,) = issues(hass)
    there = [storage / "core.config_entries", storage.parent / "configuration.yaml", *journals(storage)]
    outside = storage.parent / f"{JOURNAL}.removed-1"
    for path in (*there, outside):
        path.touch()
    object.__setattr__(issue, "translation_placeholders", {"file": name})
    await submit({"delete": True})
    assert all(path.exists() for path in (*there, outside))


async def test_a_broker_that_is_away_is_cleared_when_it_is_back(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry
) -> None:
    mqtt_mock.connected = False
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)
    await remove(hass, entry)
    mqtt_mock.async_publish.reset_mock()
    mqtt_mock.connected = True
    for _ in range(2):
        async_dispatcher_send(hass, MQTT_CONNECTION_STATE, True)
        await hass.async_block_till_done(wait_background_tasks=True)
    cleared = [call.args[0] for call in mqtt_mock.async_publish.mock_calls if not call.args[1]]
    states = [f"earlid/home/speaker/{slug}/state" for slug in ("kitchen", "bath")]
    assert sorted(cleared) == sorted(["earlid/home/journal/head", "earlid/home/status", *states])


async def test_a_home_set_up_anew_meanwhile_is_not_cleared(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, entry: MockConfigEntry
) -> None:
    mqtt_mock.connected = False
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)
    await remove(hass, entry)
    again = await guard_home(hass, speaker(relay="light.plug"))
    mqtt_mock.connected = True
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, True)
    await settled(hass, again)
    assert [call for call in mqtt_mock.async_publish.mock_calls if not call.args[1]] == []


@dataclass
class Assistants:
    """Stands for Home Assistant's list of assistants."""

    preferred: str = "home"

    def __post_init__(self) -> None:
        """Have the one that refuses, and one that only looks like it."""
        self.items = {
            "home": SimpleNamespace(id="home", name="Home", stt_engine="cloud"),
            "ours": SimpleNamespace(id="ours", name=NAME, stt_engine=ENGINE),
            "somebodys": SimpleNamespace(id="somebodys", name=NAME, stt_engine="cloud"),
        }

    def async_items(self) -> list[SimpleNamespace]:
        """Return them."""
        return list(self.items.values())

    def async_get_preferred_item(self) -> str:
        """Return the home's own."""
        return self.preferred

    async def async_delete_item(self, item_id: str) -> None:
        """Delete one."""
        del self.items[item_id]


@pytest.mark.parametrize(
    ("preferred", "left"), [("home", {"home", "somebodys"}), ("ours", {"home", "ours", "somebodys"})]
)
async def test_the_assistant_that_refuses_goes_too_unless_somebody_made_it_the_home_s(
    hass: HomeAssistant, entry: MockConfigEntry, preferred: str, left: set[str]
) -> None:
    assistants = Assistants(preferred)
    hass.data["assist_pipeline"] = SimpleNamespace(pipeline_store=assistants)
    await remove(hass, entry)
    assert assistants.items.keys() == left


async def test_where_the_list_of_assistants_is_another_the_rest_is_removed_all_the_same(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    hass.data["assist_pipeline"] = SimpleNamespace()
    await remove(hass, entry)
    assert "left behind" not in caplog.text
