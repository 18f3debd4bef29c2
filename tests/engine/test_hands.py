"""What a hand at the plug means, and what is no hand.

The speaker is allowed and has long been on, unless a test says otherwise; a hand turns it off at 0.
"""

from typing import Any

import pytest

from custom_components.earlid.engine.hands import Sight, feel
from custom_components.earlid.engine.model import Effect, Hold, Holds, Readings, Speaker

from .factories import (
    ALLOWED,
    HOUR,
    LONG_AGO,
    MUTED,
    OUT_OF_SIGHT,
    Watch,
    a_decision,
    a_report,
    a_speaker,
    at,
    span,
)

ON = a_report(True)
BOOT = 60


def a_home(speaker: Speaker | None = None, **changes: Any) -> Watch:
    """Return a home in which the speaker may listen, and does, as was seen a second ago."""
    watch = Watch(ALLOWED, ON, speaker)
    watch.look(-1, **changes)
    return watch


def is_held(watch: Watch) -> bool:
    return watch.holds.mute is not None and watch.holds.mute.by_hand


# --- A wish


def test_an_off_by_hand_is_taken_as_a_wish_to_be_muted() -> None:
    watch = a_home()
    step = watch.look(0, relay=a_report(False, 0))
    assert watch.holds == Holds(
        mute=Hold(effect=Effect.MUTE, at=at(0), until=at(12 * HOUR), ends_when_base_leaves=True, by_hand=True)
    )
    assert step.command == "off"


def test_nothing_turns_on_what_a_hand_turned_off() -> None:
    watch = a_home()
    watch.look(0, relay=a_report(False, 0))
    assert "on" not in {command for _, command in watch.commands(1, 11 * HOUR)}


def test_it_ends_at_the_next_change_like_any_hold() -> None:
    watch = a_home(decision=a_decision(may_listen=True, next_change=HOUR))
    watch.look(0, relay=a_report(False, 0))
    assert watch.holds.mute is not None
    assert watch.holds.mute.until == at(HOUR)
    assert watch.holds.mute.ends_when_base_leaves is True


def test_it_ends_a_listen_hold() -> None:
    """The hand came after the wish to listen."""
    watch = a_home(decision=a_decision(may_listen=True, base=False))
    watch.holds = Holds(listen=Hold(effect=Effect.LISTEN, at=at(-60), until=at(HOUR)))
    watch.look(0, relay=a_report(False, 0))
    assert watch.holds.listen is None
    assert watch.holds.mute is not None
    assert watch.holds.mute.ends_when_base_leaves is False


def test_an_on_elsewhere_ends_it_when_the_rules_then_allow() -> None:
    watch = a_home()
    watch.look(0, relay=a_report(False, 0))
    step = watch.look(30, relay=a_report(True, 30))
    assert watch.holds == Holds()
    assert step.command is None


def test_an_on_elsewhere_does_not_end_it_when_the_rules_forbid() -> None:
    watch = a_home(decision=a_decision(may_listen=True, base=False))
    watch.look(0, relay=a_report(False, 0))
    step = watch.look(30, relay=a_report(True, 30))
    assert is_held(watch)
    assert step.command == "off"


def test_an_on_elsewhere_ends_no_mute_that_was_asked_for() -> None:
    watch = a_home()
    watch.holds = Holds(mute=Hold(effect=Effect.MUTE, at=at(-60)))
    watch.look(-0.5)
    watch.look(0, relay=a_report(False, 0))
    assert watch.look(30, relay=a_report(True, 30)).command == "off"
    assert watch.holds.mute == Hold(effect=Effect.MUTE, at=at(-60))


def test_coming_back_on_from_unavailable_does_not_end_it() -> None:
    watch = a_home()
    watch.look(0, relay=a_report(False, 0))
    watch.look(10, relay=OUT_OF_SIGHT)
    step = watch.look(20, relay=a_report(True, 20, available=20))
    assert is_held(watch)
    assert step.command == "off"


def test_off_then_on_by_hand_leaves_all_as_it_was() -> None:
    watch = a_home()
    watch.look(0, relay=a_report(False, 0))
    watch.look(1, relay=a_report(True, 1))
    assert watch.holds == Holds()
    assert watch.commands(2, HOUR) == []


def test_off_on_and_off_again_by_hand_is_a_wish_again() -> None:
    """Also with the OFF that the first of them had sent."""
    watch = a_home()
    watch.look(0, relay=a_report(False, 0))
    watch.look(1, relay=a_report(True, 1))
    watch.look(2, relay=a_report(False, 2))
    assert is_held(watch)


# --- No wish


def test_an_off_while_it_may_not_listen_is_no_wish() -> None:
    watch = a_home(decision=MUTED)
    watch.look(0, relay=a_report(False, 0))
    assert watch.holds == Holds()


def test_an_observer_takes_no_wish() -> None:
    watch = a_home(a_speaker(enforce=False))
    watch.look(0, relay=a_report(False, 0))
    assert watch.holds == Holds()


def test_the_first_look_after_a_start_is_no_wish() -> None:
    watch = Watch(ALLOWED, a_report(False, 0))
    watch.look(0)
    assert watch.holds == Holds()


