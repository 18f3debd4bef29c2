"""Takes the README's pictures of a first speaker: each form as it is offered, and what comes of it."""

from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Route, expect

from tests.browser.face import Hand, Tile
from virtual_home.browser import Looks, People
from virtual_home.untouched import SATELLITE, arrange, untouched

SIZE = (700, 1108)  # no form is higher than its picture can be beside another
TESTED_WITHIN = 120  # s; half a minute is usual
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg"/>'

type Keep = Callable[[bytes, Path], None]


async def leave_out(route: Route) -> None:
    """Let a picture be empty that is only on the internet, where no home here goes."""
    await route.fulfill(content_type="image/svg+xml", body=NOTHING)


async def take_forms(folder: Path, keep: Keep) -> None:
    """Set up a home by hand, with a first speaker and a rule, as the README says it."""
    async with untouched() as home:
        await arrange(home)
        async with People(home.ha.url) as people:
            view = await people.look(home.owner, looks=Looks(size=SIZE))
            hand, page = Hand(view), view.page
            await page.route("**/api/brands/integration/wyoming/**", leave_out)
            dialog = page.locator("dialog-data-entry-flow")

            async def picture(title: str, name: str) -> None:
                await expect(dialog.get_by_text(title, exact=True).first).to_be_visible()
                await page.wait_for_load_state("networkidle")
                await page.mouse.move(0, 0)
                await page.wait_for_timeout(1000)
                form = dialog.locator("dialog[open]").first
                # Else the page behind it shows in the corners, and at edges between two pixels.
                await form.evaluate("form => { form.style.borderRadius = 0; form.style.outline = '2px solid white' }")
                keep(await form.screenshot(), folder / f"{name}.png")

            await view.go("/config/integrations/dashboard/add?domain=earlid")
            await hand.press("OK")
            await expect(dialog.get_by_text("Set up Earlid")).to_be_visible()
            await hand.press("Submit")
            await picture("Which speaker", "form-speaker")
            await hand.press("Next")
            await picture("Plug behind Zigbee2MQTT", "form-plug")
            await hand.press("Next")
            await picture("What shows whether it can hear", "form-senses")
            await hand.press("Next")
            await picture("How it is treated", "form-habits")
            await hand.press("Submit")
            await expect(dialog.get_by_text("Success")).to_be_visible()
            await hand.press("Finish")

            await view.go("/earlid")
            tile = Tile(view, SATELLITE)
            await tile.shows("live")
            await tile.root.get_by_text("More").click()
            await tile.press("self_test")
            await expect(tile.root).to_contain_text("A: proven", timeout=TESTED_WITHIN * 1000)
            await tile.shows("live")
            await hand.press("Add a rule")
            await hand.click(dialog.get_by_text("Who is there"))
            for button, person in (("Select an entity", "Anna"), ("Add entity", "Ben")):
                await hand.click(dialog.get_by_text(button))
                # Beside their phone there is they themselves.
                found = dialog.locator('[id^="list-item-"]', has_text="Person").filter(has_text=person)
                await hand.click(found)
            await picture("Rule by presence", "form-rule")
            await hand.press("Submit")
            await hand.press("Finish")
            for inhabitant in home.persons.values():
                inhabitant.leave()
            await tile.shows("off_proven")
            await page.wait_for_timeout(1000)
            keep(await tile.root.screenshot(), folder / "first-speaker.png")
