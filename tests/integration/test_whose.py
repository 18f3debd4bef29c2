"""Whose word a call is, when Home Assistant does not say: what a voice sets off is judged as that voice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.intent.timers import async_register_timer_handler
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, intent, llm
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.earlid import whose
from custom_components.earlid.whose import UNKNOWN, Ear, follow, word_of
from tests.integration.homes import speaker
from tests.integration.spoken import TalkingHome, talking_home

HALL = "assist_satellite.hall"
KITCHEN = "assist_satellite.kitchen"
SENTENCE = {"trigger": "conversation", "command": ["good morning"]}
LIFT = {"action": "switch.turn_off", "target": {"entity_id": "switch.earlid_lockdown"}}
RESUME = {"action": "earlid.resume", "target": {"entity_id": "select.bedroom_mode"}}


async def home_with(hass: HomeAssistant, **options: Any) -> TalkingHome:
    """Give a home whose kitchen's speaker is a satellite, and whose bedroom's is muted."""
    for entity_id in (KITCHEN, HALL):
        platform, name = "wyoming", entity_id.partition(".")[2]
        other = MockConfigEntry(domain=platform)
        other.add_to_hass(hass)
        device = dr.async_get(hass).async_get_or_create(config_entry_id=other.entry_id, identifiers={(platform, name)})
        er.async_get(hass).async_get_or_create(
            "assist_satellite", platform, name, suggested_object_id=name, device_id=device.id, config_entry=other
        )
    home = await talking_home(
        hass,
        speaker("kitchen", "light.kitchen", activations=[KITCHEN]),
        speaker("bedroom", "light.bedroom"),
        options=options,
    )
    await home.say("mute the microphone in the bedroom", satellite=HALL)
    assert home.off() == {"bedroom"}
    return home


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    registered = er.async_get(hass).async_get(entity_id)
    assert registered is not None
    assert registered.device_id is not None
    return registered.device_id


async def user(hass: HomeAssistant, group_id: str) -> Context:
    group = await hass.auth.async_get_group(group_id)
    assert group is not None
    return Context(user_id=MockUser(groups=[group]).add_to_hass(hass).id)


async def automate(hass: HomeAssistant, *actions: dict[str, Any], trigger: dict[str, Any] = SENTENCE) -> None:
    automation = {"id": "morning", "alias": "morning", "triggers": trigger, "actions": list(actions)}
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()


async def put_off(home: TalkingHome, said: str, by: Context | None = None, **heard: Any) -> None:
    """Let Home Assistant do in a second what is said."""
    answer = await home.ask(f"{said} in 1 second", context=by, **heard)
    assert answer["response_type"] == "action_done", answer
    await asyncio.sleep(1.2)
    await home.hass.async_block_till_done()


# Sentences of the household's own.


@pytest.mark.parametrize(
    ("options", "satellite", "resumed"),
    [
        ({}, HALL, True),
        ({}, KITCHEN, False),
        ({"voice_allow_others": True}, KITCHEN, True),
        ({"who_may_allow": "admins"}, HALL, False),
        ({"voice_allow_from": [HALL]}, HALL, True),
        ({"voice_allow_from": [HALL], "voice_allow_others": True}, KITCHEN, False),
    ],
    ids=str,
)
async def test_what_a_sentence_sets_off_is_judged_as_the_voice_that_said_it(
    hass: HomeAssistant, options: dict[str, Any], satellite: str, resumed: bool
) -> None:
    home = await home_with(hass, **options)
    await automate(hass, RESUME)
    await home.say("good morning", satellite=satellite)
    assert home.off() == (set() if resumed else {"bedroom"})


@pytest.mark.parametrize(("satellite", "lifted"), [(HALL, True), (KITCHEN, False)])
async def test_what_lockdown_has_silenced_sets_off_nothing_that_lifts_it(
    hass: HomeAssistant, satellite: str, lifted: bool
) -> None:
    home = await home_with(hass, voice_allow_others=True)
    await automate(hass, LIFT)
    await home.entry.runtime_data.set_lockdown(True, None)
    await home.say("good morning", satellite=satellite)
    assert home.entry.runtime_data.lockdown is not lifted


async def test_a_sentence_that_is_typed_counts_as_its_user(hass: HomeAssistant) -> None:
    home = await home_with(hass, who_may_allow="admins")
    await automate(hass, RESUME)
    await home.say("good morning", context=await user(hass, GROUP_ID_USER))
    assert home.off() == {"bedroom"}
    await home.say("good morning", context=await user(hass, GROUP_ID_ADMIN))
    assert home.off() == set()


async def test_a_script_that_a_sentence_sets_off_is_judged_as_the_voice_too(hass: HomeAssistant) -> None:
    home = await home_with(hass, who_may_allow="admins")
    assert await async_setup_component(hass, "script", {"script": {"up": {"sequence": [RESUME]}}})
    await automate(hass, {"action": "script.up"})
    await home.say("good morning", satellite=HALL)
    assert home.off() == {"bedroom"}


async def test_a_sentence_that_a_script_waits_for_is_a_voice(hass: HomeAssistant) -> None:
    home = await home_with(hass, who_may_allow="admins")
    assert await async_setup_component(hass, "script", {"script": {"up": {"sequence": [RESUME]}}})
    waits = {"wait_for_trigger": [SENTENCE]}
    await automate(hass, waits, {"action": "script.up"}, RESUME, trigger={"trigger": "event", "event_type": "evening"})
    hass.bus.async_fire("evening")
    await asyncio.sleep(0)
    await home.say("good morning", satellite=HALL)
    assert home.off() == {"bedroom"}


async def test_what_a_satellite_is_asked_may_be_answered_by_anyone(hass: HomeAssistant) -> None:
    home = await home_with(hass, who_may_allow="admins")

    async def ask(_: ServiceCall) -> None:
        pass

    hass.services.async_register("assist_satellite", "ask_question", ask)
    question = {"action": "assist_satellite.ask_question", "data": {"entity_id": HALL, "question": "Up?"}}
    await automate(hass, question, RESUME, trigger={"trigger": "event", "event_type": "evening"})
    hass.bus.async_fire("evening")
    await hass.async_block_till_done()
    assert home.off() == {"bedroom"}


@pytest.mark.parametrize("text", ["good morning", "resume listening in the bedroom"])
async def test_the_households_own_automation_may_say_something_to_assist(hass: HomeAssistant, text: str) -> None:
    home = await home_with(hass, who_may_allow="admins", voice_allow_from=[KITCHEN])
    speaks = {
        "id": "speaks",
        "triggers": {"trigger": "event", "event_type": "evening"},
        "actions": [{"action": "conversation.process", "data": {"text": text}}],
    }
    morning = {"id": "morning", "triggers": SENTENCE, "actions": [RESUME]}
    assert await async_setup_component(hass, "automation", {"automation": [speaks, morning]})
    await hass.async_block_till_done()
    hass.bus.async_fire("evening")
    await hass.async_block_till_done()
    assert home.off() == set()


async def test_an_automation_that_a_voice_only_turned_on_is_the_households_when_it_runs(hass: HomeAssistant) -> None:
    home = await home_with(hass, who_may_allow="admins")
    assert await async_setup_component(hass, "script", {"script": {"up": {"sequence": [RESUME]}}})
    await automate(hass, {"action": "script.up"}, trigger={"trigger": "time_pattern", "seconds": "/7"})

    async def turn_it_on() -> None:
        said = Context()
        with async_get_chat_session(hass):
            hass.states.async_set(HALL, "listening", context=said)
            for action in ("turn_off", "turn_on"):
                await hass.services.async_call(
                    "automation", action, {"entity_id": "automation.morning"}, blocking=True, context=said
                )

    await hass.async_create_task(turn_it_on())
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=10))
    await hass.async_block_till_done()
    assert home.off() == set()
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.morning"}, blocking=True)


@pytest.mark.attack
async def test_what_one_automation_sets_off_after_another_is_still_the_voice_that_set_off_the_first(
    hass: HomeAssistant,
) -> None:
    home = await home_with(hass, who_may_allow="admins")
    helpers = ("first", "second")
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {name: {} for name in helpers}})
    first = {
        "id": "first",
        "triggers": {"trigger": "state", "entity_id": "input_boolean.first"},
        "actions": [{"action": "input_boolean.toggle", "target": {"entity_id": "input_boolean.second"}}],
    }
    second = {
        "id": "second",
        "triggers": {"trigger": "state", "entity_id": "input_boolean.second"},
        "actions": [RESUME],
    }
    assert await async_setup_component(hass, "automation", {"automation": [first, second]})
    await hass.async_block_till_done()
    said = Context()
    hass.states.async_set(HALL, "processing", context=said)
    first_one = {"entity_id": "input_boolean.first"}
    await hass.services.async_call("input_boolean", "toggle", first_one, blocking=True, context=said)
    await hass.async_block_till_done()
    assert home.off() == {"bedroom"}
    typed = await user(hass, GROUP_ID_USER)
    await hass.services.async_call("input_boolean", "toggle", first_one, blocking=True, context=typed)
    await hass.async_block_till_done()
    assert home.off() == set()


async def test_what_a_sentence_only_announces_to_another_automation_is_still_its_voice(hass: HomeAssistant) -> None:
    home = await home_with(hass)
    first = {"id": "first", "triggers": SENTENCE, "actions": [{"event": "up"}]}
    second = {"id": "second", "triggers": {"trigger": "event", "event_type": "up"}, "actions": [RESUME]}
    assert await async_setup_component(hass, "automation", {"automation": [first, second]})
    await hass.async_block_till_done()
    await home.say("good morning", satellite=KITCHEN)
    assert home.off() == {"bedroom"}
    await home.say("good morning", satellite=HALL)
    assert home.off() == set()


async def test_a_sentence_that_mutes_for_a_while_ends_no_longer_mute_for_a_voice_that_may_not(
    hass: HomeAssistant,
) -> None:
    home = await home_with(hass)
    await automate(hass, RESUME | {"action": "earlid.mute", "data": {"duration": 60}})
    before = home.holds()
    await home.say("good morning", satellite=KITCHEN)
    assert home.holds() == before
    await home.say("good morning", satellite=HALL)
    assert home.holds() != before


# Commands that are put off.


@pytest.fixture
def exposed(hass: HomeAssistant) -> Callable[[], None]:
    """Return what lets Assist and models turn lockdown off."""

    def expose() -> None:
        async_expose_entity(hass, "conversation", "switch.earlid_lockdown", should_expose=True)

    return expose


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every conversation be one that Home Assistant no more keeps open."""
    monkeypatch.setattr(whose, "CONVERSATION_TIMEOUT", timedelta())


