import { afterEach, describe, expect, it, vi } from "vitest";
import { checked, size } from "../src/card/config";
import { suggestion } from "../src/earlid-card";
import type { EarlidCardEditor } from "../src/earlid-card-editor";
import "../src/earlid-card-editor";
import type { Hass } from "../src/hass";
import { type FakeHass, fakeHass, home, settled, speaker } from "./home-fakes";

interface Card extends HTMLElement {
  hass: Hass;
  setConfig(config: unknown): void;
}

afterEach(() => document.body.replaceChildren());

const type = "custom:earlid-card";

async function card(hass: FakeHass, config: object): Promise<() => string> {
  const element = document.createElement("earlid-card") as Card;
  element.setConfig({ type, ...config });
  document.body.append(element);
  await vi.waitFor(() => expect(element.firstElementChild).not.toBeNull());
  element.hass = hass;
  await vi.waitFor(() => expect(hass.told.size).toBe(1));
  const speakers = [speaker(), speaker({ slug: "attic", name: "Attic" })];
  for (const tell of hass.told) tell({ home: home({ speakers }), change: null });
  await settled();
  const body = element.firstElementChild?.shadowRoot;
  return () =>
    [...(body?.querySelectorAll("earlid-speaker") ?? [])].map((one) => one.shadowRoot?.textContent).join() +
    body?.textContent;
}

describe("the card's settings", () => {
  it("may be missing", () => {
    expect(checked({ type })).toEqual({ type });
  });

  it.each([
    [undefined, /needs a configuration/],
    [{ speakers: "kitchen" }, /speakers must be a list/],
    [{ speakers: [1] }, /speakers must be a list/],
    [{ title: 7 }, /title must be a text/],
    [{ show: "why" }, /show must be a list of: why, wakes, buttons, timeline/],
    [{ show: ["nonsense"] }, /show has "nonsense" in it/],
  ])("%j are refused with what is wrong", (given, wrong) => {
    expect(() => checked(given)).toThrow(wrong);
  });

  it("make it taller the more it shows", () => {
    expect(size({ type, show: ["why", "buttons", "timeline"] })).toBeGreaterThan(size({ type, show: [] }));
    expect(size({ type, speakers: ["a", "b"] })).toBe(2 * size({ type, speakers: ["a"] }));
  });
});

describe("a card", () => {
  it("shows all speakers, or the chosen ones in the chosen order, and says which are not there", async () => {
    const all = await card(fakeHass(), {});
    expect(all()).toMatch(/Kitchen.*Attic/s);
    const some = await card(fakeHass(), { speakers: ["attic", "gone"] });
    expect(some()).toMatch(/Attic.*Not guarded, or not for you to see: gone/s);
    expect(some()).not.toContain("Kitchen");
  });

  it("is offered for the entities of a speaker, and of the whole home, and no others", () => {
    const entities = {
      "sensor.attic_microphone": { platform: "earlid", device_id: "d" },
      "select.attic_mode": { platform: "earlid", device_id: "d" },
      "switch.earlid_lockdown": { platform: "earlid", device_id: "hub" },
      "light.attic": { platform: "hue", device_id: "d" },
    };
    expect(suggestion({ entities }, "sensor.attic_microphone")).toEqual({ config: { type, speakers: ["attic"] } });
    expect(suggestion({ entities }, "switch.earlid_lockdown")).toEqual({ config: { type } });
    expect(suggestion({ entities }, "light.attic")).toBeNull();
  });
});

describe("the card's editor", () => {
  async function edited(config: object): Promise<{ editor: EarlidCardEditor; told: object[] }> {
    const hass = fakeHass();
    const editor = document.createElement("earlid-card-editor") as EarlidCardEditor;
    const told: object[] = [];
    editor.addEventListener("config-changed", (event) => told.push((event as CustomEvent).detail.config));
    editor.setConfig({ type, ...config });
    editor.hass = hass;
    document.body.append(editor);
    await vi.waitFor(() => expect(hass.told.size).toBe(1));
    for (const tell of hass.told) tell({ home: home(), change: null });
    await settled();
    return { editor, told };
  }
  const tick = (editor: EarlidCardEditor, name: string): void =>
    editor.shadowRoot?.querySelector<HTMLInputElement>(`input[name=${name}]`)?.click();

  it("tells each change, and leaves out what is as it would be anyway", async () => {
    const { editor, told } = await edited({});
    tick(editor, "kitchen");
    expect(told.at(-1)).toEqual({ type, speakers: ["kitchen"] });
    await editor.updateComplete;
    tick(editor, "kitchen");
    expect(told.at(-1)).toEqual({ type });
    await editor.updateComplete;
    tick(editor, "timeline");
    expect(told.at(-1)).toEqual({ type, show: ["why", "buttons", "timeline"] });
  });

  it("can take out a speaker that is gone", async () => {
    const { editor, told } = await edited({ speakers: ["gone"] });
    tick(editor, "gone");
    expect(told.at(-1)).toEqual({ type });
  });
});
