"""Earlid's actions: what they wish of the household, what they answer, and what they refuse."""

from datetime import datetime, timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
import voluptuous as vol

from custom_components.earlid.diagnostics import async_get_config_entry_diagnostics
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.evidence import Assessment
from custom_components.earlid.engine.model import Because, Breach, Cause, Effect, Hold, Holds, Outcome, Proof, Vote
from custom_components.earlid.engine.policy import Flip
from custom_components.earlid.journal import Journal
from tests.integration.fakes import Home, move_in
from tests.integration.views import a_rule, a_speaker, decided, utc

KITCHEN: dict[str, Any] = {"entity_id": "sensor.kitchen_microphone"}
NOW = utc(2026, 11, 21, 12)


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    await hass.config.async_set_time_zone("Europe/Vienna")
    return await move_in(hass, monkeypatch, a_speaker("kitchen"), a_speaker("bedroom"), a_rule("night"))


async def refused(home: Home, action: str, **data: Any) -> ServiceValidationError:
    """Return the error; nothing may have been wished."""
    with pytest.raises(ServiceValidationError) as error:
        await home.call(action, **KITCHEN, **data)
    assert home.household.wishes == []
    assert error.value.translation_domain == "earlid"
    return error.value


DURATIONS: list[tuple[Any, timedelta]] = [
    ({"minutes": 10}, timedelta(minutes=10)),
    ({"days": 1, "hours": 2, "minutes": 0, "seconds": 3}, timedelta(days=1, hours=2, seconds=3)),
    ("01:30:00", timedelta(hours=1, minutes=30)),
    ("01:30", timedelta(hours=1, minutes=30)),
    (90, timedelta(seconds=90)),
    ("90", timedelta(seconds=90)),
    (0.5, timedelta(seconds=0.5)),
    (timedelta(hours=20), timedelta(hours=20)),
]


async def test_a_duration_is_taken_as_home_assistant_gives_it(home: Home) -> None:
    context = Context()
    for typed, span in DURATIONS:
        await home.call("mute", context, **KITCHEN, duration=typed)
        assert home.household.wishes[-1] == ("mute", ["kitchen"], span), typed
    assert home.household.contexts == [context] * len(DURATIONS)


@pytest.mark.parametrize("data", [{}, {"duration": None}])
async def test_mute_without_a_duration_is_until_resumed(home: Home, data: dict[str, Any]) -> None:
    await home.call("mute", **KITCHEN, **data)
    assert home.household.wishes == [("mute", ["kitchen"], None)]


NO_DURATIONS: list[tuple[Any, str]] = [
    (0, "duration_not_positive"),
    ("00:00:00", "duration_not_positive"),
    ({"hours": 0, "minutes": 0, "seconds": 0}, "duration_not_positive"),
    (-1, "duration_not_positive"),
    ("-00:10:00", "duration_not_positive"),
    ("soon", "duration_unreadable"),
    ({"fortnights": 1}, "duration_unreadable"),
    ({}, "duration_unreadable"),
    ([], "duration_unreadable"),
    (float("nan"), "duration_unreadable"),
    (float("inf"), "duration_unreadable"),
    (10**20, "duration_unreadable"),
    ("x" * 1_000_000, "duration_unreadable"),
]


@pytest.mark.parametrize("action", ["mute", "listen"])
async def test_a_duration_that_is_none_is_an_error_in_words(home: Home, action: str) -> None:
    for typed, key in NO_DURATIONS:
        error = await refused(home, action, duration=typed)
        assert error.translation_key == key, str(typed)[:100]
        assert len(str(error)) < 200


@pytest.mark.parametrize("typed", [12 * 3600 + 1, "13:00:00", {"hours": 13}, {"days": 1}])
async def test_listening_is_let_for_12_hours_at_most(home: Home, typed: Any) -> None:
    assert (await refused(home, "listen", duration=typed)).translation_key == "listen_too_long"


