"""Changing what silences a speaker, what a device fills in for it, and two speakers behind one relay."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.forms import KITCHEN, begin, change, fill, furnish, home, only, suggested
from tests.integration.relay_forms import (
    DEFAULTS,
    DEVICES,
    LEAST,
    OFF,
    Asked,
    speaker_by,
    to_kind,
    to_kind_again,
    to_the_end,
)

MAC = "A8032AB12345"
SHELLY = speaker_by("shelly", password="secret", device=MAC)  # noqa: S106 - the test's own


@pytest.fixture(autouse=True)
def household(hass: HomeAssistant) -> None:
    """Fill the home with things to choose from."""
    furnish(hass)


@pytest.fixture(autouse=True)
def asked() -> Iterator[Asked]:
    """Let every relay be one that can only be asked."""
    asked = Asked()
    with patch("custom_components.earlid.flows.checks.make_relay", asked):
        yield asked


@pytest.mark.parametrize("kind", LEAST)
async def test_a_relay_is_shown_as_it_is_stored_and_stays_so(hass: HomeAssistant, asked: Asked, kind: str) -> None:
    speaker = speaker_by(kind, silences="microphone")
    entry = home(hass, ("speaker", "Kitchen", speaker))
    form = await to_kind_again(hass, entry, only(entry, "speaker"), kind)
    assert suggested(form) == LEAST[kind] | DEFAULTS[kind] | {"silences": "microphone"}
    await to_the_end(hass, await fill(hass, form, suggested(form)))
    assert only(entry, "speaker").data == speaker
    assert not asked.by


@pytest.mark.parametrize("kind", DEVICES)
async def test_who_cannot_reach_the_device_now_can_still_change_everything_else(
    hass: HomeAssistant, asked: Asked, kind: str
) -> None:
    asked.problem = "no_answer"
    entry = home(hass, ("speaker", "Kitchen", speaker_by(kind)))
    form = await to_kind_again(hass, entry, only(entry, "speaker"), kind)
    form = await fill(hass, form, suggested(form) | {"silences": "microphone", "provision": False})
    form = await fill(hass, form, {"off_below": 2})
    await fill(hass, form, {"posture": "mute"})
    changed = {"silences": "microphone", "provision": False, "off_below": 2, "posture": "mute"}
    assert only(entry, "speaker").data == speaker_by(kind) | changed


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("tasmota", {"topic": "tasmota_000000"}),
        ("tasmota", {"channel": 2}),
        ("zigbee2mqtt", {"topic": "zigbee2mqtt/Attic plug"}),
        ("shelly", {"channel": 1}),
        ("shelly", {"password": "another"}),
    ],
)
async def test_what_says_which_device_it_is_is_asked_anew_when_it_changes(
    hass: HomeAssistant, asked: Asked, kind: str, changed: dict[str, Any]
) -> None:
    asked.problem = "no_answer"
    entry = home(hass, ("speaker", "Kitchen", speaker_by(kind)))
    form = await to_kind_again(hass, entry, only(entry, "speaker"), kind)
    form = await fill(hass, form, suggested(form) | changed)
    assert list(form["errors"].values()) == [f"no_answer_{kind}"]
    assert only(entry, "speaker").data == speaker_by(kind)
    asked.problem = None
    await to_the_end(hass, await fill(hass, form, suggested(form)))
    assert only(entry, "speaker").data == speaker_by(kind) | changed


async def test_a_password_is_sent_to_nobody_and_stays_until_it_is_changed(hass: HomeAssistant, asked: Asked) -> None:
    asked.identity = MAC
    entry = home(hass, ("speaker", "Kitchen", SHELLY))
    form = await to_kind_again(hass, entry, only(entry, "speaker"), "shelly")
    assert "secret" not in str(suggested(form))
    typed = suggested(form)
    for changed, password in (
        ({}, "secret"),
        ({"channel": 1}, "secret"),
        ({"channel": 1, "password": "new"}, "new"),
        ({"channel": 1, "password": ""}, None),
    ):
        form = await to_kind_again(hass, entry, only(entry, "speaker"), "shelly")
        await to_the_end(hass, await fill(hass, form, typed | changed))
        assert only(entry, "speaker").data.get("password") == password
    assert [each.get("password") for each in asked.by] == ["secret", "new", None]


async def test_the_mark_of_a_kept_password_is_never_one(hass: HomeAssistant, asked: Asked) -> None:
    entry = home(hass, ("speaker", "Kitchen", SHELLY))
    mark = suggested(await to_kind_again(hass, entry, only(entry, "speaker"), "shelly"))["password"]
    await fill(hass, await to_kind(hass, home(hass), "shelly"), LEAST["shelly"] | {"password": mark})
    assert "password" not in asked.by[0]


async def test_at_the_same_address_it_must_be_the_same_device_and_at_another_it_may_be_another(
    hass: HomeAssistant, asked: Asked
) -> None:
    entry = home(hass, ("speaker", "Kitchen", SHELLY))
    asked.identity = "A8032ABFFFFF"
    form = await to_kind_again(hass, entry, only(entry, "speaker"), "shelly")
    await fill(hass, form, suggested(form) | {"channel": 1})
    assert asked.by[0]["device"] == MAC
    form = await to_kind_again(hass, entry, only(entry, "speaker"), "shelly")
    await to_the_end(hass, await fill(hass, form, suggested(form) | {"host": "192.168.1.21"}))
    assert "device" not in asked.by[1]
    assert only(entry, "speaker").data["device"] == "A8032ABFFFFF"


@pytest.mark.parametrize(("before", "kind"), permutations(LEAST, 2))
async def test_another_kind_keeps_nothing_of_the_one_before(hass: HomeAssistant, before: str, kind: str) -> None:
    also = {"password": "secret", "device": MAC} if before == "shelly" else {}
    was = speaker_by(before, silences="microphone", **also)
    if "provision" in was:
        was["provision"] = False
    entry = home(hass, ("speaker", "Kitchen", was))
    form = await to_kind_again(hass, entry, only(entry, "speaker"), kind)
    assert suggested(form) == {"silences": "microphone"}
    await to_the_end(hass, await fill(hass, form, LEAST[kind]))
    assert only(entry, "speaker").data == speaker_by(kind)


@pytest.mark.parametrize("kind", LEAST)
async def test_two_speakers_may_share_a_relay_that_is_set_up_in_one_way(hass: HomeAssistant, kind: str) -> None:
    entry = home(hass, ("speaker", "Attic", speaker_by(kind, slug="attic")))
    assert (await fill(hass, await to_kind(hass, entry, kind), LEAST[kind]))["step_id"] == "senses"


@pytest.mark.parametrize(
    ("other", "kind", "typed", "at"),
    [
        ("entity", "actions", LEAST["actions"], "state_entity"),
        ("actions", "entity", LEAST["entity"], "entity_id"),
        ("zigbee2mqtt", "tasmota", LEAST["zigbee2mqtt"], "topic"),
    ],
)
async def test_one_relay_is_not_set_up_in_two_ways(
    hass: HomeAssistant, other: str, kind: str, typed: dict[str, Any], at: str
) -> None:
    entry = home(hass, ("speaker", "Attic", speaker_by(other, slug="attic")))
    form = await fill(hass, await to_kind(hass, entry, kind), typed)
    assert form["errors"] == {at: "shared_otherwise"}


async def test_a_switch_turns_itself_off_after_one_time_for_all_who_are_behind_it(hass: HomeAssistant) -> None:
    entry = home(hass, ("speaker", "Attic", speaker_by("entity", slug="attic", auto_off=300)))
    form = await fill(hass, await to_kind(hass, entry, "entity"), LEAST["entity"] | {"auto_off": 600})
    assert form["errors"] == {"auto_off": "auto_off_elsewhere"}
    # With none of its own it goes by the other's, which can then be changed for both.
    for same in ({"auto_off": 300}, {}):
        form = await fill(hass, await to_kind(hass, entry, "entity"), LEAST["entity"] | same)
        assert form["step_id"] == "senses"


class Registered:
    """A device of another integration, with its switches."""

    def __init__(self, hass: HomeAssistant, domain: str, data: dict[str, Any] | None = None, **known: Any) -> None:
        """Register the device."""
        self.entry = MockConfigEntry(domain=domain, data=data or {})
        self.entry.add_to_hass(hass)
        self._hass = hass
        self.id = dr.async_get(hass).async_get_or_create(config_entry_id=self.entry.entry_id, **known).id

    def switch(self, name: str, **known: Any) -> str:
        """Give it a switch and return its entity id."""
        return (
            er.async_get(self._hass)
            .async_get_or_create(
                "switch",
                self.entry.domain,
                name,
                device_id=self.id,
                config_entry=self.entry,
                object_id_base=name,
                **known,
            )
            .entity_id
        )


def shelly(hass: HomeAssistant, **data: Any) -> Registered:
    """Return a Shelly as Home Assistant's integration registers it."""
    connections = {(dr.CONNECTION_NETWORK_MAC, MAC)}
    return Registered(hass, "shelly", {"host": "192.168.1.20", **data}, connections=connections)


