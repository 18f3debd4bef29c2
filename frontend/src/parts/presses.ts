/** What became of a press on a button: under way, sent, or refused and why. What it did is told by the home alone. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Hass } from "../hass";
import { isLost, isUnsent } from "../link";

export type Stage = "sending" | "sent";

/** ms. Where nothing follows, since it was so already, "sent" must not stand for ever. */
const SENT_FOR = 6_000;

export class Presses implements ReactiveController {
  error: string | null = null;
  /** The button that was refused. */
  refused: string | null = null;

  private key: string | null = null;
  private stage: Stage = "sending";
  private told = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
    this.key = null;
  }

  stageOf(key: string): Stage | null {
    return this.key === key ? this.stage : null;
  }

  get busy(): boolean {
    return this.key !== null && this.stage === "sending";
  }

  /** The home has told something new of what this acts on. */
  answered(): void {
    this.told = true;
    if (this.stage === "sent") this.key = null;
  }

  async press(key: string, hass: Hass, act: (hass: Hass) => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    clearTimeout(this.timer);
    Object.assign(this, { key, stage: "sending", told: false, error: null, refused: null });
    this.host.requestUpdate();
    try {
      await act(hass);
      this.stage = "sent";
      if (this.told) this.key = null;
      else this.timer = setTimeout(() => this.settle(), SENT_FOR);
      return true;
    } catch (error) {
      this.key = null;
      this.refused = key;
      this.error = await sentence(hass, error);
      return false;
    } finally {
      this.host.requestUpdate();
    }
  }

  private settle(): void {
    this.key = null;
    this.host.requestUpdate();
  }
}

interface Refusal {
  message?: unknown;
  translation_domain?: string;
  translation_key?: string;
  translation_placeholders?: Record<string, string>;
}

/** What Home Assistant says of an error, in the language of who reads it. */
export async function sentence(hass: Hass, error: unknown): Promise<string> {
  const ours = (key: string): string => hass.localize(`component.earlid.config_panel.panel.${key}`);
  if (isLost(error)) return ours(isUnsent(error) ? "not_sent" : "not_answered");
  const { message, translation_domain, translation_key, translation_placeholders } = (error ?? {}) as Refusal;
  if (translation_domain && translation_key) {
    try {
      const localize = await hass.loadBackendTranslation("exceptions", translation_domain);
      const key = `component.${translation_domain}.exceptions.${translation_key}.message`;
      const translated = localize(key, translation_placeholders);
      if (translated) return translated;
    } catch {
      // The words of the home will do.
    }
  }
  return typeof message === "string" && message ? message : ours("failed");
}
