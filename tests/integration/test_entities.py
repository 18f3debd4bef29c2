"""What the household sees: ids, devices and states."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.earlid.engine.activations import Activation
from custom_components.earlid.engine.evidence import Assessment
from custom_components.earlid.engine.model import Because, Breach, Cause, Effect, Hold, Holds, Outcome, Proof, Record
from tests.integration.fakes import Home, move_in, written
from tests.integration.views import a_rule, a_speaker, decided, utc

SPEAKER_IDS = {
    "binary_sensor.{}_breach",
    "binary_sensor.{}_listening_allowed",
    "event.{}_activation",
    "button.{}_self_test",
    "select.{}_mode",
    "sensor.{}_assurance",
    "sensor.{}_activations_today",
    "sensor.{}_decided_by",
    "sensor.{}_exposed_today",
    "sensor.{}_last_activation",
    "sensor.{}_live_today",
    "sensor.{}_microphone",
    "sensor.{}_next_change",
}
HUB_IDS = {
    "binary_sensor.earlid_all_off",
    "sensor.earlid_activations_today",
    "sensor.earlid_undelivered",
    "sensor.earlid_live_microphones",
    "switch.earlid_lockdown",
}
OFF = Assessment(Proof.OFF_PROVEN, ("meter",))


def ids(slug: str) -> set[str]:
    return {entity_id.format(slug) for entity_id in SPEAKER_IDS}


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in(hass, monkeypatch, a_speaker("kitchen"), a_speaker("bedroom"), a_rule("night"))


@pytest.mark.parametrize("language", ["en", "de"])
async def test_ids_are_the_same_english_ones_in_every_language_whatever_the_names(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    hass.config.language = language
    await move_in(hass, monkeypatch, a_speaker("kuche_echo_2", "Küche Echo 2"), a_rule("nacht", "Nachts um 22 Uhr"))
    assert set(hass.states.async_entity_ids()) == ids("kuche_echo_2") | HUB_IDS | {"switch.earlid_rule_nacht"}


async def test_names_are_the_households_own(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    home = await move_in(hass, monkeypatch, a_speaker("kuche", "Küche"), a_rule("nacht", "Nachts um 22 Uhr"))
    assert home.attributes("sensor.kuche_microphone")["friendly_name"] == "Küche Microphone"
    assert home.attributes("switch.earlid_rule_nacht")["friendly_name"] == "Earlid Rule: Nachts um 22 Uhr"


async def test_each_speaker_is_a_device_behind_the_hub(home: Home) -> None:
    hub, kitchen = home.device(), home.device("kitchen")
    assert (hub.name, hub.entry_type, hub.config_subentry_id) == ("Earlid", dr.DeviceEntryType.SERVICE, None)
    assert (kitchen.name, kitchen.via_device_id, kitchen.config_subentry_id) == (
        "Kitchen",
        hub.id,
        "speaker-kitchen",
    )


async def test_a_rule_takes_its_switch_along_when_it_goes_and_leaves_the_hub(home: Home) -> None:
    registry = er.async_get(home.hass)
    registered = registry.async_get("switch.earlid_rule_night")
    assert registered is not None
    assert registered.device_id == home.device().id
    home.hass.config_entries.async_remove_subentry(home.entry, "rule-night")
    await home.hass.async_block_till_done()
    assert registry.async_get("switch.earlid_rule_night") is None
    assert home.hass.states.get("switch.earlid_rule_night") is None
    assert home.state("switch.earlid_lockdown") == "off"
    assert home.device().config_subentry_id is None


async def test_a_speaker_takes_its_device_along_when_it_goes_and_leaves_the_others(home: Home) -> None:
    del home.household.speakers["kitchen"]
    home.hass.config_entries.async_remove_subentry(home.entry, "speaker-kitchen")
    await home.hass.async_block_till_done()
    assert not ids("kitchen") & set(home.hass.states.async_entity_ids())
    assert home.state("sensor.bedroom_microphone") == "live"
    assert all(device.name != "Kitchen" for device in dr.async_get(home.hass).devices)


async def test_a_speaker_that_comes_later_is_shown_without_touching_the_others(home: Home) -> None:
    entity_ids = written(home.hass)
    home.add(a_speaker("hall"))
    await home.hass.async_block_till_done()
    assert home.state("sensor.hall_microphone") == "live"
    assert set(entity_ids) == ids("hall")


async def test_what_is_gone_from_the_household_is_unavailable_not_off(home: Home) -> None:
    del home.household.speakers["kitchen"], home.household.rules["night"]
    home.household.tell("kitchen")
    await home.hass.async_block_till_done()
    gone = ids("kitchen") | {"switch.earlid_rule_night"}
    assert {home.state(entity_id) for entity_id in gone} == {"unavailable"}


async def test_a_renamed_speaker_renames_its_device_and_keeps_its_ids(home: Home) -> None:
    speaker = home.household.speakers["kitchen"].speaker
    home.show("kitchen", speaker=replace(speaker, name="Galley"))
    assert home.device("kitchen").name == "Galley"
    assert home.state("sensor.kitchen_microphone") == "live"


async def test_a_renamed_rule_renames_its_switch(home: Home) -> None:
    home.household.show_rule(replace(a_rule("night", "Bedtime"), in_force=True))
    await home.hass.async_block_till_done()
    assert home.attributes("switch.earlid_rule_night")["friendly_name"] == "Earlid Rule: Bedtime"


@pytest.mark.parametrize("proof", list(Proof))
async def test_the_microphone_shows_what_is_known_and_why(home: Home, proof: Proof) -> None:
    until = utc(2026, 11, 22, 6)
    home.show(
        "kitchen",
        assessment=Assessment(proof, ("meter", "device_tracker.echo")),
        decision=decided(Because.RULE, Effect.MUTE, name="Night", until=until),
    )
    assert home.state("sensor.kitchen_microphone") == proof.value
    shown = home.attributes("sensor.kitchen_microphone")
    assert (shown["because"], shown["until"]) == ("Night", until)
    assert shown["witnesses"] == ["meter", "device_tracker.echo"]
    assert home.state("binary_sensor.kitchen_listening_allowed") == "off"
    assert home.state("sensor.kitchen_next_change") == "2026-11-22T06:00:00+00:00"
    assert home.state("sensor.bedroom_microphone") == "live"


async def test_the_microphone_shows_until_when_a_speaker_that_is_allowed_rests(home: Home) -> None:
    """Else it is off, allowed, and nobody knows why."""
    until = utc(2026, 11, 22, 6)
    home.show("kitchen", assessment=Assessment(Proof.OFF_UNPROVEN, ()), rests_until=until)
    assert home.attributes("sensor.kitchen_microphone")["rests_until"] == until
    assert home.attributes("sensor.bedroom_microphone")["rests_until"] is None


@pytest.mark.parametrize(
    ("because", "holds", "word"),
    [
        (Because.LOCKDOWN, Holds(), "lockdown"),
        (Because.HOLD, Holds(mute=Hold(effect=Effect.MUTE, at=utc(2026, 11, 21))), "hold"),
        (Because.HOLD, Holds(mute=Hold(effect=Effect.MUTE, at=utc(2026, 11, 21), by_hand=True)), "hand"),
        (Because.POSTURE, Holds(), "posture"),
    ],
)
async def test_what_is_no_rule_decides_under_a_translatable_word(
    home: Home, because: Because, holds: Holds, word: str
) -> None:
    home.show("kitchen", decision=decided(because, Effect.MUTE), holds=holds)
    assert home.state("sensor.kitchen_decided_by") == word


async def test_a_rules_name_longer_than_a_state_is_cut(home: Home) -> None:
    home.show("kitchen", decision=decided(Because.RULE, Effect.MUTE, name="N" * 300))
    assert home.state("sensor.kitchen_decided_by") == "N" * 255


async def test_a_breach_shows_its_cause_and_ends(home: Home) -> None:
    since = utc(2026, 11, 21, 20)
    home.show("kitchen", breach=Breach(cause=Cause.HEARD_WHILE_MUTED, since=since))
    assert home.state("binary_sensor.kitchen_breach") == "on"
    shown = home.attributes("binary_sensor.kitchen_breach")
    assert (shown["cause"], shown["since"], shown["device_class"]) == ("heard_while_muted", since, "problem")
    home.show("kitchen", breach=None)
    assert home.state("binary_sensor.kitchen_breach") == "off"
    assert home.attributes("binary_sensor.kitchen_breach")["cause"] is None


@pytest.mark.parametrize(
    ("mute", "listen", "mode"), [(False, False, "automatic"), (False, True, "listen"), (True, True, "mute")]
)
async def test_the_mode_is_the_highest_hold(home: Home, mute: bool, listen: bool, mode: str) -> None:
    until = utc(2026, 11, 22)
    holds = Holds(
        mute=Hold(effect=Effect.MUTE, at=utc(2026, 11, 21), until=until) if mute else None,
        listen=Hold(effect=Effect.LISTEN, at=utc(2026, 11, 21), until=until) if listen else None,
    )
    home.show("kitchen", holds=holds)
    assert home.state("select.kitchen_mode") == mode
    assert home.attributes("select.kitchen_mode")["until"] == (until if mute or listen else None)


@pytest.mark.parametrize(
    ("mode", "wish"),
    [
        ("automatic", ("resume", ["kitchen"])),
        ("mute", ("hold_until_next_change", "kitchen", Effect.MUTE)),
        ("listen", ("hold_until_next_change", "kitchen", Effect.LISTEN)),
    ],
)
async def test_choosing_a_mode_is_a_wish(home: Home, mode: str, wish: tuple[Any, ...]) -> None:
    await home.call("select.select_option", entity_id="select.kitchen_mode", option=mode)
    assert home.household.wishes == [wish]


async def test_lockdown_is_a_switch(home: Home) -> None:
    for action, state in (("turn_on", "on"), ("turn_off", "off")):
        await home.call(f"switch.{action}", entity_id="switch.earlid_lockdown")
        assert home.state("switch.earlid_lockdown") == state
    assert home.household.wishes == [("set_lockdown", True), ("set_lockdown", False)]


async def test_a_rules_switch_stays_on_while_the_rule_counts_though_it_does_not_hold_now(home: Home) -> None:
    for action, state in (("turn_off", "off"), ("turn_on", "on")):
        await home.call(f"switch.{action}", entity_id="switch.earlid_rule_night")
        assert home.state("switch.earlid_rule_night") == state
        assert home.attributes("switch.earlid_rule_night")["in_force"] is False
    home.household.show_rule(replace(a_rule("night"), in_force=True))
    await home.hass.async_block_till_done()
    assert home.attributes("switch.earlid_rule_night")["in_force"] is True
    home.household.show_rule(replace(a_rule("night"), in_force=True, known=False))
    await home.hass.async_block_till_done()
    assert home.attributes("switch.earlid_rule_night")["in_force"] is None


async def test_the_home_is_all_off_only_when_every_relay_says_so(home: Home) -> None:
    home.show("kitchen", assessment=OFF)
    await home.hass.async_block_till_done()
    assert home.state("binary_sensor.earlid_all_off") == "off"
    home.show("bedroom", assessment=Assessment(Proof.OFF_UNPROVEN))
    await home.hass.async_block_till_done()
    assert home.state("binary_sensor.earlid_all_off") == "on"
    home.show("bedroom", assessment=Assessment(Proof.UNKNOWN))
    await home.hass.async_block_till_done()
    assert home.state("binary_sensor.earlid_all_off") == "off"
    assert home.state("sensor.earlid_live_microphones") == "0"
    assert home.attributes("sensor.earlid_live_microphones")["unknown"] == 1


async def test_a_home_without_speakers_does_not_claim_to_be_off(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await move_in(hass, monkeypatch)
    assert home.state("binary_sensor.earlid_all_off") == "unknown"
    assert home.state("sensor.earlid_live_microphones") == "0"


async def test_an_activation_shows_at_its_speaker_alone(home: Home) -> None:
    body: dict[str, object] = {
        "source": "satellite",
        "outcome": "unanswered",
        "allowed": False,
        "note": "x",
    }
    home.household.record(Record(kind="activation", at=dt_util.utcnow(), speaker="kitchen", body=body, id="01J"))
    shown = home.attributes("event.kitchen_activation")
    assert {key: shown[key] for key in ("event_type", "id", "source", "allowed")} == {
        "event_type": "unanswered",
        "id": "01J",
        "source": "satellite",
        "allowed": False,
    }
    assert "note" not in shown
    assert home.state("event.bedroom_activation") == "unknown"


async def test_two_equal_activations_are_two_events(home: Home) -> None:
    body: dict[str, object] = {"source": "satellite", "outcome": "answered", "allowed": True}
    record = Record(kind="activation", at=dt_util.utcnow(), speaker="kitchen", body=body, id="01J")
    home.household.record(record)
    first = home.state("event.kitchen_activation")
    home.household.record(record)
    assert home.state("event.kitchen_activation") > first


async def test_what_is_no_activation_is_no_event(home: Home) -> None:
    home.household.record(Record(kind="command", at=dt_util.utcnow(), speaker="kitchen", body={"outcome": "answered"}))
    home.household.record(Record(kind="activation", at=dt_util.utcnow(), speaker="nobody", body={}))
    assert home.state("event.kitchen_activation") == "unknown"


async def test_activations_are_counted_per_speaker_and_in_all(home: Home) -> None:
    at = utc(2026, 11, 21, 20, 15)
    activation = Activation(
        id="01J",
        speaker="kitchen",
        at=at,
        sources=("satellite",),
        outcome=Outcome.ANSWERED,
        allowed=True,
        because=Because.POSTURE,
        microphone=Proof.LIVE,
    )
    for slug, activations in (("kitchen", 3), ("bedroom", 4)):
        tally = home.household.speakers[slug].tally
        home.show(slug, tally=replace(tally, activations=activations), last_activation=activation)
    await home.hass.async_block_till_done()
    assert home.state("sensor.kitchen_activations_today") == "3"
    assert home.state("sensor.earlid_activations_today") == "7"
    assert home.state("sensor.kitchen_last_activation") == at.isoformat()


async def test_activations_of_today_say_what_they_mean(home: Home) -> None:
    means = ("unanswered", "unanswered_share", "per_hour_live", "reference_per_hour")

    def shows(entity_id: str) -> tuple[Any, ...]:
        attributes = home.attributes(entity_id)
        return tuple(attributes[name] for name in means)

    one, both = "sensor.kitchen_activations_today", "sensor.earlid_activations_today"
    assert shows(one) == shows(both) == (0, None, None, 0.95)
    for slug, woke, unanswered, minutes in (("kitchen", 3, 1, 9), ("bedroom", 5, 3, 51)):
        tally = home.household.speakers[slug].tally
        live = timedelta(minutes=minutes)
        home.show(
            slug, tally=replace(tally, activations=woke, unanswered=unanswered, live=live, proof=Proof.OFF_PROVEN)
        )
    await home.hass.async_block_till_done()
    assert shows(one) == (1, 0.333, None, 0.95), "nine minutes are too few for a rate"
    assert shows("sensor.bedroom_activations_today") == (3, 0.6, 5.88, 0.95)
    assert shows(both) == (4, 0.5, 8.0, 0.95)
