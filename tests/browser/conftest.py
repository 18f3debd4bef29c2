"""A home to look at in Chromium, and people who look.

Run apart, `pytest -p no:homeassistant tests/browser`: the plugin for tests in process forbids sockets.
"""

from collections.abc import AsyncIterator, Generator
import inspect
from pathlib import Path
import re
import tempfile
from typing import Any, Protocol

import pytest
import pytest_asyncio

from tests.home.guarding import guard_rooms, make_usual, mute_switches
from virtual_home import Client, Meter, VirtualHome
from virtual_home.accounts import create_user
from virtual_home.browser import Looks, People, View

ROOMS = ("Kitchen", "Bedroom", "Office")
# What a person's Home Assistant has beside the parts of every home here: the past, and dashboards of their own.
LIVED_IN: dict[str, Any] = {"history": None, "logbook": None}
KEPT = Path(tempfile.gettempdir()) / "earlid-browser"


class Look(Protocol):
    """Open a page: the owner's, unless said otherwise."""

    async def __call__(self, path: str = "/earlid", *, who: Client | None = None, looks: Looks | None = None) -> View:
        """Return the page once Home Assistant's frontend is there."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_home() -> AsyncIterator[VirtualHome]:
    """Give a home of three guarded speakers, each muted by a rule while a helper of its own is on."""
    async with VirtualHome(
        plugs=ROOMS,
        earlid=True,
        boot=0.5,
        meter=Meter(delay=0.3),
        recorder=True,
        configuration=mute_switches(ROOMS) | LIVED_IN,
    ) as home:
        await guard_rooms(home, ROOMS)
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def home(shared_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give the shared home, healed, allowed and without holds after each test."""
    yield shared_home
    await make_usual(shared_home)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(shared_home: VirtualHome) -> AsyncIterator[People]:
    """Give the browser that most tests share."""
    async with People(shared_home.ha.url) as people:
        yield people


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def guest(shared_home: VirtualHome) -> Client:
    """Give a user who is no administrator."""
    return await create_user(shared_home.owner, shared_home.ha.session, "Visitor")


@pytest_asyncio.fixture(loop_scope="session")
async def look(home: VirtualHome, people: People, request: pytest.FixtureRequest) -> AsyncIterator[Look]:
    """Open pages of the shared home; what goes wrong in any of them fails the test, with its picture."""
    views: list[View] = []

    async def open_page(path: str = "/earlid", *, who: Client | None = None, looks: Looks | None = None) -> View:
        view = await people.look(who or home.owner, looks=looks)
        views.append(view)
        await view.go(path)
        return view

    yield open_page
    await conclude(views, request)


async def conclude(views: list[View], request: pytest.FixtureRequest) -> None:
    """Close pages; keep their pictures if the test failed, and fail it if one of them did."""
    faults = [fault for view in views for fault in view.faults]
    failed = bool(faults) or getattr(request.node, "failed", False)
    for number, view in enumerate(views):
        if failed and not view.page.is_closed():
            KEPT.mkdir(exist_ok=True)
            path = KEPT / f"{re.sub(r'\W+', '-', request.node.name)}-{number}.png"
            await view.page.screenshot(path=path)
            print(f"picture: {path}  {view.page.url}")  # noqa: T201 - shown beside the failure
        await view.page.close()
    assert faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know whether their test failed."""
    report = yield
    if report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test here in the session's event loop: the home's devices live in it."""
    mark = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if "/tests/browser/" in item.path.as_posix() and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(mark, append=False)
