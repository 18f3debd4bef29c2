"""At which hours of the week assistants wake, by the clock on the wall."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo

from .model import Outcome
from .timeline import Entry

HOURS = 7 * 24


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often one speaker woke in each hour of the week, the first that of Monday's midnight."""

    wakes: list[int] = field(default_factory=lambda: [0] * HOURS)
    unanswered: list[int] = field(default_factory=lambda: [0] * HOURS)
    """Of these."""

    def add(self, activations: Iterable[Entry], zone: tzinfo) -> None:
        """Count activations, each of which is there once. Of an hour that came twice both count as that hour."""
        for one in activations:
            local = one.at.astimezone(zone)
            hour = local.weekday() * 24 + local.hour
            self.wakes[hour] += 1
            self.unanswered[hour] += one.body.get("outcome") == Outcome.UNANSWERED
