"""A scheduled mute that lets a speaker finish, for ten minutes at most. The night begins at 0."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.earlid.engine.finishing import Pastime, Wait, finish, waits
from custom_components.earlid.engine.model import Because, Decision, Effect, Hold, Holds, Report, Vote
from custom_components.earlid.engine.policy import Facts
from custom_components.earlid.engine.rules import Presence, Quantifier, Rule, Standing, Told
from custom_components.earlid.engine.windows import Window

from .factories import DAY, HOUR, NOON, OUT_OF_SIGHT, a_property, a_report, a_speaker, at, span

MUTE, LISTEN = Effect.MUTE, Effect.LISTEN
LONGEST = 600.0
NIGHT = Window(days=frozenset(range(7)), start=time(22), to=time(6), effect=MUTE, zone=ZoneInfo("Europe/Vienna"))
PLAYING = Pastime(playing=True)
IDLE = Pastime()


def a_rule(
    slug: str,
    effect: Effect = MUTE,
    source: Window | Presence | Told = NIGHT,
    *,
    in_force: bool = True,
    known: bool = True,
) -> Standing:
    rule = Rule(slug=slug, name=slug.title(), effect=effect, source=source)
    return Standing(rule, in_force, known=known, vote=Vote(Because.RULE, effect, slug, slug.title()))


NOBODY_HOME = Presence(("person.ann",), Quantifier.NONE)
CONDITION = Told("rule:dark")


@dataclass
class Evening:
    """A speaker before and after the night begins, looked at as the guard looks."""

    standings: tuple[Standing, ...] = ()
    posture: Effect = LISTEN
    longest: float = LONGEST
    next_change: float | None = 8 * HOUR
    holds: Holds = field(default_factory=Holds)
    lockdown: bool = False
    relay: Report = field(default_factory=lambda: a_report(True))
    pastime: Pastime = IDLE
    decision: Decision | None = None
    wait: Wait | None = None

    def look(self, seconds: float, *, jumped: bool = False, **changes: Any) -> Decision:
        """Return the decision at so many seconds, when this much has changed since the last look."""
        for name, value in changes.items():
            setattr(self, name, value)
        facts = Facts(
            speaker=a_speaker(posture=self.posture, finish_playing=span(self.longest)),
            standings=self.standings,
            next_change=None if self.next_change is None else at(self.next_change),
            holds=self.holds,
            lockdown=self.lockdown,
        )
        decision, self.wait = finish(
            facts,
            self.decision,
            self.wait,
            at(seconds),
            off=self.relay.value is False,
            pastime=self.pastime,
            jumped=jumped,
        )
        assert waits(decision) <= (self.wait is not None)
        assert waits(decision) <= decision.may_listen
        self.decision = decision
        return decision


def an_evening(**changes: Any) -> Evening:
    """Return an evening in which the speaker played before the night began."""
    evening = Evening(**changes)
    evening.look(-60)
    return evening


NIGHTS = (a_rule("night"),)


# --- It waits


@pytest.mark.parametrize("source", [NIGHT, Told("schedule.night"), Told("calendar.holidays")])
def test_a_schedule_lets_what_plays_finish(source: Window | Told) -> None:
    evening = an_evening(pastime=PLAYING)
    assert evening.look(0, standings=(a_rule("night", source=source),)).may_listen
    assert evening.look(300).may_listen
    assert not evening.look(301, pastime=IDLE).may_listen


def test_it_waits_no_longer_than_it_was_told() -> None:
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    assert evening.look(LONGEST - 1).may_listen
    assert not evening.look(LONGEST).may_listen


def test_what_waits_is_said() -> None:
    evening = an_evening(pastime=PLAYING)
    decision = evening.look(0, standings=(*NIGHTS, a_rule("guests", LISTEN)))
    assert waits(decision)
    assert decision.because == Vote(Because.RULE, LISTEN, "guests", "Guests")
    assert decision.lost == (
        Vote(Because.RULE, MUTE, "night", "Night", waiting=True),
        Vote(Because.POSTURE, LISTEN),
    )
    assert (decision.until, decision.next_change, decision.base) == (at(LONGEST), at(8 * HOUR), False)
    assert evening.wait == Wait(at(0), at(LONGEST))


def test_a_late_look_makes_the_wait_no_longer() -> None:
    """It counts from when the mute was due, as far as that was known."""
    for late, known, until in ((100, True, LONGEST), (100, False, LONGEST + 100)):
        evening = an_evening(pastime=PLAYING, next_change=0 if known else None)
        assert evening.look(late, standings=NIGHTS).until == at(until)
    assert not an_evening(pastime=PLAYING, next_change=0).look(LONGEST, standings=NIGHTS).may_listen


def test_a_speaker_that_does_nothing_is_muted_at_once() -> None:
    evening = an_evening()
    decision = evening.look(0, standings=NIGHTS)
    assert (decision.may_listen, waits(decision), evening.wait) == (False, False, None)


def test_a_speaker_that_is_not_to_finish_is_muted_at_once() -> None:
    assert not an_evening(longest=0, pastime=PLAYING).look(0, standings=NIGHTS).may_listen


@pytest.mark.parametrize(("due", "muted_at"), [(300, 360), (540, LONGEST), (590, LONGEST), (LONGEST, LONGEST)])
def test_an_alarm_within_the_wait_rings_first(due: float, muted_at: float) -> None:
    evening = an_evening(pastime=Pastime(due=(at(due), at(DAY))))
    assert evening.look(0, standings=NIGHTS).may_listen
    assert evening.wait == Wait(at(0), at(muted_at))
    assert evening.look(muted_at - 1).may_listen
    assert not evening.look(muted_at).may_listen


@pytest.mark.parametrize("due", [LONGEST + 1, DAY, -61, -60, -DAY])
def test_an_alarm_that_is_later_or_over_is_not_waited_for(due: float) -> None:
    assert not an_evening(pastime=Pastime(due=(at(due),))).look(0, standings=NIGHTS).may_listen


def test_one_that_rings_as_the_night_begins_rings_on_for_a_minute() -> None:
    evening = an_evening(pastime=Pastime(due=(at(-20),)))
    assert evening.look(0, standings=NIGHTS).may_listen
    assert not evening.look(40).may_listen


def test_music_after_the_alarm_goes_on() -> None:
    evening = an_evening(pastime=Pastime(due=(at(300),)))
    evening.look(0, standings=NIGHTS)
    assert evening.look(350, pastime=PLAYING).may_listen
    assert evening.look(LONGEST - 1).may_listen
    assert not evening.look(LONGEST).may_listen


def test_a_night_that_ends_meanwhile_ends_the_wait() -> None:
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    decision = evening.look(100, standings=())
    assert (decision.may_listen, waits(decision), evening.wait) == (True, False, None)


def test_a_second_schedule_that_joins_waits_with_the_first_and_no_longer() -> None:
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    decision = evening.look(300, standings=(*NIGHTS, a_rule("later", source=Told("schedule.later"))))
    assert [vote.slug for vote in decision.lost if vote.waiting] == ["night", "later"]
    assert not evening.look(LONGEST).may_listen


# --- It does not


@pytest.mark.parametrize(
    "standing",
    [
        a_rule("nobody_home", source=NOBODY_HOME),
        a_rule("dark", source=CONDITION),
        a_rule("night", source=Told("schedule.night"), known=False),
    ],
)
@pytest.mark.parametrize("beside", [(), NIGHTS])
def test_what_is_no_known_schedule_mutes_at_once(standing: Standing, beside: tuple[Standing, ...]) -> None:
    assert not an_evening(pastime=PLAYING).look(0, standings=(*beside, standing)).may_listen
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    assert not evening.look(100, standings=(*NIGHTS, standing)).may_listen
    assert not evening.look(101, standings=NIGHTS).may_listen


def test_one_that_is_not_in_force_is_no_hindrance() -> None:
    absent = a_rule("nobody_home", source=NOBODY_HOME, in_force=False)
    assert an_evening(pastime=PLAYING).look(0, standings=(*NIGHTS, absent)).may_listen


def a_hold(effect: Effect, until: float = HOUR, **changes: Any) -> Hold:
    return Hold(effect=effect, at=at(-100), until=at(until), **changes)


@pytest.mark.parametrize(
    "wish",
    [
        {"lockdown": True},
        {"holds": Holds(mute=a_hold(MUTE))},
        {"holds": Holds(mute=a_hold(MUTE, ends_when_base_leaves=False))},
    ],
)
def test_a_wish_for_silence_is_heeded_at_once_and_ends_the_wait(wish: dict[str, Any]) -> None:
    assert not an_evening(pastime=PLAYING).look(0, standings=NIGHTS, **wish).may_listen
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    assert not evening.look(100, **wish).may_listen
    assert not evening.look(101, holds=Holds(), lockdown=False).may_listen


def test_a_speaker_that_is_silent_unless_allowed_does_not_wait_when_its_permission_ends_too() -> None:
    guests = a_rule("guests", LISTEN)
    evening = an_evening(posture=MUTE, standings=(guests,), pastime=PLAYING)
    assert not evening.look(0, standings=NIGHTS).may_listen
    evening = an_evening(posture=MUTE, standings=(guests,), pastime=PLAYING)
    assert evening.look(0, standings=(guests, *NIGHTS)).may_listen
    assert not evening.look(100, standings=NIGHTS).may_listen


def test_a_posture_that_mutes_is_no_schedule() -> None:
    evening = an_evening(posture=MUTE, standings=(a_rule("guests", LISTEN),), pastime=PLAYING)
    assert not evening.look(0, standings=()).may_listen


def test_nothing_waits_at_a_start() -> None:
    assert not Evening(standings=NIGHTS, pastime=PLAYING).look(0).may_listen


def test_one_that_might_not_listen_before_does_not_begin() -> None:
    evening = an_evening(standings=(a_rule("nobody_home", source=NOBODY_HOME),), pastime=PLAYING)
    assert not evening.look(0, standings=NIGHTS).may_listen


@pytest.mark.parametrize("ends", ["the music", "the wait"])
def test_a_wait_that_is_over_does_not_begin_anew_in_this_night(ends: str) -> None:
    """A cloud may say "playing" for minutes after the power was cut."""
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    evening.look(100 if ends == "the music" else LONGEST, pastime=IDLE if ends == "the music" else PLAYING)
    for seconds in (LONGEST + 1, LONGEST + 2, HOUR):
        assert not evening.look(seconds, pastime=PLAYING).may_listen
    evening.look(8 * HOUR, standings=(), next_change=DAY)
    assert evening.look(DAY, standings=NIGHTS).may_listen


@pytest.mark.parametrize("relay", [a_report(False), OUT_OF_SIGHT])
def test_a_speaker_without_power_plays_nothing_whatever_a_cloud_says(relay: Report) -> None:
    """Only an off that is reported says so: a relay that says nothing may well be on."""
    says_nothing = relay.value is None
    assert an_evening(pastime=PLAYING).look(0, standings=NIGHTS, relay=relay).may_listen is says_nothing
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    assert evening.look(100, relay=relay).may_listen is says_nothing


def test_a_hold_that_muted_it_until_the_night_began_left_nothing_to_finish() -> None:
    evening = an_evening(pastime=PLAYING, holds=Holds(mute=a_hold(MUTE, 0)))
    assert not evening.look(0, standings=NIGHTS).may_listen


# --- Holds that let it listen


def test_a_hold_until_the_next_change_ends_as_the_night_begins_though_that_waits() -> None:
    held = Holds(listen=a_hold(LISTEN, ends_when_base_leaves=True))
    decision = an_evening(pastime=PLAYING, holds=held).look(0, standings=NIGHTS)
    assert (decision.because.because, waits(decision)) == (Because.POSTURE, True)


def test_the_end_of_a_hold_is_not_the_beginning_of_the_night() -> None:
    """A person gave it an hour: it does not become more."""
    evening = an_evening(pastime=PLAYING, holds=Holds(listen=a_hold(LISTEN, 100)))
    decision = evening.look(0, standings=NIGHTS, pastime=IDLE)
    assert (decision.may_listen, evening.wait) == (True, None)
    evening.look(50, pastime=PLAYING)
    assert not evening.look(100).may_listen


def test_a_hold_that_lets_it_listen_meanwhile_makes_the_wait_no_longer() -> None:
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    decision = evening.look(100, holds=Holds(listen=a_hold(LISTEN, 200)))
    assert (decision.because.because, waits(decision)) == (Because.HOLD, False)
    assert waits(evening.look(200, holds=Holds()))
    assert not evening.look(LONGEST).may_listen


# --- The clock


def test_a_clock_that_was_set_ends_the_wait() -> None:
    """Nobody knows how long it has waited."""
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    assert not evening.look(100, jumped=True).may_listen
    assert not an_evening(pastime=PLAYING).look(0, standings=NIGHTS, jumped=True).may_listen


def test_a_wait_that_began_in_the_future_is_over() -> None:
    evening = an_evening(pastime=PLAYING)
    evening.look(0, standings=NIGHTS)
    assert not evening.look(-HOUR).may_listen


# --- Whatever happens

# The guard's heartbeat sees a clock that was set by more than this so soon.
HEARTBEAT = 5.0
JUMP = 1.0

EVENTS: dict[str, st.SearchStrategy[Any]] = {
    "night": st.booleans(),
    "known": st.booleans(),
    "nobody_home": st.booleans(),
    "guests": st.booleans(),
    "lockdown": st.booleans(),
    "mute": st.booleans(),
    "listen": st.booleans(),
    "playing": st.booleans(),
    "alarm": st.integers(-100, 900),
    "relay": st.sampled_from([True, True, False, None]),
    "jump": st.sampled_from([-HOUR, -500.0, -61.0, -1.0, 1.0, 30.0, 400.0, HOUR]),
    "restart": st.none(),
}


@dataclass
class Night:
    """A home in which anything may happen to a speaker that plays, in true time."""

    evening: Evening = field(default_factory=lambda: an_evening(pastime=PLAYING))
    true: float = 0.0
    skew: float = 0.0
    beats_at: float | None = None
    rules: dict[str, bool] = field(default_factory=dict)
    began: float | None = None
    slack: float = 0.001
    """How much longer it may wait for the clock's sake."""

    def happen(self, gap: float, name: str, value: Any) -> None:
        """Let time go by, and then something happen."""
        self.run(gap)
        evening = self.evening
        match name:
            case "lockdown":
                evening.lockdown = value
            case "mute":
                evening.holds = replace(evening.holds, mute=a_hold(MUTE, DAY) if value else None)
            case "listen":
                evening.holds = replace(evening.holds, listen=a_hold(LISTEN, DAY) if value else None)
            case "playing":
                evening.pastime = replace(evening.pastime, playing=value)
            case "alarm":
                evening.pastime = replace(evening.pastime, due=(self.wall + timedelta(seconds=value),))
            case "relay":
                evening.relay = a_report(value)
            case "jump":
                self.skew += value
                if abs(value) > JUMP:
                    self.beats_at = self.true + HEARTBEAT if self.beats_at is None else self.beats_at
                self.slack += abs(value) if abs(value) <= JUMP else HEARTBEAT
                return
            case "restart":
                evening.decision = evening.wait = None
            case _:
                self.rules[name] = value
        self.look()

    @property
    def wall(self) -> datetime:
        """What the clock on the wall shows."""
        return NOON + timedelta(seconds=self.true + self.skew)

    def run(self, gap: float) -> None:
        """Let time go by, with the guard's timer and heartbeat."""
        end = self.true + gap
        while (due := min(self._due(), default=end)) < end:
            self.true = max(due, self.true)
            beats = self.beats_at is not None and self.true >= self.beats_at
            self.beats_at = None if beats else self.beats_at
            self.look(jumped=beats)
        self.true = end

    def _due(self) -> Iterator[float]:
        if self.evening.wait is not None:
            yield (self.evening.wait.look_at - self.wall).total_seconds() + self.true
        if self.beats_at is not None:
            yield self.beats_at

    def look(self, *, jumped: bool = False) -> None:
        """Look as the guard does, and check what is promised."""
        on = self.rules.get
        standings = (
            a_rule("night", in_force=on("night", False), known=on("known", True)),
            a_rule("nobody_home", source=NOBODY_HOME, in_force=on("nobody_home", False)),
            a_rule("guests", LISTEN, in_force=on("guests", False)),
        )
        decision = self.evening.look((self.wall - NOON).total_seconds(), standings=standings, jumped=jumped)
        if not waits(decision):
            self.began = None
            return
        self.began = self.true if self.began is None else self.began
        assert self.true - self.began < LONGEST + self.slack, "no longer than it was told, in true time"
        assert on("night")
        assert on("known", True)
        assert not on("nobody_home")
        assert not self.evening.lockdown
        assert self.evening.holds == Holds()
        assert self.evening.relay.value is not False


GAPS = st.sampled_from([0.0, 0.5, 4.9, 5.1, 59.0, 61.0, 299.0, 599.0, 601.0, 4000.0])


@a_property(500)
@given(st.lists(st.tuples(GAPS, st.one_of([st.tuples(st.just(n), v) for n, v in EVENTS.items()])), max_size=25))
def test_it_never_waits_longer_than_it_was_told_nor_against_anything_but_a_schedule(
    history: list[tuple[float, tuple[str, Any]]],
) -> None:
    night = Night()
    night.happen(0, "night", value=True)
    assert waits_now(night)
    for gap, (name, value) in history:
        night.happen(gap, name, value)
    night.run(2 * HOUR)


def waits_now(night: Night) -> bool:
    """Return whether the mute waits."""
    return night.evening.decision is not None and waits(night.evening.decision)
