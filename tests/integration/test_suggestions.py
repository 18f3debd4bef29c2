"""What a picked device fills in for a speaker, what is left open because a guess could be wrong, and why."""

from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.flows import devices
from tests.integration.forms import KITCHEN, Form, begin, change, fill, furnish, home, only, suggested

PLUG_MAC = "a8:03:2a:5a:3f:21"


@dataclass
class Rooms:
    """A home that other integrations have filled with devices."""

    hass: HomeAssistant

    def device(self, domain: str, name: str, area: str | None = None, **known: Any) -> str:
        """Register a device and return its id."""
        entry = MockConfigEntry(domain=domain, data=known.pop("data", {}))
        entry.add_to_hass(self.hass)
        registry = dr.async_get(self.hass)
        known.setdefault("identifiers", {(domain, f"{domain}-{name}-serial")})
        device = registry.async_get_or_create(config_entry_id=entry.entry_id, name=name, **known)
        if area is not None:
            registry.async_update_device(device.id, area_id=ar.async_get(self.hass).async_get_or_create(area).id)
        return device.id

    def entity(self, device_id: str, entity_id: str, **known: Any) -> str:
        """Give a device an entity and return its id."""
        device = dr.async_get(self.hass).async_get(device_id)
        assert device is not None
        entry = self.hass.config_entries.async_get_entry(device.config_entry_id)
        assert entry is not None
        registry = er.async_get(self.hass)
        domain, _, name = entity_id.partition(".")
        known.setdefault("original_name", name)
        registered = registry.async_get_or_create(
            domain, entry.domain, entity_id, device_id=device_id, config_entry=entry, **known
        )
        registry.async_update_entity(registered.entity_id, new_entity_id=entity_id)
        self.hass.states.async_set(entity_id, "0")
        return entity_id

    def plug(self, name: str, area: str | None, domain: str = "zha", *, metered: bool = True, **known: Any) -> str:
        """Register a plug and return the id of its switch."""
        slug = name.lower().replace(" ", "_")
        device = self.device(domain, name, area, **known)
        if metered:
            self.entity(device, f"sensor.{slug}_power", original_device_class="power")
        return self.entity(device, f"switch.{slug}")

    def echo(self, name: str = "Echo Dot", area: str | None = "Kitchen") -> str:
        """Register an Echo as Amazon's integration does, with all its switches, and return its device's id."""
        device = self.device("alexa_devices", name, area, identifiers={("alexa_devices", f"G0911M07{name}")})
        slug = name.lower().replace(" ", "_")
        self.entity(device, f"switch.{slug}_dnd", translation_key="do_not_disturb")
        self.entity(device, f"event.{slug}_voice", translation_key="voice_event")
        return device


@pytest.fixture
def rooms(hass: HomeAssistant) -> Rooms:
    furnish(hass)
    return Rooms(hass)


def why(form: Form) -> str:
    return str(form["description_placeholders"]["suggested"])


async def picked(hass: HomeAssistant, device_id: str, entry: MockConfigEntry | None = None, **typed: Any) -> Form:
    return await fill(hass, await begin(hass, entry or home(hass), "speaker"), {"device_id": device_id, **typed})


async def test_who_picks_a_device_types_nothing_more(hass: HomeAssistant, rooms: Rooms) -> None:
    echo, plug = rooms.echo(), rooms.plug("Counter", "Kitchen")
    entry = home(hass)
    form = await begin(hass, entry, "speaker")
    assert suggested(form)["device_id"] == echo, "it is the only one that nobody guards"
    assert "Echo Dot" in why(form)
    for step in ("relay_entity", "senses", "habits"):
        form = await fill(hass, form, suggested(form))
        assert form["step_id"] == step
    assert (await fill(hass, form, suggested(form)))["type"] is FlowResultType.CREATE_ENTRY
    assert only(entry, "speaker").data == KITCHEN | {
        "slug": "echo_dot",
        "name": "Echo Dot",
        "device_id": echo,
        "entity_id": plug,
        "power_entity": "sensor.counter_power",
        "activations": ["event.echo_dot_voice"],
    }


