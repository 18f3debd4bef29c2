"""Which relays there are, and which speakers are behind each: one object listens to a relay, however many share it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import logging
from typing import Any

from homeassistant.core import HomeAssistant

from .const import CONF_AUTO_OFF
from .engine.model import Report
from .facts import Eyes
from .relays import Relay, make_relay

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class Line:
    """One relay, and the speakers behind it."""

    relay: Relay
    data: Mapping[str, Any]
    """What it was made from."""
    behind: list[str] = field(default_factory=list)
    set_ups: list[Mapping[str, Any]] = field(default_factory=list)
    """What each of those says of it."""
    in_sight: bool | None = None
    """Whether it showed how it is at the last look; None: it never did."""
    stop: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        """What it is called in a log."""
        return f"The relay of {', '.join(self.behind)}"

    def looked_at(self, said: Report) -> None:
        """Say once that the relay went out of sight, and once that it is back: a call to it may vanish unseen."""
        in_sight = said.value is not None
        if in_sight == bool(self.in_sight):
            return
        if self.in_sight is not None:
            _LOGGER.info("%s is %s", self.name, "in sight again" if in_sight else "out of sight")
        self.in_sight = in_sight


class Lines:
    """The relays by key."""

    def __init__(self, hass: HomeAssistant, eyes: Eyes, reported: Callable[[tuple[str, ...]], None]) -> None:
        """`reported` is called with the speakers behind a relay whenever it reports."""
        self._hass = hass
        self._eyes = eyes
        self._reported = reported
        self._lines: dict[str, Line] = {}

    def join(self, slug: str, data: Mapping[str, Any]) -> Line:
        """Put a speaker behind the relay that its set-up names; the relay is listened to from now on."""
        line = next((line for line in self._lines.values() if data in line.set_ups), None)
        if line is None:
            relay = make_relay(self._hass, self._eyes, data)
            line = self._lines.get(relay.key)
            if line is None:
                line = self._lines[relay.key] = Line(relay, data)
                self._listen(line)
        line.behind.append(slug)
        line.set_ups.append(data)
        self._make_as_it_counts(line)
        return line

    def leave(self, slug: str, line: Line) -> None:
        """Take a speaker from behind its relay; a relay that nobody is behind is listened to no more."""
        # The first: one that is set up another way has joined anew before it leaves.
        place = line.behind.index(slug)
        del line.behind[place], line.set_ups[place]
        if line.behind:
            self._make_as_it_counts(line)
        else:
            line.stop()
            del self._lines[line.relay.key]

    def whose(self, key: str) -> str:
        """Return who is behind a relay, for a log."""
        line = self._lines.get(key)
        return key if line is None else line.name

    def stop(self) -> None:
        """Listen to no relay any more."""
        for line in self._lines.values():
            line.stop()
            line.stop = lambda: None

    def _make_as_it_counts(self, line: Line) -> None:
        data = _counting(line.set_ups)
        if data != line.data:
            # The same relay, set up another way: with another password, for instance.
            relay = make_relay(self._hass, self._eyes, data)
            line.stop()
            line.relay, line.data = relay, data
            self._listen(line)

    def _listen(self, line: Line) -> None:
        line.in_sight = None
        line.stop = line.relay.subscribe(lambda: self._reported(tuple(line.behind)))


def _counting(set_ups: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what counts of the ways one relay is set up: the newest, which knows best, but the shortest auto-off.

    A device has only one. Renewed by a longer one, it would be off before, and nobody would have wished it.
    """
    newest = set_ups[-1]
    lengths = [one[CONF_AUTO_OFF] for one in set_ups if one.get(CONF_AUTO_OFF)]
    return {**newest, CONF_AUTO_OFF: min(lengths)} if lengths else newest
