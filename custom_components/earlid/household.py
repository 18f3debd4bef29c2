"""The guarded home: reads the set-up, starts the guard over it, takes wishes, tells what changed.

This is the `Household` that platforms and actions see.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE, EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, Event, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_change, async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from . import detectors, repairs, whose
from .audience import Audience
from .bookkeeping import Books, Recorded
from .clocks import watch_clocks
from .commissioning import ASKED_ANEW, Commissioning
from .const import SUBENTRY_RULE, SUBENTRY_SPEAKER
from .engine.activations import Activation, Report
from .engine.model import Record
from .engine.windows import Window
from .facts import Eyes
from .guard import Guard
from .memory import Remembered
from .rulebook import Rulebook
from .runtime import SpeakerView
from .setup_data import Guarded, SetUpRule, home_zone, read_home, read_rule, read_speaker, slug_of
from .storage import Json, Storage
from .watch import ConditionWatch
from .wishes import Wishes

_LOGGER = logging.getLogger(__name__)

# Conditions on time, and some templates, send no event when they change.
_CONDITIONS: Final = timedelta(seconds=30)
# How often the disk learns that somebody still looks: what lies between that and a start is unknown time.
_ALIVE: Final = timedelta(seconds=60)


def _kept(subentry: ConfigSubentry) -> tuple[str, Mapping[str, Any], str]:
    """Return what of a subentry tells whether it has changed."""
    return subentry.subentry_type, subentry.data, subentry.title


class GuardedHome(Audience, Wishes, Commissioning, Recorded):
    """One home under guard."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Set up nothing yet."""
        self._entry = entry
        self._home = read_home(entry)
        self._eyes = Eyes(hass)
        self._storage = Storage(hass, self._document)
        self._rulebook = Rulebook(hass, self._eyes, self._home, self._rules_changed, self._storage.soon)
        self._guard = Guard(hass, self._eyes, self._rulebook)
        self._memory = Remembered(self._guard, self._rulebook)
        Audience.__init__(self, hass, self._eyes, self._guard, self._rulebook, self._looked)
        Wishes.__init__(self, self._guard, self._rulebook, self._storage, self._afterwards.catch_up)
        Commissioning.__init__(self, hass, self._guard, self._learned)
        self._books = Books(hass, entry, self._home, self, take=self._take, told=lambda: self._afterwards.take((), []))
        self._watching: dict[str, Callable[[], None]] = {}
        self._set_up: dict[str, tuple[str, Mapping[str, Any], str]] = {}
        self._changing = asyncio.Lock()

    async def start(self) -> None:
        """Read what was remembered, and guard at once: what may not listen is sent off before anything else."""
        now = dt_util.utcnow()
        await self._recall(now)
        on_unload = self._entry.async_on_unload
        on_unload(self._stop_looking)
        for subentry in self._entry.subentries.values():
            self._put(subentry, now)
        self._guard.told = self._afterwards.take
        self._rulebook.refresh(now)
        # Where it has started already, this is the only look.
        self._guard.started_at = now if self.hass.state is CoreState.running else None
        self._guard.look()

        on_unload(watch_clocks(self.hass, partial(self._look_at_everything, jumped=True)))
        on_unload(async_track_time_interval(self.hass, self._ask_conditions, _CONDITIONS))
        on_unload(async_track_time_interval(self.hass, self._storage.try_now, _ALIVE))
        on_unload(async_track_time_interval(self.hass, self.ask_anew, ASKED_ANEW))
        on_unload(async_track_time_change(self.hass, self._look_at_everything, hour=0, minute=0, second=0))
        on_unload(self.hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._zone_changed))
        on_unload(self.hass.async_add_shutdown_job(HassJob(self._shut_down)))
        on_unload(self.hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, self._close))
        on_unload(whose.follow(self.hass))
        on_unload(async_at_started(self.hass, self._started))
        # They may wait for other integrations, a disk or a broker: nobody waits for them.
        self._entry.async_create_background_task(self.hass, self._watch_conditions(), "earlid conditions")
        self._books.open(self._memory)

    async def stop(self) -> None:
        """Guard no more; what was remembered is on disk when this returns."""
        await self._shut_down()
        self._stop_looking()
        await self._close()
        for slug in self._guard.posts:
            repairs.forget(self.hass, slug)

    async def entry_changed(self) -> None:
        """Follow a change of the entry: of each speaker and rule that changed, and of no other."""
        async with self._changing:
            now = dt_util.utcnow()
            before, self._home = self._home, read_home(self._entry)
            self._rulebook.home = self._home
            subentries = dict(self._entry.subentries)
            for subentry_id in self._set_up.keys() - subentries.keys():
                self._remove(subentry_id, *self._set_up.pop(subentry_id)[:2])
            for subentry_id, subentry in subentries.items():
                is_speaker = subentry.subentry_type == SUBENTRY_SPEAKER
                if self._set_up.get(subentry_id) != _kept(subentry) or (is_speaker and before != self._home):
                    watch = await self._rulebook.watch(self._rule(subentry)) if not is_speaker else None
                    if subentry_id in self._entry.subentries:
                        self._put(subentry, now, watch)
            self._look_at_everything()
            self._books.move(self._home)
        # Outside: a disk that hangs must not keep the next change, which may be a mute, from counting.
        await self._storage.try_now()

    async def _recall(self, now: datetime) -> None:
        try:
            stored = await self._storage.load()
        except (HomeAssistantError, NotImplementedError) as error:
            # Written by a later version, or torn: a person may have wished for silence in it.
            _LOGGER.warning("What was remembered cannot be read; lockdown is on until someone lifts it: %s", error)
            stored = {"lockdown": True}
        self._memory.recall(stored, now)
        self._books.begin(now, self._memory)

    async def _watch_conditions(self) -> None:
        for subentry in self._entry.get_subentries_of_type(SUBENTRY_RULE):
            if (watch := await self._rulebook.watch(self._rule(subentry))) is not None:
                if subentry.subentry_id not in self._entry.subentries:
                    watch.stop()
                    continue
                self._put(subentry, dt_util.utcnow(), watch)
                # Not at once: most are ready together, and for each every speaker would be looked at.
                self._rulebook.look_soon()
        self._rulebook.look_now()

    def _document(self) -> Json:
        return self._memory.document()

    def _rule(self, subentry: ConfigSubentry) -> SetUpRule:
        return read_rule(subentry, home_zone(self.hass.config.time_zone))

    def _put(self, subentry: ConfigSubentry, now: datetime, watch: ConditionWatch | None = None) -> None:
        """Take a subentry into the guard, new or changed."""
        if subentry.subentry_type == SUBENTRY_RULE:
            self._put_rule(self._rule(subentry), watch)
        elif (guarded := read_speaker(subentry, self._home)) is not None:
            self._put_speaker(guarded, now)
        else:
            return
        self._set_up[subentry.subentry_id] = _kept(subentry)

    def _put_rule(self, set_up: SetUpRule, watch: ConditionWatch | None) -> None:
        slug = set_up.rule.slug
        known = self._rulebook.views.get(slug)
        enabled = slug not in self._memory.rules_off if known is None else known.enabled
        self._memory.rules_off.discard(slug)
        self._rulebook.put(set_up, enabled=enabled, memory=self._memory.rules.pop(slug, None), watch=watch)

    def _put_speaker(self, guarded: Guarded, now: datetime) -> None:
        slug = guarded.speaker.slug
        post = self._guard.posts.get(slug)
        before = guarded if post is None else post.guarded
        try:
            self._guard.put(guarded)
        except Exception:
            _LOGGER.exception("The relay of %s cannot be made; it is NOT guarded as it is set up", slug)
            return
        if post is None:
            self._memory.restore(self._guard.posts[slug], now)
        self.set_up_anew(before)
        if slug in self._watching:
            self._watching[slug]()

        @callback
        def heard() -> None:
            decision = self._guard.posts[slug].decision
            if decision is not None and not decision.may_listen:
                self._guard.heard(slug, dt_util.utcnow())

        def tell(report: Report) -> None:
            self._take(slug, report)

        def settled_at() -> datetime | None:
            return self._guard.posts[slug].settled_at

        def note(record: Record) -> None:
            self._afterwards.take([slug], [record])

        ears = detectors.Ears(hass=self.hass, eyes=self._eyes, tell=tell, heard=heard, note=note, settled_at=settled_at)
        self._watching[slug] = detectors.watch(ears, guarded)

    def _remove(self, subentry_id: str, kind: str, data: Mapping[str, Any]) -> None:
        slug = slug_of(subentry_id, data)
        if kind == SUBENTRY_RULE:
            self._rulebook.remove(slug)
            return
        if slug not in self._guard.posts:
            return
        self._watching.pop(slug)()
        self.stop_asking(slug)
        view = self.forget(slug)
        self._guard.remove(slug)
        if view is not None:
            repairs.speaker_removed(self.hass, view)
        self._books.forget(slug)

    @callback
    def _rules_changed(self, slugs: Collection[str] | None) -> None:
        self._guard.look(slugs)

    @callback
    def _ask_conditions(self, _now: datetime) -> None:
        if self._rulebook.asks_conditions:
            self._rulebook.follow_targets()
            self._rulebook.something_changed()

    async def _started(self, _hass: HomeAssistant) -> None:
        if self._guard.started_at is None:
            self._guard.started_at = dt_util.utcnow()
            self._look_at_everything()

    @callback
    def _zone_changed(self, event: Event[Any]) -> None:
        if "time_zone" not in event.data:
            return
        for subentry in self._entry.get_subentries_of_type(SUBENTRY_RULE):
            if subentry.subentry_id in self._set_up and isinstance((rule := self._rule(subentry)).rule.source, Window):
                self._put_rule(rule, None)
        self._look_at_everything()

    @callback
    def _look_at_everything(self, _now: datetime | None = None, *, jumped: bool = False) -> None:
        self._rulebook.refresh(dt_util.utcnow())
        self._guard.look(jumped=jumped)

    @callback
    def _stop_looking(self) -> None:
        for stop in self._watching.values():
            stop()
        self.stop_trials()
        self._guard.stop()
        self._rulebook.stop()
        self._storage.cancel()

    async def _shut_down(self) -> None:
        try:
            if self._home.off_when_stopping:
                # Who still looked would take these for a hand's, or turn on again what may listen.
                self._guard.stop()
                await self._guard.silence_all()
            await self._books.say_goodbye()
        finally:
            await self._storage.try_now()

    async def _close(self, _event: Event[Any] | None = None) -> None:
        self._guard.catch_up()
        self._afterwards.catch_up()
        await self._books.close()
        self._memory.ended_well = True
        await self._storage.try_now()

    def report_activation(self, slug: str, report: Report) -> Activation:
        """Take a report of an activation and return the activation it tells of, new or known."""
        activation, news = self._guard.report(slug, report)
        self._afterwards.catch_up()
        record = self._books.heard(activation, news, report.note)
        self.tell(self.seen([slug]), [record] if record is not None else [])
        return activation

    def _take(self, slug: str, report: Report) -> bool:
        return slug in self._guard.posts and self.report_activation(slug, report) is not None

    @callback
    def _looked(self, views: Sequence[SpeakerView], records: list[Record]) -> None:
        self.tell(views, records)
        self._books.looked(views, records)
        if records:
            self._storage.soon()
        for view in views:
            repairs.show(self.hass, view, started=self._guard.started_at is not None)

    @callback
    def _learned(self, slug: str) -> None:
        if slug in self._guard.posts:
            self._afterwards.take([slug], [], at_once=True)
            self._storage.soon()
