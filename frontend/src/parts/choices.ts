/** What a person can do with a speaker now: only what makes sense, and why not where they may not. */

import type { Hass } from "../hass";
import type { Home, Speaker } from "../wire";

export type Deed = "mute" | "listen_10" | "listen_60" | "listen_next" | "resume" | "self_test";

/** Why not, as a key below `panel.`. */
export type Obstacle =
  | "no_control"
  | "admins_only"
  | "disconnected"
  | "lockdown_first"
  | "not_allowed_now"
  | "only_observed";

export interface Choice {
  deed: Deed;
  obstacle: Obstacle | null;
}

export type Rights = Pick<Home, "lockdown" | "may_allow" | "is_admin">;

const LISTENS: readonly Deed[] = ["listen_10", "listen_60", "listen_next"];

export function choices(speaker: Speaker, home: Rights): Choice[] {
  const { allowed, hold } = speaker;
  const deeds: Deed[] = [];
  if (allowed || hold?.effect === "listen") deeds.push("mute");
  // One who listens by a hold already may want it to last longer. Over one who was muted, letting it listen would lose.
  if (hold ? hold.effect === "listen" : !allowed) deeds.push(...LISTENS);
  if (hold) deeds.push("resume");
  const possible = deeds.filter((deed) => deed !== "listen_next" || speaker.entities.mode);
  return possible
    .filter((deed) => target(speaker) || deed === "listen_next")
    .map((deed) => ({ deed, obstacle: obstacle(deed, speaker, home) }));
}

/** The self-test, where it would tell something that is not known. */
export function selfTest(speaker: Speaker, home: Rights): Choice | null {
  if (!home.is_admin || speaker.assurance !== "untested" || !speaker.entities.self_test) return null;
  const standing = !speaker.enforced ? "only_observed" : speaker.allowed ? null : "not_allowed_now";
  return { deed: "self_test", obstacle: standing ?? (speaker.may_control ? null : "no_control") };
}

function obstacle(deed: Deed, speaker: Speaker, home: Rights): Obstacle | null {
  if (!speaker.may_control) return "no_control";
  if (deed === "mute") return null;
  if (!home.may_allow) return "admins_only";
  return home.lockdown && LISTENS.includes(deed) ? "lockdown_first" : null;
}

/** Any of its entities stands for the speaker. */
const target = ({ entities }: Speaker): string | undefined =>
  entities.mode ?? entities.microphone ?? Object.values(entities)[0];

/** Does it; rejects with what Home Assistant says against it. */
export function act(hass: Hass, speaker: Speaker, deed: Deed): Promise<unknown> {
  const entity_id = target(speaker) ?? "";
  const call = (domain: string, service: string, data: object, entity: string): Promise<unknown> =>
    hass.callService(domain, service, data, { entity_id: entity }, false);
  switch (deed) {
    case "mute":
      return call("earlid", "mute", {}, entity_id);
    case "listen_10":
      return call("earlid", "listen", { duration: { minutes: 10 } }, entity_id);
    case "listen_60":
      return call("earlid", "listen", { duration: { hours: 1 } }, entity_id);
    case "listen_next":
      return call("select", "select_option", { option: "listen" }, speaker.entities.mode ?? entity_id);
    case "resume":
      return call("earlid", "resume", {}, entity_id);
    case "self_test":
      return call("button", "press", {}, speaker.entities.self_test ?? entity_id);
  }
}
