"""Two homes at one broker, with the configuration of `docs/fleet/`: all is heard, and neither can touch the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
import json
from pathlib import Path
import time
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.home.guarding import HABITS
from tests.mqtt_schema import validate
from virtual_home import Message, Observer, VirtualHome
from virtual_home.fleet import FleetBroker, FleetClient
from virtual_home.flows import reconfigure_entry, set_options
from virtual_home.home_assistant import MQTT_CONNECTED
from virtual_home.link import Link
from virtual_home.waiting import AT_LAST, until

ELM, OAK = "elm_street_4", "oak_street_9"
WORDS = {name: uuid4().hex for name in (ELM, OAK, "fleet-reader", "fleet-operator")}
VALID_FOR = 180  # s
TAKEN = 60.0  # s until a report is taken, also just after Home Assistant came to its broker
BRIDGED = 60.0  # s until a bridge tries again: docs/fleet/bridge.conf, restart_timeout, and the time it takes


@dataclass(frozen=True)
class Site:
    """A home at the fleet's broker."""

    slug: str
    home: VirtualHome
    link: Link
    """Between its broker and the fleet's."""
    seen: Observer
    """Sees what is on the home's own broker."""

    def topic(self, below: str) -> str:
        """Return a topic of this site."""
        return f"earlid/{self.slug}/{below}"

    async def wake(self, *identities: str) -> None:
        """Report activations, each again until it was taken; return when the home has them."""
        for identity in identities:
            report = {"id": identity, "source": "light", "outcome": "unanswered"}
            end = time.monotonic() + TAKEN
            while not [one for one in self.seen.on("/activation") if one.body["id"] == identity]:
                assert time.monotonic() < end, f"{self.slug} did not take {identity}"
                self.home.network.publish(self.topic("speaker/kitchen/activation/report"), report, qos=1)
                with suppress(TimeoutError):
                    await self.seen.wait_for("/activation", _has(identity), within=2)


@dataclass(frozen=True)
class Fleet:
    """The broker of many homes, two of them, and who reads and commands."""

    broker: FleetBroker
    elm: Site
    oak: Site
    reader: FleetClient
    operator: FleetClient

    async def arrived(self, site: Site, *identities: str, within: float = AT_LAST) -> None:
        """Return when activations of a site have come to the reader."""
        topic = site.topic("speaker/kitchen/activation")
        for identity in identities:
            await self.reader.wait_for(topic, _has(identity), within=within)


def _has(identity: str) -> Callable[[Message], bool]:
    return lambda message: bool(message.body["id"] == identity)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """Give the fleet."""
    directory = tmp_path_factory.mktemp("fleet")
    async with AsyncExitStack() as made:
        broker = FleetBroker(directory / "fleet", WORDS)
        await broker.start()
        made.push_async_callback(broker.stop)
        elm, oak = await asyncio.gather(*(_site(made, broker, slug, directory / slug) for slug in (ELM, OAK)))
        reader = await made.enter_async_context(FleetClient(broker, "fleet-reader", "earlid/#"))
        operator = await made.enter_async_context(FleetClient(broker, "fleet-operator", "earlid/#"))
        fleet = Fleet(broker, elm, oak, reader, operator)
        await _joined(fleet)
        yield fleet


@pytest_asyncio.fixture(loop_scope="session")
async def fleet(shared_fleet: Fleet) -> AsyncIterator[Fleet]:
    """Give the shared fleet, with both bridges up again after each test."""
    yield shared_fleet
    shared_fleet.elm.link.mend()
    shared_fleet.oak.link.mend()
    await _joined(shared_fleet)


async def _site(made: AsyncExitStack, fleet: FleetBroker, slug: str, directory: Path) -> Site:
    link = await made.enter_async_context(Link(fleet.host, fleet.port))
    home = await made.enter_async_context(VirtualHome(plugs=1, persons=(), earlid=True, boot=0.5, directory=directory))
    assert home.earlid_entry is not None
    await home.guard("kitchen", habits=HABITS)
    await reconfigure_entry(home.owner, "earlid", home.earlid_entry, {"reconfigure": {"site": slug}})
    # As a household does it: a file in the broker's folder, and a restart; bridges are not reloaded.
    configuration = directory / "broker" / "mosquitto.conf"
    parts = directory / "broker" / "conf.d"
    parts.mkdir()
    (parts / "bridge.conf").write_text(fleet.bridge(slug, link.port), encoding="utf-8")
    configuration.write_text(f"{configuration.read_text(encoding='utf-8')}include_dir {parts}\n", encoding="utf-8")
    await _restart(home)
    seen = await made.enter_async_context(home.observe())
    return Site(slug, home, link, seen)


