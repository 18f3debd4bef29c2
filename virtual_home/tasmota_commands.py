"""The commands a Tasmota device understands here, and what it answers.

https://tasmota.github.io/docs/Commands/; where that leaves something open, arendst/Tasmota's support_command.ino.
"""

from collections.abc import Callable
from dataclasses import dataclass
import re
from typing import TYPE_CHECKING, Any, Final

from . import tasmota_messages as messages
from .truth import Moment, Says

if TYPE_CHECKING:
    from .tasmota import TasmotaPlug
    from .tasmota_board import Board

# How a number may be spelled, for every command: GetStateNumber.
_WORDS: Final = {"OFF": 0, "FALSE": 0, "STOP": 0, "ON": 1, "TRUE": 1, "START": 1, "TOGGLE": 2}
_FLAGS: Final = ("PowerRetain", "ButtonRetain", "SwitchRetain", "SensorRetain", "StateRetain", "InfoRetain")
BACKLOG_DELAY: Final = 0.2  # s between the commands of a Backlog (SetOption34)
BACKLOG_LONGEST: Final = 30
SHORTEST_TIMED: Final = 50  # ms
TELE_DEFAULT: Final = 300  # s
# What ends a TimedPower, by what began it.
_OPPOSITE: Final = {0: 1, 1: 0, 2: 2}


@dataclass(frozen=True, slots=True)
class Line:
    """One command: `POWER`, 1, `ON`. Without a number at its end, `indexed` is false and `index` 1."""

    name: str
    index: int
    indexed: bool
    data: str

    @classmethod
    def parse(cls, command: str, data: str) -> Line:
        """Read the end of a topic, or the first word of a line, in any case; a question mark asks, as nothing does."""
        found = re.fullmatch(r"(.*?)(\d*)", command.upper(), re.DOTALL)
        assert found is not None, "anything matches"
        name, digits = found.groups()
        text = data.strip()
        return cls("SETOPTION" if name == "SO" else name, int(digits or 1), bool(digits), "" if text == "?" else text)

    @property
    def number(self) -> int | None:
        """Return its data as a number, as the firmware reads it; None: it is none."""
        if (known := _WORDS.get(self.data.upper())) is not None:
            return known
        found = re.match(r"-?\d+", self.data)
        return int(found[0]) if found else None

    @property
    def asks(self) -> bool:
        """Return whether it changes nothing."""
        clears = self.name == "TIMEDPOWER" and self.indexed
        return self.name in ("STATE", "STATUS") or (self.data == "" and not clears)

    @property
    def lines(self) -> list[Line]:
        """Return the commands of a Backlog; otherwise itself alone."""
        if self.name != "BACKLOG":
            return [self]
        parts = [part.strip().partition(" ") for part in self.data.split(";") if part.strip()]
        return [Line.parse(command, rest) for command, _, rest in parts[:BACKLOG_LONGEST]]

    @property
    def says(self) -> Says:
        """Return what it, or its last command that says something, asks of a relay."""
        spoken: Says = "other"
        for line in self.lines:
            if line.name == "POWER" and line.number in (0, 1):
                spoken = "on" if line.number else "off"
            elif line.name == "TIMEDPOWER" and line.data:
                spoken = "off" if _start_of(line) == 0 else "on"
        return spoken


