"""True time, and a Home Assistant in it: what it shows, when it runs, hangs and starts, and whoever guards in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Final, Protocol

from .household import Course
from .plan import What

# After a start, in s: Home Assistant is connected to its plugs, has heard the phones, has started.
CONNECTS: Final = 5.0
HEARS_PHONES: Final = 20.0
STARTS: Final = 30.0


class Guard(Protocol):
    """Whoever guards the speaker, in Home Assistant."""

    rereads: bool
    """Whether it asks a plug that it shows off again and again how it is."""

    def start(self) -> None:
        """Home Assistant sets it up; nothing is known yet."""

    def started(self) -> None:
        """Home Assistant has started."""

    def stop(self) -> None:
        """Home Assistant is gone."""

    def relay(self, before: bool | None) -> None:
        """Home Assistant shows something anew about the plug, which it showed so before."""

    def phone(self) -> None:
        """Home Assistant shows something new about a phone."""

    def fired(self) -> None:
        """The timer that was armed last has come."""

    def jumped(self) -> None:
        """The clock was set within the last 5 s."""


@dataclass(slots=True)
class Shown:
    """What Home Assistant shows; times by its own clock."""

    value: bool | None = None
    changed_at: float = 0.0
    reported_at: float = 0.0
    available_since: float | None = None
    watts: float | None = None
    watts_at: float = 0.0
    phones: list[bool | None] = field(default_factory=lambda: [None, None])


class Server:
    """Home Assistant, and the time that goes by. Its clock shows the true time and an error."""

    guard: Guard

    def __init__(self, people: Sequence[Course]) -> None:
        """Be about to start."""
        self.true = self.skew = 0.0
        self.shown = Shown()
        self.out = dict.fromkeys(What, 0)
        """How many faults there are of each thing just now."""
        self.silent_phones = [0] * len(people)
        self.connected = False
        self._people = people
        self._life = 0
        self._queue: list[Callable[[], None]] = []
        self._timer: float | None = None
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        for who, person in enumerate(people):
            for flip in person.flips:
                self.at(flip, lambda who=who: self.phone_moves(who))  # type: ignore[misc]

    # --- Time

    @property
    def wall(self) -> float:
        """What Home Assistant's clock shows."""
        return self.true + self.skew

    def at(self, when: float, what: Callable[[], None]) -> None:
        """Let something happen at that true time."""
        heappush(self._coming, (when, next(self._numbers), what))

    def arm(self, wall: float | None) -> None:
        """Have the guard's timer come when that much time has gone by: to set the clock moves no timer."""
        self._timer = None if wall is None else self.true + max(wall - self.wall, 0.001)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Let something happen in Home Assistant so many seconds from now, if that still runs."""
        life = self._life
        self.at(self.true + seconds, lambda: self.hear(what) if life == self._life else None)

    def run_until(self, end: float) -> None:
        """Let time go by."""
        coming = self._coming
        while True:
            due = coming[0][0] if coming else end
            timer = self._timer
            if timer is not None and timer < due and not self.out[What.SERVER] and not self.out[What.LOOP]:
                if timer >= end:
                    break
                self.true, self._timer = max(timer, self.true), None
                self.guard.fired()
            elif due >= end:
                break
            else:
                self.true = due
                heappop(coming)[2]()
        self.true = end

    # --- Its life

    def hear(self, what: Callable[[], None]) -> None:
        """Let something reach Home Assistant: what comes while it hangs waits."""
        if self.out[What.SERVER]:
            return
        if self.out[What.LOOP]:
            self._queue.append(what)
        else:
            what()

    def die(self) -> None:
        """Be gone, with all that was only in memory."""
        self._life += 1
        self._timer, self.connected = None, False
        self._queue.clear()
        self.guard.stop()

    def boot(self) -> None:
        """Begin a life: it shows nothing yet."""
        self._life += 1
        self.shown = Shown()
        self.guard.start()
        self.later(CONNECTS, self.connect)
        self.later(HEARS_PHONES, self._hear_phones)
        self.later(STARTS, self.guard.started)

    def thaw(self) -> None:
        """Go on after a hang: all that came meanwhile comes in a heap."""
        waits, self._queue = self._queue, []
        for what in waits:
            self.hear(what)

    def connect(self) -> None:
        """Be connected to what its plugs are reached by."""
        self.connected = True

    # --- What it shows

    def phone_moves(self, who: int) -> None:
        """Let a phone say what there is to say."""
        self.hear(lambda: self._show_phone(who))

    def find(self, value: bool) -> None:
        """Show a plug that has come into sight."""
        shown, now = self.shown, self.wall
        if shown.available_since is not None:
            self.read(value)
            return
        before = shown.value
        shown.value, shown.changed_at, shown.reported_at, shown.available_since = value, now, now, now
        self.guard.relay(before)

    def lose(self) -> None:
        """Show a plug that is out of sight."""
        before = self.shown.value
        self.shown.value = self.shown.available_since = self.shown.watts = None
        self.guard.relay(before)

    def read(self, value: bool) -> None:
        """Show what a plug reports."""
        shown, now = self.shown, self.wall
        if shown.available_since is None:
            return
        before = shown.value
        if value is not before:
            shown.value, shown.changed_at = value, now
        shown.reported_at = now
        self.guard.relay(before)

    def read_meter(self, watts: float) -> None:
        """Show what its meter reports."""
        if self.shown.available_since is not None:
            self.shown.watts, self.shown.watts_at = watts, self.wall
            self.guard.relay(self.shown.value)

    def _hear_phones(self) -> None:
        for who in range(len(self._people)):
            self._show_phone(who)

    def _show_phone(self, who: int) -> None:
        said = None if self.silent_phones[who] else self._people[who].at(self.true)
        if self.shown.phones[who] is not said:
            self.shown.phones[who] = said
            self.guard.phone()
