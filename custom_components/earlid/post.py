"""One speaker's place in the guard: how it was set up, and what is known and remembered of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .engine import exposure
from .engine.activations import Activation, Admitted, Chronicle, Report, fuller
from .engine.assurance import Assurance, Evidence, Grade, assure
from .engine.commands import off_at_once, resting
from .engine.draw import Draw
from .engine.evidence import Assessment
from .engine.exposure import Tally
from .engine.finishing import Wait, waits
from .engine.memory import Memory, Sent
from .engine.model import Command, Decision, Holds, Outcome, Proof, Readings, Record, Report as Said, Settings, passed
from .facts import Eyes
from .lines import Line
from .relays import Relay
from .runtime import SpeakerView
from .setup_data import Guarded

# A speaker that could not be judged is sent off and looked at again after this.
AFTER_FAILURE: Final = timedelta(seconds=1)


@dataclass(slots=True)
class Post:
    """One speaker's place in the guard."""

    guarded: Guarded
    line: Line
    tally: Tally
    chronicle: Chronicle
    memory: Memory = field(default_factory=Memory)
    holds: Holds = field(default_factory=Holds)
    noted_holds: Holds = field(default_factory=Holds)
    """The holds as they were recorded last."""
    said: Said = field(default_factory=Said)
    """What its relay had reported by the last look, which each report brings about."""
    heard_at: datetime | None = None
    failed_at: datetime | None = None
    """When it was last sent off because it could not be judged."""
    last_activation: Activation | None = None
    decision: Decision | None = None
    wait: Wait | None = None
    """A scheduled mute that lets the speaker finish."""
    waits_for: tuple[str, ...] = ()
    """What wakes the guard meanwhile."""
    assessment: Assessment = field(default_factory=lambda: Assessment(Proof.UNKNOWN))
    last_known: Proof | None = None
    """What was known before this start, as long as nobody has said anything since."""
    settings: Settings = field(default_factory=Settings)
    """What the relay's device said last that it is set to."""
    evidence: Evidence = field(default_factory=Evidence)
    """What trials of the relay have come to."""
    provisioned: timedelta | None = None
    """The lease that the device was set up for, with the household's consent; None: it was not."""
    stop: Callable[[], None] = lambda: None
    stop_waiting: Callable[[], None] = lambda: None
    cancel_timer: Callable[[], None] = lambda: None

    @property
    def slug(self) -> str:
        """The speaker's slug."""
        return self.guarded.speaker.slug

    @property
    def relay(self) -> Relay:
        """What silences the speaker."""
        return self.line.relay

    @property
    def settled_at(self) -> datetime | None:
        """When the speaker has been on for `boot`; None: its relay does not report on, or not since when."""
        relay = self.relay.read()
        if relay.value is not True or relay.changed_at is None:
            return None
        return relay.changed_at + self.guarded.speaker.boot

    @property
    def counts(self) -> bool:
        """Whether the speaker has a say over its relay; one that is only observed has none."""
        return self.guarded.speaker.enforce

    @property
    def goes_off_when_muted(self) -> bool:
        """Whether an OFF is due as soon as the speaker may listen no more, and no hand at the relay can change that."""
        mute = self.holds.mute
        return off_at_once(self.guarded.speaker, self.memory) and not (mute is not None and mute.by_hand)

    @property
    def assurance(self) -> Assurance:
        """How sure it is that the mute holds when Home Assistant does not."""
        return assure(self.relay.clock, self.evidence, self.settings)

    @property
    def ends_by_itself(self) -> bool:
        """Whether the relay is known to turn itself off when nobody renews its lease."""
        return self.assurance.grade in (Grade.A, Grade.B)

    def retire(self) -> None:
        """Be woken by nothing any more."""
        self.stop()
        self.stop_waiting()
        self.cancel_timer()
        self.stop = self.stop_waiting = self.cancel_timer = lambda: None

    def read(self, eyes: Eyes, started_at: datetime | None, said: Said | None = None) -> Readings:
        """Return all that is known from outside; `started_at`: when Home Assistant had started.

        `said`: what the relay had reported by the moment of the look, where it may have reported since.
        """
        guarded = self.guarded
        self.said = self.relay.read() if said is None else said
        self.line.looked_at(self.said)
        return Readings(
            relay=self.said,
            meter=eyes.meter(guarded.meter) if guarded.meter else None,
            witnesses=tuple(eyes.witness(entity_id) for entity_id in guarded.witnesses),
            microphone=eyes.microphone(guarded.microphone) if guarded.microphone else None,
            heard_at=self.heard_at,
            started_at=started_at,
        )

    def pastimes(self, eyes: Eyes) -> tuple[str, ...]:
        """Return the entities that show what the speaker is busy with, where a mute waits for that."""
        guarded = self.guarded
        return eyes.pastimes(guarded.device_id, guarded.witnesses) if guarded.speaker.finish_playing else ()

    def view(self, *, on_trial: bool) -> SpeakerView | None:
        """Return the speaker as it is now; None before its first look. `on_trial`: its relay is, by whomever."""
        if self.decision is None:
            return None
        speaker, relay = self.guarded.speaker, self.relay.read()
        comes_on = self.counts and self.decision.may_listen
        return SpeakerView(
            speaker=speaker,
            subentry_id=self.guarded.subentry_id,
            device_id=self.guarded.device_id,
            decision=self.decision,
            assessment=self.assessment,
            breach=self.memory.breach,
            holds=self.holds,
            tally=self.tally,
            last_activation=self.last_activation,
            relay_missing=relay.missing,
            clock=self.relay.clock,
            assurance=self.assurance,
            on_trial=on_trial,
            rests_until=resting(speaker, relay, self.memory, dt_util.utcnow()) if comes_on else None,
            idle_draw=self.memory.draw.idle,
            left_plug=self.memory.draw.gone,
            flapping=self.memory.flaps.flapping,
            last_known=self.last_known,
        )

    def unsaid(self, started_at: datetime | None, now: datetime) -> list[datetime]:
        """Return when it counts no more what was known before the start; empty once it does not.

        Who is told of changes would else hear at each start that nobody knows, and a moment later what all knew.
        """
        late = started_at is not None and passed(started_at, self.guarded.speaker.deadline, now)
        if self.assessment.proof is not Proof.UNKNOWN or late:
            self.last_known = None
        if self.last_known is None or started_at is None:
            return []
        return [started_at + self.guarded.speaker.deadline]

    def looks(self, recheck_at: datetime | None, started_at: datetime | None, now: datetime) -> datetime | None:
        """Return when to look again at the latest; `recheck_at`: when the last step wants to."""
        holds = (self.holds.mute, self.holds.listen)
        ends = [hold.until for hold in holds if hold is not None and hold.until is not None and hold.until > now]
        ends += [self.wait.look_at] if self.wait is not None else []
        ends += self.unsaid(started_at, now)
        return min((*ends, recheck_at) if recheck_at is not None else ends, default=None)

    def arm(self, hass: HomeAssistant, look: Callable[[list[str]], None], due: datetime | None, now: datetime) -> None:
        """Have the speaker looked at then, and at no other time."""
        self.cancel_timer()
        self.cancel_timer = lambda: None
        if due is None:
            return

        @callback
        def fired(_now: datetime) -> None:
            self.cancel_timer = lambda: None
            look([self.slug])

        # Never before now: a timer that is already due would fire in this very pass.
        self.cancel_timer = async_track_point_in_utc_time(hass, fired, max(due, now + timedelta(milliseconds=1)))

    def take(self, guarded: Guarded) -> None:
        """Be set up so from now on; what another meter showed is forgotten."""
        if guarded.meter != self.guarded.meter:
            self.memory = replace(self.memory, draw=Draw())
        self.guarded = guarded

    def move(self, line: Line) -> None:
        """Follow the speaker to another relay: what is wrong with it goes on, all else was about the old one."""
        self.line = line
        self.memory = Memory(breach=self.memory.breach, unsilenced_since=self.memory.unsilenced_since)
        self.settings, self.evidence, self.provisioned = Settings(), Evidence(), None

    def hear(self, report: Report, new_id: str, now: datetime) -> Admitted:
        """Take a report of an activation into the day's count; return what came of it."""
        admitted = activation, _news, before = self.chronicle.admit(report, new_id, now, uptime())
        self.tally = exposure.count(
            self.tally,
            activation.at,
            now,
            dt_util.get_default_time_zone(),
            activations=0 if before is not None else 1,
            unanswered=_unanswered(activation) - _unanswered(before),
        )
        if before is None or before == self.last_activation:
            self.last_activation = activation
        return admitted

    def recall(self, activations: Sequence[Activation], now: datetime) -> bool:
        """Know these again, oldest first; return whether what is shown of the speaker's activations changes by that.

        What was recorded and not yet remembered when Home Assistant was killed is in the journal alone.
        """
        self.chronicle.recall(activations, now, uptime())
        zone = dt_util.get_default_time_zone()
        today = exposure.advance(self.tally, now, zone, proof=self.tally.proof, allowed=self.tally.allowed)
        woke = self.chronicle.between(*exposure.bounds(today.day, zone))
        counted = exposure.recount(today, activations=len(woke), unanswered=sum(map(_unanswered, woke)))
        last = before = self.last_activation
        if activations and (before is None or before.at <= activations[-1].at <= now):
            # While it was read, more may have been told of it.
            told = activations[-1]
            last = told if before is None or before.id != told.id else fuller(before, told)
        changes = (counted, last) != (today, before)
        self.tally, self.last_activation = counted, last
        return changes

    def give_up(self, now: datetime) -> bool:
        """Show what could not be judged as unknown, and return whether it is to be sent off now.

        Not at every look: what the relay reports wakes the guard, which would fail again.
        """
        self.assessment, self.wait = Assessment(Proof.UNKNOWN), None
        if not self.guarded.speaker.enforce:
            return False
        # Else it were sent off at each look as the mute of one that was on, before anybody asks when that was last.
        self.memory = replace(self.memory, on_from=None)
        if self.failed_at is not None and not passed(self.failed_at, AFTER_FAILURE, now):
            return False
        self.failed_at = now
        sight = self.memory.sight.sent(Command.OFF, now)
        self.memory = replace(self.memory, sent=Sent(command=Command.OFF, at=now), sight=sight)
        return True


