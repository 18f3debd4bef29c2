/** `earlid-unguarded`: devices with a microphone that no speaker stands for. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { type Hass, hassChanged } from "../hass";
import { leaveAlone } from "../link";
import { base, buttons } from "../style";
import type { Home, Unguarded } from "../wire";
import { Words } from "../words";
import { define } from "./define";
import { opens } from "./dialog";
import { INTEGRATION, navigate } from "./go";
import { Presses } from "./presses";

/** A home may have many tablets and cameras; the first ones say enough. */
const SHOWN = 8;

export class EarlidUnguarded extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    home: { attribute: false },
    whole: { state: true },
  };
  static override styles = [
    base,
    buttons,
    css`
      ul {
        list-style: none;
        display: grid;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        padding-block: 10px;
      }
      li + li {
        border-block-start: 1px solid var(--divider-color);
      }
      li > div {
        flex: 1 1 24ch;
        min-inline-size: 0;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      ul + .actions {
        margin-block-start: 12px;
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare home: Home | undefined;
  declare whole: boolean;

  private readonly presses = new Presses(this);

  constructor() {
    super();
    this.whole = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, home } = this;
    if (!hass || !home?.unguarded.length) return nothing;
    const words = new Words(hass);
    const all = home.unguarded;
    const shown = this.whole ? all : all.slice(0, SHOWN);
    return html`
      <p class="quiet">${words.t("unguarded.explain")}</p>
      <ul role="list">
        ${shown.map((device) => html`<li>${this.device(words, hass, home, device)}</li>`)}
      </ul>
      <div class="actions">
        <button type="button" @click=${() => navigate(INTEGRATION)}>${words.t("unguarded.options")}</button>
        ${
          shown.length < all.length
            ? html`<button type="button" @click=${() => this.show()}>
                ${words.t("panel.all_unguarded", { n: words.number(all.length) })}
              </button>`
            : nothing
        }
      </div>
    `;
  }

  private device(
    words: Words,
    hass: Hass,
    home: Home,
    { device_id, name, area, model, why }: Unguarded,
  ): TemplateResult {
    const guard = opens(this, hass, home.entry_id, { add: "speaker", typed: { device_id } });
    const where = [area, model].filter((one) => one !== null && one !== "").map((one) => words.apart(String(one)));
    const stage = this.presses.stageOf(device_id);
    const leave = (): Promise<boolean> => this.presses.press(device_id, hass, () => leaveAlone(hass, device_id));
    return html`<div>
        <p class="clip">
          <bdi>${name}</bdi>${where.length ? html`<span class="quiet"> · ${where.join(" · ")}</span>` : nothing}
        </p>
        <p class="quiet">${words.t(`unguarded.${why}`)}</p>
        ${
          this.presses.refused === device_id && this.presses.error !== null
            ? html`<p class="error" role="alert">${words.apart(this.presses.error)}</p>`
            : nothing
        }
      </div>
      <div class="actions">
        <button
          type="button"
          data-deed="guard"
          class="main"
          aria-label=${words.t("unguarded.guard_device", { device: name })}
          @click=${guard}
        >
          <ha-icon icon="mdi:plus"></ha-icon>${words.t("unguarded.guard")}
        </button>
        <button
          type="button"
          data-deed="leave_alone"
          aria-label=${stage ? nothing : words.t("unguarded.leave_device_alone", { device: name })}
          aria-disabled=${this.presses.busy ? "true" : "false"}
          @click=${leave}
        >
          <span aria-live="polite">${words.t(stage ? `panel.${stage}` : "unguarded.leave_alone")}</span>
        </button>
      </div>`;
  }

  private show(): void {
    this.whole = true;
  }
}

define("earlid-unguarded", EarlidUnguarded);
