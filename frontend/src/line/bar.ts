/** The buttons above the lanes; all that they do, hand and keys do as well. */

import { html, type TemplateResult } from "lit";
import type { Ms } from "../wire";
import type { Words } from "../words";
import type { Camera } from "./camera";
import { PASTS, type View } from "./layout";
import { midnight, Zone } from "./zone";

export interface Steered {
  choose(past: Ms): void;
  nearer(yes: boolean): void;
  /** By such a part of what is shown. */
  shift(share: number): void;
  /** Look at the time from this moment on. */
  begin(at: Ms): void;
  toNow(): void;
}

export function bar(words: Words, camera: Camera, shown: View | undefined, act: Steered): TemplateResult {
  const { past, follows } = camera;
  const button = (label: string, sign: string, does: () => void, off = false) =>
    html`<button type="button" aria-label=${label} title=${label} ?disabled=${off} @click=${does}>${sign}</button>`;
  const [before, after] = words.rightToLeft ? (["▶", "◀"] as const) : (["◀", "▶"] as const);
  const range = shown && { from: words.moment(shown.start), to: words.moment(shown.end) };
  const went = ({ target }: Event): void => {
    const at = midnight(Zone.of(words.zone), (target as HTMLInputElement).value);
    if (at !== undefined) act.begin(at);
  };
  return html`<div class="bar">
    <span class="range">${range && words.t("line.between", range)}</span>
    <div class="group" role="group" aria-label=${words.t("line.shown_past")}>
      ${PASTS.map(
        (one) =>
          html`<button type="button" aria-pressed=${Math.abs(past / one - 1) < 0.02} @click=${() => act.choose(one)}>${words.span(one / 1000)}</button>`,
      )}
    </div>
    <input type="date" aria-label=${words.t("line.day")} title=${words.t("line.day")} .value=${shown ? words.isoDay(shown.start) : ""} @change=${went} />
    <div class="group">
      ${button(words.t("line.further"), "−", () => act.nearer(false), past >= Math.max(...PASTS) * 0.99)}
      ${button(words.t("line.nearer"), "+", () => act.nearer(true), past <= Math.min(...PASTS) * 1.01)}
      ${button(words.t("line.earlier"), before, () => act.shift(-0.5))}
      ${button(words.t("line.later"), after, () => act.shift(0.5))}
      <button type="button" aria-pressed=${follows} @click=${() => act.toNow()}>${words.t("line.now")}</button>
    </div>
  </div>`;
}
