import { expect, it } from "vitest";
import { decided, loaded, recent, renewed, type Track } from "../../src/line/loaded";
import type { Lane, Timeline } from "../../src/wire";
import { HOUR, MINUTE } from "./fake";

const lane = (more: Partial<Lane>): Lane => ({
  speaker: "kitchen",
  name: "Kitchen",
  deadline: 10,
  bands: [],
  decisions: [],
  wakes: [],
  ahead: [],
  ...more,
});
const told = (start: number, now: number, lanes: Lane[]): Timeline => ({
  start,
  end: now + HOUR,
  now,
  lanes,
  gaps: [],
});
const live = (start: number, end: number) => ({ start, end, microphone: "live" as const, allowed: true });
const kitchen = (of: { tracks: Map<string, Track> }): Track => of.tracks.get("kitchen") as Track;

it("joins what it asks again to what it has, without a seam", () => {
  const known = loaded(told(0, HOUR, [lane({ bands: [live(0, HOUR)] })]));
  const from = recent(known);
  const after = renewed(known, told(from, HOUR + MINUTE, [lane({ bands: [live(from, HOUR + MINUTE)] })]), 0);
  expect(kitchen(after).bands).toEqual([live(0, HOUR + MINUTE)]);
  expect(after.now).toBe(HOUR + MINUTE);
});

it("takes the outcome of an activation that has become known", () => {
  const wake = { id: "one", at: HOUR - MINUTE, outcome: "unknown" as const, allowed: true, source: "", because: null };
  const known = loaded(told(0, HOUR, [lane({ wakes: [wake] })]));
  const from = recent(known);
  const after = renewed(known, told(from, HOUR + 1, [lane({ wakes: [{ ...wake, outcome: "answered" }] })]), 0);
  expect(kitchen(after).wakes.map((one) => one.outcome)).toEqual(["answered"]);
});

it("stays as large as it is over a thousand renewals", () => {
  let known = loaded(told(0, HOUR, [lane({ bands: [live(0, HOUR)] })]));
  for (let n = 1; n <= 1000; n++) {
    const now = HOUR + n * MINUTE;
    const from = recent(known);
    const wakes = [
      { id: String(n), at: now - 1, outcome: "answered" as const, allowed: true, source: "", because: null },
    ];
    const off = {
      start: now - MINUTE / 2,
      end: now,
      microphone: n % 2 ? ("off_proven" as const) : ("live" as const),
      allowed: true,
    };
    const bands = [live(from, now - MINUTE / 2), off];
    const decisions = [{ at: now - 5, allowed: true, because: "rule" as const, name: null, lost: [] }];
    known = renewed(known, told(from, now, [lane({ bands, wakes, decisions })]), now - HOUR);
  }
  expect(kitchen(known).bands.length).toBeLessThan(130);
  expect(kitchen(known).wakes.length).toBeLessThan(70);
  expect(kitchen(known).decisions.length).toBeLessThan(70);
});

it("leaves the lanes that were not asked for, and forgets those that are gone", () => {
  const known = loaded(told(0, HOUR, [lane({ bands: [live(0, HOUR)] }), lane({ speaker: "hall" })]));
  const one = told(recent(known), HOUR + 1, [lane({ speaker: "hall" })]);
  expect([...renewed(known, one, 0).tracks.keys()]).toEqual(["kitchen", "hall"]);
  expect([...renewed(known, one, 0, true).tracks.keys()]).toEqual(["hall"]);
});

it("knows which decision held", () => {
  const decision = (at: number) => ({ at, allowed: true, because: "rule" as const, name: null, lost: [] });
  const of = kitchen(loaded(told(0, HOUR, [lane({ decisions: [decision(30), decision(10)] })])));
  expect(decided(of, 29)?.at).toBe(10);
  expect(decided(of, 9)).toBeUndefined();
});

it("does not take the time when nobody looked for an exposure", () => {
  const unknown = { start: HOUR, end: 3 * HOUR, microphone: "unknown" as const, allowed: false };
  const of = (gaps: { start: number; end: number }[]): number[][] =>
    kitchen(loaded({ ...told(0, 4 * HOUR, [lane({ bands: [live(0, HOUR), unknown] })]), gaps })).bands.map((band) => [
      band.start / HOUR,
      band.end / HOUR,
    ]);
  expect(of([{ start: HOUR, end: 3 * HOUR }])).toEqual([[0, 1]]);
  expect(of([{ start: HOUR, end: 2 * HOUR }])).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(of([{ start: 1.5 * HOUR, end: 2 * HOUR }])).toEqual([
    [0, 1],
    [1, 1.5],
    [2, 3],
  ]);
  expect(of([{ start: 0, end: HOUR }])).toEqual([
    [0, 1],
    [1, 3],
  ]);
});
