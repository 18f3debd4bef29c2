/** Fetches the sentences before an element says any; afterwards Home Assistant does when the language changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Hass } from "../hass";
import { Words } from "../words";

export class Worded implements ReactiveController {
  ready = false;
  private asked = false;

  constructor(private readonly host: ReactiveControllerHost & { hass?: Hass | undefined }) {
    host.addController(this);
  }

  hostUpdate(): void {
    const { hass } = this.host;
    if (this.asked || !hass) return;
    this.asked = true;
    const come = (): void => {
      this.ready = true;
      this.host.requestUpdate();
    };
    // Without them there are keys to read, which is better than nothing.
    Words.load(hass).then(come, come);
  }
}
