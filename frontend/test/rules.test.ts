import { afterEach, describe, expect, it } from "vitest";
import type { EarlidRules } from "../src/parts/rules";
import "../src/parts/rules";
import type { Home, Rule } from "../src/wire";
import { type FakeHass, fakeHass, home, rule, settled } from "./home-fakes";

afterEach(() => document.body.replaceChildren());

async function listed(rules: Rule[], more: Partial<Home> = {}, hass: FakeHass = fakeHass()): Promise<EarlidRules> {
  const element = document.createElement("earlid-rules") as EarlidRules;
  Object.assign(element, { hass, home: home({ rules, ...more }) });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const text = (element: Element): string => element.shadowRoot?.textContent?.replace(/\s+/g, " ") ?? "";
const button = (element: Element, deed = "turn"): HTMLButtonElement | null | undefined =>
  element.shadowRoot?.querySelector(`button[data-deed=${deed}]`);

describe("a rule", () => {
  it("says for whom and when it is", async () => {
    const said = async (more: Partial<Rule>): Promise<string> => text(await listed([rule(more)]));
    expect(await said({})).toContain("Mutes all speakers: every day, 22:30 to 06:30");
    expect(await said({ days: [0, 5], begins: 0, ends: 0, speakers: ["Bath", "Hall"], effect: "listen" })).toContain(
      "Lets Bath and Hall listen: Mon and Sat",
    );
    expect(await said({ speakers: [] })).toContain("Mutes speakers that are no longer there: every day");
    expect(await said({ days: [0, 1, 2, 3, 4] })).toContain("Mon–Fri, ");
    expect(await said({ days: [0, 1, 3, 4, 5, 6] })).toContain("Mon, Tue, and Thu–Sun, ");
    const gone = { days: [], entities: ["Ann", "Ben"], quantifier: "none" } as const;
    expect(await said({ ...gone, days: [], entities: ["Ann", "Ben"] })).toContain(
      "while none of these is there: Ann and Ben",
    );
    expect(await said({ days: [], entities: ["Guests"] })).toContain("while Guests is on");
    expect(await said({ days: [] })).toContain("while its conditions hold");
  });

  it("says whether it holds now", async () => {
    const standing = async (more: Partial<Rule>): Promise<string> => text(await listed([rule(more)]));
    expect(await standing({ in_force: true })).toContain("holds now");
    expect(await standing({ in_force: false })).toContain("does not hold now");
    expect(await standing({ in_force: null })).toContain("cannot be told");
    expect(await standing({ in_force: true, enabled: false })).toContain("turned off");
  });

  it("is not known to hold while there is no connection", async () => {
    const element = await listed([rule({ in_force: true })]);
    element.lost = 1;
    await element.updateComplete;
    expect(text(element)).toContain("Not known now");
    expect(button(element)?.getAttribute("aria-disabled")).toBe("true");
  });

  it("is turned by its switch", async () => {
    const hass = fakeHass();
    const element = await listed([rule()], {}, hass);
    button(element)?.click();
    await settled();
    expect(hass.calls).toEqual([["switch", "turn_off", {}, { entity_id: "switch.earlid_rule_night" }, false]]);
  });

  it("that mutes is turned off, and one that allows turned on, only by those who may let listen", async () => {
    const free = async (more: Partial<Rule>): Promise<boolean> =>
      button(await listed([rule(more)], { may_allow: false }))?.getAttribute("aria-disabled") === "false";
    expect(await free({})).toBe(false);
    expect(await free({ enabled: false })).toBe(true);
    expect(await free({ effect: "listen" })).toBe(true);
    expect(await free({ effect: "listen", enabled: false })).toBe(false);
  });

  it("is turned by those who control its switch, and so that it lets listen by those who control its speakers too", async () => {
    const why = async (more: Partial<Rule>): Promise<string | null | undefined> => {
      const turn = button(await listed([rule(more)]));
      expect(turn?.getAttribute("aria-disabled")).toBe(turn?.title ? "true" : "false");
      return turn?.getAttribute("title");
    };
    const all = "You have no permission to control all speakers that this rule is for.";
    const others = { may_control_speakers: false };
    expect(await why(others)).toBe(all);
    expect(await why({ ...others, enabled: false })).toBe(null);
    expect(await why({ ...others, effect: "listen" })).toBe(null);
    expect(await why({ ...others, effect: "listen", enabled: false })).toBe(all);
    const own = "You have no permission to control this rule.";
    expect(await why({ may_control: false })).toBe(own);
    expect(await why({ may_control: false, enabled: false })).toBe(own);
  });

  it("is changed by administrators", async () => {
    expect(button(await listed([rule()]), "change")).toBeTruthy();
    expect(button(await listed([rule()], { is_admin: false }), "change")).toBeFalsy();
  });
});
