"""What a voice may do and what not: whoever speaks could be anyone, and speaks to something."""

from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from tests.integration.homes import speaker
from tests.integration.spoken import TalkingHome, talking_home

pytestmark = pytest.mark.attack

HALL = "assist_satellite.hall"
KITCHEN = "assist_satellite.kitchen"
ALLOWING = {
    "listen": "let the bedroom listen for ten minutes",
    "resume": "resume listening in the bedroom",
    "a shorter mute": "mute the microphone in the bedroom for one minute",
}
allowing = pytest.mark.parametrize("said", ALLOWING.values(), ids=ALLOWING)


async def home_with(hass: HomeAssistant, **options: Any) -> TalkingHome:
    """Give a home whose kitchen's speaker is a satellite, and whose bedroom's is muted."""
    home = await talking_home(
        hass,
        speaker("kitchen", "light.kitchen", activations=[KITCHEN]),
        speaker("bedroom", "light.bedroom"),
        options=options,
    )
    await home.say("mute the microphone in the bedroom", satellite=HALL)
    assert home.off() == {"bedroom"}
    return home


async def refused(home: TalkingHome, said: str, answer: str, **asked: Any) -> None:
    before = home.holds()
    response = await home.ask(said, **asked)
    assert response["response_type"] == "error"
    assert response["speech"]["plain"]["speech"].startswith(answer)
    assert home.holds() == before
    assert "bedroom" in home.off()


@allowing
async def test_under_administrators_a_voice_is_refused(hass: HomeAssistant, said: str) -> None:
    home = await home_with(hass, who_may_allow="admins")
    await refused(home, said, "I let no speaker listen by voice", satellite=HALL)
    await refused(home, said, "I let no speaker listen by voice", device="some_device")


@allowing
async def test_a_satellite_that_an_administrator_used_last_is_still_a_voice(hass: HomeAssistant, said: str) -> None:
    home = await home_with(hass, who_may_allow="admins")
    group = await hass.auth.async_get_group(GROUP_ID_ADMIN)
    assert group is not None
    admin = Context(user_id=MockUser(groups=[group]).add_to_hass(hass).id)
    await refused(home, said, "I let no speaker listen by voice", satellite=HALL, context=admin)


async def test_an_administrator_who_types_may(hass: HomeAssistant) -> None:
    home = await home_with(hass, who_may_allow="admins")
    contexts = {}
    for group_id in (GROUP_ID_ADMIN, GROUP_ID_USER):
        group = await hass.auth.async_get_group(group_id)
        assert group is not None
        contexts[group_id] = Context(user_id=MockUser(groups=[group]).add_to_hass(hass).id)
    await refused(home, ALLOWING["resume"], "Only administrators", context=contexts[GROUP_ID_USER])
    assert await home.say(ALLOWING["resume"], context=contexts[GROUP_ID_ADMIN]) == "Bedroom may listen again."
    assert home.off() == set()


@allowing
async def test_only_a_named_satellite_is_obeyed(hass: HomeAssistant, said: str) -> None:
    home = await home_with(hass, voice_allow_from=["assist_satellite.study"])
    await refused(home, said, "I let no speaker listen when it is said here", satellite=HALL)


@pytest.mark.parametrize("by", ["entity", "device"])
async def test_a_satellite_is_named_by_its_entity_or_its_device(hass: HomeAssistant, by: str) -> None:
    other = MockConfigEntry(domain="wyoming")
    other.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(config_entry_id=other.entry_id, identifiers={("wyoming", "hall")})
    er.async_get(hass).async_get_or_create(
        "assist_satellite", "wyoming", "hall", suggested_object_id="hall", device_id=device.id, config_entry=other
    )
    home = await home_with(hass, voice_allow_from=[HALL if by == "entity" else device.id])
    assert await home.say(ALLOWING["resume"], satellite=HALL) == "Bedroom may listen again."


@allowing
async def test_what_a_guarded_speaker_hears_lets_on_no_other(hass: HomeAssistant, said: str) -> None:
    home = await home_with(hass)
    await refused(home, said, "What is said to this speaker can only let this", satellite=KITCHEN)
    await refused(home, "resume listening everywhere", "What is said to this speaker", satellite=KITCHEN)


