"""Home Assistant's automation editor, with Earlid's triggers and conditions in it."""

from playwright.async_api import expect

from tests.browser.conftest import Look
from tests.browser.face import SCRIPT
from tests.home.automating import automate, device_of, let_automate
from virtual_home import VirtualHome
from virtual_home.browser import PATIENCE

LATER = PATIENCE * 1000  # ms
TYPED_INTO = "() => {" + SCRIPT + " return focused()?.localName === 'input' }"


async def test_triggers_and_conditions_stand_there_in_words(home: VirtualHome, look: Look) -> None:
    await let_automate(home)
    kitchen = {"device_id": await device_of(home, "Kitchen")}
    went_off = {"trigger": "earlid.went_off", "target": kitchen, "options": {"for": "00:01:00", "proven": True}}
    await automate(
        home,
        "editor",
        triggers=[went_off, {"trigger": "earlid.lockdown_began"}],
        conditions=[{"condition": "earlid.is_live", "target": kitchen}],
        actions=[],
    )
    page = (await look("/config/automation/edit/editor")).page
    for words in ("Microphone went off", "Lockdown began", "Microphone is live"):
        await expect(page.get_by_role("heading", name=words)).to_be_visible(timeout=LATER)
    # Home Assistant asks each condition as long as it is looked at.
    await expect(page.get_by_role("status", name="Condition passes")).to_be_attached(timeout=LATER)
    await page.get_by_role("heading", name="Microphone went off").first.click()
    for words in ("Trigger when", "For at least", "Only if proven"):
        await expect(page.get_by_text(words, exact=True).first).to_be_visible(timeout=LATER)


async def test_who_looks_for_a_trigger_finds_it(look: Look) -> None:
    page = (await look("/config/automation/edit/new")).page
    await page.get_by_text("Add trigger").first.click()
    # What is typed before it has opened goes nowhere.
    await page.locator("add-automation-element-dialog ha-input-search").locator("visible=true").wait_for()
    await page.wait_for_function(TYPED_INTO)
    await page.keyboard.type("microphone went")
    for words in ("Microphone went live", "Microphone went off", "Microphone went unknown"):
        await expect(page.get_by_text(words, exact=True).first).to_be_visible(timeout=LATER)
