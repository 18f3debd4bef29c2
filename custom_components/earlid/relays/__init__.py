"""Ways to silence a speaker, one file each, behind one protocol."""

from collections.abc import Mapping
from typing import Any, Protocol

from homeassistant.core import Context, HomeAssistant

from .entity import EntityRelay


class Relay(Protocol):
    """What silences a speaker."""

    @property
    def key(self) -> str:
        """What tells whether two speakers are behind the same relay."""

    @property
    def state_entity(self) -> str:
        """The entity that reports what the relay does."""

    @property
    def inverted(self) -> bool:
        """Whether the entity's on is what silences."""

    async def off(self, context: Context) -> None:
        """Silence; absolute, and sent whatever the relay seems to be. Raises HomeAssistantError when it cannot."""

    async def on(self, context: Context) -> None:
        """Let it hear. Raises HomeAssistantError when it cannot."""


def make_relay(hass: HomeAssistant, data: Mapping[str, Any]) -> Relay:
    """Return the relay that a speaker's set-up names."""
    return EntityRelay(hass, data["entity_id"], inverted=data.get("inverted", False))
