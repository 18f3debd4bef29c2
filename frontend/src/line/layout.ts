/** What part of time is shown, and where on the screen each moment of it is. */

import type { Ms } from "../wire";
import { DAY, HOUR } from "./zone";

/** The pasts to choose from; each comes with a part of the plan ahead. */
export const PASTS = [HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY] as const;
const SHORTEST = HOUR;
const LONGEST = 30 * DAY;
/** The plan is shown for this part of the past, and no further ahead: rules of the week are known for longer, but
 * nobody plans his listening for next month. */
const AHEAD_SHARE = 1 / 4;
const AHEAD_MOST = DAY;
/** How far one may look ahead by panning. */
const FUTURE_MOST = 7 * DAY;
/** The journal keeps 400 days unless the household says more; ten years is further than any goes. */
const PAST_MOST = 3660 * DAY;

export interface View {
  start: Ms;
  end: Ms;
}

export const span = (view: View): Ms => view.end - view.start;

const aheadOf = (past: Ms): Ms => Math.min(past * AHEAD_SHARE, AHEAD_MOST);

/** The view that ends with the plan ahead of now. */
export const around = (now: Ms, past: Ms): View => ({ start: now - past, end: now + aheadOf(past) });

/** How long a past the view is as wide as, with its plan. */
export function pastOf(view: View): Ms {
  const whole = span(view);
  return whole - aheadOf(LONGEST) >= AHEAD_MOST / AHEAD_SHARE ? whole - AHEAD_MOST : whole / (1 + AHEAD_SHARE);
}

const wholeOf = (past: Ms): Ms => past + aheadOf(past);
const possible = (wide: Ms): Ms => Math.min(Math.max(wide, wholeOf(SHORTEST)), wholeOf(LONGEST));

/** The same, kept within what can be shown. */
export function within(view: View, now: Ms): View {
  const wide = possible(span(view));
  const wanted = wide === span(view) ? view.start : (view.start + view.end - wide) / 2;
  const start = Math.min(Math.max(wanted, now - PAST_MOST), now + FUTURE_MOST - wide);
  return { start, end: start + wide };
}

export const panned = (view: View, by: Ms, now: Ms): View =>
  within({ start: view.start + by, end: view.end + by }, now);

/** Nearer (a factor below one) or further, while the moment `at` stays where it is. */
export function zoomed(view: View, factor: number, at: Ms, now: Ms): View {
  // At the limit it would begin to pan.
  const real = possible(span(view) * factor) / span(view);
  return within({ start: at - (at - view.start) * real, end: at + (view.end - at) * real }, now);
}

/** The next of the steps to a nearer or further view; the same where there is none. */
export function stepped(past: Ms, nearer: boolean): Ms {
  const slack = 1.01;
  const next = nearer ? PASTS.findLast((one) => one * slack < past) : PASTS.find((one) => one > past * slack);
  return next ?? past;
}

/** The pixels of a view; from right to left where the language is. */
export class Scale {
  readonly perPixel: Ms;

  constructor(
    readonly view: View,
    readonly width: number,
    readonly rightToLeft = false,
  ) {
    this.perPixel = span(view) / Math.max(width, 1);
  }

  x(at: Ms): number {
    const x = (at - this.view.start) / this.perPixel;
    return this.rightToLeft ? this.width - x : x;
  }

  at(x: number): Ms {
    return this.view.start + (this.rightToLeft ? this.width - x : x) * this.perPixel;
  }

  /** The time that moving the content by so many pixels goes. */
  moved(pixels: number): Ms {
    return (this.rightToLeft ? pixels : -pixels) * this.perPixel;
  }
}

/** How far a view between two is; for a zoom that can be followed by eye. */
export function between(from: View, to: View, share: number): View {
  const eased = 1 - (1 - share) ** 3;
  return { start: from.start + (to.start - from.start) * eased, end: from.end + (to.end - from.end) * eased };
}
