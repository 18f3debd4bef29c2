/** A lane in words, for those who do not see it. */

import type { Band, Ms, Speaker } from "../wire";
import type { Words } from "../words";
import type { View } from "./layout";
import { type Track, wakesIn } from "./loaded";
import { look, RANKS } from "./looks";
import { endOf, within } from "./pixels";

/** Seconds of each look within the view, up to now. */
export function seconds(track: Track, view: View, now: Ms): Map<string, number> {
  const sums = new Map<string, number>();
  const end = Math.min(view.end, now);
  const [first, behind] = within(track, view);
  for (let i = first; i < behind; i++) {
    const band = track.bands[i] as Band;
    const lasted = Math.min(endOf(track, i, now), end) - Math.max(band.start, view.start);
    if (lasted > 0) sums.set(look(band), (sums.get(look(band)) ?? 0) + lasted / 1000);
  }
  return sums;
}

export function summary(
  words: Words,
  track: Track | undefined,
  speaker: Speaker | undefined,
  view: View,
  now: Ms,
  reached = true,
): string {
  const name = words.apart(speaker?.name ?? track?.name ?? "");
  const told: string[] = [];
  if (speaker && !reached) {
    told.push(words.t("line.lane_lost", { name }));
  } else if (speaker) {
    const known = look({ start: now, end: now, microphone: speaker.microphone, allowed: speaker.allowed });
    const state = words.t(`line.${known === "exposed" ? `exposed_${speaker.microphone}` : known}`);
    // Not `next_change`: that is the rules' alone, and a hold or lockdown goes on over it.
    const { until } = speaker;
    const key = until === null ? "line.lane_now" : "line.lane_until";
    told.push(words.t(key, { name, state, ...(until !== null && { until: words.moment(until, now) }) }));
  } else {
    told.push(words.t("line.lane_gone", { name }));
  }
  if (!track) return told.join(" ");
  const end = Math.min(view.end, now);
  if (end > view.start)
    told.push(words.t("line.lane_past", { when: when(words, view, now), past: passed(words, track, view, now) }));
  return told.join(" ");
}

function when(words: Words, view: View, now: Ms): string {
  if (view.end >= now) return words.t("line.last", { span: words.span(Math.round((now - view.start) / 60_000) * 60) });
  return words.t("line.between", { from: words.moment(view.start, now), to: words.moment(view.end, now) });
}

function passed(words: Words, track: Track, view: View, now: Ms): string {
  const sums = seconds(track, view, now);
  const told: string[] = [];
  for (const kind of RANKS.toReversed()) {
    const sum = sums.get(kind) ?? 0;
    if (sum >= 1) told.push(words.t(`line.sum_${kind}`, { span: words.span(sum) }));
  }
  const wakes = wakesIn(track, view.start, Math.min(view.end, now));
  told.push(words.t("line.sum_wakes", { count: wakes.length }));
  const breaches = wakes.filter((wake) => !wake.allowed).length;
  if (breaches) told.push(words.t("line.sum_not_allowed", { count: breaches }));
  return words.list(told);
}
