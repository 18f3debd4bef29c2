/** What there is to say of a speaker, in words. */

import { lookOf, proofOf } from "../style";
import type { Ms, Speaker, Vote } from "../wire";
import type { Words } from "../words";

const WITNESSES: Record<string, string> = { meter: "panel.witness_meter", microphone: "panel.witness_microphone" };

/** What decides: a rule by its name, else the kind. */
function decider(words: Words, vote: Vote, byHand = false): string {
  if (vote.waiting) return words.entity("sensor.decided_by.state.finishing_playback");
  if (vote.because === "rule") return words.t("panel.rule", { name: vote.name ?? vote.rule ?? "?" });
  if (vote.because === "hold" && !byHand) return words.t(`panel.hold_${vote.effect}`);
  return words.entity(`sensor.decided_by.state.${vote.because === "hold" ? "hand" : vote.because}`);
}

export function why(words: Words, { because, hold, testing }: Speaker): string {
  if (testing) return words.t("panel.why_testing");
  // That of all that is set up nothing speaks now, and what was chosen for then.
  if (because.because === "posture") return words.t(`panel.posture_${because.effect}`);
  return decider(words, because, Boolean(hold?.by_hand && hold.effect === because.effect));
}

export function until(words: Words, { until, because }: Speaker): string {
  if (until !== null) return words.moment(until);
  if (because.because === "lockdown") return words.t("panel.until_lifted");
  return words.t(because.because === "hold" ? "panel.until_resumed" : "panel.until_unknown");
}

/** Why, and until when if that is known, in a few words. */
export const glance = (words: Words, speaker: Speaker): string =>
  speaker.until === null
    ? why(words, speaker)
    : `${why(words, speaker)} · ${words.t("panel.until_then", { when: words.moment(speaker.until) })}`;

/** How sure it is, in one sentence. */
export function proof(words: Words, speaker: Speaker): string {
  const { microphone, witnesses, breach, unheard } = speaker;
  const who = witnesses.map((witness) => (WITNESSES[witness] ? words.t(WITNESSES[witness]) : witness));
  if (unheard === "off_proven" || unheard === "off_unproven") {
    const off = [words.t("panel.witness_relay"), ...(unheard === "off_proven" ? who : [])];
    return words.t("panel.proof_heard", { at: words.moment(heardAt(speaker)), witnesses: words.list(off) });
  }
  if (microphone === "live" && breach?.cause === "evidence_contradicts" && who.length)
    return words.t("panel.proof_contradicted", { witnesses: words.list(who) });
  if (microphone === "off_proven" && who.length)
    return words.t("panel.proof_witnessed", { witnesses: words.list(who) });
  return words.t(`panel.proof_${proofOf(microphone)}`);
}

/** When it was heard without permission: the breach may have begun before, with something else. */
const heardAt = ({ breach, last_activation: last }: Speaker): Ms =>
  last && !last.allowed ? last.at : (breach?.since ?? last?.at ?? Date.now());

/** What is wrong, and what can be done about it. */
export function breached(words: Words, { breach, enforced }: Speaker): string | null {
  if (!breach) return null;
  const cause = words.entity(`binary_sensor.breach.state_attributes.cause.state.${breach.cause}`);
  const values = { cause, since: words.moment(breach.since) };
  if (!enforced) return words.t("panel.breach_observed", values);
  // The relay has done all it can: whatever hears has its power from elsewhere.
  const unplug = breach.cause === "heard_while_muted" || breach.cause === "evidence_contradicts";
  return words.t(unplug ? "panel.breach_unplug" : "panel.breach", values);
}

/** The one word that is read from across the room. */
export function hears(words: Words, speaker: Speaker): string {
  const known = proofOf(speaker.microphone);
  return words.t(`panel.hears_${known}${lookOf(speaker) === "exposed" ? "_exposed" : ""}`);
}

export function lost(words: Words, vote: Vote): string {
  const effect = words.t(vote.effect === "mute" ? "panel.would_mute" : "panel.would_listen");
  const who = vote.because === "posture" ? words.t("panel.without_rule") : decider(words, vote);
  const said = words.t("panel.voted", { who, effect });
  return vote.until === null ? said : `${said} · ${words.t("panel.until_then", { when: words.moment(vote.until) })}`;
}

/** "5, 2 of them for nothing (40%)". */
export function wakesToday(words: Words, { activations_today: all, unanswered_today: unanswered }: Speaker): string {
  if (!all || !unanswered) return words.number(all);
  const share = words.percent(unanswered / all);
  return words.t("panel.wakes_share", { all: words.number(all), unanswered: words.number(unanswered), share });
}
