"""What the eyes make of Home Assistant's states: unknown is a value, and a guess is none."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockModule, mock_integration

from custom_components.earlid.engine.finishing import Pastime
from custom_components.earlid.facts import Eyes


@pytest.fixture
def eyes(hass: HomeAssistant) -> Eyes:
    """Return open eyes."""
    return Eyes(hass)


@pytest.mark.parametrize(
    ("state", "attributes", "hears"),
    [
        ("on", {}, True),
        ("off", {}, False),
        ("unknown", {}, None),
        ("unavailable", {}, None),
        ("open", {}, None),
        ("off", {"assumed_state": True}, None),
    ],
)
def test_a_relay_says_on_off_or_nothing(
    hass: HomeAssistant, eyes: Eyes, state: str, attributes: dict[str, Any], hears: bool | None
) -> None:
    hass.states.async_set("switch.plug", state, attributes)
    assert eyes.relay("switch.plug", inverted=False).value is hears
    assert eyes.relay("switch.plug", inverted=True).value is (None if hears is None else not hears)


def test_a_relay_that_is_not_there_is_missing_and_out_of_sight(eyes: Eyes) -> None:
    report = eyes.relay("switch.plug", inverted=False)
    assert (report.value, report.missing, report.available_since) == (None, True, None)


def test_a_relay_is_in_sight_since_it_last_came_back(hass: HomeAssistant, eyes: Eyes) -> None:
    hass.states.async_set("switch.plug", "on")
    since = eyes.relay("switch.plug", inverted=False).available_since
    hass.states.async_set("switch.plug", "off")
    assert eyes.relay("switch.plug", inverted=False).available_since == since
    hass.states.async_set("switch.plug", "unavailable")
    assert eyes.relay("switch.plug", inverted=False).available_since is None
    hass.states.async_set("switch.plug", "off")
    back = eyes.relay("switch.plug", inverted=False).available_since
    assert since is not None
    assert back is not None
    assert back > since


@pytest.mark.parametrize(
    ("state", "unit", "watts"),
    [
        ("1.7", "W", 1.7),
        ("1700", "mW", 1.7),
        ("0.0017", "kW", 1.7),
        ("12", "furlong", None),
        ("unknown", "W", None),
        ("unavailable", "W", None),
        ("much", "W", None),
    ],
)
def test_a_meter_reads_watts_or_nothing(
    hass: HomeAssistant, eyes: Eyes, state: str, unit: str, watts: float | None
) -> None:
    hass.states.async_set("sensor.watts", state, {"unit_of_measurement": unit})
    assert eyes.meter("sensor.watts").watts == (None if watts is None else pytest.approx(watts))


@pytest.mark.parametrize(
    ("entity_id", "state", "alive"),
    [
        ("device_tracker.echo", "home", True),
        ("device_tracker.echo", "not_home", False),
        ("binary_sensor.ping", "on", True),
        ("binary_sensor.ping", "off", False),
        ("binary_sensor.ping", "unknown", None),
        ("media_player.echo", "idle", True),
        ("media_player.echo", "unavailable", None),
        ("media_player.echo", "unknown", None),
        ("media_player.television", "off", False),
        ("device_tracker.echo", "unknown", None),
    ],
)
def test_a_witness_shows_alive_gone_or_nothing(
    hass: HomeAssistant, eyes: Eyes, entity_id: str, state: str, alive: bool | None
) -> None:
    hass.states.async_set(entity_id, state)
    assert eyes.witness(entity_id).alive.value is alive


@pytest.mark.parametrize("silent", ["unknown", "unavailable"])
def test_a_witness_that_said_nothing_came_into_sight_as_it_then_is(
    hass: HomeAssistant, eyes: Eyes, silent: str
) -> None:
    """Else a tracker that is reloaded would seem to come alive, and to contradict a mute."""
    hass.states.async_set("device_tracker.echo", "home")
    eyes.witness("device_tracker.echo")
    hass.states.async_set("device_tracker.echo", silent)
    assert eyes.witness("device_tracker.echo").alive.available_since is None
    hass.states.async_set("device_tracker.echo", "home")
    alive = eyes.witness("device_tracker.echo").alive
    assert alive.available_since == alive.changed_at


@pytest.mark.parametrize(("platform", "muted"), [("maker", True), ("sonos", False)])
def test_sonos_says_whether_its_microphone_is_on_and_others_whether_it_is_muted(
    hass: HomeAssistant, eyes: Eyes, entity_registry: er.EntityRegistry, platform: str, muted: bool
) -> None:
    entity_registry.async_get_or_create("binary_sensor", platform, "microphone", object_id_base="microphone")
    hass.states.async_set("binary_sensor.microphone", "on")
    assert eyes.microphone("binary_sensor.microphone").value is muted
    hass.states.async_set("binary_sensor.microphone", "off")
    assert eyes.microphone("binary_sensor.microphone").value is not muted


@pytest.mark.parametrize(("iot_class", "proves"), [("cloud_polling", False), ("local_push", True)])
async def test_what_a_cloud_says_never_proves_silence(
    hass: HomeAssistant, eyes: Eyes, entity_registry: er.EntityRegistry, iot_class: str, proves: bool
) -> None:
    mock_integration(hass, MockModule("maker", partial_manifest={"iot_class": iot_class}))
    entity_registry.async_get_or_create("binary_sensor", "maker", "online", object_id_base="online")
    hass.states.async_set("binary_sensor.online", "off")
    assert eyes.witness("binary_sensor.online").proves_silence is proves


@pytest.mark.parametrize(
    ("state", "playing"), [("playing", True), ("buffering", True), ("paused", False), ("idle", False), ("on", False)]
)
def test_a_media_player_is_busy_while_it_plays(hass: HomeAssistant, eyes: Eyes, state: str, playing: bool) -> None:
    hass.states.async_set("media_player.echo", "idle")
    hass.states.async_set("media_player.group", state)
    assert eyes.pastime(("media_player.echo", "media_player.group", "media_player.gone")) == Pastime(playing=playing)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ("2026-11-22T07:00:00+01:00", (datetime(2026, 11, 22, 6, tzinfo=UTC),)),
        ("unknown", ()),
        ("unavailable", ()),
        ("2026-13-45T99:00:00", ()),
        ("soon", ()),
    ],
)
def test_an_alarm_says_when_it_rings_or_nothing(
    hass: HomeAssistant, eyes: Eyes, state: str, due: tuple[datetime, ...]
) -> None:
    hass.states.async_set("sensor.next_alarm", state)
    assert eyes.pastime(("sensor.next_alarm",)) == Pastime(due=due)


def test_a_speaker_is_busy_with_what_its_device_and_its_witnesses_play_and_with_its_alarms(
    hass: HomeAssistant, eyes: Eyes, device_registry: dr.DeviceRegistry, entity_registry: er.EntityRegistry
) -> None:
    """Keys and class as in homeassistant/components/alexa_devices/sensor.py and its entity.py."""
    entry = MockConfigEntry(domain="alexa_devices")
    entry.add_to_hass(hass)
    echo = device_registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("alexa_devices", "G1")})
    ids = {}
    for domain, platform, key, device_class, disabled in (
        ("media_player", "alexa_devices", "media", None, False),
        ("sensor", "alexa_devices", "Alarm", "timestamp", False),
        ("sensor", "alexa_devices", "Timer", "timestamp", False),
        ("sensor", "alexa_devices", "Reminder", "timestamp", True),
        ("sensor", "alexa_devices", "temperature", "temperature", False),
        ("sensor", "alexa_media", "G1_next_alarm", "timestamp", False),
        ("sensor", "maker", "last_seen", "timestamp", False),
        ("switch", "alexa_devices", "dnd", None, False),
    ):
        ids[platform, key] = entity_registry.async_get_or_create(
            domain,
            platform,
            f"G1-{key}",
            device_id=echo.id,
            original_device_class=device_class,
            disabled_by=er.RegistryEntryDisabler.USER if disabled else None,
        ).entity_id
    own = [ids[key] for key in (("alexa_devices", "media"), ("alexa_devices", "Alarm"), ("alexa_devices", "Timer"))]
    expected = ["media_player.lounge", *own, ids["alexa_media", "G1_next_alarm"]]
    assert sorted(eyes.pastimes(echo.id, ("media_player.lounge", "device_tracker.echo", own[0]))) == sorted(expected)
    assert eyes.pastimes(None, ("media_player.lounge",)) == ("media_player.lounge",)
    assert eyes.pastimes("gone", ()) == ()


@pytest.mark.parametrize(
    ("entity_id", "state", "holds"),
    [
        ("person.ann", "home", True),
        ("person.ann", "work", False),
        ("person.ann", "unknown", None),
        ("zone.home", "2", True),
        ("zone.home", "0", False),
        ("zone.home", "nobody", False),
        ("input_boolean.guest", "on", True),
        ("binary_sensor.door", "unavailable", None),
        ("device_tracker.phone", "not_home", False),
    ],
)
def test_a_rules_entity_holds_does_not_or_says_nothing(
    hass: HomeAssistant, eyes: Eyes, entity_id: str, state: str, holds: bool | None
) -> None:
    hass.states.async_set(entity_id, state)
    assert eyes.says(entity_id) is holds


def test_an_entity_that_is_not_there_says_nothing(eyes: Eyes) -> None:
    assert eyes.says("person.gone") is None


@pytest.mark.parametrize(
    ("member", "group", "holds"),
    [("home", "home", True), ("not_home", "not_home", False), ("unknown", "not_home", None), ("unknown", "home", True)],
)
def test_a_group_is_believed_when_it_reads_true_or_all_its_members_are_in_sight(
    hass: HomeAssistant, eyes: Eyes, member: str, group: str, holds: bool | None
) -> None:
    hass.states.async_set("person.ann", member)
    for members in (["person.ann"], ("person.ann",), "person.ann"):
        hass.states.async_set("group.family", group, {"entity_id": members})
        assert eyes.says("group.family") is holds


def test_an_empty_zone_is_believed_when_every_person_is_in_sight(hass: HomeAssistant, eyes: Eyes) -> None:
    hass.states.async_set("zone.home", "0")
    hass.states.async_set("person.ann", "unknown")
    assert eyes.says("zone.home") is None
    hass.states.async_set("person.ann", "not_home")
    assert eyes.says("zone.home") is False


@pytest.mark.parametrize("entity_id", ["group.family", "zone.home", "person.ann", "binary_sensor.composed"])
def test_what_is_made_of_others_says_nothing_before_the_start(
    hass: HomeAssistant, eyes: Eyes, entity_registry: er.EntityRegistry, entity_id: str
) -> None:
    entity_registry.async_get_or_create("binary_sensor", "template", "composed", object_id_base="composed")
    hass.states.async_set(entity_id, "1" if entity_id == "zone.home" else "on" if "sensor" in entity_id else "home")
    hass.states.async_set("device_tracker.phone", "home")
    hass.set_state(CoreState.starting)
    assert eyes.says(entity_id) is None
    assert eyes.says("device_tracker.phone") is True
    hass.set_state(CoreState.running)
    assert eyes.says(entity_id) is True
