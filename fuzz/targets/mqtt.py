"""Commands and reports over MQTT, from whoever may write to the broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
import json
from typing import Any, Final

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from custom_components.earlid import inbox as inbox_module, remote
from fuzz.home import SLUGS, WORDS, Home, home
from fuzz.target import Feed, Target, one_of, part, several, text_of

_LETS: Final = ("all", "mute_only", "off")
_WHO: Final = ("anyone", "admins")
_TOPIC: Final = "earlid/home"
_LARGEST: Final = 4096
# So that a flood of some messages is one.
_FEW: Final = 4


def _message(topic: str, payload: Any, *, retain: bool) -> ReceiveMessage:
    return ReceiveMessage(topic, _text(payload).encode("utf-8", "surrogatepass"), 1, retain, topic, 0.0)


def _text(payload: Any) -> str:
    return text_of(payload).replace("NOW", dt_util.utcnow().isoformat())


class _Storage:
    """A disk that may be full."""

    failing = False

    async def now(self) -> None:
        if self.failing:
            raise HomeAssistantError(translation_domain="earlid", translation_key="not_stored")


@contextmanager
def _commands() -> Iterator[Feed]:
    with home() as lives:
        inbox: Any = lives.household._books._inbox
        calm, storage = lives.standing, _Storage()
        lives.household._storage.now = storage.now  # type: ignore[method-assign]
        remote._REMEMBERED, remote._PER = _FEW, timedelta(milliseconds=50)  # type: ignore[misc]

        def feed(given: Any) -> None:
            lets, who = one_of(_LETS, part(given, "lets")), one_of(_WHO, part(given, "who"))
            lives.let(commands_over_mqtt=lets, who_may_allow=who)
            retain, storage.failing = part(given, "retain") is True, part(given, "fails") is True
            lockdown = part(given, "lockdown") is True
            if lives.standing != calm or lockdown:
                lives.hold(lockdown=lockdown)
            for payload in several(part(given, "payloads"), 12):
                before, listened, muted = lives.standing, lives.listens, lives.mutes
                message = _message(f"{_TOPIC}/command", payload, retain=retain)
                lives.run(_sent(lives, inbox, message))
                if lives.standing != before:
                    said = _command(payload)
                    assert lets != "off", "commands are off"
                    assert not retain, "the broker kept it"
                    assert lives.standing[0] is lockdown, "no command lifts lockdown"
                    _ensure_said(lives, said, listened, muted, free=lets == "all" and who == "anyone")
            inbox.rejected.clear()
            lives.ensure_calm()

        yield feed


def _command(payload: Any) -> dict[str, Any]:
    text = _text(payload)
    assert len(text.encode("utf-8", "surrogatepass")) <= _LARGEST, "too large to be taken"
    said = json.loads(text)
    assert isinstance(said, dict)
    return said


def _ensure_said(
    lives: Home, said: dict[str, Any], listened: dict[str, Any], muted: dict[str, Any], *, free: bool
) -> None:
    """Raise AssertionError where something changed that the message did not ask for, or might not."""
    named = SLUGS if said["speakers"] == "all" else said["speakers"]
    assert isinstance(named, list | tuple)
    assert set(named) <= set(SLUGS)
    for slug, hold in lives.listens.items():
        if listened.get(slug) != hold:
            assert free, "nobody let it listen"
            assert said["action"] == "listen"
            assert slug in said["speakers"], "each is named, when it may listen"
            assert 0 < said["seconds"] <= 12 * 3600
    for slug in muted.keys() - lives.mutes.keys():
        assert free, "nobody let it listen"
        assert said["action"] == "resume"
        assert slug in named
    for slug, hold in lives.mutes.items():
        if muted.get(slug) != hold:
            assert said["action"] == "mute"
            assert slug in named


async def _sent(lives: Home, inbox: Any, message: ReceiveMessage) -> None:
    inbox._commanded(message)
    await lives.settle()


@contextmanager
def _reports() -> Iterator[Feed]:
    held, waiting = inbox_module.MOST_HELD, inbox_module.MOST_WAITING
    with home() as lives:
        inbox: Any = lives.household._books._inbox
        inbox._topic = _TOPIC
        inbox_module.MOST_HELD = inbox_module.MOST_WAITING = _FEW  # type: ignore[misc]

        async def sent(given: Any) -> None:
            inbox._held = [] if part(given, "early") is True else None
            slug = text_of(part(given, "slug"))
            topic = f"{_TOPIC}/speaker/{slug}/activation/report"
            for payload in several(part(given, "payloads")):
                inbox._reported(_message(topic, payload, retain=part(given, "retain") is True))
            inbox._left = 0 if part(given, "busy") is True else inbox_module.AT_ONCE
            inbox._line.clear()

        def feed(given: Any) -> None:
            before = lives.standing
            lives.run(sent(given))
            assert lives.standing == before, "what was heard decides nothing"
            inbox.rejected.clear()
            lives.ensure_calm()

        try:
            yield feed
        finally:
            inbox_module.MOST_HELD, inbox_module.MOST_WAITING = held, waiting  # type: ignore[misc]


TARGETS: Final = (
    Target(
        name="mqtt_command",
        begin=_commands,
        parses=(
            "remote",
            "inbox:Inbox._commanded",
            "inbox:Inbox._obey",
            "inbox:Inbox._reject",
            "untrusted:unpack",
            "untrusted:moment",
            "untrusted:time_in",
        ),
        words=(
            *WORDS,
            "action",
            "speakers",
            "seconds",
            "id",
            "at",
            "payloads",
            "lets",
            "who",
            "retain",
            "fails",
            "NOW",
            43200,
            43201,
        ),
        share=0.05,
    ),
    Target(
        name="mqtt_report",
        begin=_reports,
        parses=(
            "inbox:Inbox._reported",
            "inbox:Inbox._work",
            "inbox:Inbox._reject",
            "detectors/mqtt",
            "untrusted:unpack",
            "untrusted:moment",
            "untrusted:time_in",
        ),
        words=(*WORDS, "slug", "payloads", "early", "busy", "retain", "id", "at", "source", "outcome", "note"),
        share=0.2,
    ),
)
