import { afterEach, expect, it, vi } from "vitest";
import en from "../../../custom_components/earlid/translations/en.json";
import "../../src/journal/earlid-journal";
import type { EarlidJournal } from "../../src/journal/earlid-journal";
import type { EarlidLineDetail } from "../../src/line/earlid-line-detail";
import "../../src/line/earlid-timeline";
import type { EarlidTimeline } from "../../src/line/earlid-timeline";
import "../../src/wakes/earlid-wakes";
import type { EarlidWakes } from "../../src/wakes/earlid-wakes";
import type { Home } from "../../src/wire";
import { hass, home, past } from "./fake";

const NOW = Date.now();
const of = past(NOW, 3, 3, 900);
const sentences = en as never;
const TAGS = ["earlid-timeline", "earlid-wakes", "earlid-journal"] as const;
type Ours = EarlidTimeline | EarlidWakes | EarlidJournal;

// Nothing is laid out here, and what has no width asks for nothing.
vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 0, 800, 44));

afterEach(() => document.body.replaceChildren());

async function shown<T extends Ours>(tag: string, of_: Home, from = of): Promise<T> {
  const element = document.createElement(tag) as T;
  element.hass = hass(from, sentences);
  element.home = of_;
  document.body.append(element);
  await settled(element);
  return element;
}

async function settled(element: Ours): Promise<void> {
  for (let n = 0; n < 5; n++) {
    await new Promise((done) => setTimeout(done, 10));
    await element.updateComplete;
  }
}

const all = (element: Ours, selector: string): HTMLElement[] => [
  ...element.renderRoot.querySelectorAll<HTMLElement>(selector),
];

it("gives each speaker a lane that says itself in words, and Tab one of them", async () => {
  const line = await shown<EarlidTimeline>("earlid-timeline", home(of));
  const lanes = all(line, ".lane");
  expect(lanes.map((lane) => lane.getAttribute("aria-label")?.split(".")[0])).toEqual([
    "Kitchen",
    "Living room",
    "Bedroom",
  ]);
  expect(lanes[0]?.getAttribute("aria-label")).toMatch(/Now: Off, proven, until .*In the last .* activations/);
  expect(lanes.map((lane) => lane.tabIndex)).toEqual([0, -1, -1]);
});

it("renders nothing anew for a state of something else", async () => {
  for (const tag of TAGS) {
    const element = await shown(tag, home(of));
    const rendered = vi.spyOn(element, "render" as never);
    for (let n = 0; n < 100; n++) element.hass = { ...(element.hass as NonNullable<typeof element.hass>) };
    await settled(element);
    expect(rendered).not.toHaveBeenCalled();
  }
});

it("shows names from outside as text", async () => {
  const hostile = `<img src=x onerror="x()">${"🙂".repeat(5000)}\u202e`;
  const { lanes } = of;
  const from = {
    ...of,
    lanes: lanes.map((lane) => ({ ...lane, name: hostile })),
    records: of.records.map((one) => ({ ...one, rule: hostile, body: { ...one.body, note: hostile } })),
  };
  for (const tag of TAGS) {
    const element = await shown(tag, home(from), from);
    expect(all(element, "img")).toEqual([]);
    expect(element.renderRoot.textContent).toContain("<img");
  }
});

it("draws only the rows that are seen, and says how many there are", async () => {
  const journal = await shown<EarlidJournal>("earlid-journal", home(of));
  const rows = all(journal, ".rows .row");
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.length).toBeLessThan(40);
  expect(rows[0]?.getAttribute("aria-rowindex")).toBe("2");
  expect(all(journal, "[role=treegrid]")[0]?.getAttribute("aria-rowcount")).toBe("-1");
});

it("opens a record to all that it holds, by key", async () => {
  const journal = await shown<EarlidJournal>("earlid-journal", home(of));
  const [row] = all(journal, ".rows .row");
  row?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await settled(journal);
  expect(all(journal, "pre")[0]?.textContent).toContain(`"seq": ${of.records[0]?.seq}`);
  expect(all(journal, ".rows .row")[0]?.getAttribute("aria-expanded")).toBe("true");
});

it("shows no commands until they are asked for", async () => {
  const journal = await shown<EarlidJournal>("earlid-journal", home(of));
  const rows = (): string =>
    all(journal, ".rows .row")
      .map((one) => one.textContent)
      .join();
  expect(rows()).not.toContain("Command O");
  const tick = journal.renderRoot.querySelector<HTMLInputElement>("input[type=checkbox]");
  tick?.click();
  await vi.waitFor(() => expect(rows()).toContain("Command O"));
});

it("offers the export to administrators alone", async () => {
  const admin = await shown<EarlidJournal>("earlid-journal", home(of));
  const other = await shown<EarlidJournal>("earlid-journal", { ...home(of), is_admin: false });
  expect([all(admin, "earlid-journal-record").length, all(other, "earlid-journal-record").length]).toEqual([1, 0]);
});

it("counts wakes in a table with a head for each row and column", async () => {
  const wakes = await shown<EarlidWakes>("earlid-wakes", home(of));
  expect(all(wakes, ".heat th[scope=col]").length * all(wakes, ".heat th[scope=row]").length).toBe(168);
  expect(all(wakes, ".heat td:not(.side)").length).toBeGreaterThanOrEqual(168);
  expect(all(wakes, ".sums tfoot th")[0]?.textContent).toBe("All");
  expect(wakes.renderRoot.textContent).toContain(
    "0.95 wakes for nothing per hour, as published for speech from a television",
  );
});

it("says that there is nothing yet", async () => {
  const nobody = { now: NOW, lanes: [], gaps: [], records: [] };
  const line = await shown<EarlidTimeline>("earlid-timeline", home(nobody), nobody);
  expect(line.renderRoot.textContent).toContain("No speakers yet");
  const journal = await shown<EarlidJournal>("earlid-journal", home(nobody), nobody);
  expect(journal.renderRoot.textContent).toContain("Nothing recorded that fits");
});

it("goes on by keys in the next lane at the same time, and closes what is told by escape", async () => {
  const line = await shown<EarlidTimeline>("earlid-timeline", home(of));
  const press = async (slug: string, key: string): Promise<void> => {
    const lane = all(line, `.lane[data-slug=${slug}]`)[0];
    lane?.focus();
    lane?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    await new Promise((done) => setTimeout(done, 60));
    await line.updateComplete;
  };
  const box = line.renderRoot.querySelector<EarlidLineDetail>("earlid-line-detail");
  const said = (): string => all(line, "[role=status]")[0]?.textContent ?? "";
  await press("speaker_0", "ArrowLeft");
  for (let n = 0; n < 5; n++) await press("speaker_0", "ArrowLeft");
  const before = said();
  expect(before).not.toBe("");
  expect(box?.detail).toBeDefined();
  await press("speaker_0", "ArrowDown");
  expect(all(line, ".lane").map((lane) => lane.tabIndex)).toEqual([-1, 0, -1]);
  expect(said()).not.toBe(before);
  expect(said()).not.toContain("since");
  await press("speaker_1", "Escape");
  expect(box?.detail).toBeUndefined();
});
