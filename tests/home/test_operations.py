"""What an administrator does with a home: look inside, back up, restore, move, upgrade, downgrade, remove.

One home for all, in this order: each start of a Home Assistant takes ten seconds. What each is for, case by case, is
in tests/integration (test_diagnostics, test_backup, test_other_home, test_upgrade, test_removal).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
import json
from pathlib import Path
import shutil
from typing import Any

import pytest_asyncio

from tests.home.guarding import HABITS, is_off, issues_become, repair_issues, saved
from tests.home.storing import JOURNAL, STORED
from virtual_home import HomeAssistant, Meter, VirtualHome
from virtual_home.client import Client
from virtual_home.home import EARLID
from virtual_home.waiting import until

ROOMS = ("Kitchen", "Bedroom", "Office")
KITCHEN = {"entity_id": "select.kitchen_mode"}
LONG = 120.0  # s, where Home Assistant starts, copies or ends on a busy machine


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home() -> AsyncIterator[VirtualHome]:
    """Give a home with three speakers: two by Home Assistant's entity, one by its plug's own clock; one is muted."""
    async with VirtualHome(plugs=ROOMS, earlid=True, boot=0.5, meter=Meter(delay=0.3)) as home:
        for room in ("kitchen", "bedroom"):
            await home.guard(room, habits=HABITS)
        await home.guard("office", relay_kind="zigbee2mqtt", habits=HABITS)
        await home.rule("presence", "Anna is in", "mute", entities=["person.anna"], speakers=["bedroom"])
        await home.owner.wait_for("sensor.bedroom_microphone", is_off)
        await home.owner.act("earlid.mute", target=KITCHEN)
        await home.owner.wait_for("sensor.kitchen_microphone", is_off)
        await asyncio.to_thread(install, home.ha.directory)
        # Home Assistant stores an entry a second after it changed, and a backup does not wait for that.
        await saved(home, "Anna is in", "office")
        yield home


def install(directory: Path) -> None:
    """Have Earlid in the folder, as in a real home: a backup does not follow a link."""
    (link := directory / "custom_components" / EARLID.name).unlink()
    shutil.copytree(EARLID, link, ignore=shutil.ignore_patterns("__pycache__"))


async def wake(home: VirtualHome, source: str) -> None:
    """Have a detector report that the kitchen's speaker woke."""
    await home.owner.act("earlid.report_activation", {"source": source}, target=KITCHEN)


async def journal(client: Client, kind: str) -> list[dict[str, Any]]:
    """Return the newest records of a kind; each that is there must be as it was written."""
    assert (await client.act("earlid.verify_journal", returns=True))["ok"] is True
    asked = {"kinds": [kind], "limit": 1000}
    found = await client.act("earlid.get_journal", asked, target={"entity_id": "all"}, returns=True)
    records: list[dict[str, Any]] = found["records"]
    return records


async def stopped(home: VirtualHome, change: Callable[[Path], None]) -> None:
    """Change what Home Assistant stores while it is down."""
    await home.ha.stop()
    change(home.ha.directory / ".storage")
    await home.ha.start()
    for room in ROOMS:
        await home.owner.wait_for(f"select.{room.lower()}_mode", lambda one: one["state"] != "unavailable", within=LONG)


async def test_diagnostics_tell_what_each_decision_stood_on_and_name_nobody(home: VirtualHome) -> None:
    told = (await home.owner.get(f"/api/diagnostics/config_entry/{home.earlid_entry}"))["data"]
    bedroom = told["speakers"]["bedroom"]
    assert bedroom["decision"]["because"]["rule"] == "anna_is_in"
    assert [vote["kind"] for vote in bedroom["trace"]] == ["posture"]
    assert bedroom["inside"]["reported"]["value"] is False
    assert bedroom["inside"]["readings"]["meter"]["reported_at"]["age_s"] >= 0
    assert bedroom["inside"]["memory"]["sent"]["command"] == "off"
    assert told["speakers"]["office"]["inside"]["relay"]["clock"] is not None
    assert told["facts"]["person.1"]["fact"]["value"] is True
    assert told["stored"]["speakers"]["kitchen"]["holds"]["mute"] is not None
    assert told["mqtt_connected"] is True
    said = json.dumps(told)
    for hidden in ("person.anna", "zigbee2mqtt/", home.broker.host, str(home.broker.port), home.owner.token):
        assert hidden not in said


async def test_system_health_counts_what_is_guarded(home: VirtualHome) -> None:
    async with home.ha.session.ws_connect(f"{home.ha.url}/api/websocket") as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": home.owner.token})
        await socket.receive_json()
        await socket.send_json({"id": 1, "type": "system_health/info"})
        assert (await socket.receive_json())["success"]
        told = (await socket.receive_json())["event"]
        while "earlid" not in told.get("data", {}):
            told = (await socket.receive_json())["event"]
    info = told["data"]["earlid"]["info"]
    assert (info["speakers"], info["rules"], info["breaches"]) == (3, 1, 0)


