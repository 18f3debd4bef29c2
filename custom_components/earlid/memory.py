"""What the household remembers over a stop, as one document."""

from datetime import datetime
from typing import Any

from homeassistant.util import dt as dt_util

from .engine import exposure
from .engine.activations import Activation
from .engine.enforcement import Memory
from .engine.model import Because, Outcome, Proof
from .engine.rules import RuleMemory, after_start
from .guard import Guard
from .post import Post
from .rulebook import Rulebook
from .storage import (
    Json,
    from_breach,
    from_fact,
    from_holds,
    from_rule_memory,
    from_tally,
    to_breach,
    to_fact,
    to_holds,
    to_rule_memory,
    to_tally,
)


class Remembered:
    """Takes the document from guard and rulebook, and gives it back to them at a start."""

    def __init__(self, guard: Guard, rulebook: Rulebook) -> None:
        """Remember nothing yet."""
        self.rules_off: frozenset[str] = frozenset()
        self.rules: dict[str, RuleMemory] = {}
        self._guard = guard
        self._rulebook = rulebook
        self._alive_at: datetime | None = None
        self._speakers: dict[str, Json] = {}

    def document(self) -> Json:
        """Return all that must survive, as it is now."""
        return {
            "alive_at": dt_util.utcnow().isoformat(),
            "lockdown": self._guard.lockdown,
            "rules_off": self._rulebook.switched_off,
            "facts": {key: from_fact(fact) for key, fact in self._rulebook.facts.items()},
            "rules": {slug: from_rule_memory(memory) for slug, memory in self._rulebook.memories.items()},
            "speakers": {slug: _from_post(post) for slug, post in self._guard.posts.items()},
        }

    def recall(self, stored: Json, now: datetime) -> None:
        """Take the document in at a start; its facts count until each entity reports, if they are young enough."""
        if not stored:
            return
        self._alive_at = alive_at = datetime.fromisoformat(stored["alive_at"])
        self._guard.lockdown = stored["lockdown"]
        self.rules_off = frozenset(stored["rules_off"])
        self.rules = {slug: to_rule_memory(memory) for slug, memory in stored["rules"].items()}
        self._speakers = stored["speakers"]
        facts = {key: after_start(to_fact(fact), alive_at, now) for key, fact in stored["facts"].items()}
        self._rulebook.facts = {key: fact for key, fact in facts.items() if fact is not None}

    def restore(self, post: Post, now: datetime) -> None:
        """Give a speaker back what was remembered of it; the time nobody looked counts as unknown."""
        stored = self._speakers.pop(post.slug, None)
        if stored is None or self._alive_at is None:
            return
        post.holds = to_holds(stored["holds"])
        zone = dt_util.get_default_time_zone()
        post.tally = exposure.after_gap(to_tally(stored["tally"]), self._alive_at, now, zone)
        post.heard_at = _moment(stored["heard_at"])
        post.memory = Memory(breach=to_breach(stored["breach"]), unsilenced_since=_moment(stored["unsilenced_since"]))
        if (activation := stored["last_activation"]) is not None:
            post.last_activation = _to_activation(post.slug, activation)
            post.chronicle.known.append(post.last_activation)


def _from_post(post: Post) -> Json:
    memory, activation = post.memory, post.last_activation
    unsettled = post.heard_at if post.heard_at != memory.heard_settled else None
    return {
        "holds": from_holds(post.holds),
        "tally": from_tally(post.tally),
        "breach": from_breach(memory.breach),
        "unsilenced_since": None if memory.unsilenced_since is None else memory.unsilenced_since.isoformat(),
        "heard_at": None if unsettled is None else unsettled.isoformat(),
        "last_activation": None if activation is None else from_activation(activation),
    }


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def from_activation(activation: Activation) -> Json:
    """Return an activation's fields as they are stored and go out."""
    return {
        "id": activation.id,
        "at": activation.at.isoformat(),
        "source": activation.source,
        "outcome": activation.outcome.value,
        "allowed": activation.allowed,
        "because": activation.because.value,
        "microphone": activation.microphone.value,
    }


def _to_activation(slug: str, stored: dict[str, Any]) -> Activation:
    return Activation(
        id=stored["id"],
        speaker=slug,
        at=datetime.fromisoformat(stored["at"]),
        source=stored["source"],
        outcome=Outcome(stored["outcome"]),
        allowed=stored["allowed"],
        because=Because(stored["because"]),
        microphone=Proof(stored["microphone"]),
    )
