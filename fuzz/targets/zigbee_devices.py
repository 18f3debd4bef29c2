"""What a bridge shows of its devices: some megabytes, in which the plug is looked for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from custom_components.earlid.relays.protocol import RelayError
from custom_components.earlid.relays.zigbee2mqtt_device import find, plug_of, stays_off
from fuzz.target import Feed, Target, part, text_of


@contextmanager
def _devices() -> Iterator[Feed]:
    def feed(given: Any) -> None:
        with suppress(ValueError):
            find(text_of(part(given, "devices")), "Plug")
        device = part(given, "device")
        if not isinstance(device, dict):
            return
        try:
            plug = plug_of(device)
        except RelayError as error:
            assert error.problem in ("disabled", "not_switchable", "delayed_toggle", "no_such_channel")
            return
        said = part(given, "said")
        stays = stays_off(plug.power_on, said)
        assert stays in (True, False, None)
        assert not stays or said == "off", "only the word off is off"

    yield feed


DEVICE: Final = {
    "friendly_name": "home/Plug",
    "software_build_id": "2.3",
    "definition": {
        "vendor": "IKEA",
        "model": "E1603",
        "exposes": [
            {"type": "switch", "features": [{"name": "state", "property": "state", "access": 7}]},
            {
                "type": "enum",
                "name": "power_on_behavior",
                "property": "power_on_behavior",
                "access": 7,
                "values": ["off", "on"],
            },
        ],
    },
    "endpoints": {"1": {"configured_reportings": [{"attribute": "onOff"}]}},
}
OLD: Final = {
    "definition": {
        "vendor": "Aqara",
        "exposes": [
            {"type": "switch", "features": [{"name": "state", "property": "state", "access": 3}]},
            {
                "type": "binary",
                "name": "power_outage_memory",
                "property": "power_outage_memory",
                "value_off": False,
                "access": 2,
            },
            {"name": "countdown"},
        ],
    },
}

TARGETS: Final = (
    Target(
        name="zigbee_devices",
        begin=_devices,
        parses=("relays/zigbee2mqtt_device",),
        words=(
            "Plug",
            "device",
            "devices",
            "said",
            "state_l1",
            {"friendly_name": "Plug"},
            {"name": "state", "property": "state_left"},
        ),
        share=2,
    ),
)
