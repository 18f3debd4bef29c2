"""What the record adds up to: each activation once, and sums that can be set beside what others have measured."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from .model import Outcome, Proof
from .timeline import Entry, Span, spans

# How often smart speakers woke while nobody spoke to them but a television did.
REFERENCE: Final = {
    "per_hour": 0.95,
    "of": "misactivations by television speech",
    "source": "Dubois et al., PETS 2020(4)",
    "doi": "10.2478/popets-2020-0072",
}
# What a record can be.
KINDS: Final = ("activation", "decision", "microphone", "command", "breach", "hold", "lifecycle")
_HOUR = timedelta(hours=1)
# Less time live than this gives no rate: one wake in a minute would be sixty an hour.
_ENOUGH: Final = timedelta(minutes=10)


def fold[E: Entry](records: Iterable[E]) -> list[E]:
    """Return the records with each activation once, at its own place, as the last amendment of it has it.

    An amendment whose activation is not among them stands for it, since it holds all of it. An activation that was
    recorded once more is known by its id.
    """
    folded: dict[tuple[str, str] | int, E] = {}
    for record in records:
        if record.kind != "activation":
            folded[record.seq] = record
            continue
        amends = record.body.get("amends")
        key = (record.speaker, record.id if amends is None else str(amends))
        if amends is not None:
            first = folded.get(key, record)
            body = {name: value for name, value in {**first.body, **record.body}.items() if name != "amends"}
            folded[key] = first.__replace__(id=str(amends), body=body)
        else:
            folded.setdefault(key, record)
    return list(folded.values())


@dataclass(slots=True)
class _Sums:
    """What the record of one speaker, or of all, adds up to."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    not_allowed: int = 0
    live: timedelta = timedelta(0)
    exposed: timedelta = timedelta(0)
    unknown: timedelta = timedelta(0)

    def add_span(self, span: Span) -> None:
        """Add what held for a while."""
        self.live += span.length if span.proof is Proof.LIVE else timedelta(0)
        self.unknown += span.length if span.proof is Proof.UNKNOWN else timedelta(0)
        self.exposed += span.length if span.exposed else timedelta(0)

    def add_activation(self, record: Entry) -> None:
        """Add an activation."""
        outcome = str(record.body.get("outcome"))
        self.outcomes[Outcome(outcome) if outcome in Outcome else Outcome.UNKNOWN] += 1
        self.not_allowed += record.body.get("allowed") is not True

    def add(self, other: _Sums) -> None:
        """Add up."""
        self.outcomes += other.outcomes
        self.not_allowed += other.not_allowed
        self.live += other.live
        self.exposed += other.exposed
        self.unknown += other.unknown

    def shown(self, rated: _Sums | None = None) -> dict[str, Any]:
        """Return the sums as JSON; None where there is nothing, or too little, to divide by.

        The unanswered share is of all activations: what nobody knows the outcome of may have been for nothing too.
        `rated`: what the rates are of, where that is not all.
        """
        rated = rated or self
        answered, unanswered = self.outcomes[Outcome.ANSWERED], self.outcomes[Outcome.UNANSWERED]
        woke = self.outcomes.total()
        hours = rated.live / _HOUR if rated.live >= _ENOUGH else None
        return {
            "activations": woke,
            "answered": answered,
            "unanswered": unanswered,
            "unknown": self.outcomes[Outcome.UNKNOWN],
            "unanswered_share": unanswered / woke if woke else None,
            "not_allowed": self.not_allowed,
            "live_s": self.live.total_seconds(),
            "exposed_s": self.exposed.total_seconds(),
            "unknown_s": self.unknown.total_seconds(),
            "per_hour_live": rated.outcomes.total() / hours if hours else None,
            "unanswered_per_hour_live": rated.outcomes[Outcome.UNANSWERED] / hours if hours else None,
        }


class Ledger:
    """Adds up one stretch of time after the other, so that a year need not be held in memory at once."""

    def __init__(self) -> None:
        """Have added up nothing yet."""
        self._sums: dict[str, _Sums] = {}

    def add(self, records: Iterable[Entry], start: datetime, end: datetime, before: Iterable[Entry] = ()) -> None:
        """Add what the record of `start` to `end` says; `records` and `before` are those of `spans`.

        An activation counts where it woke, whenever it was amended.
        """
        records = list(records)
        for slug, line in spans(records, start, end, before).items():
            mine = self._sums.setdefault(slug, _Sums())
            for span in line:
                mine.add_span(span)
        for record in fold(records):
            if record.kind == "activation" and start <= record.at < end:
                self._sums.setdefault(record.speaker, _Sums()).add_activation(record)

    def shown(self) -> dict[str, Any]:
        """Return what it all adds up to, for each speaker and for all, as JSON."""
        whole, rated = _Sums(), _Sums()
        for mine in self._sums.values():
            whole.add(mine)
            # What woke while it was hardly live would raise the rate of those that were.
            if mine.live >= _ENOUGH:
                rated.add(mine)
        return {
            "speakers": {slug: mine.shown() for slug, mine in sorted(self._sums.items())},
            "all": whole.shown(rated),
            "reference": REFERENCE,
        }


def summary(records: Iterable[Entry], start: datetime, end: datetime, before: Iterable[Entry] = ()) -> dict[str, Any]:
    """Return what the record of one stretch of time adds up to; see `Ledger`."""
    ledger = Ledger()
    ledger.add(records, start, end, before)
    return ledger.shown()
