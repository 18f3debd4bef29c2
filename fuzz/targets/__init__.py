"""Each kind of input that comes from outside."""

from typing import Final

from fuzz.target import Target

from . import journal, mqtt, names, plugs, shellies, stored, typed, webhook, websocket, wishes, zigbee_devices

TARGETS: Final[dict[str, Target]] = {
    target.name: target
    for module in (journal, mqtt, names, plugs, shellies, stored, typed, webhook, websocket, wishes, zigbee_devices)
    for target in module.TARGETS
}
