"""What happened is on disk, in order, once, and can be read again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
import os
from pathlib import Path
import signal
import subprocess
import sys
import threading
import time

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_to_bytes
import pytest

from custom_components.earlid.journal import Entry, Journal, Query, store
from custom_components.earlid.journal.chain import NOTHING, hash_of

from .journals import DAY, NOON, SECOND, Opened, ask, numbers, record, size, until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal will be."""
    return tmp_path / "storage" / "journal.db"


async def test_what_happened_is_on_disk_in_its_order_and_chained(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(number) for number in range(1000)))
        rows = ask(path, "SELECT seq, id, at, kind, speaker, body, hash FROM record ORDER BY seq")
        assert numbers(home.entries) == list(range(1000))
        assert [entry.hash for entry in home.entries] == [row[-1] for row in rows]
        before = NOTHING
        for *columns, hash_ in rows:
            before = hash_of(before, *columns)
            assert before == hash_
        assert home.journal.head == (1000, before, NOON + 999 * SECOND)
        assert (await home.journal.verify()).ok


async def test_what_happens_before_the_file_is_open_waits_for_it(hass: HomeAssistant, path: Path) -> None:
    home = Opened(hass, path)
    home.journal.append([record(1), record(2)])
    assert home.journal.waiting == 2
    async with home:
        await home.write(record(3))
        assert numbers(await home.journal.read(Query())) == [1, 2, 3]
        assert home.journal.waiting == 0


