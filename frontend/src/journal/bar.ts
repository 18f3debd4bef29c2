/** The fields above the journal. */

import { html, nothing, type TemplateResult } from "lit";
import type { Home } from "../wire";
import type { Words } from "../words";
import { type Filter, KINDS, OUTCOMES } from "./filter";

type Changed = (filter: Filter, typed: boolean) => void;

/** The value of the choice for all; a slug is never so. */
const ALL = "*";

export function bar(
  words: Words,
  home: Home,
  filter: Filter,
  changed: Changed,
  record: TemplateResult | typeof nothing,
): TemplateResult {
  const set = (key: keyof Filter, value: unknown, typed = false): void => {
    const { [key]: _, ...others } = filter;
    changed((value === undefined ? others : { ...others, [key]: value }) as Filter, typed);
  };
  const choice = (key: keyof Filter, choices: [string, string][], value: (chosen: string) => unknown = (one) => one) =>
    html`<label>${words.t(`journal.${key}`)}
      <select
        @change=${(event: Event) => {
          const chosen = (event.target as HTMLSelectElement).value;
          set(key, chosen === ALL ? undefined : value(chosen));
        }}
      >
        <option value=${ALL} ?selected=${filter[key] === undefined}>${words.t("journal.all")}</option>
        ${choices.map(([name, label]) => html`<option value=${name} ?selected=${filter[key] === value(name)}>${label}</option>`)}
      </select>
    </label>`;
  const day = (key: "from" | "to") =>
    html`<label>${words.t(`journal.${key}`)}
      <input type="date" .value=${filter[key] ?? ""} @change=${(event: Event) => set(key, (event.target as HTMLInputElement).value || undefined, true)} />
    </label>`;
  const permission: [string, string][] = [
    ["yes", words.t("journal.permitted")],
    ["no", words.t("journal.not_permitted")],
  ];
  const speakers = home.speakers.map((one): [string, string] => [one.slug, one.name]);
  // What is about the home as a whole is for administrators.
  if (home.is_admin) speakers.push(["", words.t("journal.home")]);
  return html`<div class="bar" role="search" aria-label=${words.t("journal.filter")}>
    ${choice("speaker", speakers)}
    ${choice(
      "kind",
      KINDS.map((kind) => [kind, words.t(`journal.kind_${kind}`)]),
    )}
    ${choice(
      "outcome",
      OUTCOMES.map((one) => [one, words.t(`journal.outcome_${one}`)]),
    )}
    ${choice("allowed", permission, (one) => one === "yes")}
    ${day("from")} ${day("to")}
    <label>${words.t("journal.text")}
      <input type="search" .value=${filter.text ?? ""} @input=${(event: Event) => set("text", (event.target as HTMLInputElement).value || undefined)} />
    </label>
    ${
      filter.kind || filter.outcome
        ? nothing
        : html`<label class="tick">
            <input type="checkbox" .checked=${filter.commands ?? false} @change=${(event: Event) => set("commands", (event.target as HTMLInputElement).checked || undefined)} />
            ${words.t("journal.with_commands")}
          </label>`
    }
    ${record}
  </div>`;
}
