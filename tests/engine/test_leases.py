"""The relay's own clock: granted, renewed, shortened by OFF alone; and what an off means that it may have brought.

The speaker has long been off and may listen from 0; it is on at 0.2. A lease is 300 s, a rest 10 s, a deadline 10 s.
"""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.earlid.engine.commands import Order
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.model import Clock, Command, Decision, Report

from .factories import (
    ALLOWED,
    DAY,
    HOUR,
    MUTED,
    OUT_OF_SIGHT,
    Watch,
    a_decision,
    a_report,
    a_speaker,
    at,
    span,
)

LEASE = 300
# Families: Zigbee2MQTT takes a length with each ON, Tasmota has one that is begun anew without ON, and an entity an
# auto-off that Earlid cannot set.
PER_GRANT = Clock(longest=span(6500), confirms=True)
STANDING = Clock(longest=span(64800), per_grant=False, renewed_by_on=False, confirms=True)
FIXED = Clock(longest=span(1800), per_grant=False, fixed=span(1800), confirms=True)
UNCONFIRMED = replace(PER_GRANT, confirms=False)


def allowed(clock: Clock | None = STANDING, decision: Decision = ALLOWED, **speaker: Any) -> Watch:
    """Return a watch before 0: it is looked at for the first time when the speaker may listen."""
    watch = Watch(decision, a_report(False, -HOUR), a_speaker(**speaker))
    watch.clock = clock
    return watch


def listening(clock: Clock | None = STANDING, decision: Decision = ALLOWED, **speaker: Any) -> Watch:
    """Return a watch at 0.2: the speaker may listen, its relay was turned on at 0 and has just said so."""
    watch = allowed(clock, decision, **speaker)
    assert watch.look(0).command is Command.ON
    assert watch.look(0.2, relay=a_report(True, 0.2)).command is None
    return watch


def renew(lease: float = LEASE) -> Order:
    return Order(Command.RENEW, span(lease))


def by_hand(watch: Watch) -> bool:
    return watch.holds.mute is not None and watch.holds.mute.by_hand


# --- Granted


def test_listening_begins_with_a_lease() -> None:
    outcome = allowed().look(0)
    assert outcome.order == Order(Command.ON, span(LEASE))
    assert [record.body for record in outcome.records] == [{"command": "on", "lease_s": 300.0}]


def test_a_relay_without_a_clock_has_no_lease_and_nothing_to_renew() -> None:
    watch = allowed(None)
    assert watch.look(0).order == Order(Command.ON)
    watch.look(0.2, relay=a_report(True, 0.2))
    assert watch.commands(1, DAY) == []


def test_an_on_that_is_sent_again_is_a_lease_again() -> None:
    watch = allowed()
    assert watch.orders(0, 8) == [(when, "on", LEASE) for when in (0, 1, 3, 7)]


def test_a_lease_is_no_longer_than_the_relays_clock_can_count() -> None:
    watch = listening(Clock(longest=span(120)))
    assert watch.orders(1, 130) == [(when, "renew", 120) for when in (40, 80, 120)]


def test_a_shared_relay_has_the_shortest_lease_of_those_behind_it() -> None:
    """The guard tells which that is."""
    terms = Terms(wanted=True, clock=PER_GRANT, lease=span(60))
    assert terms.length(at(0)) == span(60)


@pytest.mark.parametrize(
    ("boundary", "seconds"), [(None, 300), (1000, 300), (290, 300), (289, 299), (60, 70), (0, 10), (-50, 10)]
)
def test_a_lease_ends_soon_after_the_boundary_that_is_known(boundary: float | None, seconds: float) -> None:
    """Where the relay takes a length with each grant; so a guard that dies leaves it on no longer than that."""
    assert Terms(wanted=True, clock=PER_GRANT, until=boundary if boundary is None else at(boundary)).length(
        at(0)
    ) == span(seconds)


