"""What each intent does. Everything about a wish is checked before anything changes, and what is said back is true."""

from typing import Any, ClassVar, Final, override

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, intent
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.earlid import typed
from custom_components.earlid.const import LONGEST_LISTEN
from custom_components.earlid.days import today
from custom_components.earlid.permission import ensure_control, ensure_may_allow, ensure_may_mute

from . import telling
from .asked import Asked, ask
from .durations import FOR_EVER, HOW_LONG, span
from .naming import NAMES
from .speech import NotUnderstoodError, speech

_WHICH: Final = {vol.Optional(name): cv.string for name in NAMES}
# What may be anything here is looked at in `durations`, so that what is wrong with it can be said.
_LENGTH: Final = {vol.Optional(name): object for name in HOW_LONG}

_OTHERS_MAY_KNOW: Final = ("unknown_name", "which")
# An error that another part of Earlid has words of its own for.
_SAME: Final = {"lockdown": "not_in_lockdown"}


class EarlidIntent(intent.IntentHandler):
    """An intent that answers in sentences of its own."""

    slots: ClassVar[dict[Any, Any]] = {}
    asks: ClassVar[bool] = False
    """It only wants to know something."""

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        return self.slots

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        intent_obj.slots = self.async_validate_slots(intent_obj.slots)
        response = intent_obj.create_response()
        codes, words = intent.IntentResponseErrorCode, speech(intent_obj.hass, intent_obj.language)
        try:
            sentences = await self.answer(await ask(intent_obj))
        except NotUnderstoodError as error:
            # With this code a pipeline that has a language model behind Home Assistant's own sentences asks that too:
            # it may know what was meant, and is not to find a way round what was refused.
            code = codes.NO_VALID_TARGETS if error.key in _OTHERS_MAY_KNOW else codes.FAILED_TO_HANDLE
            response.async_set_error(code, words.refuse(error.key, **error.slots))
        except HomeAssistantError as error:
            key = error.translation_key or ""
            response.async_set_error(codes.FAILED_TO_HANDLE, words.refuse(_SAME.get(key, key)))
        else:
            response.async_set_speech(" ".join(sentences))
            if self.asks:
                response.response_type = intent.IntentResponseType.QUERY_ANSWER
        return response

    async def answer(self, asked: Asked) -> list[str]:
        """Do it, and return what to say. Raises NotUnderstoodError and NotAllowed before anything changes."""
        raise NotImplementedError


class Mute(EarlidIntent):
    """Hold speakers mute."""

    intent_type = "EarlidMute"
    description = "Turns the microphones of guarded smart speakers off, for a while or until they are resumed"
    slots: ClassVar = {**_WHICH, **_LENGTH}

    @override
    async def answer(self, asked: Asked) -> list[str]:
        length = span(asked.slots)
        slugs = asked.meant_or_here().slugs
        await _ensure_control(asked, slugs)
        until = None if length is None else typed.from_now(length)
        await ensure_may_mute(asked.hass, asked.entry, asked.context, asked.views(slugs).values(), until, ear=asked.ear)
        await asked.household.mute(slugs, length, asked.context)
        await telling.reported_off(asked.household, slugs)
        sentences = telling.silenced(asked, slugs)
        return sentences if until is None else [*sentences, _until(asked, "EarlidMute.until", until)]


class Listen(EarlidIntent):
    """Let speakers listen for a while."""

    intent_type = "EarlidListen"
    description = "Lets a guarded smart speaker listen for a while"
    slots: ClassVar = {**_WHICH, **_LENGTH}

    @override
    async def answer(self, asked: Asked) -> list[str]:
        try:
            length = span(asked.slots)
        except NotUnderstoodError as error:
            raise NotUnderstoodError("for_ever_listen" if error.key == FOR_EVER else error.key) from error
        meant = asked.meant_or_here(narrow=True)
        if meant.whole:
            raise NotUnderstoodError("whole_home_refused")
        if length is None:
            raise NotUnderstoodError("no_duration")
        if length > LONGEST_LISTEN:
            raise NotUnderstoodError("listen_too_long")
        await _ensure_control(asked, meant.slugs)
        await ensure_may_allow(asked.hass, asked.entry, asked.context, meant.slugs, ear=asked.ear)
        # A mute hold outranks it: the wish would wait beneath, and begin when nobody thinks of it any more.
        if muted := [slug for slug, view in asked.views(meant.slugs).items() if view.holds.mute is not None]:
            raise NotUnderstoodError("muted_first", speakers=asked.named(muted))
        until = dt_util.utcnow() + length
        await asked.household.listen(meant.slugs, length, asked.context)
        return [_until(asked, "EarlidListen.default", until, speakers=asked.named(meant.slugs))]


