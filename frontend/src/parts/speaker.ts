/** `earlid-speaker`: one speaker at a glance, and what can be done with it. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { type Hass, hassChanged } from "../hass";
import { base, buttons, lookOf, looks } from "../style";
import type { Home, Speaker } from "../wire";
import { Words } from "../words";
import { act, type Choice, choices, type Deed, selfTest } from "./choices";
import { define } from "./define";
import { opens } from "./dialog";
import { Presses } from "./presses";
import { glance, hears, lost, proof, until, wakesToday, why } from "./sentences";
import { tile } from "./tile";

export type Part = "buttons" | "why" | "wakes";
export const PARTS: readonly Part[] = ["why", "wakes", "buttons"];

/** From so many speakers on, a tablet on a wall shows all of them only if each takes less room. */
export const MANY = 9;

const ICONS = {
  live: "mdi:microphone",
  off_proven: "mdi:microphone-off",
  off_unproven: "mdi:microphone-off",
  unknown: "mdi:microphone-question",
  exposed: "mdi:alert",
} as const;

const ICON_OF: Record<Deed, string> = {
  mute: "mdi:microphone-off",
  listen_10: "mdi:ear-hearing",
  listen_60: "mdi:ear-hearing",
  listen_next: "mdi:ear-hearing",
  resume: "mdi:restore",
  self_test: "mdi:clipboard-check-outline",
};

/** Those that stand beside each other below "Let it listen". */
const TIMES: Partial<Record<Deed, string>> = {
  listen_10: "panel.for_10",
  listen_60: "panel.for_60",
  listen_next: "panel.for_next",
};

