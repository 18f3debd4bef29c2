"""Speakers behind the ESPHome device and the auto-off plug of docs/relays.md, under the guard."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import permutations
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, ServiceCall, callback
from homeassistant.helpers.event import async_call_later
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .homes import guard_home, nobody_home, plug_in, shown, speaker
from .leased import later
from .test_relay_examples import examples


@dataclass
class Device:
    """The ESPHome device of the page: it counts, and a renewal turns nothing on."""

    hass: HomeAssistant
    told: list[str] = field(default_factory=list)
    _timer: CALLBACK_TYPE | None = None

    def __post_init__(self) -> None:
        """Join the home, off."""
        for name in ("lease", "renew", "end"):
            self.hass.services.async_register("esphome", f"kitchen_plug_{name}", self._called)
        self.turn("off")

    @property
    def on(self) -> bool:
        """Whether it is on."""
        return shown(self.hass, "switch.kitchen_plug_relay").state == "on"

    def turn(self, state: str) -> None:
        """Turn on or off, and report it."""
        if state == "off" and self._timer is not None:
            self._timer()
            self._timer = None
        self.hass.states.async_set("switch.kitchen_plug_relay", state)

    @callback
    def _called(self, call: ServiceCall) -> None:
        name = call.service.removeprefix("kitchen_plug_")
        seconds = call.data.get("seconds")
        self.told.append(name if seconds is None else f"{name} {seconds}")
        if seconds is None:
            self.turn("off")
        elif name == "lease" or self.on:
            if self._timer is not None:
                self._timer()
            self._timer = async_call_later(self.hass, timedelta(seconds=seconds), self._time_up)
            self.turn("on")

    @callback
    def _time_up(self, _now: Any) -> None:
        self._timer = None
        self.turn("off")


def behind_the_device() -> ConfigSubentryDataWithId:
    found = examples("ESPHome")
    made = speaker(lease=90)
    data = dict(made["data"])
    data |= {"relay": "actions", "off": [found["off"]], "grant": [found["on"]], "renew": [found["renew"]]}
    data |= {"state_entity": "switch.kitchen_plug_relay", "keeps_time": True}
    return {**made, "data": data}


async def test_a_speaker_behind_actions_is_renewed_at_a_third_and_silenced_at_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    device = Device(hass)
    hass.states.async_set("person.ann", "home")
    await guard_home(hass, behind_the_device(), nobody_home("person.ann"))
    await later(hass, freezer, 65)
    assert device.told == ["lease 90", "renew 90", "renew 90"]
    assert device.on
    hass.states.async_set("person.ann", "not_home")
    assert device.told[3:] == ["end"]
    await later(hass, freezer, 100)
    assert device.told[3:] == ["end"]
    assert shown(hass, "sensor.kitchen_microphone").state == "off_unproven"


async def test_a_speaker_behind_actions_is_off_by_its_own_clock_when_nobody_guards_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    device = Device(hass)
    entry = await guard_home(hass, behind_the_device())
    await later(hass, freezer, 40)
    assert await hass.config_entries.async_unload(entry.entry_id)
    # It was renewed 10 s before that.
    await later(hass, freezer, 78)
    assert device.on
    await later(hass, freezer, 4)
    assert not device.on


async def test_a_plug_with_an_auto_off_is_turned_on_again_in_time_for_as_long_as_it_shows_on(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    plug = plug_in(hass, "plug")["plug"]
    # The speaker's lease is another: what the device was set to counts.
    await guard_home(hass, speaker(relay="light.plug", auto_off=60, lease=600))
    assert plug.commands == ["on"]
    await later(hass, freezer, 45)
    assert plug.commands == ["on"] * 3
    plug.shows("off")
    await later(hass, freezer, 200)
    assert "on" not in plug.commands[3:]
    assert shown(hass, "select.kitchen_mode").state == "mute"


def auto_off_of(entry: MockConfigEntry) -> set[float | None]:
    """Return after how long the relays turn themselves off, as far as the guard knows."""
    clocks = [view.clock for view in entry.runtime_data.speakers.values()]
    return {None if clock is None else clock.longest.total_seconds() for clock in clocks}


@pytest.mark.parametrize("lengths", permutations((60, 90_000, None)))
async def test_of_several_times_of_one_plug_the_shortest_counts_as_long_as_one_is_behind_it_who_says_it(
    hass: HomeAssistant, lengths: tuple[int | None, ...]
) -> None:
    """The form takes no such set-up any more, and none as long; there may be one of before."""
    plug = plug_in(hass, "plug")["plug"]
    speakers = [speaker(f"room_{length}".lower(), relay="light.plug", auto_off=length) for length in lengths]
    entry = await guard_home(hass, *speakers)
    assert auto_off_of(entry) == {60}
    for left, counts in (("id_room_60", {90_000}), ("id_room_90000", {None})):
        hass.config_entries.async_remove_subentry(entry, left)
        await hass.async_block_till_done()
        assert auto_off_of(entry) == counts
    assert shown(hass, "sensor.room_none_microphone").state == "live"
    plug.shows("unavailable")
    assert shown(hass, "sensor.room_none_microphone").state == "unknown"


async def test_a_longer_time_that_is_entered_for_a_plug_counts_from_then_on(hass: HomeAssistant) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug", auto_off=60), speaker("attic", relay="light.plug"))
    subentry = entry.subentries["id_kitchen"]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "auto_off": 300})
    await hass.async_block_till_done()
    assert auto_off_of(entry) == {300}