@pytest.mark.usefixtures("long_ago")
@pytest.mark.parametrize(
    ("options", "satellite", "lifted"),
    [
        ({}, HALL, True),
        ({}, KITCHEN, False),
        ({"who_may_allow": "admins"}, HALL, False),
        ({"voice_allow_from": [HALL]}, HALL, True),
        ({"voice_allow_from": [KITCHEN]}, HALL, False),
    ],
    ids=str,
)
async def test_a_command_that_is_put_off_is_still_the_voice_that_gave_it(
    hass: HomeAssistant, exposed: Callable[[], None], options: dict[str, Any], satellite: str, lifted: bool
) -> None:
    home = await home_with(hass, **options)
    exposed()
    await home.entry.runtime_data.set_lockdown(True, None)
    await put_off(home, "turn off earlid lockdown", satellite=satellite, device=device_of(hass, satellite))
    assert home.entry.runtime_data.lockdown is not lifted


@pytest.mark.usefixtures("long_ago")
@pytest.mark.parametrize(("group", "lifted"), [(GROUP_ID_ADMIN, True), (GROUP_ID_USER, False)])
async def test_a_command_that_is_typed_and_put_off_counts_as_its_user(
    hass: HomeAssistant, exposed: Callable[[], None], group: str, lifted: bool
) -> None:
    home = await home_with(hass, who_may_allow="admins")
    exposed()
    await home.entry.runtime_data.set_lockdown(True, None)
    await put_off(home, "turn off earlid lockdown", by=await user(hass, group))
    assert home.entry.runtime_data.lockdown is not lifted


