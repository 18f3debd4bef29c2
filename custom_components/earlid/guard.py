"""The only loop: read, decide, step, hand commands over, record, arm one timer.

Events wake it and never carry the decision. It is synchronous; calls to relays run beside it with a time limit, so
that a hanging one holds up nobody.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
import logging

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_state_report_event
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from .calls import Calls
from .ends import Ends
from .engine import exposure, finishing, hands, policy
from .engine.activations import Activation, Chronicle, News, Report
from .engine.breaches import breach_records
from .engine.commands import Order
from .engine.enforcement import Step, step
from .engine.finishing import Wait
from .engine.leases import Terms
from .engine.model import Command, Decision, Effect, Holds, Readings, Record
from .engine.trials import Finding, Trial
from .facts import Eyes
from .lines import Lines
from .post import AFTER_FAILURE, Post, decision_records, hold_record
from .relays import Relay
from .rulebook import Rulebook
from .runtime import SpeakerView
from .setup_data import Guarded
from .wave import Pass, Wave, with_neighbours

_LOGGER = logging.getLogger(__name__)


class Guard:
    """Guards each speaker: added, changed and removed one by one."""

    def __init__(self, hass: HomeAssistant, eyes: Eyes, rulebook: Rulebook) -> None:
        """Guard nobody yet."""
        self.posts: dict[str, Post] = {}
        self.lockdown = False
        self.started_at: datetime | None = None
        self.told: Callable[[Collection[str], list[Record]], None] = lambda _slugs, _records: None
        """Called after each look with the speakers looked at and what is to be recorded."""
        self.appeared: Callable[[str], None] = lambda _slug: None
        """Called with a speaker whose relay has come into sight."""
        self.found: Callable[[str, Finding], None] = lambda _slug, _finding: None
        """Called with what came of a trial."""
        self._hass = hass
        self._eyes = eyes
        self._rulebook = rulebook
        self._wave = Wave(hass, self._go_through, self.look)
        self.catch_up, self.followed = self._wave.catch_up, self._wave.followed
        """Do what still follows an OFF that is out at once; return when it is done."""
        self._lines = Lines(hass, eyes, self._wave.wake)
        self._calls = Calls(hass, self._lines.whose)
        self._stopped = False

    @callback
    def put(self, guarded: Guarded) -> None:
        """Guard a speaker, or change how; what is remembered of it stays while its relay stays the same."""
        self._wave.catch_up()
        slug = guarded.speaker.slug
        post = self.posts.get(slug)
        if post is None:
            tally = exposure.begin(dt_util.utcnow(), dt_util.get_default_time_zone())
            post = Post(guarded, self._lines.join(slug, guarded.relay), tally, Chronicle(slug))
            self.posts[slug] = post
        elif guarded.relay != post.guarded.relay:
            # Joined first: one that cannot be made leaves the speaker behind the relay it has.
            before, line = post.line, self._lines.join(slug, guarded.relay)
            self._lines.leave(slug, before)
            post.move(line)
        post.take(guarded)
        post.stop()
        look = callback(lambda _event: self._wave.wake([slug]))
        post.stop = Ends(
            async_track_state_change_event(self._hass, guarded.senses, look),
            async_track_state_report_event(self._hass, guarded.senses, look),
        )

    @callback
    def remove(self, slug: str) -> None:
        """Guard a speaker no more; its relay stays as it is."""
        self._wave.catch_up()
        post = self.posts.pop(slug)
        post.retire()
        self._lines.leave(slug, post.line)
        now = dt_util.utcnow()
        records = breach_records(post.guarded.speaker, post.memory.breach, None, now)
        # Else its last state would go on in the record for ever.
        self.told((), [*records, Record(kind="lifecycle", at=now, speaker=slug, body={"event": "removed"})])
        # Whoever shared its relay may now be the only one to speak for it.
        self.look(post.line.behind)

    @callback
    def begin(self, slug: str, trial: Trial) -> None:
        """Put the speaker's relay on trial, while the speaker may listen; `found` is called when it is over."""
        self._wave.catch_up()
        post = self.posts[slug]
        post.memory = replace(post.memory, trial=trial)
        self.look([slug])

    @callback
    def stop(self) -> None:
        """Guard nobody any more: from now on a look does nothing."""
        self._wave.catch_up()
        self._stopped = True
        for post in self.posts.values():
            post.retire()
        self._lines.stop()

    @callback
    def look(self, slugs: Iterable[str] | None = None, context: Context | None = None, *, jumped: bool = False) -> None:
        """Look at these speakers (None: all) and at those behind the same relays, and do what is due.

        `context` is the caller's, where a person or an automation caused it; `jumped`: the clock was set.
        """
        if self._stopped:
            return
        self._wave.catch_up()
        posts = with_neighbours(self.posts, slugs)
        begun = Pass(dt_util.utcnow(), context, jumped=jumped)
        due = self._wave.mute_first(begun, posts, partial(self._foresee, begun, {}))
        if not due:
            self._go_through(posts, begun)
        else:
            try:
                self._calls.silence([post.relay for post in due], context)
            finally:
                self._wave.follow()

    def _foresee(self, begun: Pass, known: dict[tuple[Effect, int], Decision], post: Post) -> Decision:
        """Return the decision as long as no hand at the relay changes it; most speakers share theirs with others."""
        speaker, holds = post.guarded.speaker, post.holds
        if holds.mute is not None or holds.listen is not None or speaker.finish_playing:
            return self._finish(post, begun, holds, off=False)[0]
        key = speaker.posture, id(self._rulebook.for_speaker(speaker.slug))
        if (decision := known.get(key)) is None:
            decision = known[key] = policy.decide(self._facts(post, holds, begun.now), begun.now)
        return decision

    def _go_through(self, posts: list[Post], begun: Pass) -> None:
        now, jumped = begun.now, begun.jumped
        looked: list[tuple[Post, Readings, Decision]] = []
        records: list[Record] = []
        due: dict[str, tuple[Relay, Order]] = {}
        for post in posts:
            with self._fence(post, now, due):
                readings = post.read(self._eyes, self.started_at, begun.gone.get(post.relay.key))
                looked.append((post, readings, self._decide(post, readings, begun, records)))
        for post, readings, decision in looked:
            with self._fence(post, now, due):
                terms = self._terms(post)
                waits = terms.wanted and post.memory.on_from is None and readings.relay.value is not True
                outcome = step(
                    post.guarded.speaker,
                    decision,
                    readings,
                    post.memory,
                    now,
                    terms=terms,
                    turn=next(begun.turns) if waits else 0,
                    jumped=jumped,
                )
                records += self._remember(post, decision, readings, outcome, now)
                post.arm(self._hass, self.look, post.looks(outcome.recheck_at, self.started_at, now), now)
                if outcome.order is not None:
                    due.setdefault(post.relay.key, (post.relay, outcome.order))
        # Only now: an entity that obeys at once wakes this loop again from within the call.
        orders = [(relay, order) for relay, order in due.values() if relay.key not in begun.gone]
        self._calls.silence([relay for relay, order in orders if order.command is Command.OFF], begun.context)
        for relay, order in orders:
            if order.command is not Command.OFF:
                self._calls.send(relay, order, begun.context)
        self.told([post.slug for post in posts], records)

    @callback
    def view(self, slug: str) -> SpeakerView | None:
        """Return the speaker as it is now; None before its first look."""
        post = self.posts[slug]
        return post.view(on_trial=any(self.posts[other].memory.trial is not None for other in post.line.behind))

    @callback
    def report(self, slug: str, report: Report) -> tuple[Activation, News]:
        """Take a report of an activation; return the activation it tells of, and what is new about it."""
        self._wave.catch_up()
        activation, news, _ = self.posts[slug].hear(report, ulid_now(), dt_util.utcnow())
        if news is News.NEW and not activation.allowed:
            self.heard(slug, activation.at)
        return activation, news

    @callback
    def heard(self, slug: str, at: datetime) -> None:
        """Take it that the speaker was heard while it might not listen."""
        post = self.posts[slug]
        # A time in the future is from before the clock was set back, and would hide what is heard until then.
        before = post.heard_at if post.heard_at is not None and post.heard_at <= dt_util.utcnow() else at
        post.heard_at = max(at, before)
        self.look([slug])

    async def silence_all(self) -> None:
        """Turn off every speaker that may be silenced and would not end by itself; wait until the calls are through."""
        context = Context()
        self._calls.overtake()
        relays = {post.relay.key: post.relay for post in self.posts.values() if post.counts and not post.ends_by_itself}
        await asyncio.gather(*(self._calls.call(relay, Order(Command.OFF), context) for relay in relays.values()))

    @contextmanager
    def _fence(self, post: Post, now: datetime, due: dict[str, tuple[Relay, Order]]) -> Iterator[None]:
        """Keep what goes wrong with one speaker from the others; nobody can tell about it, so it is silenced."""
        try:
            yield
        except Exception:
            _LOGGER.exception("%s cannot be judged; it is turned off and looked at again", post.slug)
            if post.give_up(now):
                due[post.relay.key] = (post.relay, Order(Command.OFF))
            post.arm(self._hass, self.look, post.looks(now + AFTER_FAILURE, self.started_at, now), now)

    def _terms(self, post: Post) -> Terms:
        """Return on what terms the speaker's relay may be on, for all who are behind it."""
        others = (self.posts[slug] for slug in post.line.behind if slug != post.slug)
        behind = [post, *(other for other in others if other.counts)]
        decisions = [other.decision for other in behind]
        ends = [decision.until for decision in decisions if decision is not None and decision.until is not None]
        return Terms(
            wanted=all(decision is not None and decision.may_listen for decision in decisions),
            clock=post.relay.clock,
            lease=min(other.guarded.speaker.lease for other in behind),
            until=min(ends, default=None),
            on_trial=any(other.memory.trial is not None and other.memory.trial.takes_over for other in behind[1:]),
        )

    def _decide(self, post: Post, readings: Readings, begun: Pass, records: list[Record]) -> Decision:
        speaker, now = post.guarded.speaker, begun.now
        finish = partial(self._finish, post, begun)
        sent_off = begun.decided.get(post.slug)
        decision, wait = finish(post.holds, off=False) if sent_off is None else (sent_off, None)
        felt = holds = policy.surviving(post.holds, base=decision.base, lockdown=self.lockdown, now=now)
        if sent_off is None:
            felt = hands.feel(speaker, decision, readings, post.memory.sight, holds, now, leases=post.memory.leases)
        # What a hand turned off may have been allowed only to finish: first it is felt, then the wait is over.
        if felt is not holds or (wait is not None and readings.relay.value is False):
            decision, wait = finish(felt, off=readings.relay.value is False)
        if felt != post.noted_holds:
            records.append(hold_record(post.slug, felt, now))
        post.holds = post.noted_holds = felt
        records += decision_records(post.slug, post.decision, decision, now)
        post.decision, post.wait = decision, wait
        self._follow(post, post.pastimes(self._eyes) if wait is not None else ())
        return decision

    def _finish(self, post: Post, begun: Pass, holds: Holds, *, off: bool) -> tuple[Decision, Wait | None]:
        pastime, facts = self._eyes.pastime(post.pastimes(self._eyes)), self._facts(post, holds, begun.now)
        before, wait, jumped = post.decision, post.wait, begun.jumped
        return finishing.finish(facts, before, wait, begun.now, off=off, pastime=pastime, jumped=jumped)

    def _facts(self, post: Post, holds: Holds, now: datetime) -> policy.Facts:
        speaker = post.guarded.speaker
        standings = self._rulebook.for_speaker(speaker.slug)
        next_change = self._rulebook.next_change(speaker.posture, standings, now)
        return policy.Facts(
            speaker=speaker, standings=standings, next_change=next_change, holds=holds, lockdown=self.lockdown
        )

    def _follow(self, post: Post, waits_for: tuple[str, ...]) -> None:
        """Have what a mute waits for wake the guard, as long as it does."""
        if waits_for != post.waits_for:
            post.stop_waiting()
            post.waits_for = waits_for
            look = callback(lambda _event: self.look([post.slug]))
            post.stop_waiting = async_track_state_change_event(self._hass, waits_for, look)

    def _remember(
        self, post: Post, decision: Decision, readings: Readings, outcome: Step, now: datetime
    ) -> list[Record]:
        records = list(outcome.records)
        if outcome.proof is not post.assessment.proof:
            body: dict[str, object] = {"microphone": outcome.proof.value}
            records.append(Record(kind="microphone", at=now, speaker=post.slug, body=body))
        came = post.memory.sight.came_back(readings)
        post.memory, post.assessment = outcome.memory, outcome.assessment
        if came:
            self.appeared(post.slug)
        if outcome.finding is not None:
            self.found(post.slug, outcome.finding)
        post.chronicle.note(decision, outcome.proof, now)
        zone = dt_util.get_default_time_zone()
        post.tally = exposure.advance(post.tally, now, zone, proof=outcome.proof, allowed=decision.may_listen)
        return records
