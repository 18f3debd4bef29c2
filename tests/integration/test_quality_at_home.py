"""What the Integration Quality Scale asks of entities, devices, actions and the log, in a home that is set up."""

from collections.abc import Iterator
import json
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.const import DOMAIN

from .homes import guard_home, nobody_home, plug_in, speaker

EARLID: Final = Path(__file__).parents[2] / "custom_components" / "earlid"
WORDS: Final[dict[str, Any]] = json.loads((EARLID / "translations" / "en.json").read_text())

UNIQUE: Final = {
    "binary_sensor.earlid_all_off": "all_off",
    "sensor.earlid_activations_today": "activations_today",
    "sensor.earlid_live_microphones": "live_microphones",
    "sensor.earlid_undelivered": "undelivered",
    "switch.earlid_lockdown": "lockdown",
    "switch.earlid_rule_nobody_home": "rule_nobody_home",
}
UNIQUE_OF_SPEAKER: Final = {
    "binary_sensor": ("breach", "listening_allowed"),
    "button": ("self_test",),
    "event": ("activation",),
    "select": ("mode",),
    "sensor": (
        "activations_today",
        "assurance",
        "decided_by",
        "exposed_today",
        "last_activation",
        "live_today",
        "microphone",
        "next_change",
    ),
}


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Guard two speakers by a rule."""
    hass.states.async_set("person.ann", "home")
    plug_in(hass, "plug", "other")
    return await guard_home(
        hass, speaker(relay="light.plug"), speaker("bath", "light.other"), nobody_home("person.ann")
    )


def entities(hass: HomeAssistant) -> Iterator[Entity]:
    """Yield Earlid's entities themselves."""
    for component in hass.data[DATA_INSTANCES].values():
        for one in component.entities:
            if one.platform.platform_name == DOMAIN:
                yield one


async def test_actions_are_there_before_any_entry(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert set(hass.services.async_services()[DOMAIN]) == set(WORDS["services"])


async def test_no_entity_polls(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert entry.state is ConfigEntryState.LOADED
    found = list(entities(hass))
    assert len(found) > 20
    assert not any(one.should_poll for one in found)


async def test_unique_ids_stay_as_they_are(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Who changes one takes a household's history, names and automations away: what stands above is for ever."""
    registered = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    found = {one.entity_id: one.unique_id.removeprefix(f"{entry.entry_id}_") for one in registered}
    assert found == UNIQUE | {
        f"{platform}.{slug}_{key}": f"{slug}_{key}"
        for slug in ("kitchen", "bath")
        for platform, keys in UNIQUE_OF_SPEAKER.items()
        for key in keys
    }


async def test_entities_are_named_beside_their_device(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert entry.entry_id
    for one in entities(hass):
        assert one.has_entity_name, one.entity_id
        platform = one.platform.domain
        assert one.translation_key in WORDS["entity"][platform], one.entity_id
        assert one.device_entry is not None, one.entity_id


async def test_an_entry_is_unloaded_and_loaded_again(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    state: ConfigEntryState = entry.state
    assert state is ConfigEntryState.NOT_LOADED
    assert await hass.config_entries.async_setup(entry.entry_id)
    state = entry.state
    assert state is ConfigEntryState.LOADED


async def test_the_log_tells_once_of_a_relay_that_fails_and_once_that_it_takes_commands_again(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    plug_in(hass, "plug")
    await guard_home(hass, speaker(relay="light.plug", rest=0))
    carried = {name: hass.services.async_services_internal()["light"].pop(name) for name in ("turn_on", "turn_off")}

    async def press(times: int) -> None:
        for action in ("mute", "resume") * times:
            await hass.services.async_call(DOMAIN, action, {"entity_id": "select.kitchen_mode"}, blocking=True)
            await hass.async_block_till_done(wait_background_tasks=True)

    await press(3)
    hass.services.async_services_internal()["light"].update(carried)
    await press(2)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert sum("did not take off" in line for line in told) == 1
    assert sum("takes commands again" in line for line in told) == 1


async def test_the_log_tells_once_that_a_relay_is_out_of_sight_and_once_that_it_is_back(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant drops what is called of an unavailable entity, and says that all is well."""
    plug = plug_in(hass, "plug")["plug"]
    plug.shows("unknown")
    await guard_home(hass, speaker(relay=plug.entity_id))
    for state in ("on", "unavailable", "unknown", "unavailable", "on", "off", "on"):
        plug.shows(state)
        await hass.async_block_till_done(wait_background_tasks=True)
    # By Earlid: of a slow turn asyncio tells with the name of this test.
    ours = [record for record in caplog.records if record.name.startswith("custom_components.earlid")]
    told = [record.getMessage() for record in ours if record.levelno >= logging.INFO]
    assert [line for line in told if "sight" in line] == [
        "The relay of kitchen is out of sight",
        "The relay of kitchen is in sight again",
    ]


async def test_each_speaker_is_a_device_behind_the_hub(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert entry.entry_id
    devices = {
        one.device_entry.id: one.device_entry for one in entities(hass) if isinstance(one.device_entry, dr.DeviceEntry)
    }
    assert len(devices) == 3
    hub = next(one for one in devices.values() if one.via_device_id is None)
    assert {one.via_device_id for one in devices.values()} == {None, hub.id}
    assert {one.name for one in devices.values()} == {"Earlid", "Kitchen", "Bath"}


async def test_what_is_no_daily_business_has_a_category_and_numbers_have_a_class(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert entry.entry_id
    registry = er.async_get(hass)

    def of(entity_id: str) -> er.RegistryEntry:
        found = registry.async_get(entity_id)
        assert found is not None, entity_id
        return found

    assert of("button.kitchen_self_test").entity_category == "config"
    for each in ("sensor.kitchen_assurance", "sensor.earlid_undelivered"):
        assert of(each).entity_category == "diagnostic"
    classes = {
        "sensor.kitchen_microphone": "enum",
        "sensor.kitchen_assurance": "enum",
        "sensor.kitchen_next_change": "timestamp",
        "sensor.kitchen_last_activation": "timestamp",
        "sensor.kitchen_live_today": "duration",
        "sensor.kitchen_exposed_today": "duration",
        "binary_sensor.kitchen_breach": "problem",
    }
    assert {one: of(one).original_device_class for one in classes} == classes
