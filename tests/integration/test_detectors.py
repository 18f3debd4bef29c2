"""Places where an activation shows."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from .homes import guard_home, plug_in, shown, speaker

SATELLITE = "assist_satellite.kitchen"


@pytest.fixture(autouse=True)
def plug(hass: HomeAssistant) -> None:
    """Provide the kitchen's plug."""
    plug_in(hass, "plug")


async def live_through(hass: HomeAssistant, entity_id: str, *said: str) -> None:
    """Let an entity go through these states."""
    for state in said:
        hass.states.async_set(entity_id, state)
        await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (("listening", "processing", "responding", "idle"), "answered"),
        (("listening", "idle"), "unanswered"),
        (("listening", "unavailable"), "unknown"),
    ],
)
async def test_what_came_of_a_wake_shows_in_the_satellites_states(
    hass: HomeAssistant, said: tuple[str, ...], outcome: str
) -> None:
    hass.states.async_set(SATELLITE, "idle")
    await guard_home(hass, speaker(relay="light.plug", activations=[SATELLITE]))
    await live_through(hass, SATELLITE, *said)
    assert shown(hass, "event.kitchen_activation").attributes["event_type"] == outcome
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"


@pytest.mark.parametrize(
    "said", [("responding", "idle"), ("responding", "listening", "idle"), ("responding", "idle", "listening", "idle")]
)
async def test_announcements_and_follow_up_questions_are_no_wakes(hass: HomeAssistant, said: tuple[str, ...]) -> None:
    hass.states.async_set(SATELLITE, "idle")
    await guard_home(hass, speaker(relay="light.plug", activations=[SATELLITE]))
    await live_through(hass, SATELLITE, *said)
    assert shown(hass, "sensor.kitchen_activations_today").state == "0"


async def test_a_satellite_heard_while_muted_is_a_breach_before_anything_comes_of_it(hass: HomeAssistant) -> None:
    hass.states.async_set(SATELLITE, "idle")
    await guard_home(hass, speaker(relay="light.plug", posture="mute", activations=[SATELLITE]))
    await live_through(hass, SATELLITE, "listening")
    assert shown(hass, "binary_sensor.kitchen_breach").attributes["cause"] == "heard_while_muted"


async def test_a_satellite_that_asks_something_while_muted_hears_and_is_a_breach_though_nobody_woke_it(
    hass: HomeAssistant,
) -> None:
    hass.states.async_set(SATELLITE, "idle")
    await guard_home(hass, speaker(relay="light.plug", posture="mute", activations=[SATELLITE]))
    await live_through(hass, SATELLITE, "responding", "listening", "idle")
    assert shown(hass, "binary_sensor.kitchen_breach").attributes["cause"] == "heard_while_muted"
    assert shown(hass, "sensor.kitchen_activations_today").state == "0"


async def test_a_light_that_turns_on_and_an_event_that_fires_are_activations(hass: HomeAssistant) -> None:
    led, event = "binary_sensor.led", "event.voice"
    hass.states.async_set(led, "off")
    hass.states.async_set(event, "unknown")
    await guard_home(
        hass, speaker(relay="light.plug", activations=[led]), speaker("bath", "light.b", activations=[event])
    )
    await live_through(hass, led, "on", "off")
    await live_through(hass, event, "2026-11-21T10:00:00+00:00")
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"
    assert shown(hass, "sensor.bath_activations_today").state == "1"
    assert shown(hass, "event.kitchen_activation").attributes["source"] == led


async def test_what_comes_into_sight_tells_of_nothing_new(hass: HomeAssistant) -> None:
    led, event = "binary_sensor.led", "event.voice"
    await guard_home(hass, speaker(relay="light.plug", activations=[led, event]))
    await live_through(hass, led, "on", "unavailable", "unknown", "on", "unavailable")
    await live_through(hass, event, "2026-11-21T10:00:00+00:00", "unavailable", "2026-11-21T10:00:00+00:00")
    assert shown(hass, "sensor.kitchen_activations_today").state == "0"


async def test_a_light_that_blinks_shows_one_wake(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    led = "binary_sensor.led"
    hass.states.async_set(led, "off")
    await guard_home(hass, speaker(relay="light.plug", activations=[led]))
    for _ in range(10):
        await live_through(hass, led, "on")
        freezer.tick(1)
        await live_through(hass, led, "off")
        freezer.tick(4)
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"
    freezer.tick(2)
    await live_through(hass, led, "on")
    assert shown(hass, "sensor.kitchen_activations_today").state == "2"


async def test_a_detector_that_cannot_be_watched_keeps_nobody_from_guarding(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    signs = {"levels": [{"entity_id": "sensor.led", "above": "much"}], "states": [{"to": "on"}], "topics": [{}]}
    await guard_home(hass, speaker(relay="light.plug", posture="mute", activations=[SATELLITE], signs=signs))
    assert shown(hass, "light.plug").state == "off"
    assert caplog.text.count("A sign that Kitchen woke cannot be watched") == 3
    await live_through(hass, SATELLITE, "idle", "listening", "idle")
    assert shown(hass, "sensor.kitchen_activations_today").state == "1"
