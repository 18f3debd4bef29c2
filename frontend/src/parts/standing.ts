/** What is said while there is no home to show, or only an old one. */

import { html, nothing, type TemplateResult } from "lit";
import type { Standing } from "../home";
import type { Words } from "../words";

export function standing(words: Words, now: Standing): TemplateResult | typeof nothing {
  if (now === "here") return nothing;
  const tone = now === "asking" ? "" : "border-inline-start:4px solid var(--warning-color);padding:8px 12px";
  return html`<p class="standing" role="status" style=${tone}>${words.t(`panel.${now}`)}</p>`;
}
