"""Devices that can hear and that nobody guards: which they are, and how the household is told of new ones."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.earlid import microphones
from custom_components.earlid.flows.suggestions import suggest
from custom_components.earlid.lookout import follow, seen
from custom_components.earlid.newcomers import NewcomerFlow, announce
from custom_components.earlid.unguarded import leave_alone, unguarded
from tests.integration.forms import KITCHEN, WORDS, home


def device(hass: HomeAssistant, domain: str, name: str, model: str | None = None, **known: Any) -> str:
    """Register a device of an integration and return its id."""
    entry = MockConfigEntry(domain=domain)
    entry.add_to_hass(hass)
    known.setdefault("identifiers", {(domain, f"{domain}-{name}-serial")})
    return dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, name=name, model=model, **known).id


def entity(hass: HomeAssistant, device_id: str, domain: str, **known: Any) -> str:
    """Give a device an entity and return its id."""
    found = dr.async_get(hass).async_get(device_id)
    assert found is not None
    entry = hass.config_entries.async_get_entry(found.config_entry_id)
    assert entry is not None
    return (
        er.async_get(hass)
        .async_get_or_create(domain, entry.domain, device_id, device_id=device_id, config_entry=entry, **known)
        .entity_id
    )


def names(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    return [each["name"] for each in unguarded(hass, entry)]


def issues(hass: HomeAssistant) -> list[str]:
    shown = [each for each in ir.async_get(hass).issues.values() if each.domain == "earlid" and each.active]
    return [str((each.translation_placeholders or {})["device"]) for each in shown]


async def soon(hass: HomeAssistant) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("domain", "model", "hears"),
    [
        ("cast", "Google Home Mini", True),
        ("cast", "Google Nest Mini", True),
        ("cast", "Nest Audio", True),
        ("cast", "Google Nest Hub Max", True),
        ("cast", "Lenovo Smart Display 8", True),
        ("cast", "Chromecast Ultra", False),
        ("cast", "Google Cast Group", False),
        ("cast", "Google TV Streamer", False),
        ("sonos", "One", True),
        ("sonos", "Era 100", True),
        ("sonos", "Beam (Gen 2)", True),
        ("sonos", "Arc Ultra", True),
        ("sonos", "One SL", False),
        ("sonos", "Roam SL", False),
        ("sonos", "Play:1", False),
        ("apple_tv", "HomePod Mini", True),
        ("apple_tv", "Apple TV 4K", False),
        ("alexa_media", "Echo Dot (3rd Generation)", True),
        ("alexa_media", "Echo Sub", False),
        ("alexa_media", "Fire TV Stick", False),
        ("ecobee", "ecobee4 Smart thermostat", True),
        ("ecobee", "ecobee3 lite Smart thermostat", False),
        ("hue", "Google Home Mini", False),
    ],
)
async def test_what_hears_is_known_by_its_model_where_its_integration_tells_nothing_better(
    hass: HomeAssistant, domain: str, model: str, hears: bool
) -> None:
    device(hass, domain, "Thing", model)
    assert bool(unguarded(hass, home(hass))) is hears


@pytest.mark.parametrize(
    ("integration", "domain", "known", "why"),
    [
        ("esphome", "assist_satellite", {}, "satellite"),
        ("voip", "assist_satellite", {}, "satellite"),
        ("alexa_devices", "event", {"translation_key": "voice_event"}, "alexa"),
        ("sonos", "binary_sensor", {"translation_key": "microphone"}, "sonos"),
        ("bang_olufsen", "event", {"translation_key": "microphone"}, "beosound"),
        ("esphome", "media_player", {}, None),
        ("alexa_devices", "switch", {"translation_key": "do_not_disturb"}, None),
    ],
)
async def test_what_hears_is_known_by_an_entity_that_only_such_devices_have(
    hass: HomeAssistant, integration: str, domain: str, known: dict[str, Any], why: str | None
) -> None:
    entity(hass, device(hass, integration, "Thing"), domain, **known)
    assert [each["why"] for each in unguarded(hass, home(hass))] == ([] if why is None else [why])


async def test_it_is_told_with_its_name_room_and_model(hass: HomeAssistant) -> None:
    nest = device(hass, "cast", "Nest-ab12", "Nest Audio")
    area = ar.async_get(hass).async_create("Kitchen")
    dr.async_get(hass).async_update_device(nest, area_id=area.id, name_by_user="Counter")
    assert unguarded(hass, home(hass)) == [
        {"device_id": nest, "name": "Counter", "area": "Kitchen", "model": "Nest Audio", "why": "google"}
    ]


async def test_every_reason_has_words() -> None:
    reasons = {model.why for model in microphones._MODELS.values()} | {"satellite", "alexa", "sonos", "beosound"}
    assert reasons <= WORDS["config_panel"]["unguarded"].keys()


async def test_a_device_that_a_speaker_stands_for_is_guarded(hass: HomeAssistant) -> None:
    nest = device(hass, "cast", "Nest", "Nest Audio")
    assert names(hass, home(hass, ("speaker", "Kitchen", KITCHEN | {"device_id": nest}))) == []


@pytest.mark.parametrize("sense", ["activations", "witnesses", "microphone_entity"])
async def test_a_device_by_which_a_speaker_is_watched_is_guarded(hass: HomeAssistant, sense: str) -> None:
    player = entity(hass, device(hass, "cast", "Nest", "Nest Audio"), "media_player")
    sensed = player if sense == "microphone_entity" else [player]
    assert names(hass, home(hass, ("speaker", "Kitchen", KITCHEN | {sense: sensed}))) == []


async def test_a_speaker_stands_for_its_device_in_every_integration(hass: HomeAssistant) -> None:
    echo = device(hass, "alexa_devices", "Echo", identifiers={("alexa_devices", "G0911M07123")})
    entity(hass, echo, "event", translation_key="voice_event")
    device(hass, "alexa_media", "Echo (media)", "Echo Dot", identifiers={("alexa_media", "G0911M07123")})
    entry = home(hass)
    assert names(hass, entry) == ["Echo"], "it is one device"
    assert names(hass, home(hass, ("speaker", "Kitchen", KITCHEN | {"device_id": echo}))) == []


@pytest.mark.parametrize(
    "known",
    [
        {"identifiers": {("othervoice", "living_room")}},
        {"identifiers": {("othervoice", "living_room_speaker_2")}},
        {"identifiers": {("othervoice", "satellite", "living_room")}},
        {"identifiers": {("othervoice", "11112222")}},
        {"identifiers": {("othervoice", "192.168.1.20")}},
        {"serial_number": "none known"},
    ],
)
async def test_a_word_that_two_integrations_use_hides_no_device(hass: HomeAssistant, known: dict[str, Any]) -> None:
    """Two satellites of one room are two: each hears, and the one's player says nothing of the other's microphone."""
    same = {("rhasspy", *identifier[1:]) for identifier in known.get("identifiers", [])}
    guarded = device(hass, "rhasspy", "Guarded", **known | ({"identifiers": same} if same else {}))
    other = device(hass, "othervoice", "Other", **known)
    player = entity(hass, other, "media_player")
    for each in (guarded, other):
        entity(hass, each, "assist_satellite")
    assert names(hass, home(hass, ("speaker", "Kitchen", KITCHEN | {"device_id": guarded}))) == ["Other"]
    found = suggest(hass, guarded, None, name="Kitchen", others=[], has_relay=False)
    assert player not in found.fields.get("witnesses", [])


async def test_a_part_of_a_longer_identifier_makes_no_two_devices_one(hass: HomeAssistant) -> None:
    """It is often the bridge's, and the same for all that hangs on it."""
    for domain, last in (("esphome", "1"), ("voip", "2")):
        its = device(hass, domain, domain, identifiers={(domain, "G0911M07123", last)})
        entity(hass, its, "assist_satellite")
    assert names(hass, home(hass)) == ["esphome", "voip"]


