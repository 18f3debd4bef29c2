"""The page in the sidebar: what it shows is true, and what is pressed there happens at the plugs."""

import asyncio
from datetime import UTC, datetime, timedelta
import time
from typing import Any

from playwright.async_api import expect
import pytest

from tests.browser.conftest import ROOMS, Look
from tests.browser.face import Tile
from tests.home.guarding import hush_until_off, stay
from virtual_home import VirtualHome
from virtual_home.browser import WHILE_AWAY
from virtual_home.flows import add_speaker, remove_subentry, set_options
from virtual_home.waiting import until

BOARD = "wall-board"
# What says at a glance that a microphone is off.
GREEN = "earlid-speaker .look.off_proven, earlid-speaker .look.off_unproven"
# s. Guards against hanging, and is no promise: a slow machine is as slow with what it is measured against.
SOON_AFTER = 3
HOSTILE = "<img src=x onerror=window.heard=1>\u202e \U0001f442"


async def test_it_shows_each_speaker_as_it_is(home: VirtualHome, look: Look) -> None:
    # Only a meter that was seen to read something proves by its nothing.
    await home.owner.wait_for("sensor.kitchen_plug_power", lambda meter: float(meter["state"]) > 0)
    await hush_until_off(home, "kitchen")
    view = await look()
    await Tile(view, "Kitchen").shows("off_proven")
    await expect(Tile(view, "Kitchen").root).to_contain_text("Kitchen quiet")
    for name in ("Bedroom", "Office"):
        await Tile(view, name).shows("live")


async def test_the_sidebar_leads_to_it(look: Look) -> None:
    view = await look("/home")
    await view.page.get_by_role("link", name="Earlid").click()
    await Tile(view, "Kitchen").shows("live")


async def test_mute_turns_the_plug_off_and_resume_on_again(home: VirtualHome, look: Look) -> None:
    tile, plug = Tile(await look(), "Kitchen"), home.plugs["kitchen"]
    await tile.press("mute")
    await until(lambda: not plug.live)
    await tile.shows("off")
    await tile.press("resume")
    await until(lambda: plug.live)
    await tile.shows("live")


@pytest.mark.parametrize(("deed", "lasts"), [("listen_10", 600), ("listen_60", 3600), ("listen_next", 12 * 3600)])
async def test_a_muted_speaker_is_let_listen_for_a_while(
    home: VirtualHome, look: Look, deed: str, lasts: float
) -> None:
    plug = home.plugs["bedroom"]
    await hush_until_off(home, "bedroom")
    tile = Tile(await look(), "Bedroom")
    await tile.press(deed)
    await until(lambda: plug.live)
    await tile.shows("live")
    mode = await home.owner.state("select.bedroom_mode")
    assert mode is not None
    assert mode["state"] == "listen"
    ends = datetime.fromisoformat(mode["attributes"]["until"])
    assert timedelta(seconds=lasts - 60) < ends - datetime.now(UTC) <= timedelta(seconds=lasts)
    await tile.press("resume")
    await until(lambda: not plug.live)


async def test_a_rule_is_turned_off_and_on_by_its_switch(home: VirtualHome, look: Look) -> None:
    plug = home.plugs["office"]
    await hush_until_off(home, "office")
    view = await look()
    rule = view.page.locator('earlid-rules [data-rule="office_quiet"]')
    switch = rule.locator('button[data-deed="turn"]')
    await expect(rule).to_contain_text("Office quiet · holds now")
    await expect(rule).to_contain_text("Mutes Office")
    await switch.click()
    await until(lambda: plug.live)
    await expect(rule).to_contain_text("turned off")
    await expect(switch).to_have_attribute("aria-checked", "false")
    await switch.click()
    await until(lambda: not plug.live)
    await expect(rule).to_contain_text("holds now")


async def test_the_time_line_goes_to_a_day(look: Look) -> None:
    line = (await look()).page.locator("earlid-timeline")
    day, shown = line.locator('input[type="date"]'), line.locator(".range")
    wanted = (datetime.now(UTC) - timedelta(days=5)).date().isoformat()
    await day.fill(wanted)
    await expect(shown).not_to_contain_text("yesterday")
    await expect(day).to_have_value(wanted)
    await line.get_by_role("button", name="Now").click()
    await expect(shown).to_contain_text("yesterday")
    await expect(day).not_to_have_value(wanted)


async def test_lockdown_takes_one_press_and_lifting_it_two(home: VirtualHome, look: Look) -> None:
    view, plugs = await look(), [home.plugs[room.lower()] for room in ROOMS]
    lockdown = view.page.locator("earlid-lockdown")
    await lockdown.locator("[data-deed=lockdown]").click()
    await until(lambda: not any(plug.live for plug in plugs))
    await expect(lockdown.locator("[data-deed=lockdown]")).to_have_attribute("aria-pressed", "true")
    await lockdown.locator("[data-deed=lockdown]").click()
    await lockdown.locator("[data-deed=keep]").click()
    await stay(home, dict.fromkeys(plugs, False), for_seconds=0.5)
    await lockdown.locator("[data-deed=lockdown]").click()
    await lockdown.locator("[data-deed=lift]").click()
    await until(lambda: all(plug.live for plug in plugs))
    await Tile(view, "Office").shows("live")


