"""What one step leaves for the next: sent, seen, believed, leased, tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .draw import Draw
from .evidence import Seen
from .flapping import Flaps
from .hands import Sight
from .leases import Leases
from .model import Breach, Command, Proof
from .trials import Trial

# A relay that lost one command may have lost it to a moment's noise; one that lost five is not helped by haste.
_BACKOFF = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8, 16, 30))


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The last OFF or ON."""

    command: Command
    at: datetime
    tries: int = 1
    """How often it was sent without showing."""

    @property
    def again_at(self) -> datetime:
        """When it is due again if it does not show."""
        return self.at + _BACKOFF[min(self.tries, len(_BACKOFF)) - 1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What one step leaves for the next."""

    sent: Sent | None = None
    """None: nothing was sent since the start, whatever was sent before it."""
    leases: Leases = Leases()
    trial: Trial | None = None
    on_from: datetime | None = None
    """Before this it is not turned on: others go first. None: it is not wanted on."""
    sight: Sight = Sight()
    seen: Seen = Seen()
    draw: Draw = Draw()
    flaps: Flaps = Flaps()
    proof: Proof = Proof.UNKNOWN
    against: tuple[str, ...] = ()
    """Who contradicted the relay's off when somebody could last tell."""
    unsilenced_since: datetime | None = None
    """Since when the speaker may not listen and nothing shows it off."""
    turned_on_at: datetime | None = None
    """When it was turned on elsewhere while it might not listen."""
    heard_settled: datetime | None = None
    """The last time it was heard that fresh evidence of off has answered."""
    breach: Breach | None = None
