// Written by scripts/wire from custom_components/earlid/wire.py: change that one.

export type Ms = number;

export type Proof = "live" | "off_proven" | "off_unproven" | "unknown";

export type Because = "lockdown" | "hold" | "rule" | "posture";

export type Effect = "mute" | "listen";

export type Quantifier = "any" | "all" | "none";

export type Outcome = "answered" | "unanswered" | "unknown";

export type Grade = "a" | "b" | "c" | "untested";

export type Cause = "relay_unreachable" | "turned_on_elsewhere" | "evidence_contradicts" | "heard_while_muted";

export type Kind = "activation" | "decision" | "microphone" | "command" | "breach" | "hold" | "lifecycle";

/** What spoke for or against listening. */
export interface Vote {
  because: Because;
  effect: Effect;
  /** Its slug. */
  rule: string | null;
  /** The rule's name. */
  name: string | null;
  until: Ms | null;
  /** It gives way until what plays has ended. */
  waiting: boolean;
}

/** A person's temporary wish. */
export interface Hold {
  effect: Effect;
  at: Ms;
  until: Ms | null;
  by_hand: boolean;
}

/** A speaker is not known to be off though it should be. */
export interface Breach {
  cause: Cause;
  since: Ms;
}

/** An activation. */
export interface Wake {
  id: string;
  at: Ms;
  outcome: Outcome;
  allowed: boolean;
  source: string;
  because: Because | null;
}

/** A guarded speaker as it is now. */
export interface Speaker {
  slug: string;
  name: string;
  area: string | null;
  /** Earlid's own device of it. */
  device_id: string | null;
  subentry_id: string;
  /** False: Earlid only looks on. */
  enforced: boolean;
  microphone: Proof;
  /** It was heard though it may not listen, so it counts as live; this is what all else shows. */
  unheard: Proof | null;
  /** What agrees with off or contradicts it: `meter`, `microphone`, else names of entities. Without those that this user may not read. */
  witnesses: string[];
  allowed: boolean;
  because: Vote;
  /** The votes that lost, the strongest first. */
  trace: Vote[];
  until: Ms | null;
  next_change: Ms | null;
  finishing_playback: boolean;
  hold: Hold | null;
  breach: Breach | null;
  relay_missing: boolean;
  assurance: Grade;
  testing: boolean;
  /** It may listen, and its relay is turned on then: it rests after an off. */
  rests_until: Ms | null;
  activations_today: number;
  unanswered_today: number;
  /** s. */
  live_today: number;
  /** s. */
  exposed_today: number;
  last_activation: Wake | null;
  /** Whether this user has control permission on it. */
  may_control: boolean;
  /** Its entities by key, as `microphone`, `mode`, `self_test`. */
  entities: Record<string, string>;
}

/** A rule as it is now. */
export interface Rule {
  slug: string;
  name: string;
  effect: Effect;
  /** Names of those that it is for, without those that this user may not see; None: all; empty: all have gone. */
  speakers: string[] | null;
  /** Of its own week, 0 is Monday; empty: it goes by something else. */
  days: number[];
  /** Minutes since midnight in the home's time zone. */
  begins: number;
  /** As `begins`; not later: on the day after. */
  ends: number;
  /** Names of those that it goes by, without those that this user may not read. */
  entities: string[];
  /** Of presence: how many of the entities it takes. */
  quantifier: Quantifier | null;
  enabled: boolean;
  /** None: nobody can tell, so it counts against listening. */
  in_force: boolean | null;
  subentry_id: string;
  /** Its switch. */
  entity_id: string | null;
  /** Whether this user has control permission on its switch. */
  may_control: boolean;
  /** Whether on each of its speakers too, as turning it so that they may listen asks for. */
  may_control_speakers: boolean;
}

/** A device with a microphone that no speaker stands for. */
export interface Unguarded {
  device_id: string;
  name: string;
  area: string | null;
  model: string | null;
  /** What shows that it can hear: the integration or entity, as a key of the translations. */
  why: string;
}

