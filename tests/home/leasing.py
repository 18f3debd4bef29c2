"""A home of every kind of relay, for the tests of what happens when Home Assistant does not."""

from collections.abc import Iterable
import time
from typing import Any, Final

from tests.home.guarding import HABITS, mute_switch, mute_switches
from virtual_home import Meter, Outlet, VirtualHome
from virtual_home.network import slugify
from virtual_home.waiting import until

LEASE: Final = 30.0  # s, the shortest that the form takes
# What the devices' own clocks and this machine may be late, s; a lease that is renewed once more lasts longer.
LATE: Final = 5.0
# Off for long enough that a meter, which tells of a change 0.3 s later, has shown that there was nothing to measure.
REST: Final = 1.0

FAMILIES: Final = {
    "Kitchen": "standard",
    "Bedroom": "tasmota",
    "Living room": "shelly_gen1",
    "Office": "shelly_gen2",
    "Nursery": "standard",
    "Hall": "standard",
}
KINDS: Final = {
    "kitchen": "zigbee2mqtt",
    "bedroom": "tasmota",
    "living_room": "shelly",
    "office": "shelly",
    "nursery": "actions",
    "hall": "entity",
}
LEASED: Final = ("kitchen", "bedroom", "living_room", "office", "nursery")
OVER_MQTT: Final = ("kitchen", "bedroom", "nursery")


def home_of_every_kind() -> VirtualHome:
    """Return a home with a relay of every kind, to be guarded by `guard_every_kind`.

    The plugs are as from the shop: what they did before a power cut they do after it, unless someone sets them.
    """
    return VirtualHome(
        plugs=FAMILIES,
        earlid=True,
        boot=0.5,
        power_on="previous",
        meter=Meter(delay=0.3),
        configuration=mute_switches(list(FAMILIES)),
    )


async def guard_every_kind(home: VirtualHome) -> None:
    """Guard each room by its own kind of relay, with a rule that mutes it while its helper is on."""
    for room in home.rooms:
        slug = slugify(room)
        habits = HABITS | {"rest": REST, "lease": LEASE, "deadline": 3}
        await home.guard(slug, relay_kind=KINDS[slug], habits=habits)
        await home.rule("presence", f"{room} quiet", "mute", entities=[mute_switch(room)], speakers=[slug])
    await all_listen(home, KINDS)


async def all_listen(home: VirtualHome, rooms: Iterable[str], *, within: float = 90) -> None:
    """Return when these may listen, do, and nobody has taken a hold from what happened."""
    for room in rooms:
        await home.owner.wait_for(f"select.{room}_mode", "automatic")
        await home.owner.wait_for(f"sensor.{room}_microphone", "live", within=within)
        plug: Outlet = home.plugs[room]
        await until(lambda plug=plug: plug.live, within=within)  # type: ignore[misc]


async def self_test(home: VirtualHome, *rooms: str) -> dict[str, dict[str, Any]]:
    """Return what the self-test of these rooms says."""
    target = [f"sensor.{room}_microphone" for room in rooms]
    answer = await home.owner.call("earlid.self_test", entity_id=target, returns=True)
    speakers: dict[str, dict[str, Any]] = answer["speakers"]
    return speakers


async def out_after_lease(home: VirtualHome, rooms: Iterable[str], since: float) -> None:
    """Return when each of these plugs went dead by its own clock, and not later than its lease after `since`."""
    for room in rooms:
        plug = home.plugs[room]
        rest = max(since + LEASE + LATE - time.monotonic(), 0.1)
        await until(lambda plug=plug: not plug.live, within=rest)  # type: ignore[misc]
        (switched,) = home.truth.switches_of(plug, since=since)
        assert switched.cause == "timer", (room, switched)
        assert switched.at.monotonic - since <= LEASE + LATE, (room, switched.at.monotonic - since)
