"""What holds of leases under arbitrary faults, whatever the plug's clock is like. The world checks it at each step."""

from collections.abc import Callable

from hypothesis import assume, given, strategies as st
import pytest

from custom_components.earlid.engine.leases import DUE_SLACK, TAIL
from custom_components.earlid.engine.trials import MeterSays, Verdict

from .factories import a_property, watts
from .plug import CONFIRMING, ONCE, SOUND, Kind, Plug
from .promises import TICK
from .test_enforcement_properties import FAULTS, GAPS, JUMPS, Event
from .world import World

# Only of these is each step taken twice: long ones hold no more that could differ.
SHORT = 6

KINDS = st.sampled_from([*SOUND, ONCE])
SOUND_KINDS = st.sampled_from(SOUND)

type What = st.SearchStrategy[tuple[str, tuple[object, ...]]]


def freeze(world: World, seconds: float, timers_first: bool) -> None:
    world.freeze(seconds, timers_first=timers_first)


def cut(world: World, away: float, on: bool) -> None:
    world.cut(away, on=on)


HAPPENS: dict[str, Callable[..., None]] = {"freeze": freeze, "cut": cut}


def happen(world: World, name: str, values: tuple[object, ...]) -> None:
    if name in HAPPENS:
        HAPPENS[name](world, *values)
    else:
        getattr(world, name)(*values)


def plain(*names: str) -> list[What]:
    return [st.just((name, ())) for name in names]


def of(name: str, *values: st.SearchStrategy[object]) -> What:
    return st.tuples(st.just(name), st.tuples(*values))


HANGS: list[What] = [
    of("freeze", st.sampled_from([4.0, 90.0, 250.0, 600.0]), st.booleans()),
    of("restart", st.sampled_from([0.5, 20.0, 300.0, 2000.0])),
]
CUTS = of("cut", st.sampled_from([1.0, 30.0, 700.0]), st.booleans())
FORETOLD = of("foretell", st.sampled_from([5.0, 70.0, 200.0, 900.0]))
SLOW = of("slow", st.sampled_from([0.1, 1.5, 40.0]), st.sampled_from([0.1, 7.0]))
ANYTHING: list[What] = [
    *plain("press", "press", "lose_sight", "come_back", "heard", "self_test", "power_test"),
    *(of(name, values) for name, values in FAULTS.items() if name != "slow"),
    of("decide", st.booleans()),
    FORETOLD,
    SLOW,
    *HANGS,
    CUTS,
    of("jump", JUMPS),
]


def histories(what: list[What], longest: int = 25) -> st.SearchStrategy[list[Event]]:
    return st.lists(st.tuples(GAPS, st.one_of(what)).map(lambda event: (event[0], *event[1])), max_size=longest)


def a_world(kind: Kind, *, twice: bool = False) -> World:
    world = World(twice=twice, plug=Plug(kind=kind))
    world.look()
    return world


def live_through(world: World, history: list[Event]) -> None:
    for gap, name, values in history:
        world.run(gap)
        happen(world, name, values)


@a_property(300)
@given(KINDS, histories(ANYTHING), st.floats(0, 2000))
def test_a_leased_relay_is_never_on_without_permission_for_longer_than_its_lease_and_the_deadline(
    kind: Kind, history: list[Event], after: float
) -> None:
    """Nor is one renewed that is not allowed, nor more than three times a lease; and each trial ends, with OFF told."""
    world = a_world(kind, twice=len(history) < SHORT)
    live_through(world, history)
    world.run(after)
    world.decide(allows=False)
    world.run(2000)


@a_property(150)
@given(SOUND_KINDS, histories(ANYTHING))
def test_once_all_is_well_what_may_listen_is_on_and_on_a_lease_and_stays_so(kind: Kind, history: list[Event]) -> None:
    world = a_world(kind)
    live_through(world, history)
    world.run(2500)  # a restart is over, and a trial
    world.heal()
    world.neighbour(allows=True)
    world.decide(allows=False)
    world.run(1000)
    world.decide(allows=True)
    world.run(150)
    assert world.holds.mute is None
    assert world.plug.closed
    assert world.plug.ends_at is not None
    ran_out = world.ran_out
    world.run(1000)
    assert (world.plug.closed, world.ran_out) == (True, ran_out)


@a_property(100)
@given(SOUND_KINDS, st.lists(st.tuples(st.floats(0, 1000), JUMPS), max_size=6))
def test_a_clock_that_is_set_ends_no_lease(kind: Kind, jumps: list[tuple[float, float]]) -> None:
    world = a_world(kind)
    for gap, seconds in jumps:
        world.run(10 + gap)
        world.jump(seconds)
    world.run(1000)
    assert world.ran_out == 0
    assert world.plug.closed


# A lease that runs from before Home Assistant lost sight of the relay, or its memory, is known only once it is renewed;
# and a hang that ends before the next renewal is due leaves no trace. So what is lost is lost before their eyes.
LOST: list[What] = [
    FORETOLD,
    of("lose", st.sampled_from([0, 2, 3])),
    of("deaf", st.booleans()),
]
AWAY: list[What] = [FORETOLD, *HANGS, *plain("lose_sight", "come_back"), CUTS]


@a_property(100)
@given(st.tuples(st.sampled_from(CONFIRMING), histories(LOST)) | st.tuples(SOUND_KINDS, histories(AWAY)))
def test_where_no_hand_was_no_hand_is_seen(lived: tuple[Kind, list[Event]]) -> None:
    """Leases run out, renewals come late, reports in heaps, power goes and comes: the speaker comes back by itself."""
    kind, history = lived
    world = a_world(kind)
    for gap, name, values in history:
        world.run(gap)
        happen(world, name, values)
        assert world.holds.mute is None
    world.run(2500)
    world.heal()
    world.run(100)
    assert world.holds.mute is None
    assert world.plug.closed


