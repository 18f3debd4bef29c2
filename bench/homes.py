"""Home Assistant in process, as it is measured: plugs of a real platform, with meters, and Earlid over them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
import gc
from pathlib import Path
from time import perf_counter
from typing import Any, Final, override
from unittest.mock import AsyncMock, Mock

from homeassistant import loader
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.components.switch import SwitchEntity
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlow
from homeassistant.const import Platform, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    async_test_home_assistant,
    mock_integration,
    mock_platform,
)

from custom_components.earlid.const import DOMAIN

PERSON: Final = "person.anna"
LIVE: Final = 4.0  # watts of a speaker with power
IDLE: Final = 0.0  # and without
_MAKER: Final = "plugs"


class _Flow(ConfigFlow, domain=_MAKER):
    """What an entry must have to be set up."""


class Switch(SwitchEntity):
    """A plug as most integrations have it: it shows what it is once it was told."""

    _attr_should_poll = False

    def __init__(self, number: int, calls: list[tuple[float, str, bool]]) -> None:
        """Take a number; what the plug is told is noted in `calls` with its time."""
        self._attr_name = f"Plug {number}"
        self._attr_unique_id = f"plug_{number}"
        self._attr_is_on = True
        self._calls = calls

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Be off."""
        self._told(on=False)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Be on."""
        self._told(on=True)

    def _told(self, *, on: bool) -> None:
        self._calls.append((perf_counter(), self.entity_id, on))
        self._attr_is_on = on
        self.async_write_ha_state()


class Power(SensorEntity):
    """The plug's meter."""

    _attr_should_poll = False
    _attr_device_class = SensorDeviceClass.POWER
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_native_unit_of_measurement = UnitOfPower.WATT

    def __init__(self, number: int) -> None:
        """Show what a live speaker draws."""
        self._attr_name = f"Plug {number} power"
        self._attr_unique_id = f"plug_{number}_power"
        self._attr_native_value = LIVE

    def shows(self, watts: float) -> None:
        """Report a power."""
        self._attr_native_value = watts
        self.async_write_ha_state()


@dataclass(frozen=True, slots=True)
class Plugs:
    """Plugs with meters, and what they were told: when, which, on or off."""

    switches: list[Switch] = field(default_factory=list)
    meters: list[Power] = field(default_factory=list)
    calls: list[tuple[float, str, bool]] = field(default_factory=list)

    @property
    def entity_ids(self) -> list[str]:
        """The plugs' entities."""
        return [switch.entity_id for switch in self.switches]

    def measure(self) -> None:
        """Let each meter report what a plug in this state passes."""
        for switch, meter in zip(self.switches, self.meters, strict=True):
            meter.shows(LIVE if switch.is_on else IDLE)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[HomeAssistant]:
    """Give Home Assistant with its configuration in a new folder, without what would open a port."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 (nothing else runs yet)
    (folder / "configuration.yaml").touch()
    async with AsyncExitStack() as stack:
        hass = await stack.enter_async_context(async_test_home_assistant(config_dir=str(folder)))
        hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        hass.config.components |= {"http", "file_upload", "webhook"}
        hass.http = Mock(async_register_static_paths=AsyncMock())
        try:
            yield hass
        finally:
            loaded = [one for one in hass.config_entries.async_entries() if one.state is ConfigEntryState.LOADED]
            for entry in reversed(loaded):
                await hass.config_entries.async_unload(entry.entry_id)
            await hass.async_stop(force=True)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set up an entry, and return it once that has settled."""
    entry.add_to_hass(hass)
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError(f"{entry.domain} was not set up: {entry.reason}")
    await hass.async_block_till_done()
    return entry


async def plug_in(hass: HomeAssistant, count: int) -> Plugs:
    """Give the home plugs that are on, by an integration with real entities, in the registry as all are."""
    plugs = Plugs()
    plugs.switches.extend(Switch(number, plugs.calls) for number in range(count))
    plugs.meters.extend(Power(number) for number in range(count))

    async def forward(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, [Platform.SWITCH, Platform.SENSOR])
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, [Platform.SWITCH, Platform.SENSOR])

    def adds(entities: list[Any]) -> MockPlatform:
        async def set_up_entry(_hass: HomeAssistant, _entry: ConfigEntry[Any], add: AddEntitiesCallback) -> None:
            add(entities)

        return MockPlatform(async_setup_entry=set_up_entry)

    mock_integration(hass, MockModule(_MAKER, async_setup_entry=forward, async_unload_entry=unload))
    mock_platform(hass, f"{_MAKER}.switch", adds(plugs.switches))
    mock_platform(hass, f"{_MAKER}.sensor", adds(plugs.meters))
    # Else the loader looks for it among the files.
    mock_platform(hass, f"{_MAKER}.config_flow", Mock())
    await set_up(hass, MockConfigEntry(domain=_MAKER))
    return plugs


def speakers(plugs: Plugs, **data: Any) -> list[dict[str, Any]]:
    """Return the subentries of a speaker behind each plug, with its meter, as the dialogs would write them."""
    return [
        {
            "subentry_id": f"speaker_{number}",
            "subentry_type": "speaker",
            "title": f"Speaker {number}",
            "unique_id": f"speaker:speaker_{number}",
            "data": {
                "slug": f"speaker_{number}",
                "name": f"Speaker {number}",
                "relay": "entity",
                "entity_id": switch.entity_id,
                "power_entity": meter.entity_id,
                "rest": 0,
                "boot": 0,
            }
            | data,
        }
        for number, (switch, meter) in enumerate(zip(plugs.switches, plugs.meters, strict=True))
    ]


def nobody_home() -> dict[str, Any]:
    """Return the subentry of the rule that mutes all while nobody is home."""
    data = {
        "slug": "nobody_home",
        "name": "Nobody home",
        "effect": "mute",
        "speakers": [],
        "kind": "presence",
        "entities": [PERSON],
        "quantifier": "none",
    }
    return {
        "subentry_id": "nobody_home",
        "subentry_type": "rule",
        "title": "Nobody home",
        "unique_id": "rule:nobody_home",
        "data": data,
    }


async def guard(hass: HomeAssistant, *subentries: dict[str, Any]) -> MockConfigEntry:
    """Set up Earlid over these speakers and rules, with its journal on disk."""
    data = {"site": "home", "topic_prefix": "earlid"}
    entry = MockConfigEntry(domain=DOMAIN, title="Earlid", data=data, subentries_data=[*subentries])
    return await set_up(hass, entry)


async def settled(hass: HomeAssistant, entry: MockConfigEntry | None = None) -> None:
    """Return when nothing is left to do, what was recorded is on disk, and garbage is collected."""
    for _ in range(3):
        await hass.async_block_till_done(wait_background_tasks=True)
        if entry is not None:
            await entry.runtime_data.recorded()
    gc.collect()


async def until(true: Callable[[], bool], within: float = 60.0) -> None:
    """Return when it is true; a look costs little, and the loop goes on between."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 (a look costs nothing)
            await asyncio.sleep(0.001)
