"""A relay behind an entity, with the standing auto-off that its device may have."""

from datetime import timedelta
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.engine.model import Clock, Settings
from custom_components.earlid.facts import Eyes
from custom_components.earlid.relays import make_relay
from custom_components.earlid.relays.protocol import Relay
from tests.integration.homes import Plug, plug_in

LEASE = timedelta(seconds=300)


def relay(hass: HomeAssistant, **data: Any) -> Relay:
    return make_relay(hass, Eyes(hass), {"relay": "entity", "entity_id": "light.plug"} | data)


def plug(hass: HomeAssistant) -> Plug:
    return plug_in(hass, "plug")["plug"]


# Its clock


@pytest.mark.parametrize(
    "data", [{}, {"auto_off": None}, {"auto_off": 0}, {"inverted": True}, {"inverted": True, "auto_off": 300}]
)
def test_an_entity_keeps_no_time_of_its_own(hass: HomeAssistant, data: dict[str, Any]) -> None:
    assert relay(hass, **data).clock is None


def test_a_standing_auto_off_is_a_clock_of_one_length(hass: HomeAssistant) -> None:
    length = timedelta(seconds=450)
    assert relay(hass, auto_off=450).clock == Clock(
        longest=length, fixed=length, per_grant=False, renewed_by_on=True, trial=length
    )


@pytest.mark.parametrize(("shown", "told"), [("on", ["on"]), ("off", []), ("unknown", []), ("unavailable", [])])
async def test_it_is_renewed_by_an_on_only_while_it_shows_on(hass: HomeAssistant, shown: str, told: list[str]) -> None:
    kitchen = plug(hass)
    kitchen.shows(shown)
    await relay(hass, auto_off=300).renew(LEASE, Context())
    assert kitchen.commands == told


async def test_it_is_not_renewed_while_it_only_assumes_that_it_is_on(hass: HomeAssistant) -> None:
    kitchen = plug(hass)
    kitchen.shows("on", assumed_state=True)
    await relay(hass, auto_off=300).renew(LEASE, Context())
    assert kitchen.commands == []


# What it is told


@pytest.mark.parametrize(("inverted", "told"), [(False, ["on", "off"]), (True, ["off", "on"])])
async def test_it_is_told_by_its_own_switch_in_the_context_of_the_command(
    hass: HomeAssistant, inverted: bool, told: list[str]
) -> None:
    kitchen = plug(hass)
    context = Context(parent_id="person")
    guarding = relay(hass, inverted=inverted)
    await guarding.grant(None, context)
    assert guarding.read().value is True
    await guarding.off(context)
    assert guarding.read().value is False
    assert kitchen.commands == told
    assert kitchen.contexts == [context, context]


# What its device says


async def test_the_firmware_is_that_of_its_device(hass: HomeAssistant) -> None:
    assert await relay(hass).inspect() == Settings()
    devices, entry = dr.async_get(hass), MockConfigEntry(domain="demo")
    entry.add_to_hass(hass)
    strip = devices.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("demo", "strip")})
    outlet = devices.async_get_or_create_child(
        config_entry_id=entry.entry_id, identifiers={("demo", "outlet")}, parent_device_id=strip.id
    )
    entities = er.async_get(hass)
    entity = entities.async_get_or_create("light", "demo", "plug", suggested_object_id="plug", config_entry=entry)
    assert await relay(hass).inspect() == Settings()
    entities.async_update_entity(entity.entity_id, device_id=strip.id)
    assert await relay(hass).inspect() == Settings()
    devices.async_update_device(strip.id, sw_version="1.2")
    assert await relay(hass).inspect() == Settings(firmware="1.2")
    entities.async_update_entity(entity.entity_id, device_id=outlet.id)
    assert await relay(hass).inspect() == Settings(firmware="1.2")


async def test_nothing_is_set_and_nothing_asked(hass: HomeAssistant) -> None:
    kitchen = plug(hass)
    await relay(hass).ask()
    assert await relay(hass).provision(LEASE) == Settings()
    assert kitchen.commands == []
