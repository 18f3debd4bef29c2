/** What is at a place of a lane, and what comes next: for the pointer and for the arrow keys. */

import type { Band, Gap, Ms, Wake } from "../wire";
import type { Scale } from "./layout";
import { shown, type Track } from "./loaded";
import { EXPOSED, RANKS, rank, severity } from "./looks";
import { type Cluster, endOf, SEEN, within } from "./pixels";
import type { Stretch } from "./plan";

export type Stop =
  | { kind: "band"; at: Ms; end: Ms; band: Band }
  | { kind: "wakes"; at: Ms; end: Ms; wakes: Wake[] }
  | { kind: "gap"; at: Ms; end: Ms; gap: Gap }
  | { kind: "ahead"; at: Ms; end: Ms; stretch: Stretch };

/** All that a lane shows, as far as it is known. */
export interface Shown {
  track: Track;
  now: Ms;
  gaps: Gap[];
  marks: Cluster[];
  stretches: Stretch[];
}

/** A finger is no pencil; so far from a mark it is still meant. */
const NEAR = 9;
/** Steps shorter than this cannot be told apart on the screen. */
const APART = 3;

const ofMark = (track: Track, mark: Cluster): Stop => {
  const wakes = track.wakes.slice(mark.first, mark.first + mark.count);
  return { kind: "wakes", at: mark.at, end: mark.at, wakes };
};
const ofBand = (lane: Shown, index: number): Stop => {
  const band = lane.track.bands[index] as Band;
  return { kind: "band", at: band.start, end: endOf(lane.track, index, lane.now), band };
};
const ofGap = (gap: Gap): Stop => ({ kind: "gap", at: gap.start, end: gap.end, gap });
const ofPlan = (stretch: Stretch): Stop => ({ kind: "ahead", at: stretch.start, end: stretch.end, stretch });

/** What is drawn at a pixel; marks are only there in the upper part. */
export function hit(lane: Shown, scale: Scale, x: number, onMarks: boolean): Stop | undefined {
  const at = scale.at(x);
  if (onMarks) {
    const near = lane.marks.filter((mark) => Math.abs(scale.x(mark.at) - x) <= NEAR);
    const nearest = near.sort((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at))[0];
    if (nearest) return ofMark(lane.track, nearest);
  }
  return under(lane, at, scale.perPixel);
}

/** The band, gap or plan at a moment; of what lies in the same pixel the worst. */
export function under(lane: Shown, at: Ms, perPixel: Ms): Stop | undefined {
  if (at >= lane.now) {
    const stretch = lane.stretches.find((one) => one.start <= at && at < one.end);
    return stretch && ofPlan(stretch);
  }
  const around = { start: at - SEEN * perPixel, end: at + perPixel };
  const [first, behind] = within(lane.track, around);
  const found: Stop[] = [];
  for (let i = first; i < behind; i++) {
    const stop = ofBand(lane, i);
    // An exposure is drawn wider than it was.
    const drawn = rank(lane.track.bands[i] as Band) === EXPOSED ? SEEN : 1;
    if (stop.at < around.end && stop.end > at - drawn * perPixel) found.push(stop);
  }
  const [from, to] = shown(lane.gaps, around);
  for (const gap of lane.gaps.slice(from, to)) if (gap.start <= at && at < gap.end) found.push(ofGap(gap));
  return worst(found);
}

/** Everything that the keys stop at, in the order of time. */
export function stops(lane: Shown): Stop[] {
  const all = [
    ...lane.track.bands.map((_, index) => ofBand(lane, index)),
    ...lane.gaps.map(ofGap),
    ...lane.marks.map((mark) => ofMark(lane.track, mark)),
    ...lane.stretches.map(ofPlan),
  ];
  return all.sort((one, other) => one.at - other.at);
}

const same = (one: Stop, other: Stop): boolean => one.kind === other.kind && one.at === other.at;

/** The next stop; where several share a few pixels, the worst of them. The same at the end. */
export function next(all: Stop[], from: Stop, forward: boolean, perPixel: Ms): Stop {
  const way = forward ? 1 : -1;
  let here = all.findIndex((stop) => same(stop, from));
  if (here < 0) {
    // It is gone, since other data came: go on from where it was.
    here = all.findLastIndex((stop) => stop.at <= from.at) + (forward ? 0 : 1);
  }
  const first = all[here + way];
  if (!first) return from;
  const sharing: Stop[] = [];
  for (let i = here + way; i >= 0 && i < all.length; i += way) {
    const stop = all[i] as Stop;
    if (Math.abs(stop.at - first.at) >= APART * perPixel) break;
    sharing.push(stop);
  }
  return worst(sharing) ?? first;
}

function worst(found: Stop[]): Stop | undefined {
  let most: Stop | undefined;
  for (const stop of found) if (!most || badness(stop) > badness(most)) most = stop;
  return most;
}

const UNKNOWN = RANKS.indexOf("unknown");

function badness(stop: Stop): number {
  switch (stop.kind) {
    case "band":
      return rank(stop.band);
    case "wakes":
      return Math.max(...stop.wakes.map(severity)) / 10 + UNKNOWN;
    case "gap":
      // Nobody looked, so what a band says of that time is a guess.
      return RANKS.length;
    case "ahead":
      return 0;
  }
}
