"""One speaker's place in the guard: how it was set up, and what is known and remembered of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from .engine.activations import Activation, Chronicle
from .engine.enforcement import Memory
from .engine.evidence import Assessment
from .engine.exposure import Tally
from .engine.model import Decision, Holds, Proof
from .relays import Relay
from .setup_data import Guarded


@dataclass(slots=True)
class Post:
    """One speaker's place in the guard."""

    guarded: Guarded
    relay: Relay
    tally: Tally
    chronicle: Chronicle
    memory: Memory = field(default_factory=Memory)
    holds: Holds = field(default_factory=Holds)
    noted_holds: Holds = field(default_factory=Holds)
    """The holds as they were recorded last."""
    heard_at: datetime | None = None
    last_activation: Activation | None = None
    decision: Decision | None = None
    assessment: Assessment = field(default_factory=lambda: Assessment(Proof.UNKNOWN))
    stop: Callable[[], None] = lambda: None
    cancel_timer: Callable[[], None] = lambda: None

    @property
    def slug(self) -> str:
        """The speaker's slug."""
        return self.guarded.speaker.slug
