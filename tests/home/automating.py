"""Automations as a person makes them in Home Assistant's editor, and what they say when they run."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tests.home.guarding import HABITS, mute_switch
from virtual_home import Observer, VirtualHome
from virtual_home.network import slugify
from virtual_home.waiting import until

TOPIC = "automations/ran"
# s in which an automation that should not run would have run: states are told of in the same moment.
STILL = 1.0


async def guard_all(home: VirtualHome, rooms: Sequence[str]) -> None:
    """Guard rooms, each with a rule that mutes it; the last one's plug is new and leaves nothing with the broker."""
    late = home.add_plug(rooms[-1], retain=False)
    home.add_speaker(rooms[-1], late)
    await home.owner.wait_for(late.entity_id, "unknown")
    late.report()
    await home.wait_until_ready()
    for room in rooms:
        slug = slugify(room)
        await home.guard(slug, habits=HABITS | ({"deadline": 3} if room == rooms[0] else {}))
        await home.rule("presence", f"{room} quiet", "mute", entities=[mute_switch(room)], speakers=[slug])
    for room in rooms:
        await home.owner.wait_for(f"sensor.{slugify(room)}_microphone", "live")


async def let_automate(home: VirtualHome) -> None:
    """Let automations be made in the editor, as every usual configuration does."""
    folder = home.ha.directory
    (folder / "automations.yaml").write_text("[]\n", encoding="utf-8")
    written = folder / "configuration.yaml"
    text = written.read_text(encoding="utf-8")
    # It is not among what YAML itself knows, so it is not written with the rest.
    assert "automation: null" in text
    written.write_text(text.replace("automation: null", "automation: !include automations.yaml"), encoding="utf-8")
    await home.owner.call("automation.reload")


async def automate(home: VirtualHome, name: str, **automation: Any) -> None:
    """Make an automation; RefusedError where Home Assistant does not take it, TimeoutError where it does not run."""
    await home.owner.post(f"/api/config/automation/config/{name}", {"alias": name} | automation)
    await home.owner.wait_for(f"automation.{name}", "on")


async def tell_of(home: VirtualHome, name: str, trigger: dict[str, Any], **more: Any) -> None:
    """Make an automation that says its name, and which entity it was, on the broker: that outlasts a restart."""
    says = {"action": "mqtt.publish", "data": {"topic": TOPIC, "payload": f"{name} {{{{ trigger.entity_id }}}}"}}
    await automate(home, name, triggers=[trigger], actions=[says], mode="queued", max=50, **more)


def ran(seen: Observer, since: float = 0.0) -> list[str]:
    """Return what automations said."""
    return [one.text for one in seen.on(TOPIC, since=since)]


async def say(seen: Observer, *wanted: str, since: float) -> None:
    """Return once automations said just this, in any order, and nothing more; else fail with what they said."""
    with suppress(TimeoutError):
        await until(lambda: len(ran(seen, since)) >= len(wanted))
    await asyncio.sleep(STILL)
    assert sorted(ran(seen, since)) == sorted(wanted), ran(seen, since)


async def device_of(home: VirtualHome, name: str) -> str:
    """Return the id of a device by its name, as Earlid's speakers and Earlid itself have it."""
    devices = await home.owner.command("config/device_registry/list")
    entities = await home.owner.command("config/entity_registry/list")
    ours = {one["device_id"] for one in entities if one["platform"] in ("earlid", "mobile_app")}
    (found,) = [one["id"] for one in devices if one["name"] == name and one["id"] in ours]
    return str(found)


async def offered(home: VirtualHome, kind: str) -> dict[str, Any]:
    """Return what Home Assistant tells its editor of Earlid's triggers or conditions."""
    async with home.ha.session.ws_connect(f"{home.ha.url}/api/websocket", max_msg_size=0) as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": home.owner.token})
        await socket.receive_json()
        await socket.send_json({"id": 1, "type": f"{kind}_platforms/subscribe"})
        while True:
            message = await socket.receive_json(timeout=10)
            if message["type"] == "event":
                return {key: form for key, form in message["event"].items() if key.startswith("earlid.")}