class Console:
    """Does commands on a board; each answers on `stat/…/RESULT`, but POWER and STATUS in ways of their own."""

    def __init__(self, board: Board) -> None:
        """Know the board."""
        self._board = board
        self._commands: dict[str, Callable[[Line, Moment], None]] = {
            "POWER": self._power,
            "TIMEDPOWER": self._timed_power,
            "PULSETIME": self._pulse_time,
            "POWERONSTATE": self._power_on_state,
            "POWERDELTA": self._power_delta,
            "TELEPERIOD": self._tele_period,
            "SETOPTION": self._set_option,
            "RESTART": self._restart,
            "STATE": self._state,
            "STATUS": self._status,
            "BACKLOG": self._backlog,
        } | {name.upper(): self._flag for name in _FLAGS}

    def knows(self, line: Line) -> bool:
        """Return whether there is such a command."""
        return line.name in self._commands

    def run(self, line: Line, at: Moment) -> None:
        """Do a command and answer it."""
        if self.knows(line):
            self._commands[line.name](line, at)
        else:
            self._answer({"Command": "Unknown"})

    def _answer(self, message: dict[str, Any]) -> None:
        self._board.tell("stat", "RESULT", message)

    def _refuse(self) -> None:
        self._answer({"Command": "Error"})

    def _chosen(self, line: Line) -> list[TasmotaPlug]:
        return [plug for plug in self._board.plugs if line.index in (0, plug.channel)]

    def _power(self, line: Line, at: Moment) -> None:
        if not (plugs := self._chosen(line)):
            self._refuse()
        for plug in plugs:
            if line.number in (0, 1, 2):
                plug.switch(not plug.relay if line.number == 2 else line.number == 1, "command", at)
            plug.later(plug.answer_after, plug.report)

    def _timed_power(self, line: Line, at: Moment) -> None:
        if not line.indexed and not line.data:
            waiting = self._board.timed_powers()
            self._answer({"TimedPower": waiting or "Empty"})
        elif not self._chosen(line):
            self._refuse()
        elif not line.data:
            self._board.forget_timed_power(line.index)
            self._answer({"TimedPower": "Done"})
        else:
            start = _start_of(line)
            end = Line.parse(f"POWER{line.index}", str(_OPPOSITE[start]))
            self._board.time_power(end, max(line.number or 0, SHORTEST_TIMED) / 1000)
            self._power(Line.parse(f"POWER{line.index}", str(start)), at)

    def _pulse_time(self, line: Line, _at: Moment) -> None:
        plugs, settings = self._board.plugs, self._board.settings
        if not line.indexed and not line.data:
            both = {"Set": [one.pulse_time for one in plugs], "Remaining": [one.pulse_left for one in plugs]}
            self._answer({"PulseTime": both})
            return
        if line.index == 0 or not (chosen := self._chosen(line)):
            self._refuse()
            return
        plug = chosen[0]
        if (value := line.number) is not None and 0 <= value < 65536:
            self._board.set(f"PulseTime{line.index}", value)
            # Whatever the relay is, and without touching it.
            plug.start_pulse()
        answer = {"Set": settings[f"PulseTime{line.index}"], "Remaining": plug.pulse_left}
        self._answer({f"PulseTime{line.index}": answer})

    def _power_on_state(self, line: Line, at: Moment) -> None:
        if (state := line.number) is not None and 0 <= state <= 5:
            self._board.set("PowerOnState", state)
            if state == 4:
                self._power(Line.parse("POWER0", "ON"), at)
        self._answer({"PowerOnState": self._board.settings["PowerOnState"]})

    def _power_delta(self, line: Line, _at: Moment) -> None:
        name = f"PowerDelta{line.index}"
        if (value := line.number) is not None and 0 <= value <= 32000:
            self._board.set(name, value)
        self._answer({name: self._board.settings.get(name, 0)})

    def _tele_period(self, line: Line, _at: Moment) -> None:
        number = line.number
        if number is not None and (number in (0, 1) or 10 <= number <= 3600):
            self._board.set("TelePeriod", TELE_DEFAULT if number == 1 else number)
        self._answer({"TelePeriod": self._board.settings["TelePeriod"]})
        self._board.tell_all()

    def _set_option(self, line: Line, _at: Moment) -> None:
        name = f"SetOption{line.index if line.indexed else 1}"
        if (wanted := line.number) in (0, 1):
            self._board.set(name, wanted)
        self._answer({name: "ON" if self._board.settings.get(name) else "OFF"})

    def _flag(self, line: Line, _at: Moment) -> None:
        name = next(one for one in _FLAGS if one.upper() == line.name)
        if (wanted := line.number) in (0, 1):
            if name == "PowerRetain" and not wanted and self._board.settings[name]:
                for plug in self._board.plugs:
                    self._board.tell("stat", plug.power_name, "", retain=True)
            self._board.set(name, wanted)
        self._answer({name: "ON" if self._board.settings[name] else "OFF"})

    def _restart(self, line: Line, _at: Moment) -> None:
        if line.number in (1, 99):
            self._answer({"Restart": "Restarting"})
            self._board.restart()
        else:
            self._answer({"Restart": "1 to restart"})

    def _state(self, _line: Line, _at: Moment) -> None:
        self._answer(messages.state(self._board))

    def _status(self, line: Line, _at: Moment) -> None:
        if line.indexed and line.index == 0:
            merged = {key: one for number in messages.STATUSES for key, one in self._message(number).items()}
            self._board.tell("stat", "STATUS0", merged)
        elif line.number == 0:
            for number in messages.STATUSES:
                self._board.tell("stat", f"STATUS{number or ''}", self._message(number))
        elif (number := line.number or 0) in (*messages.STATUSES, 8):
            self._board.tell("stat", f"STATUS{number or ''}", self._message(number))
        else:
            self._refuse()

    def _message(self, number: int) -> dict[str, Any]:
        return messages.status(self._board, number)

    def _backlog(self, line: Line, _at: Moment) -> None:
        if not line.data:
            self._answer({"Backlog": "Aborted" if self._board.drop_backlog() else "Empty"})
            return
        pause = 0.0 if line.indexed and line.index == 0 else BACKLOG_DELAY
        for place, one in enumerate(line.lines):
            self._board.queue(place * pause, one)


def _start_of(line: Line) -> int:
    """Return what `TimedPower 2000,off` begins with: ON where nothing is said."""
    _, _, word = line.data.partition(",")
    number = Line.parse("", word).number
    return number if number in _OPPOSITE else 1
