"""One presence change over a real Mosquitto, and how long until the last of N plugs has heard OFF."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import sys
import tempfile
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.helpers.json import json_bytes
from pytest_homeassistant_custom_component.common import MockConfigEntry

from virtual_home import Broker
from virtual_home.home_assistant import HomeAssistant

from . import mqtt_plugs
from .measured import Bar, Measured, Row, ratio

# Not a thousand, whose 12,000 entities no Home Assistant starts with: it lets an integration have 10,000, and answers
# one event with 10,000 others at most. Its own start, which writes all restored ones, and its conversation agent, which
# looks at all new ones, need more, and what comes after is told to nobody.
SIZES: Final = (1, 10, 100, 500)
OURS: Final = "Earlid"
FLOOR: Final = "paho"
PEER: Final = "automation"
EARLID: Final = Path(__file__).resolve().parent.parent / "custom_components" / "earlid"

PROVES: Final = """
From the message that says that the last person left, to the moment the last plug has OFF in its hands: a real Home
Assistant, a real Mosquitto, plugs in a process of their own that answer each command and report their watts. The floor
is plain paho, which publishes the same messages at the same news. The peer is Home Assistant's own automation, in a
Home Assistant of its own with the same plugs, and a broker of its own.
"""
FOOLED_BY: Final = """
Clocks: both moments are stamped by the process of the plugs, with one monotonic clock. Commands that were published
and not heard: the time counts that the *last* of all plugs heard. Neighbours: the three homes have nothing in common
but the machine, and while one is measured the others are at rest; a wave begins once the home has been at rest itself.
Plugs that say nothing: these report state and power after each command, which Home Assistant has to take in
while it still sends.
"""
_HOUSEHOLD: Final = 10  # plugs, for which a few ms are all there is: measured more often, since a machine is never idle
_QUIET: Final = 0.03  # of a processor, that a home at rest takes at most
# s. After a start each plug is let on 0.3 s after the one before.
_SETTLES: Final = 600.0


class Child:
    """A process of `mqtt_plugs`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take the process."""
        self._process = process

    async def answer(self) -> dict[str, Any]:
        """Return its next answer."""
        if self._process.stdout is None or not (line := await self._process.stdout.readline()):
            raise RuntimeError("the plugs ended")
        found: dict[str, Any] = json.loads(line)
        return found

    async def ask(self, word: str) -> dict[str, Any]:
        """Have it do something, and return what came of it."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{word}\n".encode())
        return await self.answer()


@asynccontextmanager
async def child(*arguments: object) -> AsyncIterator[Child]:
    """Give a process of `mqtt_plugs` that is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.mqtt_plugs",
        *map(str, arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=EARLID.parent.parent,
    )
    try:
        one = Child(process)
        await one.answer()
        yield one
    finally:
        process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Home:
    """One home: its plugs, and its Home Assistant where it has one."""

    plugs: Child
    ha: HomeAssistant | None = None

    async def rest(self) -> None:
        """Return when there is nothing left to do."""
        if self.ha is None:
            await asyncio.sleep(0.5)
            return
        end, quiet = time.monotonic() + _SETTLES, 0
        while quiet < 2:  # noqa: PLR2004 (one may lie between two things to do)
            before, at = _worked(self.ha.process_id), time.monotonic()
            await asyncio.sleep(0.5)
            share = (_worked(self.ha.process_id) - before) / (time.monotonic() - at)
            quiet = quiet + 1 if share < _QUIET else 0
            if time.monotonic() > end:
                raise TimeoutError(f"Home Assistant goes on and on: {share:.2f} of a processor")


def _worked(process_id: int) -> float:
    """Return the seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


def _speaker(number: int) -> ConfigSubentryData:
    data = {
        "slug": f"speaker_{number}",
        "name": f"Speaker {number}",
        "relay": "entity",
        "entity_id": mqtt_plugs.switch(number),
        "power_entity": mqtt_plugs.meter(number),
        "rest": 0,
        "boot": 0,
    }
    unique_id = f"speaker:speaker_{number}"
    return ConfigSubentryData(data=data, subentry_type="speaker", title=f"Speaker {number}", unique_id=unique_id)


def _earlid(count: int) -> MockConfigEntry:
    """Return Earlid's entry as its dialogs would leave it."""
    data = {
        "slug": "nobody_home",
        "name": "Nobody home",
        "effect": "mute",
        "speakers": [],
        "kind": "presence",
        "entities": [mqtt_plugs.SENSOR],
        "quantifier": "none",
    }
    rule = ConfigSubentryData(data=data, subentry_type="rule", title="Nobody home", unique_id="rule:nobody_home")
    of_home = {"site": "home", "topic_prefix": "earlid"}
    subentries = [*(_speaker(number) for number in range(count)), rule]
    return MockConfigEntry(domain="earlid", title="Earlid", data=of_home, subentries_data=subentries)


