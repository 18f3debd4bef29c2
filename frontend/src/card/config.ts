/** What a card is told to show, and what is wrong with it. */

export type Shown = "buttons" | "why" | "wakes" | "timeline";
export const SHOWN: readonly Shown[] = ["why", "wakes", "buttons", "timeline"];
export const SHOWN_AT_FIRST: readonly Shown[] = ["why", "buttons"];

export interface CardConfig {
  type: string;
  /** Slugs; all where it is missing. */
  speakers?: string[];
  title?: string;
  show?: Shown[];
}

/** Returns the configuration; throws what is wrong with it, which Home Assistant shows in the card's place. */
export function checked(given: unknown): CardConfig {
  if (typeof given !== "object" || given === null) throw new Error("The card needs a configuration.");
  const { speakers, title, show } = given as Record<string, unknown>;
  if (speakers !== undefined && !isTexts(speakers)) {
    throw new Error("speakers must be a list of the speakers' names in entity ids, such as [kitchen, living_room].");
  }
  if (title !== undefined && typeof title !== "string") throw new Error("title must be a text.");
  if (show !== undefined) {
    if (!isTexts(show)) throw new Error(`show must be a list of: ${SHOWN.join(", ")}.`);
    const strange = show.find((one) => !(SHOWN as readonly string[]).includes(one));
    if (strange !== undefined) throw new Error(`show has "${strange}" in it, and may have: ${SHOWN.join(", ")}.`);
  }
  return given as CardConfig;
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

export const shown = (config: CardConfig): readonly Shown[] => config.show ?? SHOWN_AT_FIRST;

/** How tall it will be, in rows of 50 px; an estimate, since only the home knows how many speakers there are. */
export function size(config: CardConfig): number {
  const parts = shown(config);
  const each =
    2 + (parts.includes("why") ? 3 : 0) + (parts.includes("wakes") ? 1 : 0) + (parts.includes("buttons") ? 2 : 0);
  const speakers = config.speakers?.length ?? 1;
  return speakers * each + (config.title ? 1 : 0) + (parts.includes("timeline") ? 4 : 0);
}
