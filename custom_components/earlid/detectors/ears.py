"""What a detector watches a speaker with, and whom it tells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Record
from custom_components.earlid.facts import Eyes

# What an assistant heard is a sentence; more is none.
_LONGEST: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Ears:
    """One speaker's; `tell`, `heard` and `note` are called in the event loop."""

    hass: HomeAssistant
    eyes: Eyes
    tell: Callable[[Report], None]
    """Called when it is known that the assistant woke, and as far as it ever will be, what came of it."""
    heard: Callable[[], None]
    """Called the moment a microphone is found to be open, before anything is known to come of it."""
    note: Callable[[Record], None]
    """Called with what is to be recorded beside activations."""
    settled_at: Callable[[], datetime | None]
    """Returns when the speaker has been, or will have been, on for long enough to be settled; None: it is not on."""


def sentence(words: object) -> str | None:
    """Return what was said, as far as it is a sentence; None where nothing was."""
    return words[:_LONGEST] if isinstance(words, str) and words else None
