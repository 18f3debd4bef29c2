/** What is said while there is no home to show, or only an old one, or the page itself is old. */

import { html, nothing, type TemplateResult } from "lit";
import type { Standing } from "../home";
import type { Home } from "../wire";
import type { Words } from "../words";

const WARNING = "border-inline-start:4px solid var(--warning-color);padding:8px 12px";

/** The version of the files that run here, as their address has it. */
const MINE = /\/earlid_files\/([^/]+)-[^/-]+\//.exec(import.meta.url)?.[1];

export function standing(words: Words, now: Standing): TemplateResult | typeof nothing {
  if (now === "here") return nothing;
  const tone = now === "asking" ? "" : WARNING;
  return html`<p class="standing" role="status" style=${tone}>${words.t(`panel.${now}`)}</p>`;
}

/** Whether Earlid was updated while the page was open: it goes on with the files that it has. */
export const outdated = (home: Home | null): boolean =>
  MINE !== undefined && home !== null && decodeURIComponent(MINE) !== home.version;

/** Why the page is to be loaded anew, and a button that does it. */
export const again = (words: Words, why: "updated" | "gone"): TemplateResult =>
  html`<div class="again" role="alert" style=${WARNING}>
    <p>${words.t(`panel.${why}`)}</p>
    <button type="button" data-deed="reload" @click=${() => location.reload()}>${words.t("panel.reload")}</button>
  </div>`;
