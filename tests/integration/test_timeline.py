"""What a browser is told of the past and of what is to come: the time line, the journal, the hours of wakes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.earlid import history
from custom_components.earlid.engine.model import Record
from custom_components.earlid.typed import FARTHEST_AHEAD, LONGEST_STRETCH
from tests.integration.browsers import Browser, at_ms, open_browser
from tests.integration.homes import added, guard_home, plug_in, rule, settled, speaker

type Open = Callable[..., Awaitable[Browser]]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
READ_KITCHEN = {"entities": {"entity_ids": {"sensor.kitchen_microphone": {"read": True}}}}
COMMANDS = ("timeline", "journal", "wakes")


class Past:
    """A guarded home with a journal in which a test writes what was."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        """Begin to write about a time before Earlid was there, from a whole hour on."""
        self.hass = hass
        self.entry = entry
        self.journal = entry.runtime_data.journal
        self.noon = dt_util.utcnow().replace(minute=0, second=0, microsecond=0) - 200 * HOUR

    def at(self, hours: float) -> datetime:
        """Return a moment."""
        return self.noon + hours * HOUR

    async def write(self, *records: Record) -> None:
        """Write records down."""
        self.journal.append(list(records))
        await self.journal.settled()

    def record(self, hours: float, kind: str, of: str = "kitchen", id_: str = "", **body: Any) -> Record:
        """Return a record."""
        return Record(kind=kind, at=self.at(hours), speaker=of, body=body, id=id_)

    def woke(self, hours: float, id_: str, of: str = "kitchen", **body: Any) -> Record:
        """Return that the assistant woke, or what became known of it later."""
        full = {"outcome": "unknown", "allowed": True, "source": "test", "because": "posture", "microphone": "live"}
        return self.record(hours, "activation", of, "" if "amends" in body else id_, **(full | body))

    def span(self, start: float, end: float) -> dict[str, int]:
        """Return a time to ask for."""
        return {"start": at_ms(self.at(start)), "end": at_ms(self.at(end))}

    def hours(self, ms: int) -> float:
        """Return the hour of a moment."""
        return round((datetime.fromtimestamp(ms / 1000, UTC) - self.noon) / HOUR, 4)

    def bands(self, lane: dict[str, Any]) -> list[tuple[float, float, str, bool]]:
        """Return the bands of a lane by the hour."""
        return [
            (self.hours(band["start"]), self.hours(band["end"]), band["microphone"], band["allowed"])
            for band in lane["bands"]
        ]


@pytest.fixture
def open_one(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Open:
    async def opened(policy: dict[str, Any] | None = None) -> Browser:
        return await open_browser(hass, hass_ws_client, policy)

    return opened


@pytest.fixture
async def past(hass: HomeAssistant) -> Past:
    await hass.config.async_set_time_zone("Europe/Vienna")
    plug_in(hass, "kitchen", "bath")
    night = rule(
        "night",
        kind="schedule",
        days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        **{"from": "22:00:00", "to": "06:00:00"},
        speakers=["kitchen"],
    )
    home = await guard_home(hass, speaker("kitchen", "light.kitchen"), speaker("bath", "light.bath"), night)
    await settled(hass, home)
    return Past(hass, home)


async def a_day(past: Past) -> None:
    """A day of the kitchen: allowed, muted by the rule, stopped, and back."""
    lost = [{"because": "posture", "slug": ""}]
    await past.write(
        past.record(0, "lifecycle", "", event="start"),
        past.record(0, "decision", allowed=True, because="posture", slug="", lost=[]),
        past.record(0, "microphone", microphone="live"),
        past.woke(1, "wake"),
        past.record(2, "decision", allowed=False, because="rule", slug="night", lost=lost),
        past.record(2.5, "microphone", microphone="off_proven"),
        past.woke(1, "", amends="wake", outcome="answered"),
        past.record(4, "lifecycle", "", event="stop"),
        past.record(5, "lifecycle", "", event="start"),
        past.record(5.5, "microphone", microphone="off_unproven"),
        past.record(
            7,
            "decision",
            allowed=False,
            because="rule",
            slug="gone",
            lost=[{"because": "rule", "slug": "night"}, *lost],
        ),
    )


# --- The time line


async def test_the_time_line_shows_what_held_what_was_decided_what_woke_and_when_nobody_looked(
    past: Past, open_one: Open
) -> None:
    await a_day(past)
    answer = await (await open_one()).answer("timeline", **past.span(1, 8), speakers=["kitchen"])
    (lane,) = answer["lanes"]
    assert (lane["speaker"], lane["name"], lane["ahead"]) == ("kitchen", "Kitchen", [])
    assert past.bands(lane) == [
        (1, 2, "live", True),
        (2, 2.5, "live", False),
        (2.5, 4, "off_proven", False),
        (4, 5.5, "unknown", False),
        (5.5, 8, "off_unproven", False),
    ]
    told = [
        (past.hours(one["at"]), one["allowed"], one["because"], one["name"], one["lost"]) for one in lane["decisions"]
    ]
    assert told == [
        (0, True, "posture", None, []),
        (2, False, "rule", "Night", ["posture"]),
        (7, False, "rule", "gone", ["Night", "posture"]),
    ]
    assert [(past.hours(one["at"]), one["id"], one["outcome"]) for one in lane["wakes"]] == [(1, "wake", "answered")]
    assert [(past.hours(gap["start"]), past.hours(gap["end"])) for gap in answer["gaps"]] == [(4, 5)]


async def test_a_time_line_of_months_is_the_one_of_its_parts(past: Past, open_one: Open) -> None:
    past.noon -= 90 * DAY
    await a_day(past)
    await past.write(
        past.record(60 * 24, "microphone", microphone="live"),
        past.record(61 * 24, "lifecycle", "", event="stop"),
    )
    answer = await (await open_one()).answer("timeline", **past.span(-24, 80 * 24), speakers=["kitchen"])
    lane = answer["lanes"][0]
    assert past.bands(lane)[-3:] == [
        (5.5, 60 * 24, "off_unproven", False),
        (60 * 24, 61 * 24, "live", False),
        (61 * 24, 80 * 24, "unknown", False),
    ]
    assert len(lane["decisions"]) == 3
    assert [past.hours(gap["start"]) for gap in answer["gaps"]] == [4, 61 * 24]


async def test_what_rules_will_decide_is_shown_ahead_by_their_names(past: Past, open_one: Open) -> None:
    assert past.entry
    now = dt_util.utcnow()
    answer = await (await open_one()).answer("timeline", start=at_ms(now - HOUR), end=at_ms(now + 3 * DAY))
    lanes = {lane["speaker"]: lane for lane in answer["lanes"]}
    assert lanes["bath"]["ahead"] == []
    ahead = [(one["allowed"], one["because"], one["name"]) for one in lanes["kitchen"]["ahead"]]
    assert ahead[:2] in (
        [(False, "rule", "Night"), (True, "posture", None)],
        [(True, "posture", None), (False, "rule", "Night")],
    )
    assert len(ahead) == 6
    times = [one["at"] for one in lanes["kitchen"]["ahead"]]
    assert times == sorted(times)
    assert answer["now"] <= times[0] <= answer["end"]


async def test_a_time_ahead_alone_shows_the_plan_alone(past: Past, open_one: Open) -> None:
    assert past.entry
    now = dt_util.utcnow()
    answer = await (await open_one()).answer("timeline", start=at_ms(now + DAY), end=at_ms(now + 2 * DAY))
    lane = next(lane for lane in answer["lanes"] if lane["speaker"] == "kitchen")
    assert (lane["bands"], len(lane["ahead"])) == ([], 2)
    assert all(answer["start"] <= one["at"] <= answer["end"] for one in lane["ahead"])


async def test_a_hold_that_ends_gives_back_to_what_is_beneath(hass: HomeAssistant, past: Past, open_one: Open) -> None:
    assert past.entry
    target = {"entity_id": "sensor.bath_microphone"}
    await hass.services.async_call("earlid", "mute", {**target, "duration": 600}, blocking=True)
    now = dt_util.utcnow()
    answer = await (await open_one()).answer("timeline", start=at_ms(now), end=at_ms(now + DAY), speakers=["bath"])
    (ahead,) = answer["lanes"][0]["ahead"]
    assert (ahead["allowed"], ahead["because"], ahead["name"]) == (True, "posture", None)
    assert ahead["at"] == pytest.approx(at_ms(now + timedelta(minutes=10)), abs=2000)


async def test_damaged_records_are_shown_as_what_can_be_known(past: Past, open_one: Open) -> None:
    await past.write(
        past.record(0, "decision", allowed="maybe", because="whim", slug=7, lost="all"),
        past.record(1, "decision", allowed=True, because="posture", slug="", lost=[3, {"slug": 4}]),
        past.record(1, "microphone", microphone=["live"]),
        past.record(2, "activation", outcome=None, allowed=1, because=["x"], source={"<b>": 1}),
        past.record(3, "lifecycle", "", event=None),
    )
    answer = await (await open_one()).answer("timeline", **past.span(0, 3), speakers=["kitchen"])
    lane = answer["lanes"][0]
    assert [(one["allowed"], one["because"], one["name"], one["lost"]) for one in lane["decisions"]] == [
        (False, "posture", None, []),
        (True, "posture", None, ["None"]),
    ]
    (woke,) = lane["wakes"]
    assert (woke["outcome"], woke["allowed"], woke["because"]) == ("unknown", False, None)


# --- The journal


async def pages(browser: Browser, **asked: Any) -> list[dict[str, Any]]:
    """Return all records, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = await browser.answer("journal", **asked, **({"before_seq": found[-1]["seq"]} if found else {}))
        found += page["records"]
        assert len(page["records"]) <= asked["limit"]
        if not page["more"]:
            return found