async def test_what_a_guarded_speaker_hears_lets_on_others_where_the_household_wants_that(hass: HomeAssistant) -> None:
    home = await home_with(hass, voice_allow_others=True)
    assert await home.say(ALLOWING["resume"], satellite=KITCHEN) == "Bedroom may listen again."
    assert home.off() == set()


async def test_a_speaker_can_let_itself_listen(hass: HomeAssistant) -> None:
    home = await home_with(hass)
    assert (await home.say("let the kitchen listen for ten minutes", satellite=KITCHEN)).startswith("Kitchen may")
    assert (await home.say("stop listening", satellite=KITCHEN)) == "Kitchen is off, but nothing proves it."


@allowing
async def test_in_lockdown_no_voice_lets_listen(hass: HomeAssistant, said: str) -> None:
    home = await home_with(hass, voice_allow_others=True)
    await home.say("lockdown", satellite=HALL)
    for satellite in (HALL, KITCHEN):
        await refused(home, said, "Lockdown is on. It must be lifted", satellite=satellite)


async def test_what_lockdown_has_silenced_cannot_lift_it(hass: HomeAssistant) -> None:
    home = await home_with(hass, voice_allow_others=True)
    await home.say("lockdown", satellite=KITCHEN)
    await refused(home, "lift the lockdown", "Lockdown is meant for this speaker too", satellite=KITCHEN)
    assert (await home.say("lift the lockdown", satellite=HALL)).startswith("Lockdown is over.")
    assert home.off() == {"bedroom"}


@pytest.mark.parametrize(
    "options", [{"who_may_allow": "admins"}, {"voice_allow_from": ["assist_satellite.study"]}], ids=str
)
async def test_lockdown_is_lifted_by_voice_only_as_speakers_are_let_listen(
    hass: HomeAssistant, options: dict[str, Any]
) -> None:
    home = await home_with(hass, **options)
    assert (await home.say("lockdown", satellite=HALL)).startswith("Lockdown is on")
    before = home.holds()
    assert (await home.ask("lift the lockdown", satellite=HALL))["response_type"] == "error"
    assert home.holds() == before


async def test_anyone_may_mute_from_anywhere(hass: HomeAssistant) -> None:
    home = await home_with(hass, who_may_allow="admins", voice_allow_from=["assist_satellite.study"])
    await home.say("mute the microphone in the kitchen", satellite=HALL)
    assert home.off() == {"kitchen", "bedroom"}
    await home.say("lockdown", satellite=KITCHEN)
    assert home.entry.runtime_data.lockdown


async def test_the_rules_hold_for_home_assistants_own_words_and_automations_too(hass: HomeAssistant) -> None:
    """Whoever asks by a sentence trigger or for a switch has said it to a satellite all the same."""
    home = await home_with(hass)
    await home.say("lockdown", satellite=HALL)
    said = Context()
    hass.states.async_set(KITCHEN, "processing", context=said)
    for action, data in (
        ("switch.turn_off", {"entity_id": "switch.earlid_lockdown"}),
        ("earlid.resume", {"entity_id": "select.bedroom_mode"}),
        ("select.select_option", {"entity_id": "select.bedroom_mode", "option": "automatic"}),
    ):
        domain, name = action.split(".")
        for context in (said, Context(parent_id=said.id)):
            before = home.holds()
            with pytest.raises(HomeAssistantError, match="ockdown"):
                await hass.services.async_call(domain, name, data, blocking=True, context=context)
            assert home.holds() == before


async def test_a_named_satellite_is_followed_through_its_rename(hass: HomeAssistant) -> None:
    entities = er.async_get(hass)
    entities.async_get_or_create("assist_satellite", "wyoming", "hall", suggested_object_id="hall")
    home = await home_with(hass, voice_allow_from=[HALL])
    entities.async_update_entity(HALL, new_entity_id="assist_satellite.porch")
    await hass.async_block_till_done()
    assert home.entry.options["voice_allow_from"] == ["assist_satellite.porch"]
    assert await home.say(ALLOWING["resume"], satellite="assist_satellite.porch") == "Bedroom may listen again."