async def test_the_log_tells_each_decision_once(home: VirtualHome) -> None:
    await home.owner.act("logger.set_level", {"custom_components.earlid": "debug"})
    await home.owner.act("earlid.mute", target={"entity_id": "select.office_mode"})
    await home.owner.wait_for("sensor.office_microphone", is_off)
    await home.owner.act("earlid.resume", target={"entity_id": "select.office_mode"})
    await home.owner.wait_for("sensor.office_microphone", "live")
    await home.owner.act("logger.set_level", {"custom_components.earlid": "warning"})

    def lines() -> list[str]:
        return [line for line in home.ha.log() if "office: decision" in line]

    # Home Assistant writes its log beside what it does.
    await until(lambda: len(lines()) >= 2)
    assert [("'hold'" in line, "'posture'" in line, "'allowed': True" in line) for line in lines()] == [
        (True, True, False),
        (False, True, True),
    ]


async def test_a_backup_that_is_restored_brings_back_all_that_was_then(home: VirtualHome) -> None:
    await wake(home, "before")
    writing = asyncio.create_task(much_happens(home))
    async with home.owner.conversation() as say:
        job = await say("backup/generate", agent_ids=["backup.local"], name="All")
        backup = await finished(say)
    writing.cancel()
    assert job["backup_job_id"]
    await wake(home, "after")
    await home.owner.act("earlid.resume", target={"entity_id": "all"})
    await home.owner.wait_for("sensor.kitchen_microphone", "live")
    # Home Assistant goes down for it, lays the files out, and wants to be started again.
    with suppress(Exception):
        await home.owner.command("backup/restore", backup_id=backup["backup_id"], agent_id="backup.local")
    await until(lambda: not home.ha.running, within=LONG)
    await home.ha.launch()
    await until(lambda: not home.ha.running, within=LONG)
    await home.ha.start()
    await home.owner.wait_for("select.kitchen_mode", "mute", within=LONG)
    await home.owner.wait_for("sensor.kitchen_microphone", is_off, within=LONG)
    woke = [one["body"]["source"] for one in await journal(home.owner, "activation")]
    assert "before" in woke
    assert "after" not in woke
    # Since the backup nobody looked, as far as this record goes.
    (gap,) = [one for one in await journal(home.owner, "lifecycle") if one["body"]["event"] == "gap"]
    assert datetime.fromisoformat(gap["body"]["since"]) < datetime.fromisoformat(gap["at"])
    assert home.ha.complaints("custom_components.earlid") == []


async def much_happens(home: VirtualHome) -> None:
    """Have the journal written while it is copied."""
    while True:
        await asyncio.gather(*(wake(home, "while") for _ in range(20)))


async def finished(say: Callable[..., Any]) -> dict[str, Any]:
    """Return the backup when it is made."""
    end = asyncio.get_running_loop().time() + LONG
    while asyncio.get_running_loop().time() < end:
        info = await say("backup/info")
        if info["backups"] and info["state"] == "idle":
            backup: dict[str, Any] = info["backups"][0]
            return backup
        await asyncio.sleep(0.2)
    raise TimeoutError(info)


async def test_a_copy_on_another_machine_goes_on_and_both_are_told_while_there_are_two(
    home: VirtualHome, tmp_path: Path
) -> None:
    to = tmp_path / "new"
    await asyncio.to_thread(copy_while_it_runs, home.ha.directory, to)
    new = HomeAssistant(to, time_zone="Asia/Tokyo", integrations=[EARLID])
    shutil.copy(home.ha.directory / ".storage" / "onboarding", to / ".storage" / "onboarding")
    new._owner = Client(new.session, new.url, home.owner.token)
    try:
        await new.start()
        for one in (home.owner, new.owner):
            await until_told(one, "another_home")
        await home.ha.stop()
        await new.owner.wait_for("select.kitchen_mode", "mute", within=LONG)
        async with home.observe() as seen:
            # The goodbye of the old one does not stand there for long.
            status = await seen.wait_for("/status", lambda one: one.body["status"] == "online")
            assert datetime.fromisoformat(status.body["valid_until"]) > datetime.now(UTC)
        await new.owner.act("earlid.resume", target={"entity_id": "all"})
        await until(lambda: home.plugs["kitchen"].live)
        await new.owner.act("earlid.mute", target=KITCHEN)
        await until(lambda: not home.plugs["kitchen"].live)
        assert "before" in [one["body"]["source"] for one in await journal(new.owner, "activation")]
        assert new.complaints("custom_components.earlid") == [
            one for one in new.complaints("custom_components.earlid") if "Another home publishes at" in one
        ]
    finally:
        await new.close()


def copy_while_it_runs(directory: Path, to: Path) -> None:
    """Copy a configuration folder as people do; the integration itself comes from elsewhere."""
    shutil.copytree(directory, to, ignore=shutil.ignore_patterns("custom_components", "backups", "*.log"))


