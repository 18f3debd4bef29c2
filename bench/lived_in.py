"""A home as people have it: what shows each speaker's life and wakes, and rules of every kind."""

from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .homes import PERSON, Plugs, nobody_home, plug_in, speakers

GUESTS: Final = "input_boolean.guests"
PARTY: Final = "media_player.party"
CALENDAR: Final = "calendar.holidays"


async def furnish(hass: HomeAssistant, count: int) -> tuple[Plugs, list[dict[str, Any]]]:
    """Give a home its people and plugs; return these, and the subentries of speakers behind them and of the rules."""
    for entity_id, state in {PERSON: "home", GUESTS: "off", PARTY: "idle", CALENDAR: "off"}.items():
        hass.states.async_set(entity_id, state)
    plugs = await plug_in(hass, count)
    for number in range(count):
        hass.states.async_set(_phone(number), "home")
        hass.states.async_set(_led(number), "off")
    guarded = speakers(plugs)
    for number, subentry in enumerate(guarded):
        subentry["data"] |= {
            "witnesses": [_phone(number)],
            "activations": [_led(number)],
            "signs": {"rises": [{"entity_id": plugs.meters[number].entity_id, "by": 2.0, "for": {"seconds": 2}}]},
        }
    return plugs, [*guarded, *_rules()]


async def let_all_homes_have(hass: HomeAssistant) -> None:
    """Set up what Home Assistant sets up in every home and what listens to states there: zones, with who is in them."""
    if not await async_setup_component(hass, "zone", {}):
        raise RuntimeError("no zones")


def _phone(number: int) -> str:
    """Return what shows on the network that a speaker is alive."""
    return f"device_tracker.speaker_{number}"


def _led(number: int) -> str:
    """Return what shows that it woke."""
    return f"binary_sensor.speaker_{number}_led"


def _rules() -> list[dict[str, Any]]:
    guests = {"condition": "state", "entity_id": GUESTS, "state": "on"}
    one = {"condition": "template", "value_template": f"{{{{ is_state('{PARTY}', 'playing') }}}}"}
    domain = "{{ states.media_player | selectattr('state', 'eq', 'playing') | list | count > 1 }}"
    all_of_a_kind = {"condition": "template", "value_template": domain}
    night = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "03:00:00", "to": "03:00:01"}
    return [
        nobody_home(),
        _rule("night", kind="schedule", **night),
        _rule("holidays", kind="schedule", entity_id=CALENDAR),
        _rule("guests", kind="condition", conditions=[guests]),
        _rule("party", kind="condition", conditions=[{"condition": "or", "conditions": [one, all_of_a_kind]}]),
    ]


def _rule(slug: str, **data: Any) -> dict[str, Any]:
    return {
        "subentry_id": slug,
        "subentry_type": "rule",
        "title": slug.capitalize(),
        "unique_id": f"rule:{slug}",
        "data": {"slug": slug, "name": slug.capitalize(), "effect": "mute", "speakers": []} | data,
    }
