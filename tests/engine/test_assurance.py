"""How sure it is that the mute holds when Home Assistant does not: every row of the grades."""

import pytest

from custom_components.earlid.engine.assurance import Evidence, Grade, assure, off_when_power_returns
from custom_components.earlid.engine.model import Clock, Settings
from custom_components.earlid.engine.trials import Finding, Verdict

from .factories import at, span

CLOCK = Clock(longest=span(6500))
FIXED = Clock(longest=span(1800), per_grant=False, fixed=span(1800))


def found(verdict: Verdict | None) -> Finding | None:
    return None if verdict is None else Finding(verdict=verdict, at=at(0))


def grade(
    clock: Clock | None, tried: Verdict | None, *, power: Verdict | None = None, says: bool | None = None
) -> Grade:
    evidence = Evidence(clock=found(tried), power=found(power))
    return assure(clock, evidence, Settings(power_on_off=says)).grade


@pytest.mark.parametrize("tried", [None, *Verdict])
@pytest.mark.parametrize("says", [None, False, True])
def test_a_relay_without_a_clock_is_home_assistant_alone(tried: Verdict | None, says: bool | None) -> None:
    """Whatever was tried before, with another relay perhaps."""
    assert grade(None, tried, says=says) is Grade.C


@pytest.mark.parametrize("clock", [CLOCK, FIXED])
@pytest.mark.parametrize("says", [None, False, True])
def test_a_clock_that_was_never_tried_is_untested(clock: Clock, says: bool | None) -> None:
    assert grade(clock, None, power=Verdict.STAYED_OFF, says=says) is Grade.UNTESTED


@pytest.mark.parametrize("clock", [CLOCK, FIXED])
@pytest.mark.parametrize("tried", [verdict for verdict in Verdict if verdict is not Verdict.PROVEN])
def test_a_clock_that_failed_its_trial_is_none(clock: Clock, tried: Verdict) -> None:
    assert grade(clock, tried, power=Verdict.STAYED_OFF, says=True) is Grade.C


@pytest.mark.parametrize(
    ("says", "power", "expected"),
    [
        (True, None, Grade.A),
        (True, Verdict.STAYED_OFF, Grade.A),
        (None, Verdict.STAYED_OFF, Grade.A),
        (None, None, Grade.B),
        (False, None, Grade.B),
        (True, Verdict.CAME_ON, Grade.B),
        (None, Verdict.CAME_ON, Grade.B),
        (False, Verdict.CAME_ON, Grade.B),
        (False, Verdict.STAYED_OFF, Grade.B),
        (None, Verdict.INTERRUPTED, Grade.B),
        (True, Verdict.UNREACHABLE, Grade.A),
    ],
)
def test_a_proven_clock_is_as_good_as_what_it_does_when_power_returns(
    says: bool | None, power: Verdict | None, expected: Grade
) -> None:
    """What was seen and what the device says, the worse of both: one that is set to come on may yet do so."""
    assert grade(CLOCK, Verdict.PROVEN, power=power, says=says) is expected


@pytest.mark.parametrize("power", [None, Verdict.STAYED_OFF, Verdict.CAME_ON])
@pytest.mark.parametrize("says", [None, False, True])
def test_a_standing_auto_off_that_nobody_can_set_is_never_the_best(power: Verdict | None, says: bool | None) -> None:
    assert grade(FIXED, Verdict.PROVEN, power=power, says=says) is Grade.B


@pytest.mark.parametrize(
    ("says", "power", "off"),
    [
        (None, None, None),
        (True, None, True),
        (False, None, False),
        (None, Verdict.STAYED_OFF, True),
        (None, Verdict.CAME_ON, False),
        (None, Verdict.UNREACHABLE, None),
    ],
)
def test_nobody_knows_what_it_does_when_power_returns_unless_it_says_or_was_seen(
    says: bool | None, power: Verdict | None, off: bool | None
) -> None:
    assert off_when_power_returns(Evidence(power=found(power)), Settings(power_on_off=says)) is off


def test_the_assurance_shows_what_it_stands_on() -> None:
    evidence, settings = Evidence(clock=found(Verdict.PROVEN), firmware="1.2"), Settings(power_on_off=True)
    assurance = assure(CLOCK, evidence, settings)
    assert (assurance.grade, assurance.evidence, assurance.settings) == (Grade.A, evidence, settings)


@pytest.mark.parametrize(
    ("tried_with", "has", "counts"),
    [("1.2", "1.2", True), ("1.2", "1.3", False), ("", "1.3", True), ("1.2", "", True), ("", "", True)],
)
def test_evidence_counts_until_the_device_says_that_it_has_another_firmware(
    tried_with: str, has: str, counts: bool
) -> None:
    assert Evidence(firmware=tried_with).counts(Settings(firmware=has)) is counts


@pytest.mark.parametrize(("tried", "when"), [(None, None), (Verdict.PROVEN, at(0)), (Verdict.IGNORED, at(0))])
def test_the_assurance_says_when_the_clock_was_tried(tried: Verdict | None, when: object) -> None:
    assert assure(CLOCK, Evidence(clock=found(tried)), Settings()).tested_at == when
