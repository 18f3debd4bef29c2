/** The box that tells of what is pointed at; by itself, since it changes at each move of the pointer. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Detail } from "./detail";

export class EarlidLineDetail extends LitElement {
  static override properties = { detail: { attribute: false } };
  declare detail: Detail | undefined;

  static override styles = css`
    :host {
      position: absolute;
      z-index: 2;
      left: 0;
      top: 0;
      inline-size: max-content;
      max-inline-size: min(300px, 100%);
      pointer-events: none;
    }
    div {
      padding: 8px 12px;
      border-radius: 8px;
      border: 1px solid var(--divider-color);
      background: var(--card-background-color, Canvas);
      color: var(--primary-text-color);
      box-shadow: 0 2px 8px rgb(0 0 0 / 0.3);
      font-size: 0.875em;
      line-height: 1.35;
      overflow-wrap: anywhere;
    }
    strong {
      display: block;
    }
    .bad {
      border-inline-start: 4px solid var(--error-color);
    }
    p,
    ul {
      margin: 4px 0 0;
      max-block-size: 9em;
      overflow: hidden;
    }
    ul {
      padding-inline-start: 16px;
    }
  `;

  override render(): TemplateResult | typeof nothing {
    const { detail } = this;
    if (!detail) return nothing;
    return html`<div class=${detail.bad ? "bad" : ""}>
      <strong>${detail.title}</strong>${detail.when} ${detail.why.map((line) => html`<p>${line}</p>`)}
      ${detail.wakes.length ? html`<ul>${detail.wakes.map((line) => html`<li>${line}</li>`)}</ul>` : nothing}
    </div>`;
  }
}

customElements.get("earlid-line-detail") ?? customElements.define("earlid-line-detail", EarlidLineDetail);
