"""What goes to the browser over Home Assistant's websocket: the one source of these shapes, for both sides.

`scripts/wire` writes them as TypeScript into `frontend/src/wire.ts`; a test fails while the two differ. Times are whole
milliseconds since 1970, UTC, since a month on a time line has tens of thousands of them; spans are seconds.
"""

from typing import Any, Literal, TypedDict

type Ms = int
type Proof = Literal["live", "off_proven", "off_unproven", "unknown"]
type Because = Literal["lockdown", "hold", "rule", "posture"]
type Effect = Literal["mute", "listen"]
type Quantifier = Literal["any", "all", "none"]
type Outcome = Literal["answered", "unanswered", "unknown"]
type Grade = Literal["a", "b", "c", "untested"]
type Cause = Literal["relay_unreachable", "turned_on_elsewhere", "evidence_contradicts", "heard_while_muted"]
type Kind = Literal["activation", "decision", "microphone", "command", "breach", "hold", "lifecycle"]


class Vote(TypedDict):
    """What spoke for or against listening."""

    because: Because
    effect: Effect
    rule: str | None
    """Its slug."""
    name: str | None
    """The rule's name."""
    until: Ms | None
    waiting: bool
    """It gives way until what plays has ended."""


class Hold(TypedDict):
    """A person's temporary wish."""

    effect: Effect
    at: Ms
    until: Ms | None
    by_hand: bool


class Breach(TypedDict):
    """A speaker is not known to be off though it should be."""

    cause: Cause
    since: Ms


class Wake(TypedDict):
    """An activation."""

    id: str
    at: Ms
    outcome: Outcome
    allowed: bool
    source: str
    because: Because | None


class Speaker(TypedDict):
    """A guarded speaker as it is now."""

    slug: str
    name: str
    area: str | None
    device_id: str | None
    """Earlid's own device of it."""
    subentry_id: str
    enforced: bool
    """False: Earlid only looks on."""
    microphone: Proof
    unheard: Proof | None
    """It was heard though it may not listen, so it counts as live; this is what all else shows."""
    witnesses: list[str]
    """What agrees with off or contradicts it: `meter`, `microphone`, else names of entities.

    Without those that this user may not read.
    """
    allowed: bool
    because: Vote
    trace: list[Vote]
    """The votes that lost, the strongest first."""
    until: Ms | None
    next_change: Ms | None
    finishing_playback: bool
    hold: Hold | None
    breach: Breach | None
    relay_missing: bool
    assurance: Grade
    testing: bool
    rests_until: Ms | None
    """It may listen, and its relay is turned on then: it rests after an off."""
    activations_today: int
    unanswered_today: int
    live_today: float
    """s."""
    exposed_today: float
    """s."""
    last_activation: Wake | None
    may_control: bool
    """Whether this user has control permission on it."""
    entities: dict[str, str]
    """Its entities by key, as `microphone`, `mode`, `self_test`."""


class Rule(TypedDict):
    """A rule as it is now."""

    slug: str
    name: str
    effect: Effect
    speakers: list[str] | None
    """Names of those that it is for, without those that this user may not see; None: all; empty: all have gone."""
    days: list[int]
    """Of its own week, 0 is Monday; empty: it goes by something else."""
    begins: int
    """Minutes since midnight in the home's time zone."""
    ends: int
    """As `begins`; not later: on the day after."""
    entities: list[str]
    """Names of those that it goes by, without those that this user may not read."""
    quantifier: Quantifier | None
    """Of presence: how many of the entities it takes."""
    enabled: bool
    in_force: bool | None
    """None: nobody can tell, so it counts against listening."""
    subentry_id: str
    entity_id: str | None
    """Its switch."""
    may_control: bool
    """Whether this user has control permission on its switch."""
    may_control_speakers: bool
    """Whether on each of its speakers too, as turning it so that they may listen asks for."""


