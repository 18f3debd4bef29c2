"""What an earlier Earlid left on the disk, made by running that Earlid: `python -m tests.home.storing COMMIT...`.

Each time that something is stored in another shape than before, a folder of it is added to tests/fixtures/stored, by
the last commit of the shape that ends there. tests/integration/test_upgrade.py takes each of them over.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import sqlite3
import subprocess
import sys
import tempfile
from typing import Any

from tests.home.guarding import HABITS, saved
from virtual_home import VirtualHome, home as virtual_home
from virtual_home.client import RefusedError

ROOT = Path(__file__).parents[2]
STORED = ROOT / "tests" / "fixtures" / "stored"
JOURNAL = "earlid_journal.db"
WAIT = 3.0  # s; counts and facts are on disk within two


async def live(home: VirtualHome) -> None:
    """Have something of everything happen that is stored."""
    for room in ("kitchen", "bedroom"):
        await home.guard(room, habits=HABITS | {"posture": "mute" if room == "bedroom" else "listen"})
    # The first versions had no relay but an entity, and no forms for the others.
    kind = "zigbee2mqtt" if await _has_relays(home) else "entity"
    await home.guard("office", relay_kind=kind, habits=HABITS)
    await home.rule("presence", "Nobody home", "mute", entities=["person.anna"], quantifier="none")
    await home.rule("schedule", "Night", "mute", **{"from": "22:00:00", "to": "07:00:00"})
    await home.owner.wait_for("select.office_mode", "automatic")
    if kind != "entity":
        await home.owner.call("earlid.listen", entity_id="select.office_mode", duration=3600)
        with suppress(RefusedError):
            await home.owner.call("earlid.self_test", entity_id="select.office_mode", returns=True)
        await home.owner.call("earlid.resume", entity_id="select.office_mode")
    earlier = (datetime.now(UTC) - timedelta(minutes=4)).isoformat()
    await report(home, outcome="unanswered", at=earlier)
    await home.owner.call("earlid.mute", entity_id="select.kitchen_mode")
    await home.owner.call("earlid.listen", entity_id="select.bedroom_mode", duration=43_200)
    await home.owner.call("switch.turn_off", entity_id="switch.earlid_rule_night")
    await home.owner.wait_for("sensor.kitchen_microphone", lambda state: state["state"].startswith("off"))
    # What is told now waits for the broker.
    await home.broker.stop()
    await report(home, outcome="answered", source="led")
    await asyncio.sleep(WAIT)
    await saved(home, "Nobody home", "Night")


async def report(home: VirtualHome, **activation: str) -> None:
    """Report that the kitchen's speaker woke."""
    await home.owner.call("earlid.report_activation", activation, entity_id="select.kitchen_mode")


async def _has_relays(home: VirtualHome) -> bool:
    words = virtual_home.EARLID / "translations" / "en.json"
    return home.earlid_entry is not None and "relay_zigbee2mqtt" in words.read_text(encoding="utf-8")


def take(storage: Path, to: Path) -> None:
    """Take what is Earlid's out of Home Assistant's storage folder."""
    to.mkdir(parents=True, exist_ok=True)
    entries = _read(storage / "core.config_entries")["data"]["entries"]
    _write(to / "entry.json", next(one for one in entries if one["domain"] == "earlid"))
    entities = _read(storage / "core.entity_registry")["data"]["entities"]
    ours = {one["entity_id"]: one["unique_id"] for one in entities if one["platform"] == "earlid"}
    _write(to / "entities.json", dict(sorted(ours.items())))
    _write(to / "earlid.json", _read(storage / "earlid"))
    if (storage / JOURNAL).exists():
        with closing(sqlite3.connect(storage / JOURNAL)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            lines = [*connection.iterdump(), f"PRAGMA user_version = {version};"]
        (to / "journal.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, what: Any) -> None:
    path.write_text(json.dumps(what, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@asynccontextmanager
async def checked_out(commit: str) -> AsyncIterator[Path]:
    """Give the integration as a commit has it."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        archive = subprocess.run(  # noqa: ASYNC221 - nothing else runs
            ["git", "-C", str(ROOT), "archive", commit, "custom_components/earlid"], check=True, capture_output=True
        )
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)  # noqa: ASYNC221
        yield tree / "custom_components" / "earlid"


async def store(commit: str) -> None:
    """Run a home with the Earlid of a commit, and keep what it leaves."""
    async with checked_out(commit) as earlid:
        virtual_home.EARLID = earlid
        async with VirtualHome(plugs=["Kitchen", "Bedroom", "Office"], earlid=True, boot=0.5) as home:
            await live(home)
            await home.ha.stop()
            take(home.ha.directory / ".storage", STORED / commit)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        asyncio.run(store(each))
