/** What is told of a place on the time line, in words. */

import type { Because, Decided, Ms, Wake } from "../wire";
import type { Words } from "../words";
import type { Stop } from "./find";
import { decided, type Track, wakesIn } from "./loaded";
import { look, severity } from "./looks";
import { MINUTE } from "./zone";

export interface Detail {
  title: string;
  /** When, and how long. */
  when: string;
  /** Because of what, and what lost. */
  why: string[];
  wakes: string[];
  bad: boolean;
}

/** So many are told one by one. */
const MOST = 5;
/** What woke so shortly before or after belongs to the picture. */
const NEAR = 2 * MINUTE;

const KINDS = ["lockdown", "hold", "posture"];

export function because(words: Words, kind: Because | string, name: string | null, outvoted = false): string {
  if (name) return name;
  switch (kind) {
    case "lockdown":
      return words.entity("sensor.decided_by.state.lockdown");
    case "hold":
      return words.t("line.by_hand");
    case "posture":
      return words.t(outvoted ? "line.without_rule" : "line.no_rule");
    default:
      return words.t("line.a_rule");
  }
}

/** `at`: the moment that was pointed at, `now`: by the home's clock. */
export function detail(words: Words, track: Track, stop: Stop, at: Ms, now: Ms): Detail {
  switch (stop.kind) {
    case "band": {
      const near = wakesIn(track, Math.max(stop.at, at - NEAR), Math.min(stop.end, at + NEAR));
      const seen = near.length ? near : wakesIn(track, stop.at, stop.end);
      const kind = look(stop.band);
      return {
        title: words.t(`line.${kind === "exposed" ? `exposed_${stop.band.microphone}` : kind}`),
        when: during(words, stop.at, stop.end, now),
        why: decision(words, decided(track, Math.max(at, stop.at))),
        wakes: some(words, seen),
        bad: kind === "exposed",
      };
    }
    case "gap":
      return {
        title: words.t("line.gap"),
        when: during(words, stop.at, stop.end, now),
        why: [words.t("line.gap_means")],
        wakes: some(words, wakesIn(track, stop.at, stop.end)),
        bad: false,
      };
    case "wakes": {
      const [first] = stop.wakes;
      const one = stop.wakes.length === 1 && first;
      return {
        title: one ? words.t(`line.woke_${one.outcome}`) : words.t("line.woke", { count: stop.wakes.length }),
        when: one
          ? clock(words, one.at, now)
          : between(words, first?.at ?? stop.at, stop.wakes.at(-1)?.at ?? stop.at, now),
        why: one
          ? [words.t(one.allowed ? "line.allowed" : "line.not_allowed"), ...decision(words, decided(track, one.at))]
          : [],
        wakes: one ? [words.t("line.source", { source: words.named(one.source) })] : some(words, stop.wakes),
        bad: stop.wakes.some((wake) => !wake.allowed),
      };
    }
    case "ahead": {
      const { allowed, because: kind, name } = stop.stretch;
      return {
        title: words.t(allowed ? "line.will_listen" : "line.will_not_listen"),
        when: words.t("line.from", { from: words.moment(stop.at, now) }),
        why: [words.t("line.because", { because: because(words, kind, name) })],
        wakes: [],
        bad: false,
      };
    }
  }
}

/** One sentence of it, to be read aloud. */
export const spoken = (of: Detail): string => [of.title, of.when, ...of.why, ...of.wakes].join(". ");

function decision(words: Words, of: Decided | undefined): string[] {
  if (!of) return [];
  const why = words.t(of.allowed ? "line.allowed_because" : "line.muted_because", {
    because: because(words, of.because, of.name),
  });
  const lost = (of.lost ?? []).map((one) => because(words, one, KINDS.includes(one) ? null : one, true));
  return lost.length ? [why, words.t("line.lost", { lost: words.list(lost) })] : [why];
}

function some(words: Words, wakes: Wake[]): string[] {
  // Of many those that should not have been; they must not go under among the others.
  const worst = wakes.toSorted((one, other) => severity(other) - severity(one)).slice(0, MOST);
  const told = worst
    .toSorted((one, other) => one.at - other.at)
    .map((wake) => {
      const outcome = words.t(`line.woke_${wake.outcome}`);
      return words.t(wake.allowed ? "line.wake" : "line.wake_not_allowed", { at: words.seconds(wake.at), outcome });
    });
  const more = wakes.length - told.length;
  return more > 0 ? [...told, words.t("line.more", { count: more })] : told;
}

function clock(words: Words, at: Ms, now: Ms): string {
  const day = words.day(at) === words.day(now) ? "" : `${words.date(at, now)} `;
  return day + words.seconds(at);
}

function between(words: Words, from: Ms, to: Ms, now: Ms): string {
  const short = to - from < 10 * MINUTE;
  const end = words.day(from) !== words.day(to) ? words.moment(to, now) : short ? words.seconds(to) : words.time(to);
  return words.t("line.between", { from: short ? clock(words, from, now) : words.moment(from, now), to: end });
}

function during(words: Words, from: Ms, to: Ms, now: Ms): string {
  const span = words.span((Math.min(to, now) - from) / 1000);
  if (to >= now - 1000) return words.t("line.since", { from: words.moment(from, now), span });
  return words.t("line.during", { when: between(words, from, to, now), span });
}
