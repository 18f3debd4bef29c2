"""Which plug of the home a speaker is probably plugged into.

A wrong one would switch something else. So a plug is chosen only where there is no second one that it could be just as
well; of several all are named and none is chosen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Any, Final

from homeassistant.const import CONF_ENTITY_ID, CONF_HOST, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

from custom_components.earlid.const import CONF_RELAY, CONF_TOPIC
from custom_components.earlid.unguarded import name_of

from .devices import entities, meters, only, place, relays
from .relays import places
from .sentences import Sentence

# Words that half the plugs and speakers of a home have in their names tell nothing about which belong together.
_COMMON: Final = frozenset({"the", "plug", "smart", "socket", "speaker", "outlet", "switch", "power", "voice", "mini"})
_SHORTEST_WORD: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """What silences a speaker, as far as it can be told, and why this one."""

    kind: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    device_id: str | None = None
    why: tuple[Sentence, ...] = ()
    several: tuple[str, ...] = ()
    """The names of those that it could be, where there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plug:
    """A switch with a meter that no speaker is behind."""

    entity: er.RegistryEntry
    device: dr.BaseDeviceEntry
    name: str
    kind: str
    where: Mapping[str, str]
    """Its topic or address; empty where only the entity is known."""

    @property
    def area_id(self) -> str | None:
        return self.entity.area_id or self.device.area_id

    @property
    def words(self) -> set[str]:
        own = self.entity.name or self.entity.original_name or ""
        return _words(f"{name_of(self.device)} {own}")


def plug_of(
    hass: HomeAssistant,
    device: dr.BaseDeviceEntry,
    name: str,
    wanted: str | None,
    others: Iterable[Mapping[str, Any]],
) -> Relay:
    """Return the plug of a speaker. `wanted` is the kind of relay, None: any; `others` are the other speakers.

    In the speaker's area the only one is taken, of several the only one whose name has a word in common with the
    speaker's. Where the speaker has no area, or its area no plug, the name alone counts, among plugs without an area.
    """
    free = [plug for plug in _plugs(hass, others) if wanted in (None, "entity", plug.kind)]
    area = None if device.area_id is None else ar.async_get(hass).async_get_area(device.area_id)
    here = [] if area is None else [plug for plug in free if plug.area_id == area.id]
    ours = _words(f"{name} {name_of(device)}") - _words("" if area is None else area.name)
    nearby = here or [plug for plug in free if area is None or plug.area_id is None]
    alike = [plug for plug in nearby if plug.words & ours]
    if len(here) == 1:
        chosen, why = here, "why.plug_area_name" if alike else "why.plug_area"
    else:
        chosen, why = alike, "why.plug_area_name" if here else "why.plug_name"
    if len(chosen) == 1:
        (plug,) = chosen
        said = Sentence(why, {"plug": plug.name, "area": "" if area is None else area.name})
        return _as_relay(plug, wanted, (said, Sentence("why.check_plug")))
    if not (could_be := here or alike):
        return Relay(kind=wanted)
    names = tuple(sorted(plug.name for plug in could_be))
    kinds = {plug.kind for plug in could_be}
    kind = wanted or (kinds.pop() if len(kinds) == 1 else None)
    return Relay(kind=kind, why=(Sentence("why.several_plugs", {"plugs": ", ".join(names)}),), several=names)


def _as_relay(plug: _Plug, wanted: str | None, why: tuple[Sentence, ...]) -> Relay:
    kind = wanted or plug.kind
    fields = {CONF_ENTITY_ID: plug.entity.entity_id} if kind == "entity" else plug.where
    return Relay(kind=kind, fields=fields, device_id=plug.device.id, why=why)


def _plugs(hass: HomeAssistant, others: Iterable[Mapping[str, Any]]) -> Iterator[_Plug]:
    """Yield the plugs of the home that silence none of the `others`."""
    taken = set().union(*(places(hass, other) for other in others))
    devices = dr.async_get(hass)
    for device in (*devices.devices, *devices.child_devices):
        found = entities(hass, device.id)
        if device.disabled_by is not None or not meters(found):
            continue
        for entity in relays(found):
            if entity.domain != Platform.SWITCH:
                continue
            alone = only(relays(entities(hass, device.id, disabled=True))) == entity.entity_id
            # Of several, the topic or address of the device alone would be that of the first.
            kind, where = place(hass, device.id) if alone else ("", {})
            relay = {CONF_RELAY: "entity", CONF_ENTITY_ID: entity.entity_id}
            if places(hass, relay).isdisjoint(taken):
                shown = {name: value for name, value in where.items() if name in (CONF_TOPIC, CONF_HOST)}
                name = name_of(device) if alone else er.async_get_full_entity_name(hass, entity)
                yield _Plug(entity=entity, device=device, name=name, kind=kind or "entity", where=shown)


def _words(name: str) -> set[str]:
    """Return what a name can be known again by."""
    words = {word for word in re.split(r"[\W_\d]+", name.casefold()) if len(word) >= _SHORTEST_WORD}
    return words - _COMMON