async def test_a_sentence_that_is_put_off_is_still_the_voice_that_said_it(hass: HomeAssistant) -> None:
    home = await home_with(hass)
    await automate(hass, RESUME)
    await put_off(home, "good morning", satellite=KITCHEN, device=device_of(hass, KITCHEN))
    assert home.off() == {"bedroom"}


@pytest.mark.usefixtures("long_ago")
@pytest.mark.parametrize("allowed", [False, True])
async def test_what_a_model_puts_off_is_the_models(
    hass: HomeAssistant, exposed: Callable[[], None], allowed: bool
) -> None:
    """It is given the timers of the satellite that it is talked to by, and those carry out commands."""
    home = await home_with(hass, agents_may_listen=allowed)
    exposed()
    device = device_of(hass, HALL)
    async_register_timer_handler(hass, device, lambda *_: None)
    await home.entry.runtime_data.set_lockdown(True, None)
    said = Context()
    with async_get_chat_session(hass):
        hass.states.async_set(HALL, "processing", context=said)
        about = llm.LLMContext(platform="test", context=said, language="en", assistant="conversation", device_id=device)
        tools = await llm.async_get_api(hass, "assist", about)
        args = {"seconds": 1, "conversation_command": "turn off earlid lockdown"}
        await tools.async_call_tool(llm.ToolInput(tool_name="intent__HassStartTimer", tool_args=args))
    hass.states.async_set(HALL, "idle")
    await asyncio.sleep(1.2)
    await hass.async_block_till_done()
    assert home.entry.runtime_data.lockdown


