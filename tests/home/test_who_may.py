"""Who may do what, and what a call that is wrong does: nothing, and it says so."""

from collections.abc import AsyncIterator
from functools import partial
import json
import time
from typing import Any

import pytest
import pytest_asyncio

from tests.home.guarding import (
    guarded,
    guarded_plugs,
    hush_until_off,
    make_heard,
    make_run,
    promptly,
    stay,
    unhush,
)
from virtual_home import Client, RefusedError, VirtualHome
from virtual_home.accounts import create_user
from virtual_home.flows import set_options
from virtual_home.waiting import until

pytestmark = pytest.mark.attack

KITCHEN = {"entity_id": "select.kitchen_mode"}
LOCKDOWN = {"entity_id": "switch.earlid_lockdown"}
QUIET_RULE = {"entity_id": "switch.earlid_rule_kitchen_quiet"}

LISTENING: dict[str, tuple[str, dict[str, Any]]] = {
    "listen": ("earlid.listen", KITCHEN | {"duration": 60}),
    "resume": ("earlid.resume", KITCHEN),
    "mode automatic": ("select.select_option", KITCHEN | {"option": "automatic"}),
    "mode listen": ("select.select_option", KITCHEN | {"option": "listen"}),
    "lifting lockdown": ("switch.turn_off", LOCKDOWN),
    "a mute rule off": ("switch.turn_off", QUIET_RULE),
    "a shorter mute": ("earlid.mute", KITCHEN | {"duration": 1}),
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def guest(shared_guarded_home: VirtualHome) -> Client:
    """Give a user who is no administrator."""
    return await create_user(shared_guarded_home.owner, shared_guarded_home.ha.session, "Visitor")


@pytest_asyncio.fixture(loop_scope="session")
async def strict_home(guarded_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give the guarded home under administrators, the kitchen muted three times over."""
    assert guarded_home.earlid_entry is not None
    await set_options(guarded_home.owner, guarded_home.earlid_entry, who_may_allow="admins")
    await hush_until_off(guarded_home, "kitchen")
    await guarded_home.owner.call("earlid.mute", KITCHEN)
    await guarded_home.owner.call("switch.turn_on", LOCKDOWN)
    await until(lambda: not any(plug.live for plug in guarded_plugs(guarded_home)))
    # Until they have said so they are told again.
    await make_heard(guarded_home)
    yield guarded_home
    await make_run(guarded_home)
    await set_options(guarded_home.owner, guarded_home.earlid_entry, who_may_allow="anyone")


async def shown(home: VirtualHome) -> dict[str, tuple[str, Any]]:
    """Return what Earlid's entities say of what is decided, and until when."""
    ends = ("_mode", "_listening_allowed", "_lockdown", "_quiet")
    states = await home.owner.states()
    return {
        one: (state["state"], state["attributes"].get("until")) for one, state in states.items() if one.endswith(ends)
    }


@pytest.mark.parametrize("way", ["rest", "websocket"])
async def test_what_can_end_in_listening_is_for_administrators(
    strict_home: VirtualHome, guest: Client, way: str
) -> None:
    before, began = await shown(strict_home), time.monotonic()
    for what, (action, data) in LISTENING.items():
        with pytest.raises(RefusedError) as refused:
            await (guest.call(action, data) if way == "rest" else guest.act(action, data))
        answer = refused.value.status if way == "rest" else refused.value.body.get("translation_key")
        assert answer == (401 if way == "rest" else "admins_only"), what
    await stay(strict_home, {strict_home.plugs["kitchen"]: False}, for_seconds=0.5)
    assert await shown(strict_home) == before
    assert [one for one in strict_home.truth.commands if one.at.monotonic > began] == []


async def test_anyone_may_mute_whoever_may_allow(guarded_home: VirtualHome, guest: Client) -> None:
    assert guarded_home.earlid_entry is not None
    await set_options(guarded_home.owner, guarded_home.earlid_entry, who_may_allow="admins")
    kitchen, bedroom, office = (guarded_home.plugs[room] for room in ("kitchen", "bedroom", "office"))
    try:
        await guest.call("earlid.mute", KITCHEN)
        await until(lambda: not kitchen.live)
        await guest.call("select.select_option", entity_id="select.bedroom_mode", option="mute")
        await until(lambda: not bedroom.live)
        await guest.call("switch.turn_on", LOCKDOWN)
        await until(lambda: not office.live)
        with pytest.raises(RefusedError):
            await guest.call("switch.turn_off", LOCKDOWN)
        # What they may do to the plug itself does not help them.
        began = time.monotonic()
        await guest.call("switch.turn_on", entity_id=kitchen.entity_id)
        switches = partial(guarded_home.truth.switches_of, kitchen, since=began)
        await until(lambda: [one.live for one in switches()] == [True, False])
    finally:
        await set_options(guarded_home.owner, guarded_home.earlid_entry, who_may_allow="anyone")


async def test_administrators_and_the_homes_own_automations_may_still_allow(strict_home: VirtualHome) -> None:
    plug = strict_home.plugs["kitchen"]
    await strict_home.owner.call("switch.turn_off", LOCKDOWN)
    await strict_home.owner.call("earlid.resume", KITCHEN)
    await unhush(strict_home, "kitchen")
    await until(lambda: plug.live)


async def test_a_user_without_rights_on_the_plug_can_still_mute_the_speaker(guarded_home: VirtualHome) -> None:
    owner, plug = guarded_home.owner, guarded_home.plugs["kitchen"]
    child = await create_user(owner, guarded_home.ha.session, "Child")
    # No dialog makes a group that may use some domains only; Home Assistant reads them when it starts.
    await guarded_home.ha.stop()
    path = guarded_home.ha.directory / ".storage" / "auth"
    stored = json.loads(path.read_text())
    policy = {"entities": {"domains": {"select": True, "sensor": True}}}
    stored["data"]["groups"].append({"id": "speakers", "name": "Speakers", "policy": policy})
    for user in stored["data"]["users"]:
        if user["name"] == "Child":
            user["group_ids"] = ["speakers"]
    path.write_text(json.dumps(stored))
    await guarded_home.ha.start()
    await owner.wait_for(plug.entity_id, "on", within=60)
    with pytest.raises(RefusedError) as refused:
        await child.call("switch.turn_off", entity_id=plug.entity_id)
    assert refused.value.status == 401
    assert plug.live
    await child.call("earlid.mute", KITCHEN)
    # With the first command: the retries, a second later, are nobody's and would be let through.
    await promptly(guarded_home, 0.8, lambda: not plug.live)
    plug.press()
    await until(lambda: not plug.live)
    await child.call("earlid.resume", KITCHEN)
    await until(lambda: plug.live)


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "no time": ("earlid.listen", KITCHEN | {"duration": 0}, "duration_not_positive"),
    "time gone by": ("earlid.listen", KITCHEN | {"duration": -5}, "duration_not_positive"),
    "too long": ("earlid.listen", KITCHEN | {"duration": {"hours": 13}}, "listen_too_long"),
    "no number": ("earlid.listen", KITCHEN | {"duration": "soon"}, "duration_unreadable"),
    "endless mute": ("earlid.mute", KITCHEN | {"duration": 1e300}, "duration_unreadable"),
    "mute for no time": ("earlid.mute", KITCHEN | {"duration": 0}, "duration_not_positive"),
    "unknown area": ("earlid.mute", {"area_id": "atlantis"}, "unknown_area"),
    "unknown device": ("earlid.mute", {"device_id": "no_such"}, "unknown_device"),
    "unknown label": ("earlid.mute", {"label_id": "no_such"}, "unknown_label"),
    "unknown entity": ("earlid.mute", {"entity_id": "select.ketchup_mode"}, "not_a_speaker"),
    "one unknown among known": (
        "earlid.mute",
        {"entity_id": ["select.kitchen_mode", "select.ketchup_mode"]},
        "not_a_speaker",
    ),
    "its plug": ("earlid.mute", {"entity_id": "switch.kitchen_plug"}, "not_a_speaker"),
    "a person": ("earlid.listen", {"entity_id": "person.anna", "duration": 60}, "not_a_speaker"),
    "a rule": ("earlid.mute", QUIET_RULE, "not_a_speaker"),
    "nothing": ("earlid.mute", {}, "no_target"),
    "none": ("earlid.mute", {"entity_id": "none"}, "no_target"),
    "the whole home to listen": ("earlid.listen", {"entity_id": "all", "duration": 60}, "whole_home_refused"),
    "an outcome of its own": ("earlid.report_activation", KITCHEN | {"outcome": "maybe"}, "outcome_unknown"),
    "a time of its own": ("earlid.report_activation", KITCHEN | {"at": "yesterday"}, "time_unreadable"),
}


async def test_a_wrong_call_says_what_is_wrong_and_changes_nothing(guarded_home: VirtualHome) -> None:
    before, began = await shown(guarded_home), time.monotonic()
    said = {}
    for what, (action, data, _) in WRONG.items():
        with pytest.raises(RefusedError) as refused:
            await guarded_home.owner.act(action, data)
        said[what] = refused.value.body.get("translation_key")
        with pytest.raises(RefusedError) as refused_too:
            await guarded_home.owner.call(action, data)
        assert refused_too.value.status == 400, what
    assert said == {what: key for what, (_, _, key) in WRONG.items()}
    await stay(guarded_home, {guarded_home.plugs[room]: True for room in guarded(before)}, for_seconds=0.5)
    assert await shown(guarded_home) == before
    assert [one for one in guarded_home.truth.commands if one.at.monotonic > began] == []
    assert [line for line in guarded_home.ha.complaints("custom_components.earlid") if " ERROR " in line] == []
