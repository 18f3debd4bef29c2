"""What the guard asks of whatever silences a speaker."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Protocol

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError

from custom_components.earlid.engine.model import Clock, Report, Settings

from .together import Together


class RelayError(HomeAssistantError):
    """A relay cannot be what it was set up as, or did not take what it was told.

    `problem` is a key under `config_subentries.speaker.error` of the translations.
    """

    def __init__(self, problem: str, detail: str = "") -> None:
        """Say which problem; `detail` may name an address, and is kept out of what is logged and shown."""
        super().__init__(problem)
        self.problem, self.detail = problem, detail


def key_of(kind: str, *place: object) -> str:
    """Return what tells whether two relays are the same, and tells no address: it is logged."""
    return f"{kind} {sha256(repr(place).encode()).hexdigest()[:8]}"


class Relay(Protocol):
    """What silences a speaker. OFF is the silencing state, whatever the wiring.

    `off`, `grant` and `renew` may hang: the guard cancels them after its time limit, and a grant or renewal under way
    when it sends OFF. They raise HomeAssistantError when the relay did not take what it was told.
    """

    @property
    def key(self) -> str:
        """What tells whether two speakers are behind the same relay; fit for a log, so without an address."""

    @property
    def clock(self) -> Clock | None:
        """What its own clock can do; None: it keeps no time, and is granted without an end."""

    @property
    def together(self) -> Together | None:
        """What one call can silence along with many others; None: only a call of its own does."""

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Begin to listen to the relay; call `changed` after each report, changed or not. Return what stops it."""

    def read(self) -> Report:
        """Return what the relay reported last; `value` True: the speaker can hear."""

    async def off(self, context: Context) -> None:
        """Silence; absolute, and sent whatever the relay seems to be. Never with a timer: it would turn it on again."""

    async def grant(self, lease: timedelta | None, context: Context) -> None:
        """Let it hear, by its own clock for `lease` at most; None: for one without a clock."""

    async def renew(self, lease: timedelta, context: Context) -> None:
        """Let the lease begin anew. Turns on nothing that is known to be off."""

    async def ask(self) -> None:
        """Ask the device how it is, where it can be asked; the answer comes as a report."""

    async def inspect(self) -> Settings:
        """Return what the device says about itself, changing nothing. Raises RelayError: not there, or another."""

    async def provision(self, lease: timedelta) -> Settings:
        """Set the device up for Earlid, writing only what differs, and return what it then says.

        That is off when power returns, a standing auto-off of `lease` where it has one, and no retained commands.
        Switches nothing. Raises RelayError.
        """
