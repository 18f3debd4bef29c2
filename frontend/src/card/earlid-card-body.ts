/** `earlid-card-body`: what the card shows. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { type Hass, hassChanged } from "../hass";
import { HomeFollower } from "../home";
import { define } from "../parts/define";
import "../parts/first-steps";
import { MANY, type Part } from "../parts/speaker";
import { again, outdated, standing } from "../parts/standing";
import { Worded } from "../parts/worded";
import { base, buttons } from "../style";
import type { Home } from "../wire";
import { Words } from "../words";
import { type CardConfig, shown } from "./config";

export class EarlidCardBody extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    config: { attribute: false },
    lined: { state: true },
    gone: { state: true },
  };
  static override styles = [
    base,
    buttons,
    css`
      :host {
        display: block;
      }
      ha-card {
        display: block;
        padding: 16px;
      }
      h2 {
        font-size: var(--ha-card-header-font-size, var(--ha-font-size-2xl, 24px));
        font-weight: var(--ha-font-weight-normal, 400);
        line-height: 1.3;
        margin-block-end: 12px;
      }
      ul {
        list-style: none;
        display: grid;
        gap: 20px;
        grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr));
      }
      ul:has(earlid-speaker[open]) {
        align-items: start;
      }
      ul + p,
      earlid-timeline {
        margin-block-start: 16px;
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare config: CardConfig | undefined;
  declare lined: boolean;
  /** The time line is among the files of a version that is no more. */
  declare gone: boolean;

  private readonly follower = new HomeFollower(this);
  private readonly words = new Worded(this);
  /** The same object as long as nothing changes, or the time line would ask anew at each drawing. */
  private chosen: { from: Home; config: CardConfig; home: Home } | undefined;

  constructor() {
    super();
    this.lined = false;
    this.gone = false;
  }

  protected override willUpdate(): void {
    if (this.config && shown(this.config).includes("timeline") && !this.lined && !this.gone) {
      import("../line/earlid-timeline").then(
        () => (this.lined = true),
        () => (this.gone = true),
      );
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, config } = this;
    if (!hass || !config) return nothing;
    const words = new Words(hass);
    return html`<ha-card>
      ${config.title ? html`<h2 class="clip"><bdi>${config.title}</bdi></h2>` : nothing}
      ${this.words.ready ? this.content(words, hass, config) : nothing}
    </ha-card>`;
  }

  private content(words: Words, hass: Hass, config: CardConfig): TemplateResult {
    const { home, standing: now, lost } = this.follower;
    if (!home) return html`${standing(words, now)}`;
    const parts = shown(config);
    const { speakers } = this.choose(home, config);
    if (!home.speakers.length) return html`<earlid-first-steps .hass=${hass} .home=${home}></earlid-first-steps>`;
    const here = new Set(speakers.map(({ slug }) => slug));
    const missing = (config.speakers ?? []).filter((slug) => !here.has(slug));
    return html`
      ${standing(words, now)} ${outdated(home) ? again(words, "updated") : nothing}
      <ul role="list">
        ${speakers.map(
          (speaker) =>
            html`<li>
              <earlid-speaker
                bare
                ?dense=${speakers.length >= MANY}
                .hass=${hass}
                .home=${home}
                .speaker=${speaker} .lost=${lost} .day=${words.day(Date.now())}
                .parts=${parts as readonly Part[]}
              ></earlid-speaker>
            </li>`,
        )}
      </ul>
      ${missing.length ? html`<p role="status">${words.t("card.missing", { speakers: words.list(missing) })}</p>` : nothing}
      ${
        parts.includes("timeline") && this.lined
          ? html`<earlid-timeline .hass=${hass} .home=${this.choose(home, config)}></earlid-timeline>`
          : nothing
      }
      ${this.gone && !outdated(home) ? again(words, "gone") : nothing}
    `;
  }

  /** The home with the speakers the card is for, in the card's order. */
  private choose(home: Home, config: CardConfig): Home {
    if (!config.speakers) return home;
    if (this.chosen?.from === home && this.chosen.config === config) return this.chosen.home;
    const known = new Map(home.speakers.map((speaker) => [speaker.slug, speaker]));
    const speakers = config.speakers.flatMap((slug) => known.get(slug) ?? []);
    this.chosen = { from: home, config, home: { ...home, speakers } };
    return this.chosen.home;
  }
}

define("earlid-card-body", EarlidCardBody);
