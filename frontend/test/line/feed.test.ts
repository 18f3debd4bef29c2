import { afterEach, beforeEach, expect, it, vi } from "vitest";
import en from "../../../custom_components/earlid/translations/en.json";
import { changed } from "../../src/line/changed";
import { Feed } from "../../src/line/feed";
import { rule } from "../home-fakes";
import { answer, DAY, HOUR, hass, home, past } from "./fake";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const of = past(NOW, 3, 3, 300);
const day = { start: NOW - DAY, end: NOW + 6 * HOUR };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

function feed(): {
  feed: Feed;
  asked: { start: number; end: number; speakers?: string[] }[];
  break: (yes: boolean) => void;
} {
  const asked: { start: number; end: number; speakers?: string[] }[] = [];
  let broken = false;
  const made = new Feed(() => undefined);
  const callWS = async (message: object): Promise<never> => {
    const { start, end, speakers } = message as { start: number; end: number; speakers?: string[] };
    asked.push({ start, end, ...(speakers && { speakers }) });
    if (broken) throw new Error("gone");
    return answer({ ...of, now: Date.now() }, start, end, speakers) as never;
  };
  made.hass = hass(of, en as never, { callWS } as never);
  return { feed: made, asked, break: (yes) => (broken = yes) };
}

it("asks once for the view and a margin, and not again while one pans within it", async () => {
  const { feed: one, asked } = feed();
  one.want(day);
  await vi.advanceTimersByTimeAsync(10);
  expect(asked.length).toBe(1);
  expect(asked[0]?.start).toBeLessThan(day.start - HOUR);
  one.want({ start: day.start - HOUR, end: day.end - HOUR });
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked.length).toBe(1);
  one.want({ start: day.start - 3 * DAY, end: day.end - 3 * DAY });
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.length).toBe(2);
});

it("asks for the recent part of what has changed, once for a burst", async () => {
  const { feed: one, asked } = feed();
  one.want(day);
  await vi.advanceTimersByTimeAsync(10);
  let before = home(of);
  for (let n = 0; n < 50; n++) {
    const speakers = before.speakers.map((was, i) => (i === n % 2 ? { ...was, activations_today: n + 1 } : was));
    const after = { ...before, speakers };
    one.look(before, after);
    before = after;
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked.length).toBe(2);
  expect(asked[1]?.speakers?.toSorted()).toEqual(["speaker_0", "speaker_1"]);
  expect(asked[1]?.start).toBeGreaterThan(NOW - HOUR);
});

it("does nothing for what counts up each minute", () => {
  const before = home(of);
  const after = { ...before, speakers: before.speakers.map((one) => ({ ...one, live_today: 60, exposed_today: 1 })) };
  expect(changed(before, after)).toBeNull();
  const ruled = { ...before, rules: [rule()] };
  expect(changed(before, ruled)).toEqual({ speakers: undefined });
  expect(changed(ruled, { ...before, rules: [rule({ in_force: true })] })).toBeNull();
  expect(changed(ruled, { ...before, rules: [rule({ enabled: false })] })).toEqual({ speakers: undefined });
  expect(changed(before, { ...before, speakers: before.speakers.slice(1) })).toEqual({ speakers: undefined });
});

it("asks again after it failed, and keeps what it has", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { feed: one, asked, break: fail } = feed();
  fail(true);
  one.want(day);
  await vi.advanceTimersByTimeAsync(10);
  expect([one.failed, asked.length]).toEqual([true, 1]);
  fail(false);
  await vi.advanceTimersByTimeAsync(6000);
  expect([one.failed, asked.length]).toEqual([false, 2]);
  fail(true);
  one.renew(["speaker_0"]);
  await vi.advanceTimersByTimeAsync(1500);
  expect([one.failed, one.known?.tracks.size]).toEqual([true, 3]);
  fail(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(one.failed).toBe(false);
  warned.mockRestore();
});

it("asks for nothing any more when it was stopped", async () => {
  const { feed: one, asked } = feed();
  one.want(day);
  one.stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.length).toBe(0);
});
