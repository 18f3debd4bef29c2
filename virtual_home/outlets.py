"""Smart plugs as they are inside, whatever radio they speak by: contact, button, meter, clock and loads."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import time
from typing import Any, Literal, Protocol

from .network import slugify
from .truth import Cause, Command, Fate, Moment, Says, Switched, Truth

type PowerOn = Literal["off", "on", "previous"]
type Manner = Literal["usual", "html", "json", "hangs", "busy", "stranger"]
type Act = Callable[[Moment], None]

RADIO_DELAY = 0.03  # s between a command and its report; tens of ms are usual on Zigbee
MAINS_LOSS_NOTICED = 0.5  # s; real networks take from seconds (a Wi-Fi plug's will) to 10 min (a Zigbee ping)
REJOIN_DELAY = 0.5  # s after power returns until it reports


class Load(Protocol):
    """Something plugged in."""

    def watts(self) -> float:
        """Return what it draws while the outlet is live, W."""

    def power_changed(self, *, live: bool, at: Moment) -> None:
        """Hear that the outlet went live or dead."""


@dataclass(slots=True)
class Meter:
    """How a plug measures. Some read 0 below 8 W (`floor`), most report late."""

    resolution: float = 0.1  # W
    delay: float = 1.0  # s from a change of the load to its report
    floor: float = 0.0  # W

    def reading(self, watts: float) -> float:
        """Return what it shows for `watts`."""
        if watts < self.floor:
            return 0.0
        return round(round(watts / self.resolution) * self.resolution, 3)


@dataclass(slots=True)
class Defects:
    """What is wrong with a plug just now; times are seconds of `time.monotonic`."""

    deaf_until: float = 0.0  # ignores commands, never answers them
    silent_until: float = 0.0  # obeys, reports nothing
    acts_after: float = 0.0  # s
    lose_every: int = 0  # drops every k-th command; 0: none
    welded: bool = False  # the contact never opens
    unreachable: bool = False  # radio gone, relay as it was
    manner: Manner = "usual"  # how its web server answers, where it has one
    heard: int = field(default=0)  # commands counted for lose_every


class Outlet:
    """A contact with a button, a meter and a clock. A family adds its radio: the methods that say "a radio …"."""

    discovered = True  # Home Assistant finds it by itself, with a switch and a meter

    def __init__(
        self,
        truth: Truth,
        name: str,
        *,
        on: bool = True,
        power_on: PowerOn = "previous",
        meter: Meter | None = None,
        answer_after: float = RADIO_DELAY,
    ) -> None:
        """Put it on the mains, the contact closed if `on`; `answer_after` s pass between an act and its report."""
        self.name = name
        self.slug = slugify(name)
        self.entity_id = f"switch.{self.slug}"
        self.power_entity_id = f"sensor.{self.slug}_power"
        self.power_on: PowerOn = power_on
        self.meter = meter or Meter()
        self.answer_after = answer_after
        self.defects = Defects()
        self.loads: list[Load] = []
        self.relay = on
        self.mains = True
        self.mains_since = time.monotonic()
        self.joined = True
        self.shown_watts = 0.0
        self.truth = truth
        self.housing: list[Outlet] = [self]
        self._was_live = False
        self._timer: asyncio.TimerHandle | None = None
        self.settle("power", Moment.now())

    def share_housing(self, other: Outlet) -> None:
        """Be another contact of the same device as `other`: they lose mains and radio together."""
        other.housing.append(self)
        self.housing = other.housing

    @property
    def live(self) -> bool:
        """True when current can flow: what counts, whatever is reported."""
        return self.mains and (self.relay or self.defects.welded)

    @property
    def watts(self) -> float:
        """What is really drawn, W."""
        return sum(load.watts() for load in self.loads) if self.live else 0.0

    @property
    def in_sight(self) -> bool:
        """True while it has mains and its radio has joined and reaches somebody."""
        return self.mains and self.joined and not self.defects.unreachable

    @property
    def can_hear(self) -> bool:
        """True while what is sent to it reaches it and is heeded."""
        return self.in_sight and time.monotonic() >= self.defects.deaf_until

    @property
    def can_speak(self) -> bool:
        """True while what it says goes out."""
        return self.in_sight and time.monotonic() >= self.defects.silent_until

    @property
    def time_left(self) -> float | None:
        """Seconds until its own clock acts; None: it does not run."""
        if self._timer is None:
            return None
        return max(0.0, self._timer.when() - asyncio.get_running_loop().time())

    def plug_in(self, load: Load) -> None:
        """Connect a load; several make it a power strip."""
        self.loads.append(load)
        load.power_changed(live=self.live, at=Moment.now())
        self.load_changed()

    def pull_out(self, load: Load) -> None:
        """Disconnect a load, which then has no power."""
        self.loads.remove(load)
        load.power_changed(live=False, at=Moment.now())
        self.load_changed()

    def press(self) -> None:
        """A person presses the button: the relay toggles at once and is reported."""
        if self.mains:
            self.switch(not self.relay, "hand", Moment.now())
            self.later(self.answer_after, self.report)

    def cut(self, *, noticed_after: float = MAINS_LOSS_NOTICED) -> None:
        """Take the mains away; the world notices `noticed_after` seconds later."""
        for outlet in self.housing:
            outlet.mains = outlet.joined = False
            outlet.stop_timer()
            outlet.settle("power", Moment.now())
        self.later(noticed_after, self.sight_changed)

    def restore(self, *, rejoins_after: float = REJOIN_DELAY) -> None:
        """Give the mains back: the relay follows its power-on behaviour, the radio comes `rejoins_after` s later."""
        since = time.monotonic()
        for outlet in self.housing:
            outlet.mains, outlet.mains_since = True, since
            outlet.power_up()
        self.later(rejoins_after, lambda: self._join(since))

    def weld(self, *, welded: bool = True) -> None:
        """Weld the contact: it conducts whatever the relay says. Or repair it."""
        self.defects.welded = welded
        self.settle("welded", Moment.now())

    def reach(self, *, reachable: bool) -> None:
        """Lose or regain the radio; the relay stays as it is. The world notices at once."""
        for outlet in self.housing:
            outlet.defects.unreachable = not reachable
            outlet.joined |= reachable and outlet.mains
        self.sight_changed()

    def load_changed(self) -> None:
        """Let the meter see the load, and report it `meter.delay` seconds later."""
        self.later(self.meter.delay, self._measure)

    def receive(self, payload: str, at: Moment, says: Says, act: Act | None) -> Fate:
        """Take a command that arrived, write it down, and `act(moment)` unless a defect is in the way.

        None as `act`: the command means nothing. A slow plug acts after this returned; returns what became of it.
        """
        fate = self._fate(sense=act is not None)
        self.truth.commands.append(Command(at, self.slug, payload, fate, says))
        if fate == "obeyed" and act is not None:
            if delay := (defects := self.defects).acts_after:
                # One that was healed meanwhile forgets it: else it would act on a command of before long after.
                self.later(delay, lambda: act(Moment.now()) if self.mains and self.defects is defects else None)
            else:
                act(at)
        return fate

    def switch(self, on: bool, cause: Cause, at: Moment) -> None:
        """Move the contact, whoever wants it. Going off stops the clock; a family's own auto-off begins here."""
        if not on:
            self.stop_timer()
        self.relay = on
        self.settle(cause, at)

    def run_timer(self, seconds: float, expired: Callable[[], None] | None = None) -> None:
        """Go off by the own clock in `seconds`, or do `expired`; a running clock is set anew."""
        self.stop_timer()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._time_up, expired)

    def stop_timer(self) -> None:
        """Forget the own clock."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def settle(self, cause: Cause, at: Moment) -> None:
        """Write down whether current flows, and tell the loads, if that changed."""
        if self.live == self._was_live:
            return
        self._was_live = self.live
        self.truth.switches.append(Switched(at, self.slug, self.live, cause))
        for load in self.loads:
            load.power_changed(live=self.live, at=at)
        self.load_changed()

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` in `seconds`."""
        asyncio.get_running_loop().call_later(seconds, act)

    def power_up(self) -> None:
        """Begin with fresh mains. A radio with another power-on behaviour says here what the contact does."""
        self.relay = {"off": False, "on": True, "previous": self.relay}[self.power_on]
        self.settle("power", Moment.now())

    def sight_changed(self) -> None:
        """Come or go, as `in_sight` says. A radio shows that in its way; one that came reports."""
        self.report()
        self.load_changed()

    def report(self) -> None:
        """Report the relay as the plug believes it, if it `can_speak`: a radio does."""

    def report_watts(self) -> None:
        """Report `shown_watts`; a radio that reports them apart from the relay says how."""
        self.report()

    def claim(self, state: Literal["on", "off"]) -> None:
        """Let the world believe a state that need not be true, until the next report: a radio knows how."""
        raise NotImplementedError(f"{self.slug} cannot claim {state}")

    def answers(self, kind: str) -> dict[str, Any]:
        """Return what to answer where a relay of `kind` is set up by this outlet; a family knows more kinds."""
        if kind == "entity":
            return {"entity_id": self.entity_id}
        if kind == "actions":
            target = {"entity_id": self.entity_id}
            turn = [[{"action": f"switch.turn_{state}", "target": target}] for state in ("off", "on")]
            return {"off": turn[0], "grant": turn[1], "state_entity": self.entity_id}
        raise ValueError(f"{self.name} is no relay of kind {kind}")

    async def close(self) -> None:
        """End what runs for it, when the home ends."""

    def _join(self, since: float) -> None:
        # Not when it lost its mains again before it had joined.
        if self.mains and self.mains_since == since:
            for outlet in self.housing:
                outlet.joined = True
            self.sight_changed()

    def _fate(self, *, sense: bool) -> Fate:
        if not self.in_sight:
            return "unreachable"
        if not self.can_hear:
            return "deaf"
        self.defects.heard += 1
        if self.defects.lose_every and self.defects.heard % self.defects.lose_every == 0:
            return "lost"
        return "obeyed" if sense else "nonsense"

    def _time_up(self, expired: Callable[[], None] | None) -> None:
        self._timer = None
        if expired is not None:
            expired()
            return
        self.switch(False, "timer", Moment.now())
        self.later(self.answer_after, self.report)

    def _measure(self) -> None:
        if self.can_speak:
            self.shown_watts = self.meter.reading(self.watts)
            self.report_watts()