async def test_who_may_not_see_a_speaker_hears_nothing_of_it_and_changes_nothing(hass: HomeAssistant) -> None:
    home = await home_with(hass)
    child = MockUser()
    child.mock_policy({"entities": {"entity_ids": {"sensor.kitchen_microphone": {"read": True}}}})
    child.add_to_hass(hass)
    typed = Context(user_id=child.id)
    assert await home.say("who is listening", context=typed) == "Kitchen can hear."
    await refused(home, ALLOWING["resume"], "I know no speaker", context=typed)
    await refused(home, "stop listening in the kitchen", "You may not control all of these", context=typed)
    await refused(home, "lockdown", "You may not control all of these", context=typed)


async def test_a_client_that_names_a_satellite_can_no_more_than_its_user(hass: HomeAssistant) -> None:
    """Whoever may talk to Assist over the websocket can name any."""
    home = await home_with(hass)
    child = MockUser()
    child.mock_policy({"entities": {"entity_ids": {"sensor.kitchen_microphone": {"read": True}}}})
    child.add_to_hass(hass)
    for heard in ({"satellite": HALL}, {"device": "some_device"}):
        typed = Context(user_id=child.id)
        assert await home.say("who is listening", context=typed, **heard) == "Kitchen can hear."
        await refused(home, "stop listening in the kitchen", "You may not control all of these", context=typed, **heard)
    assert home.off() == {"bedroom"}


def belong(hass: HomeAssistant, device: str, *entity_ids: str) -> str:
    """Let entities belong to a device; return the device."""
    entry = MockConfigEntry(domain="esphome")
    entry.add_to_hass(hass)
    there = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, identifiers={("esphome", device)})
    for entity_id in entity_ids:
        domain, name = entity_id.split(".")
        er.async_get(hass).async_get_or_create(
            domain, "esphome", name, suggested_object_id=name, device_id=there.id, config_entry=entry
        )
    return there.id


@pytest.mark.parametrize(
    ("named", "is_its_own"),
    [
        ({"activations": [KITCHEN]}, True),
        ({"activations": ["binary_sensor.kitchen"]}, False),
        ({"silences": "microphone"}, True),
        ({"silences": "power"}, False),
        ({"microphone_entity": "switch.kitchen_mute"}, True),
    ],
    ids=str,
)
@pytest.mark.parametrize("heard_by", ["satellite", "device"])
async def test_a_satellite_is_known_to_be_the_speaker_by_what_of_it_is_named(
    hass: HomeAssistant, named: dict[str, Any], is_its_own: bool, heard_by: str
) -> None:
    device: str | None
    device = belong(hass, "kitchen", KITCHEN, "light.kitchen", "switch.kitchen_mute", "binary_sensor.kitchen")
    home = await talking_home(hass, speaker("kitchen", "light.kitchen", **named), speaker("bedroom", "light.bedroom"))
    await home.say("mute the microphone in the bedroom", satellite=HALL)
    satellite, device = (KITCHEN, None) if heard_by == "satellite" else (None, device)
    answer = await home.say(ALLOWING["resume"], satellite=satellite, device=device)
    assert answer.startswith("What is said to this speaker") is is_its_own


async def test_a_named_satellite_is_also_known_by_its_device_alone(hass: HomeAssistant) -> None:
    device = belong(hass, "hall", HALL)
    home = await home_with(hass, voice_allow_from=[HALL])
    await refused(home, ALLOWING["resume"], "I let no speaker listen when it is said here", device="some_device")
    assert await home.say(ALLOWING["resume"], device=device) == "Bedroom may listen again."


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("let the cellar listen for ten minutes", "no_valid_targets"),
        ("let the bedroom listen for ten minutes", "failed_to_handle"),
        ("let the kitchen listen for ever", "failed_to_handle"),
        ("let the kitchen listen for 0 seconds", "failed_to_handle"),
        ("let the kitchen listen for thirteen hours", "failed_to_handle"),
        ("let everyone listen for ten minutes", "failed_to_handle"),
    ],
)
async def test_a_model_is_asked_for_a_name_and_never_to_get_round_a_rule(
    hass: HomeAssistant, said: str, code: str
) -> None:
    """Where local sentences come first, Home Assistant hands on to a model whatever has the first of these codes."""
    home = await home_with(hass)
    response = await home.ask(said, satellite=HALL)
    assert (response["response_type"], response["data"]["code"]) == ("error", code)
