"""What the tests of the relays' forms share: a device that is only ever asked, and the way to its form."""

import asyncio
from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from custom_components.earlid.engine.model import Settings
from custom_components.earlid.relays import RelayError
from tests.integration.forms import KITCHEN, NO_TIME, Form, begin, change, fill

OFF = [{"action": "switch.turn_off", "target": {"entity_id": "switch.kitchen"}}]
ON = [{"action": "script.lease", "data": {"seconds": "{{ seconds }}"}}]

# What each kind takes when nothing is filled in that need not be, and what is stored of it.
LEAST: dict[str, dict[str, Any]] = {
    "entity": {"entity_id": "switch.kitchen"},
    "tasmota": {"topic": "tasmota_5A3F21"},
    "zigbee2mqtt": {"topic": "zigbee2mqtt/Kitchen plug"},
    "shelly": {"host": "192.168.1.20"},
    "actions": {"off": OFF, "grant": ON, "state_entity": "switch.kitchen"},
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "entity": {"silences": "power", "inverted": False},
    "tasmota": {"channel": 1, "silences": "power", "provision": True},
    "zigbee2mqtt": {"silences": "power", "provision": True},
    "shelly": {"channel": 0, "silences": "power", "provision": True},
    "actions": {"keeps_time": False, "silences": "power"},
}
DEVICES = ("tasmota", "zigbee2mqtt", "shelly")


class Asked:
    """Stands for every relay that the forms make. It can be asked how it is set; whatever else is called is missing."""

    def __init__(self) -> None:
        """Answer as a device does that is fine."""
        self.by: list[dict[str, Any]] = []
        """What the relays were made from that were asked."""
        self.problem: str | None = None
        self.hangs = False
        self.identity: str | None = None

    def __call__(self, _hass: HomeAssistant, _eyes: object, data: Mapping[str, Any]) -> Asked:
        """Be the relay of that set-up."""
        self.by.append(dict(data))
        return self

    async def inspect(self) -> Settings:
        """See `Relay`."""
        if self.hangs:
            await asyncio.Event().wait()
        if self.problem is not None:
            raise RelayError(self.problem)
        return Settings()


def speaker_by(kind: str, **relay: Any) -> dict[str, Any]:
    """Return what is stored of a speaker behind a relay of this kind."""
    others = {name: KITCHEN[name] for name in KITCHEN if name not in ("relay", "entity_id", "silences", "inverted")}
    return {**others, "relay": kind, **LEAST[kind], **DEFAULTS[kind], "finish_playing": NO_TIME, **relay}


async def to_kind(hass: HomeAssistant, entry: ConfigEntry, kind: str, **typed: Any) -> Form:
    """Return the form of a relay of this kind, for a new speaker."""
    return await fill(hass, await begin(hass, entry, "speaker"), {"name": "Kitchen", "relay": kind, **typed})


async def to_kind_again(hass: HomeAssistant, entry: ConfigEntry, speaker: ConfigSubentry, kind: str) -> Form:
    """Return the form of a relay of this kind, for a speaker that there is."""
    return await fill(hass, await change(hass, entry, speaker), {"name": "Kitchen", "relay": kind})


async def to_the_end(hass: HomeAssistant, form: Form) -> Form:
    """Return what comes of a form of senses when nothing more is filled in."""
    assert form["step_id"] == "senses"
    return await fill(hass, await fill(hass, form, {}), {})
