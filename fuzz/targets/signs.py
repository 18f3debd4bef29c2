"""What shows that a speaker woke: messages of other devices, events on Home Assistant's bus, states of any entity."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from unittest.mock import patch

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from custom_components.earlid.detectors import alexa, alexa_media, alexa_remote, capture, entity, satellite, topics
from custom_components.earlid.detectors.ears import Ears
from custom_components.earlid.engine.activations import Report
from fuzz.home import SLUGS, WORDS, Home, home
from fuzz.target import Feed, Target, one_of, part, several, text_of

_SIGNS: Final = (
    {"topic": "any"},
    {"topic": "word", "payload": "on"},
    {"topic": "template", "value_template": "{{ value_json.wake }}"},
    {"topic": "both", "value_template": "{{ value | int + value_json['wake'] }}", "payload": "1"},
)
_PLAYER: Final = "media_player.echo"
_VOICE: Final = "event.echo_voice"
_ROOM: Final = "assist_satellite.room"
_NUMBERS: Final = ("sensor.level", "sensor.rise")
_OF_TEMPLATES: Final = "Template variable error: "
_TURNS: Final = ("idle", "listening", "processing", "responding")
_LARGEST: Final = 65536
# Of a state; Home Assistant has no longer ones.
_LONGEST: Final = 255
_ENTITIES: Final = (_VOICE, _ROOM, *_NUMBERS, "binary_sensor.light", "sensor.text", "input_button.wake")


class _Clock:
    """What only goes on: a timer that is due by it is not yet due by Home Assistant's."""

    off = timedelta(0)

    def utcnow(self) -> datetime:
        return dt_util.utcnow() + self.off

    def turn(self, seconds: Any) -> None:
        if isinstance(seconds, int | float) and 0 < seconds < 1_000_000:  # noqa: PLR2004 - days
            self.off += timedelta(seconds=seconds)


@contextmanager
def _begin() -> Iterator[Feed]:
    clock, told = _Clock(), list[Report]()
    subscribed: dict[str, Callable[[ReceiveMessage], None]] = {}

    def subscribe(_hass: object, topic: str, received: Callable[[ReceiveMessage], None]) -> Callable[[], None]:
        subscribed[topic] = received
        return lambda: subscribed.pop(topic, None) and None

    with home() as lives, patch.object(topics, "subscribe", subscribe), patch.object(entity, "dt_util", clock):
        standing = lives.standing

        def feed(given: Any) -> None:
            clock.off = timedelta(0)
            lives.run(_live(lives, given, clock, told, subscribed))
            assert lives.standing == standing, "what was heard decides nothing"
            # Said by Home Assistant, as of any template: what a message does not have.
            lives.alarms.heard = [said for said in lives.alarms.heard if not said.startswith(_OF_TEMPLATES)]
            lives.ensure_calm()

        yield feed


async def _live(
    lives: Home,
    given: Any,
    clock: _Clock,
    told: list[Report],
    subscribed: dict[str, Callable[[ReceiveMessage], None]],
) -> None:
    household: Any = lives.household
    settled_at = clock.utcnow() - timedelta(days=1) if part(given, "on") is True else None

    def tell(report: Report) -> None:
        told.append(report)
        household._take(SLUGS[0], report)

    ears = Ears(
        hass=lives.hass,
        eyes=household._eyes,
        tell=tell,
        heard=lambda: household._guard.heard(SLUGS[0], dt_util.utcnow()),
        note=lambda record: household._afterwards.take([SLUGS[0]], [record]),
        settled_at=lambda: settled_at,
    )
    stops = _watch(lives, ears)
    try:
        for happening in several(part(given, "happenings"), 12):
            clock.turn(part(happening, "passed"))
            told.clear()
            retained = _happen(lives, happening, subscribed)
            assert len(told) <= len(subscribed) + len(_ENTITIES)
            assert not (retained and told), "the broker kept it"
            for report in told:
                assert report.at is None or report.at.tzinfo is not None
                assert report.note is None or len(report.note) <= 1024  # noqa: PLR2004 - as a report over MQTT
    finally:
        for stop in stops:
            stop()
        for entity_id in _ENTITIES:
            lives.hass.states.async_remove(entity_id)
    await lives.settle()