PLAIN: list[What] = [
    *plain("press", "press", "lose_sight", "come_back", "self_test"),
    of("decide", st.booleans()),
    of("neighbour", st.booleans()),
    FORETOLD,
    *HANGS,
    CUTS,
    of("jump", JUMPS),
]


@a_property(150)
@given(KINDS, histories(PLAIN))
def test_a_relay_that_obeys_is_never_on_without_a_lease_while_home_assistant_lives(
    kind: Kind, history: list[Event]
) -> None:
    """So it is off in time, whenever Home Assistant dies."""
    world = a_world(kind)
    for gap, name, values in [*history, (0.0, "look", ())]:
        world.run(gap)
        settled = gap >= 5.2 if world.jumped else gap >= 1.0
        if settled and world.sees(1.0):
            assert not world.plug.closed or world.plug.ends_at is not None
        happen(world, name, values)


@a_property(150)
@given(SOUND_KINDS, st.floats(1, 2000), st.floats(1, 2000), st.sampled_from([0, 2, 3]))
def test_a_dead_guard_leaves_nothing_on_beyond_the_lease_nor_beyond_a_boundary_that_was_known(
    kind: Kind, boundary: float, dies: float, loses: int
) -> None:
    """But for the first lease of a length that stands, and for one that was told later as the last one got lost."""
    world = World(plug=Plug(kind=kind), until=boundary)
    world.look()
    world.later(boundary, lambda: world.decide(allows=False))
    world.run(0.5)
    world.lose(loses)
    world.run(dies - 0.5)
    world.restart(10_000)
    assert kind.clock is not None
    lease = (kind.clock.fixed or world.speaker.lease).total_seconds()
    world.run(lease + 1)
    assert not world.plug.closed
    knows = boundary + TAIL.total_seconds()
    if not kind.clock.per_grant:
        knows = max(knows + (lease / 3 if loses else 0), lease)
    assert world.off_at <= knows + 1


@a_property(150)
@given(
    SOUND_KINDS,
    st.floats(20, 1500),
    st.floats(0, 60),
    st.floats(0, 1500),
    st.sampled_from([(0.1, 0), (2.0, 0), (0.1, 2)]),
)
def test_a_permission_that_goes_on_beyond_its_known_end_lets_nothing_go_off(
    kind: Kind, boundary: float, before: float, further: float, air: tuple[float, int]
) -> None:
    """Though every other message gets lost, and it was prolonged in the last moment."""
    world = World(plug=Plug(kind=kind), until=boundary)
    world.slow(air[0])
    world.look()
    world.lose(air[1])
    world.run(max(boundary - before, 0))
    world.until = None if further > 1000 else world.true + before + further
    world.look()
    world.run(min(before + further, 1400) - TICK)
    assert world.ran_out == 0
    assert world.plug.closed
    assert world.holds.mute is None


@a_property(200)
@given(
    SOUND_KINDS,
    st.floats(70, 1300),
    st.sampled_from([0.05, 0.5, 2.5]),
    st.sampled_from([0.05, 2.5, 7.0]),
    st.sampled_from([0, 2, 3]),
)
def test_what_a_hand_turned_off_stays_off(
    kind: Kind, pressed: float, delay: float, reports_after: float, loses: int
) -> None:
    """A renewal that is an ON, and was on its way, is undone within its report and a command; the others do nothing."""
    world = a_world(kind)
    world.slow(delay, reports_after)
    world.lose(loses)
    world.run(pressed)
    assume(world.plug.closed)
    slack = DUE_SLACK.total_seconds() + reports_after + TICK
    assume(all(abs(pressed - end) > slack for end in world.lease_ends))
    world.press()
    world.lose(0)
    world.run(2 * (delay + reports_after) + 1)
    assert not world.plug.closed
    assert kind.clock is not None
    assert world.on_after(pressed) <= TICK + (delay + reports_after if kind.clock.renewed_by_on else 0)
    world.run(1000)
    assert not world.plug.closed
    assert world.holds.mute is not None
    assert world.holds.mute.by_hand
    world.press()
    world.run(1000)
    assert world.plug.closed


# --- Trials of real plugs


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("meter", [True, False])
def test_a_plug_with_a_clock_is_proven_and_comes_back_on(kind: Kind, meter: bool) -> None:
    world = World(plug=Plug(kind=kind))
    if meter:
        world.see(meter=watts(3.0, -1))
    world.look()
    world.run(100)
    world.self_test()
    world.run(400)
    assert [finding.verdict for finding in world.findings] == [Verdict.PROVEN]
    assert world.findings[0].meter is (MeterSays.AGREES if meter else MeterSays.NONE)
    assert world.plug.closed
    assert world.holds.mute is None


@pytest.mark.parametrize("kind", SOUND)
def test_a_plug_that_ignores_its_clock_is_found_out_and_left_off(kind: Kind) -> None:
    world = a_world(kind)
    world.run(100)
    world.plug.ignores = True
    world.self_test()
    world.run(400)
    assert [finding.verdict for finding in world.findings] == [Verdict.IGNORED]


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize(("on", "verdict"), [(False, Verdict.STAYED_OFF), (True, Verdict.CAME_ON)])
def test_a_plug_whose_power_is_cut_shows_how_it_comes_up(kind: Kind, on: bool, verdict: Verdict) -> None:
    world = a_world(kind)
    world.run(105)
    world.power_test()
    world.run(60)
    world.cut(20, on=on)
    world.run(100)
    assert [finding.verdict for finding in world.findings] == [verdict]
    assert world.plug.closed
