/** The colours of Home Assistant's theme, and the patterns that tell looks apart without them. */

import type { Look } from "./looks";

export interface Palette {
  text: string;
  faint: string;
  line: string;
  ground: string;
  live: string;
  off: string;
  error: string;
  now: string;
  font: string;
}

/** Reading them makes the browser work out styles, so once for each change of the theme. */
export function palette(of: Element): Palette {
  const style = getComputedStyle(of);
  const read = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: read("--primary-text-color", "#212121"),
    faint: read("--secondary-text-color", "#727272"),
    line: read("--divider-color", "rgba(127, 127, 127, 0.3)"),
    ground: read("--ha-card-background", "") || read("--card-background-color", "#ffffff"),
    live: read("--warning-color", "#ffa600"),
    off: read("--success-color", "#43a047"),
    error: read("--error-color", "#db4437"),
    now: read("--primary-color", "#03a9f4"),
    font: style.fontFamily || "sans-serif",
  };
}

export type Inks = Record<Exclude<Look, "none">, string | CanvasPattern>;

/** What bands are filled with, for a canvas of this density. */
export function inks(on: CanvasRenderingContext2D, colours: Palette, density: number): Inks {
  const tile = (
    size: number,
    paint: (tile: CanvasRenderingContext2D, side: number) => void,
  ): CanvasPattern | string => {
    const side = Math.max(2, Math.round(size * density));
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    if (!context) return colours.faint;
    paint(context, side);
    return on.createPattern(canvas, "repeat") ?? colours.faint;
  };
  return {
    live: colours.live,
    off_proven: colours.off,
    off_unproven: tile(8, (context, side) => diagonals(context, side, colours.off, side / 3.2, false)),
    unknown: tile(6, (context, side) => dots(context, side, colours.faint)),
    exposed: tile(8, (context, side) => {
      context.fillStyle = colours.error;
      context.fillRect(0, 0, side, side);
      diagonals(context, side, colours.ground, side / 8, true);
    }),
  };
}

function diagonals(
  tile: CanvasRenderingContext2D,
  side: number,
  colour: string,
  width: number,
  crossed: boolean,
): void {
  tile.strokeStyle = colour;
  tile.lineWidth = width;
  tile.beginPath();
  // Also those that only touch the corners, or there would be notches where tiles meet.
  for (const shift of [-side, 0, side]) {
    tile.moveTo(shift, side);
    tile.lineTo(shift + side, 0);
    if (crossed) {
      tile.moveTo(shift, 0);
      tile.lineTo(shift + side, side);
    }
  }
  tile.stroke();
}

function dots(tile: CanvasRenderingContext2D, side: number, colour: string): void {
  tile.fillStyle = colour;
  tile.globalAlpha = 0.25;
  tile.fillRect(0, 0, side, side);
  tile.globalAlpha = 1;
  tile.beginPath();
  tile.arc(side / 2, side / 2, side / 4, 0, 2 * Math.PI);
  tile.fill();
}
