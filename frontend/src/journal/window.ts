/** Which rows of a long list are on the screen; each is as high as the others, but for one that is open. */

export interface Rows {
  count: number;
  height: number;
  /** Index of the row that is open; -1 for none. */
  open: number;
  /** How much higher that one is. */
  extra: number;
}

export const top = (rows: Rows, index: number): number =>
  index * rows.height + (rows.open >= 0 && index > rows.open ? rows.extra : 0);

export const whole = (rows: Rows): number => top(rows, rows.count);

/** The row at this height. */
export function rowAt(rows: Rows, y: number): number {
  const { height, open, extra } = rows;
  const plain = Math.floor(y / height);
  if (open < 0 || plain <= open) return plain;
  return Math.max(open, Math.floor((y - extra) / height));
}

/** First and behind the last to draw, with some more, so that scrolling finds them there. */
export function visible(rows: Rows, scrolled: number, seen: number, spare = 6): [number, number] {
  const first = Math.max(0, rowAt(rows, scrolled) - spare);
  const behind = Math.min(rows.count, rowAt(rows, scrolled + seen) + 1 + spare);
  return [Math.min(first, behind), behind];
}

/** How far to scroll so that a row is seen whole. */
export function bring(rows: Rows, index: number, scrolled: number, seen: number): number {
  const from = top(rows, index);
  const to = from + rows.height + (index === rows.open ? rows.extra : 0);
  if (from < scrolled || to - from > seen) return from;
  return to > scrolled + seen ? to - seen : scrolled;
}

/** The row that a key goes to; undefined where it goes nowhere. */
export function stepped(key: string, here: number, page: number, count: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    PageDown: here + page,
    PageUp: here - page,
    Home: 0,
    End: count - 1,
  };
  const to = steps[key];
  return to === undefined ? undefined : Math.max(0, Math.min(to, count - 1));
}
