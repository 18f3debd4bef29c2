"""Seconds live and seconds exposed, counted by the day of the household."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from .model import Proof


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What one speaker's day has added up to, and the state that goes on adding."""

    at: datetime
    day: date
    proof: Proof
    allowed: bool
    live: timedelta = timedelta(0)
    exposed: timedelta = timedelta(0)
    """Live or unknown without permission."""
    activations: int = 0
    unanswered: int = 0
    """Of these."""


def begin(at: datetime, zone: tzinfo) -> Tally:
    """Return an empty tally; until more is known, unknown and not allowed."""
    return Tally(at=at, day=at.astimezone(zone).date(), proof=Proof.UNKNOWN, allowed=False)


def advance(tally: Tally, now: datetime, zone: tzinfo, *, proof: Proof, allowed: bool) -> Tally:
    """Return the tally at `now`, from where on `proof` and `allowed` go on adding.

    A new day begins at its own midnight. Where the clock was set back nothing is added twice or taken away.
    """
    today = now.astimezone(zone).date()
    if today != tally.day:
        midnight = datetime.combine(today, datetime.min.time(), zone)
        start = max(tally.at, min(midnight.astimezone(now.tzinfo), now))
        tally = Tally(at=start, day=today, proof=tally.proof, allowed=tally.allowed)
    span = max(now - tally.at, timedelta(0))
    live = tally.live + (span if tally.proof is Proof.LIVE else timedelta(0))
    without_permission = not tally.allowed and tally.proof in (Proof.LIVE, Proof.UNKNOWN)
    exposed = tally.exposed + (span if without_permission else timedelta(0))
    return replace(tally, at=now, proof=proof, allowed=allowed, live=live, exposed=exposed)


def after_gap(tally: Tally, alive_at: datetime, now: datetime, zone: tzinfo) -> Tally:
    """Return the tally after nobody looked from `alive_at` to `now`: that time is unknown, whatever it was before."""
    seen = advance(tally, max(tally.at, alive_at), zone, proof=Proof.UNKNOWN, allowed=tally.allowed)
    return advance(seen, now, zone, proof=Proof.UNKNOWN, allowed=tally.allowed)


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a day of the household begins and ends, in UTC."""
    first, second = (datetime.combine(each, datetime.min.time(), zone) for each in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), second.astimezone(UTC)


def recount(tally: Tally, *, activations: int, unanswered: int) -> Tally:
    """Return the tally with its day's activations as they were counted elsewhere, where those are no fewer."""
    return replace(tally, activations=activations, unanswered=unanswered) if activations >= tally.activations else tally


def count(tally: Tally, woke_at: datetime, now: datetime, zone: tzinfo, *, activations: int, unanswered: int) -> Tally:
    """Return the tally at `now` with so many more of its own day's activations; one of another day changes nothing."""
    tally = advance(tally, now, zone, proof=tally.proof, allowed=tally.allowed)
    if woke_at.astimezone(zone).date() != tally.day:
        return tally
    total = tally.activations + activations
    # What was counted may be forgotten since: a clock set back begins the older day anew.
    return replace(tally, activations=total, unanswered=min(max(tally.unanswered + unanswered, 0), total))
