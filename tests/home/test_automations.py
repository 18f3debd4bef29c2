"""Automations on Earlid's triggers, in a real home: each runs when it is to, once, and a restart is no news."""

import asyncio
from collections.abc import AsyncIterator
import time

import pytest
import pytest_asyncio

from tests.home.automating import STILL, automate, device_of, guard_all, let_automate, offered, ran, say, tell_of
from tests.home.guarding import HABITS, hush, hush_until_off, is_off, make_usual, mute_switches, unhush
from virtual_home import Meter, Observer, VirtualHome
from virtual_home.client import RefusedError
from virtual_home.flows import ENTRIES
from virtual_home.waiting import until

ROOMS = ("Kitchen", "Bedroom", "Office")
WENT = ("went_live", "went_off", "went_unknown")
SPEAKER_TRIGGERS = (*WENT, "breach_began", "breach_ended", "activation", "assurance_fell")
LOCKDOWN_TRIGGERS = ("lockdown_began", "lockdown_lifted")
CONDITIONS = ("is_live", "is_off", "is_proven_off", "is_allowed", "is_in_breach")
STORED = 3.0  # s; facts and counts are on disk within 2
LATE = 2.0  # s after the start that a plug without retained state reports
KITCHEN = {"entity_id": ["select.kitchen_mode"]}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_home() -> AsyncIterator[VirtualHome]:
    """Give a home with an automation on each trigger; the office's plug leaves nothing with the broker."""
    async with VirtualHome(
        plugs=ROOMS[:2], earlid=True, boot=0.5, meter=Meter(delay=0.3), configuration=mute_switches(ROOMS)
    ) as home:
        await guard_all(home, ROOMS)
        await let_automate(home)
        hub = {"device_id": await device_of(home, "Earlid")}
        for key in SPEAKER_TRIGGERS:
            await tell_of(home, key, {"trigger": f"earlid.{key}", "target": hub})
        for key in LOCKDOWN_TRIGGERS:
            await tell_of(home, key, {"trigger": f"earlid.{key}"})
        await asyncio.sleep(HABITS["boot"])
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def home(shared_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give it healed, allowed and without holds after each test."""
    yield shared_home
    await make_usual(shared_home)


@pytest_asyncio.fixture(loop_scope="session")
async def seen(home: VirtualHome) -> AsyncIterator[Observer]:
    """Listen to what automations say, from after all that they had to say of what was before."""
    async with home.observe("automations/#") as seen:
        await home.owner.call("mqtt.publish", topic="automations/begin", payload="")
        await seen.wait_for("/begin")
        yield seen


async def test_the_editor_is_offered_each_with_its_form_and_words(home: VirtualHome) -> None:
    triggers, conditions = await offered(home, "trigger"), await offered(home, "condition")
    assert set(triggers) == {f"earlid.{key}" for key in (*SPEAKER_TRIGGERS, *LOCKDOWN_TRIGGERS)}
    assert set(conditions) == {f"earlid.{key}" for key in CONDITIONS}
    for kind, forms in (("triggers", triggers), ("conditions", conditions)):
        answer = await home.owner.command(
            "frontend/get_translations", language="en", category=kind, integration="earlid"
        )
        for key, form in forms.items():
            place = f"component.earlid.{kind}.{key.removeprefix('earlid.')}"
            assert answer["resources"][f"{place}.name"]
            for field in form["fields"]:
                assert answer["resources"][f"{place}.fields.{field}.name"], field


async def test_whoever_picks_a_speaker_first_is_offered_what_it_has(home: VirtualHome) -> None:
    target = {"device_id": [await device_of(home, "Kitchen")]}
    triggers = await home.owner.command("get_triggers_for_target", target=target)
    conditions = await home.owner.command("get_conditions_for_target", target=target)
    assert {f"earlid.{key}" for key in SPEAKER_TRIGGERS} <= set(triggers)
    assert {f"earlid.{key}" for key in CONDITIONS} <= set(conditions)


async def test_home_assistant_validates_them(home: VirtualHome) -> None:
    good = {"trigger": "earlid.went_off", "target": KITCHEN, "options": {"behavior": "all", "for": {"minutes": 5}}}
    bad = {"trigger": "earlid.went_off", "target": KITCHEN, "options": {"outcome": "unanswered"}}
    asked = {"condition": "earlid.is_off", "target": KITCHEN, "options": {"behavior": "all"}}
    answer = await home.owner.command("validate_config", triggers=[good], conditions=[asked])
    assert answer == {part: {"valid": True, "error": None} for part in ("triggers", "conditions")}
    assert not (await home.owner.command("validate_config", triggers=[bad]))["triggers"]["valid"]
    with pytest.raises(RefusedError):
        await automate(home, "never", triggers=[bad], actions=[])


async def test_a_speaker_is_muted_and_listens_again(home: VirtualHome, seen: Observer) -> None:
    began = time.monotonic()
    await hush_until_off(home, "kitchen")
    await home.owner.wait_for("sensor.kitchen_microphone", "off_proven")
    await say(seen, "went_off sensor.kitchen_microphone", since=began)
    began = await unhush(home, "kitchen")
    await say(seen, "went_live sensor.kitchen_microphone", since=began)


async def test_a_plug_leaves_and_comes_back(home: VirtualHome, seen: Observer) -> None:
    began = time.monotonic()
    home.faults.unavailable("bedroom")
    await say(seen, "went_unknown sensor.bedroom_microphone", since=began)
    began = time.monotonic()
    home.faults.available("bedroom")
    await say(seen, "went_live sensor.bedroom_microphone", since=began)
    began = time.monotonic()
    await hush_until_off(home, "bedroom")
    await say(seen, "went_off sensor.bedroom_microphone", since=began)
    began = time.monotonic()
    home.faults.unavailable("bedroom")
    await home.owner.wait_for("sensor.bedroom_microphone", "unknown")
    home.faults.available("bedroom")
    await home.owner.wait_for("sensor.bedroom_microphone", is_off)
    await say(seen, "went_unknown sensor.bedroom_microphone", since=began)


async def test_a_breach_begins_and_ends_once(home: VirtualHome, seen: Observer) -> None:
    began = time.monotonic()
    home.faults.deaf("kitchen", 60)
    await hush(home, "kitchen")
    await say(seen, "breach_began binary_sensor.kitchen_breach", since=began)
    began = time.monotonic()
    home.faults.heal("kitchen")
    await say(
        seen,
        "went_off sensor.kitchen_microphone",
        "breach_ended binary_sensor.kitchen_breach",
        since=began,
    )


async def test_a_wake_is_told_of_by_outcome_and_permission(home: VirtualHome, seen: Observer) -> None:
    target = {"device_id": await device_of(home, "Office")}
    wake = {"trigger": "earlid.activation", "target": target}
    await tell_of(home, "for_nothing", wake | {"options": {"outcome": ["unanswered"]}})
    await tell_of(home, "forbidden", wake | {"options": {"allowed": False}})
    began = time.monotonic()
    report = {"entity_id": "select.office_mode", "source": "test"}
    await home.owner.call("earlid.report_activation", report | {"outcome": "answered"})
    await say(seen, "activation event.office_activation", since=began)
    began = time.monotonic()
    # What one source tells a second time is another wake; from another one it would be the same.
    await home.owner.call("earlid.report_activation", report | {"outcome": "unanswered"})
    await say(seen, "activation event.office_activation", "for_nothing event.office_activation", since=began)


async def test_lockdown_begins_and_is_lifted(home: VirtualHome, seen: Observer) -> None:
    off, live = ([f"{did} sensor.{room.lower()}_microphone" for room in ROOMS] for did in ("went_off", "went_live"))
    began = time.monotonic()
    await home.owner.call("switch.turn_on", entity_id="switch.earlid_lockdown")
    await say(seen, "lockdown_began switch.earlid_lockdown", *off, since=began)
    began = time.monotonic()
    await home.owner.call("switch.turn_off", entity_id="switch.earlid_lockdown")
    await say(seen, "lockdown_lifted switch.earlid_lockdown", *live, since=began)


async def test_assurance_falls(home: VirtualHome, seen: Observer) -> None:
    home.add_speaker("Hall", home.add_plug("Hall", "ignores_on_time"))
    await home.wait_until_ready()
    await home.guard("hall", relay_kind="zigbee2mqtt", habits=HABITS | {"lease": 30})
    await home.owner.wait_for("sensor.hall_assurance", "untested")
    await home.owner.wait_for("sensor.hall_microphone", "live")
    began = time.monotonic()
    await home.owner.call("earlid.self_test", entity_id="select.hall_mode", returns=True)
    await home.owner.wait_for("sensor.hall_assurance", "c")
    await until(lambda: "assurance_fell sensor.hall_assurance" in ran(seen, began))


async def test_conditions_let_an_automation_go_on_or_not(home: VirtualHome, seen: Observer) -> None:
    both = {"entity_id": ["select.kitchen_mode", "select.bedroom_mode"]}
    asked = {"condition": "earlid.is_proven_off", "target": both, "options": {"behavior": "all"}}
    await tell_of(home, "asked", {"trigger": "event", "event_type": "ask"}, conditions=[asked])
    await hush_until_off(home, "kitchen", "bedroom")
    for room in ("kitchen", "bedroom"):
        await home.owner.wait_for(f"sensor.{room}_microphone", "off_proven")
    began = time.monotonic()
    await home.owner.post("/api/events/ask", {})
    await say(seen, "asked", since=began)
    began = time.monotonic()
    home.faults.unavailable("bedroom")
    await say(seen, "went_unknown sensor.bedroom_microphone", since=began)
    began = time.monotonic()
    await home.owner.post("/api/events/ask", {})
    await say(seen, since=began)


async def test_a_reload_and_a_new_name_are_no_news(home: VirtualHome, seen: Observer) -> None:
    began = time.monotonic()
    await hush_until_off(home, "bedroom")
    await say(seen, "went_off sensor.bedroom_microphone", since=began)
    # That it is proven is no news, and comes later.
    await home.owner.wait_for("sensor.bedroom_microphone", "off_proven")
    began = time.monotonic()
    await home.owner.post(f"{ENTRIES}/entry/{home.earlid_entry}/reload")
    await home.owner.wait_for("sensor.kitchen_microphone", "live")
    await home.owner.call("automation.reload")
    rename = {"entity_id": "sensor.kitchen_microphone", "new_entity_id": "sensor.echo"}
    await home.owner.command("config/entity_registry/update", **rename)
    await home.owner.wait_for("sensor.echo", "live")
    await say(seen, since=began)
    try:
        began = await hush(home, "kitchen")
        await say(seen, "went_off sensor.echo", since=began)
    finally:
        back = {"entity_id": "sensor.echo", "new_entity_id": "sensor.kitchen_microphone"}
        await home.owner.command("config/entity_registry/update", **back)


@pytest.mark.parametrize("cleanly", [True, False], ids=["stopped", "killed"])
async def test_a_restart_is_no_news(home: VirtualHome, seen: Observer, cleanly: bool) -> None:
    """One listens, one is off and proven so, one has a plug that reports late."""
    # Not by its rule: a helper that the rule stands on comes back from a kill as it was at the last clean stop.
    await home.owner.call("earlid.mute", entity_id="select.bedroom_mode")
    await home.owner.wait_for("sensor.bedroom_microphone", "off_proven")
    await asyncio.sleep(STORED)
    began = time.monotonic()
    await (home.ha.stop() if cleanly else home.ha.kill())
    await home.ha.start()
    await asyncio.sleep(LATE)
    assert (await home.owner.state("sensor.office_microphone") or {})["attributes"]["last_known"] == "live"
    home.plugs["office"].report()
    await home.owner.wait_for("sensor.office_microphone", "live")
    await say(seen, since=began)


async def test_a_breach_that_outlasts_a_restart_is_one(home: VirtualHome, seen: Observer) -> None:
    began = time.monotonic()
    home.faults.unavailable("kitchen")
    await home.owner.call("earlid.mute", entity_id="select.kitchen_mode")
    await say(
        seen,
        "went_unknown sensor.kitchen_microphone",
        "breach_began binary_sensor.kitchen_breach",
        since=began,
    )
    await asyncio.sleep(STORED)
    began = time.monotonic()
    await home.ha.kill()
    await home.ha.start()
    await home.owner.wait_for("binary_sensor.kitchen_breach", "on")
    await asyncio.sleep(LATE)
    home.plugs["office"].report()
    await say(seen, since=began)
    began = time.monotonic()
    home.faults.heal("kitchen")
    # It was left on: it is turned off before anything else, and may be seen on until then.
    wanted = {"went_off sensor.kitchen_microphone", "breach_ended binary_sensor.kitchen_breach"}
    await until(lambda: wanted <= set(ran(seen, began)))
    await asyncio.sleep(STILL)
    assert set(ran(seen, began)) - {"went_live sensor.kitchen_microphone"} == wanted


async def test_a_welded_plugs_breach_is_the_same_one_after_a_restart(home: VirtualHome, seen: Observer) -> None:
    home.faults.weld("kitchen")
    # A rule's helper comes back from a kill as it was at the last clean stop.
    await home.owner.call("earlid.mute", entity_id="select.kitchen_mode")
    before = await home.owner.wait_for("binary_sensor.kitchen_breach", "on")
    assert before["attributes"]["cause"] == "evidence_contradicts"
    await asyncio.sleep(STORED)
    began = time.monotonic()
    await home.ha.kill()
    await home.ha.start()
    await asyncio.sleep(LATE)
    home.plugs["office"].report()
    # Longer than the deadlines within which it would end and begin anew.
    await asyncio.sleep(4)
    after = await home.owner.wait_for("binary_sensor.kitchen_breach", "on")
    assert after["attributes"] == before["attributes"]
    await say(seen, since=began)
    began = time.monotonic()
    home.faults.weld("kitchen", welded=False)
    await say(
        seen,
        "went_off sensor.kitchen_microphone",
        "breach_ended binary_sensor.kitchen_breach",
        since=began,
    )


async def test_what_shows_after_a_start_to_have_changed_is_told_of(home: VirtualHome, seen: Observer) -> None:
    await asyncio.sleep(STORED)
    began = time.monotonic()
    await home.ha.kill()
    home.plugs["office"].press()
    await home.ha.start()
    await asyncio.sleep(LATE)
    home.plugs["office"].report()
    # It may listen, so it is turned on again. Whoever looks in between cannot tell.
    await home.owner.wait_for("sensor.office_microphone", "live")
    await until(lambda: "went_live sensor.office_microphone" in ran(seen, began))
    await asyncio.sleep(STILL)
    told = [one for one in ran(seen, began) if one != "went_unknown sensor.office_microphone"]
    assert told == ["went_off sensor.office_microphone", "went_live sensor.office_microphone"]
