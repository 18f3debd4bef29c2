"""The guard over a home in process: what a relay is told, and what the household is shown."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, CoreState, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.earlid.const import DAYS, DOMAIN

from .homes import Plug, added, guard_home, nobody_home, plug_in, rule, shown, speaker, states


@pytest.fixture
def plug(hass: HomeAssistant) -> Plug:
    """Return a plug that is on, in a home with a person in it."""
    hass.states.async_set("person.ann", "home")
    return plug_in(hass, "plug")["plug"]


def kitchen(**data: Any) -> Any:
    """Return the speaker behind that plug."""
    return speaker(relay="light.plug", **data)


async def later(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass."""
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_off_is_called_in_the_very_pass_that_sees_the_last_person_leave(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen(), nobody_home("person.ann"))
    assert plug.commands == []
    hass.states.async_set("person.ann", "not_home")
    assert plug.commands == ["off"]


async def test_what_the_household_sees_follows_the_plug(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen(), nobody_home("person.ann"))
    shown = ("sensor.kitchen_microphone", "binary_sensor.kitchen_listening_allowed", "binary_sensor.earlid_all_off")
    assert list(states(hass, shown).values()) == ["live", "on", "off"]
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done()
    assert list(states(hass, shown).values()) == ["off_unproven", "off", "on"]
    hass.states.async_set("person.ann", "home")
    await hass.async_block_till_done()
    assert list(states(hass, shown).values()) == ["live", "on", "off"]
    assert plug.commands == ["off", "on"]


async def test_at_a_start_off_is_sent_though_the_plug_already_reads_off(hass: HomeAssistant, plug: Plug) -> None:
    plug.shows("off")
    await guard_home(hass, kitchen(posture="mute"))
    assert plug.commands == ["off"]


async def test_a_plug_turned_on_by_hand_is_sent_off_each_time(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen(posture="mute"))
    for presses in range(1, 30):
        plug.shows("on")
        assert plug.commands == ["off"] * (presses + 1)


async def test_a_deaf_plug_is_told_again_for_ever_and_is_a_breach_after_the_deadline(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory, issue_registry: ir.IssueRegistry
) -> None:
    plug.deaf = True
    await guard_home(hass, kitchen(posture="mute"))
    for seconds, tries in ((1, 2), (2, 3), (4, 4)):
        await later(hass, freezer, seconds)
        assert len(plug.commands) == tries
    assert shown(hass, "binary_sensor.kitchen_breach").state == "off"
    await later(hass, freezer, 4)
    breach = shown(hass, "binary_sensor.kitchen_breach")
    assert (breach.state, breach.attributes["cause"]) == ("on", "relay_unreachable")
    assert issue_registry.async_get_issue(DOMAIN, "breach_kitchen")

    plug.deaf = False
    await later(hass, freezer, 30)
    assert shown(hass, "light.plug").state == "off"
    assert shown(hass, "binary_sensor.kitchen_breach").state == "off"
    assert not issue_registry.async_get_issue(DOMAIN, "breach_kitchen")


async def test_a_plug_that_comes_back_is_sent_off_at_once(hass: HomeAssistant, plug: Plug) -> None:
    plug.shows("unavailable")
    await guard_home(hass, kitchen(posture="mute"))
    sent = len(plug.commands)
    plug.shows("on")
    assert len(plug.commands) == sent + 1


async def test_unavailable_and_missing_plugs_are_unknown_and_never_shown_as_off(
    hass: HomeAssistant, plug: Plug
) -> None:
    plug.shows("off")
    await guard_home(hass, kitchen(posture="mute"))
    for gone in (lambda: plug.shows("unavailable"), lambda: hass.states.async_remove("light.plug")):
        gone()
        await hass.async_block_till_done()
        assert shown(hass, "sensor.kitchen_microphone").state == "unknown"
        assert shown(hass, "binary_sensor.earlid_all_off").state == "off"


async def test_an_off_by_hand_is_kept_until_the_next_on_by_hand(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen())
    plug.shows("off")
    await hass.async_block_till_done()
    assert "on" not in plug.commands
    assert shown(hass, "select.kitchen_mode").state == "mute"
    plug.shows("on")
    await hass.async_block_till_done()
    assert shown(hass, "select.kitchen_mode").state == "automatic"
    assert shown(hass, "light.plug").state == "on"


async def test_a_return_from_unavailable_to_off_is_nobodys_hand(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen())
    plug.shows("unavailable")
    plug.shows("off")
    await hass.async_block_till_done()
    assert shown(hass, "select.kitchen_mode").state == "automatic"
    assert plug.commands == ["on"]


async def test_our_own_late_report_after_a_quick_mute_and_allow_is_nobodys_hand(
    hass: HomeAssistant, plug: Plug
) -> None:
    await guard_home(hass, kitchen(), nobody_home("person.ann"))
    plug.deaf = True
    hass.states.async_set("person.ann", "not_home")
    hass.states.async_set("person.ann", "home")
    plug.deaf = False
    plug.shows("off")
    await hass.async_block_till_done()
    assert shown(hass, "select.kitchen_mode").state == "automatic"
    assert shown(hass, "light.plug").state == "on"


