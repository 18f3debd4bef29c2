"""A guarded home in process, set up as the flows would."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryDataWithId
from homeassistant.core import Context, HomeAssistant, ServiceCall, State, callback
from homeassistant.helpers import config_validation as cv
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.const import DOMAIN


def speaker(slug: str = "kitchen", relay: str = "input_boolean.plug", **data: Any) -> ConfigSubentryDataWithId:
    """Return a speaker's subentry."""
    name = slug.replace("_", " ").capitalize()
    full = {"slug": slug, "name": name, "relay": "entity", "entity_id": relay, "rest": 0, "boot": 0} | data
    return ConfigSubentryDataWithId(
        data=full, subentry_id=f"id_{slug}", subentry_type="speaker", title=name, unique_id=f"speaker:{slug}"
    )


def rule(slug: str, effect: str = "mute", **data: Any) -> ConfigSubentryDataWithId:
    """Return a rule's subentry."""
    name = slug.replace("_", " ").capitalize()
    full = {"slug": slug, "name": name, "effect": effect, "speakers": []} | data
    return ConfigSubentryDataWithId(
        data=full, subentry_id=f"id_{slug}", subentry_type="rule", title=name, unique_id=f"rule:{slug}"
    )


def nobody_home(*entities: str, **data: Any) -> ConfigSubentryDataWithId:
    """Return the rule that mutes while none of the entities is home."""
    defaults = {"kind": "presence", "entities": list(entities), "quantifier": "none"}
    return rule("nobody_home", **(defaults | data))


def added(data: ConfigSubentryDataWithId) -> ConfigSubentry:
    """Return the subentry as a flow would add it."""
    return ConfigSubentry(
        data=MappingProxyType(data["data"]),
        subentry_type=data["subentry_type"],
        title=data["title"],
        unique_id=data["unique_id"],
    )


async def guard_home(
    hass: HomeAssistant, *subentries: ConfigSubentryDataWithId, options: dict[str, Any] | None = None
) -> MockConfigEntry:
    """Set up Earlid over these speakers and rules."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Earlid",
        data={"site": "home", "topic_prefix": "earlid"},
        options=options or {},
        subentries_data=[*subentries],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def settled(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Wait until all that was recorded is on disk, and what follows from that is done."""
    for _ in range(3):
        await hass.async_block_till_done(wait_background_tasks=True)
        await entry.runtime_data.recorded()
    await hass.async_block_till_done(wait_background_tasks=True)


def shown(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


def states(hass: HomeAssistant, entity_ids: Iterable[str]) -> dict[str, str | None]:
    """Return the states of these entities."""
    return {e: s.state if (s := hass.states.get(e)) else None for e in entity_ids}


class Plug:
    """A relay whose device can be deaf, gone, or pressed by hand; it obeys in the pass that calls it."""

    def __init__(self, hass: HomeAssistant, entity_id: str = "light.plug", state: str = "on") -> None:
        """Plug it in."""
        self.hass = hass
        self.entity_id = entity_id
        self.deaf = False
        self.commands: list[str] = []
        self.contexts: list[Context] = []
        self.shows(state)

    def shows(self, state: str, **attributes: Any) -> None:
        """Report a state, as after a press by hand."""
        self.hass.states.async_set(self.entity_id, state, attributes)

    def told(self, call: ServiceCall) -> None:
        """Take a command."""
        self.commands.append("on" if call.service == "turn_on" else "off")
        self.contexts.append(call.context)
        state = self.hass.states.get(self.entity_id)
        if not self.deaf and state is not None and state.state != "unavailable":
            self.shows(self.commands[-1])


def plug_in(hass: HomeAssistant, *names: str) -> dict[str, Plug]:
    """Return plugs of these names. They are lights, since Earlid's own switches bring the real switch actions."""
    plugs = {f"light.{name}": Plug(hass, f"light.{name}") for name in names}

    @callback
    def called(call: ServiceCall) -> None:
        for entity_id in cv.ensure_list(call.data["entity_id"]):
            plugs[entity_id].told(call)

    hass.services.async_register("light", "turn_on", called)
    hass.services.async_register("light", "turn_off", called)
    return {entity_id.partition(".")[2]: plug for entity_id, plug in plugs.items()}
