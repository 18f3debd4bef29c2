"""When permission and truth disagree so long, or so plainly, that the household must know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .model import Breach, Cause, Record, Speaker, passed


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """How permission and truth disagree at one moment."""

    since: datetime | None
    """Since when the speaker may not listen and nothing shows it off; None: they agree."""
    started_at: datetime | None
    """When Home Assistant had started: deadlines begin then."""
    contradicted: bool
    """An independent witness says live where the relay says off."""
    stands: bool
    """At a start, those who did before may only not be there yet."""
    turned_on: bool
    """The relay was turned on elsewhere."""
    heard_at: datetime | None
    """When the speaker was heard without permission, as long as nothing has answered that."""


def judge(
    disagreement: Disagreement, before: Breach | None, deadline: timedelta, now: datetime
) -> tuple[Breach | None, datetime | None]:
    """Return the breach there is at `now`, or else when there will be one if nothing changes.

    A breach goes on, across a restart too, until they agree; only its cause follows what is known.
    """
    since = disagreement.since
    if since is None:
        return None, None
    first = since if before is None else before.since
    if disagreement.heard_at is not None:
        return Breach(cause=Cause.HEARD_WHILE_MUTED, since=min(first, disagreement.heard_at)), None
    stands = disagreement.stands and before is not None and before.cause is Cause.EVIDENCE_CONTRADICTS
    if disagreement.contradicted or stands:
        return Breach(cause=Cause.EVIDENCE_CONTRADICTS, since=first), None
    if before is None:
        if disagreement.started_at is None:
            return None, None
        # A start in the future is one from before the clock was set back: it is over, not still to come.
        started_at = disagreement.started_at if disagreement.started_at <= now else since
        counts_from = max(since, started_at)
        if not passed(counts_from, deadline, now):
            return None, counts_from + deadline
    cause = Cause.TURNED_ON_ELSEWHERE if disagreement.turned_on else Cause.RELAY_UNREACHABLE
    return Breach(cause=cause, since=first), None


def breach_records(speaker: Speaker, before: Breach | None, after: Breach | None, now: datetime) -> list[Record]:
    """Return the record of a breach that begins or ends; `exposed_s` is how long it was."""
    if before is None and after is not None:
        body: dict[str, object] = {"state": "began", "cause": after.cause.value, "exposed_s": 0.0}
        return [Record(kind="breach", at=now, speaker=speaker.slug, body=body)]
    if before is not None and after is None:
        seconds = max((now - before.since).total_seconds(), 0.0)
        body = {"state": "ended", "cause": before.cause.value, "exposed_s": seconds}
        return [Record(kind="breach", at=now, speaker=speaker.slug, body=body)]
    return []
