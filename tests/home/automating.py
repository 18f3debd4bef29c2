"""Automations as a person makes them in Home Assistant's editor, and what they say when they run."""

import asyncio
from typing import Any

from virtual_home import Observer, VirtualHome
from virtual_home.waiting import until

TOPIC = "automations/ran"
# s in which an automation that should not run would have run: states are told of in the same moment.
STILL = 1.0


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


async def say(seen: Observer, *wanted: str, since: float, within: float = 10.0) -> None:
    """Return once automations said just this, in any order, and nothing more; else fail with what they said."""
    try:
        await until(lambda: len(ran(seen, since)) >= len(wanted), within=within)
    except TimeoutError:
        assert sorted(ran(seen, since)) == sorted(wanted), ran(seen, since)
    await asyncio.sleep(STILL)
    assert sorted(ran(seen, since)) == sorted(wanted), ran(seen, since)


async def device_of(home: VirtualHome, name: str) -> str:
    """Return the id of a device by its name, as Earlid's speakers and Earlid itself have it."""
    devices = await home.owner.command("config/device_registry/list")
    entities = await home.owner.command("config/entity_registry/list")
    ours = {one["device_id"] for one in entities if one["platform"] in ("earlid", "mobile_app")}
    (found,) = [one["id"] for one in devices if one["name"] == name and one["id"] in ours]
    return str(found)
