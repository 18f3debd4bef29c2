"""What contradicted an off goes on contradicting it until it says otherwise.

Evidence of a contradiction is told by its time: a meter that reads high right after the relay opened may only be late.
After a restart, or when the relay was out of sight for a moment, its off seems new. Judged by that alone a welded relay
would be silent for a deadline, and a breach that never ended would end and begin again.
"""

from dataclasses import replace
from datetime import datetime

from .evidence import Assessment
from .model import Proof, Readings, Speaker, passed

METER, MICROPHONE = "meter", "microphone"


def starting(speaker: Speaker, readings: Readings, now: datetime) -> bool:
    """Return whether Home Assistant is starting: what says nothing yet may only not be there yet."""
    return readings.started_at is None or not passed(readings.started_at, speaker.deadline, now)


def stand(
    speaker: Speaker, readings: Readings, before: tuple[str, ...], assessment: Assessment, now: datetime
) -> Assessment:
    """Return the assessment in which those that contradicted the off `before` still do, unless they say otherwise."""
    if not before or assessment.contradicted or readings.relay.value is not False:
        return assessment
    says = {source: _live(speaker, readings, source) for source in before}
    if still := tuple(source for source, live in says.items() if live):
        return Assessment(Proof.LIVE, still, contradicted=True, recheck_at=assessment.recheck_at)
    if None in says.values() and starting(speaker, readings, now):
        until = None if readings.started_at is None else readings.started_at + speaker.deadline
        looks = [at for at in (assessment.recheck_at, until) if at is not None]
        return replace(assessment, proof=Proof.UNKNOWN, witnesses=(), recheck_at=min(looks, default=None))
    return assessment


def contradicting(before: tuple[str, ...], assessment: Assessment) -> tuple[str, ...]:
    """Return who contradicts the relay's off, at the last look at which anybody could tell."""
    if assessment.contradicted:
        return assessment.witnesses
    return before if assessment.proof is Proof.UNKNOWN else ()


def _live(speaker: Speaker, readings: Readings, source: str) -> bool | None:
    """Return whether a source shows the speaker alive, or its microphone open; None: it says nothing now."""
    if source == METER:
        meter = readings.meter
        if meter is None:
            return False
        return None if meter.watts is None else meter.watts > speaker.off_below
    if source == MICROPHONE:
        microphone = readings.microphone
        if microphone is None:
            return False
        return None if microphone.value is None else not microphone.value
    return next((witness.alive.value for witness in readings.witnesses if witness.entity_id == source), False)
