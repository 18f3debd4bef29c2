"""What the household remembers over a stop, as one document."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
import logging
from typing import Any

from homeassistant.helpers.json import json_bytes_sorted
from homeassistant.util import dt as dt_util

from .engine import exposure
from .engine.activations import Activation
from .engine.assurance import Evidence
from .engine.memory import Memory
from .engine.model import Because, Effect, Hold, Holds, Outcome, Proof, Record, Settings
from .engine.rules import RuleMemory, after_start
from .guard import Guard
from .journal import Entry
from .journal.reads import gently
from .post import Post, uptime
from .rulebook import Rulebook
from .storage import (
    Json,
    from_breach,
    from_draw,
    from_fact,
    from_finding,
    from_holds,
    from_rule_memory,
    from_tally,
    to_breach,
    to_draw,
    to_fact,
    to_finding,
    to_holds,
    to_moment,
    to_rule_memory,
    to_tally,
    to_truth,
)

_LOGGER = logging.getLogger(__name__)

type Convert = Callable[..., Awaitable[dict[str, list[Activation]]]]


class Remembered:
    """Takes the document from guard and rulebook, and gives it back to them at a start."""

    def __init__(self, guard: Guard, rulebook: Rulebook) -> None:
        """Remember nothing yet."""
        self.rules_off: set[str] = set()
        self.rules: dict[str, RuleMemory] = {}
        self._guard = guard
        self._rulebook = rulebook
        self.alive_at: datetime | None = None
        """When somebody looked for the last time before this start."""
        self.stopped_well = False
        """Whether the last stop was a clean one."""
        self.ended_well = False
        """Whether this run has ended in a clean stop."""
        self.waiting: list[Record] = []
        """What waited for a broker as there was no journal yet."""
        self._speakers: dict[str, Json] = {}

    def document(self) -> Json:
        """Return all that must survive, as it is now."""
        return {
            "alive_at": dt_util.utcnow().isoformat(),
            "stopped_well": self.ended_well,
            "lockdown": self._guard.lockdown,
            "rules_off": self._rulebook.switched_off,
            "facts": {key: from_fact(fact) for key, fact in self._rulebook.facts.items()},
            "rules": {slug: from_rule_memory(memory) for slug, memory in self._rulebook.memories.items()},
            "speakers": {slug: _from_post(post) for slug, post in self._guard.posts.items()},
        }

    def recall(self, stored: Json, now: datetime) -> None:
        """Take the document in at a start; its facts count until each entity reports, if they are young enough.

        A part that cannot be read is left out: the speakers are guarded all the same. A document that does not say
        whether lockdown is on leaves it on, since a person may have wished so.
        """
        if not stored:
            return
        self._guard.lockdown = stored.get("lockdown") is not False
        self.stopped_well = stored.get("stopped_well") is True
        self.rules_off = {slug for slug in _part(stored, "rules_off", list) if isinstance(slug, str)}
        with _unreadable("time"):
            self.alive_at = to_moment(stored["alive_at"])
        for slug, memory in _part(stored, "rules", dict).items():
            with _unreadable(slug):
                self.rules[slug] = to_rule_memory(memory)
        for key, fact in _part(stored, "facts", dict).items():
            with _unreadable(key):
                if self.alive_at is not None and (counts := after_start(to_fact(fact), self.alive_at, now)):
                    self._rulebook.facts[key] = counts
        self._speakers = _part(stored, "speakers", dict)
        self.waiting = list(_waited(_part(stored, "waiting", list)))

    def restore(self, post: Post, now: datetime) -> None:
        """Give a speaker back what was remembered of it; the time nobody looked counts as unknown.

        One whose holds cannot be read is held mute, since a person may have wished so.
        """
        stored = self._speakers.pop(post.slug, None)
        if stored is None:
            return
        post.holds = post.noted_holds = Holds(mute=Hold(effect=Effect.MUTE, at=now, until=None))
        with _unreadable(post.slug):
            post.holds = post.noted_holds = to_holds(stored["holds"])
        with _unreadable(post.slug):
            unsilenced_since = _moment(stored["unsilenced_since"])
            breach, against = to_breach(stored["breach"]), tuple(map(str, stored.get("against", ())))
            post.memory = Memory(breach=breach, against=against, unsilenced_since=unsilenced_since)
            post.heard_at = _moment(stored["heard_at"])
        with _unreadable(post.slug):
            zone = dt_util.get_default_time_zone()
            tally = to_tally(stored["tally"])
            post.last_known = None if tally.proof is Proof.UNKNOWN else tally.proof
            post.tally = exposure.after_gap(tally, self.alive_at or now, now, zone)
        with _unreadable(post.slug):
            if (relay := stored.get("relay")) is not None:
                _restore_relay(post, relay)
        with _unreadable(post.slug):
            # What another meter showed is of no use.
            if (draw := stored.get("draw")) is not None and draw["meter"] == post.guarded.meter:
                post.memory = replace(post.memory, draw=to_draw(draw))
        with _unreadable(post.slug):
            if (activation := stored["last_activation"]) is not None:
                post.last_activation = _to_activation(post.slug, activation)
                post.chronicle.recall([post.last_activation], now, uptime())

    async def know(self, entries: Sequence[Entry], convert: Convert) -> None:
        """Know these activations again, newest first, so that a report of one that comes again is none.

        Those of today are counted again: a kill may have come before the count was stored.

        `convert` calls a function outside the event loop, which all the activations of a grown home would hold up
        for a tenth of a second.
        """
        for slug, activations in (await convert(_activations, entries)).items():
            # A speaker may be gone by now.
            if (post := self._guard.posts.get(slug)) is not None:
                if post.recall(activations, dt_util.utcnow()):
                    self._guard.look([slug])
                await asyncio.sleep(0)


def _activations(entries: Sequence[Entry]) -> dict[str, list[Activation]]:
    """Return the activations that these tell of, by speaker and oldest first, each as it was told of last."""
    known: dict[str, dict[str, Activation]] = {}
    for entry in gently(reversed(entries)):
        with _unreadable(entry.id):
            stored = {"id": entry.id, "at": entry.at.isoformat()} | entry.body
            activation = _to_activation(entry.speaker, stored)
            known.setdefault(entry.speaker, {})[activation.id] = activation
    return {slug: list(activations.values()) for slug, activations in known.items()}


@contextmanager
def _unreadable(what: str) -> Iterator[None]:
    """Leave out what cannot be read, and say so."""
    try:
        yield
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        _LOGGER.warning("What was remembered of %s cannot be read and is left out: %r", what, error)


def _part[T: (dict[str, Any], list[Any])](stored: Json, key: str, kind: type[T]) -> T:
    part = stored.get(key)
    return part if isinstance(part, kind) else kind()


def _waited(stored: list[Any]) -> Iterator[Record]:
    """Yield what waited for a broker in a document of before the journal: it is recorded now, and goes out."""
    for one in stored:
        with _unreadable("what waited for a broker"):
            topic, told = one
            kind = topic.rpartition("/")[2]
            if kind in ("activation", "breach"):
                body = {key: value for key, value in told.items() if key not in ("schema", "id", "at", "speaker")}
                at = datetime.fromisoformat(told["at"])
                yield Record(kind=kind, at=at, speaker=str(told["speaker"]), body=body, id=str(told["id"]))


def _from_post(post: Post) -> Json:
    memory, activation = post.memory, post.last_activation
    unsettled = post.heard_at if post.heard_at != memory.heard_settled else None
    return {
        "holds": from_holds(post.holds),
        "tally": from_tally(post.tally),
        "breach": from_breach(memory.breach),
        "against": list(memory.against),
        "unsilenced_since": None if memory.unsilenced_since is None else memory.unsilenced_since.isoformat(),
        "heard_at": None if unsettled is None else unsettled.isoformat(),
        "relay": _from_relay(post),
        "draw": from_draw(memory.draw) | {"meter": post.guarded.meter},
        "last_activation": None if activation is None else from_activation(activation),
    }


def _print(post: Post) -> str:
    """Return what tells whether a speaker's relay is still set up as it was, and tells nothing of its password."""
    return sha256(json_bytes_sorted(dict(post.guarded.relay))).hexdigest()


