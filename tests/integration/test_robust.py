"""What goes wrong in one place stays there: one bad part never leaves the others unguarded."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import CoreState, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.condition import ConditionChecker
from homeassistant.setup import async_setup_component
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from custom_components.earlid import guard
from custom_components.earlid.const import DAYS, DOMAIN
from custom_components.earlid.engine import enforcement
from custom_components.earlid.engine.enforcement import Step
from custom_components.earlid.engine.model import Speaker

from .homes import Plug, added, guard_home, nobody_home, plug_in, rule, settled, shown, speaker

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}


@pytest.fixture
def plugs(hass: HomeAssistant) -> dict[str, Plug]:
    """Return two plugs that are on, in a home with a person in it."""
    hass.states.async_set("person.ann", "home")
    return plug_in(hass, "plug", "other")


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass."""
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_condition_that_fails_stops_no_other_rule(
    hass: HomeAssistant, plugs: dict[str, Plug], freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to("2026-11-21T21:59:30+00:00")
    window: dict[str, Any] = {"days": [*DAYS], "from": "22:00:00", "to": "23:00:00", "speakers": ["kitchen"]}
    entry = await guard_home(
        hass, speaker(relay="light.plug"), speaker("bath", "light.other"), rule("night", kind="schedule", **window)
    )
    conditions = [{"condition": "state", "entity_id": "person.ann", "state": "x"}]
    fails = added(rule("fails", kind="condition", conditions=conditions, speakers=["bath"]))
    with patch.object(ConditionChecker, "async_check", side_effect=KeyError("other people's code")):
        hass.config_entries.async_add_subentry(entry, fails)
        await hass.async_block_till_done()
        await pass_time(hass, freezer, 30)
    assert shown(hass, "light.plug").state == "off"
    assert shown(hass, "light.other").state == "off"
    assert plugs["plug"].commands == ["off"]


async def test_a_group_that_contains_itself_stops_nothing(hass: HomeAssistant, plugs: dict[str, Plug]) -> None:
    hass.states.async_set("group.odd", "not_home", {"entity_id": ["group.odd", "person.ann"]})
    await guard_home(hass, speaker(relay="light.plug"), nobody_home("group.odd"))
    assert plugs["plug"].commands == ["off"]


async def test_a_speaker_that_cannot_be_judged_is_silenced_and_the_others_are_guarded(
    hass: HomeAssistant, plugs: dict[str, Plug], freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(
        hass, speaker(relay="light.plug"), speaker("bath", "light.other"), nobody_home("person.ann", speakers=["bath"])
    )
    step = enforcement.step

    def fails(of: Any, *args: Any, **kwargs: Any) -> Any:
        if of.slug == "kitchen":
            raise ZeroDivisionError
        return step(of, *args, **kwargs)

    with patch.object(guard, "step", fails):
        hass.states.async_set("person.ann", "not_home")
        plugs["plug"].shows("on", brightness=1)
        assert plugs["other"].commands == ["off"]
        assert plugs["plug"].commands == ["off"]
        await pass_time(hass, freezer, 1)
        assert plugs["plug"].commands == ["off"] * 2
    await pass_time(hass, freezer, 1)
    assert shown(hass, "sensor.kitchen_microphone").state == "live"


@pytest.mark.usefixtures("plugs")
async def test_one_who_listens_and_fails_keeps_nothing_from_the_others(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))

    def fails() -> None:
        raise ValueError

    stop = entry.runtime_data.on_change("kitchen", fails)
    entry.runtime_data._on_change["kitchen"].insert(0, fails)
    await hass.services.async_call(DOMAIN, "mute", {}, target=KITCHEN, blocking=True)
    await hass.async_block_till_done()
    assert shown(hass, "select.kitchen_mode").state == "mute"
    assert hass_storage["earlid"]["data"]["speakers"]["kitchen"]["holds"]["mute"]
    stop()


async def test_a_document_in_pieces_leaves_everyone_guarded(
    hass: HomeAssistant, plugs: dict[str, Plug], hass_storage: dict[str, Any]
) -> None:
    broken = {"alive_at": "soon", "lockdown": False, "speakers": {"kitchen": {"holds": 3}}, "facts": {"person.ann": 7}}
    hass_storage["earlid"] = {"version": 1, "minor_version": 1, "key": "earlid", "data": broken}
    hass.states.async_set("person.ann", "not_home")
    await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann"))
    assert plugs["plug"].commands == ["off"]
    assert shown(hass, "switch.earlid_lockdown").state == "off"


@pytest.mark.usefixtures("plugs")
async def test_a_document_of_a_later_version_begins_in_lockdown(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    hass_storage["earlid"] = {"version": 99, "minor_version": 1, "key": "earlid", "data": {}}
    await guard_home(hass, speaker(relay="light.plug"))
    assert shown(hass, "switch.earlid_lockdown").state == "on"
    assert shown(hass, "light.plug").state == "off"


async def test_a_rule_that_cannot_be_read_counts_against_listening(hass: HomeAssistant, plugs: dict[str, Plug]) -> None:
    window: dict[str, Any] = {"days": [*DAYS], "from": "25:00", "to": "07:00", "speakers": ["kitchen"]}
    await guard_home(
        hass, speaker(relay="light.plug"), speaker("bath", "light.other"), rule("odd", kind="schedule", **window)
    )
    assert plugs["plug"].commands == ["off"]
    assert plugs["other"].commands == []


@pytest.mark.parametrize("slug", [None, 5, ["odd"]])
async def test_a_rule_whose_slug_cannot_be_read_counts_against_listening_until_it_is_removed(
    hass: HomeAssistant, plugs: dict[str, Plug], slug: Any
) -> None:
    odd = rule("odd", kind="presence", entities=["person.ann"])
    odd["data"] = {**odd["data"], "slug": slug}
    entry = await guard_home(hass, speaker(relay="light.plug"), odd)
    assert plugs["plug"].commands == ["off"]
    hass.config_entries.async_remove_subentry(entry, "id_odd")
    await settled(hass, entry)
    assert shown(hass, "sensor.kitchen_decided_by").state == "posture"


async def test_a_relay_that_breaks_its_action_does_not_break_a_clean_stop(
    hass: HomeAssistant, plugs: dict[str, Plug], hass_storage: dict[str, Any]
) -> None:
    def breaks(_call: Any) -> None:
        raise OSError

    hass.services.async_register("input_boolean", "turn_off", breaks)
    hass.states.async_set("input_boolean.strip", "on")
    entry = await guard_home(
        hass,
        speaker(relay="light.plug"),
        speaker("bath", "input_boolean.strip"),
        options={"when_stopping": "off"},
    )
    await hass.services.async_call(DOMAIN, "report_activation", {}, target=KITCHEN, blocking=True)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert plugs["plug"].commands == ["off"]
    assert hass_storage["earlid"]["data"]["speakers"]["kitchen"]["tally"]["activations"] == 1


async def test_a_rule_switched_off_removed_and_added_again_is_on(hass: HomeAssistant, plugs: dict[str, Plug]) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann"))
    switch = {"entity_id": "switch.earlid_rule_nobody_home"}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    await hass.config_entries.async_reload(entry.entry_id)
    hass.config_entries.async_remove_subentry(entry, "id_nobody_home")
    await hass.async_block_till_done()
    hass.config_entries.async_add_subentry(entry, added(nobody_home("person.ann")))
    await hass.async_block_till_done()
    hass.states.async_set("person.ann", "not_home")
    assert plugs["plug"].commands == ["off"]


async def test_a_template_from_yaml_is_not_believed_before_the_start(
    hass: HomeAssistant, plugs: dict[str, Plug]
) -> None:
    hass.states.async_set("sensor.x", "1")
    template = {"template": [{"binary_sensor": {"name": "quiet", "state": "{{ is_state('sensor.x', '2') }}"}}]}
    assert await async_setup_component(hass, "template", template)
    await hass.async_block_till_done()
    hass.set_state(CoreState.starting)
    await guard_home(
        hass,
        speaker(relay="light.plug"),
        rule("quiet", kind="presence", entities=["binary_sensor.quiet"], quantifier="any"),
    )
    assert plugs["plug"].commands[0] == "off"
    hass.set_state(CoreState.running)


async def test_a_disabled_condition_does_not_count(hass: HomeAssistant, plugs: dict[str, Plug]) -> None:
    hass.states.async_set("sensor.x", "off")
    conditions = [
        {"condition": "state", "entity_id": "sensor.x", "state": "on"},
        {"condition": "state", "entity_id": "sensor.gone", "state": "on", "enabled": False},
    ]
    entry = await guard_home(hass, speaker(relay="light.plug"))
    hass.config_entries.async_add_subentry(entry, added(rule("it", kind="condition", conditions=conditions)))
    await hass.async_block_till_done()
    assert plugs["plug"].commands == []
    hass.states.async_set("sensor.x", "on")
    assert plugs["plug"].commands == ["off"]


@pytest.mark.usefixtures("plugs")
async def test_a_wish_that_could_not_be_written_down_takes_effect_and_says_so(hass: HomeAssistant) -> None:
    await guard_home(hass, speaker(relay="light.plug"))
    with (
        patch("homeassistant.helpers.storage.Store._async_write_data", side_effect=WriteError("full")),
        pytest.raises(HomeAssistantError) as error,
    ):
        await hass.services.async_call(DOMAIN, "mute", {}, target=KITCHEN, blocking=True)
    assert error.value.translation_key == "not_stored"
    assert shown(hass, "light.plug").state == "off"


@pytest.mark.usefixtures("plugs")
async def test_a_fact_is_on_disk_within_two_seconds_though_no_rule_turned(
    hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("person.bob", "home")
    await guard_home(hass, speaker(relay="light.plug"), nobody_home("person.ann", "person.bob"))
    hass.states.async_set("person.bob", "not_home")
    await pass_time(hass, freezer, 1.1)
    assert hass_storage["earlid"]["data"]["facts"]["person.bob"]["value"] is False


@pytest.mark.usefixtures("plugs")
async def test_a_home_that_is_removed_leaves_no_lockdown_behind(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await guard_home(hass, speaker(relay="light.plug"))
    await hass.services.async_call("switch", "turn_on", {"entity_id": "switch.earlid_lockdown"}, blocking=True)
    await hass.config_entries.async_remove(entry.entry_id)
    assert "earlid" not in hass_storage


async def test_two_speakers_on_one_strip_send_one_off(hass: HomeAssistant, plugs: dict[str, Plug]) -> None:
    await guard_home(hass, speaker(relay="light.plug"), speaker("bath", relay="light.plug"), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "not_home")
    assert plugs["plug"].commands == ["off"]


async def test_a_speaker_that_cannot_be_judged_while_it_is_muted_is_told_once_a_second_and_holds_up_nobody(
    hass: HomeAssistant, plugs: dict[str, Plug], freezer: FrozenDateTimeFactory
) -> None:
    assert plugs.keys() == {"plug", "other"}
    entry = await guard_home(hass, speaker("kitchen", "light.plug"), speaker("bath", "light.other"))
    await settled(hass, entry)
    told = async_mock_service(hass, "light", "turn_off")

    @callback
    def says_off_each_time(_event: Event[Any]) -> None:
        # As one does that repeats its state whenever it is told something.
        hass.states.async_set("light.plug", "off", force_update=True)

    hass.bus.async_listen(EVENT_CALL_SERVICE, says_off_each_time)
    judge = enforcement.step

    def stumbles(one: Speaker, *args: Any, **kwargs: Any) -> Step:
        if one.slug == "kitchen":
            raise TypeError("nobody thought of that")
        return judge(one, *args, **kwargs)

    with patch.object(guard, "step", stumbles):
        async with asyncio.timeout(10):
            await hass.services.async_call("earlid", "mute", {"entity_id": "select.kitchen_mode"}, blocking=True)
        await hass.async_block_till_done()
        assert len(told) == 1
        await pass_time(hass, freezer, 1.1)
        assert len(told) == 2
        await hass.services.async_call("earlid", "mute", {"entity_id": "select.bath_mode"}, blocking=True)
    assert shown(hass, "select.bath_mode").state == "mute"
    assert shown(hass, KITCHEN["entity_id"]).state == "unknown"
