"""What plugs that speak MQTT, or whoever writes to their topics, say to those who guard by them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
import json
from typing import Any, Final
from unittest.mock import patch

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError

from custom_components.earlid.relays import mqtt as relays_mqtt, tasmota, zigbee2mqtt
from custom_components.earlid.relays.mqtt import MqttRelay
from fuzz.clockwork import Clockwork, clockwork, stub
from fuzz.target import Feed, Target, one_of, part, several, text_of

from .zigbee_devices import DEVICE, OLD

_LEASE: Final = timedelta(seconds=300)
_MOST_SAID: Final = 30


class _Broker:
    """In place of Home Assistant's MQTT: takes what is published, and answers with the messages of the input."""

    def __init__(self, loop: Clockwork) -> None:
        self.loop = loop
        self.published: list[tuple[str, str]] = []
        self.answers: list[Any] = []
        self.hears: Callable[[ReceiveMessage], None] | None = None

    def is_connected(self, _hass: Any) -> bool:
        return True

    def valid_publish_topic(self, _topic: str) -> None:
        pass

    def async_subscribe_connection_status(self, _hass: Any, _told: Any) -> Callable[[], None]:
        return lambda: None

    def async_on_subscribe_done(
        self, _hass: Any, _topic: str, _qos: int, told: Callable[[], None]
    ) -> Callable[[], None]:
        self.loop.call_later(0.1, told)
        return lambda: None

    async def async_subscribe(self, _hass: Any, _topic: str, hears: Any, **_more: Any) -> Callable[[], None]:
        self.hears = hears
        return lambda: None

    async def async_publish(self, _hass: Any, topic: str, payload: str, *_more: Any) -> None:
        self.published.append((topic, payload))
        while self.answers:
            said = self.answers.pop(0)
            self.loop.call_later(0.01, self.say, said)
            if part(said, "more") is not True:
                break

    def say(self, said: Any) -> None:
        """Have a message come."""
        if self.hears is not None:
            topic, text = text_of(part(said, "topic")), text_of(part(said, "payload", {}))
            payload: Any = text.encode("utf-8", "surrogatepass") if part(said, "bytes") is True else text
            self.hears(ReceiveMessage(topic, payload, 0, part(said, "retain") is True, topic, 0.0))


class _Through:
    """Leads to the broker of now."""

    now: _Broker | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.now, name)


_DOES: Final = ("listen", "inspect", "provision", "renew", "off", "grant")


def _fuzzed(  # noqa: C901 - one life of a relay
    make: Callable[[Any, Any], MqttRelay], switches_on: Callable[[str, str], bool]
) -> Any:
    @contextmanager
    def begin() -> Iterator[Feed]:
        async def live(given: Any) -> None:
            # A new one each time: what the last one was still to say is heard by nobody.
            broker = _Broker(loop)
            through.now = broker
            relay = make(stub(loop), part(given, "set_up"))
            stop = relay.subscribe(lambda: None)
            await asyncio.sleep(0)
            for message in several(part(given, "heard", []), _MOST_SAID):
                was = relay.read()
                broker.say(message)
                now = relay.read()
                if now.value is False and was.value is not False:
                    assert "OFF" in json.dumps(message).upper(), "nobody said that it is off"
                if now.value is not None:
                    assert now.available_since is not None
                    assert now.reported_at is not None
            broker.answers = several(part(given, "answers", []), _MOST_SAID)
            for said in several(part(given, "does"), 3):
                does, shown = one_of(_DOES, said), relay.read().value
                broker.published.clear()
                with suppress(HomeAssistantError):
                    await _done(relay, does)
                turned_on = any(switches_on(topic, payload) for topic, payload in broker.published)
                if does == "grant":
                    assert turned_on
                elif does != "renew":
                    assert not turned_on, "it was not to be turned on"
                elif turned_on:
                    assert shown is not False or "ON" in json.dumps(given).upper(), "it turns on nothing that is off"
            stop()

        def feed(given: Any) -> None:
            loop.finish(live(given))

        through = _Through()
        with (
            clockwork() as loop,
            patch.object(relays_mqtt, "mqtt", through),
            patch.object(tasmota, "mqtt", through),
        ):
            yield feed

    return begin


async def _done(relay: Any, does: str) -> None:
    match does:
        case "inspect":
            await relay.inspect()
        case "provision":
            await relay.provision(_LEASE)
        case "renew":
            await relay.renew(_LEASE, Context())
        case "off":
            await relay.off(Context())
        case "grant":
            await relay.grant(_LEASE, Context())