def test_what_a_start_restores_as_on_and_then_reads_as_off_is_no_wish() -> None:
    """MQTT entities pass through unavailable and unknown."""
    watch = Watch(ALLOWED, OUT_OF_SIGHT)
    watch.look(-3)
    watch.look(-2, relay=a_report(None, -2, available=-2))
    watch.look(-1, relay=a_report(True, -1, available=-2))
    watch.look(0, relay=a_report(False, 0, available=-2))
    assert watch.holds == Holds()


def test_a_power_cut_is_no_wish() -> None:
    watch = a_home()
    watch.look(0, relay=OUT_OF_SIGHT)
    watch.look(40, relay=a_report(False, 40, available=40))
    assert watch.holds == Holds()
    assert watch.look(50).command == "on"


def test_coming_back_off_between_two_looks_is_no_wish() -> None:
    """Gone and back at once: on before, off now, but not in sight all the while."""
    watch = a_home(a_speaker(boot=span(0)))
    watch.look(0, relay=a_report(False, 0, available=-0.1))
    assert watch.holds == Holds()


def test_unknown_in_between_is_no_wish() -> None:
    watch = a_home()
    watch.look(-0.5, relay=a_report(None, -0.5))
    watch.look(0, relay=a_report(False, 0))
    assert watch.holds == Holds()


@pytest.mark.parametrize(("available", "held"), [(-BOOT, True), (-BOOT + 0.1, False), (-2, False)])
def test_an_off_within_boot_is_no_wish(available: float, held: bool) -> None:
    """A plug that has just come back may still be finding its state."""
    watch = Watch(ALLOWED, a_report(True, available, available=available))
    watch.look(-1)
    watch.look(0, relay=a_report(False, 0, available=available))
    assert is_held(watch) is held


def test_our_own_off_that_shows_after_a_quick_mute_and_allow_is_no_wish() -> None:
    watch = a_home()
    assert watch.look(0, decision=MUTED).command == "off"
    watch.look(1, decision=ALLOWED)
    watch.look(2, relay=a_report(False, 2))
    assert watch.holds == Holds()
    assert ("on" in {command for _, command in watch.commands(2, 60)}) is True


def test_our_own_off_that_shows_after_our_own_on_showed_late_is_no_wish() -> None:
    """A slow plug: allow, mute, allow; then it tells of the ON and the OFF, one after the other."""
    watch = Watch(ALLOWED, a_report(False, -500), a_speaker(rest=span(0)))
    assert watch.look(-1).command == "on"
    assert watch.look(0, decision=MUTED).command == "off"
    watch.look(1, decision=ALLOWED)
    watch.look(2, relay=a_report(True, 2))
    watch.look(3, relay=a_report(False, 3))
    assert watch.holds == Holds()


@pytest.mark.parametrize(("said", "held"), [(0, False), (0.5, True)])
def test_an_off_that_is_said_after_ours_answers_it_and_one_of_the_very_moment_does_not(said: float, held: bool) -> None:
    watch = Watch(ALLOWED, a_report(False, -500), a_speaker(rest=span(0)))
    assert watch.look(-1).command == "on"
    assert watch.look(0, decision=MUTED).command == "off"
    watch.look(0.5, relay=a_report(False, -500, reported=said))
    watch.look(1, decision=ALLOWED)
    watch.look(2, relay=a_report(True, 2))
    watch.look(3, relay=a_report(False, 3))
    assert is_held(watch) is held


def test_only_one_report_is_taken_for_ours() -> None:
    watch = a_home(a_speaker(rest=span(0)))
    watch.look(0, decision=MUTED)
    watch.look(1, relay=a_report(False, 1))
    assert watch.look(2, decision=ALLOWED).command == "on"
    watch.look(3, relay=a_report(True, 3))
    watch.look(4, relay=a_report(False, 4))
    assert is_held(watch)


@pytest.mark.parametrize(("seconds", "held"), [(9.9, False), (10, True), (500, True)])
def test_an_off_that_never_showed_by_the_deadline_was_lost_and_the_next_is_a_hand(seconds: float, held: bool) -> None:
    watch = a_home()
    watch.look(0, decision=MUTED)
    watch.look(1, decision=ALLOWED)
    watch.look(seconds, relay=a_report(False, seconds))
    assert is_held(watch) is held


@pytest.mark.parametrize(
    ("relay", "sight"),
    [
        (a_report(False, 0, available=None), Sight(value=True, available_since=None)),
        (a_report(False, 0), Sight(value=None, available_since=at(LONG_AGO))),
    ],
)
def test_what_was_not_in_sight_was_not_seen(relay: Any, sight: Sight) -> None:
    holds = feel(a_speaker(), ALLOWED, Readings(relay=relay), sight, Holds(), at(0))
    assert holds == Holds()


def test_our_off_to_a_plug_that_was_off_and_said_so_again_makes_no_later_hand_ours() -> None:
    watch = a_home(a_speaker(rest=span(0)))
    watch.look(0, decision=MUTED)
    watch.look(1, relay=a_report(False, 1))
    assert watch.look(901).command == "off"
    watch.look(902, relay=a_report(False, 1, reported=902))
    assert watch.look(903, decision=ALLOWED).command == "on"
    watch.look(904, relay=a_report(True, 904))
    watch.look(905, relay=a_report(False, 905))
    assert is_held(watch)