async def test_within_one_integration_two_devices_are_two(hass: HomeAssistant) -> None:
    nest = device(hass, "cast", "Nest", "Nest Audio", serial_number="G0911M07123")
    device(hass, "cast", "Hub", "Google Nest Hub", serial_number="G0911M07123")
    assert names(hass, home(hass, ("speaker", "Kitchen", KITCHEN | {"device_id": nest}))) == ["Hub"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"connections": {("mac", "aa:bb:cc:dd:ee:ff")}}, {"connections": {("mac", "AA-BB-CC-DD-EE-FF")}}),
        ({"connections": {("mac", "aa:bb:cc:dd:ee:ff")}}, {"identifiers": {("sonos", "AABBCCDDEEFF")}}),
        ({"serial_number": "G0911M07123"}, {"identifiers": {("sonos", "g0911m07123")}}),
        ({"connections": {("upnp", "uuid:living-room")}}, {"connections": {("upnp", "uuid:living-room")}}),
        ({"identifiers": {("cast", "f9b0e1c2-aaaa-4bcd")}}, {"identifiers": {("sonos", "f9b0e1c2aaaa4bcd")}}),
        ({"identifiers": {("cast", "G0911M07123", "1")}}, {"identifiers": {("sonos", "G0911M07123", "1")}}),
    ],
)
async def test_an_address_or_a_serial_number_makes_two_devices_one(
    hass: HomeAssistant, one: dict[str, Any], other: dict[str, Any]
) -> None:
    nest = device(hass, "cast", "Nest", "Nest Audio", **one)
    device(hass, "sonos", "One", "One", **other)
    assert names(hass, home(hass)) == ["Nest"]
    assert names(hass, home(hass, ("speaker", "Kitchen", KITCHEN | {"device_id": nest}))) == []