def _tasmota(hass: Any, set_up: Any) -> MqttRelay:
    return tasmota.TasmotaRelay(hass, None, {"topic": "plug", "channel": 2 if set_up == 2 else 1})  # type: ignore[arg-type]  # noqa: PLR2004


def _zigbee(hass: Any, _set_up: Any) -> MqttRelay:
    return zigbee2mqtt.Zigbee2MqttRelay(hass, None, {"topic": "zigbee2mqtt/home/Plug"})  # type: ignore[arg-type]


def _tasmota_on(topic: str, payload: str) -> bool:
    return (
        topic.rpartition("/")[2].lower().startswith("power")
        and "retain" not in topic.lower()
        and payload.upper() in ("ON", "1", "2", "TOGGLE")
        and "OnState" not in topic
    )


def _zigbee_on(topic: str, payload: str) -> bool:
    return topic.endswith("/set") and json.loads(payload).get("state") == "ON"


def _tele(leaf: str, payload: Any, **more: Any) -> dict[str, Any]:
    return {"topic": f"{'tele' if leaf in ('STATE', 'LWT') else 'stat'}/plug/{leaf}", "payload": payload} | more


_STATE: Final = {"Time": "2026-11-22T12:00:00", "Uptime": "0T00:10:00", "POWER": "ON"}
_FIRMWARE: Final = {"StatusFWR": {"Version": "15.1.0(release-tasmota)"}}
_SETTINGS: Final = [
    _tele("STATE", _STATE),
    _tele("STATUS2", _FIRMWARE),
    _tele("RESULT", {"PowerOnState": 0}),
    _tele("RESULT", {"PulseTime1": {"Set": 400, "Remaining": 400}}),
]


_LIST: Final = {"topic": "zigbee2mqtt/bridge/devices", "payload": [DEVICE], "retain": True}
_ONLINE: Final = {"topic": "zigbee2mqtt/bridge/state", "payload": {"state": "online"}, "retain": True}

TARGETS: Final = (
    Target(
        name="tasmota",
        begin=_fuzzed(_tasmota, _tasmota_on),
        parses=(
            *(
                f"relays/tasmota:TasmotaRelay.{name}"
                for name in (
                    "_hear",
                    "_take_for",
                    "_runs",
                    "_settings",
                    "_pick",
                    "_power_in",
                    "_pulse",
                    "_inquiry",
                    "inspect",
                    "provision",
                )
            ),
            *(f"relays/tasmota_words:{name}" for name in ("length_of", "switches", "said", "is_whole")),
            "relays/mqtt:fields_of",
            "relays/mqtt:MqttRelay._received",
            "relays/mqtt:MqttRelay._answer",
        ),
        words=(
            "tele/plug/LWT",
            "tele/plug/STATE",
            "stat/plug/RESULT",
            "stat/plug/POWER",
            "cmnd/plug/Power1",
            "cmnd/plug/POWER0",
            "Online",
            "Offline",
            "ON",
            "OFF",
            "Blink",
            {"Set": 400, "Remaining": 9},
            "heard",
            "answers",
            "does",
            "topic",
            "payload",
            "retain",
            "bytes",
            "more",
            "SwitchRetain",
            "x" * 70000,
            *_SETTINGS,
        ),
        share=0.15,
    ),
    Target(
        name="zigbee2mqtt",
        begin=_fuzzed(_zigbee, _zigbee_on),
        parses=(
            *(
                f"relays/zigbee2mqtt:Zigbee2MqttRelay.{name}"
                for name in ("_hear", "_weigh", "_settings", "_find", "renew", "inspect", "provision")
            ),
            "relays/zigbee2mqtt:_state",
            "relays/zigbee2mqtt:_online",
            "relays/mqtt:fields_of",
            "relays/mqtt:MqttRelay._received",
        ),
        words=(
            "zigbee2mqtt/home/Plug",
            "zigbee2mqtt/bridge/devices",
            "zigbee2mqtt/bridge/state",
            "zigbee2mqtt/home/Plug/availability",
            "zigbee2mqtt/home/bridge/state",
            "online",
            "offline",
            "ON",
            "OFF",
            DEVICE,
            [DEVICE],
            _LIST,
            _ONLINE,
            OLD,
            "heard",
            "answers",
            "does",
            "topic",
            "payload",
            "retain",
            "power_on_behavior",
            "x" * 70000,
        ),
        share=0.15,
    ),
)
