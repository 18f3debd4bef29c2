/**
 * What stands in the place of a card that cannot be drawn, since the files that draw it are gone: those of another
 * version have another address. Made without anything that would have to be loaded.
 */

import type { Hass } from "../hass";

export async function gone(hass: Hass): Promise<HTMLElement> {
  const localize = await hass.loadBackendTranslation("config_panel", "earlid");
  const say = (key: string): string => localize(`component.earlid.config_panel.panel.${key}`);
  const card = document.createElement("ha-card");
  card.style.cssText = "display:block;padding:16px";
  const sentence = document.createElement("p");
  sentence.setAttribute("role", "alert");
  sentence.style.marginBlockStart = "0";
  sentence.textContent = say("gone");
  const button = document.createElement("button");
  button.type = "button";
  button.style.cssText =
    "font:inherit;color:inherit;background:none;border:1px solid;border-radius:8px;padding:12px 14px";
  button.textContent = say("reload");
  button.addEventListener("click", () => location.reload());
  card.append(sentence, button);
  return card;
}
