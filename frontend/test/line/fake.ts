/** A home that never was: the same each time, as large as asked. */

import type { Hass } from "../../src/hass";
import type {
  Band,
  Decided,
  Entry,
  Home,
  Kind,
  Lane,
  Ms,
  Outcome,
  Proof,
  Speaker,
  Timeline,
  Wake,
  WakeHours,
} from "../../src/wire";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const NAMES = [
  "Kitchen",
  "Living room",
  "Bedroom",
  "Study",
  "Hall",
  "Bathroom",
  "Attic",
  "Garage",
  "Nursery",
  "Terrace",
];

/** Numbers from 0 to 1 that look like chance and are the same each time (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Past {
  now: Ms;
  lanes: Lane[];
  gaps: { start: Ms; end: Ms }[];
  records: Entry[];
}

/** `records` in all, over so many days and speakers. */
export function past(now: Ms, speakers: number, days: number, records: number): Past {
  const lanes: Lane[] = [];
  const all: Omit<Entry, "seq">[] = [];
  const gaps = [9, 3.2]
    .filter((day) => day < days)
    .map((day) => ({ start: now - day * DAY, end: now - day * DAY + 40 * MINUTE }));
  for (let i = 0; i < speakers; i++) {
    const any = chance(i + 1);
    const slug = `speaker_${i}`;
    const name = (NAMES[i % NAMES.length] ?? slug) + (i >= NAMES.length ? " 2" : "");
    // Each change makes a decision, a microphone and a command; each wake one.
    const each = records / speakers;
    const changes = Math.round((each * 0.8) / 3);
    const lane: Lane = { speaker: slug, name, deadline: 10, bands: [], decisions: [], wakes: [], ahead: [] };
    let at = now - days * DAY;
    for (let n = 0; n < changes; n++) {
      const allowed = n % 2 === 0;
      const lasts = ((days * DAY) / changes) * (allowed ? 0.5 : 1.5) * (0.4 + 1.2 * any());
      const end = n === changes - 1 ? now : Math.min(now, at + lasts);
      if (end <= at) break;
      lane.decisions.push(decision(at, allowed, any()));
      bands(lane.bands, at, end, allowed, any());
      record(all, at, "decision", slug, { allowed, because: "rule", slug: "night", finishing_playback: false });
      record(all, at + 1, "command", slug, allowed ? { command: "on", lease_s: 300 } : { command: "off" });
      record(all, at + 2, "microphone", slug, { microphone: allowed ? "live" : "off_proven" });
      at = end;
    }
    for (let n = 0; n < each * 0.2; n++) {
      const when = now - any() * days * DAY;
      const one = wake(`${slug}_${n}`, Math.floor(when), any());
      lane.wakes.push(one);
      record(all, one.at, "activation", slug, {
        outcome: one.outcome,
        allowed: one.allowed,
        because: "rule",
        microphone: "live",
        source: one.source,
        sources: [one.source],
      });
    }
    lane.wakes.sort((one, other) => one.at - other.at);
    for (let n = 1; n <= 14; n++)
      lane.ahead.push({
        at: now + n * 5 * HOUR,
        allowed: n % 2 === 1,
        because: n % 2 ? "posture" : "rule",
        name: n % 2 ? null : "Night",
      });
    lanes.push(lane);
  }
  all.sort((one, other) => other.at - one.at);
  return { now, lanes, gaps, records: all.map((one, index) => ({ seq: all.length - index, ...one })) };
}

function record(all: Omit<Entry, "seq">[], at: Ms, kind: Kind, speaker: string, body: Record<string, unknown>): void {
  all.push({
    id: `${kind}_${speaker}_${all.length}`,
    at: Math.floor(at),
    kind,
    speaker,
    rule: kind === "decision" ? "Night" : null,
    body,
    hash: "",
  });
}

function decision(at: Ms, allowed: boolean, part: number): Decided {
  if (allowed) return { at, allowed, because: "posture", name: null, lost: [] };
  return {
    at,
    allowed,
    because: part > 0.1 ? "rule" : "hold",
    name: part > 0.1 ? "Nobody home" : null,
    lost: ["Night", "posture"],
  };
}

function bands(into: Band[], start: Ms, end: Ms, allowed: boolean, part: number): void {
  const proofs: [Proof, number][] = allowed
    ? [
        ["unknown", 0.02],
        ["live", 1],
      ]
    : [
        ["live", 0.001 + (part > 0.95 ? 0.2 : 0)],
        ["off_unproven", part > 0.7 ? 0.9 : 0.1],
        ["off_proven", 1],
      ];
  let at = start;
  for (const [microphone, share] of proofs) {
    const to = share === 1 ? end : Math.min(end, start + (end - start) * share);
    if (to > at) into.push({ start: at, end: to, microphone, allowed });
    at = Math.max(at, to);
  }
}

function wake(id: string, at: Ms, part: number): Wake {
  const outcome: Outcome = part < 0.6 ? "answered" : part < 0.85 ? "unanswered" : "unknown";
  return { id, at, outcome, allowed: part % 0.1 > 0.01, source: "event.echo_voice", because: "rule" };
}

