/** Records in plain words. */

import { because } from "../line/detail";
import type { Entry, Home } from "../wire";
import type { Words } from "../words";

export interface Row {
  entry: Entry;
  what: string;
  who: string;
  kind: string;
  /** Something heard, or could hear, that should not. */
  bad: boolean;
  /** The end of such. */
  over: boolean;
}

/** What is told of a record must not be longer than anyone reads. */
const LONGEST = 300;

const text = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "" : String(value));
const seconds = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

export const isBreach = ({ kind, body }: Entry): boolean =>
  (kind === "breach" && body?.state !== "ended") || (kind === "activation" && body?.allowed === false);

/** Whether it is about listening with permission (true) or without (false); undefined where it is about neither. */
export function permitted(entry: Entry): boolean | undefined {
  if (entry.kind === "breach") return false;
  const allowed = entry.body?.allowed;
  return typeof allowed === "boolean" ? allowed : undefined;
}

export function row(words: Words, entry: Entry, home: Home | undefined): Row {
  const what = sentence(words, entry);
  return {
    entry,
    what: what.length > LONGEST ? `${what.slice(0, LONGEST)}…` : what,
    who: entry.speaker
      ? (home?.speakers.find((one) => one.slug === entry.speaker)?.name ?? entry.speaker)
      : words.t("journal.home"),
    kind: words.t(`journal.kind_${entry.kind}`),
    bad: isBreach(entry),
    over: entry.kind === "breach" && !isBreach(entry),
  };
}

function sentence(words: Words, entry: Entry): string {
  const body = entry.body ?? {};
  switch (entry.kind) {
    case "activation":
      return activation(words, body);
    case "decision": {
      const why = because(
        words,
        text(body.because),
        body.because === "rule" ? (entry.rule ?? (text(body.slug) || null)) : null,
      );
      const key = body.finishing_playback ? "finishing" : body.allowed ? "listens" : "muted";
      return words.t(`journal.${key}`, { because: why });
    }
    case "microphone":
      if (body.turned_on !== undefined) return words.t("journal.turned_on");
      return words.t("journal.microphone", { state: words.entity(`sensor.microphone.state.${text(body.microphone)}`) });
    case "command":
      return command(words, body);
    case "breach":
      return breach(words, body);
    case "hold":
      return hold(words, entry.at, body);
    case "lifecycle":
      return lifecycle(words, body);
    default:
      return text(entry.kind);
  }
}

type Body = Record<string, unknown>;

function activation(words: Words, body: Body): string {
  const outcome = body.outcome === "answered" || body.outcome === "unanswered" ? body.outcome : "unknown";
  return words.t(`journal.woke_${outcome}${body.allowed === false ? "_not_allowed" : ""}`);
}

function command(words: Words, body: Body): string {
  const lease = seconds(body.lease_s);
  if (body.command === "on" && lease) return words.t("journal.command_lease", { span: words.span(lease) });
  return words.t("journal.command", { command: text(body.command).toUpperCase() });
}

function breach(words: Words, body: Body): string {
  const cause = words.entity(`binary_sensor.breach.state_attributes.cause.state.${text(body.cause)}`);
  if (body.state !== "ended") return words.t("journal.breach_began", { cause });
  return words.t("journal.breach_ended", { cause, span: words.span(seconds(body.exposed_s)) });
}

function hold(words: Words, at: number, body: Body): string {
  if (body.hold !== "mute" && body.hold !== "listen") return words.t("journal.hold_none");
  const until = Date.parse(text(body.until));
  if (body.by_hand) return words.t("journal.hold_hand");
  const key = `journal.hold_${body.hold}`;
  return Number.isNaN(until) ? words.t(key) : words.t(`${key}_until`, { until: words.moment(until, at) });
}

const EVENTS = ["start", "stop", "gap", "removed", "audio_captured", "cut", "lost", "set_aside"];

function lifecycle(words: Words, body: Body): string {
  const event = text(body.event);
  if (!EVENTS.includes(event)) return words.t("journal.event", { event });
  const since = Date.parse(text(body.since));
  return words.t(`journal.event_${event}`, {
    since: Number.isNaN(since) ? "" : words.moment(since),
    records: seconds(body.records),
    span: words.span(seconds(body.seconds)),
    file: text(body.file),
  });
}

/** All that the record holds, as text. */
export const whole = (entry: Entry): string =>
  JSON.stringify(
    {
      seq: entry.seq,
      id: entry.id,
      at: iso(entry.at),
      kind: entry.kind,
      speaker: entry.speaker,
      ...entry.body,
      hash: entry.hash,
    },
    null,
    2,
  );

const iso = (at: number): string =>
  Number.isFinite(at) && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : String(at);
