"""A scheduled mute lets a speaker finish what it plays: what its plug is told, and what the household is shown."""

from datetime import timedelta
import math
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.earlid import clocks
from custom_components.earlid.const import DAYS
from custom_components.earlid.guard import Guard

from .homes import Plug, guard_home, nobody_home, plug_in, rule, shown, speaker

EVENING = "2026-11-22T21:59:00+00:00"
NIGHT: dict[str, Any] = {"kind": "schedule", "days": list(DAYS), "from": "22:00:00", "to": "06:00:00"}
TEN_MINUTES = {"hours": 0, "minutes": 10, "seconds": 0}
MINUTE = 60.0


@pytest.fixture
async def plug(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Plug:
    """Return a plug that is on, at a minute to ten, with a person at home and music in the kitchen."""
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(EVENING)
    hass.states.async_set("person.ann", "home")
    plays(hass, "playing")
    return plug_in(hass, "plug")["plug"]


def plays(hass: HomeAssistant, state: str) -> None:
    """Let the kitchen's player be so."""
    hass.states.async_set("media_player.kitchen", state)


def kitchen(**data: Any) -> Any:
    """Return the speaker behind the plug, which may play for ten minutes more."""
    defaults = {"finish_playing": TEN_MINUTES, "witnesses": ["media_player.kitchen"]}
    return speaker(relay="light.plug", **(defaults | data))


async def later(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass; that the monotonic clock does not follow is no clock that was set."""
    with patch.object(clocks, "_JUMP", math.inf):
        freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)


async def explained(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is explained of the speaker, a day and a bit ahead."""
    target = {"entity_id": "sensor.kitchen_microphone"}
    response = await hass.services.async_call(
        "earlid", "explain", {"hours": 25}, target=target, blocking=True, return_response=True
    )
    assert response is not None
    answer: Any = response["speakers"]
    kitchen: dict[str, Any] = answer["kitchen"]
    return kitchen


async def test_the_night_waits_for_the_music_and_mutes_as_it_ends(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(), rule("night", **NIGHT))
    await later(hass, freezer, 2 * MINUTE)
    assert plug.commands == []
    plays(hass, "paused")
    assert plug.commands == ["off"]


async def test_music_without_end_is_cut_after_the_longest_wait(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(), rule("night", **NIGHT))
    await later(hass, freezer, MINUTE)
    await later(hass, freezer, 10 * MINUTE - 1)
    assert plug.commands == []
    await later(hass, freezer, 1)
    assert plug.commands == ["off"]
    await later(hass, freezer, 5 * MINUTE)
    assert shown(hass, "light.plug").state == "off", "though the player still says that it plays"


async def test_the_household_sees_that_it_finishes_and_until_when(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(), rule("night", **NIGHT))
    await later(hass, freezer, 1.5 * MINUTE)
    assert plug.commands == []
    microphone = shown(hass, "sensor.kitchen_microphone")
    assert microphone.state == "live"
    assert microphone.attributes["because"] == "finishing_playback"
    assert microphone.attributes["until"].isoformat() == "2026-11-22T22:10:00+00:00"
    assert shown(hass, "sensor.kitchen_decided_by").state == "finishing_playback"
    assert shown(hass, "sensor.kitchen_next_change").state == "2026-11-22T22:10:00+00:00"
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "on"

    answer = await explained(hass)
    assert answer["decision"]["finishing_playback"] is True
    assert answer["decision"]["because"]["kind"] == "posture"
    assert [(vote["rule"], vote["waiting"]) for vote in answer["trace"]] == [("night", True)]
    assert [(flip["at"], flip["may_listen"]) for flip in answer["plan"]] == [
        ("2026-11-22T22:10:00+00:00", False),
        ("2026-11-23T06:00:00+00:00", True),
        ("2026-11-23T22:00:00+00:00", False),
    ]


@pytest.mark.parametrize("finish_playing", [None, {"hours": 0, "minutes": 0, "seconds": 0}])
async def test_a_speaker_that_is_not_to_finish_is_cut_at_once(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory, finish_playing: dict[str, int] | None
) -> None:
    data: dict[str, Any] = {} if finish_playing is None else {"finish_playing": finish_playing}
    await guard_home(
        hass, speaker(relay="light.plug", witnesses=["media_player.kitchen"], **data), rule("night", **NIGHT)
    )
    await later(hass, freezer, MINUTE)
    assert plug.commands == ["off"]


@pytest.mark.parametrize("entity_id", ["schedule.night", "calendar.night"])
async def test_a_schedule_or_a_calendar_waits_and_one_that_is_lost_does_not(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory, entity_id: str
) -> None:
    hass.states.async_set(entity_id, "off")
    await guard_home(hass, kitchen(), rule("night", kind="schedule", entity_id=entity_id))
    hass.states.async_set(entity_id, "on")
    await hass.async_block_till_done()
    assert plug.commands == []
    hass.states.async_set(entity_id, "unavailable")
    await later(hass, freezer, 119)
    assert plug.commands == []
    await later(hass, freezer, 2)
    assert plug.commands == ["off"]


async def test_an_alarm_of_its_device_rings_first(
    hass: HomeAssistant,
    plug: Plug,
    freezer: FrozenDateTimeFactory,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    entry = MockConfigEntry(domain="alexa_devices")
    entry.add_to_hass(hass)
    echo = device_registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("alexa_devices", "G1")})
    alarm = entity_registry.async_get_or_create(
        "sensor", "alexa_devices", "G1-Alarm", device_id=echo.id, original_device_class="timestamp"
    ).entity_id
    hass.states.async_set(alarm, "2026-11-22T22:05:00+00:00")
    await guard_home(hass, kitchen(device_id=echo.id, witnesses=[]), rule("night", **NIGHT))
    await later(hass, freezer, MINUTE)
    await later(hass, freezer, 5.5 * MINUTE)
    assert plug.commands == []
    await later(hass, freezer, 0.5 * MINUTE)
    assert plug.commands == ["off"]


async def test_an_alarm_that_is_set_aside_is_not_waited_for(
    hass: HomeAssistant,
    plug: Plug,
    freezer: FrozenDateTimeFactory,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    entry = MockConfigEntry(domain="alexa_devices")
    entry.add_to_hass(hass)
    echo = device_registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("alexa_devices", "G1")})
    timer = entity_registry.async_get_or_create(
        "sensor", "alexa_devices", "G1-Timer", device_id=echo.id, original_device_class="timestamp"
    ).entity_id
    hass.states.async_set(timer, "2026-11-22T22:05:00+00:00")
    await guard_home(hass, kitchen(device_id=echo.id, witnesses=[]), rule("night", **NIGHT))
    await later(hass, freezer, 2 * MINUTE)
    hass.states.async_set(timer, "unavailable")
    assert plug.commands == ["off"]


