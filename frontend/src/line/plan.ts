/** The plan ahead: from now on, stretch by stretch, what is expected to decide. */

import type { Ahead, Because, Ms, Speaker } from "../wire";

export interface Stretch {
  start: Ms;
  end: Ms;
  allowed: boolean;
  because: Because;
  name: string | null;
}

/** The decision of now until it changes, then what is expected, until `end`. */
export function plan(ahead: Ahead[], speaker: Speaker | undefined, now: Ms, end: Ms): Stretch[] {
  const past = ahead.findLast((one) => one.at <= now);
  const holding = past ?? speaker;
  const stretches: Stretch[] = [];
  if (holding) {
    const vote = "at" in holding ? holding : holding.because;
    stretches.push({ start: now, end, allowed: holding.allowed, because: vote.because, name: vote.name });
  }
  for (const next of ahead) {
    if (next.at <= now || next.at >= end) continue;
    const before = stretches.at(-1);
    if (before) before.end = next.at;
    stretches.push({ start: next.at, end, allowed: next.allowed, because: next.because, name: next.name });
  }
  return stretches;
}
