"""A speaker's situation in words and numbers that survive JSON: for the action `explain` and the diagnostics."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.util import dt as dt_util

from .engine.assurance import Grade, off_when_power_returns
from .engine.finishing import waits
from .engine.model import Breach, Hold, Vote
from .engine.trials import Finding
from .runtime import Household, SpeakerView


def explain(household: Household, view: SpeakerView, until: datetime) -> dict[str, Any]:
    """Return the decision, every vote that lost, the evidence, and the plan up to `until`; times are ISO 8601, UTC."""
    decision, assessment = view.decision, view.assessment
    return {
        "name": view.speaker.name,
        "enforced": view.speaker.enforce,
        "decision": {
            "may_listen": decision.may_listen,
            "because": _vote(decision.because),
            "until": _moment(decision.until),
            "next_change": _moment(decision.next_change),
            "finishing_playback": waits(decision),
        },
        "trace": [_vote(vote) for vote in decision.lost],
        "evidence": {
            "microphone": assessment.proof.value,
            "witnesses": list(assessment.witnesses),
            "contradicted": assessment.contradicted,
        },
        "draw": {"idle_w": None if view.idle_draw is None else round(view.idle_draw, 2), "left_plug": view.left_plug},
        "flapping": view.flapping,
        "assurance": explain_assurance(view),
        "breach": _breach(view.breach),
        "holds": {"mute": _hold(view.holds.mute), "listen": _hold(view.holds.listen)},
        "plan": [
            {"at": _moment(flip.at), "may_listen": flip.may_listen} for flip in household.plan(view.speaker.slug, until)
        ],
    }


def explain_assurance(view: SpeakerView, finding: Finding | None = None) -> dict[str, Any]:
    """Return the grade of the speaker's relay and each step of what it stands on; spans in seconds.

    `finding`: what a trial has just come to, which counts for nothing if it was interrupted.
    """
    evidence, settings = view.assurance.evidence, view.assurance.settings
    tried, off = finding or evidence.clock, off_when_power_returns(evidence, settings)
    steps: list[dict[str, Any]] = []
    if view.clock is None:
        steps.append({"step": "clock", "result": "none"})
    elif tried is None:
        steps.append({"step": "clock", "result": Grade.UNTESTED.value})
    else:
        steps += [
            {
                "step": "clock",
                "result": tried.verdict.value,
                "at": _moment(tried.at),
                "granted_s": _seconds(tried.granted),
                "off_after_s": _seconds(tried.off_after),
            },
            {"step": "meter", "result": tried.meter.value},
        ]
    steps.append({"step": "power_on", "result": {None: "unknown", True: "off", False: "not_off"}[off]})
    if evidence.power is not None:
        steps.append({"step": "power_cycle", "result": evidence.power.verdict.value, "at": _moment(evidence.power.at)})
    elif view.clock is not None and off is None:
        steps.append({"step": "power_cycle", "result": "asked"})
    return {"grade": view.assurance.grade.value, "steps": steps, "firmware": settings.firmware or None}


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 1)


def _vote(vote: Vote) -> dict[str, Any]:
    return {
        "kind": vote.because.value,
        "effect": vote.effect.value,
        "rule": vote.slug or None,
        "name": vote.name or None,
        "until": _moment(vote.until),
        "waiting": vote.waiting,
    }


def _hold(hold: Hold | None) -> dict[str, Any] | None:
    if hold is None:
        return None
    return {"at": _moment(hold.at), "until": _moment(hold.until), "by_hand": hold.by_hand}


def _breach(breach: Breach | None) -> dict[str, Any] | None:
    return None if breach is None else {"cause": breach.cause.value, "since": _moment(breach.since)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else dt_util.as_utc(moment).isoformat()
