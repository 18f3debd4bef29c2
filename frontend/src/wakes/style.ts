import { css } from "lit";

export const wakes = css`
  :host {
    display: block;
    color: var(--primary-text-color);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding-block-end: 12px;
  }
  .group {
    display: flex;
    gap: 4px;
  }
  .both {
    display: flex;
    flex-wrap: wrap;
    gap: 16px 32px;
    align-items: flex-start;
  }
  .heat {
    flex: 3 1 480px;
    min-inline-size: 0;
  }
  /* Below the map where it would be cut off beside it. */
  .sums {
    flex: 1 1 400px;
    min-inline-size: 0;
    overflow-x: auto;
  }
  table {
    border-collapse: separate;
    border-spacing: 2px;
    inline-size: 100%;
    font-size: 0.8125em;
    font-variant-numeric: tabular-nums;
  }
  .heat table {
    table-layout: fixed;
  }
  th {
    font-weight: 400;
    color: var(--secondary-text-color);
    padding: 2px;
    overflow: hidden;
  }
  .heat th small {
    display: block;
    font-size: 0.75em;
    line-height: 1;
  }
  .heat th.side {
    inline-size: 44px;
    text-align: start;
    white-space: nowrap;
  }
  .heat td {
    text-align: center;
    block-size: 24px;
    padding: 0;
    border-radius: 4px;
    overflow: hidden;
    background: color-mix(in srgb, var(--primary-text-color) 4%, transparent);
  }
  .heat td.s1 {
    background: color-mix(in srgb, var(--primary-color) 16%, var(--card-background-color, transparent));
  }
  .heat td.s2 {
    background: color-mix(in srgb, var(--primary-color) 28%, var(--card-background-color, transparent));
  }
  .heat td.s3 {
    background: color-mix(in srgb, var(--primary-color) 40%, var(--card-background-color, transparent));
  }
  .heat td.s4 {
    background: color-mix(in srgb, var(--primary-color) 54%, var(--card-background-color, transparent));
  }
  .sums th,
  .sums td {
    padding: 4px 6px;
    text-align: end;
    vertical-align: bottom;
  }
  .sums th:first-child {
    text-align: start;
    max-inline-size: 16ch;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .sums tbody th {
    color: var(--primary-text-color);
  }
  .sums tfoot th,
  .sums tfoot td {
    border-block-start: 1px solid var(--divider-color);
    color: var(--primary-text-color);
    font-weight: 600;
  }
  .share {
    white-space: nowrap;
  }
  .share > span {
    display: inline-block;
    inline-size: 40px;
    block-size: 8px;
    margin-inline-end: 6px;
    border: 1px solid var(--secondary-text-color);
    border-radius: 2px;
    background: linear-gradient(var(--secondary-text-color) 0 0) no-repeat 0 0 / var(--part) 100%;
  }
  :host([dir="rtl"]) .share > span {
    background-position: 100% 0;
  }
  @media (max-width: 500px) {
    .share > span {
      display: none;
    }
    .sums th,
    .sums td {
      padding-inline: 2px;
    }
  }
  p {
    margin: 8px 0 0;
    color: var(--secondary-text-color);
    font-size: 0.875em;
  }
  p.failed {
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
  }
`;
