/** Goes to another page of Home Assistant without loading it anew. */

/** Where speakers and rules are added. */
export const INTEGRATION = "/config/integrations/integration/earlid";

export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
}
