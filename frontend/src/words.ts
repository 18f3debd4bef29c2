/** Words, times and numbers as the person who looks has chosen them in their profile. */

import type { Hass } from "./hass";
import type { Ms } from "./wire";

export type Values = Record<string, string | number>;

const OURS = "component.earlid.config_panel.";
const ENTITIES = "component.earlid.entity.";

/** Written from right to left, of the languages that Home Assistant has. */
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Marks that turn the direction of all that follows; in a name they would turn our sentence around. */
const DIRECTION_MARKS = /[\u202a-\u202e\u2066-\u2069]/g;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** The last moment a browser knows, in ms; to format a later one throws. */
const LATEST = 8.64e15;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Making one takes the browser longer than using it a hundred times, and a time line uses hundreds. */
const made = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  let known = made.get(key) as T | undefined;
  if (known === undefined) {
    known = make();
    made.set(key, known);
  }
  return known;
}

export class Words {
  readonly language: string;
  /** The zone in which times are shown; undefined is the browser's. */
  readonly zone: string | undefined;
  /** Whether hours are counted to twelve. */
  readonly twelve: boolean;
  readonly rightToLeft: boolean;

  constructor(private readonly hass: Hass) {
    const { language, time_format, time_zone } = hass.locale;
    this.language = language;
    this.zone = time_zone === "server" ? hass.config.time_zone : undefined;
    this.twelve = time_format === "12" || (time_format !== "24" && twelveAsIn(time_format, language));
    this.rightToLeft = RIGHT_TO_LEFT.has(language.split("-")[0] ?? "");
  }

  /** Fetches the sentences; until then `t` gives back its key. */
  static async load(hass: Hass): Promise<void> {
    await Promise.all([
      hass.loadBackendTranslation("config_panel", "earlid"),
      hass.loadBackendTranslation("entity", "earlid"),
    ]);
  }

  /** Whether the sentences have come. */
  get ready(): boolean {
    return Boolean(this.hass.localize(`${OURS}panel.title`));
  }

  /** A sentence of ours, as "line.now". */
  t(key: string, values?: Values): string {
    return this.hass.localize(OURS + key, values && this.safe(values)) || key;
  }

  /** A word that entities have, as "sensor.microphone.state.live". */
  entity(key: string): string {
    return this.hass.localize(ENTITIES + key) || (key.split(".").at(-1) ?? key);
  }

  /** "18:30" or "6:30 PM". */
  time(ms: Ms): string {
    return this.format("time", ms, { hour: "numeric", minute: "2-digit", ...this.hours });
  }

  /** A time of day by the clock of the home: minutes since midnight. */
  clock(minutes: number): string {
    const options = { hour: "numeric", minute: "2-digit", ...this.hours, timeZone: "UTC" } as const;
    const make = () => new Intl.DateTimeFormat(this.language, options);
    return once(`c|${this.language}|${this.twelve}`, make).format(minutes * MINUTE * 1000);
  }

  /** "18:30:05", for what happens within a minute. */
  seconds(ms: Ms): string {
    return this.format("seconds", ms, { hour: "numeric", minute: "2-digit", second: "2-digit", ...this.hours });
  }

  /** "Sat, 21 Nov", with the year where it is another than now. */
  date(ms: Ms, now: Ms = Date.now()): string {
    const thisYear = this.part("year", ms) === this.part("year", now);
    const day = { weekday: "short", day: "numeric", month: "short" } as const;
    return thisYear ? this.format("date", ms, day) : this.format("dated", ms, { ...day, year: "numeric" });
  }

  /** The time alone for today, else the day and the time: "tomorrow 07:00". */
  moment(ms: Ms, now: Ms = Date.now()): string {
    const days = this.day(ms) - this.day(now);
    if (days === 0) return this.time(ms);
    return `${Math.abs(days) === 1 ? this.relative(days) : this.date(ms, now)} ${this.time(ms)}`;
  }

  /** "2026-11-22", the day in the shown zone: for the names of files, in any language. */
  isoDay(ms: Ms): string {
    return new Date(this.day(ms) * DAY * 1000).toISOString().slice(0, 10);
  }

  /** What an entity is called; any other word as it is. */
  named(id: string): string {
    return this.hass.states?.[id]?.attributes?.friendly_name ?? id;
  }

  /** The calendar day in the shown zone, as a number that grows by one each day. */
  day(ms: Ms): number {
    return Date.UTC(this.part("year", ms), this.part("month", ms) - 1, this.part("day", ms)) / (DAY * 1000);
  }