# Other ways to be spoken to.


async def test_a_satellite_that_has_a_user_is_a_voice(hass: HomeAssistant) -> None:
    """VoIP's runs its pipelines as a user of its own."""
    await home_with(hass, voice_allow_from=[HALL])
    said = await user(hass, GROUP_ID_ADMIN)
    hass.states.async_set(KITCHEN, "processing", context=said)
    for action in (RESUME, LIFT):
        domain, name = str(action["action"]).split(".")
        with pytest.raises(HomeAssistantError, match="said to this satellite"):
            await hass.services.async_call(domain, name, action["target"], blocking=True, context=said)  # type: ignore[arg-type]
    hass.states.async_set(HALL, "processing", context=said)
    await hass.services.async_call("earlid", "resume", RESUME["target"], blocking=True, context=said)  # type: ignore[arg-type]


@pytest.mark.parametrize("event", ["homekit_state_change", "google_assistant_command"])
async def test_what_another_assistant_is_asked_may_have_been_said_to_any_guarded_speaker(
    hass: HomeAssistant, event: str
) -> None:
    home = await home_with(hass)
    await home.entry.runtime_data.set_lockdown(True, None)
    context = Context() if event.startswith("homekit") else await user(hass, GROUP_ID_ADMIN)
    hass.bus.async_fire(event, {}, context=context)
    with pytest.raises(HomeAssistantError, match="satellite cannot let"):
        await hass.services.async_call("switch", "turn_off", LIFT["target"], blocking=True, context=context)  # type: ignore[arg-type]
    assert home.entry.runtime_data.lockdown
    await home.entry.runtime_data.set_lockdown(False, None)
    with pytest.raises(HomeAssistantError, match="guarded speaker"):
        await hass.services.async_call("earlid", "resume", RESUME["target"], blocking=True, context=context)  # type: ignore[arg-type]
    # Everyone may mute, and what automations do because of it is the household's.
    await hass.services.async_call("earlid", "mute", {"entity_id": "all"}, blocking=True, context=context)
    because = Context(parent_id=context.id)
    await hass.services.async_call("earlid", "resume", {"entity_id": "all"}, blocking=True, context=because)


async def ask_alexa(client: TestClient[Any, Any], *, on: bool) -> None:
    """Let Alexa switch lockdown."""
    name = "TurnOn" if on else "TurnOff"
    header = {"namespace": "Alexa.PowerController", "name": name, "messageId": "1", "payloadVersion": "3"}
    endpoint = {"endpointId": "switch#earlid_lockdown", "scope": {"type": "BearerToken", "token": "1"}}
    directive = {"header": header, "endpoint": endpoint, "payload": {}}
    await client.post("/api/alexa/smart_home", json={"directive": directive})


async def ask_google(client: TestClient[Any, Any], *, on: bool) -> None:
    """Let Google switch lockdown."""
    execution = {"command": "action.devices.commands.OnOff", "params": {"on": on}}
    command = {"devices": [{"id": "switch.earlid_lockdown"}], "execution": [execution]}
    asked = {"intent": "action.devices.EXECUTE", "payload": {"commands": [command]}}
    await client.post("/api/google_assistant", json={"requestId": "1", "inputs": [asked]})


@pytest.mark.parametrize(
    ("component", "settings", "ask"),
    [
        ("alexa", {"smart_home": {}}, ask_alexa),
        ("google_assistant", {"project_id": "home", "exposed_domains": ["switch"]}, ask_google),
    ],
    ids=["alexa", "google"],
)
async def test_who_asks_alexa_or_google_locks_down_and_lifts_nothing(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    component: str,
    settings: dict[str, Any],
    ask: Callable[..., Awaitable[None]],
) -> None:
    """Both come as the administrator who is linked, wherever it was said."""
    home = await home_with(hass)
    assert await async_setup_component(hass, component, {component: settings})
    client = await hass_client()
    for on in (True, False):
        await ask(client, on=on)
        await hass.async_block_till_done()
        assert home.entry.runtime_data.lockdown


THROUGH_DIALOGFLOW = {
    "Home Assistant's own intent": ("HassTurnOff", {"name": "Earlid lockdown"}),
    "the household's own script": ("Morning", {}),
}


