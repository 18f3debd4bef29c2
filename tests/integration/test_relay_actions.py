"""A relay behind action sequences: what they are told, what becomes of them, and that none keeps an OFF waiting."""

import asyncio
from collections.abc import Callable, Coroutine
from copy import deepcopy
from datetime import timedelta
import logging
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Context, CoreState, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.script import (
    DATA_NEW_SCRIPT_RUNS_NOT_ALLOWED,
    DATA_SCRIPTS,
    NODE_ANY,
    breakpoint_clear_all,
    breakpoint_set,
)
from homeassistant.helpers.trace import trace_get
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
    async_mock_service,
)
import voluptuous as vol

from custom_components.earlid.engine.model import Clock, Settings
from custom_components.earlid.facts import Eyes
from custom_components.earlid.relays import make_relay
from custom_components.earlid.relays.actions import ActionsRelay

OFF = [{"action": "plug.end"}]
LEASE = [{"action": "plug.lease", "data": {"seconds": "{{ seconds }}"}}]
SCENE = [{"scene": "scene.plug"}]


def relay(hass: HomeAssistant, **data: Any) -> ActionsRelay:
    full = {"relay": "actions", "state_entity": "switch.plug", "off": OFF, "grant": LEASE, "keeps_time": True} | data
    made = make_relay(hass, Eyes(hass), full)
    assert isinstance(made, ActionsRelay)
    return made


class Calls:
    """Remembers the actions of a plug, in order; any can be made to hang."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.told: list[str] = []
        self.contexts: list[Context] = []
        self.hanging: set[str] = set()
        self.cancelled: list[str] = []
        self.freed = asyncio.Event()
        for name in ("end", "lease", "renew"):
            hass.services.async_register("plug", name, self._called)
        hass.services.async_register("scene", "turn_on", self._called)
        hass.services.async_register("plug", "broken", _broken)
        hass.services.async_register("plug", "odd", _odd)
        hass.services.async_register("plug", "picky", _broken, schema=vol.Schema({}))

    async def _called(self, call: ServiceCall) -> None:
        seconds = call.data.get("seconds")
        self.told.append(call.service if seconds is None else f"{call.service} {seconds}")
        self.contexts.append(call.context)
        if call.service in self.hanging:
            try:
                await self.freed.wait()
            except asyncio.CancelledError:
                self.cancelled.append(call.service)
                raise


async def _broken(_call: ServiceCall) -> None:
    raise HomeAssistantError("no answer")


async def _odd(_call: ServiceCall) -> None:
    # As ZHA does of a device that it does not know.
    raise ValueError("no such device")


def begun(hass: HomeAssistant, call: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Call the relay as the guard does."""
    return hass.async_create_background_task(call, "call")


async def passes(times: int = 10) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


# What the actions are told


@pytest.mark.parametrize(("lease", "told"), [(299.9, "lease 299"), (300, "lease 300"), (0.4, "lease 1")])
async def test_a_grant_is_told_whole_seconds_and_never_none(hass: HomeAssistant, lease: float, told: str) -> None:
    plug = Calls(hass)
    await relay(hass).grant(timedelta(seconds=lease), Context())
    assert plug.told == [told]


