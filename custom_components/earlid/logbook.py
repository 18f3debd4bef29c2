"""Sentences for Home Assistant's logbook; it shows them in English, since it asks for them without a language.

The logbook shows the activation's own entity as well, as any event entity, with its outcome and nothing else. That
cannot be kept from it. These sentences stay all the same: whether the speaker might listen, nothing else there says.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.components.logbook.const import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .bus import EVENT_ACTIVATION, EVENT_BREACH
from .const import DOMAIN

type Line = dict[str, Any]

_OUTCOMES: Final = {"answered": "woke and answered", "unanswered": "woke for nothing"}
_CAUSES: Final = {
    "relay_unreachable": "its relay does not report off",
    "turned_on_elsewhere": "it was turned on elsewhere",
    "evidence_contradicts": "its relay reports off, and something else shows it on",
    "heard_while_muted": "it was heard",
}


@callback
def async_describe_events(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    async_describe_event: Callable[[str, str, Callable[[Event], Line]], None],
) -> None:
    """Say what each of Earlid's events tells."""

    @callback
    def woke(event: Event) -> Line:
        return _line(event, activation(event.data))

    @callback
    def breached(event: Event) -> Line:
        return _line(event, breach(event.data))

    async_describe_event(DOMAIN, EVENT_ACTIVATION, woke)
    async_describe_event(DOMAIN, EVENT_BREACH, breached)


def activation(data: Mapping[str, Any]) -> str:
    """Return what an activation was, behind the name of the speaker."""
    woke = _OUTCOMES.get(str(data.get("outcome")), "woke")
    return woke if data.get("allowed") is True else f"{woke}, although not allowed to listen"


def breach(data: Mapping[str, Any]) -> str:
    """Return what became of a breach, behind the name of the speaker."""
    if data.get("state") == "ended":
        return f"is silent again as it should be, after {_span(data.get('exposed_s'))}"
    cause = _CAUSES.get(str(data.get("cause")))
    return "could be listening, although not allowed to" + ("" if cause is None else f": {cause}")


def _span(seconds: object) -> str:
    """Return a span as people say it."""
    whole = round(seconds) if isinstance(seconds, int | float) else 0
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _line(event: Event, message: str) -> Line:
    return {
        LOGBOOK_ENTRY_NAME: event.data.get(ATTR_NAME),
        LOGBOOK_ENTRY_MESSAGE: message,
        LOGBOOK_ENTRY_ENTITY_ID: event.data.get(ATTR_ENTITY_ID),
    }
