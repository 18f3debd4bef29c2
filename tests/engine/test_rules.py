"""Rules: how far what was said is believed, and when a rule counts."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.model import Because, Effect, Vote
from custom_components.earlid.engine.rules import (
    Fact,
    Presence,
    Quantifier,
    Rule,
    RuleMemory,
    Said,
    Standing,
    Told,
    after_start,
    believe,
    stand,
)
from custom_components.earlid.engine.windows import Window

from .factories import DAY, HOUR, a_property, at, span

TRUST = 120
ALICE, BOB = "person.alice", "person.bob"


def a_rule(effect: Effect, source: Window | Presence | Told, **changes: Any) -> Rule:
    return Rule(slug="rule", name="Rule", effect=effect, source=source, **changes)


def presence(quantifier: Quantifier = Quantifier.ANY, *, hold_for: float = 0, linger: float = 0) -> Presence:
    return Presence((ALICE,), quantifier, span(hold_for), span(linger))


def said(**facts: Fact | None) -> Said:
    """Return what persons said, by first name."""
    return Said(facts={f"person.{name}": fact for name, fact in facts.items() if fact}, trust_for=span(TRUST))


class Home:
    """One rule as time goes by and Alice comes and goes; None: nobody knows."""

    def __init__(self, rule: Rule, memory: RuleMemory | None = None) -> None:
        self.rule = rule
        self.memory = memory
        self.standing: Standing | None = None
        self.fact: Fact | None = None

    def look(self, seconds: float, alice: bool | None) -> Standing:
        """Return where the rule stands at this second, with what Alice's entity says."""
        self.fact = believe(self.fact, alice, at(seconds))
        known = said(alice=self.fact)
        self.standing = stand(self.rule, known, at(seconds), previous=self.standing, memory=self.memory)
        return self.standing


# --- Facts have an age


def test_what_an_entity_says_counts_however_long_ago_it_said_so() -> None:
    assert believe(None, said=True, now=at(0)) == Fact(value=True)
    assert Fact(value=True).at(at(100 * DAY), span(TRUST)) is True


def test_nothing_is_believed_of_an_entity_that_never_said_anything() -> None:
    assert believe(None, None, at(0)) is None


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize(("seconds", "counts"), [(0, True), (119.9, True), (120, False), (5000, False)])
def test_the_last_value_counts_for_trust_for_after_an_entity_falls_silent(
    value: bool, seconds: float, counts: bool
) -> None:
    fact = believe(Fact(value), None, at(0))
    assert fact is not None
    assert fact.at(at(seconds), span(TRUST)) is (value if counts else None)


def test_falling_silent_again_and_again_gives_no_new_trust() -> None:
    fact = believe(Fact(value=True), None, at(0))
    assert believe(fact, None, at(100)) == fact


def test_an_entity_that_speaks_again_is_believed_again() -> None:
    assert believe(Fact(value=True, lost_at=at(0)), said=False, now=at(500)) == Fact(value=False)


def test_a_fact_lost_in_what_is_now_the_future_counts_no_more() -> None:
    """The clock was set back by an hour: how old the fact is, nobody knows."""
    assert Fact(value=True, lost_at=at(HOUR)).at(at(0), span(TRUST)) is None


@pytest.mark.parametrize(
    ("stored", "alive", "counts_until"),
    [
        (Fact(value=True), 0, TRUST),  # at the start it falls silent, and has the trust of any silence
        (Fact(value=True), -HOUR, TRUST),
        (Fact(value=True), -HOUR - 1, None),  # too old
        (Fact(value=True, lost_at=at(-60)), 0, TRUST - 60),  # was silent before: no new trust
        (Fact(value=True, lost_at=at(-500)), 0, 0),
        (Fact(value=True, lost_at=at(-HOUR - 1)), 0, None),
    ],
)
def test_stored_facts_count_after_a_start(stored: Fact, alive: float, counts_until: float | None) -> None:
    fact = after_start(stored, at(alive), at(0))
    assert (fact is None) is (counts_until is None)
    if fact is not None and counts_until is not None:
        assert fact.at(at(counts_until - 1), span(TRUST)) is (True if counts_until else None)
        assert fact.at(at(counts_until), span(TRUST)) is None


def test_a_loop_of_restarts_does_not_stretch_a_fact() -> None:
    fact: Fact | None = Fact(value=True)
    for start in range(0, 10 * 60, 60):
        assert fact is not None
        fact = after_start(fact, at(start), at(start + 1))
    assert fact is not None
    assert fact.at(at(TRUST + 1), span(TRUST)) is None


# --- Quantifiers


