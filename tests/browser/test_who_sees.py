"""What is shown to whom, and what each may do there."""

from playwright.async_api import expect

from tests.browser.conftest import Look
from tests.browser.face import Tile
from tests.home.guarding import hush_until_off, stay
from virtual_home import Client, VirtualHome
from virtual_home.flows import set_options
from virtual_home.waiting import until


async def test_a_visitor_sees_and_may_what_anyone_may(home: VirtualHome, guest: Client, look: Look) -> None:
    tile, plug = Tile(await look(who=guest), "Kitchen"), home.plugs["kitchen"]
    await tile.press("mute")
    await until(lambda: not plug.live)
    await tile.press("resume")
    await until(lambda: plug.live)
    await tile.shows("live")


async def test_a_visitor_may_only_mute_where_administrators_allow(home: VirtualHome, guest: Client, look: Look) -> None:
    assert home.earlid_entry is not None
    await set_options(home.owner, home.earlid_entry, who_may_allow="admins")
    try:
        await hush_until_off(home, "kitchen")
        view = await look(who=guest)
        kitchen, bedroom = Tile(view, "Kitchen"), Tile(view, "Bedroom")
        for deed in ("listen_10", "listen_60"):
            await expect(kitchen.button(deed)).to_have_attribute("aria-disabled", "true")
            await kitchen.button(deed).click(force=True)
        await stay(home, {home.plugs["kitchen"]: False}, for_seconds=0.5)
        await bedroom.press("mute")
        await until(lambda: not home.plugs["bedroom"].live)
        await expect(bedroom.button("resume")).to_have_attribute("aria-disabled", "true")
        lockdown = view.page.locator("earlid-lockdown [data-deed=lockdown]")
        await lockdown.click()
        await until(lambda: not home.plugs["office"].live)
        await expect(lockdown).to_have_attribute("aria-disabled", "true")
    finally:
        await set_options(home.owner, home.earlid_entry, who_may_allow="anyone")


async def test_a_visitor_is_offered_nothing_that_only_administrators_can_change(guest: Client, look: Look) -> None:
    view = await look(who=guest)
    await Tile(view, "Kitchen").shows("live")
    await expect(view.page.locator("earlid-panel earlid-unguarded li")).to_have_count(0)
    await expect(view.page.locator("earlid-panel button[data-deed=self_test]")).to_have_count(0)
