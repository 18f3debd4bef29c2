/** `earlid-speaker`: one speaker at a glance, and what can be done with it. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { type Hass, hassChanged } from "../hass";
import { age } from "../home";
import { base, buttons, lookOf, looks } from "../style";
import type { Home, Ms, Speaker } from "../wire";
import { Words } from "../words";
import { act, type Choice, choices, type Deed, selfTest } from "./choices";
import { define } from "./define";
import { opens } from "./dialog";
import { head } from "./head";
import { Presses } from "./presses";
import { Seconds } from "./seconds";
import { breached, glance, hears, lost, proof, until, wakesToday, why } from "./sentences";
import { tile } from "./tile";

export type Part = "buttons" | "why" | "wakes";
export const PARTS: readonly Part[] = ["why", "wakes", "buttons"];

/** From so many speakers on, a tablet on a wall shows all of them only if each takes less room. */
export const MANY = 9;

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
    lost: { attribute: false },
    parts: { attribute: false },
    day: { attribute: false },
    dense: { type: Boolean, reflect: true },
  };
  static override styles = [base, buttons, looks, tile];

  declare hass: Hass | undefined;
  declare home: Home | undefined;
  declare speaker: Speaker | undefined;
  /** Since when there is no connection to Home Assistant: what was so then is not known any more. */
  declare lost: Ms | null;
  declare parts: readonly Part[];
  /** Which day it is: at midnight "tomorrow" becomes today. */
  declare day: number | undefined;
  /** One of many: what is not for a glance, or for one press, is under "More". */
  declare dense: boolean;

  private readonly presses = new Presses(this);
  /** Apart: it goes on for half a minute in which the speaker can hear, and someone may want to mute it. */
  private readonly tests = new Presses(this);
  private readonly of = (deed: Deed): Presses => (deed === "self_test" ? this.tests : this.presses);
  private readonly seconds = new Seconds(this);

  constructor() {
    super();
    this.lost = null;
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
    if (changed.has("speaker") && changed.get("speaker")) for (const one of [this.presses, this.tests]) one.answered();
  }

  protected override updated(): void {
    const { speaker } = this;
    const grows = speaker && (speaker.microphone === "live" || lookOf(speaker) === "exposed");
    this.seconds.run(Boolean(grows) && this.lost === null && this.hasAttribute("open"));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, home, speaker, lost: since } = this;
    if (!hass || !home || !speaker) return nothing;
    const words = new Words(hass);
    if (since !== null) return this.forgotten(words, home, speaker, since);
    const short = this.dense && this.parts.includes("why");
    const may = words.t(speaker.allowed ? "panel.may" : "panel.may_not");
    const look = lookOf(speaker);
    return html`
      <article class=${look} aria-label=${speaker.name}>
        ${head(speaker, look, hears(words, speaker), short ? glance(words, speaker) : may)}
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
        ${this.refusal(words)}
      </article>
    `;
  }

  /** Off is what is known to be off; of what was so when the connection was lost nobody knows. */
  private forgotten(words: Words, home: Home, speaker: Speaker, since: Ms): TemplateResult {
    const was = words.t("panel.was", { state: hears(words, speaker), at: words.moment(since) });
    const offered = choices(speaker, home).filter(({ deed }) => !this.dense || !(deed in TIMES));
    const buttons = offered.map(({ deed }): Choice => ({ deed, obstacle: "disconnected" }));
    return html`
      <article class="unknown" aria-label=${speaker.name}>
        ${head(speaker, "unknown", words.t("panel.not_known"), was)}
        ${this.parts.includes("buttons") ? this.controls(words, buttons) : nothing}
        ${this.refusal(words)}
      </article>
    `;
  }

  private refusal(words: Words): TemplateResult | typeof nothing {
    const error = this.presses.error ?? this.tests.error;
    return error === null ? nothing : html`<p class="error" role="alert">${words.apart(error)}</p>`;
  }

  private warnings(words: Words, speaker: Speaker): TemplateResult | typeof nothing {
    const said = [breached(words, speaker) ?? []].flat();
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
    if (speaker.rests_until !== null && !speaker.testing)
      chips.push(["mdi:timer-sand", words.t("panel.resting", { at: words.seconds(speaker.rests_until) })]);
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
      const when = last
        ? `${words.moment(last.at)} · ${words.t(`panel.outcome_${last.outcome}`)}`
        : words.t("panel.never");
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
    const toggled = (event: Event): void => {
      this.toggleAttribute("open", (event.target as HTMLDetailsElement).open);
      this.requestUpdate();
    };
    // What only grows is told of once a minute.
    const grown = (seconds: number, grows: boolean): string => words.span(seconds + (grows ? age(speaker) : 0));
    return html`<details @toggle=${toggled}>
      <summary>${words.t("panel.more")}</summary>
      ${above}
      <dl>
        <dt>${words.t("panel.live_today")}</dt>
        <dd>${grown(speaker.live_today, speaker.microphone === "live")}</dd>
        <dt>${words.t("panel.exposed_today")}</dt>
        <dd>${grown(speaker.exposed_today, lookOf(speaker) === "exposed")}</dd>
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
    const dialog = opens(this, this.hass, home.entry_id, { change: speaker.subentry_id, of: "speaker" });
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
    const presses = this.of(deed);
    const stage = presses.stageOf(deed);
    const [word, full] = this.label(words, deed);
    return html`<button
      type="button"
      class=${deed === "mute" || deed === "resume" ? "main" : ""}
      data-deed=${deed}
      aria-label=${stage === null && full !== word ? full : nothing}
      aria-disabled=${obstacle || presses.busy ? "true" : "false"}
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
      <span aria-live="polite">${stage ? words.t(deed === "self_test" && stage === "sending" ? "panel.testing_now" : `panel.${stage}`) : word}</span>
    </button>`;
  }

  /** What is written on a button, and what is said of it by itself. */
  private label(words: Words, deed: Deed): [string, string] {
    const next = this.speaker?.next_change ?? null;
    if (deed === "listen_next" && next !== null) {
      const values = { when: words.moment(next) };
      return [words.t("panel.until_then", values), words.t("panel.do_listen_until", values)];
    }
    const full = words.t(`panel.do_${deed}`);
    const time = TIMES[deed];
    return [time ? words.t(time) : full, full];
  }

  private press({ deed, obstacle }: Choice): void {
    const { hass, speaker } = this;
    if (!obstacle && hass && speaker) this.of(deed).press(deed, hass, () => act(hass, speaker, deed));
  }
}

/** Whether two homes are the same for a tile, whose speaker is told by itself. */
const sameFor = (one: Home, other: Home): boolean =>
  one.lockdown === other.lockdown && one.may_allow === other.may_allow && one.is_admin === other.is_admin;

define("earlid-speaker", EarlidSpeaker);
