/** `earlid-lockdown`: everything off with one press; lifting it asks once more. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { type Hass, hassChanged } from "../hass";
import { base, buttons } from "../style";
import type { Home, Ms } from "../wire";
import { Words } from "../words";
import { define } from "./define";
import { Presses } from "./presses";

export class EarlidLockdown extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    home: { attribute: false },
    lost: { attribute: false },
    asking: { state: true },
  };
  static override styles = [
    base,
    buttons,
    css`
      :host {
        display: block;
      }
      .large {
        inline-size: 100%;
        min-block-size: 72px;
        border-width: 2px;
        justify-content: flex-start;
        padding: 12px 20px;
        gap: 16px;
        border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
        background: var(--ha-card-background, var(--card-background-color));
      }
      .large[aria-pressed="true"] {
        border-color: var(--error-color);
        border-width: 4px;
      }
      /* That it is on must be read by those too who may not lift it. */
      .large[aria-disabled="true"] {
        opacity: 1;
      }
      .large ha-icon {
        --mdc-icon-size: 32px;
      }
      /* An icon that was not shown before could not be fetched now. */
      .large .sign {
        inline-size: 32px;
        text-align: center;
        font-size: 28px;
      }
      .large strong {
        display: block;
        font-size: var(--ha-font-size-l, 16px);
      }
      .large .quiet {
        font-weight: 400;
      }
      .ask {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
        margin-block-start: 8px;
        padding: 12px 20px;
        border: 1px solid var(--divider-color);
        border-radius: var(--earlid-radius);
      }
      .ask p {
        flex: 1 1 24ch;
      }
      .reason {
        margin-block-start: 6px;
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare home: Home | undefined;
  /** Since when there is no connection to Home Assistant. */
  declare lost: Ms | null;
  declare asking: boolean;

  private readonly presses = new Presses(this);

  constructor() {
    super();
    this.asking = false;
    this.lost = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("home");
    if (before && this.home && before.lockdown !== this.home.lockdown) {
      this.presses.answered();
      this.asking = false;
    }
    if (this.lost !== null) this.asking = false;
  }

  protected override updated(changed: PropertyValues<this>): void {
    // The question is answered where it is asked, without looking for it.
    if (changed.has("asking") && this.asking) this.renderRoot.querySelector<HTMLElement>("[data-deed=keep]")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, home } = this;
    if (!hass || !home?.lockdown_entity) return nothing;
    const words = new Words(hass);
    const on = home.lockdown;
    const lost = this.lost !== null;
    const why = lost ? "panel.disconnected" : on && !home.may_allow ? "panel.lift_admins_only" : null;
    const stage = this.presses.stageOf("lockdown");
    return html`
      <button
        type="button"
        class="large"
        data-deed="lockdown"
        aria-pressed=${lost ? "mixed" : on ? "true" : "false"}
        aria-disabled=${why || this.presses.busy ? "true" : "false"}
        aria-describedby=${why ? "why-not" : nothing}
        @click=${() => this.pressed(on, why !== null)}
      >
        ${
          stage === "sending"
            ? html`<span class="busy" aria-hidden="true"></span>`
            : lost
              ? html`<span class="sign" aria-hidden="true">?</span>`
              : html`<ha-icon icon=${on ? "mdi:lock" : "mdi:lock-open-outline"}></ha-icon>`
        }
        <span aria-live="polite">
          <strong>${stage ? words.t(`panel.${stage}`) : on && !lost ? words.t("panel.locked") : words.entity("switch.lockdown.name")}</strong>
          <span class="quiet">${words.t(lost ? (on ? "panel.lockdown_was_on" : "panel.lockdown_was_off") : on ? "panel.lockdown_on" : "panel.lockdown_off")}</span>
        </span>
      </button>
      ${why ? html`<p class="reason quiet" id="why-not">${words.t(why)}</p>` : nothing}
      ${this.asking ? this.question(words) : nothing}
      ${
        this.presses.error === null
          ? nothing
          : html`<p class="error" role="alert">${words.apart(this.presses.error)}</p>`
      }
    `;
  }

  private question(words: Words): TemplateResult {
    const answer = (yes: boolean): void => {
      this.asking = false;
      if (yes) this.turn("turn_off");
      this.renderRoot.querySelector<HTMLElement>(".large")?.focus();
    };
    return html`<div
      class="ask"
      role="group"
      aria-labelledby="question"
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && answer(false)}
    >
      <p id="question">${words.t("panel.lift_question")}</p>
      <button type="button" data-deed="lift" @click=${() => answer(true)}>
        <ha-icon icon="mdi:lock-open-outline"></ha-icon>${words.t("panel.lift")}
      </button>
      <button type="button" class="main" data-deed="keep" @click=${() => answer(false)}>${words.t("panel.keep")}</button>
    </div>`;
  }

  private pressed(on: boolean, refused: boolean): void {
    if (refused || this.presses.busy) return;
    if (on) this.asking = !this.asking;
    else this.turn("turn_on");
  }

  private turn(service: "turn_on" | "turn_off"): void {
    const { hass, home } = this;
    const entity_id = home?.lockdown_entity;
    if (!hass || !entity_id) return;
    this.presses.press("lockdown", hass, () => hass.callService("switch", service, {}, { entity_id }, false));
  }
}

define("earlid-lockdown", EarlidLockdown);
