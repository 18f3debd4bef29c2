"""Whose word a call is: what was said to a satellite, typed, or asked of another assistant, followed to what it does.

A satellite's context and a user's say who speaks. What Home Assistant begins because of it has a new context in which
nobody does: an automation that a sentence triggers, a command that was put off. By its context alone each of them is
the household's own automation, and may everything; so it is remembered here as it begins.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
import time
from typing import Any, Final

from homeassistant.components.conversation.trace import async_get_traces
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    CONF_WEBHOOK_ID,
    EVENT_CALL_SERVICE,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
    valid_entity_id,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.chat_session import CONVERSATION_TIMEOUT, current_session
from homeassistant.helpers.event import TrackStates, async_track_state_change_filtered
from homeassistant.helpers.http import current_request
from homeassistant.helpers.trace import variables_cv
from homeassistant.util.hass_dict import HassKey

from .facts import HEARING, hearing

# One that so many others have overtaken would be taken for the household's own automation.
_MOST: Final = 10_000
_AUTOMATION_TRIGGERED: Final = "automation_triggered"
# Fired before what is asked for is done, in its context, by homekit/accessories.py and google_assistant/smart_home.py.
_ASKED_OF_ANOTHER: Final = ("homekit_state_change", "google_assistant_command")
# Amazon's is fired when all is done (alexa/smart_home.py); so these are known by the address they come to, or the user.
_ADDRESSES: Final = ("/api/alexa", "/api/google_assistant")
# It brings intents to the webhook of its entry, in the name of nobody (dialogflow/__init__.py).
_WEBHOOK: Final = "dialogflow"
# homeassistant/components/cloud/prefs.py, get_cloud_user: in its name come Amazon's and Google's commands.
_CLOUD: Final = "Home Assistant Cloud"


@dataclass(frozen=True, slots=True)
class Ear:
    """What heard a wish that was said aloud."""

    satellite: str | None
    """The entity id of the Assist satellite; None: it is none, but some other device."""
    device: str | None


# It may be a guarded speaker, and one that was silenced.
UNKNOWN: Final = Ear(None, None)


@dataclass(frozen=True, slots=True)
class Word:
    """Who wants something."""

    context: Context
    """In which it was said or typed: its user, and whether a model brings it."""
    ear: Ear | None
    """What heard it; None: it was not said aloud."""


class _Memory:
    """What is known of contexts, by their ids."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know nothing yet."""
        self._hass = hass
        self.words: dict[str, Word] = {}
        # Those in which the action is called that gives Assist a text.
        self.texts: dict[str, None] = {}
        # Those of another assistant than Assist. What automations do because of these is the household's.
        self.others: dict[str, None] = {}

    @callback
    def heard(self, event: Event[EventStateChangedData]) -> None:
        """Take it that a satellite is talked to."""
        # Home Assistant gives the state another context after 5 s, and an answer may take longer.
        if (state := event.data["new_state"]) is not None and state.state in HEARING:
            word = _keep(self.words, event.context, _heard(self._hass, event.context, state.entity_id))
            # A state that somebody only writes is in the course of no conversation.
            if current_session.get() is not None:
                _TALK.set((word, time.monotonic()))

    @callback
    def begun(self, event: Event[EventStateChangedData]) -> None:
        """Take it that an agent is given a text: it shows that with its state."""
        if (given := _given(event.context)) is None or event.context.id in self.texts:
            return
        word = word_of(self._hass, event.context)
        if word is None and event.context.user_id is None:
            # A command that was put off is in the course of the conversation in which that was done; what is only asked
            # after another by the same client is not.
            outer = None if current_session.get() is None else _TALK.get()
            word = outer[0] if outer is not None else Word(event.context, _ear(given) or UNKNOWN)
        if word is not None:
            _keep(self.words, event.context, word)
        _TALK.set((word or Word(event.context, None), time.monotonic()))

    @callback
    def triggered(self, event: Event[dict[str, Any]]) -> None:
        """Take it that an automation begins."""
        word = word_of(self._hass, event.context)
        if word is not None and word.ear is not None:
            # Else what another automation does because of what this one did would be the household's.
            _keep(self.words, event.context, word)
        this = (variables_cv.get() or {}).get("this") or {}
        if this.get(ATTR_ENTITY_ID) != event.data.get(ATTR_ENTITY_ID):
            # An event that another one caused comes later, in the course of something else.
            return
        if (word := _sentence(self._hass)) is not None:
            _keep(self.words, event.context, word)
        else:
            # Its trigger may have been set up in the course of a conversation.
            _TALK.set(None)

    @callback
    def called(self, event: Event[dict[str, Any]]) -> None:
        """Take it that an action is called."""
        match event.data[ATTR_DOMAIN], event.data[ATTR_SERVICE]:
            case "conversation", "process":
                _keep(self.texts, event.context, None)
            case "assist_satellite", "ask_question":
                # What is done next may hang on the answer, and anyone may give that.
                _keep(self.words, event.context, _heard(self._hass, event.context, _named(event)))
            case _ if (word := _sentence(self._hass, event.context)) is not None:
                # A script that is called has variables of its own, in which the sentence is no more.
                _keep(self.words, event.context, word)

    @callback
    def asked(self, event: Event[Any]) -> None:
        """Take it that another assistant was asked for something."""
        _keep(self.others, event.context, None)


_MEMORY: HassKey[_Memory] = HassKey("earlid_whose")
# What runs in the course of a conversation inherits it, also a timer that ends long after.
_TALK: ContextVar[tuple[Word, float] | None] = ContextVar("earlid_talk", default=None)


