"""What the blueprints make of what they are told; run in a real home in tests/home/test_blueprints.py."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.template import Template
from homeassistant.util.yaml import load_yaml_dict
import pytest

FOLDER = Path(__file__).parents[2] / "blueprints" / "automation" / "earlid"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def template(hass: HomeAssistant, name: str, variable: str) -> Template:
    """Return the template of a variable in a blueprint's actions."""
    actions: Any = load_yaml_dict(str(FOLDER / f"{name}.yaml"))["actions"]
    (found,) = [one["variables"][variable] for one in actions if variable in one.get("variables", {})]
    return Template(found, hass)


@pytest.mark.parametrize(
    ("woke", "unanswered", "not_allowed", "said"),
    [
        (0, 0, 0, "never woke"),
        (1, 0, 0, "woke once"),
        (1, 1, 0, "woke once, for nothing"),
        (1, 1, 1, "woke once, for nothing, although not allowed to listen"),
        (2, 0, 0, "woke 2 times"),
        (3, 1, 0, "woke 3 times, 1 of them for nothing"),
        (12, 4, 2, "woke 12 times, 4 of them for nothing, 2 of them although not allowed to listen"),
    ],
)
def test_the_report_counts_as_people_do(
    hass: HomeAssistant, woke: int, unanswered: int, not_allowed: int, said: str
) -> None:
    sums = {"live_s": 5400, "exposed_s": 0, "activations": woke, "unanswered": unanswered, "not_allowed": not_allowed}
    journal = {"summary": {"speakers": {"kitchen": sums, "hall": sums}}}
    report = template(hass, "nightly_report", "report").async_render({"journal": journal})
    assert report.splitlines() == [f"kitchen: live 1 h 30 min, {said}.", f"hall: live 1 h 30 min, {said}."]


@pytest.mark.parametrize(
    ("lasts", "was_on", "before", "unheard"),
    [
        # The form gives a mapping, the default is a text.
        ("00:00:00", 1, 10, False),
        ({"hours": 0, "minutes": 1, "seconds": 0}, 59, 10, True),
        ({"hours": 0, "minutes": 1, "seconds": 0}, 61, 10, False),
        ("00:01:00", 59, 10, True),
        # Earlid waits for its own deadline before it shows one.
        ("00:00:05", 4, 10, True),
        # It was told of before a restart, and ends soon after; or was too short then too.
        ("00:01:00", 5, 300, False),
        ("00:06:00", 5, 300, True),
        # It comes back from a reload, and what it was before cannot be seen.
        ("00:01:00", 5, None, False),
    ],
)
def test_the_end_of_a_breach_that_nobody_was_told_of_is_not_told(
    hass: HomeAssistant, lasts: Any, was_on: int, before: int | None, unheard: bool
) -> None:
    """`was_on` s it showed; `before` s it had gone on when it began to show."""
    since = {} if before is None else {"since": NOON - timedelta(seconds=before)}
    trigger = {
        "id": "ended",
        "from_state": State("binary_sensor.kitchen_breach", "on", since, last_changed=NOON),
        "to_state": State("binary_sensor.kitchen_breach", "off", last_changed=NOON + timedelta(seconds=was_on)),
    }
    # The automation has run for two minutes when the breach begins to show.
    known = {"lasts": lasts, "this": {"last_changed": (NOON - timedelta(minutes=2)).isoformat()}}
    over_unheard = template(hass, "breach_notification", "over_unheard")
    assert over_unheard.async_render(known | {"trigger": trigger}) is unheard
    assert over_unheard.async_render(known | {"trigger": trigger | {"id": "began"}}) is False
