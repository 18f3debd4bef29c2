"""Every intent in every language: said to the real default agent, and what it answers."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from hassil.recognize import RecognizeResult
from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, intent
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.earlid.intents.speech import FOLDER, LANGUAGES, Speech, speech
from custom_components.earlid.intents.understood import INTENTS, EarlidIntent
from tests.integration.homes import speaker
from tests.integration.spoken import TalkingHome, talking_home

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
    home.place("kitchen", kitchen)
    home.place("bedroom", bedroom)
    for said, answer in conversation(language):
        before = home.holds()
        response = await home.ask(said, language)
        assert response["speech"]["plain"]["speech"] == answer, said
        if response["response_type"] == "error":
            assert home.holds() == before, said
    assert handled == {one.intent_type for one in INTENTS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_say_everything(language: str) -> None:
    english, other = (load_yaml_dict(str(FOLDER / f"{one}.yaml")) for one in ("en", language))
    for kind in ("intents", "errors"):
        assert english["responses"][kind].keys() == other["responses"][kind].keys()
    for about, texts in english["responses"]["intents"].items():
        assert texts.keys() == other["responses"]["intents"][about].keys(), about
    assert english["intents"].keys() == other["intents"].keys() == {one.intent_type for one in INTENTS}
    assert english["lists"].keys() == other["lists"].keys()


# What Home Assistant itself understands near Earlid's words, and the intent that it takes it for.
OWN: Final = {
    "en": {
        "turn off the {lamp}": "HassTurnOff",
        "turn on the {lamp}": "HassTurnOn",
        "mute the {tv}": "HassMediaPlayerMute",
        "mute the microphone in ten minutes": "HassStartTimer",
        "in ten minutes mute the microphone in the kitchen": "HassStartTimer",
        "set a timer for ten minutes": "HassStartTimer",
        "never mind": "HassNevermind",
    },
    "de": {
        "schalte die {lamp} aus": "HassTurnOff",
        "mach die {lamp} an": "HassTurnOn",
        "schalte den {tv} stumm": "HassMediaPlayerMute",
        "das Mikrofon ausschalten in zehn Minuten": "HassStartTimer",
        "in zehn Minuten das Mikrofon in der Küche ausschalten": "HassStartTimer",
    },
    "fr": {
        "éteins la {lamp}": "HassTurnOff",
        "allume la {lamp}": "HassTurnOn",
        "coupe le micro dans dix minutes": "HassStartTimer",
        "dans dix minutes coupe le micro de la cuisine": "HassStartTimer",
        "tais-toi": "HassNevermind",
    },
    "es": {
        "apaga la {lamp}": "HassTurnOff",
        "enciende la {lamp}": "HassTurnOn",
        "apaga el micrófono en diez minutos": "HassStartTimer",
        "dentro de diez minutos apaga el micrófono de la cocina": "HassStartTimer",
    },
    "nl": {
        "zet de {lamp} uit": "HassTurnOff",
        "zet de {lamp} aan": "HassTurnOn",
        "zet de microfoon uit over tien minuten": "HassStartTimer",
        "over tien minuten zet de microfoon in de keuken uit": "HassStartTimer",
    },
    "it": {
        "spegni la {lamp}": "HassTurnOff",
        "accendi la {lamp}": "HassTurnOn",
        "spegni il microfono tra dieci minuti": "HassStartTimer",
        "tra dieci minuti spegni il microfono in cucina": "HassStartTimer",
    },
}


async def recognized(hass: HomeAssistant, text: str, language: str) -> RecognizeResult | None:
    """Return what the default agent takes a sentence for, with the built-in sentences and Earlid's."""
    agent = async_get_agent(hass)
    assert isinstance(agent, DefaultAgent)
    question = ConversationInput(
        text=text,
        context=Context(),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language=language,
        agent_id="conversation.home_assistant",
    )
    # Whatever else it tries is for an error that says what was wrong.
    return await agent.async_recognize_intent(question, strict_intents_only=True)


