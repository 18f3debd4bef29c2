/** Where the time line looks: it follows the clock until someone looks elsewhere. */

import type { Ms } from "../wire";
import { around, between, panned, pastOf, stepped, type View, zoomed } from "./layout";
import { DAY } from "./zone";

/** Long enough to see where one went, too short to wait for. */
const LASTS = 220;

export class Camera {
  follows = true;
  past: Ms = DAY;
  private free: View = { start: 0, end: DAY };
  private flight: { from: View; began: number } | undefined;

  /** Where it looks, or will when it has arrived. */
  target(now: Ms): View {
    return this.follows ? around(now, this.past) : this.free;
  }

  /** Where it looks at this time of the frame. */
  view(now: Ms, frame: number): View {
    const target = this.target(now);
    if (!this.flight) return target;
    const share = (frame - this.flight.began) / LASTS;
    if (share >= 1) {
      this.flight = undefined;
      return target;
    }
    return between(this.flight.from, target, Math.max(0, share));
  }

  get moves(): boolean {
    return this.flight !== undefined;
  }

  pan(by: Ms, now: Ms): void {
    this.free = panned(this.target(now), by, now);
    this.follows = false;
    this.flight = undefined;
  }

  zoom(factor: number, at: Ms, now: Ms): void {
    this.free = zoomed(this.target(now), factor, at, now);
    this.past = pastOf(this.free);
    this.follows = false;
    this.flight = undefined;
  }

  /** So long a past; around the middle where it does not follow. */
  choose(past: Ms, now: Ms, frame: number | undefined): void {
    this.fly(now, frame);
    const here = this.target(now);
    const wanted = around(now, past);
    this.past = past;
    if (this.follows) return;
    const middle = (here.start + here.end) / 2;
    this.free = zoomed(here, (wanted.end - wanted.start) / (here.end - here.start), middle, now);
  }

  nearer(yes: boolean, now: Ms, frame: number | undefined): void {
    this.choose(stepped(this.past, yes), now, frame);
  }

  toNow(now: Ms, frame: number | undefined): void {
    this.fly(now, frame);
    this.follows = true;
  }

  /** Look at the time from this moment on. */
  begin(at: Ms, now: Ms, frame: number | undefined): void {
    const view = this.target(now);
    this.fly(now, frame);
    this.free = panned(view, at - view.start, now);
    this.follows = false;
  }

  /** Have this moment in view. */
  show(at: Ms, now: Ms, frame: number | undefined): void {
    const view = this.target(now);
    const edge = (view.end - view.start) / 10;
    const by =
      at < view.start + edge ? at - view.start - 2 * edge : at > view.end - edge ? at - view.end + 2 * edge : 0;
    if (!by) return;
    this.fly(now, frame);
    this.free = panned(view, by, now);
    this.follows = false;
  }

  private fly(now: Ms, frame: number | undefined): void {
    // Without a frame it is there at once, for those who do not want things to move.
    this.flight = frame === undefined ? undefined : { from: this.view(now, frame), began: frame };
  }
}
