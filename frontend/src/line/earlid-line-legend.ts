/** What the looks and marks of the time line mean; drawn by the same hand, so that it cannot differ from it. */

import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { Outcome, Wake } from "../wire";
import type { Words } from "../words";
import { severity } from "./looks";
import { Painter } from "./paint";
import type { Palette } from "./theme";

const LOOKS = ["live", "off_proven", "off_unproven", "unknown", "exposed"] as const;
const MARKS: [Outcome, boolean][] = [
  ["answered", true],
  ["unanswered", true],
  ["unknown", true],
  ["unanswered", false],
];
const wake = (outcome: Outcome, allowed: boolean): Wake => ({
  id: "",
  at: 0,
  outcome,
  allowed,
  source: "",
  because: null,
});

export class EarlidLineLegend extends LitElement {
  static override properties = { words: { attribute: false }, colours: { attribute: false } };
  declare words: Words | undefined;
  declare colours: Palette | undefined;

  static override styles = css`
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
      margin: 0;
      padding: 12px 0 0;
      list-style: none;
      font-size: 0.875em;
      color: var(--primary-text-color);
    }
    li {
      display: flex;
      align-items: center;
      gap: 6px;
    }
    canvas {
      inline-size: 28px;
      block-size: 24px;
    }
    canvas.mark {
      inline-size: 20px;
      block-size: 20px;
    }
    .gap {
      inline-size: 26px;
      block-size: 14px;
      border: 1px dashed var(--secondary-text-color);
      box-sizing: border-box;
    }
    .now {
      inline-size: 2px;
      block-size: 20px;
      background: var(--primary-color);
    }
    .plan {
      --planned: var(--warning-color, #ffa600);
      inline-size: 28px;
      block-size: 18px;
      border: 1px solid var(--planned);
      background: color-mix(in srgb, var(--planned) 22%, transparent);
      box-sizing: border-box;
    }
    .plan.muted {
      --planned: var(--success-color, #43a047);
      block-size: 12px;
    }
  `;

  override render(): TemplateResult {
    const { words } = this;
    if (!words) return html``;
    return html`<ul aria-label=${words.t("line.legend")} dir=${words.rightToLeft ? "rtl" : "ltr"}>
      ${LOOKS.map((look) => html`<li><canvas data-look=${look} aria-hidden="true"></canvas>${words.t(`line.${look}`)}</li>`)}
      <li><span class="gap"></span>${words.t("line.gap")}</li>
      <li><span class="plan"></span>${words.t("line.plan_listen")}</li>
      <li><span class="plan muted"></span>${words.t("line.plan_mute")}</li>
      <li><span class="now"></span>${words.t("line.now_line")}</li>
      ${MARKS.map(
        ([outcome, allowed], index) =>
          html`<li><canvas class="mark" data-mark=${index} aria-hidden="true"></canvas>${words.t(allowed ? `line.woke_${outcome}` : "line.woke_not_allowed")}</li>`,
      )}
    </ul>`;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.colours) return;
    const painter = new Painter(this.colours);
    for (const canvas of this.renderRoot.querySelectorAll("canvas")) {
      const look = LOOKS.find((one) => one === canvas.dataset.look);
      if (look) painter.swatch(canvas, look, 28, 24);
      const mark = MARKS[Number(canvas.dataset.mark)];
      if (!mark) continue;
      const shown = wake(...mark);
      painter.sample(canvas, { at: 0, first: 0, count: 1, wake: shown, severity: severity(shown) }, 20);
    }
  }
}

customElements.get("earlid-line-legend") ?? customElements.define("earlid-line-legend", EarlidLineLegend);
