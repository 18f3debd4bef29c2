/** `earlid-journal`: what happened, in plain words, however much there is. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { Fed } from "../line/fed";
import { controls, hidden } from "../line/style";
import { Zone } from "../line/zone";
import type { Entry, Home } from "../wire";
import type { Words } from "../words";
import { bar } from "./bar";
import "./earlid-journal-record";
import { asked, type Filter, matches } from "./filter";
import { below, line } from "./line";
import { Pages } from "./pages";
import { type Row, row } from "./rows";
import { journal, NARROW_ROW, OPEN, ROW } from "./style";
import { GATHER, Watch } from "./watch";
import { bring, type Rows, stepped, top, visible, whole } from "./window";

const TYPING = 250;
const AGAIN = 5000;
/** Below this many rows under the last one seen, the next page is loaded. */
const AHEAD = 40;
/** So many pages are searched for something before it is asked whether to go on. */
const SEARCHED = 5;

export class EarlidJournal extends Fed {
  static override properties = {
    home: { attribute: false },
    filter: { state: true },
    opened: { state: true },
    active: { state: true },
  };
  static override styles = [hidden, controls, journal];

  declare home: Home | undefined;
  declare filter: Filter;
  /** Ids of records. */
  declare opened: string | undefined;
  declare active: string | undefined;

  private readonly pages = new Pages();
  private shown: Entry[] = [];
  private rows = new WeakMap<Entry, Row>();
  private narrow = false;
  private scrolled = 0;
  private seen = 520;
  private searched = 0;
  private frame = 0;
  private readonly watch = new Watch(() => void this.renew());
  private begun = false;
  private readonly sizes = new ResizeObserver(() => this.measure());

  constructor() {
    super();
    this.filter = {};
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    if (this.begun) this.watch.later(GATHER);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    this.watch.stop();
    this.frame = 0;
  }