def tasmota(hass: HomeAssistant) -> Registered:
    """Return a plug as Home Assistant's Tasmota integration registers it."""
    return Registered(hass, "tasmota", connections={(dr.CONNECTION_NETWORK_MAC, "A8032A5A3F21")})


def zigbee(hass: HomeAssistant, identifier: str = "zigbee2mqtt_0x00158d0001") -> Registered:
    """Return a plug as Home Assistant's MQTT discovery registers it for Zigbee2MQTT."""
    return Registered(hass, "mqtt", identifiers={("mqtt", identifier)}, name="Kitchen plug")


async def test_a_device_says_where_it_is_to_the_kind_that_it_is_of_and_to_no_other(hass: HomeAssistant) -> None:
    entry = home(hass)
    for device, own in (
        (tasmota(hass), "tasmota"),
        (zigbee(hass), "zigbee2mqtt"),
        (shelly(hass), "shelly"),
        (zigbee(hass, "plug7"), None),
    ):
        for kind in DEVICES:
            form = await to_kind(hass, entry, kind, device_id=device.id)
            assert suggested(form) == (LEAST[kind] if kind == own else {})


async def test_a_device_that_is_known_says_how_it_is_silenced_where_nobody_else_does(hass: HomeAssistant) -> None:
    entry = home(hass)
    for device, kind in ((tasmota(hass), "tasmota"), (zigbee(hass), "zigbee2mqtt"), (shelly(hass), "shelly")):
        typed = {"name": kind, "device_id": device.id}
        form = await fill(hass, await begin(hass, entry, "speaker"), typed)
        assert form["step_id"] == f"relay_{kind}"
        await to_the_end(hass, await fill(hass, form, suggested(form)))
        assert entry.get_subentries_of_type("speaker")[-1].data["relay"] == kind
    form = await fill(hass, await begin(hass, entry, "speaker"), typed | {"name": "Attic", "relay": "entity"})
    assert form["step_id"] == "relay_entity"