@pytest.mark.parametrize("quantifier", Quantifier)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_quantifier_is_unknown_exactly_where_an_unknown_one_could_turn_it(quantifier: Quantifier, count: int) -> None:
    plain: dict[Quantifier, Callable[[Iterable[bool]], bool]] = {
        Quantifier.ANY: any,
        Quantifier.ALL: all,
        Quantifier.NONE: lambda values: not any(values),
    }
    for values in product([True, False, None], repeat=count):
        could_be = {
            plain[quantifier](value if known is None else known for value, known in zip(guess, values, strict=True))
            for guess in product([True, False], repeat=count)
        }
        expected = could_be.pop() if len(could_be) == 1 else None
        assert quantifier.of(values) is expected


# --- Presence


@pytest.mark.parametrize(
    ("quantifier", "alice", "bob", "in_force"),
    [
        (Quantifier.ANY, True, None, True),
        (Quantifier.ANY, False, False, False),
        (Quantifier.ALL, True, True, True),
        (Quantifier.ALL, True, False, False),
        (Quantifier.NONE, False, False, True),
        (Quantifier.NONE, None, True, False),
    ],
)
@pytest.mark.parametrize("effect", Effect)
def test_a_presence_rule_counts_while_its_people_are_there(
    effect: Effect, quantifier: Quantifier, alice: bool | None, bob: bool | None, in_force: bool
) -> None:
    rule = a_rule(effect, Presence((ALICE, BOB), quantifier))
    known = said(alice=believe(None, alice, at(0)), bob=believe(None, bob, at(0)))
    standing = stand(rule, known, at(0))
    assert (standing.in_force, standing.known, standing.flips) == (in_force, True, ())


@pytest.mark.parametrize("source", [presence(), Told(ALICE)])
@pytest.mark.parametrize("effect", Effect)
def test_unknown_counts_against_listening(effect: Effect, source: Presence | Told) -> None:
    standing = stand(a_rule(effect, source), said(), at(0))
    assert standing.in_force is (effect is Effect.MUTE)
    assert not standing.known


@pytest.mark.parametrize("source", [presence(), Told(ALICE)])
def test_a_rule_is_looked_at_again_when_trust_runs_out(source: Presence | Told) -> None:
    home = Home(a_rule(Effect.LISTEN, source))
    assert home.look(0, alice=True).recheck_at is None
    lost = home.look(10, alice=None)
    assert (lost.in_force, lost.recheck_at) == (True, at(10 + TRUST))
    over = home.look(10 + TRUST, alice=None)
    assert (over.in_force, over.known, over.recheck_at) == (False, False, None)


def test_of_two_that_fell_silent_the_first_is_looked_at_first() -> None:
    rule = a_rule(Effect.LISTEN, Presence((ALICE, BOB), Quantifier.ANY))
    known = said(alice=Fact(value=True, lost_at=at(-30)), bob=Fact(value=True, lost_at=at(-20)))
    assert stand(rule, known, at(0)).recheck_at == at(TRUST - 30)


def test_a_rule_counts_only_after_it_has_held_for_its_time() -> None:
    home = Home(a_rule(Effect.LISTEN, presence(hold_for=600)))
    home.look(0, alice=False)
    waiting = home.look(60, alice=True)
    assert (waiting.in_force, waiting.flips, waiting.vote.until) == (False, (at(660),), at(660))
    assert not home.look(659, alice=True).in_force
    settled = home.look(660, alice=True)
    assert (settled.in_force, settled.flips) == (True, ())


def test_a_short_absence_starts_the_time_anew() -> None:
    home = Home(a_rule(Effect.LISTEN, presence(hold_for=600)))
    home.look(0, alice=False)
    home.look(60, alice=True)
    assert home.look(500, alice=False).flips == ()
    assert home.look(510, alice=True).flips == (at(1110),)


def test_a_rule_lingers_after_it_stopped_to_hold() -> None:
    home = Home(a_rule(Effect.MUTE, presence(linger=300)))
    home.look(0, alice=True)
    lingering = home.look(60, alice=False)
    assert (lingering.in_force, lingering.flips) == (True, (at(360),))
    assert home.look(359, alice=False).in_force
    assert not home.look(360, alice=False).in_force


def test_a_return_while_it_lingers_keeps_it_in_force() -> None:
    home = Home(a_rule(Effect.MUTE, presence(linger=300)))
    home.look(0, alice=True)
    home.look(60, alice=False)
    assert home.look(200, alice=True).flips == ()
    assert home.look(210, alice=False).flips == (at(510),)


def test_after_unknown_an_allow_rule_has_to_hold_anew() -> None:
    home = Home(a_rule(Effect.LISTEN, presence(hold_for=600)))
    home.look(0, alice=True)
    assert home.look(600, alice=True).in_force
    assert home.look(700, alice=None).in_force
    assert not home.look(700 + TRUST, alice=None).in_force
    assert home.look(900, alice=True).flips == (at(1500),)


