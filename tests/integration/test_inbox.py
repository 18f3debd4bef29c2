"""What comes in over MQTT, also too early, too often, and while disks and brokers fail."""

import json
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.inbox import AT_ONCE, MOST_HELD, MOST_WAITING, Inbox
from custom_components.earlid.remote import Remote

from .brokers import Broker
from .homes import guard_home, plug_in, settled, speaker

REPORTS = "earlid/home/speaker/kitchen/activation/report"


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


@pytest.mark.parametrize("qos", [1, 2])
async def test_what_someone_else_listens_with_does_not_stop_what_goes_out(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, qos: int
) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    broker = Broker(hass, mqtt_mock)
    await broker.subscribed(entry, qos)
    assert [said["status"] for said in broker.sent("earlid/home/status")] == ["online"]
    async_fire_mqtt_message(hass, REPORTS, json.dumps({"id": "wake"}))
    await settled(hass, entry)
    assert [said["id"] for said in broker.sent("earlid/home/speaker/kitchen/activation")] == ["wake"]


async def test_a_command_whose_storage_fails_is_counted(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert mqtt_mock.connected
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"), options={"commands_over_mqtt": "all"})
    await settled(hass, entry)
    fails = HomeAssistantError(translation_domain="earlid", translation_key="not_stored")
    with patch.object(type(entry.runtime_data), "mute", side_effect=fails):
        async_fire_mqtt_message(hass, "earlid/home/command", '{"action": "mute", "speakers": "all"}')
        await settled(hass, entry)
    assert entry.runtime_data.rejected == {"not_stored": 1}
    assert "Traceback" not in caplog.text


class Taking:
    """An inbox alone, and what it has taken."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen to no topic yet."""
        self.taken: list[str] = []
        self._hass = hass
        # No command is sent here.
        self.inbox = Inbox(hass, Remote(MockConfigEntry(), None), self._take, lambda: None)  # type: ignore[arg-type]

    async def listen(self) -> None:
        """Listen to the home's topic."""
        await self.inbox.listen("earlid/home", lambda: None)

    def send(self, *ids: str | None, **more: Any) -> None:
        """Send reports of these ids, at once."""
        for one in ids:
            report = ({} if one is None else {"id": one}) | more
            async_fire_mqtt_message(self._hass, REPORTS, json.dumps(report))

    def _take(self, slug: str, report: Report) -> bool:
        self.taken.append(f"{slug} {report.id}")
        return True


@pytest.fixture
async def taking(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> Taking:
    """Provide an inbox that listens; it does not know yet which reports came before."""
    assert mqtt_mock.connected
    alone = Taking(hass)
    await alone.listen()
    return alone


async def test_what_has_no_id_is_taken_while_the_journal_is_not_open_yet(taking: Taking) -> None:
    taking.send("known", None)
    assert taking.taken == ["kitchen None"]
    taking.inbox.begin()
    assert taking.taken == ["kitchen None", "kitchen known"]


async def test_what_cannot_be_held_is_counted_and_what_is_no_report_is_not_held(
    hass: HomeAssistant, taking: Taking
) -> None:
    for _ in range(MOST_HELD):
        async_fire_mqtt_message(hass, REPORTS, '{"note": "' + "x" * 5000)
    assert taking.inbox.rejected == {"too_large": MOST_HELD}
    taking.send(*(f"wake-{n}" for n in range(MOST_HELD + 3)))
    assert taking.inbox.rejected["not_ready"] == 3
    assert not taking.taken
    taking.inbox.stop()


async def test_what_was_held_is_taken_a_few_at_a_time_and_in_order(hass: HomeAssistant, taking: Taking) -> None:
    ids = [f"wake-{n}" for n in range(3 * AT_ONCE)]
    taking.send(*ids)
    taking.inbox.begin()
    assert len(taking.taken) == AT_ONCE
    taking.send("last")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert taking.taken == [f"kitchen {one}" for one in [*ids, "last"]]
    assert not taking.inbox.rejected


async def test_a_flood_of_reports_leaves_the_loop_free_and_what_is_too_much_is_counted(
    hass: HomeAssistant, taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.earlid.inbox._SPAN", 60)
    taking.inbox.begin()
    taking.send(*([None] * (AT_ONCE + MOST_WAITING + 5)))
    assert len(taking.taken) == AT_ONCE
    assert taking.inbox.rejected == {"too_often": 5}
    taking.inbox.stop()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(taking.taken) == AT_ONCE, "an inbox that was stopped takes no more"
