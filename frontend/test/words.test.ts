import { describe, expect, it } from "vitest";
import { Words } from "../src/words";
import { fakeHass } from "./home-fakes";

const at = Date.parse;

describe("times", () => {
  it("are those of the home where the person wants that, whatever the browser's zone is", () => {
    expect(new Words(fakeHass()).time(at("2026-11-22T17:30Z"))).toBe("18:30");
  });

  it("count hours to twelve or twenty-four, as the profile or the language has it", () => {
    const moment = at("2026-11-22T17:30Z");
    expect(new Words(fakeHass({ time_format: "12" })).time(moment)).toMatch(/^6:30\sPM$/);
    expect(new Words(fakeHass({ time_format: "language" })).time(moment)).toMatch(/^6:30\sPM$/);
    expect(new Words(fakeHass({ time_format: "language", language: "de" })).time(moment)).toBe("18:30");
  });

  it("say the day only where it is another", () => {
    const words = new Words(fakeHass());
    const now = at("2026-11-22T20:00Z");
    expect(words.moment(at("2026-11-22T22:59Z"), now)).toBe("23:59");
    expect(words.moment(at("2026-11-22T23:01Z"), now)).toBe("tomorrow 00:01");
    expect(words.moment(at("2026-11-21T22:30Z"), now)).toBe("yesterday 23:30");
    expect(words.moment(at("2026-11-25T06:00Z"), now)).toBe("Wed, Nov 25 07:00");
    expect(words.moment(at("2027-01-02T06:00Z"), now)).toBe("Sat, Jan 2, 2027 07:00");
  });

  it("take tomorrow for tomorrow on the days of 23 and 25 hours", () => {
    const words = new Words(fakeHass());
    expect(words.moment(at("2026-03-29T22:30Z"), at("2026-03-28T23:30Z"))).toBe("tomorrow 00:30");
    expect(words.moment(at("2026-10-25T22:30Z"), at("2026-10-24T22:30Z"))).toBe("23:30");
  });

  it("are a dash where there is none, and never an error", () => {
    const words = new Words(fakeHass());
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      expect(words.time(odd)).toBe("–");
      expect(() => words.moment(odd)).not.toThrow();
      expect(() => words.span(odd)).not.toThrow();
    }
  });
});

describe("spans", () => {
  it("have two units at most, and round before they split", () => {
    const words = new Words(fakeHass());
    expect(words.span(45)).toBe("45 sec");
    expect(words.span(3599)).toBe("1 hr");
    expect(words.span(5400)).toBe("1 hr 30 min");
    expect(words.span(86_399)).toBe("1 day");
    expect(words.span(100_000)).toBe("1 day 4 hr");
  });
});

describe("names from outside", () => {
  it("cannot turn the sentence they stand in around", () => {
    const sentence = new Words(fakeHass()).t("panel.rule", { name: "\u202eevil" });
    expect(sentence).toBe("Rule “evil”");
  });

  it("stand by themselves where they are written from right to left", () => {
    expect(new Words(fakeHass()).apart("סלון")).toBe("\u2068סלון\u2069");
  });
});
