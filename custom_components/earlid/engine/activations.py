"""What counts as one activation, what came of it, and whether it was allowed."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .model import Because, Decision, Outcome, Proof, passed

# Reports arrive late; one from further back than this, or from the future, has a wrong clock.
LATEST_REPORT = timedelta(minutes=5)
# Two sources that tell of the same speaker within this tell of the same wake.
SAME_WAKE = timedelta(seconds=5)
# A satellite that asks something is idle for a moment between its question and its listening: ESPHome's says that it
# has finished speaking, and only then asks for a pipeline (homeassistant/components/esphome/assist_satellite.py).
# Nobody hears the end of a sentence and says a wake word within this.
FOLLOWS_WITHIN = timedelta(seconds=1)
# So many ids are remembered to know a repeated report by: days of a busy home.
_REMEMBERED = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a source says: the assistant of this speaker woke."""

    source: str
    outcome: Outcome = Outcome.UNKNOWN
    at: datetime | None = None
    id: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """The assistant woke."""

    id: str
    speaker: str
    at: datetime
    source: str
    outcome: Outcome
    allowed: bool
    because: Because
    microphone: Proof


@dataclass(frozen=True, slots=True)
class Past:
    """What held from one moment on: the decision and the proof."""

    since: datetime
    allowed: bool
    because: Because
    microphone: Proof


@dataclass(slots=True)
class Chronicle:
    """One speaker's last minutes, to judge late reports by, and the activations known already."""

    speaker: str
    past: deque[Past] = field(default_factory=deque)
    known: deque[Activation] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def note(self, decision: Decision, microphone: Proof, now: datetime) -> None:
        """Remember what holds from `now` on; what a report can no longer reach is forgotten.

        So is what lies in the future: it was before the clock was set back, and would outlast what holds now.
        """
        while self.past and self.past[-1].since > now:
            self.past.pop()
        now_holds = Past(now, decision.may_listen, decision.because.because, microphone)
        if not self.past or replace(self.past[-1], since=now) != now_holds:
            self.past.append(now_holds)
        while len(self.past) > 1 and now - self.past[1].since > LATEST_REPORT:
            self.past.popleft()

    def admit(self, report: Report, new_id: str, now: datetime) -> tuple[Activation, bool]:
        """Return the activation this report tells of, and whether it is a new one.

        A repeated id, or another source within `SAME_WAKE`, tells of one that is known.
        """
        at = min(max(report.at or now, now - LATEST_REPORT), now)
        for known in self.known:
            other_source = known.source != report.source and report.id is None
            if known.id == report.id or (other_source and abs(known.at - at) <= SAME_WAKE):
                return known, False
        then = _at(self.past, at)
        activation = Activation(
            id=report.id or new_id,
            speaker=self.speaker,
            at=at,
            source=report.source,
            outcome=report.outcome,
            allowed=then is not None and then.allowed,
            because=Because.POSTURE if then is None else then.because,
            microphone=Proof.UNKNOWN if then is None else then.microphone,
        )
        self.known.append(activation)
        return activation, True


def _at(past: Iterable[Past], moment: datetime) -> Past | None:
    """Return what held at `moment`; before the first memory, the first."""
    first = found = None
    for entry in past:
        first = first or entry
        if entry.since <= moment:
            found = entry
    return found or first


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of talk with an Assist satellite, from its states (`assist_satellite`'s AssistSatelliteState).

    Listening after idle is a wake. Listening after responding is a follow-up question, responding without listening
    an announcement: neither is. Listening that ends without processing woke for nothing.
    """

    state: str | None = None
    woke_at: datetime | None = None
    spoke_until: datetime | None = None
    """When it fell idle after it had spoken, as long as it is."""

    def on(self, state: str | None, now: datetime) -> tuple[Turn, Report | None]:
        """Return the turn after the satellite went to `state`, and the activation if its outcome is known now.

        `state` None: unavailable or unknown.
        """
        if state == self.state:
            return self, None
        if state == "listening":
            spoke_just_now = self.spoke_until is not None and not passed(self.spoke_until, FOLLOWS_WITHIN, now)
            follows_up = self.state in ("responding", "processing") or spoke_just_now
            return Turn(state, None if follows_up else now), None
        if self.woke_at is None:
            return Turn(state, spoke_until=now if (self.state, state) == ("responding", "idle") else None), None
        outcome = {"idle": Outcome.UNANSWERED, None: Outcome.UNKNOWN}.get(state, Outcome.ANSWERED)
        return Turn(state), Report(source="satellite", outcome=outcome, at=self.woke_at)
