/** What is known of each lane's time, put together from the answers; it holds no more than a margin around the view. */

import { bisector } from "d3-array";
import type { Ahead, Band, Decided, Gap, Lane, Ms, Timeline, Wake } from "../wire";
import type { View } from "./layout";
import { look, type Shown } from "./looks";
import { MINUTE } from "./zone";

const byAt = bisector<{ at: Ms }, Ms>((one) => one.at);
const byEnd = bisector<{ end: Ms }, Ms>((one) => one.end);

/** An outcome may become known, and an activation be reported, so long after it was. */
const LATE = 10 * MINUTE;

export interface Track {
  speaker: string;
  name: string;
  /** s. */
  deadline: number;
  bands: Shown[];
  decisions: Decided[];
  wakes: Wake[];
  ahead: Ahead[];
  /** Until when it is known. */
  told: Ms;
}

export interface Loaded extends View {
  now: Ms;
  tracks: Map<string, Track>;
  gaps: Gap[];
}

const sorted = <T>(items: T[], by: (item: T) => Ms): T[] => {
  for (let i = 1; i < items.length; i++) {
    if (by(items[i] as T) < by(items[i - 1] as T)) return items.toSorted((one, other) => by(one) - by(other));
  }
  return items;
};

/** Without the time when nobody looked: it counts as unknown, but drawn so it would be an exposure that nobody saw. */
function watched(band: Band, gaps: Gap[]): Band[] {
  if (band.microphone !== "unknown") return [band];
  const left: Band[] = [];
  let { start } = band;
  for (const gap of gaps) {
    if (gap.end <= start || gap.start >= band.end) continue;
    if (gap.start > start) left.push({ ...band, start, end: gap.start });
    start = gap.end;
  }
  return start < band.end ? [...left, { ...band, start }] : left;
}

/** With what could hear without permission for less than the deadline (s) marked as brief. */
function judged(all: Band[], deadline: number): Shown[] {
  const exposed = (band: Band | undefined): boolean => band !== undefined && look(band) === "exposed";
  const found: Shown[] = [];
  for (let first = 0; first < all.length; ) {
    let behind = first + 1;
    while (exposed(all[first]) && exposed(all[behind]) && all[behind]?.start === all[behind - 1]?.end) behind++;
    const run = all.slice(first, behind);
    const lasted = (run.at(-1)?.end ?? 0) - (run[0]?.start ?? 0);
    const brief = exposed(run[0]) && lasted < deadline * 1000;
    for (const band of run as Shown[]) found.push((band.brief ?? false) === brief ? band : { ...band, brief });
    first = behind;
  }
  return found;
}

/** An answer as it is drawn; what is missing or out of order in it must not stop the drawing. */
function track(lane: Lane, told: Ms, gaps: Gap[]): Track {
  return {
    speaker: lane.speaker,
    name: lane.name,
    deadline: lane.deadline,
    bands: judged(
      sorted(
        (lane.bands ?? []).filter((band) => band.end > band.start).flatMap((band) => watched(band, gaps)),
        (band) => band.start,
      ),
      lane.deadline,
    ),
    decisions: sorted(lane.decisions ?? [], (one) => one.at),
    wakes: sorted(lane.wakes ?? [], (one) => one.at),
    ahead: sorted(lane.ahead ?? [], (one) => one.at),
    told,
  };
}

export function loaded(answer: Timeline): Loaded {
  const gaps = sorted(answer.gaps ?? [], (gap) => gap.start);
  return {
    start: answer.start,
    end: answer.end,
    now: answer.now,
    tracks: new Map((answer.lanes ?? []).map((lane) => [lane.speaker, track(lane, answer.now, gaps)])),
    gaps,
  };
}

/** From when to ask again for what may have changed. */
export const recent = (known: Loaded): Ms => Math.max(known.start, known.now - LATE);

/** What was known with what was asked again, and without what is before `keep`. With `whole` lanes that are missing are
 * gone. */
export function renewed(known: Loaded, answer: Timeline, keep: Ms, whole = false): Loaded {
  const anew = loaded(answer);
  const start = Math.max(known.start, Math.min(keep, anew.start));
  const tracks = new Map<string, Track>();
  for (const [slug, before] of known.tracks) {
    const after = anew.tracks.get(slug);
    if (after) tracks.set(slug, joined(before, after, anew.start, start));
    else if (!whole) tracks.set(slug, before);
  }
  for (const [slug, after] of anew.tracks) if (!tracks.has(slug)) tracks.set(slug, after);
  return {
    start,
    end: Math.max(known.end, anew.end),
    now: Math.max(known.now, anew.now),
    tracks,
    gaps: spans(known.gaps, anew.gaps, anew.start, start),
  };
}

function joined(before: Track, after: Track, from: Ms, keep: Ms): Track {
  return {
    speaker: after.speaker,
    name: after.name,
    deadline: after.deadline,
    bands: judged(bands(spans(before.bands, after.bands, from, keep)), after.deadline),
    decisions: moments(before.decisions, after.decisions, from, keep, true),
    wakes: moments(before.wakes, after.wakes, from, keep),
    ahead: after.ahead,
    told: after.told,
  };
}

function spans<T extends View>(before: T[], after: T[], from: Ms, keep: Ms): T[] {
  const old = before.slice(byEnd.right(before, keep)).filter((one) => one.start < from);
  const clipped = old.map((one) => (one.end > from ? { ...one, end: from } : one));
  return [...clipped, ...after];
}

/** Bands of the same, one after the other, as one: else each renewal would add one. */
function bands(all: Band[]): Band[] {
  const kept: Band[] = [];
  for (const band of all) {
    const last = kept.at(-1);
    const same = last?.microphone === band.microphone && last.allowed === band.allowed;
    if (last && same && last.end >= band.start) kept[kept.length - 1] = { ...last, end: Math.max(last.end, band.end) };
    else kept.push(band);
  }
  return kept;
}

function moments<T extends { at: Ms }>(before: T[], after: T[], from: Ms, keep: Ms, holds = false): T[] {
  // What began before still holds: the last one from before `keep` stays where it does.
  const first = Math.max(0, byAt.left(before, keep) - (holds ? 1 : 0));
  const old = before.slice(first, byAt.left(before, from));
  return [...old, ...after.slice(old.length ? byAt.left(after, from) : 0)];
}

/** The decision that held then. */
export function decided(of: Track, at: Ms): Decided | undefined {
  return of.decisions[byAt.right(of.decisions, at) - 1];
}

/** Indices of the first and behind the last that touch the view. */
export function shown(items: View[], view: View): [number, number] {
  let last = byEnd.left(items, view.end);
  while (last < items.length && (items[last] as View).start < view.end) last++;
  return [byEnd.right(items, view.start), last];
}

export function wakesIn(of: Track, start: Ms, end: Ms): Wake[] {
  return of.wakes.slice(byAt.left(of.wakes, start), byAt.right(of.wakes, end));
}
