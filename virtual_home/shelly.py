"""What all Shelly plugs have in common: a web server, timers that flip the contact back, settings in flash, a boot.

Timers: a one-shot one comes with a command and flips back whatever the command did, also OFF to ON; standing ones begin
at each turning on or off (https://shelly-api-docs.shelly.cloud/gen1/#shelly-plug-plugs-settings-relay-index,
https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch). There is one clock: the one-shot timer takes
the standing one's place. All of them are lost with the mains. What a plain ON does to a contact that is on already is
nowhere documented, so it can be chosen: `on_again`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import time
from typing import Any, ClassVar, Literal, override

from aiohttp import web

from .door import Door, WhenGone, never
from .outlets import REJOIN_DELAY, Outlet, PowerOn
from .truth import Cause, Moment, Says, Truth

type OnAgain = Literal["renews", "keeps"]

HTML = "<html><head><title>Router</title></head><body>Sign in</body></html>"
STRANGER = 0xFFFF00  # added to the number in the address of whatever answers in its place


@dataclass(frozen=True, slots=True)
class Request:
    """A request or frame as it came."""

    at: Moment
    what: str


@dataclass(frozen=True, slots=True)
class Armed:
    """A timer that runs."""

    since: float  # s, Unix time
    seconds: float


class Shelly(Outlet):
    """A plug on the Wi-Fi. A generation adds what it answers: the methods that say "a generation …"."""

    discovered = False  # Home Assistant's own integration wants its port to be 80, and finds it by mDNS
    power_on_words: ClassVar[dict[PowerOn, str]]  # its settings' names of the power-on behaviours
    by_input: str  # the name of one more: as the wall switch is
    power_on_key: str  # where that setting is
    button: str  # how it names its button as a source

    def __init__(
        self,
        truth: Truth,
        name: str,
        *,
        number: int,
        password: str | None = None,
        on_again: OnAgain = "renews",
        when_gone: WhenGone = "hang",
        **outlet: Any,
    ) -> None:
        """Put it on the Wi-Fi; needs a running loop. `number` makes the address, `outlet` is what any `Outlet` takes.

        `on_again`: a plain ON while on begins anew, without its one-shot timer and with the standing one, or `keeps`
        what runs. `when_gone`: what a caller meets while it has no mains, no radio or boots. All can be changed later.
        """
        super().__init__(truth, name, **outlet)
        self.password = password
        self.on_again = on_again
        self.when_gone = when_gone
        self.input_on = False  # the wall switch, which a plug has only in its settings
        self.source = "init"
        self.settings = self.factory_settings() | {self.power_on_key: self.power_on_words[self.power_on]}
        self.changes = 0  # of settings, since ever
        self.flash_writes = 0
        self.requests: list[Request] = []
        self.door = Door(self._answer)
        self._number = number
        self._booted = self._up_at = time.monotonic()
        self._connections_are_old = False
        self._claimed: bool | None = None
        self._armed = Armed(0, 0)
        self.door.open()

    @property
    def host(self) -> str:
        """Return what a person types in to reach it, with the port."""
        return self.door.host

    @property
    def mac(self) -> str:
        """Return the address it shows: another one while something else answers in its place."""
        return f"A8032A{self._number + (STRANGER if self.defects.manner == 'stranger' else 0):06X}"

    @property
    def secret(self) -> str | None:
        """Return the password it wants; whatever answers in its place wants none."""
        return None if self.defects.manner == "stranger" else self.password

    @property
    def uptime(self) -> int:
        """Return the seconds since it booted."""
        return int(time.monotonic() - self._booted)

    @property
    def armed(self) -> Armed | None:
        """Return the timer that runs, if one does."""
        return None if self.time_left is None else self._armed

    @property
    def shown(self) -> bool:
        """Return whether it says that the contact is closed."""
        if self.defects.manner == "stranger":
            return False
        return self.relay if self._claimed is None else self._claimed

    @property
    @override
    def in_sight(self) -> bool:
        return super().in_sight and time.monotonic() >= self._up_at

    def factory_settings(self) -> dict[str, Any]:
        """Return the settings of a new one: a generation knows them."""
        raise NotImplementedError

    def standing(self, *, on: bool) -> float:
        """Return after how many seconds a standing timer flips the contact back, 0 for never: a generation knows."""
        raise NotImplementedError

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request: a generation does."""
        raise NotImplementedError

    def booted(self) -> None:
        """Begin anew: a generation forgets what it had in memory."""

    def answers(self, kind: str) -> dict[str, Any]:
        """Return what to answer in Earlid's form; Home Assistant has no entity of it."""
        if kind != "shelly":
            raise ValueError(f"{self.name} is no relay of kind {kind}")
        return {"host": self.host, "channel": 0} | ({} if self.password is None else {"password": self.password})

    async def close(self) -> None:
        """Take it off the network for good."""
        self.stop_timer()
        await self.door.close()

    async def command[T](self, payload: str, says: Says, act: Callable[[Moment], T] | None) -> T | None:
        """Take a command as any outlet does and return what `act` does; hang if a defect swallows it.

        None as `act`: the command means nothing, and None comes back.
        """
        if self.defects.manner == "stranger":
            # It arrives elsewhere: this plug neither hears nor writes it down.
            return act(Moment.now()) if act is not None else None
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def obey(at: Moment) -> None:
            done = act(at) if act is not None else None
            if not result.done() and done is not None:
                result.set_result(done)

        fate = self.receive(payload, Moment.now(), says, None if act is None else obey)
        return None if fate == "nonsense" else await result

    def move(self, on: bool, seconds: float, source: str, at: Moment) -> bool:
        """Do what a command asks, flipping back after `seconds` if not 0; return whether it was on."""
        was_on = self.relay
        if self.defects.manner == "stranger":
            return False
        if not (on and was_on and not seconds and self.on_again == "keeps"):
            self.switch(on, "command", at)
            if seconds:
                self.run_timer(seconds)
        self.source = source
        self.later(self.answer_after, self.report)
        return was_on

    def write(self, changes: dict[str, Any]) -> bool:
        """Change settings; return whether anything changed, which is when flash is written."""
        if not self.can_hear or all(self.settings[key] == value for key, value in changes.items()):
            return False
        self.settings |= changes
        self.changes += 1
        self.flash_writes += 1
        return True

    def reboot(self, after: float) -> None:
        """Boot anew in `after` seconds, the mains staying."""
        if self.can_hear:
            self.later(after, self._restart)

    @override
    def switch(self, on: bool, cause: Cause, at: Moment) -> None:
        super().switch(on, cause, at)
        self.source = {"hand": self.button, "timer": "timer"}.get(cause, self.source)
        self._begin_standing_timer()

    @override
    def run_timer(self, seconds: float, expired: Callable[[], None] | None = None) -> None:
        super().run_timer(seconds, expired or self._flip)
        self._armed = Armed(time.time(), seconds)

    @override
    def power_up(self) -> None:
        word = self.settings[self.power_on_key]
        by_input: PowerOn = "on" if self.input_on else "off"
        self.power_on = next((one for one, name in self.power_on_words.items() if name == word), by_input)
        super().power_up()
        self.source = "init"
        self._booted = time.monotonic()
        self._connections_are_old = True
        self._begin_standing_timer()
        self.booted()

    @override
    def cut(self, **how: Any) -> None:
        super().cut(**how)
        self._follow()

    @override
    def restore(self, *, rejoins_after: float = REJOIN_DELAY) -> None:
        self._up_at = time.monotonic() + rejoins_after
        super().restore(rejoins_after=rejoins_after)

    @override
    def sight_changed(self) -> None:
        self._follow()
        super().sight_changed()

    @override
    def report(self) -> None:
        self._claimed = None

    @override
    def claim(self, state: Literal["on", "off"]) -> None:
        self._claimed = state == "on"

    def _flip(self) -> None:
        self.switch(not self.relay, "timer", Moment.now())
        self.later(self.answer_after, self.report)

    def _begin_standing_timer(self) -> None:
        self.stop_timer()
        if seconds := self.standing(on=self.relay):
            self.run_timer(seconds)

    def _restart(self) -> None:
        if self.mains:
            self._up_at = time.monotonic() + REJOIN_DELAY
            self._follow()
            self.power_up()
            self.later(REJOIN_DELAY, self.sight_changed)

    def _follow(self) -> None:
        if not self.in_sight:
            self.door.shut(self.when_gone)
            return
        if self._connections_are_old:
            # What booted since knows nothing of them.
            self.door.drop()
            self._connections_are_old = False
        self.door.open()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        heeded = self.can_hear
        if not self.in_sight or self.defects.manner == "hangs":
            await never()
        self.requests.append(Request(Moment.now(), f"{request.method} {request.path_qs}"))
        match self.defects.manner:
            case "html":
                return web.Response(text=HTML, content_type="text/html")
            case "json":
                return web.json_response({"status": "ok"})
            case "busy":
                return web.Response(status=429)
        response = await self.serve(request)
        if not (heeded and self.can_speak):
            await never()
        return response
