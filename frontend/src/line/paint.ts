/** Draws a lane. All that is in the view is drawn anew each time: it is no more than there are pixels. */

import type { Gap, Ms } from "../wire";
import type { Scale } from "./layout";
import { shown, type Track } from "./loaded";
import { RANKS } from "./looks";
import { Marks } from "./marks";
import { type Cluster, clusters, runs } from "./pixels";
import type { Stretch } from "./plan";
import { type Inks, inks, type Palette } from "./theme";
import type { Tick } from "./zone";

export const HEIGHT = 44;
export const MARKS = 10;
const MIDDLE = 31;
/** The less may be overlooked, the higher it stands: a short exposure sticks out of a green band. */
const THICK = { off_proven: 12, off_unproven: 12, unknown: 16, live: 18, exposed: 24 } as const;
/** Marks nearer than this would lie on one another. */
export const ROOM = 17;

interface Span {
  from: number;
  to: number;
}

export interface Scene {
  scale: Scale;
  now: Ms;
  ticks: Tick[];
  gaps: Gap[];
}

const known = new WeakMap<object, { perPixel: number; clusters: Cluster[] }>();

/** The marks of a track at this zoom. */
export function marks(of: Track, scale: Scale): Cluster[] {
  let found = known.get(of.wakes);
  // A view that follows the clock has rounding in its width.
  if (!found || Math.abs(found.perPixel / scale.perPixel - 1) > 1e-6) {
    found = { perPixel: scale.perPixel, clusters: clusters(of.wakes, scale.perPixel, ROOM) };
    known.set(of.wakes, found);
  }
  return found.clusters;
}

export class Painter {
  private ready: Inks | undefined;
  private marks: Marks | undefined;
  private density = 1;
  private readonly widths = new Map<string, number>();

  constructor(private readonly colours: Palette) {}

  /** The context of a canvas of this size in CSS pixels, cleared. */
  open(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
    const density = Math.min(window.devicePixelRatio || 1, 3);
    const [wide, high] = [Math.round(width * density), Math.round(height * density)];
    // Setting them empties the canvas and makes a new one on the graphics card, even to the same.
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    const on = canvas.getContext("2d");
    if (!on) return null;
    if (!this.ready || this.density !== density) {
      this.density = density;
      this.ready = inks(on, this.colours, density);
      this.marks = new Marks(this.colours, density);
    }
    on.setTransform(1, 0, 0, 1, 0, 0);
    on.clearRect(0, 0, wide, high);
    on.setTransform(density, 0, 0, density, 0, 0);
    return on;
  }

  lane(canvas: HTMLCanvasElement, of: Track, stretches: Stretch[], scene: Scene): void {
    const on = this.open(canvas, scene.scale.width, HEIGHT);
    if (!on) return;
    this.grid(on, scene);
    this.bands(on, of, scene);
    this.gaps(on, scene);
    for (const stretch of stretches) this.ahead(on, stretch, scene.scale);
    for (const cluster of marks(of, scene.scale)) {
      const x = scene.scale.x(cluster.at);
      if (x > -ROOM && x < scene.scale.width + ROOM) this.marks?.draw(on, x, MARKS, cluster, HEIGHT - 2);
    }
  }

  /** One look alone, for the legend. */
  swatch(canvas: HTMLCanvasElement, look: (typeof RANKS)[number], width: number, height: number): void {
    const on = this.open(canvas, width, height);
    if (!on || look === "none") return;
    const thick = Math.min(height, THICK[look]);
    this.fill(on, look, [{ from: 0, to: width * this.density }], height / 2, thick);
  }

  /** A mark alone, for the legend. */
  sample(canvas: HTMLCanvasElement, cluster: Cluster, size: number): void {
    const on = this.open(canvas, size, size);
    if (on) this.marks?.draw(on, size / 2, size / 2, cluster, size - 1);
  }

  private grid(on: CanvasRenderingContext2D, { ticks, scale }: Scene): void {
    on.fillStyle = this.colours.line;
    for (const tick of ticks) on.fillRect(Math.round(scale.x(tick.at)), 0, 1, HEIGHT);
  }

  private bands(on: CanvasRenderingContext2D, of: Track, { scale, now }: Scene): void {
    const found = runs(of, scale, now, this.density);
    // One look after the other: changing what is drawn with is what takes time.
    for (const [rank, look] of RANKS.entries()) {
      if (look === "none") continue;
      const those = found.filter((run) => run.rank === rank);
      if (those.length) this.fill(on, look, those, MIDDLE, THICK[look]);
    }
  }

