"""How fast a journal is delivered, against plain paho with QoS 1 and the same window; prints JSON.

Run it as `python -m bench.delivery`. Home Assistant runs in process, with its own MQTT integration and Earlid as they
are; the broker is a real Mosquitto. It takes about a minute.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
import cProfile
from datetime import UTC, datetime, timedelta
import gc
from itertools import islice
import json
from pathlib import Path
from statistics import median
import sys
import tempfile
from threading import Event
from time import perf_counter
from typing import Any, Final
from unittest.mock import AsyncMock, Mock, patch

from homeassistant import loader
from homeassistant.components import mqtt
from homeassistant.core import HomeAssistant, callback
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.earlid import messages
from custom_components.earlid.bookkeeping import FILE
from custom_components.earlid.const import DOMAIN
from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Journal, Query, reads
from custom_components.earlid.journal.delivery import WINDOW, Delivery
from virtual_home import Broker

RECORDS: Final = 10_000
RUNS: Final = 9
BODY: Final[dict[str, object]] = {
    "source": "satellite",
    "sources": ["satellite"],
    "outcome": "unanswered",
    "allowed": False,
    "because": "rule",
    "microphone": "off_unproven",
}
SPEAKERS: Final = ("kitchen", "bath", "bedroom", "hall", "office")


async def fill(path: Path) -> list[tuple[str, bytes]]:
    """Write a journal of which nothing is delivered; return topics and payloads of its records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    began = datetime.now(UTC) - timedelta(days=1)
    records = [
        Record(
            kind="activation",
            at=began + timedelta(seconds=number),
            speaker=SPEAKERS[number % len(SPEAKERS)],
            body=BODY,
            id=f"wake-{number}",
        )
        for number in range(RECORDS)
    ]
    journal = Journal(HomeAssistant(str(path.parent)), str(path))
    await journal.open()
    journal.append(records)
    await journal.settled()
    await journal.close()
    return [
        (f"raw/home/speaker/{one.speaker}/activation", messages.record(one.id, one.at, one.speaker, one.body, None))
        for one in reads.read(path, Query(limit=RECORDS))
    ]


@asynccontextmanager
async def home(folder: Path, port: int) -> AsyncIterator[tuple[HomeAssistant, MockConfigEntry]]:
    """Give Home Assistant with its MQTT integration and Earlid."""
    async with AsyncExitStack() as stack:
        hass = await stack.enter_async_context(async_test_home_assistant(config_dir=str(folder)))
        hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        # What is needed for dialogs and files only, and would open a port.
        hass.config.components |= {"http", "file_upload", "webhook"}
        hass.http = Mock(async_register_static_paths=AsyncMock())
        data = {"broker": "127.0.0.1", "port": port, "protocol": "5", "discovery": False}
        broker = MockConfigEntry(domain="mqtt", data=data, version=2, minor_version=1)
        earlid = MockConfigEntry(domain=DOMAIN, title="Earlid", data={"site": "home", "topic_prefix": "earlid"})
        for entry in (broker, earlid):
            entry.add_to_hass(hass)
            if not await hass.config_entries.async_setup(entry.entry_id):
                raise RuntimeError(f"{entry.domain} was not set up: {entry.reason}")
        try:
            yield hass, earlid
        finally:
            await hass.config_entries.async_unload(earlid.entry_id)
            await hass.config_entries.async_unload(broker.entry_id)
            await hass.async_stop(force=True)


async def ours(folder: Path, port: int, profile: cProfile.Profile | None = None) -> float:
    """Return how long a journal takes until the broker has routed all of it back, in s."""
    began: list[float] = []
    ready = Delivery._others_are_back  # noqa: SLF001 (the moment from which on records go out)

    def begin(delivery: Delivery) -> None:
        began.append(perf_counter())
        if profile is not None:
            profile.enable()
        ready(delivery)

    with patch.object(Delivery, "_others_are_back", begin):
        async with home(folder, port) as (_, earlid):
            while not began or earlid.runtime_data.undelivered:  # noqa: ASYNC110 (a look costs nothing)
                await asyncio.sleep(0.001)
            took = perf_counter() - began[0]
            if profile is not None:
                profile.disable()
            return took