async def test_the_journal_is_told_newest_first_with_each_wake_once_as_it_is_known_now(
    past: Past, open_one: Open
) -> None:
    await a_day(past)
    browser = await open_one()
    answer = await browser.answer("journal", start=at_ms(past.at(0)), end=at_ms(past.at(8)))
    seqs = [one["seq"] for one in answer["records"]]
    assert seqs == sorted(seqs, reverse=True)
    assert (len(seqs), answer["more"]) == (10, False)
    (woke,) = [one for one in answer["records"] if one["kind"] == "activation"]
    assert (woke["id"], woke["body"]["outcome"], woke["at"]) == ("wake", "answered", at_ms(past.at(1)))
    assert "amends" not in woke["body"]
    assert [one["rule"] for one in answer["records"] if one["kind"] == "decision"] == [None, "Night", None]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_wherever_a_page_ends_each_wake_is_there_once_and_as_it_is_known_now(
    past: Past, open_one: Open, limit: int
) -> None:
    for number in range(6):
        await past.write(past.woke(number, f"w{number}"), past.record(number, "decision", allowed=True))
    await past.write(*(past.woke(number, "", amends=f"w{number}", outcome="answered") for number in (5, 0, 3)))
    asked = {"limit": limit, "start": at_ms(past.at(-1)), "end": at_ms(past.at(9)), "speakers": ["kitchen"]}
    found = await pages(await open_one(), **asked)
    woke = [(one["id"], one["body"]["outcome"]) for one in found if one["kind"] == "activation"]
    assert woke == [
        ("w5", "answered"),
        ("w4", "unknown"),
        ("w3", "answered"),
        ("w2", "unknown"),
        ("w1", "unknown"),
        ("w0", "answered"),
    ]
    assert len(found) == 12


