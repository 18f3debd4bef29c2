"""Homes for the tests: real processes, started once for a whole run.

Run apart from the other tests, `pytest -p no:homeassistant tests/home`: Home Assistant's plugin forbids sockets.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import time
import inspect
from typing import Any

from aiohttp import ClientSession, TCPConnector
import pytest
import pytest_asyncio

from tests.home.guarding import (
    ROOMS,
    forget_others,
    guard_rooms,
    make_heard,
    make_run,
    make_usual,
    mute_switches,
)
from tests.home.leasing import KINDS, all_listen, guard_every_kind, home_of_every_kind
from tests.home.shelly_client import Make
from tests.home.tasmota_wifi import Wifi
from tests.home.told import Told, heard_from_the_start
from virtual_home import Broker, Meter, Observer, Truth, VirtualHome
from virtual_home.flows import subentries
from virtual_home.outlets import RADIO_DELAY
from virtual_home.shelly import Shelly
from virtual_home.shelly_gen1 import ShellyGen1
from virtual_home.shelly_gen2 import ShellyGen2
from virtual_home.twins import LOCKDOWN, set_twins_night
from virtual_home.waiting import until

NEVER = time()  # as both ends of the twins' night

# What takes minutes, the longest first: begun last, it would be waited for alone.
LONG = (
    "test_leases",
    "test_lease_trials",
    "test_demo",
    "test_automations",
    "test_record",
    "test_voice",
    "test_survival",
    "test_satellites_muted",
)


@pytest.fixture(scope="session", autouse=True)
def told() -> Iterator[Told]:
    """Listen to every home with Earlid from its start."""
    told = Told()
    with heard_from_the_start(told):
        yield told


@pytest.fixture(autouse=True)
def told_as_written_down(told: Told) -> Iterator[None]:
    """Fail a test in which a home told something that docs/mqtt.yaml does not have."""
    yield
    assert told.faults() == []


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_guarded_home() -> AsyncIterator[VirtualHome]:
    """Give a home whose five speakers are guarded, each muted by a rule while a helper of its own is on."""
    async with VirtualHome(
        plugs=ROOMS, earlid=True, boot=0.5, meter=Meter(delay=0.3), configuration=mute_switches(ROOMS)
    ) as home:
        await guard_rooms(home)
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def guarded_home(shared_guarded_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give the shared guarded home, healed, allowed, without holds and what else a test left, after each test."""
    home = shared_guarded_home
    assert home.earlid_entry is not None
    kept = {one["subentry_id"] for one in await subentries(home.owner, home.earlid_entry)}
    yield home
    await make_run(home)
    await forget_others(home, kept)
    await make_usual(home)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_leased_home() -> AsyncIterator[VirtualHome]:
    """Give a home with a relay of every kind, each with a lease where it can keep one."""
    async with home_of_every_kind() as home:
        await guard_every_kind(home)
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def leased_home(shared_leased_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give it healed, allowed and without holds after each test."""
    yield shared_leased_home
    await make_usual(shared_leased_home)
    await all_listen(shared_leased_home, KINDS)


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[ClientSession]:
    """Give a web client, with a connection of its own for each request: a device may have booted since the last."""
    async with ClientSession(connector=TCPConnector(force_close=True)) as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def shelly_gen1() -> AsyncIterator[Make[ShellyGen1]]:
    """Make Shelly plugs of the first generation, off at first, in no home."""
    async with AsyncExitStack() as made:
        yield shelly_maker(ShellyGen1, made)


@pytest_asyncio.fixture(loop_scope="session")
async def shelly_gen2() -> AsyncIterator[Make[ShellyGen2]]:
    """Make Shelly plugs of the second generation, off at first, in no home."""
    async with AsyncExitStack() as made:
        yield shelly_maker(ShellyGen2, made)


def shelly_maker[T: Shelly](kind: type[T], made: AsyncExitStack) -> Make[T]:
    """Return what makes Shelly plugs that last as long as `made`."""

    def make(**settings: Any) -> T:
        plug = kind(Truth(), "Office plug", **({"number": 7, "on": False} | settings))
        made.push_async_callback(plug.close)
        return plug

    return make


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wifi(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wifi]:
    """Give a broker where Tasmota devices can be made."""
    broker = Broker(tmp_path_factory.mktemp("broker"))
    await broker.start()
    async with Observer(broker.host, broker.port, "#") as seen, AsyncExitStack() as made:
        yield Wifi(broker, Truth(), seen, made)
    await broker.stop()


async def make_whole(home: VirtualHome) -> None:
    """Undo what a test did: everything runs, no faults, nothing that the twins mute for, every plug on."""
    await make_run(home)
    await home.owner.call("input_boolean.turn_off", entity_id=LOCKDOWN)
    await set_twins_night(home.owner, NEVER, NEVER)
    for person in home.persons.values():
        person.arrive()
    for room, plug in home.plugs.items():
        home.faults.heal(room)
        if not plug.relay:
            plug.press()
    # What is on its way is of before: on and home may still show from then.
    await asyncio.sleep(2 * RADIO_DELAY)
    await home.caught_up()
    await home.wait_until_ready()
    await until(lambda: all(speaker.hears for speaker in home.speakers.values()))
    await make_heard(home)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and every test here in the session's event loop: the home's devices live in it."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))
    mark = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if "/tests/home/" in item.path.as_posix() and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(mark, append=False)
