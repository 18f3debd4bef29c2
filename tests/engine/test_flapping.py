"""A relay that keeps going away and coming back."""

from custom_components.earlid.engine.enforcement import Step

from .factories import ALLOWED, OUT_OF_SIGHT, Watch, a_report, at

MINUTE = 60.0


def lost_and_back(watch: Watch, seconds: float) -> Step:
    """Let the relay go, and come back a second later."""
    watch.look(seconds - 1, relay=OUT_OF_SIGHT)
    return watch.look(seconds, relay=a_report(True, seconds, available=seconds))


def test_a_relay_that_came_back_five_times_within_half_an_hour_flaps() -> None:
    watch = Watch(ALLOWED, a_report(True))
    watch.look(0)
    flapping = [lost_and_back(watch, place * 7 * MINUTE).memory.flaps.flapping for place in range(1, 6)]
    assert flapping == [False, False, False, False, True]


def test_returns_further_apart_are_no_flapping() -> None:
    watch = Watch(ALLOWED, a_report(True))
    watch.look(0)
    for place in range(1, 20):
        flaps = lost_and_back(watch, place * 7.6 * MINUTE).memory.flaps
        assert (flaps.flapping, flaps.look_at) == (False, None)


def test_coming_into_sight_for_the_first_time_is_no_return() -> None:
    watch = Watch(ALLOWED, OUT_OF_SIGHT)
    watch.look(0)
    for place in range(1, 6):
        assert not lost_and_back(watch, place * MINUTE).memory.flaps.flapping
    assert lost_and_back(watch, 6 * MINUTE).memory.flaps.flapping


def test_it_flaps_until_half_an_hour_has_gone_by_without() -> None:
    watch = Watch(ALLOWED, a_report(True))
    watch.look(0)
    for place in range(1, 6):
        lost_and_back(watch, place * MINUTE)
    assert watch.look(30 * MINUTE).recheck_at == at(35 * MINUTE)
    assert lost_and_back(watch, 34 * MINUTE).memory.flaps.flapping
    assert watch.look(63 * MINUTE).memory.flaps.flapping
    quiet = watch.look(64 * MINUTE)
    assert (quiet.memory.flaps.flapping, quiet.memory.flaps.returns, quiet.recheck_at) == (False, (), None)


def test_a_relay_that_flaps_for_days_is_not_remembered_at_length() -> None:
    watch = Watch(ALLOWED, a_report(True))
    watch.look(0)
    for place in range(1, 500):
        assert len(lost_and_back(watch, 2.0 * place).memory.flaps.returns) <= 5
