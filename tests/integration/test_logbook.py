"""What the logbook says: who woke, whether allowed, and when a speaker could hear that should not."""

from datetime import timedelta
from typing import Any

from homeassistant.components.logbook import const as logbook
from homeassistant.components.logbook.models import LogbookConfig
from homeassistant.components.logbook.processor import EventProcessor
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.earlid.bus import EVENT_ACTIVATION, EVENT_BREACH
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Cause, Outcome, Record
from custom_components.earlid.logbook import activation, breach

from .homes import Plug, guard_home, plug_in, settled, speaker


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """Have the recorder's database made before Home Assistant is, as its fixtures want."""
    assert async_test_recorder


@pytest.fixture
def plugs(hass: HomeAssistant) -> dict[str, Plug]:
    """Provide the plugs."""
    return plug_in(hass, "plug", "other")


async def a_home(hass: HomeAssistant) -> MockConfigEntry:
    """Return a home with two speakers, one of which may not listen."""
    return await guard_home(hass, speaker(relay="light.plug"), speaker("bath", "light.other", posture="mute"))


def woke(entry: MockConfigEntry, slug: str, outcome: Outcome, **told: Any) -> None:
    """Tell of a wake."""
    fields = {"source": "led", "outcome": outcome, "at": None, "id": None, "note": None} | told
    entry.runtime_data.report_activation(slug, Report(**fields))


def ended(slug: str) -> Record:
    """Return the record of a breach that is over."""
    body: dict[str, object] = {"state": "ended", "cause": "heard_while_muted", "exposed_s": 70.0}
    return Record(kind="breach", at=dt_util.utcnow(), speaker=slug, body=body)


@pytest.mark.usefixtures("plugs")
async def test_each_activation_is_an_event_without_what_was_said(hass: HomeAssistant) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"), options={"store_transcripts": True})
    events = async_capture_events(hass, EVENT_ACTIVATION)
    woke(entry, "kitchen", Outcome.UNANSWERED, id="wake-1", note="a secret")
    woke(entry, "kitchen", Outcome.UNANSWERED, id="wake-1", note="a secret")
    await hass.async_block_till_done()
    (event,) = events
    assert {key: value for key, value in event.data.items() if key not in ("at", "device_id")} == {
        "entity_id": "event.kitchen_activation",
        "speaker": "kitchen",
        "name": "Kitchen",
        "id": "wake-1",
        "outcome": "unanswered",
        "allowed": True,
        "because": "posture",
        "microphone": "live",
        "source": "led",
    }
    assert event.data["device_id"]
    assert "secret" not in str(event.data)
    await settled(hass, entry)


@pytest.mark.usefixtures("plugs")
async def test_each_breach_is_an_event_when_it_begins_and_when_it_ends(hass: HomeAssistant) -> None:
    entry = await a_home(hass)
    events = async_capture_events(hass, EVENT_BREACH)
    woke(entry, "bath", Outcome.UNKNOWN)
    entry.runtime_data.tell((), [ended("bath")])
    await hass.async_block_till_done()
    told = [(event.data["entity_id"], event.data["state"], event.data["exposed_s"]) for event in events]
    assert told == [("binary_sensor.bath_breach", "began", 0.0), ("binary_sensor.bath_breach", "ended", 70.0)]
    assert {event.data["cause"] for event in events} == {"heard_while_muted"}


@pytest.mark.usefixtures("plugs")
async def test_no_event_is_fired_once_earlid_is_unloaded(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    entry = await a_home(hass)
    events = async_capture_events(hass, EVENT_BREACH)
    household = entry.runtime_data
    household.tell((), [ended("bath")])
    await hass.config_entries.async_unload(entry.entry_id)
    household.tell((), [ended("bath")])
    await hass.async_block_till_done()
    assert len(events) == 1
    assert "Someone who was told of a change failed" not in caplog.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"outcome": "answered", "allowed": True}, "woke and answered"),
        ({"outcome": "unanswered", "allowed": True}, "woke for nothing"),
        ({"outcome": "unknown", "allowed": True}, "woke"),
        ({"outcome": "answered", "allowed": False}, "woke and answered, although not allowed to listen"),
        ({"outcome": "unanswered", "allowed": False}, "woke for nothing, although not allowed to listen"),
        ({"outcome": "unknown", "allowed": False}, "woke, although not allowed to listen"),
        ({"outcome": ["odd"]}, "woke, although not allowed to listen"),
    ],
)
def test_an_activation_is_a_sentence_behind_the_speakers_name(data: dict[str, Any], sentence: str) -> None:
    assert activation(data) == sentence


@pytest.mark.parametrize("cause", Cause)
def test_a_breach_says_why(cause: Cause) -> None:
    assert ": it" in breach({"state": "began", "cause": cause.value, "exposed_s": 0.0})


@pytest.mark.parametrize(
    ("seconds", "span"), [(7.4, "7 s"), (61, "1 min 1 s"), (3599.6, "1 h 0 min"), (90_000, "25 h 0 min"), (None, "0 s")]
)
def test_a_breach_that_is_over_says_how_long_it_was(seconds: float | None, span: str) -> None:
    said = breach({"state": "ended", "cause": "relay_unreachable", "exposed_s": seconds})
    assert said == f"is silent again as it should be, after {span}"


async def test_the_logbook_has_the_sentences_on_the_speakers_own_entities(
    hass: HomeAssistant, recorder_mock: Any
) -> None:
    assert recorder_mock is get_instance(hass)
    plug_in(hass, "plug", "other")
    assert await async_setup_component(hass, "logbook", {})
    entry = await a_home(hass)
    begun = dt_util.utcnow()
    woke(entry, "kitchen", Outcome.UNANSWERED)
    woke(entry, "bath", Outcome.ANSWERED)
    await settled(hass, entry)
    await async_wait_recording_done(hass)
    config: LogbookConfig = hass.data[logbook.DOMAIN]
    assert {EVENT_ACTIVATION, EVENT_BREACH} <= set(config.external_events)
    processor = EventProcessor(hass, tuple(config.external_events), include_entity_name=True)
    now = dt_util.utcnow() + timedelta(seconds=1)
    lines = await get_instance(hass).async_add_executor_job(processor.get_events, begun, now)
    said = {(line["entity_id"], line["name"], line["message"]) for line in lines if line.get("domain") == "earlid"}
    assert said == {
        ("event.kitchen_activation", "Kitchen", "woke for nothing"),
        ("event.bath_activation", "Bath", "woke and answered, although not allowed to listen"),
        ("binary_sensor.bath_breach", "Bath", "could be listening, although not allowed to: it was heard"),
    }