def test_after_unknown_a_mute_rule_lingers() -> None:
    home = Home(a_rule(Effect.MUTE, presence(linger=300)))
    home.look(0, alice=False)
    home.look(1, alice=None)
    assert home.look(1 + TRUST, alice=None).in_force
    assert home.look(200, alice=False).flips == (at(500),)


@pytest.mark.parametrize(("effect", "at_once"), [(Effect.MUTE, True), (Effect.LISTEN, False)])
def test_at_first_sight_a_mute_rule_counts_at_once_and_an_allow_rule_waits(effect: Effect, at_once: bool) -> None:
    standing = stand(a_rule(effect, presence(hold_for=600)), said(alice=Fact(value=True)), at(0))
    assert standing.in_force is at_once


def test_after_a_start_a_rule_goes_on_waiting_where_it_was() -> None:
    remembered = RuleMemory(raw=True, since=at(-500), in_force=False)
    home = Home(a_rule(Effect.LISTEN, presence(hold_for=600)), remembered)
    assert home.look(0, alice=True).flips == (at(100),)
    assert home.look(100, alice=True).in_force


def test_a_restart_in_which_nothing_else_changed_moves_no_rule() -> None:
    """Alice's entity comes back within the trust; until then and after, the rule stands as it did."""
    for effect in Effect:
        rule = a_rule(effect, presence(hold_for=600, linger=600))
        home = Home(rule)
        home.look(-2000, alice=False)
        home.look(-1000, alice=True)
        before = home.look(-1, alice=True)
        assert before.in_force
        again = Home(rule, before.memory)
        again.fact = after_start(Fact(value=True), at(-1), at(30))
        assert again.look(30, alice=None).in_force
        assert again.look(60, alice=True).in_force
        assert again.look(60, alice=True).flips == ()


# --- Told facts and windows


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("value", [True, False])
def test_a_calendar_rule_knows_when_it_will_change(effect: Effect, value: bool) -> None:
    facts = Said(facts={ALICE: Fact(value)}, trust_for=span(TRUST), until={ALICE: at(100)})
    standing = stand(a_rule(effect, Told(ALICE)), facts, at(0))
    assert (standing.in_force, standing.flips, standing.vote.until) == (value, (at(100),), at(100))
    assert standing.in_force_at(at(99)) is value
    assert standing.in_force_at(at(100)) is not value


@pytest.mark.parametrize("fact", [Fact(value=True), Fact(value=True, lost_at=at(-TRUST))])
@pytest.mark.parametrize("until", [None, -1, 0, 1])
def test_a_change_in_the_past_or_of_a_silent_calendar_is_none(fact: Fact, until: float | None) -> None:
    known = {} if until is None else {ALICE: at(until)}
    standing = stand(
        a_rule(Effect.MUTE, Told(ALICE)), Said(facts={ALICE: fact}, trust_for=span(TRUST), until=known), at(0)
    )
    assert bool(standing.flips) is (until == 1 and fact.lost_at is None)


NIGHT = Window(frozenset(range(7)), time(22), time(6), Effect.MUTE, ZoneInfo("Europe/Berlin"))
MIDSUMMER_NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_a_schedule_shows_a_week_of_what_is_to_come() -> None:
    standing = stand(a_rule(Effect.MUTE, NIGHT), said(), MIDSUMMER_NOON)
    assert not standing.in_force
    assert standing.known
    assert standing.vote.until == standing.flips[0] == datetime(2026, 7, 1, 20, tzinfo=UTC)
    assert len(standing.flips) == 2 * 8


def test_a_schedule_that_never_changes_has_no_end() -> None:
    always = Window(frozenset(range(7)), time(0), time(0), Effect.MUTE, ZoneInfo("Europe/Berlin"))
    standing = stand(a_rule(Effect.MUTE, always), said(), MIDSUMMER_NOON)
    assert (standing.in_force, standing.flips, standing.vote.until) == (True, (), None)
    again = stand(standing.rule, said(), MIDSUMMER_NOON + span(DAY - 1), previous=standing)
    assert again is standing
    a_day_later = stand(standing.rule, said(), MIDSUMMER_NOON + span(DAY), previous=standing)
    assert a_day_later is not standing, "or what it shows of the week to come grew shorter and shorter"


def test_a_boundary_just_eight_days_away_is_shown() -> None:
    nights = stand(a_rule(Effect.MUTE, NIGHT), said(), datetime(2026, 7, 1, 20, tzinfo=UTC))
    assert nights.flips[-1] == datetime(2026, 7, 9, 20, tzinfo=UTC)


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("source", [NIGHT, Told("calendar.home"), presence()])
def test_a_rule_speaks_in_its_own_name(effect: Effect, source: Window | Presence | Told) -> None:
    rule = a_rule(effect, source)
    standing = stand(rule, said(), MIDSUMMER_NOON)
    assert standing.rule is rule
    assert replace(standing.vote, until=None) == Vote(Because.RULE, effect, "rule", "Rule")


