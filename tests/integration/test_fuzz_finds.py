"""What `scripts/fuzz` found, each as what it would have done to somebody's home."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import intent
import pytest
import voluptuous as vol

from custom_components.earlid import facts, typed, untrusted
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.ledger import summary
from custom_components.earlid.journal.chain import moment, to_entry
from custom_components.earlid.relays import shelly_gen2
from custom_components.earlid.relays.protocol import RelayError

from .homes import guard_home, plug_in, rule, shown, speaker
from .spoken import talking_home

# What JSON has for half a surrogate pair: a text that is none.
HALF = "\ud800"


@pytest.mark.parametrize("text", [HALF, f"2026-11-22T12:00:00{HALF}", "2026-11-2\u0662"])
def test_a_message_whose_time_is_half_a_character_does_not_end_home_assistant(text: str) -> None:
    with pytest.raises(vol.Invalid):
        untrusted.moment(text)
    with pytest.raises(ServiceValidationError):
        typed.moment(text)


async def test_a_calendar_with_such_a_time_says_nothing_of_its_next_event(hass: HomeAssistant) -> None:
    eyes = facts.Eyes(hass)
    for start in (HALF, "0001-01-01T00:00:00+14:00"):
        hass.states.async_set("calendar.home", "off", {"start_time": start})
        assert eyes.changes_at("calendar.home") is None
    hass.states.async_set("calendar.home", "off", {"start_time": "2999-01-01T00:00:00+00:00"})
    assert eyes.changes_at("calendar.home") == datetime(2999, 1, 1, tzinfo=UTC)


LISTEN = {"effect": "listen", "at": "2026-11-22T12:00:00+00:00", "ends_when_base_leaves": None, "by_hand": False}


def document(**kitchen: Any) -> dict[str, Any]:
    """Return what was stored of a home with a kitchen."""
    data = {"lockdown": False, "alive_at": "2026-11-22T12:00:00+00:00", "speakers": {"kitchen": kitchen}}
    return {"version": 1, "minor_version": 1, "key": "earlid", "data": data}


@pytest.mark.parametrize("until", ["299", "2999-01-01T00:00:00", "0001-01-01T00:00:00+14:00", 7])
async def test_a_permission_whose_end_is_damaged_is_none_and_the_speaker_is_muted_until_somebody_looks(
    hass: HomeAssistant, hass_storage: dict[str, Any], until: object
) -> None:
    plug_in(hass, "plug")
    hass_storage["earlid"] = document(holds={"mute": None, "listen": LISTEN | {"until": until}})
    entry = await guard_home(hass, speaker(relay="light.plug", posture="mute"))
    view = entry.runtime_data.speakers["kitchen"]
    assert view.holds.listen is None
    assert view.holds.mute is not None
    assert not view.decision.may_listen


@pytest.mark.parametrize(
    ("part", "damaged"),
    [
        ("heard_at", "9999-12-31T23:59:59-14:00"),
        ("heard_at", "2026-11-22T12:00:00"),
        ("unsilenced_since", []),
        ("tally", {"live_s": 1e308}),
        ("tally", {"activations": "many"}),
        ("tally", {"activations": 1e300}),
        ("tally", {"at": "2026-11-22T12:00:00"}),
        ("last_activation", {"at": "2026-11-22T12:00:00"}),
    ],
)
async def test_a_home_is_guarded_whatever_damage_left_of_a_speakers_past(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture, part: str, damaged: Any
) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"))
    entry.runtime_data.report_activation("kitchen", Report(source="detector"))
    await hass.config_entries.async_unload(entry.entry_id)
    past = hass_storage["earlid"]["data"]["speakers"]["kitchen"]
    past[part] = past[part] | damaged if isinstance(damaged, dict) else damaged
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    entry.runtime_data.report_activation("kitchen", Report(source="detector"))
    assert "cannot be read and is left out" in caplog.text
    assert entry.runtime_data.speakers["kitchen"].decision.may_listen
    assert "Traceback" not in caplog.text


async def test_a_home_is_guarded_whatever_damage_left_of_its_switched_off_rules(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    plug_in(hass, "plug")
    hass_storage["earlid"] = document()
    hass_storage["earlid"]["data"]["rules_off"] = [[], "night"]
    entry = await guard_home(hass, speaker(relay="light.plug"))
    assert "kitchen" in entry.runtime_data.speakers


@pytest.mark.parametrize(
    "damage", [{"speakers": [[]]}, {"entity_id": {}}, {"effect": None}, {"entities": [1]}, {"to": "25:00"}, {"days": 7}]
)
async def test_a_rule_that_damage_made_unreadable_mutes_and_keeps_nobody_from_being_guarded(
    hass: HomeAssistant, damage: dict[str, Any]
) -> None:
    plug_in(hass, "plug")
    window = {"kind": "schedule", "days": ["mon"], "from": "22:00", "to": "06:00"}
    kind = {"kind": "presence", "quantifier": "any"} if "entities" in damage else window
    entry = await guard_home(hass, speaker(relay="light.plug"), rule("night", **(kind | damage)))
    assert not entry.runtime_data.speakers["kitchen"].decision.may_listen


@pytest.mark.parametrize(
    "damage", [{"witnesses": [[]]}, {"signs": []}, {"lease": 1e308}, {"rest": []}, {"off_below": "1"}, {"posture": 1}]
)
async def test_a_speaker_that_damage_made_unreadable_is_turned_off_and_said_to_be_while_all_others_go_on(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, damage: dict[str, Any]
) -> None:
    plug_in(hass, "plug", "other")
    entry = await guard_home(hass, speaker("bath", "light.other", **damage), speaker(relay="light.plug"))
    assert entry.runtime_data.speakers["kitchen"].decision.may_listen
    assert not entry.runtime_data.speakers["bath"].decision.may_listen
    assert shown(hass, "light.plug").state == "on"
    assert shown(hass, "light.other").state == "off"
    assert "The speaker Bath cannot be read; it is kept silent" in caplog.text


async def test_a_speaker_that_was_only_observed_is_not_switched_either_when_damage_made_it_unreadable(
    hass: HomeAssistant,
) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug", enforce=False, off_below="1"))
    assert not entry.runtime_data.speakers["kitchen"].decision.may_listen
    assert shown(hass, "light.plug").state == "on"


@pytest.mark.parametrize("damage", [{"slug": 1}, {"silences": []}])
async def test_a_speaker_of_which_not_even_the_relay_can_be_read_keeps_no_other_from_being_guarded(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, damage: dict[str, Any]
) -> None:
    plug_in(hass, "plug", "other")
    damaged = speaker("bath", "light.other")
    damaged["data"] = {**damaged["data"], **damage}
    entry = await guard_home(hass, damaged, speaker(relay="light.plug"))
    assert set(entry.runtime_data.speakers) == {"kitchen"}
    assert "is NOT guarded" in caplog.text


@pytest.mark.parametrize(
    "column", [{"body": "[]"}, {"at": "2026-11-22T12:00:00"}, {"speaker": 7}, {"speaker": b"\xff"}]
)
def test_a_record_that_was_damaged_is_read_as_far_as_it_is_one(column: dict[str, Any]) -> None:
    row = {
        "id": "1",
        "at": "2026-11-22T12:00:00.000000+00:00",
        "kind": "activation",
        "speaker": "kitchen",
        "body": "{}",
    }
    damaged: Any = (1, *(row | column).values(), "hash")
    entry = to_entry(damaged)
    assert entry.body == {}
    assert isinstance(entry.speaker, str)
    assert entry.at.tzinfo is not None
    good: Any = (2, *row.values(), "hash")
    whole = to_entry(good)
    start = datetime(2026, 11, 22, tzinfo=UTC)
    assert set(summary([entry, whole], start, start + timedelta(days=1))["speakers"]) >= {"kitchen"}


def test_a_time_at_the_end_of_the_calendar_is_none() -> None:
    assert moment("0001-01-01T00:00:00+14:00") == datetime(1970, 1, 1, tzinfo=UTC)


async def test_a_room_that_is_none_is_where_no_speaker_is(hass: HomeAssistant) -> None:
    await talking_home(hass)
    slots: dict[str, Any] = {"preferred_area_id": {"value": {}}}
    response = await intent.async_handle(hass, "earlid", "EarlidMute", slots)
    assert response.error_code is intent.IntentResponseErrorCode.NO_VALID_TARGETS


@pytest.mark.parametrize("delay", [-1e300, -1, 1e300, float("nan"), True])
def test_a_shelly_whose_auto_off_is_no_time_is_one_that_cannot_be_read(delay: float) -> None:
    with pytest.raises(RelayError, match="unreadable_answer"):
        shelly_gen2._settings({"initial_state": "off", "auto_off": True, "auto_off_delay": delay}, "1.7.0")
