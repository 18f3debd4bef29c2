"""The system information that people paste into reports says how the home is guarded, in numbers."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from .homes import guard_home, nobody_home, plug_in, settled, speaker


async def test_it_counts_speakers_and_what_is_known_of_them(hass: HomeAssistant) -> None:
    hass.states.async_set("person.ann", "home")
    plug_in(hass, "plug", "other")
    assert await async_setup_component(hass, "system_health", {})
    muted = speaker("bath", "light.other", posture="mute")
    entry = await guard_home(hass, speaker(relay="light.plug"), muted, nobody_home("person.ann"))
    await settled(hass, entry)
    assert await get_system_health_info(hass, "earlid") == {
        "speakers": 2,
        "off": 1,
        "breaches": 0,
        "assured": 0,
        "rules": 1,
        "journal": entry.runtime_data.journal.head.seq,
        "undelivered": 0,
    }


async def test_it_says_so_when_earlid_is_not_loaded(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "system_health", {})
    entry = await guard_home(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await get_system_health_info(hass, "earlid") == {"speakers": 0}
