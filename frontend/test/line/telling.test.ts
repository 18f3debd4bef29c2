import { describe, expect, it } from "vitest";
import en from "../../../custom_components/earlid/translations/en.json";
import { detail, spoken } from "../../src/line/detail";
import { hit, next, type Shown, type Stop, stops, under } from "../../src/line/find";
import { Scale } from "../../src/line/layout";
import { loaded, type Track } from "../../src/line/loaded";
import { marks } from "../../src/line/paint";
import { plan } from "../../src/line/plan";
import { summary } from "../../src/line/summary";
import type { Lane } from "../../src/wire";
import { Words } from "../../src/words";
import { HOUR, hass, home, MINUTE, speaker } from "./fake";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const past = { now: NOW, lanes: [], gaps: [], records: [] };
const words = new Words(hass(past, en as never));

const kitchen: Lane = {
  speaker: "kitchen",
  name: "Kitchen",
  deadline: 10,
  bands: [
    { start: NOW - 4 * HOUR, end: NOW - 2 * HOUR, microphone: "live", allowed: true },
    { start: NOW - 2 * HOUR, end: NOW - 2 * HOUR + 12_000, microphone: "live", allowed: false },
    { start: NOW - 2 * HOUR + 12_000, end: NOW, microphone: "off_proven", allowed: false },
  ],
  decisions: [
    { at: NOW - 5 * HOUR, allowed: true, because: "posture", name: null, lost: [] },
    { at: NOW - 2 * HOUR, allowed: false, because: "rule", name: "Nobody home", lost: ["Guests", "posture"] },
  ],
  wakes: [
    { id: "one", at: NOW - 3 * HOUR, outcome: "answered", allowed: true, source: "event.echo", because: "posture" },
    { id: "two", at: NOW - HOUR, outcome: "unanswered", allowed: false, source: "event.echo", because: "rule" },
  ],
  ahead: [{ at: NOW + HOUR, allowed: true, because: "rule", name: "Evening" }],
};
const gap = { start: NOW - 90 * MINUTE, end: NOW - 80 * MINUTE };
const known = loaded({ start: NOW - 5 * HOUR, end: NOW + 2 * HOUR, now: NOW, lanes: [kitchen], gaps: [gap] });
const track = known.tracks.get("kitchen") as Track;
const scale = new Scale({ start: NOW - 5 * HOUR, end: NOW + 2 * HOUR }, 700);
const now = speaker("kitchen", "Kitchen", { until: NOW + HOUR, next_change: NOW + HOUR });
const shown: Shown = {
  track,
  now: NOW,
  gaps: [gap],
  marks: marks(track, scale),
  stretches: plan(track.ahead, now, NOW, NOW + 2 * HOUR),
};
const told = (stop: Stop | undefined): string => (stop ? spoken(detail(words, track, stop, stop.at, NOW)) : "nothing");

