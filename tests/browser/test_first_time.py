"""From a Home Assistant that has never heard of Earlid to a muted speaker, by mouse and eyes alone; and away again."""

from collections.abc import AsyncIterator
import json
from pathlib import Path
import shutil
from typing import Any

from playwright.async_api import expect
import pytest
import pytest_asyncio

from tests.browser.conftest import LIVED_IN, conclude
from tests.browser.face import Hand, Tile
from virtual_home import VirtualHome, home as virtual_homes
from virtual_home.browser import WHILE_AWAY, People, View
from virtual_home.flows import entries, remove_entry
from virtual_home.untouched import SATELLITE, arrange, untouched
from virtual_home.waiting import until
from virtual_home.zones import zone_where_it_is

MOST_CLICKS = 12
AT_NIGHT = 2  # o'clock, where the home is: the rule that is offered first mutes by night


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[VirtualHome]:
    """Give a home by night, with a satellite and a plug in the kitchen, and a copy of Earlid that nobody has set up."""
    copy = tmp_path_factory.mktemp("custom_components") / "earlid"
    shutil.copytree(virtual_homes.EARLID, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(virtual_homes, "EARLID", copy)
        at_night = zone_where_it_is(AT_NIGHT)
        async with untouched(time_zone=at_night, recorder=True, configuration=LIVED_IN) as home:
            await arrange(home)
            yield home


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(home: VirtualHome) -> AsyncIterator[People]:
    """Give a browser."""
    async with People(home.ha.url) as people:
        yield people


@pytest_asyncio.fixture(loop_scope="session")
async def view(home: VirtualHome, people: People, request: pytest.FixtureRequest) -> AsyncIterator[View]:
    """Give a page of the owner's."""
    view = await people.look(home.owner)
    yield view
    await conclude([view], request)


async def addresses(home: VirtualHome) -> list[str]:
    """Return where the panel and the card are loaded from; empty: nowhere."""
    panels = await home.owner.command("get_panels")
    resources = await home.owner.command("lovelace/resources")
    panel = [panels["earlid"]["config"]["_panel_custom"]["module_url"]] if "earlid" in panels else []
    return [*panel, *(one["url"] for one in resources if "earlid" in one["url"])]


async def test_a_speaker_is_muted_by_a_rule_after_a_few_clicks(home: VirtualHome, view: View) -> None:
    hand, page, plug = Hand(view), view.page, home.plugs["kitchen"]
    await view.go("/config/integrations/dashboard")
    await hand.press("Add integration")
    found = page.locator("dialog-add-integration")
    await expect(found.get_by_text("3 Day Blinds", exact=True)).to_be_visible()
    await hand.type("earlid")
    await expect(found.get_by_text("Earlid", exact=True)).to_be_visible()
    await page.keyboard.press("Enter")
    to_the_form = hand.clicks
    dialog = page.locator("dialog-data-entry-flow")
    await expect(dialog.get_by_text("Set up Earlid")).to_be_visible()
    await hand.press("Submit")
    for title in ("Which speaker", "Plug behind Zigbee2MQTT", "What shows whether it can hear"):
        await expect(dialog.get_by_text(title, exact=True)).to_be_visible()
        await hand.press("Next")
    await expect(dialog.get_by_text("How it is treated")).to_be_visible()
    await hand.press("Submit")
    await expect(dialog.get_by_text("Success")).to_be_visible()
    await hand.press("Finish", "Skip and finish")
    assert plug.live
    await hand.click(page.locator("ha-integration-card", has_text="Earlid").get_by_role("link").first)
    await hand.press("Add rule")
    await hand.click(dialog.get_by_text("Time of the week"))
    await expect(dialog.get_by_text("Name", exact=True).first).to_be_visible()
    await hand.press("Submit")
    await until(lambda: not plug.live)
    await hand.press("Finish", "Skip and finish")
    print(f"{hand.clicks} clicks, of them {hand.clicks - to_the_form} in Earlid, {hand.fields} field")  # noqa: T201
    assert hand.clicks <= MOST_CLICKS
    # A dialog that closes goes back in the history, and would take along whoever has gone elsewhere meanwhile.
    await expect(dialog.get_by_role("dialog")).to_have_count(0)
    await view.go("/earlid")
    await Tile(view, SATELLITE).shows("off")
    await expect(Tile(view, SATELLITE).root).to_contain_text("Night")


async def test_files_of_another_version_have_other_addresses(home: VirtualHome, view: View) -> None:
    if not await entries(home.owner, "earlid"):
        pytest.skip("nothing was set up")
    before = await addresses(home)
    await view.go("/earlid")
    await Tile(view, SATELLITE).shows("off")
    manifest = Path(virtual_homes.EARLID) / "manifest.json"
    told: dict[str, Any] = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"version": "99.0.0"}))
    await home.ha.restart()
    after = await addresses(home)
    assert len(before) == len(after) == 2
    assert set(before).isdisjoint(after)
    asked: list[str] = []
    view.page.on("request", lambda request: asked.append(request.url))
    # The page that was open all the while goes on with the files that it has, and says so.
    await expect(view.page.get_by_text("Earlid was updated")).to_be_visible()
    view.forgive(*WHILE_AWAY)
    await view.page.get_by_role("button", name="Reload the page").click()
    await Tile(view, SATELLITE).shows("off")
    await expect(view.page.get_by_text("Earlid was updated")).to_have_count(0)
    view.forgive(*WHILE_AWAY)
    assert [one for one in asked if "earlid-panel" in one] == [f"{home.ha.url}{after[0]}"]


async def test_nothing_is_left_in_the_browser_when_it_is_removed(home: VirtualHome, view: View) -> None:
    [entry] = await entries(home.owner, "earlid")
    await remove_entry(home.owner, entry["entry_id"])
    assert await addresses(home) == []
    await view.go("/home")
    await expect(view.page.get_by_role("link", name="Map")).to_be_visible()
    await expect(view.page.get_by_role("link", name="Earlid")).to_have_count(0)
