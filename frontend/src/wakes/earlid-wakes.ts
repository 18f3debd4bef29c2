/** `earlid-wakes`: at which hours of the week speakers wake, and how often nobody had called them. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { changed } from "../line/changed";
import { Fed } from "../line/fed";
import { controls, hidden } from "../line/style";
import { DAY } from "../line/zone";
import { wakeHours } from "../link";
import type { Home, WakeHours } from "../wire";
import { type Heat, HOURS, heat, type Sum, strength, sums, week } from "./heat";
import { wakes } from "./style";

const SPANS = [7, 30, 90];
/** Counts of a month need not follow each wake at once. */
const GATHER = 3000;
const AGAIN = 10_000;
/** Narrower than this, hours go down instead of across: 24 columns would have no room for a number. */
const NARROW = 640;

/** Hours of the week, in no zone: only how the language says them. */
const TWELVE = (language: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language, { hour: "numeric", hourCycle: "h12", timeZone: "UTC" });

export class EarlidWakes extends Fed {
  static override properties = {
    home: { attribute: false },
    days: { state: true },
    speaker: { state: true },
    answer: { state: true },
    failed: { state: true },
    narrow: { state: true },
  };
  static override styles = [hidden, controls, wakes];

  declare home: Home | undefined;
  declare days: number;
  declare speaker: string | undefined;
  declare answer: WakeHours | undefined;
  declare failed: boolean;
  declare narrow: boolean;

  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private readonly sizes = new ResizeObserver(([entry]) => {
    if (entry) this.narrow = entry.contentRect.width < NARROW;
  });