describe("what is told of a place", () => {
  it("names the rule, what it overruled, and what woke the speaker", () => {
    expect(told(under(shown, NOW - HOUR, 1))).toBe(
      "Off, proven. since 11:00, 2 hrs. Muted: Nobody home. Overruled: Guests and what is chosen for when no rule applies. 12:00:00: Woke for nothing, not allowed",
    );
  });

  it("finds the exposure of some seconds under a pixel of a minute", () => {
    expect(told(under(shown, NOW - 2 * HOUR + 20_000, MINUTE))).toContain(
      "Live, not allowed. 11:00:00 to 11:00:12, 12 secs",
    );
  });

  it("finds it under both of the pixels that it is drawn with", () => {
    const wide = 10 * MINUTE;
    expect(told(under(shown, NOW - 2 * HOUR + 1.9 * wide, wide))).toContain("Live, not allowed");
    expect(told(under(shown, NOW - 2 * HOUR + 2.1 * wide, wide))).toContain("Off, proven");
  });

  it("says that nobody looked", () => {
    expect(told(under(shown, NOW - 85 * MINUTE, MINUTE))).toContain("Nobody looked. 11:30 to 11:40, 10 mins");
  });

  it("tells what is expected", () => {
    expect(told(under(shown, NOW + 90 * MINUTE, MINUTE))).toBe(
      "Planned: allowed to listen. from 14:00. Because: Evening",
    );
    expect(told(under(shown, NOW + 5 * MINUTE, MINUTE))).toBe("Planned: muted. from 13:00. Because: Night");
  });

  it("finds a mark near the pointer above the band, and the band below it", () => {
    const x = scale.x(NOW - HOUR);
    expect(hit(shown, scale, x + 6, true)?.kind).toBe("wakes");
    expect(hit(shown, scale, x + 6, false)?.kind).toBe("band");
    expect(told(hit(shown, scale, x, true))).toContain("It was not allowed to listen");
  });

  it("finds nothing where nothing is", () => {
    expect(under(shown, NOW - 4.5 * HOUR, MINUTE)).toBeUndefined();
    expect(under({ ...shown, track: { ...track, bands: [] } }, NOW - HOUR, 1)).toBeUndefined();
  });
});

describe("going from stop to stop", () => {
  it("comes by everything, forward and back", () => {
    const all = stops(shown);
    let here = all[0] as Stop;
    const way = [here.kind];
    for (let n = 0; n < 20; n++) {
      const after = next(all, here, true, 1);
      if (after === here) break;
      here = after;
      way.push(here.kind);
    }
    expect(way).toEqual(["band", "wakes", "band", "band", "gap", "wakes", "ahead", "ahead"]);
    expect(next(all, here, false, 1).kind).toBe("ahead");
  });

  it("stops at the worst of what shares a few pixels", () => {
    const first = stops(shown)[1] as Stop;
    const stop = next(stops(shown), first, true, MINUTE);
    expect(stop.kind === "band" && stop.band).toMatchObject({ microphone: "live", allowed: false });
  });

  it("goes on from where something was that is gone", () => {
    const all = stops(shown);
    const gone: Stop = { kind: "gap", at: NOW - 3.5 * HOUR, end: NOW, gap };
    expect(next(all, gone, true, 1)).toBe(all[1]);
    expect(next(all, gone, false, 1)).toBe(all[0]);
  });
});

it("says a lane in words", () => {
  expect(summary(words, track, now, { start: NOW - 24 * HOUR, end: NOW + HOUR }, NOW)).toContain(
    "Now: Off, proven, until ",
  );
  expect(summary(words, track, now, { start: NOW - 4 * HOUR, end: NOW }, NOW)).toMatch(
    /In the last 4 hrs: could hear although not allowed 12 secs, live 2 hrs, off \(proven\) 2 hrs, activations: 2 and not allowed: 1\.$/,
  );
});

it("claims nothing of now while Home Assistant is not reached", () => {
  const told = summary(words, track, now, { start: NOW - 4 * HOUR, end: NOW }, NOW, false);
  expect(told).toContain("Now: not known");
  expect(told).not.toContain("Now: Off");
  expect(told).toContain("In the last 4 hrs");
});

it("names no end that lockdown or a hold goes on over", () => {
  const held = { ...now, until: null, next_change: NOW + HOUR };
  expect(summary(words, track, held, { start: NOW - HOUR, end: NOW }, NOW)).toContain("Now: Off, proven.");
  const short = { ...held, until: NOW + 10 * MINUTE };
  expect(summary(words, track, short, { start: NOW - HOUR, end: NOW }, NOW)).toContain(
    "Now: Off, proven, until 13:10.",
  );
});

it("has a plan also where nothing is known of what comes", () => {
  expect(plan([], now, NOW, NOW + HOUR)).toEqual([
    { start: NOW, end: NOW + HOUR, allowed: false, because: "rule", name: "Night" },
  ]);
  expect(plan([], undefined, NOW, NOW + HOUR)).toEqual([]);
  expect(home(past).speakers).toEqual([]);
});