def _from_relay(post: Post) -> Json:
    evidence = post.evidence
    return {
        "print": _print(post),
        "clock": from_finding(evidence.clock),
        "power": from_finding(evidence.power),
        "firmware": evidence.firmware,
        "power_on_off": post.settings.power_on_off,
        "provisioned_s": None if post.provisioned is None else post.provisioned.total_seconds(),
    }


def _restore_relay(post: Post, stored: Json) -> None:
    """Give a speaker back what is known of its relay, unless that was set up another way since."""
    if stored["print"] != _print(post):
        return
    clock, power = to_finding(stored["clock"]), to_finding(stored["power"])
    post.evidence = Evidence(clock=clock, power=power, firmware=str(stored["firmware"]))
    # Until the device says so itself.
    post.settings = Settings(power_on_off=to_truth(stored.get("power_on_off")), firmware=post.evidence.firmware)
    seconds = stored["provisioned_s"]
    post.provisioned = None if seconds is None else timedelta(seconds=seconds)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else to_moment(text)


def from_activation(activation: Activation) -> Json:
    """Return an activation's fields as they are stored and go out."""
    return {
        "id": activation.id,
        "at": activation.at.isoformat(),
        "source": activation.source,
        "sources": list(activation.sources),
        "outcome": activation.outcome.value,
        "allowed": activation.allowed,
        "because": activation.because.value,
        "microphone": activation.microphone.value,
    }


def _to_activation(slug: str, stored: dict[str, Any]) -> Activation:
    return Activation(
        id=str(stored.get("amends") or stored["id"]),
        speaker=slug,
        at=to_moment(stored["at"]),
        # Written before more than one source was named.
        sources=tuple(map(str, stored.get("sources") or [stored["source"]])),
        outcome=Outcome(stored["outcome"]),
        allowed=bool(stored["allowed"]),
        because=Because(stored["because"]),
        microphone=Proof(stored["microphone"]),
    )
