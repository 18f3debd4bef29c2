"""`python -m virtual_home`: a home to play with. Type a fault and see what happens; `help` lists them."""

import argparse
import asyncio
from collections.abc import Callable
import inspect
import shlex
import signal
import sys
from typing import Any

from .accounts import OWNER
from .home import EARLID, VirtualHome

HELP = """\
deaf ROOM SECONDS      its plug ignores commands        silent ROOM SECONDS   obeys, reports nothing
slow ROOM SECONDS      acts late; 0 heals               lose_every ROOM K     loses every k-th command; 0 heals
stale ROOM on|off      its retained state lies          weld ROOM             its contact never opens
unavailable ROOM       radio gone                       available ROOM        radio back
press ROOM             someone presses its button       heal ROOM             repair the plug
cut ROOM               mains gone                       restore ROOM          mains back
wake ROOM              say the wake word                leave NAME, arrive NAME
kill, freeze, thaw, start   Home Assistant              broker stop|start     the broker
status                 what is really on and heard      quit"""


class Console:
    """Commands typed on standard input."""

    def __init__(self, home: VirtualHome) -> None:
        """Speak to a home."""
        self._home = home

    async def obey(self, line: str) -> str:
        """Do what a line says and return what to print; nothing raises for a mistyped line."""
        try:
            words = shlex.split(line)
            return await self._do(words[0], words[1:]) if words else ""
        except (AttributeError, KeyError, IndexError, TypeError, ValueError, RuntimeError) as wrong:
            return f"? {type(wrong).__name__}: {wrong} (help)"

    async def _do(self, word: str, rest: list[str]) -> str:
        home = self._home
        plain: dict[str, Callable[[], Any]] = {
            "help": lambda: HELP,
            "status": self._status,
            "kill": home.ha.kill,
            "freeze": home.ha.freeze,
            "thaw": home.ha.thaw,
            "start": home.ha.start,
        }
        named: dict[str, Callable[[str], Any]] = {
            "broker": lambda what: home.broker.stop() if what == "stop" else home.broker.start(),
            "wake": lambda room: "woke" if home.speakers[room].wake() else "nothing: it cannot hear",
            "leave": lambda person: home.persons[person].leave(),
            "arrive": lambda person: home.persons[person].arrive(),
        }
        if word in plain:
            done = plain[word]()
        elif word in named:
            done = named[word](rest[0])
        else:
            done = getattr(home.faults, word)(*(_number(text) for text in rest))
        if inspect.isawaitable(done):
            done = await done
        return done if isinstance(done, str) else "done"

    def _status(self) -> str:
        lines = []
        for room, speaker in self._home.speakers.items():
            plug = speaker.outlet
            outlet = "wall" if plug is None else f"plug {'live' if plug.live else 'dead'}, {plug.watts:.1f} W"
            heard = sum(one.seconds for one in self._home.truth.hearing(speaker))
            lines.append(f"{room:<14}{outlet:<22}{'hears' if speaker.hears else 'deaf':<8}{heard:8.1f} s heard so far")
        return "\n".join(lines)


def _number(text: str) -> str | float:
    return float(text) if text.replace(".", "", 1).isdigit() else text


async def stay(home: VirtualHome) -> None:
    """Obey standard input until `quit`, the end of a terminal's input, or a signal."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    console = Console(home)
    typing = asyncio.create_task(_type(console, stopped))
    await stopped.wait()
    typing.cancel()


async def _type(console: Console, stopped: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode():
        if line.strip() == "quit":
            stopped.set()
            return
        print(await console.obey(line), flush=True)
    # Without a terminal (a service, a container) the input ends at once: the home stays until a signal.


def introduce(home: VirtualHome) -> str:
    """Return the address and the login, for a person."""
    name, password = OWNER
    return (
        f"Home Assistant  {home.ha.url}  (user {name}, password {password})\n"
        f"MQTT broker     {home.broker.host}:{home.broker.port}\n"
        f"rooms           {', '.join(home.speakers)}\n"
        f"persons         {', '.join(home.persons)}"
    )


async def main() -> int:
    """Bring up the home."""
    parser = argparse.ArgumentParser(prog="python -m virtual_home", description=__doc__)
    parser.add_argument("--plugs", type=int, default=5, help="how many rooms, each with a plug and a speaker")
    parser.add_argument("--stay", action="store_true", help="keep it running and obey what is typed")
    parser.add_argument("--time-zone", default="UTC")
    parser.add_argument("--twins", action="store_true", help="add the two automation twins")
    parser.add_argument("--plain", action="store_true", help="without Earlid, even where it is there")
    options = parser.parse_args()
    earlid = not options.plain and (EARLID / "manifest.json").exists()
    print("starting Mosquitto and Home Assistant …", flush=True)
    async with VirtualHome(
        plugs=options.plugs, time_zone=options.time_zone, twins=options.twins, earlid=earlid
    ) as home:
        print(f"up after {home.start_seconds:.1f} s, Earlid {'set up' if earlid else 'not there'}")
        print(introduce(home), flush=True)
        if options.stay:
            print(HELP, flush=True)
            await stay(home)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
