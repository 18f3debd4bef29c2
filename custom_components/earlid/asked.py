"""What comes of what a language model asks: answers in words that a model does not twist, and wishes.

They go to the model's maker, so words that were heard, and notes, are in none of them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.llm import LLMContext
from homeassistant.util import dt as dt_util
import voluptuous as vol

from . import history, typed
from .agents import remember
from .called import speaker_called, speakers_in
from .const import DOMAIN, LONGEST_LISTEN
from .engine.model import Proof
from .entity import decider
from .explain import explain as explained
from .journal import Query
from .permission import ensure_control, ensure_may_allow, ensure_may_mute, may_read
from .runtime import EarlidConfigEntry, SpeakerView
from .typed import wrong
from .whose import Ear, whose

SPEAKERS: Final = "speakers"
AREAS: Final = "areas"
EVERYWHERE: Final = "everywhere"
MINUTES: Final = "minutes"
SPEAKER: Final = "speaker"
HOURS: Final = "hours"

CERTAINTY: Final = {
    Proof.LIVE: "The microphone can hear.",
    Proof.OFF_PROVEN: "Off, proven: the relay reports off and something independent agrees.",
    Proof.OFF_UNPROVEN: "Off as far as its relay reports; nothing independent proves it.",
    Proof.UNKNOWN: "Nobody can tell, so it counts as able to hear.",
}
ASSURANCE: Final = {
    "a": "It goes off by itself if Home Assistant fails; this was tested.",
    "b": "It goes off by itself after a fixed time if Home Assistant fails, with gaps.",
    "c": "If Home Assistant fails while it may listen, nothing turns it off.",
    "untested": "What happens if Home Assistant fails has not been tested.",
}

# The journal is gone through for it; who wants more has the export.
_MOST_HOURS: Final = 31 * 24
_MOST_BREACHES: Final = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Who asks for what."""

    hass: HomeAssistant
    entry: EarlidConfigEntry
    context: Context
    ear: Ear | None
    told: dict[str, Any]
    known: list[str]
    """The speakers that who talks with the model may know of."""

    def view(self, slug: str) -> SpeakerView:
        """Return a speaker as it is now."""
        return self.entry.runtime_data.speakers[slug]

    def meant(self, *, everywhere: bool = False, narrow: bool = True) -> list[str]:
        """Return the speakers that are meant by name and by room; `narrow`: rather too few than too many.

        Raises:
            ServiceValidationError: A name means none, or one of several; or nothing is named, unless `everywhere`.
        """
        found: set[str] = set(self.known) if everywhere else set()
        # Each once: a model may say the same a thousand times, and each is looked for among all names of the home.
        for name in dict.fromkeys(self.told.get(SPEAKERS, ())):
            found |= {*speaker_called(self.hass, self.entry, name, self.known, narrow=narrow)}
        for name in dict.fromkeys(self.told.get(AREAS, ())):
            found |= {*speakers_in(self.hass, self.entry, name, self.known)}
        if not self.known:
            raise wrong("no_speakers")
        if not found:
            raise wrong("nothing_named")
        return [slug for slug in self.known if slug in found]

    def names_nothing(self) -> bool:
        """Return whether no speaker and no room is named, by which a question means all."""
        return not self.told.get(SPEAKERS) and not self.told.get(AREAS)


