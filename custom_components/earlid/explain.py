"""A speaker's situation in words and numbers that survive JSON: for the action `explain` and the diagnostics."""

from datetime import datetime
from typing import Any

from homeassistant.util import dt as dt_util

from .engine.model import Breach, Hold, Vote
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
        },
        "trace": [_vote(vote) for vote in decision.lost],
        "evidence": {
            "microphone": assessment.proof.value,
            "witnesses": list(assessment.witnesses),
            "contradicted": assessment.contradicted,
        },
        "breach": _breach(view.breach),
        "holds": {"mute": _hold(view.holds.mute), "listen": _hold(view.holds.listen)},
        "plan": [
            {"at": _moment(at), "may_listen": may_listen} for at, may_listen in household.plan(view.speaker.slug, until)
        ],
    }


def _vote(vote: Vote) -> dict[str, Any]:
    return {
        "kind": vote.because.value,
        "effect": vote.effect.value,
        "rule": vote.slug or None,
        "name": vote.name or None,
        "until": _moment(vote.until),
    }


def _hold(hold: Hold | None) -> dict[str, Any] | None:
    if hold is None:
        return None
    return {"at": _moment(hold.at), "until": _moment(hold.until), "by_hand": hold.by_hand}


def _breach(breach: Breach | None) -> dict[str, Any] | None:
    return None if breach is None else {"cause": breach.cause.value, "since": _moment(breach.since)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else dt_util.as_utc(moment).isoformat()
