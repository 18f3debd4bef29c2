"""The home itself, with plain Home Assistant: what its other tests rely on."""

import asyncio
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import re
import time

import pytest

from virtual_home import Outlet, Plug, VirtualHome
from virtual_home.accounts import create_user
from virtual_home.client import RefusedError
from virtual_home.flows import entries
from virtual_home.home_assistant import MQTT_CONNECTED
from virtual_home.sensors import LightSensor, ReportingDetector
from virtual_home.twins import LOCKDOWN, set_twins_night
from virtual_home.waiting import until


async def turn(home: VirtualHome, plug: Outlet, state: str) -> float:
    """Switch through Home Assistant and return when that began, monotonic."""
    began = time.monotonic()
    await home.owner.call(f"switch.turn_{state}", entity_id=plug.entity_id)
    return began


async def all_shown(home: VirtualHome, plugs: list[Outlet], state: str) -> None:
    """Return when Home Assistant shows all plugs so."""
    for plug in plugs:
        await home.owner.wait_for(plug.entity_id, state)


async def test_a_command_reaches_the_plug_and_its_report_comes_back(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    began = await turn(plain_home, plug, "off")
    await plain_home.owner.wait_for(plug.entity_id, "off")
    (command,) = plain_home.truth.commands_to(plug, since=began)
    (switched,) = plain_home.truth.switches_of(plug, since=began)
    assert (command.says, command.fate) == ("off", "obeyed")
    assert (switched.live, switched.cause) == (False, "command")
    assert switched.at == command.at


async def test_the_watts_are_reported_after_the_relay(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    await plain_home.owner.wait_for(plug.power_entity_id, "1.7")
    async with plain_home.owner.changes() as seen:
        await turn(plain_home, plug, "off")
        ours = (plug.entity_id, plug.power_entity_id)
        await until(lambda: len([one for one in seen if one.entity_id in ours]) == 2)
    told = [(one.entity_id, one.after) for one in seen if one.entity_id in ours]
    assert told == [(plug.entity_id, "off"), (plug.power_entity_id, "0.0")]


async def test_a_speaker_that_plays_draws_more(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["bedroom"]
    plain_home.speakers["bedroom"].play()
    await plain_home.owner.wait_for(plug.power_entity_id, "2.6")
    plain_home.speakers["bedroom"].stop()
    await plain_home.owner.wait_for(plug.power_entity_id, "1.7")


async def test_a_deaf_plug_ignores_commands_and_hears_again(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    plain_home.faults.deaf("kitchen", 60)
    began = await turn(plain_home, plug, "off")
    await until(lambda: bool(plain_home.truth.commands_to(plug, since=began)))
    await asyncio.sleep(0.3)
    assert plug.live
    assert await plain_home.owner.value(plug.entity_id) == "on"
    plain_home.faults.deaf("kitchen", 0)
    await turn(plain_home, plug, "off")
    await until(lambda: not plug.live)
    assert [one.fate for one in plain_home.truth.commands_to(plug, since=began)] == ["deaf", "obeyed"]


async def test_a_slow_plug_acts_late(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    plain_home.faults.slow("kitchen", 0.5)
    began = await turn(plain_home, plug, "off")
    await until(lambda: not plug.live)
    (command,) = plain_home.truth.commands_to(plug, since=began)
    (switched,) = plain_home.truth.switches_of(plug, since=began)
    assert switched.at.monotonic - command.at.monotonic > 0.45


async def test_every_second_command_is_lost(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    plain_home.faults.lose_every("kitchen", 2)
    began = time.monotonic()
    for state in ("off", "on", "off", "on"):
        await turn(plain_home, plug, state)
    await until(lambda: len(plain_home.truth.commands_to(plug, since=began)) == 4)
    assert [one.fate for one in plain_home.truth.commands_to(plug, since=began)] == ["obeyed", "lost"] * 2
    assert not plug.live


async def test_a_stale_state_says_off_while_the_plug_is_on(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    plain_home.faults.stale("kitchen", "off")
    await plain_home.owner.wait_for(plug.entity_id, "off")
    assert plug.live
    assert plain_home.speakers["kitchen"].hears


async def test_a_welded_plug_reports_off_and_still_draws(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    plain_home.faults.weld("kitchen")
    await turn(plain_home, plug, "off")
    await plain_home.owner.wait_for(plug.entity_id, "off")
    await asyncio.sleep(0.5)
    assert plug.live
    assert plug.watts == pytest.approx(1.7)
    assert await plain_home.owner.value(plug.power_entity_id) == "1.7"


async def test_a_silent_plug_obeys_and_says_nothing(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    plain_home.faults.silent("kitchen", 60)
    await turn(plain_home, plug, "off")
    await until(lambda: not plug.live)
    await asyncio.sleep(0.5)
    assert await plain_home.owner.value(plug.entity_id) == "on"


async def test_home_assistant_sends_nothing_to_an_unavailable_plug(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    plain_home.faults.unavailable("kitchen")
    await plain_home.owner.wait_for(plug.entity_id, "unavailable")
    began = await turn(plain_home, plug, "off")
    await asyncio.sleep(0.3)
    assert plain_home.truth.commands_to(plug, since=began) == []
    assert plug.live


async def test_a_press_is_seen(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["bedroom"]
    began = time.monotonic()
    plain_home.faults.press("bedroom")
    await plain_home.owner.wait_for(plug.entity_id, "off")
    plain_home.faults.press("bedroom")
    await plain_home.owner.wait_for(plug.entity_id, "on")
    assert [one.cause for one in plain_home.truth.switches_of(plug, since=began)] == ["hand", "hand"]


async def test_a_plug_comes_back_from_a_power_cut_as_its_setting_says(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["bedroom"]
    plain_home.faults.cut("bedroom")
    assert not plain_home.speakers["bedroom"].hears
    await plain_home.owner.wait_for(plug.entity_id, "unavailable")
    plain_home.faults.restore("bedroom")
    await plain_home.owner.wait_for(plug.entity_id, "off")
    choice = {"entity_id": f"select.{plug.slug}_power_on_behavior"}
    await plain_home.owner.call("select.select_option", choice, option="on")
    await until(lambda: plug.power_on == "on")
    plain_home.faults.cut("bedroom")
    plain_home.faults.restore("bedroom")
    assert plug.live
    # Home Assistant sends nothing to a plug whose return it has not been told of.
    await plain_home.owner.wait_for(plug.entity_id, "on")
    await plain_home.owner.call("select.select_option", choice, option="off")
    await until(lambda: plug.power_on == "off")


async def test_a_plug_with_a_timed_on_goes_off_by_its_own_clock(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["office"] = plain_home.plugs.get("office") or plain_home.add_plug("Office", on=False)
    assert isinstance(plug, Plug)
    await plain_home.owner.wait_for(plug.entity_id, "off")
    began = time.monotonic()
    await plain_home.owner.call(
        "mqtt.publish", topic=f"{plug.topic}/set", payload='{"state": "ON", "on_time": 0.6, "off_wait_time": 0}'
    )
    await until(lambda: len(plain_home.truth.switches_of(plug, since=began)) == 2)
    on, off = plain_home.truth.switches_of(plug, since=began)
    assert off.cause == "timer"
    assert off.at.monotonic - on.at.monotonic > 0.55


async def test_a_light_and_a_detector_notice_a_wake(plain_home: VirtualHome) -> None:
    speaker = plain_home.speakers["bedroom"]
    light = LightSensor(plain_home.network, "Bedroom ring", speaker=speaker)
    event = LightSensor(plain_home.network, "Bedroom flash", speaker=speaker, kind="event")
    detector = ReportingDetector(plain_home.network, speaker)
    await plain_home.owner.wait_for(light.entity_id, "off")
    await plain_home.owner.wait_for(event.entity_id, "unknown")
    async with plain_home.observe(detector.topic) as seen, plain_home.owner.changes() as changes:
        assert speaker.wake("unanswered")
        await plain_home.owner.wait_for(event.entity_id, lambda state: state["attributes"].get("event_type") == "lit")
        assert detector.sent[0] in (await seen.wait_for(detector.topic)).text
        await until(lambda: [one.after for one in changes if one.entity_id == light.entity_id] == ["on", "off"])


async def test_an_observer_sees_what_is_published(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    assert isinstance(plug, Plug)
    async with plain_home.observe("zigbee2mqtt/+", "test/#") as seen:
        stored = await seen.wait_for(plug.topic)
        assert stored.retained
        assert stored.body["state"] == "ON"
        await plain_home.owner.call(
            "mqtt.publish", topic="test/one", payload="hello", qos=1, message_expiry_interval={"seconds": 60}
        )
        message = await seen.wait_for("/one")
        assert (message.text, message.qos, message.retained, message.expires_in) == ("hello", 1, False, 60)


async def test_the_twins_do_their_work_when_nothing_is_wrong(plain_home: VirtualHome) -> None:
    twins = [plain_home.plugs["edges_twin"], plain_home.plugs["careful_twin"]]
    for person in plain_home.persons.values():
        person.leave()
    # Each is waited for until Home Assistant shows it: what it showed before would be taken for what comes next.
    await all_shown(plain_home, twins, "off")
    plain_home.persons["anna"].arrive()
    await all_shown(plain_home, twins, "on")
    await plain_home.owner.call("input_boolean.turn_on", entity_id=LOCKDOWN)
    await all_shown(plain_home, twins, "off")
    plain_home.faults.press("edges_twin")
    plain_home.faults.press("careful_twin")
    await until(lambda: not twins[1].live)
    assert twins[0].live
    await plain_home.owner.call("input_boolean.turn_off", entity_id=LOCKDOWN)
    await until(lambda: all(plug.live for plug in twins))


async def test_the_twins_keep_a_night_that_begins_in_seconds(plain_home: VirtualHome) -> None:
    twins = [plain_home.plugs["edges_twin"], plain_home.plugs["careful_twin"]]
    began, now = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    begins, ends = now + timedelta(seconds=5), now + timedelta(seconds=8)
    await set_twins_night(plain_home.owner, begins.time(), ends.time())

    def turned(plug: Outlet) -> list[bool]:
        return [one.live for one in plain_home.truth.switches_of(plug, since=began)]

    await until(lambda: all(turned(plug) == [False, True] for plug in twins))


async def test_a_user_without_rights_is_refused(plain_home: VirtualHome) -> None:
    guest = await create_user(plain_home.owner, plain_home.ha.session, "Guest")
    assert await guest.value("switch.kitchen_plug") == "on"
    with pytest.raises(RefusedError) as refused:
        await guest.command("config/entity_registry/update", entity_id="switch.kitchen_plug", name="Mine")
    assert refused.value.status == "unauthorized"


async def test_it_is_the_home_assistant_that_is_pinned(plain_home: VirtualHome) -> None:
    # Any other one that runs well says nothing of the one that was asked for.
    pins = "requirements_next.txt" if "EARLID_HASS_PYTHON" in os.environ else "requirements_test.txt"
    pinned = re.search(r"^homeassistant==(.+)$", (Path(__file__).parents[2] / pins).read_text(), re.MULTILINE)
    assert pinned is not None
    assert (await plain_home.owner.get("/api/config"))["version"] == pinned[1]


async def test_nothing_is_wrong_with_home_assistant_itself(plain_home: VirtualHome) -> None:
    # Other tests do what Home Assistant complains of: a user is refused, actions go to unavailable plugs.
    ours = (" WARNING ", "Unauthorized")
    assert not [line for line in plain_home.ha.complaints() if not any(text in line for text in ours)]


async def test_an_entity_can_be_renamed(plain_home: VirtualHome) -> None:
    await plain_home.owner.rename_entity("switch.kitchen_plug", "switch.renamed_plug")
    try:
        await plain_home.owner.wait_for("switch.renamed_plug", "on")
    finally:
        await plain_home.owner.rename_entity("switch.renamed_plug", "switch.kitchen_plug")
    await plain_home.owner.wait_for("switch.kitchen_plug", "on")


async def test_devices_come_back_with_the_broker(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    await plain_home.faults.stop_broker()
    await plain_home.owner.wait_for(plug.entity_id, "unavailable")
    plug.press()
    await plain_home.faults.start_broker()
    await plain_home.owner.wait_for(plug.entity_id, "off", within=60)


async def test_a_frozen_home_assistant_switches_nothing_until_it_is_thawed(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["edges_twin"]
    plain_home.faults.freeze_home_assistant()
    for person in plain_home.persons.values():
        person.leave()
    await asyncio.sleep(1)
    assert plug.live
    plain_home.faults.thaw_home_assistant()
    await until(lambda: not plug.live)


async def test_a_killed_home_assistant_comes_back_with_its_devices(plain_home: VirtualHome) -> None:
    plug = plain_home.plugs["kitchen"]
    before = len(plain_home.ha.logged(MQTT_CONNECTED))
    await plain_home.faults.kill_home_assistant()
    plug.press()
    await plain_home.ha.start()
    await plain_home.owner.wait_for(plug.entity_id, "off", within=60)
    assert len(await entries(plain_home.owner, "mqtt")) == 1
    connected = plain_home.ha.logged(MQTT_CONNECTED)
    assert len(connected) == before + 1
    assert abs((datetime.now(UTC) - connected[-1]).total_seconds()) < 600