@pytest.mark.parametrize(("action", "parameters"), THROUGH_DIALOGFLOW.values(), ids=THROUGH_DIALOGFLOW)
@pytest.mark.parametrize("options", [{}, {"who_may_allow": "admins"}], ids=str)
async def test_who_asks_dialogflow_lifts_nothing(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    action: str,
    parameters: dict[str, Any],
    options: dict[str, Any],
) -> None:
    """It comes to a webhook, in the name of nobody, wherever it was said."""
    home = await home_with(hass, **options)
    assert await async_setup_component(hass, "intent_script", {"intent_script": {"Morning": {"action": LIFT}}})
    assert await async_setup_component(hass, "webhook", {})
    entry = MockConfigEntry(domain="dialogflow", data={"webhook_id": "asked"})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await home.entry.runtime_data.set_lockdown(True, None)
    client = await hass_client_no_auth()
    asked = {"action": action, "parameters": parameters, "allRequiredParamsPresent": True}
    for path in ("/api/webhook/asked", "/api/webhook/%61sked"):
        answer = await client.post(path, json={"responseId": "1", "queryResult": asked})
        assert answer.status == 200
        await hass.async_block_till_done()
        assert home.entry.runtime_data.lockdown


async def test_an_automation_that_a_webhook_triggers_is_the_households(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    home = await home_with(hass, who_may_allow="admins")
    assert await async_setup_component(hass, "webhook", {})
    MockConfigEntry(domain="dialogflow", data={"webhook_id": "asked"}).add_to_hass(hass)
    await automate(hass, LIFT, trigger={"trigger": "webhook", "webhook_id": "button", "local_only": False})
    await home.entry.runtime_data.set_lockdown(True, None)
    await (await hass_client_no_auth()).post("/api/webhook/button")
    await hass.async_block_till_done()
    assert not home.entry.runtime_data.lockdown


async def test_what_comes_from_the_cloud_of_home_assistant_is_a_voice_that_nobody_knows(hass: HomeAssistant) -> None:
    home = await home_with(hass)
    cloud = await hass.auth.async_create_system_user("Home Assistant Cloud", group_ids=[GROUP_ID_ADMIN])
    with pytest.raises(HomeAssistantError, match="guarded speaker"):
        await hass.services.async_call(
            "earlid",
            "resume",
            RESUME["target"],  # type: ignore[arg-type]
            blocking=True,
            context=Context(user_id=cloud.id),
        )
    assert home.off() == {"bedroom"}


async def test_an_intent_of_another_assistant_is_a_voice_that_nobody_knows(hass: HomeAssistant) -> None:
    home = await home_with(hass)
    for platform in ("alexa", "dialogflow"):
        response = await intent.async_handle(hass, platform, "EarlidResume", {"speaker": {"value": "bedroom"}})
        assert response.speech["plain"]["speech"].startswith("What is said to this speaker")
    assert home.off() == {"bedroom"}


async def test_what_calls_in_nobodys_name_while_a_voice_is_answered_is_that_voice(hass: HomeAssistant) -> None:
    """As an integration does that brings an intent of its own and passes no context on."""
    home = await home_with(hass, who_may_allow="admins")
    with async_get_chat_session(hass):
        hass.states.async_set(HALL, "processing", context=Context())
        with pytest.raises(HomeAssistantError, match="By voice"):
            await hass.services.async_call("earlid", "resume", RESUME["target"], blocking=True)  # type: ignore[arg-type]
    await hass.services.async_call("earlid", "resume", RESUME["target"], blocking=True)  # type: ignore[arg-type]
    assert home.off() == set()


# What is known of a satellite.


async def test_what_a_satellite_says_is_known_by_its_context_even_when_the_answer_takes_long(
    hass: HomeAssistant,
) -> None:
    before, said = Context(), Context()
    hass.states.async_set(KITCHEN, "idle", context=before)
    stop = follow(hass)
    hass.states.async_set(KITCHEN, "listening", context=said)
    hass.states.async_set(KITCHEN, "processing", context=Context())
    stop()
    for context in (said, Context(parent_id=said.id)):
        word = word_of(hass, context)
        assert word is not None
        assert word.ear == Ear(KITCHEN, None)
    assert word_of(hass, before) is None
    assert word_of(hass, Context()) is None
    assert Ear(KITCHEN, None) != UNKNOWN


async def test_what_a_satellite_announces_was_not_said_to_it(hass: HomeAssistant) -> None:
    automation = Context()
    stop = follow(hass)
    hass.states.async_set(KITCHEN, "responding", context=automation)
    assert word_of(hass, automation) is None
    hass.states.async_set(KITCHEN, "idle", context=Context())
    stop()
    assert word_of(hass, automation) is None