async def test_the_journal_is_told_by_kind_speaker_and_outcome(past: Past, open_one: Open) -> None:
    await a_day(past)
    await past.write(past.woke(3, "bath", "bath", outcome="unanswered"))
    browser = await open_one()
    within = {"start": at_ms(past.at(0)), "end": at_ms(past.at(8))}

    async def told(**asked: Any) -> set[tuple[str, str]]:
        answer = await browser.answer("journal", **within, **asked)
        return {(one["kind"], one["speaker"]) for one in answer["records"]}

    assert await told(kinds=["decision", "activation"], speakers=["bath"]) == {("activation", "bath")}
    assert await told(speakers=[""]) == {("lifecycle", "")}
    assert await told(outcomes=["answered"]) == {("activation", "kitchen")}, "as it became known later"
    assert await told(outcomes=["unanswered"]) == {("activation", "bath")}
    assert await told(outcomes=["unknown"]) == set()
    assert await told(kinds=["decision"], outcomes=["answered"]) == set()
    assert await told(kinds=[], speakers=[], outcomes=[]) == set()


async def test_what_is_about_the_home_or_was_noted_is_for_administrators(past: Past, open_one: Open) -> None:
    await past.write(
        past.record(0, "lifecycle", "", event="start"),
        past.woke(1, "wake", note="turn on the light"),
        past.woke(1, "other", "bath"),
        past.woke(1, "before", "cellar"),
    )
    within = {"start": at_ms(past.at(0)), "end": at_ms(past.at(8))}
    admin = (await (await open_one()).answer("journal", **within))["records"]
    assert [one["speaker"] for one in admin] == ["cellar", "bath", "kitchen", ""]
    assert admin[2]["body"]["note"] == "turn on the light"
    user = await open_one(READ_KITCHEN)
    (only,) = (await user.answer("journal", **within))["records"]
    assert only["speaker"] == "kitchen"
    assert "note" not in only["body"]
    assert await user.refused("journal", speakers=[""]) == "speaker_unknown"
    assert await (await open_one()).refused("journal", speakers=["cellar"]) == "speaker_unknown"


# --- The hours of wakes


