"""What is true of speakers, in sentences: what their microphones do and how sure that is, and what decides."""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Final

from custom_components.earlid.engine.finishing import waits
from custom_components.earlid.engine.model import Because, Proof
from custom_components.earlid.entity import decider
from custom_components.earlid.runtime import Household, SpeakerView

from .asked import Asked
from .naming import Meant

# A plug answers within some 50 ms; who was asked for silence should not be silent for longer than this.
_PATIENCE: Final = 2.0  # s
_OFF: Final = (Proof.OFF_UNPROVEN, Proof.OFF_PROVEN)


async def reported_off(household: Household, slugs: Collection[str]) -> None:
    """Return once these speakers are reported off, or when nobody can wait any longer for that."""
    off = asyncio.Event()

    def look() -> None:
        views = [view for slug, view in household.speakers.items() if slug in slugs and view.speaker.enforce]
        if all(view.assessment.proof.off for view in views):
            off.set()

    stops = [household.on_change(slug, look) for slug in slugs]
    look()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await off.wait()
    finally:
        for stop in stops:
            stop()


def silenced(asked: Asked, slugs: Collection[str]) -> list[str]:
    """Return what has become of a wish for silence."""
    views = list(asked.views(slugs).values())
    enforced = [view for view in views if view.speaker.enforce]
    told = [
        ("EarlidMute.told", _with(enforced, Proof.LIVE)),
        ("EarlidMute.unknown", _with(enforced, Proof.UNKNOWN)),
        *((f"EarlidWhoIsListening.{proof.value}", _with(enforced, proof)) for proof in _OFF),
        ("EarlidMute.observed", [view.speaker.name for view in views if not view.speaker.enforce]),
    ]
    return _sentences(asked, told)


def hearing(asked: Asked, meant: Meant) -> list[str]:
    """Return who can hear, who cannot, and how sure that is."""
    views = list(asked.views(meant.slugs).values())
    live = [view for view in views if view.assessment.proof is Proof.LIVE]
    unknown = _with(views, Proof.UNKNOWN)
    sentences = _sentences(
        asked,
        [
            ("EarlidWhoIsListening.live", [view.speaker.name for view in live if view.decision.may_listen]),
            ("EarlidWhoIsListening.breach", [view.speaker.name for view in live if not view.decision.may_listen]),
        ],
    )
    # What nobody guards may hear all the same, and so may what whoever asks is not told of.
    if meant.whole and not live and not unknown:
        sentences.append(asked.speech.say(f"EarlidWhoIsListening.{'nobody' if asked.sees_all else 'nobody_seen'}"))
    elif meant.whole and not live and asked.sees_all:
        sentences.append(asked.speech.say("EarlidWhoIsListening.none_known"))
    rest = [(f"EarlidWhoIsListening.{proof.value}", _with(views, proof)) for proof in _OFF]
    return sentences + _sentences(asked, [("EarlidWhoIsListening.unknown", unknown), *rest])


def state(asked: Asked, view: SpeakerView) -> str:
    """Return what one speaker's microphone does."""
    proof = view.assessment.proof
    key = "breach" if proof is Proof.LIVE and not view.decision.may_listen else proof.value
    return asked.speech.say(f"EarlidWhoIsListening.{key}", speakers=[view.speaker.name])


def reason(asked: Asked, view: SpeakerView) -> str:
    """Return what decides whether a speaker may listen."""
    because = view.decision.because
    match because.because:
        case _ if waits(view.decision):
            word = "finishing"
        case Because.RULE:
            return asked.speech.say("EarlidWhyOff.because_rule", rule=because.name or because.slug)
        case Because.HOLD if decider(view) == "hand":
            word = "hand"
        case Because.HOLD:
            word = "let" if view.decision.may_listen else "muted"
        case other:
            word = other.value
    return asked.speech.say(f"EarlidWhyOff.because_{word}")


def _with(views: Iterable[SpeakerView], proof: Proof) -> list[str]:
    return [view.speaker.name for view in views if view.assessment.proof is proof]


def _sentences(asked: Asked, told: Iterable[tuple[str, list[str]]]) -> list[str]:
    return [asked.speech.say(key, speakers=names) for key, names in told if names]
