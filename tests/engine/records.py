"""Records as a journal keeps them. Times are seconds after the noon of `factories`."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from custom_components.earlid.engine.activations import Activation

from .factories import at


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A record in its place."""

    seq: int
    id: str
    at: datetime
    kind: str
    speaker: str = "kitchen"
    body: dict[str, Any] = field(default_factory=dict)


class Pages:
    """Writes records down one after the other."""

    def __init__(self) -> None:
        """Have written nothing yet."""
        self.kept: list[Kept] = []
        self._seq = count(1)

    def write(self, kind: str, seconds: float, speaker: str = "kitchen", given: str | None = None, **body: Any) -> Kept:
        """Write one down."""
        seq = next(self._seq)
        self.kept.append(Kept(seq=seq, id=given or f"#{seq}", at=at(seconds), kind=kind, speaker=speaker, body=body))
        return self.kept[-1]

    def microphone(self, seconds: float, proof: str, speaker: str = "kitchen") -> None:
        """Write down what is known of the microphone from then on."""
        self.write("microphone", seconds, speaker, microphone=proof)

    def decision(self, seconds: float, speaker: str = "kitchen", *, allowed: bool) -> None:
        """Write down whether the speaker may listen from then on."""
        self.write("decision", seconds, speaker, allowed=allowed, because="posture", slug="")

    def lifecycle(self, seconds: float, event: str, speaker: str = "", **more: Any) -> None:
        """Write down what happened to Earlid."""
        self.write("lifecycle", seconds, speaker, event=event, **more)

    def activation(self, seconds: float, activation: Activation, *, amends: bool) -> None:
        """Write down a new activation, or what became known of it later."""
        body: dict[str, Any] = {"sources": list(activation.sources), "outcome": activation.outcome.value}
        if amends:
            self.write("activation", seconds, activation.speaker, **body, amends=activation.id)
        else:
            self.write("activation", seconds, activation.speaker, activation.id, **body)