  protected override shownOtherwise(back: boolean): void {
    this.rows = new WeakMap();
    if (back) this.watch.later(GATHER);
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has("home") && this.home && this.hass) this.look(changes.get("home") as Home | undefined, this.home);
    this.sift();
    if (!this.shown.some((one) => one.id === this.active)) this.active = this.shown[0]?.id;
  }

  private look(before: Home | undefined, after: Home): void {
    if (!this.begun) {
      this.begun = true;
      this.pages.ask(asked(this.filter, Zone.of(this.words?.zone)));
      void this.next();
      return;
    }
    // Names may have changed, and with them what is told.
    if (this.watch.look(before, after)) this.rows = new WeakMap();
  }

  private row(entry: Entry): Row {
    let known = this.rows.get(entry);
    if (!known && this.words) {
      known = row(this.words, entry, this.home);
      this.rows.set(entry, known);
    }
    return known as Row;
  }

  private sift(): void {
    const { filter } = this;
    if (!this.words) return;
    const all = filter.outcome === undefined && filter.allowed === undefined && !filter.text?.trim();
    this.shown = all
      ? this.pages.records
      : this.pages.records.filter((one) => matches(filter, one, () => this.row(one)));
  }

  private get list(): Rows {
    return {
      count: this.shown.length,
      height: this.narrow ? NARROW_ROW : ROW,
      open: this.opened === undefined ? -1 : this.shown.findIndex((one) => one.id === this.opened),
      extra: OPEN,
    };
  }

  override render(): TemplateResult | typeof nothing {
    const { words, home, pages } = this;
    if (!words?.ready || !home) return nothing;
    const list = this.list;
    const [first, behind] = visible(list, this.scrolled, this.seen);
    const indices = Array.from({ length: behind - first }, (_, index) => first + index);
    const active = this.shown.findIndex((one) => one.id === this.active);
    // Without it Tab would not come here, and what is focused would lose it by scrolling.
    if (active >= 0 && (active < first || active >= behind)) indices.push(active);
    return html`<div dir=${words.rightToLeft ? "rtl" : "ltr"}>
      ${bar(words, home, this.filter, this.change, home.is_admin ? this.record(words) : nothing)}
      ${pages.failed ? html`<p class="failed" role="alert">${words.t("journal.failed")}</p>` : nothing}
      <div
        class="grid"
        role="treegrid"
        aria-label=${words.t("journal.title")}
        aria-rowcount=${pages.more ? -1 : list.count + 1}
        aria-busy=${pages.loading}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${["when", "who", "kind", "what"].map((key) => html`<span role="columnheader">${words.t(`journal.${key}`)}</span>`)}
        </div>
        <div class="rows" role="rowgroup" @scroll=${this.scrolls} @keydown=${this.keys}>
          <div style="block-size: ${whole(list)}px" role="presentation">
            ${repeat(
              indices,
              (index) => this.shown[index]?.id,
              (index) => this.line(index, list),
            )}
          </div>
          ${below(words, this.shown.length, pages, this.searched < SEARCHED, this.further)}
        </div>
      </div>
    </div>`;
  }

  private record(words: Words): TemplateResult {
    return html`<earlid-journal-record .hass=${this.hass} .words=${words} .filter=${this.filter}></earlid-journal-record>`;
  }

  private line(index: number, list: Rows): TemplateResult | typeof nothing {
    const entry = this.shown[index];
    if (!entry || !this.words) return nothing;
    const place = { index, top: top(list, index), open: index === list.open, active: entry.id === this.active };
    return line(this.words, this.row(entry), place, (event) => this.clicked(event, entry));
  }

  override updated(): void {
    this.measure();
    const list = this.list;
    const [, behind] = visible(list, this.scrolled, this.seen);
    if (this.begun && this.pages.more && !this.pages.loading && !this.pages.failed && behind + AHEAD > list.count) {
      if (this.searched < SEARCHED) void this.next();
    }
  }

  private async next(): Promise<void> {
    const { hass } = this;
    if (!hass) return;
    const before = this.shown.length;
    const reading = this.pages.next(hass);
    this.requestUpdate();
    if (!(await reading)) return;
    this.sift();
    this.searched = this.shown.length > before ? 0 : this.searched + 1;
    if (this.pages.failed) this.watch.later(AGAIN);
    this.requestUpdate();
  }

  private readonly further = (): void => {
    this.searched = 0;
    this.requestUpdate();
  };

  private async renew(): Promise<void> {
    const { hass, pages } = this;
    if (!hass || !this.isConnected) return;
    const atTop = this.scrolled < 4;
    const before = this.shown[0]?.id;
    if (pages.loading || !(await pages.top(hass, atTop))) {
      this.watch.later(GATHER);
      return;
    }
    if (pages.failed) this.watch.later(AGAIN);
    this.sift();
    const added = this.shown.findIndex((one) => one.id === before);
    this.requestUpdate();
    if (atTop || added <= 0) return;
    await this.updateComplete;
    // What is read stays where it is; only who looks at the newest sees them come.
    this.roll(this.scrolled + added * this.list.height);
  }

  private readonly change = (filter: Filter, typed: boolean): void => {
    const zone = Zone.of(this.words?.zone);
    const asks = JSON.stringify(asked(filter, zone)) !== JSON.stringify(asked(this.filter, zone));
    this.filter = filter;
    this.searched = 0;
    this.opened = undefined;
    this.roll(0);
    if (!asks) return;
    this.pages.ask(asked(filter, zone));
    this.watch.stop();
    setTimeout(() => void this.next(), typed ? TYPING : 0);
  };

  private clicked(event: Event, entry: Entry): void {
    // Selecting some of the text is no wish to close it.
    if ((event.target as Element).closest("pre")) return;
    this.active = entry.id;
    this.toggle(entry.id);
  }

  private toggle(id: string | undefined): void {
    this.opened = this.opened === id ? undefined : id;
  }

  private readonly keys = (event: KeyboardEvent): void => {
    if ((event.target as Element).closest("pre, button") || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = this.shown.findIndex((one) => one.id === this.active);
    const page = Math.max(1, Math.floor(this.seen / this.list.height) - 1);
    const to = stepped(event.key, here, page, this.shown.length);
    if (to !== undefined) void this.go(to);
    else if (event.key === "Enter" || event.key === " ") this.toggle(this.active);
    else if (event.key === "Escape" && this.opened !== undefined) this.opened = undefined;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private async go(index: number): Promise<void> {
    this.active = this.shown[index]?.id;
    this.roll(bring(this.list, index, this.scrolled, this.seen));
    await this.updateComplete;
    const id = CSS.escape(this.active ?? "");
    this.renderRoot.querySelector<HTMLElement>(`.row[data-id="${id}"]`)?.focus({ preventScroll: true });
  }

  private get scroller(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>(".rows") ?? null;
  }

  private roll(to: number): void {
    const { scroller } = this;
    if (scroller) scroller.scrollTop = to;
    this.scrolled = scroller?.scrollTop ?? 0;
    this.requestUpdate();
  }

  private readonly scrolls = (): void => {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.scrolled = this.scroller?.scrollTop ?? 0;
      this.requestUpdate();
    });
  };

  private measure(): void {
    const seen = this.scroller?.clientHeight ?? 0;
    const narrow = this.clientWidth > 0 && this.clientWidth <= 640;
    if ((!seen || seen === this.seen) && narrow === this.narrow) return;
    this.seen = seen || this.seen;
    this.narrow = narrow;
    this.requestUpdate();
  }
}

customElements.get("earlid-journal") ?? customElements.define("earlid-journal", EarlidJournal);
