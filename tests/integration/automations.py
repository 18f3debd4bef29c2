"""Automations that write down what they were told."""

from typing import Any

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component

FIRED = "automation_fired"


async def automate(hass: HomeAssistant, **automations: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Set up automations by name; return a list that grows by the name and the entity of each that runs."""
    fired: list[tuple[str, str | None]] = []

    @callback
    def note(event: Event[Any]) -> None:
        fired.append((event.data["name"], event.data["entity"] or None))

    hass.bus.async_listen(FIRED, note)
    configured = [
        {
            "id": name,
            "alias": name,
            "mode": "queued",
            "max": 100,
            "actions": {
                "event": FIRED,
                "event_data": {"name": name, "entity": "{{ trigger.entity_id | default('') }}"},
            },
            **automation,
        }
        for name, automation in automations.items()
    ]
    assert await async_setup_component(hass, "automation", {"automation": configured})
    await hass.async_block_till_done()
    for name in automations:
        state = hass.states.get(f"automation.{name}")
        assert state is not None
        assert state.state == "on", f"{name} is not valid"
    return fired


def on(key: str, target: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Return an automation on one of Earlid's triggers."""
    trigger: dict[str, Any] = {"trigger": f"earlid.{key}"}
    if target is not None:
        trigger["target"] = target
    if options:
        trigger["options"] = options
    return {"triggers": trigger}
