/** From bands to pixels: several in one show the worst, so that a short exposure is never hidden. */

import type { Ms, Wake } from "../wire";
import type { Scale, View } from "./layout";
import { shown, type Track } from "./loaded";
import { EXPOSED, rank, severity } from "./looks";

/** Pixels that look the same. */
export interface Run {
  from: number;
  to: number;
  rank: number;
}

/** An exposure of a second in a month is a thousandth of a pixel; so many it has at least. */
export const SEEN = 2;

/** The newest band holds on until now. */
export const endOf = (of: Track, index: number, now: Ms): Ms => {
  const end = of.bands[index]?.end ?? 0;
  // One that had ended when it was told of is of a speaker that is gone.
  return index === of.bands.length - 1 && end >= of.told - 1000 ? Math.max(end, now) : end;
};

/** Runs over the width, in real pixels: `density` of them are one of the scale's. */
export function runs(of: Track, scale: Scale, now: Ms, density = 1): Run[] {
  const columns = worst(of, scale, now, density);
  const found: Run[] = [];
  let from = 0;
  for (let i = 1; i <= columns.length; i++) {
    if (i < columns.length && columns[i] === columns[from]) continue;
    const value = columns[from] ?? 0;
    if (value) found.push({ from, to: i, rank: value });
    from = i;
  }
  return found;
}

function worst(of: Track, scale: Scale, now: Ms, density: number): Uint8Array {
  const size = Math.ceil(scale.width * density);
  const columns = new Uint8Array(size);
  const perPixel = scale.perPixel / density;
  const { start } = scale.view;
  const [first, behind] = within(of, scale.view);
  for (let i = first; i < behind; i++) {
    const band = of.bands[i];
    if (!band) continue;
    const value = rank(band);
    const end = endOf(of, i, now);
    if (end <= start || band.start >= now) continue;
    const least = value === EXPOSED ? SEEN * density : 1;
    const from = Math.max(0, Math.floor((band.start - start) / perPixel));
    const to = Math.min(size, Math.max(Math.ceil((Math.min(end, now) - start) / perPixel - 0.01), from + least));
    for (let x = from; x < to; x++) if ((columns[x] as number) < value) columns[x] = value;
  }
  return scale.rightToLeft ? columns.reverse() : columns;
}

/** Indices of the first band and behind the last that touch the view; the newest may hold on into it. */
export function within(of: Track, view: View): [number, number] {
  const [first, behind] = shown(of.bands, view);
  const newest = first === of.bands.length && first > 0;
  return newest ? [first - 1, first] : [first, behind];
}

/** Activations that would lie on one another. */
export interface Cluster {
  at: Ms;
  first: number;
  count: number;
  /** The worst of them. */
  wake: Wake;
  severity: number;
}

/** Clusters of all that is known; they depend on the zoom alone, so that panning does not make them flicker. */
export function clusters(wakes: Wake[], perPixel: Ms, room: number): Cluster[] {
  const found: Cluster[] = [];
  const width = perPixel * room;
  let since = Number.NEGATIVE_INFINITY;
  for (const [index, wake] of wakes.entries()) {
    const bad = severity(wake);
    const last = found.at(-1);
    if (last && wake.at - since < width) {
      last.count++;
      last.at = (since + wake.at) / 2;
      if (bad > last.severity) Object.assign(last, { severity: bad, wake });
    } else {
      found.push({ at: wake.at, first: index, count: 1, wake, severity: bad });
      since = wake.at;
    }
  }
  return found;
}
