import { css } from "lit";

export const ROW = 44;
export const NARROW_ROW = 62;
export const OPEN = 208;

export const journal = css`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--primary-text-color);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: flex-end;
    padding-block-end: 12px;
  }
  .bar label {
    display: flex;
    flex-direction: column;
    gap: 2px;
    font-size: 0.8125em;
    color: var(--secondary-text-color);
    min-inline-size: 0;
  }
  .bar input[type="search"] {
    inline-size: 20ch;
  }
  .bar label.tick {
    flex-direction: row;
    align-items: center;
    gap: 6px;
    min-block-size: 36px;
  }
  .grid {
    border: 1px solid var(--divider-color);
    border-radius: 8px;
    overflow: hidden;
  }
  .rows {
    position: relative;
    block-size: min(60vh, 520px);
    min-block-size: 240px;
    overflow-y: auto;
    overflow-x: hidden;
    overflow-anchor: none;
    overscroll-behavior: auto;
  }
  .row,
  .head {
    display: grid;
    grid-template-columns: 168px minmax(80px, 1fr) 120px minmax(0, 3fr) 24px;
    gap: 0 12px;
    padding-inline: 12px;
    align-items: center;
    box-sizing: border-box;
  }
  .head {
    block-size: 36px;
    font-size: 0.8125em;
    color: var(--secondary-text-color);
    border-block-end: 1px solid var(--divider-color);
    scrollbar-gutter: stable;
  }
  .row {
    position: absolute;
    inset-inline: 0;
    top: 0;
    grid-template-rows: var(--row);
    align-content: start;
    block-size: var(--row);
    border-block-end: 1px solid var(--divider-color);
    cursor: pointer;
    --row: ${ROW}px;
    background: var(--card-background-color, transparent);
  }
  .row.open {
    block-size: calc(var(--row) + ${OPEN}px);
    grid-template-rows: var(--row) ${OPEN}px;
  }
  .row:focus-visible {
    outline-offset: -2px;
    z-index: 1;
  }
  .cell {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-inline-size: 0;
  }
  .when {
    font-variant-numeric: tabular-nums;
  }
  .when,
  .kind {
    color: var(--secondary-text-color);
  }
  .bad .what {
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
    font-weight: 600;
  }
  .bad .what::before {
    content: "! ";
  }
  .over .what::before {
    content: "✓ ";
  }
  .more {
    text-align: end;
    color: var(--secondary-text-color);
  }
  .open .more {
    transform: rotate(180deg);
    text-align: start;
  }
  pre {
    grid-column: 1 / -1;
    margin: 0;
    block-size: ${OPEN - 12}px;
    overflow: auto;
    padding: 8px;
    box-sizing: border-box;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    direction: ltr;
    text-align: start;
    cursor: text;
    border-radius: 6px;
    background: color-mix(in srgb, var(--primary-text-color) 6%, transparent);
  }
  .note {
    padding: 16px;
    color: var(--secondary-text-color);
  }
  .failed {
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
  }
  @container (max-width: 640px) {
    .head {
      display: none;
    }
    .row {
      --row: ${NARROW_ROW}px;
      grid-template-columns: minmax(0, auto) minmax(0, 1fr) 24px;
      grid-template-rows: 26px 30px;
      gap: 0 8px;
      padding-block-start: 4px;
    }
    .row.open {
      grid-template-rows: 26px 30px ${OPEN}px;
    }
    .row .kind {
      display: none;
    }
    .row .what {
      grid-row: 2;
      grid-column: 1 / 3;
    }
    .row .more {
      grid-row: 1 / 3;
      grid-column: 3;
    }
    pre {
      grid-row: 3;
    }
  }
`;