async def test_wakes_are_counted_by_weekday_and_hour_of_the_home(past: Past, open_one: Open) -> None:
    past.noon = datetime(2026, 10, 19, 10, tzinfo=UTC)  # a Monday, noon in Vienna
    await past.write(
        past.record(0, "lifecycle", "", event="start"),
        past.record(0, "microphone", microphone="live"),
        past.woke(0, "a"),
        past.woke(0.5, "b", outcome="unanswered"),
        past.woke(0.5, "", amends="b", outcome="answered"),
        past.woke(1, "c", outcome="unanswered"),
        past.record(2, "microphone", microphone="off_unproven"),
        past.woke(5 * 24 + 14.5, "d"),  # Sunday after the clock went back: 01:30 in Vienna is 00:30 UTC
        past.woke(7 * 24 + 1, "e"),  # Monday of winter time, 12:00 again
    )
    browser = await open_one()
    answer = await browser.answer("wakes", **past.span(0, 8 * 24))
    kitchen, bath = sorted(answer["speakers"], key=lambda one: one["name"], reverse=True)
    counted = {hour: count for hour, count in enumerate(kitchen["wakes"]) if count}
    assert counted == {12: 3, 13: 1, 6 * 24 + 2: 1}
    assert {hour: count for hour, count in enumerate(kitchen["unanswered"]) if count} == {13: 1}
    assert (kitchen["live"], sum(bath["wakes"]), bath["live"]) == (7200.0, 0, 0.0)
    assert [
        one["speaker"] for one in (await (await open_one(READ_KITCHEN)).answer("wakes", **past.span(0, 24)))["speakers"]
    ] == ["kitchen"]


# --- What is asked wrongly


