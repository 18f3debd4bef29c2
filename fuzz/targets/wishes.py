"""What is asked of Earlid aloud, by a language model, by an action or over the websocket, by whoever may ask little."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import json
from typing import Any, Final

from homeassistant.auth.models import User
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.intent import Intent, IntentHandleError, InvalidSlotInfo
from homeassistant.helpers.llm import LLMContext, ToolInput
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.earlid.engine.model import Effect, Hold, Holds
from custom_components.earlid.intents import speech
from custom_components.earlid.intents.understood import INTENTS
from custom_components.earlid.journal.chain import Entry
from custom_components.earlid.llm import LISTEN, TOOLS, EarlidTool
from fuzz.home import SLUGS, WORDS, Home, home
from fuzz.target import Feed, Target, one_of, part

_LANGUAGES: Final = ("en", "de", "fr", "es", "nl", "it", "sv", "xx")
_WHO: Final = ("admins", "anyone")
_ACTIONS: Final = ("mute", "listen", "resume", "report_activation", "explain", "get_journal", "self_test")
_SECRET: Final = ("speaker_1", "Speaker 1", "speaker_2", "Speaker 2")


def _callers(lives: Home) -> tuple[tuple[User | None, Context], ...]:
    """Return who asks: nobody, which is the household; a guest, who may little; an administrator; and nobody known."""
    return (
        (None, Context()),
        (lives.guest, Context(user_id=lives.guest.id)),
        (lives.admin, Context(user_id=lives.admin.id)),
        (None, Context(user_id="f" * 32)),
    )


def fuzzed(do: Callable[[Home, Any, User | None, Context], Any]) -> Any:
    """Return what begins to feed wishes of one kind."""

    @contextmanager
    def begin() -> Iterator[Feed]:
        with home() as lives:
            calm = lives.standing
            lives.run(speech.load(lives.hass))
            lives.rows = [
                _row(1, "activation", outcome="answered", allowed=True, source="mqtt", note="secret"),
                _row(2, "decision", allowed=False, because="rule", slug="night"),
                _row(3, "breach", state="began"),
                _row(4, "activation", outcome="unanswered", amends="1"),
            ]

            async def settled(given: Any, user: User | None, context: Context) -> None:
                await do(lives, given, user, context)
                await lives.settle()

            def feed(given: Any) -> None:
                who = one_of(_WHO, part(given, "who", 0))
                lives.let(who_may_allow=who, agents_may_listen=part(given, "agents") is True)
                user, context = one_of(_callers(lives), part(given, "caller", 0))
                muted = part(given, "muted") is True
                if muted:
                    lives.hold(Holds(mute=Hold(effect=Effect.MUTE, at=dt_util.utcnow(), until=None)))
                try:
                    lives.run(settled(given, user, context))
                    if lives.standing != calm:
                        _ensure_allowed(
                            lives,
                            user,
                            context,
                            anyone=who == "anyone",
                            aloud=part(given, "aloud") is True,
                            muted=muted,
                        )
                finally:
                    if lives.standing != calm:
                        lives.hold()
                lives.ensure_calm()

            yield feed

    return begin


def _ensure_allowed(
    lives: Home, user: User | None, context: Context, *, anyone: bool, aloud: bool, muted: bool
) -> None:
    """Raise AssertionError where somebody has let a speaker listen, or changed one, who may not."""
    household = user is None and context.user_id is None
    allowed = user is lives.admin or (anyone and (user is lives.guest or household)) or (household and not aloud)
    assert allowed or not lives.listens, "nobody let it listen"
    assert allowed or not muted or len(lives.mutes) == len(SLUGS), "nobody let it listen"
    if user is lives.guest:
        assert not set(lives.listens) - {"speaker_0"}, "that one is not theirs"
        assert muted or not set(lives.mutes) - {"speaker_0"}, "that one is not theirs"


async def _say(lives: Home, given: Any, _user: User | None, context: Context) -> None:
    kind = one_of(INTENTS, part(given, "intent", 0))
    slots = part(given, "slots")
    intent = Intent(
        lives.hass,
        "conversation",
        kind.intent_type,
        {name: {"value": value} for name, value in slots.items()} if isinstance(slots, dict) else {},
        None,
        context,
        one_of(_LANGUAGES, part(given, "language", 0)),
        device_id="device" if part(given, "aloud") is True else None,
    )
    try:
        response = await kind().async_handle(intent)
    except vol.Invalid, InvalidSlotInfo, IntentHandleError:
        # Home Assistant says so.
        return
    said = response.speech["plain"]["speech"]
    assert said, "it is answered in words"
    ensure_unknown(lives, context, given, said)


async def _ask(lives: Home, given: Any, _user: User | None, context: Context) -> None:
    tool = EarlidTool(one_of((*TOOLS, LISTEN), part(given, "tool", 0)))
    args = part(given, "args")
    whose = None if part(given, "nobody") is True else context
    asked = LLMContext("conversation", whose, "en", "conversation", "device" if part(given, "aloud") is True else None)
    result = await tool.async_call(lives.hass, ToolInput(tool.name, args if isinstance(args, dict) else {}), asked)
    # Whom nobody knows is of the household: a satellite has no user.
    ensure_unknown(lives, whose or Context(), given, json.dumps(result.data, default=str))


async def _act(lives: Home, given: Any, _user: User | None, context: Context) -> None:
    action, data = one_of(_ACTIONS, part(given, "action", 0)), part(given, "data")
    answers = lives.hass.services.supports_response("earlid", action).value != "none"
    try:
        await lives.hass.services.async_call(
            "earlid", action, data if isinstance(data, dict) else {}, True, context, return_response=answers
        )
    except HomeAssistantError, vol.Invalid:
        return


def ensure_unknown(lives: Home, context: Context, given: Any, said: str) -> None:
    """Raise AssertionError where a guest is told of a speaker that is none of theirs, and that they did not name."""
    if context.user_id == lives.guest.id:
        named = json.dumps(given)
        assert not any(
            secret in said and secret not in named and secret.lower() not in named.lower() for secret in _SECRET
        )


def _row(number: int, kind: str, **body: Any) -> Entry:
    return Entry(number, f"{number}", dt_util.utcnow(), kind, f"speaker_{number % 3}", body, "")


_SLOTS: Final = (
    "speaker",
    "name",
    "area",
    "floor",
    "hours",
    "minutes",
    "seconds",
    "span",
    "minus",
    "preferred_area_id",
)
_SAID: Final = (
    *WORDS,
    "speaker 0 and speaker 1",
    "kitchen speaker",
    "speaker 0 lamp",
    "attic",
    "zero",
    "twins",
    "0",
    "kitchen in",
    "the",
    "all speakers",
    "the kitchen and the cellar",
    "here",
    "speaker",
    "für immer",
    "alle",
    "kitchen in ten minutes",
    "for_ever",
    "tomorrow",
    "vague",
    *_SLOTS,
    "slots",
    "intent",
    "caller",
    "who",
    "language",
    "aloud",
    5,
    43201,
)
_NAMED: Final = (
    "intents/naming:Said.meant",
    "intents/naming:Said._",
    "called:plain",
    "called:Names.meant",
    "called:Names._alike",
    "called:Names._in_order",
)

TARGETS: Final = (
    Target(
        name="voice",
        begin=fuzzed(_say),
        parses=("intents/durations", *_NAMED, "intents/speech:Speech.means", "intents/speech:Speech.told_apart"),
        words=_SAID,
        share=0.05,
    ),
    Target(
        name="model",
        begin=fuzzed(_ask),
        parses=(
            "asked:ask_for",
            "asked:Ask.meant",
            "asked:Ask.names_nothing",
            "asked:mute",
            "asked:listen",
            "asked:explain",
            "asked:_span",
            "asked:journal_summary",
            "called:speaker_called",
            "called:speakers_in",
            "called:Names.meant",
            "called:Names.there",
        ),
        words=(
            *WORDS,
            "speakers",
            "areas",
            "everywhere",
            "minutes",
            "speaker",
            "hours",
            "twins",
            "zero",
            "0",
            "Attic",
            "Kitchen",
            "args",
            "tool",
            "caller",
            "who",
            "agents",
            "aloud",
            "muted",
            "nobody",
            720,
            721,
        ),
        share=0.05,
        spared={
            "if not entries:": "Earlid is loaded here",
            "if len(part) == 1 and guess and not narrow:": "of a model no part of a name is taken",
            "raise UnclearError(Why.NEAR, self._in_order(part or near))": "the same",
        },
    ),
    Target(
        name="action",
        begin=fuzzed(_act),
        parses=(
            "targets:resolve",
            "targets:_ids",
            "targets:_wrong",
            "targets:_problem",
            "targets:names_home",
            "services:_mute",
            "services:_listen",
            "services:_resume",
            "services:_report_activation",
            "services:_explain",
            "services:_meant",
        ),
        words=(
            *WORDS,
            "data",
            "action",
            "caller",
            "who",
            "entity_id",
            "device_id",
            "area_id",
            "floor_id",
            "label_id",
            "duration",
            "kitchen",
            "cellar",
            "all",
            "select.speaker_0_mode",
            "sensor.speaker_1_microphone",
            "switch.earlid_lockdown",
            "outcome",
            "at",
        ),
        share=0.05,
    ),
)