@pytest.mark.parametrize(("clock", "seconds"), [(STANDING, 300), (FIXED, 1800)])
def test_a_standing_length_has_its_full_length_before_a_boundary_too(clock: Clock, seconds: float) -> None:
    """It stands in the device's flash, which is not written for a boundary."""
    assert Terms(wanted=True, clock=clock, until=at(10)).length(at(0)) == span(seconds)


def until(boundary: float) -> Decision:
    return a_decision(may_listen=True, next_change=boundary)


def rounded(sent: list[tuple[float, str, float | None]]) -> list[tuple[float, str, float | None]]:
    return [(round(when, 1), command, lease if lease is None else round(lease, 1)) for when, command, lease in sent]


@pytest.mark.parametrize(("clock", "at", "lease"), [(PER_GRANT, 200, 210), (STANDING, 110, 300)])
def test_the_last_lease_before_the_boundary_ends_soon_after_it_and_is_told_once_if_that_is_confirmed(
    clock: Clock, at: float, lease: float
) -> None:
    """It is shorter; or where its length stands it begins so that it is not too long."""
    watch = listening(clock, until(400))
    watch.commands(1, 101)
    watch.look(101, relay=a_report(True, 0.2, reported=101))
    assert watch.orders(101, at) == [(at, "renew", lease)]
    watch.look(at + 1, relay=a_report(True, 0.2, reported=at + 1))
    assert watch.orders(at + 1, 399) == []


def test_what_may_have_got_lost_is_told_twice_before_the_boundary() -> None:
    watch = listening(UNCONFIRMED, until(400))
    assert watch.orders(1, 399) == [(100, "renew", 300), (200, "renew", 210), (270, "renew", 140)]


def test_what_is_said_of_a_relay_that_confirms_nothing_does_not_confirm_its_renewal() -> None:
    """Its bridge repeats what it believes, with each report of a meter."""
    watch = listening(UNCONFIRMED, until(400))
    watch.commands(1, 201)
    watch.look(202, relay=a_report(True, 0.2, reported=202))
    assert watch.orders(202, 399) == [(270, "renew", 140)]


def test_a_lease_that_was_cut_below_the_one_before_is_prolonged_with_the_permission() -> None:
    """Of two lengths the relay may have taken the last."""
    watch = listening(PER_GRANT)
    watch.commands(1, 150)
    watch.look(150, decision=until(340))
    assert watch.orders(150, 201) == [(200, "renew", 150)]
    watch.look(210, decision=until(385))
    assert rounded(watch.orders(210, 300)) == [(250, "renew", 145), (298.3, "renew", 96.7)]


def test_a_permission_shorter_than_a_lease_needs_no_renewal() -> None:
    """The relay shows on, so the ON has arrived, and its length with it."""
    watch = allowed(UNCONFIRMED, until(60))
    assert watch.look(0).order == Order(Command.ON, span(70))
    watch.look(0.2, relay=a_report(True, 0.2))
    assert watch.orders(1, 59) == []


def test_a_renewal_of_what_someone_else_turned_on_is_told_twice() -> None:
    """It may have got lost, and then the relay is on without an end."""
    watch = listening(UNCONFIRMED, until(400))
    watch.look(350, relay=a_report(False, 350))
    assert watch.look(370, relay=a_report(True, 370)).order == renew(40)
    assert rounded(watch.orders(370, 399)) == [(383.3, "renew", 26.7)]


@pytest.mark.parametrize("clock", [PER_GRANT, UNCONFIRMED])
def test_a_permission_that_is_prolonged_in_its_last_moment_is_renewed_at_once_and_again(clock: Clock) -> None:
    """Else a message that gets lost would let it go off, though it may listen."""
    watch = listening(clock, until(400))
    watch.commands(1, 398)
    assert watch.look(399, decision=until(2000)).order == renew()
    assert [(when < 410, command) for when, command in watch.commands(399, 420)] == [(True, "renew")]


