"""What is sent, and when.

OFF is due while the speaker may not listen: at once when nothing was sent yet, when the relay was turned on or came
back or the speaker was heard after the last OFF; again after 1, 2, 4 … 30 s while nothing shows it off; again every
15 min while only the relay itself says so. ON is due only on a decision, and only ON waits: for its rest, for the
others before it. A relay that keeps its own clock is renewed while it reports on, and never while an OFF is on its way.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .evidence import Assessment
from .leases import Leases, Terms
from .memory import Memory, Sent
from .model import CLOCK_SLACK, Command, Proof, Readings, Report, Speaker, passed

# What only the relay itself reports off may be off by a stale state: said again, in case.
REASSERT = timedelta(minutes=15)
# Speakers that may listen in the same moment are turned on one after the other: each draws its most as it starts.
STAGGER = timedelta(seconds=0.3)


@dataclass(frozen=True, slots=True)
class Order:
    """A command, and for one that lets the speaker hear its lease; None: the relay keeps no time."""

    command: Command
    lease: timedelta | None = None


def off_at_once(speaker: Speaker, memory: Memory) -> bool:
    """Return whether an OFF is due as soon as the speaker may listen no more, whatever its relay reports by then."""
    return speaker.enforce and memory.on_from is not None


def due(
    speaker: Speaker,
    readings: Readings,
    memory: Memory,
    assessment: Assessment,
    now: datetime,
    *,
    terms: Terms,
    news: bool,
) -> tuple[Order | None, datetime | None]:
    """Return what is due now, or else when something will be."""
    sent = memory.sent
    if terms.wanted:
        return _on_due(speaker, readings, memory, terms, now)
    if sent is None or sent.command is Command.ON or news:
        return Order(Command.OFF), None
    if assessment.proof is Proof.OFF_PROVEN:
        return None, None
    again = sent.at + REASSERT if assessment.proof is Proof.OFF_UNPROVEN else sent.again_at
    if passed(sent.at, again - sent.at, now):
        return Order(Command.OFF), None
    return None, again


def _on_due(
    speaker: Speaker, readings: Readings, memory: Memory, terms: Terms, now: datetime
) -> tuple[Order | None, datetime | None]:
    """Return ON when it is due: the relay is off, or was sent off and has not said; after its rest and its turn."""
    sent, relay = memory.sent, readings.relay
    if relay.value is True:
        return _renewal_due(speaker, memory, terms, now)
    if relay.value is None and (sent is None or sent.command is Command.ON):
        return None, None
    on = Order(Command.ON, terms.length(now))
    if sent is not None and sent.command is Command.ON and not _moved_since(sent, relay, now):
        return (on, None) if passed(sent.at, sent.again_at - sent.at, now) else (None, sent.again_at)
    at = _rests_until(speaker, relay, memory, now)
    return (on, None) if at is None else (None, at)


def resting(speaker: Speaker, relay: Report, memory: Memory, now: datetime) -> datetime | None:
    """Return when a relay that is off, and whose speaker may listen, is turned on; None: its ON is out, or goes now."""
    sent = memory.sent
    if relay.value is not False or (
        sent is not None and sent.command is Command.ON and not _moved_since(sent, relay, now)
    ):
        return None
    return _rests_until(speaker, relay, memory, now)


def _rests_until(speaker: Speaker, relay: Report, memory: Memory, now: datetime) -> datetime | None:
    # A slow relay may still show the off of before: the silence that ends here began no earlier than its OFF.
    rests_from = max((t for t in (relay.changed_at, memory.seen.silenced_at) if t is not None), default=None)
    waits = [memory.on_from] if memory.on_from is not None and memory.on_from > now else []
    if rests_from is not None and not passed(rests_from, speaker.rest, now):
        waits.append(rests_from + speaker.rest)
    return max(waits, default=None)


def _renewal_due(speaker: Speaker, memory: Memory, terms: Terms, now: datetime) -> tuple[Order | None, datetime | None]:
    """Return the renewal when it is due; at once for a relay that is on without a lease of ours."""
    length, sight = terms.length(now), memory.sight
    if length is None:
        return None, None
    if sight.off_unreported_at is not None and sight.shows_ours(sight.off_unreported_at, speaker, now):
        # The on that shows may be from before that OFF, and what renews by ON would undo it without a rest.
        return None, sight.off_unreported_at + max(speaker.deadline, CLOCK_SLACK)
    at = memory.leases.renew_at(terms, now)
    return (None, at) if at is None or at > now else (Order(Command.RENEW, length), None)


def _moved_since(sent: Sent, relay: Report, now: datetime) -> bool:
    """Return whether the relay has shown another value since; a time in the future would say so for ever."""
    return relay.changed_at is not None and sent.at < relay.changed_at <= now + CLOCK_SLACK


def after_sending(
    order: Order, speaker: Speaker, memory: Memory, readings: Readings, now: datetime, *, terms: Terms, news: bool
) -> Memory:
    """Return the memory after the order went out."""
    last, seen, sight, relay = memory.sent, memory.seen, memory.sight, readings.relay
    # Only OFF shortens a lease: it ends all of them, and whatever is on after it is on without one.
    leases = Leases()
    if order.lease is not None and terms.clock is not None:
        leases = memory.leases.granted(order.lease, now, terms.clock, shows=order.command is Command.ON)
    if order.command is Command.RENEW:
        if terms.clock is not None and terms.clock.renewed_by_on:
            # A hand may have been quicker: then what shows next is our on.
            sight = sight.sent(Command.ON, now)
        return replace(memory, sight=sight, leases=leases)
    repeated = last is not None and last.command is order.command
    if last is not None and order.command is Command.ON and _moved_since(last, relay, now):
        # The last ON had shown, and the relay went off since: this one is new.
        repeated = False
    shown = order.command is Command.OFF and memory.proof.off
    if order.command is Command.ON:
        seen = replace(seen, on_sent_at=now, silenced_at=None)
    elif not repeated or relay.value is True:
        seen = replace(seen, silenced_at=now)
        if sight.shows_ours(sight.on_unreported_at, speaker, now):
            # What is still on its way to turn it on may arrive after the OFF that overtook it.
            sight = sight.sent(Command.ON, now)
    if not shown:
        sight = sight.sent(order.command, now)
    tries = last.tries + 1 if last is not None and repeated and not shown and not news else 1
    sent = Sent(command=order.command, at=now, tries=tries)
    return replace(memory, seen=seen, sight=sight, sent=sent, leases=leases)


def news_since(sent: Sent | None, readings: Readings, heard: datetime | None, now: datetime) -> bool:
    """Return whether the relay was turned on or came back or the speaker was heard after the last command.

    A time in the future is from before the clock was set back, and would be news for ever.
    """
    relay = readings.relay
    times = (relay.changed_at if relay.value else None, relay.available_since, heard)
    return sent is not None and any(at is not None and sent.at < at <= now + CLOCK_SLACK for at in times)
