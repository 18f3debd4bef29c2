import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE, tickStep, ticks, Zone } from "../../src/line/zone";

const berlin = Zone.of("Europe/Berlin");
const at = (text: string): number => Date.parse(text);
const wall = (zone: Zone, ms: number): string => new Date(zone.wall(ms)).toISOString().slice(11, 16);

it("shows the home's clock, not the browser's", () => {
  expect(wall(berlin, at("2026-11-22T12:00:00Z"))).toBe("13:00");
  expect(wall(berlin, at("2026-07-22T12:00:00Z"))).toBe("14:00");
  expect(wall(Zone.of("Asia/Kathmandu"), at("2026-07-22T12:00:00Z"))).toBe("17:45");
});

it("takes a zone that nobody knows for the browser's", () => {
  expect(Zone.of("Mars/Olympus").offset(0)).toBe(Zone.of(undefined).offset(0));
});

it("has no tick in the hour that the clocks skip, and the right ones after it", () => {
  const found = ticks(berlin, at("2026-03-28T23:00:00Z"), at("2026-03-29T05:00:00Z"), HOUR);
  expect(found.map((tick) => wall(berlin, tick.at))).toEqual([
    "00:00",
    "01:00",
    "03:00",
    "04:00",
    "05:00",
    "06:00",
    "07:00",
  ]);
});

it("has two ticks for the hour that comes twice", () => {
  const found = ticks(berlin, at("2026-10-24T22:00:00Z"), at("2026-10-25T03:00:00Z"), HOUR);
  expect(found.map((tick) => wall(berlin, tick.at))).toEqual(["00:00", "01:00", "02:00", "02:00", "03:00", "04:00"]);
});

it("keeps every third hour on the clock over a change", () => {
  const found = ticks(berlin, at("2026-03-28T20:00:00Z"), at("2026-03-29T12:00:00Z"), 3 * HOUR);
  expect(found.map((tick) => wall(berlin, tick.at))).toEqual(["21:00", "00:00", "03:00", "06:00", "09:00", "12:00"]);
});

it("begins days at midnight, also after the clocks have changed", () => {
  const found = ticks(berlin, at("2026-10-24T00:00:00Z"), at("2026-10-27T00:00:00Z"), DAY);
  expect(found.map((tick) => new Date(tick.at).toISOString())).toEqual([
    "2026-10-24T22:00:00.000Z",
    "2026-10-25T23:00:00.000Z",
    "2026-10-26T23:00:00.000Z",
  ]);
});

it("begins a day whose midnight the clocks skip when that has passed", () => {
  // In Santiago the clocks went from 24:00 to 1:00.
  const santiago = Zone.of("America/Santiago");
  const [tick] = ticks(santiago, at("2026-09-06T03:00:00Z"), at("2026-09-06T12:00:00Z"), DAY);
  expect(wall(santiago, tick?.at ?? 0)).toBe("01:00");
});

it("finds ticks where the clocks stand at odd quarters", () => {
  const kathmandu = Zone.of("Asia/Kathmandu");
  const found = ticks(kathmandu, at("2026-11-22T12:00:00Z"), at("2026-11-22T12:40:00Z"), 10 * MINUTE);
  expect(found.map((tick) => wall(kathmandu, tick.at))).toEqual(["17:50", "18:00", "18:10", "18:20"]);
});

it("leaves labels the room they need", () => {
  expect(tickStep(30 * HOUR, 1100, 76)).toBe(3 * HOUR);
  expect(tickStep(31 * DAY, 300, 76)).toBe(14 * DAY);
  expect(tickStep(75 * MINUTE, 1100, 76)).toBe(10 * MINUTE);
});
