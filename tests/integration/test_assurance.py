"""Why a relay has the grade that it has, as the household reads it."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.earlid.engine.assurance import Evidence, assure
from custom_components.earlid.engine.model import Clock, Settings
from custom_components.earlid.engine.trials import Finding, Verdict
from tests.integration.fakes import move_in
from tests.integration.forms import WORDS
from tests.integration.views import a_speaker

HOUR = timedelta(hours=1)
LEASED = Clock(longest=HOUR)
STANDING = Clock(longest=HOUR, per_grant=False, fixed=HOUR)
OFF, ON, SILENT = (Settings(power_on_off=off) for off in (True, False, None))
BECAUSE = WORDS["entity"]["sensor"]["assurance"]["state_attributes"]["because"]["state"]


@pytest.mark.parametrize(
    ("clock", "verdict", "settings", "grade", "because"),
    [
        (LEASED, Verdict.PROVEN, OFF, "a", "proven"),
        (LEASED, Verdict.PROVEN, ON, "b", "on_after_power_cut"),
        (LEASED, Verdict.PROVEN, SILENT, "b", "power_cut_unknown"),
        (STANDING, Verdict.PROVEN, OFF, "b", "standing"),
        (LEASED, Verdict.IGNORED, OFF, "c", "ignored"),
        (LEASED, Verdict.CONTRADICTED, OFF, "c", "contradicted"),
        (None, None, OFF, "c", "no_clock"),
        (LEASED, None, OFF, "untested", "untested"),
    ],
)
async def test_a_grade_says_why(  # noqa: PLR0917 - pytest's, by their names
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock | None,
    verdict: Any,
    settings: Any,
    grade: str,
    because: str,
) -> None:
    tried = None if verdict is None else Finding(verdict=verdict, at=dt_util.utcnow())
    assurance = assure(clock, Evidence(clock=tried), settings)
    home = await move_in(hass, monkeypatch, a_speaker("kitchen", clock=clock, assurance=assurance))
    assert home.state("sensor.kitchen_assurance") == grade
    assert home.attributes("sensor.kitchen_assurance")["because"] == because
    assert BECAUSE[because]
