"""A mute that begins for many: who is told first, what one relay can do to the others, what is known of it after."""

import asyncio
from collections.abc import Callable
from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    setup_test_component_platform,
)

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Query

from .homes import guard_home, nobody_home, plug_in, settled, shown, speaker
from .journals import until

MANY = 60


class Relay(SwitchEntity):
    """A plug of an integration, which may hang, fail, or be broken."""

    _attr_should_poll = False

    def __init__(self, number: int, told: list[str]) -> None:
        """Be on."""
        self._attr_name = f"Plug {number}"
        self._attr_unique_id = f"plug_{number}"
        self._attr_is_on = True
        self._told = told
        self.hangs = False
        self.fails = False
        self.broken = False

    @property
    @override
    def available(self) -> bool:
        if self.broken:
            raise TypeError("nobody thought of that")
        return True

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._told.append(self.entity_id)
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise HomeAssistantError("no")
        self._attr_is_on = False
        self.async_write_ha_state()


class Many:
    """A home of many plugs and their speakers."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Plug in nothing yet."""
        self.hass = hass
        self.told: list[str] = []
        self.relays = [Relay(number, self.told) for number in range(MANY)]
        self.calls: list[ServiceCall] = []
        self.entry: MockConfigEntry

    async def move_in(self, ann: str = "home") -> None:
        """Guard them all, while somebody is home, or nobody."""
        self.hass.states.async_set("person.ann", ann)
        setup_test_component_platform(self.hass, "switch", self.relays)
        assert await async_setup_component(self.hass, "switch", {"switch": {"platform": "test"}})
        await self.hass.async_block_till_done()
        speakers = [speaker(f"room_{n}", relay.entity_id) for n, relay in enumerate(self.relays)]
        self.entry = await guard_home(self.hass, *speakers, nobody_home("person.ann"))
        await settled(self.hass, self.entry)
        assert len(self.told) == (0 if ann == "home" else MANY)

    def leave(self) -> None:
        """Let the last one leave."""
        self.hass.states.async_set("person.ann", "not_home")

    def on(self) -> list[Relay]:
        """Return those that are on."""
        return [relay for relay in self.relays if relay.is_on]

    async def a_turn(self) -> None:
        """Let the event loop have some turns, and no second pass."""
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
async def many(hass: HomeAssistant) -> Many:
    """Return the home with its speakers guarded."""
    home = Many(hass)
    await home.move_in()
    return home


async def test_all_are_told_before_anything_is_shown_of_any(hass: HomeAssistant, many: Many) -> None:
    seen: list[tuple[str, int]] = []

    @callback
    def changed(event: Event[Any]) -> None:
        if event.data["entity_id"].startswith(("sensor.room", "binary_sensor.room")):
            seen.append((event.data["entity_id"], len(many.told)))

    hass.bus.async_listen("state_changed", changed)
    many.leave()
    await many.a_turn()
    assert not many.on()
    await settled(hass, many.entry)
    assert sorted(many.told) == sorted(relay.entity_id for relay in many.relays), "each once"
    assert len(seen) > MANY
    assert {told for _, told in seen} == {MANY}
    assert {shown(hass, f"sensor.room_{n}_microphone").state for n in range(MANY)} == {"off_unproven"}


async def test_a_start_tells_all_that_are_on_in_one_call(hass: HomeAssistant) -> None:
    calls = async_capture_events(hass, EVENT_CALL_SERVICE)
    await Many(hass).move_in("not_home")
    told = [call for call in calls if call.data["service"] == "turn_off"]
    assert [len(call.data["service_data"]["entity_id"]) for call in told] == [MANY]


async def test_one_that_hangs_keeps_nobody_waiting(many: Many) -> None:
    many.relays[7].hangs = True
    many.leave()
    await many.a_turn()
    assert many.on() == [many.relays[7]]
    # A second later those that do not show off are told again, each by itself.
    await until(lambda: len(many.told) > MANY, within=20)
    assert many.told[MANY:] == [many.relays[7].entity_id]


async def test_one_that_fails_is_named_and_the_others_are_off(many: Many, caplog: pytest.LogCaptureFixture) -> None:
    many.relays[7].fails = True
    many.leave()
    await many.a_turn()
    assert many.on() == [many.relays[7]]
    assert "One of 60 relays that were told together did not take off" in caplog.text
    await until(lambda: "The relay of room_7 did not take off: HomeAssistantError('no')" in caplog.text, within=20)
    assert many.told[MANY:] == [many.relays[7].entity_id]


async def test_one_that_breaks_the_call_for_all_breaks_it_for_itself(
    many: Many, caplog: pytest.LogCaptureFixture
) -> None:
    many.relays[7].broken = True
    many.leave()
    assert many.on() == [many.relays[7]], "in the very pass"
    assert "The relay of room_7 did not take off: TypeError" in caplog.text
    assert len(many.told) == MANY - 1


