"""Who decides, what lost, until when, and when a hold is over."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations, pairwise, product
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.model import Because, Decision, Effect, Hold, Holds, Vote
from custom_components.earlid.engine.policy import (
    LONGEST_UNKNOWN,
    Facts,
    decide,
    next_change,
    plan,
    surviving,
    until_next_change,
)
from custom_components.earlid.engine.rules import Rule, Standing, Told

from .factories import DAY, HOUR, a_decision, a_property, a_speaker, at

MUTE, LISTEN = Effect.MUTE, Effect.LISTEN


def a_standing(effect: Effect, *, in_force: bool = True, flips: tuple[float, ...] = (), slug: str = "rule") -> Standing:
    rule = Rule(slug=slug, name=slug.title(), effect=effect, source=Told(slug))
    moments = tuple(at(flip) for flip in flips)
    vote = Vote(Because.RULE, effect, slug, slug.title(), moments[0] if moments else None)
    return Standing(rule, in_force, known=True, vote=vote, flips=moments)


def a_hold(effect: Effect, until: float | None = HOUR, **changes: Any) -> Hold:
    return Hold(effect=effect, at=at(-60), until=None if until is None else at(until), **changes)


# The contract's precedence, high to low, each level with what makes it speak.
LEVELS = ("lockdown", "hold mute", "hold listen", "mute rule", "allow rule", "posture")
MUTING = {"lockdown", "hold mute", "mute rule"}
KIND = {
    "lockdown": Because.LOCKDOWN,
    "hold mute": Because.HOLD,
    "hold listen": Because.HOLD,
    "mute rule": Because.RULE,
    "allow rule": Because.RULE,
    "posture": Because.POSTURE,
}


def a_home(levels: tuple[str, ...], posture: Effect) -> Facts:
    """Return a home in which exactly these levels speak, and the posture, as it always does."""
    return Facts(
        speaker=a_speaker(posture=posture),
        standings=tuple(
            a_standing(effect, in_force=name in levels, slug=name.replace(" ", "_"))
            for effect, name in ((LISTEN, "allow rule"), (MUTE, "mute rule"))
        ),
        holds=Holds(
            mute=a_hold(MUTE) if "hold mute" in levels else None,
            listen=a_hold(LISTEN) if "hold listen" in levels else None,
        ),
        lockdown="lockdown" in levels,
    )


SPOKEN = [levels for count in range(6) for levels in combinations(LEVELS[:-1], count)]


@pytest.mark.parametrize("posture", Effect)
@pytest.mark.parametrize("levels", SPOKEN, ids=" + ".join)
def test_the_highest_voice_decides_and_the_trace_keeps_the_rest(levels: tuple[str, ...], posture: Effect) -> None:
    decision = decide(a_home(levels, posture), at(0))
    spoken = [*levels, "posture"]
    if "lockdown" in spoken and "hold listen" in spoken:
        spoken.remove("hold listen")  # lockdown ends every listen hold
    effects = [MUTE if level in MUTING else posture if level == "posture" else LISTEN for level in spoken]
    trace = [(vote.because, vote.effect) for vote in (decision.because, *decision.lost)]
    assert trace == [(KIND[level], effect) for level, effect in zip(spoken, effects, strict=True)]
    assert decision.may_listen is (effects[0] is LISTEN)
    rules = [effect for level, effect in zip(spoken, effects, strict=True) if level in LEVELS[3:]]
    assert decision.base is (rules[0] is LISTEN)


@pytest.mark.parametrize(("high", "low"), list(combinations(range(len(LEVELS)), 2)))
def test_of_every_pair_of_levels_the_higher_wins(high: int, low: int) -> None:
    upper, lower = LEVELS[high], LEVELS[low]
    for posture in Effect:
        decision = decide(a_home((upper, lower), posture), at(0))
        assert decision.because.because is KIND[upper]
        assert decision.may_listen is (upper not in MUTING)


def standings() -> st.SearchStrategy[tuple[Standing, ...]]:
    one = st.builds(
        lambda effect, in_force, flips: a_standing(effect, in_force=in_force, flips=tuple(sorted(flips))),
        st.sampled_from(Effect),
        st.booleans(),
        st.sets(st.integers(1, 400).map(lambda minute: minute * 60), max_size=6),
    )
    return st.lists(one, max_size=5).map(tuple)


def holds(effect: Effect) -> st.SearchStrategy[Hold | None]:
    return st.none() | st.builds(
        Hold,
        effect=st.just(effect),
        at=st.integers(-HOUR, HOUR).map(at),
        until=st.none() | st.integers(-HOUR, HOUR).map(at),
        ends_when_base_leaves=st.none() | st.booleans(),
        by_hand=st.booleans(),
    )


@a_property(400)
@given(standings(), holds(MUTE), holds(LISTEN), st.booleans(), st.sampled_from(Effect))
def test_never_allowed_while_a_higher_mute_holds(
    rules: tuple[Standing, ...], mute: Hold | None, listen: Hold | None, lockdown: bool, posture: Effect
) -> None:
    facts = Facts(
        speaker=a_speaker(posture=posture), standings=rules, holds=Holds(mute=mute, listen=listen), lockdown=lockdown
    )
    decision = decide(facts, at(0))
    kept = surviving(facts.holds, base=decision.base, lockdown=lockdown, now=at(0))
    muted = any(s.in_force and s.rule.effect is MUTE for s in rules)
    allowed = any(s.in_force and s.rule.effect is LISTEN for s in rules) or posture is LISTEN
    if lockdown or kept.mute is not None:
        assert not decision.may_listen
    elif kept.listen is not None:
        assert decision.may_listen
    else:
        assert decision.may_listen is (allowed and not muted)
    trace = (decision.because, *decision.lost)
    assert {vote for vote in trace if vote.because is Because.RULE} == {s.vote for s in rules if s.in_force}
    assert len(trace) == 1 + lockdown + sum(s.in_force for s in rules) + sum(
        hold is not None for hold in (kept.mute, kept.listen)
    )


def test_until_is_the_end_of_the_hold_that_decides_and_else_the_next_change() -> None:
    for levels, until in ((("hold mute",), at(HOUR)), (("mute rule",), at(99)), ((), at(99)), (("lockdown",), None)):
        home = a_home(levels, LISTEN)
        facts = Facts(
            speaker=home.speaker,
            standings=home.standings,
            next_change=at(99),
            holds=home.holds,
            lockdown=home.lockdown,
        )
        decision = decide(facts, at(0))
        assert (decision.until, decision.next_change) == (until, at(99))


# --- Holds


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize(("now", "holds_on"), [(-60, True), (0, True), (HOUR - 1, True), (HOUR, False), (DAY, False)])
def test_a_hold_lasts_its_time(effect: Effect, now: float, holds_on: bool) -> None:
    hold = a_hold(effect)
    kept = surviving(Holds(**{effect.value: hold}), base=False, lockdown=False, now=at(now))
    assert getattr(kept, effect.value) == (hold if holds_on else None)


def test_a_mute_without_end_lasts_until_resumed() -> None:
    held = Holds(mute=a_hold(MUTE, until=None))
    assert surviving(held, base=True, lockdown=False, now=at(1000 * DAY)) is held


def test_a_mute_hold_lets_the_listen_hold_beneath_go_on() -> None:
    held = Holds(mute=a_hold(MUTE, until=60), listen=a_hold(LISTEN))
    facts = Facts(speaker=a_speaker(posture=MUTE), holds=held)
    assert not decide(facts, at(0)).may_listen
    assert decide(facts, at(60)).may_listen
    assert not decide(facts, at(HOUR)).may_listen


def test_lockdown_ends_every_listen_hold_and_no_mute_hold() -> None:
    held = Holds(mute=a_hold(MUTE), listen=a_hold(LISTEN))
    assert surviving(held, base=True, lockdown=True, now=at(0)) == Holds(mute=held.mute)


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("base", [True, False])
def test_a_hold_until_the_next_change_ends_when_the_rules_change_their_mind(effect: Effect, base: bool) -> None:
    decision = a_decision(may_listen=base, next_change=HOUR)
    hold = until_next_change(effect, decision, at(0))
    assert hold == Hold(effect=effect, at=at(0), until=at(HOUR), ends_when_base_leaves=base)
    held = Holds(**{effect.value: hold})
    assert surviving(held, base=base, lockdown=False, now=at(HOUR - 1)) is held
    assert surviving(held, base=not base, lockdown=False, now=at(5)) == Holds()
    assert surviving(held, base=base, lockdown=False, now=at(HOUR)) == Holds()


def test_a_hold_until_a_change_that_nobody_knows_ends_after_twelve_hours() -> None:
    hold = until_next_change(MUTE, a_decision(may_listen=True), at(0), by_hand=True)
    assert hold.until == at(12 * HOUR)
    assert hold.by_hand
    assert timedelta(hours=12) == LONGEST_UNKNOWN


@pytest.mark.parametrize(("back", "holds_on"), [(1, True), (5, True), (6, False), (5 * HOUR, False)])
def test_a_listen_hold_ends_when_the_clock_was_set_back_before_it_began(back: float, holds_on: bool) -> None:
    """Else it would last its length and the step of the clock on top."""
    held = Holds(listen=Hold(effect=LISTEN, at=at(0), until=at(HOUR)))
    kept = surviving(held, base=True, lockdown=False, now=at(-back))
    assert kept == (held if holds_on else Holds())


def test_a_mute_hold_outlasts_a_clock_that_was_set_back() -> None:
    held = Holds(mute=Hold(effect=MUTE, at=at(0), until=at(HOUR)))
    assert surviving(held, base=True, lockdown=False, now=at(-5 * HOUR)) is held


# --- The next change


def may_listen_at(posture: Effect, rules: tuple[Standing, ...], minute: int) -> bool:
    now = at(minute * 60)
    in_force = {s.rule.effect for s in rules if s.in_force_at(now)}
    return MUTE not in in_force and (LISTEN in in_force or posture is LISTEN)


@a_property(400)
@given(standings(), st.sampled_from(Effect), st.integers(0, 30))
def test_the_plan_agrees_with_looking_minute_by_minute(rules: tuple[Standing, ...], posture: Effect, now: int) -> None:
    """Also where the rules were looked at a while before `now`, and some have flipped since."""
    each = [may_listen_at(posture, rules, minute) for minute in range(now, 402)]
    flips = [(at((now + place) * 60), b) for place, (a, b) in enumerate(pairwise(each), 1) if a is not b]
    planned = list(plan(posture, rules, at(now * 60)))
    assert [(flip.at, flip.may_listen) for flip in planned] == flips
    assert next_change(posture, rules, at(now * 60)) == (flips[0][0] if flips else None)


@a_property(400)
@given(standings(), st.sampled_from(Effect))
def test_the_plan_names_what_will_decide(rules: tuple[Standing, ...], posture: Effect) -> None:
    """The same that decides when it has come, found by looking anew."""
    rules = tuple(replace(s, vote=replace(s.vote, slug=str(place))) for place, s in enumerate(rules))
    for flip in plan(posture, rules, at(0)):
        then = tuple(replace(s, in_force=s.in_force_at(flip.at)) for s in rules)
        decision = decide(Facts(speaker=a_speaker(posture=posture), standings=then), flip.at)
        assert (flip.may_listen, flip.because) == (decision.may_listen, replace(decision.because, until=None))


def test_the_next_change_counts_on_from_rules_that_flipped_since_they_were_looked_at() -> None:
    rule = a_standing(MUTE, in_force=False, flips=(60, 120))
    assert next_change(LISTEN, (rule,), at(0)) == at(60)
    assert next_change(LISTEN, (rule,), at(90)) == at(120)
    beneath = a_standing(LISTEN, in_force=True, flips=(30, 90, 200))
    assert next_change(MUTE, (beneath,), at(0)) == at(30)
    assert next_change(MUTE, (beneath,), at(60)) == at(90)


@pytest.mark.parametrize("posture", Effect)
def test_one_that_mutes_for_good_leaves_no_next_change(posture: Effect) -> None:
    for others in product(Effect, repeat=2):
        rules = (a_standing(MUTE), *(a_standing(effect, flips=(60, 120)) for effect in others))
        assert next_change(posture, rules, at(0)) is None


def test_a_window_that_ends_as_another_begins_is_no_change() -> None:
    rules = (a_standing(MUTE, flips=(60,)), a_standing(MUTE, in_force=False, flips=(60, 120)))
    assert next_change(LISTEN, rules, at(0)) == at(120)


def test_a_decision_without_rules_is_the_posture() -> None:
    for posture in Effect:
        decision = decide(Facts(speaker=a_speaker(posture=posture)), at(0))
        assert decision == Decision(
            posture is LISTEN, Vote(Because.POSTURE, posture), None, (), None, posture is LISTEN
        )
