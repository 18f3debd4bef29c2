"""What a household would use instead: automations of Home Assistant, each as good as its kind can be.

All of them read the rules as one template would: the schedules by the clock on the wall, and somebody home for sure. A
phone that says nothing counts as away at once: the strongest reading, and one that most people would not write.

What a script cannot do is left out as Home Assistant leaves it out: triggers are heard once it has started
(https://www.home-assistant.io/docs/automation/trigger/), and a command to an entity that is unavailable is dropped
without a word.
"""

from typing import Final, override

from custom_components.earlid.engine.model import Command

from .household import Course
from .plan import MINUTE
from .world import World

# https://github.com/amitfin/retry#retryaction: `retries` is 7, `backoff` is 2 ** attempt, `state_grace` is 0.2 s.
RETRIES: Final = 7
GRACE: Final = 0.2


class Edges:
    """Turns off as a rule begins to mute, on as none does any more; whatever it misses is lost."""

    rereads = False

    def __init__(self, world: World, schedule: Course) -> None:
        """Follow this schedule."""
        self._world, self._schedule = world, schedule
        self._hears = False
        self._home = False

    def start(self) -> None:
        """See `Guard`."""
        self._hears = False

    def started(self) -> None:
        """See `Guard`."""
        self._hears, self._home = True, self._somebody
        self._arm()

    def stop(self) -> None:
        """See `Guard`."""
        self._hears = False

    def relay(self, before: bool | None) -> None:
        """See `Guard`."""

    def phone(self) -> None:
        """See `Guard`."""
        if self._hears and self._somebody is not self._home:
            self._home = self._somebody
            self._act()

    def fired(self) -> None:
        """See `Guard`."""
        self._act()
        self._arm()

    def jumped(self) -> None:
        """See `Guard`."""

    @property
    def _somebody(self) -> bool:
        return True in self._world.shown.phones

    @property
    def _allowed(self) -> bool:
        return self._somebody and self._schedule.at(self._world.wall + 0.001)

    def _arm(self) -> None:
        self._world.arm(self._schedule.after(self._world.wall + 0.001))

    def _act(self) -> None:
        self._call(Command.ON if self._allowed else Command.OFF)

    def _call(self, command: Command) -> None:
        if self._world.shown.available_since is not None:
            self._world.send(command)


class Careful(Edges):
    """Also acts at a start and when the plug is turned on, and says OFF again every minute."""

    _last = 0.0
    """When it looked last, by the clock on the wall."""

    @override
    def started(self) -> None:
        super().started()
        self._act()

    @override
    def relay(self, before: bool | None) -> None:
        turned_on = self._world.shown.value is True and before is not True
        if self._hears and turned_on and not self._allowed:
            self._call(Command.OFF)

    @override
    def fired(self) -> None:
        flip = self._schedule.after(self._last)
        if flip is not None and flip <= self._world.wall + 0.001:
            self._act()
        elif not self._allowed:
            self._call(Command.OFF)
        self._arm()

    @override
    def _arm(self) -> None:
        now = self._world.wall + 0.001
        self._last = now
        flip = self._schedule.after(now)
        minute = (now // MINUTE + 1) * MINUTE
        self._world.arm(minute if flip is None else min(flip, minute))


class Retrying(Edges):
    """On edges, with each call made by the retry integration, which is told the state to expect."""

    def __init__(self, world: World, schedule: Course) -> None:
        """Retry nothing yet."""
        super().__init__(world, schedule)
        self._loop = 0

    @override
    def stop(self) -> None:
        super().stop()
        self._loop += 1

    @override
    def _call(self, command: Command) -> None:
        # A call for the same entity cancels the one before.
        self._loop += 1
        if self._world.shown.value is not (command is Command.ON):
            self._try(command, 0, self._loop)

    def _try(self, command: Command, attempt: int, loop: int) -> None:
        if loop == self._loop:
            super()._call(command)
            self._world.later(GRACE, lambda: self._check(command, attempt, loop))

    def _check(self, command: Command, attempt: int, loop: int) -> None:
        if self._world.shown.value is not (command is Command.ON) and attempt + 1 < RETRIES:
            self._world.later(2.0**attempt, lambda: self._try(command, attempt + 1, loop))
