/** What of a speaker is read from across the room. */

import { html, nothing, type TemplateResult } from "lit";
import type { Look } from "../style";
import type { Speaker } from "../wire";

const ICONS = {
  live: "mdi:microphone",
  off_proven: "mdi:microphone-off",
  off_unproven: "mdi:microphone-off",
  unknown: "mdi:microphone-question",
  exposed: "mdi:alert",
} as const;

export const head = (speaker: Speaker, look: Look, word: string, below: string): TemplateResult =>
  html`<div class="head">
    <div class="look ${look}"><span class="disc"><ha-icon icon=${ICONS[look]}></ha-icon></span></div>
    <div>
      <h3 class="clip">
        <bdi>${speaker.name}</bdi>${speaker.area ? html`<span class="quiet"> · <bdi>${speaker.area}</bdi></span>` : nothing}
      </h3>
      <p class="word" data-look=${look}>${word}</p>
      <p class="may">${below}</p>
    </div>
  </div>`;
