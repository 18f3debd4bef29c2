"""A home in which each room stands on something else, to see what a restart does to each."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import time
from typing import Any

from tests.home.guarding import HABITS, QUIET, saved, starved
from virtual_home import Outlet, Plug, VirtualHome
from virtual_home.flows import change_subentry
from virtual_home.home_assistant import MQTT_CONNECTED
from virtual_home.network import Network, slugify
from virtual_home.waiting import until

HELD = {"posture": "mute"}
# Rooms that may listen, and nothing about them changes: how each comes to it.
ALLOWED = (
    "By persons",
    "By household",
    "By zone",
    "By group of sensors",
    "By condition for",
    "By template",
    "By shorthand",
    "By composite",
    "By hold",
    "Without retained state",
)
# Rooms that may not, and nothing about them changes. The first three stand on what lies while its members load.
SILENT = (
    "While nobody in household",
    "While nobody in zone",
    "While nobody in group",
    "Muted by persons",
    "Muted by condition for",
    "Muted by not",
    "Muted by hand",
    "Muted without retained state",
)
CROSSED = "Crossed"  # its window begins while Home Assistant is dead
PRESSED = "Pressed"  # a hand turns it on while Home Assistant is dead, and its retained state still says off
UNRETAINED = ("Without retained state", "Muted without retained state")
PERSONS = ["person.anna", "person.ben"]
GROUP = "binary_sensor.somebody"
SIGN = "binary_sensor.sign"  # on, retained by the broker: unlike a helper's, its state survives a kill
HELD_FOR = 2  # s
LATE = 2.0  # s that all which rules stand on reports after the start

# Home Assistant counts into a zone only who shows where they are; the other phones say no more than "home".
CAROL = {"id": "carol", "name": "Carol", "device_trackers": ["device_tracker.carol_phone"]}
HERE = '{"latitude": 52.37, "longitude": 4.9, "gps_accuracy": 5}'
CONFIGURATION: dict[str, Any] = {
    "person": [
        *(
            {"id": one, "name": one.title(), "device_trackers": [f"device_tracker.{one}_phone"]}
            for one in ("anna", "ben")
        ),
        CAROL,
    ],
    "binary_sensor": [
        {"platform": "group", "name": "Somebody", "unique_id": "somebody", "entities": [SIGN, "binary_sensor.other"]}
    ],
}

STATE_FOR = {"condition": "state", "entity_id": SIGN, "state": "on", "for": {"seconds": HELD_FOR}}
TEMPLATE = {"condition": "template", "value_template": f"{{{{ is_state('{SIGN}', 'on') }}}}"}
SHORTHAND = f"{{{{ is_state('{SIGN}', 'on') and states('zone.home') | int > 0 }}}}"
SIGN_OFF = {"condition": "state", "entity_id": SIGN, "state": "off"}
COMPOSITE = {"or": [SIGN_OFF, {"and": [TEMPLATE, {"not": [SIGN_OFF]}]}]}

# Room: kind of rule, effect, settings. Rooms without one stand on their posture and holds.
RULES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "By persons": ("presence", "mute", {"entities": PERSONS, "quantifier": "none"}),
    "By household": ("presence", "allow", {"entities": ["group.household"]}),
    "By zone": ("presence", "allow", {"entities": ["zone.home"]}),
    "By group of sensors": ("presence", "allow", {"entities": [GROUP]}),
    "By condition for": ("condition", "allow", {"conditions": [STATE_FOR]}),
    "By template": ("condition", "allow", {"conditions": [TEMPLATE]}),
    "By shorthand": ("condition", "allow", {"conditions": [SHORTHAND]}),
    "By composite": ("condition", "allow", {"conditions": [COMPOSITE]}),
    "While nobody in household": ("presence", "allow", {"entities": ["group.household"], "quantifier": "none"}),
    "While nobody in zone": ("presence", "allow", {"entities": ["zone.home"], "quantifier": "none"}),
    "While nobody in group": ("presence", "allow", {"entities": [GROUP], "quantifier": "none"}),
    "Muted by persons": ("presence", "mute", {"entities": PERSONS}),
    "Muted by condition for": ("condition", "mute", {"conditions": [STATE_FOR]}),
    "Muted by not": ("condition", "mute", {"conditions": [{"not": [SIGN_OFF]}]}),
}


@dataclass(frozen=True, kw_only=True)
class Restarted:
    """What to judge a restart by."""

    home: VirtualHome
    gone_at: float
    """Monotonic."""
    connected: datetime
    """When Home Assistant was connected to the broker again."""
    starved: float
    """Seconds it wanted to run and got no processor, from then until all were off: the machine's share."""

    def plug(self, room: str) -> Outlet:
        """Return a room's plug."""
        return self.home.plugs[slugify(room)]

    async def allowed(self, rooms: Iterable[str]) -> dict[str, str | None]:
        """Return what Home Assistant shows of whether rooms may listen."""
        owner = self.home.owner
        return {room: await owner.value(f"binary_sensor.{slugify(room)}_listening_allowed") for room in rooms}

    def commands(self, room: str) -> list[str]:
        """Return what a room's plug was told since Home Assistant went."""
        return [one.says for one in self.home.truth.commands_to(self.plug(room), since=self.gone_at)]

    def turned(self, room: str) -> list[bool]:
        """Return how a room's outlet changed since then."""
        return [one.live for one in self.home.truth.switches_of(self.plug(room), since=self.gone_at)]

    def off_after(self, room: str) -> float:
        """Return the seconds from the connection until a room's outlet was dead for good, on a machine of its own."""
        last = self.home.truth.switches_of(self.plug(room), since=self.gone_at)[-1]
        assert not last.live
        return (last.at.wall - self.connected).total_seconds() - self.starved


