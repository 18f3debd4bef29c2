"""From readings to proof: what is really known about a microphone.

The relay's report after the command is a claim: `off_unproven`. An independent witness that agrees makes it
`off_proven`; an honest contradiction wins against off. Nothing said is `unknown`, never off.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import CLOCK_SLACK, Meter, Proof, Readings, Report, Silences, Speaker, passed

# A meter sends the watts of a moment ago: what it measured this soon after the relay opened may still be from before.
METER_SETTLES = timedelta(seconds=3)
# A network notices an absence late; what still shows alive after this long is alive.
WITNESS_LINGERS = timedelta(seconds=600)
# Relay and meter are told apart, in either order: a load shown this shortly before the relay shows on is of this ON.
METER_LEADS = timedelta(seconds=3)
# A relay whose last report is older than our last ON may only be slow. After this share of the deadline, with OFF
# sent and nothing but off ever reported, that ON never arrived.
_LOST_ON_SHARE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What evidence must remember of one silence."""

    silenced_at: datetime | None = None
    """When the OFF was sent that began it, None after an ON: evidence older than this is about another time."""
    on_at: datetime | None = None
    """When the relay was last seen to turn on; None: not since it was last out of sight."""
    on_sent_at: datetime | None = None
    meter_high_at: datetime | None = None
    """When the meter last read above `off_below`, since the relay was last seen to turn on."""
    meter_low_at: datetime | None = None
    """When it first read below it after that."""
    doubted_since: datetime | None = None
    """When a relay that takes the microphone only, or its speaker, came back: nobody knows how it came up."""
    told_at: datetime | None = None
    """When an OFF was first sent after that."""
    lifeless: frozenset[str] = frozenset()
    """What showed last that such a speaker has no power: as it shows life again, the speaker comes up."""

    def after(
        self,
        speaker: Speaker,
        readings: Readings,
        now: datetime,
        *,
        in_sight_since: datetime | None,
        off_sent_at: datetime | None,
    ) -> Seen:
        """Return the memory after these readings.

        `in_sight_since`: since when the relay had been in sight at the last look. `off_sent_at`: when the last command
        was sent, if that was an OFF.
        """
        seen, relay = self, readings.relay
        moved = relay.available_since != in_sight_since
        if moved:
            # It may have been anything meanwhile.
            seen = replace(seen, on_at=None, meter_high_at=None, meter_low_at=None)
        if relay.value is True and relay.changed_at != seen.on_at:
            seen = replace(seen, on_at=relay.changed_at, meter_high_at=None, meter_low_at=None)
        if speaker.silences is Silences.MICROPHONE:
            lifeless = _lifeless(speaker, readings, seen.lifeless)
            set_back = seen.doubted_since is not None and seen.doubted_since - now > CLOCK_SLACK
            powered = not lifeless >= seen.lifeless
            seen = replace(seen, lifeless=lifeless)
            if relay.value is True:
                # Its off will be a new one.
                seen = replace(seen, doubted_since=None, told_at=None)
            elif moved or powered or set_back:
                seen = replace(seen, doubted_since=now, told_at=None)
            elif seen.told_at is None and not _later(seen.doubted_since, off_sent_at):
                seen = replace(seen, told_at=off_sent_at)
        return seen.of_meter(readings.meter, speaker.off_below)

    def of_meter(self, meter: Meter | None, off_below: float) -> Seen:
        """Return the memory after this reading."""
        if meter is None or meter.watts is None or meter.reported_at is None:
            return self
        if meter.watts > off_below:
            return replace(self, meter_high_at=meter.reported_at, meter_low_at=None)
        if meter.watts < off_below and self.meter_low_at is None:
            return replace(self, meter_low_at=meter.reported_at)
        return self


@dataclass(frozen=True, slots=True)
class Assessment:
    """The proof, who gave it, and when it may change without anything being said."""

    proof: Proof
    witnesses: tuple[str, ...] = ()
    """Who agrees with off, or who contradicts it."""
    contradicted: bool = False
    recheck_at: datetime | None = None
    unheard: Proof | None = None
    """What all else shows of a speaker that was heard without permission, which counts as live."""


def assess(speaker: Speaker, readings: Readings, seen: Seen, now: datetime) -> Assessment:
    """Return what is known about the speaker's microphone at `now`."""
    relay = readings.relay
    if relay.value is True:
        return Assessment(Proof.LIVE)
    if relay.value is None or relay.changed_at is None:
        return Assessment(Proof.UNKNOWN)
    off_at = relay.changed_at
    if _on_may_show(relay, seen):
        if seen.silenced_at is None:
            return Assessment(Proof.UNKNOWN)
        wait = speaker.deadline / _LOST_ON_SHARE
        if not passed(seen.silenced_at, wait, now):
            return Assessment(Proof.UNKNOWN, recheck_at=seen.silenced_at + wait)
    if speaker.silences is Silences.MICROPHONE:
        return _doubt(speaker, readings, seen, now) or _microphone(speaker, readings, off_at, now)
    return _power(speaker, readings, seen, off_at, now)


def _on_may_show(relay: Report, seen: Seen) -> bool:
    """Return whether the relay has said nothing since our last ON: its off is no evidence, it may only be slow."""
    if seen.on_sent_at is None:
        return False
    return max(t for t in (relay.changed_at, relay.reported_at) if t is not None) <= seen.on_sent_at