NOW = at_ms(dt_util.utcnow())
A_DAY = 86_400_000
WRONG = {
    "no start": ("timeline", {"end": NOW}, "time_unreadable"),
    "a start in words": ("timeline", {"start": "yesterday", "end": NOW}, "time_unreadable"),
    "yes": ("wakes", {"start": True, "end": NOW}, "time_unreadable"),
    "beyond all calendars": ("wakes", {"start": -(10**17), "end": NOW}, "time_unreadable"),
    "backwards": ("timeline", {"start": NOW, "end": NOW - 1}, "end_before_start"),
    "nothing": ("wakes", {"start": NOW, "end": NOW}, "end_before_start"),
    "too long": ("timeline", {"start": NOW - (LONGEST_STRETCH.days + 1) * A_DAY, "end": NOW}, "time_too_long"),
    "too far": ("timeline", {"start": NOW, "end": NOW + (FARTHEST_AHEAD.days + 2) * A_DAY}, "time_too_far_ahead"),
    "nobody": ("timeline", {"start": NOW - 1, "end": NOW, "speakers": ["moon"]}, "speaker_unknown"),
    "a list of lists": ("timeline", {"start": NOW - 1, "end": NOW, "speakers": [["kitchen"]]}, "speaker_unknown"),
    "a journal backwards": ("journal", {"start": NOW, "end": NOW - 1}, "end_before_start"),
    "a kind": ("journal", {"kinds": ["gossip"]}, "kind_unknown"),
    "an outcome": ("journal", {"outcomes": ["fine"]}, "outcome_unknown"),
    "an outcome of its own kind": ("journal", {"outcomes": {"a": 1}}, "outcome_unknown"),
    "a place": ("journal", {"before_seq": "7"}, "seq_unreadable"),
    "a place before all": ("journal", {"before_seq": 0}, "seq_unreadable"),
    "too many": ("journal", {"limit": 1001}, "limit_out_of_range"),
    "none": ("journal", {"limit": 0}, "limit_out_of_range"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_what_makes_no_sense_is_refused_in_a_translated_sentence(
    past: Past, open_one: Open, caplog: pytest.LogCaptureFixture, wrong: tuple[str, dict[str, Any], str]
) -> None:
    assert past.entry
    command, data, key = wrong
    assert await (await open_one()).refused(command, **data) == key
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_journal_that_cannot_be_read_is_said_to_be_so(
    past: Past, open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await open_one()
    monkeypatch.setattr(past.journal, "_path", Path("/nowhere/at/all.db"))
    for command in COMMANDS:
        assert await browser.refused(command, **past.span(0, 8)) == "not_readable"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from((NOW, NOW - A_DAY, 1e300, "kitchen", "answered", "activation", "")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
FIELDS = ("start", "end", "speakers", "kinds", "outcomes", "before_seq", "limit", "type_")


async def test_whatever_is_asked_is_answered_or_refused_and_nothing_is_logged(
    past: Past, open_one: Open, caplog: pytest.LogCaptureFixture
) -> None:
    await a_day(past)
    browser = await open_one()
    asked: list[tuple[str, dict[str, Any]]] = []

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from((*COMMANDS, "subscribe")), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5))
    def think_of(command: str, data: dict[str, Any]) -> None:
        asked.append((command, data))

    think_of()
    for command, data in asked:
        answer = await browser.ask(command, **data)
        if not answer["success"]:
            error = answer["error"]
            assert error["code"] in ("invalid_format", "home_assistant_error"), (command, data, answer)
            # What the command does not take at all is refused by Home Assistant, which logs it.
            known: Sequence[str] = {"timeline": FIELDS[:3], "journal": FIELDS[:7], "wakes": FIELDS[:2]}.get(command, ())
            if set(data) <= set(known):
                assert error["translation_domain"] == "earlid", (command, data, answer)
    logged = [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")]
    assert [one.getMessage() for one in logged if "invalid_format" not in one.getMessage()] == []
    assert [one for one in logged if one.exc_info] == []
    assert (await browser.ask("journal"))["success"]


# --- Who asks too much


@pytest.mark.parametrize("command", COMMANDS)
async def test_few_questions_are_looked_into_at_once_and_each_page_gets_its_turn(
    past: Past, open_one: Open, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Twenty at once would take more memory than a small computer has."""
    go, running, most = asyncio.Event(), 0, 0
    on_disk = history.on_disk

    async def slowly(household: Any) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await go.wait()
        await on_disk(household)
        running -= 1

    monkeypatch.setattr(history, "on_disk", slowly)
    greedy, modest = await open_one(READ_KITCHEN), await open_one()
    await a_day(past)
    question = {"type": f"earlid/{command}", **past.span(0, 8)}
    for _ in range(20):
        await greedy.client.send_json_auto_id(question)
    refused = [await greedy.client.receive_json() for _ in range(11)]
    assert {answer["error"]["translation_key"] for answer in refused} == {"too_many_questions"}
    await modest.client.send_json_auto_id(question)
    await asyncio.sleep(0.05)
    assert running == 2, "one of each page"
    go.set()
    assert (await modest.client.receive_json())["success"]
    answers = [await greedy.client.receive_json() for _ in range(9)]
    assert all(answer["success"] for answer in answers)
    assert most == 2
    assert await greedy.answer(command, **past.span(0, 8))


async def test_what_a_closed_page_asked_is_looked_into_for_nobody(
    past: Past, open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, one, begun = asyncio.Event(), asyncio.Event(), 0

    async def slowly(_household: Any) -> None:
        nonlocal begun
        begun += 1
        one.set()
        await go.wait()

    monkeypatch.setattr(history, "on_disk", slowly)
    browser = await open_one()
    for _ in range(9):
        await browser.client.send_json_auto_id({"type": "earlid/wakes", **past.span(0, 8)})
    await one.wait()
    await browser.client.close()
    await asyncio.sleep(0.1)
    go.set()
    other = await open_one()
    assert await other.answer("wakes", **past.span(0, 8))
    assert begun == 2


@pytest.mark.parametrize("word", ["kinds", "outcomes", "speakers"])
async def test_what_is_named_again_and_again_is_one_and_too_much_of_it_is_told(
    past: Past, open_one: Open, word: str
) -> None:
    """More than SQLite takes would look as if the journal were damaged."""
    doubts: list[None] = []
    past.journal._doubt = lambda: doubts.append(None)
    known = {"kinds": "activation", "outcomes": "unknown", "speakers": "kitchen"}[word]
    browser = await open_one()
    await a_day(past)
    once = await browser.answer("journal", **{word: [known]})
    assert once == await browser.answer("journal", **{word: [known] * 1000})
    assert await browser.refused("journal", **{word: [known] * 260_000}) == "too_many_named"
    assert not doubts


async def test_a_part_of_a_speakers_slug_is_not_that_speaker(past: Past, open_one: Open) -> None:
    browser = await open_one()
    one = await browser.answer("timeline", **past.span(0, 8), speakers="kitchen")
    assert [lane["speaker"] for lane in one["lanes"]] == ["kitchen"]
    plug_in(past.hass, "chen")
    past.hass.config_entries.async_add_subentry(past.entry, added(speaker("chen", "light.chen")))
    await past.hass.async_block_till_done()
    one = await browser.answer("timeline", **past.span(0, 8), speakers="kitchen")
    assert [lane["speaker"] for lane in one["lanes"]] == ["kitchen"]
    for odd in (5, {"kitchen": 1}, "", ["kitchen", ""], [["kitchen"]]):
        assert await browser.refused("timeline", **past.span(0, 8), speakers=odd) == "speaker_unknown"