/** The home as it is now. */
export interface Home {
  version: string;
  /** Empty for those who may see no speaker; for them there are no `rules`, and `undelivered` is 0. */
  entry_id: string;
  title: string;
  lockdown: boolean;
  lockdown_entity: string | null;
  all_off: boolean;
  /** Whether this user may do what can end in listening. */
  may_allow: boolean;
  is_admin: boolean;
  undelivered: number;
  /** Misactivations per hour of television speech, as published. */
  reference_per_hour: number;
  /** Of those speakers, or of all; for administrators also those whose speakers have gone. */
  rules: Rule[];
  speakers: Speaker[];
  /** Empty for those who are no administrators: they could not change it. */
  unguarded: Unguarded[];
}

/** What has changed since the last event of `earlid/subscribe`; what is missing is as before. */
export interface HomeChange {
  lockdown?: boolean;
  all_off?: boolean;
  may_allow?: boolean;
  undelivered?: number;
  rules?: Rule[];
  /** Those that changed or came, whole. */
  speakers?: Speaker[];
  /** Slugs of those that went. */
  removed?: string[];
  unguarded?: Unguarded[];
}

/** An event of `earlid/subscribe`: first the whole home, then what changes. Neither: Earlid is not loaded now, or what holds is not known. The whole home is told again when it is, and whenever more has changed than a change can tell. An event comes at least once a minute, be it with an empty change: what was told longer ago than that may hold no more. */
export interface HomeEvent {
  home: Home | null;
  change: HomeChange | null;
}

/** What held of a microphone for a while. */
export interface Band {
  start: Ms;
  end: Ms;
  microphone: Proof;
  allowed: boolean;
}

/** A decision, from then until the next. */
export interface Decided {
  at: Ms;
  allowed: boolean;
  because: Because;
  /** Of the rule. */
  name: string | null;
  /** What lost, the strongest first: kinds, and rules by name. Empty in records of before it was written down. */
  lost: string[];
}

/** An expected change of the decision. */
export interface Ahead {
  at: Ms;
  allowed: boolean;
  because: Because;
  name: string | null;
}

/** Nobody looked: Home Assistant was down, or Earlid not loaded. */
export interface Gap {
  start: Ms;
  end: Ms;
}

/** One speaker's time line. */
export interface Lane {
  speaker: string;
  name: string;
  /** s. What could hear without permission for less is recorded, and no breach. */
  deadline: number;
  bands: Band[];
  decisions: Decided[];
  wakes: Wake[];
  ahead: Ahead[];
}

/** The answer to `earlid/timeline` {start, end, speakers?}; the past is what was recorded, the rest the plan. */
export interface Timeline {
  start: Ms;
  end: Ms;
  now: Ms;
  lanes: Lane[];
  gaps: Gap[];
}

/** A record of the journal, as its last amendment has it. */
export interface Entry {
  seq: number;
  id: string;
  at: Ms;
  kind: Kind;
  speaker: string;
  /** How the rule whose `slug` the body names is called now; null where there is none, or it is gone. */
  rule: string | null;
  body: Record<string, unknown>;
  /** Over this record as it was written and the hash before it: by it the journal can be checked. */
  hash: string;
}

/** The answer to `earlid/journal`, newest first. All optional: {start, end, kinds, speakers, outcomes, before_seq, limit}. */
export interface JournalPage {
  records: Entry[];
  more: boolean;
}

/** Activations of one speaker by weekday (0 is Monday) and hour, in the home's time zone: index day * 24 + hour. */
export interface Hours {
  speaker: string;
  name: string;
  wakes: number[];
  unanswered: number[];
  /** s of the time asked for during which it was live. */
  live: number;
}

/** The answer to `earlid/wakes` {start, end}. */
export interface WakeHours {
  start: Ms;
  end: Ms;
  speakers: Hours[];
}
