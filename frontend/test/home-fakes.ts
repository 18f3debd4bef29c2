/** A Home Assistant made of what the elements need. */

import words from "../../custom_components/earlid/translations/en.json" with { type: "json" };
import type { Hass } from "../src/hass";
import type { Home, HomeEvent, Rule, Speaker, Vote } from "../src/wire";

export const localize = (key: string, values: Record<string, string | number> = {}): string => {
  let found: unknown = words;
  for (const part of key.replace("component.earlid.", "").split(".")) {
    found = (found as Record<string, unknown> | undefined)?.[part];
  }
  return typeof found === "string" ? found.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : "";
};

export const vote = (because: Vote["because"], effect: Vote["effect"], more: Partial<Vote> = {}): Vote => ({
  because,
  effect,
  rule: null,
  name: null,
  until: null,
  waiting: false,
  ...more,
});

export const speaker = (more: Partial<Speaker> = {}): Speaker => ({
  slug: "kitchen",
  name: "Kitchen",
  area: null,
  device_id: "device",
  subentry_id: "subentry",
  enforced: true,
  microphone: "live",
  unheard: null,
  witnesses: [],
  allowed: true,
  because: vote("posture", "listen"),
  trace: [],
  until: null,
  next_change: null,
  finishing_playback: false,
  hold: null,
  breach: null,
  relay_missing: false,
  assurance: "a",
  testing: false,
  rests_until: null,
  activations_today: 0,
  unanswered_today: 0,
  live_today: 0,
  exposed_today: 0,
  last_activation: null,
  may_control: true,
  entities: {
    mode: "select.kitchen_mode",
    microphone: "sensor.kitchen_microphone",
    self_test: "button.kitchen_self_test",
  },
  ...more,
});

export const rule = (more: Partial<Rule> = {}): Rule => ({
  slug: "night",
  name: "Night",
  effect: "mute",
  speakers: null,
  days: [0, 1, 2, 3, 4, 5, 6],
  begins: 22 * 60 + 30,
  ends: 6 * 60 + 30,
  entities: [],
  quantifier: null,
  enabled: true,
  in_force: false,
  subentry_id: "rule",
  entity_id: "switch.earlid_rule_night",
  may_control: true,
  may_control_speakers: true,
  ...more,
});

export const home = (more: Partial<Home> = {}): Home => ({
  version: "1",
  entry_id: "entry",
  title: "Earlid",
  lockdown: false,
  lockdown_entity: "switch.earlid_lockdown",
  all_off: false,
  may_allow: true,
  is_admin: true,
  undelivered: 0,
  reference_per_hour: 0.3,
  rules: [],
  speakers: [speaker()],
  unguarded: [],
  ...more,
});

export interface FakeHass extends Hass {
  calls: unknown[][];
  /** What the next action is refused with. */
  refusal: object | null;
  /** What the next subscriptions fail with. */
  absent: boolean;
  /** The subscriptions that go on. */
  told: Set<(event: HomeEvent) => void>;
  fire(event: "ready" | "disconnected"): void;
}

export function fakeHass(locale: Partial<Hass["locale"]> = {}): FakeHass {
  const heard = { ready: new Set<() => void>(), disconnected: new Set<() => void>() };
  const hass: FakeHass = {
    calls: [],
    refusal: null,
    absent: false,
    told: new Set(),
    fire: (event) => {
      for (const one of heard[event]) one();
    },
    connection: {
      subscribeMessage: async (told) => {
        if (hass.absent) throw { code: "unknown_command" };
        hass.told.add(told as (event: HomeEvent) => void);
        return async () => void hass.told.delete(told as (event: HomeEvent) => void);
      },
      addEventListener: (event, one) => void heard[event].add(one),
      removeEventListener: (event, one) => void heard[event].delete(one),
    },
    connected: true,
    language: "en",
    locale: { language: "en", time_format: "24", time_zone: "server", first_weekday: "monday", ...locale },
    config: { time_zone: "Europe/Berlin", location_name: "Home" },
    user: { id: "user", name: "User", is_admin: true },
    localize,
    loadBackendTranslation: async () => localize,
    callWS: async () => {
      throw new Error("nothing is asked here");
    },
    callApi: async () => {
      throw new Error("nothing is asked here");
    },
    callService: async (...call) => {
      hass.calls.push(call);
      if (hass.refusal) throw hass.refusal;
    },
    fetchWithAuth: async () => new Response(),
  };
  return hass;
}

/** Lets promises and drawings come to an end. */
export const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
