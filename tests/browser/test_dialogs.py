"""From the panel into Home Assistant's own dialogs and back, without leaving the page; and where that cannot be, away.

The dialogs are reached by parts of Home Assistant's frontend that it promises to nobody; so they are tried in the real
one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from http import HTTPStatus
import re

from playwright.async_api import Error, Locator, Response, expect
import pytest
import pytest_asyncio

from tests.browser.conftest import LIVED_IN, conclude
from tests.browser.face import Hand, Tile, violations
from tests.home.guarding import forget_others
from virtual_home import Client, VirtualHome
from virtual_home.accounts import create_user
from virtual_home.browser import PATIENCE, People, View
from virtual_home.client import RefusedError
from virtual_home.flows import ENTRIES, add_subentry, set_options, subentries
from virtual_home.waiting import LOOK_EVERY, until
from virtual_home.zones import zone_where_it_is

FLOWS = f"{ENTRIES}/subentries/flow"
SATELLITE = "Kitchen satellite"
MOST_CLICKS = 5  # for a speaker: guard, its plug, its ears, its treatment, finish
MOST_CLICKS_FOR_A_RULE = 4
AT_NIGHT = 2  # o'clock, where the home is: the rule that is offered first mutes by night


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home() -> AsyncIterator[VirtualHome]:
    """Give a home by night in which the bedroom is guarded, and the satellite in the kitchen is not."""
    async with VirtualHome(
        plugs=("Kitchen", "Bedroom"),
        satellites=("Kitchen",),
        earlid=True,
        boot=0.5,
        time_zone=zone_where_it_is(AT_NIGHT),
        recorder=True,
        configuration=LIVED_IN,
    ) as home:
        for device in await home.owner.command("config/device_registry/list"):
            if str(device["name"]).startswith("Kitchen"):
                await home.owner.command("config/device_registry/update", device_id=device["id"], area_id="kitchen")
        assert home.earlid_entry is not None
        await add_subentry(
            home.owner,
            home.earlid_entry,
            "speaker",
            {
                # Offered is the one device that can hear, which is another one.
                "user": {"name": "Bedroom", "relay": "entity", "device_id": None},
                "relay_entity": {"entity_id": home.plugs["bedroom"].entity_id},
                "habits": {"rest": 0, "boot": 1},
            },
        )
        await home.owner.wait_for("select.bedroom_mode", "automatic")
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(home: VirtualHome) -> AsyncIterator[People]:
    """Give a browser."""
    async with People(home.ha.url) as people:
        yield people


@pytest_asyncio.fixture(loop_scope="session")
async def view(home: VirtualHome, people: People, request: pytest.FixtureRequest) -> AsyncIterator[View]:
    """Give the owner's panel; what was added from it is gone afterwards, and so is what was left alone."""
    assert home.earlid_entry is not None
    before = {one["subentry_id"] for one in await subentries(home.owner, home.earlid_entry)}
    view = await people.look(home.owner, "/earlid")
    await Tile(view, "Bedroom").shows("live")
    yield view
    try:
        await conclude([view], request)
    finally:
        await forget_others(home, before)
        await set_options(home.owner, home.earlid_entry, leave_alone=[])


@pytest.fixture
def flows(view: View) -> list[str]:
    """Give the ids of the dialogs that the page begins."""
    begun: list[str] = []

    async def heard(response: Response) -> None:
        if response.url.endswith(FLOWS) and response.request.method == "POST" and response.ok:
            # A page that has gone elsewhere meanwhile cannot tell.
            with suppress(Error):
                begun.append((await response.json())["flow_id"])

    view.page.on("response", heard)
    return begun


def dialog(view: View) -> Locator:
    """Find Home Assistant's dialog."""
    return view.page.locator("dialog-data-entry-flow")


def unguarded(view: View, deed: str) -> Locator:
    """Find the button that does this with the satellite that nobody guards."""
    row = view.page.locator("earlid-unguarded li", has_text=SATELLITE)
    return row.locator(f"button[data-deed={deed}]")


async def is_over(home: VirtualHome, flow: str) -> bool:
    """Return whether there is no such dialog any more."""
    try:
        await home.owner.get(f"{FLOWS}/{flow}")
    except RefusedError as refused:
        return refused.status == HTTPStatus.NOT_FOUND
    return False


async def test_a_microphone_that_nobody_guards_is_guarded_in_place(
    home: VirtualHome, view: View, flows: list[str]
) -> None:
    hand, panel = Hand(view), view.page.locator("earlid-panel")
    await hand.click(unguarded(view, "guard"))
    for title in ("Plug behind Zigbee2MQTT", "What shows whether it can hear"):
        await expect(dialog(view).get_by_text(title, exact=True)).to_be_visible()
        await hand.press("Next")
    await expect(dialog(view).get_by_text("How it is treated")).to_be_visible()
    await hand.press("Submit")
    await expect(dialog(view).get_by_text("Success")).to_be_visible()
    await hand.press("Finish", "Skip and finish")
    await Tile(view, SATELLITE).shows("live")
    await expect(panel.locator("earlid-unguarded")).to_have_count(0)
    assert view.page.url.endswith("/earlid")
    print(f"{hand.clicks} clicks, {hand.fields} fields")  # noqa: T201 - a measurement
    assert hand.clicks <= MOST_CLICKS
    assert [await is_over(home, flow) for flow in flows] == [True]


