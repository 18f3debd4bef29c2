"""A home in which nobody has set Earlid up yet, for whoever does it for the first time."""

from typing import Any

from .home import VirtualHome

ROOMS = ("Kitchen", "Bedroom")
SATELLITE = "Kitchen satellite"
BOOT = 0.5  # s the speakers take to start; a real one takes 20 to 60
INTRODUCTION = """\
Earlid is installed here, and not set up: README.md, "The first speaker, in five minutes", begins with step 1. In the
kitchen a voice satellite is plugged into a Zigbee plug with a meter. "leave anna", "leave ben" and "arrive anna" here
move those who live there; "wake kitchen" says the wake word."""


def untouched(**settings: Any) -> VirtualHome:
    """Return the home, with more of what `VirtualHome` takes; to be arranged once it is up."""
    return VirtualHome(plugs=ROOMS, satellites=ROOMS[:1], boot=BOOT, earlid=True, set_up=False, **settings)


async def arrange(home: VirtualHome) -> None:
    """Say of each device in which room it is, as a household does: a plug is looked for beside its speaker."""
    for device in await home.owner.command("config/device_registry/list"):
        for room in ROOMS:
            if str(device["name"]).startswith(room):
                await home.owner.command("config/device_registry/update", device_id=device["id"], area_id=room.lower())
