import { css } from "lit";

export const hidden = css`
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** Buttons and fields as all three elements have them. */
export const controls = css`
  button,
  select,
  input {
    font: inherit;
    color: var(--primary-text-color);
    background: var(--card-background-color, transparent);
    border: 1px solid var(--divider-color);
    border-radius: 8px;
    min-block-size: 36px;
    padding: 4px 10px;
    box-sizing: border-box;
    max-inline-size: 100%;
  }
  button {
    cursor: pointer;
  }
  @media (hover: hover) {
    button:hover:not(:disabled) {
      background: color-mix(in srgb, var(--primary-text-color) 8%, var(--card-background-color, transparent));
    }
  }
  @media (pointer: coarse) {
    button,
    select,
    input {
      min-block-size: 44px;
    }
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button[aria-pressed="true"] {
    border-color: var(--primary-color);
    box-shadow: inset 0 0 0 1px var(--primary-color);
    font-weight: 600;
  }
  /* Tab goes on within a date from part to part, and at its last, the calendar, the field itself is not focused. */
  input[type="date"]:focus-within,
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
`;

export const timeline = css`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--primary-text-color);
    --name: 132px;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding-block-end: 8px;
  }
  .bar > .range {
    flex: 1 1 auto;
    min-inline-size: 12ch;
    color: var(--secondary-text-color);
  }
  .group {
    display: flex;
    gap: 4px;
  }
  .group > button {
    min-inline-size: 36px;
    padding-inline: 8px;
  }
  .lanes {
    position: relative;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
    cursor: grab;
  }
  .lanes:active {
    cursor: grabbing;
  }
  .lane,
  .axis {
    display: grid;
    grid-template-columns: var(--name) minmax(0, 1fr);
    align-items: center;
  }
  .lane {
    border-block-start: 1px solid var(--divider-color);
    outline-offset: -2px;
  }
  .name {
    padding-inline: 4px 8px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  canvas {
    display: block;
    inline-size: 100%;
    /* The line of now goes below marks and labels. */
    position: relative;
    z-index: 1;
  }
  .lane canvas {
    block-size: 44px;
  }
  .axis canvas {
    block-size: 24px;
  }
  @container (max-width: 560px) {
    .lane,
    .axis {
      grid-template-columns: minmax(0, 1fr);
    }
    .axis > .name {
      display: none;
    }
    .lane > .name {
      padding-block-start: 4px;
      line-height: 1.1;
    }
  }
  .now,
  .cursor {
    position: absolute;
    left: 0;
    top: 0;
    pointer-events: none;
    visibility: hidden;
  }
  .now {
    inline-size: 2px;
    block-size: 100%;
    background: var(--primary-color);
  }
  .now::before {
    content: "";
    position: absolute;
    top: 18px;
    left: -3px;
    inline-size: 8px;
    block-size: 8px;
    border-radius: 4px;
    background: var(--primary-color);
  }
  .cursor {
    box-sizing: border-box;
    border: 2px solid var(--primary-text-color);
    border-radius: 4px;
    block-size: 32px;
  }
  .failed {
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
    padding-block: 8px;
  }
  .empty {
    color: var(--secondary-text-color);
    padding-block: 16px;
  }
`;
