/** Wall clocks of a zone, by Intl alone: the browser's own clock is another one where the profile shows the home's. */

import type { Ms } from "../wire";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Changes of clocks, and offsets, are whole ones of these. */
const QUARTER = 15 * MINUTE;

const zones = new Map<string | undefined, Zone>();

export class Zone {
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<Ms, number>();

  private constructor(name: string | undefined) {
    this.format = new Intl.DateTimeFormat("en-US", {
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      ...(name && { timeZone: name }),
    });
  }

  /** The zone of this name; undefined, or one that the browser does not know, is the browser's. */
  static of(name: string | undefined): Zone {
    let zone = zones.get(name);
    if (!zone) {
      try {
        zone = new Zone(name);
      } catch {
        zone = Zone.of(undefined);
      }
      zones.set(name, zone);
    }
    return zone;
  }

  /** How far its clocks are ahead of UTC. */
  offset(at: Ms): number {
    const day = Math.floor(at / DAY);
    const first = this.known(day * DAY);
    // Looking one up takes Intl some microseconds, and a month has thousands of quarters; few days change.
    return first === this.known((day + 1) * DAY) ? first : this.known(Math.floor(at / QUARTER) * QUARTER);
  }

  /** What its clocks show, as if that were UTC. */
  wall(at: Ms): Ms {
    return at + this.offset(at);
  }

  /** When its clocks show this first; undefined where they skip it. */
  at(wall: Ms): Ms | undefined {
    const guesses = [wall - this.offset(wall - DAY), wall - this.offset(wall + DAY)].sort((one, other) => one - other);
    return guesses.find((guess) => this.wall(guess) === wall);
  }

  /** The day's beginning: midnight, or where clocks skip it, when it has passed. */
  dayStart(wallDay: Ms): Ms {
    const start = this.at(wallDay);
    if (start !== undefined) return start;
    let late = wallDay - this.offset(wallDay - DAY);
    while (this.wall(late - QUARTER) >= wallDay) late -= QUARTER;
    return late;
  }

  private known(at: Ms): number {
    let offset = this.offsets.get(at);
    if (offset === undefined) {
      // Panning through years would keep them all.
      if (this.offsets.size > 5000) this.offsets.clear();
      offset = this.lookUp(at);
      this.offsets.set(at, offset);
    }
    return offset;
  }

  private lookUp(at: Ms): number {
    const read: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(at)) read[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
    return Date.UTC(year, month - 1, day, hour, minute, second) - at;
  }
}

/** Distances of ticks, so that they fall on what a clock or calendar shows. */
const STEPS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];
/** 5 January 1970 was a Monday: steps of weeks begin there. */
const MONDAY = 4 * DAY;

/** Midnight of a day of a field; undefined where it is none, or while it is being typed. */
export function midnight(zone: Zone, day: string | undefined, later = 0): number | undefined {
  const wall = day ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // A field that is being typed in passes through the year 2.
  return Number.isNaN(wall) || wall < 0 ? undefined : zone.dayStart(wall + later * DAY);
}

export interface Tick {
  at: Ms;
  /** A day begins here. */
  day: boolean;
}

/** The smallest distance of ticks that leaves each the room. */
export function tickStep(span: Ms, width: number, room: number): Ms {
  const least = (span * room) / Math.max(width, 1);
  return STEPS.find((step) => step >= least) ?? (STEPS.at(-1) as number);
}

/** Where clocks and calendars of the zone show a whole step; in a doubled hour twice, in a skipped one not at all. */
export function ticks(zone: Zone, start: Ms, end: Ms, step: Ms): Tick[] {
  return step < DAY ? withinDays(zone, start, end, step) : ofDays(zone, start, end, step);
}

function withinDays(zone: Zone, start: Ms, end: Ms, step: Ms): Tick[] {
  const found: Tick[] = [];
  // Offsets may be odd quarters of an hour, so a stride of a whole step could miss all of them.
  const stride = [QUARTER, QUARTER / 3, MINUTE].find((one) => step % one === 0) ?? MINUTE;
  const first = Math.ceil(start / stride) * stride;
  for (let at = first; at <= end; at += stride) {
    const wall = zone.wall(at);
    if (wall % step === 0) found.push({ at, day: wall % DAY === 0 });
  }
  return found;
}

function ofDays(zone: Zone, start: Ms, end: Ms, step: Ms): Tick[] {
  const found: Tick[] = [];
  const origin = step % (7 * DAY) === 0 ? MONDAY : 0;
  let wall = origin + Math.floor((zone.wall(start) - origin) / step) * step;
  for (; wall <= zone.wall(end); wall += step) {
    const at = zone.dayStart(wall);
    if (at >= start && at <= end) found.push({ at, day: true });
  }
  return found;
}

/** Without those too near to the one before, as where clocks skip an hour. */
export function ofStep(all: Tick[], least: Ms): Tick[] {
  const kept: Tick[] = [];
  for (const tick of all) {
    const last = kept.at(-1);
    if (last && tick.at - last.at < least) {
      // The day is what tells where one is.
      if (tick.day) kept[kept.length - 1] = tick;
    } else kept.push(tick);
  }
  return kept;
}