async def _restart(home: VirtualHome) -> None:
    connections = len(home.ha.logged(MQTT_CONNECTED))
    await home.broker.restart()
    await home.network.wait_connected()
    await until(lambda: len(home.ha.logged(MQTT_CONNECTED)) > connections, within=60)


async def _joined(fleet: Fleet) -> None:
    """Return when what both homes tell comes to the reader."""
    for site in (fleet.elm, fleet.oak):
        identity = uuid4().hex
        await site.wake(identity)
        await fleet.arrived(site, identity, within=BRIDGED)


def _kept(messages: Sequence[Message]) -> dict[tuple[str, str], Any]:
    """Return what a consumer keeps that knows a record by its topic and id: of repeats, the last."""
    return {(one.topic, one.body["id"]): one.body for one in messages}


async def test_an_activation_of_each_home_arrives_at_the_fleet_as_it_is_written_down(fleet: Fleet) -> None:
    for site in (fleet.elm, fleet.oak):
        identity = uuid4().hex
        await site.wake(identity)
        await fleet.arrived(site, identity)
        came = [one for one in fleet.reader.on("/activation") if one.body["id"] == identity]
        assert {one.topic for one in came} == {site.topic("speaker/kitchen/activation")}
        for message in came:
            validate("speaker/kitchen/activation", message.text)


async def test_what_a_home_said_of_now_is_forgotten_at_the_fleet_when_it_may_be_untrue(fleet: Fleet) -> None:
    async with FleetClient(fleet.broker, "fleet-operator", "earlid/#") as late:
        for site in (fleet.elm, fleet.oak):
            for below in ("speaker/kitchen/state", "status"):
                message = await late.wait_for(site.topic(below), lambda one: one.text != "", within=BRIDGED)
                validate(below, message.text)
                assert message.retained
                assert message.expires_in is not None
                assert 0 < message.expires_in <= VALID_FOR


@pytest_asyncio.fixture(loop_scope="session")
async def thief(fleet: Fleet) -> AsyncIterator[FleetClient]:
    """Give somebody who has a site's password, asks for everything, and says to be the other site's bridge."""
    # The thief is known as the site, and the two would cut each other off for ever.
    fleet.elm.link.cut()
    everything = ("#", "earlid/#", f"earlid/{OAK}/#", "$SYS/#")
    async with FleetClient(fleet.broker, ELM, *everything, client_id=OAK) as thief:
        yield thief


async def test_a_sites_password_reads_nothing_of_another_site(fleet: Fleet, thief: FleetClient) -> None:
    identity, command = uuid4().hex, json.dumps({"action": "mute", "speakers": "all", "id": uuid4().hex})
    await fleet.oak.wake(identity)
    await fleet.arrived(fleet.oak, identity)
    assert await fleet.operator.say(fleet.oak.topic("command"), command) == "Success"
    await fleet.oak.seen.wait_for("/command", lambda one: one.text == command)
    # It does read what is for its own site, after all that; so nothing else is still on its way.
    assert await fleet.operator.say(fleet.elm.topic("command"), command) == "Success"
    await thief.wait_for(fleet.elm.topic("command"), lambda one: one.text == command)
    assert {one.topic.split("/")[1] for one in thief.messages} == {ELM}


async def test_a_sites_password_says_nothing_in_another_sites_name(fleet: Fleet, thief: FleetClient) -> None:
    began = time.monotonic()
    record = json.dumps({"id": "forged"})
    for below in ("speaker/kitchen/activation", "speaker/kitchen/breach", "speaker/kitchen/state", "status"):
        assert await thief.say(fleet.oak.topic(below), record) == "Not authorized"
    assert await thief.say("earlid/status", record) == "Not authorized"
    assert await thief.say(fleet.elm.topic("speaker/kitchen/activation"), record) == "Success"
    await fleet.arrived(fleet.elm, "forged")
    assert {one.topic for one in fleet.reader.messages if one.text == record and one.at.monotonic > began} == {
        fleet.elm.topic("speaker/kitchen/activation")
    }


