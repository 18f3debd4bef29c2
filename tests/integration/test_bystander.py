"""What the rest of the home, and a start, pay for the guard."""

from collections.abc import Callable
import sys
from types import FrameType
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest

from custom_components.earlid.ends import Ends
from custom_components.earlid.guard import Guard
from tests.integration.homes import guard_home, nobody_home, plug_in, rule, settled, shown, speaker


def _conditions(*entity_ids: str) -> list[dict[str, str]]:
    return [{"condition": "state", "entity_id": entity_id, "state": "on"} for entity_id in entity_ids]


def _called_in_earlid(act: Callable[[], None]) -> list[str]:
    """Return the functions of Earlid that are called meanwhile."""
    called: list[str] = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and "custom_components/earlid" in frame.f_code.co_filename:
            called.append(frame.f_code.co_qualname)

    sys.setprofile(profile)
    try:
        act()
    finally:
        sys.setprofile(None)
    return called


async def test_what_other_entities_do_reaches_nobody_here(hass: HomeAssistant) -> None:
    plug_in(hass, "plug")
    for entity_id in ("person.anna", "binary_sensor.guests", "media_player.tv", "sensor.power", "device_tracker.echo"):
        hass.states.async_set(entity_id, "0")
    signs = {"rises": [{"entity_id": "sensor.power", "by": 2.0}]}
    template = "{{ states.media_player | selectattr('state', 'eq', 'playing') | list | count > 0 }}"
    await guard_home(
        hass,
        speaker(
            relay="light.plug",
            power_entity="sensor.power",
            witnesses=["device_tracker.echo"],
            activations=["binary_sensor.led"],
            signs=signs,
        ),
        nobody_home("person.anna"),
        rule("guests", kind="condition", conditions=_conditions("binary_sensor.guests")),
        rule("film", kind="condition", conditions=[{"condition": "template", "value_template": template}]),
    )

    def others() -> None:
        for entity_id in ("sensor.weather", "light.other", "binary_sensor.door", "switch.other", "person.ben"):
            for state in ("on", "off", "off", "unavailable", "on"):
                hass.states.async_set(entity_id, state)
            hass.states.async_remove(entity_id)

    assert _called_in_earlid(others) == []
    assert _called_in_earlid(lambda: hass.states.async_set("person.anna", "home")), "else it is not seen at all"


async def test_what_several_conditions_say_at_a_start_takes_one_look_at_the_speakers(hass: HomeAssistant) -> None:
    plug_in(hass, "plug")
    doors = ("binary_sensor.one", "binary_sensor.two", "binary_sensor.three")
    for door in doors:
        hass.states.async_set(door, "off")
    rules = (rule(door.partition(".")[2], kind="condition", conditions=_conditions(door)) for door in doors)
    with patch.object(Guard, "look", autospec=True, side_effect=Guard.look) as looks:
        entry = await guard_home(hass, speaker(relay="light.plug"), *rules)
        await settled(hass, entry)

    at_all = [call for call in looks.call_args_list if len(call.args) < 2 or call.args[1] is None]
    assert len(at_all) == 2, "one before anything else is set up, and one when the conditions are known"
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "on"


def test_all_ends_also_where_one_fails_and_only_once() -> None:
    ended: list[str] = []

    def fails() -> None:
        ended.append("fails")
        raise RuntimeError

    end = Ends(lambda: ended.append("first"), fails, lambda: ended.append("last"))
    with pytest.raises(RuntimeError):
        end()
    assert ended == ["last", "fails", "first"]
    end()
    assert ended == ["last", "fails", "first"]
