"""Devices of the home that have a microphone and that no speaker of Earlid's stands for.

Nothing is stored of them: what the registries, the set-up and the household's *leave it alone* say is all there is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_DEVICE_ID, CONF_ENTITY_ID
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.event import async_call_later

from . import microphones, wire
from .const import (
    CONF_ACTIVATIONS,
    CONF_LEVELS,
    CONF_MICROPHONE_ENTITY,
    CONF_SIGNS,
    CONF_STATES,
    CONF_WITNESSES,
    DOMAIN,
    SUBENTRY_SPEAKER,
)

# An option: the ids of the devices that the household does not want to hear of.
CONF_LEAVE_ALONE: Final = "leave_alone"

# s. An integration that is set up registers its devices one by one; each look goes through both registries.
_PAUSE: Final = 1
# Shorter ones are numbers that any two integrations may give: `("esphome", "1")`.
_TELLING: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A device with a microphone that nobody guards."""

    device: dr.DeviceEntry
    why: str
    since: datetime
    """When Home Assistant learnt of the microphone."""
    area: str | None


def issue_id(device_id: str) -> str:
    """Return the id of the repair issue about a device; while it is ignored, the device is left alone."""
    return f"unguarded_{device_id}"


@callback
def unguarded(hass: HomeAssistant, entry: ConfigEntry[Any]) -> list[wire.Unguarded]:
    """Return the devices with a microphone that nobody guards, by name; without those to be left alone."""
    return [
        wire.Unguarded(
            device_id=each.device.id,
            name=name_of(each.device),
            area=each.area,
            model=each.device.model,
            why=each.why,
        )
        for each in find(hass, entry)
    ]


@callback
def find(hass: HomeAssistant, entry: ConfigEntry[Any]) -> list[Found]:
    """Return what `unguarded` tells of, with when each was found.

    A device that two integrations know is there once; where one of the two is guarded, the other is too.
    """
    devices = dr.async_get(hass)
    spoken_for = _left_alone(hass, entry) | _guarded(hass, entry)
    known = {mark for each in devices.devices if _is_one_of(each, spoken_for) for mark in marks(each)}
    found = []
    for each in sorted(_with_a_microphone(hass), key=lambda each: (name_of(each.device).casefold(), each.device.id)):
        its = marks(each.device)
        if not _is_one_of(each.device, spoken_for) and known.isdisjoint(its):
            found.append(each)
            known |= its
    return found


def name_of(device: dr.BaseDeviceEntry) -> str:
    """Return what people call a device."""
    return device.name_by_user or device.name or getattr(device, "model", None) or "?"


@callback
def leave_alone(hass: HomeAssistant, entry: ConfigEntry[Any], device_id: str) -> None:
    """Tell of this device no more; the options take that back."""
    ids = [*entry.options.get(CONF_LEAVE_ALONE, []), device_id]
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_LEAVE_ALONE: list(dict.fromkeys(ids))})


@callback
def follow(hass: HomeAssistant, entry: ConfigEntry[Any], told: Callable[[], None]) -> CALLBACK_TYPE:
    """Call `told` soon after what `unguarded` says has changed; return what ends that."""
    before = unguarded(hass, entry)
    waiting: CALLBACK_TYPE | None = None

    @callback
    def look(_now: datetime) -> None:
        nonlocal before, waiting
        waiting = None
        if (now := unguarded(hass, entry)) != before:
            before = now
            told()

    @callback
    def soon(_event: Event[Any] | None = None) -> None:
        nonlocal waiting
        if waiting is None:
            waiting = async_call_later(hass, _PAUSE, look)

    async def changed(_hass: HomeAssistant, _entry: ConfigEntry[Any]) -> None:
        soon()

    @callback
    def ours(data: ir.EventIssueRegistryUpdatedData) -> bool:
        return data["domain"] == DOMAIN and data["issue_id"].startswith(issue_id(""))

    stops = [
        hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, soon),
        hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, soon),
        hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, soon, event_filter=ours),
        entry.add_update_listener(changed),
    ]

    @callback
    def stop() -> None:
        for each in stops:
            each()
        if waiting is not None:
            waiting()

    return stop


def _with_a_microphone(hass: HomeAssistant) -> Iterator[Found]:
    """Yield every device of the home that can hear, for all that Home Assistant knows."""
    entities: defaultdict[str, list[er.RegistryEntry]] = defaultdict(list)
    for entity in er.async_get(hass).entities.values():
        if entity.device_id is not None:
            entities[entity.device_id].append(entity)
    areas = ar.async_get(hass)
    for device in dr.async_get(hass).devices:
        integration = hass.config_entries.async_get_entry(device.config_entry_id)
        domain = None if integration is None else integration.domain
        if device.disabled_by is not None or (heard := microphones.ears(device, domain, entities[device.id])) is None:
            continue
        why, shows = heard
        area_id = device.area_id or (None if shows is None else shows.area_id)
        area = None if area_id is None else areas.async_get_area(area_id)
        yield Found(
            device=device,
            why=why,
            since=device.created_at if shows is None else shows.created_at,
            area=None if area is None else area.name,
        )


def _guarded(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the ids of the devices that a speaker stands for: its own, and those by which its life is seen.

    Not its plug's and its meter's: they may well be in another device that hears.
    """
    entities = er.async_get(hass)
    ids = set()
    for subentry in entry.get_subentries_of_type(SUBENTRY_SPEAKER):
        data = subentry.data
        ids.add(data.get(CONF_DEVICE_ID))
        signs = data.get(CONF_SIGNS, {})
        for entity_id in (
            data.get(CONF_MICROPHONE_ENTITY),
            *data.get(CONF_WITNESSES, []),
            *data.get(CONF_ACTIVATIONS, []),
            *(sign.get(CONF_ENTITY_ID) for kind in (CONF_STATES, CONF_LEVELS) for sign in signs.get(kind, [])),
        ):
            registered = None if entity_id is None else entities.async_get(entity_id)
            ids.add(None if registered is None else registered.device_id)
    return {device_id for device_id in ids if device_id is not None}


def _left_alone(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the ids of the devices of which the household does not want to hear, said in either place."""
    ignored = {
        issue.removeprefix(issue_id(""))
        for (domain, issue), shown in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.startswith(issue_id("")) and shown.dismissed_version is not None
    }
    return ignored | set(entry.options.get(CONF_LEAVE_ALONE, []))


def _is_one_of(device: dr.DeviceEntry, ids: set[str]) -> bool:
    # Home Assistant once had one device for what several integrations know; its id still stands in set-ups.
    return device.id in ids or device.composite_device_id in ids


def marks(device: dr.BaseDeviceEntry) -> set[str]:
    """Return what tells this device from all others whichever integration knows it: addresses and serial numbers."""
    found = {str(part).casefold() for identifier in device.identifiers for part in identifier[1:]}
    if isinstance(device, dr.DeviceEntry):
        found |= {value.casefold() for _, value in device.connections}
        found.add((device.serial_number or "").casefold())
    return {mark for mark in found if len(mark) >= _TELLING}
