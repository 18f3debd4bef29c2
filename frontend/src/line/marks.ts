/** Marks of activations, drawn once and then copied: text and curves, a thousand times a frame, would take all of it. */

import type { Cluster } from "./pixels";
import type { Palette } from "./theme";

const WIDE = 34;
const HIGH = 20;
/** More than a hundred counts, three outcomes, allowed or not: nothing else is ever drawn. */
const MOST = 99;

export class Marks {
  private readonly drawn = new Map<string, HTMLCanvasElement>();

  constructor(
    private readonly colours: Palette,
    private readonly density: number,
  ) {}

  /** Around this place; the bar of one that was not allowed goes down to `foot`. */
  draw(on: CanvasRenderingContext2D, x: number, y: number, cluster: Cluster, foot: number): void {
    const { density } = this;
    const snapped = Math.round(x * density) / density;
    if (!cluster.wake.allowed) {
      // The bar tells it without colour, and from which moment.
      on.fillStyle = this.colours.error;
      on.fillRect(snapped - 1, y, 2, foot - y);
    }
    on.drawImage(this.stamp(cluster), snapped - WIDE / 2, y - HIGH / 2, WIDE, HIGH);
  }

  private stamp({ wake, count }: Cluster): HTMLCanvasElement {
    const label = count > MOST ? `${MOST}+` : count > 1 ? String(count) : "";
    const key = `${label || wake.outcome}|${wake.allowed}`;
    let stamp = this.drawn.get(key);
    if (!stamp) {
      stamp = document.createElement("canvas");
      stamp.width = Math.round(WIDE * this.density);
      stamp.height = Math.round(HIGH * this.density);
      const on = stamp.getContext("2d");
      if (on) {
        on.scale(stamp.width / WIDE, stamp.height / HIGH);
        on.translate(WIDE / 2, HIGH / 2);
        this.shape(on, label, wake.outcome, wake.allowed ? this.colours.text : this.colours.error);
      }
      this.drawn.set(key, stamp);
    }
    return stamp;
  }

  private shape(on: CanvasRenderingContext2D, label: string, outcome: string, colour: string): void {
    on.fillStyle = on.strokeStyle = colour;
    on.lineWidth = 2;
    on.beginPath();
    if (label) {
      const wide = 10 + 6 * label.length;
      on.roundRect(-wide / 2, -7, wide, 14, 7);
      on.fill();
      this.letter(on, label);
    } else if (outcome === "answered") {
      on.arc(0, 0, 5, 0, 2 * Math.PI);
      on.fill();
    } else if (outcome === "unanswered") {
      on.arc(0, 0, 4.5, 0, 2 * Math.PI);
      on.fillStyle = this.colours.ground;
      on.fill();
      on.stroke();
    } else {
      on.moveTo(0, -8);
      on.lineTo(8, 0);
      on.lineTo(0, 8);
      on.lineTo(-8, 0);
      on.closePath();
      on.fill();
      this.letter(on, "?");
    }
  }

  private letter(on: CanvasRenderingContext2D, letter: string): void {
    on.fillStyle = this.colours.ground;
    on.font = `bold 10px ${this.colours.font}`;
    on.textAlign = "center";
    on.textBaseline = "middle";
    on.direction = "ltr";
    on.fillText(letter, 0, 0.5);
  }
}
