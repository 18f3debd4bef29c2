/** A row of the journal, and what stands below the last one. */

import { html, nothing, type TemplateResult } from "lit";
import type { Words } from "../words";
import type { Pages } from "./pages";
import { type Row, whole } from "./rows";

export interface Place {
  index: number;
  top: number;
  open: boolean;
  /** Tab comes to this one. */
  active: boolean;
}

export function line(words: Words, row: Row, place: Place, clicked: (event: Event) => void): TemplateResult {
  const { entry, what, who, kind, bad, over } = row;
  const { index, open, active } = place;
  return html`<div
    class="row ${bad ? "bad" : over ? "over" : ""} ${open ? "open" : ""}"
    role="row"
    aria-rowindex=${index + 2}
    aria-expanded=${open}
    data-id=${entry.id}
    tabindex=${active ? 0 : -1}
    style="transform: translateY(${place.top}px)"
    @click=${clicked}
  >
    <span class="cell when" role="gridcell">${words.date(entry.at)} ${words.seconds(entry.at)}</span>
    <span class="cell who" role="gridcell" title=${who}>${who}</span>
    <span class="cell kind" role="gridcell">${kind}</span>
    <span class="cell what" role="gridcell" title=${what}>${what}</span>
    <span class="more" aria-hidden="true">▾</span>
    ${open ? html`<pre role="gridcell" tabindex="0" aria-label=${words.t("journal.record")}>${whole(entry)}</pre>` : nothing}
  </div>`;
}

const note = (inside: unknown): TemplateResult =>
  html`<p class="note" role="row"><span role="gridcell">${inside}</span></p>`;

export function below(
  words: Words,
  shown: number,
  pages: Pages,
  searches: boolean,
  further: () => void,
): TemplateResult | typeof nothing {
  if (pages.loading) return note(words.t("journal.loading"));
  if (pages.more && !searches) {
    return note(html`<button type="button" @click=${further}>${words.t("journal.further")}</button>`);
  }
  return shown || pages.more ? nothing : note(words.t("journal.none"));
}
