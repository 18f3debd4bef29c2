"""The board of a Tasmota device: its settings in flash, its clock, its connection to the broker, its starts.

https://tasmota.github.io/docs/MQTT/, https://tasmota.github.io/docs/PowerOnState/. After a start it tells of itself and
its relays; when only the broker was away, `LWT` is all it says until the next TelePeriod.
"""

import asyncio
from collections.abc import Callable
import time
from typing import TYPE_CHECKING, Any, Final

from . import tasmota_messages as messages
from .connection import Arrived, Connection
from .tasmota_commands import Console, Line
from .truth import Moment

if TYPE_CHECKING:
    from .tasmota import TasmotaPlug

RESTART_TAKES: Final = 0.5  # s; a real one takes 5 to 15 until it is connected again
FIRST_TELE: Final = 5.0  # s after a start's first connection
FACTORY: Final = {
    "PowerOnState": 3,
    "SetOption0": 1,
    "PowerRetain": 0,
    "ButtonRetain": 0,
    "SwitchRetain": 0,
    "SensorRetain": 0,
    "StateRetain": 0,
    "InfoRetain": 0,
    "PowerDelta1": 0,
}


class Board:
    """One device with one or more contacts (`plugs`)."""

    def __init__(self, address: tuple[str, int], name: str, topic: str, *, number: int, tele_period: float) -> None:
        """Describe it; `start` connects to the broker at `address`."""
        self.address = address
        self.name = name
        self.topic = topic
        self.client_id = f"DVES_{number:06X}"
        self.plugs: list[TasmotaPlug] = []
        self.settings: dict[str, Any] = FACTORY | {"TelePeriod": tele_period}
        self.flash_writes: list[str] = []
        self.restart_reason = "Power On"
        self.boots = 0
        self.connects = 0
        self._console = Console(self)
        self._began = time.monotonic()
        self._fresh = True
        self._restarting = False
        self._told_watts = 0.0
        self._timed: dict[Line, asyncio.TimerHandle] = {}
        self._queue: list[asyncio.TimerHandle] = []
        self._tele: asyncio.TimerHandle | None = None
        self._connection = Connection(
            self.client_id, (f"tele/{topic}/LWT", "Offline"), met=self._meet, received=self._hear
        )

    @property
    def uptime(self) -> float:
        """Seconds since the last start."""
        return time.monotonic() - self._began

    @property
    def shown_watts(self) -> float:
        """What its one meter shows, W."""
        return round(sum(plug.shown_watts for plug in self.plugs), 3)

    @property
    def in_sight(self) -> bool:
        """True while it runs and its radio reaches somebody."""
        return self.plugs[0].in_sight and not self._restarting

    def set(self, name: str, value: int) -> None:
        """Set a setting; flash is written only when that changed something."""
        if self.settings.get(name, 0) != value:
            self.settings[name] = value
            self.flash_writes.append(name)

    def start(self, reason: str) -> None:
        """Begin to run: after a power cut or a restart it has forgotten what was only in its memory."""
        self.stop()
        # However short the power cut was: the broker tells the will when it notices, at the latest now.
        self._connection.drop()
        self.restart_reason = reason
        self.boots += 1
        self._began = time.monotonic()
        self._fresh = True
        self._restarting = False

    def stop(self) -> None:
        """Stop all that runs in its memory alone."""
        for timer in [*self._timed.values(), *self._queue, *([self._tele] if self._tele else [])]:
            timer.cancel()
        self._timed.clear()
        self._queue.clear()
        self._tele = None

    def restart(self) -> None:
        """Restart warm, as after `Restart 1`, an update or a crash: PowerOnState is not applied."""
        self.stop()
        self._restarting = True
        self._connection.leave("Offline")
        for plug in self.plugs:
            plug.stop_timer()
        asyncio.get_running_loop().call_later(RESTART_TAKES, self._warm)

    def sight_changed(self) -> None:
        """Connect, or vanish."""
        if not self.in_sight:
            self._connection.drop()
        elif not self._connection.is_open:
            self._connection.open(*self.address)

    async def wait_connected(self) -> None:
        """Return when the broker answers; TimeoutError after 10 s."""
        await self._connection.wait_connected()

    async def close(self) -> None:
        """End."""
        self.stop()
        await self._connection.close("Offline")

    def tell(self, prefix: str, end: str, message: dict[str, Any] | str, *, retain: bool = False) -> None:
        """Publish on `<prefix>/<topic>/<end>`, if it can speak."""
        if self.in_sight and self.plugs[0].can_speak:
            self._connection.publish(f"{prefix}/{self.topic}/{end}", message, retain=retain)

    def tell_power(self, plug: TasmotaPlug, *, on: bool) -> None:
        """Publish a relay's state, true or not: in JSON and as a bare word."""
        word = "ON" if on else "OFF"
        self.tell("stat", "RESULT", {plug.power_name: word})
        self.tell("stat", plug.power_name, word, retain=bool(self.settings["PowerRetain"]))

    def tell_all(self) -> None:
        """Publish STATE and SENSOR, now and every TelePeriod."""
        self.tell("tele", "STATE", messages.state(self), retain=bool(self.settings["StateRetain"]))
        self._tell_sensor()
        if self._tele is not None:
            self._tele.cancel()
        if period := self.settings["TelePeriod"]:
            self._tele = self._later(period, self.tell_all)

    def watts_changed(self) -> None:
        """Publish SENSOR at once if the change is larger than PowerDelta: percent up to 100, W from 101; 0: never."""
        delta, change = self.settings["PowerDelta1"], abs(self.shown_watts - self._told_watts)
        smallest = delta - 100 if delta > 100 else delta / 100 * max(self._told_watts, self.shown_watts)
        if delta and change >= smallest and change and any(plug.relay for plug in self.plugs):
            self._tell_sensor()

    def timed_powers(self) -> list[dict[str, Any]]:
        """Return what TimedPower waits for."""
        now = asyncio.get_running_loop().time()
        return [
            {"Remaining": max(0, round((timer.when() - now) * 1000)), "Command": f"Power{end.index} {end.data}"}
            for end, timer in self._timed.items()
        ]

    def time_power(self, end: Line, seconds: float) -> None:
        """Do `end` in `seconds`; the same command that waits already is replaced."""
        if (waiting := self._timed.pop(end, None)) is not None:
            waiting.cancel()
        self._timed[end] = self._later(seconds, lambda: self._timed_out(end))

    def forget_timed_power(self, index: int) -> None:
        """Forget what TimedPower waits for at a relay."""
        for end in [one for one in self._timed if one.index == index]:
            self._timed.pop(end).cancel()

    def queue(self, seconds: float, line: Line) -> None:
        """Do a Backlog's command in `seconds`."""
        self._queue.append(self._later(seconds, lambda: self._console.run(line, Moment.now())))

    def drop_backlog(self) -> bool:
        """Forget the rest of a Backlog; returns whether there was one."""
        waiting = [timer for timer in self._queue if timer.when() > asyncio.get_running_loop().time()]
        for timer in waiting:
            timer.cancel()
        self._queue.clear()
        return bool(waiting)

    def _timed_out(self, end: Line) -> None:
        del self._timed[end]
        for plug in self.plugs:
            if end.index in (0, plug.channel):
                plug.switch(not plug.relay if end.number == 2 else end.number == 1, "timer", Moment.now())
                plug.later(plug.answer_after, plug.report)

    def _tell_sensor(self) -> None:
        self._told_watts = self.shown_watts
        self.tell("tele", "SENSOR", messages.sensor(self), retain=bool(self.settings["SensorRetain"]))

    def _warm(self) -> None:
        self.start("Software/System restart")
        for plug in self.plugs:
            plug.wake_up()
        self.sight_changed()

    def _meet(self) -> None:
        self.connects += 1
        self._connection.publish(f"tele/{self.topic}/LWT", "Online", retain=True)
        # For ioBroker (arendst/Tasmota#299); before it subscribes, so it does not hear that itself.
        self.tell("cmnd", "POWER", "")
        for name in (self.topic, "tasmotas", f"{self.client_id}_fb"):
            self._connection.subscribe(f"cmnd/{name}/#")
        for topic, message in messages.discovery(self):
            self._connection.publish(topic, message, retain=True)
        if self._fresh:
            self._fresh = False
            for end, message in messages.boot(self):
                self.tell("tele", end, message, retain=bool(self.settings["InfoRetain"]))
            for plug in self.plugs:
                plug.report()
            if period := self.settings["TelePeriod"]:
                self._tele = self._later(min(FIRST_TELE, period), self.tell_all)

    def _hear(self, message: Arrived) -> None:
        """Take a message of any age: a retained command is obeyed at each connect."""
        end = message.topic.rpartition("/")[2]
        line = Line.parse(end, message.payload)
        chosen = [plug for plug in self.plugs if plug.channel == line.index]
        plug = chosen[0] if chosen and line.name in ("POWER", "TIMEDPOWER", "PULSETIME") else self.plugs[0]
        if self._restarting:
            return
        if line.asks and self._console.knows(line):
            if plug.can_hear:
                self._later(plug.defects.acts_after, lambda: self._console.run(line, message.at))
            return
        known = self._console.knows(line)
        text = f"{end} {message.payload}".strip()
        fate = plug.receive(text, message.at, line.says, (lambda at: self._console.run(line, at)) if known else None)
        if fate == "nonsense":
            self._console.run(line, message.at)

    def _later(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, act)
