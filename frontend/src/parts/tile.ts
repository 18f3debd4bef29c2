/** How a speaker's tile is laid out. */

import { css } from "lit";

export const tile = css`
  :host {
    display: block;
    block-size: 100%;
    container-type: inline-size;
  }
  article {
    display: flex;
    flex-direction: column;
    gap: 12px;
    block-size: 100%;
    padding: 16px;
    background: var(--ha-card-background, var(--card-background-color));
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color));
    border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
  }
  :host([bare]) article {
    padding: 0;
    border: none;
    background: none;
  }
  article.exposed {
    border: 2px solid var(--error-color);
  }
  .head {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 14px;
    align-items: center;
  }
  .look {
    inline-size: 56px;
    block-size: 56px;
    border-radius: 50%;
    display: grid;
    place-items: center;
    margin: 4px;
  }
  .look .disc {
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
    display: grid;
    place-items: center;
    background: var(--ground);
    color: var(--primary-text-color);
  }
  .look ha-icon {
    --mdc-icon-size: 24px;
  }
  h3 {
    font-size: var(--ha-font-size-m, 14px);
    font-weight: 500;
  }
  .word {
    font-size: var(--ha-font-size-xl, 20px);
    line-height: 1.2;
    font-weight: 600;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .chips > li {
    list-style: none;
    border: 1px solid var(--divider-color);
    border-radius: 12px;
    padding: 2px 10px;
    font-size: var(--ha-font-size-s, 12px);
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .chips ha-icon {
    --mdc-icon-size: 16px;
  }
  .breach {
    border: 2px solid var(--error-color);
    border-radius: var(--earlid-radius);
    padding: 8px 12px;
    display: flex;
    gap: 8px;
    align-items: flex-start;
  }
  .breach ha-icon {
    color: var(--error-color);
    flex: none;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(84px, max-content) minmax(0, 1fr);
    gap: 6px 12px;
  }
  dt {
    color: var(--secondary-text-color);
  }
  .may {
    font-weight: 500;
  }
  .foot {
    display: grid;
    gap: 8px;
    margin-block-start: auto;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .buttons:empty {
    display: none;
  }
  .buttons > button {
    flex: 1 1 auto;
  }
  .times {
    margin-block-start: 4px;
  }
  .times > button {
    padding-inline: 10px;
  }
  .reason {
    font-size: var(--ha-font-size-s, 12px);
    color: var(--secondary-text-color);
  }
  details > summary {
    cursor: pointer;
    min-block-size: 32px;
    display: flex;
    align-items: center;
    gap: 6px;
    color: var(--secondary-text-color);
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: "";
    inline-size: 7px;
    block-size: 7px;
    border-inline-end: 2px solid currentcolor;
    border-block-end: 2px solid currentcolor;
    transform: rotate(45deg) translate(-2px, -2px);
  }
  details[open] > summary::before {
    transform: rotate(225deg) translate(-2px, -2px);
  }
  details ol {
    padding-inline-start: 20px;
  }
  details > * + *,
  details .foot {
    margin-block-start: 8px;
  }
  :host([dense]) article {
    padding: 8px 12px;
    flex-flow: row wrap;
    align-items: center;
    align-content: space-between;
    gap: 0 12px;
  }
  :host([dense][bare]) article {
    padding: 0;
  }
  :host([dense]) article > * {
    flex: 1 1 100%;
    min-inline-size: 0;
  }
  :host([dense]) article > details:not([open]) {
    flex: 1 1 auto;
  }
  :host([dense]) article > .foot {
    flex: 0 1 auto;
    margin: 0;
    margin-inline-start: auto;
  }
  :host([dense]) .head {
    gap: 2px 10px;
  }
  :host([dense]) .look {
    inline-size: 44px;
    block-size: 44px;
    margin: 2px;
  }
  :host([dense]) .look .disc {
    inline-size: 28px;
    block-size: 28px;
  }
  :host([dense]) .look ha-icon {
    --mdc-icon-size: 20px;
  }
  :host([dense]) .word {
    font-size: var(--ha-font-size-l, 16px);
  }
  :host([dense]) .may {
    font-size: var(--ha-font-size-s, 12px);
    font-weight: 400;
  }
  :host([dense]) summary {
    min-block-size: 44px;
  }
`;
