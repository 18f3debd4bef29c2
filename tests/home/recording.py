"""Who reports activations and who reads them, over all that a broker and a Home Assistant can do to them."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
import json
from pathlib import Path
import sqlite3
import time
from typing import Any

import aiohttp
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from virtual_home import VirtualHome
from virtual_home.client import RefusedError

HOME = "earlid/home/speaker"
AGAIN = 2.0  # s until a report is sent again whose id has not appeared
UNDER_WAY = 400  # reports; what a broker would keep for a slow Home Assistant is 1,000


class Subscriber:
    """An honest consumer: always subscribed, back within a second, with a session that the broker keeps if it can."""

    def __init__(self, home: VirtualHome, name: str) -> None:
        """Describe it; `listening` connects."""
        self.came: list[tuple[str, bytes]] = []
        """Topics and payloads in their order, repeats and all."""
        self.seen: set[str] = set()
        """Ids of activations and breaches."""
        self._address = (home.broker.host, home.broker.port)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message

    @property
    def connected(self) -> bool:
        """Whether a broker answers."""
        return self._client.is_connected()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Be connected, again and again, within this block."""
        kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        kept.SessionExpiryInterval = 3600
        self._client.connect_async(*self._address, keepalive=20, clean_start=False, properties=kept)
        self._client.loop_start()
        try:
            yield
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def publish(self, topic: str, payload: str) -> None:
        """Say something."""
        self._client.publish(topic, payload, qos=1)

    def firsts(self, speaker: str) -> list[str]:
        """Return the ids that came of a speaker, in the order of their first sight."""
        mine = [payload for topic, payload in self.came if topic.split("/")[3] == speaker]
        return list(dict.fromkeys(json.loads(payload)["id"] for payload in mine))

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: mqtt.ConnectFlags, _code: ReasonCode, _props: Properties | None
    ) -> None:
        client.subscribe([(f"{HOME}/+/{kind}", 1) for kind in KINDS])

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self.came.append((message.topic, message.payload))
        self.seen.add(json.loads(message.payload)["id"])


KINDS = ("activation", "breach")


class Reporter(Subscriber):
    """A detector outside: it sends each report again until the report's id has appeared."""

    def __init__(self, home: VirtualHome) -> None:
        """Have nothing to report yet."""
        super().__init__(home, "reporter")
        self.reported: list[str] = []
        self._open: dict[str, tuple[str, float]] = {}

    @property
    def taken(self) -> int:
        """How many reports were taken."""
        return len(self.reported) - len(self._open)

    def report(self, speaker: str, report_id: str) -> None:
        """Begin to report a wake."""
        self.reported.append(report_id)
        self._open[report_id] = (speaker, 0.0)

    async def work(self) -> None:
        """Send what has not appeared, for ever."""
        while True:
            for report_id in [one for one in self._open if one in self.seen]:
                del self._open[report_id]
            now = time.monotonic()
            for report_id, (speaker, sent_at) in list(self._open.items())[:UNDER_WAY] if self.connected else ():
                if now - sent_at > AGAIN:
                    self._open[report_id] = (speaker, now)
                    report = json.dumps({"id": report_id, "source": "light on its ring", "outcome": "unanswered"})
                    self.publish(f"{HOME}/{speaker}/activation/report", report)
            await asyncio.sleep(0.02)


@dataclass
class Caller:
    """An automation that reports by action; what Home Assistant does not answer is not repeated."""

    home: VirtualHome
    speaker: str
    due: int = 0
    returned: list[datetime] = field(default_factory=list)
    """The time of each activation whose call returned: no two of a speaker are the same."""

    async def work(self) -> None:
        """Report what is due, for ever."""
        while True:
            if self.due <= 0:
                await asyncio.sleep(0.02)
                continue
            at = datetime.now(UTC)
            with suppress(aiohttp.ClientError, ConnectionError, RefusedError, TimeoutError):
                entity_id = f"sensor.{self.speaker}_microphone"
                async with asyncio.timeout(20):
                    await self.home.owner.call("earlid.report_activation", entity_id=entity_id, at=at.isoformat())
                self.returned.append(at)
                self.due -= 1
                continue
            await asyncio.sleep(0.2)


@dataclass(frozen=True)
class Line:
    """A record of the journal, as anybody reads it who has the file."""

    seq: int
    id: str
    at: datetime
    kind: str
    speaker: str
    body: dict[str, Any]


def read_verified(home: VirtualHome) -> list[Line]:
    """Return the whole journal; fails where its chain of hashes does not hold, by what is written down of it alone."""
    file: Path = home.ha.directory / ".storage" / "earlid_journal.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT seq, id, at, kind, speaker, body, hash FROM record ORDER BY seq").fetchall()
    before, last = "0" * 64, 0
    for *columns, stored in rows:
        assert columns[0] == last + 1, f"{columns[0]} follows {last}"
        text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
        before, last = sha256((before + text).encode()).hexdigest(), columns[0]
        assert before == stored, f"record {last} was changed"
    return [
        Line(seq, id_, datetime.fromisoformat(at), kind, speaker, json.loads(body))
        for seq, id_, at, kind, speaker, body, _ in rows
    ]
