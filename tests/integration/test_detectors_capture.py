"""Raw audio that someone takes from a satellite."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from hypothesis import given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.detectors.capture import _seconds
from custom_components.earlid.engine.model import Record

from .homes import guard_home, plug_in, shown, speaker


@pytest.fixture(autouse=True)
def plug(hass: HomeAssistant) -> None:
    """Provide the plugs."""
    plug_in(hass, "plug", "other")


@pytest.fixture
def device(hass: HomeAssistant) -> str:
    """Return the device of a satellite that Home Assistant has."""
    entry = MockConfigEntry(domain="esphome")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, identifiers={("esphome", "1")})
    er.async_get(hass).async_get_or_create(
        "assist_satellite", "esphome", "1", device_id=device.id, suggested_object_id="kitchen"
    )
    return device.id


async def capture(hass: HomeAssistant, **data: Any) -> None:
    """Fire what Home Assistant fires: homeassistant/components/assist_pipeline/websocket_api.py, EVENT_RECORDING."""
    hass.bus.async_fire("assist_pipeline_recording", data)
    await hass.async_block_till_done()


def issue(hass: HomeAssistant, slug: str = "kitchen") -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue("earlid", f"audio_captured_{slug}")


@pytest.mark.parametrize("known_by", ["device_id", "activations"])
async def test_it_is_recorded_as_severe_and_the_household_is_told_whose_microphone_it_was(
    hass: HomeAssistant, device: str, known_by: str
) -> None:
    named = {"device_id": device} if known_by == "device_id" else {"activations": ["assist_satellite.kitchen"]}
    entry = await guard_home(hass, speaker(relay="light.plug", **named), speaker("bath", "light.other"))
    records: list[Record] = []
    entry.runtime_data.on_record(records.append)
    await capture(hass, device_id=device, seconds=30)
    (record,) = (each for each in records if each.kind == "lifecycle")
    assert record.speaker == "kitchen"
    assert record.body == {"event": "audio_captured", "severe": True, "seconds": 30}
    told = issue(hass)
    assert told is not None
    assert told.severity is ir.IssueSeverity.ERROR
    assert told.is_persistent
    assert told.translation_placeholders is not None
    assert told.translation_placeholders["speaker"] == "Kitchen"
    assert issue(hass, "bath") is None
    assert shown(hass, "sensor.kitchen_activations_today").state == "0"
    assert shown(hass, "binary_sensor.kitchen_breach").state == "off"


async def test_one_that_may_not_listen_was_heard(hass: HomeAssistant, device: str) -> None:
    await guard_home(hass, speaker(relay="light.plug", posture="mute", device_id=device))
    await capture(hass, device_id=device, seconds=30)
    assert shown(hass, "binary_sensor.kitchen_breach").attributes["cause"] == "heard_while_muted"


async def test_what_was_read_once_is_shown_again_for_the_next(hass: HomeAssistant, device: str) -> None:
    await guard_home(hass, speaker(relay="light.plug", device_id=device))
    await capture(hass, device_id=device, seconds=30)
    ir.async_get(hass).async_ignore("earlid", "audio_captured_kitchen", ignore=True)
    await capture(hass, device_id=device, seconds=5)
    told = issue(hass)
    assert told is not None
    assert told.dismissed_version is None


@pytest.mark.parametrize("device_id", ["another", None, 7, ["x"], {"a": 1}])
async def test_captures_from_other_devices_and_nonsense_are_nobodys(
    hass: HomeAssistant, device: str, device_id: object, caplog: pytest.LogCaptureFixture
) -> None:
    await guard_home(hass, speaker(relay="light.plug", device_id=device, activations=["assist_satellite.gone"]))
    await capture(hass, device_id=device_id, seconds=30)
    assert issue(hass) is None
    assert "Traceback" not in caplog.text


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.integers())))
def test_seconds_are_a_number_or_nothing(said: object) -> None:
    seconds = _seconds(said)
    assert seconds is None or (seconds == said and 0 <= seconds < float("inf"))
