/**
 * The door that every page of Home Assistant loads: `earlid-card` as a shell without anything, which fetches what draws
 * it when the first one is shown.
 */

import { type CardConfig, checked, size } from "./card/config";
import type { EarlidCardBody } from "./card/earlid-card-body";
import { gone } from "./card/gone";
import type { Hass } from "./hass";

/** As much of a registered entity as tells whose it is; only the frontend's own object has it. */
interface Registered {
  platform?: string;
  device_id?: string;
}

const MODE = /^select\.(.+)_mode$/;

class EarlidCard extends HTMLElement {
  private config: CardConfig | undefined;
  private known: Hass | undefined;
  private body: EarlidCardBody | undefined;
  /** What draws it could not be loaded: not yet said, or said. */
  private lost: "unsaid" | "said" | undefined;

  static async getConfigElement(): Promise<HTMLElement> {
    await import("./earlid-card-editor");
    return document.createElement("earlid-card-editor");
  }

  static getStubConfig(): Omit<CardConfig, "type"> {
    return { show: ["why", "buttons"] };
  }

  setConfig(config: unknown): void {
    this.config = checked(config);
    this.pass();
  }

  set hass(hass: Hass | undefined) {
    this.known = hass;
    this.pass();
  }

  get hass(): Hass | undefined {
    return this.known;
  }

  getCardSize(): number {
    return this.config ? size(this.config) : 5;
  }

  getGridOptions(): object {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  connectedCallback(): void {
    this.style.display = "block";
    if (this.body) return;
    import("./card/earlid-card-body").then(
      () => {
        if (this.body) return;
        this.body = document.createElement("earlid-card-body") as EarlidCardBody;
        this.replaceChildren(this.body);
        this.pass();
      },
      (error: unknown) => {
        console.warn("Earlid's card could not be loaded", error);
        this.lost ??= "unsaid";
        this.pass();
      },
    );
  }

  private pass(): void {
    if (this.lost === "unsaid" && this.known) this.tell(this.known);
    if (!this.body) return;
    this.body.config = this.config;
    this.body.hass = this.known;
  }

  private tell(hass: Hass): void {
    this.lost = "said";
    gone(hass).then(
      (sentence) => this.body ?? this.replaceChildren(sentence),
      // Home Assistant is away; it hands over another `hass` when it is back.
      () => (this.lost = "unsaid"),
    );
  }
}

/** The card for the speaker an entity belongs to: its slug is what the ids of its entities begin with. */
export function suggestion(hass: { entities?: Record<string, Registered> }, entityId: string): object | null {
  const entities = hass.entities ?? {};
  const of = entities[entityId];
  if (of?.platform !== "earlid") return null;
  const mode = Object.keys(entities).find(
    (id) => of.device_id && entities[id]?.device_id === of.device_id && MODE.test(id),
  );
  const slug = mode && MODE.exec(mode)?.[1];
  // An entity of the whole home, or ids that someone changed: all speakers.
  return { config: { type: "custom:earlid-card", ...(slug && { speakers: [slug] }) } };
}

if (!customElements.get("earlid-card")) {
  customElements.define("earlid-card", EarlidCard);
  const page = window as unknown as { customCards?: object[] };
  page.customCards ??= [];
  page.customCards.push({
    type: "earlid-card",
    name: "Earlid",
    description: "Which smart speakers can hear you, why and until when, with mute and listen.",
    preview: true,
    documentationURL: "https://github.com/earlid/earlid",
    getEntitySuggestion: suggestion,
  });
}
