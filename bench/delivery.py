"""How fast a journal is delivered, against plain paho with QoS 1 and the same window.

Home Assistant runs in process, with its own MQTT integration and Earlid as they are; the broker is a real Mosquitto.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
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
from custom_components.earlid.const import DOMAIN, JOURNAL
from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Journal, Query, reads
from custom_components.earlid.journal.delivery import WINDOW, Delivery
from virtual_home import Broker

from .measured import Bar, Measured, Row, ratio

RECORDS: Final = 10_000
RUNS: Final = 9
OURS: Final = "Earlid"
PAHO: Final = "peer: paho, routed back"
ACKNOWLEDGED: Final = "floor: paho, acknowledged"
HOME_ASSISTANT: Final = "Home Assistant alone, routed back"
BODY: Final[dict[str, object]] = {
    "source": "satellite",
    "sources": ["satellite"],
    "outcome": "unanswered",
    "allowed": False,
    "because": "rule",
    "microphone": "off_unproven",
}
SPEAKERS: Final = ("kitchen", "bath", "bedroom", "hall", "office")


async def fill(path: Path, count: int) -> list[tuple[str, bytes]]:
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
        for number in range(count)
    ]
    journal = Journal(HomeAssistant(str(path.parent)), str(path))
    await journal.open()
    journal.append(records)
    await journal.settled()
    await journal.close()
    return [
        (f"raw/home/speaker/{one.speaker}/activation", messages.record(one.id, one.at, one.speaker, one.body, None))
        for one in reads.read(path, Query(limit=count))
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


async def ours(folder: Path, port: int) -> tuple[float, int]:
    """Return how long a journal takes until the broker has routed all of it back, in s, and how many records came."""
    began: list[float] = []
    back: set[Any] = set()
    ready, came_back = Delivery._others_are_back, Delivery._came_back  # noqa: SLF001 (where records go out, and come in)

    def begin(delivery: Delivery) -> None:
        began.append(perf_counter())
        ready(delivery)

    @callback
    def note(delivery: Delivery, message: mqtt.ReceiveMessage) -> None:
        if message.topic.endswith("/activation"):
            back.add(message.payload)
        came_back(delivery, message)

    with patch.multiple(Delivery, _others_are_back=begin, _came_back=note):
        async with home(folder, port) as (_, earlid):
            while not began or earlid.runtime_data.undelivered:  # noqa: ASYNC110 (a look costs nothing)
                await asyncio.sleep(0.001)
            return perf_counter() - began[0], len(back)


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


async def through_home_assistant(folder: Path, port: int, ready: list[tuple[str, bytes]]) -> float:
    """Return how long Home Assistant alone takes until all has come back, in s; by the window."""
    async with home(folder, port) as (hass, _):
        room, came, done = asyncio.Semaphore(WINDOW), 0, asyncio.Event()

        def one_more(_message: mqtt.ReceiveMessage) -> None:
            nonlocal came
            came += 1
            room.release()
            if came == len(ready):
                done.set()

        await mqtt.async_subscribe(hass, "raw/#", callback(one_more), qos=0, encoding=None)
        await asyncio.sleep(1)

        started = perf_counter()
        tasks = []
        for topic, payload in ready:
            await room.acquire()
            publish = mqtt.async_publish(hass, topic, payload, qos=1)
            tasks.append(hass.async_create_background_task(publish, "publish", eager_start=True))
        await asyncio.gather(*tasks)
        await done.wait()
        return perf_counter() - started


async def measure(short: bool) -> Measured:
    """Return how many records a second are delivered, each run against its peers in turn."""
    records, runs = (200, 1) if short else (RECORDS, RUNS)
    rates: dict[str, list[float]] = {}
    work: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Broker(folder / "broker")
        await broker.start()
        try:
            for run in range(runs):
                full, empty = folder / f"full{run}", folder / f"empty{run}"
                ready = await fill(full / ".storage" / JOURNAL, records)
                for place in (full, empty):
                    place.mkdir(exist_ok=True)
                    (place / "configuration.yaml").touch()
                own, came = await ours(full, broker.port)
                took = {
                    OURS: own,
                    PAHO: await asyncio.to_thread(plain, broker.port, ready, back=True),
                    ACKNOWLEDGED: await asyncio.to_thread(plain, broker.port, ready, back=False),
                    HOME_ASSISTANT: await through_home_assistant(empty, broker.port, ready),
                }
                for way, seconds in took.items():
                    rates.setdefault(way, []).append(records / seconds)
                    work[way] = work.get(way, 0) + (came if way is OURS else len(ready))
        finally:
            await broker.kill()
    row = Row(label=f"{records:,} records", size=records, runs=rates, work=work)
    return Measured(
        name="journal_delivery",
        title="Delivering a journal over MQTT",
        unit="records a second",
        proves=(
            "How fast records that nobody has had yet reach a broker that is back: read from the journal, made into "
            "messages, published through Home Assistant's own MQTT, and counted as delivered only once the broker has "
            "routed them back."
        ),
        fooled_by=(
            "Who only waits for the broker's acknowledgement knows less, and is the floor: plain paho, all messages "
            "made beforehand. The peer that the bar is about waits until each has come back, as Earlid does. All send "
            f"the same messages with QoS 1, {WINDOW} under way at most, to the same Mosquitto. What Home Assistant's "
            "MQTT takes alone, for messages made beforehand, is beside it: most of the distance is its."
        ),
        rows=(row,),
        bars=(
            Bar(says="of the rate of plain paho, routed back", value=ratio(row, OURS, PAHO), limit=0.5, at_most=False),
        ),
        plot=False,
    )