async def test_a_report_keeps_its_id_and_others_get_one(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        own, given, other = await home.write(record(1, id="from outside ✓"), record(2), record(3))
        assert own.id == "from outside ✓"
        assert len(given.id) == len(other.id) == 26
        assert given.id != other.id


async def test_ids_rise_and_cannot_be_guessed_from_each_other(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        before = time.time()
        for start in range(0, 2000, 7):
            home.journal.append(record(number) for number in range(start, start + 7))
        await home.write(record())
        ids = [entry.id for entry in home.entries]
    assert ids == sorted(set(ids))
    assert {len(id_) for id_ in ids} == {26}
    times = [ulid_to_bytes(id_)[:6] for id_ in ids]
    assert before - 0.001 <= int.from_bytes(times[0]) / 1000 <= int.from_bytes(times[-1]) / 1000 <= time.time()
    assert len({id_[-14:] for id_ in ids}) == len(ids)


async def test_what_others_act_on_is_told_of_when_it_is_on_disk_and_that_more_is(
    hass: HomeAssistant, path: Path
) -> None:
    kinds = ["decision", "activation", "command", "breach", "lifecycle", "microphone"]
    async with Opened(hass, path) as home:
        await home.write(*(record(number, kind) for number, kind in enumerate(kinds)))
        assert home.told == [home.entries[1], *home.entries[3:5]]
        told: list[object] = []
        home.journal.on_written = told.append
        home.journal.append([record(7)])
        await until(lambda: told)
        assert told == [[]]


async def test_settled_waits_for_the_disk(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        for number in range(50):
            home.journal.append([record(number)])
            await home.journal.settled()
            assert ask(path, "SELECT max(seq) FROM record") == [(number + 1,)]


async def test_only_the_household_can_read_the_file(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(record())
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


async def test_bodies_that_are_no_json_are_kept_as_far_as_they_are(hass: HomeAssistant, path: Path) -> None:
    odd = {
        "nan": float("nan"),
        "huge": 2**70,
        "half": "\ud800",
        "nul": "a\0b",
        "when": NOON,
        "deep": {7: [float("inf"), {"ö": "ü"}]},
        "set": {1},
    }
    async with Opened(hass, path) as home:
        (entry,) = await home.write(replace(record(speaker="half \ud800"), body=odd, id="\ud800"))
        assert entry.body["nan"] is None
        assert (entry.body["huge"], entry.body["half"], entry.body["nul"]) == (2**70, "?", "a\0b")
        assert entry.body["deep"] == {"7": [None, {"ö": "ü"}]}
        assert await home.journal.read(Query()) == [entry]
        assert (await home.journal.verify()).ok


async def test_the_outbox_holds_what_others_wait_for_and_nothing_else(hass: HomeAssistant, path: Path) -> None:
    kinds = ["activation", "decision", "breach", "command", "activation", "microphone"]
    async with Opened(hass, path) as home:
        await home.write(*(record(number, kind) for number, kind in enumerate(kinds)))
        entries, through = await home.journal.after(0, 2)
        assert (numbers(entries), through) == ([0, 2], 3)
        entries, through = await home.journal.after(through, 2)
        assert (numbers(entries), through) == ([4], 6)
        assert await home.journal.after(through, 2) == ([], 6)
        assert await home.journal.count_undelivered() == 3
        home.journal.mark_delivered(3)
        assert await home.journal.count_undelivered() == 1


async def test_what_was_delivered_is_known_after_a_start(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(number, "breach") for number in range(5)))
        home.journal.mark_delivered(3)
        home.journal.mark_delivered(2)
    async with Opened(hass, path) as home:
        assert home.journal.delivered_seq == 3
        assert await home.journal.count_undelivered() == 2


async def test_what_was_delivered_is_on_disk_soon_even_if_nothing_happens(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(number, "breach") for number in range(5)))
        for seq in range(1, 5):
            home.journal.mark_delivered(seq)
            await asyncio.sleep(0.3)
        assert ask(path, "SELECT seq FROM delivered")[0][0] >= 3
        await until(lambda: ask(path, "SELECT seq FROM delivered") == [(4,)], 2)


async def test_the_journal_is_read_by_time_speaker_and_kind(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        speakers = ["kitchen", "bath", "hall"]
        kinds = ["decision", "command"]
        await home.write(*(record(n, kinds[n % 2], speakers[n % 3]) for n in range(60)))
        ask_ = home.journal.read
        between = Query(start=NOON + 10 * SECOND, end=NOON + 20 * SECOND)
        assert numbers(await ask_(between)) == list(range(10, 20))
        assert numbers(await ask_(replace(between, descending=True, limit=3))) == [19, 18, 17]
        assert numbers(await ask_(replace(between, speakers=["bath"]))) == [10, 13, 16, 19]
        assert numbers(await ask_(replace(between, speakers=["bath", "hall"], kinds=["command"]))) == [11, 13, 17, 19]
        assert numbers(await ask_(replace(between, kinds=[]))) == []
        assert numbers(await ask_(Query(kinds=["command"], limit=3, after_seq=10))) == [11, 13, 15]
        assert numbers(await ask_(Query(kinds=["command"], limit=3, after_seq=10, descending=True))) == [7, 5, 3]


@pytest.mark.parametrize("descending", [False, True])
async def test_whoever_goes_on_behind_the_last_record_sees_each_once(
    hass: HomeAssistant, path: Path, descending: bool
) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(n) for n in range(95)))
        query = Query(start=NOON + 5 * SECOND, limit=20, descending=descending)
        got: list[Entry] = []
        while page := await home.journal.read(query):
            got += page
            query = replace(query, after_seq=page[-1].seq)
        assert numbers(got) == sorted(range(5, 95), reverse=descending)


async def test_a_time_line_begins_with_what_held_before(hass: HomeAssistant, path: Path) -> None:
    proof = replace(record(3, "microphone"), body={"microphone": "live"})
    other = replace(record(4, "microphone"), body={"turned_on": "elsewhere"})
    async with Opened(hass, path) as home:
        await home.write(record(1), record(2), proof, other, record(1, speaker="bath"), record(9), record(5, "hold"))
        before = NOON + 6 * SECOND
        found = await home.journal.latest_before(before, ["decision", "microphone"])
        assert {key: entry.seq for key, entry in found.items()} == {
            ("kitchen", "decision"): 2,
            ("kitchen", "microphone"): 4,
            ("bath", "decision"): 5,
        }
        found = await home.journal.latest_before(before, {"microphone": "microphone"})
        assert {key: entry.seq for key, entry in found.items()} == {("kitchen", "microphone"): 3}
        assert await home.journal.latest_before(NOON, ["decision"]) == {}


async def test_known_activations_come_newest_first(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        assert await home.journal.known_activations() == []
        await home.write(*(record(n, ["activation", "breach", "hold"][n % 3]) for n in range(12)))
        assert numbers(await home.journal.known_activations()) == [9, 6, 3, 0]
        assert numbers(await home.journal.known_activations(limit=2)) == [9, 6]


async def test_what_is_older_is_removed_and_the_rest_still_verifies(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(n, "breach", at=NOON + n * DAY / 4) for n in range(20)))
        home.journal.mark_delivered(3)
        assert await home.journal.cut(NOON + 2 * DAY) == 8
        cut = home.entries[-1]
        assert (cut.kind, cut.speaker) == ("lifecycle", "")
        through = home.entries[7]
        assert cut.body == {
            "event": "cut",
            "through_seq": 8,
            "through_hash": through.hash,
            "records": 8,
            "undelivered": 5,
        }
        assert numbers(await home.journal.read(Query())) == list(range(8, 20))
        verified = await home.journal.verify()
        assert (verified.ok, verified.checked, verified.cuts) == (True, 13, 1)
        assert verified.head == home.journal.head
        assert await home.journal.cut(NOON + 2 * DAY) == 0
        assert await home.journal.cut(NOON + 3 * DAY) == 4
        assert (await home.journal.verify()).cuts == 2


async def test_all_can_be_removed_and_the_chain_goes_on(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(*(record(n) for n in range(5)))
        # A time to come does not count: the journal would remove its own word on the removal for ever.
        assert await home.journal.cut(dt_util.utcnow() + DAY) == 5
        assert (await home.journal.verify()).checked == 1
        await home.write(record(6))
    async with Opened(hass, path) as home:
        assert home.journal.head.seq == 7
        assert (await home.journal.verify()).ok


async def test_a_clock_that_ran_ahead_holds_no_removal_up_for_ever(hass: HomeAssistant, path: Path) -> None:
    ahead = dt_util.utcnow() + 1000 * DAY
    async with Opened(hass, path) as home:
        await home.write(record(0), record(1, at=ahead), record(2), record(3, at=NOON + DAY), record(4, at=ahead))
        assert await home.journal.cut(NOON + DAY / 2) == 3
        assert numbers(await home.journal.read(Query())) == [3, 4]


async def test_a_clock_that_ran_behind_has_nothing_removed_early(hass: HomeAssistant, path: Path) -> None:
    young = NOON + 10 * DAY
    async with Opened(hass, path) as home:
        await home.write(record(0), record(1, at=young), record(2), record(3, at=young))
        assert await home.journal.cut(NOON + DAY) == 1
        assert numbers(await home.journal.read(Query())) == [1, 2, 3]


async def test_a_large_removal_goes_in_steps_and_gives_the_disk_back(
    hass: HomeAssistant, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_CUT_STEP", 1000)
    monkeypatch.setattr(store, "_SHRINK_STEP", 20)
    async with Opened(hass, path) as home:
        for start in range(0, 6000, 2000):
            await home.write(*(record(n) for n in range(start, start + 2000)))
        pages = ask(path, "PRAGMA page_count")[0][0]
        assert await home.journal.cut(NOON + 5500 * SECOND) == 5500
        assert [entry.body["records"] for entry in home.entries if entry.kind == "lifecycle"] == [1000] * 5 + [500]
        verified = await home.journal.verify()
        assert (verified.ok, verified.cuts) == (True, 6)
        await until(lambda: ask(path, "PRAGMA freelist_count") == [(0,)])
        assert ask(path, "PRAGMA page_count")[0][0] < pages / 4
    assert size(path) < pages * 4096 / 4


async def test_a_journal_can_be_closed_and_opened_again(hass: HomeAssistant, path: Path) -> None:
    home = Opened(hass, path)
    for number in range(3):
        async with home:
            await home.write(record(number))
        assert "earlid journal" not in [thread.name for thread in threading.enumerate()]
        assert {file.name for file in path.parent.iterdir()} == {"journal.db"}
    async with Opened(hass, path) as other:
        assert numbers(await other.journal.read(Query())) == [0, 1, 2]


async def test_what_waits_is_written_when_the_journal_is_closed(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        home.journal.append(record(n) for n in range(3000))
    assert ask(path, "SELECT count(*) FROM record") == [(3000,)]


# One child after the other, each killed by its parent's parent: to import Home Assistant takes seconds.
_WRITES_UNTIL_KILLED = """
import asyncio, os, sys
from datetime import UTC, datetime
from homeassistant.core import HomeAssistant
from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Journal
async def main():
    journal = Journal(HomeAssistant("."), sys.argv[1])
    await journal.open()
    number = journal.head.seq
    while True:
        now = datetime.now(UTC)
        batch = [Record(kind="breach", at=now, speaker="s", body={}, id=str(number + i)) for i in range(7)]
        number += 7
        journal.append(batch)
        await journal.settled()
        journal.mark_delivered(number)
        print(number, flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        print(os.getpid(), flush=True)
        asyncio.run(main())
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


async def test_what_was_said_to_be_on_disk_is_there_after_a_kill(hass: HomeAssistant, path: Path) -> None:
    process = subprocess.Popen(  # noqa: ASYNC220 (its children must die in the middle)
        [sys.executable, "-c", _WRITES_UNTIL_KILLED, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ask_process, tell_process = process.stdout, process.stdin
    assert ask_process is not None
    assert tell_process is not None

    def life(lines: int) -> list[int]:
        """Let a child write until it has said so often what is on disk, kill it; return what it said."""
        print(file=tell_process, flush=True)
        child = int(ask_process.readline())
        heard = [int(ask_process.readline()) for _ in range(lines)]
        os.kill(child, signal.SIGKILL)
        # What was printed before the kill arrived counts as said.
        return heard + [int(line) for line in iter(ask_process.readline, "dead\n")]

    with process:
        for lines in (3, 40, 11):
            said = max(await hass.async_add_executor_job(life, lines))
            async with Opened(hass, path) as home:
                assert home.journal.head.seq >= said
                assert said - 14 <= home.journal.delivered_seq <= home.journal.head.seq
                assert (await home.journal.verify()).ok
                assert ask(path, "SELECT count(*) - count(DISTINCT id) FROM record") == [(0,)]


async def test_a_journal_that_was_never_opened_can_be_closed(hass: HomeAssistant, path: Path) -> None:
    journal = Journal(hass, str(path))
    await journal.close()
    assert size(path) is None


async def test_times_are_stored_so_that_their_texts_sort(hass: HomeAssistant, path: Path) -> None:
    zone = dt_util.get_time_zone("America/New_York")
    times = [NOON, NOON + timedelta(microseconds=1), (NOON + SECOND).astimezone(zone)]
    async with Opened(hass, path) as home:
        entries = await home.write(*(record(at=at) for at in times))
        assert [entry.at for entry in entries] == times
        texts = [text for (text,) in ask(path, "SELECT at FROM record ORDER BY seq")]
        assert texts == sorted(texts)
        assert {len(text) for text in texts} == {32}


async def test_a_damaged_record_is_none_that_tells_what_held_before(hass: HomeAssistant, path: Path) -> None:
    async with Opened(hass, path) as home:
        await home.write(record(1), record(2))
        ask(path, "UPDATE record SET body = ? WHERE seq = 2", '{"numb')
        told = await home.journal.latest_before(NOON + DAY, {"decision": "number"})
        assert numbers(list(told.values())) == [1]
