"""From decision and readings to what is done: one step, the same for a start, a change, a fault and mere time.

It looks at the whole state, so a missed event costs nothing. Sent, reported and proven are kept apart: a command that
was sent has not arrived, a relay that reported off may still pass power.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .breaches import Disagreement, breach_records, judge
from .commands import STAGGER, Order, after_sending, due, news_since
from .evidence import Assessment, Seen, assess, fresh_off
from .leases import Leases, Terms
from .memory import Memory
from .model import Breach, Command, Decision, Proof, Readings, Record, Speaker, passed
from .standing import contradicting, stand, starting
from .trials import ClockTrial, Finding, PowerTrial, Progress, Verdict

# A speaker that was heard while muted stays a breach at least so long, so that someone can see it.
HEARD_SHOWS = timedelta(seconds=60)
# After a trial whoever asked for it may see that the relay is off.
AFTER_TRIAL = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one step says."""

    memory: Memory
    order: Order | None
    assessment: Assessment
    breach: Breach | None
    finding: Finding | None
    """What came of a trial that is over."""
    records: tuple[Record, ...]
    recheck_at: datetime | None

    @property
    def proof(self) -> Proof:
        """What is known about the microphone."""
        return self.assessment.proof

    @property
    def command(self) -> Command | None:
        """What is sent, whatever its lease."""
        return None if self.order is None else self.order.command


def step(
    speaker: Speaker,
    decision: Decision,
    readings: Readings,
    memory: Memory,
    now: datetime,
    *,
    terms: Terms,
    turn: int = 0,
    jumped: bool = False,
) -> Step:
    """Return what to send, believe and record at `now`, and when to look again at the latest.

    `turn`: how many others may listen from this very moment and go first.
    `jumped`: the clock was set since the last step. Set back by less than a wait has gone on, only that shows it, and
    the wait would begin anew; so what is not proven off is told again at once.
    """
    relay, sight = readings.relay, memory.sight
    terms = replace(terms, wanted=terms.wanted and decision.may_listen)
    seen = _seen(speaker, readings, memory, now)
    ours = sight.shows_ours(sight.on_unreported_at, speaker, now)
    turned_on = not terms.wanted and sight.saw_on(readings) and not ours
    heard = _open_heard(speaker, decision, readings, memory, now)
    assessment = stand(speaker, readings, memory.against, assess(speaker, readings, seen, now), now)
    against = contradicting(memory.against, assessment)
    if heard is not None:
        assessment = replace(assessment, proof=Proof.LIVE, contradicted=True, unheard=assessment.proof)
    proof, was_off, was_wanted = assessment.proof, memory.proof.off, memory.on_from is not None

    unsilenced = not decision.may_listen and not proof.off
    leases = _leases(readings, memory, terms, now, ours=ours, jumped=jumped)
    memory = replace(
        memory,
        seen=seen,
        draw=memory.draw.after(speaker, readings, now),
        flaps=memory.flaps.after(now, came_back=sight.came_back(readings)),
        sight=sight.after(readings, on_trial=terms.on_trial),
        leases=leases,
        on_from=_on_from(memory, terms, turn, now, jumped=jumped),
        proof=proof,
        against=against,
        unsilenced_since=(memory.unsilenced_since or now) if unsilenced else None,
        turned_on_at=(now if turned_on else memory.turned_on_at) if relay.value and not terms.wanted else None,
        heard_settled=readings.heard_at if heard is None else memory.heard_settled,
    )
    records = [_turned_on(speaker, now)] if turned_on else []
    disagreement = Disagreement(
        since=memory.unsilenced_since,
        started_at=readings.started_at,
        contradicted=assessment.contradicted,
        stands=bool(against) and starting(speaker, readings, now),
        turned_on=memory.turned_on_at is not None,
        heard_at=heard,
    )
    breach, breach_at = judge(disagreement, memory.breach, speaker.deadline, now)
    records += breach_records(speaker, memory.breach, breach, now)

    news = sight.saw_on(readings) or sight.came_back(readings) or news_since(memory.sent, readings, heard, now)
    if not terms.wanted:
        # Each time that it may listen no more brings an OFF: one from before may be overtaken by a renewal since.
        news = news or was_wanted or (was_off and not proof.off) or (jumped and proof is not Proof.OFF_PROVEN)
    memory, order, due_at, finding = _orders(speaker, readings, memory, assessment, now, terms=terms, news=news)
    if not speaker.enforce:
        order = due_at = None
    if order is not None:
        memory = after_sending(order, speaker, memory, readings, now, terms=terms, news=news)
        due_at = min((at for at in (due_at, _again(order, memory, terms, now)) if at is not None), default=None)
        records += _sent(speaker, order, now)

    heard_until = None if heard is None else heard + HEARD_SHOWS
    looks = (due_at, breach_at, assessment.recheck_at, heard_until, memory.draw.look_at, memory.flaps.look_at)
    return Step(
        memory=replace(memory, breach=breach),
        order=order,
        assessment=assessment,
        breach=breach,
        finding=finding,
        records=tuple(records),
        recheck_at=min((at for at in looks if at is not None and at > now), default=None),
    )


