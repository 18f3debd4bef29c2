"""A plug is turned on by hand though its speaker may not listen: how long until OFF is back at the plug?"""

import asyncio
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack
import json
from math import ceil
from pathlib import Path
import sys
import tempfile
from typing import Any, Final

from virtual_home import HomeAssistant, flows
from virtual_home.broker import Broker

from .by_hand import FLOOR, ROOT
from .measured import Bar, Measured, Row, ratio

EARLID: Final = Path(__file__).resolve().parent.parent / "custom_components" / "earlid"
SIZES: Final = (1, 10, 50, 200)
# So many presses of each size in a run, so that its p99 is one that was seen.
PRESSES: Final = {1: 40, 10: 150, 50: 300, 200: 600}
OURS: Final = "Earlid"
PEER: Final = "automation"
WAYS: Final = (OURS, FLOOR, PEER)
PROCESSES: Final = 2  # that the plugs are in
# s between presses, and for each plug that was pressed: what is still told or shown of the last is not of the next.
SETTLES, SETTLES_EACH = 0.1, 0.01

PROVES: Final = (
    "A hand turns plugs on whose speakers may not listen, 1 to 200 at the same moment. From the moment a plug "
    "begins to report that, to the moment the command OFF has arrived at it: through Mosquitto, Home Assistant's "
    "MQTT, and back. Both times are taken in the plug's process by one clock. The floor is a plain MQTT client that "
    "answers each ON with OFF and knows nothing; the peer is Home Assistant's own automation on the state of the "
    "same kind of entities."
)
FOOLED_BY: Final = (
    "A peer that carries Earlid, or that sees Earlid's plugs: each has a Home Assistant process of its own with as "
    "many plugs in its configuration, on one broker, and only one is pressed at a time, in turn. A peer that waits "
    "for itself: it is one automation over all plugs, in parallel, with room for all of them, and no condition to "
    "look at. Different transports: all relays are MQTT switches, and Earlid's are guarded as plain entities. Plugs "
    "that were never told, or somebody else's: each way must have told exactly those that were pressed, and what "
    "was told twice is counted as work. Presses that hold each other up: the plugs are in other processes, and each "
    "stamps its own."
)


def home_configuration(way: str, count: int) -> dict[str, Any]:
    """Return a home with so many plugs; the peer's has the automation."""
    switches = [
        {
            "name": f"Plug {number}",
            "unique_id": f"plug_{number}",
            "state_topic": f"{ROOT}/{slug(way)}/{number}/state",
            "command_topic": f"{ROOT}/{slug(way)}/{number}/set",
        }
        for number in range(count)
    ]
    automation = {
        "id": "defend",
        "alias": "Defend",
        "mode": "parallel",
        "max": 2 * count,
        "triggers": [{"trigger": "state", "entity_id": [entity(number) for number in range(count)], "to": "on"}],
        "actions": [{"action": "switch.turn_off", "target": {"entity_id": "{{ trigger.entity_id }}"}}],
    }
    return {"mqtt": {"switch": switches}} | ({"automation": [automation]} if way == PEER else {})


def slug(way: str) -> str:
    """Return a way as a part of a topic."""
    return way.lower()


def entity(number: int) -> str:
    """Return a plug's entity in either home."""
    return f"switch.plug_{number}"


async def guard(home: HomeAssistant, count: int) -> None:
    """Let Earlid guard all plugs, none of which may be on; as its dialogs would write it, but all at once."""
    entry_id = await flows.set_up_earlid(home.owner)
    await home.owner.wait_for(entity(0), "off")
    relay = {"entity_id": entity(0)}
    await flows.add_speaker(
        home.owner, entry_id, "Speaker 0", "entity", relay_settings=relay, habits={"posture": "mute"}
    )
    await home.stop()
    place = home.directory / ".storage" / "core.config_entries"
    stored = json.loads(place.read_text(encoding="utf-8"))
    [entry] = [one for one in stored["data"]["entries"] if one["entry_id"] == entry_id]
    [first] = entry["subentries"]
    for number in range(1, count):
        name, its_slug = f"Speaker {number}", f"speaker_{number}"
        data = first["data"] | {"entity_id": entity(number), "name": name, "slug": its_slug}
        own = {"subentry_id": f"speaker{number}", "title": name, "unique_id": f"speaker:{its_slug}", "data": data}
        entry["subentries"].append(first | own)
    place.write_text(json.dumps(stored), encoding="utf-8")
    await home.start()


