"""A welded plug's breach goes on over a restart: what showed it has not changed."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from tests.integration.automations import automate, on
from tests.integration.homes import guard_home, plug_in, settled, shown, speaker

METER, BREACH = "sensor.plug_power", "binary_sensor.kitchen_breach"
TOLD = ("breach_began", "breach_ended", "went_off", "went_live", "went_unknown")


async def test_it_is_no_news_that_a_plug_is_welded_still(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    plug = plug_in(hass, "plug")["plug"]
    hass.states.async_set(METER, "3.0")
    entry = await guard_home(hass, speaker(relay=plug.entity_id, power_entity=METER))
    await entry.runtime_data.mute(["kitchen"], None, None)
    plug.shows("off")
    await settled(hass, entry)
    freezer.tick(timedelta(seconds=5))
    hass.states.async_set(METER, "3.1")
    await settled(hass, entry)
    breach = shown(hass, BREACH)
    assert (breach.state, breach.attributes["cause"]) == ("on", "evidence_contradicts")
    target = {"entity_id": BREACH}
    fired = await automate(hass, **{key: on(key, target) for key in TOLD})

    await hass.config_entries.async_unload(entry.entry_id)
    plug.shows("unavailable")
    hass.states.async_set(METER, "unavailable")
    freezer.tick(timedelta(seconds=30))
    assert await hass.config_entries.async_setup(entry.entry_id)
    for entity_id, state in ((None, ""), (plug.entity_id, "off"), (METER, "3.1")):
        if entity_id is not None:
            hass.states.async_set(entity_id, state)
        await settled(hass, entry)
        assert shown(hass, BREACH).attributes["since"] == breach.attributes["since"]
        assert shown(hass, BREACH).attributes["cause"] == "evidence_contradicts"
    assert shown(hass, "sensor.kitchen_microphone").state == "live"
    assert fired == []

    hass.states.async_set(METER, "0.0")
    await settled(hass, entry)
    assert [name for name, _ in fired] == ["breach_ended", "went_off"]