def uptime() -> timedelta:
    """Return the time by a clock that nobody sets; only spans of it mean something."""
    return timedelta(seconds=monotonic())


def _unanswered(activation: Activation | None) -> int:
    return int(activation is not None and activation.outcome is Outcome.UNANSWERED)


def decision_records(slug: str, before: Decision | None, decision: Decision, now: datetime) -> list[Record]:
    """Return the record of a decision that differs from the one before."""
    shown = [(one.may_listen, one.because, waits(one)) if one is not None else None for one in (before, decision)]
    if shown[0] == shown[1]:
        return []
    body: dict[str, object] = {
        "allowed": decision.may_listen,
        "because": decision.because.because.value,
        "slug": decision.because.slug,
        "finishing_playback": waits(decision),
        "lost": [{"because": vote.because.value, "slug": vote.slug} for vote in decision.lost],
    }
    return [Record(kind="decision", at=now, speaker=slug, body=body)]


def hold_record(slug: str, holds: Holds, now: datetime) -> Record:
    """Return the record of a speaker's holds as they are from now on."""
    hold = holds.mute or holds.listen
    body: dict[str, object] = {
        "hold": None if hold is None else hold.effect.value,
        "by_hand": hold is not None and hold.by_hand,
        "until": None if hold is None or hold.until is None else hold.until.isoformat(),
    }
    return Record(kind="hold", at=now, speaker=slug, body=body)
