/** What a band looks like, and which of several in one pixel is shown. */

import type { Band, Wake } from "../wire";

/** From what may be overlooked to what must not be. */
export const RANKS = ["none", "off_proven", "off_unproven", "unknown", "live", "exposed"] as const;
export type Look = (typeof RANKS)[number];
export const EXPOSED = RANKS.indexOf("exposed");

export const look = (band: Band): Look => {
  if (!band.allowed && (band.microphone === "live" || band.microphone === "unknown")) return "exposed";
  return RANKS.includes(band.microphone) ? band.microphone : "unknown";
};

/** A band as it is drawn. */
export interface Shown extends Band {
  /** It could hear without permission, but not for so long that it is a breach: so it is between each OFF and its word
   * that it is off, and red at each mute would be a false alarm. It is drawn as what it was. */
  brief?: boolean;
}

const ranks = new Map<string, number>(RANKS.map((name, rank) => [name, rank]));
export const rank = (band: Shown): number => ranks.get(look(band.brief ? { ...band, allowed: true } : band)) ?? 0;

/** From what may be overlooked to what must not be. */
export function severity(wake: Wake): number {
  const outcome = wake.outcome === "answered" ? 0 : wake.outcome === "unanswered" ? 2 : 1;
  return wake.allowed ? outcome : outcome + 3;
}
