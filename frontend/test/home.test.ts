import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { age, changed, HomeStore, storeOf } from "../src/home";
import { fakeHass, home, speaker } from "./home-fakes";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ticked = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("a change of the home", () => {
  it("leaves the speakers that did not change the objects they were, in their order", () => {
    const [a, b, c] = [speaker({ slug: "a" }), speaker({ slug: "b" }), speaker({ slug: "c" })];
    const before = home({ speakers: [a, b, c] });
    const after = changed(before, {
      speakers: [speaker({ slug: "b", name: "B" }), speaker({ slug: "d" })],
      removed: ["c"],
    });
    expect(after.speakers.map(({ slug }) => slug)).toEqual(["a", "b", "d"]);
    expect(after.speakers[0]).toBe(a);
    expect(after.speakers[1]?.name).toBe("B");
    expect(before.speakers[1]).toBe(b);
  });

  it("without speakers leaves their list as it is", () => {
    const before = home();
    const after = changed(before, { lockdown: true });
    expect(after.lockdown).toBe(true);
    expect(after.speakers).toBe(before.speakers);
  });
});

describe("the home of a page", () => {
  it("is followed once for all who look, and no more when nobody does", async () => {
    const hass = fakeHass();
    const asked = vi.spyOn(hass.connection, "subscribeMessage");
    const leave = [1, 2, 3].map(() => storeOf(hass).listen(() => undefined));
    await ticked();
    expect(asked).toHaveBeenCalledTimes(1);
    for (const each of leave) each();
    await ticked();
    expect(hass.told.size).toBe(0);
  });

  it("comes by itself once Earlid is loaded", async () => {
    const hass = fakeHass();
    hass.absent = true;
    const store = new HomeStore(hass);
    store.listen(() => undefined);
    await ticked();
    expect(store.standing).toBe("absent");
    hass.absent = false;
    await ticked(1_000);
    for (const tell of hass.told) tell({ home: home(), change: null });
    expect(store.standing).toBe("here");
  });

  it("is gone when Earlid says that it is not loaded now", async () => {
    const hass = fakeHass();
    const store = new HomeStore(hass);
    store.listen(() => undefined);
    await ticked();
    for (const tell of hass.told) tell({ home: home(), change: null });
    for (const tell of hass.told) tell({ home: null, change: null });
    expect(store.standing).toBe("absent");
    expect(store.home).toBeNull();
  });

  it("is shown as it was while the connection is lost, says so, and is asked for anew", async () => {
    const hass = fakeHass();
    const store = new HomeStore(hass);
    store.listen(() => undefined);
    await ticked();
    const [old] = hass.told;
    old?.({ home: home(), change: null });
    hass.fire("disconnected");
    const since = Date.now();
    expect([store.standing, store.lost]).toEqual(["lost", since]);
    expect(store.home).not.toBeNull();
    await ticked(500_000);
    expect([store.standing, store.lost]).toEqual(["lost", since]);
    hass.fire("disconnected");
    hass.fire("ready");
    await ticked();
    // A connection alone tells nothing yet.
    expect(store.lost).toBe(since);
    old?.({ home: home({ title: "of the lost connection" }), change: null });
    expect(store.home?.title).toBe("Earlid");
    [...hass.told].at(-1)?.({ home: home({ lockdown: true }), change: null });
    expect([store.standing, store.lost]).toEqual(["here", null]);
    expect(store.home?.lockdown).toBe(true);
  });

  it("is not known any more when nothing is heard, not even that all is as before, and is asked for anew", async () => {
    const hass = fakeHass();
    const asked = vi.spyOn(hass.connection, "subscribeMessage");
    const store = new HomeStore(hass);
    const leave = store.listen(() => undefined);
    await ticked();
    for (const tell of hass.told) tell({ home: home(), change: null });
    for (let minute = 0; minute < 5; minute++) {
      await ticked(60_000);
      for (const tell of hass.told) tell({ home: null, change: {} });
    }
    const heard = Date.now();
    await ticked(99_000);
    expect([store.standing, asked.mock.calls.length]).toEqual(["here", 1]);
    await ticked(1_000);
    expect([store.standing, store.lost, asked.mock.calls.length]).toEqual(["lost", heard, 2]);
    // Nor does the next question find anybody.
    await ticked(100_000);
    expect([store.standing, store.lost, asked.mock.calls.length]).toEqual(["lost", heard, 3]);
    for (const tell of hass.told) tell({ home: home(), change: null });
    expect([store.standing, store.lost]).toEqual(["here", null]);
    leave();
    await ticked(300_000);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it("is not taken for absent because the connection went while it was asked for", async () => {
    const hass = fakeHass();
    const store = new HomeStore(hass);
    store.listen(() => undefined);
    await ticked();
    for (const tell of hass.told) tell({ home: home(), change: null });
    vi.spyOn(hass.connection, "subscribeMessage").mockRejectedValue(3);
    await ticked(100_000);
    expect(store.standing).toBe("lost");
    expect(store.home).not.toBeNull();
  });

  it("knows how old what it was told of a speaker is", async () => {
    const hass = fakeHass();
    const store = new HomeStore(hass);
    store.listen(() => undefined);
    await ticked();
    for (const tell of hass.told) tell({ home: home(), change: null });
    await ticked(7_000);
    expect(store.home?.speakers.map(age)).toEqual([7]);
    for (const tell of hass.told) tell({ home: null, change: { speakers: [speaker()] } });
    expect(store.home?.speakers.map(age)).toEqual([0]);
  });

  it("draws what it says of tomorrow anew each minute", async () => {
    const heard = vi.fn();
    new HomeStore(fakeHass()).listen(heard);
    await ticked();
    heard.mockClear();
    await ticked(60_000);
    expect(heard).toHaveBeenCalled();
  });
});
