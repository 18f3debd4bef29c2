"""What each speaker's step reads and remembers, and what the rules stand on: for whoever is to find out why.

It names entities, relays by a hash and nobody.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from homeassistant.util import dt as dt_util

from .facts import Eyes
from .guard import Guard
from .post import Post
from .rulebook import Rulebook
from .storage import Json


def tell(eyes: Eyes, guard: Guard, rulebook: Rulebook) -> Json:
    """Return it as JSON, each time with its age in seconds, each span in seconds."""
    now = dt_util.utcnow()
    told: Json = as_json(
        {
            "started_at": guard.started_at,
            "speakers": {slug: _of(eyes, guard, post) for slug, post in guard.posts.items()},
            # One of a rule on conditions is called after it, and shows nothing itself.
            "facts": {
                key: {"fact": fact, "reported": None if key.startswith("rule:") else eyes.seen(key)}
                for key, fact in rulebook.facts.items()
            },
            "rules": rulebook.memories,
        },
        now,
    )
    return told


def _of(eyes: Eyes, guard: Guard, post: Post) -> Json:
    # What was said by the last look: a later report is the next look's.
    return {
        "relay": {"key": post.relay.key, "clock": post.relay.clock, "behind": list(post.line.behind)},
        "reported": post.relay.read(),
        "readings": post.read(eyes, guard.started_at, post.said),
        "memory": post.memory,
        "settings": post.settings,
        "evidence": post.evidence,
        "provisioned": post.provisioned,
        "waits_for": post.waits_for,
        "failed_at": post.failed_at,
    }


def as_json(value: Any, now: datetime) -> Any:
    """Return a value of the engine's as JSON."""
    match value:
        case Enum():
            told = value.value
        case datetime():
            told = {"at": value.isoformat(), "age_s": round((now - value).total_seconds(), 1)}
        case timedelta():
            told = value.total_seconds()
        case Mapping():
            told = {str(key): as_json(each, now) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            told = [as_json(each, now) for each in value]
        case _ if is_dataclass(value):
            told = {each.name: as_json(getattr(value, each.name), now) for each in fields(value)}
        case None | bool() | int() | float() | str():
            told = value
        case _:
            told = type(value).__name__
    return told
