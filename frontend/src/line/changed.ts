/** Which speakers have changed in what a time line, count or journal could show: not what counts up each minute. */

import type { Home, Speaker } from "../wire";

const telling = (one: Speaker): string =>
  JSON.stringify([
    one.name,
    one.microphone,
    one.allowed,
    one.because,
    one.trace?.map((vote) => [vote.because, vote.rule]),
    one.until,
    one.next_change,
    one.hold,
    one.breach,
    one.last_activation,
    one.activations_today,
    one.unanswered_today,
    one.finishing_playback,
  ]);

/** What of the rules makes the plan: not whether they hold now, which the speakers tell. */
const planned = ({ rules }: Home): string => JSON.stringify(rules.map(({ in_force: _, ...rest }) => rest));

export interface Changed {
  /** Slugs of those to ask anew for; undefined: all, since some came or went, or the rules have changed. */
  speakers: string[] | undefined;
}

/** What differs between two homes; null where nothing does. */
export function changed(before: Home | undefined, after: Home): Changed | null {
  if (before === after) return null;
  if (!before || before.entry_id !== after.entry_id) return { speakers: undefined };
  if (before.rules !== after.rules && planned(before) !== planned(after)) return { speakers: undefined };
  const known = new Map(before.speakers.map((one) => [one.slug, one]));
  if (known.size !== after.speakers.length) return { speakers: undefined };
  const speakers: string[] = [];
  for (const one of after.speakers) {
    const was = known.get(one.slug);
    if (!was) return { speakers: undefined };
    // Most are the same object: comparing texts for twenty at each change would add up.
    if (was !== one && telling(was) !== telling(one)) speakers.push(one.slug);
  }
  return speakers.length ? { speakers } : null;
}