async def test_a_port_that_is_not_the_usual_one_is_part_of_the_address(hass: HomeAssistant) -> None:
    entry = home(hass)
    for device, host in ((shelly(hass, port=80), "192.168.1.20"), (shelly(hass, port=8080), "192.168.1.20:8080")):
        form = await to_kind(hass, entry, "shelly", device_id=device.id)
        assert suggested(form) == {"host": host}


async def test_a_switch_of_the_very_device_of_another_speaker_is_refused(hass: HomeAssistant, asked: Asked) -> None:
    asked.identity = MAC
    for device, kind in ((tasmota(hass), "tasmota"), (zigbee(hass), "zigbee2mqtt"), (shelly(hass), "shelly")):
        switch = device.switch("outlet")
        speaker = speaker_by(kind, slug="attic", **({"device": MAC} if kind == "shelly" else {}))
        entry = home(hass, ("speaker", "Attic", speaker))
        for other in ("entity", "actions"):
            at = "entity_id" if other == "entity" else "state_entity"
            form = await fill(hass, await to_kind(hass, entry, other), LEAST[other] | {at: switch})
            assert form["errors"] == {at: "shared_otherwise"}
        await hass.config_entries.async_remove(entry.entry_id)
        entry = home(hass, ("speaker", "Attic", {**KITCHEN, "slug": "attic", "entity_id": switch}))
        form = await fill(hass, await to_kind(hass, entry, kind), LEAST[kind])
        assert form["errors"] == {"host" if kind == "shelly" else "topic": "shared_otherwise"}
        await hass.config_entries.async_remove(entry.entry_id)


async def test_one_switch_of_several_may_be_another_relay(hass: HomeAssistant) -> None:
    device = shelly(hass)
    left = device.switch("left")
    device.switch("right", disabled_by=er.RegistryEntryDisabler.USER)
    entry = home(hass, ("speaker", "Attic", speaker_by("shelly", slug="attic", device=MAC)))
    assert (await fill(hass, await to_kind(hass, entry, "entity"), {"entity_id": left}))["step_id"] == "senses"


async def test_an_entity_that_belongs_to_no_device_is_no_other_relay(hass: HomeAssistant) -> None:
    entry = home(hass, ("speaker", "Attic", speaker_by("tasmota", slug="attic")))
    lone = er.async_get(hass).async_get_or_create("switch", "template", "1", object_id_base="lone").entity_id
    for entity_id in (lone, "switch.kitchen"):
        form = await fill(hass, await to_kind(hass, entry, "entity"), {"entity_id": entity_id})
        assert form["step_id"] == "senses"


async def test_a_speaker_does_not_stand_in_its_own_way(hass: HomeAssistant) -> None:
    entry = home(hass, ("speaker", "Kitchen", speaker_by("entity")))
    form = await change(hass, entry, only(entry, "speaker"))
    form = await fill(hass, form, {"name": "Kitchen", "relay": "actions"})
    form = await fill(hass, form, {"off": OFF, "grant": OFF, "state_entity": "switch.kitchen"})
    assert form["step_id"] == "senses"
