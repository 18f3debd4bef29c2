"""A household small enough to see whole. Times are seconds after a noon in summer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import tzset
from typing import Any

from hypothesis import HealthCheck, settings
import pytest

from custom_components.earlid.engine.enforcement import Step, step
from custom_components.earlid.engine.hands import feel
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.memory import Memory
from custom_components.earlid.engine.model import (
    Because,
    Clock,
    Decision,
    Effect,
    Holds,
    Meter,
    Readings,
    Report,
    Speaker,
    Vote,
    Witness,
)
from custom_components.earlid.engine.trials import Trial

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR

# The home has long been up, its relay long in sight.
LONG_AGO = -DAY


def a_property(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a property on so many generated cases, the same ones in every run, however slow the machine."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@contextmanager
def a_machine_far_away() -> Iterator[None]:
    """Let the machine's own clock be 14 hours ahead: no household's time may come from it."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", "<+14>-14")
            tzset()
            yield
    finally:
        tzset()


def at(seconds: float) -> datetime:
    """Return the moment `seconds` after noon."""
    return NOON + timedelta(seconds=seconds)


def span(seconds: float) -> timedelta:
    """Return so many seconds."""
    return timedelta(seconds=seconds)


def a_speaker(**changes: Any) -> Speaker:
    """Return a speaker with all defaults but these."""
    return Speaker(slug="kitchen", name="Kitchen", **changes)


def a_decision(*, may_listen: bool, next_change: float | None = None, base: bool | None = None) -> Decision:
    """Return a decision; `base`, without holds, is the same unless told."""
    vote = Vote(Because.POSTURE, Effect.LISTEN if may_listen else Effect.MUTE)
    change = None if next_change is None else at(next_change)
    return Decision(may_listen, vote, change, (), change, may_listen if base is None else base)


ALLOWED = a_decision(may_listen=True)
MUTED = a_decision(may_listen=False)


def a_report(
    value: bool | None, since: float = LONG_AGO, *, reported: float | None = None, available: float | None = LONG_AGO
) -> Report:
    """Return what an entity shows: so since `since`, last reported then too unless told."""
    return Report(
        value=value,
        changed_at=at(since),
        reported_at=at(since if reported is None else reported),
        available_since=None if available is None else at(available),
    )


OUT_OF_SIGHT = Report()


def watts(reading: float | None, reported: float) -> Meter:
    """Return a reading of the meter."""
    return Meter(watts=reading, reported_at=at(reported))


def a_witness(alive: Report, *, cloud: bool = False) -> Witness:
    """Return something on the network that shows the speaker alive."""
    return Witness(entity_id="device_tracker.kitchen", alive=alive, proves_silence=not cloud)


class Watch:
    """One speaker under the engine's eyes: each look goes the way the guard goes."""

    def __init__(self, decision: Decision, relay: Report, speaker: Speaker | None = None, **readings: Any) -> None:
        """Look at nothing yet."""
        self.speaker = a_speaker() if speaker is None else speaker
        self.decision = decision
        self.readings = Readings(relay=relay, started_at=at(LONG_AGO), **readings)
        self.memory = Memory()
        self.holds = Holds()
        self.clock: Clock | None = None
        self.on_trial = False

    def begin(self, trial: Trial) -> None:
        """Put the relay on trial from the next look on."""
        self.memory = replace(self.memory, trial=trial)

    def look(
        self,
        seconds: float,
        *,
        decision: Decision | None = None,
        wanted: bool | None = None,
        turn: int = 0,
        jumped: bool = False,
        **readings: Any,
    ) -> Step:
        """Return the step at so many seconds after noon, when this much has changed since the last look."""
        self.decision = decision or self.decision
        self.readings = replace(self.readings, **readings)
        now = at(seconds)
        self.holds = feel(
            self.speaker,
            self.decision,
            self.readings,
            self.memory.sight,
            self.holds,
            now,
            leases=self.memory.leases,
        )
        may = self.decision.may_listen and self.holds.mute is None
        seen = replace(self.decision, may_listen=may)
        terms = Terms(
            wanted=may if wanted is None else may and wanted,
            clock=self.clock,
            lease=self.speaker.lease,
            until=self.decision.until,
            on_trial=self.on_trial,
        )
        outcome = step(self.speaker, seen, self.readings, self.memory, now, terms=terms, turn=turn, jumped=jumped)
        self.memory = outcome.memory
        return outcome

    def restart(self) -> None:
        """Forget what a stop of Home Assistant forgets."""
        self.memory = Memory(breach=self.memory.breach, against=self.memory.against)

    def steps(self, first: float, last: float) -> Iterator[tuple[float, Step]]:
        """Yield each step, and when, if nothing happens from `first` to `last` and the timer alone wakes the guard."""
        moment: datetime | None = at(first)
        while moment is not None and moment <= at(last):
            seconds = (moment - NOON).total_seconds()
            outcome = self.look(seconds)
            yield seconds, outcome
            assert outcome.recheck_at is None or outcome.recheck_at > moment
            moment = outcome.recheck_at

    def commands(self, first: float, last: float) -> list[tuple[float, str]]:
        """Return what is sent, when, if nothing happens from `first` to `last` and the timer alone wakes the guard."""
        return [(when, step.command.value) for when, step in self.steps(first, last) if step.command is not None]

    def orders(self, first: float, last: float) -> list[tuple[float, str, float | None]]:
        """Return the same with the seconds of each lease."""
        return [
            (when, step.order.command.value, None if step.order.lease is None else step.order.lease.total_seconds())
            for when, step in self.steps(first, last)
            if step.order is not None
        ]
