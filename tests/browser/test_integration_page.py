"""Home Assistant's own pages, as Earlid shows in them."""

from tests.browser.conftest import Look


async def test_the_integrations_page_shows_each_speaker_and_offers_more(look: Look) -> None:
    view = await look("/config/integrations/integration/earlid")
    for name in ("Kitchen", "Bedroom", "Office"):
        await view.page.get_by_text(name, exact=True).first.wait_for()
    await view.page.get_by_role("button", name="Add speaker").wait_for()
    await view.page.get_by_role("button", name="Add rule").wait_for()
