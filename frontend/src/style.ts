/** How things look: Home Assistant's theme variables, and what tells states apart besides colour. */

import { css } from "lit";
import type { Proof, Speaker } from "./wire";

/** What is seen of a microphone: what is proven, or that it is open to a speaker that may not listen. */
export type Look = Proof | "exposed";

const PROOFS: readonly string[] = ["live", "off_proven", "off_unproven", "unknown"];

/** What is known; what a later version may say and this one does not know is not known. */
export const proofOf = (microphone: Proof): Proof => (PROOFS.includes(microphone) ? microphone : "unknown");

export function lookOf({ microphone, allowed }: Pick<Speaker, "microphone" | "allowed">): Look {
  const proof = proofOf(microphone);
  return !allowed && (proof === "live" || proof === "unknown") ? "exposed" : proof;
}

export const base = css`
  :host {
    color: var(--primary-text-color);
    font-size: var(--ha-font-size-m, 14px);
    line-height: 1.4;
    --earlid-radius: var(--ha-border-radius-md, 8px);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol {
    margin: 0;
    padding: 0;
  }
  bdi,
  dd,
  li,
  p,
  h3 {
    overflow-wrap: anywhere;
  }
  .quiet {
    color: var(--secondary-text-color);
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* Names may be 10,000 letters long. */
  .clip {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
`;

export const buttons = css`
  button {
    font: inherit;
    font-weight: 500;
    color: var(--primary-text-color);
    background: transparent;
    border: 1px solid var(--outline-color, var(--divider-color));
    border-radius: var(--earlid-radius);
    min-block-size: 44px;
    padding: 6px 14px;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    cursor: pointer;
    text-align: start;
  }
  button:focus-visible,
  summary:focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  @media (hover: hover) {
    button:not([aria-disabled="true"]):hover {
      background: color-mix(in srgb, var(--primary-text-color) 8%, transparent);
    }
  }
  button[aria-disabled="true"] {
    cursor: not-allowed;
    opacity: 0.55;
    border-style: dashed;
  }
  button.main {
    border-color: var(--primary-color);
    border-width: 2px;
  }
  button[aria-busy="true"] {
    cursor: progress;
    opacity: 0.55;
  }
  button ha-icon {
    --mdc-icon-size: 20px;
    flex: none;
  }
  .busy {
    inline-size: 14px;
    block-size: 14px;
    flex: none;
    border-radius: 50%;
    border: 2px solid currentcolor;
    border-inline-end-color: transparent;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .busy {
      animation: none;
      border-style: dotted;
    }
  }
  .error {
    color: var(--primary-text-color);
    border-inline-start: 4px solid var(--error-color);
    padding-inline-start: 8px;
    margin-block-start: 8px;
  }
`;

/** `.look` with one of the classes live, off_proven, off_unproven, unknown, exposed. */
export const looks = css`
  .look {
    --look: var(--secondary-text-color);
    --ground: var(--ha-card-background, var(--card-background-color, #fff));
    border: 2px solid var(--look);
    background: var(--ground);
  }
  .look.live {
    --look: var(--warning-color);
    background: var(--look);
  }
  .look.off_proven {
    --look: var(--success-color);
    background: var(--look);
  }
  .look.off_unproven {
    --look: var(--success-color);
    background: repeating-linear-gradient(
      -45deg,
      color-mix(in srgb, var(--look) 75%, var(--ground)) 0 4px,
      var(--ground) 4px 9px
    );
  }
  .look.unknown {
    border-style: dotted;
    background: radial-gradient(circle, color-mix(in srgb, var(--look) 60%, transparent) 1.5px, transparent 2px) 0 0 /
      7px 7px;
  }
  .look.exposed {
    --look: var(--error-color);
    outline: 2px solid var(--look);
    outline-offset: 2px;
    background:
      repeating-linear-gradient(-45deg, transparent 0 6px, var(--ground) 6px 7px),
      repeating-linear-gradient(45deg, var(--look) 0 6px, var(--ground) 6px 7px);
  }
`;
