"""Tasmota devices at a broker of their own, without a home: somewhere to send them commands and see what they say."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
import time
from typing import Any

from virtual_home import Broker, Meter, Observer, TasmotaPlug, Truth
from virtual_home.observer import Message
from virtual_home.truth import Command

QUIET = 0.3  # s in which something that should not happen would have: an answer takes 0.03


class Load:
    """Something that draws 40 W."""

    def watts(self) -> float:
        """Return that."""
        return 40.0

    def power_changed(self, **_: Any) -> None:
        """Take no notice."""


@dataclass
class Wifi:
    """A broker with Tasmota devices, and someone who listens to them and speaks to them."""

    broker: Broker
    truth: Truth
    seen: Observer
    made: AsyncExitStack
    count: int = 0

    async def plug(self, **settings: Any) -> TasmotaPlug:
        """Return a device of its own that is connected, off unless said otherwise, without telemetry."""
        self.count += 1
        given: dict[str, Any] = {"on": False, "meter": Meter(delay=0.05), "tele_period": 0} | settings
        began = time.monotonic()
        plug = TasmotaPlug(
            (self.broker.host, self.broker.port), self.truth, f"Plug {self.count}", number=self.count, **given
        )
        self.made.push_async_callback(plug.close)
        await self.seen.wait_for(f"stat/{plug.topic}/{plug.channels[-1].power_name}", since=began)
        return plug

    def send(self, plug: TasmotaPlug, command: str, payload: str = "", *, retain: bool = False) -> float:
        """Send a command; return when, monotonic."""
        began = time.monotonic()
        self.seen.publish(f"cmnd/{plug.topic}/{command}", payload, retain=retain)
        return began

    async def result(self, plug: TasmotaPlug, since: float, *keys: str) -> dict[str, Any]:
        """Return the first RESULT since then that has one of these keys, or any."""
        found = await self.seen.wait_for(
            f"stat/{plug.topic}/RESULT", lambda one: not keys or bool(set(keys) & set(one.body)), since=since
        )
        body: dict[str, Any] = found.body
        return body

    async def asked(self, plug: TasmotaPlug, command: str, payload: str = "") -> dict[str, Any]:
        """Send a command and return the RESULT that is its own, or an error."""
        since, name = self.send(plug, command, payload), command.rstrip("0123456789").lower()
        found = await self.seen.wait_for(
            f"stat/{plug.topic}/RESULT",
            lambda one: any(key == "Command" or key.lower().startswith(name) for key in one.body),
            since=since,
        )
        body: dict[str, Any] = found.body
        return body

    async def told(self, plug: TasmotaPlug, end: str, since: float, text: str | None = None) -> Message:
        """Return the first message on `end` since then, or the first that reads `text`."""
        topic = f"{end.replace('/', f'/{plug.topic}/', 1)}"
        return await self.seen.wait_for(topic, lambda one: text in (None, one.text), since=since)

    def commands(self, plug: TasmotaPlug) -> list[Command]:
        """Return what reached a plug."""
        return self.truth.commands_to(plug)