@pytest.mark.parametrize("clock", [PER_GRANT, UNCONFIRMED, STANDING])
def test_where_those_renewals_got_lost_its_own_off_is_no_hand(clock: Clock) -> None:
    watch = listening(clock, until(400))
    watch.commands(1, 398)
    watch.look(399, decision=until(2000))
    watch.commands(399, 409)
    ends = 510 if clock is STANDING else 410
    watch.look(ends, relay=a_report(False, ends))
    assert not by_hand(watch)


@pytest.mark.parametrize("clock", [UNCONFIRMED, STANDING])
def test_an_off_just_before_the_boundary_is_a_hand(clock: Clock) -> None:
    watch = listening(clock, until(400))
    for seconds in range(1, 399):
        watch.look(seconds, relay=a_report(True, 0.2, reported=seconds))
    watch.look(399, relay=a_report(False, 399))
    assert by_hand(watch)


@pytest.mark.parametrize("late", [400, 700])
def test_past_the_boundary_nothing_is_renewed_before_the_next_one_is_known(late: float) -> None:
    """After a hang the timer of the lease may come before that of the rules: it would turn on what has gone off."""
    watch = listening(PER_GRANT, until(400))
    watch.commands(1, 201)
    assert watch.look(late).command is None
    assert watch.look(late, decision=MUTED).command is Command.OFF


def test_a_last_lease_that_stands_is_not_told_anew_before_its_third() -> None:
    watch = listening(STANDING, until(400))
    assert watch.orders(1, 399) == [(100, "renew", 300), (110, "renew", 300), (210, "renew", 300)]


# --- Renewed


@pytest.mark.parametrize(("clock", "lease"), [(PER_GRANT, 300), (STANDING, 300), (FIXED, 1800)])
def test_it_is_renewed_at_a_third_of_its_length(clock: Clock, lease: float) -> None:
    watch = listening(clock)
    assert watch.orders(0.2, lease) == [(lease * part / 3, "renew", lease) for part in (1, 2, 3)]


def test_a_renewal_changes_nothing_and_is_not_recorded() -> None:
    outcome = listening().look(100)
    assert outcome.order == renew()
    assert outcome.records == ()


@pytest.mark.parametrize("pause", [0.5, 7, 20])
def test_it_is_renewed_as_often_however_often_the_guard_looks(pause: float) -> None:
    watch = listening()
    looks = [watch.look(1 + pause * turn) for turn in range(int(3 * LEASE / pause))]
    sent = [outcome.order for outcome in looks if outcome.order is not None]
    assert set(sent) == {renew()}
    assert 7 <= len(sent) <= 9


def test_after_a_restart_it_is_renewed_at_once() -> None:
    watch = listening()
    watch.look(100)
    watch.restart()
    assert watch.look(110).order == renew()
    assert watch.orders(110, 320) == [(210, "renew", 300), (310, "renew", 300)]


def test_turned_on_elsewhere_it_is_renewed_at_once() -> None:
    """Who turns it on elsewhere turns it on without an end."""
    watch = listening()
    watch.look(20, relay=a_report(False, 20))
    assert watch.look(30, relay=a_report(True, 30)).order == renew()


def test_turned_on_elsewhere_while_a_renewal_was_remembered_it_is_renewed_at_once() -> None:
    watch = listening(PER_GRANT)
    watch.look(100)
    assert watch.look(101, relay=a_report(False, 101)).command is Command.OFF
    assert watch.look(130, relay=a_report(True, 130)).order == renew()


def test_pressed_off_and_on_between_two_looks_it_is_renewed_at_once() -> None:
    watch = listening()
    assert watch.look(50, relay=a_report(True, 49)).order == renew()


@pytest.mark.parametrize("gone", [OUT_OF_SIGHT, a_report(None, 20)])
def test_it_is_renewed_at_once_when_it_shows_on_again(gone: Report) -> None:
    """It may have lost its power and come up on, without its clock running."""
    watch = listening()
    watch.look(20, relay=gone)
    back = a_report(True, 25, available=25 if gone is OUT_OF_SIGHT else -DAY)
    assert watch.look(25, relay=back).order == renew()
    assert watch.commands(26, 124) == []


