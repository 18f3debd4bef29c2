/** The questions to Earlid, in its own words; what goes over the wire is in wire.ts. */

import type { Hass } from "./hass";
import type { HomeEvent, JournalPage, Kind, Ms, Outcome, Timeline, WakeHours } from "./wire";

export interface Asked {
  start?: Ms;
  end?: Ms;
  kinds?: Kind[];
  speakers?: string[];
  outcomes?: Outcome[];
  before_seq?: number;
  limit?: number;
}

export const timeline = (hass: Hass, start: Ms, end: Ms, speakers?: string[]): Promise<Timeline> =>
  hass.callWS<Timeline>({ type: "earlid/timeline", start, end, ...(speakers && { speakers }) });

export const journal = (hass: Hass, asked: Asked): Promise<JournalPage> =>
  hass.callWS<JournalPage>({ type: "earlid/journal", ...asked });

export const wakeHours = (hass: Hass, start: Ms, end: Ms): Promise<WakeHours> =>
  hass.callWS<WakeHours>({ type: "earlid/wakes", start, end });

/** What Home Assistant's client says of a connection that is lost: alone where the message never left. */
const LOST = 3;

export const isUnsent = (error: unknown): boolean => error === LOST;

export function isLost(error: unknown): boolean {
  const { code, error: inner } = (error ?? {}) as { code?: unknown; error?: { code?: unknown } };
  return isUnsent(error) || code === LOST || inner?.code === LOST;
}

/** What the check of the whole journal came to. */
export interface Verified {
  ok: boolean;
  checked: number;
  cuts: number;
  first_bad: { seq: number; why: string } | null;
}

export async function verifyJournal(hass: Hass): Promise<Verified> {
  const answer = await hass.callService("earlid", "verify_journal", {}, undefined, false, true);
  return (answer as { response: Verified }).response;
}

/** Has the home told of this device no more; its options take that back. */
export const leaveAlone = (hass: Hass, device_id: string): Promise<unknown> =>
  hass.callWS({ type: "earlid/leave_alone", device_id });

/**
 * Follows the home. Home Assistant's client would subscribe anew by itself when the connection was lost, once: at a
 * start of Home Assistant that is too early, since Earlid is not there yet. So home.ts does it.
 */
export const subscribe = (hass: Hass, told: (event: HomeEvent) => void): Promise<() => Promise<void>> =>
  hass.connection.subscribeMessage<HomeEvent>(told, { type: "earlid/subscribe" }, { resubscribe: false });
