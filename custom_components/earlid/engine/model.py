"""The words of the contract as frozen values, with no behaviour but what follows from a value itself.

Every `datetime` is aware and in UTC, every span a `timedelta`, every power in watts.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# A time that lies further ahead of `now` than this was written before the clock was set back. Whatever waits for it
# counts as over; small corrections by NTP stay below it.
CLOCK_SLACK = timedelta(seconds=5)


def passed(since: datetime, span: timedelta, now: datetime) -> bool:
    """Return whether `span` has gone by since `since`; a `since` in the future was overtaken by the clock: yes."""
    return now - since >= span or since - now > CLOCK_SLACK


class Effect(StrEnum):
    """What a rule, a hold or a posture asks for."""

    MUTE = "mute"
    LISTEN = "listen"


class Silences(StrEnum):
    """What the relay takes away: the power, or only the microphone line."""

    POWER = "power"
    MICROPHONE = "microphone"


class Because(StrEnum):
    """The kinds of reason a decision can have."""

    LOCKDOWN = "lockdown"
    HOLD = "hold"
    RULE = "rule"
    POSTURE = "posture"


class Proof(StrEnum):
    """How sure it is what the microphone does."""

    LIVE = "live"
    OFF_PROVEN = "off_proven"
    OFF_UNPROVEN = "off_unproven"
    UNKNOWN = "unknown"

    @property
    def off(self) -> bool:
        """Whether the relay's report, at least, says that the microphone is off."""
        return self in (Proof.OFF_PROVEN, Proof.OFF_UNPROVEN)


class Cause(StrEnum):
    """Why a breach is one."""

    RELAY_UNREACHABLE = "relay_unreachable"
    TURNED_ON_ELSEWHERE = "turned_on_elsewhere"
    EVIDENCE_CONTRADICTS = "evidence_contradicts"
    HEARD_WHILE_MUTED = "heard_while_muted"


class Command(StrEnum):
    """What is sent to a relay. OFF is the silencing state, whatever the wiring; RENEW begins its clock anew."""

    OFF = "off"
    ON = "on"
    RENEW = "renew"


class Outcome(StrEnum):
    """What came of an activation."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """What a relay's own clock can do: turn it off by itself, whoever lives or dies."""

    longest: timedelta
    """The longest it can be told; a longer lease is cut to it."""
    per_grant: bool = True
    """It takes a length with each grant. Else one length stands for all grants."""
    fixed: timedelta | None = None
    """The length of a standing auto-off that Earlid cannot set."""
    renewed_by_on: bool = True
    """It is renewed by what would also turn it on."""
    confirms: bool = False
    """It shows a sign of life after each renewal that arrived."""
    trial: timedelta = timedelta(seconds=10)
    """How long a self-test lets it be on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a relay's device says that it is set to."""

    power_on_off: bool | None = None
    """Whether it stays off when power returns; None: it does not say."""
    auto_off: timedelta | None = None  # a standing one; None: it has none, or does not say
    kept_command: bool = False  # the broker keeps a command that switches it at each reconnect
    firmware: str = ""  # its version; empty: it does not say


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaker:
    """A guarded device with a microphone, as the household set it up."""

    slug: str
    name: str
    silences: Silences = Silences.POWER
    off_below: float = 0.2
    """W. A reading below it shows that the speaker draws nothing."""
    microphone_hardware: bool = False
    posture: Effect = Effect.LISTEN
    enforce: bool = True
    rest: timedelta = timedelta(seconds=10)
    """Off at least this long before on again."""
    boot: timedelta = timedelta(seconds=60)
    """Powered this long, the speaker counts as settled."""
    deadline: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(seconds=300)
    """How long a relay with a clock of its own stays on unless it is renewed."""
    finish_playing: timedelta = timedelta(0)
    """How long a scheduled mute waits for music, alarms and timers at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A temporary decision of a person."""

    effect: Effect
    at: datetime
    until: datetime | None = None
    """When it ends at the latest; None: when resumed."""
    ends_when_base_leaves: bool | None = None
    """For a hold until the next change: what the decision without holds was. It ends when that is no longer so."""
    by_hand: bool = False
    """Taken from an OFF that someone made at the relay."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holds:
    """The holds of one speaker; a mute hold outranks a listen hold, which goes on beneath it."""

    mute: Hold | None = None
    listen: Hold | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """One voice in a decision: what it asks for and whose it is."""

    because: Because
    effect: Effect
    slug: str = ""
    name: str = ""
    until: datetime | None = None
    waiting: bool = False
    """It lets the speaker finish what it is at; then it mutes."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a speaker may listen, because of what, and until when (None: unknown)."""

    may_listen: bool
    because: Vote
    until: datetime | None
    lost: tuple[Vote, ...]
    """Every vote that was in force and outranked, highest first."""
    next_change: datetime | None
    """When the decision without holds flips; None: unknown."""
    base: bool
    """The decision without holds and lockdown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What one entity shows. `value` None: it says nothing (unknown, unavailable, missing, or it merely assumes)."""

    value: bool | None = None
    changed_at: datetime | None = None
    """When the value became so."""
    reported_at: datetime | None = None
    """When it was last reported, changed or not."""
    available_since: datetime | None = None
    """None: unavailable. Kept by the reader across states, not by Home Assistant."""
    missing: bool = False  # there is no such entity, or it is disabled


@dataclass(frozen=True, kw_only=True, slots=True)
class Meter:
    """A power reading in watts; None: it says nothing."""

    watts: float | None = None
    reported_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Witness:
    """Something on the network that shows the speaker alive."""

    entity_id: str
    alive: Report
    proves_silence: bool = True
    """False for what a cloud says: it lags by minutes to hours and may prove life, never silence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """All that is known from outside about one speaker at one moment."""

    relay: Report = field(default_factory=Report)
    """`value` True: the speaker can hear, whatever the wiring."""
    meter: Meter | None = None
    witnesses: tuple[Witness, ...] = ()
    microphone: Report | None = None
    """`value` True: it says that it is muted."""
    heard_at: datetime | None = None
    """When it was last heard while it might not listen."""
    started_at: datetime | None = None
    """When Home Assistant had started; None: not yet. Deadlines begin then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """Permission and truth disagree."""

    cause: Cause
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Something that happened, for the journal and MQTT."""

    kind: str
    """One of activation, decision, microphone, command, breach, hold, lifecycle."""
    at: datetime
    speaker: str
    body: dict[str, object]
    id: str = ""
    """Its own id; empty: the journal gives it one."""
