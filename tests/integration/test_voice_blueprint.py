"""The blueprint that mutes on words of the household's own."""

from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests.integration.spoken import talking_home

BLUEPRINT = Path(__file__).parents[2] / "blueprints/automation/earlid/voice_mute.yaml"


@pytest.mark.parametrize(
    ("duration", "ends"),
    [({}, False), ({"duration": "00:10:00"}, True), ({"duration": {"minutes": 10}}, True)],
    ids=str,
)
async def test_words_of_the_household_mute(hass: HomeAssistant, duration: dict[str, Any], ends: bool) -> None:
    target = Path(hass.config.path("blueprints/automation/earlid/voice_mute.yaml"))
    await hass.async_add_executor_job(lambda: target.parent.mkdir(parents=True))
    await hass.async_add_executor_job(shutil.copy, BLUEPRINT, target)
    home = await talking_home(hass, languages=())
    given = {"speakers": {"entity_id": "select.kitchen_mode"}, "answer": "As you wish."} | duration
    automation = {"use_blueprint": {"path": "earlid/voice_mute.yaml", "input": given}}
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()
    assert await home.say("close your ears") == "As you wish."
    assert home.off() == {"kitchen"}
    mute = home.entry.runtime_data.speakers["kitchen"].holds.mute
    assert mute is not None
    assert (mute.until is not None) is ends
