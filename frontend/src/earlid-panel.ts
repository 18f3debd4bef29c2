/** `earlid-panel`: the page in the sidebar. Home Assistant makes it and sets hass, narrow, route and panel. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import "./journal/earlid-journal";
import "./line/earlid-timeline";
import "./parts/first-steps";
import "./parts/lockdown";
import "./parts/rules";
import { MANY } from "./parts/speaker";
import "./parts/unguarded";
import "./wakes/earlid-wakes";
import { type Hass, hassChanged } from "./hass";
import { HomeFollower } from "./home";
import { define } from "./parts/define";
import { opens } from "./parts/dialog";
import { again, outdated, standing } from "./parts/standing";
import { Worded } from "./parts/worded";
import { base, buttons } from "./style";
import type { Home } from "./wire";
import { Words } from "./words";

export class EarlidPanel extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    narrow: { type: Boolean, reflect: true },
    route: { attribute: false },
    panel: { attribute: false },
  };
  static override styles = [
    base,
    buttons,
    css`
      :host {
        display: block;
        min-block-size: 100%;
        background: var(--primary-background-color);
        font-family: var(--ha-font-family-body, sans-serif);
      }
      header {
        position: sticky;
        inset-block-start: 0;
        z-index: 4;
        display: flex;
        align-items: center;
        gap: 12px;
        block-size: calc(var(--header-height, 56px) + var(--safe-area-inset-top, 0px));
        padding-block-start: var(--safe-area-inset-top, 0px);
        padding-inline: 12px;
        background: var(--app-header-background-color, var(--primary-background-color));
        color: var(--app-header-text-color, var(--primary-text-color));
        border-block-end: var(--app-header-border-bottom, 1px solid var(--divider-color));
        box-sizing: border-box;
      }
      h1 {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: 400;
        margin: 0;
        margin-inline-start: 12px;
        flex: none;
      }
      header .summary {
        margin-inline-start: auto;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      main {
        display: grid;
        gap: 24px;
        max-inline-size: 1280px;
        margin-inline: auto;
        padding: 16px;
        padding-block-end: calc(32px + var(--safe-area-inset-bottom, 0px));
        box-sizing: border-box;
      }
      main > * {
        min-inline-size: 0;
      }
      h2 {
        font-size: var(--ha-font-size-l, 16px);
        font-weight: 500;
        margin-block-end: 8px;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        margin-block-end: 8px;
      }
      .title h2 {
        margin: 0;
        margin-inline-end: auto;
      }
      .grid {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr));
        list-style: none;
      }
      main.many {
        gap: 12px;
        padding-block-start: 12px;
      }
      .grid.many {
        gap: 12px;
        grid-template-columns: repeat(auto-fill, minmax(min(216px, 100%), 1fr));
      }
      .grid:has(earlid-speaker[open]) {
        align-items: start;
      }
      .sheet {
        padding: 16px;
        background: var(--ha-card-background, var(--card-background-color));
        border: 1px solid var(--divider-color);
        border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
      }
      :host([narrow]) main {
        padding-inline: 8px;
      }
      :host([narrow]) .sheet {
        padding: 12px 8px;
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare narrow: boolean;

  private readonly follower = new HomeFollower(this);
  private readonly words = new Worded(this);

  constructor() {
    super();
    this.narrow = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass } = this;
    if (!hass) return nothing;
    const words = new Words(hass);
    const { home } = this.follower;
    return html`
      <header>
        <ha-menu-button .hass=${hass} .narrow=${this.narrow}></ha-menu-button>
        <h1>Earlid</h1>
        ${home?.speakers.length && this.words.ready ? html`<div class="summary">${this.follower.lost === null ? summary(words, home) : words.t("panel.summary_lost")}</div>` : nothing}
      </header>
      <main class=${home && crowded(home) ? "many" : ""} aria-busy=${this.words.ready && this.follower.standing !== "asking" ? "false" : "true"}>
        ${
          this.words.ready
            ? html`${standing(words, this.follower.standing)}
              ${home && outdated(home) ? again(words, "updated") : nothing} ${home ? this.sections(words, hass, home) : nothing}`
            : nothing
        }
      </main>
    `;
  }

  private sections(words: Words, hass: Hass, home: Home): TemplateResult {
    const any = home.speakers.length > 0;
    const dense = crowded(home);
    const { lost } = this.follower;
    const sheet = (title: string, content: TemplateResult): TemplateResult =>
      html`<section aria-label=${words.t(title)}>
        <h2>${words.t(title)}</h2>
        <div class="sheet">${content}</div>
      </section>`;
    return html`
      ${any ? html`<earlid-lockdown .hass=${hass} .home=${home} .lost=${lost}></earlid-lockdown>` : nothing}
      ${any && home.rules.length ? nothing : html`<earlid-first-steps .hass=${hass} .home=${home}></earlid-first-steps>`}
      ${
        any
          ? html`<section aria-label=${words.t("panel.speakers")}>
                <div class="title">
                  <h2>${words.t("panel.speakers")}</h2>
                  ${this.adding(words, hass, home, "speaker")}
                </div>
                <ul class="grid ${dense ? "many" : ""}" role="list">
                  ${home.speakers.map(
                    (speaker) =>
                      html`<li>
                        <earlid-speaker .hass=${hass} .home=${home} .speaker=${speaker} .lost=${lost} .day=${words.day(Date.now())} ?dense=${dense}></earlid-speaker>
                      </li>`,
                  )}
                </ul>
              </section>
              ${
                home.rules.length
                  ? html`<section aria-label=${words.t("panel.rules")}>
                      <div class="title">
                        <h2>${words.t("panel.rules")}</h2>
                        ${this.adding(words, hass, home, "rule")}
                      </div>
                      <div class="sheet"><earlid-rules .hass=${hass} .home=${home} .lost=${lost}></earlid-rules></div>
                    </section>`
                  : nothing
              }
              ${sheet("panel.timeline", html`<earlid-timeline .hass=${hass} .home=${home}></earlid-timeline>`)}
              ${sheet("panel.wakes", html`<earlid-wakes .hass=${hass} .home=${home}></earlid-wakes>`)}
              ${sheet("panel.journal", html`<earlid-journal .hass=${hass} .home=${home}></earlid-journal>`)}`
          : nothing
      }
      ${
        home.unguarded.length
          ? sheet("unguarded.title", html`<earlid-unguarded .hass=${hass} .home=${home}></earlid-unguarded>`)
          : nothing
      }
    `;
  }

  private adding(words: Words, hass: Hass, home: Home, add: "speaker" | "rule"): TemplateResult | typeof nothing {
    if (!home.is_admin) return nothing;
    return html`<button type="button" data-deed=${`add_${add}`} @click=${opens(this, hass, home.entry_id, { add })}>
      <ha-icon icon="mdi:plus"></ha-icon>${words.t(`panel.add_${add}`)}
    </button>`;
  }
}

const crowded = ({ speakers }: Home): boolean => speakers.length >= MANY;

/** What is said of all of them at once. */
function summary(words: Words, home: Home): string {
  const count = (proof: string): number => home.speakers.filter(({ microphone }) => microphone === proof).length;
  if (home.all_off) return words.entity("binary_sensor.all_off.name");
  const values = { live: words.number(count("live")), all: words.number(home.speakers.length) };
  const unknown = count("unknown");
  return unknown
    ? words.t("panel.summary_unknown", { ...values, unknown: words.number(unknown) })
    : words.t("panel.summary", values);
}

define("earlid-panel", EarlidPanel);
