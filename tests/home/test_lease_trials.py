"""What relays with a clock of their own are found to be, and what becomes of a lease when a hand is at the plug."""

import asyncio

import pytest

from tests.home.guarding import HABITS, hush, issues_become, make_heard, repair_issues, stay
from tests.home.leasing import KINDS, LEASE, LEASED, OVER_MQTT, self_test
from virtual_home import Outlet, TasmotaPlug, VirtualHome
from virtual_home.truth import Moment
from virtual_home.waiting import until

BREACH = 9.0  # s; the deadline is 3, and the home's, which is for the others, 10


async def test_the_self_test_grades_each_kind(leased_home: VirtualHome) -> None:
    said = await self_test(leased_home, *KINDS)
    grades = {room: one["grade"] for room, one in said.items()}
    assert grades == {
        "kitchen": "a",
        "bedroom": "a",
        "living_room": "a",
        "office": "a",
        "nursery": "b",
        "hall": "c",
    }, said
    for room in LEASED:
        steps = {step["step"]: step for step in said[room]["steps"]}
        assert steps["clock"]["result"] == "proven", room
        assert 8 <= steps["clock"]["off_after_s"] <= 14, room
        await leased_home.owner.wait_for(f"sensor.{room}_assurance", grades[room])
    await issues_become(leased_home, lambda issues: {"no_lease_hall", "power_on_nursery"} <= issues)
    assert not {f"clock_{room}" for room in KINDS} & await repair_issues(leased_home)


async def test_the_meter_agrees_in_the_self_test_where_there_is_one(leased_home: VirtualHome) -> None:
    said = await self_test(leased_home, "kitchen", "bedroom")
    meters = {
        room: next(step["result"] for step in one["steps"] if step["step"] == "meter") for room, one in said.items()
    }
    assert meters == {"kitchen": "agrees", "bedroom": "agrees"}


@pytest.mark.attack
async def test_a_welded_relay_is_a_breach_within_the_deadline_by_its_meter(leased_home: VirtualHome) -> None:
    for room in OVER_MQTT:
        leased_home.faults.weld(room)
    await hush(leased_home, *OVER_MQTT)
    for room in OVER_MQTT:
        breach = await leased_home.owner.wait_for(f"binary_sensor.{room}_breach", "on", within=BREACH)
        assert breach["attributes"]["cause"] == "evidence_contradicts", room


async def test_a_command_that_the_broker_keeps_for_a_plug_is_cleared_when_the_plug_returns(
    leased_home: VirtualHome,
) -> None:
    plug = leased_home.plugs["bedroom"]
    assert isinstance(plug, TasmotaPlug)
    await hush(leased_home, "bedroom")
    await until(lambda: not plug.live)
    topic = f"cmnd/{plug.topic}/POWER"
    async with leased_home.observe(topic) as seen:
        seen.publish(topic, "OFF", retain=True)
        await seen.wait_for(topic)
        leased_home.faults.cut(plug)
        await asyncio.sleep(2)
        leased_home.faults.restore(plug)
        await seen.wait_for(topic, lambda message: message.retained and not message.text, within=30)
    assert "kept_command_bedroom" not in await repair_issues(leased_home)


class MeteredBy:
    """What is plugged into an outlet with a meter and has an outlet itself: a relay whose meter nobody can ask."""

    def __init__(self, meter: Outlet, relay: Outlet) -> None:
        """Plug the relay in; it draws nothing itself."""
        self._meter = meter
        self._relay = relay
        relay.plug_in(_Noticed(meter))
        meter.plug_in(self)

    def watts(self) -> float:
        """Return what goes through the relay."""
        return self._relay.watts

    def power_changed(self, *, live: bool, at: Moment) -> None:
        """Notice nothing: the outlet with the meter stays on."""