def announce(network: Network) -> None:
    """Put two binary sensors and Carol's phone on the network, what they say retained."""
    for slug, component, key, says in (
        ("sign", "binary_sensor", "state_topic", "ON"),
        ("other", "binary_sensor", "state_topic", "OFF"),
        ("carol_phone", "device_tracker", "json_attributes_topic", HERE),
    ):
        topic = f"{component}/{slug}"
        about = {"name": slug, "unique_id": slug, "default_entity_id": f"{component}.{slug}", key: topic}
        network.discover(component, "others", slug, about)
        network.publish(topic, says, retain=True)


def fall_silent(home: VirtualHome) -> None:
    """Let the broker forget what rules stand on: phones and sensors that report only in a while are the usual ones."""
    topics = [f"phones/{person}" for person in home.persons]
    for topic in (*topics, "binary_sensor/sign", "binary_sensor/other", "device_tracker/carol_phone"):
        home.network.publish(topic, "", retain=True)


def speak_again(home: VirtualHome) -> None:
    """Let them report."""
    for person in home.persons.values():
        person.arrive()
    announce(home.network)


async def furnish(home: VirtualHome) -> str:
    """Guard every room in its way; return the subentry of the rule whose window is crossed."""
    home.network.join(lambda: announce(home.network))
    rooms = (*ALLOWED, *SILENT, CROSSED, PRESSED)
    for room in rooms:
        home.add_speaker(room, home.add_plug(room, retain=room not in UNRETAINED))
    await home.owner.wait_for(GROUP, "on")
    await home.owner.wait_for("zone.home", "1")
    for room in UNRETAINED:
        plug = home.plugs[slugify(room)]
        await home.owner.wait_for(plug.entity_id, "unknown")
        plug.report()
    await home.wait_until_ready()
    for room in rooms:
        rule = RULES.get(room)
        mute = room == "By hold" or (rule is not None and rule[1] == "allow")
        await home.guard(slugify(room), habits=HABITS | (HELD if mute else {}))
        if rule is not None:
            kind, effect, settings = rule
            await home.rule(kind, room, effect, speakers=[slugify(room)], **settings)
    crossed = await home.rule("schedule", CROSSED, "mute", speakers=[slugify(CROSSED)], **window(hours=12))
    muted = [f"select.{slugify(room)}_mode" for room in ("Muted without retained state", PRESSED)]
    await home.owner.wait_for(muted[-1], "automatic")
    await home.owner.call("earlid.mute", entity_id=muted)
    await home.owner.call("earlid.listen", entity_id="select.by_hold_mode", duration=3600)
    await until(lambda: home.plugs["muted_by_hand"].live)
    await asyncio.sleep(HABITS["boot"])
    home.plugs["muted_by_hand"].press()
    await home.owner.wait_for("select.muted_by_hand_mode", "mute")
    return crossed


