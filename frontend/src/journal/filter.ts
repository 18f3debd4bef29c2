/** What of the journal is asked for, and what of the loaded is shown. */

import { midnight, type Zone } from "../line/zone";
import type { Asked } from "../link";
import type { Entry, Kind, Outcome } from "../wire";
import { permitted, type Row } from "./rows";

export const KINDS: Kind[] = ["activation", "decision", "microphone", "command", "breach", "hold", "lifecycle"];
export const OUTCOMES: Outcome[] = ["answered", "unanswered", "unknown"];

export interface Filter {
  kind?: Kind;
  /** A slug; empty is the home's own. */
  speaker?: string;
  outcome?: Outcome;
  allowed?: boolean;
  /** Days as fields of a form have them, "2026-11-22"; the last one counts. */
  from?: string;
  to?: string;
  text?: string;
  /** Also each command to a relay: they are most of the record, and say the least. */
  commands?: true;
}

/** What Earlid itself looks for, to be shown. */
export function asked(filter: Filter, zone: Zone): Asked {
  const said = meant(filter, zone);
  return said.kinds || filter.commands ? said : { ...said, kinds: KINDS.filter((kind) => kind !== "command") };
}

/** What was chosen. */
function meant(filter: Filter, zone: Zone): Asked {
  const start = midnight(zone, filter.from);
  const end = midnight(zone, filter.to, 1);
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && (start === undefined || end > start) && { end }),
    ...(filter.kind && { kinds: [filter.kind] }),
    ...(filter.speaker !== undefined && { speakers: [filter.speaker] }),
    // Nothing else has an outcome.
    ...(filter.outcome &&
      (!filter.kind || filter.kind === "activation") && { outcomes: [filter.outcome], kinds: ["activation"] }),
  } as Asked;
}

/** What is looked for in what came. */
export function matches(filter: Filter, entry: Entry, of: () => Row): boolean {
  if (filter.outcome && entry.body?.outcome !== filter.outcome) return false;
  if (filter.allowed !== undefined && permitted(entry) !== filter.allowed) return false;
  const wanted = filter.text?.trim().toLocaleLowerCase();
  if (!wanted) return true;
  const { what, who, kind } = of();
  // What was outvoted is in the record, but whoever looks for "Night" means what Night did.
  const { lost: _, ...body } = entry.body ?? {};
  return [what, who, kind, entry.id, JSON.stringify(body)].some((one) => one?.toLocaleLowerCase().includes(wanted));
}

/** Where the export with the same times, kinds and speakers is; where no kind was chosen, of all: by them it is checked. */
export function address(filter: Filter, zone: Zone, format: "jsonl" | "csv"): string {
  const { start, end, kinds, speakers } = meant(filter, zone);
  const parameters = new URLSearchParams({ format });
  if (start !== undefined) parameters.set("start", new Date(start).toISOString());
  if (end !== undefined) parameters.set("end", new Date(end).toISOString());
  if (kinds) parameters.set("kinds", kinds.join(","));
  if (speakers) parameters.set("speakers", speakers.join(","));
  return `/api/earlid/journal?${parameters}`;
}
