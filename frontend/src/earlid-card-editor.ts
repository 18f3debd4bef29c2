/** `earlid-card-editor`: the card's settings, as a form. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { type CardConfig, SHOWN, shown } from "./card/config";
import { type Hass, hassChanged } from "./hass";
import { HomeFollower } from "./home";
import { define } from "./parts/define";
import { standing } from "./parts/standing";
import { Worded } from "./parts/worded";
import { base } from "./style";
import { Words } from "./words";

export class EarlidCardEditor extends LitElement {
  static override properties = {
    hass: { attribute: false, hasChanged: hassChanged },
    config: { state: true },
  };
  static override styles = [
    base,
    css`
      form {
        display: grid;
        gap: 16px;
      }
      fieldset {
        border: 1px solid var(--divider-color);
        border-radius: var(--earlid-radius);
        padding: 8px 12px;
        margin: 0;
        min-inline-size: 0;
      }
      legend {
        padding-inline: 4px;
      }
      label {
        display: flex;
        align-items: center;
        gap: 10px;
        min-block-size: 40px;
      }
      label.text {
        flex-direction: column;
        align-items: stretch;
        gap: 4px;
      }
      input[type="text"] {
        font: inherit;
        color: inherit;
        background: var(--secondary-background-color, transparent);
        border: 1px solid var(--secondary-text-color);
        border-radius: var(--earlid-radius);
        padding: 10px 12px;
        min-block-size: 44px;
      }
      input[type="checkbox"] {
        inline-size: 20px;
        block-size: 20px;
        flex: none;
        accent-color: var(--primary-color);
      }
      input:focus-visible {
        outline: 2px solid var(--primary-color);
        outline-offset: 2px;
      }
    `,
  ];

  declare hass: Hass | undefined;
  declare config: CardConfig | undefined;

  private readonly follower = new HomeFollower(this);
  private readonly words = new Worded(this);

  setConfig(config: CardConfig): void {
    this.config = config;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, config } = this;
    if (!hass || !config || !this.words.ready) return nothing;
    const words = new Words(hass);
    const parts = shown(config);
    const { home } = this.follower;
    const named = new Map(home?.speakers.map(({ slug, name }) => [slug, name]));
    // Those that are gone are shown too, or they could not be taken out.
    const slugs = [...new Set([...named.keys(), ...(config.speakers ?? [])])];
    return html`<form @submit=${(event: Event) => event.preventDefault()}>
      <label class="text">
        ${words.t("card.title")}
        <input
          type="text"
          name="title"
          .value=${config.title ?? ""}
          @input=${(event: InputEvent) => this.entitle((event.target as HTMLInputElement).value)}
        />
      </label>
      <fieldset>
        <legend>${words.t("card.speakers")}</legend>
        <p class="quiet">${words.t("card.speakers_none")}</p>
        ${slugs.map((slug) =>
          tick(slug, named.get(slug) ?? slug, config.speakers?.includes(slug) ?? false, (on) => this.choose(slug, on)),
        )}
        ${standing(words, this.follower.standing)}
      </fieldset>
      <fieldset>
        <legend>${words.t("card.show")}</legend>
        ${SHOWN.map((part) =>
          tick(part, words.t(`card.show_${part}`), parts.includes(part), (on) => {
            const show = SHOWN.filter((one) => (one === part ? on : parts.includes(one)));
            this.become({ ...config, show });
          }),
        )}
      </fieldset>
    </form>`;
  }

  private entitle(text: string): void {
    const { title: _, ...rest } = this.config as CardConfig;
    this.become(text ? { ...rest, title: text } : rest);
  }

  private choose(slug: string, on: boolean): void {
    const { speakers: before = [], ...rest } = this.config as CardConfig;
    const speakers = on ? [...before, slug] : before.filter((one) => one !== slug);
    this.become(speakers.length ? { ...rest, speakers } : rest);
  }

  private become(config: CardConfig): void {
    this.config = config;
    this.dispatchEvent(new CustomEvent("config-changed", { detail: { config }, bubbles: true, composed: true }));
  }
}

const tick = (name: string, label: string, on: boolean, turned: (on: boolean) => void): TemplateResult =>
  html`<label>
    <input
      type="checkbox"
      name=${name}
      .checked=${on}
      @change=${(event: Event) => turned((event.target as HTMLInputElement).checked)}
    />
    <bdi>${label}</bdi>
  </label>`;

define("earlid-card-editor", EarlidCardEditor);
