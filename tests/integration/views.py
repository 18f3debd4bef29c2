"""Speakers and rules as a household shows them, to be changed as a test needs them."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util

from custom_components.earlid.engine.evidence import Assessment
from custom_components.earlid.engine.exposure import Tally
from custom_components.earlid.engine.model import Because, Decision, Effect, Holds, Proof, Speaker, Vote
from custom_components.earlid.engine.rules import Rule
from custom_components.earlid.engine.windows import Window
from custom_components.earlid.runtime import RuleView, SpeakerView

NIGHT = Window(days=frozenset(range(7)), start=time(22), to=time(6), effect=Effect.MUTE, zone=ZoneInfo("Europe/Vienna"))


def decided(
    because: Because = Because.POSTURE,
    effect: Effect = Effect.LISTEN,
    *,
    name: str = "",
    until: datetime | None = None,
    lost: tuple[Vote, ...] = (),
) -> Decision:
    """Return a decision."""
    return Decision(
        may_listen=effect is Effect.LISTEN,
        because=Vote(because, effect, slug=name.lower(), name=name, until=until),
        until=until,
        lost=lost,
        next_change=until,
        base=effect is Effect.LISTEN,
    )


def a_speaker(slug: str, name: str | None = None, **changes: Any) -> SpeakerView:
    """Return a speaker that may listen, and does."""
    now = dt_util.utcnow()
    view = SpeakerView(
        speaker=Speaker(slug=slug, name=name or slug.title()),
        subentry_id=f"speaker-{slug}",
        device_id=None,
        decision=decided(),
        assessment=Assessment(Proof.LIVE),
        breach=None,
        holds=Holds(),
        tally=Tally(at=now, day=dt_util.as_local(now).date(), proof=Proof.LIVE, allowed=True),
        last_activation=None,
    )
    return replace(view, **changes)


def a_rule(slug: str, name: str | None = None, effect: Effect = Effect.MUTE) -> RuleView:
    """Return a rule that counts and does not hold now."""
    rule = Rule(slug=slug, name=name or slug.title(), effect=effect, source=NIGHT)
    return RuleView(rule=rule, subentry_id=f"rule-{slug}", enabled=True, in_force=False, known=True)


def utc(*parts: int) -> datetime:
    """Return a moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]