@pytest.mark.usefixtures("plug")
async def test_a_listening_hold_of_ten_seconds_ends_after_ten_seconds(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(posture="mute"))
    target = {"entity_id": "sensor.kitchen_microphone"}
    await hass.services.async_call(DOMAIN, "listen", {"duration": {"seconds": 10}}, target=target, blocking=True)
    assert shown(hass, "light.plug").state == "on"
    await later(hass, freezer, 9)
    assert shown(hass, "light.plug").state == "on"
    await later(hass, freezer, 1)
    assert shown(hass, "light.plug").state == "off"


@pytest.mark.usefixtures("plug")
async def test_lockdown_is_above_all_and_ends_listening_holds_for_good(hass: HomeAssistant) -> None:
    await guard_home(hass, kitchen(posture="mute"))
    target = {"entity_id": "sensor.kitchen_microphone"}
    await hass.services.async_call(DOMAIN, "listen", {"duration": 600}, target=target, blocking=True)
    lockdown = {"entity_id": "switch.earlid_lockdown"}
    await hass.services.async_call("switch", "turn_on", lockdown, blocking=True)
    assert shown(hass, "light.plug").state == "off"
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call(DOMAIN, "listen", {"duration": 600}, target=target, blocking=True)
    await hass.services.async_call("switch", "turn_off", lockdown, blocking=True)
    assert shown(hass, "light.plug").state == "off"


@pytest.mark.usefixtures("plug")
async def test_two_speakers_behind_one_strip_hear_only_while_both_may(hass: HomeAssistant) -> None:
    await guard_home(hass, kitchen(), speaker("bath", relay="light.plug"), nobody_home("person.ann", speakers=["bath"]))
    assert shown(hass, "light.plug").state == "on"
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done()
    assert shown(hass, "light.plug").state == "off"
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "on"
    assert shown(hass, "select.kitchen_mode").state == "automatic"
    hass.states.async_set("person.ann", "home")
    await hass.async_block_till_done()
    assert shown(hass, "light.plug").state == "on"


async def test_an_observed_speaker_is_told_nothing(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen(enforce=False, posture="mute"))
    assert plug.commands == []
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "off"
    assert shown(hass, "sensor.kitchen_microphone").state == "live"


async def test_an_inverted_relay_is_on_while_silenced(hass: HomeAssistant, plug: Plug) -> None:
    plug.shows("off")
    await guard_home(hass, kitchen(inverted=True, posture="mute"))
    assert shown(hass, "light.plug").state == "on"
    assert shown(hass, "sensor.kitchen_microphone").state == "off_unproven"


async def test_an_entity_that_assumes_its_state_reports_nothing(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen(posture="mute"))
    plug.deaf = True
    plug.shows("off", assumed_state=True)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.kitchen_microphone").state == "unknown"


@pytest.mark.usefixtures("plug")
async def test_a_lost_person_counts_as_last_seen_for_a_while_and_then_against_listening(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "unavailable")
    await later(hass, freezer, 119)
    assert shown(hass, "light.plug").state == "on"
    await later(hass, freezer, 1)
    assert shown(hass, "light.plug").state == "off"


async def test_a_group_that_reads_off_while_a_member_is_out_of_sight_is_not_believed(
    hass: HomeAssistant, plug: Plug
) -> None:
    hass.states.async_set("group.family", "home", {"entity_id": ["person.ann"]})
    await guard_home(hass, kitchen(), nobody_home("group.family"))
    hass.states.async_set("person.ann", "unknown")
    hass.states.async_set("group.family", "not_home", {"entity_id": ["person.ann"]})
    await hass.async_block_till_done()
    assert plug.commands == []