def test_nothing_is_renewed_while_it_is_out_of_sight() -> None:
    watch = listening()
    watch.look(50, relay=OUT_OF_SIGHT)
    assert watch.commands(51, HOUR) == []


def test_nothing_is_renewed_while_it_is_off() -> None:
    """Nor when it has only just gone off, and its ON is still to come."""
    watch = listening(rest=span(1000))
    watch.look(300, relay=a_report(False, 300))
    assert watch.orders(301, 1400) == [(1300, "on", 300), (1301, "on", 300), (1303, "on", 300)] + [
        (when, "on", 300) for when in (1307, 1315, 1331, 1361, 1391)
    ]


def test_an_observer_renews_nothing() -> None:
    watch = Watch(ALLOWED, a_report(True), a_speaker(enforce=False))
    watch.clock = STANDING
    assert watch.commands(0, HOUR) == []


# --- Shortened by OFF alone


def test_muted_it_is_turned_off_and_not_renewed() -> None:
    watch = listening()
    assert watch.look(99, decision=MUTED).order == Order(Command.OFF)
    assert {command for _, command in watch.commands(99.1, HOUR)} == {"off"}


def test_an_off_ends_the_lease_and_one_that_got_lost_is_made_up_for() -> None:
    """Muted and allowed in one breath, and the OFF lost: nobody knows of what the relay's on is."""
    watch = listening()
    watch.look(50, decision=MUTED)
    watch.look(51, decision=ALLOWED)
    assert watch.orders(51, 70) == [(60, "renew", 300)]


def test_no_renewal_is_sent_while_an_off_is_on_its_way() -> None:
    """One that is an ON would undo it without a rest."""
    watch = listening(PER_GRANT)
    watch.look(99, decision=MUTED)
    watch.look(99.1, decision=ALLOWED)
    assert watch.commands(99.1, 101) == []
    watch.look(101, relay=a_report(False, 101))
    assert watch.orders(101, 111.5) == [(111, "on", 300)]


# --- A hand, and a renewal on its way


def test_an_off_by_hand_while_a_renewal_by_on_is_on_its_way_is_off_and_a_hold() -> None:
    watch = listening(PER_GRANT)
    assert watch.look(100).order == renew()
    assert watch.look(100.3, relay=a_report(False, 100.3)).command is Command.OFF
    assert by_hand(watch)


@pytest.mark.parametrize("shows", [100.5, 109.9, 110.2])
def test_the_on_of_that_renewal_neither_ends_the_hold_nor_stays(shows: float) -> None:
    watch = listening(PER_GRANT)
    watch.look(100)
    watch.look(100.3, relay=a_report(False, 100.3))
    outcome = watch.look(shows, relay=a_report(True, shows))
    assert outcome.command is Command.OFF
    assert by_hand(watch)
    assert "turned_on" not in {key for record in outcome.records for key in record.body}


def test_a_hand_that_turns_it_on_again_after_that_ends_the_hold() -> None:
    watch = listening(PER_GRANT)
    watch.look(100)
    watch.look(100.3, relay=a_report(False, 100.3))
    watch.look(100.5, relay=a_report(True, 100.5))
    watch.look(100.7, relay=a_report(False, 100.7))
    outcome = watch.look(105, relay=a_report(True, 105))
    assert not by_hand(watch)
    assert outcome.order == renew()


def test_what_is_on_its_way_long_after_the_off_is_a_hand() -> None:
    watch = listening(PER_GRANT)
    watch.look(100)
    watch.look(100.3, relay=a_report(False, 100.3))
    watch.look(110.4, relay=a_report(True, 110.4))
    assert not by_hand(watch)


def test_a_renewal_that_is_no_on_is_never_taken_for_one() -> None:
    watch = listening(STANDING)
    watch.look(100)
    watch.look(100.3, relay=a_report(False, 100.3))
    watch.look(100.5, relay=a_report(True, 100.5))
    assert not by_hand(watch)


