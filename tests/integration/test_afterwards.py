"""What comes first of a look: the OFF, and only when that is on the wire whatever is told of it."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.afterwards import Afterwards
from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Query

from .homes import Plug, guard_home, plug_in, settled, shown, speaker

ROOMS = ("kitchen", "bath", "attic")


@pytest.fixture
def plugs(hass: HomeAssistant) -> dict[str, Plug]:
    """Return plugs of three rooms, all off."""
    plugs = plug_in(hass, *ROOMS)
    for plug in plugs.values():
        plug.shows("off")
    return plugs


async def guarded(hass: HomeAssistant, **data: Any) -> MockConfigEntry:
    """Return the home with a speaker in each of the rooms."""
    return await guard_home(hass, *(speaker(room, f"light.{room}", **data) for room in ROOMS))


def told_in(hass: HomeAssistant, plugs: dict[str, Plug]) -> list[tuple[str, str]]:
    """Return a list that grows with what each plug is told and what Earlid then shows of its microphone."""
    seen: list[tuple[str, str]] = []

    def noting(room: str, told: Callable[..., None]) -> Callable[..., None]:
        def note(call: Any) -> None:
            seen.append((room, call.service))
            told(call)

        return note

    for room, plug in plugs.items():
        plug.told = noting(room, plug.told)  # type: ignore[method-assign]

    @callback
    def changed(event: Any) -> None:
        entity_id, state = event.data["entity_id"], event.data["new_state"]
        if state is not None and entity_id.endswith("_microphone"):
            seen.append((entity_id.removeprefix("sensor.").removesuffix("_microphone"), state.state))

    hass.bus.async_listen("state_changed", changed)
    return seen


async def test_of_plugs_turned_on_at_once_each_is_sent_off_before_anything_is_told_of_any(
    hass: HomeAssistant, plugs: dict[str, Plug]
) -> None:
    await guarded(hass, posture="mute")
    seen = told_in(hass, plugs)
    for plug in plugs.values():
        plug.shows("on")
    assert seen == [(room, "turn_off") for room in ROOMS]
    await hass.async_block_till_done()
    assert {room: shown(hass, f"sensor.{room}_microphone").state for room in ROOMS} == dict.fromkeys(
        ROOMS, "off_unproven"
    )


async def test_every_state_is_shown_and_recorded_in_the_order_in_which_it_was(
    hass: HomeAssistant, plugs: dict[str, Plug]
) -> None:
    entry = await guarded(hass, posture="mute")
    await settled(hass, entry)
    asked = Query(kinds=["microphone", "command"], speakers=["kitchen"])
    known = await entry.runtime_data.journal.read(asked)
    seen = told_in(hass, plugs)
    plugs["kitchen"].deaf = True
    plugs["kitchen"].shows("on")
    plugs["kitchen"].shows("off")
    await settled(hass, entry)
    assert seen == [("kitchen", "turn_off"), ("kitchen", "live"), ("kitchen", "off_unproven")]
    found = (await entry.runtime_data.journal.read(asked))[len(known) :]
    # A busy machine may have had the time to tell a deaf plug once more.
    assert [next(iter(one.body.values())) for one in found][:4] == ["elsewhere", "off", "live", "off_unproven"]


async def test_a_wish_shows_when_its_call_returns(hass: HomeAssistant, plugs: dict[str, Plug]) -> None:
    for plug in plugs.values():
        plug.shows("on")
    await guarded(hass)
    for action, allowed in (("turn_on", "off"), ("turn_off", "on")):
        await hass.services.async_call("switch", action, {"entity_id": "switch.earlid_lockdown"}, blocking=True)
        assert {shown(hass, f"binary_sensor.{room}_listening_allowed").state for room in ROOMS} == {allowed}
    data = {"entity_id": "select.bath_mode"}
    await hass.services.async_call("earlid", "mute", data, blocking=True)
    assert shown(hass, "select.bath_mode").state == "mute"


async def test_what_waits_when_earlid_stops_is_recorded(hass: HomeAssistant, plugs: dict[str, Plug]) -> None:
    entry = await guarded(hass, posture="mute")
    await settled(hass, entry)
    home = entry.runtime_data
    stops = home._stop_looking

    def pressed_at_last() -> None:
        for plug in plugs.values():
            plug.deaf = True
            plug.shows("on")
        stops()

    home._stop_looking = pressed_at_last
    await home.stop()
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass, entry)
    found = await entry.runtime_data.journal.read(Query(kinds=["microphone"]))
    [stopped] = [
        one.seq
        for one in await entry.runtime_data.journal.read(Query(kinds=["lifecycle"]))
        if one.body.get("event") == "stop"
    ][:1]
    before = {one.speaker for one in found if one.body.get("microphone") == "live" and one.seq < stopped}
    assert before == set(ROOMS)


async def test_news_that_cannot_be_told_keeps_none_that_waits_behind_it(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    def tell(_views: object, records: list[Record]) -> None:
        told.extend(record.speaker or "" for record in records)
        if records[0].speaker == "bath":
            raise ValueError("bath")

    afterwards = Afterwards(hass, lambda _slugs: [], tell)
    for room in ROOMS:
        afterwards.take([room], [Record(kind="command", at=dt_util.utcnow(), speaker=room, body={"command": "off"})])
    assert told == []
    await hass.async_block_till_done()
    assert told == [*ROOMS]
    assert "could not be told" in caplog.text
