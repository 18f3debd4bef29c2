"""Smart plugs with Tasmota's firmware: a contact of a `Board`, which keeps its own time by PulseTime.

https://tasmota.github.io/docs/Commands/#pulsetime, https://tasmota.github.io/docs/PowerOnState/.
"""

from typing import Any, Literal, override

from .network import slugify
from .outlets import Outlet, PowerOn
from .tasmota_board import Board
from .truth import Cause, Moment, Truth

_POWER_ON: dict[PowerOn, int] = {"off": 0, "on": 1, "previous": 3}


class TasmotaPlug(Outlet):
    """One contact of a Tasmota device with a connection of its own: `plug.channels` are all of them."""

    def __init__(
        self,
        address: tuple[str, int],
        truth: Truth,
        name: str,
        *,
        number: int,
        channels: int = 1,
        topic: str | None = None,
        tele_period: float = 300.0,
        power_on: PowerOn = "previous",
        beside: TasmotaPlug | None = None,
        **outlet: Any,
    ) -> None:
        """Connect to the broker at `address`. `topic` is the bare one, the slug of the name if none is given.

        With `channels` it has more contacts of that name, numbered (made `beside` the first). `tele_period` is seconds
        between telemetry messages, and may be shorter than a real device allows. `outlet` is what any `Outlet` takes.
        """
        self.channel = 1 if beside is None else len(beside.channels) + 1
        self.board: Board = (
            beside.board
            if beside is not None
            else Board(address, name, topic or slugify(name), number=number, tele_period=tele_period)
        )
        self.board.plugs.append(self)
        self._many = max(channels, self.channel) > 1
        self.board.settings[f"PulseTime{self.channel}"] = 0
        super().__init__(truth, name if beside is None else f"{name} {self.channel}", power_on=power_on, **outlet)
        if beside is not None:
            self.share_housing(beside)
            self.power_entity_id = beside.power_entity_id
            return
        for _ in range(channels - 1):
            TasmotaPlug(address, truth, name, number=number, power_on=power_on, beside=self, **outlet)
        self.board.start("Power On")
        self.board.sight_changed()

    @property
    def topic(self) -> str:
        """The device's bare topic."""
        return self.board.topic

    @property
    def channels(self) -> list[TasmotaPlug]:
        """All contacts of the device, this one among them."""
        return self.board.plugs

    @property
    def flash_writes(self) -> list[str]:
        """What was written to flash, oldest first: names of settings that really changed, and `Power1` for a relay."""
        return self.board.flash_writes

    @property
    def power_name(self) -> str:
        """What its relay is called in messages; with one relay there is no number."""
        return f"POWER{self.channel}" if self._many else "POWER"

    @property
    def power_on(self) -> PowerOn:
        """What PowerOnState comes to, one for all contacts; 2 (toggle) and 5 (on after PulseTime) have no word."""
        state: int = self.board.settings["PowerOnState"]
        return "off" if state == 0 else "on" if state in (1, 4) else "previous"

    @power_on.setter
    def power_on(self, power_on: PowerOn) -> None:
        self.board.settings["PowerOnState"] = _POWER_ON[power_on]

    @property
    def pulse_time(self) -> int:
        """PulseTime as it is set: 1 to 111 are tenths of a second, above that seconds and 100 more; 0: none."""
        value: int = self.board.settings[f"PulseTime{self.channel}"]
        return value

    @property
    def pulse_left(self) -> int:
        """What PulseTime shows as remaining, in the same spelling."""
        left = round((self.time_left or 0.0) * 1000)  # ms
        return left // 1000 + 100 if left > 11100 else left // 100

    def start_pulse(self) -> None:
        """Begin PulseTime anew, whatever the relay is; it ends with OFF (with PowerOnState 5: with ON)."""
        if value := self.pulse_time:
            self.run_timer(value - 100 if value > 111 else value / 10, self._pulse_over)
        else:
            self.stop_timer()

    def wake_up(self) -> None:
        """Begin PulseTime after any start, also a warm one, if the relay is on (arendst/Tasmota#526, #909)."""
        if self.relay or self._inverted:
            self.start_pulse()

    def restart(self) -> None:
        """Let the device restart warm: the relay stays as it was, and PulseTime begins anew."""
        self.board.restart()

    @override
    def switch(self, on: bool, cause: Cause, at: Moment) -> None:
        if self.board.settings["PowerOnState"] == 4:
            on = True
        if on != self.relay:
            self.board.flash_writes.append(f"Power{self.channel}")
        super().switch(on, cause, at)
        if on != self._inverted:
            self.start_pulse()
        else:
            self.stop_timer()

    @override
    def cut(self, **notice: Any) -> None:
        self.board.stop()
        super().cut(**notice)

    @override
    def power_up(self) -> None:
        if self.channel == 1:
            self.board.start("Power On")
        state = self.board.settings["PowerOnState"]
        self.relay = [False, True, not self.relay, self.relay, True, False][state]
        self.settle("power", Moment.now())
        self.wake_up()

    @override
    def sight_changed(self) -> None:
        self.board.sight_changed()
        self.load_changed()

    @override
    def report(self) -> None:
        self.board.tell_power(self, on=self.relay)

    @override
    def report_watts(self) -> None:
        self.board.watts_changed()

    @override
    def claim(self, state: Literal["on", "off"]) -> None:
        self.board.tell_power(self, on=state == "on")

    @override
    def answers(self, kind: str) -> dict[str, Any]:
        if kind == "tasmota":
            return {"topic": self.topic, "channel": self.channel}
        if kind == "actions":
            timed = {"topic": f"cmnd/{self.topic}/TimedPower{self.channel}", "payload": "{{ (seconds * 1000) | int }}"}
            return super().answers(kind) | {"grant": [{"action": "mqtt.publish", "data": timed}], "keeps_time": True}
        return super().answers(kind)

    @override
    async def close(self) -> None:
        await self.board.close()

    @property
    def _inverted(self) -> bool:
        return bool(self.board.settings["PowerOnState"] == 5)

    def _pulse_over(self) -> None:
        self.switch(self._inverted, "timer", Moment.now())
        self.later(self.answer_after, self.report)
