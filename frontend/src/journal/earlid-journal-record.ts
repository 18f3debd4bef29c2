/** `earlid-journal-record`: takes the record away as a file, and has Earlid look whether anyone changed it. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Hass } from "../hass";
import { controls } from "../line/style";
import { Zone } from "../line/zone";
import { verifyJournal } from "../link";
import type { Words } from "../words";
import { fileName, save } from "./export";
import { address, type Filter } from "./filter";

const FORMATS = { jsonl: "JSON Lines", csv: "CSV" } as const;
type Format = keyof typeof FORMATS;

export class EarlidJournalRecord extends LitElement {
  static override properties = {
    hass: { attribute: false },
    words: { attribute: false },
    filter: { attribute: false },
    note: { state: true },
    verifying: { state: true },
  };
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        margin-inline-start: auto;
      }
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
      }
      span {
        color: var(--secondary-text-color);
        font-size: 0.8125em;
      }
      p {
        margin: 8px 0 0;
        border-inline-start: 4px solid var(--success-color);
        padding-inline-start: 8px;
      }
      p.bad {
        border-color: var(--error-color);
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare words: Words | undefined;
  declare filter: Filter;
  declare note: { text: string; bad: boolean } | undefined;
  declare verifying: boolean;

  constructor() {
    super();
    this.filter = {};
    this.verifying = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, note } = this;
    if (!words) return nothing;
    return html`<div role="group" aria-label=${words.t("journal.export")}>
        <span aria-hidden="true">${words.t("journal.export_as")}</span>
        ${(Object.keys(FORMATS) as Format[]).map(
          (format) =>
            html`<button type="button" title=${words.t(`journal.export_${format}`)} @click=${() => this.save(words, format)}>${FORMATS[format]}</button>`,
        )}
        <button type="button" data-deed="verify" aria-disabled=${this.verifying ? "true" : "false"} @click=${() => this.verify(words)}>
          <span aria-live="polite" style="color: inherit; font-size: inherit">${words.t(this.verifying ? "journal.verifying" : "journal.verify")}</span>
        </button>
      </div>
      ${note ? html`<p class=${note.bad ? "bad" : ""} role=${note.bad ? "alert" : "status"}>${note.text}</p>` : nothing}`;
  }

  private async save(words: Words, format: Format): Promise<void> {
    const { hass, filter } = this;
    if (!hass) return;
    this.note = undefined;
    const zone = Zone.of(words.zone);
    try {
      await save(hass, address(filter, zone, format), fileName(filter, words.isoDay(Date.now()), format));
    } catch (error) {
      this.note = { text: words.t("journal.not_exported", { error: said(error) }), bad: true };
    }
  }

  private async verify(words: Words): Promise<void> {
    const { hass } = this;
    if (!hass || this.verifying) return;
    this.verifying = true;
    this.note = undefined;
    try {
      const { ok, checked, cuts, first_bad } = await verifyJournal(hass);
      const key = ok ? (cuts ? "journal.whole_cut" : "journal.whole") : "journal.not_whole";
      const text = words.t(key, { checked: words.number(checked), seq: words.number(first_bad?.seq ?? 0) });
      this.note = { text, bad: !ok };
    } catch (error) {
      this.note = { text: words.t("journal.not_verified", { error: said(error) }), bad: true };
    } finally {
      this.verifying = false;
    }
  }
}

/** What went wrong, in Home Assistant's words where it said any. */
const said = (error: unknown): string => {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === "string" && message ? message : String(error);
};

customElements.get("earlid-journal-record") ?? customElements.define("earlid-journal-record", EarlidJournalRecord);
