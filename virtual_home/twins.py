"""Home Assistant's own automations on the same work, on plugs of their own: what Earlid is compared with.

Both mute while nobody is home, at night and in lockdown, as the demo's rules do. `edges` is what most people write.
`careful` is the best that a careful user would write: it decides from the whole state, also when Home Assistant starts
and when its plug is turned on, and says OFF again every minute.

https://www.home-assistant.io/docs/automation/trigger/, https://www.home-assistant.io/integrations/input_datetime/.
"""

from datetime import time
from typing import Any

from .client import Client
from .persons import HOUSEHOLD

LOCKDOWN = "input_boolean.twin_lockdown"
NIGHT_BEGINS = "input_datetime.twin_night_begins"
NIGHT_ENDS = "input_datetime.twin_night_ends"
EDGES = "Edges twin"  # name of its plug and its speaker's room
CAREFUL = "Careful twin"

# Both ends in one day or over midnight.
ALLOWED = (
    "{% set now = now().strftime('%H:%M:%S') %}"
    f"{{% set begins = states('{NIGHT_BEGINS}') %}}{{% set ends = states('{NIGHT_ENDS}') %}}"
    "{% set night = begins <= now < ends if begins <= ends else (now >= begins or now < ends) %}"
    f"{{{{ is_state('{HOUSEHOLD}', 'home') and is_state('{LOCKDOWN}', 'off') and not night }}}}"
)


def twins_configuration(edges_plug: str, careful_plug: str) -> dict[str, Any]:
    """Return the helpers and automations for configuration.yaml; the plugs are entity ids."""
    return {
        "input_boolean": {"twin_lockdown": {"name": "Twin lockdown", "initial": False}},
        # Without an initial value they keep the last one over a restart, as a person's helpers do.
        "input_datetime": {
            "twin_night_begins": {"name": "Twin night begins", "has_time": True},
            "twin_night_ends": {"name": "Twin night ends", "has_time": True},
        },
        "automation": [*edges(edges_plug), careful(careful_plug)],
    }


def edges(plug: str) -> list[dict[str, Any]]:
    """Return two automations that act on changes only."""
    return [
        {
            "id": "edges_twin_off",
            "alias": "Edges twin off",
            "mode": "queued",
            "triggers": [
                {"trigger": "state", "entity_id": HOUSEHOLD, "to": "not_home"},
                {"trigger": "time", "at": NIGHT_BEGINS},
                {"trigger": "state", "entity_id": LOCKDOWN, "to": "on"},
            ],
            "actions": [_turn("off", plug)],
        },
        {
            "id": "edges_twin_on",
            "alias": "Edges twin on",
            "mode": "queued",
            "triggers": [
                {"trigger": "state", "entity_id": HOUSEHOLD, "to": "home"},
                {"trigger": "time", "at": NIGHT_ENDS},
                {"trigger": "state", "entity_id": LOCKDOWN, "to": "off"},
            ],
            "conditions": [{"condition": "template", "value_template": ALLOWED}],
            "actions": [_turn("on", plug)],
        },
    ]


def careful(plug: str) -> dict[str, Any]:
    """Return one automation that decides from the whole state, and repeats OFF every minute."""
    allowed = {"condition": "template", "value_template": ALLOWED}
    return {
        "id": "careful_twin",
        "alias": "Careful twin",
        "mode": "queued",
        "triggers": [
            {"trigger": "state", "entity_id": HOUSEHOLD},
            {"trigger": "state", "entity_id": LOCKDOWN},
            {"trigger": "time", "at": [NIGHT_BEGINS, NIGHT_ENDS]},
            {"trigger": "homeassistant", "event": "start"},
            {"trigger": "state", "entity_id": plug, "to": "on", "id": "plug"},
            {"trigger": "time_pattern", "minutes": "/1", "id": "again"},
        ],
        "actions": [
            {
                "if": [allowed],
                # Someone who turned it off by hand does not want it back on a minute later.
                "then": [
                    {"condition": "template", "value_template": "{{ trigger.id not in ('again', 'plug') }}"},
                    _turn("on", plug),
                ],
                "else": [_turn("off", plug)],
            }
        ],
    }


async def set_twins_night(client: Client, begins: time, ends: time) -> None:
    """Tell the twins when night is, in the home's local time."""
    for entity_id, at in ((NIGHT_BEGINS, begins), (NIGHT_ENDS, ends)):
        await client.call("input_datetime.set_datetime", entity_id=entity_id, time=at.strftime("%H:%M:%S"))


def _turn(state: str, plug: str) -> dict[str, Any]:
    return {"action": f"switch.turn_{state}", "target": {"entity_id": plug}}