def _watch(lives: Home, ears: Ears) -> list[Callable[[], None]]:
    registry = er.async_get(lives.hass)
    registry.async_get_or_create("media_player", "alexa_media", "G091", suggested_object_id="echo")
    registry.async_get_or_create("assist_satellite", "voip", "1", suggested_object_id="room")
    guarded = replace(
        lives.household._guard.posts[SLUGS[0]].guarded, device_id=_device(lives), detectors=(_ROOM, _NUMBERS[0])
    )
    return [
        *(topics.watch(ears, sign) for sign in _SIGNS),
        alexa_remote.watch(ears, "alexa/status/Kitchen"),
        alexa_media.watch(ears, _PLAYER),
        alexa.watch(ears, _VOICE),
        capture.watch(ears, guarded),
        satellite.watch(ears, _ROOM),
        entity.watch_level(ears, _NUMBERS[0], 5.0, timedelta(seconds=2)),
        entity.watch_rise(ears, _NUMBERS[1], 2.0, timedelta(0)),
        *(entity.watch(ears, entity_id) for entity_id in _ENTITIES[-3:]),
    ]


def _device(lives: Home) -> str | None:
    registered = er.async_get(lives.hass).async_get(f"sensor.{SLUGS[0]}_microphone")
    return None if registered is None else registered.device_id


def _happen(lives: Home, happening: Any, subscribed: dict[str, Callable[[ReceiveMessage], None]]) -> bool:
    """Let it happen; return whether it was a message that the broker had kept."""
    said = part(happening, "said")
    match part(happening, "kind"):
        case "message":
            topic = one_of(tuple(subscribed), part(happening, "which"))
            text = text_of(said).replace("HUGE", "9" * _LARGEST)
            payload: Any = text if part(happening, "text") is True else text.encode("utf-8", "surrogatepass")
            retain = part(happening, "retain") is True
            subscribed[topic](ReceiveMessage(topic, payload, 1, retain, topic, 0.0))
            return retain
        case "called":
            lives.hass.bus.async_fire(alexa_media.EVENT, said if isinstance(said, dict) else {})
        case "captured":
            data = said if isinstance(said, dict) else {}
            if data.get("device_id") == SLUGS[0]:
                data["device_id"] = _device(lives)
            lives.hass.bus.async_fire(capture.EVENT, data)
        case _:
            entity_id = one_of(_ENTITIES, part(happening, "which"))
            shown = part(happening, "shown")
            attributes = shown if isinstance(shown, dict) else {}
            if said is None:
                lives.hass.states.async_remove(entity_id)
            else:
                lives.hass.states.async_set(entity_id, text_of(said)[:_LONGEST], attributes)
    return False


TARGETS: Final = (
    Target(
        name="signs",
        begin=_begin,
        parses=(
            "detectors/topics:watch",
            "detectors/topics:_matcher",
            "detectors/alexa_remote",
            "detectors/alexa_media:watch",
            "detectors/alexa_media:moment",
            "detectors/alexa_media:_is_of",
            "detectors/alexa:watch",
            "detectors/alexa:_told_again",
            "detectors/capture",
            "detectors/ears:sentence",
            "detectors/entity",
            "detectors/satellite:watch",
        ),
        words=(
            *WORDS,
            *_TURNS,
            "happenings",
            "kind",
            "which",
            "said",
            "shown",
            "passed",
            "retain",
            "text",
            "message",
            "called",
            "captured",
            "state",
            "HUGE",
            "a" * 2000,
            "G091",
            "wake",
            1795000000000,
        ),
        share=0.03,
    ),
)
