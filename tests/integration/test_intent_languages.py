"""Every intent in every language: said to the real default agent, and what it answers."""

from pathlib import Path
from typing import Final

from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.earlid.intents.handlers import HANDLERS, EarlidIntent
from custom_components.earlid.intents.speech import FOLDER, LANGUAGES, Speech
from tests.integration.homes import speaker
from tests.integration.spoken import talking_home

ROOMS: Final = {
    "en": ("Kitchen", "Bedroom"),
    "de": ("Küche", "Schlafzimmer"),
    "fr": ("Cuisine", "Chambre"),
    "es": ("Cocina", "Dormitorio"),
    "nl": ("Keuken", "Slaapkamer"),
    "it": ("Cucina", "Camera"),
}


def conversation(language: str) -> list[tuple[str, str]]:
    """Return what is said and what is answered."""
    path = Path(__file__).parent / "conversations" / f"{language}.txt"
    said = path.read_text(encoding="utf-8").splitlines()[1:]
    return [(line, answer.strip()) for line, answer in zip(said[::2], said[1::2], strict=True)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_household_is_understood_and_answered(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    handled: set[str] = set()
    handle = EarlidIntent.async_handle

    async def seen(handler: EarlidIntent, intent_obj: intent.Intent) -> intent.IntentResponse:
        handled.add(handler.intent_type)
        return await handle(handler, intent_obj)

    monkeypatch.setattr(EarlidIntent, "async_handle", seen)
    monkeypatch.setattr(Speech, "moment", lambda *_: "<then>")
    kitchen, bedroom = ROOMS[language]
    home = await talking_home(
        hass,
        speaker("kitchen", "light.kitchen") | {"title": kitchen},
        speaker("bedroom", "light.bedroom") | {"title": bedroom},
        languages=[language],
    )
    for said, answer in conversation(language):
        before = home.holds()
        response = await home.ask(said, language)
        assert response["speech"]["plain"]["speech"] == answer, said
        if response["response_type"] == "error":
            assert home.holds() == before, said
    assert handled == {handler.intent_type for handler in HANDLERS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_say_everything(language: str) -> None:
    english, other = (load_yaml_dict(str(FOLDER / f"{one}.yaml")) for one in ("en", language))
    for kind in ("intents", "errors"):
        assert english["responses"][kind].keys() == other["responses"][kind].keys()
    for about, texts in english["responses"]["intents"].items():
        assert texts.keys() == other["responses"]["intents"][about].keys(), about
    assert english["intents"].keys() == other["intents"].keys() == {handler.intent_type for handler in HANDLERS}
    assert english["lists"].keys() == other["lists"].keys()


# What Home Assistant itself understands near Earlid's words, and the intent that it takes it for.
OWN: Final = {
    "en": {
        "turn off the {lamp}": "HassTurnOff",
        "turn on the {lamp}": "HassTurnOn",
        "mute the {tv}": "HassMediaPlayerMute",
    },
    "de": {
        "schalte die {lamp} aus": "HassTurnOff",
        "mach die {lamp} an": "HassTurnOn",
        "schalte den {tv} stumm": "HassMediaPlayerMute",
    },
    "fr": {"éteins la {lamp}": "HassTurnOff", "allume la {lamp}": "HassTurnOn"},
    "es": {"apaga la {lamp}": "HassTurnOff", "enciende la {lamp}": "HassTurnOn"},
    "nl": {"zet de {lamp} uit": "HassTurnOff", "zet de {lamp} aan": "HassTurnOn"},
    "it": {"spegni la {lamp}": "HassTurnOff", "accendi la {lamp}": "HassTurnOn"},
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_home_assistant_understands_by_itself_stays_its_own(hass: HomeAssistant, language: str) -> None:
    home = await talking_home(hass, languages=[language])
    names = {"lamp": "Hallamp", "tv": "Samsung"}
    hass.states.async_set("light.lamp", "on", {"friendly_name": names["lamp"]})
    hass.states.async_set("media_player.tv", "playing", {"friendly_name": names["tv"]})
    for entity_id in ("light.lamp", "media_player.tv"):
        async_expose_entity(hass, "conversation", entity_id, should_expose=True)
    agent = async_get_agent(hass)
    assert isinstance(agent, DefaultAgent)
    for said, wanted in OWN[language].items():
        text = said.format(**names)
        question = ConversationInput(
            text=text,
            context=Context(),
            conversation_id=None,
            device_id=None,
            satellite_id=None,
            language=language,
            agent_id="conversation.home_assistant",
        )
        found = await agent.async_recognize_intent(question)
        assert found is not None, text
        assert (found.intent.name, found.unmatched_entities) == (wanted, {}), text
    assert home.off() == set()
