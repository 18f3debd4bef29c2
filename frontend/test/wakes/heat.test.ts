import { expect, it } from "vitest";
import { heat, strength, sums, week } from "../../src/wakes/heat";
import type { WakeHours } from "../../src/wire";

const hours = (at: Record<number, number>): number[] => Array.from({ length: 168 }, (_, index) => at[index] ?? 0);
const answer: WakeHours = {
  start: 0,
  end: 1,
  speakers: [
    { speaker: "hall", name: "Hall", wakes: hours({ 0: 1 }), unanswered: hours({}), live: 60 },
    { speaker: "kitchen", name: "Kitchen", wakes: hours({ 0: 3, 167: 1 }), unanswered: hours({ 0: 1 }), live: 7200 },
  ],
};

it("adds up all speakers, or shows one", () => {
  expect(heat(answer, undefined)).toMatchObject({ most: 4, total: 5 });
  expect(heat(answer, "hall")).toMatchObject({ most: 1, total: 1 });
  expect(heat(answer, "gone")).toMatchObject({ most: 0, total: 0 });
});

it("names those that woke most first, with a rate only where it was live for long enough", () => {
  const { each, all } = sums(answer);
  expect(each.map((one) => [one.name, one.wakes, one.share, one.perHour])).toEqual([
    ["Kitchen", 4, 0.25, 0.5],
    ["Hall", 1, 0, null],
  ]);
  expect(all).toMatchObject({ wakes: 5, unanswered: 1, share: 0.2 });
});

it("has no rate of all raised by one that was hardly live", () => {
  const [hall, kitchen] = answer.speakers;
  const speakers = [{ ...hall, unanswered: hours({ 0: 30 }) }, kitchen] as WakeHours["speakers"];
  expect(sums({ ...answer, speakers }).all).toMatchObject({ unanswered: 31, perHour: 0.5 });
});

it("begins the week where the profile or the language does", () => {
  expect(week("sunday", "en")[0]).toBe(6);
  expect(week("saturday", "en").slice(0, 3)).toEqual([5, 6, 0]);
  expect(week("language", "de")[0]).toBe(0);
  expect(week("language", "no such language")[0]).toBe(0);
});

it("colours one wake, and nothing where there was none", () => {
  expect([0, 1, 25, 100].map((count) => strength(count, 100))).toEqual([0, 1, 2, 4]);
  expect(strength(0, 0)).toBe(0);
});

it("counts nothing where numbers are missing", () => {
  const odd = {
    start: 0,
    end: 1,
    speakers: [{ speaker: "x", name: "X", wakes: [1, Number.NaN], live: 0 }],
  } as unknown as WakeHours;
  expect(heat(odd, undefined).total).toBe(1);
  expect(sums(odd).all).toMatchObject({ wakes: 1, unanswered: 0, perHour: null });
});