async def test_short_numbers_make_two_devices_no_one(hass: HomeAssistant) -> None:
    device(hass, "cast", "Nest", "Nest Audio", identifiers={("cast", "1")})
    device(hass, "sonos", "One", "One", identifiers={("sonos", "1")})
    assert names(hass, home(hass)) == ["Nest", "One"]


async def test_what_the_household_wants_left_alone_is_not_told_of(hass: HomeAssistant) -> None:
    nest = device(hass, "cast", "Nest", "Nest Audio")
    entry = home(hass)
    hass.config_entries.async_update_entry(entry, options={"lease": 90})
    leave_alone(hass, entry, nest)
    leave_alone(hass, entry, nest)
    assert names(hass, entry) == []
    assert entry.options == {"lease": 90, "leave_alone": [nest]}
    form = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(form["flow_id"], {"leave_alone": []})
    assert names(hass, entry) == ["Nest"], "the options take it back"
    assert "leave_alone" not in entry.options


async def test_a_device_that_is_disabled_in_home_assistant_is_not_told_of(hass: HomeAssistant) -> None:
    nest = device(hass, "cast", "Nest", "Nest Audio")
    dr.async_get(hass).async_update_device(nest, disabled_by=dr.DeviceEntryDisabler.USER)
    assert names(hass, home(hass)) == []


async def test_a_burst_of_new_devices_is_told_once_and_what_changes_nothing_is_not(hass: HomeAssistant) -> None:
    entry, told = home(hass), []
    stop = follow(hass, entry, lambda: told.append(names(hass, entry)))
    device(hass, "cast", "Nest", "Nest Audio")
    device(hass, "cast", "Hub", "Google Nest Hub")
    device(hass, "hue", "Lamp")
    await hass.async_block_till_done()
    assert told == []
    await soon(hass)
    assert told == [["Hub", "Nest"]]
    device(hass, "hue", "Lamp 2")
    await soon(hass)
    assert len(told) == 1
    stop()
    device(hass, "cast", "Mini", "Google Home Mini")
    await soon(hass)
    assert len(told) == 1


async def test_a_speaker_that_is_added_ends_it_being_unguarded(hass: HomeAssistant) -> None:
    nest = device(hass, "cast", "Nest", "Nest Audio")
    entry, told = home(hass), []
    stop = follow(hass, entry, lambda: told.append(names(hass, entry)))
    other = home(hass, ("speaker", "Kitchen", KITCHEN | {"device_id": nest}))
    (subentry,) = other.subentries.values()
    hass.config_entries.async_add_subentry(entry, subentry)
    await hass.async_block_till_done()
    await soon(hass)
    assert told == [[]]
    stop()


