"""Whom and how long a household means: names, aliases, places, and what is no name and no time."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er, intent
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

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
    for said in ("why is the light off", "how often did the baby wake up today"):
        assert "I know Living Room Sonos, Living Room Echo and Bedroom." in await home.say(said)
    # One alone is asked for where it could open a microphone.
    assert await home.say("let the living sonos listen for five minutes") == (
        "Do you mean Living Room Sonos? Then please say the whole name."
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
    assert await home.say("stop listening in the garage") == "No speaker is guarded there: garage."


async def test_an_alias_and_a_name_given_to_a_device_mean_the_speaker(hass: HomeAssistant, home: TalkingHome) -> None:
    er.async_get(hass).async_update_entity("select.bedroom_mode", aliases=["Grandma's ear"])
    for said in ("stop listening on Grandmas ear", "stop listening on grandma's ear"):
        await home.say(said)
        assert home.off() == {"bedroom"}
        await home.say("resume listening on grandma's ear")
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
    assert said == "Someone muted Bedroom. Resume listening there first."
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
        ({"speaker": "bedroom", "area": "Living Room", "minutes": 5}, "No speaker is guarded there"),
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


async def test_what_is_to_be_done_later_is_not_done_now(home: TalkingHome) -> None:
    before = home.holds()
    for said in (
        "mute the microphone in the bedroom in ten minutes",
        "stop listening in the bedroom in half an hour",
        "unmute the microphone of the bedroom after 5 minutes",
        "mute the bedroom in two hours microphone",
    ):
        assert (await home.say(said)).startswith("I can only do that now."), said
        assert home.holds() == before
    for said in ("stop listening in the bedroom for three weeks", "mute the microphone in the attic until ten"):
        assert (await home.say(said)).startswith("I did not understand for how long"), said
        assert home.holds() == before


async def test_who_is_resumed_and_may_not_listen_all_the_same_is_told_so_and_whether_it_can(
    hass: HomeAssistant,
) -> None:
    home = await talking_home(
        hass,
        speaker("bedroom", "light.bedroom", posture="mute"),
        speaker("attic", "light.attic", posture="mute", enforce=False),
    )
    assert await home.say("resume listening everywhere") == (
        "Bedroom still may not listen, because no rule says otherwise. Bedroom is off, but nothing proves it. "
        "Attic still may not listen, because no rule says otherwise. Attic can hear, though it may not."
    )


async def test_who_is_not_guarded_or_not_to_be_known_of_is_left_out_of_what_is_said(
    hass: HomeAssistant, home: TalkingHome
) -> None:
    child = MockUser()
    child.mock_policy({"entities": {"entity_ids": {"sensor.sonos_microphone": {"read": True}}}})
    child.add_to_hass(hass)
    typed = Context(user_id=child.id)
    await home.say("mute the living room sonos microphone")
    assert await home.say("who is listening", context=typed) == (
        "None of the guarded speakers that I may tell you of can hear. Living Room Sonos is off, but nothing proves it."
    )
    assert await home.say("how often did they wake up today", context=typed) == "Living Room Sonos did not wake today."
    await home.say("stop listening everywhere")
    assert (await home.say("who is listening")).startswith("None of the guarded speakers can hear. ")
    assert await home.say("who is listening in the living room") == (
        "Living Room Sonos and Living Room Echo are off, but nothing proves it."
    )
    hass.states.async_set("light.echo", "unavailable")
    await hass.async_block_till_done()
    assert await home.say("who is listening to me") == (
        "As far as I know, none of the guarded speakers can hear. Nobody can tell whether Living Room Echo can hear. "
        "Living Room Sonos and Bedroom are off, but nothing proves it."
    )


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