async def test_a_grant_without_an_end_is_told_no_seconds(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    told = [{"action": "plug.lease", "data": {"seconds": "{{ seconds is defined }}"}}]
    await relay(hass, grant=told, keeps_time=False).grant(None, Context())
    assert plug.told == ["lease False"]


async def test_every_action_carries_the_context_of_the_command(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    hass.states.async_set("switch.plug", "on")
    context = Context(parent_id="person")
    plugged = relay(hass, renew=[{"action": "plug.renew"}])
    await plugged.off(context)
    await plugged.grant(timedelta(seconds=5), context)
    await plugged.renew(timedelta(seconds=5), context)
    assert plug.told == ["end", "lease 5", "renew"]
    assert plug.contexts == [context] * 3


async def test_what_was_typed_in_stays_as_it_was(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    # As it was called in older automations; reading it, Home Assistant turns it into the new word.
    typed = [{"service": "plug.lease", "data_template": {"seconds": "{{ seconds }}"}}]
    expected = deepcopy(typed)
    plugged = relay(hass, grant=typed)
    for _ in range(2):
        await plugged.grant(timedelta(seconds=5), Context())
    assert plug.told == ["lease 5"] * 2
    assert typed == expected


# Its clock


@pytest.mark.parametrize(
    ("data", "clock"),
    [
        ({"keeps_time": False}, None),
        ({}, Clock(longest=timedelta(hours=12), renewed_by_on=True)),
        ({"renew": []}, Clock(longest=timedelta(hours=12), renewed_by_on=True)),
        ({"renew": OFF}, Clock(longest=timedelta(hours=12), renewed_by_on=False)),
        ({"renew": OFF, "keeps_time": False}, None),
    ],
)
def test_only_actions_that_make_the_device_end_it_give_it_a_clock(
    hass: HomeAssistant, data: dict[str, Any], clock: Clock | None
) -> None:
    assert relay(hass, **data).clock == clock


@pytest.mark.parametrize(
    ("shown", "own", "told"),
    [
        ("on", True, ["renew"]),
        ("unavailable", True, ["renew"]),
        ("off", True, []),
        ("on", False, ["lease 300"]),
        ("unavailable", False, []),
        ("off", False, []),
    ],
)
async def test_no_renewal_turns_on_what_is_off(hass: HomeAssistant, shown: str, own: bool, told: list[str]) -> None:
    plug = Calls(hass)
    hass.states.async_set("switch.plug", shown)
    renew = {"renew": [{"action": "plug.renew"}]} if own else {}
    await relay(hass, **renew).renew(timedelta(seconds=300), Context())
    assert plug.told == told


# An OFF waits for nobody


async def test_an_off_is_out_in_the_pass_that_asks_for_it(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    call = begun(hass, relay(hass).off(Context()))
    assert plug.told == ["end"]
    await call


async def test_an_off_does_not_wait_for_a_grant_that_hangs(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plug.hanging = {"lease"}
    plugged = relay(hass)
    grant = begun(hass, plugged.grant(timedelta(seconds=5), Context()))
    await plugged.off(Context())
    assert plug.told == ["lease 5", "end"]
    with pytest.raises(HomeAssistantError):
        await grant
    assert plug.cancelled == ["lease"]


async def test_a_grant_between_two_steps_takes_no_other_after_the_off(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plugged = relay(hass, grant=[{"wait_template": "{{ is_state('switch.plug', 'ready') }}"}, *LEASE])
    grant = begun(hass, plugged.grant(timedelta(seconds=5), Context()))
    await passes()
    # Both in one pass: the step that the grant waits for, and the OFF.
    hass.states.async_set("switch.plug", "ready")
    grant.cancel()
    off = begun(hass, plugged.off(Context()))
    await passes()
    assert plug.told == ["end"]
    assert (grant.cancelled(), off.done()) == (True, True)


async def test_an_off_that_hangs_keeps_no_other_waiting(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plug.hanging = {"end"}
    plugged = relay(hass)
    calls = [begun(hass, plugged.off(Context())) for _ in range(15)]
    assert plug.told == ["end"] * 15
    for call in calls:
        call.cancel()


async def test_a_run_that_is_given_up_stops_where_it_is(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plugged = relay(hass, off=[{"delay": 5}, *OFF])
    call = begun(hass, plugged.off(Context()))
    call.cancel()
    await passes()
    assert call.cancelled()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=10))
    await passes()
    assert plug.told == []


async def test_a_step_that_cannot_be_interrupted_keeps_nobody_from_the_time_limit(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plug.hanging = {"turn_on"}
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await relay(hass, off=SCENE).off(Context())
    assert plug.told == ["turn_on"]
    plug.freed.set()


async def test_a_grant_that_cannot_be_interrupted_is_told_to_stop_once(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plug.hanging = {"turn_on"}
    plugged = relay(hass, grant=[*SCENE, *LEASE])
    begun(hass, plugged.grant(timedelta(seconds=5), Context())).cancel()
    await passes()
    for _ in range(3):
        await plugged.off(Context())
    assert plug.told == ["turn_on", "end", "end", "end"]
    assert sum("earlid stop" in task.get_name() for task in asyncio.all_tasks()) == 1
    plug.freed.set()


async def test_an_off_does_not_halt_in_the_automation_that_caused_it(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plugged = relay(hass)
    traces: list[Any] = []

    @callback
    def muted(_call: ServiceCall) -> None:
        # Someone looks at the automation step by step.
        breakpoint_set(hass, "automation.quiet", None, NODE_ANY)
        begun(hass, plugged.off(Context()))
        breakpoint_clear_all(hass)
        traces.append(trace_get(clear=False))

    hass.services.async_register("plug", "mute", muted)
    automation = {"alias": "Quiet", "id": "quiet", "triggers": {"trigger": "event", "event_type": "quiet"}}
    actions = [{"action": "plug.mute"}, {"stop": ""}]
    assert await async_setup_component(hass, "automation", {"automation": [automation | {"actions": actions}]})
    hass.bus.async_fire("quiet")
    await hass.async_block_till_done()
    assert plug.told == ["end"]
    # The plug's step is none of the automation's.
    assert [list(trace) for trace in traces] == [["trigger/0", "action/0", "action/1"]]


# What goes wrong is told


@pytest.mark.parametrize(
    "off",
    [
        [{"action": "plug.gone"}],
        [{"action": "plug.broken"}],
        [{"action": "plug.odd"}],
        [{"action": "plug.picky", "data": {"seconds": 5}}],
        [{"action": "plug.end", "data": {"x": "{{ 1 / 0 }}"}}],
        [{"delay": "{{ 'a while' }}"}],
        [{"stop": "the plug said no", "error": True}],
        [{"if": "{{ true }}", "then": [{"stop": "the plug said no", "error": True}]}],
        [{"device_id": "gone", "domain": "switch", "type": "turn_off", "entity_id": "switch.plug"}],
        [{"action": "plug.end", "enabled": "{{ 1 / 0 }}"}],
    ],
)
async def test_a_sequence_that_does_not_get_to_its_end_is_an_error(hass: HomeAssistant, off: list[Any]) -> None:
    plug = Calls(hass)
    with pytest.raises(HomeAssistantError):
        await relay(hass, off=[*off, *OFF]).off(Context())
    assert plug.told == []


@pytest.mark.parametrize(
    "off",
    [
        [*OFF, {"condition": "state", "entity_id": "switch.plug", "state": "on"}, {"action": "plug.gone"}],
        [*OFF, {"stop": "that is all"}, {"action": "plug.gone"}],
        [{"action": "plug.broken", "continue_on_error": True}, *OFF],
    ],
)
async def test_a_sequence_that_was_written_to_end_early_is_none(hass: HomeAssistant, off: list[Any]) -> None:
    plug = Calls(hass)
    hass.states.async_set("switch.plug", "off")
    await relay(hass, off=off).off(Context())
    assert plug.told == ["end"]


async def test_runs_are_not_written_to_the_log(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    Calls(hass)
    caplog.set_level(logging.INFO)
    await relay(hass).grant(timedelta(seconds=5), Context())
    for off in ({"stop": "no", "error": True}, {"action": "plug.broken"}):
        with pytest.raises(HomeAssistantError):
            await relay(hass, off=[off]).off(Context())
    assert not [record for record in caplog.records if "actions" in record.name or "script" in record.name]


# When Home Assistant stops


async def test_an_off_when_home_assistant_stops_is_not_stopped_with_the_other_scripts(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plugged = relay(hass, off=[{"delay": {"milliseconds": 10}}, *OFF])
    call: list[asyncio.Task[None]] = []
    # Before the first script is made: Home Assistant's own listener comes after this one.
    stopping = callback(lambda _event: call.append(begun(hass, plugged.off(Context()))))
    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stopping)
    await plugged.grant(timedelta(seconds=5), Context())
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await passes()
    await call[0]
    assert plug.told == ["lease 5", "end"]


@pytest.mark.parametrize("first", [[], [{"delay": 5}]])
async def test_a_run_that_home_assistant_stops_is_an_error_and_cancels_nobody(
    hass: HomeAssistant, first: list[Any]
) -> None:
    plug = Calls(hass)
    plug.hanging = {"lease"}
    grant = begun(hass, relay(hass, grant=[*first, *LEASE]).grant(timedelta(seconds=5), Context()))
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    with pytest.raises(HomeAssistantError):
        await grant
    assert plug.cancelled == ([] if first else ["lease"])


async def test_nothing_is_left_of_a_run_that_is_over(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    plug.hanging = {"lease"}
    plugged = relay(hass)
    grant = begun(hass, plugged.grant(timedelta(seconds=5), Context()))
    assert len(hass.data[DATA_SCRIPTS]) == 1
    await plugged.off(Context())
    with pytest.raises(HomeAssistantError):
        await grant
    with pytest.raises(HomeAssistantError):
        await relay(hass, off=[{"action": "plug.broken"}]).off(Context())
    await passes()
    assert hass.data[DATA_SCRIPTS] == {}


async def test_an_off_that_home_assistant_no_longer_runs_is_an_error(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    # As Home Assistant does a minute after it began to stop; its test harness leaves that out.
    hass.data[DATA_NEW_SCRIPT_RUNS_NOT_ALLOWED] = None
    with pytest.raises(HomeAssistantError):
        await relay(hass).off(Context())
    assert plug.told == []


# What the entity shows


async def test_the_entity_shows_whether_the_speaker_can_hear(hass: HomeAssistant) -> None:
    plugged = relay(hass, state_entity="binary_sensor.plug")
    assert plugged.key.startswith("binary_sensor.plug ")
    assert plugged.read().missing
    looks: list[bool | None] = []
    stop: Callable[[], None] = plugged.subscribe(lambda: looks.append(plugged.read().value))
    for state in ("on", "off", "off", "unknown", "unavailable", "on"):
        hass.states.async_set("binary_sensor.plug", state)
        await hass.async_block_till_done()
    assert looks == [True, False, False, None, None, True]
    stop()
    hass.states.async_set("binary_sensor.plug", "off")
    await hass.async_block_till_done()
    assert len(looks) == 6
    hass.states.async_set("binary_sensor.plug", "off", {"assumed_state": True})
    assert plugged.read().value is None


async def test_asking_and_setting_up_call_nothing(hass: HomeAssistant) -> None:
    plug = Calls(hass)
    calls = async_capture_events(hass, "call_service")
    await relay(hass).ask()
    assert await relay(hass).provision(timedelta(seconds=300)) == Settings()
    assert (plug.told, calls) == ([], [])


async def test_the_firmware_is_that_of_the_entitys_device(hass: HomeAssistant) -> None:
    assert await relay(hass).inspect() == Settings()
    plug_of(hass, sw_version="3.2.1")
    assert await relay(hass).inspect() == Settings(firmware="3.2.1")


async def test_a_device_action_follows_its_entity_through_a_rename(hass: HomeAssistant) -> None:
    entity = plug_of(hass)
    assert await async_setup_component(hass, "switch", {})
    assert await async_setup_component(hass, "device_automation", {})
    turned_off = async_mock_service(hass, "switch", "turn_off")
    action = {"device_id": entity.device_id, "domain": "switch", "entity_id": entity.id, "type": "turn_off"}
    plugged = relay(hass, off=[action])
    await plugged.off(Context())
    er.async_get(hass).async_update_entity(entity.entity_id, new_entity_id="switch.renamed")
    await plugged.off(Context())
    assert [call.data["entity_id"] for call in turned_off] == ["switch.plug", "switch.renamed"]


def plug_of(hass: HomeAssistant, **about: Any) -> er.RegistryEntry:
    """Register the plug with a device."""
    entry = MockConfigEntry(domain="demo")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("demo", "plug")}, **about
    )
    return er.async_get(hass).async_get_or_create(
        "switch",
        "demo",
        "plug",
        config_entry=entry,
        device_id=device.id,
        object_id_base="plug",
        suggested_object_id="plug",
    )
