"""Everything that goes wrong in a home, by command."""

from collections.abc import Mapping
import time
from typing import Literal

from .broker import Broker
from .home_assistant import HomeAssistant
from .outlets import Defects, Manner, Outlet


class Faults:
    """Break things. Plugs may be given by slug."""

    def __init__(self, plugs: Mapping[str, Outlet], broker: Broker, home_assistant: HomeAssistant) -> None:
        """Know what can break."""
        self._plugs = plugs
        self._broker = broker
        self._home_assistant = home_assistant

    def deaf(self, plug: Outlet | str, seconds: float) -> None:
        """For `seconds` it ignores commands and never answers them, then or later."""
        self._of(plug).deaf_until = time.monotonic() + seconds

    def silent(self, plug: Outlet | str, seconds: float) -> None:
        """For `seconds` it obeys but reports nothing."""
        self._of(plug).silent_until = time.monotonic() + seconds

    def slow(self, plug: Outlet | str, seconds: float) -> None:
        """It acts on each command, and answers, only `seconds` later; 0 heals."""
        self._of(plug).acts_after = seconds

    def lose_every(self, plug: Outlet | str, kth: int) -> None:
        """It loses every k-th command from now on; 0 heals."""
        defects = self._of(plug)
        defects.lose_every = kth
        defects.heard = 0

    def stale(self, plug: Outlet | str, says: Literal["on", "off"]) -> None:
        """Its retained state says `says`, whatever is true, until its next report."""
        self._plug(plug).claim(says)

    def weld(self, plug: Outlet | str, *, welded: bool = True) -> None:
        """Its contact never opens: it reports off and the load still draws."""
        self._plug(plug).weld(welded=welded)

    def unavailable(self, plug: Outlet | str) -> None:
        """Its radio is gone: offline, hears nothing, the relay stays as it is."""
        self._plug(plug).reach(reachable=False)

    def available(self, plug: Outlet | str) -> None:
        """Its radio is back; it reports."""
        self._plug(plug).reach(reachable=True)

    def answer_as(self, plug: Outlet | str, manner: Manner) -> None:
        """Its web server answers so until healed.

        `html` or `json`: as something that is no such device does; `hangs`: takes what is asked and says nothing;
        `busy`: refuses for now; `stranger`: another device of its kind has its address.
        """
        self._of(plug).manner = manner

    def press(self, plug: Outlet | str) -> None:
        """A person presses its button: the relay toggles."""
        self._plug(plug).press()

    def cut(self, plug: Outlet | str) -> None:
        """It loses its mains, and what is plugged in with it."""
        self._plug(plug).cut()

    def restore(self, plug: Outlet | str) -> None:
        """Its mains return; the relay follows its power-on behaviour."""
        self._plug(plug).restore()

    def heal(self, plug: Outlet | str) -> None:
        """Take every defect off a plug; mains and radio return and it reports the truth."""
        chosen = self._plug(plug)
        chosen.weld(welded=False)
        chosen.defects = Defects()
        if not chosen.mains:
            chosen.restore()
        chosen.reach(reachable=True)

    async def kill_home_assistant(self) -> None:
        """SIGKILL."""
        await self._home_assistant.kill()

    def freeze_home_assistant(self) -> None:
        """SIGSTOP: it hangs."""
        self._home_assistant.freeze()

    def thaw_home_assistant(self) -> None:
        """SIGCONT."""
        self._home_assistant.thaw()

    async def stop_broker(self) -> None:
        """Nobody can send anything."""
        await self._broker.stop()

    async def start_broker(self) -> None:
        """The broker returns, with its retained messages."""
        await self._broker.start()

    def _plug(self, plug: Outlet | str) -> Outlet:
        return self._plugs[plug] if isinstance(plug, str) else plug

    def _of(self, plug: Outlet | str) -> Defects:
        return self._plug(plug).defects
