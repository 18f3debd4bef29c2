"""What a real home records and who reads it: numbers and topics as signs, logbook, statistics, exports, damage."""

import asyncio
from collections.abc import AsyncIterator
import csv
from datetime import UTC, datetime, timedelta
from hashlib import sha256
import io
import json
from typing import Any

from aiohttp import ClientSession
import pytest_asyncio

from tests.home.guarding import issues_become
from tests.home.recording import read_verified
from virtual_home import VirtualHome
from virtual_home.flows import add_subentry
from virtual_home.waiting import until_told

UPLOAD = "input_number.upload"
LED = "zigbee2mqtt/Echo ring"
COUNT = "sensor.kitchen_activations_today"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home() -> AsyncIterator[VirtualHome]:
    """Give a home whose kitchen shows its wakes by what it sends, and its office by a light sensor on the broker."""
    configuration: dict[str, Any] = {
        "input_number": {"upload": {"min": 0, "max": 1000, "initial": 2}},
        "history": None,
        "logbook": None,
    }
    signs: dict[str, dict[str, Any]] = {
        "kitchen": {"levels": [{"entity_id": UPLOAD, "above": 100, "for": 3}]},
        "office": {
            "topics": [{"topic": LED, "value_template": "{{ value_json.illuminance > 50 }}", "payload": "True"}]
        },
    }
    async with VirtualHome(
        plugs=list(signs), earlid=True, boot=0.5, recorder=True, configuration=configuration
    ) as home:
        assert home.earlid_entry is not None
        for room, of_it in signs.items():
            answers = {
                "user": {"name": room.capitalize(), "relay": "entity"},
                "relay_entity": home.plugs[room].answers("entity"),
                "senses": {"more_signs": True},
                "signs": of_it,
                "habits": {},
            }
            await add_subentry(home.owner, home.earlid_entry, "speaker", answers)
            await home.owner.wait_for(f"binary_sensor.{room}_listening_allowed", "on")
        yield home


async def counted(home: VirtualHome) -> int:
    """Return how many activations the kitchen shows today."""
    return int(await home.owner.value(COUNT) or 0)


async def test_what_is_sent_for_seconds_is_a_wake_and_a_short_burst_is_none(home: VirtualHome) -> None:
    before = await counted(home)
    async with home.observe() as seen:
        await home.owner.call("input_number.set_value", entity_id=UPLOAD, value=500)
        await home.owner.call("input_number.set_value", entity_id=UPLOAD, value=3)
        await home.owner.call("input_number.set_value", entity_id=UPLOAD, value=400)
        told = await seen.wait_for("/kitchen/activation")
        # Which entity it was is not for everybody on the broker.
        assert told.body["source"] == "input_number"
        await home.owner.wait_for(COUNT, str(before + 1))
        await home.owner.call("input_number.set_value", entity_id=UPLOAD, value=2)
    assert [line.body["source"] for line in read_verified(home) if line.kind == "activation"][-1:] == [UPLOAD]


async def test_a_light_that_goes_on_at_the_broker_is_a_wake(home: VirtualHome) -> None:
    async with home.observe() as seen:
        for said in ({"illuminance": 10}, "no JSON at all", {"illuminance": 80}):
            home.network.publish(LED, said if isinstance(said, str) else json.dumps(said), qos=1)
        told = await seen.wait_for("/office/activation")
    assert told.body["source"] == "mqtt"
    await home.owner.wait_for("sensor.office_activations_today", "1")


async def test_the_logbook_tells_of_a_wake_in_words(home: VirtualHome) -> None:
    at = datetime.now(UTC)
    # Of a moment ago it could be the wake that another sign has told of already.
    earlier = (at - timedelta(minutes=3)).isoformat()
    await home.owner.call("earlid.report_activation", entity_id=COUNT, outcome="unanswered", at=earlier)

    since = (at - timedelta(seconds=2)).isoformat().replace("+", "%2B")
    async with asyncio.timeout(60):
        lines: list[str] = []
        # The recorder writes once a second.
        while "Kitchen woke for nothing" not in lines:
            await asyncio.sleep(0.5)
            told = await home.owner.get(f"/api/logbook/{since}")
            lines = [f"{line.get('name')} {line.get('message')}" for line in told if line.get("domain") == "earlid"]


async def test_counts_and_times_are_kept_as_statistics(home: VirtualHome) -> None:
    wanted = {COUNT, "sensor.kitchen_live_today", "sensor.kitchen_exposed_today", "sensor.earlid_activations_today"}

    async def kept() -> bool:
        return wanted <= {each["statistic_id"] for each in await home.owner.command("recorder/list_statistic_ids")}

    await until_told(kept)


async def test_an_export_is_whole_and_its_chain_holds(home: VirtualHome) -> None:
    await home.owner.call("earlid.report_activation", entity_id=COUNT, note="=HYPERLINK(1)")
    headers = {"Authorization": f"Bearer {home.owner.token}"}
    async with ClientSession(headers=headers) as web:
        async with web.get(f"{home.owner.url}/api/earlid/journal") as answer:
            assert answer.status == 200
            lines = (await answer.text()).splitlines()
        async with web.get(f"{home.owner.url}/api/earlid/journal?format=csv&kinds=activation") as answer:
            rows = list(csv.DictReader(io.StringIO(await answer.text())))
        async with web.get(f"{home.owner.url}/api/earlid/journal?fromat=csv") as answer:
            assert answer.status == 400
    async with ClientSession() as web, web.get(f"{home.owner.url}/api/earlid/journal") as answer:
        assert answer.status == 401
    before = "0" * 64
    for line in lines:
        record = json.loads(line)
        # The body is hashed as the text that it is stored as: what stands in the line between its key and the hash.
        body = line[line.index(',"body":') + 8 : line.rindex(',"hash":')]
        columns = [record["seq"], record["id"], record["at"], record["kind"], record["speaker"], body]
        text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
        before = sha256((before + text).encode()).hexdigest()
        assert before == record["hash"]
    assert len(rows) == sum(json.loads(line)["kind"] == "activation" for line in lines) >= 4
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


async def test_a_damaged_journal_is_kept_aside_and_said_and_a_new_one_goes_on(home: VirtualHome) -> None:
    await home.ha.stop()
    file = home.ha.directory / ".storage" / "earlid_journal.db"
    with file.open("r+b") as stored:
        stored.write(b"no database at all" * 100)
    await home.ha.start()
    await home.owner.wait_for(COUNT, lambda state: state["state"] != "unavailable", within=60)
    await issues_become(home, lambda issues: any("journal" in issue for issue in issues))
    (aside,) = file.parent.glob("earlid_journal.db.damaged-*")
    assert b"no database at all" in aside.read_bytes()[:100]
    await home.owner.call("earlid.report_activation", entity_id=COUNT)
    answer = await home.owner.call("earlid.verify_journal", returns=True)
    assert answer["ok"] is True
