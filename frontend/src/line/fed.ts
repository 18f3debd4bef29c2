/** What all elements share that are handed `.hass`: Home Assistant hands a new one at each change of any state. */

import { LitElement } from "lit";
import type { Hass } from "../hass";
import { Words } from "../words";

/** What of it has to do with how things are shown. */
const telling = (hass: Hass): unknown[] => {
  const { themes, selectedTheme } = hass as { themes?: unknown; selectedTheme?: unknown };
  return [hass.localize, hass.locale, hass.config?.time_zone, hass.connected, themes, selectedTheme];
};

export class Fed extends LitElement {
  /** Home Assistant is reached. */
  protected connectedToHome = true;
  protected words: Words | undefined;
  private given: Hass | undefined;
  private told: unknown[] = [];
  private loading = false;

  get hass(): Hass | undefined {
    return this.given;
  }

  // Not a reactive property: a busy home would have everything rendered many times a second for nothing.
  set hass(hass: Hass | undefined) {
    this.given = hass;
    if (!hass) return;
    const told = telling(hass);
    if (told.every((one, index) => one === this.told[index]) && this.told.length) return;
    const back = hass.connected !== false && !this.connectedToHome;
    this.told = told;
    this.words = new Words(hass);
    this.connectedToHome = hass.connected !== false;
    this.load(hass);
    this.shownOtherwise(back);
    this.requestUpdate();
  }

  /** Words, zone, theme or connection have changed; `back`: the connection has come back. */
  protected shownOtherwise(_back: boolean): void {}

  private load(hass: Hass): void {
    if (this.loading || this.words?.ready) return;
    this.loading = true;
    Words.load(hass)
      .catch((error: unknown) => console.warn("Earlid's sentences could not be read", error))
      .finally(() => {
        this.loading = false;
        // It may have been handed anew meanwhile, with the sentences.
        if (this.given) this.words = new Words(this.given);
        this.requestUpdate();
      });
  }
}