# --- An off that its own clock may have brought


@pytest.mark.parametrize("seconds", [295, 300, 305])
def test_an_off_when_the_lease_was_due_is_no_hand_and_the_speaker_comes_back(seconds: float) -> None:
    """The renewals were lost, and nothing has shown that they arrived."""
    watch = listening()
    assert watch.commands(0.2, 290) == [(100, "renew"), (200, "renew")]
    assert watch.look(seconds, relay=a_report(False, seconds)).command is None
    assert not by_hand(watch)
    assert watch.orders(seconds, seconds + 10.5) == [(seconds + 10, "on", 300)]


@pytest.mark.parametrize("seconds", [50, 150, 294.9, 305.1])
def test_an_off_at_another_time_is_a_hand(seconds: float) -> None:
    watch = listening()
    watch.commands(0.2, seconds - 0.1)
    watch.look(seconds, relay=a_report(False, seconds))
    assert by_hand(watch)
    assert "on" not in {command for _, command in watch.commands(seconds + 0.1, 11 * HOUR)}


def test_an_off_ends_the_lease_so_that_another_soon_after_is_a_hand() -> None:
    watch = listening(UNCONFIRMED, rest=span(1))
    watch.look(296, relay=a_report(False, 296))
    assert not by_hand(watch)
    assert watch.look(297).command is Command.ON
    watch.look(297.2, relay=a_report(True, 297.2))
    watch.look(304, relay=a_report(False, 304))
    assert by_hand(watch)


def test_a_relay_that_can_be_renewed_only_once_comes_back_each_time() -> None:
    watch = listening()
    watch.commands(0.2, 390)
    watch.look(400, relay=a_report(False, 400))
    assert not by_hand(watch)
    assert watch.orders(400, 410.5) == [(410, "on", 300)]


def test_once_it_has_shown_on_after_a_renewal_the_lease_before_is_no_longer_due() -> None:
    """Or a hand would be overlooked for 10 s in each lease."""
    watch = listening()
    watch.look(100)
    watch.look(100.2, relay=a_report(True, 0.2, reported=100.2))
    watch.commands(100.3, 290)
    watch.look(300, relay=a_report(False, 300))
    assert by_hand(watch)


@pytest.mark.parametrize("said", [99, 100])
def test_what_it_said_before_a_renewal_shows_nothing_of_it(said: float) -> None:
    watch = listening()
    watch.look(said, relay=a_report(True, 0.2, reported=said))
    watch.commands(said, 290)
    watch.look(300, relay=a_report(False, 300))
    assert not by_hand(watch)


def test_on_again_after_its_lease_it_is_told_with_the_first_haste() -> None:
    watch = listening()
    watch.commands(0.2, 290)
    watch.look(300, relay=a_report(False, 300))
    assert [when for when, _ in watch.commands(300, 330)] == [310, 311, 313, 317, 325]


# --- After a hang


def test_after_a_hang_an_off_that_comes_before_any_timer_is_its_own() -> None:
    watch = listening()
    watch.look(900, relay=a_report(False, 900))
    assert not by_hand(watch)
    assert watch.orders(900, 910.5) == [(910, "on", 300)]


def test_after_a_hang_longer_than_the_lease_it_is_renewed_once() -> None:
    watch = listening()
    assert watch.look(700).order == renew()
    assert watch.commands(700.05, 799) == []


@pytest.mark.parametrize("late", [0.1, 7, 15])
@pytest.mark.parametrize("clock", [PER_GRANT, STANDING])
def test_after_a_hang_an_off_that_comes_after_the_late_renewal_is_its_own(clock: Clock, late: float) -> None:
    """The timer was first; the report of what happened meanwhile still stood in the queue."""
    watch = listening(clock)
    assert watch.look(700).order == renew()
    watch.look(700 + late, relay=a_report(False, 700 + late))
    assert not by_hand(watch)