  /** "45 s", "10 min", "1 h 30 min", "3 d 4 h". */
  span(seconds: number): string {
    if (!Number.isFinite(seconds)) return "–";
    const whole = Math.max(0, Math.round(seconds));
    if (whole < MINUTE) return this.unit(whole, "second");
    const minutes = Math.round(whole / MINUTE) * MINUTE;
    if (minutes < HOUR) return this.unit(minutes / MINUTE, "minute");
    if (minutes < DAY) {
      return this.pair(Math.floor(minutes / HOUR), "hour", Math.floor((minutes % HOUR) / MINUTE), "minute");
    }
    const hours = Math.round(whole / HOUR) * HOUR;
    return this.pair(Math.floor(hours / DAY), "day", Math.floor((hours % DAY) / HOUR), "hour");
  }

  number(n: number, digits = 0): string {
    const options = { minimumFractionDigits: 0, maximumFractionDigits: digits };
    return once(`n|${this.language}|${digits}`, () => new Intl.NumberFormat(this.language, options)).format(n);
  }

  percent(share: number): string {
    return once(`%|${this.language}`, () => new Intl.NumberFormat(this.language, { style: "percent" })).format(share);
  }

  /** "a, b and c". */
  list(items: string[]): string {
    const make = () => new Intl.ListFormat(this.language, { type: "conjunction" });
    return once(`l|${this.language}`, make).format(items.map((item) => this.apart(item)));
  }

  /** Weekday `day` (0 is Monday). */
  weekday(day: number, style: "short" | "long" = "short"): string {
    const make = () => new Intl.DateTimeFormat(this.language, { weekday: style, timeZone: "UTC" });
    // 5 January 1970 was a Monday.
    return once(`w|${this.language}|${style}`, make).format((4 + day) * DAY * 1000);
  }

  /** A text from outside, kept from turning the direction of the sentence it stands in. */
  apart(text: string): string {
    const plain = text.replace(DIRECTION_MARKS, "");
    if (!this.rightToLeft && !RIGHT_TO_LEFT_LETTER.test(plain)) return plain;
    return FIRST_STRONG_ISOLATE + plain + POP_ISOLATE;
  }

  private safe(values: Values): Values {
    const entries = Object.entries(values);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === "string" ? this.apart(value) : value]),
    );
  }

  private get hours(): Intl.DateTimeFormatOptions {
    return { hourCycle: this.twelve ? "h12" : "h23" };
  }

  private format(name: string, ms: Ms, options: Intl.DateTimeFormatOptions): string {
    const make = () =>
      new Intl.DateTimeFormat(this.language, { ...options, ...(this.zone && { timeZone: this.zone }) });
    return Math.abs(ms) <= LATEST
      ? once(`d|${this.language}|${this.zone}|${this.twelve}|${name}`, make).format(ms)
      : "–";
  }

  private part(type: "year" | "month" | "day", ms: Ms): number {
    const options = { year: "numeric", month: "numeric", day: "numeric", calendar: "gregory" } as const;
    const make = () => new Intl.DateTimeFormat("en", { ...options, ...(this.zone && { timeZone: this.zone }) });
    const parts = Math.abs(ms) <= LATEST ? once(`p|${this.zone}`, make).formatToParts(ms) : [];
    return Number(parts.find((part) => part.type === type)?.value ?? 0);
  }

  private relative(days: number): string {
    const make = () => new Intl.RelativeTimeFormat(this.language, { numeric: "auto" });
    return once(`r|${this.language}`, make).format(days, "day");
  }

  private unit(n: number, unit: string): string {
    const make = () => new Intl.NumberFormat(this.language, { style: "unit", unit, unitDisplay: "short" });
    return once(`u|${this.language}|${unit}`, make).format(n);
  }

  private pair(n: number, unit: string, less: number, lesser: string): string {
    return less ? `${this.unit(n, unit)} ${this.unit(less, lesser)}` : this.unit(n, unit);
  }
}

/** Whether the language, or the browser's own, counts hours to twelve. */
function twelveAsIn(format: string, language: string): boolean {
  const asked = format === "language" ? language : undefined;
  const make = () => new Intl.DateTimeFormat(asked, { hour: "numeric" }).resolvedOptions().hour12 === true;
  return once(`h|${asked}`, make);
}
