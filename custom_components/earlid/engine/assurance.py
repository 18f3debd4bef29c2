"""How sure it is that the mute holds when Home Assistant does not: the grade of a relay, and the evidence for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .model import Clock, Settings
from .trials import Finding, Verdict


class Grade(StrEnum):
    """The contract's grades."""

    A = "a"
    """Its own clock turned it off in a self-test, and it is off when power returns."""
    B = "b"
    """It turned itself off, but only by a standing auto-off, or it is not known to be off when power returns."""
    C = "c"
    """Home Assistant alone."""
    UNTESTED = "untested"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What trials of a relay have come to; void when its settings or the device's firmware change."""

    clock: Finding | None = None
    power: Finding | None = None
    firmware: str = ""
    """The device's when it was tried; empty: it did not say."""

    def counts(self, settings: Settings) -> bool:
        """Return whether the device is still what it was when it was tried, as far as it says."""
        return not settings.firmware or not self.firmware or settings.firmware == self.firmware


@dataclass(frozen=True, kw_only=True, slots=True)
class Assurance:
    """The grade, and what it stands on."""

    grade: Grade
    evidence: Evidence
    settings: Settings

    @property
    def tested_at(self) -> datetime | None:
        """When the relay's clock was tried; None: never, or it counts no more."""
        return None if self.evidence.clock is None else self.evidence.clock.at


def assure(clock: Clock | None, evidence: Evidence, settings: Settings) -> Assurance:
    """Return the grade of a relay."""
    return Assurance(grade=_grade(clock, evidence, settings), evidence=evidence, settings=settings)


def _grade(clock: Clock | None, evidence: Evidence, settings: Settings) -> Grade:
    if clock is None:
        return Grade.C
    tried = evidence.clock
    if tried is None:
        return Grade.UNTESTED
    if tried.verdict is not Verdict.PROVEN:
        return Grade.C
    return Grade.A if clock.fixed is None and off_when_power_returns(evidence, settings) else Grade.B


def off_when_power_returns(evidence: Evidence, settings: Settings) -> bool | None:
    """Return whether the relay is off after a power cut: what was seen and what the device says, the worse of both.

    None: nobody knows.
    """
    seen = None if evidence.power is None else evidence.power.verdict
    if seen is Verdict.CAME_ON:
        return False
    return True if seen is Verdict.STAYED_OFF and settings.power_on_off is None else settings.power_on_off
