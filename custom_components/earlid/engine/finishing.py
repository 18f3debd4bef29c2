"""Letting a speaker finish: a scheduled mute waits for music, alarms and timers, and for nothing else.

It begins to wait only as the schedule begins to mute a speaker that might listen, and only once for each silence: what
a cloud says may go on playing long after the power is gone. All other voices against listening are heard at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import Because, Decision, Effect, Holds, passed
from .policy import Facts, decide

# An alarm is not over as it begins to ring.
RINGS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pastime:
    """What a speaker is busy with, as far as anything says."""

    playing: bool = False
    due: tuple[datetime, ...] = ()
    """When its alarms, timers and reminders ring."""

    def until(self, end: datetime, now: datetime) -> datetime | None:
        """Return until when it is busy if nothing more is said, `end` at the latest; None: it is not."""
        if self.playing:
            return end
        rings = [at + RINGS for at in self.due if at <= end and at + RINGS > now]
        return min(max(rings), end) if rings else None


@dataclass(frozen=True, slots=True)
class Wait:
    """A scheduled mute that waits."""

    since: datetime
    look_at: datetime
    """When it is over if nothing more is said."""


def waits(decision: Decision) -> bool:
    """Return whether the speaker may listen only until it has finished; the rules would mute it already."""
    return bool(decision.lost) and decision.lost[0].waiting


def finish(
    facts: Facts,
    before: Decision | None,
    wait: Wait | None,
    now: datetime,
    *,
    off: bool,
    pastime: Pastime,
    jumped: bool,
) -> tuple[Decision, Wait | None]:
    """Return the decision, with the mute that waits for the speaker to finish, if one does.

    `before`: the decision of the last look, None at a start; `wait`: what this returned then. `off`: the relay reports
    off, so that nothing plays. `jumped`: the clock was set, and nobody knows how long it has waited.
    """
    decision = decide(facts, now)
    if before is None or not before.may_listen or not (before.base or wait is not None):
        return decision, None
    # A hold that lets it listen leaves the wait beneath as it is; one that mutes, lockdown and posture end it.
    by_rule = decision.may_listen or decision.because.because is Because.RULE
    if decision.base or not by_rule or jumped or off:
        return decision, None
    # From when the mute was due, though Home Assistant may have hung as it was.
    since = min(now, before.next_change or now) if wait is None else wait.since
    span = facts.speaker.finish_playing
    busy_until = None if passed(since, span, now) else pastime.until(since + span, now)
    without = _without_schedules(facts, now)
    if busy_until is None or without is None:
        return decision, None
    wait = Wait(since, busy_until)
    if decision.may_listen:
        return decision, wait
    votes = (decision.because, *decision.lost)
    waiting = tuple(replace(vote, waiting=True) for vote in votes if vote.effect is Effect.MUTE and vote.slug)
    return replace(without, lost=waiting + without.lost, until=since + span, base=False), wait


def _without_schedules(facts: Facts, now: datetime) -> Decision | None:
    """Return the decision without the schedules that mute; None where something else mutes, or may do so."""
    mutes = [s for s in facts.standings if s.in_force and s.rule.effect is Effect.MUTE]
    if not all(s.known and s.rule.scheduled for s in mutes):
        return None
    others = tuple(s for s in facts.standings if s.rule.effect is not Effect.MUTE)
    decision = decide(replace(facts, standings=others, holds=Holds()), now)
    return decision if decision.may_listen else None
