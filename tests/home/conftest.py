"""Homes for the tests: real processes, started once for a whole run.

Run apart from the other tests, `pytest -p no:homeassistant tests/home`: Home Assistant's plugin forbids sockets.
"""

from collections.abc import AsyncIterator
import inspect

import pytest
import pytest_asyncio

from virtual_home import Meter, VirtualHome
from virtual_home.waiting import until


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_plain_home() -> AsyncIterator[VirtualHome]:
    """Give a home without Earlid, with the two automation twins; speakers boot in half a second."""
    async with VirtualHome(plugs=3, twins=True, boot=0.5, meter=Meter(delay=0.3)) as home:
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def plain_home(shared_plain_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give the shared plain home, healed and with everybody in after each test."""
    yield shared_plain_home
    await make_whole(shared_plain_home)


async def make_whole(home: VirtualHome) -> None:
    """Undo what a test did: everything runs, no faults, everybody home, every plug on."""
    home.ha.thaw()
    home.broker.thaw()
    if not home.broker.running:
        await home.broker.start()
        await home.network.wait_connected()
    if not home.ha.running:
        await home.ha.start()
    for person in home.persons.values():
        person.arrive()
    for room, plug in home.plugs.items():
        home.faults.heal(room)
        if not plug.relay:
            plug.press()
    for room, speaker in home.speakers.items():
        if speaker.outlet is not home.plugs[room]:
            speaker.move(home.plugs[room])
    await home.wait_until_ready()
    await until(lambda: all(speaker.hears for speaker in home.speakers.values()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test here in the session's event loop: the home's devices live in it."""
    mark = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if "/tests/home/" in item.path.as_posix() and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(mark, append=False)