async def until_told(client: Client, issue: str) -> None:
    """Return when an issue is shown."""
    end = asyncio.get_running_loop().time() + LONG
    while issue not in (told := {one["issue_id"] for one in await client.issues("earlid")}):
        assert asyncio.get_running_loop().time() < end, told
        await asyncio.sleep(0.2)


async def test_what_a_later_version_stored_is_kept_and_begins_in_lockdown(home: VirtualHome) -> None:
    def later(storage: Path) -> None:
        document = json.loads((storage / "earlid").read_text())
        (storage / "earlid").write_text(json.dumps(document | {"version": 2}))

    await stopped(home, later)
    await home.owner.wait_for("switch.earlid_lockdown", "on")
    await until(lambda: not any(plug.live for plug in home.plugs.values()))
    (aside,) = (home.ha.directory / ".storage").glob("earlid.later-*")
    assert json.loads(aside.read_text())["data"]["speakers"]["kitchen"]["holds"]["mute"] is not None
    await issues_become(home, lambda issues: f"document_of_later_version_{aside.name}" in issues)


async def test_what_the_first_version_stored_is_taken_over(home: VirtualHome) -> None:
    before = home.ha.complaints("custom_components.earlid")
    first = min(STORED.iterdir(), key=lambda shape: json.loads((shape / "entry.json").read_text())["created_at"])
    await stopped(home, lambda storage: put_back(first, storage, str(home.earlid_entry)))
    document = json.loads((first / "earlid.json").read_text())["data"]
    assert await home.owner.value("switch.earlid_lockdown") == "off"
    assert await home.owner.value("switch.earlid_rule_night") == "off"
    # Until resumed, however long ago that was.
    assert document["speakers"]["kitchen"]["holds"]["mute"]["until"] is None
    assert await home.owner.value("select.kitchen_mode") == "mute"
    for entity_id in json.loads((first / "entities.json").read_text()):
        assert await home.owner.value(entity_id) not in (None, "unavailable"), entity_id
    assert home.ha.complaints("custom_components.earlid") == before
    # Who is home is known only a while after the start.
    async with asyncio.timeout(LONG):
        while [room for room, plug in home.plugs.items() if plug.live is not await may_listen(home, room)]:  # noqa: ASYNC110 - many plugs
            await asyncio.sleep(0.1)


async def may_listen(home: VirtualHome, room: str) -> bool:
    return await home.owner.value(f"binary_sensor.{room}_listening_allowed") == "on"


def put_back(shape: Path, storage: Path, entry_id: str) -> None:
    """Put what was stored by an earlier version in place of what is."""
    for name, kept in (("core.entity_registry", "entities"), ("core.device_registry", "devices")):
        document = json.loads((storage / name).read_text())
        ours = [one for one in document["data"][kept] if entry_id in json.dumps(one)]
        document["data"][kept] = [one for one in document["data"][kept] if one not in ours]
        (storage / name).write_text(json.dumps(document))
    document = json.loads((storage / "core.config_entries").read_text())
    others = [one for one in document["data"]["entries"] if one["domain"] != "earlid"]
    entry = json.loads((shape / "entry.json").read_text()) | {"entry_id": entry_id}
    document["data"]["entries"] = [*others, entry]
    (storage / "core.config_entries").write_text(json.dumps(document))
    shutil.copy(shape / "earlid.json", storage / "earlid")


async def test_what_is_removed_leaves_nothing_but_its_journal_until_that_is_to_go_too(home: VirtualHome) -> None:
    storage = home.ha.directory / ".storage"
    live = {room: plug.live for room, plug in home.plugs.items()}
    before = set(storage.glob(f"{JOURNAL}*")) | set(storage.glob("earlid.later-*"))
    await home.owner.delete(f"/api/config/config_entries/entry/{home.earlid_entry}")
    left = set(storage.glob("*earlid*")) - before
    (kept,) = [one for one in left if not one.name.endswith(("-wal", "-shm"))]
    assert kept.name.startswith(f"{JOURNAL}.removed-")
    await issues_become(home, lambda issues: f"journal_kept_{kept.name}" in issues)
    assert {one.split("_of_later")[0] for one in await repair_issues(home)} == {f"journal_kept_{kept.name}", "document"}
    async with home.observe() as seen:
        await asyncio.sleep(1)
        assert [one.topic for one in seen.messages] == []
    entities = await home.owner.command("config/entity_registry/list")
    assert [one["entity_id"] for one in entities if one["platform"] == "earlid"] == []
    assert "earlid" not in await home.owner.command("get_panels")
    resources = await home.owner.command("lovelace/resources")
    assert [one for one in resources if "earlid" in one["url"]] == []
    fix = {"handler": "earlid", "issue_id": f"journal_kept_{kept.name}"}
    form = await home.owner.post("/api/repairs/issues/fix", fix)
    await home.owner.post(f"/api/repairs/issues/fix/{form['flow_id']}", {"delete": True})
    assert set(storage.glob("*earlid*")) - before == set()
    assert {room: plug.live for room, plug in home.plugs.items()} == live
