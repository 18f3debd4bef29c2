"""The home in which `bench.unrest` lets everything happen: its rooms, its plugs, and the helpers its rules go by."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from virtual_home.home import room_names

GROUPS: Final = 4
# How Earlid reaches the plugs of a family, in turn: with a lease where the plug keeps time.
KINDS: Final = (
    ("standard", "entity"),
    ("standard", "zigbee2mqtt"),
    ("tasmota", "tasmota"),
    ("standard", "entity"),
    ("shelly_gen2", "shelly"),
    ("standard", "actions"),
    ("standard", "zigbee2mqtt"),
    ("tasmota", "entity"),
    ("shelly_gen1", "shelly"),
    ("tuya", "entity"),
)
TERM: Final = timedelta(seconds=10)  # how long a lesson of the schedule helper lasts, and the break after it


def rooms(count: int) -> dict[str, str]:
    """Return names of rooms and their plugs' families."""
    return {room: KINDS[number % len(KINDS)][0] for number, room in enumerate(room_names(count))}


def configuration(lasts: timedelta) -> dict[str, Any]:
    """Return the helpers that the rules go by; the schedule has lessons from now on for as long as is asked."""
    quiet = {f"quiet_{group}": {"name": f"Quiet {group}"} for group in range(GROUPS)}
    return {
        "pulse": None,
        "input_boolean": quiet | {"guests": {"name": "Guests"}, "cooking": {"name": "Cooking"}},
        "schedule": {"term": {"name": "Term"} | lessons(datetime.now(UTC), lasts)},
    }


def lessons(start: datetime, lasts: timedelta) -> dict[str, list[dict[str, str]]]:
    """Return windows by weekday, as long as the breaks between them."""
    found: dict[str, list[dict[str, str]]] = {}
    at = start.replace(microsecond=0)
    while at < start + lasts:
        if (at + TERM).date() == at.date():
            window = {"from": f"{at:%H:%M:%S}", "to": f"{at + TERM:%H:%M:%S}"}
            found.setdefault(at.strftime("%A").lower(), []).append(window)
        at += 2 * TERM
    return found


NO_WINDOW: Final[dict[str, Any]] = {"from": None, "to": None}


def soon() -> dict[str, str]:
    """Return a window that begins in some seconds and lasts as long."""
    begins = datetime.now(UTC) + timedelta(seconds=8)
    return {"from": f"{begins:%H:%M:%S}", "to": f"{begins + timedelta(seconds=12):%H:%M:%S}"}