@pytest.mark.parametrize(
    ("seconds", "same"),
    [(0, True), (9 * HOUR, True), (10 * HOUR, False), (11 * HOUR, False), (25 * HOUR, False), (-1, False)],
)
def test_a_schedule_is_not_computed_anew_before_its_next_boundary(seconds: float, same: bool) -> None:
    """It is dear; but not after the boundary, nor when the clock was set back, nor a day later."""
    standing = stand(a_rule(Effect.MUTE, NIGHT), said(), MIDSUMMER_NOON)
    assert (stand(standing.rule, said(), MIDSUMMER_NOON + span(seconds), previous=standing) is standing) is same


def test_a_changed_schedule_is_computed_anew() -> None:
    standing = stand(a_rule(Effect.MUTE, NIGHT), said(), MIDSUMMER_NOON)
    changed = a_rule(Effect.MUTE, Window(NIGHT.days, time(10), time(14), Effect.MUTE, NIGHT.zone))
    assert stand(changed, said(), MIDSUMMER_NOON, previous=standing).in_force


@a_property(150)
@given(st.lists(st.integers(0, 20 * HOUR), min_size=1, max_size=30))
def test_a_remembered_schedule_agrees_with_one_computed_anew(gaps: list[int]) -> None:
    rule = a_rule(Effect.MUTE, NIGHT)
    moment = datetime(2026, 10, 20, tzinfo=UTC)
    standing: Standing | None = None
    for gap in gaps:
        moment += span(gap)
        standing = stand(rule, said(), moment, previous=standing)
        fresh = stand(rule, said(), moment)
        assert (standing.in_force, standing.flips[:4]) == (fresh.in_force, fresh.flips[:4])


@pytest.mark.parametrize(
    ("source", "keys"), [(NIGHT, ()), (Told("calendar.home"), ("calendar.home",)), (presence(), (ALICE,))]
)
def test_a_rule_knows_what_it_stands_on(source: Window | Presence | Told, keys: tuple[str, ...]) -> None:
    assert a_rule(Effect.MUTE, source).keys == keys


def test_a_rule_concerns_its_speakers_and_one_without_any_concerns_all() -> None:
    assert a_rule(Effect.MUTE, NIGHT, speakers=frozenset({"kitchen"})).concerns("kitchen")
    assert not a_rule(Effect.MUTE, NIGHT, speakers=frozenset({"kitchen"})).concerns("bedroom")
    assert a_rule(Effect.MUTE, NIGHT).concerns("bedroom")


def _steps() -> st.SearchStrategy[list[tuple[int, bool | None]]]:
    return st.lists(st.tuples(st.integers(1, 400), st.sampled_from([True, False, None])), min_size=1, max_size=25)


@a_property(200)
@given(st.sampled_from(Effect), st.sampled_from([0, 60, 600]), st.sampled_from([0, 60, 600]), _steps())
def test_a_presence_rule_agrees_with_its_whole_history(
    effect: Effect, hold_for: int, linger: int, steps: list[tuple[int, bool | None]]
) -> None:
    """Second by second, from all that was ever said, against the rule that remembers three things."""
    home = Home(a_rule(effect, presence(hold_for=hold_for, linger=linger)))
    now, alice = 0, steps[0][1]
    believed = _Slow(effect, hold_for, linger)
    for gap, value in steps:
        for second in range(now, now + gap):
            expected = believed.second(alice)
            if second == now or (home.standing is not None and _is_due(home.standing, second)):
                home.look(second, alice)
            assert home.standing is not None
            assert home.standing.in_force is expected, second
        now, alice = now + gap, value


def _is_due(standing: Standing, second: int) -> bool:
    return at(second) in (*standing.flips, standing.recheck_at)


class _Slow:
    """The contract's words, one second at a time."""

    def __init__(self, effect: Effect, hold_for: int, linger: int) -> None:
        self.effect, self.hold_for, self.linger = effect, hold_for, linger
        self.last: bool | None = None
        self.silent_for = 0
        self.raw: list[bool | None] = []
        self.in_force = False

    def second(self, alice: bool | None) -> bool:
        if alice is None:
            raw = self.last if self.silent_for < TRUST else None
            self.silent_for += 1
        else:
            raw, self.last, self.silent_for = alice, alice, 0
        if not self.raw:
            self.in_force = bool(raw) and self.effect is Effect.MUTE
        self.raw.append(raw)
        wait = self.linger if self.in_force else self.hold_for
        if raw is None:
            self.in_force = self.effect is Effect.MUTE
        elif self.raw[-wait - 1 :] == [raw] * (wait + 1):
            self.in_force = raw
        return self.in_force
