"""The page for everyone: dark and light, small and large, from right to left, without motion, a mouse or eyes."""

from playwright.async_api import Locator, expect
import pytest

from tests.browser.conftest import Look
from tests.browser.face import Tile, controls, sideways, stops, violations
from tests.home.guarding import hush_until_off
from virtual_home import VirtualHome
from virtual_home.browser import PHONE, TABLET, Looks, View

LOOKS = {
    "light": Looks(),
    "dark": Looks(dark=True),
    "tablet": Looks(size=TABLET),
    "phone": Looks(size=PHONE),
    "dark phone": Looks(size=PHONE, dark=True),
    "right to left": Looks(language="he"),
    "right to left phone": Looks(language="ar", size=PHONE),
    "still": Looks(still=True),
}


async def whole(view: View) -> Locator:
    """Return the panel once all of it is there."""
    await Tile(view, "Kitchen").shows("off")
    await Tile(view, "Bedroom").shows("live")
    panel = view.page.locator("earlid-panel")
    for part in ("earlid-timeline", "earlid-wakes", "earlid-journal"):
        await expect(panel.locator(part)).to_be_visible()
    await view.page.wait_for_load_state("networkidle")
    return panel


@pytest.mark.parametrize("name", LOOKS)
async def test_all_can_read_it(home: VirtualHome, look: Look, name: str) -> None:
    await hush_until_off(home, "kitchen")
    view = await look(looks=LOOKS[name])
    panel = await whole(view)
    assert await sideways(panel) == 0
    assert await violations(panel) == []
    runs = await panel.evaluate("(panel) => getComputedStyle(panel).direction")
    assert runs == ("rtl" if name.startswith("right to left") else "ltr")


async def test_everything_can_be_reached_by_the_keyboard(home: VirtualHome, look: Look) -> None:
    await hush_until_off(home, "kitchen")
    view = await look()
    panel = await whole(view)
    await panel.evaluate("(panel) => panel.scrollIntoView()")
    reached, unseen = await stops(panel)
    # A group with arrow keys has one stop; what Tab does not reach must be within such a group.
    assert sorted(set(await controls(panel)) - set(reached)) == []
    assert unseen == []


async def test_a_speaker_is_muted_by_the_keyboard_alone(home: VirtualHome, look: Look) -> None:
    view = await look()
    tile = Tile(view, "Bedroom")
    await tile.shows("live")
    await tile.button("mute").focus()
    await view.page.keyboard.press("Enter")
    await tile.shows("off")
    await home.owner.wait_for("select.bedroom_mode", "mute")


async def test_nothing_moves_for_who_wants_it_still(look: Look) -> None:
    view = await look(looks=Looks(still=True))
    await Tile(view, "Bedroom").shows("live")
    moving: list[str] = await view.page.locator("earlid-panel").evaluate(
        """(panel) => document.getAnimations()
          .filter((one) => one.effect?.target?.getRootNode().host?.localName?.startsWith('earlid-'))
          .filter((one) => one.effect.getComputedTiming().duration > 1)
          .map((one) => one.effect.target.outerHTML)"""
    )
    assert moving == []