async def test_a_plug_turned_on_by_hand_shows(home: VirtualHome, look: Look) -> None:
    await hush_until_off(home, "office")
    plug, tile = home.plugs["office"], Tile(await look(), "Office")
    await tile.shows("off")
    # It is off again within a frame or two otherwise, and nobody would see that it was on.
    home.faults.deaf("office", 10)
    seen = asyncio.create_task(tile.seen("exposed"))
    async with home.owner.events("state_changed") as changes:
        await asyncio.sleep(0.2)
        pressed = time.time()
        plug.press()
        await until(lambda: any(_turned_on(change, plug.entity_id) for change in changes), within=30)
        told = time.time()
    painted = await asyncio.wait_for(seen, 30)
    print(f"told after {told - pressed:.3f} s, seen after {painted - pressed:.3f} s")  # noqa: T201 - a measurement
    # Whoever waited for the next minute, or a look at the home, would be far behind what Home Assistant itself told.
    assert painted - told < SOON_AFTER
    await until(lambda: not plug.live, within=30)
    await tile.shows("off")


def _turned_on(change: dict[str, Any], entity_id: str) -> bool:
    return bool(change["entity_id"] == entity_id and (change["new_state"] or {}).get("state") == "on")


async def test_a_reload_of_earlid_leaves_the_open_page_alive(home: VirtualHome, look: Look) -> None:
    view = await look()
    await Tile(view, "Kitchen").shows("live")
    await home.owner.post(f"/api/config/config_entries/entry/{home.earlid_entry}/reload")
    await home.owner.wait_for("select.kitchen_mode", "automatic")
    await home.owner.call("earlid.mute", entity_id="select.kitchen_mode")
    await Tile(view, "Kitchen").shows("off")


async def test_while_home_assistant_is_away_nothing_is_claimed_and_a_restart_heals(
    home: VirtualHome, look: Look
) -> None:
    board = await home.owner.command(
        "lovelace/dashboards/create", url_path=BOARD, title="Wall", mode="storage", require_admin=False
    )
    cards = [{"type": "custom:earlid-card"}]
    await home.owner.command(
        "lovelace/config/save", url_path=BOARD, config={"views": [{"title": "Home", "cards": cards}]}
    )
    await hush_until_off(home, "bedroom")
    panel, wall = await look(), await look(f"/{BOARD}/0")
    for view in (panel, wall):
        await Tile(view, "Kitchen").shows("live")
        await Tile(view, "Bedroom").shows("off")
    await home.ha.stop()
    for view in (panel, wall):
        for room in ROOMS:
            tile = Tile(view, room)
            await expect(tile.root).to_contain_text("Not known now")
            await expect(tile.root.locator("button[data-deed]").first).to_have_attribute("aria-disabled", "true")
            await expect(tile.root).to_contain_text("No connection to Home Assistant")
        await expect(Tile(view, "Bedroom").root).to_contain_text("Was: ")
        await expect(view.page.locator(GREEN)).to_have_count(0)
    await expect(panel.page.locator("earlid-panel header .summary")).to_have_text("Not known now")
    await expect(panel.page.locator("earlid-lockdown [data-deed=lockdown]")).to_have_attribute("aria-disabled", "true")
    await home.ha.start()
    await home.owner.wait_for("select.kitchen_mode", "automatic")
    await home.owner.call("earlid.mute", entity_id="select.kitchen_mode")
    for view in (panel, wall):
        await Tile(view, "Kitchen").shows("off")
        await expect(view.page.locator(".standing")).to_have_count(0)
        view.forgive(*WHILE_AWAY)
    await home.owner.command("lovelace/dashboards/delete", dashboard_id=board["id"])


@pytest.mark.attack
async def test_a_hostile_name_is_shown_as_text(home: VirtualHome, look: Look) -> None:
    assert home.earlid_entry is not None
    plug = home.plugs["kitchen"]
    hostile = await add_speaker(
        home.owner, home.earlid_entry, HOSTILE, "entity", relay_settings={"entity_id": plug.entity_id}
    )
    rule = await home.rule("presence", HOSTILE, "mute", entities=["person.anna"], speakers=["kitchen"])
    await set_options(home.owner, home.earlid_entry, store_transcripts=True)
    report = {"id": "hostile", "source": HOSTILE, "note": HOSTILE, "outcome": "answered"}
    home.network.publish("earlid/home/speaker/kitchen/activation/report", report, qos=1)
    try:
        view = await look()
        text = view.page.get_by_text("<img src=x onerror=window.heard=1>")
        for part in ("earlid-speaker", "earlid-rules", "earlid-journal"):
            await expect(view.page.locator(part).filter(has=text).first).to_be_visible()
        assert await view.page.evaluate("window.heard") is None
        assert await view.page.locator("earlid-panel img").count() == 0
    finally:
        await set_options(home.owner, home.earlid_entry, store_transcripts=False)
        for subentry in (hostile, rule):
            await remove_subentry(home.owner, home.earlid_entry, subentry)
