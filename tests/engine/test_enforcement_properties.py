"""What holds under arbitrary faults. The world itself checks each step; see `world.py` for the checks."""

from hypothesis import given, strategies as st

from custom_components.earlid.engine.model import Command

from .factories import HOUR, a_property, watts
from .promises import BACKOFF, HEARTBEAT, REASSERT, SLACK
from .world import World

# Two commands one after the other and their reports, at the slowest that a healthy plug is.
OBEYS_WITHIN = 1.0

type Event = tuple[float, str, tuple[object, ...]]

FAULTS = {
    "decide": st.booleans(),
    "neighbour": st.booleans(),
    "deaf": st.booleans(),
    "weld": st.booleans(),
    "lose": st.sampled_from([0, 2, 3]),
    "slow": st.sampled_from([0.1, 1.5, 7.0, 40.0]),
}
JUMPS = st.sampled_from([-5 * HOUR, -HOUR, -60.0, -5.1, -4.9, -1.0, 1.0, 4.9, 60.0, 5 * HOUR])
GAPS = st.sampled_from([0.0, 0.05, 0.2, 0.3, 1.0, 2.5, 5.0, 9.0, 11.0, 31.0, 61.0, 200.0, 1000.0, 4000.0])


def an_event(*, jumps: bool) -> st.SearchStrategy[Event]:
    """Return something that happens, and how long after what happened before."""
    plain = [st.just((name, ())) for name in ("press", "press", "lose_sight", "come_back", "heard")]
    faults = [st.tuples(st.just(name), st.tuples(values)) for name, values in FAULTS.items()]
    rare = [st.sampled_from([0.5, 20.0, 300.0]).map(lambda away: ("restart", (away,)))]
    if jumps:
        rare.append(JUMPS.map(lambda seconds: ("jump", (seconds,))))
    what = st.one_of(*plain, *faults, *rare)
    return st.tuples(GAPS, what).map(lambda event: (event[0], *event[1]))


def events(*, jumps: bool = True) -> st.SearchStrategy[list[Event]]:
    return st.lists(an_event(jumps=jumps), max_size=25)


def live_through(history: list[Event], *, meter: bool, extra_looks: list[float] | None = None) -> World:
    """Return the world after this history; `extra_looks`: at which parts of each gap the guard looks without need."""
    world = World()
    if meter:
        world.see(meter=watts(3.0, -1))
    world.look()
    for gap, name, values in history:
        for part in extra_looks or ():
            world.later(gap * part, world.look)
        world.run(gap)
        getattr(world, name)(*values)
    return world


def worst(*, jumps: bool) -> st.SearchStrategy[list[Event]]:
    """Return what the worst moments are made of: a decision to a plug that fails, and then something else."""
    fault = st.sampled_from(
        [("deaf", (True,)), ("weld", (True,)), ("lose", (2,)), ("lose_sight", ()), ("slow", (40.0,))]
    )
    then: list[st.SearchStrategy[tuple[str, tuple[object, ...]]]]
    then = [st.sampled_from(["look", "press", "come_back", "heard"]).map(lambda name: (name, ()))]
    if jumps:
        then.append(JUMPS.map(lambda seconds: ("jump", (seconds,))))
    what = st.tuples(fault, st.booleans(), GAPS, st.one_of(then), GAPS, st.one_of(then))
    return st.just([]) | what.map(
        lambda w: [(400.0, *w[0]), (0.0, "decide", (w[1],)), (w[2], *w[3]), (w[4], *w[5]), (2000.0, "look", ())]
    )


@a_property(300)
@given(events(), worst(jumps=True), st.booleans(), st.floats(0, 2000))
def test_while_not_allowed_and_not_proven_off_off_is_always_on_its_way_again(
    history: list[Event], then: list[Event], meter: bool, after: float
) -> None:
    """And ON is never sent without a decision, and the same facts and memory give the same step."""
    world = live_through([*history, *then], meter=meter)
    world.run(after)
    world.decide(allows=False)
    world.run(after)


@a_property(200)
@given(events(), worst(jumps=True), st.booleans())
def test_once_the_relay_obeys_again_it_is_reported_off_within_the_backoff(
    history: list[Event], then: list[Event], meter: bool
) -> None:
    world = live_through([*history, *then], meter=meter)
    world.run(400)  # a restart is over, and what was slow has arrived
    world.decide(allows=False)
    world.heal()
    stale = world.plug.closed and world.readings.relay.value is False
    jump = SLACK + HEARTBEAT if world.jumped else 0
    world.run((REASSERT if stale else BACKOFF) + jump + OBEYS_WITHIN)
    assert not world.plug.closed
    assert world.readings.relay.value is False
    assert world.last is not None
    heard_at = world.readings.heard_at
    if heard_at is not None:
        if heard_at > world.wall:
            return  # it was heard in what is now the future: when that is answered, nobody can tell
        world.run(max(0.0, 61 - (world.wall - heard_at).total_seconds()) + BACKOFF + jump + OBEYS_WITHIN)
    assert world.last.proof.off
    assert world.last.breach is None


@a_property(120)
@given(events(jumps=False), worst(jumps=False), st.booleans(), st.lists(st.floats(0.01, 0.99), min_size=1, max_size=8))
def test_looking_without_need_changes_no_command(
    history: list[Event], then: list[Event], meter: bool, looks: list[float]
) -> None:
    """So a missed event, a wrong timer and a busy home end as a quiet one does."""
    history = [*history, *then, (2000.0, "look", ())]
    needed = live_through(history, meter=meter)
    often = live_through(history, meter=meter, extra_looks=looks)
    assert [(round(when, 3), command) for when, command in needed.sent] == [
        (round(when, 3), command) for when, command in often.sent
    ]
    assert needed.readings == often.readings


@a_property(100)
@given(st.lists(st.tuples(GAPS, st.sampled_from(["press", "look"])), max_size=40))
def test_a_plug_that_obeys_is_off_within_a_second_of_each_press(presses: list[tuple[float, str]]) -> None:
    world = World()
    world.look()
    world.decide(allows=False)
    world.run(1)
    for gap, name in presses:
        getattr(world, name)()
        world.run(1)
        assert not world.plug.closed
        world.run(gap)
    assert Command.ON not in {command for _, command in world.sent}


@a_property(60)
@given(st.integers(0, 5000), st.booleans())
def test_a_healthy_home_sends_one_command_for_each_decision(seconds: int, meter: bool) -> None:
    """A restart in the midst of it switches nothing that should stay."""
    world = World()
    if meter:
        world.see(meter=watts(3.0, -1))
    world.look()
    world.decide(allows=False)
    world.run(100)
    world.decide(allows=True)
    world.run(60)
    assert [command for _, command in world.sent] == [Command.OFF, Command.ON]
    world.restart(5)
    world.run(seconds)
    assert [command for _, command in world.sent] == [Command.OFF, Command.ON]
    assert world.plug.closed
