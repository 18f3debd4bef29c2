"""When each speaker's assistant wakes, and for how long it could: outside the event loop."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

import orjson

from . import wire
from .engine.ledger import fold
from .engine.model import Proof
from .engine.rhythm import Rhythm
from .engine.timeline import spans
from .history import Passage
from .journal.reads import gently
from .picture import at_ms


class Weeks:
    """Counts the wakes of some speakers, passage after passage."""

    def __init__(self, names: Mapping[str, str], zone: tzinfo) -> None:
        """`names` are those of the speakers by slug, `zone` the home's."""
        self._names = names
        self._zone = zone
        self._rhythms = {slug: Rhythm() for slug in names}
        self._live = dict.fromkeys(names, timedelta(0))

    def add(self, passage: Passage) -> None:
        """Add what a passage tells."""
        for slug, records, before in passage.parts(self._names):
            woke = (one for one in gently(fold(records)) if one.kind == "activation")
            self._rhythms[slug].add(woke, self._zone)
            for span in spans(records, passage.start, passage.end, before, gently).get(slug, []):
                self._live[slug] += span.length if span.proof is Proof.LIVE else timedelta(0)

    def written(self, start: datetime, end: datetime) -> bytes:
        """Return the answer as JSON."""
        hours: list[wire.Hours] = [
            {
                "speaker": slug,
                "name": self._names[slug],
                "wakes": rhythm.wakes,
                "unanswered": rhythm.unanswered,
                "live": round(self._live[slug].total_seconds(), 1),
            }
            for slug, rhythm in self._rhythms.items()
        ]
        return orjson.dumps(wire.WakeHours(start=at_ms(start), end=at_ms(end), speakers=hours))
