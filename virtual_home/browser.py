"""People at their browsers: Chromium, logged in to Home Assistant, in which all that goes wrong is written down.

Playwright drives whatever Chromium is here, https://playwright.dev/python/docs/api/class-browsertype#browser-type-launch.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass
import json
import os
import shutil
from types import TracebackType
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, ViewportSize, async_playwright

from .client import Client

WIDE = (1280, 900)
PHONE = (360, 740)
TABLET = (1024, 600)
PATIENCE = 30.0  # s for anything to show up; on a busy machine Home Assistant's frontend alone takes 10
SPELT_OUT = """addEventListener('unhandledrejection', ({reason}) => {
  if (typeof reason === 'object' && !(reason instanceof Error)) console.error(`Nobody took: ${JSON.stringify(reason)}`);
});"""
FOREVER = 4_102_444_800_000  # ms since 1970: the tokens of these homes are never renewed
OURS = "/integration/earlid/"
# What a page says while its Home Assistant is away; for a test that takes it away.
WHILE_AWAY = ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "WebSocket", "Connection lost", "Subscription not found")


def find_chromium() -> str:
    """Return the path of the browser: $EARLID_CHROMIUM, then PATH; FileNotFoundError when there is none."""
    for candidate in (os.environ.get("EARLID_CHROMIUM"), shutil.which("chromium"), shutil.which("google-chrome")):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise FileNotFoundError("no chromium: install it or set EARLID_CHROMIUM")


@dataclass(frozen=True, slots=True)
class Looks:
    """How somebody looks at it; `language` is that of their profile."""

    size: tuple[int, int] = WIDE
    dark: bool = False
    language: str = "en"
    zone: str = "UTC"
    still: bool = False
    """Motion makes them sick, and their system says so."""


class View:
    """An open page, and what went wrong in it."""

    def __init__(self, page: Page, url: str) -> None:
        """Watch a page from its beginning."""
        self.page = page
        self.faults: list[str] = []
        self._url = url
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", self._said)
        page.on("pageerror", self._broke)

    async def go(self, path: str) -> None:
        """Open an address of Home Assistant, as by typing it in."""
        await self.page.goto(f"{self._url}{path}")
        await self.page.locator("home-assistant-main").wait_for(state="attached")

    def forgive(self, *texts: str) -> None:
        """Forget the faults that tell of one of these: the test brought them about."""
        self.faults = [fault for fault in self.faults if not any(text in fault for text in texts)]

    def _broke(self, error: Error) -> None:
        # The first is thrown by parts of Home Assistant that are left in the middle of something; the second is
        # not an error, and what it is stands in the console.
        if error.message not in ("disconnected", "Object"):
            self.faults.append(f"{error.name}: {error.message}\n{error.stack}")

    def _said(self, message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        # Pictures of other integrations and of example cards are on the internet, where no home here goes.
        elsewhere = not address.startswith(self._url) or ("/api/brands/" in address and OURS not in address)
        if message.type == "error" and not (address and elsewhere):
            self.faults.append(f"{message.text} ({address})")


class People:
    """The browser, with a profile for each person and each way to look: `async with People(url) as people:`."""

    def __init__(self, url: str) -> None:
        """Describe it; `url` is Home Assistant's."""
        self._url = url
        self._open = AsyncExitStack()
        self._contexts: dict[tuple[str, Looks], BrowserContext] = {}
        self.chromium: Browser

    async def __aenter__(self) -> Self:
        """Start Chromium."""
        playwright = await self._open.enter_async_context(async_playwright())
        # In a container there is neither the setuid sandbox nor much of /dev/shm.
        self.chromium = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        self._open.push_async_callback(self.chromium.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        await self._open.aclose()

    async def look(self, who: Client, path: str | None = None, looks: Looks | None = None) -> View:
        """Open a page as this person, logged in; the same person finds the browser's cache as they left it."""
        looks = looks or Looks()
        context = self._contexts.get((who.token, looks))
        if context is None:
            context = self._contexts[who.token, looks] = await self.arrive(looks)
            await context.add_init_script(_remembered(who, looks))
        view = View(await context.new_page(), self._url)
        if path is not None:
            await view.go(path)
        return view

    async def arrive(self, looks: Looks) -> BrowserContext:
        """Return a browser that nobody has logged in with yet."""
        width, height = looks.size
        context = await self.chromium.new_context(
            viewport=ViewportSize(width=width, height=height),
            color_scheme="dark" if looks.dark else "light",
            reduced_motion="reduce" if looks.still else "no-preference",
            locale=looks.language,
            timezone_id=looks.zone,
            # It would fetch all of the frontend beside what is looked at.
            service_workers="block",
        )
        await context.add_init_script(SPELT_OUT)
        return context


def _remembered(who: Client, looks: Looks) -> str:
    """Return the script that makes Home Assistant's frontend remember a login, and a language chosen by hand."""
    tokens: dict[str, Any] = {
        "access_token": who.token,
        "token_type": "Bearer",
        "refresh_token": "",
        "expires_in": 1800,
        "expires": FOREVER,
        "hassUrl": who.url,
        "clientId": f"{who.url}/",
    }
    items = {"hassTokens": json.dumps(tokens), "selectedLanguage": json.dumps(looks.language)}
    return "".join(f"localStorage.setItem({json.dumps(key)}, {json.dumps(value)});" for key, value in items.items())
