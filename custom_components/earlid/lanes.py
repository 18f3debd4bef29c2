"""The time line in the shapes that go to the browser. Built and written as JSON outside the event loop."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from . import wire
from .engine.gaps import Gap, gaps, joined
from .engine.ledger import fold
from .engine.model import Because, Outcome, Speaker
from .engine.policy import Flip
from .engine.timeline import spans
from .history import Passage, let_go
from .journal import Entry
from .journal.reads import gently
from .picture import at_ms


class Lanes:
    """Gathers the lanes of some speakers, passage after passage."""

    def __init__(self, speakers: Iterable[Speaker], rules: Mapping[str, str]) -> None:
        """Begin with nothing known of these speakers; `rules` are the names of the rules by slug."""
        self._rules = rules
        self._gaps: list[Gap] = []
        self._lanes: dict[str, wire.Lane] = {
            one.slug: {
                "speaker": one.slug,
                "name": one.name,
                "deadline": one.deadline.total_seconds(),
                "bands": [],
                "decisions": [],
                "wakes": [],
                "ahead": [],
            }
            for one in speakers
        }

    def add(self, passage: Passage) -> None:
        """Add what a passage tells."""
        self._gaps = joined([*self._gaps, *gaps(passage.records, passage.start, passage.end, passage.before)])
        for slug, records, before in passage.parts(self._lanes):
            lane = self._lanes[slug]
            for span in gently(spans(records, passage.start, passage.end, before, gently).get(slug, [])):
                band = wire.Band(
                    start=at_ms(span.start), end=at_ms(span.end), microphone=span.proof.value, allowed=span.allowed
                )
                _append(lane["bands"], band)
            # What was decided before the time holds on in it; of later passages it is there already.
            decisions = records if lane["decisions"] else [*before, *records]
            lane["decisions"] += [self._decided(one) for one in gently(decisions) if one.kind == "decision"]
            lane["wakes"] += [_wake(one) for one in gently(fold(records)) if one.kind == "activation"]

    def plan(self, slug: str, flips: Iterable[Flip]) -> None:
        """Add what is expected of a speaker."""
        self._lanes[slug]["ahead"] = [
            {
                "at": at_ms(flip.at),
                "allowed": flip.may_listen,
                "because": flip.because.because.value,
                "name": flip.because.name or None,
            }
            for flip in flips
        ]

    def written(self, start: datetime, end: datetime, now: datetime) -> bytes:
        """Return the answer as JSON, once: each lane is let go of when it is written."""
        lanes = []
        for lane in self._lanes.values():
            lanes.append(orjson.Fragment(orjson.dumps(lane)))
            for part in (lane["bands"], lane["decisions"], lane["wakes"]):
                let_go(part)
        return orjson.dumps(
            {
                "start": at_ms(start),
                "end": at_ms(end),
                "now": at_ms(now),
                "lanes": lanes,
                "gaps": [wire.Gap(start=at_ms(gap.start), end=at_ms(gap.end)) for gap in self._gaps],
            }
        )

    def _decided(self, record: Entry) -> wire.Decided:
        body = record.body
        lost = body.get("lost")
        return {
            "at": at_ms(record.at),
            "allowed": body.get("allowed") is True,
            "because": _because(body.get("because")) or "posture",
            "name": self._rule(body.get("slug")),
            "lost": [self._voice(one) for one in lost if isinstance(one, dict)] if isinstance(lost, list) else [],
        }

    def _voice(self, lost: Mapping[str, Any]) -> str:
        return self._rule(lost.get("slug")) or str(lost.get("because"))

    def _rule(self, slug: object) -> str | None:
        """Return the name of a rule; one that is gone is named by its slug."""
        return self._rules.get(slug, slug) if isinstance(slug, str) and slug else None


def _append(bands: list[wire.Band], band: wire.Band) -> None:
    """Add a band; one that goes on over the end of a passage stays one."""
    last = bands[-1] if bands else None
    same = last is not None and (last["microphone"], last["allowed"]) == (band["microphone"], band["allowed"])
    if last is not None and same and last["end"] == band["start"]:
        last["end"] = band["end"]
    elif band["start"] < band["end"]:
        bands.append(band)


def _because(value: object) -> wire.Because | None:
    return Because(str(value)).value if value in Because else None


def _wake(record: Entry) -> wire.Wake:
    body = record.body
    outcome = body.get("outcome")
    return {
        "id": record.id,
        "at": at_ms(record.at),
        "outcome": Outcome(str(outcome)).value if outcome in Outcome else "unknown",
        "allowed": body.get("allowed") is True,
        "source": str(body.get("source") or ""),
        "because": _because(body.get("because")),
    }
