import { expect, it } from "vitest";
import { Scale } from "../../src/line/layout";
import { loaded, type Track } from "../../src/line/loaded";
import { RANKS } from "../../src/line/looks";
import { clusters, runs } from "../../src/line/pixels";
import type { Band, Proof, Wake } from "../../src/wire";
import { DAY, MINUTE } from "./fake";

const NOW = 30 * DAY;
const band = (start: number, end: number, microphone: Proof, allowed = false): Band => ({
  start,
  end,
  microphone,
  allowed,
});
const track = (bands: Band[], told = NOW): Track => {
  const lane = { speaker: "kitchen", name: "Kitchen", deadline: 10, bands, decisions: [], wakes: [], ahead: [] };
  return loaded({ start: 0, end: NOW, now: told, lanes: [lane], gaps: [] }).tracks.get("kitchen") as Track;
};
const seen = (of: Track, scale: Scale, now = NOW): string[] =>
  runs(of, scale, now).map((run) => `${run.from}-${run.to} ${RANKS[run.rank]}`);

it("shows an exposure of some seconds within a month, two pixels wide", () => {
  const of = track([
    band(0, 15 * DAY, "off_proven"),
    band(15 * DAY, 15 * DAY + 10_000, "live"),
    band(15 * DAY + 10_000, NOW, "off_proven"),
  ]);
  expect(seen(of, new Scale({ start: 0, end: NOW }, 300))).toEqual([
    "0-150 off_proven",
    "150-152 exposed",
    "152-300 off_proven",
  ]);
});

it("gives no alarm for the moment in which a plug takes its order", () => {
  const from = 15 * DAY;
  const of = track([
    band(0, from, "live", true),
    band(from, from + 6000, "live"),
    band(from + 6000, from + 9000, "unknown"),
    band(from + 9000, NOW, "off_proven"),
  ]);
  expect(seen(of, new Scale({ start: from - 10_000, end: from + 20_000 }, 30))).toEqual([
    "0-16 live",
    "16-19 unknown",
    "19-30 off_proven",
  ]);
});

it("takes unknown without permission for exposed, and with it for unknown", () => {
  const of = track([band(0, 15 * DAY, "unknown"), band(15 * DAY, NOW, "unknown", true)]);
  expect(seen(of, new Scale({ start: 0, end: NOW }, 300))).toEqual(["0-150 exposed", "150-300 unknown"]);
});

it("lets time run from right to left", () => {
  const of = track([band(0, 10 * DAY, "live", true), band(10 * DAY, NOW, "off_proven")]);
  const scale = new Scale({ start: 0, end: NOW }, 300, true);
  expect(seen(of, scale)).toEqual(["0-200 off_proven", "200-300 live"]);
  expect(scale.x(0)).toBe(300);
  expect(scale.at(scale.x(7 * DAY))).toBeCloseTo(7 * DAY);
});

it("goes on to show what was last told until now, and no further", () => {
  const of = track([band(0, NOW, "live", true)]);
  expect(seen(of, new Scale({ start: NOW - MINUTE, end: NOW + MINUTE * 2 }, 300), NOW + MINUTE)).toEqual([
    "0-200 live",
  ]);
  expect(seen(of, new Scale({ start: NOW + MINUTE, end: NOW + 4 * MINUTE }, 300), NOW + 2 * MINUTE)).toEqual([
    "0-100 live",
  ]);
});

it("does not go on with a speaker that ended before", () => {
  const of = track([band(0, NOW - DAY, "live", true)]);
  expect(seen(of, new Scale({ start: NOW - DAY, end: NOW }, 300))).toEqual([]);
});

it("shows nothing of what never was", () => {
  expect(seen(track([]), new Scale({ start: 0, end: NOW }, 300))).toEqual([]);
  expect(seen(track([band(5, 5, "live"), band(9, 3, "live")]), new Scale({ start: 0, end: NOW }, 300))).toEqual([]);
});

it("counts marks that would lie on one another, in the colour of the worst", () => {
  const wake = (at: number, allowed: boolean): Wake => ({
    id: String(at),
    at,
    outcome: "answered",
    allowed,
    source: "",
    because: null,
  });
  const found = clusters([wake(0, true), wake(5, false), wake(9, true), wake(40, true)], 1, 10);
  expect(found.map((one) => [one.count, one.wake.allowed])).toEqual([
    [3, false],
    [1, true],
  ]);
});
