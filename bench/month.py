"""A month of a large home's records, as Earlid would have written them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from homeassistant.util.ulid import ulid_now

from custom_components.earlid.journal.chain import chain, to_line
from custom_components.earlid.journal.store import Store

DAYS: Final = 30
RECORDS: Final = 50_000
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


def write_month(path: Path, slugs: list[str]) -> None:
    """Write a month of records, evenly spread over days and speakers."""
    path.unlink(missing_ok=True)
    store = Store(path)
    store.open()
    began = datetime.now(UTC) - timedelta(days=DAYS)
    lines = []
    for number in range(RECORDS):
        at = began + timedelta(days=DAYS) * (number / RECORDS)
        kind, body = CYCLE[number // len(slugs) % len(CYCLE)]
        lines.append(to_line(ulid_now(), at, kind, slugs[number % len(slugs)], body))
    store.append(chain(store.head, lines), RECORDS)
    store.close()
