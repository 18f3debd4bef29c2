import { afterEach, describe, expect, it, vi } from "vitest";
import { storeOf } from "../src/home";
import { choices } from "../src/parts/choices";
import type { EarlidLockdown } from "../src/parts/lockdown";
import "../src/parts/lockdown";
import type { EarlidSpeaker } from "../src/parts/speaker";
import "../src/parts/speaker";
import type { Home, Speaker } from "../src/wire";
import { type FakeHass, fakeHass, home, settled, speaker, vote } from "./home-fakes";

afterEach(() => document.body.replaceChildren());

async function tile(one: Speaker, hass: FakeHass = fakeHass(), of: Home = home()): Promise<EarlidSpeaker> {
  const element = document.createElement("earlid-speaker") as EarlidSpeaker;
  Object.assign(element, { hass, home: of, speaker: one });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const text = (element: Element): string => element.shadowRoot?.textContent?.replace(/\s+/g, " ") ?? "";
const button = (element: Element, deed: string): HTMLButtonElement | null | undefined =>
  element.shadowRoot?.querySelector(`button[data-deed=${deed}]`);
const deeds = (one: Speaker, of: Home = home()): string[] => choices(one, of).map(({ deed }) => deed);
const hold = { effect: "mute", at: 0, until: null, by_hand: false } as const;

describe("what can be done", () => {
  it("is to mute one that may listen", () => {
    expect(deeds(speaker())).toEqual(["mute"]);
  });

  it("is to let one listen for a while that may not", () => {
    expect(deeds(speaker({ allowed: false }))).toEqual(["listen_10", "listen_60", "listen_next"]);
  });

  it("is to end or prolong what a person wished", () => {
    expect(deeds(speaker({ allowed: false, hold }))).toEqual(["resume"]);
    expect(deeds(speaker({ hold: { ...hold, effect: "listen" } }))).toEqual([
      "mute",
      "listen_10",
      "listen_60",
      "listen_next",
      "resume",
    ]);
  });

  it("says why not, to those who may not", () => {
    const muted = speaker({ allowed: false });
    const why = (of: Home, one = muted): (string | null)[] => choices(one, of).map(({ obstacle }) => obstacle);
    expect(new Set(why(home({ may_allow: false })))).toEqual(new Set(["admins_only"]));
    expect(why(home({ lockdown: true }))).toEqual(["lockdown_first", "lockdown_first", "lockdown_first"]);
    expect(why(home({ may_allow: false }), { ...muted, hold })).toEqual(["admins_only"]);
    expect(why(home({ lockdown: true }), { ...muted, hold })).toEqual([null]);
    expect(new Set(why(home(), { ...muted, may_control: false }))).toEqual(new Set(["no_control"]));
    expect(choices(speaker(), home({ may_allow: false }))).toEqual([{ deed: "mute", obstacle: null }]);
  });
});

describe("a speaker's tile", () => {
  it("says what its grade of assurance means", async () => {
    const shown = text(await tile(speaker({ assurance: "c" })));
    expect(shown.split("nothing turns it off")).toHaveLength(2);
  });

  it("among many keeps for more what is not for a glance", async () => {
    const element = await tile(speaker({ allowed: false, because: vote("rule", "mute", { name: "Night" }) }));
    const open = (): (string | undefined)[] =>
      [...(element.shadowRoot?.querySelectorAll<HTMLElement>("article > .foot button") ?? [])].map(
        ({ dataset }) => dataset.deed,
      );
    expect(open()).toEqual(["listen_10", "listen_60", "listen_next"]);
    element.dense = true;
    await element.updateComplete;
    expect(open()).toEqual([]);
    expect(button(element, "listen_10")?.closest("details")).toBeTruthy();
    expect(element.shadowRoot?.querySelector(".head")?.textContent).toContain("Rule “Night”");
    expect(element.shadowRoot?.querySelectorAll("article > dl")).toHaveLength(0);
  });

  it("never says that one is off of which nothing is known", async () => {
    const shown = text(await tile(speaker({ microphone: "unknown", allowed: false })));
    expect(shown).toContain("Might hear, not allowed");
    expect(shown).not.toContain("Cannot hear");
  });

  it("takes what it has never heard of for not known", async () => {
    const shown = text(await tile(speaker({ microphone: "dozing" as Speaker["microphone"] })));
    expect(shown).toContain("Might hear");
    expect(shown).toContain("Nothing tells whether it is on");
  });

  it("says why, until when, how sure and what lost", async () => {
    const shown = text(
      await tile(
        speaker({
          microphone: "off_proven",
          allowed: false,
          because: vote("rule", "mute", { name: "Night" }),
          until: Date.now(),
          witnesses: ["meter", "Echo online"],
          trace: [vote("posture", "listen")],
        }),
      ),
    );
    for (const said of [
      "Rule “Night”",
      "the power meter and Echo online",
      "A: proven",
      "Without a rule: would let it listen",
    ])
      expect(shown).toContain(said);
  });

  it("does not promise that a wish ends at the next change of the rules", async () => {
    const one = speaker({ allowed: false, hold, because: vote("hold", "mute"), next_change: Date.now() });
    expect(text(await tile(one))).toContain("someone presses Back to the rules");
  });

  it("claims nothing of now, and sends nothing, while the connection is lost", async () => {
    const hass = fakeHass();
    const element = await tile(speaker({ microphone: "off_proven" }), hass);
    expect(element.shadowRoot?.querySelector(".look.off_proven")).not.toBeNull();
    element.lost = Date.parse("2026-11-22T08:42:00Z");
    await element.updateComplete;
    expect(text(element)).toContain("Not known now");
    expect(text(element)).toMatch(/Was: Cannot hear, .*09:42/);
    expect(element.shadowRoot?.querySelector("[class*=off_], [data-look^=off]")).toBeNull();
    expect(text(element)).not.toContain("says off");
    const mute = button(element, "mute");
    mute?.click();
    await settled();
    expect(hass.calls).toEqual([]);
    const why = element.shadowRoot?.getElementById(mute?.getAttribute("aria-describedby") ?? "");
    expect(why?.textContent).toContain("No connection to Home Assistant");
    element.lost = null;
    await element.updateComplete;
    expect(text(element)).toContain("Its relay says off");
  });

  it.each([
    [3, "Not sent: no connection"],
    [
      { type: "result", success: false, error: { code: 3, message: "Connection lost" } },
      "nobody knows whether it was done",
    ],
    [{}, "did not say why"],
  ])("says of a press that ends with %j what is known of it", async (refusal, said) => {
    const hass = fakeHass();
    hass.refusal = refusal as object;
    const element = await tile(speaker(), hass);
    button(element, "mute")?.click();
    await settled();
    expect(element.shadowRoot?.querySelector("[role=alert]")?.textContent).toContain(said);
  });

  it("says how long listening until the next change is, where none is planned", async () => {
    const one = speaker({ allowed: false });
    expect(button(await tile(one), "listen_next")?.textContent?.trim()).toBe("12 h");
    const planned = await tile({ ...one, next_change: Date.parse("2026-11-22T08:42:00Z") });
    expect(button(planned, "listen_next")?.textContent).toContain("until");
  });

  it("says of one that was heard what shows it off, and what to do", async () => {
    const heard = speaker({
      allowed: false,
      unheard: "off_proven",
      witnesses: ["meter"],
      breach: { cause: "heard_while_muted", since: Date.now() },
    });
    const shown = text(await tile(heard));
    expect(shown).toContain("although these say that it is off: its relay and the power meter");
    expect(shown).not.toContain("It is on.");
    expect(shown).toContain("Pull its plug");
    expect(text(await tile({ ...heard, enforced: false }))).toContain("Earlid only looks on");
    const gone = speaker({ allowed: false, breach: { cause: "relay_unreachable", since: Date.now() } });
    expect(text(await tile(gone))).toContain("Earlid goes on trying");
  });

  it("says why it is as it is during a test, a rest, and where no rule speaks", async () => {
    expect(text(await tile(speaker({ testing: true })))).toContain("A test is under way");
    const resting = speaker({ microphone: "off_proven", rests_until: Date.parse("2026-11-22T08:40:29Z") });
    expect(text(await tile(resting))).toContain("Resting, on again at 09:40:29");
    expect(text(await tile(speaker()))).toContain("No rule applies: it may listen");
    const silent = speaker({ allowed: false, because: vote("posture", "mute") });
    expect(text(await tile(silent))).toContain("No rule applies: it stays silent");
  });

  it("counts on what grows while it is exposed", async () => {
    vi.useFakeTimers();
    try {
      const hass = fakeHass();
      const store = storeOf(hass);
      const leave = store.listen(() => undefined);
      await vi.advanceTimersByTimeAsync(0);
      const exposed = speaker({ allowed: false, exposed_today: 3 });
      for (const tell of hass.told) tell({ home: home({ speakers: [exposed] }), change: null });
      const element = await tile(exposed, hass);
      element.toggleAttribute("open", true);
      element.requestUpdate();
      await vi.advanceTimersByTimeAsync(42_000);
      expect(text(element)).toContain("Exposed today 45 sec");
      leave();
    } finally {
      vi.useRealTimers();
    }
  });

  it("shows what a name holds as text", async () => {
    const element = await tile(speaker({ name: "<img src=x onerror=alert(1)>" }));
    expect(element.shadowRoot?.querySelector("img")).toBeNull();
    expect(text(element)).toContain("<img src=x");
  });

  it("says sent, and leaves the state to what the home tells", async () => {
    const hass = fakeHass();
    const element = await tile(speaker(), hass);
    button(element, "mute")?.click();
    await settled();
    expect(hass.calls).toEqual([["earlid", "mute", {}, { entity_id: "select.kitchen_mode" }, false]]);
    expect(button(element, "mute")?.textContent).toContain("Sent");
    expect(text(element)).toContain("Can hear");
    element.speaker = speaker({ activations_today: 1 });
    await element.updateComplete;
    expect(button(element, "mute")?.textContent).not.toContain("Sent");
    element.speaker = speaker({ microphone: "off_proven", allowed: false });
    await element.updateComplete;
    expect(text(element)).toContain("Cannot hear");
  });

  it("can be muted while its self-test goes on, which lets it hear", async () => {
    const hass = fakeHass();
    const call = hass.callService;
    const endless = new Promise<never>(() => undefined);
    hass.callService = (domain, ...rest) => (domain === "button" ? endless : call(domain, ...rest));
    const element = await tile(speaker({ assurance: "untested" }), hass);
    button(element, "self_test")?.click();
    await settled();
    expect(button(element, "self_test")?.getAttribute("aria-disabled")).toBe("true");
    expect(button(element, "mute")?.getAttribute("aria-disabled")).toBe("false");
    button(element, "mute")?.click();
    await settled();
    expect(hass.calls).toEqual([["earlid", "mute", {}, { entity_id: "select.kitchen_mode" }, false]]);
  });

  it("shows beside the buttons what Home Assistant says against a press", async () => {
    const hass = fakeHass();
    hass.refusal = { message: "?", translation_domain: "earlid", translation_key: "admins_only" };
    const element = await tile(speaker({ allowed: false }), hass);
    button(element, "listen_10")?.click();
    await settled();
    const alert = element.shadowRoot?.querySelector("[role=alert]");
    expect(alert?.textContent).toContain("Only administrators may let a speaker listen");
  });

  it("does nothing at a button that says why not", async () => {
    const hass = fakeHass();
    const element = await tile(speaker({ allowed: false }), hass, home({ lockdown: true }));
    const listen = button(element, "listen_10");
    listen?.click();
    await settled();
    expect(hass.calls).toEqual([]);
    const reason = element.shadowRoot?.getElementById(listen?.getAttribute("aria-describedby") ?? "");
    expect(reason?.textContent).toBe("Not during lockdown. Lift it first.");
  });
});

describe("lockdown", () => {
  async function control(hass: FakeHass, of: Home): Promise<EarlidLockdown> {
    const element = document.createElement("earlid-lockdown") as EarlidLockdown;
    Object.assign(element, { hass, home: of });
    document.body.append(element);
    await element.updateComplete;
    return element;
  }

  it("claims nothing and sends nothing while the connection is lost", async () => {
    const hass = fakeHass();
    const element = await control(hass, home({ lockdown: true }));
    element.lost = Date.now();
    await element.updateComplete;
    expect(text(element)).toContain("Not known now. It was on.");
    expect(text(element)).not.toContain("Lockdown is on");
    button(element, "lockdown")?.click();
    await settled();
    expect(hass.calls).toEqual([]);
    expect(button(element, "lift")).toBeNull();
  });

  it("begins with one press", async () => {
    const hass = fakeHass();
    button(await control(hass, home()), "lockdown")?.click();
    await settled();
    expect(hass.calls[0]?.slice(0, 2)).toEqual(["switch", "turn_on"]);
  });

  it("asks once more before it is lifted", async () => {
    const hass = fakeHass();
    const element = await control(hass, home({ lockdown: true }));
    button(element, "lockdown")?.click();
    await settled();
    expect(hass.calls).toEqual([]);
    button(element, "lift")?.click();
    await settled();
    expect(hass.calls[0]?.slice(0, 2)).toEqual(["switch", "turn_off"]);
  });

  it("is not lifted by those who may let nobody listen", async () => {
    const hass = fakeHass();
    const element = await control(hass, home({ lockdown: true, may_allow: false }));
    button(element, "lockdown")?.click();
    await settled();
    expect(button(element, "lift")).toBeNull();
    expect(text(element)).toContain("Only administrators may lift lockdown.");
  });
});
