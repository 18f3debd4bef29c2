/** `earlid-first-steps`: what to do first in a home without speakers, or without rules, with the button that does it. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { type Hass, hassChanged } from "../hass";
import { base, buttons } from "../style";
import type { Home } from "../wire";
import { Words } from "../words";
import { define } from "./define";
import { opens } from "./dialog";

export class EarlidFirstSteps extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    home: { attribute: false },
  };
  static override styles = [
    base,
    buttons,
    css`
      section {
        padding: 20px;
        background: var(--ha-card-background, var(--card-background-color));
        border: 1px solid var(--divider-color);
        border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
        display: grid;
        gap: 12px;
        justify-items: start;
      }
      h2 {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: 500;
      }
      ol {
        padding-inline-start: 20px;
        display: grid;
        gap: 6px;
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare home: Home | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { hass, home } = this;
    if (!hass || !home || (home.speakers.length && home.rules.length)) return nothing;
    const words = new Words(hass);
    if (home.speakers.length) {
      // Those who cannot change it need not be told.
      if (!home.is_admin) return nothing;
      return html`<section>
        <h2>${words.t("panel.no_rules")}</h2>
        <p>${words.t("panel.no_rules_how")}</p>
        ${this.button(hass, home, "rule", words.t("panel.add_rule"))}
      </section>`;
    }
    return html`<section>
      <h2>${words.t("panel.empty")}</h2>
      ${
        home.is_admin
          ? html`<ol>
                <li>${words.t("panel.empty_speaker")}</li>
                <li>${words.t("panel.empty_rule")}</li>
                <li>${words.t("panel.empty_look")}</li>
              </ol>
              ${this.button(hass, home, "speaker", words.t("panel.add_speaker"))}`
          : html`<p>${words.t("panel.empty_ask")}</p>`
      }
    </section>`;
  }

  private button(hass: Hass, home: Home, add: "speaker" | "rule", label: string): TemplateResult {
    return html`<button type="button" class="main" @click=${opens(this, hass, home.entry_id, { add })}>
      <ha-icon icon="mdi:plus"></ha-icon>${label}
    </button>`;
  }
}

define("earlid-first-steps", EarlidFirstSteps);