class Hands:
    """The processes of the plugs."""

    def __init__(self) -> None:
        """Begin without any."""
        self._plugs: list[Process] = []

    async def plug_in(self, stack: AsyncExitStack, broker: Broker, count: int) -> None:
        """Start them, and the floor."""
        for kind in ["floor", *["plugs"] * PROCESSES]:
            command = [sys.executable, "-m", "bench.by_hand", kind, broker.host, str(broker.port)]
            process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=2**22)
            stack.push_async_callback(_end, process)
            if kind == "plugs":
                self._plugs.append(process)
        await self._say("own", [f"{slug(way)}/{number}" for way in WAYS for number in range(count)])

    async def press(self, way: str, numbers: list[int]) -> tuple[list[float], int]:
        """Turn these on at once; return how long each was on, in ms, and how many OFFs were sent."""
        wanted = [f"{slug(way)}/{number}" for number in numbers]
        answers = await self._say("press", wanted)
        # What is told once more, since no report came in time, may come to a plug that was pressed before.
        told = {plug: count for one in answers for plug, count in one["told"].items() if plug in wanted}
        took = [1000 * one for answer in answers for one in answer["took"]]
        if told.keys() != set(wanted) or len(took) != len(wanted):
            raise RuntimeError(f"{way}: {len(told)} plugs were told of {len(wanted)} that were pressed")
        return took, sum(told.values())

    async def _say(self, what: str, plugs: list[str]) -> list[dict[str, Any]]:
        async def ask(process: Process, own: list[str]) -> dict[str, Any]:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("no pipes")
            process.stdin.write(json.dumps({what: own}).encode() + b"\n")
            answer: dict[str, Any] = json.loads(await process.stdout.readline())
            return answer

        shares = [[plug for plug in plugs if int(plug.rsplit("/", 1)[1]) % PROCESSES == at] for at in range(PROCESSES)]
        busy = [(process, share) for process, share in zip(self._plugs, shares, strict=True) if share]
        return list(await asyncio.gather(*(ask(process, share) for process, share in busy)))


async def _end(process: Process) -> None:
    process.kill()
    await process.wait()


async def measured_home(short: bool) -> dict[int, dict[str, list[list[float]]]]:
    """Return ms by size, way and run."""
    sizes, runs = ((1, 4), 1) if short else (SIZES, 7)
    count = max(sizes)
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="earlid-defence-")))
        broker = Broker(place / "broker")
        stack.push_async_callback(broker.stop)
        await broker.start()
        hands = Hands()
        await hands.plug_in(stack, broker, count)
        for way in (OURS, PEER):
            integrations = [EARLID] if way == OURS else []
            configuration = home_configuration(way, count)
            home = HomeAssistant(place / slug(way), configuration=configuration, integrations=integrations)
            stack.push_async_callback(home.close)
            await home.start()
            await flows.set_up_mqtt(home.owner, broker.host, broker.port)
            await home.owner.wait_for(entity(count - 1), "off")
            if way == OURS:
                await guard(home, count)
                await home.owner.wait_for(entity(count - 1), "off", within=60)
                await home.owner.wait_for(f"sensor.speaker_{count - 1}_microphone", "off_unproven", within=60)
        took: dict[int, dict[str, list[list[float]]]] = {size: {way: [] for way in WAYS} for size in sizes}
        for run in range(runs + 1):
            for size in sizes:
                for number in range(len(WAYS)):
                    # None is always the one after the same other.
                    way = WAYS[(number + run) % len(WAYS)]
                    found = await pressed(hands, way, size, count, presses=2 * size if short else PRESSES[size])
                    if run:
                        took[size][way].append(found)
        return took


async def pressed(hands: Hands, way: str, size: int, count: int, *, presses: int) -> list[float]:
    """Press so many plugs, `size` at once and each in its turn, and return how long each was on, in ms."""
    found: list[float] = []
    first = 0
    while len(found) < presses:
        numbers = [(first + number) % count for number in range(size)]
        first += size
        took, _ = await hands.press(way, numbers)
        found += took
        await asyncio.sleep(SETTLES + size * SETTLES_EACH)
    return found


def share(values: list[float], part: float) -> float:
    """Return the value that this part of all does not exceed."""
    return sorted(values)[ceil(part * len(values)) - 1]


def measure(short: bool) -> tuple[Measured, ...]:
    """Return the time that plugs were on: what half of them, and what all but one in a hundred, do not exceed."""
    took = asyncio.run(measured_home(short))
    return tuple(
        Measured(
            name=f"defence_{name}",
            title=f"Defence: turned on by hand, {says}",
            unit="ms",
            proves=PROVES,
            fooled_by=FOOLED_BY,
            rows=(rows := tuple(row(size, ways, part) for size, ways in took.items())),
            bars=tuple(
                Bar(says=f"{one.label}, {name}, of the automation", value=ratio(one, OURS, PEER), limit=1.0)
                for one in rows
            ),
            logarithmic=True,
        )
        for name, says, part in (("p50", "half of them", 0.5), ("p99", "all but one in a hundred", 0.99))
    )


def row(size: int, ways: dict[str, list[list[float]]], part: float) -> Row:
    """Return one size's row."""
    return Row(
        label=f"{size} plug{'s' if size > 1 else ''} at once",
        size=size,
        runs={way: [share(run, part) for run in runs] for way, runs in ways.items()},
        work={way: sum(map(len, runs)) for way, runs in ways.items()},
    )
