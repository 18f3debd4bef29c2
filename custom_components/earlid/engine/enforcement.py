"""From decision and readings to what is done: one step, the same for a start, a change, a fault and mere time.

It looks at the whole state, so a missed event costs nothing. Sent, reported and proven are kept apart: a command that
was sent has not arrived, a relay that reported off may still pass power.

OFF is due while the speaker may not listen: at once when nothing was sent yet, when the relay was turned on or came
back or the speaker was heard after the last OFF; again after 1, 2, 4 … 30 s while nothing shows it off; again every
15 min while only the relay itself says so. ON is due only on a decision, and only ON waits.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .breaches import Disagreement, breach_records, judge
from .evidence import Assessment, Seen, assess, fresh_off
from .hands import Sight
from .model import CLOCK_SLACK, Breach, Command, Decision, Proof, Readings, Record, Speaker, passed

# A relay that lost one command may have lost it to a moment's noise; one that lost five is not helped by haste.
_BACKOFF = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8, 16, 30))
# What only the relay itself reports off may be off by a stale state: said again, in case.
REASSERT = timedelta(minutes=15)
# A speaker that was heard while muted stays a breach at least so long, so that someone can see it.
HEARD_SHOWS = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The last command."""

    command: Command
    at: datetime
    tries: int = 1
    """How often it was sent without showing."""

    @property
    def again_at(self) -> datetime:
        """When it is due again if it does not show."""
        return self.at + _BACKOFF[min(self.tries, len(_BACKOFF)) - 1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What one step leaves for the next."""

    sent: Sent | None = None
    """None: nothing was sent since the start, whatever was sent before it."""
    sight: Sight = Sight()
    seen: Seen = Seen()
    proof: Proof = Proof.UNKNOWN
    unsilenced_since: datetime | None = None
    """Since when the speaker may not listen and nothing shows it off."""
    turned_on_at: datetime | None = None
    """When it was turned on elsewhere while it might not listen."""
    heard_settled: datetime | None = None
    """The last time it was heard that fresh evidence of off has answered."""
    breach: Breach | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one step says."""

    memory: Memory
    command: Command | None
    assessment: Assessment
    breach: Breach | None
    records: tuple[Record, ...]
    recheck_at: datetime | None

    @property
    def proof(self) -> Proof:
        """What is known about the microphone."""
        return self.assessment.proof


def step(
    speaker: Speaker,
    decision: Decision,
    readings: Readings,
    memory: Memory,
    now: datetime,
    *,
    wanted: bool,
    jumped: bool = False,
) -> Step:
    """Return what to send, believe and record at `now`, and when to look again at the latest.

    `wanted`: every speaker behind the same relay may listen; a shared relay is on only then.
    `jumped`: the clock was set since the last step. Set back by less than a wait has gone on, only that shows it, and
    the wait would begin anew; so what is not proven off is told again at once.
    """
    relay, sight = readings.relay, memory.sight
    wanted = wanted and decision.may_listen
    seen = _seen(speaker, readings, memory)
    ours = sight.shows_ours(sight.on_unreported_at, speaker, now)
    turned_on = not wanted and sight.saw_on(readings) and not ours
    heard = _open_heard(speaker, decision, readings, memory, now)
    assessment = assess(speaker, readings, seen, now)
    if heard is not None:
        assessment = replace(assessment, proof=Proof.LIVE, contradicted=True)
    proof, was_off = assessment.proof, memory.proof.off

    unsilenced = not decision.may_listen and not proof.off
    memory = replace(
        memory,
        seen=seen,
        sight=sight.after(readings),
        proof=proof,
        unsilenced_since=(memory.unsilenced_since or now) if unsilenced else None,
        turned_on_at=(now if turned_on else memory.turned_on_at) if relay.value and not wanted else None,
        heard_settled=readings.heard_at if heard is None else memory.heard_settled,
    )
    records = [_turned_on(speaker, now)] if turned_on else []
    disagreement = Disagreement(
        since=memory.unsilenced_since,
        started_at=readings.started_at,
        contradicted=assessment.contradicted,
        turned_on=memory.turned_on_at is not None,
        heard_at=heard,
    )
    breach, breach_at = judge(disagreement, memory.breach, speaker.deadline, now)
    records += breach_records(speaker, memory.breach, breach, now)

    news = sight.saw_on(readings) or sight.came_back(readings) or _news_since(memory.sent, readings, heard, now)
    if not wanted:
        news = news or (was_off and not proof.off) or (jumped and proof is not Proof.OFF_PROVEN)
    command, due_at = _due(speaker, readings, memory, assessment, now, wanted=wanted, news=news)
    if not speaker.enforce:
        command = due_at = None
    if command is not None:
        memory = _after_sending(command, memory, readings, now, news=news)
        due_at = memory.sent.again_at if memory.sent is not None else None
        records.append(Record(kind="command", at=now, speaker=speaker.slug, body={"command": command.value}))

    heard_until = None if heard is None else heard + HEARD_SHOWS
    looks = (due_at, breach_at, assessment.recheck_at, heard_until)
    return Step(
        memory=replace(memory, breach=breach),
        command=command,
        assessment=assessment,
        breach=breach,
        records=tuple(records),
        recheck_at=min((at for at in looks if at is not None and at > now), default=None),
    )


def _seen(speaker: Speaker, readings: Readings, memory: Memory) -> Seen:
    """Return the evidence memory; a relay that was out of sight may have been anything meanwhile."""
    seen = memory.seen
    relay = readings.relay
    if relay.available_since != memory.sight.available_since:
        seen = replace(seen, on_at=None, meter_high_at=None, meter_low_at=None)
    if relay.value is True and relay.changed_at != seen.on_at:
        seen = replace(seen, on_at=relay.changed_at, meter_high_at=None, meter_low_at=None)
    return seen.of_meter(readings.meter, speaker.off_below)


def _open_heard(
    speaker: Speaker, decision: Decision, readings: Readings, memory: Memory, now: datetime
) -> datetime | None:
    """Return when the speaker was heard without permission, as long as nothing has answered that."""
    heard = readings.heard_at
    if heard is None or decision.may_listen or heard == memory.heard_settled:
        return None
    if passed(heard, HEARD_SHOWS, now) and fresh_off(speaker, readings, heard):
        return None
    return heard


def _due(
    speaker: Speaker,
    readings: Readings,
    memory: Memory,
    assessment: Assessment,
    now: datetime,
    *,
    wanted: bool,
    news: bool,
) -> tuple[Command | None, datetime | None]:
    """Return the command that is due now, or else when one will be."""
    sent = memory.sent
    if wanted:
        return _on_due(speaker, readings, memory, now)
    if sent is None or sent.command is Command.ON or news:
        return Command.OFF, None
    if assessment.proof is Proof.OFF_PROVEN:
        return None, None
    again = sent.at + REASSERT if assessment.proof is Proof.OFF_UNPROVEN else sent.again_at
    if passed(sent.at, again - sent.at, now):
        return Command.OFF, None
    return None, again


def _on_due(
    speaker: Speaker, readings: Readings, memory: Memory, now: datetime
) -> tuple[Command | None, datetime | None]:
    """Return ON when it is due: the relay is off, or was sent off and has not said; after its rest."""
    sent, relay = memory.sent, readings.relay
    if relay.value is True or (relay.value is None and (sent is None or sent.command is Command.ON)):
        return None, None
    if sent is not None and sent.command is Command.ON:
        went_off_since = relay.changed_at is not None and relay.changed_at > sent.at
        if not went_off_since:
            return (Command.ON, None) if passed(sent.at, sent.again_at - sent.at, now) else (None, sent.again_at)
    # A slow relay may still show the off of before: the silence that ends here began no earlier than its OFF.
    rests_from = max((t for t in (relay.changed_at, memory.seen.silenced_at) if t is not None), default=None)
    if rests_from is None or passed(rests_from, speaker.rest, now):
        return Command.ON, None
    return None, rests_from + speaker.rest


def _after_sending(command: Command, memory: Memory, readings: Readings, now: datetime, *, news: bool) -> Memory:
    last, seen, sight = memory.sent, memory.seen, memory.sight
    repeated = last is not None and last.command is command
    shown = command is Command.OFF and memory.proof.off
    if command is Command.ON:
        seen = replace(seen, on_sent_at=now, silenced_at=None)
    elif not repeated or readings.relay.value is True:
        seen = replace(seen, silenced_at=now)
    if not shown:
        sight = sight.sent(command, now)
    tries = last.tries + 1 if last is not None and repeated and not shown and not news else 1
    return replace(memory, seen=seen, sight=sight, sent=Sent(command=command, at=now, tries=tries))


def _news_since(sent: Sent | None, readings: Readings, heard: datetime | None, now: datetime) -> bool:
    """Return whether the relay was turned on or came back or the speaker was heard after the last command.

    A time in the future is from before the clock was set back, and would be news for ever.
    """
    relay = readings.relay
    times = (relay.changed_at if relay.value else None, relay.available_since, heard)
    return sent is not None and any(at is not None and sent.at < at <= now + CLOCK_SLACK for at in times)


def _turned_on(speaker: Speaker, now: datetime) -> Record:
    return Record(kind="microphone", at=now, speaker=speaker.slug, body={"turned_on": "elsewhere"})
