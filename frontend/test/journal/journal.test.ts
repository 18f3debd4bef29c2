import { describe, expect, it, vi } from "vitest";
import en from "../../../custom_components/earlid/translations/en.json";
import type { EarlidJournalRecord } from "../../src/journal/earlid-journal-record";
import "../../src/journal/earlid-journal-record";
import { fileName } from "../../src/journal/export";
import { address, asked, matches } from "../../src/journal/filter";
import { Pages } from "../../src/journal/pages";
import { row, whole as wholeOf } from "../../src/journal/rows";
import { bring, rowAt, stepped, top, visible, whole } from "../../src/journal/window";
import { midnight, Zone } from "../../src/line/zone";
import type { Entry, Kind } from "../../src/wire";
import { Words } from "../../src/words";
import { hass, past, reply } from "../line/fake";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const empty = { now: NOW, lanes: [], gaps: [], records: [] };
const words = new Words(hass(empty, en as never));
const berlin = Zone.of("Europe/Berlin");
const entry = (kind: Kind, body: Record<string, unknown>, rule: string | null = null): Entry => ({
  seq: 1,
  id: "one",
  at: NOW,
  kind,
  speaker: "kitchen",
  rule,
  body,
  hash: "4d5e",
});
const says = (kind: Kind, body: Record<string, unknown>, rule: string | null = null): string =>
  row(words, entry(kind, body, rule), undefined).what;

describe("records in plain words", () => {
  it.each<[Kind, Record<string, unknown>, string]>([
    ["activation", { outcome: "unanswered", allowed: false }, "Woke for nothing, not allowed"],
    ["activation", { outcome: "answered", allowed: true }, "Woke, answered"],
    ["activation", { outcome: ["?"] }, "Woke, outcome unknown"],
    ["decision", { allowed: false, because: "posture" }, "Muted: no rule applies"],
    ["decision", { allowed: true, because: "hold" }, "Allowed to listen: by hand"],
    [
      "decision",
      { allowed: true, because: "hold", finishing_playback: true },
      "Muted once what plays has ended: by hand",
    ],
    ["microphone", { microphone: "off_proven" }, "Microphone: Off, proven"],
    ["microphone", { turned_on: "elsewhere" }, "Turned on elsewhere"],
    ["command", { command: "off" }, "Command OFF sent"],
    ["command", { command: "on", lease_s: 300 }, "Command ON sent, for 5 mins"],
    ["breach", { state: "began", cause: "heard_while_muted" }, "Breach: Heard while muted"],
    [
      "breach",
      { state: "ended", cause: "relay_unreachable", exposed_s: 75 },
      "Breach over after 1 min: The relay does not report off",
    ],
    ["hold", { hold: null, by_hand: false, until: null }, "Back to the rules"],
    ["hold", { hold: "mute", by_hand: true, until: null }, "Turned off by hand"],
    ["hold", { hold: "listen", until: "2026-11-22T13:30:00+00:00" }, "Let listen by someone until 14:30"],
    ["lifecycle", { event: "cut", records: 1 }, "Old records removed: 1"],
    ["lifecycle", { event: "lost", records: 12 }, "Records lost, since the disk took no more: 12"],
    ["lifecycle", { event: "what_comes_later" }, "Event: what_comes_later"],
  ])("%s %j", (kind, body, sentence) => {
    expect(says(kind, body)).toBe(sentence);
  });

  it("names a rule by its name, or its slug where that is gone", () => {
    expect(says("decision", { allowed: false, because: "rule", slug: "nobody" }, "Nobody home")).toBe(
      "Muted: Nobody home",
    );
    expect(says("decision", { allowed: false, because: "rule", slug: "nobody" })).toBe("Muted: nobody");
  });

  it("does not fail on what makes no sense", () => {
    for (const kind of [
      "activation",
      "decision",
      "microphone",
      "command",
      "breach",
      "hold",
      "lifecycle",
      "later",
    ] as Kind[]) {
      for (const body of [{}, { until: 5, hold: "mute", event: null, command: {}, cause: [], microphone: 7 }, null]) {
        expect(says(kind, body as never)).toBeTypeOf("string");
      }
    }
    expect(wholeOf({ ...entry("hold", {}), at: Number.NaN })).toContain("NaN");
  });

  it("marks a breach, and neither its end nor anything else", () => {
    const marks = (kind: Kind, body: Record<string, unknown>): boolean[] => {
      const { bad, over } = row(words, entry(kind, body), undefined);
      return [bad, over];
    };
    expect(marks("breach", { state: "began" })).toEqual([true, false]);
    expect(marks("breach", { state: "ended" })).toEqual([false, true]);
    expect(marks("activation", { allowed: false })).toEqual([true, false]);
    expect(marks("hold", {})).toEqual([false, false]);
  });

  it("has the hash by which it can be checked in the whole record", () => {
    expect(wholeOf(entry("hold", { hold: "mute" }))).toContain('"hash": "4d5e"');
  });

  it("cuts what nobody reads", () => {
    expect(says("decision", { allowed: false, because: "rule" }, "x".repeat(10_000)).length).toBeLessThan(310);
  });
});

