/** As much of Home Assistant's frontend as Earlid uses; its own types are in no package. */

export interface Connection {
  subscribeMessage<T>(
    told: (message: T) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(event: "ready" | "disconnected", heard: () => void): void;
  removeEventListener(event: "ready" | "disconnected", heard: () => void): void;
}

export interface HassUser {
  id: string;
  name: string;
  is_admin: boolean;
}

export interface HassLocale {
  language: string;
  /** `language` (as the language has it), `system`, `12` or `24`. */
  time_format: string;
  /** `local` (the browser's) or `server` (the home's). */
  time_zone: string;
  first_weekday: string;
}

export type Localize = (key: string, values?: Record<string, string | number>) => string;

/** The object that Home Assistant hands to cards and panels, anew at each change of a state. */
export interface Hass {
  connection: Connection;
  connected: boolean;
  language: string;
  locale: HassLocale;
  config: { time_zone: string; location_name: string };
  user: HassUser | undefined;
  states?: Record<string, { attributes: { friendly_name?: string } } | undefined>;
  localize: Localize;
  loadBackendTranslation(category: string, integration?: string | string[]): Promise<Localize>;
  callWS<T>(message: object): Promise<T>;
  callApi<T>(method: "GET" | "POST" | "DELETE", path: string, data?: object): Promise<T>;
  callService(
    domain: string,
    service: string,
    data?: object,
    target?: { entity_id?: string | string[]; device_id?: string | string[] },
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<unknown>;
  fetchWithAuth(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * For the property `hass` of an element: whether a new one shows anything else. It comes anew with each state of the
 * whole home, and drawing everything each time would keep a wall tablet busy.
 */
export const hassChanged = (now: Hass | undefined, before: Hass | undefined): boolean =>
  !now ||
  !before ||
  now.connection !== before.connection ||
  now.connected !== before.connected ||
  now.localize !== before.localize ||
  now.locale !== before.locale ||
  now.config?.time_zone !== before.config?.time_zone;