async def ask_for(
    hass: HomeAssistant, parameters: vol.Schema, typed_in: Mapping[str, Any], llm_context: LLMContext
) -> Ask:
    """Return who asks for what; what a model leaves blank it has not said.

    Raises:
        Invalid: What is asked for is not what the parameters are.
        ServiceValidationError: Earlid is not loaded.
    """
    entries: list[EarlidConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise wrong("not_loaded")
    args = {key: value for key, value in typed_in.items() if value not in (None, "", [])}
    one = {key: [value] for key, value in args.items() if key in (SPEAKERS, AREAS) and isinstance(value, str)}
    told = parameters(args | one)
    context = llm_context.context or Context()
    remember(hass, context)
    ear = (await whose(hass, context)).ear
    # A device that a user's client names is only what that client says.
    if ear is None and context.user_id is None and llm_context.device_id is not None:
        ear = Ear(None, llm_context.device_id)
    known = await _known(hass, entries[0], context)
    return Ask(hass=hass, entry=entries[0], context=context, ear=ear, told=told, known=known)


async def _known(hass: HomeAssistant, entry: EarlidConfigEntry, context: Context) -> list[str]:
    speakers = list(entry.runtime_data.speakers)
    if context.user_id is None:
        return speakers
    user = await hass.auth.async_get_user(context.user_id)
    return [slug for slug in speakers if user is not None and may_read(hass, entry, user, slug)]


async def status(ask: Ask) -> dict[str, Any]:
    """Return who can hear, how sure that is, why, and until when."""
    return {
        "lockdown": ask.entry.runtime_data.lockdown,
        SPEAKERS: [_as_it_is(ask.view(slug)) for slug in ask.meant(everywhere=ask.names_nothing())],
    }


async def mute(ask: Ask) -> dict[str, Any]:
    """Mute the speakers that are meant.

    Raises:
        HomeAssistantError: What was asked for makes no sense, or the caller may not; nothing has changed.
    """
    duration = _span(ask.told[MINUTES]) if MINUTES in ask.told else None
    until = None if duration is None else typed.from_now(duration)
    slugs = ask.meant(everywhere=ask.told.get(EVERYWHERE, False), narrow=False)
    await ensure_control(ask.hass, ask.entry, ask.context, slugs)
    views = [ask.view(slug) for slug in slugs]
    await ensure_may_mute(ask.hass, ask.entry, ask.context, views, until, ear=ask.ear)
    await ask.entry.runtime_data.mute(slugs, duration, ask.context)
    return {
        "muted_until": _moment(until) or "until someone lets them listen again",
        SPEAKERS: [_as_it_is(ask.view(slug)) for slug in slugs],
        "note": "The order to switch off is on its way. Ask for the status to see whether it is reported off.",
    }


async def listen(ask: Ask) -> dict[str, Any]:
    """Let the speakers that are meant listen.

    Raises:
        HomeAssistantError: What was asked for makes no sense, or the caller may not; nothing has changed.
    """
    duration = _span(ask.told[MINUTES])
    if duration > LONGEST_LISTEN:
        raise wrong("listen_too_long", hours=LONGEST_LISTEN // timedelta(hours=1))
    slugs = ask.meant()
    await ensure_control(ask.hass, ask.entry, ask.context, slugs)
    await ensure_may_allow(ask.hass, ask.entry, ask.context, slugs, ear=ask.ear)
    # The wish would wait beneath the mute, and begin when nobody thinks of it any more.
    if muted := [ask.view(slug).speaker.name for slug in slugs if ask.view(slug).holds.mute is not None]:
        raise wrong("muted_first", speakers=", ".join(muted))
    await ask.entry.runtime_data.listen(slugs, duration, ask.context)
    return {
        "listen_until": _moment(typed.from_now(duration)),
        SPEAKERS: [_as_it_is(ask.view(slug)) for slug in slugs],
    }


async def explain(ask: Ask) -> dict[str, Any]:
    """Return why a speaker may listen or not."""
    hours = typed.hours(ask.told.get(HOURS, 24))
    until = dt_util.utcnow() + timedelta(hours=hours)
    slugs = speaker_called(ask.hass, ask.entry, ask.told[SPEAKER], ask.known)
    household = ask.entry.runtime_data
    return {SPEAKERS: [explained(household, ask.view(slug), until) for slug in slugs]}


async def journal_summary(ask: Ask) -> dict[str, Any]:
    """Return what today, or the last hours, add up to."""
    now = dt_util.utcnow()
    start = dt_util.start_of_local_day()
    if HOURS in ask.told:
        if not ask.told[HOURS] <= _MOST_HOURS:
            raise wrong("hours_out_of_range", hours=ask.told[HOURS], most=_MOST_HOURS)
        start = now - _span(ask.told[HOURS] * 60)
    slugs = ask.meant(everywhere=ask.names_nothing())
    household = ask.entry.runtime_data
    sums = await history.summary(ask.hass, household, dt_util.as_utc(start), now, slugs)
    query = Query(start=dt_util.as_utc(start), end=now, speakers=slugs, kinds=["breach"], limit=_MOST_BREACHES)
    breaches, _ = await history.records(ask.hass, household, query)
    began = Counter(record.speaker for record in breaches if record.body.get("state") == "began")
    return {
        "from": _moment(start),
        "to": _moment(now),
        SPEAKERS: [
            {"name": ask.view(slug).speaker.name, **sums["speakers"].get(slug, {}), "breaches": began[slug]}
            for slug in slugs
        ],
        "all": {**sums["all"], "breaches": began.total()},
        "words": {
            "activations": "how often the assistant woke",
            "unanswered": "woke and did nothing: it may have misheard",
            "not_allowed": "woke while it was not allowed to listen",
            "exposed_s": "seconds in which it could hear, or nobody could tell, without permission",
            "unknown_s": "seconds in which nobody could tell",
            "breaches": "how often it was found that it could hear without permission",
        },
    }


def _as_it_is(view: SpeakerView) -> dict[str, Any]:
    proof = view.assessment.proof
    shown: dict[str, Any] = {
        "name": view.speaker.name,
        "can_hear": {Proof.LIVE: "yes", Proof.UNKNOWN: "unknown"}.get(proof, "no"),
        "how_sure": CERTAINTY[proof],
        "may_listen": view.decision.may_listen,
        "because": _because(view),
        "until": _moment(view.decision.until) or "not known",
        "if_home_assistant_fails": ASSURANCE[view.assurance.grade.value],
    }
    if not view.speaker.enforce:
        shown["only_observed"] = "Earlid decides for it, but does not switch it."
    if view.breach is not None:
        shown["breach"] = {"cause": view.breach.cause.value, "since": _moment(view.breach.since)}
    return shown


def _because(view: SpeakerView) -> str:
    kind, name = view.decision.because.because.value, decider(view)
    return name if name == kind else f"{kind}: {name}"


def _span(minutes: float) -> timedelta:
    """Return so many minutes.

    Raises:
        ServiceValidationError: They are no span of time.
    """
    return typed.duration(minutes * 60) if not isinstance(minutes, bool) else typed.duration(str(minutes))


def _moment(moment: datetime | None) -> str | None:
    """Return a time of day as the household reads it: a model takes UTC for local time."""
    return None if moment is None else dt_util.as_local(moment).isoformat(timespec="seconds")