@callback
def follow(hass: HomeAssistant) -> CALLBACK_TYPE:
    """Remember from now on whose word a context is; return what stops it."""
    memory = _memory(hass)
    satellites, agents = (TrackStates(False, set(), {domain}) for domain in ("assist_satellite", "conversation"))
    stops = [
        async_track_state_change_filtered(hass, satellites, memory.heard).async_remove,
        async_track_state_change_filtered(hass, agents, memory.begun).async_remove,
        hass.bus.async_listen(_AUTOMATION_TRIGGERED, memory.triggered),
        hass.bus.async_listen(EVENT_CALL_SERVICE, memory.called),
        *(hass.bus.async_listen(event_type, memory.asked) for event_type in _ASKED_OF_ANOTHER),
    ]

    @callback
    def stop() -> None:
        for each in stops:
            each()

    return stop


@callback
def converses(hass: HomeAssistant, context: Context) -> None:
    """Take it that what runs from here on is in the course of a conversation in this context."""
    _TALK.set((word_of(hass, context) or Word(context, None), time.monotonic()))


async def whose(hass: HomeAssistant, context: Context) -> Word:
    """Return whose word a call is; by its context alone where nothing else is known."""
    if (word := word_of(hass, context)) is not None:
        return word
    if context.parent_id is None and _comes_from_another(hass):
        return Word(context, UNKNOWN)
    user = None if context.user_id is None else await hass.auth.async_get_user(context.user_id)
    if user is not None and user.system_generated and user.name == _CLOUD:
        return Word(context, UNKNOWN)
    return Word(context, None)


@callback
def word_of(hass: HomeAssistant, context: Context) -> Word | None:
    """Return whose word a context is of or comes from, as far as more than its user is known."""
    memory = _memory(hass)
    if context.id in memory.others:
        return Word(context, UNKNOWN)
    if (word := _sentence(hass, context) or memory.words.get(context.id)) is not None:
        return word
    for known, satellite in hearing(hass).items():
        if known in (context.id, context.parent_id):
            return _heard(hass, context, satellite)
    # What an automation does because of what a user did is the household's; because of what was said, it is a voice's.
    if (word := memory.words.get(context.parent_id or "")) is not None:
        return word if word.ear is not None else None
    return _in_the_course_of_a_talk(context)


def _comes_from_another(hass: HomeAssistant) -> bool:
    """Return whether what runs here is because of a request that another assistant made."""
    if (request := current_request.get()) is None:
        return False
    if (webhook_id := request.match_info.get(CONF_WEBHOOK_ID)) is not None:
        # Of other webhooks come the household's own automations.
        entries = hass.config_entries.async_entries(_WEBHOOK)
        return any(entry.data.get(CONF_WEBHOOK_ID) == webhook_id for entry in entries)
    return request.path.startswith(_ADDRESSES)


def _in_the_course_of_a_talk(context: Context) -> Word | None:
    """Return whose conversation goes on, where a call in the course of it is in the name of nobody.

    What began in it may go on for ever, as the triggers of an automation that was turned on by voice do; so only what
    is no automation's counts, and only for as long as Home Assistant keeps a conversation open.
    """
    if context.user_id is not None or context.parent_id is not None or "trigger" in (variables_cv.get() or {}):
        return None
    if (talk := _TALK.get()) is None or current_session.get() is None:
        return None
    word, since = talk
    return word if time.monotonic() - since < CONVERSATION_TIMEOUT.total_seconds() else None


def _sentence(hass: HomeAssistant, context: Context | None = None) -> Word | None:
    """Return whose sentence the automation or script began with, or waited for, that is running here.

    `context`: of the call that is made; what runs here may be what made another automation run that makes it.
    """
    variables = variables_cv.get() or {}
    if context is not None and context != variables.get("context"):
        return None
    for step in (variables.get("wait"), variables):
        trigger = step.get("trigger") if isinstance(step, Mapping) else None
        if isinstance(trigger, Mapping) and trigger.get("platform") == "conversation":
            said = trigger["user_input"]
            about = said["context"]
            spoken = Context(user_id=about["user_id"], parent_id=about["parent_id"], id=about["id"])
            if (word := _memory(hass).words.get(spoken.id)) is not None:
                return word
            if spoken.user_id is not None:
                return Word(spoken, None)
            return None if (ear := _ear(said)) is None else Word(spoken, ear)
    return None


def _given(context: Context) -> Mapping[str, Any] | None:
    """Return what a conversation is given that just began in this context; None: none did."""
    for trace in reversed(async_get_traces()):
        for event in trace.as_dict()["events"][:1]:
            given: Mapping[str, Any] = event["data"]
            if given["context"] == context:
                return given
    return None


def _ear(given: Mapping[str, Any]) -> Ear | None:
    """Return what heard what a conversation was given."""
    satellite, device = given["satellite_id"], given["device_id"]
    return None if satellite is None and device is None else Ear(satellite, device)


def _heard(hass: HomeAssistant, context: Context, satellite: str | None) -> Word:
    registered = None if satellite is None else er.async_get(hass).async_get(satellite)
    return Word(context, Ear(satellite, None if registered is None else registered.device_id))


def _named(event: Event[dict[str, Any]]) -> str | None:
    """Return the one entity that an action is called for."""
    named = event.data[ATTR_SERVICE_DATA].get(ATTR_ENTITY_ID)
    only = named[0] if isinstance(named, list) and len(named) == 1 else named
    return only if isinstance(only, str) and valid_entity_id(only) else None


def _memory(hass: HomeAssistant) -> _Memory:
    return hass.data.setdefault(_MEMORY, _Memory(hass))


def _keep[Value](known: dict[str, Value], context: Context, value: Value) -> Value:
    known.pop(context.id, None)
    known[context.id] = value
    while len(known) > _MOST:
        known.pop(next(iter(known)))
    return value
