"""Whom and how long a household means: names, aliases, places, and what is no name and no time."""

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er, intent
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.intents.speech import speech
from tests.integration.homes import speaker
from tests.integration.spoken import TalkingHome, talking_home

HALL = "assist_satellite.hall"


@pytest.fixture
async def home(hass: HomeAssistant) -> TalkingHome:
    """Return a home with two speakers in the living room, one of which bears the name of the other's device."""
    home = await talking_home(
        hass,
        speaker("sonos", "light.sonos") | {"title": "Living Room Sonos"},
        speaker("echo", "light.echo") | {"title": "Living Room Echo"},
        speaker("bedroom", "light.bedroom"),
    )
    home.place("sonos", "Living Room", floor="Ground Floor", aliases=["Lounge"])
    home.place("echo", "Living Room")
    home.place("bedroom", "Attic Bedroom", floor="Attic")
    return home


@pytest.mark.parametrize(
    ("said", "off"),
    [
        ("stop listening in the living room", {"sonos", "echo"}),
        ("stop listening in the lounge", {"sonos", "echo"}),
        ("stop listening on the ground floor", {"sonos", "echo"}),
        ("stop listening in the attic", {"bedroom"}),
        ("mute the living room echo microphone", {"echo"}),
        ("stop listening in the sonos", {"sonos"}),
        ("stop listening in the Sonos and the bedroom", {"sonos", "bedroom"}),
        ("stop listening everywhere", {"sonos", "echo", "bedroom"}),
        ("stop listening", set()),
        ("stop listening in the garage", set()),
        ("stop listening in the room", set()),
        ("stop listening in the sonos and the garage", set()),
        ("stop listening in the", set()),
    ],
)
async def test_who_is_named_is_off_and_nobody_else(home: TalkingHome, said: str, off: set[str]) -> None:
    before = home.holds()
    response = await home.ask(said)
    assert home.off() == off
    if not off:
        assert response["response_type"] == "error"
        assert home.holds() == before


async def test_what_could_be_several_is_asked_back(home: TalkingHome) -> None:
    assert await home.say("stop listening in the living") == (
        "Several could be meant: Living Room Sonos and Living Room Echo. Please say one of these names in full."
    )
    assert await home.say("stop listening") == (
        "Which speaker? I know Living Room Sonos, Living Room Echo and Bedroom."
    )


async def test_part_of_a_name_is_enough_to_mute_and_too_little_to_listen(home: TalkingHome) -> None:
    await home.say("stop listening in the living sonos")
    assert home.off() == {"sonos"}
    assert "Living Room Sonos" in await home.say("resume listening in the living sonos")
    assert home.off() == {"sonos"}


async def test_all_stays_all_beside_a_name(home: TalkingHome) -> None:
    await home.ask("stop listening everywhere")
    before = home.holds()
    await home.ask("let the bedroom and all listen for ten minutes")
    assert home.holds() == before


async def test_a_place_without_a_speaker_is_no_unknown_name(hass: HomeAssistant, home: TalkingHome) -> None:
    ar.async_get(hass).async_create("Garage")
    assert await home.say("stop listening in the garage") == "There is no guarded speaker in the garage."


async def test_an_alias_and_a_name_given_to_a_device_mean_the_speaker(hass: HomeAssistant, home: TalkingHome) -> None:
    er.async_get(hass).async_update_entity("select.bedroom_mode", aliases=["Grandma's ear"])
    for said in ("stop listening in Grandmas ear", "stop listening in grandma's ear"):
        await home.say(said)
        assert home.off() == {"bedroom"}
        await home.say("resume listening in grandma's ear")
        assert home.off() == set()
    echo = er.async_get(hass).async_get("select.echo_mode")
    assert echo is not None
    assert echo.device_id is not None
    dr.async_get(hass).async_update_device(echo.device_id, name_by_user="Blabbermouth")
    await home.say("stop listening in the blabbermouth")
    assert home.off() == {"echo"}


async def test_without_a_name_the_room_is_meant_where_it_is_said(hass: HomeAssistant, home: TalkingHome) -> None:
    other = MockConfigEntry(domain="wyoming")
    other.add_to_hass(hass)
    devices = dr.async_get(hass)
    device = devices.async_get_or_create(config_entry_id=other.entry_id, identifiers={("wyoming", "hall")})
    area = ar.async_get(hass).async_get_area_by_name("Attic Bedroom")
    assert area is not None
    devices.async_update_device(device.id, area_id=area.id)
    for said in ("stop listening", "stop listening in here"):
        assert await home.say(said, device=device.id) == "Bedroom is off, but nothing proves it."
    assert home.off() == {"bedroom"}


async def test_a_muted_speaker_must_be_resumed_before_it_can_be_let_listen(home: TalkingHome) -> None:
    await home.say("stop listening in the bedroom")
    before = home.holds()
    said = await home.say("let the bedroom listen for ten minutes")
    assert said == "Bedroom was muted by someone. Resume it first."
    assert home.holds() == before


@pytest.mark.parametrize(
    ("slots", "answer"),
    [
        ({"speaker": "bedroom", "minutes": "soon"}, "I did not understand for how long"),
        ({"speaker": "bedroom", "hours": 1e300}, "I did not understand for how long"),
        ({"speaker": "bedroom", "minutes": float("nan")}, "I did not understand for how long"),
        ({"speaker": "bedroom", "span": "for_ever"}, "Not for ever"),
        ({"speaker": "", "minutes": 5}, "Which speaker?"),
        ({"speaker": "  ", "minutes": 5}, "Which speaker?"),
        ({"speaker": "bedroom", "area": "Living Room", "minutes": 5}, "There is no guarded speaker"),
        ({"minutes": 5}, "Which speaker?"),
        ({"speaker": "all", "minutes": 5}, "I let single speakers listen"),
    ],
    ids=str,
)
async def test_whatever_other_agents_say_is_answered(
    hass: HomeAssistant, home: TalkingHome, slots: dict[str, Any], answer: str
) -> None:
    before = home.holds()
    response = await intent.async_handle(
        hass, "test", "EarlidListen", {name: {"value": value} for name, value in slots.items()}
    )
    assert response.response_type is intent.IntentResponseType.ERROR
    assert response.speech["plain"]["speech"].startswith(answer)
    assert home.holds() == before


async def test_who_only_asks_is_answered_and_nothing_is_done(home: TalkingHome) -> None:
    before = home.holds()
    for said in ("who is listening", "why is the bedroom off", "how often did they wake up today"):
        assert (await home.ask(said))["response_type"] == "query_answer"
    assert home.holds() == before


async def test_without_earlid_it_says_so(hass: HomeAssistant, home: TalkingHome) -> None:
    await hass.config_entries.async_unload(home.entry.entry_id)
    assert await home.say("who is listening") == "Earlid is not running, so I cannot do that."


@pytest.mark.usefixtures("home")
async def test_a_language_that_earlid_does_not_speak_is_answered_in_english(hass: HomeAssistant) -> None:
    response = await intent.async_handle(hass, "test", "EarlidLiftLockdown", {}, language="tlh")
    assert response.speech["plain"]["speech"] == "Lockdown is not on."


@pytest.mark.usefixtures("home")
async def test_times_are_those_of_the_home(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-06-02T19:00:00+00:00")
    at = [datetime.fromisoformat(f"2026-06-{then}:30:00+00:00") for then in ("02T20", "02T22", "12T05")]
    assert [speech(hass, "en").moment(each) for each in at] == ["22:30", "tomorrow at 00:30", "12/6 at 07:30"]
    assert speech(hass, "de-CH").moment(at[2]) == "12.6. um 07:30"
