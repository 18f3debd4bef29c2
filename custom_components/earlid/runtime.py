"""What the platforms, actions and publishers see of the household: views to read, wishes to make.

They hold to this and never reach into the guard.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context

from .engine.activations import Activation, Report
from .engine.assurance import Assurance, Evidence, assure
from .engine.evidence import Assessment
from .engine.exposure import Tally
from .engine.model import Breach, Clock, Decision, Effect, Holds, Proof, Record, Settings, Speaker
from .engine.policy import Flip
from .engine.rules import Rule
from .engine.trials import Finding
from .journal import Journal


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeakerView:
    """One speaker as it is now."""

    speaker: Speaker
    subentry_id: str
    device_id: str | None
    """The device it guards, if the household named one."""
    decision: Decision
    assessment: Assessment
    breach: Breach | None
    holds: Holds
    tally: Tally
    last_activation: Activation | None
    relay_missing: bool = False
    """Its relay's entity is not there, or disabled."""
    clock: Clock | None = None
    """What its relay's own clock can do; None: it keeps none."""
    assurance: Assurance = field(default_factory=lambda: assure(None, Evidence(), Settings()))
    """How sure it is that the mute holds when Home Assistant does not."""
    on_trial: bool = False
    """Its relay is being tried."""
    rests_until: datetime | None = None
    """When its relay, which rests after an off, is turned on."""
    idle_draw: float | None = None
    """W, what it draws when it does nothing, as its meter has shown; None: not known."""
    left_plug: bool = False
    """It draws nothing though it is on, so what its relay does is about an empty outlet."""
    flapping: bool = False
    """Its relay keeps going away and coming back."""
    last_known: Proof | None = None
    """What was known of its microphone before this start, as long as nobody has said anything since; None: it counts
    no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleView:
    """One rule as it is now."""

    rule: Rule
    subentry_id: str
    enabled: bool
    in_force: bool
    known: bool


class Household(Protocol):
    """The guarded home, as everything but the guard itself sees it."""

    @property
    def speakers(self) -> Mapping[str, SpeakerView]:
        """The speakers by slug, as was told last: while commands are sent, that trails."""

    def seen(self, slugs: Collection[str]) -> Sequence[SpeakerView]:
        """Return these speakers as they are this moment; those that cannot be judged are left out."""

    @property
    def rules(self) -> Mapping[str, RuleView]:
        """The rules by slug."""

    @property
    def lockdown(self) -> bool:
        """Whether everything is off, above all else."""

    @property
    def journal(self) -> Journal:
        """The record of what happened."""

    @property
    def undelivered(self) -> int:
        """How many records no broker has yet."""

    @property
    def rejected(self) -> Mapping[str, int]:
        """How many MQTT messages were refused, by reason."""

    @property
    def inside(self) -> Mapping[str, Any]:
        """What steps read and remember, and rules stand on, as JSON: for whoever is to find out why."""

    def on_change(self, slug: str | None, told: Callable[[], None]) -> Callable[[], None]:
        """Call `told` after each change of that speaker's view, or (None) of any view; return what stops it."""

    def on_record(self, told: Callable[[Record], None]) -> Callable[[], None]:
        """Call `told` with each record; return what stops it."""

    def on_speaker(self, told: Callable[[SpeakerView], None]) -> Callable[[], None]:
        """Call `told` with each speaker there is and each that comes; return what stops it."""

    def on_rule(self, told: Callable[[RuleView], None]) -> Callable[[], None]:
        """Call `told` with each rule there is and each that comes; return what stops it."""

    async def mute(self, slugs: Collection[str], duration: timedelta | None, context: Context | None) -> None:
        """Hold the speakers mute, until resumed if `duration` is None; on disk when this returns."""

    async def listen(self, slugs: Collection[str], duration: timedelta, context: Context | None) -> None:
        """Let the speakers listen for `duration`; a mute hold and lockdown outrank it. On disk when this returns."""

    async def resume(self, slugs: Collection[str], context: Context | None) -> None:
        """End the holds of the speakers; on disk when this returns."""

    async def hold_until_next_change(self, slug: str, effect: Effect, context: Context | None) -> None:
        """Replace the speaker's holds by one that ends at the next change; on disk when this returns."""

    async def set_lockdown(self, on: bool, context: Context | None) -> None:
        """Begin or lift lockdown; beginning it ends every listen hold. On disk when this returns."""

    async def set_rule(self, slug: str, enabled: bool, context: Context | None) -> None:
        """Switch a rule on or off; on disk when this returns."""

    def report_activation(self, slug: str, report: Report) -> Activation:
        """Take a report of an activation and return the activation it tells of, new or known."""

    async def recorded(self) -> None:
        """Return when all that was recorded is on disk. Raises HomeAssistantError where the disk does not take it."""

    async def self_test(self, slugs: Collection[str]) -> dict[str, Finding | None]:
        """Put the speakers' relays on trial and return what came of it; None: it keeps no time, nothing can be tried.

        Raises ServiceValidationError, before any is tried, where one may not listen now, is only observed, or is on
        trial already; CancelledError where Earlid stops meanwhile.
        """

    async def power_test(self, slug: str) -> Finding:
        """Watch the relay while someone pulls its plug and puts it back, for ten minutes at most; return what it did.

        Raises what `self_test` raises.
        """

    async def provision(self, slug: str) -> None:
        """Set the speaker's relay up for Earlid, with consent. Raises HomeAssistantError where it cannot be."""

    def plan(self, slug: str, until: datetime) -> list[Flip]:
        """Return the expected flips of the decision up to `until`."""


type EarlidConfigEntry = ConfigEntry[Household]
