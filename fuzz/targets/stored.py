"""The document of an earlier, a later or a damaged time; and the set-up as damage or an older version left it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
import json
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util
import orjson

from custom_components.earlid.const import DEFAULT_REST
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Effect, Holds
from custom_components.earlid.engine.trials import MeterSays, Verdict
from custom_components.earlid.memory import Remembered, _print
from custom_components.earlid.setup_data import Guarded, home_zone, read_home, read_rule, read_speaker
from fuzz.home import SLUGS, WORDS, Home, home
from fuzz.mutation import copied
from fuzz.target import Feed, Target, part


def _from_disk(given: Any, words: Mapping[str, str] = MappingProxyType({})) -> Any:
    """Return it as it comes from the disk; None where it could not lie there."""
    text = json.dumps(given)
    for word, meant in words.items():
        text = text.replace(word, meant)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


@contextmanager
def _documents() -> Iterator[Feed]:
    with home() as lives:
        guard, rulebook = lives.household._guard, lives.household._rulebook
        guarded = {slug: post.guarded for slug, post in guard.posts.items() if slug == SLUGS[0]}
        for slug in SLUGS[1:]:
            guard.remove(slug)
        # What is shown of it costs ten times what is looked at here.
        guard.told = lambda _slugs, _records: None
        relay = _print(guard.posts[SLUGS[0]])

        async def restored(given: Any) -> None:
            now = dt_util.utcnow()
            # What is no object was refused by then.
            read = _from_disk(given, {"NOW": now.isoformat(), "PRINT": relay})
            document = read if isinstance(read, dict) else {}
            guard.lockdown = False
            for slug, speaker in guarded.items():
                guard.remove(slug)
                guard.put(speaker)
            memory = Remembered(guard, rulebook)
            memory.recall(copied(document), now)
            for post in guard.posts.values():
                memory.restore(post, now)
            guard.look()
            await lives.settle()
            for slug, post in guard.posts.items():
                assert guard.view(slug)
                assert post.decision is not None
                if document:
                    assert guard.lockdown or document.get("lockdown") is False, "who knows whether it was on"
                if guard.lockdown:
                    assert not post.decision.may_listen
                if post.holds.listen is not None:
                    assert part(part(part(document, "speakers"), slug), "holds"), "nobody let it listen"
            for slug in guard.posts:
                guard.report(slug, Report(source="detector"))
            await lives.settle()
            lives.ensure_calm()
            written = orjson.dumps(memory.document())
            again = Remembered(guard, rulebook)
            again.recall(json.loads(written), now)
            lives.ensure_calm()

        yield lambda given: lives.run(restored(given))


# What is said of a set-up that is damaged; all else goes on.
_DOCUMENTED: Final = ("cannot be read", "cannot be made", "cannot be watched", "is NOT guarded")
_KEPT_SILENT: Final = "it is kept silent"
_NOT_GUARDED: Final = "it is NOT guarded"


@contextmanager
def _set_ups() -> Iterator[Feed]:
    with home() as lives:
        guard, rulebook = lives.household._guard, lives.household._rulebook
        well = {slug: _rested(post.guarded) for slug, post in guard.posts.items()}
        for guarded in well.values():
            guard.put(guarded)
        # There are no entities for what was not set up by a form.
        guard.told = lambda _slugs, _records: None
        silent: Any = lives.household
        silent.tell = lambda _views, _records: None

        async def read(stored: Any) -> None:
            given = _from_disk(stored)
            entry: Any = _Entry(part(given, "data"), part(given, "options"))
            home = read_home(entry) if _is_whole(entry) else lives.household._home
            speaker = part(given, "speaker")
            if isinstance(speaker, dict):
                await _guard(lives, read_speaker(_subentry("speaker", {"slug": SLUGS[0]} | speaker), home))
            rule = part(given, "rule")
            if isinstance(rule, dict):
                found = read_rule(_subentry("rule", rule), home_zone("Europe/Berlin"))
                readable = found.rule.effect is not Effect.MUTE or part(rule, "effect") == "mute"
                rulebook.put(found, enabled=True)
                rulebook.refresh(dt_util.utcnow())
                guard.look()
                await lives.settle()
                if not readable and not found.rule.speakers:
                    assert not any(post.decision and post.decision.may_listen for post in guard.posts.values())
                rulebook.remove(found.rule.slug)
                rulebook.refresh(dt_util.utcnow())
            for slug in guard.posts.keys() - well.keys():
                guard.remove(slug)
                silent._watching.pop(slug)()
            guard.look()
            await lives.settle()
            assert guard.posts.keys() == well.keys()
            if guard.posts[SLUGS[0]].guarded is not well[SLUGS[0]]:
                guard.put(well[SLUGS[0]])

        def feed(given: Any) -> None:
            lives.run(read(given))
            heard = lives.alarms.heard
            lives.alarms.heard = [said for said in heard if not any(word in _first(said) for word in _DOCUMENTED)]
            lives.ensure_calm()

        yield feed


async def _guard(lives: Home, guarded: Guarded | None) -> None:
    """Guard the speaker that was read; raise AssertionError where one that could not be is not kept silent."""
    said = "".join(map(_first, lives.alarms.heard))
    assert (guarded is None) == (_NOT_GUARDED in said), "whether it is guarded is said"
    if guarded is None or guarded.relay.get("relay", "entity") != "entity":
        return
    guarded = _rested(guarded)
    lives.household._put_speaker(guarded, dt_util.utcnow())
    if (post := lives.household._guard.posts.get(guarded.speaker.slug)) is not None and post.guarded is guarded:
        post.holds = Holds()
        lives.household._guard.look()
        await lives.settle()
        if _KEPT_SILENT in said:
            assert post.decision is not None
            assert not post.decision.may_listen


def _rested(guarded: Guarded) -> Guarded:
    """Return it with a rest: a rule of the plug that it switches would have no end but for what each ON waits."""
    rest = max(guarded.speaker.rest, timedelta(seconds=DEFAULT_REST))
    return replace(guarded, speaker=replace(guarded.speaker, rest=rest))


def _first(said: str) -> str:
    """Return what was said, without what was underway."""
    return said.partition("\n")[0]


class _Entry:
    """A config entry, as far as it is read."""

    def __init__(self, data: Any, options: Any) -> None:
        self.data: Mapping[str, Any] = {"site": "home"} | (data if isinstance(data, dict) else {})
        self.options: Mapping[str, Any] = options if isinstance(options, dict) else {}


def _is_whole(entry: Any) -> bool:
    """Return whether the options are those of a form: nothing else is written there."""
    try:
        read_home(entry)
    except KeyError, TypeError, ValueError, OverflowError:
        return False
    return True


def _subentry(kind: str, data: dict[str, Any]) -> ConfigSubentry:
    return ConfigSubentry(data=MappingProxyType(data), subentry_type=kind, title="Kitchen", unique_id=None)


_HOLD: Final = {
    "effect": "listen",
    "at": "NOW",
    "until": "2999-01-01T00:00:00+00:00",
    "ends_when_base_leaves": None,
    "by_hand": False,
}
_TALLY: Final = {
    "at": "NOW",
    "day": "2026-11-22",
    "proof": "live",
    "allowed": True,
    "live_s": 1.5,
    "exposed_s": 0.0,
    "activations": 2,
}
_FINDING: Final = {
    "verdict": next(iter(Verdict)),
    "at": "NOW",
    "granted_s": 60,
    "off_after_s": 60.5,
    "meter": next(iter(MeterSays)),
}
_WAKE: Final = {
    "id": "01J",
    "at": "NOW",
    "source": "mqtt",
    "sources": ["mqtt"],
    "outcome": "answered",
    "allowed": True,
    "because": "rule",
    "microphone": "live",
}
_RELAY: Final = {
    "print": "PRINT",
    "clock": _FINDING,
    "power": None,
    "firmware": "1",
    "power_on_off": True,
    "provisioned_s": 300,
}
_POST: Final = {
    "holds": {"mute": _HOLD | {"effect": "mute"}, "listen": _HOLD},
    "tally": _TALLY,
    "breach": {"cause": "relay_unreachable", "since": "NOW"},
    "against": ["meter"],
    "unsilenced_since": "NOW",
    "heard_at": "NOW",
    "relay": _RELAY,
    "draw": {"idle_w": 2.5, "gone": False, "probation_s": 60, "meter": "sensor.plug_0_power"},
    "last_activation": _WAKE,
}

TARGETS: Final = (
    Target(
        name="stored",
        begin=_documents,
        parses=(
            "memory:Remembered.recall",
            "memory:Remembered.restore",
            "memory:_part",
            "memory:_restore_relay",
            "memory:_moment",
            "memory:_to_activation",
            "storage:to_",
            "storage:_to_hold",
            "storage:_moment",
            "storage:_span",
        ),
        words=(
            *WORDS,
            "NOW",
            "2026-11-22T12:00:00",
            _HOLD,
            _TALLY,
            _POST,
            _WAKE,
            "listen",
            "mute",
            "off_proven",
            "speakers",
            "lockdown",
            "PRINT",
        ),
        share=0.02,
    ),
    Target(
        name="set_up",
        begin=_set_ups,
        parses=("setup_data",),
        words=(
            *WORDS,
            "speaker",
            "rule",
            "options",
            "data",
            "mon",
            "sun",
            "power",
            "microphone",
            "any",
            "all",
            "none",
            "allow",
            "mute",
            {"hours": 1},
            {"days": 10**9},
            "00:00",
            "switch.plug_1",
        ),
        share=0.02,
    ),
)
