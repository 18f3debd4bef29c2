"""Relays that keep their own clock: the mute holds when Home Assistant, the network or the broker does not."""

import asyncio
import time

import pytest

from tests.home.guarding import hush, mode, repair_issues, stay
from tests.home.leasing import KINDS, LEASE, LEASED, OVER_MQTT, all_listen, out_after_lease
from virtual_home import VirtualHome
from virtual_home.waiting import until


async def test_what_keeps_time_is_renewed_and_nothing_switches(leased_home: VirtualHome) -> None:
    began = time.monotonic()
    await stay(leased_home, dict.fromkeys(leased_home.plugs.values(), True), for_seconds=LEASE + 5)
    for room in LEASED:
        assert leased_home.truth.switches_of(leased_home.plugs[room], since=began) == [], room
    # Nobody renews what keeps no time.
    assert leased_home.truth.commands_to(leased_home.plugs["hall"], since=began) == []


@pytest.mark.attack
async def test_home_assistant_is_killed_and_every_leased_plug_is_off_within_its_lease(leased_home: VirtualHome) -> None:
    began = time.monotonic()
    await leased_home.ha.kill()
    await out_after_lease(leased_home, LEASED, began)
    # What keeps no time stays on, and its grade says so.
    assert leased_home.plugs["hall"].live
    await leased_home.ha.start()
    await all_listen(leased_home, KINDS)
    assert await leased_home.owner.value("sensor.hall_assurance") == "c"


async def test_home_assistant_hangs_and_every_leased_plug_is_off_within_its_lease(leased_home: VirtualHome) -> None:
    began = time.monotonic()
    leased_home.ha.freeze()
    await out_after_lease(leased_home, LEASED, began)
    assert leased_home.plugs["hall"].live
    await asyncio.sleep(5)
    leased_home.ha.thaw()
    # It was no hand that turned them off, so they come back.
    await all_listen(leased_home, KINDS)


async def test_the_broker_stops_and_its_plugs_are_off_within_their_lease_the_others_unharmed(
    leased_home: VirtualHome,
) -> None:
    began = time.monotonic()
    await leased_home.broker.stop()
    await out_after_lease(leased_home, OVER_MQTT, began)
    for room in ("living_room", "office"):
        assert leased_home.truth.switches_of(leased_home.plugs[room], since=began) == []
    await leased_home.broker.start()
    await leased_home.network.wait_connected()
    await all_listen(leased_home, KINDS)


async def test_plugs_that_get_their_power_back_are_off_and_come_back_by_the_rules_alone(
    leased_home: VirtualHome,
) -> None:
    plugs = [leased_home.plugs[room] for room in LEASED]
    await hush(leased_home, *LEASED)
    await until(lambda: not any(plug.live for plug in plugs))
    for plug in plugs:
        leased_home.faults.cut(plug)
    await asyncio.sleep(2)
    began = time.monotonic()
    for plug in plugs:
        leased_home.faults.restore(plug)
    await stay(leased_home, dict.fromkeys(plugs, False), for_seconds=3)
    assert [one for plug in plugs for one in leased_home.truth.switches_of(plug, since=began) if one.live] == []


@pytest.mark.attack
async def test_plugs_that_lose_power_while_on_are_off_when_it_returns_or_are_graded_for_it(
    leased_home: VirtualHome,
) -> None:
    plugs = {room: leased_home.plugs[room] for room in KINDS}
    for plug in plugs.values():
        leased_home.faults.cut(plug)
    await asyncio.sleep(2)
    began = time.monotonic()
    for plug in plugs.values():
        leased_home.faults.restore(plug)
    await all_listen(leased_home, KINDS)
    came_on = {
        room
        for room, plug in plugs.items()
        if any(one.live and one.cause == "power" for one in leased_home.truth.switches_of(plug, since=began))
    }
    # Nobody can set what is switched by actions or by an entity: their grade and an issue say so.
    assert came_on == {"nursery", "hall"}
    assert await leased_home.owner.value("sensor.nursery_assurance") != "a"
    assert await leased_home.owner.value("sensor.hall_assurance") == "c"
    assert "no_lease_hall" in await repair_issues(leased_home)
    assert await mode(leased_home, "kitchen") == "automatic"


async def test_a_plug_turned_on_by_hand_while_it_may_listen_gets_a_lease(leased_home: VirtualHome) -> None:
    for room in LEASED:
        leased_home.plugs[room].press()
    for room in LEASED:
        await leased_home.owner.wait_for(f"select.{room}_mode", "mute", within=2 * LEASE)
    # An on that comes sooner may be that of a renewal that was on its way.
    await asyncio.sleep(6)
    for room in LEASED:
        leased_home.plugs[room].press()
    for room in LEASED:
        await leased_home.owner.wait_for(f"select.{room}_mode", "automatic", within=2 * LEASE)
    await until(lambda: all(leased_home.plugs[room].time_left is not None for room in LEASED))
    began = time.monotonic()
    await leased_home.ha.kill()
    await out_after_lease(leased_home, LEASED, began)
    await leased_home.ha.start()