def test_after_a_hang_an_off_may_be_of_a_lease_that_ended_meanwhile() -> None:
    """The renewal before the hang was lost, so it ended before the newest."""
    watch = listening()
    assert watch.commands(0.2, 200) == [(100, "renew"), (200, "renew")]
    watch.look(201, relay=a_report(True, 0.2, reported=150))
    watch.look(450, relay=a_report(False, 450))
    assert not by_hand(watch)


def test_after_a_hang_such_an_off_may_also_come_after_the_late_renewal() -> None:
    watch = listening()
    assert watch.commands(0.2, 200) == [(100, "renew"), (200, "renew")]
    assert watch.look(450).order == renew()
    watch.look(450.1, relay=a_report(False, 450.1))
    assert not by_hand(watch)


@pytest.mark.parametrize("told", [300, 305])
def test_a_renewal_in_time_makes_no_off_of_after_its_end_due(told: float) -> None:
    """Though one that was never seen to be renewed ends in that very moment; five seconds late is in time."""
    watch = listening()
    assert watch.commands(0.2, 299) == [(100, "renew"), (200, "renew")]
    assert watch.look(told).order == renew()
    watch.look(306, relay=a_report(False, 306))
    assert by_hand(watch)


def test_an_off_of_the_very_moment_of_a_renewal_in_time_may_be_of_the_lease_before() -> None:
    watch = listening()
    assert watch.commands(0.2, 299) == [(100, "renew"), (200, "renew")]
    assert watch.look(305).order == renew()
    watch.look(305, relay=a_report(False, 305))
    assert not by_hand(watch)


def test_after_a_hang_in_which_no_lease_ended_an_off_is_a_hand() -> None:
    watch = listening()
    watch.look(100)
    watch.look(101, relay=a_report(True, 0.2, reported=101))
    watch.look(350, relay=a_report(False, 350))
    assert by_hand(watch)


def test_long_after_a_hang_an_off_is_a_hand_again() -> None:
    watch = listening()
    watch.look(700)
    watch.look(715.1, relay=a_report(False, 715.1))
    assert by_hand(watch)


def test_after_a_hang_one_off_is_its_own_and_the_next_a_hand() -> None:
    watch = listening(PER_GRANT)
    watch.look(700)
    watch.look(700.1, relay=a_report(False, 700.1))
    watch.look(700.3, relay=a_report(True, 700.3))
    watch.look(703, relay=a_report(False, 703))
    assert by_hand(watch)


@pytest.mark.parametrize("told", [295, 296])
def test_a_renewal_in_the_last_moment_of_a_lease_may_be_too_late(told: float) -> None:
    """And so may the one that follows it."""
    watch = listening()
    assert watch.look(told).order == renew()
    assert [command for _, command in watch.commands(told, 306)] == ["renew"]
    watch.look(307, relay=a_report(False, 307))
    assert not by_hand(watch)


def test_a_renewal_in_good_time_is_not_too_late() -> None:
    watch = listening()
    assert watch.look(294).order == renew()
    assert watch.commands(294, 306) == [(297, "renew")], "the one before is near its end: told again in time"
    watch.look(307, relay=a_report(False, 307))
    assert by_hand(watch)


# --- When the clock is set


def test_when_the_clock_was_set_the_lease_is_renewed_at_once() -> None:
    """How long it still runs cannot be told by the new time."""
    watch = listening()
    assert watch.look(-40, jumped=True).order == renew()
    assert watch.orders(-39, 170) == [(60, "renew", 300), (160, "renew", 300)]
    forward = listening()
    assert forward.look(40, jumped=True).order == renew()


def test_set_back_by_hours_it_is_renewed_before_anyone_notices() -> None:
    watch = listening()
    assert watch.look(-HOUR).order == renew()
    assert watch.commands(-HOUR, -HOUR + 99) == []


