"""What a Tasmota device says, in the words of its documents.

State and status: https://tasmota.github.io/docs/JSON-Status-Responses/; at a boot: https://tasmota.github.io/docs/API/
(a log with INFO1 to INFO3); for Home Assistant: https://tasmota.github.io/docs/Home-Assistant/.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from .network import DISCOVERY_PREFIX

if TYPE_CHECKING:
    from .tasmota import TasmotaPlug
    from .tasmota_board import Board

VERSION: Final = "15.0.1(release-tasmota)"
PLATFORM: Final = {"Core": "2_7_8", "SDK": "2.2.2-dev(38a443e)", "CpuFrequency": 80, "Hardware": "ESP8266EX"}
WIFI: Final = {"AP": 1, "SSId": "home", "BSSId": "02:00:00:00:00:01", "Channel": 6, "Mode": "HT20", "RSSI": 86}
STATUSES: Final = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11)  # the order in which STATUS 0 sends them

# Any message of the device that has the relay in it: RESULT after a change, STATE from time to time. A retained one
# would be wrong after a power cut, and RESULT alone would leave a restarted Home Assistant without a state.
_POWER_OF: Final = "{{{{ (value_json | default({{}}, true)).{name} | default('') }}}}"


def state(board: Board) -> dict[str, Any]:
    """Return `tele/…/STATE`."""
    up = timedelta(seconds=int(board.uptime))
    return {
        "Time": _now(),
        "Uptime": f"{up.days}T{timedelta(seconds=up.seconds)!s:0>8}",
        "UptimeSec": int(board.uptime),
        "Heap": 25,
        "SleepMode": "Dynamic",
        "Sleep": 50,
        "LoadAvg": 19,
        "MqttCount": board.connects,
        **{plug.power_name: power(plug) for plug in board.plugs},
        "Wifi": WIFI | {"Signal": -57, "LinkCount": 1, "Downtime": "0T00:00:03"},
    }


def power(plug: TasmotaPlug) -> str:
    """Return a contact's state as it is spoken."""
    return "ON" if plug.relay else "OFF"


def sensor(board: Board) -> dict[str, Any]:
    """Return `tele/…/SENSOR`: one meter for all contacts, whose load is in phase."""
    watts = board.shown_watts
    energy = {
        "TotalStartTime": "2026-01-01T00:00:00",
        "Total": 1.234,
        "Yesterday": 0.024,
        "Today": 0.012,
        "Power": watts,
        "ApparentPower": watts,
        "ReactivePower": 0,
        "Factor": 1.0 if watts else 0.0,
        "Voltage": 230,
        "Current": round(watts / 230, 3),
    }
    return {"Time": _now(), "ENERGY": energy}


def boot(board: Board) -> list[tuple[str, dict[str, Any]]]:
    """Return what follows the first connection after a start, as (end of the topic, message)."""
    first = {
        "Module": "Virtual plug",
        "Version": VERSION,
        "FallbackTopic": f"cmnd/{board.client_id}_fb/",
        "GroupTopic": "cmnd/tasmotas/",
    }
    second = {"WebServerMode": "Admin", "Hostname": board.topic, "IPAddress": "192.168.1.20"}
    third = {"RestartReason": board.restart_reason, "BootCount": board.boots}
    return [(f"INFO{number}", {f"Info{number}": one}) for number, one in enumerate((first, second, third), 1)]


def status(board: Board, number: int) -> dict[str, Any]:
    """Return one of the answers to STATUS. Raises KeyError for a number that this device does not have."""
    name, body = _statuses(board)[10 if number == 8 else number]
    return {name: body}


