/** The home as it is now, followed once for all cards and the panel of a page. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Connection, Hass } from "./hass";
import { isLost, subscribe } from "./link";
import type { Home, HomeChange, HomeEvent, Ms, Speaker } from "./wire";

/** `asking`: nothing is known yet; `lost`: no connection to Home Assistant; `absent`: it runs, Earlid does not. */
export type Standing = "asking" | "here" | "lost" | "absent";

/** ms. Home Assistant answers before Earlid is loaded; later ones wait longer, so a home without it is not bothered. */
const RETRIES = [1_000, 2_000, 5_000, 10_000, 30_000];
const MINUTE = 60_000;
/** ms. Earlid says something each minute; a connection that is dead says so only after many, if ever. */
const SILENCE = 100_000;

const toldAt = new WeakMap<Speaker, Ms>();

/** s since the home told of this speaker: what only grows has grown by that, or is not told of for a minute. */
export const age = (speaker: Speaker): number => (Date.now() - (toldAt.get(speaker) ?? Date.now())) / 1000;

export class HomeStore {
  home: Home | null = null;
  standing: Standing = "asking";
  /** Since when there is no connection: what `home` says was so then, and is not known any more. */
  lost: Ms | null = null;

  private readonly listeners = new Set<() => void>();
  private unsubscribe: (() => Promise<void>) | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private minute: ReturnType<typeof setInterval> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  /** When anything was heard last. */
  private heard: Ms | null = null;
  private tries = 0;
  /** Counts the subscriptions, so that one that was given up no longer tells anything. */
  private round = 0;
  private readonly onReady = (): void => void this.ask();
  private readonly onLost = (): void => {
    this.round += 1;
    this.unsubscribe = null;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.become("lost");
  };
  private readonly onSilence = (): void => {
    // What was told longer ago may hold no more, and would go on being "off".
    this.lost ??= this.heard;
    this.become("lost");
    this.ask();
  };

  constructor(private readonly hass: Hass) {}

  listen(heard: () => void): () => void {
    this.listeners.add(heard);
    if (this.listeners.size === 1) this.start();
    return () => {
      if (this.listeners.delete(heard) && this.listeners.size === 0) this.stop();
    };
  }

  private start(): void {
    this.hass.connection.addEventListener("ready", this.onReady);
    this.hass.connection.addEventListener("disconnected", this.onLost);
    // "Tomorrow" becomes today, whether or not something happens.
    this.minute = setInterval(() => this.tell(), MINUTE);
    this.ask();
  }

  private stop(): void {
    this.hass.connection.removeEventListener("ready", this.onReady);
    this.hass.connection.removeEventListener("disconnected", this.onLost);
    clearInterval(this.minute);
    this.drop();
    this.heard = null;
    // Whoever comes later must not see for a moment what held long ago.
    this.home = null;
    this.standing = "asking";
    this.lost = null;
  }

  private drop(): void {
    this.round += 1;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.unsubscribe?.().catch(() => undefined);
    this.unsubscribe = null;
  }

  private async ask(): Promise<void> {
    this.drop();
    const round = this.round;
    this.silence = setTimeout(this.onSilence, SILENCE);
    try {
      const unsubscribe = await subscribe(this.hass, (event) => {
        if (round === this.round) this.take(event);
      });
      if (round === this.round) {
        this.unsubscribe = unsubscribe;
        this.tries = 0;
      } else {
        unsubscribe().catch(() => undefined);
      }
    } catch (error) {
      if (round !== this.round) return;
      if (isLost(error)) {
        this.become("lost");
        return;
      }
      clearTimeout(this.silence);
      this.home = null;
      this.become("absent");
      const wait = RETRIES[Math.min(this.tries, RETRIES.length - 1)];
      this.tries += 1;
      this.retry = setTimeout(() => this.ask(), wait);
    }
  }

  private take(event: HomeEvent): void {
    const now = Date.now();
    this.heard = now;
    clearTimeout(this.silence);
    this.silence = setTimeout(this.onSilence, SILENCE);
    for (const speaker of (event.home ?? event.change)?.speakers ?? []) toldAt.set(speaker, now);
    if (event.home) {
      this.home = event.home;
    } else if (!event.change) {
      this.home = null;
    } else if (this.home) {
      this.home = changed(this.home, event.change);
    }
    this.become(this.home ? "here" : "absent");
  }

  private become(standing: Standing): void {
    this.standing = standing;
    this.lost = standing === "lost" ? (this.lost ?? Date.now()) : null;
    this.tell();
  }

  private tell(): void {
    for (const heard of this.listeners) heard();
  }
}

/** The home after a change; speakers that did not change stay the same objects, in the order of the first event. */
export function changed(home: Home, change: HomeChange): Home {
  const { speakers, removed, ...rest } = change;
  const after: Home = { ...home, ...rest };
  if (!speakers && !removed) return after;
  const gone = new Set(removed);
  const anew = new Map(speakers?.map((speaker) => [speaker.slug, speaker]));
  const kept: Speaker[] = [];
  for (const speaker of home.speakers) {
    const now = anew.get(speaker.slug);
    anew.delete(speaker.slug);
    if (now) kept.push(now);
    else if (!gone.has(speaker.slug)) kept.push(speaker);
  }
  after.speakers = [...kept, ...anew.values()];
  return after;
}

const stores = new WeakMap<Connection, HomeStore>();

/** The one store of a connection: a dashboard with ten cards subscribes once. */
export function storeOf(hass: Hass): HomeStore {
  let store = stores.get(hass.connection);
  if (!store) {
    store = new HomeStore(hass);
    stores.set(hass.connection, store);
  }
  return store;
}

/** Draws an element anew when the home changes, as long as it is in the page. */
export class HomeFollower implements ReactiveController {
  private store: HomeStore | undefined;
  private leave: (() => void) | undefined;

  constructor(private readonly host: ReactiveControllerHost & { hass?: Hass | undefined; isConnected: boolean }) {
    host.addController(this);
  }

  get home(): Home | null {
    return this.store?.home ?? null;
  }

  get standing(): Standing {
    return this.store?.standing ?? "asking";
  }

  /** Since when there is no connection. */
  get lost(): Ms | null {
    return this.store?.lost ?? null;
  }

  hostConnected(): void {
    this.follow();
  }

  hostUpdate(): void {
    this.follow();
  }

  hostDisconnected(): void {
    this.leave?.();
    this.leave = undefined;
    this.store = undefined;
  }

  private follow(): void {
    const { hass } = this.host;
    const store = hass && this.host.isConnected ? storeOf(hass) : undefined;
    if (store === this.store) return;
    this.leave?.();
    this.store = store;
    this.leave = store?.listen(() => this.host.requestUpdate());
  }
}