class _Noticed:
    """Tells the meter that what is behind the relay has changed."""

    def __init__(self, meter: Outlet) -> None:
        self._meter = meter

    def watts(self) -> float:
        return 0.0

    def power_changed(self, *, live: bool, at: Moment) -> None:  # noqa: ARG002 - what every load hears
        self._meter.load_changed()


@pytest.mark.parametrize(("room", "family"), [("cellar", "shelly_gen1"), ("loft", "shelly_gen2")])
async def test_a_welded_shelly_is_a_breach_within_the_deadline_by_the_meter_before_it(
    leased_home: VirtualHome, room: str, family: str
) -> None:
    plug, meter = leased_home.add_plug(room, family), leased_home.add_plug(f"{room} wall")
    leased_home.add_speaker(room, plug)
    MeteredBy(meter, plug)
    await leased_home.owner.wait_for(meter.power_entity_id, "1.7")
    senses = {"power_entity": meter.power_entity_id}
    await leased_home.guard(room, relay_kind="shelly", senses=senses, habits=HABITS | {"lease": LEASE, "deadline": 3})
    await leased_home.owner.wait_for(f"sensor.{room}_microphone", "live")
    await make_heard(leased_home)
    leased_home.faults.weld(room)
    await leased_home.owner.call("earlid.mute", entity_id=f"sensor.{room}_microphone")
    breach = await leased_home.owner.wait_for(f"binary_sensor.{room}_breach", "on", within=BREACH)
    assert breach["attributes"]["cause"] == "evidence_contradicts"
    assert not plug.relay


async def press_off_after_a_renewal(home: VirtualHome, room: str, seconds: float) -> None:
    """Turn a plug off by hand so long after a renewal, see that it stays off over the next, and turn it on again."""
    plug = home.plugs[room]
    before = len(home.truth.commands_to(plug))
    await until(lambda: len(home.truth.commands_to(plug)) > before, within=2 * LEASE)
    await asyncio.sleep(seconds)
    plug.press()
    # What is polled says so when it is next asked, which is with the next renewal.
    await home.owner.wait_for(f"select.{room}_mode", "mute", within=2 * LEASE)
    await until(lambda: not plug.live)
    await stay(home, {plug: False}, for_seconds=LEASE / 3 + 1)
    plug.press()
    await home.owner.wait_for(f"select.{room}_mode", "automatic", within=2 * LEASE)
    await until(lambda: plug.live)


# A first generation's Shelly and a Zigbee plug are asked before they are renewed: a press in that moment may be undone
# unseen (docs/relays.md). The others cannot be, or say so.
SURE = ("bedroom", "office", "nursery")


@pytest.mark.attack
@pytest.mark.parametrize(("seconds", "rooms"), [(0.0, SURE), (0.02, SURE), (0.5, LEASED)])
async def test_a_plug_that_a_hand_turned_off_is_not_turned_on_by_a_renewal(
    leased_home: VirtualHome, seconds: float, rooms: tuple[str, ...]
) -> None:
    await asyncio.gather(*(press_off_after_a_renewal(leased_home, room, seconds) for room in rooms))


@pytest.mark.attack
async def test_a_device_that_ignores_its_timer_is_found_out_and_left_off(leased_home: VirtualHome) -> None:
    plug = leased_home.add_plug("Attic", "ignores_on_time")
    leased_home.add_speaker("Attic", plug)
    await leased_home.guard(
        "attic", relay_kind="zigbee2mqtt", senses={"power_entity": None}, habits={"lease": LEASE, "deadline": 3}
    )
    await leased_home.owner.wait_for("sensor.attic_microphone", "live")
    assert await leased_home.owner.value("sensor.attic_assurance") == "untested"
    said = await self_test(leased_home, "attic")
    await until(lambda: not plug.live)
    assert said["attic"]["grade"] == "c"
    await leased_home.owner.wait_for("sensor.attic_assurance", "c")
    await issues_become(leased_home, lambda issues: "clock_attic" in issues)