  /** Spans in real pixels. Rectangles one by one: a path of many is filled and outlined many times as slowly. */
  private fill(on: CanvasRenderingContext2D, look: keyof Inks, spans: Span[], middle: number, thick: number): void {
    const { density, colours } = this;
    const top = Math.round((middle - thick / 2) * density);
    const high = Math.round(thick * density);
    const edge = Math.max(1, Math.round(density));
    const plain = {
      live: colours.live,
      off_proven: colours.off,
      off_unproven: colours.off,
      unknown: colours.faint,
      exposed: colours.error,
    }[look];
    const ink = this.ready?.[look] ?? plain;
    // Patterns are made of real pixels; scaled, they would blur.
    on.setTransform(1, 0, 0, 1, 0, 0);
    on.fillStyle = ink;
    for (const { from, to } of spans)
      if (ink === plain || to - from > 3 * edge) on.fillRect(from, top, to - from, high);
    if (ink !== plain) {
      on.fillStyle = plain;
      for (const { from, to } of spans) {
        const wide = to - from;
        if (wide <= 3 * edge) {
          // Too narrow for a pattern to be seen.
          on.fillRect(from, top, wide, high);
          continue;
        }
        on.fillRect(from, top, wide, edge);
        on.fillRect(from, top + high - edge, wide, edge);
        on.fillRect(from, top, edge, high);
        on.fillRect(to - edge, top, edge, high);
      }
    }
    on.setTransform(density, 0, 0, density, 0, 0);
  }

  private gaps(on: CanvasRenderingContext2D, { gaps, scale, now }: Scene): void {
    const [first, behind] = shown(gaps, scale.view);
    for (const gap of gaps.slice(first, behind)) {
      const ends = [scale.x(gap.start), scale.x(Math.min(gap.end, now))].sort((one, other) => one - other);
      const [from = 0, to = 0] = ends;
      on.save();
      on.strokeStyle = this.colours.faint;
      on.setLineDash([3, 3]);
      if (to - from < 3) {
        // Too short to be seen as empty: a cut through the lane.
        on.beginPath();
        on.moveTo(Math.round(from) + 0.5, MIDDLE - 13);
        on.lineTo(Math.round(from) + 0.5, HEIGHT);
        on.stroke();
      } else {
        // What is just before and after it may be an exposure of two pixels.
        on.clearRect(from + 2, MIDDLE - 12, to - from - 4, 25);
        on.strokeRect(
          Math.max(from, -2) + 0.5,
          MIDDLE - 7.5,
          Math.min(to, scale.width + 2) - Math.max(from, -2) - 1,
          16,
        );
      }
      on.restore();
    }
  }

  private ahead(on: CanvasRenderingContext2D, stretch: Stretch, scale: Scale): void {
    const [near, far] = [scale.x(stretch.start), scale.x(stretch.end)];
    const from = Math.max(Math.min(near, far), -2);
    const wide = Math.min(Math.max(near, far), scale.width + 2) - from;
    if (wide < 1) return;
    const { live, off, text, faint, font } = this.colours;
    const thick = stretch.allowed ? THICK.live : THICK.off_proven;
    on.save();
    on.fillStyle = on.strokeStyle = stretch.allowed ? live : off;
    on.globalAlpha = 0.22;
    on.fillRect(from, MIDDLE - thick / 2, wide, thick);
    on.globalAlpha = 1;
    on.strokeRect(from + 0.5, MIDDLE - thick / 2 + 0.5, wide - 1, thick - 1);
    if (stretch.name) {
      on.font = `11px ${font}`;
      on.textBaseline = "middle";
      on.direction = scale.rightToLeft ? "rtl" : "ltr";
      on.textAlign = "start";
      on.fillStyle = stretch.allowed ? text : faint;
      const label = this.fitted(on, stretch.name, wide - 14);
      const x = scale.rightToLeft ? from + wide - 10 : from + 10;
      // Above the band, where marks are of the past only.
      if (label) on.fillText(label, x, MARKS + 2);
    }
    on.restore();
  }

  /** The text as far as there is room for it; empty where that would say nothing. */
  private fitted(on: CanvasRenderingContext2D, whole: string, room: number): string {
    const text = whole.length > 60 ? `${whole.slice(0, 60)}…` : whole;
    const wide = this.width(on, text);
    if (wide <= room) return text;
    const letters = [...text].slice(0, Math.floor((text.length * (room - 8)) / wide));
    return letters.length < 4 ? "" : `${letters.join("").trimEnd()}…`;
  }

  private width(on: CanvasRenderingContext2D, text: string): number {
    let width = this.widths.get(text);
    if (width === undefined) {
      if (this.widths.size > 500) this.widths.clear();
      width = on.measureText(text).width;
      this.widths.set(text, width);
    }
    return width;
  }
}