describe("the filter", () => {
  it("takes days for those of the home's calendar, to the end of the last", () => {
    expect(asked({ from: "2026-10-25", to: "2026-10-25", commands: true }, berlin)).toEqual({
      start: Date.parse("2026-10-24T22:00:00Z"),
      // A day of 25 hours.
      end: Date.parse("2026-10-25T23:00:00Z"),
    });
    expect(midnight(berlin, "0002-01-01")).toBeUndefined();
    expect(midnight(berlin, "nonsense")).toBeUndefined();
  });

  it("asks Earlid for what it can look for itself, with the home's own as an empty name", () => {
    expect(asked({ kind: "breach", speaker: "" }, berlin)).toEqual({ kinds: ["breach"], speakers: [""] });
    expect(asked({ outcome: "unanswered" }, berlin)).toEqual({ outcomes: ["unanswered"], kinds: ["activation"] });
  });

  it("leaves out commands, unless they are asked for", () => {
    expect(asked({}, berlin).kinds).not.toContain("command");
    expect(asked({}, berlin).kinds).toContain("activation");
    expect(asked({ commands: true }, berlin).kinds).toBeUndefined();
    expect(asked({ kind: "command" }, berlin).kinds).toEqual(["command"]);
    expect(address({}, berlin, "jsonl")).not.toContain("kinds");
  });

  it("does not find a decision by the rule that it outvoted", () => {
    const one = entry("decision", { allowed: false, because: "lockdown", lost: [{ because: "rule", slug: "night" }] });
    expect(matches({ text: "night" }, one, () => row(words, one, undefined))).toBe(false);
    expect(matches({ text: "lockdown" }, one, () => row(words, one, undefined))).toBe(true);
  });

  it("looks for the rest in what came", () => {
    const one = entry("activation", { outcome: "answered", allowed: false, source: "event.echo" });
    const of = () => row(words, one, undefined);
    expect(matches({ allowed: false }, one, of)).toBe(true);
    expect(matches({ allowed: true }, one, of)).toBe(false);
    expect(matches({ allowed: false }, entry("breach", {}), of)).toBe(true);
    expect(matches({ allowed: true }, entry("command", {}), of)).toBe(false);
    expect(matches({ text: "NOT allowed" }, one, of)).toBe(true);
    expect(matches({ text: "event.echo" }, one, of)).toBe(true);
    expect(matches({ text: "bedroom" }, one, of)).toBe(false);
    expect(matches({ outcome: "unanswered" }, one, of)).toBe(false);
  });

  it("exports the same times, kinds and speakers", () => {
    const url = new URL(
      address({ kind: "breach", speaker: "kitchen", from: "2026-11-01" }, berlin, "csv"),
      "http://home",
    );
    expect(url.pathname).toBe("/api/earlid/journal");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      format: "csv",
      start: "2026-10-31T23:00:00.000Z",
      kinds: "breach",
      speakers: "kitchen",
    });
  });
});

describe("the file of an export", () => {
  it("is named by the days that it is of", () => {
    expect(fileName({}, "2026-11-22", "csv")).toBe("earlid-journal_2026-11-22.csv");
    expect(fileName({ from: "2026-11-01" }, "2026-11-22", "jsonl")).toBe("earlid-journal_2026-11-01_2026-11-22.jsonl");
    expect(words.isoDay(Date.parse("2026-11-21T23:30:00Z"))).toBe("2026-11-22");
  });
});

