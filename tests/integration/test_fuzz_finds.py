"""What `scripts/fuzz` found, each as what it would have done to somebody's home."""

from datetime import UTC, datetime

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
import voluptuous as vol

from custom_components.earlid import facts, typed, untrusted

# What JSON has for half a surrogate pair: a text that is none.
HALF = "\ud800"


@pytest.mark.parametrize("text", [HALF, f"2026-11-22T12:00:00{HALF}", "2026-11-2\u0662"])
def test_a_message_whose_time_is_half_a_character_does_not_end_home_assistant(text: str) -> None:
    with pytest.raises(vol.Invalid):
        untrusted.moment(text)
    with pytest.raises(ServiceValidationError):
        typed.moment(text)


async def test_a_calendar_with_such_a_time_says_nothing_of_its_next_event(hass: HomeAssistant) -> None:
    eyes = facts.Eyes(hass)
    for start in (HALF, "0001-01-01T00:00:00+14:00"):
        hass.states.async_set("calendar.home", "off", {"start_time": start})
        assert eyes.changes_at("calendar.home") is None
    hass.states.async_set("calendar.home", "off", {"start_time": "2999-01-01T00:00:00+00:00"})
    assert eyes.changes_at("calendar.home") == datetime(2999, 1, 1, tzinfo=UTC)