def _automation(count: int) -> dict[str, Any]:
    return {
        "id": "nobody_home",
        "alias": "Nobody home",
        "triggers": [{"trigger": "state", "entity_id": mqtt_plugs.SENSOR, "to": "off"}],
        "actions": [
            {"action": "switch.turn_off", "target": {"entity_id": [mqtt_plugs.switch(n) for n in range(count)]}}
        ],
    }


@asynccontextmanager
async def home(folder: Path, count: int, way: str) -> AsyncIterator[Home]:
    """Give a home whose plugs are on, and known to whoever turns them off in this one."""
    async with AsyncExitStack() as stack:
        broker = Broker(folder / "broker")
        stack.push_async_callback(broker.kill)
        await broker.start()
        plugs = await stack.enter_async_context(child(broker.port, count))
        await plugs.ask("announce")
        if way == FLOOR:
            await stack.enter_async_context(child(broker.port, count, "off"))
            yield Home(plugs)
            return
        extra = {"automation": [_automation(count)]} if way == PEER else {}
        ha = HomeAssistant(folder / "ha", configuration=extra, integrations=[EARLID] if way == OURS else [])
        data = {"broker": broker.host, "port": broker.port, "protocol": "5"}
        entries = [MockConfigEntry(domain="mqtt", title="MQTT", data=data, version=2, minor_version=1)]
        entries += [_earlid(count)] if way == OURS else []
        stored = [json.loads(json_bytes(entry.as_storage_fragment)) for entry in entries]
        document = {"version": 1, "minor_version": 5, "key": "core.config_entries", "data": {"entries": stored}}
        (folder / "ha" / ".storage" / "core.config_entries").write_text(json.dumps(document), encoding="utf-8")
        stack.push_async_callback(ha.close)
        await ha.start()
        await _known(ha, count, guarded=way == OURS)
        yield Home(plugs, ha)


async def _known(ha: HomeAssistant, count: int, *, guarded: bool) -> None:
    """Return when Home Assistant shows all plugs on, with their watts, and Earlid all speakers live."""
    wanted = {mqtt_plugs.SENSOR: "on"} | {mqtt_plugs.switch(number): "on" for number in range(count)}
    wanted |= {mqtt_plugs.meter(number): str(mqtt_plugs.LIVE) for number in range(count)}
    if guarded:
        wanted |= {f"sensor.speaker_{number}_microphone": "live" for number in range(count)}
    end = time.monotonic() + _SETTLES
    while True:
        shown = await ha.owner.states()
        if not (missing := {e for e, state in wanted.items() if shown.get(e, {}).get("state") != state}):
            return
        if time.monotonic() > end:
            one = min(missing)
            raise TimeoutError(f"{len(missing)} are not as they should be; {one} is {shown.get(one)}")
        await asyncio.sleep(1)


async def _wave(at: Home, count: int) -> float:
    await at.plugs.ask("on")
    await at.rest()
    said = await at.plugs.ask("leave")
    if said["told"] != count:
        raise RuntimeError(f"{said['told']} of {count} plugs were told")
    await at.rest()
    return float(said["ms"])


async def _row(folder: Path, count: int, runs: int) -> tuple[Row, int]:
    """Return the times, and how often Earlid had to say OFF again at most."""
    took: dict[str, list[float]] = {OURS: [], FLOOR: [], PEER: []}
    again = 0
    async with AsyncExitStack() as stack:
        homes = {way: await stack.enter_async_context(home(folder / way, count, way)) for way in took}
        for run in range(runs + 1):
            ways = list(took)
            for way in ways[run % len(ways) :] + ways[: run % len(ways)]:
                value = await _wave(homes[way], count)
                if way == OURS:
                    again = max(again, (await homes[way].plugs.ask("calls"))["calls"] - count)
                if run:
                    took[way].append(value)
    label = f"{count:,} plug{'s' if count > 1 else ''}"
    return Row(label=label, size=count, runs=took, work=dict.fromkeys(took, count * runs)), again


def measure(short: bool) -> Measured:
    """Return the time until the last plug heard OFF, of each way, for each size."""
    rows, again = [], []
    for count in (3,) if short else SIZES:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            runs = 1 if short else 31 if count <= _HOUSEHOLD else 7
            row, said_again = asyncio.run(_row(Path(name), count, runs))
        rows.append(row)
        again.append(f"{row.label}: {said_again}")
    bars = [
        Bar(says=f"last OFF at {row.label}, of the automation", value=ratio(row, OURS, PEER), limit=1.0)
        for row in rows
        if row.size <= _HOUSEHOLD
    ]
    most = rows[-1]
    bars.append(Bar(says=f"last OFF at {most.label}, of the automation", value=ratio(most, OURS, PEER), limit=1.2))
    return Measured(
        name="mute_wave_mqtt",
        title="Mute wave, through Mosquitto",
        unit="ms",
        proves=PROVES.strip(),
        fooled_by=FOOLED_BY.strip(),
        rows=tuple(rows),
        bars=tuple(bars),
        logarithmic=True,
        notes=f"{', '.join(f'{row.label}: {len(row.runs[OURS])} runs' for row in rows)}. "
        f"Commands that Earlid repeated since their plug's report was late, at most: {', '.join(again)}.",
    )