@pytest.fixture
async def many_words(hass: HomeAssistant) -> TalkingHome:
    """Return a home with areas, a lamp and a television of every language, and all sentences."""
    home = await talking_home(hass, languages=LANGUAGES)
    areas = ar.async_get(hass)
    for rooms in (*ROOMS.values(), ("Hallway",), ("Flur",), ("Entrée",), ("Entrada",), ("Gang",), ("Ingresso",)):
        for room in rooms:
            areas.async_create(room)
    for entity_id, name in (("light.lamp", "Hallamp"), ("media_player.tv", "Samsung")):
        hass.states.async_set(entity_id, "on", {"friendly_name": name})
        async_expose_entity(hass, "conversation", entity_id, should_expose=True)
    return home


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("many_words")
async def test_what_home_assistant_understands_by_itself_stays_its_own(hass: HomeAssistant, language: str) -> None:
    for said, wanted in OWN[language].items():
        text = said.format(lamp="Hallamp", tv="Samsung")
        found = await recognized(hass, text, language)
        assert found is not None, text
        assert (found.intent.name, found.unmatched_entities) == (wanted, {}), text


def utterances(language: str) -> dict[str, Any]:
    """Return what is Earlid's, by intent and with its slots, and what is not."""
    return load_yaml_dict(str(Path(__file__).parent / "conversations" / f"{language}.yaml"))


