"""Each kind of input that comes from outside."""

from typing import Final

from fuzz.target import Target

from . import (
    exports,
    journal,
    mqtt,
    names,
    plugs,
    shellies,
    signs,
    stored,
    typed,
    webhook,
    websocket,
    wishes,
    zigbee_devices,
)

_MODULES: Final = (
    exports,
    journal,
    mqtt,
    names,
    plugs,
    shellies,
    signs,
    stored,
    typed,
    webhook,
    websocket,
    wishes,
    zigbee_devices,
)
TARGETS: Final[dict[str, Target]] = {target.name: target for module in _MODULES for target in module.TARGETS}
