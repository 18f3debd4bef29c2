"""Commands and reports over MQTT, from whoever may write to the broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
import json
from typing import Any, Final
from unittest.mock import patch

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from custom_components.earlid import inbox as inbox_module, other_home, remote
from custom_components.earlid.const import DOMAIN
from fuzz.home import SLUGS, WORDS, Home, home
from fuzz.target import Feed, Target, one_of, part, several, text_of

_LETS: Final = ("all", "mute_only", "off")
_WHO: Final = ("anyone", "admins")
_TOPIC: Final = "earlid/home"
_LARGEST: Final = 4096
# So that a flood of some messages is one.
_FEW: Final = 4
_OFTEN: Final = 10
_STALE: Final = timedelta(seconds=62)
_AGO: Final = timedelta(seconds=10)
# s. No clock is further off.
_FAR: Final = 1_000_000


def _message(topic: str, text: str, *, retain: bool) -> ReceiveMessage:
    return ReceiveMessage(topic, text.encode("utf-8", "surrogatepass"), 1, retain, topic, 0.0)


def _text(payload: Any, now: datetime) -> str:
    return text_of(payload).replace("NOW", now.isoformat()).replace("EARLIER", (now - _AGO).isoformat())


class _Storage:
    """A disk that may be full, or fail in a way that nobody has words for."""

    fails: object = False

    async def now(self) -> None:
        if self.fails is True:
            raise HomeAssistantError(translation_domain="earlid", translation_key="not_stored")
        if self.fails:
            raise HomeAssistantError


class _Clock:
    """What is set forth and back."""

    off = timedelta(0)

    def utcnow(self) -> datetime:
        return dt_util.utcnow() + self.off

    def turn(self, seconds: Any) -> None:
        if isinstance(seconds, int | float) and abs(seconds) < _FAR:
            self.off += timedelta(seconds=seconds)


@contextmanager
def _commands() -> Iterator[Feed]:
    clock = _Clock()
    with home() as lives, patch.multiple(remote, dt_util=clock, _REMEMBERED=_FEW, _MOST_TIMED=_FEW):
        inbox: Any = lives.household._books._inbox
        calm, storage = lives.standing, _Storage()
        lives.household._storage.now = storage.now  # type: ignore[method-assign]

        def feed(given: Any) -> None:
            lets, who = one_of(_LETS, part(given, "lets")), one_of(_WHO, part(given, "who"))
            lives.let(commands_over_mqtt=lets, who_may_allow=who)
            retain, storage.fails = part(given, "retain") is True, part(given, "fails")
            lockdown = part(given, "lockdown") is True
            if lives.standing != calm or lockdown:
                lives.hold(lockdown=lockdown)
            # As at a start: else the floods of one input would keep all others out.
            clock.off, inbox._remote = timedelta(0), remote.Remote(lives.entry, lives.household)
            allowed, last = 0, None
            for payload in several(part(given, "payloads"), 12):
                clock.turn(part(payload, "clock"))
                before, listened, muted = lives.standing, lives.listens, lives.mutes
                text = _text(payload, clock.utcnow())
                lives.run(_sent(lives, inbox, _message(f"{_TOPIC}/command", text, retain=retain)))
                if lives.standing != before:
                    said = _command(text)
                    assert lets != "off", "commands are off"
                    assert not retain, "the broker kept it"
                    assert lives.standing[0] is lockdown, "no command lifts lockdown"
                    _ensure_said(lives, said, listened, muted, free=lets == "all" and who == "anyone")
                    assert said.get("id") is None or said["id"] != last, "it was done already"
                    last = said.get("id")
                    if said["action"] != "mute":
                        at, allowed = _moment(said.get("at")), allowed + 1
                        assert at is None or abs(clock.utcnow() - at) < _STALE, "it was sent at another time"
                        assert clock.off or allowed <= _OFTEN, "nobody wants that so often"
            inbox.rejected.clear()
            lives.ensure_calm()

        yield feed


def _command(text: str) -> dict[str, Any]:
    assert len(text.encode("utf-8", "surrogatepass")) <= _LARGEST, "too large to be taken"
    said = json.loads(text)
    assert isinstance(said, dict)
    return said


def _moment(text: Any) -> datetime | None:
    """Return the moment that a text says without a doubt."""
    try:
        moment = datetime.fromisoformat(text)
    except TypeError, ValueError:
        return None
    return None if moment.tzinfo is None else moment


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
                text = _text(payload, dt_util.utcnow())
                inbox._reported(_message(topic, text, retain=part(given, "retain") is True))
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


@contextmanager
def _homes() -> Iterator[Feed]:
    with home() as lives:
        said: list[None] = []

        async def heard(given: Any) -> None:
            said.clear()
            other = other_home.OtherHome(lives.hass, lambda: said.append(None))
            try:
                hear(other, several(part(given, "messages"), 12))
            finally:
                other.silence()
            assert not _is_shown(lives)

        def hear(other: other_home.OtherHome, messages: list[Any]) -> None:
            there, since = False, dt_util.utcnow()
            for message in messages:
                text = _text(part(message, "payload"), dt_util.utcnow())
                own, retain = part(message, "own") is True and text.isascii(), part(message, "retain") is True
                if own:
                    other.said(text)
                other._heard(_message(f"{_TOPIC}/status", text, retain=retain))
                if not own and not retain:
                    there = there or _is_online(text, since)
                assert there or not _is_shown(lives), "nobody else said that a home is there"
                # Once it is gone, only it can say that it is back.
                there = _is_shown(lives)
            assert len(said) <= len(messages), "who answers itself never ends"

        def feed(given: Any) -> None:
            before = lives.standing
            lives.run(heard(given))
            assert lives.standing == before, "what another home says decides nothing"
            lives.ensure_calm()

        yield feed


def _is_shown(lives: Home) -> bool:
    return ir.async_get(lives.hass).async_get_issue(DOMAIN, other_home.ISSUE) is not None


def _is_online(text: str, since: datetime) -> bool:
    try:
        said = json.loads(text)
    except ValueError, RecursionError:
        return False
    at = _moment(part(said, "at"))
    return bool(part(said, "status") == "online" and (at is None or at > since - timedelta(seconds=1)))


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
            "clock",
            "NOW",
            "EARLIER",
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
    Target(
        name="other_home",
        begin=_homes,
        parses=("other_home:_status", "other_home:OtherHome", "untrusted:unpack", "untrusted:moment"),
        words=("messages", "payload", "retain", "own", "status", "at", "online", "offline", "NOW", "EARLIER"),
        share=0.1,
        spared={
            "while self._stops:": "there is no broker here",
            "if not isinstance(payload, bytes):": "it is subscribed to as bytes",
        },
    ),
)
