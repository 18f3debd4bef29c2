/** Draws the time line's lanes when something has changed, at most once a frame; knows nothing of Lit. */

import type { Home, Ms, Speaker } from "../wire";
import type { Words } from "../words";
import { AXIS_HEIGHT, type Axis, axis, paintAxis } from "./axis";
import { Camera } from "./camera";
import type { Feed } from "./feed";
import type { Shown, Stop } from "./find";
import { Scale, type View } from "./layout";
import { HEIGHT, marks, Painter } from "./paint";
import { plan, type Stretch } from "./plan";
import { type Palette, palette } from "./theme";
import { Zone } from "./zone";

/** A now line that moves by less cannot be seen to move. */
const LEAST_PAUSE = 1000;
const MOST_PAUSE = 60_000;

export interface Host {
  readonly renderRoot: Element | DocumentFragment;
  readonly home: Home | undefined;
}

export class Stage {
  readonly camera = new Camera();
  scale = new Scale({ start: 0, end: 1 }, 0);
  palette: Palette | undefined;
  words: Words | undefined;
  /** What is marked: by the pointer or the keys. */
  marked: { speaker: string; stop: Stop } | undefined;
  private painter: Painter | undefined;
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private width = 0;
  private left = 0;
  private last: Ms = 0;

  constructor(
    private readonly host: HTMLElement & Host,
    private readonly feed: Feed,
    private readonly drawn: (view: View) => void,
  ) {}

  /** By the home's clock; it stands still while the home is not reached, since nobody knows what is now. */
  get now(): Ms {
    if (this.feed.hass?.connected !== false || !this.last) this.last = this.feed.now;
    return this.last;
  }

  /** The theme has changed. */
  recolour(): void {
    this.palette = undefined;
    this.draw();
  }

  /** The plot has this place and width. */
  resize(width: number, left: number): void {
    if (width === this.width && left === this.left) return;
    this.width = width;
    this.left = left;
    this.draw();
  }

  draw(): void {
    if (!this.frame) this.frame = requestAnimationFrame((time) => this.paint(time));
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = 0;
  }

  /** A lane as it is drawn; undefined where nothing is known of it. */
  shown(slug: string): Shown | undefined {
    const known = this.feed.known;
    const track = known?.tracks.get(slug);
    if (!known || !track) return undefined;
    const stretches = this.plan(slug, this.now);
    return { track, now: this.now, gaps: known.gaps, marks: marks(track, this.scale), stretches };
  }

  private plan(slug: string, now: Ms): Stretch[] {
    const speaker: Speaker | undefined = this.host.home?.speakers.find((one) => one.slug === slug);
    const ahead = this.feed.known?.tracks.get(slug)?.ahead ?? [];
    return now < this.scale.view.end ? plan(ahead, speaker, now, this.scale.view.end) : [];
  }

  private paint(time: number): void {
    this.frame = 0;
    const { words, width } = this;
    if (!words || width < 1 || !this.host.isConnected) return;
    if (!this.palette || !this.painter) {
      this.palette = palette(this.host);
      this.painter = new Painter(this.palette);
    }
    const { now } = this;
    const view = this.camera.view(now, time);
    this.scale = new Scale(view, width, words.rightToLeft);
    this.feed.want(this.camera.target(now));
    const lines = axis(Zone.of(words.zone), this.scale);
    this.lanes(lines, now);
    this.axis(lines, words, this.palette);
    this.place(now);
    this.drawn(view);
    if (this.camera.moves) this.draw();
    else this.wait(now, view);
  }

  private lanes(lines: Axis, now: Ms): void {
    const known = this.feed.known;
    const scene = { scale: this.scale, now, ticks: lines.labelled, gaps: known?.gaps ?? [] };
    for (const canvas of this.host.renderRoot.querySelectorAll<HTMLCanvasElement>("canvas[data-slug]")) {
      const slug = canvas.dataset.slug ?? "";
      const track = known?.tracks.get(slug);
      if (track) this.painter?.lane(canvas, track, this.plan(slug, now), scene);
      else this.painter?.open(canvas, this.width, HEIGHT);
    }
  }

  private axis(lines: Axis, words: Words, colours: Palette): void {
    const canvas = this.host.renderRoot.querySelector<HTMLCanvasElement>(".axis canvas");
    const on = canvas && this.painter?.open(canvas, this.width, AXIS_HEIGHT);
    if (on) paintAxis(on, words, lines, this.scale, colours);
  }

  /** The now line and what is marked: moved by the graphics card, not drawn. */
  private place(now: Ms): void {
    const root = this.host.renderRoot;
    const line = root.querySelector<HTMLElement>(".now");
    const x = this.scale.x(now);
    if (line) {
      line.style.visibility = x >= 0 && x <= this.width ? "visible" : "hidden";
      line.style.transform = `translateX(${this.left + x - 1}px)`;
    }
    const cursor = root.querySelector<HTMLElement>(".cursor");
    if (!cursor) return;
    const { marked } = this;
    const canvas = marked && root.querySelector<HTMLElement>(`canvas[data-slug="${CSS.escape(marked.speaker)}"]`);
    cursor.style.visibility = canvas ? "visible" : "hidden";
    if (!marked || !canvas) return;
    const lane = canvas.closest<HTMLElement>(".lane");
    const [one, other] = [this.scale.x(marked.stop.at), this.scale.x(Math.min(marked.stop.end, this.scale.view.end))];
    const from = Math.max(0, Math.min(one, other) - 4);
    const to = Math.min(this.width, Math.max(one, other) + 4);
    if (to < 0 || from > this.width || to <= from) cursor.style.visibility = "hidden";
    const mark = marked.stop.kind === "wakes";
    const top = (lane?.offsetTop ?? 0) + (lane?.offsetHeight ?? 0) - HEIGHT + (mark ? 0 : 15);
    cursor.style.width = `${to - from + (mark ? 12 : 0)}px`;
    cursor.style.blockSize = mark ? "22px" : "30px";
    cursor.style.transform = `translate(${this.left + from - (mark ? 6 : 0)}px, ${top}px)`;
  }

  private wait(now: Ms, view: View): void {
    clearTimeout(this.timer);
    if (now > view.end) return;
    const pause = Math.min(Math.max(this.scale.perPixel, LEAST_PAUSE), MOST_PAUSE);
    this.timer = setTimeout(() => this.draw(), pause);
  }
}