export function answer(of: Past, start: Ms, end: Ms, speakers?: string[]): Timeline {
  const touches = (one: { start: Ms; end: Ms }) => one.end > start && one.start < end;
  return {
    start,
    end,
    now: of.now,
    gaps: of.gaps.filter(touches),
    lanes: of.lanes
      .filter((lane) => !speakers || speakers.includes(lane.speaker))
      .map((lane) => ({
        ...lane,
        bands: lane.bands.filter(touches).map((band) => ({ ...band, start: Math.max(band.start, start) })),
        decisions: lane.decisions.filter(
          (one, index) => one.at < end && (lane.decisions[index + 1]?.at ?? end) > start,
        ),
        wakes: lane.wakes.filter((one) => one.at >= start && one.at < end),
        ahead: lane.ahead.filter((one) => one.at < end),
      })),
  };
}

export function speaker(slug: string, name: string, more: Partial<Speaker> = {}): Speaker {
  return {
    slug,
    name,
    area: null,
    device_id: null,
    subentry_id: slug,
    enforced: true,
    microphone: "off_proven",
    unheard: null,
    witnesses: [],
    allowed: false,
    because: { because: "rule", effect: "mute", rule: "night", name: "Night", until: null, waiting: false },
    trace: [],
    until: null,
    next_change: null,
    finishing_playback: false,
    hold: null,
    breach: null,
    relay_missing: false,
    assurance: "a",
    testing: false,
    rests_until: null,
    activations_today: 0,
    unanswered_today: 0,
    live_today: 0,
    exposed_today: 0,
    last_activation: null,
    may_control: true,
    entities: {},
    ...more,
  };
}

export function home(of: Pick<Past, "lanes" | "now">): Home {
  return {
    version: "1",
    entry_id: "one",
    title: "Home",
    lockdown: false,
    lockdown_entity: null,
    all_off: false,
    may_allow: true,
    is_admin: true,
    undelivered: 0,
    reference_per_hour: 0.95,
    rules: [],
    unguarded: [],
    speakers: of.lanes.map((lane) =>
      speaker(lane.speaker, lane.name, { until: of.now + 5 * HOUR, next_change: of.now + 5 * HOUR }),
    ),
  };
}

export function hours(of: Past, start: Ms, end: Ms): WakeHours {
  const speakers = of.lanes.map((lane) => {
    const [wakes, unanswered] = [new Array<number>(168).fill(0), new Array<number>(168).fill(0)];
    for (const one of lane.wakes) {
      if (one.at < start || one.at >= end) continue;
      const date = new Date(one.at);
      // People are awake in the evening.
      const hour = Math.floor(24 * (1 - ((date.getUTCMinutes() + 1) / 61) ** 2));
      const index = ((date.getUTCDay() + 6) % 7) * 24 + Math.min(23, hour);
      wakes[index] = (wakes[index] ?? 0) + 1;
      if (one.outcome === "unanswered") unanswered[index] = (unanswered[index] ?? 0) + 1;
    }
    return { speaker: lane.speaker, name: lane.name, wakes, unanswered, live: 100 * 3600 };
  });
  return { start, end, speakers };
}

/** Fills in a sentence as far as these tests need it: names, and plurals of one or more. */
export function filled(sentence: string, values: Record<string, string | number> = {}): string {
  const plural = /\{(\w+), plural,((?:\s*(?:=\d+|\w+) \{[^{}]*\})+)\}/g;
  return sentence
    .replace(plural, (_, key: string, forms: string) => {
      const count = Number(values[key]);
      const form =
        new RegExp(`(?:^|\\s)=${count} \\{([^{}]*)\\}`).exec(forms) ??
        new RegExp(`(?:^|\\s)${count === 1 ? "one" : "other"} \\{([^{}]*)\\}`).exec(forms);
      return (form?.[1] ?? "").replaceAll("#", String(count));
    })
    .replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
}

type Words = Record<string, unknown>;

/** A Home Assistant that says what `translations/en.json` says and answers from this past. */
export function hass(of: Past, sentences: { config_panel: Words; entity: Words }, more: Partial<Hass> = {}): Hass {
  const localize = (key: string, values?: Record<string, string | number>): string => {
    let here: unknown = sentences;
    for (const part of key.replace("component.earlid.", "").split(".")) here = (here as Words | undefined)?.[part];
    return typeof here === "string" ? filled(here, values) : "";
  };
  return {
    connection: { subscribeMessage: async () => async () => undefined },
    connected: true,
    language: "en",
    locale: { language: "en-GB", time_format: "24", time_zone: "server", first_weekday: "monday" },
    config: { time_zone: "Europe/Berlin", location_name: "Home" },
    user: { id: "1", name: "Anna", is_admin: true },
    localize,
    loadBackendTranslation: async () => localize,
    callWS: async <T>(message: object): Promise<T> => reply(of, message as Asked) as T,
    callService: async () => undefined,
    fetchWithAuth: async () => new Response("{}"),
    ...more,
  } as Hass;
}

interface Asked {
  type: string;
  start: Ms;
  end: Ms;
  speakers?: string[];
  kinds?: Kind[];
  before_seq?: number;
  limit?: number;
}

export function reply(of: Past, asked: Asked): unknown {
  if (asked.type === "earlid/timeline") return answer(of, asked.start, asked.end, asked.speakers);
  if (asked.type === "earlid/wakes") return hours(of, asked.start, asked.end);
  const found = of.records.filter(
    (one) =>
      (!asked.kinds || asked.kinds.includes(one.kind)) &&
      (!asked.speakers || asked.speakers.includes(one.speaker)) &&
      (asked.before_seq === undefined || one.seq < asked.before_seq),
  );
  const limit = asked.limit ?? 200;
  return { records: found.slice(0, limit), more: found.length > limit };
}
