"""Home Assistant, with Earlid in every part of its life, connects to nobody but the relays and the broker.

Every connection of that process is written down: by an audit hook, which sees all of Python's sockets, and where
aiohttp looks up a name, since a name that nobody knows is never connected to.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.home.leasing import guard_every_kind, home_of_every_kind, self_test
from virtual_home import VirtualHome
from virtual_home.shelly import Shelly

# Home Assistant asks the system by which of its addresses it would reach these, and sends them nothing
# (homeassistant/components/network/util.py, async_get_source_ip).
ASKED_ABOUT = {("224.0.0.251", 1), ("8.8.8.8", 1)}
# From 2026.11 on Home Assistant looks up what others made for it (homeassistant/components/marketplace/profiles.py).
HOME_ASSISTANTS_OWN = {("data-v2.hacs.xyz", 443)}
# Home Assistant's process runs this first, since it is called so and on the path.
WATCH = """
import os, sys

_file = open(os.environ["EARLID_CONNECTIONS"], "a", buffering=1)


def _note(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(args[1], tuple):
        # The MQTT client wakes itself by a pair of sockets, one of which connects to the other.
        if sys._getframe(1).f_code.co_name != "_socketpair_compat":
            print(args[1][0], args[1][1], file=_file)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        print(args[0], args[1] if len(args) > 1 else 0, file=_file)


sys.addaudithook(_note)

from aiohttp.connector import TCPConnector

_resolve = TCPConnector._resolve_host


async def _noted(self, host, port, traces=None):
    print(host, port, file=_file)
    return await _resolve(self, host, port, traces)


TCPConnector._resolve_host = _noted
"""


class Connections:
    """What the home's process has connected to."""

    def __init__(self, home: VirtualHome, file: Path) -> None:
        """Read them from this file."""
        self.home = home
        self._file = file

    @property
    def known(self) -> set[tuple[str, int]]:
        """Where the broker and the relays are; and Home Assistant itself."""
        return {*self.relays, (self.home.broker.host, self.home.broker.port), ("127.0.0.1", self.home.ha.port)}

    @property
    def relays(self) -> set[tuple[str, int]]:
        """Where the relays are that are asked by their address; the others are behind the broker."""
        hosts = (plug.host.partition(":") for plug in self.home.plugs.values() if isinstance(plug, Shelly))
        return {(host, int(port)) for host, _, port in hosts}

    @property
    def made(self) -> set[tuple[str, int]]:
        """All that were made so far, to some host."""
        lines = (line.rpartition(" ") for line in self._file.read_text(encoding="utf-8").splitlines())
        return {(host, int(port) if port.isdigit() else 0) for host, _, port in lines if host != "None"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def connections(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Connections]:
    """Give a home with a relay of every kind, and what it has connected to since its start."""
    folder = tmp_path_factory.mktemp("watch")
    file = folder / "connections"
    file.touch()
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        patch.setenv("EARLID_CONNECTIONS", str(file))
        async with home_of_every_kind() as home:
            await guard_every_kind(home)
            yield Connections(home, file)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.attack
async def test_a_home_connects_to_its_relays_and_its_broker_and_to_nobody_else(connections: Connections) -> None:
    home = connections.home
    owner = home.owner
    await self_test(home, "office", "living_room")
    await owner.call("input_boolean.turn_on", entity_id="input_boolean.kitchen_quiet")
    await owner.wait_for("binary_sensor.kitchen_listening_allowed", "off")
    panels: dict[str, Any] = await owner.command("get_panels")
    page = panels["earlid"]["config"]["_panel_custom"]["module_url"]
    assert "earlid" in await owner.get(page)
    await owner.command("earlid/journal", limit=5)
    assert await owner.get("/api/earlid/journal?format=csv")
    assert await owner.get(f"/api/diagnostics/config_entry/{home.earlid_entry}")
    await owner.post(f"/api/config/config_entries/entry/{home.earlid_entry}/reload")
    await owner.wait_for("sensor.bedroom_microphone", lambda state: state["state"] not in ("unavailable", "unknown"))
    await owner.delete(f"/api/config/config_entries/entry/{home.earlid_entry}")
    made = connections.made
    assert len(connections.relays) == 2
    assert {*connections.relays, (home.broker.host, home.broker.port)} <= made, "the watch sees what there is"
    assert made - connections.known - ASKED_ABOUT - HOME_ASSISTANTS_OWN == set()