def window(**ahead: float) -> dict[str, str]:
    """Return a window of two hours that begins so far ahead, in the home's time zone, which is UTC."""
    begins = datetime.now(UTC) + timedelta(**ahead)
    return {"from": f"{begins:%H:%M:%S}", "to": f"{begins + timedelta(hours=2):%H:%M:%S}"}


async def change_window(home: VirtualHome, rule: str, window: dict[str, str]) -> None:
    """Reconfigure a schedule; whatever is reconfigured, all rules are looked at again."""
    assert home.earlid_entry is not None
    await change_subentry(home.owner, home.earlid_entry, rule, {"reconfigure": window, "schedule": window})


async def settle(home: VirtualHome) -> None:
    """Return when every room is as it should be while nothing happens; TimeoutError says which is not."""
    wanted = {slug: slug in map(slugify, (*ALLOWED, CROSSED)) for slug in home.plugs}
    with suppress(TimeoutError):
        await until(lambda: {slug: plug.live for slug, plug in home.plugs.items()} == wanted)
    if wrong := [slug for slug, plug in home.plugs.items() if plug.live is not wanted[slug]]:
        shown = await home.owner.states()
        raise TimeoutError(str({slug: shown[f"sensor.{slug}_decided_by"]["state"] for slug in wrong}))
    for slug, plug in home.plugs.items():
        if isinstance(plug, Plug) and plug.retain:
            await home.owner.wait_for(plug.entity_id, "on" if wanted[slug] else "off")


async def restart(home: VirtualHome, crossed: str, *, cleanly: bool) -> Restarted:
    """Let Home Assistant end, and begin again after a window began and a hand was at a plug."""
    await asyncio.sleep(HELD_FOR)
    await change_window(home, crossed, window(hours=12))
    await settle(home)
    begins = window(seconds=15 if cleanly else 9)  # a clean stop takes its time on a busy machine
    await change_window(home, crossed, begins)
    await saved(home, begins["from"])
    gone_at = time.monotonic()
    await (home.ha.stop() if cleanly else home.ha.kill())
    assert datetime.now(UTC).strftime("%H:%M:%S") < begins["from"]
    before = len(home.ha.logged(MQTT_CONNECTED))
    fall_silent(home)
    home.faults.press(slugify(PRESSED))
    await asyncio.sleep(0.2)
    home.faults.stale(slugify(PRESSED), "off")
    await until(lambda: datetime.now(UTC).strftime("%H:%M:%S") > begins["from"])
    assert home.plugs[slugify(CROSSED)].live
    assert home.plugs[slugify(PRESSED)].live
    await home.ha.launch()
    await until(lambda: len(home.ha.logged(MQTT_CONNECTED)) > before, within=180)
    waited = starved(home)
    plugs = [home.plugs[slugify(room)] for room in (CROSSED, PRESSED)]
    await until(lambda: not any(plug.live for plug in plugs))
    waited = starved(home) - waited
    await home.ha.wait_until_started()
    await asyncio.sleep(LATE)
    speak_again(home)
    await asyncio.sleep(QUIET + HELD_FOR)
    return Restarted(home=home, gone_at=gone_at, connected=home.ha.logged(MQTT_CONNECTED)[-1], starved=waited)