@pytest.mark.usefixtures("plug")
async def test_a_meter_that_falls_after_the_command_proves_off(hass: HomeAssistant) -> None:
    watts = {"unit_of_measurement": "W"}
    hass.states.async_set("sensor.watts", "1.7", watts)
    await guard_home(hass, kitchen(power_entity="sensor.watts"), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done()
    assert shown(hass, "sensor.kitchen_microphone").state == "off_unproven"
    hass.states.async_set("sensor.watts", "0", watts)
    await hass.async_block_till_done()
    microphone = shown(hass, "sensor.kitchen_microphone")
    assert (microphone.state, list(microphone.attributes["witnesses"])) == ("off_proven", ["meter"])


@pytest.mark.usefixtures("plug")
async def test_a_welded_relay_is_a_breach_within_the_deadline(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("sensor.watts", "1.7", {"unit_of_measurement": "W"})
    await guard_home(hass, kitchen(power_entity="sensor.watts", posture="mute"))
    await later(hass, freezer, 10)
    breach = shown(hass, "binary_sensor.kitchen_breach")
    assert (breach.state, breach.attributes["cause"]) == ("on", "evidence_contradicts")
    assert shown(hass, "sensor.kitchen_microphone").state == "live"


async def test_commands_are_earlids_own_with_the_caller_as_parent(hass: HomeAssistant, plug: Plug) -> None:
    await guard_home(hass, kitchen())
    caller = Context()
    await hass.services.async_call(
        DOMAIN, "mute", {}, target={"entity_id": "sensor.kitchen_microphone"}, blocking=True, context=caller
    )
    assert (plug.contexts[0].user_id, plug.contexts[0].parent_id) == (None, caller.id)


@pytest.mark.usefixtures("plug")
async def test_a_hanging_relay_holds_up_nobody(hass: HomeAssistant) -> None:
    bath = plug_in(hass, "bath")["bath"]

    async def hangs(_call: Any) -> None:
        await hass.loop.create_future()

    hass.services.async_register("input_boolean", "turn_off", hangs)
    hass.states.async_set("input_boolean.strip", "on")
    await guard_home(
        hass,
        speaker("attic", relay="input_boolean.strip"),
        speaker("bath", relay="light.bath"),
        nobody_home("person.ann"),
    )
    hass.states.async_set("person.ann", "not_home")
    assert bath.commands == ["off"]


async def test_groups_and_conditions_wait_for_the_start_and_the_stored_fact_counts_meanwhile(
    hass: HomeAssistant, plug: Plug, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, kitchen(), nobody_home("person.ann"))
    await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage["earlid"]["data"]["facts"] == {"person.ann": {"value": True, "lost_at": None}}
    hass.set_state(CoreState.starting)
    hass.states.async_set("person.ann", "not_home")
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert plug.commands == []
    await later(hass, freezer, 120)
    assert plug.commands[0] == "off"


async def test_a_condition_rule_mutes_while_its_conditions_hold(hass: HomeAssistant, plug: Plug) -> None:
    conditions = [{"condition": "state", "entity_id": "input_boolean.visit", "state": "on", "for": {"seconds": 0}}]
    hass.states.async_set("input_boolean.visit", "off")
    entry = await guard_home(hass, kitchen())
    hass.config_entries.async_add_subentry(entry, added(rule("visit", kind="condition", conditions=conditions)))
    await hass.async_block_till_done()
    assert shown(hass, "switch.earlid_rule_visit").state == "on"
    assert plug.commands == []
    hass.states.async_set("input_boolean.visit", "on")
    await hass.async_block_till_done()
    assert shown(hass, "light.plug").state == "off"
    hass.states.async_set("input_boolean.visit", "off")
    await hass.async_block_till_done()
    assert shown(hass, "light.plug").state == "on"


async def test_a_condition_on_a_missing_entity_is_unknown_and_counts_against_listening(
    hass: HomeAssistant, plug: Plug
) -> None:
    conditions = [{"condition": "not", "conditions": ["{{ is_state('sensor.gone', 'on') }}"]}]
    await guard_home(hass, kitchen(posture="mute"), rule("gone", "allow", kind="condition", conditions=conditions))
    assert "on" not in plug.commands
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "off"


@pytest.mark.usefixtures("plug")
async def test_a_rule_switched_off_is_not_in_force(hass: HomeAssistant) -> None:
    window: dict[str, Any] = {"days": [*DAYS], "from": "00:00:00", "to": "00:00:00"}
    await guard_home(hass, kitchen(), rule("always", kind="schedule", **window))
    assert shown(hass, "light.plug").state == "off"
    assert shown(hass, "sensor.kitchen_decided_by").state == "Always"
    switch = {"entity_id": "switch.earlid_rule_always"}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    await hass.async_block_till_done()
    assert shown(hass, "light.plug").state == "on"


async def test_heard_while_muted_is_a_breach_for_a_minute_at_least(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(posture="mute"))
    await later(hass, freezer, 5)
    await hass.services.async_call(
        DOMAIN, "report_activation", {}, target={"entity_id": "sensor.kitchen_microphone"}, blocking=True
    )
    await hass.async_block_till_done()
    breach = shown(hass, "binary_sensor.kitchen_breach")
    assert (breach.state, breach.attributes["cause"]) == ("on", "heard_while_muted")
    assert plug.commands == ["off", "off"]
    await later(hass, freezer, 59)
    plug.shows("off")
    assert shown(hass, "binary_sensor.kitchen_breach").state == "on"
    await later(hass, freezer, 1)
    assert shown(hass, "binary_sensor.kitchen_breach").state == "off"


async def test_speakers_and_rules_come_and_go_one_by_one(hass: HomeAssistant, plug: Plug) -> None:
    entry = await guard_home(hass, kitchen())
    target = {"entity_id": "sensor.kitchen_microphone"}
    await hass.services.async_call(DOMAIN, "mute", {}, target=target, blocking=True)
    sent = list(plug.commands)
    seen: list[str] = []
    hass.bus.async_listen("state_changed", lambda event: seen.append(event.data["entity_id"]))

    other = added(speaker("bath", relay="light.bath"))
    plug_in(hass, "bath")
    hass.config_entries.async_add_subentry(entry, other)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.bath_microphone").state == "live"
    hass.config_entries.async_remove_subentry(entry, other.subentry_id)
    await hass.async_block_till_done()
    assert hass.states.get("sensor.bath_microphone") is None
    assert plug.commands == sent
    assert not [entity_id for entity_id in seen if "kitchen" in entity_id]
    assert shown(hass, "select.kitchen_mode").state == "mute"
