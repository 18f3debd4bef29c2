"""The simulated year is held against the virtual home: the same faults expose as long, within a stated tolerance."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time as time_of_day, timedelta
import time
from typing import Final, override

import pytest
import pytest_asyncio

from bench.year.earlid import Earlid
from bench.year.household import START, Course, Place
from bench.year.line import FAMILIES as MAKES, Family
from bench.year.plan import BY_NAME, Fault, Interference
from bench.year.server import CONNECTS
from bench.year.world import World
from custom_components.earlid.engine.model import Effect, Speaker
from custom_components.earlid.engine.rules import Rule
from custom_components.earlid.engine.windows import Window
from tests.home.guarding import HABITS, hush, is_off, mute_switch, mute_switches, starved, unhush
from tests.home.leasing import FAMILIES, KINDS, LEASE, all_listen
from virtual_home import Meter, Outlet, VirtualHome
from virtual_home.home_assistant import MQTT_CONNECTED
from virtual_home.network import slugify
from virtual_home.waiting import until

TASMOTA, ZIGBEE, SHELLY = MAKES
ROOMS: Final = {"kitchen": ZIGBEE, "bedroom": TASMOTA, "office": SHELLY, "hall": ZIGBEE}
LEASED: Final = ("kitchen", "bedroom", "office")
DEADLINE: Final = 3.0
# By how much, in s, a real exposure may differ from the simulated one: where all work; where a lease runs out, by the
# rounding of devices to whole seconds and this machine; where Home Assistant starts, by how it does.
PROMPTLY, BY_LEASE, BY_START = 0.75, 1.5, 4.0
BEFORE: Final = 3.0  # s between a fault and the end of the permission
# s in which a rule that is set up is known before it mutes: longer than the leases that it shortens begin before.
AHEAD: Final = 26
SPEAKER: Final = Speaker(
    slug="kitchen",
    name="Kitchen",
    rest=timedelta(0),
    boot=timedelta(seconds=1),
    deadline=timedelta(seconds=DEADLINE),
    lease=timedelta(seconds=LEASE),
)


class StillAir(Interference):
    """Loses nothing but what is sent within one span."""

    def __init__(self, lost: tuple[float, float] = (0, 0)) -> None:
        """Lose what is sent from then to then."""
        super().__init__(0, 0)
        self._lost = lost

    @override
    def loses(self, at: float) -> bool:
        return self._lost[0] <= at < self._lost[1]


@dataclass(frozen=True)
class Simulated:
    """What the simulation says: the exposure, and how long a lease still ran as the fault began; all in s."""

    exposed: float
    left: float | None


def simulate(
    make: Family,
    *faults: Fault,
    ends: float,
    leased: bool = True,
    by_schedule: bool = False,
    lost: tuple[float, float] = (0, 0),
) -> Simulated:
    """Simulate a speaker whose permission ends, by a schedule or because everybody leaves."""
    at = (START + timedelta(seconds=ends)).time()
    night = Rule(
        slug="night",
        name="Night",
        effect=Effect.MUTE,
        source=Window(frozenset(range(7)), at, time_of_day(12), Effect.MUTE, UTC),
    )
    place = Place("kitchen", SPEAKER, (night,) if by_schedule else (), metered=True)
    people = (Course(True, () if by_schedule else (ends,)), Course(by_schedule, ()))
    world = World(place, make, Course(True, (ends,)), people, faults, StillAir(lost))
    left: list[float | None] = []
    if faults:
        began = faults[0].begin
        world.at(began - 0.001, lambda: left.append(world.plug.ends_at and world.plug.ends_at - world.true))
    world.run(Earlid(world, leases=leased), ends + 600)
    return Simulated(sum(one.seconds for one in world.exposures), left[0] if left else None)


def simulate_in_phase(make: Family, kind: str, left: float, *, by_schedule: bool = False) -> float:
    """Return the exposure where a fault that lasts comes as a lease still runs so long."""
    third = LEASE / 3
    runs = []
    for step in range(int(third * 4)):
        ends = 60 + step / 4
        fault = Fault(BY_NAME[kind], ends - BEFORE, ends + 300)
        runs.append(simulate(make, fault, ends=ends, by_schedule=by_schedule))
    return min(runs, key=lambda run: abs((run.left or 0.0) - left)).exposed


def exposed(home: VirtualHome, plug: Outlet, since: float) -> float:
    """Return for how long, from `since` on (monotonic), the plug gave power until now, in s."""
    total, on_since = 0.0, since if home.truth.switches_of(plug)[-1:] == [] else None
    before = [one for one in home.truth.switches_of(plug) if one.at.monotonic < since]
    if before:
        on_since = since if before[-1].live else None
    for one in home.truth.switches_of(plug, since=since):
        if one.live:
            on_since = one.at.monotonic
        elif on_since is not None:
            total += one.at.monotonic - on_since
            on_since = None
    return total + (time.monotonic() - on_since if on_since is not None else 0.0)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home() -> AsyncIterator[VirtualHome]:
    """Give a home with a plug of each make, and one that keeps no time."""
    rooms = {room: family for room, family in FAMILIES.items() if slugify(room) in ROOMS}
    async with VirtualHome(
        plugs=rooms, earlid=True, boot=0.5, meter=Meter(delay=0.3), configuration=mute_switches(list(rooms))
    ) as home:
        for room in rooms:
            slug = slugify(room)
            habits = HABITS | {"lease": LEASE, "deadline": DEADLINE}
            await home.guard(slug, relay_kind=KINDS[slug], habits=habits)
            await home.rule("presence", f"{room} quiet", "mute", entities=[mute_switch(room)], speakers=[slug])
        await all_listen(home, ROOMS)
        yield home


async def test_a_lost_command_a_hand_and_a_power_cut_expose_as_simulated(home: VirtualHome) -> None:
    rooms = ("kitchen", "bedroom")
    simulated = {room: simulate(ROOMS[room], ends=60, lost=(60, 60.9)).exposed for room in rooms}
    for room in rooms:
        home.faults.lose_every(room, 2)
        home.plugs[room].defects.heard = 1
    waited = starved(home)
    began = await hush(home, *rooms)
    await until(lambda: not any(home.plugs[room].live for room in rooms))
    waited = starved(home) - waited
    for room in rooms:
        assert any(one.fate == "lost" for one in home.truth.commands_to(home.plugs[room], since=began)), room
        home.faults.heal(room)
        assert exposed(home, home.plugs[room], began) == pytest.approx(simulated[room], abs=PROMPTLY + waited), room
        assert simulated[room] == pytest.approx(1, abs=PROMPTLY)

    await hush(home, *LEASED)
    for room in LEASED:
        await home.owner.wait_for(f"sensor.{room}_microphone", is_off)
    # What was sent off and has not said so may still be obeyed.
    await asyncio.sleep(2 * DEADLINE)
    for room in LEASED:
        hand = Fault(BY_NAME["hand"], 100, 100)
        began, waited = time.monotonic(), starved(home)
        home.faults.press(room)
        await until(lambda room=room: not home.plugs[room].live)  # type: ignore[misc]
        waited = starved(home) - waited
        real = exposed(home, home.plugs[room], began)
        assert real == pytest.approx(simulate(ROOMS[room], hand, ends=60).exposed, abs=PROMPTLY + waited), room

    began = time.monotonic()
    for room in LEASED:
        home.faults.cut(room)
    await asyncio.sleep(1)
    for room in LEASED:
        home.faults.restore(room)
    await asyncio.sleep(2)
    for room in LEASED:
        cut = Fault(BY_NAME["unplugged"], 100, 101)
        past = simulate(ROOMS[room], ends=60).exposed
        assert exposed(home, home.plugs[room], began) == 0
        assert simulate(ROOMS[room], cut, ends=60).exposed == past
    await unhush(home, *LEASED)
    await all_listen(home, ROOMS)


async def test_a_broker_that_is_down_and_a_plug_out_of_reach_expose_as_simulated(home: VirtualHome) -> None:
    left = {room: home.plugs[room].time_left for room in LEASED}
    gone = time.monotonic()
    home.faults.unavailable("office")
    await home.broker.stop()
    await asyncio.sleep(gone + BEFORE - time.monotonic())
    began = await hush(home, *LEASED)
    await until(lambda: not any(home.plugs[room].live for room in LEASED), within=2 * LEASE)
    for room in LEASED:
        kind = "broker down" if room != "office" else "plug out of reach, for hours"
        simulated = simulate_in_phase(ROOMS[room], kind, left[room] or 0.0)
        real = exposed(home, home.plugs[room], began)
        assert real == pytest.approx(simulated, abs=BY_LEASE), (room, left[room])
        assert real > PROMPTLY, "a lease ran out, and nobody turned it off"
    await home.broker.start()
    await home.network.wait_connected()
    home.faults.available("office")
    await unhush(home, *LEASED)
    await all_listen(home, ROOMS)


async def test_a_kill_before_a_schedule_mutes_exposes_as_simulated_with_leases_and_without(home: VirtualHome) -> None:
    begins = (datetime.now(UTC) + timedelta(seconds=AHEAD)).replace(microsecond=0)
    ends = begins + timedelta(hours=2)
    window = {"from": f"{begins:%H:%M:%S}", "to": f"{ends:%H:%M:%S}"}
    await home.rule("schedule", "Night", "mute", speakers=list(ROOMS), **window)
    mutes = time.monotonic() + (begins - datetime.now(UTC)).total_seconds()
    await asyncio.sleep(mutes - BEFORE - time.monotonic())
    left = {room: home.plugs[room].time_left for room in LEASED}
    await home.ha.kill()
    await until(lambda: not any(home.plugs[room].live for room in LEASED), within=2 * LEASE)
    assert home.plugs["hall"].live
    before = len(home.ha.logged(MQTT_CONNECTED))
    await home.ha.launch()
    await until(lambda: len(home.ha.logged(MQTT_CONNECTED)) > before, within=180)
    connected, waited = (home.ha.logged(MQTT_CONNECTED)[-1] - begins).total_seconds(), starved(home)
    await until(lambda: not home.plugs["hall"].live)
    # What it waited for a processor is this machine's, and no part of how Home Assistant starts.
    waited = starved(home) - waited
    for room in LEASED:
        simulated = simulate_in_phase(ROOMS[room], "killed", left[room] or 0.0, by_schedule=True)
        real = exposed(home, home.plugs[room], mutes)
        assert real == pytest.approx(simulated, abs=BY_LEASE), (room, left[room])
    killed = Fault(BY_NAME["killed"], 60 - BEFORE, 60 + connected - CONNECTS)
    alone = simulate(ROOMS["hall"], killed, ends=60, leased=False, by_schedule=True)
    assert exposed(home, home.plugs["hall"], mutes) == pytest.approx(alone.exposed, abs=BY_START + waited)
    await home.ha.wait_until_started()
    await until(lambda: not any(home.plugs[room].live for room in ROOMS))


def test_the_simulated_speaker_is_the_one_that_the_year_has_but_for_its_times() -> None:
    """The tests take a short lease; the formulas stay."""
    usual = Speaker(slug="kitchen", name="Kitchen")
    assert replace(SPEAKER, rest=usual.rest, boot=usual.boot, deadline=usual.deadline, lease=usual.lease) == usual
