"""Conditions of Home Assistant's own as rules, typed in over REST. That they survive a kill: test_restart.py."""

import asyncio
from collections.abc import AsyncIterator
import time
from typing import Any

import pytest
import pytest_asyncio

from tests.home.guarding import hush, make_run, mute_switch, promptly, stay
from virtual_home import VirtualHome
from virtual_home.flows import FlowError, remove_subentry, set_options, subentries
from virtual_home.network import Network
from virtual_home.waiting import until

SENSOR = "binary_sensor.trusted"
TOPIC = "trusted"
TRUST_FOR = 3  # s
HELPER = mute_switch("nursery")  # of another room: what it mutes there is no matter here


def say(network: Network, state: str) -> None:
    """Let the sensor say something, or go: `unavailable`."""
    network.publish(f"{TOPIC}/availability", "offline" if state == "unavailable" else "online", retain=True)
    if state != "unavailable":
        network.publish(TOPIC, state, retain=True)


@pytest_asyncio.fixture(loop_scope="session")
async def doubtful_home(guarded_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give the guarded home with a sensor that comes and goes, little trust, and no rules left behind."""
    assert guarded_home.earlid_entry is not None
    await set_options(guarded_home.owner, guarded_home.earlid_entry, trust_for=TRUST_FOR)
    about = {
        "name": TOPIC,
        "unique_id": TOPIC,
        "default_entity_id": SENSOR,
        "state_topic": TOPIC,
        "availability_topic": f"{TOPIC}/availability",
    }
    guarded_home.network.discover("binary_sensor", "others", TOPIC, about)
    say(guarded_home.network, "OFF")
    await guarded_home.owner.wait_for(SENSOR, "off")
    yield guarded_home
    await make_run(guarded_home)
    for one in await subentries(guarded_home.owner, guarded_home.earlid_entry):
        if one["title"] == "Doubtful":
            await remove_subentry(guarded_home.owner, guarded_home.earlid_entry, one["subentry_id"])
    await set_options(guarded_home.owner, guarded_home.earlid_entry, trust_for=120)


async def rule(home: VirtualHome, effect: str, *conditions: Any) -> None:
    """Add the rule, for the kitchen, and return when it is known whether it holds."""
    await home.rule("condition", "Doubtful", effect, conditions=list(conditions), speakers=["kitchen"])
    switch = "switch.earlid_rule_doubtful"
    await home.owner.wait_for(switch, lambda state: state["attributes"].get("in_force") is not None)


SENSOR_ON = {"condition": "state", "entity_id": SENSOR, "state": "on"}
HELPER_ON = {"condition": "state", "entity_id": HELPER, "state": "on"}


@pytest.mark.parametrize(
    "condition",
    [
        SENSOR_ON,
        f"{{{{ is_state('{SENSOR}', 'on') }}}}",
        {"condition": "template", "value_template": f"{{{{ states('{SENSOR}') == 'on' }}}}"},
        {"or": [SENSOR_ON, HELPER_ON]},
        {"and": [SENSOR_ON, {"not": [HELPER_ON]}]},
        {"not": [{"condition": "state", "entity_id": SENSOR, "state": "off"}]},
    ],
    ids=["state", "shorthand", "template", "or", "and", "not"],
)
async def test_a_condition_mutes_while_it_holds(doubtful_home: VirtualHome, condition: Any) -> None:
    plug = doubtful_home.plugs["kitchen"]
    await rule(doubtful_home, "mute", condition)
    await stay(doubtful_home, {plug: True}, for_seconds=0.3)
    say(doubtful_home.network, "ON")
    await promptly(doubtful_home, 1, lambda: not plug.live)
    say(doubtful_home.network, "OFF")
    await until(lambda: plug.live)


async def test_a_silent_sensor_is_believed_for_a_while_and_then_counts_against_listening(
    doubtful_home: VirtualHome,
) -> None:
    plug = doubtful_home.plugs["kitchen"]
    await rule(doubtful_home, "mute", SENSOR_ON)
    began = time.monotonic()
    say(doubtful_home.network, "unavailable")
    await until(lambda: not plug.live)
    assert time.monotonic() - began > TRUST_FOR - 0.5
    say(doubtful_home.network, "OFF")
    await until(lambda: plug.live)


async def test_a_sensor_that_fell_silent_while_it_muted_goes_on_muting(doubtful_home: VirtualHome) -> None:
    plug = doubtful_home.plugs["kitchen"]
    await rule(doubtful_home, "mute", SENSOR_ON)
    say(doubtful_home.network, "ON")
    await until(lambda: not plug.live)
    say(doubtful_home.network, "unavailable")
    await stay(doubtful_home, {plug: False}, for_seconds=TRUST_FOR + 1)


async def test_a_condition_that_must_hold_for_a_while_mutes_after_that(doubtful_home: VirtualHome) -> None:
    plug = doubtful_home.plugs["kitchen"]
    await rule(doubtful_home, "mute", SENSOR_ON | {"for": {"seconds": 2}})
    say(doubtful_home.network, "ON")
    await stay(doubtful_home, {plug: True}, for_seconds=1.9)
    # Nothing says that the time is up. It is looked at every 30 s, and whenever something else is, as here.
    await asyncio.sleep(1)
    await hush(doubtful_home, "office")
    await until(lambda: not plug.live)


@pytest.mark.parametrize(
    "conditions",
    [
        "{{ broken",
        {"condition": "no_such_thing"},
        {"condition": "state", "entity_id": SENSOR},
        [],
    ],
    ids=["template", "unknown", "incomplete", "none"],
)
async def test_a_condition_that_cannot_be_is_refused_and_nothing_changes(
    doubtful_home: VirtualHome, conditions: Any
) -> None:
    assert doubtful_home.earlid_entry is not None
    before = await subentries(doubtful_home.owner, doubtful_home.earlid_entry)
    with pytest.raises(FlowError) as refused:
        await doubtful_home.rule("condition", "Doubtful", "mute", conditions=conditions, speakers=["kitchen"])
    assert refused.value.errors.keys() == {"conditions"}
    assert await subentries(doubtful_home.owner, doubtful_home.earlid_entry) == before
    assert doubtful_home.plugs["kitchen"].live