class Resume(EarlidIntent):
    """Let the rules decide again."""

    intent_type = "EarlidResume"
    description = "Ends what someone decided for guarded smart speakers, so that the rules decide again"
    slots: ClassVar = _WHICH

    @override
    async def answer(self, asked: Asked) -> list[str]:
        slugs = asked.meant_or_here(narrow=True).slugs
        await _ensure_control(asked, slugs)
        await ensure_may_allow(asked.hass, asked.entry, asked.context, slugs, ear=asked.ear)
        await asked.household.resume(slugs, asked.context)
        views = asked.views(slugs).values()
        may = [view.speaker.name for view in views if view.decision.may_listen]
        stay = [view for view in views if not view.decision.may_listen]
        sentences = [asked.speech.say("EarlidResume.allowed", speakers=may)] if may else []
        for view in stay:
            why = telling.reason(asked, view)
            # That it may not listen is no word on whether it can.
            sentences.append(asked.speech.say("EarlidResume.stays", speakers=[view.speaker.name], reason=why))
            sentences.append(telling.state(asked, view))
        return sentences


class Lockdown(EarlidIntent):
    """Everything off, above all else."""

    intent_type = "EarlidLockdown"
    description = "Turns the microphones of all guarded smart speakers off, above every rule, until that is lifted"

    @override
    async def answer(self, asked: Asked) -> list[str]:
        slugs = list(asked.household.speakers)
        await _ensure_control(asked, slugs)
        await asked.household.set_lockdown(True, asked.context)
        await telling.reported_off(asked.household, slugs)
        return [asked.speech.say("EarlidLockdown.default"), *telling.silenced(asked, slugs)]


class LiftLockdown(EarlidIntent):
    """Let the rules decide again."""

    intent_type = "EarlidLiftLockdown"
    description = "Lifts the lockdown of the guarded smart speakers"

    @override
    async def answer(self, asked: Asked) -> list[str]:
        if not asked.household.lockdown:
            return [asked.speech.say("EarlidLiftLockdown.not_on")]
        await _ensure_control(asked, list(asked.household.speakers))
        await ensure_may_allow(asked.hass, asked.entry, asked.context, ear=asked.ear, lifts=True)
        await asked.household.set_lockdown(False, asked.context)
        may = [view.speaker.name for view in asked.household.speakers.values() if view.decision.may_listen]
        over = asked.speech.say("EarlidLiftLockdown.default")
        return [over, asked.speech.say("EarlidResume.allowed", speakers=may)] if may else [over]


class WhoIsListening(EarlidIntent):
    """Which microphones are open, and how sure that is."""

    intent_type = "EarlidWhoIsListening"
    description = "Tells which guarded smart speakers can hear now, and how sure it is that the others cannot"
    slots: ClassVar = _WHICH
    asks = True

    @override
    async def answer(self, asked: Asked) -> list[str]:
        meant = asked.meant_or_all()
        if len(meant.slugs) == 1 and not meant.whole:
            return [telling.state(asked, view) for view in asked.views(meant.slugs).values()]
        return telling.hearing(asked, meant)


class WhyOff(EarlidIntent):
    """Why speakers may not listen."""

    intent_type = "EarlidWhyOff"
    description = "Tells why a guarded smart speaker may not listen, and until when"
    slots: ClassVar = _WHICH
    asks = True

    @override
    async def answer(self, asked: Asked) -> list[str]:
        meant = asked.meant() or asked.meant_or_all()
        views = asked.views(meant.slugs).values()
        off = [view for view in views if not view.decision.may_listen]
        if meant.whole and not off:
            return [asked.speech.say("EarlidWhyOff.all_on", speakers=asked.named(meant.slugs))]
        sentences = []
        for view in off if meant.whole else views:
            may = view.decision.may_listen
            why = telling.reason(asked, view)
            sentences.append(
                asked.speech.say(f"EarlidWhyOff.{'on' if may else 'off'}", speakers=[view.speaker.name], reason=why)
            )
            if not may and view.decision.until is not None:
                sentences.append(_until(asked, "EarlidWhyOff.until", view.decision.until))
            sentences.append(telling.state(asked, view))
        return sentences


class WakesToday(EarlidIntent):
    """How often assistants woke."""

    intent_type = "EarlidWakesToday"
    description = "Tells how often the assistants of guarded smart speakers woke today"
    slots: ClassVar = _WHICH
    asks = True

    @override
    async def answer(self, asked: Asked) -> list[str]:
        meant = asked.meant_or_all()
        days = [today(view) for view in asked.views(meant.slugs).values()]
        who = (
            asked.speech.say("EarlidWakesToday.everyone")
            if meant.whole and asked.sees_all
            else asked.named(meant.slugs)
        )
        woke, unanswered = sum(day.activations for day in days), sum(day.unanswered for day in days)
        return [asked.speech.say("EarlidWakesToday.default", speakers=who, woke=woke, unanswered=unanswered)]


INTENTS: Final = (Mute, Listen, Resume, Lockdown, LiftLockdown, WhoIsListening, WhyOff, WakesToday)


async def _ensure_control(asked: Asked, slugs: list[str]) -> None:
    """Let through who may control each of these; what was said aloud is nobody's."""
    if asked.typed is not None:
        await ensure_control(asked.hass, asked.entry, asked.typed, slugs)


def _until(asked: Asked, key: str, until: Any, **slots: Any) -> str:
    return asked.speech.say(key, until=asked.speech.moment(until), **slots)