def test_a_small_correction_of_the_clock_renews_nothing() -> None:
    watch = listening()
    assert watch.look(-5).order is None


def test_after_a_sleep_of_the_whole_machine_an_off_is_the_relays_own() -> None:
    """Its clock ran on while Home Assistant's stood still."""
    watch = listening()
    watch.look(700, jumped=True)
    watch.look(703, relay=a_report(False, 703))
    assert not by_hand(watch)


def test_after_a_small_jump_an_off_is_a_hand() -> None:
    watch = listening()
    watch.look(60, jumped=True)
    watch.look(65, relay=a_report(False, 65))
    assert by_hand(watch)


def test_the_end_of_a_lease_by_the_old_time_means_nothing() -> None:
    watch = listening()
    watch.look(-600, jumped=True)
    watch.look(-599, relay=a_report(True, 0.2, reported=-600.5))
    watch.look(-590, relay=a_report(True, 0.2, reported=-600.5))
    watch.commands(-590, -320)
    watch.look(-301, relay=a_report(False, -301))
    assert not by_hand(watch)


def test_set_back_while_it_does_not_come_on_it_is_told_no_more_often() -> None:
    watch = allowed()
    watch.look(0)
    watch.look(5, relay=a_report(False, 5, reported=5))
    watch.commands(5, 300)
    assert len(watch.commands(-5 * HOUR, -5 * HOUR + 60)) <= 8


# --- One after the other


def test_speakers_that_may_listen_at_once_are_turned_on_one_after_the_other() -> None:
    watches = [allowed() for _ in range(3)]
    first = [watch.look(0, turn=turn).command for turn, watch in enumerate(watches)]
    assert first == [Command.ON, None, None]
    assert [watch.commands(0.01, 0.9)[:1] for watch in watches[1:]] == [[(0.3, "on")], [(0.6, "on")]]


def test_a_turn_is_kept_from_the_first_look_on() -> None:
    watch = allowed()
    watch.look(0, turn=2)
    watch.look(0.5, turn=2)
    assert watch.look(0.6).command is Command.ON


def test_its_turn_is_later_than_its_rest_or_its_rest_later_than_its_turn() -> None:
    watch = listening()
    watch.look(50, decision=MUTED)
    watch.look(50.2, relay=a_report(False, 50.2))
    watch.look(60, decision=ALLOWED, turn=1)
    assert watch.commands(60, 60.5) == [(60.3, "on")]
    watch.look(70, decision=MUTED, relay=a_report(True, 60.5))
    watch.look(70.2, relay=a_report(False, 70.2))
    watch.look(75, decision=ALLOWED, turn=1)
    assert watch.commands(75, 81) == [(80.2, "on")]


def test_who_is_muted_meanwhile_waits_for_a_turn_anew() -> None:
    watch = allowed()
    watch.look(0, turn=2)
    watch.look(0.1, decision=MUTED)
    watch.look(20, decision=ALLOWED, turn=3)
    assert watch.commands(20, 21.5)[0] == (20.9, "on")


def test_a_turn_in_what_is_now_the_future_is_not_waited_for() -> None:
    watch = allowed()
    watch.look(0, turn=1)
    assert watch.look(-100, jumped=True).command is Command.ON


def test_a_renewal_with_a_third_of_the_lease_left_is_in_good_time_though_nothing_confirms_it() -> None:
    watch = listening(UNCONFIRMED)
    assert watch.look(200).order == renew()
    watch.look(300, relay=a_report(False, 300))
    assert by_hand(watch)


def test_the_silence_of_a_relay_that_confirms_nothing_is_no_doubt_in_its_renewals() -> None:
    """Else each third of its lease a hand would be taken for the end of the lease before, and be undone."""
    watch = listening(UNCONFIRMED)
    for renewal in (100, 200, 300):
        assert watch.look(renewal).command is Command.RENEW
    watch.look(301, relay=a_report(False, 301))
    assert watch.holds.mute is not None
    assert watch.holds.mute.by_hand