async def test_the_forms_say_what_is_suggested_and_why(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.plug("Counter", "Kitchen")
    form = await picked(hass, rooms.echo())
    assert "**Counter**" in why(form)
    assert "same area (Kitchen)" in why(form)
    assert "measures power" in why(form)
    form = await fill(hass, form, suggested(form))
    assert "Counter counter\\_power, since it measures at the same plug" in why(form)
    assert "echo\\_dot\\_voice" in why(form)


async def test_do_not_disturb_is_no_relay(hass: HomeAssistant, rooms: Rooms) -> None:
    form = await picked(hass, rooms.echo())
    assert form["errors"] == {"relay": "no_relay"}
    form = await fill(hass, form, {"device_id": suggested(form)["device_id"], "relay": "entity"})
    assert form["step_id"] == "relay_entity"
    assert suggested(form) == {}
    assert why(form) == ""


async def test_of_two_plugs_in_the_room_none_is_filled_in_and_both_are_named(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.plug("Fridge", "Kitchen")
    rooms.plug("Counter", "Kitchen")
    form = await picked(hass, rooms.echo())
    assert form["step_id"] == "relay_entity"
    assert suggested(form) == {}
    assert "Counter, Fridge" in why(form)


async def test_of_two_plugs_the_one_whose_name_is_like_the_speakers_is_taken(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.plug("Kitchen Fridge Plug", "Kitchen")
    plug = rooms.plug("Kitchen Echo Plug", "Kitchen")
    form = await picked(hass, rooms.echo("Kitchen Echo"))
    assert suggested(form) == {"entity_id": plug}
    assert "its name is like the speaker's" in why(form)


async def test_the_name_of_the_room_and_words_that_all_plugs_have_tell_nothing(
    hass: HomeAssistant, rooms: Rooms
) -> None:
    rooms.plug("Kitchen Smart Plug", "Kitchen")
    rooms.plug("Fridge", "Kitchen")
    form = await picked(hass, rooms.echo("Kitchen Smart Speaker 2"))
    assert suggested(form) == {}


async def test_two_plugs_of_two_kinds_leave_the_way_open(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.plug("Fridge", "Kitchen")
    rooms.plug("Counter", "Kitchen", "tasmota", connections={(dr.CONNECTION_NETWORK_MAC, PLUG_MAC)})
    echo = rooms.echo()
    form = await picked(hass, echo)
    assert form["step_id"] == "user"
    assert form["errors"] == {"relay": "several_relays"}
    assert "Counter, Fridge" in why(form)
    form = await fill(hass, form, {"device_id": echo, "relay": "tasmota"})
    assert suggested(form) == {"topic": "tasmota_5A3F21"}, "of this kind there is one"


@pytest.mark.parametrize(
    ("known", "kind", "place"),
    [
        (
            {"domain": "tasmota", "connections": {(dr.CONNECTION_NETWORK_MAC, PLUG_MAC)}},
            "tasmota",
            {"topic": "tasmota_5A3F21"},
        ),
        (
            {"domain": "mqtt", "identifiers": {("mqtt", "zigbee2mqtt_0x1")}},
            "zigbee2mqtt",
            {"topic": "zigbee2mqtt/Counter"},
        ),
        ({"domain": "shelly", "data": {"host": "192.168.1.20"}}, "shelly", {"host": "192.168.1.20"}),
    ],
)
async def test_a_plug_that_keeps_its_own_clock_is_asked_for_in_its_own_form(
    hass: HomeAssistant, rooms: Rooms, known: dict[str, Any], kind: str, place: dict[str, str]
) -> None:
    rooms.plug("Counter", "Kitchen", **known)
    form = await picked(hass, rooms.echo())
    assert form["step_id"] == f"relay_{kind}"
    assert suggested(form) == place
    assert "**Counter**" in why(form)


async def test_a_plug_that_silences_another_speaker_is_not_free(hass: HomeAssistant, rooms: Rooms) -> None:
    plug = rooms.plug("Counter", "Kitchen")
    entry = home(hass, ("speaker", "Attic", KITCHEN | {"slug": "attic", "entity_id": plug}))
    form = await picked(hass, rooms.echo(), entry)
    assert form["errors"] == {"relay": "no_relay"}


@pytest.mark.parametrize("area", ["Bath", None])
async def test_a_plug_elsewhere_is_not_guessed_at(hass: HomeAssistant, rooms: Rooms, area: str | None) -> None:
    rooms.plug("Counter", area)
    form = await picked(hass, rooms.echo())
    assert form["errors"] == {"relay": "no_relay"}


async def test_a_plug_without_a_meter_is_not_guessed_at(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.plug("Counter", "Kitchen", metered=False)
    form = await picked(hass, rooms.echo())
    assert form["errors"] == {"relay": "no_relay"}


async def test_where_nothing_has_an_area_the_name_alone_tells(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.plug("Fridge", None)
    plug = rooms.plug("Kitchen Plug", None)
    form = await picked(hass, rooms.echo("Kitchen Dot", None))
    assert suggested(form) == {"entity_id": plug}
    assert "since its name is like" in why(form)


async def test_of_a_strip_no_outlet_is_guessed_at(hass: HomeAssistant, rooms: Rooms) -> None:
    strip = rooms.device("tasmota", "Strip", "Kitchen", connections={(dr.CONNECTION_NETWORK_MAC, PLUG_MAC)})
    rooms.entity(strip, "sensor.strip_power", original_device_class="power")
    for outlet in ("switch.left", "switch.right"):
        rooms.entity(strip, outlet)
    form = await picked(hass, rooms.echo())
    assert form["step_id"] == "relay_entity", "its topic alone would be that of the first outlet"
    assert suggested(form) == {}


async def test_a_voice_satellite_brings_its_mute_its_wakes_and_what_shows_that_it_is_there(
    hass: HomeAssistant, rooms: Rooms
) -> None:
    mac = {(dr.CONNECTION_NETWORK_MAC, "20:f8:3b:00:11:22")}
    voice = rooms.device("esphome", "Voice", "Kitchen", connections=mac)
    router = rooms.device("unifi", "voice-ab12", connections=mac)
    rooms.entity(voice, "assist_satellite.voice")
    rooms.entity(voice, "switch.voice_mute", translation_key="mute")
    rooms.entity(voice, "media_player.voice")
    rooms.entity(router, "device_tracker.voice")
    rooms.plug("Counter", "Kitchen")
    form = await picked(hass, voice)
    form = await fill(hass, form, suggested(form))
    assert suggested(form) == {
        "power_entity": "sensor.counter_power",
        "activations": ["assist_satellite.voice"],
        "witnesses": ["media_player.voice", "device_tracker.voice"],
        "microphone_entity": "switch.voice_mute",
    }


async def test_an_echo_of_alexa_media_player_brings_its_player_and_what_shows_that_it_is_connected(
    hass: HomeAssistant, rooms: Rooms
) -> None:
    echo = rooms.device("alexa_media", "Echo", "Kitchen")
    rooms.entity(echo, "media_player.echo")
    rooms.entity(echo, "binary_sensor.echo_online", original_device_class="connectivity")
    rooms.entity(echo, "binary_sensor.echo_update", original_device_class="update")
    rooms.plug("Counter", "Kitchen")
    form = await picked(hass, echo)
    form = await fill(hass, form, suggested(form))
    assert suggested(form)["activations"] == ["media_player.echo"]
    assert suggested(form)["witnesses"] == ["media_player.echo", "binary_sensor.echo_online"]


async def test_a_lamp_that_measures_its_power_is_no_plug(hass: HomeAssistant, rooms: Rooms) -> None:
    lamp = rooms.device("zha", "Lamp", "Kitchen")
    rooms.entity(lamp, "sensor.lamp_power", original_device_class="power")
    rooms.entity(lamp, "light.lamp")
    plug = rooms.plug("Counter", "Kitchen")
    assert suggested(await picked(hass, rooms.echo()))["entity_id"] == plug


async def test_a_device_that_is_gone_is_nowhere(hass: HomeAssistant) -> None:
    assert devices.place(hass, "gone") == ("", {})


async def test_a_second_speaker_of_one_name_gets_its_room_or_a_number(hass: HomeAssistant, rooms: Rooms) -> None:
    entry = home(hass, ("speaker", "Echo Dot", KITCHEN | {"slug": "echo_dot", "entity_id": "switch.x"}))
    form = await picked(hass, rooms.echo(), entry, relay="entity")
    await fill(hass, await fill(hass, await fill(hass, form, {"entity_id": "switch.kitchen"}), {}), {})
    assert entry.get_subentries_of_type("speaker")[-1].title == "Kitchen Echo Dot"
    other = rooms.device("alexa_devices", "Echo Dot", "Kitchen", identifiers={("alexa_devices", "other-serial")})
    form = await picked(hass, other, entry, relay="entity")
    await fill(hass, await fill(hass, await fill(hass, form, {"entity_id": "switch.kitchen"}), {}), {})
    assert entry.get_subentries_of_type("speaker")[-1].title == "Echo Dot 2"


async def test_a_speaker_without_device_needs_a_name(hass: HomeAssistant) -> None:
    form = await fill(hass, await begin(hass, home(hass), "speaker"), {"relay": "entity"})
    assert form["errors"] == {"name": "name_empty"}


async def test_with_several_microphones_none_is_chosen_but_all_are_named(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.echo("Dot")
    rooms.echo("Show")
    form = await begin(hass, home(hass), "speaker")
    assert "device_id" not in suggested(form)
    assert "Dot, Show" in why(form)


async def test_a_name_from_the_network_makes_no_link_in_the_form(hass: HomeAssistant, rooms: Rooms) -> None:
    rooms.entity(rooms.device("alexa_devices", "[Update now](//evil)"), "event.voice", translation_key="voice_event")
    form = await begin(hass, home(hass), "speaker")
    assert "\\[Update now\\]" in why(form)


async def test_the_relay_of_a_speaker_that_is_changed_stays_whatever_plug_is_near(
    hass: HomeAssistant, rooms: Rooms
) -> None:
    rooms.plug("Counter", "Kitchen")
    entry = home(hass, ("speaker", "Kitchen", KITCHEN))
    form = await change(hass, entry, only(entry, "speaker"))
    form = await fill(hass, form, {"name": "Kitchen", "device_id": rooms.echo()})
    assert suggested(form)["entity_id"] == "switch.kitchen"
