/** Points at places of the lanes, by pointer or keys, and shows the box that tells of them. */

import type { Ms } from "../wire";
import { detail, spoken } from "./detail";
import type { EarlidLineDetail } from "./earlid-line-detail";
import type { Feed } from "./feed";
import { hit, next, type Stop, stops, under } from "./find";
import { HEIGHT } from "./paint";
import type { Stage } from "./stage";

/** Above this many pixels from its foot a lane has marks. */
const BANDS = 25;

export class Guide {
  constructor(
    private readonly host: { readonly renderRoot: Element | DocumentFragment },
    private readonly feed: Feed,
    private readonly stage: Stage,
  ) {}

  lane(slug: string): HTMLElement | null {
    return this.host.renderRoot.querySelector<HTMLElement>(`.lane[data-slug="${CSS.escape(slug)}"]`);
  }

  point(x: number, y: number, lane: HTMLElement | null): void {
    const slug = lane?.dataset.slug;
    const shown = slug === undefined ? undefined : this.stage.shown(slug);
    if (!lane || !shown || x < 0 || x > this.stage.scale.width) {
      this.leave();
      return;
    }
    const onMarks = y < lane.getBoundingClientRect().bottom - BANDS;
    const stop = hit(shown, this.stage.scale, x, onMarks);
    this.mark(shown.track.speaker, stop, this.stage.scale.at(x));
  }

  leave(): void {
    if (this.stage.marked) this.mark("", undefined, 0);
  }

  /** Go to the next stop of a lane, or to where it is now; what is to be said of it. */
  step(slug: string, forward: boolean, frame: number | undefined): string | undefined {
    const shown = this.stage.shown(slug);
    if (!shown) return undefined;
    const { marked, now, scale, camera } = this.stage;
    const here = marked?.speaker === slug ? marked.stop : undefined;
    const from = Math.min(now - 1, scale.view.end);
    const stop = here ? next(stops(shown), here, forward, scale.perPixel) : under(shown, from, scale.perPixel);
    if (!stop) return undefined;
    const at = here ? stop.at : from;
    camera.show(at, now, frame);
    return this.mark(slug, stop, at);
  }

  /** Go to the same time in another lane. */
  change(slug: string): string | undefined {
    const { marked, scale } = this.stage;
    const shown = this.stage.shown(slug);
    if (!marked || !shown) return undefined;
    const at = Math.max(marked.stop.at, scale.view.start);
    const stop = under(shown, at, scale.perPixel);
    return stop && this.mark(slug, stop, at);
  }

  /** Show what is there, or nothing; the sentence of it. */
  private mark(slug: string, stop: Stop | undefined, at: Ms): string | undefined {
    const box = this.host.renderRoot.querySelector<EarlidLineDetail>("earlid-line-detail");
    const { words, now } = this.stage;
    const track = this.feed.known?.tracks.get(slug);
    this.stage.marked = stop && { speaker: slug, stop };
    this.stage.draw();
    if (!box) return undefined;
    box.detail = stop && words && track ? detail(words, track, stop, at, now) : undefined;
    if (!box.detail) return undefined;
    void box.updateComplete.then(() => this.place(box, slug, at));
    return spoken(box.detail);
  }

  private place(box: HTMLElement, slug: string, at: Ms): void {
    const lane = this.lane(slug);
    const canvas = lane?.querySelector("canvas");
    const lanes = box.parentElement;
    if (!lane || !canvas || !lanes) return;
    const { scale } = this.stage;
    const here = Math.min(Math.max(scale.x(at), 0), scale.width);
    const left = canvas.offsetLeft + here - box.offsetWidth / 2;
    // Above it where there is room: below it would be over the lanes that one looks at next, or under the finger.
    const above = lane.offsetTop + lane.offsetHeight - HEIGHT - box.offsetHeight - 6;
    const top = above > -40 ? above : lane.offsetTop + lane.offsetHeight + 6;
    const most = Math.max(0, lanes.clientWidth - box.offsetWidth);
    box.style.transform = `translate(${Math.min(Math.max(left, 0), most)}px, ${top}px)`;
  }
}
