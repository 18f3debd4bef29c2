"""A month of a large home's records, as Earlid would have written them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from homeassistant.util.ulid import ulid_now

from custom_components.earlid.journal.chain import chain, to_line
from custom_components.earlid.journal.store import Store

DAYS: Final = 30
RECORDS: Final = 50_000
GROUP: Final = 20_000  # written at once
FILE: Final = "earlid_journal.db"
WAKE: Final[dict[str, object]] = {
    "source": "led",
    "sources": ["led"],
    "allowed": True,
    "because": "posture",
    "microphone": "live",
}
# What a speaker does a few times a day: it is let listen, wakes, and is muted again, with proof a little later.
CYCLE: Final[tuple[tuple[str, dict[str, object]], ...]] = (
    ("decision", {"allowed": True, "because": "posture", "slug": "", "finishing_playback": False, "lost": []}),
    ("command", {"command": "on"}),
    ("microphone", {"microphone": "live"}),
    ("activation", WAKE | {"outcome": "unanswered"}),
    ("activation", WAKE | {"outcome": "unanswered"}),
    ("activation", WAKE | {"outcome": "answered"}),
    ("activation", WAKE | {"outcome": "answered"}),
    (
        "decision",
        {
            "allowed": False,
            "because": "rule",
            "slug": "nobody_home",
            "finishing_playback": False,
            "lost": [{"because": "posture", "slug": ""}],
        },
    ),
    ("command", {"command": "off"}),
    ("microphone", {"microphone": "off_unproven"}),
    ("microphone", {"microphone": "off_proven"}),
)


def write_month(path: Path, slugs: list[str], *, days: int = DAYS, records: int = RECORDS) -> None:
    """Write a month of records, or so many of so many days, evenly spread over days and speakers."""
    path.unlink(missing_ok=True)
    store = Store(path)
    store.open()
    began = datetime.now(UTC) - timedelta(days=days)
    for start in range(0, records, GROUP):
        lines = []
        for number in range(start, min(start + GROUP, records)):
            at = began + timedelta(days=days) * (number / records)
            kind, body = CYCLE[number // len(slugs) % len(CYCLE)]
            lines.append(to_line(ulid_now(), at, kind, slugs[number % len(slugs)], body))
        store.append(chain(store.head, lines), store.head.seq + len(lines))
    store.close()
