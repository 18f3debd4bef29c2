"""The card: found where people look for one, edited without writing anything, and true wherever it hangs."""

from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Page, expect
import pytest
import pytest_asyncio

from tests.browser.conftest import Look
from tests.browser.face import Tile, sideways, violations
from tests.home.guarding import hush_until_off
from virtual_home import VirtualHome
from virtual_home.browser import PHONE, Looks
from virtual_home.waiting import until

BOARD = "family-board"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def board(home: VirtualHome) -> AsyncIterator[None]:
    """Give the household a dashboard of its own, empty at first."""
    made = await home.owner.command(
        "lovelace/dashboards/create", url_path=BOARD, title="Family", mode="storage", require_admin=False
    )
    await hang(home)
    yield
    await home.owner.command("lovelace/dashboards/delete", dashboard_id=made["id"])


async def hang(home: VirtualHome, *cards: dict[str, Any]) -> None:
    """Let the dashboard have these cards."""
    view = {"title": "Home", "type": "masonry", "cards": list(cards)}
    await home.owner.command("lovelace/config/save", url_path=BOARD, config={"views": [view]})


async def hanging(home: VirtualHome) -> list[dict[str, Any]]:
    """Return the dashboard's cards."""
    config = await home.owner.command("lovelace/config", url_path=BOARD)
    cards: list[dict[str, Any]] = config["views"][0].get("cards", [])
    return cards


async def pick(page: Page) -> None:
    """Open what a person opens to add a card."""
    await page.get_by_role("button", name="Add card").first.click()
    await page.get_by_role("tab", name="By card").wait_for()


async def test_it_is_in_the_card_picker_with_a_preview_and_an_editor(home: VirtualHome, look: Look) -> None:
    view = await look(f"/{BOARD}/0?edit=1")
    page = view.page
    await pick(page)
    await page.get_by_role("tab", name="By card").click()
    await page.get_by_placeholder("Search cards").fill("earlid")
    offered = page.locator("hui-card-picker .card", has_text="Earlid")
    await expect(offered.locator("earlid-card article").first).to_be_visible()
    await offered.click()
    editor = page.locator("earlid-card-editor")
    await expect(editor).to_be_visible()
    await expect(page.locator("hui-dialog-edit-card earlid-card article")).to_have_count(3)
    await editor.get_by_label("Title").fill("Who hears us")
    await expect(page.locator("hui-dialog-edit-card earlid-card").get_by_text("Who hears us")).to_be_visible()
    assert await violations(editor) == []
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("hui-view earlid-card").get_by_text("Who hears us")).to_be_visible()
    # The preview of a card of Home Assistant's own asks for a part that this home does not have.
    view.forgive("unknown_command")
    assert [one["title"] for one in await hanging(home)] == ["Who hears us"]


async def test_it_is_suggested_for_an_entity_of_a_speaker(home: VirtualHome, look: Look) -> None:
    page = (await look(f"/{BOARD}/0?edit=1")).page
    await pick(page)
    await page.get_by_placeholder("Search entities").fill("kitchen mode")
    await page.get_by_text("Mode", exact=True).first.click()
    suggested = page.locator("earlid-card article")
    await expect(suggested).to_have_count(1)
    await expect(suggested).to_have_attribute("aria-label", "Kitchen")
    # The preview itself is for looking at; what is chosen is the card around it.
    await page.locator(".card", has=page.locator("earlid-card")).get_by_text("Earlid", exact=True).click()
    await expect(page.locator("hui-view earlid-card article")).to_have_count(1)
    assert [one.get("speakers") for one in await hanging(home)] == [["kitchen"]]


@pytest.mark.parametrize("looks", [Looks(), Looks(dark=True, size=PHONE), Looks(language="he")], ids=str)
async def test_it_shows_what_is_true_and_does_what_is_pressed(home: VirtualHome, look: Look, looks: Looks) -> None:
    await hush_until_off(home, "kitchen")
    await hang(home, {"type": "custom:earlid-card", "show": ["why", "wakes", "buttons", "timeline"]})
    view = await look(f"/{BOARD}/0", looks=looks)
    await Tile(view, "Kitchen").shows("off")
    await Tile(view, "Bedroom").shows("live")
    await Tile(view, "Bedroom").press("mute")
    await until(lambda: not home.plugs["bedroom"].live)
    await Tile(view, "Bedroom").shows("off")
    card = view.page.locator("earlid-card")
    await expect(card.locator("earlid-timeline canvas").first).to_be_visible()
    assert await sideways(card) == 0
    assert await violations(card) == []


async def test_a_card_with_nonsense_in_it_says_so_and_harms_no_other(home: VirtualHome, look: Look) -> None:
    await hang(
        home,
        {"type": "custom:earlid-card", "show": "everything"},
        {"type": "custom:earlid-card", "speakers": ["no_such"]},
        {"type": "custom:earlid-card", "speakers": ["office"]},
    )
    view = await look(f"/{BOARD}/0")
    await Tile(view, "Office").shows("live")
    await expect(view.page.locator("hui-error-card")).to_have_count(1)


@pytest.mark.parametrize("file", ["earlid-card-body", "earlid-timeline"])
async def test_one_whose_files_are_gone_says_so_and_the_page_can_be_loaded_anew(
    home: VirtualHome, look: Look, file: str
) -> None:
    """As after an update while the page was open: the files of the version before have no address any more."""
    await hang(home, {"type": "custom:earlid-card", "show": ["why", "timeline"]})
    view = await look("/home")
    files = f"**/earlid_files/*/{file}.js"
    await view.page.route(files, lambda route: route.fulfill(status=404, body="404: Not Found"))
    await view.go(f"/{BOARD}/0")
    card = view.page.locator("hui-view earlid-card")
    await expect(card.get_by_text("Earlid was updated")).to_be_visible()
    assert await violations(card) == []
    view.forgive("404", "dynamically imported module")
    await view.page.unroute(files)
    await card.get_by_role("button", name="Reload the page").click()
    await expect(card.locator("earlid-timeline canvas").first).to_be_visible()
    await expect(card.get_by_text("Earlid was updated")).to_have_count(0)
