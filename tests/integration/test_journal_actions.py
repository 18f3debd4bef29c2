"""What the journal answers: what happened, what it adds up to, and whether anyone has changed it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
import sqlite3
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.earlid import history
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.ledger import REFERENCE
from custom_components.earlid.engine.model import Outcome, Record

from .homes import Plug, guard_home, plug_in, settled, speaker

pytestmark = pytest.mark.usefixtures("plugs")

KITCHEN = {"entity_id": "sensor.kitchen_microphone"}
ALL = {"entity_id": "all"}
type Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def plugs(hass: HomeAssistant) -> dict[str, Plug]:
    """Provide the plugs."""
    return plug_in(hass, "plug", "other")


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return a home with two speakers, one of which may not listen."""
    return await guard_home(hass, speaker(relay="light.plug"), speaker("bath", "light.other", posture="mute"))


@pytest.fixture
def ask(hass: HomeAssistant, entry: MockConfigEntry) -> Ask:
    """Return what asks the journal once all is on disk."""

    async def asking(action: str, context: Context | None = None, **data: Any) -> Any:
        await settled(hass, entry)
        return await hass.services.async_call(
            "earlid", action, data, blocking=True, context=context, return_response=True
        )

    return asking


@pytest.fixture
def begun(entry: MockConfigEntry, freezer: FrozenDateTimeFactory) -> datetime:
    """Return when the home had begun; a day has gone by since."""
    assert entry.runtime_data.speakers
    moment = dt_util.utcnow() + timedelta(seconds=1)
    freezer.tick(timedelta(days=1))
    return moment


def woke(entry: MockConfigEntry, slug: str = "kitchen", **told: Any) -> None:
    """Tell of a wake."""
    fields = {"source": "led", "outcome": Outcome.UNKNOWN, "at": None, "id": None, "note": None} | told
    entry.runtime_data.report_activation(slug, Report(**fields))


def write(entry: MockConfigEntry, kind: str, at: datetime, slug: str = "kitchen", **body: Any) -> None:
    """Write down what happened at another time."""
    entry.runtime_data.journal.append([Record(kind=kind, at=at, speaker=slug, body=body)])


async def test_what_happened_comes_with_its_hash_oldest_first(entry: MockConfigEntry, ask: Ask) -> None:
    woke(entry, id="wake-1", outcome=Outcome.UNANSWERED)
    answer = await ask("get_journal", **KITCHEN)
    assert [record["seq"] for record in answer["records"]] == sorted(record["seq"] for record in answer["records"])
    assert {record["speaker"] for record in answer["records"]} == {"kitchen"}
    last = answer["records"][-1]
    assert (last["id"], last["kind"], last["body"]["outcome"]) == ("wake-1", "activation", "unanswered")
    assert datetime.fromisoformat(last["at"]).utcoffset() == timedelta(0)
    assert len(last["hash"]) == 64
    assert answer["truncated"] is False


async def test_one_wake_that_two_saw_is_there_once_in_its_first_place(entry: MockConfigEntry, ask: Ask) -> None:
    woke(entry, source="led")
    (first,) = (await ask("get_journal", **KITCHEN, kinds=["activation"]))["records"]
    woke(entry, source="satellite", outcome=Outcome.ANSWERED)
    answer = await ask("get_journal", **KITCHEN, kinds=["activation"])
    (both,) = answer["records"]
    assert (both["seq"], both["id"], both["hash"]) == (first["seq"], first["id"], first["hash"])
    assert both["body"]["sources"] == ["led", "satellite"]
    assert both["body"]["outcome"] == "answered"
    assert "amends" not in both["body"]
    assert answer["summary"]["speakers"]["kitchen"]["activations"] == 1


async def test_the_home_has_records_of_its_own_that_a_speaker_does_not_show(ask: Ask) -> None:
    for target in (ALL, {"entity_id": "switch.earlid_lockdown"}):
        answer = await ask("get_journal", **target)
        assert {record["speaker"] for record in answer["records"]} == {"", "kitchen", "bath"}
        assert set(answer["summary"]["speakers"]) == {"kitchen", "bath"}
    one_by_one = [f"sensor.{slug}_microphone" for slug in ("kitchen", "bath")]
    answer = await ask("get_journal", entity_id=one_by_one)
    assert {record["speaker"] for record in answer["records"]} == {"kitchen", "bath"}