async def test_a_rule_is_added_in_place(home: VirtualHome, view: View, flows: list[str]) -> None:
    hand, plug = Hand(view), home.plugs["bedroom"]
    await hand.click(view.page.locator("earlid-first-steps").get_by_role("button", name="Add a rule"))
    await hand.click(dialog(view).get_by_text("Time of the week"))
    await expect(dialog(view).get_by_text("Name", exact=True).first).to_be_visible()
    await hand.press("Submit")
    await until(lambda: not plug.live)
    await hand.press("Finish", "Skip and finish")
    await Tile(view, "Bedroom").shows("off")
    assert hand.clicks <= MOST_CLICKS_FOR_A_RULE
    assert [await is_over(home, flow) for flow in flows] == [True]


async def test_there_are_more_of_both_beside_the_speakers(home: VirtualHome, view: View) -> None:
    await home.rule("schedule", "Never", "mute", speakers=["bedroom"])
    for deed, title in (("add_rule", "Time of the week"), ("add_speaker", "Which speaker")):
        await view.page.locator(f"earlid-panel button[data-deed={deed}]").click()
        await expect(dialog(view).get_by_text(title)).to_be_visible()
        await close(view)


async def test_a_speaker_is_changed_in_place(home: VirtualHome, view: View, flows: list[str]) -> None:
    tile = Tile(view, "Bedroom")
    await tile.root.get_by_text("More", exact=True).click()
    await tile.button("change").click()
    await expect(dialog(view).get_by_text("Change the speaker")).to_be_visible()
    await expect(dialog(view).get_by_role("textbox", name="Name")).to_have_value("Bedroom")
    assert await violations(view.page.locator("earlid-panel")) == []
    await close(view)
    await all_over(home, flows)


async def test_a_rule_is_changed_in_place(home: VirtualHome, view: View, flows: list[str]) -> None:
    await home.rule("schedule", "Seldom", "mute", speakers=["bedroom"])
    await view.page.locator('earlid-rules [data-rule="seldom"] button[data-deed="change"]').click()
    await expect(dialog(view).get_by_text("Rule by time")).to_be_visible()
    await expect(dialog(view).get_by_role("textbox", name="Name")).to_have_value("Seldom")
    assert await violations(view.page.locator("earlid-panel")) == []
    await close(view)
    await all_over(home, flows)


async def test_a_dialog_that_is_closed_leaves_nothing_behind(home: VirtualHome, view: View, flows: list[str]) -> None:
    await unguarded(view, "guard").click()
    await expect(dialog(view).get_by_text("Plug behind Zigbee2MQTT", exact=True)).to_be_visible()
    assert [await is_over(home, flow) for flow in flows] == [False]
    await close(view)
    await all_over(home, flows)
    await expect(unguarded(view, "guard")).to_be_enabled()


@pytest.mark.parametrize(
    "broken",
    [
        "() => { throw new Error('no routes') }",
        "() => ({routes: {}})",
        "() => ({routes: {config: {load: () => new Promise(() => {})}}})",
    ],
    ids=["changed", "gone", "stuck"],
)
async def test_without_the_inner_parts_of_home_assistant_its_page_opens(
    home: VirtualHome, view: View, flows: list[str], broken: str
) -> None:
    await view.page.evaluate(
        f"() => {{ customElements.get('partial-panel-resolver').prototype._getRoutes = {broken} }}"
    )
    guard = unguarded(view, "guard")
    await guard.click()
    await expect(view.page).to_have_url(re.compile("/config/integrations/integration/earlid"))
    await expect(view.page.get_by_role("button", name="Add speaker")).to_be_visible()
    if flows:
        await all_over(home, flows)


async def test_a_microphone_is_left_alone_by_one_press(home: VirtualHome, view: View) -> None:
    assert await violations(view.page.locator("earlid-unguarded")) == []
    await unguarded(view, "leave_alone").click()
    await expect(view.page.locator("earlid-unguarded")).to_have_count(0)
    assert home.earlid_entry is not None
    await set_options(home.owner, home.earlid_entry, leave_alone=[])
    await expect(unguarded(view, "guard")).to_be_visible()


async def test_who_is_no_administrator_is_offered_none_of_it(
    home: VirtualHome, people: People, request: pytest.FixtureRequest
) -> None:
    visitor: Client = await create_user(home.owner, home.ha.session, "Visitor")
    view = await people.look(visitor, "/earlid")
    await Tile(view, "Bedroom").shows("live")
    await Tile(view, "Bedroom").root.get_by_text("More", exact=True).click()
    for deed in ("guard", "leave_alone", "change", "add_speaker", "add_rule"):
        await expect(view.page.locator(f"earlid-panel button[data-deed={deed}]")).to_have_count(0)
    await conclude([view], request)


async def close(view: View) -> None:
    """Close the dialog as people do."""
    await dialog(view).get_by_role("button", name="Close", exact=True).click()
    await expect(dialog(view).get_by_role("dialog")).to_have_count(0)


async def all_over(home: VirtualHome, flows: list[str]) -> None:
    """Return once none of these dialogs, of which there are some, is open."""
    assert flows
    for _ in range(int(PATIENCE / LOOK_EVERY)):
        if all([await is_over(home, flow) for flow in flows]):
            return
        await asyncio.sleep(LOOK_EVERY)
    pytest.fail("a dialog goes on")