export class EarlidSpeaker extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    home: { attribute: false },
    speaker: { attribute: false },
    parts: { attribute: false },
    day: { attribute: false },
    dense: { type: Boolean, reflect: true },
  };
  static override styles = [base, buttons, looks, tile];

  declare hass: Hass | undefined;
  declare home: Home | undefined;
  declare speaker: Speaker | undefined;
  declare parts: readonly Part[];
  /** Which day it is: at midnight "tomorrow" becomes today. */
  declare day: number | undefined;
  /** One of many: what is not for a glance, or for one press, is under "More". */
  declare dense: boolean;

  private readonly presses = new Presses(this);

  constructor() {
    super();
    this.parts = PARTS;
    this.dense = false;
  }

  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    // Each change of the home comes with a new one; most are about other speakers.
    const before = changed.get("home");
    const { home } = this;
    return !(changed.size === 1 && before && home && sameFor(before, home));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("speaker") && changed.get("speaker")) this.presses.answered();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, home, speaker } = this;
    if (!hass || !home || !speaker) return nothing;
    const words = new Words(hass);
    const look = lookOf(speaker);
    const short = this.dense && this.parts.includes("why");
    const may = words.t(speaker.allowed ? "panel.may" : "panel.may_not");
    return html`
      <article class=${look} aria-label=${speaker.name}>
        <div class="head">
          <div class="look ${look}"><span class="disc"><ha-icon icon=${ICONS[look]}></ha-icon></span></div>
          <div>
            <h3 class="clip">
              <bdi>${speaker.name}</bdi>${
                speaker.area ? html`<span class="quiet"> · <bdi>${speaker.area}</bdi></span>` : nothing
              }
            </h3>
            <p class="word" data-look=${look}>${hears(words, speaker)}</p>
            <p class="may">${short ? glance(words, speaker) : may}</p>
          </div>
        </div>
        ${this.warnings(words, speaker)} ${this.chips(words, speaker)} ${short ? nothing : this.rows(words, speaker)}
        ${
          this.parts.includes("why")
            ? this.details(words, speaker, home, short ? html`<p>${may}</p>${this.rows(words, speaker)}` : nothing)
            : nothing
        }
        ${
          this.parts.includes("buttons")
            ? this.controls(
                words,
                choices(speaker, home).filter(({ deed }) => !short || !(deed in TIMES)),
              )
            : nothing
        }
        ${
          this.presses.error === null
            ? nothing
            : html`<p class="error" role="alert">${words.apart(this.presses.error)}</p>`
        }
      </article>
    `;
  }

  private warnings(words: Words, speaker: Speaker): TemplateResult | typeof nothing {
    const said: string[] = [];
    if (speaker.breach) {
      const cause = words.entity(`binary_sensor.breach.state_attributes.cause.state.${speaker.breach.cause}`);
      said.push(
        words.t(speaker.enforced ? "panel.breach" : "panel.breach_observed", {
          cause,
          since: words.moment(speaker.breach.since),
        }),
      );
    }
    if (speaker.relay_missing) said.push(words.t("panel.relay_missing"));
    if (!said.length) return nothing;
    return html`<div class="breach" role="status">
      <ha-icon icon="mdi:shield-alert"></ha-icon>
      <div>${said.map((sentence) => html`<p>${sentence}</p>`)}</div>
    </div>`;
  }

  private chips(words: Words, speaker: Speaker): TemplateResult | typeof nothing {
    const chips: [string, string][] = [];
    if (speaker.finishing_playback) chips.push(["mdi:music-note", words.t("panel.waiting")]);
    if (!speaker.enforced) chips.push(["mdi:eye-outline", words.t("panel.observed")]);
    if (speaker.testing) chips.push(["mdi:clipboard-check-outline", words.t("panel.testing")]);
    if (!chips.length) return nothing;
    return html`<ul class="chips" role="list">
      ${chips.map(([icon, word]) => html`<li><ha-icon icon=${icon}></ha-icon>${word}</li>`)}
    </ul>`;
  }

  private rows(words: Words, speaker: Speaker): TemplateResult | typeof nothing {
    const rows: [string, string | TemplateResult][] = [];
    if (this.parts.includes("why")) {
      rows.push(["panel.why", why(words, speaker)], ["panel.until", until(words, speaker)]);
      rows.push(["panel.sure", proof(words, speaker)]);
      const grade = words.entity(`sensor.assurance.state.${speaker.assurance}`);
      const meaning = html`<span class="quiet">${words.t(`panel.grade_${speaker.assurance}`)}</span>`;
      rows.push(["panel.assurance", html`${grade}<br />${meaning}`]);
    }
    if (this.parts.includes("wakes")) {
      const last = speaker.last_activation;
      const outcome = last && words.entity(`event.activation.state_attributes.event_type.state.${last.outcome}`);
      const when = last ? `${words.moment(last.at)} · ${outcome}` : words.t("panel.never");
      rows.push(["panel.last", last && !last.allowed ? `${when} · ${words.t("panel.last_not_allowed")}` : when]);
      rows.push(["panel.today", wakesToday(words, speaker)]);
    }
    if (!rows.length) return nothing;
    return html`<dl>${rows.map(([key, value]) => html`<dt>${words.t(key)}</dt><dd>${value}</dd>`)}</dl>`;
  }

  private details(words: Words, speaker: Speaker, home: Home, above: TemplateResult | typeof nothing): TemplateResult {
    const test = selfTest(speaker, home);
    const listens = choices(speaker, home).filter(({ deed }) => deed in TIMES);
    // Its neighbours in a grid need not grow along.
    const toggled = (event: Event): boolean => this.toggleAttribute("open", (event.target as HTMLDetailsElement).open);
    return html`<details @toggle=${toggled}>
      <summary>${words.t("panel.more")}</summary>
      ${above}
      <dl>
        <dt>${words.t("panel.live_today")}</dt>
        <dd>${words.span(speaker.live_today)}</dd>
        <dt>${words.t("panel.exposed_today")}</dt>
        <dd>${words.span(speaker.exposed_today)}</dd>
      </dl>
      ${
        speaker.trace.length
          ? html`<p class="quiet">${words.t("panel.outvoted")}</p>
              <ol>
                ${speaker.trace.map((vote) => html`<li>${lost(words, vote)}</li>`)}
              </ol>`
          : html`<p class="quiet">${words.t("panel.unopposed")}</p>`
      }
      ${above === nothing || !this.parts.includes("buttons") ? nothing : this.controls(words, listens)}
      ${test ? this.controls(words, [test]) : nothing} ${home.is_admin ? this.change(words, speaker, home) : nothing}
    </details>`;
  }

  private change(words: Words, speaker: Speaker, home: Home): TemplateResult | typeof nothing {
    if (!this.hass) return nothing;
    const dialog = opens(this, this.hass, home.entry_id, { change: speaker.subentry_id });
    return html`<div class="foot">
      <button
        type="button"
        data-deed="change"
        aria-label=${words.t("panel.change_speaker", { speaker: speaker.name })}
        @click=${dialog}
      >
        <ha-icon icon="mdi:pencil"></ha-icon>${words.t("panel.change")}
      </button>
    </div>`;
  }

  private controls(words: Words, offered: Choice[]): TemplateResult | typeof nothing {
    if (!offered.length) return nothing;
    const reasons = [...new Set(offered.flatMap(({ obstacle }) => obstacle ?? []))];
    const id = (reason: string | null): string => `${offered[0]?.deed}-${reason}`;
    const draw = (some: Choice[]): TemplateResult[] =>
      some.map((choice) => this.button(words, choice, id(choice.obstacle)));
    const listens = offered.filter(({ deed }) => deed in TIMES);
    return html`<div class="foot">
      <div class="buttons">${draw(offered.filter(({ deed }) => !(deed in TIMES)))}</div>
      ${
        listens.length
          ? html`<div role="group" aria-label=${words.t("panel.listen")}>
              <p class="quiet" aria-hidden="true">${words.t("panel.listen")}</p>
              <div class="buttons times">${draw(listens)}</div>
            </div>`
          : nothing
      }
      ${reasons.map((reason) => html`<p class="reason" id=${id(reason)}>${words.t(`panel.${reason}`)}</p>`)}
    </div>`;
  }

  private button(words: Words, { deed, obstacle }: Choice, reason: string): TemplateResult {
    const stage = this.presses.stageOf(deed);
    const [word, full] = this.label(words, deed);
    return html`<button
      type="button"
      class=${deed === "mute" || deed === "resume" ? "main" : ""}
      data-deed=${deed}
      aria-label=${stage === null && full !== word ? full : nothing}
      aria-disabled=${obstacle || this.presses.busy ? "true" : "false"}
      aria-describedby=${obstacle ? reason : nothing}
      @click=${() => this.press({ deed, obstacle })}
    >
      ${
        stage === "sending"
          ? html`<span class="busy" aria-hidden="true"></span>`
          : stage === null && deed in TIMES
            ? nothing
            : html`<ha-icon icon=${stage === "sent" ? "mdi:check" : ICON_OF[deed]}></ha-icon>`
      }
      <span aria-live="polite">${stage ? words.t(`panel.${stage}`) : word}</span>
    </button>`;
  }

  /** What is written on a button, and what is said of it by itself. */
  private label(words: Words, deed: Deed): [string, string] {
    const next = this.speaker?.next_change ?? null;
    if (deed === "listen_next" && next !== null && !this.speaker?.hold) {
      const values = { when: words.moment(next) };
      return [words.t("panel.until_then", values), words.t("panel.do_listen_until", values)];
    }
    const full = words.t(`panel.do_${deed}`);
    const time = TIMES[deed];
    return [time ? words.t(time) : full, full];
  }

  private press({ deed, obstacle }: Choice): void {
    const { hass, speaker } = this;
    if (!obstacle && hass && speaker) this.presses.press(deed, hass, () => act(hass, speaker, deed));
  }
}

/** Whether two homes are the same for a tile, whose speaker is told by itself. */
const sameFor = (one: Home, other: Home): boolean =>
  one.lockdown === other.lockdown && one.may_allow === other.may_allow && one.is_admin === other.is_admin;

define("earlid-speaker", EarlidSpeaker);
