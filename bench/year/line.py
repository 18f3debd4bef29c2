"""The plug, and what is between it and Home Assistant: radio, broker, and messages that are late or lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, override

from custom_components.earlid.engine.model import Clock, Command
from tests.engine.plug import LONGER_COUNTS, LONGEST, STANDING, Kind, Plug

from .household import Course
from .plan import Interference, What
from .server import Server

# A plug that has power and radio again is in the network after this.
REJOINS: Final = 8.0
BROKER_MISSED: Final = 0.5
# Of a plug over the broker that it shows off, Earlid asks so often how it is: `EVERY` of relays/rereading.py, which
# imports Home Assistant.
REREADS: Final = 60.0
METER_AFTER: Final = 0.3
LIVE_WATTS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Family:
    """How plugs of one make are reached, and what their clocks can."""

    name: str
    kind: Kind
    direct: bool
    """Asked over the network; else over the broker."""
    missed_after: float
    """s after which one that is out of reach is shown as unavailable."""
    tells_again: float
    """s after which it tells again, with its next regular report, what it could not tell."""


# Missed after 1.5 times MqttKeepalive, 30 s; after the ping of Zigbee2MQTT's availability, 10 min; after the heartbeat.
# Tasmota tells all each TelePeriod, 300 s; of a Zigbee plug that is a guess, and a friendly one. Home Assistant asks a
# Shelly each 60 s, and so does Earlid.
TASMOTA: Final = Family("Tasmota", STANDING, direct=False, missed_after=45, tells_again=300)
ZIGBEE: Final = Family("Zigbee2MQTT", LONGER_COUNTS, direct=False, missed_after=600, tells_again=300)
# Each ON of ours brings its own length; what else turns it on begins its auto-off, which is as long as a lease.
SHELLY: Final = Family(
    "Shelly",
    Kind(Clock(longest=LONGEST, confirms=True), stands=True),
    direct=True,
    missed_after=65,
    tells_again=60,
)
FAMILIES: Final = (TASMOTA, ZIGBEE, SHELLY)
# The same home, with plugs of which each begins its clock with any turn-on.
OWN_CLOCKS: Final = (TASMOTA, TASMOTA, SHELLY)


class Line(Server):
    """A plug, as Home Assistant reaches it."""

    def __init__(
        self, family: Family, air: Interference, people: Sequence[Course], *, closed: bool, metered: bool
    ) -> None:
        """Be in sight, with the contact so."""
        super().__init__(people)
        self.family, self.air = family, air
        self.plug = Plug(kind=family.kind, closed=closed)
        self.late = 0.0
        """s by which the broker is."""
        self.stuck = False
        """Its contact is welded, and closed."""
        self.hand_at: float | None = None
        """When a hand turned it on; None: a command let it be on since."""
        self._metered = metered
        self._joined = self._online = True
        self._kept = closed
        """What the broker keeps of its reports."""
        self._epoch = 0
        self._arrives = self._told = 0.0
        self._tells_again = False
        self._watts: float | None = None
        """What its meter told last; it tells what has changed."""

    @property
    def live(self) -> bool:
        """Whether it gives power."""
        return not self.out[What.MAINS] and (self.plug.closed or self.stuck)

    def note(self, began: str) -> None:
        """Write down what came of what has just happened."""
        raise NotImplementedError

    def send(self, command: Command, length: float | None = None) -> None:
        """Send a command to it; what is sent later arrives later."""
        if self._joined and self.connected and not self.air.loses(self.true):
            self._arrives = max(self._arrives, self.true + self._takes())
            self.at(self._arrives, lambda: self._obey(command, length))

    def turn_on_by_hand(self) -> None:
        """Let somebody turn it on, if it is off and has power."""
        if not self.out[What.MAINS] and not self.plug.closed:
            self.plug.switch(True, self.true)
            self.hand_at = self.true
            self._moved("hand")

    def look_at_sight(self) -> None:
        """Let it drop out of the network, or join it again."""
        out, direct = self.out, self.family.direct
        no_broker = bool(out[What.BROKER]) and not direct
        reached = not (out[What.MAINS] or out[What.RADIO] or no_broker)
        if reached is self._joined:
            return
        self._epoch += 1
        epoch = self._epoch
        if not reached:
            self._joined = False
            after = BROKER_MISSED if no_broker else self.family.missed_after
            self.at(self.true + after, lambda: self._missed() if epoch == self._epoch else None)
        else:
            self.at(self.true + REJOINS, lambda: self._join() if epoch == self._epoch else None)

    @override
    def connect(self) -> None:
        super().connect()
        if self._metered:
            self._watts = None
            self.at(self.true + METER_AFTER, self._measure)
        if self.family.direct:
            if self._joined:
                self.find(self.plug.closed)
        elif self._online:
            self.find(self._kept)

    def _takes(self) -> float:
        return self.air.takes(self.true) + (0.0 if self.family.direct else self.late)

    def _obey(self, command: Command, length: float | None) -> None:
        plug = self.plug
        if not self._joined or self.out[What.EARS]:
            return
        was = plug.closed
        if command is not Command.OFF:
            self.hand_at = None
        if command is Command.OFF:
            plug.switch(False, self.true)
        elif command is Command.RENEW and length is not None:
            plug.renew(length, self.true)
        else:
            plug.grant(length, self.true)
        self._moved("let", tells=plug.tells(moved=plug.closed is not was))

    def _moved(self, began: str, *, tells: bool = True) -> None:
        self.note(began)
        if self.plug.ends_at is not None:
            self.at(max(self.plug.ends_at, self.true), self._run_out)
        if tells:
            self._tell()

    def _run_out(self) -> None:
        if self.plug.runs_out(self.true):
            self._moved("let")

    def _tell(self) -> None:
        """Let it report what it believes of itself: a welded one that it is off."""
        if self.air.loses(self.true) or not self._joined:
            if not self._tells_again:
                self._tells_again = True
                self.at(self.true + self.family.tells_again, self._tell_again)
                if self.guard.rereads:
                    self.at(self.true + REREADS, self._reread)
            return
        value, epoch = self.plug.closed, self._epoch
        self._told = max(self._told, self.true + self._takes())
        self.at(self._told, lambda: self._is_told(value) if epoch == self._epoch else None)
        if self._metered:
            self.at(self._told + METER_AFTER, self._measure)

    def _tell_again(self) -> None:
        if self._tells_again:
            self._tells_again = False
            self._tell()

    def _reread(self) -> None:
        if self.connected and self.shown.value is False:
            self._tell_again()

    def _is_told(self, value: bool) -> None:
        self._kept = value
        self.hear(lambda: self.read(value))

    def _measure(self) -> None:
        watts = LIVE_WATTS if self.live else 0.0
        if self._joined and watts != self._watts:
            self._watts = watts
            self.hear(lambda: self.read_meter(watts))

    def _missed(self) -> None:
        self._online = False
        self.hear(self.lose)

    def _join(self) -> None:
        self._joined = self._online = True
        self._watts = None
        value = self._kept = self.plug.closed
        self.hear(lambda: self.find(value))
        if self._metered:
            self.at(self.true + METER_AFTER, self._measure)