  constructor() {
    super();
    this.days = 30;
    this.failed = false;
    this.narrow = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    if (this.hasUpdated) this.later(0);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  protected override shownOtherwise(back: boolean): void {
    if (back || !this.answer) this.later(0);
    this.dir = this.words?.rightToLeft ? "rtl" : "ltr";
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (!changes.has("home") || !this.home) return;
    const before = changes.get("home") as Home | undefined;
    if (!before) this.later(0);
    else if (woke(before, this.home)) this.later(GATHER);
    if (this.speaker !== undefined && !this.home.speakers.some((one) => one.slug === this.speaker)) {
      this.speaker = undefined;
    }
  }

  override render(): TemplateResult | typeof nothing {
    const { words, home, answer } = this;
    if (!words?.ready || !home) return nothing;
    return html`<div class="bar">
        <select aria-label=${words.t("wakes.speaker")} @change=${this.choose}>
          <option value="" ?selected=${this.speaker === undefined}>${words.t("wakes.all")}</option>
          ${home.speakers.map(
            (one) => html`<option value=${one.slug} ?selected=${one.slug === this.speaker}>${one.name}</option>`,
          )}
        </select>
        <div class="group" role="group" aria-label=${words.t("wakes.span")}>
          ${SPANS.map(
            (days) =>
              html`<button type="button" aria-pressed=${days === this.days} @click=${() => this.span(days)}>${words.t("wakes.days", { days })}</button>`,
          )}
        </div>
      </div>
      ${this.failed ? html`<p class="failed" role="alert">${words.t("wakes.failed")}</p>` : nothing}
      ${answer ? this.shown(answer, home) : nothing}`;
  }

  private shown(answer: WakeHours, home: Home): TemplateResult {
    const words = this.words as NonNullable<typeof this.words>;
    const of = heat(answer, this.speaker);
    const { each, all } = sums(answer);
    const chosen = this.speaker === undefined ? each : each.filter((one) => one.speaker === this.speaker);
    return html`<div class="both" aria-busy=${false}>
      <div class="heat">
        ${this.map(of)}
        <p>${words.t(of.total ? "wakes.zone" : "wakes.none")}</p>
      </div>
      <div class="sums" tabindex="0" role="region" aria-label=${words.t("wakes.sums")}>
        ${this.table(chosen, this.speaker === undefined && each.length > 1 ? all : undefined)}
        <p>${words.t("wakes.reference", { rate: words.number(home.reference_per_hour, 2) })}</p>
      </div>
    </div>`;
  }

  private map(of: Heat): TemplateResult {
    const words = this.words as NonNullable<typeof this.words>;
    const locale = this.hass?.locale;
    const days = week(locale?.first_weekday ?? "", words.language);
    const hours = Array.from({ length: HOURS }, (_, hour) => hour);
    const day = (one: number, scope: string) =>
      html`<th scope=${scope} class=${scope === "row" ? "side" : ""}><abbr title=${words.weekday(one, "long")} style="text-decoration: none">${words.weekday(one)}</abbr></th>`;
    const hour = (one: number, scope: string) =>
      html`<th scope=${scope} class=${scope === "row" ? "side" : ""}>${scope === "row" ? this.hour(one, true) : this.brief(one)}</th>`;
    const [columns, rows] = this.narrow ? [days, hours] : [hours, days];
    const [column, row] = this.narrow ? [day, hour] : [hour, day];
    return html`<table>
      <caption class="unseen">${words.t("wakes.caption", { total: of.total })}</caption>
      <thead><tr><td class="side" style="inline-size: 44px; background: none"></td>${columns.map((one) => column(one, "col"))}</tr></thead>
      <tbody>
        ${rows.map(
          (one) =>
            html`<tr>${row(one, "row")}${columns.map((other) => (this.narrow ? this.cell(of, other, one) : this.cell(of, one, other)))}</tr>`,
        )}
      </tbody>
    </table>`;
  }

  private cell(of: Heat, day: number, hour: number): TemplateResult {
    const words = this.words as NonNullable<typeof this.words>;
    const index = day * HOURS + hour;
    const [count = 0, unanswered = 0] = [of.wakes[index], of.unanswered[index]];
    if (!count) return html`<td><span class="unseen">0</span></td>`;
    const title = words.t("wakes.cell", {
      day: words.weekday(day, "long"),
      from: this.hour(hour, true),
      to: this.hour((hour + 1) % HOURS, true),
      count,
      unanswered,
    });
    return html`<td class="s${strength(count, of.most)}" title=${title}>${words.number(count)}</td>`;
  }

  private table(each: Sum[], all: Sum | undefined): TemplateResult {
    const words = this.words as NonNullable<typeof this.words>;
    const line = (one: Sum, name: string) => html`<tr>
      <th scope="row" title=${name}>${name}</th>
      <td>${words.number(one.wakes)}</td>
      <td>${words.number(one.unanswered)}</td>
      <td class="share">${one.share === null ? "–" : html`<span style="--part: ${one.share * 100}%"></span>${words.percent(one.share)}`}</td>
      <td>${one.perHour === null ? "–" : words.number(one.perHour, 2)}</td>
    </tr>`;
    return html`<table>
      <caption class="unseen">${words.t("wakes.sums")}</caption>
      <thead><tr>
        <th scope="col">${words.t("wakes.name")}</th>
        ${["count", "unanswered", "share", "per_hour"].map((key) => html`<th scope="col">${words.t(`wakes.${key}`)}</th>`)}
      </tr></thead>
      <tbody>${each.map((one) => line(one, one.name))}</tbody>
      ${all ? html`<tfoot>${line(all, words.t("wakes.together"))}</tfoot>` : nothing}
    </table>`;
  }

  private hour(hour: number, whole: boolean): string {
    const words = this.words as NonNullable<typeof this.words>;
    if (!words.twelve) return String(hour).padStart(2, "0") + (whole ? ":00" : "");
    return TWELVE(words.language).format(hour * 3_600_000);
  }

  /** For the head of a narrow column: which half of the day stands below the hour. */
  private brief(hour: number): TemplateResult | string {
    const words = this.words as NonNullable<typeof this.words>;
    if (!words.twelve) return this.hour(hour, false);
    const half = TWELVE(words.language)
      .formatToParts(hour * 3_600_000)
      .find((part) => part.type === "dayPeriod")?.value;
    return html`${hour % 12 || 12}<small>${half}</small>`;
  }

  private readonly choose = (event: Event): void => {
    this.speaker = (event.target as HTMLSelectElement).value || undefined;
  };

  private span(days: number): void {
    this.days = days;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.later(0);
  }

  private later(wait: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.ask();
    }, wait);
  }

  private async ask(): Promise<void> {
    const { hass, home } = this;
    if (!hass || !home || !this.isConnected) return;
    const asked = ++this.asked;
    const end = Date.now();
    try {
      const answer = await wakeHours(hass, end - this.days * DAY, end);
      // Another span was chosen meanwhile.
      if (asked !== this.asked) return;
      this.answer = { ...answer, speakers: answer.speakers ?? [] };
      this.failed = false;
    } catch (error) {
      if (asked !== this.asked) return;
      // Once, not each time that it is tried again.
      if (!this.failed) console.warn("Earlid's activations could not be read", error);
      this.failed = true;
      if (this.isConnected) this.later(AGAIN);
    }
  }
}

/** Whether any speaker woke between the two. */
function woke(before: Home, after: Home): boolean {
  const what = changed(before, after);
  if (!what) return false;
  if (!what.speakers) return true;
  const counts = (home: Home): string =>
    JSON.stringify(home.speakers.map((one) => [one.last_activation, one.activations_today]));
  return counts(before) !== counts(after);
}

customElements.get("earlid-wakes") ?? customElements.define("earlid-wakes", EarlidWakes);
