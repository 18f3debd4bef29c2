/**
 * Opens Home Assistant's own dialog for a speaker or a rule, in place. No address opens it: it comes with the page of an
 * integration, whose code is fetched as the router does. None of that is promised, so whatever is missing, or takes too
 * long, leads to that page instead.
 */

import type { Hass } from "../hass";
import { INTEGRATION, navigate } from "./go";

/** What the dialog is for; `typed` is its first step, filled in for the household. */
export type Purpose = { add: Kind; typed?: object } | { change: string; of: Kind };
type Kind = "speaker" | "rule";

type Shown = { dialogImport?: () => Promise<unknown>; dialogParams: Record<string, unknown> };

/** As much of Home Assistant's routers and of its row of an integration as is used here. */
type Routes = { routes: Record<string, { load?: () => Promise<unknown> }> };
type Inner = HTMLElement & {
  _getRoutes(panels: object): Routes;
  routerOptions: Routes;
  _addSubEntry(type: string): void;
  data: object;
};

const FLOWS = "config/config_entries/subentries/flow";
const ROW = "ha-config-entry-row";
/** ms. Some hundred kB the first time, over whatever network a wall tablet has. */
const PATIENCE = 8_000;

let opening = false;

/** A listener for a button that opens the dialog; while it is fetched the button says that it is busy. */
export const opens =
  (host: HTMLElement, hass: Hass, entryId: string, purpose: Purpose) =>
  async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLElement;
    if (opening) return;
    opening = true;
    button.setAttribute("aria-busy", "true");
    try {
      await open(host, hass, entryId, purpose);
    } finally {
      opening = false;
      button.removeAttribute("aria-busy");
    }
  };

async function open(host: HTMLElement, hass: Hass, entryId: string, purpose: Purpose): Promise<void> {
  const coming = prepared(hass, entryId, purpose);
  try {
    const { shown } = await inTime(coming);
    if (!host.isConnected) throw new Error("nobody waits for it any more");
    shown.dialogParams.dialogParentElement = host;
    host.dispatchEvent(new CustomEvent("show-dialog", { detail: shown, bubbles: true, composed: true }));
  } catch {
    // A dialog that nobody sees would be listed as one in progress.
    coming.then(({ leave }) => leave()).catch(() => undefined);
    if (host.isConnected) navigate(INTEGRATION);
  }
}

async function prepared(hass: Hass, entryId: string, purpose: Purpose): Promise<{ shown: Shown; leave: () => void }> {
  await loaded();
  const shown = rowsDialog(entryId);
  // What it cannot load after all must be known before it is begun.
  await shown.dialogImport?.();
  const flow = await begun(hass, entryId, purpose);
  const leave = (): void => void hass.callApi("DELETE", `${FLOWS}/${flow}`).catch(() => undefined);
  const { startFlowHandler: _, ...params } = shown.dialogParams;
  // What the dialog did not begin itself it does not end either.
  const dialogClosedCallback = ({ flowFinished }: { flowFinished?: boolean } = {}): void => {
    if (!flowFinished) leave();
  };
  return { shown: { ...shown, dialogParams: { ...params, continueFlowId: flow, dialogClosedCallback } }, leave };
}

/** Has Home Assistant load its page of an integration, as if somebody went there. */
async function loaded(): Promise<void> {
  if (customElements.get(ROW)) return;
  const made = async (name: string): Promise<Inner> => {
    await customElements.whenDefined(name);
    return document.createElement(name) as Inner;
  };
  const settings = { config: { component_name: "config", url_path: "config" } };
  await (await made("partial-panel-resolver"))._getRoutes(settings).routes.config?.load?.();
  await (await made("ha-panel-config")).routerOptions.routes.integrations?.load?.();
  await customElements.whenDefined(ROW);
}

/** What the row of an integration would show if its button were pressed; it is never in the page. */
function rowsDialog(entryId: string): Shown {
  const row = document.createElement(ROW) as Inner;
  row.data = { entry: { entry_id: entryId, domain: "earlid" } };
  let shown: Shown | undefined;
  row.addEventListener("show-dialog", (event) => {
    event.stopPropagation();
    shown = (event as CustomEvent<Shown>).detail;
  });
  row._addSubEntry("speaker");
  if (!shown?.dialogParams) throw new Error("no dialog");
  return shown;
}

async function begun(hass: Hass, entryId: string, purpose: Purpose): Promise<string> {
  const asked =
    "change" in purpose
      ? { handler: [entryId, purpose.of], subentry_id: purpose.change }
      : { handler: [entryId, purpose.add] };
  const { type, flow_id } = await hass.callApi<{ type: string; flow_id: string }>("POST", FLOWS, asked);
  if (type !== "form" && type !== "menu") throw new Error(type);
  // What cannot be filled in after all is asked for in the dialog.
  if ("add" in purpose && purpose.typed)
    await hass.callApi("POST", `${FLOWS}/${flow_id}`, purpose.typed).catch(() => undefined);
  return flow_id;
}

function inTime<T>(coming: Promise<T>): Promise<T> {
  return Promise.race([coming, new Promise<never>((_, late) => setTimeout(() => late(new Error("late")), PATIENCE))]);
}
