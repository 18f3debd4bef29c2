"""Devices of the home that have a microphone and that no speaker of Earlid's stands for.

Nothing is stored of them: what the registries, the set-up and the household's *leave it alone* say is all there is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_DEVICE_ID, CONF_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.util.hass_dict import HassKey

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
from .twins import domain_of, marks

_LOGGER = logging.getLogger(__name__)

# An option: the ids of the devices that the household does not want to hear of.
CONF_LEAVE_ALONE: Final = "leave_alone"

# Devices that could not be looked at: said once each, since the registries change all day.
_ODD: HassKey[set[str]] = HassKey(f"{DOMAIN}_odd_devices")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A device with a microphone that nobody guards."""

    device: dr.DeviceEntry
    why: str
    since: datetime
    """When Home Assistant learnt of the microphone."""
    area: str | None


@callback
def unguarded(hass: HomeAssistant, entry: ConfigEntry[Any]) -> list[wire.Unguarded]:
    """Return the devices with a microphone that nobody guards, by name; without those to be left alone."""
    return [
        wire.Unguarded(
            device_id=each.device.id,
            name=name_of(each.device),
            area=each.area,
            model=None if each.device.model is None else str(each.device.model),
            why=each.why,
        )
        for each in find(hass, entry)
    ]


@callback
def find(hass: HomeAssistant, entry: ConfigEntry[Any]) -> list[Found]:
    """Return what `unguarded` tells of, with when each was found.

    A device that two integrations know is there once; where one of the two is guarded, the other is too.
    """
    spoken_for = {*entry.options.get(CONF_LEAVE_ALONE, [])} | _guarded(hass, entry)
    # By mark, the integrations that know a device with it: only another one may know the same device.
    known: defaultdict[str, set[str | None]] = defaultdict(set)
    for each in dr.async_get(hass).devices:
        if _is_one_of(each, spoken_for):
            _learn(known, each, domain_of(hass, each))
    found = []
    for one in sorted(_with_a_microphone(hass), key=lambda one: (name_of(one.device).casefold(), one.device.id)):
        domain = domain_of(hass, one.device)
        if not _is_one_of(one.device, spoken_for) and not any(
            known.get(mark, set()) - {domain} for mark in marks(one.device)
        ):
            found.append(one)
            _learn(known, one.device, domain)
    return found


def _learn(known: defaultdict[str, set[str | None]], device: dr.DeviceEntry, domain: str | None) -> None:
    for mark in marks(device):
        known[mark].add(domain)


def name_of(device: dr.BaseDeviceEntry) -> str:
    """Return what people call a device."""
    return str(device.name_by_user or device.name or getattr(device, "model", None) or "?")


@callback
def leave_alone(hass: HomeAssistant, entry: ConfigEntry[Any], device_id: str) -> None:
    """Tell of this device no more; the options take that back."""
    ids = [*entry.options.get(CONF_LEAVE_ALONE, []), device_id]
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_LEAVE_ALONE: list(dict.fromkeys(ids))})


def _with_a_microphone(hass: HomeAssistant) -> Iterator[Found]:
    """Yield every device of the home that can hear, for all that Home Assistant knows."""
    entities: defaultdict[str, list[er.RegistryEntry]] = defaultdict(list)
    for entity in er.async_get(hass).entities.values():
        if entity.device_id is not None:
            entities[entity.device_id].append(entity)
    for device in dr.async_get(hass).devices:
        try:
            found = _heard(hass, device, entities[device.id])
        except Exception:
            # Whatever is odd about it, the others are told of.
            if device.id not in (odd := hass.data.setdefault(_ODD, set())):
                odd.add(device.id)
                _LOGGER.exception("Device %s cannot be looked at; whether it hears is not known", device.id)
        else:
            if found is not None:
                yield found


def _heard(hass: HomeAssistant, device: dr.DeviceEntry, entities: Iterable[er.RegistryEntry]) -> Found | None:
    if device.disabled_by is not None or (heard := microphones.ears(device, domain_of(hass, device), entities)) is None:
        return None
    why, shows = heard
    area_id = device.area_id or (None if shows is None else shows.area_id)
    area = None if area_id is None else ar.async_get(hass).async_get_area(area_id)
    return Found(
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


def _is_one_of(device: dr.DeviceEntry, ids: set[str]) -> bool:
    # Home Assistant once had one device for what several integrations know; its id still stands in set-ups.
    return device.id in ids or device.composite_device_id in ids