async def test_only_the_newest_come_where_there_are_more_than_asked_for(entry: MockConfigEntry, ask: Ask) -> None:
    for number in range(30):
        woke(entry, id=f"wake-{number}")
    answer = await ask("get_journal", **KITCHEN, kinds="activation", limit=10)
    assert [record["id"] for record in answer["records"]] == [f"wake-{number}" for number in range(20, 30)]
    assert answer["truncated"] is True
    assert answer["summary"]["speakers"]["kitchen"]["activations"] == 30
    answer = await ask("get_journal", **KITCHEN, kinds="activation", limit=30)
    assert (len(answer["records"]), answer["truncated"]) == (30, False)


async def test_a_time_is_asked_for_as_the_household_types_it(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask
) -> None:
    await hass.config.async_set_time_zone("Europe/Vienna")
    for day in (1, 2, 3):
        write(entry, "activation", datetime(2026, 3, day, 11, tzinfo=dt_util.UTC), outcome="unknown", number=day)

    async def days(**data: Any) -> list[int]:
        records = (await ask("get_journal", **KITCHEN, **data))["records"]
        return [record["body"]["number"] for record in records if "number" in record["body"]]

    assert await days() == []
    assert await days(start="2026-03-01") == [1, 2, 3]
    assert await days(start="2026-03-02 11:59:00", end="2026-03-02 12:01:00") == [2]
    assert await days(end="2026-03-02 12:00:00") == [1]
    assert await days(end="2026-03-02T11:00:00.000001Z") == [2]
    assert await days(start="2020-01-01", end="2030-01-01") == [1, 2, 3]
    assert await days(start="0001-01-02", end="2026-03-03") == [1, 2]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"kinds": ["activation", "gossip"]}, "kind_unknown"),
    ({"kinds": "activation, gossip"}, "kind_unknown"),
    ({"kinds": [{"a": 1}]}, "kind_unknown"),
    ({"start": "2026-03-02", "end": "2026-03-01"}, "end_before_start"),
    ({"start": "2026-03-02", "end": "2026-03-02"}, "end_before_start"),
    ({"start": "yesterday"}, "time_unreadable"),
    ({"end": "2026-02-30"}, "time_unreadable"),
    ({"end": "0001-01-01T00:00:00Z"}, "time_unreadable"),
    ({"start": "x" * 100_000}, "time_unreadable"),
    ({"limit": 0}, "limit_out_of_range"),
    ({"limit": 10_001}, "limit_out_of_range"),
    ({"limit": "many"}, "limit_out_of_range"),
    ({"limit": 1.5}, "limit_out_of_range"),
    ({"limit": True}, "limit_out_of_range"),
    ({"limit": None}, "limit_out_of_range"),
    ({"limit": float("nan")}, "limit_out_of_range"),
    ({"limit": float("inf")}, "limit_out_of_range"),
]


@pytest.mark.parametrize(("data", "key"), WRONG)
async def test_what_is_typed_wrong_is_said_in_words(ask: Ask, data: dict[str, Any], key: str) -> None:
    with pytest.raises(ServiceValidationError) as error:
        await ask("get_journal", **KITCHEN, **data)
    assert error.value.translation_key == key
    assert str(error.value) != key
    assert len(str(error.value)) < 500