@pytest.mark.parametrize(
    "known",
    [
        {"connections": {("upnp", 5)}},
        {"connections": {("upnp",)}},
        {"connections": {("upnp", "a", "b")}},
        {"connections": {5}},
        {"connections": None},
        {"identifiers": {5}},
        {"identifiers": {("cast", None, 7)}},
        {"name": 5},
        {"model": 5},
        {"serial_number": 123456789},
    ],
)
async def test_an_odd_device_of_another_integration_keeps_nobody_from_guarding(
    hass: HomeAssistant, known: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Integrations register what they like, and the registry takes much of it."""
    odd = device(hass, "cast", "Odd", "Nest Audio")
    device(hass, "cast", "Fine", "Nest Audio")
    had = dr.async_get(hass).async_get(odd)
    assert isinstance(had, dr.DeviceEntry)
    before = {name: getattr(had, name) for name in known}
    for name, value in known.items():
        object.__setattr__(had, name, value)
    entry = home(hass)
    try:
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert "Fine" in names(hass, entry)
        names(hass, entry)
        assert caplog.text.count("cannot be looked at") <= 1
    finally:
        assert await hass.config_entries.async_unload(entry.entry_id)
        # Home Assistant writes the registry in the end.
        for name, value in before.items():
            object.__setattr__(had, name, value)


@pytest.mark.parametrize("broken", ["find", "_with_a_microphone", "_guarded"])
async def test_whatever_goes_wrong_with_unguarded_devices_the_home_is_guarded(
    hass: HomeAssistant, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    entry = home(hass)
    with patch(f"custom_components.earlid.unguarded.{broken}", side_effect=RuntimeError("odd")):
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert "odd" in caplog.text
    device(hass, "cast", "New", "Nest Audio")
    await soon(hass)
    assert issues(hass) == ["New"], "the next look finds what can be found"


async def test_all_who_follow_a_home_share_one_look(hass: HomeAssistant) -> None:
    entry, told = home(hass), []
    with patch("custom_components.earlid.lookout.unguarded", wraps=unguarded) as look:
        stops = [follow(hass, entry, lambda each=each: told.append(each)) for each in range(3)]  # type: ignore[misc]
        assert look.call_count == 1
        nest = device(hass, "cast", "Nest", "Nest Audio")
        assert [each["device_id"] for each in seen(hass, entry)] == [nest], "without waiting, who asks now"
        assert told == [0, 1, 2]
        await soon(hass)
        assert look.call_count == 2
        stops.pop()()
        stops.pop()()
        device(hass, "cast", "Hub", "Google Nest Hub")
        await soon(hass)
        assert told == [0, 1, 2, 0]
        stops.pop()()
        device(hass, "cast", "Mini", "Google Home Mini")
        await soon(hass)
        assert look.call_count == 3


async def test_only_a_microphone_that_came_after_earlid_is_an_issue(hass: HomeAssistant) -> None:
    device(hass, "cast", "Old", "Nest Audio")
    entry = home(hass)
    stop = announce(hass, entry)
    assert issues(hass) == []
    new = device(hass, "cast", "New", "Nest Audio")
    await soon(hass)
    assert issues(hass) == ["New"]
    leave_alone(hass, entry, new)
    await hass.async_block_till_done()
    await soon(hass)
    assert issues(hass) == []
    stop()


async def test_an_old_device_that_learns_to_hear_is_new(hass: HomeAssistant) -> None:
    board = device(hass, "esphome", "Board")
    stop = announce(hass, home(hass))
    entity(hass, board, "assist_satellite")
    await soon(hass)
    assert issues(hass) == ["Board"]
    stop()
    assert issues(hass) == []


@pytest.mark.attack
async def test_an_issue_that_anyone_ignored_stays_so_and_hides_no_microphone(hass: HomeAssistant) -> None:
    entry = home(hass)
    stop = announce(hass, entry)
    new = device(hass, "cast", "New", "Nest Audio")
    await soon(hass)
    ir.async_ignore_issue(hass, "earlid", f"unguarded_{new}", ignore=True)
    stop()
    stop = announce(hass, entry)
    await soon(hass)
    issue = ir.async_get(hass).async_get_issue("earlid", f"unguarded_{new}")
    assert issue is not None
    assert issue.dismissed_version is not None
    assert names(hass, entry) == ["New"]
    stop()


@pytest.mark.attack
async def test_the_issue_names_the_device_and_holds_no_link_of_its_making(hass: HomeAssistant) -> None:
    entry = home(hass)
    stop = announce(hass, entry)
    new = device(hass, "cast", "[Nest](http://evil.example) www.evil.example " + "z" * 900, "Nest Audio")
    await soon(hass)
    (shown,) = issues(hass)
    assert len(shown) <= 80
    flow = NewcomerFlow(new)
    flow.hass = hass
    menu = await flow.async_step_init()
    text = (menu["description_placeholders"] or {})["device_text"]
    assert text.startswith("\\[Nest\\](http\\://evil\\.example) www\\.evil\\.example")
    stop()


@pytest.mark.parametrize("way", ["guard", "leave_alone"])
async def test_the_issue_leads_to_the_forms_of_a_speaker_or_to_silence(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, way: str
) -> None:
    for component in ("repairs", "config", "webhook"):
        assert await async_setup_component(hass, component, {})
    entry = home(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    new = device(hass, "cast", "New", "Nest Audio")
    await soon(hass)
    client = await hass_client()
    url = "/api/repairs/issues/fix"
    answer = await client.post(url, json={"handler": "earlid", "issue_id": f"unguarded_{new}"})
    menu = await answer.json()
    assert menu["menu_options"] == ["guard", "leave_alone"]
    answer = await client.post(f"{url}/{menu['flow_id']}", json={"next_step_id": way})
    assert answer.status == HTTPStatus.OK
    end = await answer.json()
    if way == "leave_alone":
        assert end["type"] == "create_entry"
        assert entry.options["leave_alone"] == [new]
        return
    kind, flow_id = end["next_flow"]
    assert kind == "config_subentries_flow"
    assert end["result"]["domain"] == "earlid", "the dialog finds its words by it"
    answer = await client.get(f"/api/config/config_entries/subentries/flow/{flow_id}")
    form = await answer.json()
    assert form["step_id"] == "user"
    assert form["errors"] == {"relay": "no_relay"}, "it has no plug; all else is known"
    assert issues(hass) == ["New"], "until it is guarded"