describe("verifying", () => {
  const verified = async (callService: () => Promise<unknown>): Promise<string> => {
    const element = document.createElement("earlid-journal-record") as EarlidJournalRecord;
    Object.assign(element, { hass: hass(empty, en as never, { callService }), words });
    document.body.append(element);
    await element.updateComplete;
    element.shadowRoot?.querySelector<HTMLElement>("[data-deed=verify]")?.click();
    await vi.waitFor(() => expect(element.shadowRoot?.querySelector("p")).not.toBeNull());
    return `${element.shadowRoot?.querySelector("p")?.role}: ${element.shadowRoot?.querySelector("p")?.textContent}`;
  };
  const found = (more: object) => async () => ({
    response: { ok: true, checked: 1234, cuts: 0, first_bad: null, ...more },
  });

  it("says in words what came of it", async () => {
    expect(await verified(found({}))).toMatch(/^status: The journal is whole: of 1,234 records/);
    expect(await verified(found({ cuts: 2 }))).toContain("but the old ones that Earlid removed");
    expect(await verified(found({ ok: false, first_bad: { seq: 7, why: "hash" } }))).toMatch(/^alert: .*record 7 /);
    expect(await verified(() => Promise.reject({ message: "gone" }))).toContain("could not be verified: gone");
  });
});

describe("rows on the screen", () => {
  const rows = { count: 1000, height: 40, open: 3, extra: 200 };
  it("makes room for the one that is open", () => {
    expect([top(rows, 3), top(rows, 4), whole(rows)]).toEqual([120, 360, 40_200]);
    expect([rowAt(rows, 119), rowAt(rows, 359), rowAt(rows, 360), rowAt(rows, 401)]).toEqual([2, 3, 4, 5]);
  });
  it("draws a screenful, whatever there is", () => {
    expect(visible(rows, 20_000, 400)).toEqual([489, 512]);
    expect(visible({ ...rows, count: 0, open: -1 }, 9999, 400)).toEqual([0, 0]);
    expect(visible({ ...rows, count: 5, open: -1 }, 9999, 400)).toEqual([5, 5]);
  });
  it("scrolls no more than it has to", () => {
    expect(bring(rows, 10, 0, 2000)).toBe(0);
    expect(bring(rows, 10, 1000, 400)).toBe(600);
    expect(bring(rows, 30, 0, 400)).toBe(1040);
    expect(stepped("PageDown", 995, 9, 1000)).toBe(999);
    expect(stepped("a", 0, 9, 10)).toBeUndefined();
  });
});

describe("pages", () => {
  const home = past(NOW, 2, 3, 1000);
  const from = (records: Entry[]) => hass({ ...home, records }, en as never);

  it("come one after the other, to the end", async () => {
    const pages = new Pages();
    for (let n = 0; n < 20 && pages.more; n++) await pages.next(from(home.records));
    expect(pages.records.map((one) => one.seq)).toEqual(home.records.map((one) => one.seq));
    expect(new Set(pages.records.map((one) => one.id)).size).toBe(home.records.length);
  });

  it("take what is new on top, and what has become known of what was there", async () => {
    const pages = new Pages();
    const [newest, ...others] = home.records;
    await pages.next(from(others));
    const [first] = others;
    const amended = [newest, { ...first, body: { outcome: "answered" } }, ...others.slice(1)] as Entry[];
    await pages.top(from(amended), false);
    expect(pages.records.slice(0, 2)).toEqual(amended.slice(0, 2));
    expect(pages.records.length).toBe(201);
  });

  it("begin anew where more came than a page holds", async () => {
    const pages = new Pages();
    await pages.next(from(home.records.slice(500)));
    await pages.top(from(home.records), false);
    expect(pages.records.map((one) => one.seq)).toEqual(home.records.slice(0, 200).map((one) => one.seq));
    expect(pages.more).toBe(true);
  });

  it("throw away the answer to what is asked no more", async () => {
    const pages = new Pages();
    const late = pages.next(from(home.records));
    pages.ask({ kinds: ["breach"] });
    expect(await late).toBe(false);
    expect(pages.records).toEqual([]);
    expect(pages.loading).toBe(false);
  });

  it("say that they could not be read, and can be asked again", async () => {
    const pages = new Pages();
    await pages.next(hass(home, en as never, { callWS: () => Promise.reject(new Error("gone")) }));
    expect(pages.failed).toBe(true);
    await pages.next(from(home.records));
    expect([pages.failed, pages.records.length]).toEqual([false, 200]);
  });

  it("let go of what is far below while the newest are looked at", async () => {
    const pages = new Pages();
    let records = home.records;
    await pages.next(from(records));
    for (let n = 1; n <= 30; n++) {
      const seq = (records[0]?.seq ?? 0) + 1;
      const more = Array.from({ length: 50 }, (_, i) => ({
        ...entry("command", {}),
        id: `${n}.${i}`,
        seq: seq + i,
      })).reverse();
      records = [...more, ...records];
      await pages.top(from(records), true);
    }
    expect(pages.records.length).toBe(1000);
    expect(reply(home, { type: "earlid/journal", start: 0, end: 0 })).toMatchObject({ more: true });
  });
});