def _orders(
    speaker: Speaker,
    readings: Readings,
    memory: Memory,
    assessment: Assessment,
    now: datetime,
    *,
    terms: Terms,
    news: bool,
) -> tuple[Memory, Order | None, datetime | None, Finding | None]:
    """Return the memory, what is due and when something will be, and what came of a trial that is over."""
    trial, finding = memory.trial, None
    if trial is not None and (not terms.wanted or terms.on_trial or not speaker.enforce):
        trial, finding = None, Finding(verdict=Verdict.INTERRUPTED, at=now)
    memory = replace(memory, trial=trial)
    if terms.wanted and terms.on_trial:
        return memory, None, None, finding
    looks: list[datetime] = []
    if trial is not None:
        progress: Progress[ClockTrial] | Progress[PowerTrial]
        if isinstance(trial, ClockTrial):
            progress = trial.advance(speaker, readings, memory.seen, assessment, now)
        else:
            progress = trial.advance(speaker, readings, memory.leases, now)
        finding = progress.finding
        if finding is not None:
            memory = replace(memory, trial=None, on_from=now + AFTER_TRIAL)
            if isinstance(trial, ClockTrial):
                # Its OFF may not have shown yet, and a renewal in the same breath would undo it.
                return memory, None, memory.on_from, finding
        else:
            memory = replace(memory, trial=progress.trial)
            looks = [] if progress.recheck_at is None else [progress.recheck_at]
            if not progress.as_ever:
                order = None if progress.command is None else Order(progress.command, progress.length)
                return memory, order, progress.recheck_at, None
    order, due_at = due(speaker, readings, memory, assessment, now, terms=terms, news=news)
    return memory, order, min((at for at in (due_at, *looks) if at is not None), default=None), finding


def _on_from(memory: Memory, terms: Terms, turn: int, now: datetime, *, jumped: bool) -> datetime | None:
    if not terms.wanted:
        return None
    if terms.on_trial:
        return now + AFTER_TRIAL
    return now + turn * STAGGER if memory.on_from is None or jumped else memory.on_from


def _leases(readings: Readings, memory: Memory, terms: Terms, now: datetime, *, ours: bool, jumped: bool) -> Leases:
    """Return the leases that may be running; what was turned on elsewhere, or came back, is on without one of ours."""
    relay = readings.relay
    on_anew = relay.value is True and relay.changed_at != memory.seen.on_at
    if memory.sight.came_back(readings) or (on_anew and not ours):
        return Leases()
    confirms = terms.clock is not None and terms.clock.confirms
    leases = memory.leases.after(relay, on_its_way=ours, confirms=confirms)
    return leases.after_jump(now) if jumped else leases


def _again(order: Order, memory: Memory, terms: Terms, now: datetime) -> datetime | None:
    """Return when the order is due again at the latest."""
    if order.command is Command.RENEW:
        return memory.leases.renew_at(terms, now)
    return None if memory.sent is None else memory.sent.again_at


def _sent(speaker: Speaker, order: Order, now: datetime) -> list[Record]:
    """Return the record of what was sent; a renewal changes nothing, and comes too often to be kept."""
    if order.command is Command.RENEW:
        return []
    body: dict[str, object] = {"command": order.command.value}
    if order.lease is not None:
        body["lease_s"] = order.lease.total_seconds()
    return [Record(kind="command", at=now, speaker=speaker.slug, body=body)]


def _seen(speaker: Speaker, readings: Readings, memory: Memory, now: datetime) -> Seen:
    sent = memory.sent
    return memory.seen.after(
        speaker,
        readings,
        now,
        in_sight_since=memory.sight.available_since,
        off_sent_at=sent.at if sent is not None and sent.command is Command.OFF else None,
    )


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


def _turned_on(speaker: Speaker, now: datetime) -> Record:
    return Record(kind="microphone", at=now, speaker=speaker.slug, body={"turned_on": "elsewhere"})
