/** `earlid-timeline`: for each speaker what could hear when, when it woke, and what is planned. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Home, Ms, Speaker } from "../wire";
import { bar } from "./bar";
import "./earlid-line-detail";
import "./earlid-line-legend";
import { Fed } from "./fed";
import { Feed } from "./feed";
import { Surface } from "./gestures";
import { Guide } from "./guide";
import type { View } from "./layout";
import { Stage } from "./stage";
import { controls, hidden, timeline } from "./style";
import { summary } from "./summary";

/** What is read aloud need not follow each frame. */
const SETTLED = 400;
const HALF_A_MINUTE = 30_000;

export class EarlidTimeline extends Fed {
  static override properties = {
    home: { attribute: false },
    active: { state: true },
    range: { state: true },
    spoken: { state: true },
    failed: { state: true },
  };
  static override styles = [hidden, controls, timeline];

  declare home: Home | undefined;
  /** The lane that Tab comes to. */
  declare active: string | undefined;
  declare range: View | undefined;
  declare spoken: string;
  declare failed: boolean;

  private readonly feed = new Feed(() => this.came());
  private readonly stage = new Stage(this, this.feed, (view) => this.drawn(view));
  private readonly guide = new Guide(this, this.feed, this.stage);
  private surface: Surface | undefined;
  private sizes: ResizeObserver | undefined;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private readonly dark = window.matchMedia("(prefers-color-scheme: dark)");
  private readonly still = window.matchMedia("(prefers-reduced-motion: reduce)");
  /** Also what the pointer has opened, wherever the focus is. */
  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.leave();
  };
  private readonly recolour = (): void => this.shownOtherwise(false);
  private readonly theme = new MutationObserver(this.recolour);

  constructor() {
    super();
    this.spoken = "";
    this.failed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.feed.start();
    this.dark.addEventListener("change", this.recolour);
    window.addEventListener("keydown", this.escape);
    // Home Assistant sets the theme's variables there.
    this.theme.observe(document.documentElement, { attributeFilter: ["style", "class"] });
    this.stage.draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.feed.stop();
    this.stage.stop();
    this.surface?.stop();
    this.sizes?.disconnect();
    this.surface = this.sizes = undefined;
    clearTimeout(this.settling);
    this.dark.removeEventListener("change", this.recolour);
    window.removeEventListener("keydown", this.escape);
    this.theme.disconnect();
  }

  protected override shownOtherwise(back: boolean): void {
    this.feed.hass = this.hass;
    this.stage.words = this.words;
    // What happened meanwhile came to nobody.
    if (back) this.feed.renew();
    // The theme's variables are set after this object is handed out.
    setTimeout(() => {
      this.stage.recolour();
      this.requestUpdate();
    });
  }

  override willUpdate(changed: PropertyValues<this>): void {
    this.feed.hass = this.hass;
    this.stage.words = this.words;
    if (changed.has("home") && this.home) this.feed.look(changed.get("home") as Home | undefined, this.home);
    const slugs = this.speakers.map((one) => one.slug);
    if (!this.active || !slugs.includes(this.active)) this.active = slugs[0];
  }

  override updated(): void {
    const lanes = this.renderRoot.querySelector<HTMLElement>(".lanes");
    if (lanes && !this.surface) {
      const pixels = (): Element | null => this.renderRoot.querySelector(".axis canvas");
      this.surface = new Surface(lanes, this, pixels);
      this.sizes = new ResizeObserver(() => this.measure());
      this.sizes.observe(lanes);
      this.measure();
    } else if (!lanes) {
      this.surface?.stop();
      this.sizes?.disconnect();
      this.surface = this.sizes = undefined;
    }
    this.stage.draw();
  }

  override render(): TemplateResult | typeof nothing {
    const { words } = this;
    if (!words?.ready || !this.home) return nothing;
    if (!this.speakers.length) return html`<p class="empty">${words.t("line.empty")}</p>`;
    const direction = words.rightToLeft ? "rtl" : "ltr";
    return html`<div dir=${direction}>
      ${bar(words, this.stage.camera, this.range, this)}
      ${this.failed ? html`<p class="failed" role="alert">${words.t("line.failed")}</p>` : nothing}
      <div class="lanes" role="group" aria-label=${words.t("line.title")} @keydown=${this.keys} @focusin=${this.focused} @focusout=${this.blurred}>
        <div class="axis" aria-hidden="true"><span class="name"></span><canvas></canvas></div>
        ${this.speakers.map((speaker) => this.lane(speaker))}
        <div class="now"></div>
        <div class="cursor"></div>
        <earlid-line-detail aria-hidden="true" dir=${direction}></earlid-line-detail>
      </div>
      <earlid-line-legend .words=${words} .colours=${this.stage.palette}></earlid-line-legend>
      <p class="unseen" id="keys">${words.t("line.keys")}</p>
      <div class="unseen" role="status">${this.spoken}</div>
    </div>`;
  }

  private lane(speaker: Speaker): TemplateResult {
    const words = this.words as NonNullable<typeof this.words>;
    const { now, camera } = this.stage;
    const track = this.feed.known?.tracks.get(speaker.slug);
    const told = summary(words, track, speaker, camera.target(now), now, this.connectedToHome);
    return html`<div
      class="lane"
      role="application"
      data-slug=${speaker.slug}
      tabindex=${speaker.slug === this.active ? 0 : -1}
      aria-label=${told}
      aria-describedby="keys"
    >
      <span class="name" title=${speaker.name} aria-hidden="true">${speaker.name}</span>
      <canvas data-slug=${speaker.slug} aria-hidden="true"></canvas>
    </div>`;
  }

  private get speakers(): Speaker[] {
    return this.home?.speakers ?? [];
  }
  /** The time to animate from; undefined where nothing should move. */
  private get frame(): number | undefined {
    return this.still.matches ? undefined : performance.now();
  }

  private came(): void {
    this.failed = this.feed.failed;
    this.requestUpdate();
    this.stage.draw();
  }

  private drawn(view: View): void {
    const shown = this.range;
    const moved =
      !shown || Math.abs(shown.start - view.start) >= HALF_A_MINUTE || Math.abs(shown.end - view.end) >= HALF_A_MINUTE;
    if (!moved) return;
    // Summing up all lanes takes longer than drawing them: not while a hand moves them.
    clearTimeout(this.settling);
    this.settling = setTimeout(
      () => {
        this.range = { ...this.stage.scale.view };
      },
      shown ? SETTLED : 0,
    );
  }

  private measure(): void {
    const canvas = this.renderRoot.querySelector<HTMLElement>(".axis canvas");
    const lanes = this.renderRoot.querySelector<HTMLElement>(".lanes");
    if (!canvas || !lanes) return;
    const plot = canvas.getBoundingClientRect();
    // Whole pixels: a canvas of broken ones is blurred.
    this.stage.resize(Math.round(plot.width), plot.left - lanes.getBoundingClientRect().left);
  }

  pan(pixels: number): void {
    this.stage.camera.pan(this.stage.scale.moved(pixels), this.stage.now);
    this.moved();
  }

  zoom(factor: number, x: number): void {
    this.stage.camera.zoom(factor, this.stage.scale.at(x), this.stage.now);
    this.moved();
  }

  point(x: number, y: number, target: EventTarget | null): void {
    this.guide.point(x, y, (target as Element | null)?.closest<HTMLElement>(".lane") ?? null);
  }

  readonly leave = (): void => this.guide.leave();

  private moved(): void {
    this.leave();
    this.stage.draw();
    this.drawn(this.stage.scale.view);
  }

  choose(past: Ms): void {
    this.stage.camera.choose(past, this.stage.now, this.frame);
    this.flown();
  }

  nearer(yes: boolean): void {
    this.stage.camera.nearer(yes, this.stage.now, this.frame);
    this.flown();
  }

  shift(share: number): void {
    const { camera, now } = this.stage;
    const { start, end } = camera.target(now);
    camera.pan((end - start) * share, now);
    this.flown();
  }

  begin(at: Ms): void {
    this.stage.camera.begin(at, this.stage.now, this.frame);
    this.flown();
  }

  readonly toNow = (): void => {
    this.stage.camera.toNow(this.stage.now, this.frame);
    this.flown();
  };

  private flown(): void {
    this.leave();
    this.stage.draw();
    this.requestUpdate();
  }

  private readonly focused = (event: FocusEvent): void => {
    const slug = (event.target as Element).closest<HTMLElement>(".lane")?.dataset.slug;
    if (slug !== undefined) this.active = slug;
  };

  private readonly blurred = (event: FocusEvent): void => {
    // Going to another lane keeps the time that one is at.
    if (!(event.relatedTarget as Element | null)?.closest?.(".lanes")) this.leave();
  };

  private step(slug: string, forward: boolean, pans: boolean): void {
    if (pans) this.shift(forward ? 0.25 : -0.25);
    else this.spoken = this.guide.step(slug, forward, this.frame) ?? this.spoken;
  }

  private change(slug: string, by: number): void {
    const slugs = this.speakers.map((one) => one.slug);
    const other = slugs[slugs.indexOf(slug) + by];
    if (other === undefined) return;
    this.active = other;
    this.guide.lane(other)?.focus();
    this.spoken = this.guide.change(other) ?? this.spoken;
  }

  private readonly keys = (event: KeyboardEvent): void => {
    const slug = (event.target as Element).closest<HTMLElement>(".lane")?.dataset.slug;
    if (slug === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const forward = this.words?.rightToLeft ? "ArrowLeft" : "ArrowRight";
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.step(slug, forward === "ArrowLeft", event.shiftKey),
      ArrowRight: () => this.step(slug, forward === "ArrowRight", event.shiftKey),
      ArrowUp: () => this.change(slug, -1),
      ArrowDown: () => this.change(slug, 1),
      PageUp: () => this.shift(-0.5),
      PageDown: () => this.shift(0.5),
      Home: this.toNow,
      "+": () => this.nearer(true),
      "=": () => this.nearer(true),
      "-": () => this.nearer(false),
      Escape: this.leave,
    };
    const act = acts[event.key];
    // Escape also closes dialogs; it is ours only while there is something to close.
    if (!act || (event.key === "Escape" && !this.stage.marked)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

customElements.get("earlid-timeline") ?? customElements.define("earlid-timeline", EarlidTimeline);
