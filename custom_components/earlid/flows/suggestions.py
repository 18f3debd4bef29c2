"""What the forms of a speaker are filled in with once its device is known, and why: the household reads both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ENTITY_ID, CONF_HOST, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

from custom_components.earlid import microphones
from custom_components.earlid.const import (
    CONF_ACTIVATIONS,
    CONF_MICROPHONE_ENTITY,
    CONF_POWER_ENTITY,
    CONF_TOPIC,
    CONF_WITNESSES,
    DOMAIN,
    SUBENTRY_SPEAKER,
)
from custom_components.earlid.twins import are_one
from custom_components.earlid.unguarded import name_of

from .checks import LONGEST_NAME, name_problem
from .devices import device_class, entities, is_mute, meters, only, place, relays
from .plugs import Relay, plug_of
from .sentences import Sentence

# Characters that a number behind a name may take.
_ROOM: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What the forms are filled in with, and why."""

    relay: Relay = field(default_factory=Relay)
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Of the relay and of the senses."""
    why_senses: tuple[Sentence, ...] = ()


def suggest(
    hass: HomeAssistant,
    device_id: str,
    wanted: str | None,
    *,
    name: str,
    others: Iterable[Mapping[str, Any]],
    has_relay: bool,
) -> Suggested:
    """Return what to fill in for a speaker that is this device, or whose plug this device is.

    `wanted` is the kind of relay, None: whichever the device or its plug is of; `others` are the other speakers. For
    one that has a relay no other is looked for.
    """
    device = dr.async_get(hass).async_get(device_id)
    if device is None:
        return Suggested()
    own = entities(hass, device_id)
    relay = _of_its_own(hass, device, own, wanted)
    if relay is None:
        relay = Relay(kind=wanted) if has_relay else plug_of(hass, device, name, wanted, others)
    senses: dict[str, Any] = {}
    why: list[Sentence] = []
    if meter := only(meters(entities(hass, relay.device_id or device_id))):
        senses[CONF_POWER_ENTITY] = meter
        why.append(Sentence("why.meter", {"meter": _name(hass, meter)}))
    seen = _seen_by(hass, device)
    for what, found in (
        (CONF_ACTIVATIONS, [each.entity_id for each in own if _shows_wakes(each)]),
        (CONF_WITNESSES, [each.entity_id for each in seen if _shows_life(each)]),
        (CONF_MICROPHONE_ENTITY, only([each for each in own if each.domain == Platform.SWITCH and is_mute(each)])),
    ):
        if found:
            senses[what] = found
            names = [_name(hass, each) for each in ([found] if isinstance(found, str) else found)]
            why.append(Sentence(f"why.{what}", {"entities": ", ".join(names)}))
    return Suggested(relay=relay, fields={**relay.fields, **senses}, why_senses=tuple(why))


def _of_its_own(
    hass: HomeAssistant, device: dr.BaseDeviceEntry, own: list[er.RegistryEntry], wanted: str | None
) -> Relay | None:
    """Return the device itself as a relay, if it is a plug; None: it is none.

    A speaker's own switches (do not disturb, shuffle) silence nothing, so of a speaker only an outlet counts.
    """
    could_be = relays(own)
    outlets = [entry for entry in could_be if device_class(entry) == "outlet"]
    kind, where = place(hass, device.id)
    if not outlets and not kind and (not could_be or _is_speaker(hass, device, own)):
        return None
    single = only(outlets) or only(could_be)
    wanted = wanted or kind or (None if single is None else "entity")
    fields: dict[str, str] = {}
    if wanted == kind:
        fields = {name: where[name] for name in (CONF_TOPIC, CONF_HOST) if name in where}
    elif wanted == "entity" and single is not None:
        fields = {CONF_ENTITY_ID: single}
    return Relay(kind=wanted, fields=fields, device_id=device.id)


def _is_speaker(hass: HomeAssistant, device: dr.BaseDeviceEntry, own: list[er.RegistryEntry]) -> bool:
    entry = hass.config_entries.async_get_entry(device.config_entry_id)
    domain = None if entry is None else entry.domain
    hears = isinstance(device, dr.DeviceEntry) and microphones.ears(device, domain, own) is not None
    return hears or any(each.domain == Platform.MEDIA_PLAYER for each in own)


def _seen_by(hass: HomeAssistant, device: dr.BaseDeviceEntry) -> list[er.RegistryEntry]:
    """Return the entities of the device, and of those that other integrations made for it, such as a router's."""
    return [
        entry
        for each in dr.async_get(hass).devices
        if each.id == device.id or are_one(hass, device, each)
        for entry in entities(hass, each.id)
    ]


def _shows_wakes(entry: er.RegistryEntry) -> bool:
    match entry:
        case er.RegistryEntry(domain=Platform.ASSIST_SATELLITE):
            return True
        case er.RegistryEntry(domain=Platform.EVENT, platform="alexa_devices", translation_key="voice_event"):
            return True
        case er.RegistryEntry(domain=Platform.MEDIA_PLAYER, platform="alexa_media"):
            return True
    return False


def _shows_life(entry: er.RegistryEntry) -> bool:
    if entry.domain == Platform.BINARY_SENSOR:
        return device_class(entry) == "connectivity"
    return entry.domain in (Platform.DEVICE_TRACKER, Platform.MEDIA_PLAYER) and entry.platform != DOMAIN


def _name(hass: HomeAssistant, entity_id: str) -> str:
    entry = er.async_get(hass).async_get(entity_id)
    return entity_id if entry is None else er.async_get_full_entity_name(hass, entry)


def name_for(hass: HomeAssistant, entry: ConfigEntry[Any], device_id: str | None) -> str:
    """Return what to call a speaker that nobody named: as its device, with its area or a number if that is taken."""
    device = None if device_id is None else dr.async_get(hass).async_get(device_id)
    if device is None:
        return ""
    name = name_of(device)[: LONGEST_NAME - _ROOM]
    area = None if device.area_id is None else ar.async_get(hass).async_get_area(device.area_id)
    tries = (
        name,
        *(() if area is None else (f"{area.name} {name}",)),
        *(f"{name} {number}" for number in range(2, 100)),
    )
    return next((each for each in tries if name_problem(entry, SUBENTRY_SPEAKER, each, None) is None), name)
