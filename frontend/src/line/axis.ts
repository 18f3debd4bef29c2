/** The labels of the axis: times within a day, days where days begin. */

import type { Words } from "../words";
import type { Scale } from "./layout";
import { DAY, HOUR, ofStep, type Tick, tickStep, ticks, type Zone } from "./zone";

/** Room that a label needs: "12:30 PM", "Mon 30 Nov". */
const ROOM = 76;

export interface Axis {
  labelled: Tick[];
  step: number;
}

export function axis(zone: Zone, scale: Scale): Axis {
  const { start, end } = scale.view;
  const step = tickStep(end - start, scale.width, ROOM);
  return { labelled: ofStep(ticks(zone, start, end, step), scale.perPixel * ROOM * 0.7), step };
}

const labels = new WeakMap<Words, Map<string, string>>();

export function label(words: Words, tick: Tick, step: number): string {
  let known = labels.get(words);
  // Intl takes long enough for a dozen labels to cost a part of a frame.
  if (!known || known.size > 500) {
    known = new Map();
    labels.set(words, known);
  }
  const dated = step >= DAY || (tick.day && step >= HOUR / 2);
  const key = `${tick.at}|${dated}`;
  let text = known.get(key);
  if (text === undefined) {
    text = dated ? words.date(tick.at) : words.time(tick.at);
    known.set(key, text);
  }
  return text;
}

export function paintAxis(
  on: CanvasRenderingContext2D,
  words: Words,
  of: Axis,
  scale: Scale,
  colours: { text: string; faint: string; font: string },
): void {
  on.textBaseline = "middle";
  on.textAlign = "center";
  on.direction = scale.rightToLeft ? "rtl" : "ltr";
  for (const tick of of.labelled) {
    const x = scale.x(tick.at);
    on.font = `${tick.day ? "600 " : ""}12px ${colours.font}`;
    on.fillStyle = tick.day ? colours.text : colours.faint;
    const text = label(words, tick, of.step);
    const half = on.measureText(text).width / 2;
    // Half a label at the edge reads as another time.
    if (x - half < 0 || x + half > scale.width) continue;
    on.fillText(text, x, AXIS_HEIGHT / 2);
  }
}

export const AXIS_HEIGHT = 24;
