"""A home with plugs of several families, as Home Assistant sees it, and guarded by each relay's own kind."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.home.guarding import HABITS
from virtual_home import Meter, TasmotaPlug, VirtualHome
from virtual_home.waiting import until

FAMILIES = {"Kitchen": "standard", "Bedroom": "tasmota", "Office": "standard"}
KINDS = {"kitchen": "zigbee2mqtt", "bedroom": "tasmota", "office": "actions"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mixed_home() -> AsyncIterator[VirtualHome]:
    async with VirtualHome(plugs=FAMILIES, earlid=True, boot=0.5, meter=Meter(delay=0.3)) as home:
        yield home


async def test_home_assistant_switches_a_tasmota_plug_and_reads_its_meter(mixed_home: VirtualHome) -> None:
    plug, owner = mixed_home.plugs["bedroom"], mixed_home.owner
    await owner.wait_for(plug.power_entity_id, "1.7")
    await owner.call("switch.turn_off", entity_id=plug.entity_id)
    await owner.wait_for(plug.entity_id, "off")
    assert not plug.live
    await owner.wait_for(plug.power_entity_id, "0.0")
    mixed_home.faults.press("bedroom")
    await owner.wait_for(plug.entity_id, "on")


async def test_a_tasmota_plug_without_mains_is_unavailable_and_comes_back(mixed_home: VirtualHome) -> None:
    plug, owner = mixed_home.plugs["bedroom"], mixed_home.owner
    mixed_home.faults.cut("bedroom")
    await owner.wait_for(plug.entity_id, "unavailable")
    mixed_home.faults.restore("bedroom")
    await owner.wait_for(plug.entity_id, "off")
    mixed_home.faults.press("bedroom")
    await owner.wait_for(plug.entity_id, "on")


async def test_a_home_with_two_contacts_in_one_housing_shows_both(mixed_home: VirtualHome) -> None:
    first = mixed_home.add_plug("Hall", "tasmota", channels=2, on=True)
    assert isinstance(first, TasmotaPlug)
    second = first.channels[1]
    for plug in (first, second):
        await mixed_home.owner.wait_for(plug.entity_id, "on")
    await mixed_home.owner.call("switch.turn_off", entity_id=second.entity_id)
    await until(lambda: not second.live)
    assert first.live


@pytest.mark.parametrize(("room", "kind"), KINDS.items())
async def test_a_room_is_guarded_by_its_own_kind_of_relay(mixed_home: VirtualHome, room: str, kind: str) -> None:
    plug = mixed_home.plugs[room]
    await mixed_home.guard(room, relay_kind=kind, habits=HABITS)
    await mixed_home.owner.wait_for(f"sensor.{room}_microphone", "live")
    await until(lambda: plug.time_left is not None)
    await mixed_home.owner.call("earlid.mute", entity_id=f"select.{room}_mode")
    await until(lambda: not plug.live)


def test_a_family_that_there_is_not_is_refused(mixed_home: VirtualHome) -> None:
    with pytest.raises(ValueError, match="no family"):
        mixed_home.add_plug("Attic", "fax")
    with pytest.raises(ValueError, match="no relay of kind"):
        mixed_home.plugs["kitchen"].answers("tasmota")
