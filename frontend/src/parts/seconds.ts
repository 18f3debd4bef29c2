/** Draws an element anew each second, as long as something in it counts up. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

export class Seconds implements ReactiveController {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.run(false);
  }

  run(counts: boolean): void {
    if (counts === (this.timer !== undefined)) return;
    clearInterval(this.timer);
    this.timer = counts ? setInterval(() => this.host.requestUpdate(), 1000) : undefined;
  }
}