@pytest.mark.parametrize("typed", [{"hours": 12}, "12:00:00", 1])
async def test_listening_is_let_for_up_to_12_hours(home: Home, typed: Any) -> None:
    await home.call("listen", **KITCHEN, duration=typed)
    [(wish, slugs, _)] = home.household.wishes
    assert (wish, slugs) == ("listen", ["kitchen"])


async def test_listening_needs_a_duration(home: Home) -> None:
    with pytest.raises(vol.Invalid):
        await home.call("listen", **KITCHEN)
    assert (await refused(home, "listen", duration=None)).translation_key == "duration_unreadable"


async def test_a_mute_that_would_outlast_the_calendar_is_refused(home: Home) -> None:
    assert (await refused(home, "mute", duration={"days": 900_000_000})).translation_key == "duration_unreadable"


async def test_resume_ends_the_holds(home: Home) -> None:
    await home.call("resume", **KITCHEN)
    assert home.household.wishes == [("resume", ["kitchen"])]


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        (datetime(2026, 11, 21, 12, 59, tzinfo=dt_util.UTC), utc(2026, 11, 21, 12, 59)),
        (datetime(2026, 11, 21, 12, 59), utc(2026, 11, 21, 11, 59)),  # noqa: DTZ001 - as a datetime selector gives it
        ("2026-11-21 12:59:00", utc(2026, 11, 21, 11, 59)),
        ("2026-11-21T12:59:00+02:00", utc(2026, 11, 21, 10, 59)),
        ("2026-11-21T12:59:00Z", utc(2026, 11, 21, 12, 59)),
        (None, None),
    ],
)
async def test_an_activation_is_reported_at_its_time_local_if_it_names_no_zone(
    home: Home, typed: Any, at: datetime | None
) -> None:
    await home.call("report_activation", **KITCHEN, outcome="answered", source="baby_monitor", note="News", at=typed)
    report = Report(source="baby_monitor", outcome=Outcome.ANSWERED, at=at, note="News")
    assert home.household.wishes == [("report_activation", "kitchen", report)]


async def test_an_activation_needs_nothing_but_a_speaker(home: Home) -> None:
    await home.call("report_activation", entity_id=["sensor.kitchen_microphone", "sensor.bedroom_microphone"])
    report = Report(source="action", outcome=Outcome.UNKNOWN)
    assert home.household.wishes == [("report_activation", slug, report) for slug in ("kitchen", "bedroom")]


async def test_a_time_that_is_none_is_an_error_in_words(home: Home) -> None:
    typed: Any
    for typed in ("yesterday", "", "2026-13-40 12:00:00", "25:00", 5, [], {}):
        assert (await refused(home, "report_activation", at=typed)).translation_key == "time_unreadable", typed


async def test_an_outcome_that_is_none_is_an_error_in_words(home: Home) -> None:
    typed: Any
    for typed in ("ignored", "", None, [], {}):
        assert (await refused(home, "report_activation", outcome=typed)).translation_key == "outcome_unknown", typed


async def test_what_is_too_long_or_unheard_of_is_refused(home: Home) -> None:
    for data in ({"source": "x" * 101}, {"source": ""}, {"note": "x" * 2001}, {"nonsense": 1}):
        with pytest.raises(vol.Invalid):
            await home.call("report_activation", **KITCHEN, **data)
    assert home.household.wishes == []