async def test_one_that_failed_in_company_is_told_by_itself_until_it_obeys(hass: HomeAssistant, many: Many) -> None:
    calls: list[Any] = []
    hass.bus.async_listen("call_service", callback(lambda event: calls.append(event.data["service_data"]["entity_id"])))
    relay = many.relays[7]
    relay.fails = True
    many.leave()
    await many.a_turn()
    assert [len(called) for called in calls if isinstance(called, list)] == [MANY]
    relay.fails = False
    await until(lambda: not many.on(), within=20)
    assert calls[-1] == relay.entity_id


async def test_calls_are_of_one_context_that_follows_the_callers(hass: HomeAssistant, many: Many) -> None:
    await hass.services.async_call(
        "select", "select_option", {"entity_id": "select.room_1_mode", "option": "mute"}, blocking=True
    )
    many.leave()
    await many.a_turn()
    states = [shown(hass, relay.entity_id) for relay in many.relays if relay is not many.relays[1]]
    assert len({state.context.id for state in states}) == 1


async def test_whoever_is_not_concerned_waits_for_none_of_it(hass: HomeAssistant) -> None:
    hass.states.async_set("person.ann", "home")
    plugs = plug_in(hass, "plug", "other")
    away = nobody_home("person.ann", speakers=["bath"])
    await guard_home(hass, speaker("bath", "light.plug"), speaker("hall", "light.other", posture="mute"), away)
    hass.states.async_set("person.ann", "not_home")
    plugs["other"].shows("on")
    assert [plug.commands for plug in plugs.values()] == [["off"], ["off", "off"]]


async def test_what_comes_in_between_finds_everything_as_it_is(many: Many) -> None:
    """The OFFs are out, and what follows of them is not done yet."""
    household = many.entry.runtime_data
    many.leave()
    activation = household.report_activation(f"room_{MANY - 1}", Report(source="webhook", at=None))
    assert not activation.allowed
    assert not household.speakers[f"room_{MANY - 1}"].decision.may_listen


async def test_a_person_who_comes_back_at_once_is_no_hand_at_the_relays(hass: HomeAssistant, many: Many) -> None:
    many.leave()
    hass.states.async_set("person.ann", "home")
    await settled(hass, many.entry)
    household = many.entry.runtime_data
    assert {view.decision.may_listen for view in household.speakers.values()} == {True}
    assert {view.holds.mute for view in household.speakers.values()} == {None}
    assert len(many.told) == MANY


async def test_a_speaker_that_is_removed_in_between_is_gone(hass: HomeAssistant, many: Many) -> None:
    many.leave()
    hass.config_entries.async_remove_subentry(many.entry, f"id_room_{MANY - 1}")
    await settled(hass, many.entry)
    assert f"room_{MANY - 1}" not in many.entry.runtime_data.speakers
    assert er.async_get(hass).async_get(f"sensor.room_{MANY - 1}_microphone") is None


async def test_the_journal_has_the_command_before_what_came_of_it(hass: HomeAssistant, many: Many) -> None:
    records: list[Record] = []
    many.entry.runtime_data.on_record(records.append)
    many.leave()
    await settled(hass, many.entry)
    of_one = [record for record in records if record.speaker == "room_5"]
    assert [record.kind for record in of_one] == ["decision", "command", "microphone"]
    assert of_one[0].at == of_one[1].at <= of_one[2].at


@pytest.mark.parametrize("count", [1, 3])
async def test_a_few_are_told_each_by_itself_in_the_very_pass(hass: HomeAssistant, count: int) -> None:
    hass.states.async_set("person.ann", "home")
    plugs = plug_in(hass, *(f"plug_{n}" for n in range(count)))
    speakers = [speaker(f"room_{n}", f"light.plug_{n}") for n in range(count)]
    entry = await guard_home(hass, *speakers, nobody_home("person.ann"))
    records: list[Record] = []
    entry.runtime_data.on_record(records.append)
    hass.states.async_set("person.ann", "not_home")
    assert [plug.commands for plug in plugs.values()] == [["off"]] * count
    assert len({plug.contexts[0].id for plug in plugs.values()}) == count
    assert not records, "first the OFF"
    await hass.async_block_till_done()
    assert [record.kind for record in records if record.speaker == "room_0"] == ["decision", "command", "microphone"]


async def test_one_that_cannot_be_judged_is_off_all_the_same(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    guard: Any = many.entry.runtime_data
    decide: Callable[..., Any] = guard._guard._facts

    def fails(post: Any, *args: Any) -> Any:
        if post.slug == "room_3":
            raise ValueError("no")
        return decide(post, *args)

    monkeypatch.setattr(guard._guard, "_facts", fails)
    many.leave()
    await many.a_turn()
    assert not many.on()


async def test_a_wish_in_between_is_about_what_holds_after_the_mute(hass: HomeAssistant, many: Many) -> None:
    many.leave()
    mode = {"entity_id": "select.room_3_mode", "option": "mute"}
    await hass.services.async_call("select", "select_option", mode, blocking=True)
    await settled(hass, many.entry)
    why = many.entry.runtime_data.speakers["room_3"].decision
    assert [vote.because.value for vote in (why.because, *why.lost)][:2] == ["hold", "rule"]
    asked = Query(speakers=("room_3",), kinds=("decision",))
    told = await many.entry.runtime_data.journal.read(asked)
    assert [one.body["because"] for one in told][-2:] == ["rule", "hold"]