async def during_the_wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory, plug: Plug, **data: Any) -> None:
    """Guard the home until two minutes past ten, with the music still on."""
    await guard_home(hass, kitchen(**data), rule("night", **NIGHT), nobody_home("person.ann"))
    await later(hass, freezer, 3 * MINUTE)
    assert plug.commands == []


async def test_the_last_one_to_leave_mutes_at_once(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await during_the_wait(hass, freezer, plug)
    hass.states.async_set("person.ann", "not_home")
    assert plug.commands == ["off"]
    hass.states.async_set("person.ann", "home")
    assert plug.commands == ["off"], "what it waited for is over"


@pytest.mark.parametrize(
    ("action", "entity_id"),
    [("earlid.mute", "sensor.kitchen_microphone"), ("switch.turn_on", "switch.earlid_lockdown")],
)
async def test_a_wish_for_silence_is_not_put_off(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory, action: str, entity_id: str
) -> None:
    await during_the_wait(hass, freezer, plug)
    domain, _, name = action.partition(".")
    await hass.services.async_call(domain, name, {}, target={"entity_id": entity_id}, blocking=True)
    assert plug.commands == ["off"]


async def test_a_hand_at_the_plug_ends_the_wait(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await during_the_wait(hass, freezer, plug)
    plug.shows("off")
    await hass.async_block_till_done()
    await later(hass, freezer, MINUTE)
    assert "on" not in plug.commands
    assert shown(hass, "sensor.kitchen_decided_by").state == "hand"


async def test_a_plug_that_comes_back_off_is_not_turned_on_to_finish(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    """It lost its power, and the speaker with it, whatever the player says."""
    await during_the_wait(hass, freezer, plug)
    plug.shows("unavailable")
    assert plug.commands == []
    plug.shows("off")
    await later(hass, freezer, MINUTE)
    assert "on" not in plug.commands
    assert shown(hass, "sensor.kitchen_decided_by").state == "Night"


async def test_a_night_that_ends_before_the_music_need_leaves_nothing_to_mute(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    await guard_home(hass, kitchen(), rule("night", **(NIGHT | {"to": "22:05:00"})))
    await later(hass, freezer, 2 * MINUTE)
    assert (await explained(hass))["plan"][0] == {"at": "2026-11-23T22:00:00+00:00", "may_listen": False}
    # In two steps: of timers that are all overdue at once, the order is not that of their times.
    await later(hass, freezer, 5 * MINUTE)
    await later(hass, freezer, 15 * MINUTE)
    assert plug.commands == []


async def test_a_clock_that_was_set_ends_the_wait(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory
) -> None:
    """Else an hour set back would be an hour more."""
    monotonic = hass.loop.time()
    with patch.object(clocks, "async_track_time_interval") as beats:
        await during_the_wait(hass, freezer, plug)
    heartbeat = beats.call_args.args[1]
    with patch.object(hass.loop, "time", return_value=monotonic + 185):
        freezer.tick(timedelta(seconds=-60))
        heartbeat(dt_util.utcnow())
    assert plug.commands == ["off"]


async def test_nothing_waits_after_a_start(hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory) -> None:
    entry = await guard_home(hass, kitchen(), rule("night", **NIGHT))
    await later(hass, freezer, 3 * MINUTE)
    assert plug.commands == []
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert plug.commands == ["off"]


async def test_a_speaker_that_is_removed_while_it_finishes_wakes_nobody(
    hass: HomeAssistant, plug: Plug, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await guard_home(hass, kitchen(), rule("night", **NIGHT))
    await later(hass, freezer, 3 * MINUTE)
    assert hass.config_entries.async_remove_subentry(entry, "id_kitchen")
    await hass.async_block_till_done()
    looks: list[Any] = []
    monkeypatch.setattr(Guard, "look", lambda _guard, slugs=None: looks.append(slugs))
    plays(hass, "idle")
    await hass.async_block_till_done()
    assert (looks, plug.commands) == ([], [])