async def test_explain_tells_the_decision_the_trace_the_evidence_and_the_plan(
    home: Home, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    morning = utc(2026, 11, 22, 5)
    night = Vote(Because.RULE, Effect.MUTE, slug="night", name="Night", until=morning)
    home.household.flips = [Flip(morning, may_listen=True, because=Vote(Because.POSTURE, Effect.LISTEN))]
    home.show(
        "kitchen",
        decision=decided(Because.HOLD, Effect.MUTE, until=morning, lost=(night, Vote(Because.POSTURE, Effect.LISTEN))),
        assessment=Assessment(Proof.LIVE, ("meter",), contradicted=True),
        breach=Breach(cause=Cause.EVIDENCE_CONTRADICTS, since=NOW),
        holds=Holds(mute=Hold(effect=Effect.MUTE, at=NOW, until=morning, by_hand=True)),
        idle_draw=1.7523,
        left_plug=True,
    )
    answer = await home.call("explain", entity_id="sensor.kitchen_microphone", hours=48)
    until, acts = "2026-11-22T05:00:00+00:00", {"waiting": False}
    assert json.loads(json.dumps(answer)) == {
        "speakers": {
            "kitchen": {
                "name": "Kitchen",
                "enforced": True,
                "decision": {
                    "may_listen": False,
                    "because": {"kind": "hold", "effect": "mute", "rule": None, "name": None, "until": until} | acts,
                    "until": until,
                    "next_change": until,
                    "finishing_playback": False,
                },
                "trace": [
                    {"kind": "rule", "effect": "mute", "rule": "night", "name": "Night", "until": until} | acts,
                    {"kind": "posture", "effect": "listen", "rule": None, "name": None, "until": None} | acts,
                ],
                "evidence": {"microphone": "live", "witnesses": ["meter"], "contradicted": True},
                "draw": {"idle_w": 1.75, "left_plug": True},
                "flapping": False,
                "assurance": {
                    "grade": "c",
                    "steps": [{"step": "clock", "result": "none"}, {"step": "power_on", "result": "unknown"}],
                    "firmware": None,
                },
                "breach": {"cause": "evidence_contradicts", "since": "2026-11-21T12:00:00+00:00"},
                "holds": {
                    "mute": {"at": "2026-11-21T12:00:00+00:00", "until": until, "by_hand": True},
                    "listen": None,
                },
                "plan": [{"at": until, "may_listen": True}],
            }
        }
    }
    assert home.household.wishes == [("plan", "kitchen", NOW + timedelta(hours=48))]


async def test_explain_looks_a_day_ahead_unless_told_otherwise(home: Home, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)
    answer = await home.call("explain", entity_id="all")
    assert list(answer["speakers"]) == ["kitchen", "bedroom"]
    assert home.household.wishes[0] == ("plan", "kitchen", NOW + timedelta(days=1))


async def test_explain_refuses_hours_that_no_plan_covers(home: Home) -> None:
    typed: Any
    for typed in (0, -1, 193, "soon", None, float("nan"), []):
        assert (await refused(home, "explain", hours=typed)).translation_key == "hours_out_of_range", typed


async def test_without_a_loaded_home_the_actions_say_so(home: Home) -> None:
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    for action in ("mute", "resume", "explain", "report_activation"):
        assert (await refused(home, action)).translation_key == "not_loaded", action
    assert (await refused(home, "listen", duration=60)).translation_key == "not_loaded"


async def test_diagnostics_tell_the_trace_and_no_secret(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    home = await move_in(hass, monkeypatch, a_speaker("kitchen"), a_rule("night", "Nobody home"))
    data = {
        "name": "Nobody home",
        "relay": "shelly",
        "host": "192.0.2.7",
        "password": "Nobody home",
        "entity_id": "switch.plug",
        "off": [{"action": "rest_command.off", "data": {"token": "Nobody home"}}],
        "note": "Nobody home",
    }
    hass.config_entries.async_update_subentry(home.entry, home.entry.subentries["speaker-kitchen"], data=data)
    home.show("kitchen", decision=decided(Because.RULE, Effect.MUTE, name="Nobody home"))
    home.household.journal = Journal(hass, hass.config.path("journal.db"))
    told = json.dumps(await async_get_config_entry_diagnostics(hass, home.entry))
    assert "switch.plug" in told
    assert '"kind": "rule"' in told
    assert not [secret for secret in ("Nobody home", "192.0.2.7") if secret in told]