class Unguarded(TypedDict):
    """A device with a microphone that no speaker stands for."""

    device_id: str
    name: str
    area: str | None
    model: str | None
    why: str
    """What shows that it can hear: the integration or entity, as a key of the translations."""


class Home(TypedDict):
    """The home as it is now."""

    version: str
    entry_id: str
    """Empty for those who may see no speaker; for them there are no `rules`, and `undelivered` is 0."""
    title: str
    lockdown: bool
    lockdown_entity: str | None
    all_off: bool
    may_allow: bool
    """Whether this user may do what can end in listening."""
    is_admin: bool
    undelivered: int
    reference_per_hour: float
    """Misactivations per hour of television speech, as published."""
    rules: list[Rule]
    """Of those speakers, or of all; for administrators also those whose speakers have gone."""
    speakers: list[Speaker]
    unguarded: list[Unguarded]
    """Empty for those who are no administrators: they could not change it."""


class HomeChange(TypedDict, total=False):
    """What has changed since the last event of `earlid/subscribe`; what is missing is as before."""

    lockdown: bool
    all_off: bool
    may_allow: bool
    undelivered: int
    rules: list[Rule]
    speakers: list[Speaker]
    """Those that changed or came, whole."""
    removed: list[str]
    """Slugs of those that went."""
    unguarded: list[Unguarded]


class HomeEvent(TypedDict):
    """An event of `earlid/subscribe`: first the whole home, then what changes.

    Neither: Earlid is not loaded now, or what holds is not known. The whole home is told again when it is, and whenever
    more has changed than a change can tell. An event comes at least once a minute, be it with an empty change: what was
    told longer ago than that may hold no more.
    """

    home: Home | None
    change: HomeChange | None


class Band(TypedDict):
    """What held of a microphone for a while."""

    start: Ms
    end: Ms
    microphone: Proof
    allowed: bool


class Decided(TypedDict):
    """A decision, from then until the next."""

    at: Ms
    allowed: bool
    because: Because
    name: str | None
    """Of the rule."""
    lost: list[str]
    """What lost, the strongest first: kinds, and rules by name. Empty in records of before it was written down."""


class Ahead(TypedDict):
    """An expected change of the decision."""

    at: Ms
    allowed: bool
    because: Because
    name: str | None


class Gap(TypedDict):
    """Nobody looked: Home Assistant was down, or Earlid not loaded."""

    start: Ms
    end: Ms


class Lane(TypedDict):
    """One speaker's time line."""

    speaker: str
    name: str
    deadline: float
    """s. What could hear without permission for less is recorded, and no breach."""
    bands: list[Band]
    decisions: list[Decided]
    wakes: list[Wake]
    ahead: list[Ahead]


class Timeline(TypedDict):
    """The answer to `earlid/timeline` {start, end, speakers?}; the past is what was recorded, the rest the plan."""

    start: Ms
    end: Ms
    now: Ms
    lanes: list[Lane]
    gaps: list[Gap]


class Entry(TypedDict):
    """A record of the journal, as its last amendment has it."""

    seq: int
    id: str
    at: Ms
    kind: Kind
    speaker: str
    rule: str | None
    """How the rule whose `slug` the body names is called now; null where there is none, or it is gone."""
    body: dict[str, Any]
    hash: str
    """Over this record as it was written and the hash before it: by it the journal can be checked."""


class JournalPage(TypedDict):
    """The answer to `earlid/journal`, newest first.

    All optional: {start, end, kinds, speakers, outcomes, before_seq, limit}.
    """

    records: list[Entry]
    more: bool


class Hours(TypedDict):
    """Activations of one speaker by weekday (0 is Monday) and hour, in the home's time zone: index day * 24 + hour."""

    speaker: str
    name: str
    wakes: list[int]
    unanswered: list[int]
    live: float
    """s of the time asked for during which it was live."""


class WakeHours(TypedDict):
    """The answer to `earlid/wakes` {start, end}."""

    start: Ms
    end: Ms
    speakers: list[Hours]
