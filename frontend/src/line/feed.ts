/** Asks Earlid for what the view needs, no more often and no more than that. */

import type { Hass } from "../hass";
import { timeline } from "../link";
import type { Home, Ms } from "../wire";
import { changed } from "./changed";
import { span, type View } from "./layout";
import { type Loaded, loaded, recent, renewed } from "./loaded";
import { DAY, HOUR, MINUTE } from "./zone";

/** Panning a little should find what it needs there already. */
const MARGIN_LEAST = HOUR;
const MARGIN_MOST = 5 * DAY;
/** Changes come in bursts, as when a rule begins for all; one question answers them. */
const GATHER = 1000;
/** Panning on while an answer is on its way would ask at each frame. */
const SETTLE = 150;
const AGAIN = 5000;

const margin = (view: View): Ms => Math.min(Math.max(span(view) / 2, MARGIN_LEAST), MARGIN_MOST);
const covers = (known: View, view: View): boolean => known.start <= view.start && known.end >= view.end;

export class Feed {
  known: Loaded | undefined;
  failed = false;
  hass: Hass | undefined;
  /** How far the home's clock is ahead of the browser's. */
  private ahead = 0;
  private view: View | undefined;
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Slugs to ask anew for; undefined: all. */
  private stale: Set<string> | undefined | null = null;
  private staleTimer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(private readonly came: () => void) {}

  /** By the home's clock. */
  get now(): Ms {
    return Date.now() + this.ahead;
  }

  start(): void {
    this.stopped = false;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.staleTimer);
    this.timer = this.staleTimer = undefined;
  }

  /** Have this view loaded. */
  want(view: View): void {
    this.view = view;
    if (this.known && covers(this.known, view)) return;
    this.later(this.known ? SETTLE : 0);
  }

  /** See what of the recent past and the plan has changed with the home. */
  look(before: Home | undefined, after: Home): void {
    const news = before ? changed(before, after) : null;
    if (!news) return;
    this.renew(news.speakers);
  }

  /** Ask for the recent part of these speakers, or of all, anew. */
  renew(speakers?: string[]): void {
    if (!speakers || this.stale === undefined) this.stale = undefined;
    else this.stale = new Set([...(this.stale ?? []), ...speakers]);
    this.staleTimer ??= setTimeout(() => {
      this.staleTimer = undefined;
      void this.refresh();
    }, GATHER);
  }

  private later(wait: number): void {
    if (this.timer !== undefined || this.asking || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.load();
    }, wait);
  }

  private async load(): Promise<void> {
    const { view, hass } = this;
    if (!view || !hass || this.asking || (this.known && covers(this.known, view))) return;
    const asked = { start: Math.floor(view.start - margin(view)), end: Math.ceil(view.end + margin(view)) };
    await this.ask(async () => {
      const answer = await timeline(hass, asked.start, asked.end);
      // It may be less than was asked for; asking for the rest again would never end.
      this.known = { ...loaded(answer), ...asked };
      return answer.now;
    });
    if (this.view) this.want(this.view);
  }

  private async refresh(): Promise<void> {
    const { known, hass, stale } = this;
    if (this.stopped || stale === null) return;
    if (!known || !hass || this.asking) {
      // What is being asked may have been answered before the change.
      this.staleTimer ??= setTimeout(() => {
        this.staleTimer = undefined;
        void this.refresh();
      }, GATHER);
      return;
    }
    this.stale = null;
    const start = Math.floor(recent(known));
    await this.ask(async () => {
      const answer = await timeline(
        hass,
        start,
        Math.ceil(Math.max(known.end, this.now + MINUTE)),
        stale && [...stale],
      );
      const keep = this.view ? this.view.start - 2 * margin(this.view) : known.start;
      this.known = renewed(known, answer, keep, stale === undefined);
      return answer.now;
    });
    if (this.failed) this.renew(stale && [...stale]);
  }

  private async ask(question: () => Promise<Ms>): Promise<void> {
    this.asking = true;
    const sent = Date.now();
    try {
      const now = await question();
      // Half of the way and back; a clock that is nearly right should not make the line tremble.
      const ahead = now - (sent + Date.now()) / 2;
      this.ahead = Math.abs(ahead) < 1500 ? 0 : ahead;
      this.failed = false;
    } catch (error) {
      // Once, not each time that it is tried again.
      if (!this.failed) console.warn("Earlid's time line could not be read", error);
      this.failed = true;
    }
    this.asking = false;
    if (this.stopped) return;
    if (this.failed) this.later(AGAIN);
    this.came();
  }
}