async def test_without_a_home_both_say_so(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    for action, data in (("get_journal", KITCHEN), ("verify_journal", {})):
        with pytest.raises(ServiceValidationError) as error:
            await hass.services.async_call("earlid", action, data, blocking=True, return_response=True)
        assert error.value.translation_key == "not_loaded"


async def a_user(hass: HomeAssistant, *entity_ids: str, group: str | None = None) -> Context:
    """Return the context of a user who may control these entities, or who is of a group."""
    found = None if group is None else await hass.auth.async_get_group(group)
    groups = [] if found is None else [found]
    user = MockUser(groups=groups).add_to_hass(hass)
    if entity_ids:
        user.mock_policy({"entities": {"entity_ids": {each: {POLICY_CONTROL: True} for each in entity_ids}}})
    return Context(user_id=user.id)


async def test_who_may_not_control_a_speaker_may_not_read_of_it_nor_of_the_home(hass: HomeAssistant, ask: Ask) -> None:
    context = await a_user(hass, "select.kitchen_mode")
    assert (await ask("get_journal", context, **KITCHEN))["records"]
    for target in ({"entity_id": "sensor.bath_microphone"}, ALL):
        with pytest.raises(Unauthorized):
            await ask("get_journal", context, **target)


async def test_what_was_said_is_for_administrators(hass: HomeAssistant, entry: MockConfigEntry, ask: Ask) -> None:
    write(entry, "activation", dt_util.utcnow(), source="led", note="what was said")
    for group, kept in ((GROUP_ID_USER, False), (GROUP_ID_ADMIN, True), (None, True)):
        context = None if group is None else await a_user(hass, group=group)
        (wake,) = (await ask("get_journal", context, **KITCHEN, kinds=["activation"]))["records"]
        assert ("note" in wake["body"]) is kept


@pytest.mark.attack
async def test_the_homes_own_records_and_those_of_removed_speakers_are_for_administrators(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask
) -> None:
    write(entry, "lifecycle", dt_util.utcnow(), "", event="start")
    write(entry, "activation", dt_util.utcnow(), "old", outcome="answered")
    for group, whole in ((GROUP_ID_USER, False), (GROUP_ID_ADMIN, True), (None, True)):
        context = None if group is None else await a_user(hass, group=group)
        told = await ask("get_journal", context, **ALL)
        about = {record["speaker"] for record in told["records"]} | set(told["summary"]["speakers"])
        assert ({"", "old"} <= about) is whole
        assert whole or about <= {"kitchen", "bath"}


async def test_the_sums_stand_beside_what_was_measured_elsewhere(
    entry: MockConfigEntry, ask: Ask, begun: datetime
) -> None:
    for slug, allowed, proof in (("kitchen", True, "live"), ("bath", False, "off_proven")):
        write(entry, "decision", begun, slug, allowed=allowed)
        write(entry, "microphone", begun, slug, microphone=proof)
    write(entry, "microphone", begun + timedelta(hours=3), "bath", microphone="live")
    write(entry, "microphone", begun + timedelta(hours=4), "bath", microphone="off_proven")
    for outcome in ("answered", "unanswered", "unanswered", "unknown"):
        write(entry, "activation", begun + timedelta(hours=2), outcome=outcome, allowed=True)
    write(entry, "activation", begun + timedelta(hours=3.5), "bath", outcome="unanswered", allowed=False)
    span = {"start": begun.isoformat(), "end": (begun + timedelta(hours=8)).isoformat()}
    summary = (await ask("get_journal", **ALL, **span))["summary"]
    assert summary["reference"] == REFERENCE
    kitchen, bath, whole = summary["speakers"]["kitchen"], summary["speakers"]["bath"], summary["all"]
    assert (kitchen["activations"], kitchen["answered"], kitchen["unanswered"], kitchen["unknown"]) == (4, 1, 2, 1)
    assert kitchen["unanswered_share"] == 0.5
    assert kitchen["live_s"] == 8 * 3600
    assert kitchen["per_hour_live"] == 0.5
    assert (bath["live_s"], bath["exposed_s"], bath["not_allowed"]) == (3600, 3600, 1)
    assert (whole["activations"], whole["live_s"], whole["exposed_s"]) == (5, 9 * 3600, 3600)
    # A time that begins in the middle knows what held before it.
    span = {"start": (begun + timedelta(hours=3.5)).isoformat(), "end": (begun + timedelta(hours=5)).isoformat()}
    summary = (await ask("get_journal", **ALL, **span))["summary"]
    assert summary["speakers"]["kitchen"]["live_s"] == 1.5 * 3600
    assert summary["speakers"]["bath"]["exposed_s"] == 1800
    assert set((await ask("get_journal", **KITCHEN, **span))["summary"]["speakers"]) == {"kitchen"}


async def test_a_gap_that_is_told_of_after_the_time_was_already_one_in_it(
    entry: MockConfigEntry, ask: Ask, begun: datetime
) -> None:
    write(entry, "decision", begun, allowed=True)
    write(entry, "microphone", begun, microphone="live")
    died, back = begun + timedelta(hours=1), begun + timedelta(hours=9)
    write(entry, "lifecycle", back, "", event="gap", since=died.isoformat())
    write(entry, "lifecycle", back, "", event="start")
    span = {"start": begun.isoformat(), "end": (begun + timedelta(hours=3)).isoformat()}
    kitchen = (await ask("get_journal", **KITCHEN, **span))["summary"]["speakers"]["kitchen"]
    assert (kitchen["live_s"], kitchen["unknown_s"]) == (3600, 2 * 3600)


async def test_what_was_live_before_a_stop_is_not_so_after_it(
    entry: MockConfigEntry, ask: Ask, begun: datetime
) -> None:
    write(entry, "decision", begun, allowed=True)
    write(entry, "microphone", begun, microphone="live")
    write(entry, "lifecycle", begun + timedelta(hours=1), "", event="stop")
    for hour in range(2, 5):
        write(entry, "lifecycle", begun + timedelta(hours=hour), "", event="cut")
    span = {"start": (begun + timedelta(hours=5)).isoformat(), "end": (begun + timedelta(hours=6)).isoformat()}
    kitchen = (await ask("get_journal", **KITCHEN, **span))["summary"]["speakers"]["kitchen"]
    assert (kitchen["live_s"], kitchen["unknown_s"]) == (0, 3600)


async def test_a_speaker_that_was_removed_long_ago_is_no_unknown_for_ever(
    entry: MockConfigEntry, ask: Ask, begun: datetime
) -> None:
    write(entry, "decision", begun, "old", allowed=False)
    write(entry, "microphone", begun, "old", microphone="live")
    write(entry, "lifecycle", begun + timedelta(hours=1), "old", event="removed")
    write(entry, "lifecycle", begun + timedelta(hours=2), "", event="start")
    span = {"start": (begun + timedelta(hours=3)).isoformat(), "end": (begun + timedelta(hours=4)).isoformat()}
    assert "old" not in (await ask("get_journal", **ALL, **span))["summary"]["speakers"]


async def test_a_year_adds_up_as_its_parts_do(
    entry: MockConfigEntry, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = dt_util.utcnow() - timedelta(days=300)
    write(entry, "decision", begun, allowed=True)
    for day in range(299):
        proof = ("live", "off_unproven")[day % 2]
        write(entry, "microphone", begun + timedelta(days=day), microphone=proof)
        write(entry, "activation", begun + timedelta(days=day, hours=1), outcome="unanswered", allowed=True)
    span = {"start": "2001-01-01", "end": (begun + timedelta(days=299)).isoformat()}
    at_once = await ask("get_journal", **KITCHEN, **span, limit=1)
    parts: list[Any] = []
    passage = history.passage

    async def counted(*asked: Any) -> history.Passage | None:
        parts.append(asked)
        return await passage(*asked)

    monkeypatch.setattr(history, "passage", counted)
    for many in (1, 7, 50):
        monkeypatch.setattr(history, "_MANY", many)
        parts.clear()
        assert await ask("get_journal", **KITCHEN, **span, limit=1) == at_once
        assert len(parts) >= 300 // (many + 1)
    assert at_once["summary"]["all"]["live_s"] == 150 * 86_400
    assert at_once["summary"]["all"]["activations"] == 299


async def test_a_record_without_a_readable_time_holds_up_no_sum(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MANY", 1)
    woke(entry)
    await settled(hass, entry)
    with sqlite3.connect(Path(hass.config.path(".storage", "earlid_journal.db"))) as file:
        file.execute("UPDATE record SET at = 'zzz' WHERE kind <> 'activation'")
    async with asyncio.timeout(20):
        assert (await ask("get_journal", **ALL))["summary"]["all"]["activations"] == 1


async def test_a_time_to_come_holds_nothing_yet(ask: Ask) -> None:
    answer = await ask("get_journal", **ALL, start="2200-01-01")
    assert answer["records"] == []
    assert answer["summary"]["all"]["unknown_s"] == 0


async def test_an_unharmed_journal_verifies(entry: MockConfigEntry, ask: Ask) -> None:
    woke(entry)
    answer = await ask("verify_journal")
    head = entry.runtime_data.journal.head
    assert answer == {
        "ok": True,
        "checked": head.seq,
        "head": {"seq": head.seq, "hash": head.hash, "at": head.at.isoformat()},
        "first_bad": None,
        "cuts": 0,
    }


async def test_a_changed_record_is_named_with_why_in_a_sentence(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask
) -> None:
    woke(entry, id="wake-1", outcome=Outcome.UNANSWERED)
    await settled(hass, entry)
    with sqlite3.connect(Path(hass.config.path(".storage", "earlid_journal.db"))) as file:
        ((seq,),) = file.execute("SELECT seq FROM record WHERE id = 'wake-1'")
        file.execute("UPDATE record SET body = replace(body, 'unanswered', 'answered') WHERE seq = ?", (seq,))
    answer = await ask("verify_journal")
    assert (answer["ok"], answer["first_bad"]["seq"], answer["checked"]) == (False, seq, seq - 1)
    assert answer["first_bad"]["why"].startswith("It was changed")


async def test_only_administrators_and_automations_have_it_verified(hass: HomeAssistant, ask: Ask) -> None:
    heard = Context()
    hass.states.async_set("assist_satellite.hall", "processing", context=heard)
    for refuses in (await a_user(hass, group=GROUP_ID_USER), heard):
        with pytest.raises(Unauthorized) as refused:
            await ask("verify_journal", refuses)
        assert "Only administrators" in str(refused.value)
    for context in (await a_user(hass, group=GROUP_ID_ADMIN), Context(parent_id="01J"), None):
        assert (await ask("verify_journal", context))["ok"]