@pytest.mark.attack
async def test_a_sites_password_commands_no_site(fleet: Fleet, thief: FleetClient) -> None:
    entry = fleet.oak.home.earlid_entry
    assert entry is not None
    await set_options(fleet.oak.home.owner, entry, commands_over_mqtt="all")
    command = json.dumps({"action": "mute", "speakers": "all"})
    for site in (fleet.oak, fleet.elm):
        for below in ("command", "speaker/kitchen/activation/report"):
            assert await thief.say(site.topic(below), command) == "Not authorized"
    identity = uuid4().hex
    await fleet.oak.wake(identity)
    await fleet.arrived(fleet.oak, identity)
    assert not [one for one in fleet.oak.seen.on("/command") if one.text == command]
    # Who may, can.
    assert await fleet.operator.say(fleet.oak.topic("command"), command) == "Success"
    await fleet.oak.seen.wait_for("/command", lambda one: one.text == command)
    await fleet.oak.home.owner.wait_for("select.kitchen_mode", "mute")
    assert await fleet.elm.home.owner.value("select.kitchen_mode") == "automatic"
    await fleet.oak.home.owner.call("earlid.resume", entity_id="all")


@pytest.mark.usefixtures("thief")
async def test_another_sites_bridge_is_not_cut_off_by_who_takes_its_name(fleet: Fleet) -> None:
    identity = uuid4().hex
    await fleet.oak.wake(identity)
    await fleet.arrived(fleet.oak, identity)
    there, here = (
        next(one.at.monotonic for one in seen.on("/activation") if one.body["id"] == identity)
        for seen in (fleet.reader, fleet.oak.seen)
    )
    # A bridge that had to come back would have taken its restart_timeout.
    assert there - here < 4


async def test_a_reader_says_nothing_and_only_commands_may_be_given(fleet: Fleet) -> None:
    assert await fleet.reader.say(fleet.oak.topic("command"), "{}") == "Not authorized"
    for below in ("speaker/kitchen/activation", "speaker/kitchen/activation/report", "status"):
        assert await fleet.operator.say(fleet.oak.topic(below), "{}") == "Not authorized"


async def test_a_command_for_a_home_out_of_reach_does_not_wait_for_it(fleet: Fleet) -> None:
    fleet.elm.link.cut()
    await asyncio.sleep(1)
    command = json.dumps({"action": "listen", "speakers": ["kitchen"], "seconds": 3600})
    await fleet.operator.say(fleet.elm.topic("command"), command)
    fleet.elm.link.mend()
    await _joined(fleet)
    assert not [one for one in fleet.elm.seen.on("/command") if one.text == command]


async def test_a_cut_bridge_loses_nothing_and_what_comes_again_is_known_by_its_id(fleet: Fleet) -> None:
    unanswered = [f"unanswered_{number}" for number in range(3)]
    missed = [f"missed_{number}" for number in range(5)]
    # The fleet has these, and the home does not know that.
    fleet.elm.link.lose_answers()
    await fleet.elm.wake(*unanswered)
    await fleet.arrived(fleet.elm, *unanswered)
    fleet.elm.link.cut()
    await fleet.elm.wake(*missed)
    # What waits for the fleet outlives the broker that it waits in.
    await _restart(fleet.elm.home)
    came = len(fleet.reader.messages)
    fleet.elm.link.mend()
    await fleet.arrived(fleet.elm, *missed, within=BRIDGED)
    topic = fleet.elm.topic("speaker/kitchen/activation")
    again = [one.body["id"] for one in fleet.reader.messages[came:] if one.topic == topic]
    assert set(unanswered) <= set(again)
    records = fleet.reader.on(topic)
    wanted = {(topic, identity) for identity in (*unanswered, *missed)}
    assert len([one for one in records if (topic, one.body["id"]) in wanted]) > len(wanted)
    kept = [known for known in _kept(records) if known in wanted]
    assert sorted(kept) == sorted(wanted)
    assert [identity for identity in dict.fromkeys(again) if identity in missed] == missed
