/** Fingers, mouse and wheel on the lanes: drag pans, two fingers or the wheel with ctrl zoom, the rest scrolls the page. */

export interface Gestures {
  /** Content is to move by so many pixels. */
  pan(pixels: number): void;
  /** Nearer (below one) or further, around this pixel. */
  zoom(factor: number, x: number): void;
  /** The pointer rests here, or a finger tapped. */
  point(x: number, y: number, target: EventTarget | null): void;
  leave(): void;
}

/** A hand trembles; what moves less is a tap. */
const SLACK = 5;
const WHEEL = 0.0025;
/** Wheels that count lines or pages, as in Firefox. */
const LINES = [1, 16, 300];

export class Surface {
  private readonly fingers = new Map<number, { x: number; y: number }>();
  private dragging = false;
  private distance = 0;

  constructor(
    private readonly on: HTMLElement,
    private readonly told: Gestures,
    /** The element that pixels are counted from. */
    private readonly origin: () => Element | null | undefined,
  ) {
    on.addEventListener("pointerdown", this.down);
    on.addEventListener("pointermove", this.move);
    on.addEventListener("pointerup", this.up);
    on.addEventListener("pointercancel", this.up);
    on.addEventListener("pointerleave", this.away);
    on.addEventListener("wheel", this.wheel, { passive: false });
  }

  stop(): void {
    this.on.removeEventListener("pointerdown", this.down);
    this.on.removeEventListener("pointermove", this.move);
    this.on.removeEventListener("pointerup", this.up);
    this.on.removeEventListener("pointercancel", this.up);
    this.on.removeEventListener("pointerleave", this.away);
    this.on.removeEventListener("wheel", this.wheel);
  }

  private x(clientX: number): number {
    return clientX - (this.origin()?.getBoundingClientRect().left ?? 0);
  }

  private readonly down = (event: PointerEvent): void => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.distance = this.apart();
  };

  private readonly move = (event: PointerEvent): void => {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) {
      if (event.pointerType === "mouse") this.told.point(this.x(event.clientX), event.clientY, event.target);
      return;
    }
    const by = event.clientX - finger.x;
    if (this.fingers.size === 2) {
      this.pinch(event, finger, by);
      return;
    }
    if (!this.dragging && Math.abs(by) < SLACK) return;
    if (!this.dragging) {
      this.dragging = true;
      this.told.leave();
      // Without it the line would stop where the pointer leaves it.
      this.on.setPointerCapture(event.pointerId);
    }
    finger.x = event.clientX;
    this.told.pan(by);
  };

  private pinch(event: PointerEvent, finger: { x: number; y: number }, by: number): void {
    finger.x = event.clientX;
    finger.y = event.clientY;
    this.dragging = true;
    const distance = this.apart();
    const [one, other] = [...this.fingers.values()];
    if (distance > 20 && this.distance > 20 && one && other) {
      this.told.pan(by / 2);
      this.told.zoom(this.distance / distance, this.x((one.x + other.x) / 2));
    }
    this.distance = distance;
  }

  private readonly up = (event: PointerEvent): void => {
    const known = this.fingers.delete(event.pointerId);
    if (known && !this.dragging && event.type === "pointerup") {
      this.told.point(this.x(event.clientX), event.clientY, event.target);
    }
    if (!this.fingers.size) this.dragging = false;
    this.distance = this.apart();
  };

  private readonly away = (event: PointerEvent): void => {
    if (event.pointerType === "mouse" && !this.fingers.size) this.told.leave();
  };

  private readonly wheel = (event: WheelEvent): void => {
    const unit = LINES[event.deltaMode] ?? 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const by = Math.max(-200, Math.min(200, event.deltaY * unit));
      this.told.zoom(Math.exp(by * WHEEL), this.x(event.clientX));
      return;
    }
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (Math.abs(sideways) <= (event.shiftKey ? 0 : Math.abs(event.deltaY))) return;
    event.preventDefault();
    this.told.pan(-sideways * unit);
  };

  private apart(): number {
    const [one, other] = [...this.fingers.values()];
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }
}
