/** Counts by weekday and hour, added up and put in the order of the reader's week. */

import type { Hours, WakeHours } from "../wire";

export const DAYS = 7;
export const HOURS = 24;
/** Less time live than this gives no rate: one wake in a minute would be sixty an hour. */
const LEAST_LIVE = 600;

export interface Sum {
  speaker: string;
  name: string;
  wakes: number;
  unanswered: number;
  /** Of all; null where there are none. */
  share: number | null;
  /** For nothing, each hour that it was live; null where that is too short to say. */
  perHour: number | null;
}

export interface Heat {
  /** Index day * 24 + hour, 0 is Monday. */
  wakes: number[];
  unanswered: number[];
  most: number;
  total: number;
}

const at = (counts: number[] | undefined, index: number): number => {
  const count = counts?.[index];
  return Number.isFinite(count) ? (count as number) : 0;
};

/** All speakers together, or one. */
export function heat(answer: WakeHours, speaker: string | undefined): Heat {
  const wakes = new Array<number>(DAYS * HOURS).fill(0);
  const unanswered = new Array<number>(DAYS * HOURS).fill(0);
  for (const one of answer.speakers) {
    if (speaker !== undefined && one.speaker !== speaker) continue;
    for (let i = 0; i < wakes.length; i++) {
      wakes[i] = at(wakes, i) + at(one.wakes, i);
      unanswered[i] = at(unanswered, i) + at(one.unanswered, i);
    }
  }
  return { wakes, unanswered, most: Math.max(...wakes), total: total(wakes) };
}

const total = (counts: number[]): number => counts.reduce((sum, one) => sum + (Number.isFinite(one) ? one : 0), 0);

const rate = (count: number, live: number): number | null => (live >= LEAST_LIVE ? count / (live / 3600) : null);

export function sum(of: Hours): Sum {
  const wakes = total(of.wakes ?? []);
  const unanswered = total(of.unanswered ?? []);
  return {
    speaker: of.speaker,
    name: of.name,
    wakes,
    unanswered,
    share: wakes ? unanswered / wakes : null,
    perHour: rate(unanswered, of.live),
  };
}

/** The sums of all, those that woke most first, and of all together. */
export function sums(answer: WakeHours): { each: Sum[]; all: Sum } {
  const each = answer.speakers.map(sum).sort((one, other) => other.wakes - one.wakes);
  const together = { wakes: 0, unanswered: 0 };
  for (const one of each) {
    together.wakes += one.wakes;
    together.unanswered += one.unanswered;
  }
  // What woke while it was hardly live would raise the rate of those that were.
  const rated = answer.speakers.filter(({ live }) => live >= LEAST_LIVE);
  const woke = rated.reduce((sum, one) => sum + total(one.unanswered ?? []), 0);
  const live = rated.reduce((sum, one) => sum + one.live, 0);
  const all = {
    speaker: "",
    name: "",
    wakes: together.wakes,
    unanswered: together.unanswered,
    share: together.wakes ? together.unanswered / together.wakes : null,
    perHour: rate(woke, live),
  };
  return { each, all };
}

const NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Weekdays (0 is Monday) from the one that the profile begins the week with. */
export function week(firstWeekday: string, language: string): number[] {
  const first = NAMES.indexOf(firstWeekday);
  const begins = first >= 0 ? first : ofLanguage(language);
  return Array.from({ length: DAYS }, (_, index) => (begins + index) % DAYS);
}

function ofLanguage(language: string): number {
  try {
    const locale = new Intl.Locale(language) as Intl.Locale & {
      weekInfo?: { firstDay: number };
      getWeekInfo?: () => { firstDay: number };
    };
    const day = (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay;
    return day ? day - 1 : 0;
  } catch {
    return 0;
  }
}

/** How strongly a cell is coloured, 0 to 4: by root, since one bad hour would make all others look like none. */
export const strength = (count: number, most: number): number =>
  count <= 0 || most <= 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(count / most) * 4));
