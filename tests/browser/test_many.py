"""Many speakers on a tablet on the wall: all at a glance, each muted by one press, the rest one press further."""

from collections.abc import AsyncIterator

from playwright.async_api import expect
import pytest
import pytest_asyncio

from tests.browser.conftest import LIVED_IN, conclude
from tests.browser.face import Tile, sideways, violations
from tests.home.guarding import make_usual
from virtual_home import VirtualHome
from virtual_home.browser import PHONE, TABLET, Looks, People, View
from virtual_home.flows import remove_subentry
from virtual_home.waiting import until

ROOMS = ("Attic", "Bath", "Bedroom", "Cellar", "Garage", "Hall", "Kitchen", "Nursery", "Office")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_home() -> AsyncIterator[VirtualHome]:
    """Give a home of nine guarded speakers."""
    async with VirtualHome(plugs=ROOMS, earlid=True, boot=0.5, recorder=True, configuration=LIVED_IN) as home:
        for room in home.plugs:
            await home.guard(room, habits={"rest": 0, "boot": 1})
        await home.owner.wait_for("select.office_mode", "automatic")
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def home(shared_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give it allowed and without holds after each test."""
    yield shared_home
    await make_usual(shared_home)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(shared_home: VirtualHome) -> AsyncIterator[People]:
    """Give a browser."""
    async with People(shared_home.ha.url) as people:
        yield people


async def opened(home: VirtualHome, people: People, looks: Looks) -> View:
    """Return the panel once all of its speakers are there."""
    view = await people.look(home.owner, "/earlid", looks)
    for room in ROOMS:
        await Tile(view, room).shows("live")
    return view


async def test_a_tablet_shows_all_of_them_at_once(
    home: VirtualHome, people: People, request: pytest.FixtureRequest
) -> None:
    # With a rule there is nothing to be done first.
    await home.rule(
        "schedule", "Never", "mute", speakers=["office"], days=["mon"], **{"from": "03:00:00", "to": "03:01:00"}
    )
    view = await opened(home, people, Looks(size=TABLET))
    panel = view.page.locator("earlid-panel")
    await expect(panel.locator("earlid-first-steps")).to_have_count(0)
    below = await panel.locator("earlid-speaker").last.evaluate("(tile) => tile.getBoundingClientRect().bottom")
    assert below <= TABLET[1]
    assert await sideways(panel) == 0
    assert await violations(panel) == []
    await conclude([view], request)


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
async def test_each_is_muted_by_one_press_and_let_listen_by_one_more(
    home: VirtualHome, people: People, request: pytest.FixtureRequest, size: tuple[int, int]
) -> None:
    assert home.earlid_entry is not None
    view = await opened(home, people, Looks(size=size))
    tile, plug = Tile(view, "Kitchen"), home.plugs["kitchen"]
    await tile.press("mute")
    await until(lambda: not plug.live)
    await expect(tile.root).to_contain_text("Someone muted it")
    await tile.press("resume")
    await until(lambda: plug.live)
    always = {"from": "00:00:00", "to": "00:00:00"}
    rule = await home.rule("schedule", "Always", "mute", speakers=["kitchen"], **always)
    try:
        await tile.shows("off")
        await tile.root.get_by_text("More", exact=True).click()
        await tile.press("listen_10")
        await until(lambda: plug.live)
        assert await sideways(view.page.locator("earlid-panel")) == 0
        assert await violations(view.page.locator("earlid-panel")) == []
        await tile.press("resume")
        await until(lambda: not plug.live)
    finally:
        await remove_subentry(home.owner, home.earlid_entry, rule)
    await tile.shows("live")
    await conclude([view], request)
