/** Says when the journal is to be looked at anew. */

import { changed } from "../line/changed";
import type { Home } from "../wire";

/** Changes come in bursts, and records a moment after what they tell of. */
export const GATHER = 1000;
/** What changes no speaker, such as a repeated command, is looked for so often. */
const SELDOM = 30_000;

export class Watch {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private seldom: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly renew: () => void) {}

  /** Whether something has changed that is told of. */
  look(before: Home | undefined, after: Home): boolean {
    if (before && changed(before, after)) {
      this.later(GATHER);
      return true;
    }
    this.seldom ??= setTimeout(() => {
      this.seldom = undefined;
      this.later(0);
    }, SELDOM);
    return false;
  }

  later(wait: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.renew();
    }, wait);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.seldom);
    this.timer = this.seldom = undefined;
  }
}