def plain(port: int, ready: list[tuple[str, bytes]], *, back: bool) -> float:
    """Return how long plain paho takes until all is acknowledged, or has come back, in s; a window at a time."""
    done, connected, number = Event(), Event(), 0
    left = iter(ready)

    def one_more(*_: Any) -> None:
        nonlocal number
        number += 1
        if number == len(ready):
            done.set()
        for topic, payload in islice(left, 1):
            client.publish(topic, payload, qos=1)

    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.max_inflight_messages_set(WINDOW)
    if back:
        client.on_message = one_more
        client.on_connect = lambda *_: client.subscribe("raw/#", 0) and None
        client.on_subscribe = lambda *_: connected.set()
    else:
        client.on_publish = one_more
        client.on_connect = lambda *_: connected.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    connected.wait(10)
    started = perf_counter()
    for topic, payload in islice(left, WINDOW):
        client.publish(topic, payload, qos=1)
    if not done.wait(120):
        raise TimeoutError(f"{number} of {len(ready)}")
    took = perf_counter() - started
    client.disconnect()
    client.loop_stop()
    return took


async def through_home_assistant(folder: Path, port: int, ready: list[tuple[str, bytes]], *, back: bool) -> float:
    """Return how long Home Assistant alone takes until all is acknowledged, or has come back, in s; by the window."""
    async with home(folder, port) as (hass, _):
        room, came, done = asyncio.Semaphore(WINDOW), 0, asyncio.Event()

        def one_more(_message: mqtt.ReceiveMessage) -> None:
            nonlocal came
            came += 1
            room.release()
            if came == len(ready):
                done.set()

        if back:
            await mqtt.async_subscribe(hass, "raw/#", callback(one_more), qos=0, encoding=None)
        await asyncio.sleep(1)

        async def publish(topic: str, payload: bytes) -> None:
            await mqtt.async_publish(hass, topic, payload, qos=1)
            if not back:
                room.release()

        started = perf_counter()
        tasks = []
        for topic, payload in ready:
            await room.acquire()
            tasks.append(hass.async_create_background_task(publish(topic, payload), "publish", eager_start=True))
        await asyncio.gather(*tasks)
        if back:
            await done.wait()
        return perf_counter() - started


async def measure(folder: Path, profile: cProfile.Profile | None) -> dict[str, Any]:
    """Return the rates, each run against its peers in turn."""
    broker = Broker(folder / "broker")
    await broker.start()
    runs: list[dict[str, float]] = []
    try:
        for run in range(RUNS):
            full, empty = folder / f"full{run}", folder / f"empty{run}"
            ready = await fill(full / ".storage" / FILE)
            for place in (full, empty):
                place.mkdir(exist_ok=True)
                (place / "configuration.yaml").touch()
            took = {
                "ours": await ours(full, broker.port, profile),
                "paho_routed_back": await asyncio.to_thread(plain, broker.port, ready, back=True),
                "paho_acknowledged": await asyncio.to_thread(plain, broker.port, ready, back=False),
                "home_assistant_routed_back": await through_home_assistant(empty, broker.port, ready, back=True),
                "home_assistant_acknowledged": await through_home_assistant(empty, broker.port, ready, back=False),
            }
            runs.append({name: RECORDS / seconds for name, seconds in took.items()})
    finally:
        await broker.kill()

    def ratios(peer: str) -> list[float]:
        return [round(run["ours"] / run[peer], 3) for run in runs]

    return {
        "records": RECORDS,
        "window": WINDOW,
        "per_s": {name: round(median(run[name] for run in runs)) for name in runs[0]},
        "ratio": median(ratios("paho_routed_back")),
        "ratios": ratios("paho_routed_back"),
        "bar": ">= 0.5 of plain paho, which knows as much of each message: that it was routed",
        "ratio_to_paho_acknowledged": median(ratios("paho_acknowledged")),
        "ratio_to_home_assistant_routed_back": median(ratios("home_assistant_routed_back")),
        "ratio_of_home_assistant_routed_back_to_paho": round(
            median(run["home_assistant_routed_back"] / run["paho_routed_back"] for run in runs), 3
        ),
    }


def main() -> int:
    """Measure, print it; 1 when the bar was missed."""
    gc.freeze()
    profile = cProfile.Profile() if "--profile" in sys.argv else None
    with tempfile.TemporaryDirectory() as name:
        result = asyncio.run(measure(Path(name), profile))
    if profile is not None:
        profile.dump_stats("delivery.prof")
    result["passed"] = result["ratio"] >= 0.5  # noqa: PLR2004 (the bar)
    print(json.dumps(result, indent=2))  # noqa: T201
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