def folded(slots: dict[str, Any]) -> dict[str, Any]:
    """Return slots without capitals: a known area comes as it is written, any other name as it was said."""
    return {name: value.casefold() if isinstance(value, str) else value for name, value in slots.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("many_words")
async def test_what_people_say_in_many_ways_is_understood(hass: HomeAssistant, language: str) -> None:
    wanted = {
        text: (intent_type, folded(slots or {}))
        for intent_type, said in utterances(language)["earlid"].items()
        for text, slots in said.items()
    }
    found = {text: await recognized(hass, text, language) for text in wanted}
    understood = {
        text: one and (one.intent.name, folded({entity.name: entity.value for entity in one.entities_list}))
        for text, one in found.items()
    }
    assert understood == wanted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("many_words")
async def test_what_belongs_to_others_is_not_taken_from_them(hass: HomeAssistant, language: str) -> None:
    taken = [
        (text, found.intent.name)
        for text in utterances(language)["others"]
        if (found := await recognized(hass, text, language)) is not None and found.intent.name.startswith("Earlid")
    ]
    assert taken == []


# What makes no sense, and what is said of it: to mute, to let listen.
SENSELESS: Final[tuple[tuple[dict[str, Any], str | None, str], ...]] = (
    ({"speaker": "Echo"}, "ambiguous", "ambiguous"),
    ({"speaker": "Xyzzy"}, "unknown_name", "unknown_name"),
    ({"speaker": ""}, "which", "which"),
    ({"speaker": " ?! "}, "which", "which"),
    ({}, "which", "which"),
    ({"speaker": "Echo 1", "seconds": 0}, "duration_not_positive", "duration_not_positive"),
    ({"speaker": "Echo 1", "minutes": -5}, "duration_not_positive", "duration_not_positive"),
    ({"speaker": "Echo 1", "minutes": 5, "minus": "minus"}, "duration_not_positive", "duration_not_positive"),
    ({"speaker": "Echo 1", "minutes": float("nan")}, "duration_unreadable", "duration_unreadable"),
    ({"speaker": "Echo 1", "span": "a blue moon"}, "duration_unreadable", "duration_unreadable"),
    ({"speaker": "Echo 1", "span": "vague"}, "no_duration", "no_duration"),
    ({"speaker": "Echo 1", "span": "for_ever"}, "for_ever", "for_ever_listen"),
    ({"speaker": "Echo 1", "hours": 13}, None, "listen_too_long"),
    ({"speaker": "Echo 1"}, None, "no_duration"),
)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_makes_no_sense_is_answered_helpfully_and_changes_nothing(
    hass: HomeAssistant, language: str
) -> None:
    names = ["Echo 1", "Echo 2"]
    home = await talking_home(
        hass, *(speaker(f"echo_{one[-1]}", f"light.echo_{one[-1]}") | {"title": one} for one in names)
    )
    before = home.holds()
    words, english = speech(hass, language), speech(hass, "en")
    for slots, mute, listen in SENSELESS:
        for intent_type, key in (("EarlidMute", mute), ("EarlidListen", listen)):
            if key is None:
                continue
            told = {name: {"value": value} for name, value in slots.items()}
            response = await intent.async_handle(hass, "test", intent_type, told, language=language)
            said = {"known": names, "speakers": names, "name": "Xyzzy"}
            assert response.speech["plain"]["speech"] == words.refuse(key, **said), (slots, key)
            assert language == "en" or words.refuse(key, **said) != english.refuse(key, **said)
            assert response.response_type is intent.IntentResponseType.ERROR
    assert home.holds() == before
    assert home.off() == set()


# A day with that many wakes, of which so many went without an answer.
DAYS: Final = ((0, 0), (1, 0), (1, 1), (2, 1), (7, 3))
WAKES: Final = {
    "en": (
        "A did not wake today.",
        "A woke once today.",
        "A woke once today, without an answer.",
        "A woke twice today, 1 of them without an answer.",
        "A woke 7 times today, 3 of them without an answer.",
    ),
    "de": (
        "A: heute nicht aufgewacht.",
        "A: heute einmal aufgewacht.",
        "A: heute einmal aufgewacht, ohne Antwort.",
        "A: heute zweimal aufgewacht, davon einmal ohne Antwort.",
        "A: heute 7-mal aufgewacht, davon 3-mal ohne Antwort.",
    ),
    "fr": (
        "A : aucun réveil aujourd'hui.",
        "A : un réveil aujourd'hui.",
        "A : un réveil aujourd'hui, sans réponse.",
        "A : 2 réveils aujourd'hui, dont 1 sans réponse.",
        "A : 7 réveils aujourd'hui, dont 3 sans réponse.",
    ),
    "es": (
        "A: ninguna activación hoy.",
        "A: una activación hoy.",
        "A: una activación hoy, sin respuesta.",
        "A: 2 activaciones hoy, 1 sin respuesta.",
        "A: 7 activaciones hoy, 3 sin respuesta.",
    ),
    "nl": (
        "A: vandaag niet wakker geworden.",
        "A: vandaag één keer wakker geworden.",
        "A: vandaag één keer wakker geworden, zonder antwoord.",
        "A: vandaag 2 keer wakker geworden, waarvan één keer zonder antwoord.",
        "A: vandaag 7 keer wakker geworden, waarvan 3 keer zonder antwoord.",
    ),
    "it": (
        "A: nessuna attivazione oggi.",
        "A: un'attivazione oggi.",
        "A: un'attivazione oggi, senza risposta.",
        "A: 2 attivazioni oggi, di cui 1 senza risposta.",
        "A: 7 attivazioni oggi, di cui 3 senza risposta.",
    ),
}
# Until half past ten today, half past one tomorrow, and a quarter past one on another day.
MOMENTS: Final = {
    "en": ("22:30", "tomorrow at 01:30", "12 June at 07:15"),
    "de": ("22:30 Uhr", "morgen um 01:30 Uhr", "12. Juni, 07:15 Uhr"),
    "fr": ("à 22:30", "à demain à 01:30", "au 12 juin à 07:15"),
    "es": ("las 22:30", "mañana a la 01:30", "el 12 de junio a las 07:15"),
    "nl": ("22:30 uur", "morgen om 01:30 uur", "12 juni om 07:15 uur"),
    "it": ("alle 22:30", "a domani all'01:30", "al 12 giugno alle 07:15"),
}


@pytest.mark.usefixtures("many_words")
async def test_counts_and_times_are_said_as_people_say_them(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-06-02T19:00:00+00:00")
    at = [datetime.fromisoformat(f"2026-06-{then}:00+00:00") for then in ("02T20:30", "02T23:30", "12T05:15")]
    for language in LANGUAGES:
        words = speech(hass, language)
        counted = [words.say("EarlidWakesToday.default", speakers=["A"], woke=woke, unanswered=no) for woke, no in DAYS]
        assert tuple(counted) == WAKES[language]
        assert tuple(words.moment(each) for each in at) == MOMENTS[language]