def _statuses(board: Board) -> dict[int, tuple[str, dict[str, Any]]]:
    settings = board.settings
    # One bit a contact, the first one last.
    bits = "".join("1" if plug.relay else "0" for plug in reversed(board.plugs))
    device = {
        "Module": 0,
        "DeviceName": board.name,
        "FriendlyName": [plug.name for plug in board.plugs],
        "Topic": board.topic,
        "ButtonTopic": "0",
        "Power": bits,
        "PowerLock": "0" * len(bits),
        "PowerOnState": settings["PowerOnState"],
        "LedState": 1,
        "LedMask": "FFFF",
        "SaveData": 1,
        "SaveState": settings["SetOption0"],
        "SwitchTopic": "0",
        "SwitchMode": [0],
    }
    device |= {name: settings[name] for name in settings if name.endswith("Retain")}
    parameters = {
        "Baudrate": 115200,
        "GroupTopic": "tasmotas",
        "RestartReason": board.restart_reason,
        "Uptime": state(board)["Uptime"],
        "BootCount": board.boots,
        "SaveCount": len(board.flash_writes),
    }
    mqtt = {
        "MqttHost": board.address[0],
        "MqttPort": board.address[1],
        "MqttClientMask": "DVES_%06X",
        "MqttClient": board.client_id,
        "MqttUser": "DVES_USER",
        "MqttCount": board.connects,
        "MAX_PACKET_SIZE": 1200,
        "KEEPALIVE": 30,
        "SOCKET_TIMEOUT": 4,
    }
    return {
        0: ("Status", device),
        1: ("StatusPRM", parameters),
        2: ("StatusFWR", {"Version": VERSION, "BuildDateTime": "2025-06-16T10:00:00", "Boot": 31} | PLATFORM),
        3: ("StatusLOG", {"SerialLog": 0, "WebLog": 2, "MqttLog": 0, "TelePeriod": settings["TelePeriod"]}),
        4: ("StatusMEM", {"ProgramSize": 650, "Free": 352, "Heap": 25, "FlashSize": 1024}),
        5: ("StatusNET", {"Hostname": board.topic, "IPAddress": "192.168.1.20", "Mac": "02:00:00:00:00:02"}),
        6: ("StatusMQT", mqtt),
        7: ("StatusTIM", {"UTC": f"{_now()}Z", "Local": _now(), "Timezone": "+00:00"}),
        9: ("StatusPTH", {"PowerDelta": [settings["PowerDelta1"], 0, 0], "PowerLow": 0, "PowerHigh": 0}),
        10: ("StatusSNS", sensor(board)),
        11: ("StatusSTS", state(board)),
    }


def discovery(board: Board) -> list[tuple[str, dict[str, Any]]]:
    """Return what tells Home Assistant of plain switches and a meter, as (topic, message)."""
    common = {
        "availability_topic": f"tele/{board.topic}/LWT",
        "payload_available": "Online",
        "payload_not_available": "Offline",
        "device": {"identifiers": [board.client_id], "manufacturer": "Tasmota", "name": board.name},
        "origin": {"name": "Virtual home"},
    }
    meter = {
        "device_class": "power",
        "state_class": "measurement",
        "unit_of_measurement": "W",
        "state_topic": f"tele/{board.topic}/SENSOR",
        "value_template": "{{ value_json.ENERGY.Power }}",
        "default_entity_id": board.plugs[0].power_entity_id,
        "unique_id": f"{board.client_id}_power",
    }
    found: list[tuple[str, dict[str, Any]]] = [
        (f"{DISCOVERY_PREFIX}/sensor/{board.client_id}/power/config", common | meter)
    ]
    for plug in board.plugs:
        switch: dict[str, Any] = {
            "name": None if plug.channel == 1 else str(plug.channel),
            "command_topic": f"cmnd/{board.topic}/{plug.power_name}",
            "state_topic": f"+/{board.topic}/+",
            "value_template": _POWER_OF.format(name=plug.power_name),
            "default_entity_id": plug.entity_id,
            "unique_id": f"{board.client_id}_{plug.channel}",
        }
        found.append((f"{DISCOVERY_PREFIX}/switch/{board.client_id}/{plug.channel}/config", common | switch))
    return found


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
