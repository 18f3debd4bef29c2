/** `earlid-rules`: each rule, whether it holds now, and a switch that has it count or not. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { type Hass, hassChanged } from "../hass";
import { base, buttons } from "../style";
import type { Home, Ms, Rule } from "../wire";
import { Words } from "../words";
import { define } from "./define";
import { opens } from "./dialog";
import { Presses } from "./presses";

const WEEK = 7;

export class EarlidRules extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    home: { attribute: false },
    lost: { attribute: false },
  };
  static override styles = [
    base,
    buttons,
    css`
      ul {
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        padding-block: 10px;
      }
      li:first-child {
        padding-block-start: 0;
      }
      li:last-child {
        padding-block-end: 0;
      }
      li + li {
        border-block-start: 1px solid var(--divider-color);
      }
      li > ha-icon {
        color: var(--secondary-text-color);
        flex: none;
      }
      li.holds > ha-icon {
        color: var(--primary-text-color);
      }
      .what {
        flex: 1 1 24ch;
        min-inline-size: 0;
      }
      .what strong {
        font-weight: 500;
      }
      .off .what {
        opacity: 0.75;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .track {
        inline-size: 36px;
        block-size: 20px;
        border-radius: 10px;
        border: 2px solid var(--secondary-text-color);
        padding: 2px;
        flex: none;
      }
      .track::after {
        content: "";
        display: block;
        inline-size: 12px;
        block-size: 12px;
        border-radius: 50%;
        background: var(--secondary-text-color);
      }
      [aria-checked="true"] .track {
        border-color: var(--primary-color);
      }
      [aria-checked="true"] .track::after {
        margin-inline-start: auto;
        background: var(--primary-color);
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare home: Home | undefined;
  /** Since when there is no connection to Home Assistant. */
  declare lost: Ms | null;

  private readonly presses = new Presses(this);

  constructor() {
    super();
    this.lost = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("home");
    if (before && before.rules !== this.home?.rules) this.presses.answered();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, home } = this;
    if (!hass || !home) return nothing;
    const words = new Words(hass);
    return html`<ul role="list">
      ${home.rules.map((rule) => this.rule(words, hass, home, rule))}
    </ul>`;
  }

  private rule(words: Words, hass: Hass, home: Home, rule: Rule): TemplateResult {
    const holds = rule.enabled && rule.in_force === true;
    const lost = this.lost !== null;
    const why = lost ? "disconnected" : refusal(home, rule);
    const stage = this.presses.stageOf(rule.slug);
    const standing = lost ? "not_known" : !rule.enabled ? "rule_off" : `rule_${rule.in_force ?? "unknown"}`;
    return html`<li class="${holds ? "holds" : ""} ${rule.enabled ? "" : "off"}" data-rule=${rule.slug}>
      <ha-icon icon=${rule.effect === "mute" ? "mdi:microphone-off" : "mdi:microphone"}></ha-icon>
      <div class="what">
        <p class="clip"><strong><bdi>${rule.name}</bdi></strong> · <span class="state">${words.t(`panel.${standing}`)}</span></p>
        <p class="quiet clip">${words.t(`panel.rule_${rule.effect}`, { who: who(words, rule), when: when(words, rule) })}</p>
        ${
          this.presses.refused === rule.slug && this.presses.error !== null
            ? html`<p class="error" role="alert">${words.apart(this.presses.error)}</p>`
            : nothing
        }
      </div>
      <div class="actions">
        ${
          rule.entity_id === null
            ? nothing
            : html`<button
                type="button"
                role="switch"
                data-deed="turn"
                aria-checked=${rule.enabled ? "true" : "false"}
                aria-label=${words.t("panel.rule_counts", { name: rule.name })}
                aria-disabled=${why || this.presses.busy ? "true" : "false"}
                title=${why ? words.t(`panel.${why}`) : nothing}
                @click=${() => !why && this.turn(hass, rule)}
              >
                <span class="track" aria-hidden="true"></span>
                <span aria-live="polite">${words.t(stage ? `panel.${stage}` : rule.enabled ? "panel.counts" : "panel.counts_not")}</span>
              </button>`
        }
        ${
          home.is_admin
            ? html`<button
                type="button"
                data-deed="change"
                aria-label=${words.t("panel.change_rule", { name: rule.name })}
                @click=${opens(this, hass, home.entry_id, { change: rule.subentry_id, of: "rule" })}
              >
                ${words.t("panel.change")}
              </button>`
            : nothing
        }
      </div>
    </li>`;
  }

  private turn(hass: Hass, rule: Rule): void {
    const service = rule.enabled ? "turn_off" : "turn_on";
    const target = { entity_id: rule.entity_id ?? "" };
    this.presses.press(rule.slug, hass, () => hass.callService("switch", service, {}, target, false));
  }
}

/** Why this user may not turn it; null where they may. A mute rule that no longer counts, and an allowing one that does again, can end in listening: that takes more. */
function refusal({ may_allow }: Home, { may_control, may_control_speakers, enabled, effect }: Rule): string | null {
  if (!may_control) return "no_control_switch";
  if (enabled !== (effect === "mute")) return null;
  if (!may_control_speakers) return "no_control_rule";
  return may_allow ? null : "admins_only";
}

const who = (words: Words, { speakers }: Rule): string =>
  speakers?.length ? words.list(speakers) : words.t(speakers ? "panel.gone_speakers" : "panel.all_speakers");

/** By what it goes: "every day, 22:30 to 06:30", "while nobody is there: Ann and Ben". */
function when(words: Words, { days, begins, ends, entities, quantifier }: Rule): string {
  if (days.length) {
    const on = days.length === WEEK ? words.t("panel.every_day") : words.list(runs(words, days));
    return begins === ends
      ? on
      : words.t("panel.rule_hours", { days: on, from: words.clock(begins), to: words.clock(ends) });
  }
  const which = words.list(entities);
  if (quantifier) return words.t(`panel.rule_${quantifier}`, { who: which || "…" });
  return entities.length ? words.t("panel.rule_entity", { name: which }) : words.t("panel.rule_conditions");
}

/** Days by name; three and more in a row as "Mon–Fri". */
function runs(words: Words, days: number[]): string[] {
  const said: string[] = [];
  for (let first = 0, last = 0; first < days.length; first = last = last + 1) {
    while (days[last + 1] === (days[last] ?? 0) + 1) last += 1;
    const run = days.slice(first, last + 1).map((day) => words.weekday(day));
    said.push(...(run.length > 2 ? [`${run[0]}–${run.at(-1)}`] : run));
  }
  return said;
}

define("earlid-rules", EarlidRules);
