/** Saves what Home Assistant sends as a file. */

import type { Hass } from "../hass";
import type { Filter } from "./filter";

/** With the days it is of, so that one file does not take another's place. */
export function fileName({ from, to }: Filter, today: string, format: string): string {
  const days = from || to ? `${from ?? "begin"}_${to ?? today}` : today;
  return `earlid-journal_${days}.${format}`;
}

/** Raises Error with the answer's own words where it is none. */
export async function save(hass: Hass, address: string, name: string): Promise<void> {
  const answer = await hass.fetchWithAuth(address);
  if (!answer.ok) {
    const told = (await answer.json().catch(() => ({}))) as { message?: string };
    throw new Error(told.message ?? String(answer.status));
  }
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  // Home Assistant's own router would take the click for a page.
  link.target = "_blank";
  link.click();
  // Some browsers begin to read it only later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
