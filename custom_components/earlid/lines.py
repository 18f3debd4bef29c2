"""Which relays there are, and which speakers are behind each: one object listens to a relay, however many share it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.core import HomeAssistant

from .facts import Eyes
from .relays import Relay, make_relay


@dataclass(slots=True)
class Line:
    """One relay, and the speakers behind it."""

    relay: Relay
    data: Mapping[str, Any]
    """What it was made from."""
    behind: list[str] = field(default_factory=list)
    stop: Callable[[], None] = lambda: None


class Lines:
    """The relays by key."""

    def __init__(self, hass: HomeAssistant, eyes: Eyes, reported: Callable[[Iterable[str]], None]) -> None:
        """`reported` is called with the speakers behind a relay whenever it reports."""
        self._hass = hass
        self._eyes = eyes
        self._reported = reported
        self._lines: dict[str, Line] = {}

    def join(self, slug: str, data: Mapping[str, Any]) -> Line:
        """Put a speaker behind the relay that its set-up names; the relay is listened to from now on."""
        for line in self._lines.values():
            if line.data == data:
                line.behind.append(slug)
                return line
        relay = make_relay(self._hass, self._eyes, data)
        new = relay.key not in self._lines
        line = self._lines.setdefault(relay.key, Line(relay, data))
        if not new and line.relay is relay:
            line.behind.append(slug)
            return line
        if not new:
            # The same relay, set up another way: with another password, for instance. The newest knows best.
            line.stop()
            line.relay, line.data = relay, data
        line.behind.append(slug)
        line.stop = relay.subscribe(lambda: self._reported(tuple(line.behind)))
        return line

    def leave(self, slug: str, line: Line) -> None:
        """Take a speaker from behind its relay; a relay that nobody is behind is listened to no more."""
        line.behind.remove(slug)
        if not line.behind:
            line.stop()
            del self._lines[line.relay.key]

    def stop(self) -> None:
        """Listen to no relay any more."""
        for line in self._lines.values():
            line.stop()
            line.stop = lambda: None