def _doubt(speaker: Speaker, readings: Readings, seen: Seen, now: datetime) -> Assessment | None:
    """Return that nobody knows, after power returned and before relay or microphone has said how it came up."""
    since = seen.doubted_since
    microphone = None if readings.microphone is None else readings.microphone.reported_at
    # A report from the future is one of before the clock was set back.
    said = [at for at in (readings.relay.reported_at, microphone) if at is not None and at <= now + CLOCK_SLACK]
    if since is None or any(at > since for at in said):
        return None
    if seen.told_at is None:
        return Assessment(Proof.UNKNOWN)
    # Many a relay does not say again what it has said: with OFF sent and nothing else reported it is believed.
    wait = speaker.deadline / _LOST_ON_SHARE
    if passed(seen.told_at, wait, now):
        return None
    return Assessment(Proof.UNKNOWN, recheck_at=seen.told_at + wait)


def _microphone(speaker: Speaker, readings: Readings, off_at: datetime, now: datetime) -> Assessment:
    microphone = readings.microphone
    if microphone is None:
        return Assessment(Proof.OFF_UNPROVEN)
    if microphone.value is None:
        # It came back from a power cut or a restart and has not said how: some speakers come up listening.
        return Assessment(Proof.UNKNOWN)
    if microphone.value:
        proof = Proof.OFF_PROVEN if speaker.microphone_hardware else Proof.OFF_UNPROVEN
        return Assessment(proof, ("microphone",))
    if _later(microphone.changed_at, off_at) or passed(off_at, speaker.deadline, now):
        return Assessment(Proof.LIVE, ("microphone",), contradicted=True)
    return Assessment(Proof.OFF_UNPROVEN, recheck_at=off_at + speaker.deadline)


def _lifeless(speaker: Speaker, readings: Readings, before: frozenset[str]) -> frozenset[str]:
    """Return which of the speaker's senses show that it has no power; one that says nothing is as it was before."""
    now = {witness.entity_id for witness in readings.witnesses if not witness.alive.value}
    watts = None if readings.meter is None else readings.meter.watts
    if watts is not None and watts < speaker.off_below:
        now.add("meter")
    elif watts is None or not watts > speaker.off_below:
        now |= before & {"meter"}
    return frozenset(now)


def _power(speaker: Speaker, readings: Readings, seen: Seen, off_at: datetime, now: datetime) -> Assessment:
    command_at = seen.silenced_at or off_at
    against: list[str] = []
    agree: list[str] = []
    looks: list[datetime] = []

    meter = readings.meter
    if meter is not None and meter.watts is not None:
        if meter.watts > speaker.off_below:
            if _later(meter.reported_at, off_at + METER_SETTLES) or passed(off_at, speaker.deadline, now):
                against.append("meter")
            else:
                looks.append(off_at + speaker.deadline)
        elif meter.watts < speaker.off_below and _meter_fell(seen, command_at):
            agree.append("meter")

    for witness in readings.witnesses:
        alive = witness.alive
        if alive.value and alive.changed_at is not None:
            if _became_alive(alive, command_at) or passed(command_at, WITNESS_LINGERS, now):
                against.append(witness.entity_id)
            else:
                looks.append(command_at + WITNESS_LINGERS)
        elif alive.value is False and witness.proves_silence and _went_away(alive, command_at):
            agree.append(witness.entity_id)

    recheck_at = min(looks, default=None)
    if against:
        return Assessment(Proof.LIVE, tuple(against), contradicted=True, recheck_at=recheck_at)
    proof = Proof.OFF_PROVEN if agree else Proof.OFF_UNPROVEN
    return Assessment(proof, tuple(agree), recheck_at=recheck_at)


def _meter_fell(seen: Seen, command_at: datetime) -> bool:
    """Return whether the meter read above the limit since the last ON, and first read below it after the command.

    A stale or republished 0 W proves nothing: some meters read 0 below 8 W, some speakers idle at 0.4 W.
    """
    return (
        seen.on_at is not None
        and _later(seen.meter_high_at, seen.on_at - METER_LEADS)
        and _later(seen.meter_low_at, command_at)
        and _later(seen.meter_low_at, seen.meter_high_at)
    )


def _became_alive(alive: Report, command_at: datetime) -> bool:
    """Return whether a witness came alive after the command, and not only into sight."""
    seen_before = alive.available_since is not None and _later(alive.changed_at, alive.available_since)
    return seen_before and _later(alive.changed_at, command_at)


def _went_away(alive: Report, command_at: datetime) -> bool:
    """Return whether a witness left after the command, with its own source in sight all the while."""
    in_sight = alive.available_since is not None and alive.available_since < command_at
    return in_sight and _later(alive.changed_at, command_at)


def fresh_off(speaker: Speaker, readings: Readings, since: datetime) -> bool:
    """Return whether something has shown the speaker off after `since`, when it was heard."""
    relay, meter, microphone = readings.relay, readings.meter, readings.microphone
    if relay.value is not False:
        return False
    if _later(relay.reported_at, since):
        return True
    if speaker.silences is Silences.MICROPHONE:
        return microphone is not None and microphone.value is True and _later(microphone.reported_at, since)
    if meter is not None and meter.watts is not None and meter.watts < speaker.off_below:
        return _later(meter.reported_at, since)
    return False


def _later(moment: datetime | None, than: datetime | None) -> bool:
    return moment is not None and than is not None and moment > than
